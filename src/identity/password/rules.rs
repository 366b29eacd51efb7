//! What may be a new password, after NIST SP 800-63B: long enough, and not what is tried first. Which
//! characters it is made of is nobody's business.

use super::common::is_common;
use super::normal;

/// The fewest characters of a new password.
pub const MIN_CHARACTERS: usize = 10;
/// The longest password in bytes; a limit only so that nobody hashes megabytes.
pub const MAX_BYTES: usize = 4096;
/// What is shorter may stand in a password by chance.
const SHORTEST_WORD: usize = 4;
/// How much of digits and signs before and after a common password does not help.
const ATTACHED: usize = 4;

/// Why a text may not become a password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// Too short.
    #[error("must have at least {MIN_CHARACTERS} characters")]
    TooShort,
    /// Too long.
    #[error("must have at most {MAX_BYTES} bytes")]
    TooLong,
    /// The same few characters over and over.
    #[error("must not be the same few characters over and over")]
    Repeated,
    /// One that many people have.
    #[error("is one of those that are tried first: take a few words that do not belong together")]
    Common,
    /// Little more than the user's own name.
    #[error("must have more in it than your name")]
    OwnName,
    /// Little more than a name that everybody reads on the sign-in page.
    #[error("must have more in it than `{0}`")]
    SiteName(String),
}

/// The names that everybody who signs in here knows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rules {
    /// In lower case, the longest first.
    names: Vec<String>,
}

impl Rules {
    /// With the names of the institution and of its host.
    pub fn new(institution: &str, host: &str) -> Self {
        let words = institution.split_whitespace().chain(host.split('.'));
        let mut names: Vec<String> = words
            .chain([institution, host])
            .map(comparable)
            .filter(|name| name.chars().count() >= SHORTEST_WORD)
            .collect();
        names.sort_by_key(|name| std::cmp::Reverse(name.len()));
        names.dedup();
        Self { names }
    }

    /// Checks a new password for this user name.
    pub fn check(&self, password: &str, user_name: &str) -> Result<(), PasswordError> {
        if password.chars().count() < MIN_CHARACTERS {
            return Err(PasswordError::TooShort);
        }
        if password.len() > MAX_BYTES {
            return Err(PasswordError::TooLong);
        }
        let text = comparable(password);
        let unit = unit(&text);
        if unit.chars().count() < SHORTEST_WORD {
            return Err(PasswordError::Repeated);
        }
        let is_tried = |text: &str| is_common(text) || is_common(bare(text));
        if is_tried(&text) || is_tried(unit) {
            return Err(PasswordError::Common);
        }
        let own = comparable(user_name.trim());
        let mailbox = own.split('@').next().unwrap_or_default();
        let own = [own.as_str(), mailbox];
        if is_little_more_than(
            &text,
            own.into_iter()
                .filter(|n| n.chars().count() >= SHORTEST_WORD),
        ) {
            return Err(PasswordError::OwnName);
        }
        let names = self.names.iter().map(String::as_str);
        if is_little_more_than(&text, names.clone()) {
            let name = names.into_iter().find(|name| text.contains(name));
            return Err(PasswordError::SiteName(name.unwrap_or_default().to_owned()));
        }
        Ok(())
    }
}

/// Without what does not make a password better.
fn comparable(text: &str) -> String {
    normal(text).to_lowercase()
}

/// What a text is made of by repeating it: of `abcabc` it is `abc`, of most texts the text itself.
fn unit(text: &str) -> &str {
    let repeats = |end: &usize| {
        let (unit, rest) = text.split_at(*end);
        !rest.is_empty() && text.len().is_multiple_of(*end) && rest.split(unit).all(str::is_empty)
    };
    let ends = text.char_indices().map(|(at, _)| at).skip(1);
    let end = ends.take(text.len() / 2).find(repeats);
    end.and_then(|end| text.get(..end)).unwrap_or(text)
}

/// Without a few digits and signs at both ends.
fn bare(text: &str) -> &str {
    let is_letter = |c: char| c.is_alphabetic();
    let bare = text.trim_matches(|c| !is_letter(c));
    let attached = text.chars().count() - bare.chars().count();
    if attached <= 2 * ATTACHED { bare } else { text }
}

/// Whether a text has one of these names in it, and without them would be too short.
fn is_little_more_than<'a>(text: &str, names: impl Iterator<Item = &'a str>) -> bool {
    let rest = names.fold(text.to_owned(), |rest, name| rest.replace(name, ""));
    rest.len() < text.len() && rest.chars().count() < MIN_CHARACTERS
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(password: &str) -> Result<(), PasswordError> {
        let rules = Rules::new("Archive of Example Town", "images.example-town.org");
        rules.check(password, "Alice.Miller@example.org")
    }

    #[test]
    fn passwords_are_judged_by_length_not_by_composition() {
        assert_eq!(check("short"), Err(PasswordError::TooShort));
        assert_eq!(check("zürichsee"), Err(PasswordError::TooShort));
        assert_eq!(check(&"ab".repeat(4096)), Err(PasswordError::TooLong));
        for good in [
            "correct horse",
            "only small letters here",
            "   spaces   count   ",
            "Grüße aus Köln",
            "日本語の長い合言葉です",
            "🗺🐎🔋📎🎺🎻🥁🎷🎸🪕",
            &"long enough for anybody, this one, and more than seventy-two bytes. ".repeat(3),
        ] {
            assert_eq!(check(good), Ok(()), "{good}");
        }
    }

    #[test]
    fn what_is_tried_first_is_refused_with_a_few_digits_around_it_too() {
        for text in [
            "1234567890",
            "qwertyuiop",
            "Password123",
            "PASSWORD2024!",
            "!!manchester1",
            "dragon123456",
            "basketballbasketball",
            "ｐａｓｓｗｏｒｄ１２３",
        ] {
            assert_eq!(check(text), Err(PasswordError::Common), "{text}");
        }
        assert_eq!(check("aaaaaaaaaaaa"), Err(PasswordError::Repeated));
        assert_eq!(check("xyzxyzxyzxyz"), Err(PasswordError::Repeated));
        assert_eq!(check("dragon tower biscuit"), Ok(()));
        assert_eq!(check("dragon 8231947203"), Ok(()));
    }

    #[test]
    fn names_that_an_attacker_knows_add_nothing() {
        for text in [
            "alice.miller@example.org",
            "ALICE.MILLER@EXAMPLE.ORG1",
            "alice.miller2026",
        ] {
            assert_eq!(check(text), Err(PasswordError::OwnName), "{text}");
        }
        for text in [
            "images.example-town.org",
            "Archive of Example Town",
            "ArchiveExample99",
            "example-town!1",
        ] {
            assert!(
                matches!(check(text), Err(PasswordError::SiteName(_))),
                "{text}"
            );
        }
        assert_eq!(check("alice.miller likes old maps"), Ok(()));
        assert_eq!(check("the archive has no windows"), Ok(()));
        // A name of three letters stands in many words.
        assert_eq!(Rules::default().check("bobsleigh runs", "bob"), Ok(()));
    }
}
