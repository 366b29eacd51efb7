//! Who may import whom.

use crate::tree;

/// The folders from the inside to the outside. Each knows only those before its own line.
const LAYERS: &[&[&str]] = &[
    &["language", "meter"],
    &["identity", "image"],
    &["access"],
    &["iiif", "nginx"],
    &["config", "schedule"],
    &["store"],
    &["live"],
    &["web"],
    &["cli"],
];

/// What only these places may use.
const RESERVED: &[(&str, &[&str])] = &[
    (
        "actix_web::",
        &["src/web/", "src/cli/serve.rs", "src/cli/explain.rs"],
    ),
    ("actix_session::", &["src/web/"]),
    ("aes_gcm::", &["src/identity/seal.rs"]),
    ("bcrypt::", &["src/identity/password/mod.rs"]),
    ("clap::", &["src/cli/"]),
    ("diesel::", &["src/store/"]),
    ("dotenvy::", &["src/config/environment.rs"]),
    ("env::var", &["src/config/environment.rs"]),
    (
        "jsonwebtoken::",
        &["src/identity/access_token.rs", "src/identity/hs256.rs"],
    ),
    ("tera::", &["src/web/pages/"]),
    ("thread_priority::", &["src/schedule.rs"]),
];

/// What the inner folders must do without: the disk, the net, the clock, chance and the log.
const IMPURE: &[&str] = &[
    "std::fs",
    "std::io",
    "std::process",
    "std::env",
    "std::thread",
    "TcpStream",
    "TcpListener",
    "UdpSocket",
    "UnixStream",
    "Instant::now",
    "SystemTime",
    "Utc::now",
    "Local::now",
    "rand::",
    "tokio::",
    "tracing::",
    "reqwest::",
];
const PURE: &[&str] = &[
    "src/language/",
    "src/meter/",
    "src/identity/",
    "src/image/",
    "src/access/",
    "src/iiif/",
    "src/nginx/",
];

/// The code of a file without comments and without its unit tests.
fn code(path: &str) -> String {
    let text = tree::read(path);
    let code = text
        .split("#[cfg(test)]\nmod tests")
        .next()
        .unwrap_or_default();
    let lines = code
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"));
    lines.collect::<Vec<_>>().join("\n")
}

/// The files of code, without those of unit tests.
fn sources() -> Vec<String> {
    let mut files = tree::files("src", "rs");
    files.retain(|path| !path.ends_with("/tests.rs"));
    files
}

fn layer(folder: &str) -> Option<usize> {
    LAYERS.iter().position(|names| names.contains(&folder))
}

/// The folders that a piece of code names after `crate::`.
fn imports(code: &str) -> Vec<String> {
    let word = |text: &str| {
        text.chars()
            .take_while(|c| c.is_alphanumeric() || *c == '_')
            .collect()
    };
    let mut found = Vec::new();
    for rest in code.split("crate::").skip(1) {
        match rest.strip_prefix('{') {
            Some(list) => found.extend(list.split([',', '{']).map(|name| word(name.trim()))),
            None => found.push(word(rest)),
        }
    }
    found
}

#[test]
fn each_folder_imports_only_what_stands_before_it() {
    for path in sources() {
        let folder = path.split('/').nth(1).unwrap();
        let Some(own) = layer(folder) else { continue };
        for other in imports(&code(&path)) {
            let Some(theirs) = layer(&other) else {
                continue;
            };
            assert!(theirs < own || other == folder, "{path} imports `{other}`");
        }
    }
}

#[test]
fn some_crates_have_their_one_place() {
    for path in sources() {
        let code = code(&path);
        for (name, places) in RESERVED {
            let allowed = places.iter().any(|place| path.starts_with(place));
            assert!(allowed || !uses(&code, name), "{path} uses `{name}`");
        }
    }
}

#[test]
fn the_inner_folders_are_pure() {
    for path in sources() {
        if PURE.iter().any(|folder| path.starts_with(folder)) {
            let code = code(&path);
            for name in IMPURE {
                assert!(!uses(&code, name), "{path} uses `{name}`");
            }
        }
    }
}

/// Whether the code names this, and not something whose name ends in it.
fn uses(code: &str, name: &str) -> bool {
    code.match_indices(name).any(|(at, _)| {
        let before = code.get(..at).and_then(|text| text.chars().next_back());
        !before.is_some_and(|c| c.is_alphanumeric() || c == '_')
    })
}

#[test]
fn an_import_is_found_in_every_spelling() {
    assert_eq!(imports("use crate::store::users;"), ["store"]);
    assert_eq!(
        imports("use crate::{image::target, web};"),
        ["image", "web"]
    );
    assert!(uses("use tera::Tera", "tera::") && !uses("use litera::X", "tera::"));
}
