//! Sessions as people see them in lists.

use super::pages::account::SessionRow;
use crate::identity::session::Door;
use crate::store::sessions::Session;

/// A session in a list, seen from the session `current`.
pub(super) fn row(session: &Session, user: &str, current: &str) -> SessionRow {
    SessionRow {
        id: session.id.clone(),
        user: user.to_owned(),
        user_id: session.user_id.map(|id| id.0),
        browser: browser(&session.user_agent),
        door: match session.door {
            Door::Images => "images",
            Door::Account => "account",
        }
        .to_owned(),
        address: session
            .address
            .map(|address| address.to_string())
            .unwrap_or_default(),
        created: session.created_at.into(),
        seen: session.last_seen_at.into(),
        current: session.id == current,
    }
}

/// The order matters: browsers name those that they want to be taken for, too.
const BROWSERS: [(&str, &str); 7] = [
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Chrome/", "Chrome"),
    ("CriOS/", "Chrome"),
    ("Safari/", "Safari"),
];
const SYSTEMS: [(&str, &str); 7] = [
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
];

/// A browser in words, by what it calls itself.
fn browser(user_agent: &str) -> String {
    let named = |names: &[(&str, &'static str)]| {
        names
            .iter()
            .find(|(mark, _)| user_agent.contains(mark))
            .map(|(_, name)| *name)
    };
    match (named(&BROWSERS), named(&SYSTEMS)) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(browser), None) => browser.to_owned(),
        (None, _) if user_agent.is_empty() => "unknown".to_owned(),
        (None, _) => user_agent.chars().take(40).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_are_named_as_people_name_them() {
        for (user_agent, name) in [
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
                "Firefox on Linux",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0",
                "Edge on Windows",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1",
                "Safari on iPhone",
            ),
            ("curl/8.5.0", "curl/8.5.0"),
            ("", "unknown"),
        ] {
            assert_eq!(browser(user_agent), name);
        }
    }
}
