//! Tokens of the built-in consumer, for whoever has shown who it is.

use chrono::{DateTime, SubsecRound as _, Utc};

use super::refusal::Refusal;
use crate::identity::annotator::{Claims, MAX_BYTES, is_user_id, mint};
use crate::identity::consumer::{Consumer, MIN_TTL};
use crate::identity::principal::User;
use crate::web::state::AppState;

/// What the `userId` of visitors begins with.
pub(super) const VISITOR: &str = "anonymous:";

/// Whom a token is for.
pub(super) struct Holder {
    /// The `userId`.
    pub(super) user: String,
    /// The names of the roles held by being this user.
    pub(super) roles: Vec<String>,
    /// Whether it is an administrator here.
    pub(super) is_admin: bool,
    /// Whether it is a visitor whom nobody knows.
    pub(super) is_visitor: bool,
    /// When the session behind it ends.
    pub(super) until: Option<DateTime<Utc>>,
}

impl Holder {
    /// A user of ours: with the roles that go with the account, and not with a place or a session.
    pub(super) fn account(
        state: &AppState,
        user: &User,
        until: Option<DateTime<Utc>>,
    ) -> Result<Self, Refusal> {
        let name = user.name.as_str();
        // Nobody is taken for a visitor, nor gets a token that would be refused.
        if !is_user_id(name) || name.starts_with(VISITOR) {
            tracing::warn!(user = name, "no authToken can name this account");
            return Err(Refusal::Closed);
        }
        let policy = state.live.policy();
        let names = user.roles.iter().filter_map(|id| policy.role(id));
        let mut roles: Vec<String> = names.map(|role| role.name.to_string()).collect();
        roles.sort_unstable();
        let admin = state.live.admin_role();
        Ok(Self {
            user: name.to_owned(),
            roles,
            is_admin: admin.is_some_and(|admin| user.roles.contains(admin)),
            is_visitor: false,
            until,
        })
    }

    /// A visitor.
    pub(super) fn visitor(user: String) -> Self {
        Self {
            user,
            roles: Vec::new(),
            is_admin: false,
            is_visitor: true,
            until: None,
        }
    }
}

/// Issues a token.
pub(super) fn issue(
    state: &AppState,
    holder: &Holder,
    now: DateTime<Utc>,
) -> Result<String, Refusal> {
    let consumers = state.live.consumers();
    let consumer = consumers
        .built_in()
        .filter(|consumer| consumer.is_enabled)
        .ok_or(Refusal::Off)?;
    // A token that would be refused helps nobody.
    let kept_out = consumer.blocked.get(&holder.user);
    if kept_out.is_some_and(|block| now < block.until) {
        return Err(Refusal::Closed);
    }
    let Some(secrets) = &consumer.secrets else {
        tracing::error!("the secret of the consumer for our own users cannot be read");
        return Err(Refusal::Unavailable);
    };
    let mut roles = holder.roles.as_slice();
    loop {
        let claims = Claims {
            consumer_key: consumer.key.as_str(),
            user: &holder.user,
            is_admin: holder.is_admin && consumer.names_admins,
            is_visitor: holder.is_visitor,
            groups: roles,
            audience: state.config.annotator.audience.as_deref(),
            // Cut to whole seconds: never in the future, so that it is good at once.
            issued_at: now.trunc_subsecs(0),
            ttl_seconds: ttl(state, consumer, holder.until, now),
        };
        let token = mint(&claims, secrets.current.as_bytes());
        match roles.split_last() {
            Some((_, fewer)) if token.len() > MAX_BYTES => roles = fewer,
            _ => return Ok(token),
        }
    }
}

/// As long as the setting says, but no longer than the consumer's tokens are taken, nor than the session
/// goes on. Below a minute annotator.js asks again and again.
fn ttl(
    state: &AppState,
    consumer: &Consumer,
    until: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> u32 {
    let left = until.map_or(i64::MAX, |until| (until - now).num_seconds());
    let left = u32::try_from(left.max(0)).unwrap_or(u32::MAX);
    let lifetime = state.config.annotator.token_lifetime.min(consumer.max_ttl);
    lifetime.min(left).max(MIN_TTL)
}
