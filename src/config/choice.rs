//! Settings that are one of a few words.

/// The image server behind nginx, which decides a few defaults.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImageServer {
    /// `IIPImage` (iipsrv), over `FastCGI`.
    Iipimage,
    /// digilib.
    Digilib,
    /// Cantaloupe.
    Cantaloupe,
    /// Any other IIIF server.
    Other,
}

impl ImageServer {
    /// The words in the setting.
    pub(super) const WORDS: &[(&str, Self)] = &[
        ("iipimage", Self::Iipimage),
        ("digilib", Self::Digilib),
        ("cantaloupe", Self::Cantaloupe),
        ("other", Self::Other),
    ];

    /// Where it answers IIIF requests if nobody says otherwise.
    pub fn default_url(self) -> Option<&'static str> {
        match self {
            Self::Iipimage => Some("http://127.0.0.1:8183/iiif/images/"),
            Self::Digilib => Some("http://127.0.0.1:8080/digilib/Scaler/IIIF/"),
            Self::Cantaloupe => Some("http://127.0.0.1:8182/iiif/2/"),
            Self::Other => None,
        }
    }

    /// The character that it takes for a `/` in identifiers.
    pub fn default_slash_substitute(self) -> Option<char> {
        match self {
            Self::Digilib => Some('!'),
            Self::Iipimage | Self::Cantaloupe | Self::Other => None,
        }
    }
}

/// Who sees what no rule speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DefaultAccess {
    /// Any signed-in, active user.
    User,
    /// Everybody.
    Public,
    /// Nobody.
    Deny,
}

impl DefaultAccess {
    pub(super) const WORDS: &[(&str, Self)] = &[
        ("user", Self::User),
        ("public", Self::Public),
        ("deny", Self::Deny),
    ];
}

/// The versions of IIIF Auth that viewers are offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AuthVersions {
    /// IIIF Authentication API 1.0.
    pub v1: bool,
    /// IIIF Authorization Flow API 2.0.
    pub v2: bool,
}

impl AuthVersions {
    /// Reads `1`, `2`, or both with a comma between.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let mut versions = Self {
            v1: false,
            v2: false,
        };
        for word in text.split([',', ' ']).filter(|word| !word.is_empty()) {
            match word {
                "1" | "1.0" => versions.v1 = true,
                "2" | "2.0" => versions.v2 = true,
                _ => return Err("must be `1`, `2` or `1,2`".to_owned()),
            }
        }
        Some(versions)
            .filter(|versions| versions.v1 || versions.v2)
            .ok_or_else(|| "must name a version".to_owned())
    }
}

/// The `SameSite` attribute of the access cookie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SameSite {
    /// Sent to the images from viewers on any site.
    None,
    /// Sent from the images' own site only.
    Lax,
}

impl SameSite {
    pub(super) const WORDS: &[(&str, Self)] = &[("none", Self::None), ("lax", Self::Lax)];
}

/// The shape of log lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object per line.
    Json,
}

impl LogFormat {
    pub(super) const WORDS: &[(&str, Self)] = &[("text", Self::Text), ("json", Self::Json)];
}

pub(super) const LOG_LEVELS: &[(&str, tracing::Level)] = &[
    ("error", tracing::Level::ERROR),
    ("warn", tracing::Level::WARN),
    ("info", tracing::Level::INFO),
    ("debug", tracing::Level::DEBUG),
    ("trace", tracing::Level::TRACE),
];

const SWITCH: &[(&str, bool)] = &[
    ("true", true),
    ("false", false),
    ("yes", true),
    ("no", false),
    ("on", true),
    ("off", false),
    ("1", true),
    ("0", false),
];

/// Takes one of the words, in upper or lower case.
pub(super) fn one_of<T: Copy>(words: &[(&str, T)], text: &str) -> Result<T, String> {
    words
        .iter()
        .find(|(word, _)| word.eq_ignore_ascii_case(text))
        .map(|(_, value)| *value)
        .ok_or_else(|| {
            let words: Vec<String> = words.iter().map(|(word, _)| format!("`{word}`")).collect();
            format!("must be one of {}", words.join(", "))
        })
}

/// Takes `true` or `false`, or a word that means it.
pub(super) fn switch(text: &str) -> Result<bool, String> {
    one_of(SWITCH, text).map_err(|_| "must be `true` or `false`".to_owned())
}
