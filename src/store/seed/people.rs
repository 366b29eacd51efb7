//! People: users, their sessions, and what they did.

use chrono::{DateTime, Duration, Utc};

use super::collection::SeededRole;
use super::{DOMAIN, Seed, insert, next_id, pick, time};
use crate::store::connection::Conn;
use crate::store::error::StoreError;

const GIVEN: [&str; 24] = [
    "Anna", "Bela", "Clara", "David", "Elena", "Farid", "Greta", "Hugo", "Ines", "Jonas", "Katja",
    "Leon", "Maria", "Nils", "Olga", "Pavel", "Rosa", "Simon", "Tanja", "Uwe", "Vera", "Walter",
    "Yusuf", "Zoe",
];
const FAMILY: [&str; 25] = [
    "Albrecht",
    "Berger",
    "Conrad",
    "Dietrich",
    "Ebner",
    "Fischer",
    "Gruber",
    "Hofer",
    "Ilic",
    "Jansen",
    "Keller",
    "Lorenz",
    "Maier",
    "Novak",
    "Ortner",
    "Pichler",
    "Quast",
    "Richter",
    "Schmidt",
    "Thaler",
    "Urban",
    "Vogel",
    "Wagner",
    "Yilmaz",
    "Zimmermann",
];
const AGENTS: [&str; 4] = [
    "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) \
     Chrome/140.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) \
     Version/18.0 Safari/605.1.15",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) \
     Version/18.0 Mobile/15E148 Safari/604.1",
];

/// The users, with roles and sessions.
pub(super) fn users(
    conn: &mut Conn,
    now: DateTime<Utc>,
    seed: &Seed,
    roles: &[SeededRole],
) -> Result<(), StoreError> {
    let first = next_id(conn, "users")?;
    let columns = "id, name, display_name, password_hash, state, created_at, updated_at, \
                   last_sign_in_at, sign_in_count";
    let rows = (0..seed.users).map(|i| {
        let (id, name, display_name) = (first + i, name(i), display_name(i));
        let (hash, state) = (&seed.password_hash, state(i));
        let created = time(now - Duration::seconds(i64::from(i) * 7919 % 300_000_000 + 86_400));
        let signed_in = match i % 10 {
            0..3 => "NULL".to_owned(),
            _ => time(now - Duration::seconds(i64::from(i) * 104_729 % 80_000)),
        };
        let count = i % 10;
        format!(
            "{id}, '{name}', '{display_name}', '{hash}', '{state}', {created}, {created}, \
             {signed_in}, {count}"
        )
    });
    insert(conn, "users", columns, rows)?;
    let assigned: Vec<u32> = roles
        .iter()
        .filter(|role| role.is_assigned)
        .map(|role| role.id)
        .collect();
    let rows = (0..seed.users).step_by(10).filter_map(|i| {
        let role = assigned.get(i as usize / 10 % assigned.len().max(1))?;
        Some(format!("{}, {role}", first + i))
    });
    insert(conn, "user_roles", "user_id, role_id", rows)?;
    sessions(conn, now, seed, first)
}

/// All at the door to the images, used within the last minutes, and of users who may sign in.
fn sessions(
    conn: &mut Conn,
    now: DateTime<Utc>,
    seed: &Seed,
    first: u32,
) -> Result<(), StoreError> {
    let columns =
        "id, user_id, door, state, address, user_agent, created_at, last_seen_at, expires_at";
    let expires = time(seed.expires_at);
    let mut ids: Vec<(&str, u32)> = seed.sessions.iter().map(String::as_str).zip(0..).collect();
    // In the order of the index, which is filled much faster so.
    ids.sort_unstable();
    let rows = ids.into_iter().map(|(id, i)| {
        let whose = i % seed.users.max(1);
        let user = first + if state(whose) == "active" { whose } else { 0 };
        let address = address(i);
        let agent = pick(&AGENTS, i);
        let created = time(now - Duration::seconds(i64::from(i % 3600)));
        let seen = time(now - Duration::seconds(i64::from(i % 300)));
        format!(
            "'{id}', {user}, 'images', '{{\"user\":\"{user}\"}}', '{address}', '{agent}', {created}, \
             {seen}, {expires}"
        )
    });
    insert(conn, "sessions", columns, rows)
}

/// The log of the last ten months.
pub(super) fn audit(conn: &mut Conn, now: DateTime<Utc>, seed: &Seed) -> Result<(), StoreError> {
    let first = next_id(conn, "audit_log")?;
    let columns = "id, at, actor, action, subject, detail, address, outcome";
    let step = 300 * 86_400 / i64::from(seed.audit.max(1));
    let rows = (0..seed.audit).map(|i| {
        let (id, address) = (first + i, address(i));
        let at = time(now - Duration::seconds(step * i64::from(seed.audit - i)));
        let actor = name(i * 31 % seed.users.max(1));
        let (action, detail) = match i % 20 {
            0..11 => ("sign-in", "images"),
            11..17 => ("sign-out", ""),
            17 => ("accept-terms", "version 1"),
            18 => ("change-password", ""),
            _ => ("revoke-session", "opened before"),
        };
        let outcome = if i % 40 == 7 { "refused" } else { "done" };
        format!(
            "{id}, {at}, '{actor}', '{action}', '{actor}', '{detail}', '{address}', '{outcome}'"
        )
    });
    insert(conn, "audit_log", columns, rows)
}

fn name(i: u32) -> String {
    let name = display_name(i).to_lowercase().replace(' ', ".");
    format!("{name}.{i}{DOMAIN}")
}

fn display_name(i: u32) -> String {
    let (given, family) = (pick(&GIVEN, i), pick(&FAMILY, i));
    format!("{given} {family}")
}

fn state(i: u32) -> &'static str {
    match i % 100 {
        98 => "pending",
        49 | 99 => "disabled",
        _ => "active",
    }
}

/// An address of those that are for examples.
fn address(i: u32) -> String {
    let (third, fourth) = (i / 250 % 250, i % 250 + 1);
    format!("198.{}.{third}.{fourth}", 18 + i % 2)
}
