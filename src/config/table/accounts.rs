//! The settings that guard the accounts of administrators.

use crate::config::setting::Section::Accounts;
use crate::config::setting::Setting;

/// The settings.
pub(super) static SETTINGS: &[Setting] = &[
    Setting::new(
        "ADMIN_SECOND_FACTOR",
        Accounts,
        "required",
        "Whether administrators need an authenticator app beside the password: `optional`, `required`.",
    )
    .note("Where it is required, the administration leads to setting it up before anything else opens.")
    .or("optional"),
    Setting::new(
        "ALERT_WEBHOOK_URL",
        Accounts,
        "https://chat.example.org/hooks/9fy1k3",
        "Webhook of a chat that hears of guessed passwords, new addresses and a database that is away.",
    )
    .note("It gets JSON with the member `text`. `https`, or `http` within a private network.")
    .secret(),
];
