//! What the token service says (IIIF Auth 1.0 §2.2).

use serde::Serialize;

/// The five errors of IIIF Auth 1.0 §2.2.6.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum TokenError {
    /// The request cannot be used.
    InvalidRequest,
    /// No access cookie came.
    MissingCredentials,
    /// An access cookie came, but it is unknown, revoked or expired.
    InvalidCredentials,
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
            Self::MissingCredentials | Self::InvalidCredentials => 401,
            Self::Unavailable => 503,
        }
    }

    /// What a person should know.
    pub fn description(self) -> &'static str {
        match self {
            Self::InvalidRequest => "The viewer's request could not be understood.",
            Self::MissingCredentials => {
                "Your browser sent no sign-in cookie: you are not signed in, or it blocks cookies of other sites."
            }
            Self::InvalidCredentials => "Your sign-in has ended. Please sign in again.",
            Self::InvalidOrigin => "Viewers on this site are not admitted.",
            Self::Unavailable => {
                "Sign-in cannot be checked right now. Please try again in a minute."
            }
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

/// The JSON object for the client; with `messageId` where it is posted to a viewer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Message<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    #[serde(rename = "messageId")]
    id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    access_token: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_in: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<TokenError>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'static str>,
}

impl<'a> Message<'a> {
    /// Says an outcome.
    pub fn new(outcome: &'a Outcome, message_id: Option<&'a str>) -> Self {
        let token = outcome.as_ref().ok();
        let error = outcome.as_ref().err().copied();
        Self {
            id: message_id,
            access_token: token.map(|token| token.access_token.as_str()),
            expires_in: token.map(|token| token.expires_in),
            error,
            description: error.map(TokenError::description),
        }
    }
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
    use serde_json::{Value, json};

    use super::*;

    fn said(outcome: &Outcome, message_id: Option<&str>) -> Value {
        serde_json::to_value(Message::new(outcome, message_id)).unwrap()
    }

    #[test]
    fn a_token_and_an_error_look_as_the_specification_shows_them() {
        let token = Ok(Token {
            access_token: "t".to_owned(),
            expires_in: 3600,
        });
        assert_eq!(
            said(&token, None),
            json!({"accessToken": "t", "expiresIn": 3600})
        );
        assert_eq!(
            said(&token, Some("7")),
            json!({"messageId": "7", "accessToken": "t", "expiresIn": 3600})
        );
        let error = said(
            &Err(TokenError::MissingCredentials),
            Some("https://x/token"),
        );
        assert_eq!(error["error"], "missingCredentials");
        assert_eq!(error["messageId"], "https://x/token");
        assert!(error.get("accessToken").is_none());
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
