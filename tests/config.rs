//! Settings, from raw text to the checked `Config`.

use std::collections::BTreeMap;
use std::time::Duration;

use iiif_gate::config::setting::Reader;
use iiif_gate::config::{
    Config, DatabaseUrl, DefaultAccess, ImageServer, Listen, Problem, SameSite, table,
};
use secrecy::ExposeSecret as _;

const KEY: &str = "a-key-that-is-long-enough-for-us!";
const STORE_SECRET: &str = "what the store takes for secrets";
const SALT: &str = "a-salt-that-is-long-enough";

/// Settings with the two secrets that `from_env` would have filled in.
fn raw(settings: &[(&str, &str)]) -> BTreeMap<String, String> {
    [
        ("AUTH_SECRET_KEY", KEY),
        ("AUTH_PASSWORD_SALT", SALT),
        ("ANNOTATOR_STORE_SECRET", STORE_SECRET),
    ]
    .iter()
    .chain(settings)
    .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
    .collect()
}

fn parse(settings: &[(&str, &str)]) -> Result<Config, Vec<Problem>> {
    Config::parse(&raw(settings))
}

#[test]
fn everything_has_a_default_that_works_on_localhost() {
    let config = parse(&[]).unwrap();
    assert_eq!(config.public.origin(), "http://localhost:8080");
    assert_eq!(
        config.public.page("/login"),
        "http://localhost:8080/auth/login"
    );
    assert_eq!(config.listen, Listen::parse("127.0.0.1:9780").unwrap());
    assert_eq!(
        config.database.file().unwrap().to_str(),
        Some("./data/iiif-gate.db")
    );
    assert_eq!(config.image_server, ImageServer::Iipimage);
    assert_eq!(
        config.image_server_url.as_str(),
        "http://127.0.0.1:8183/iiif/images/"
    );
    assert_eq!(config.default_access, DefaultAccess::User);
    assert_eq!(config.default_manifest_access, DefaultAccess::Public);
    assert_eq!(config.token_lifetime, Duration::from_hours(1));
    assert_eq!(config.institution.name, "localhost");
    assert_eq!(config.cookie_same_site, SameSite::Lax);
    assert!(!config.accounts.allow_registration && config.accounts.registration_approval);
    assert!(config.warnings.is_empty(), "{:?}", config.warnings);
}

#[test]
fn the_settings_of_the_original_mean_what_they_meant() {
    let config = parse(&[
        ("VIRTUAL_HOST", "myiiifserver.example.com"),
        ("AUTH_DB_CONNECTION", "sqlite:////tmp/test.db"),
        ("AUTH_ADMIN_USERID", "Admin@Example.org"),
        ("TOKEN_LIFETIME", "600"),
        ("TOKEN_AUDIENCE", "Images"),
    ])
    .unwrap();
    assert_eq!(
        config.public.base.as_str(),
        "https://myiiifserver.example.com/"
    );
    assert_eq!(config.cookie_same_site, SameSite::None);
    assert_eq!(
        config.database.file().unwrap().to_str(),
        Some("/tmp/test.db")
    );
    assert_eq!(config.admin_userid.as_str(), "admin@example.org");
    assert_eq!(config.token_lifetime.as_secs(), 600);
    assert_eq!(config.token_audience, "Images");
}

#[test]
fn the_image_server_decides_its_defaults() {
    let digilib = parse(&[("IMAGE_SERVER", "digilib")]).unwrap();
    assert_eq!(digilib.slash_substitute, Some('!'));
    assert!(digilib.image_server_url.path().ends_with("/Scaler/IIIF/"));
    let plain = parse(&[("IMAGE_SERVER", "digilib"), ("SLASH_SUBSTITUTE", "none")]).unwrap();
    assert_eq!(plain.slash_substitute, None);
    let other = parse(&[("IMAGE_SERVER", "other")]).unwrap_err();
    assert_eq!(other.first().unwrap().name, "IMAGE_SERVER_URL");
    let other = [
        ("IMAGE_SERVER", "other"),
        ("IMAGE_SERVER_URL", "http://images/iiif"),
    ];
    assert_eq!(
        parse(&other).unwrap().image_server_url.as_str(),
        "http://images/iiif/"
    );
}

#[test]
fn all_problems_are_told_at_once_each_with_a_valid_example() {
    let problems = parse(&[
        ("VIRTUAL_HOST", "https://images.example.org"),
        ("AUTH_SECRET_KEY", "changeme"),
        ("TOKEN_LIFETIME", "soon"),
        ("DEFAULT_ACCESS", "everybody"),
        ("LISTEN", "9780"),
    ])
    .unwrap_err();
    let text: Vec<String> = problems.iter().map(ToString::to_string).collect();
    assert_eq!(
        text,
        [
            "VIRTUAL_HOST: `https://images.example.org` must be a host name without `https://` \
             (example: `VIRTUAL_HOST=images.example.org`)",
            "LISTEN: `9780` must be an IP address with a port, or `unix:` and a whole path \
             (example: `LISTEN=unix:/run/iiif-gate/gate.sock`)",
            "AUTH_SECRET_KEY: is a placeholder that anybody could guess \
             (example: the output of `openssl rand -base64 32`)",
            "DEFAULT_ACCESS: `everybody` must be one of `user`, `public`, `deny` \
             (example: `DEFAULT_ACCESS=public`)",
            "TOKEN_LIFETIME: `soon` must be a number of seconds, or a number with `s`, `m`, `h` or \
             `d` (example: `TOKEN_LIFETIME=30m`)",
        ]
    );
}

