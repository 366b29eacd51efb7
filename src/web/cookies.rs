//! The names of our cookies. Browsers take `__Host-` only from secure pages, for this very host.

use actix_web::cookie::SameSite;

use super::state::AppState;
use crate::config::{Config, SameSite as SameSiteSetting};
use crate::identity::session::Door;

/// The cookie of a door's sessions.
pub(super) fn cookie_name(state: &AppState, door: Door) -> &'static str {
    name_of_cookie(&state.config, door)
}

/// The same, by the settings.
pub fn name_of_cookie(config: &Config, door: Door) -> &'static str {
    match (door, config.public.secure) {
        (Door::Images, true) => "__Host-iiif-gate",
        (Door::Images, false) => "iiif-gate",
        (Door::Account, true) => "__Host-iiif-gate-account",
        (Door::Account, false) => "iiif-gate-account",
    }
}

/// The cookie of passes to images. Its path is not `/`, so `__Host-` is not for it.
pub(super) fn pass_cookie_name(config: &Config) -> &'static str {
    if config.public.secure {
        "__Secure-iiif-gate-annotator"
    } else {
        "iiif-gate-annotator"
    }
}

/// The cookie behind the tokens of forms.
pub(super) fn form_cookie_name(config: &Config) -> &'static str {
    if config.public.secure {
        "__Host-iiif-gate-form"
    } else {
        "iiif-gate-form"
    }
}

/// The cookie by which a visitor's browser is known to the annotation store.
pub(super) fn visitor_cookie_name(config: &Config) -> &'static str {
    if config.public.secure {
        "__Host-iiif-gate-visitor"
    } else {
        "iiif-gate-visitor"
    }
}

/// To which other sites the cookies of a door travel.
pub(super) fn same_site(config: &Config, door: Door) -> SameSite {
    match (door, config.cookie_same_site) {
        (Door::Account, _) => SameSite::Strict,
        // Browsers take `None` from secure pages only.
        (Door::Images, SameSiteSetting::None) if config.public.secure => SameSite::None,
        (Door::Images, _) => SameSite::Lax,
    }
}
