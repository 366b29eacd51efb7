//! What the token services say (IIIF Auth 1.0 §2.2, 2.0 §4).

use serde::Serialize;
use serde_json::{Map, Value};

use super::services::CONTEXT_V2;
use super::wording::{Notice, Texts, Wording};

/// Why there is no token. Version 1 of IIIF Auth has five words for it (§2.2.6), version 2 has six (§4.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenError {
    /// The request cannot be used.
    InvalidRequest,
    /// No access cookie came.
    MissingCredentials,
    /// No access cookie came, and the browser says that it withholds cookies from this frame.
    BlockedCredentials,
    /// An access cookie came, but it is unknown or revoked.
    InvalidCredentials,
    /// An access cookie came whose session is over.
    ExpiredCredentials,
    /// The visitor is in none of the role's networks.
    Elsewhere,
    /// Viewers of this origin are not admitted.
    InvalidOrigin,
    /// The gate cannot tell right now.
    Unavailable,
}

impl TokenError {
    /// The HTTP status for a client that is no browser.
    pub fn status(self) -> u16 {
        match self {
            Self::InvalidRequest | Self::InvalidOrigin => 400,
            Self::MissingCredentials
            | Self::BlockedCredentials
            | Self::InvalidCredentials
            | Self::ExpiredCredentials
            | Self::Elsewhere => 401,
            Self::Unavailable => 503,
        }
    }

    /// The word of version 1.
    pub fn error(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalidRequest",
            Self::MissingCredentials | Self::BlockedCredentials | Self::Elsewhere => {
                "missingCredentials"
            }
            Self::InvalidCredentials | Self::ExpiredCredentials => "invalidCredentials",
            Self::InvalidOrigin => "invalidOrigin",
            Self::Unavailable => "unavailable",
        }
    }

    /// The word of version 2.
    pub fn profile(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalidRequest",
            Self::MissingCredentials | Self::BlockedCredentials | Self::Elsewhere => {
                "missingAspect"
            }
            Self::InvalidCredentials => "invalidAspect",
            Self::ExpiredCredentials => "expiredAspect",
            Self::InvalidOrigin => "invalidOrigin",
            Self::Unavailable => "unavailable",
        }
    }

    /// What a person should know, and do.
    pub fn notice(self, texts: &Texts) -> &Notice {
        let texts = &texts.token;
        match self {
            Self::InvalidRequest => &texts.invalid_request,
            Self::MissingCredentials => &texts.missing,
            Self::BlockedCredentials => &texts.blocked,
            Self::InvalidCredentials => &texts.invalid,
            Self::ExpiredCredentials => &texts.expired,
            Self::Elsewhere => &texts.elsewhere,
            Self::InvalidOrigin => &texts.invalid_origin,
            Self::Unavailable => &texts.unavailable,
        }
    }
}

/// A token, or why there is none.
pub type Outcome = Result<Token, TokenError>;

/// A token with its remaining life in seconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// The access token.
    pub access_token: String,
    /// Seconds, more than 0.
    pub expires_in: i64,
}

/// The message of version 1; with `messageId` where it is posted to a viewer.
pub fn message_v1(outcome: &Outcome, message_id: Option<&str>, texts: &Texts) -> Value {
    let mut message = Map::new();
    if let Some(id) = message_id {
        message.insert("messageId".to_owned(), id.into());
    }
    match outcome {
        Ok(token) => add_token(&mut message, token),
        Err(error) => {
            message.insert("error".to_owned(), error.error().into());
            let description = error.notice(texts).note.as_str();
            message.insert("description".to_owned(), description.into());
        }
    }
    Value::Object(message)
}

