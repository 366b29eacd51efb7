//! Samples: points in time, users, sessions.

use chrono::{DateTime, Utc};
use iiif_gate::identity::admin::Admin;
use iiif_gate::identity::name::{RoleName, UserName};
use iiif_gate::identity::principal::{RoleId, UserId};
use iiif_gate::identity::session::Door;
use iiif_gate::store::roles::NewRole;
use iiif_gate::store::sessions::Session;
use iiif_gate::store::users::{NewUser, UserState};
use iiif_gate::store::{roles, sessions, users};

use crate::support::database::Database;

/// So many seconds after the beginning, and some nanoseconds, which no database keeps.
pub(crate) fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000 + seconds, 123_456_789).unwrap()
}

/// The same, as a database gives it back.
pub(crate) fn kept(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000 + seconds, 123_456_000).unwrap()
}

pub(crate) fn admin() -> Admin {
    Admin::console()
}

pub(crate) fn name(name: &str) -> UserName {
    UserName::parse(name).unwrap()
}

pub(crate) fn role_id(db: &Database, name: &str) -> RoleId {
    let name = RoleName::parse(name).unwrap();
    db.run(|conn| roles::find_by_name(conn, &name)).unwrap().id
}

pub(crate) fn new_role(db: &Database, name: &str) -> RoleId {
    let name = RoleName::parse(name).unwrap();
    let role = NewRole::assigned(name, "A role");
    db.run(|conn| roles::create(conn, &admin(), at(0), &role))
}

pub(crate) fn new_user(db: &Database, user: &str, roles: &[RoleId]) -> UserId {
    let user = NewUser {
        name: name(user),
        display_name: format!("The {user}"),
        password_hash: Some("$2b$04$secretsecretsecretsecre".to_owned()),
        state: UserState::Active,
        roles: roles.to_vec(),
    };
    db.run(|conn| users::create(conn, &admin(), at(0), &user))
}

pub(crate) fn session(id: &str, user: Option<UserId>) -> Session {
    Session {
        id: id.to_owned(),
        user_id: user,
        door: Door::Images,
        state: "{}".to_owned(),
        grants: Vec::new(),
        address: Some("192.0.2.7".parse().unwrap()),
        user_agent: "Firefox".to_owned(),
        created_at: kept(0),
        last_seen_at: kept(0),
        expires_at: kept(1000),
    }
}

pub(crate) fn new_session(db: &Database, id: &str, user: UserId) {
    db.run(|conn| sessions::insert(conn, &session(id, Some(user))));
}
