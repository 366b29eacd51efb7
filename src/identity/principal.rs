//! The principal: who asks, with the roles held right now.

use super::name::{RoleName, UserName};

/// A role's number in the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RoleId(pub i32);

/// A user's number in the database; never given to another user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UserId(pub i32);

/// The built-in role that every signed-in, active user holds.
pub const USER: &str = "user";
/// The built-in role that opens the administration.
pub const ADMIN: &str = "admin";

/// How a role comes to be held; decides which IIIF access service is offered for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ObtainedBy {
    /// By signing in: the built-in role `user`.
    SignIn,
    /// By signing in as somebody whom an administrator gave the role.
    Assigned,
}

impl ObtainedBy {
    /// The word in the database and in exports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SignIn => "sign-in",
            Self::Assigned => "assigned",
        }
    }

    /// The reverse of [`ObtainedBy::as_str`].
    pub fn parse(text: &str) -> Option<Self> {
        [Self::SignIn, Self::Assigned]
            .into_iter()
            .find(|way| way.as_str() == text)
    }
}

/// A role, as the policy knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Role {
    /// Its number.
    pub id: RoleId,
    /// Its name.
    pub name: RoleName,
    /// How it is obtained.
    pub obtained_by: ObtainedBy,
}

/// A set of roles, kept sorted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RoleSet(Box<[RoleId]>);

impl RoleSet {
    /// Whether no role is in it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether this role is in it.
    pub fn contains(&self, role: RoleId) -> bool {
        self.0.binary_search(&role).is_ok()
    }

    /// Whether the two have a role in common.
    pub fn intersects(&self, other: &Self) -> bool {
        self.0.iter().any(|role| other.contains(*role))
    }

    /// The roles, in order of their number.
    pub fn iter(&self) -> impl Iterator<Item = RoleId> + '_ {
        self.0.iter().copied()
    }
}

impl FromIterator<RoleId> for RoleSet {
    fn from_iter<I: IntoIterator<Item = RoleId>>(roles: I) -> Self {
        let mut roles: Vec<RoleId> = roles.into_iter().collect();
        roles.sort_unstable();
        roles.dedup();
        Self(roles.into_boxed_slice())
    }
}

/// A user as the hot path needs one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// The number.
    pub id: UserId,
    /// The name, for logs and the `X-Auth-User` header.
    pub name: UserName,
    /// Roles held by being this user: those assigned, and the built-in `user`.
    pub roles: RoleSet,
}

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Principal {
    /// Nobody we know.
    Anonymous,
    /// A signed-in, active user.
    User(std::sync::Arc<User>),
}

impl Principal {
    /// The roles held right now.
    pub fn roles(&self) -> Option<&RoleSet> {
        match self {
            Self::Anonymous => None,
            Self::User(user) => Some(&user.roles),
        }
    }

    /// The user, if it is one.
    pub fn user(&self) -> Option<&User> {
        match self {
            Self::Anonymous => None,
            Self::User(user) => Some(user),
        }
    }

    /// Whether any of these roles is held.
    pub fn holds_any(&self, roles: &RoleSet) -> bool {
        self.roles().is_some_and(|held| held.intersects(roles))
    }
}