/// The message of version 2, which is always posted.
pub fn message_v2(outcome: &Outcome, message_id: &str, wording: &Wording) -> Value {
    let kind = match outcome {
        Ok(_) => "AuthAccessToken2",
        Err(_) => "AuthAccessTokenError2",
    };
    let mut message = Map::new();
    message.insert("@context".to_owned(), CONTEXT_V2.into());
    message.insert("type".to_owned(), kind.into());
    message.insert("messageId".to_owned(), message_id.into());
    match outcome {
        Ok(token) => add_token(&mut message, token),
        Err(error) => {
            message.insert("profile".to_owned(), error.profile().into());
            let heading = wording.map(|texts| error.notice(texts).heading.clone());
            message.insert("heading".to_owned(), heading);
            let note = wording.map(|texts| error.notice(texts).note.clone());
            message.insert("note".to_owned(), note);
        }
    }
    Value::Object(message)
}

fn add_token(message: &mut Map<String, Value>, token: &Token) {
    message.insert("accessToken".to_owned(), token.access_token.as_str().into());
    message.insert("expiresIn".to_owned(), token.expires_in.into());
}

/// JSON that can stand inside a `<script>`: nothing in it ends the script or a line.
pub fn script_json(value: &impl Serialize) -> Result<String, serde_json::Error> {
    let json = serde_json::to_string(value)?;
    let mut safe = json;
    for c in ['<', '>', '&', '\u{2028}', '\u{2029}'] {
        safe = safe.replace(c, &format!("\\u{:04x}", u32::from(c)));
    }
    Ok(safe)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::language::{Language, Preferred};

    const ALL: [TokenError; 8] = [
        TokenError::InvalidRequest,
        TokenError::MissingCredentials,
        TokenError::BlockedCredentials,
        TokenError::InvalidCredentials,
        TokenError::ExpiredCredentials,
        TokenError::Elsewhere,
        TokenError::InvalidOrigin,
        TokenError::Unavailable,
    ];

    fn wording() -> Wording {
        Wording::new(&[Language::english()], "Archive", "images.example").unwrap()
    }

    fn token() -> Token {
        Token {
            access_token: "t".to_owned(),
            expires_in: 3600,
        }
    }

    #[test]
    fn a_token_and_an_error_look_as_version_1_shows_them() {
        let wording = wording();
        let said =
            |outcome: &Outcome, id| message_v1(outcome, id, wording.texts(&Preferred::default()));
        assert_eq!(
            said(&Ok(token()), None),
            json!({"accessToken": "t", "expiresIn": 3600})
        );
        assert_eq!(
            said(&Ok(token()), Some("7")),
            json!({"messageId": "7", "accessToken": "t", "expiresIn": 3600})
        );
        let error = said(
            &Err(TokenError::MissingCredentials),
            Some("https://x/token"),
        );
        assert_eq!(error["error"], "missingCredentials");
        assert_eq!(error["messageId"], "https://x/token");
        assert!(error.get("accessToken").is_none() && error["description"].is_string());
    }

    #[test]
    fn a_token_and_the_errors_look_as_version_2_shows_them() {
        let said = |outcome: &Outcome| message_v2(outcome, "ae3415", &wording());
        assert_eq!(
            said(&Ok(token())),
            json!({
                "@context": "http://iiif.io/api/auth/2/context.json", "type": "AuthAccessToken2",
                "messageId": "ae3415", "accessToken": "t", "expiresIn": 3600,
            })
        );
        insta::assert_json_snapshot!(ALL.map(|error| said(&Err(error))));
    }

    #[test]
    fn blocked_cookies_are_not_called_a_missing_sign_in() {
        let wording = wording();
        let notice = TokenError::BlockedCredentials.notice(wording.texts(&Preferred::default()));
        assert!(notice.heading.contains("blocks cookies of images.example"));
        assert!(notice.note.contains("Allow cookies for images.example"));
    }

    #[test]
    fn nothing_breaks_out_of_the_script() {
        let json = script_json(&"</script><!--&\u{2028}\u{2029}\"'\\").unwrap();
        assert!(
            !json.contains(['<', '>', '&', '\u{2028}', '\u{2029}']),
            "{json}"
        );
    }

    proptest! {
        #[test]
        fn script_json_keeps_the_value(text in any::<String>()) {
            let json = script_json(&text).unwrap();
            prop_assert_eq!(serde_json::from_str::<String>(&json).unwrap(), text);
        }
    }
}
