//! Free text that people typed: one line, no control characters, not too long.

use super::error::StoreError;

/// The most characters of a name, title or note.
const LIMIT: usize = 500;

/// The text without blanks around it.
pub(super) fn line(what: &str, text: &str) -> Result<String, StoreError> {
    let text = text.trim();
    if text.chars().count() > LIMIT {
        let message = format!("the {what} must have at most {LIMIT} characters");
        return Err(StoreError::Invalid(message));
    }
    if text.chars().any(char::is_control) {
        let message = format!("the {what} must be one line without control characters");
        return Err(StoreError::Invalid(message));
    }
    Ok(text.to_owned())
}

/// As much of a text from outside as is kept, without control characters.
pub(super) fn shortened(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_control())
        .take(LIMIT)
        .collect()
}
