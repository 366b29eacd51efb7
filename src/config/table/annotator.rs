//! The settings of authTokens.

use crate::config::setting::Section::Annotations;
use crate::config::setting::Setting;

/// The settings.
pub(super) static SETTINGS: &[Setting] = &[
    Setting::new(
        "ANNOTATOR_CLOCK_SKEW",
        Annotations,
        "2m",
        "How far ahead the clock of a site that makes authTokens may be, at most an hour.",
    )
    .or("60"),
    Setting::new(
        "ANNOTATOR_MAX_TTL",
        Annotations,
        "12h",
        "How long authTokens of newly registered sites live at most, 60 seconds to 24 days.",
    )
    .note("It can be changed for each site in the administration.")
    .or("86400"),
    Setting::new(
        "ANNOTATOR_AUDIENCE",
        Annotations,
        "annotations.example.org",
        "What the claim `aud` of every authToken must hold.",
    )
    .or_else("tokens with that claim are refused"),
    Setting::new(
        "ANNOTATOR_REASONS",
        Annotations,
        "false",
        "Whether answers say why an authToken is refused; the log always does.",
    )
    .or("true"),
    Setting::new(
        "ANNOTATOR_HAND_ON",
        Annotations,
        "none",
        "The token that the annotation store gets: `internal`, `original` (the browser's) or `none`.",
    )
    .note("An internal one is short-lived and signed with `ANNOTATOR_STORE_SECRET`.")
    .or("internal"),
    Setting::new(
        "ANNOTATOR_STORE_SECRET",
        Annotations,
        "(the output of `openssl rand -base64 32`)",
        "What the annotation store takes for every site's secret, 16 bytes or more.",
    )
    .or_else("generated once, kept in `DATA_DIR/annotation-store-secret`")
    .secret(),
    Setting::new(
        "ANNOTATOR_TOKEN_LIFETIME",
        Annotations,
        "30m",
        "How long the authTokens of our own users live, from `/auth/token`.",
    )
    .or("3600"),
    Setting::new(
        "ANNOTATOR_TOKEN_ORIGINS",
        Annotations,
        "https://docs.example.org",
        "Sites whose pages may ask `/auth/token` for the token of whoever is signed in here.",
    )
    .note("They can then act as that person in the annotation store.")
    .or_else("this site alone"),
    Setting::new(
        "ANNOTATOR_VISITORS",
        Annotations,
        "true",
        "Whether `/auth/token` gives visitors who are not signed in a token to read with.",
    )
    .or("false"),
    Setting::new(
        "ANNOTATOR_DIGILIB_LOGIN",
        Annotations,
        "true",
        "Whether `/auth/token` takes a name and a password from a form, as digilib's annotator sends them.",
    )
    .or("false"),
];
