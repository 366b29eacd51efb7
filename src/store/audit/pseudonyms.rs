//! Old entries without the visitors: their names become pseudonyms, their addresses networks.
//!
//! What administrators did keeps the administrator's name, and who is one today is no visitor. What an
//! administrator did to a visitor keeps the one and not the other.

use std::collections::HashSet;
use std::net::IpAddr;

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use crate::identity::key::Key;
use crate::identity::principal::ADMIN;
use crate::identity::pseudonym::{network_of, pseudonym};
use crate::store::connection::Conn;
use crate::store::error::StoreError;
use crate::store::schema::{audit_log, roles, user_roles, users};
use crate::store::time::stored;

/// So many entries are changed at once, so that nobody waits long behind that.
pub const AT_ONCE: u32 = 250;

/// Words that stand where nobody has a name.
const NOBODY: [&str; 3] = ["console", "nobody", "visitor"];

/// Takes the visitors out of entries from before this time that still have them, at most [`AT_ONCE`]. Says
/// how many entries were looked at.
pub fn forget_visitors(
    conn: &mut Conn,
    before: DateTime<Utc>,
    key: &Key,
) -> Result<usize, StoreError> {
    let old: Vec<Old> = audit_log::table
        .filter(audit_log::at.lt(stored(before)))
        .filter(audit_log::names_visitors.eq(true))
        .order((audit_log::at, audit_log::id))
        .select((
            audit_log::id,
            audit_log::actor,
            audit_log::action,
            audit_log::subject,
            audit_log::detail,
            audit_log::address,
        ))
        .limit(AT_ONCE.into())
        .load(conn)?;
    if old.is_empty() {
        return Ok(0);
    }
    let kept = administrators(conn)?;
    let looked_at = old.len();
    conn.transaction(|conn| {
        for entry in old {
            entry.without_visitors(&kept, key).save(conn)?;
        }
        Ok(looked_at)
    })
}

/// The names that stay: everybody who is an administrator, and nobody.
fn administrators(conn: &mut Conn) -> Result<HashSet<String>, StoreError> {
    let names: Vec<String> = users::table
        .inner_join(user_roles::table.inner_join(roles::table))
        .filter(roles::name.eq(ADMIN))
        .select(users::name)
        .load(conn)?;
    let nobody = NOBODY.iter().map(|name| (*name).to_owned());
    Ok(names.into_iter().chain(nobody).collect())
}

/// An entry with its visitors.
#[derive(Queryable)]
struct Old {
    id: i64,
    actor: String,
    action: String,
    subject: String,
    detail: String,
    address: Option<String>,
}

impl Old {
    fn without_visitors(self, kept: &HashSet<String>, key: &Key) -> Self {
        let names = Names::of(&self.action);
        let instead = |is_visitor: bool, name: String| {
            if is_visitor && !kept.contains(&name) {
                pseudonym(key, &name)
            } else {
                name
            }
        };
        Self {
            actor: instead(names.actor, self.actor),
            subject: instead(names.subject, self.subject),
            detail: if names.detail {
                String::new()
            } else {
                self.detail
            },
            address: self.address.map(|address| {
                let parsed: Result<IpAddr, _> = address.parse();
                parsed.map_or(address, |address| network_of(address).to_string())
            }),
            ..self
        }
    }

    fn save(&self, conn: &mut Conn) -> Result<(), StoreError> {
        diesel::update(audit_log::table.find(self.id))
            .set((
                audit_log::actor.eq(&self.actor),
                audit_log::subject.eq(&self.subject),
                audit_log::detail.eq(&self.detail),
                audit_log::address.eq(&self.address),
                audit_log::names_visitors.eq(false),
            ))
            .execute(conn)?;
        Ok(())
    }
}

/// Where an entry may name a visitor.
#[derive(Debug, Clone, Copy)]
struct Names {
    actor: bool,
    subject: bool,
    detail: bool,
}

impl Names {
    const NOWHERE: Self = Self {
        actor: false,
        subject: false,
        detail: false,
    };
    const SUBJECT: Self = Self {
        subject: true,
        ..Self::NOWHERE
    };

    /// Where this action's do, by its word: of what everybody does for themselves there is no kind before
    /// a dot.
    fn of(action: &str) -> Self {
        match action.split_once('.').unwrap_or(("", action)) {
            ("", "accept-terms" | "open-kiosk") | ("api-key", _) => Self {
                actor: true,
                ..Self::NOWHERE
            },
            // Whoever ends a session of somebody else is an administrator, whose name stays.
            ("" | "session" | "second-factor", _) => Self {
                actor: true,
                ..Self::SUBJECT
            },
            ("user", "import") => Self::NOWHERE,
            // What somebody was called before and after.
            ("user", "update") => Self {
                detail: true,
                ..Self::SUBJECT
            },
            ("user" | "limit", _) => Self::SUBJECT,
            ("consumer", "block-user" | "unblock-user") => Self {
                detail: true,
                ..Self::NOWHERE
            },
            _ => Self::NOWHERE,
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::store::audit::Action;

    #[test]
    fn of_every_kind_of_action_it_is_known_whom_it_names() {
        let known = [
            "",
            "api-key",
            "consumer",
            "key",
            "limit",
            "network",
            "requests",
            "role",
            "rule",
            "second-factor",
            "session",
            "terms",
            "user",
        ];
        for action in Action::ALL {
            let kind = action.as_str().split_once('.').map_or("", |(kind, _)| kind);
            assert!(known.contains(&kind), "whom does {action:?} name?");
        }
    }
}
