//! Names that are almost a setting: probably a slip, and better said than silently ignored.

use std::collections::BTreeMap;

use super::problem::Problem;
use super::table;

/// Variables that the Flask original set inside its container, and what they are called outside.
const ORIGINAL: &[(&str, &str)] = &[
    ("SECRET_KEY", "AUTH_SECRET_KEY"),
    ("SECURITY_PASSWORD_SALT", "AUTH_PASSWORD_SALT"),
    ("DB_CONNECTION", "AUTH_DB_CONNECTION"),
    ("ADMIN_USERID", "AUTH_ADMIN_USERID"),
    ("ADMIN_PASSWORD", "AUTH_ADMIN_PASSWORD"),
];

/// Whether a variable of this name is of any interest: a setting, its file, or almost one.
pub(super) fn concerns_us(name: &str) -> bool {
    is_known(name) || slip(name).is_some()
}

/// Warnings about names that are read by nobody but look like a setting.
pub(super) fn warnings(raw: &BTreeMap<String, String>) -> Vec<Problem> {
    raw.keys()
        .filter(|name| !is_known(name))
        .filter_map(|name| Some(Problem::about(name, slip(name)?).into_warning()))
        .collect()
}

fn is_known(name: &str) -> bool {
    table::all().any(|s| s.name == name || s.file_name().is_some_and(|file| file == name))
}

/// What is probably meant by an unknown name.
fn slip(name: &str) -> Option<String> {
    if let Some((_, ours)) = ORIGINAL.iter().find(|(theirs, _)| *theirs == name) {
        return Some(format!("is not read; the setting is called `{ours}`"));
    }
    if let Some(plain) = name.strip_suffix("_FILE")
        && table::find(plain).is_some()
    {
        return Some(format!(
            "is not read; only secrets come from files, so set `{plain}`"
        ));
    }
    let upper = name.to_uppercase().replace('-', "_");
    table::all()
        .map(|setting| (distance(&upper, setting.name), setting.name))
        // Short names are too easily a variable of some other program.
        .filter(|(distance, ours)| *distance <= ours.len() / 6)
        .min()
        .map(|(_, ours)| format!("is not read; did you mean `{ours}`?"))
}

/// The number of letters to insert, remove or replace until one word becomes the other.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        for (cell, y) in row.iter_mut().skip(1).zip(&b) {
            let here = (diagonal + usize::from(x != *y))
                .min(left + 1)
                .min(*cell + 1);
            diagonal = *cell;
            *cell = here;
            left = here;
        }
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn warned(name: &str) -> Option<String> {
        let raw = BTreeMap::from([(name.to_owned(), "x".to_owned())]);
        warnings(&raw).first().map(ToString::to_string)
    }

    #[test]
    fn a_slip_of_the_pen_is_pointed_out() {
        for (typed, meant) in [
            ("AUTH_SECRET_KEYS", "AUTH_SECRET_KEY"),
            ("AUTH_SECRETKEY", "AUTH_SECRET_KEY"),
            ("VIRTUAL_HOSTS", "VIRTUAL_HOST"),
            ("virtual_host", "VIRTUAL_HOST"),
            ("DATA-DIR", "DATA_DIR"),
            ("LISTENS", "LISTEN"),
            ("SECURITY_PASSWORD_SALT", "AUTH_PASSWORD_SALT"),
            ("VIRTUAL_HOST_FILE", "VIRTUAL_HOST"),
        ] {
            assert!(
                warned(typed).unwrap().contains(&format!("`{meant}`")),
                "{typed}"
            );
        }
    }

    #[test]
    fn settings_and_the_variables_of_others_are_left_alone() {
        for name in [
            "AUTH_SECRET_KEY",
            "AUTH_SECRET_KEY_FILE",
            "IMAGE_DIR",
            "PATH",
            "HOME",
            "LISTEN_FDS",
            "LISTEN_PID",
            "HOSTNAME",
            "LOGNAME",
            "PORT",
            "DATABASE_URL",
            "RUST_LOG",
            "TLS",
        ] {
            assert_eq!(warned(name), None, "{name}");
        }
    }

    #[test]
    fn distance_counts_letters() {
        for (a, b, n) in [
            ("", "", 0),
            ("abc", "abc", 0),
            ("abc", "abd", 1),
            ("abc", "ac", 1),
            ("", "abc", 3),
            ("kitten", "sitting", 3),
        ] {
            assert_eq!(distance(a, b), n, "{a} {b}");
        }
    }
}
