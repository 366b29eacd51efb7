//! What a setting is, declared once: from it come the parser's messages and the documentation.

use std::fmt;

/// The chapter of the documentation in which a setting stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    /// The address that browsers use.
    Address,
    /// Where images and manifests come from.
    Images,
    /// Who may see what.
    Access,
    /// People and the pages they see.
    Accounts,
    /// How long sessions and tokens live.
    Sessions,
    /// The annotation store, and the sites whose users annotate.
    Annotations,
    /// Secrets, and where data is kept.
    Data,
    /// The process itself.
    Server,
    /// The shipped nginx files.
    Nginx,
    /// The containers.
    Compose,
}

impl Section {
    /// All sections, in the order of the documentation.
    pub const ALL: [Self; 10] = [
        Self::Address,
        Self::Images,
        Self::Access,
        Self::Accounts,
        Self::Sessions,
        Self::Annotations,
        Self::Data,
        Self::Server,
        Self::Nginx,
        Self::Compose,
    ];

    /// The heading.
    pub fn title(self) -> &'static str {
        match self {
            Self::Address => "Public address",
            Self::Images => "Images and manifests",
            Self::Access => "Who may see what",
            Self::Accounts => "Accounts and pages",
            Self::Sessions => "Sessions and tokens",
            Self::Annotations => "Annotations",
            Self::Data => "Secrets and data",
            Self::Server => "The process",
            Self::Nginx => "nginx",
            Self::Compose => "Docker Compose",
        }
    }
}

/// A program that reads a setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reader {
    /// iiif-gate.
    Gate,
    /// The shipped nginx configuration.
    Nginx,
    /// `docker-compose.yml`.
    Compose,
}

impl fmt::Display for Reader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Gate => "gate",
            Self::Nginx => "nginx",
            Self::Compose => "compose",
        })
    }
}

/// What holds when a setting is not set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Default {
    /// This value.
    Value(&'static str),
    /// What these words say.
    Words(&'static str),
    /// Nothing.
    Nothing,
}

/// The declaration of one setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Setting {
    /// The name of the environment variable.
    pub name: &'static str,
    /// Its chapter.
    pub section: Section,
    /// One line that says what it does.
    pub help: &'static str,
    /// What else one should know.
    pub note: &'static str,
    /// What holds when it is not set.
    pub default: Default,
    /// A value that is accepted; in parentheses, words that say where to get one.
    pub example: &'static str,
    /// Whether its value must never be shown, and may come from the file `NAME_FILE`.
    pub secret: bool,
    /// Who reads it.
    pub readers: &'static [Reader],
}

impl Setting {
    /// A setting that the gate reads and that has no default.
    pub(super) const fn new(
        name: &'static str,
        section: Section,
        example: &'static str,
        help: &'static str,
    ) -> Self {
        let readers = &[Reader::Gate];
        let default = Default::Nothing;
        Self {
            name,
            section,
            help,
            note: "",
            default,
            example,
            secret: false,
            readers,
        }
    }

    /// The same with more to know.
    pub(super) const fn note(mut self, note: &'static str) -> Self {
        self.note = note;
        self
    }

    /// The same with a default value.
    pub(super) const fn or(mut self, value: &'static str) -> Self {
        self.default = Default::Value(value);
        self
    }

    /// The same with a default that has to be told in words.
    pub(super) const fn or_else(mut self, words: &'static str) -> Self {
        self.default = Default::Words(words);
        self
    }

    /// The same as a secret.
    pub(super) const fn secret(mut self) -> Self {
        self.secret = true;
        self
    }

    /// The same with other readers.
    pub(super) const fn read_by(mut self, readers: &'static [Reader]) -> Self {
        self.readers = readers;
        self
    }

    /// The default, if it is a value.
    pub fn default_value(&self) -> Option<&'static str> {
        match self.default {
            Default::Value(value) => Some(value),
            Default::Words(_) | Default::Nothing => None,
        }
    }

    /// The example in words, if it is not one that can be copied: secrets have none of that kind.
    pub fn example_words(&self) -> Option<&'static str> {
        self.example.strip_prefix('(')?.strip_suffix(')')
    }

    /// The example as a line of `.env`, or in words.
    pub fn example_line(&self) -> String {
        match self.example_words() {
            Some(words) => words.to_owned(),
            None => format!("{}={}", self.name, self.example),
        }
    }

    /// The variable that names a file with the value, if it is a secret.
    pub fn file_name(&self) -> Option<String> {
        self.secret.then(|| format!("{}_FILE", self.name))
    }
}
