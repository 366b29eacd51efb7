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
    if text.chars().any(is_control) {
        let message = format!("the {what} must be one line without control characters");
        return Err(StoreError::Invalid(message));
    }
    Ok(text.to_owned())
}

/// As much of a text from outside as is kept, without control characters.
pub(super) fn shortened(text: &str) -> String {
    text.chars()
        .filter(|c| !is_control(*c))
        .take(LIMIT)
        .collect()
}

/// Whether a character steers how text is shown in place of being shown: controls, line separators, and what
/// turns the direction of writing or takes no place, by which one name looks like another in lists and logs.
fn is_control(c: char) -> bool {
    let turns = matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let is_nothing = matches!(
        c,
        '\u{200b}' | '\u{2028}' | '\u{2029}' | '\u{2060}' | '\u{feff}'
    );
    c.is_control() || turns || is_nothing
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_cannot_look_like_something_else() {
        for text in [
            "Ann\u{202e}",
            "A\u{2067}n",
            "An\u{200b}n",
            "A\u{2028}n",
            "A\nn",
        ] {
            assert!(line("name", text).is_err(), "{text:?}");
            assert!(!shortened(text).contains(|c: char| !c.is_alphabetic()));
        }
        // Persian names need joiners, and Arabic ones are written from the right as they are.
        for text in ["علی\u{200c}رضا", "Jürgen Müller", "山田 太郎"] {
            assert_eq!(line("name", text).unwrap(), text);
        }
    }
}
