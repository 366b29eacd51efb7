//! The pages that people and viewers meet on the way to an image.

use serde::Serialize;

use super::Page;
use super::access::sample_language;
use crate::iiif::token::script_json;
use crate::language::Language;

/// The form that asks for name and password; used by the IIIF access service and the account alike.
#[derive(Debug, Clone, Default, Serialize)]
pub struct SignInPage {
    /// The language of the page.
    pub language: Language,
    /// The heading, such as `Sign in`.
    pub heading: String,
    /// Why one should, below the heading.
    pub lead: Option<String>,
    /// The address that the form is sent to.
    pub action: String,
    /// The origin of the viewer that opened the page.
    pub origin: Option<String>,
    /// Where to go after signing in; a path of ours.
    pub next: Option<String>,
    /// The name typed before.
    pub username: String,
    /// What was wrong.
    pub error: Option<String>,
    /// The form token.
    pub csrf: String,
    /// Whether to show the way to registration.
    pub can_register: bool,
    /// The page that closes a window opened by a viewer.
    pub cancel_url: Option<String>,
}

impl Page for SignInPage {
    const TEMPLATE: &'static str = "sign_in.html";

    fn language(&self) -> Option<&Language> {
        Some(&self.language)
    }

    fn samples() -> Vec<Self> {
        let plain = Self {
            heading: "Sign in".to_owned(),
            action: "/auth/login".to_owned(),
            csrf: "form-token".to_owned(),
            ..Self::default()
        };
        let for_viewer = Self {
            lead: Some("Some images are for signed-in readers only.".to_owned()),
            action: "/auth/iiif-login".to_owned(),
            origin: Some("https://viewer.example".to_owned()),
            username: "ada@example.org".to_owned(),
            error: Some("That name and password do not go together.".to_owned()),
            can_register: true,
            cancel_url: Some("/auth/iiif-login?cancel=1".to_owned()),
            ..plain.clone()
        };
        let german = Self {
            language: sample_language("de"),
            heading: "Anmelden: Bibliothek".to_owned(),
            ..for_viewer.clone()
        };
        vec![plain, for_viewer, german]
    }
}

/// What follows signing in or accepting terms: a button that closes the window (the second click,
/// requirement BR-14).
#[derive(Debug, Clone, Default, Serialize)]
pub struct SignedInPage {
    /// The language of the page.
    pub language: Language,
    /// Who is signed in; unless terms were accepted.
    pub user_name: String,
    /// The title of the role whose terms were accepted, which is all that happened.
    pub accepted: Option<String>,
    /// Where to go on, for somebody who came without a viewer; a path of ours.
    pub next: Option<String>,
    /// The nonce of the page's script.
    pub nonce: String,
    /// Whether the window closes by itself, for viewers on our own site.
    pub auto_close: bool,
    /// The origin of the viewer that opened the page.
    pub origin: Option<String>,
    /// The address that signs out.
    pub logout_url: String,
}

impl Page for SignedInPage {
    const TEMPLATE: &'static str = "signed_in.html";

    fn language(&self) -> Option<&Language> {
        Some(&self.language)
    }

    fn samples() -> Vec<Self> {
        let plain = Self {
            user_name: "ada@example.org".to_owned(),
            nonce: "bm9uY2U".to_owned(),
            logout_url: "/auth/logout".to_owned(),
            ..Self::default()
        };
        let origin = Some("https://viewer.example".to_owned());
        vec![
            Self {
                origin,
                ..plain.clone()
            },
            Self {
                auto_close: true,
                language: sample_language("fr"),
                ..plain.clone()
            },
            Self {
                accepted: Some("Photographs of living people".to_owned()),
                ..plain.clone()
            },
            Self {
                next: Some("/iiif/images/a/full/max/0/default.jpg".to_owned()),
                ..plain
            },
        ]
    }
}