#[test]
fn every_default_and_example_of_the_gate_is_accepted() {
    for setting in table::all().filter(|setting| setting.readers.contains(&Reader::Gate)) {
        for value in [setting.default_value(), Some(setting.example)]
            .into_iter()
            .flatten()
        {
            if value.starts_with('(') {
                continue;
            }
            let result = parse(&[("SESSION_MAX", "30d"), (setting.name, value)]);
            assert!(result.is_ok(), "{}={value}: {result:?}", setting.name);
        }
    }
}

#[test]
fn an_empty_value_counts_as_not_set() {
    for setting in table::all().filter(|setting| !setting.secret) {
        for value in ["", "  "] {
            assert!(parse(&[(setting.name, value)]).is_ok(), "{}", setting.name);
        }
    }
}

#[test]
fn plain_http_is_for_this_machine_only() {
    let http = |host| parse(&[("VIRTUAL_HOST", host), ("VIRTUAL_HOST_PROTO", "http")]);
    for host in [
        "localhost",
        "localhost:8080",
        "127.0.0.1:80",
        "[::1]:8080",
        "iiif.localhost",
    ] {
        assert!(!http(host).unwrap().public.secure, "{host}");
    }
    for host in ["images.example.org", "192.168.1.5", "localhost.example.org"] {
        let problems = http(host).unwrap_err();
        assert_eq!(
            problems.first().unwrap().name,
            "VIRTUAL_HOST_PROTO",
            "{host}"
        );
    }
    assert!(
        parse(&[("VIRTUAL_HOST_PROTO", "https")])
            .unwrap()
            .public
            .secure
    );
}

#[test]
fn no_output_shows_a_secret() {
    let secret = "hunter2-hunter2-hunter2-hunter2-hunter2";
    let settings: Vec<(&str, &str)> = table::all()
        .filter(|setting| setting.secret)
        .map(|setting| {
            (
                setting.name,
                match setting.name {
                    "AUTH_DB_CONNECTION" => "sqlite:/x",
                    "ALERT_WEBHOOK_URL" => "https://chat.example.org/hunter2-hunter2",
                    _ => secret,
                },
            )
        })
        .collect();
    let config = parse(&settings).unwrap();
    assert!(!format!("{config:?}").contains("hunter2"));
    let config = parse(&[("AUTH_DB_CONNECTION", "postgres://me:hunter2@db/gate")]).unwrap();
    assert!(matches!(config.database, DatabaseUrl::Postgres(_)));
    assert!(!format!("{config:?}").contains("hunter2"));
    for name in table::all()
        .filter(|setting| setting.secret)
        .map(|setting| setting.name)
    {
        if let Err(problems) = parse(&[(name, "hunter2")]) {
            assert!(!format!("{problems:?}").contains("hunter2"), "{name}");
        }
    }
}

#[test]
fn secrets_keep_their_blanks_and_former_keys_are_a_list() {
    let config = parse(&[
        ("AUTH_PASSWORD_SALT", " a salt with blanks "),
        (
            "AUTH_SECRET_KEY_PREVIOUS",
            "former-key-former-key-former-key-1 former-key-former-key-former-key-2",
        ),
    ])
    .unwrap();
    assert_eq!(config.password_salt.expose_secret(), " a salt with blanks ");
    assert_eq!(config.previous_secret_keys.len(), 2);
}

#[test]
fn a_short_salt_of_the_original_is_a_warning() {
    let config = parse(&[("AUTH_PASSWORD_SALT", "s4ltyS4lt")]).unwrap();
    assert_eq!(config.warnings.first().unwrap().name, "AUTH_PASSWORD_SALT");
    assert!(parse(&[("AUTH_PASSWORD_SALT", "****")]).is_err());
}

#[test]
fn a_slip_in_a_name_is_a_warning() {
    let config = parse(&[("AUTH_SECRET_KEYS", "x")]).unwrap();
    assert_eq!(
        config.warnings.first().unwrap().to_string(),
        "AUTH_SECRET_KEYS: is not read; did you mean `AUTH_SECRET_KEY`?"
    );
}

#[test]
fn settings_that_contradict_each_other_are_a_problem() {
    let problems = parse(&[("SESSION_IDLE", "2d"), ("SESSION_MAX", "1d")]).unwrap_err();
    assert_eq!(problems.first().unwrap().name, "SESSION_IDLE");
    let problems = parse(&[("AUTH_ADMIN_PASSWORD", "short")]).unwrap_err();
    assert_eq!(problems.first().unwrap().name, "AUTH_ADMIN_PASSWORD");
}

#[test]
fn slips_in_the_settings_of_annotations_stop_the_start() {
    for (name, value) in [
        ("ANNOTATOR_CLOCK_SKEW", "-1"),
        ("ANNOTATOR_MAX_TTL", "0"),
        ("ANNOTATOR_MAX_TTL", "2592000"),
        ("ANNOTATOR_TOKEN_LIFETIME", "59"),
        ("ANNOTATOR_TOKEN_ORIGINS", "https://doc.land/page"),
        ("ANNOTATOR_TOKEN_ORIGINS", "*"),
        ("ANNOTATOR_HAND_ON", "all"),
        ("ANNOTATOR_STORE_SECRET", "fifteen bytes.."),
        ("ANNOTATOR_VISITORS", "perhaps"),
    ] {
        let problems = parse(&[(name, value)]).unwrap_err();
        assert_eq!(problems.len(), 1, "{name}={value}");
        assert_eq!(problems.first().unwrap().name, name);
    }
}
