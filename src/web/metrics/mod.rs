//! `/metrics`, on the listener that is never public: what was counted, as Prometheus reads it.
//!
//! Everything comes from memory: nobody asks the database in order to show how it is.

mod counts;
mod families;
mod process;

use actix_web::HttpResponse;
use actix_web::web::Data;

pub use self::counts::Counts;
pub(super) use self::counts::Why;
use self::families as family;
pub use self::families::ALL;
use super::state::{AppState, now};
use crate::config::DatabaseUrl;
use crate::meter::text::Text;

/// Shows the metrics.
pub(super) async fn show(state: Data<AppState>) -> HttpResponse {
    HttpResponse::Ok()
        .content_type(Text::MEDIA_TYPE)
        .body(text(&state))
}

fn text(state: &AppState) -> String {
    let mut text = Text::default();
    answers(state, &mut text);
    memory(state, &mut text);
    database(state, &mut text);
    image_server(state, &mut text);
    let database = match state.config.database {
        DatabaseUrl::Sqlite(_) => "sqlite",
        DatabaseUrl::Postgres(_) => "postgresql",
    };
    let version = env!("CARGO_PKG_VERSION");
    text.family(&family::BUILD_INFO)
        .with(&[version, database], 1);
    let started = state.started.timestamp_millis();
    text.family(&family::PROCESS_START).is(format_args!(
        "{}.{:03}",
        started / 1000,
        started % 1000
    ));
    process::write(&mut text);
    text.into_string()
}

/// What visitors and programs were told.
fn answers(state: &AppState, text: &mut Text) {
    let counts = &state.counts;
    let mut decisions = text.family(&family::DECISIONS);
    for (result, reason, count) in counts.answers() {
        decisions.with(&[result, reason], count);
    }
    text.family(&family::QUERY_AUTH)
        .histogram(&[], &counts.took);
    let mut tokens = text.family(&family::AUTH_TOKENS);
    tokens.with(&["accepted"], counts.tokens_accepted.get());
    for (reason, count) in counts.tokens_refused.each() {
        tokens.with(&[reason], count);
    }
    let mut sign_ins = text.family(&family::SIGN_INS);
    for (result, count) in counts.sign_ins() {
        sign_ins.with(&[result], count);
    }
    let mut limits = text.family(&family::LIMITS);
    for (kind, count) in state.live.limits.hits() {
        limits.with(&[kind], count);
    }
    let mut pages = text.family(&family::PAGES);
    for (status, count) in counts.pages.each() {
        pages.with(&[status], count);
    }
    text.family(&family::PASSWORD_SECONDS)
        .histogram(&[], state.passwords.took());
    text.family(&family::PASSWORDS_WAITING)
        .is(state.passwords.waiting());
}

/// What is kept in memory.
fn memory(state: &AppState, text: &mut Text) {
    let caches = state.live.caches().into_iter();
    let caches: Vec<_> = caches
        .chain([("descriptions", state.upstream.usage())])
        .collect();
    let mut lookups = text.family(&family::CACHE_LOOKUPS);
    for (name, usage) in &caches {
        lookups.with(&[name, "hit"], usage.hits());
        lookups.with(&[name, "miss"], usage.misses);
    }
    let mut entries = text.family(&family::CACHE_ENTRIES);
    for (name, usage) in &caches {
        entries.with(&[name], usage.entries);
    }
    let people = state.live.people();
    text.family(&family::SESSIONS).is(people.sessions);
    let mut users = text.family(&family::USERS);
    for known in ["active", "pending", "disabled"] {
        let count = people.users.iter().find(|(state, _)| state == known);
        users.with(&[known], count.map_or(0, |(_, count)| *count));
    }
    let policy = state.live.policy();
    text.family(&family::RULES).is(policy.rule_count());
    text.family(&family::ROLES).is(policy.roles().count());
}

/// The database, and the change feed in it.
fn database(state: &AppState, text: &mut Text) {
    let feed = state.live.feed(now());
    text.family(&family::DATABASE_UP)
        .is(u8::from(feed.is_reached));
    let meter = state.store.meter();
    text.family(&family::DATABASE_SECONDS)
        .histogram(&[], &meter.took);
    text.family(&family::DATABASE_WAIT)
        .histogram(&[], &meter.waited);
    let mut errors = text.family(&family::DATABASE_ERRORS);
    for (kind, count) in meter.errors.each() {
        errors.with(&[kind], count);
    }
    let pools = state.store.pools();
    let mut connections = text.family(&family::DATABASE_CONNECTIONS);
    for pool in &pools {
        connections.with(&[pool.name, "busy"], pool.busy);
        connections.with(&[pool.name, "idle"], pool.idle);
    }
    let mut most = text.family(&family::DATABASE_CONNECTIONS_MAX);
    for pool in &pools {
        most.with(&[pool.name], pool.most);
    }
    let age = feed.age.num_milliseconds();
    text.family(&family::FEED_AGE)
        .is(format_args!("{}.{:03}", age / 1000, age % 1000));
    text.family(&family::FEED_POSITION).is(feed.position);
    text.family(&family::FEED_BEHIND).is(feed.behind);
}

fn image_server(state: &AppState, text: &mut Text) {
    let mut requests = text.family(&family::IMAGE_SERVER_REQUESTS);
    for (result, count) in state.upstream.requests() {
        requests.with(&[result], count);
    }
    text.family(&family::IMAGE_SERVER_SECONDS)
        .histogram(&[], state.upstream.took());
}
