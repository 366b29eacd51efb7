//! Secrets: which texts are good enough to be one. Nothing here shows a secret.

use secrecy::{ExposeSecret as _, SecretString};

use crate::identity::consumer::ConsumerSecret;
use crate::identity::name::UserName;
use crate::identity::password::Rules;

/// The fewest bytes of the key that signs cookies and tokens.
const KEY_BYTES: usize = 32;
/// The fewest bytes of the password salt, and what a new one should have.
const SALT_BYTES: (usize, usize) = (8, 16);

/// Words that templates and tutorials put where a secret belongs.
const PLACEHOLDERS: &[&str] = &[
    "changeme",
    "change-me",
    "change_me",
    "change me",
    "changeit",
    "default",
    "example",
    "insecure",
    "password",
    "placeholder",
    "replaceme",
    "replace-me",
    "salt",
    "secret",
    "secretkey",
    "secret-key",
    "secret_key",
    "supersecret",
    "super-secret",
    "test",
    "topsecret",
    "xxx",
    "your-secret",
    "your-secret-key",
];

/// Reads the key that signs cookies and tokens.
pub(super) fn key(text: &str) -> Result<SecretString, String> {
    not_a_placeholder(text)?;
    if text.len() < KEY_BYTES {
        return Err(format!(
            "has {} bytes, but needs at least {KEY_BYTES}",
            text.len()
        ));
    }
    Ok(text.into())
}

/// Reads a list of former keys.
pub(super) fn keys(text: &str) -> Result<Vec<SecretString>, String> {
    text.split_whitespace().map(key).collect()
}

/// Reads the password salt; what the Flask original accepted may be short.
pub(super) fn salt(text: &str) -> Result<SecretString, String> {
    not_a_placeholder(text)?;
    if text.len() < SALT_BYTES.0 {
        return Err(format!(
            "has {} bytes, but needs at least {}",
            text.len(),
            SALT_BYTES.0
        ));
    }
    Ok(text.into())
}

/// Reads what the annotation store takes for every site's secret.
pub(super) fn store(text: &str) -> Result<SecretString, String> {
    not_a_placeholder(text)?;
    ConsumerSecret::new(text.as_bytes()).map_err(|error| error.to_string())?;
    Ok(text.into())
}

/// Whether a salt that is accepted is shorter than it should be.
pub(super) fn is_short_salt(salt: &SecretString) -> bool {
    (1..SALT_BYTES.1).contains(&salt.expose_secret().len())
}

/// Reads the administrator's first password.
pub(super) fn password(text: &str, user: &UserName, rules: &Rules) -> Result<SecretString, String> {
    not_a_placeholder(text)?;
    let checked = rules.check(text, user.as_str());
    checked.map_err(|error| error.to_string())?;
    Ok(text.into())
}

fn not_a_placeholder(text: &str) -> Result<(), String> {
    let lower = text.trim().to_lowercase();
    let example = lower.starts_with('(') && lower.ends_with(')');
    let mut characters: Vec<char> = lower.chars().collect();
    characters.sort_unstable();
    characters.dedup();
    // `***`, `xxxxxxxx`, `1212121212`: what a person types who wants to get on.
    let monotonous = characters.len() < 4;
    if PLACEHOLDERS.contains(&lower.as_str()) || example || monotonous {
        return Err("is a placeholder that anybody could guess".to_owned());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_no_secrets() {
        for text in [
            "***",
            "****",
            "changeme",
            "Secret",
            " secret ",
            "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
            "(some example of a secret in a template)",
        ] {
            assert!(key(text).is_err(), "{text}");
            assert!(salt(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_key_is_long_and_a_salt_may_be_as_short_as_it_was() {
        let short = "k3yW1thOnly31Bytes.abcdefghijkl";
        assert_eq!(
            key(short).unwrap_err(),
            "has 31 bytes, but needs at least 32"
        );
        assert!(key(&format!("{short}m")).is_ok());
        assert!(is_short_salt(&salt("s4ltof08").unwrap()));
        assert!(salt("s4ltof7").is_err());
    }

    #[test]
    fn a_fault_never_shows_the_secret() {
        let user = UserName::parse("admin@example.org").unwrap();
        for text in ["hunter2", "admin@example.org"] {
            assert!(!key(text).unwrap_err().contains(text));
            assert!(!salt(text).err().unwrap_or_default().contains(text));
            assert!(
                !password(text, &user, &Rules::default())
                    .unwrap_err()
                    .contains(text)
            );
        }
    }
}