/// The last page in a window: closes it, and says that it can be closed.
#[derive(Debug, Clone, Default, Serialize)]
pub struct ClosedPage {
    /// The language of the page.
    pub language: Language,
    /// What happened, such as `You are signed out`.
    pub heading: String,
    /// More about it.
    pub message: Option<String>,
    /// The nonce of the page's script.
    pub nonce: String,
    /// Whether the window closes by itself.
    pub auto_close: bool,
    /// The sign-in page, to go to instead of closing.
    pub sign_in_url: Option<String>,
    /// The page of the terms that were not accepted.
    pub terms_url: Option<String>,
}

impl Page for ClosedPage {
    const TEMPLATE: &'static str = "closed.html";

    fn language(&self) -> Option<&Language> {
        Some(&self.language)
    }

    fn samples() -> Vec<Self> {
        let signed_out = Self {
            heading: "You are signed out".to_owned(),
            message: Some("Protected images stay closed until you sign in again.".to_owned()),
            nonce: "bm9uY2U".to_owned(),
            auto_close: true,
            sign_in_url: Some("/auth/login".to_owned()),
            ..Self::default()
        };
        let canceled = Self {
            language: sample_language("de"),
            heading: "Nicht zugestimmt".to_owned(),
            message: None,
            sign_in_url: None,
            terms_url: Some("/auth/iiif-terms/photographs".to_owned()),
            ..signed_out.clone()
        };
        vec![signed_out, canceled]
    }
}

/// A value written as JSON that may stand inside a `<script>` (requirement BR-31).
#[derive(Debug, Clone, Serialize)]
#[serde(transparent)]
pub struct ScriptJson(String);

impl ScriptJson {
    /// Writes the value so that nothing in it ends the script.
    pub fn new(value: &serde_json::Value) -> Self {
        // A JSON value can always be written; if not, `null` would say nothing rather than too much.
        Self(script_json(value).unwrap_or_else(|_| "null".to_owned()))
    }
}

/// The page in a viewer's hidden frame: posts the token message and shows nothing.
#[derive(Debug, Clone, Serialize)]
pub struct TokenPage {
    /// The nonce of the page's script.
    pub nonce: String,
    /// The message.
    pub message_json: ScriptJson,
    /// The origin that it is meant for.
    pub target_json: ScriptJson,
    /// Where the script may load the page once more, if no cookie came and the browser, asked for it,
    /// gives it; never set on that second time.
    pub retry_json: Option<ScriptJson>,
}

impl Page for TokenPage {
    const TEMPLATE: &'static str = "token.html";

    fn samples() -> Vec<Self> {
        let message = serde_json::json!({"messageId": "</script><b>'\"&"});
        let posted = Self {
            nonce: "bm9uY2U".to_owned(),
            message_json: ScriptJson::new(&message),
            target_json: ScriptJson::new(&"https://viewer.example".into()),
            retry_json: None,
        };
        let asking = Self {
            retry_json: Some(ScriptJson::new(
                &"/auth/iiif-token?messageId=1&asked=1".into(),
            )),
            ..posted.clone()
        };
        vec![posted, asking]
    }
}

/// What went wrong, for people.
#[derive(Debug, Clone, Default, Serialize)]
pub struct ErrorPage {
    /// The language of the page.
    pub language: Language,
    /// The HTTP status.
    pub status: u16,
    /// What it is, in three words.
    pub title: String,
    /// What happened.
    pub message: String,
    /// What to do now.
    pub hint: Option<String>,
    /// The number of the request in the logs.
    pub number: Option<String>,
}

impl Page for ErrorPage {
    const TEMPLATE: &'static str = "error.html";

    fn language(&self) -> Option<&Language> {
        Some(&self.language)
    }

    fn samples() -> Vec<Self> {
        let not_found = Self {
            status: 404,
            title: "Page not found".to_owned(),
            message: "There is nothing at this address.".to_owned(),
            ..Self::default()
        };
        let forbidden = Self {
            status: 403,
            title: "The form is too old".to_owned(),
            message: "It was not sent from a page of ours, or that page is no longer valid."
                .to_owned(),
            hint: Some("Go back, load the page again, and send it once more.".to_owned()),
            number: Some("5f0c1e9a7b3d42688c1fa0e6d9b27344".to_owned()),
            ..Self::default()
        };
        vec![not_found, forbidden]
    }
}
