//! Numbers, times and short texts.

use std::num::NonZeroUsize;
use std::time::Duration;

use crate::access::zone::Zone;
use crate::language::{Language, NoLanguage};

/// The longest time that a setting may say, ten years: longer ones are slips of the keyboard.
const MAX_SECONDS: u64 = 10 * 365 * 86_400;

/// Reads a time: seconds, or a number with `s`, `m`, `h` or `d`.
pub(super) fn duration(text: &str) -> Result<Duration, String> {
    let fault = || "must be a number of seconds, or a number with `s`, `m`, `h` or `d`".to_owned();
    let (number, unit) = match text.char_indices().last() {
        Some((at, 's')) => (text.get(..at), 1),
        Some((at, 'm')) => (text.get(..at), 60),
        Some((at, 'h')) => (text.get(..at), 3600),
        Some((at, 'd')) => (text.get(..at), 86_400),
        _ => (Some(text), 1),
    };
    let number: u64 = number
        .and_then(|n| n.trim().parse().ok())
        .ok_or_else(fault)?;
    match number.checked_mul(unit) {
        Some(0) => Err("must be more than 0".to_owned()),
        Some(seconds) if seconds <= MAX_SECONDS => Ok(Duration::from_secs(seconds)),
        _ => Err("must be at most ten years".to_owned()),
    }
}

/// Reads a time, or `off`.
pub(super) fn duration_or_off(text: &str) -> Result<Option<Duration>, String> {
    if text == "off" {
        return Ok(None);
    }
    duration(text)
        .map(Some)
        .map_err(|fault| format!("{fault}, or `off`"))
}

/// Reads bcrypt's cost.
pub(super) fn bcrypt_cost(text: &str) -> Result<u32, String> {
    text.parse()
        .ok()
        .filter(|cost| crate::identity::password::COSTS.contains(cost))
        .ok_or_else(|| "must be a number from 4 to 18".to_owned())
}

/// Reads a number of threads.
pub(super) fn workers(text: &str) -> Result<NonZeroUsize, String> {
    text.parse()
        .ok()
        .filter(|count: &NonZeroUsize| count.get() <= 1024)
        .ok_or_else(|| "must be a number from 1 to 1024".to_owned())
}

/// Reads the name of a time zone, such as `Europe/Berlin`.
pub(super) fn time_zone(text: &str) -> Result<Zone, String> {
    Zone::named(text).ok_or_else(|| {
        "must be the name of a time zone in the IANA database, such as `Europe/Berlin` or `UTC`"
            .to_owned()
    })
}

/// Reads language tags with commas or blanks between.
pub(super) fn languages(text: &str) -> Result<Vec<Language>, String> {
    let tags = text.split([',', ' ']).filter(|tag| !tag.is_empty());
    let mut languages: Vec<Language> = Vec::new();
    for tag in tags {
        let language: Language = tag.parse().map_err(|error: NoLanguage| error.to_string())?;
        if languages.contains(&language) {
            return Err(format!("names `{tag}` twice"));
        }
        languages.push(language);
    }
    Some(languages)
        .filter(|languages| !languages.is_empty())
        .ok_or_else(|| "must name a language".to_owned())
}

/// Reads the character that stands for `/`, or `none`.
pub(super) fn slash_substitute(text: &str) -> Result<Option<char>, String> {
    let mut characters = text.chars();
    match (characters.next(), characters.next()) {
        _ if text == "none" => Ok(None),
        (Some(c), None) if c.is_ascii_punctuation() && !"/\\%?#;".contains(c) => Ok(Some(c)),
        _ => Err(
            "must be one punctuation character, but not `/`, `\\`, `%`, `?`, `#` or `;`, \
                  or the word `none`"
                .to_owned(),
        ),
    }
}

/// Reads a name that stands in tokens: printable ASCII without blanks.
pub(super) fn audience(text: &str) -> Result<String, String> {
    if text.len() <= 255 && text.bytes().all(|b| b.is_ascii_graphic()) {
        Ok(text.to_owned())
    } else {
        Err("must have at most 255 letters, digits or signs, without blanks".to_owned())
    }
}

/// Reads a short text that is shown to people.
pub(super) fn line(text: &str) -> Result<String, String> {
    if text.chars().count() > 200 {
        return Err("must have at most 200 characters".to_owned());
    }
    if text.chars().any(char::is_control) {
        return Err("must be one line".to_owned());
    }
    Ok(text.to_owned())
}

/// Reads where a picture is: a path on this host or an https URL.
pub(super) fn picture(text: &str) -> Result<String, String> {
    let path = text.starts_with('/') && !text.starts_with("//");
    let url = text.starts_with("https://") && url::Url::parse(text).is_ok();
    if (path || url) && text.bytes().all(|b| b.is_ascii_graphic()) && !text.contains(['"', '\\']) {
        Ok(text.to_owned())
    } else {
        Err("must be a path that begins with `/`, or an https URL".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_has_a_unit_or_is_in_seconds() {
        for (text, seconds) in [
            ("3600", 3600),
            ("90s", 90),
            ("5m", 300),
            ("2h", 7200),
            ("7 d", 604_800),
        ] {
            assert_eq!(duration(text), Ok(Duration::from_secs(seconds)), "{text}");
        }
        for text in [
            "",
            "0",
            "0h",
            "-1",
            "1.5h",
            "h",
            "1w",
            "1hä",
            "99999999999999999999",
            "4000d",
        ] {
            assert!(duration(text).is_err(), "{text}");
        }
    }

    #[test]
    fn numbers_have_limits() {
        assert_eq!(
            (bcrypt_cost("12"), workers("4").map(NonZeroUsize::get)),
            (Ok(12), Ok(4))
        );
        assert!(
            ["3", "19", "x", ""]
                .iter()
                .all(|text| bcrypt_cost(text).is_err())
        );
        assert!(
            ["0", "-1", "1025", ""]
                .iter()
                .all(|text| workers(text).is_err())
        );
    }

    #[test]
    fn a_slash_substitute_is_one_harmless_character() {
        assert_eq!(slash_substitute("!"), Ok(Some('!')));
        assert_eq!(slash_substitute("none"), Ok(None));
        for text in ["/", "%", "a", "!!", " ", "é", "", ";", "\\"] {
            assert!(slash_substitute(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_picture_is_on_this_host_or_comes_by_https() {
        for text in ["/logo.svg", "https://example.org/logo.svg"] {
            assert!(picture(text).is_ok(), "{text}");
        }
        for text in [
            "//evil/x",
            "http://a/x",
            "javascript:1",
            "logo.svg",
            "/a\"b",
            "data:,x",
        ] {
            assert!(picture(text).is_err(), "{text}");
        }
    }
}
