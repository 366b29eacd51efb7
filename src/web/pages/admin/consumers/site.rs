//! What has to be done at a consumer's own site.

use serde::Serialize;

use super::super::super::Page;
use super::super::super::parts::Frame;
use super::frame;

/// How the site makes tokens, and what its pages load.
#[derive(Debug, Clone, Default, Serialize)]
pub struct SitePage {
    /// What surrounds it.
    #[serde(flatten)]
    pub frame: Frame,
    /// The consumer's number.
    pub id: i32,
    /// What people call it.
    pub name: String,
    /// Its key.
    pub key: String,
    /// Whether it is the one of our own users.
    pub is_built_in: bool,
    /// Where pages get a token.
    pub token_url: String,
    /// Where annotations are, without a slash at the end.
    pub store_url: String,
    /// Where a token is exchanged for a cookie.
    pub session_url: String,
    /// Programs that make tokens.
    pub programs: Vec<Program>,
    /// From which pages tokens are taken now; nothing if from none.
    pub origins: Vec<String>,
    /// Where its users see images, if they do.
    pub images: Option<String>,
}

/// A program that makes tokens.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Program {
    /// The language that it is written in.
    pub language: &'static str,
    /// The name of its file.
    pub file: &'static str,
    /// Its text.
    pub text: &'static str,
}

/// The programs that are shown, which are those that are tested.
///
/// Not `token.py`: a module of Python itself has that name, and `PyJWT` would load ours instead.
pub const PROGRAMS: [Program; 4] = [
    Program {
        language: "Python",
        file: "authtoken.py",
        text: include_str!("../../../../../templates/snippets/authtoken.py"),
    },
    Program {
        language: "PHP",
        file: "authtoken.php",
        text: include_str!("../../../../../templates/snippets/authtoken.php"),
    },
    Program {
        language: "Ruby",
        file: "authtoken.rb",
        text: include_str!("../../../../../templates/snippets/authtoken.rb"),
    },
    Program {
        language: "Node",
        file: "authtoken.mjs",
        text: include_str!("../../../../../templates/snippets/authtoken.mjs"),
    },
];

impl Page for SitePage {
    const TEMPLATE: &'static str = "admin/consumers/site.html";

    fn samples() -> Vec<Self> {
        let waiting = Self {
            frame: frame(),
            id: 2,
            name: "DocLand".to_owned(),
            key: "602368a0e905492fae87697edad14c3a".to_owned(),
            token_url: "/annotator-token".to_owned(),
            store_url: "https://images.example/annotator".to_owned(),
            session_url: "https://images.example/auth/annotator/session".to_owned(),
            programs: PROGRAMS.to_vec(),
            ..Self::default()
        };
        let ready = Self {
            origins: vec!["https://doc.land".to_owned()],
            images: Some("/iiif/images/docland/".to_owned()),
            ..waiting.clone()
        };
        let own = Self {
            id: 1,
            name: "Our own users".to_owned(),
            is_built_in: true,
            token_url: "https://images.example/auth/token".to_owned(),
            programs: Vec::new(),
            ..waiting.clone()
        };
        vec![waiting, ready, own]
    }
}
