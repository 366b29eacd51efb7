//! The pages about one's own account.

use serde::Serialize;

use super::Page;
use super::parts::{Choice, Errors, Frame, Moment};

/// Who am I, and where am I signed in.
#[derive(Debug, Clone, Serialize)]
pub struct AccountPage {
    /// What surrounds it.
    #[serde(flatten)]
    pub frame: Frame,
    /// The name for people, if there is one.
    pub display_name: String,
    /// The titles of the roles held.
    pub roles: Vec<String>,
    /// When the account was made.
    pub since: Moment,
    /// Where one is signed in.
    pub sessions: Vec<SessionRow>,
    /// Whether only some of them are shown.
    pub is_cut: bool,
}

/// A session, as its owner or an administrator sees it.
#[derive(Debug, Clone, Serialize)]
pub struct SessionRow {
    /// The fingerprint that the store knows it by; not the cookie's value.
    pub id: String,
    /// Whose it is.
    pub user: String,
    /// The number of whose it is.
    pub user_id: Option<i32>,
    /// The browser, in words.
    pub browser: String,
    /// What it opens.
    pub door: String,
    /// The address signed in from.
    pub address: String,
    /// When it began.
    pub created: Moment,
    /// When it was last used.
    pub seen: Moment,
    /// Whether it is the one that asks.
    pub current: bool,
}

impl SessionRow {
    pub(in crate::web::pages) fn samples() -> Vec<Self> {
        let first = Self {
            id: "q0Gd8xk6T0aP".to_owned(),
            user: "ada@example.org".to_owned(),
            user_id: Some(1),
            browser: "Firefox on Linux".to_owned(),
            door: "account".to_owned(),
            address: "192.0.2.17".to_owned(),
            created: Moment::sample(),
            seen: Moment::sample(),
            current: true,
        };
        let second = Self {
            browser: "Safari on iPhone".to_owned(),
            door: "images".to_owned(),
            address: "2001:db8:85a3:8d3:1319:8a2e:370:7348".to_owned(),
            current: false,
            ..first.clone()
        };
        vec![first, second]
    }
}

impl Page for AccountPage {
    const TEMPLATE: &'static str = "account/account.html";

    fn samples() -> Vec<Self> {
        let frame = Frame {
            here: "/",
            ..Frame::sample()
        };
        let plain = Self {
            frame: Frame {
                is_admin: false,
                ..frame.clone()
            },
            display_name: String::new(),
            roles: vec!["Signed-in readers".to_owned()],
            since: Moment::sample(),
            sessions: SessionRow::samples(),
            is_cut: false,
        };
        let flash = Some("Your password is changed. Other browsers are signed out.".to_owned());
        let roles = ["Signed-in readers", "Map room staff", "Administrators"];
        let admin = Self {
            frame: Frame { flash, ..frame },
            display_name: "Ada Lovelace".to_owned(),
            roles: roles.map(str::to_owned).to_vec(),
            is_cut: true,
            ..plain.clone()
        };
        vec![plain, admin]
    }
}

/// The form that changes one's own password.
#[derive(Debug, Clone, Default, Serialize)]
pub struct PasswordPage {
    /// What surrounds it.
    #[serde(flatten)]
    pub frame: Frame,
    /// What was wrong.
    pub errors: Errors,
}

impl Page for PasswordPage {
    const TEMPLATE: &'static str = "account/password.html";

    fn samples() -> Vec<Self> {
        let frame = Frame {
            here: "/password",
            ..Frame::sample()
        };
        let mut errors = Errors::default();
        errors.add("current", "Current password", "is not right");
        vec![
            Self {
                frame: frame.clone(),
                ..Self::default()
            },
            Self { frame, errors },
        ]
    }
}

/// One's API keys.
#[derive(Debug, Clone, Default, Serialize)]
pub struct KeysPage {
    /// What surrounds it.
    #[serde(flatten)]
    pub frame: Frame,
    /// The keys there are.
    pub keys: Vec<KeyRow>,
    /// The key that was just made: the only time that it is shown.
    pub new_key: Option<NewKey>,
    /// The name typed before.
    pub name: String,
    /// How long a new key may be good for.
    pub days: Vec<Choice>,
    /// What was wrong.
    pub errors: Errors,
}

/// An API key, without its secret.
#[derive(Debug, Clone, Serialize)]
pub struct KeyRow {
    /// Its number.
    pub id: i32,
    /// What its owner calls it.
    pub name: String,
    /// When it was made.
    pub created: Moment,
    /// When it expires.
    pub expires: Option<Moment>,
    /// When it was last used.
    pub used: Option<Moment>,
    /// Whether it has expired.
    pub expired: bool,
}

/// A key that was just made.
#[derive(Clone, Serialize)]
pub struct NewKey {
    /// What its owner calls it.
    pub name: String,
    /// The key itself.
    pub secret: String,
}

impl std::fmt::Debug for NewKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewKey")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

impl Page for KeysPage {
    const TEMPLATE: &'static str = "account/keys.html";

    fn samples() -> Vec<Self> {
        let frame = Frame {
            here: "/keys",
            ..Frame::sample()
        };
        let days = Choice::list(&[("90", "90 days"), ("365", "one year")], "365");
        let empty = Self {
            frame,
            days,
            ..Self::default()
        };
        let key = KeyRow {
            id: 1,
            name: "Nightly export".to_owned(),
            created: Moment::sample(),
            expires: Some(Moment::sample()),
            used: None,
            expired: false,
        };
        let old = KeyRow {
            id: 2,
            name: "Old laptop".to_owned(),
            used: Some(Moment::sample()),
            expired: true,
            ..key.clone()
        };
        let new_key = NewKey {
            name: "Nightly export".to_owned(),
            secret: "iiifgate_ZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZ".to_owned(),
        };
        let made = Self {
            keys: vec![key, old],
            new_key: Some(new_key),
            ..empty.clone()
        };
        let mut errors = Errors::default();
        errors.add("name", "Name", "must not be empty");
        vec![empty.clone(), made, Self { errors, ..empty }]
    }
}
