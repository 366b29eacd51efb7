//! The principal: who asks, with the roles held right now.

use std::net::IpAddr;
use std::sync::Arc;

use chrono::NaiveDate;
use ipnet::IpNet;
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use super::consumer::AnnotatorUser;
use super::name::{RoleName, UserName};
use crate::language::LanguageMap;

/// A role's number in the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RoleId(pub i32);

/// A user's number in the database; never given to another user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UserId(pub i32);

/// The built-in role that every signed-in, active user holds.
pub const USER: &str = "user";
/// The built-in role that opens the administration.
pub const ADMIN: &str = "admin";

/// How a role comes to be held; decides which IIIF access service is offered for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ObtainedBy {
    /// By signing in: the built-in role `user`.
    SignIn,
    /// By signing in as somebody whom an administrator gave the role.
    Assigned,
    /// By accepting the role's terms, for as long as the session lives.
    Terms,
    /// By asking from an address in the role's networks.
    Network,
    /// By opening the role's kiosk page from an address in its networks, for as long as the session
    /// lives and the address stays in them.
    Kiosk,
}

impl ObtainedBy {
    /// All ways, in the order in which they are shown.
    pub const ALL: [Self; 5] = [
        Self::SignIn,
        Self::Assigned,
        Self::Terms,
        Self::Network,
        Self::Kiosk,
    ];

    /// The word in the database and in exports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SignIn => "sign-in",
            Self::Assigned => "assigned",
            Self::Terms => "terms",
            Self::Network => "network",
            Self::Kiosk => "kiosk",
        }
    }

    /// The reverse of [`ObtainedBy::as_str`].
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|way| way.as_str() == text)
    }
}

/// How viewers are told of a role, where there is a choice.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum OfferedAs {
    /// Terms have a page of their own with a button; networks are not mentioned.
    #[default]
    Usual,
    /// Terms are shown by the viewer itself (IIIF Auth 1.0 §2.1.4).
    Clickthrough,
    /// A network is an `external` service (IIIF Auth 1.0 §2.1.6, 2.0 §3.3.3).
    External,
}

impl OfferedAs {
    /// All, in the order in which they are shown.
    pub const ALL: [Self; 3] = [Self::Usual, Self::Clickthrough, Self::External];

    /// The word in the database and in exports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Usual => "usual",
            Self::Clickthrough => "clickthrough",
            Self::External => "external",
        }
    }

    /// The reverse of [`OfferedAs::as_str`].
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|way| way.as_str() == text)
    }

    /// Whether a role that is obtained so can be offered so.
    pub fn suits(self, obtained_by: ObtainedBy) -> bool {
        match self {
            Self::Usual => true,
            Self::Clickthrough => obtained_by == ObtainedBy::Terms,
            Self::External => obtained_by == ObtainedBy::Network,
        }
    }
}

/// Terms of use; every new version has to be accepted anew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// The version in force; the first is 1.
    pub version: i32,
    /// The day from which it is.
    pub since: NaiveDate,
    /// What stands above them.
    pub heading: LanguageMap,
    /// Their text, in a subset of Markdown.
    pub text: LanguageMap,
}

/// A role, as the policy knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Role {
    /// Its number.
    pub id: RoleId,
    /// Its name.
    pub name: RoleName,
    /// What people call it; for networks and kiosks the name of the place.
    pub title: String,
    /// How it is obtained.
    pub obtained_by: ObtainedBy,
    /// How viewers are told of it.
    pub offered_as: OfferedAs,
    /// The addresses it is held from; for networks and kiosks.
    pub networks: Vec<IpNet>,
    /// The terms in force, for a role that is obtained so; nobody can accept what is not there.
    pub terms: Option<Terms>,
}

impl Role {
    /// What visitors read: the title, or the name if there is none.
    pub fn shown(&self) -> &str {
        if self.title.is_empty() {
            self.name.as_str()
        } else {
            &self.title
        }
    }

    /// Whether signing in, as the right person, brings it.
    pub fn is_brought_by_signing_in(&self) -> bool {
        matches!(self.obtained_by, ObtainedBy::SignIn | ObtainedBy::Assigned)
    }

    /// Whether an IIIF viewer can lead its user to the role (IIIF Auth 1.0 §2.1, 2.0 §3.3).
    pub fn is_interactive(&self) -> bool {
        self.obtained_by != ObtainedBy::Network
    }
}

/// A set of roles, kept sorted. Most are small, and lie where they are used.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct RoleSet(SmallVec<[RoleId; 4]>);

impl Clone for RoleSet {
    /// In one go, where copying one role after the other would take as long as deciding.
    fn clone(&self) -> Self {
        Self(SmallVec::from_slice(&self.0))
    }
}

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
        let mut roles: SmallVec<[RoleId; 4]> = roles.into_iter().collect();
        roles.sort_unstable();
        roles.dedup();
        Self(roles)
    }
}

/// A user as the hot path needs one: in one piece.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// The number.
    pub id: UserId,
    /// The name, for logs and the `X-Auth-User` header.
    pub name: UserName,
    /// Roles held by being this user: those assigned, and the built-in `user`.
    pub roles: RoleSet,
}

/// What a session obtained: terms that were accepted, or a kiosk that was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Grant {
    /// The role.
    pub role: RoleId,
    /// The version of the terms; 0 for a kiosk.
    pub version: i32,
}

/// Who asks. Which roles that means is for the policy to say: see
/// [`Policy::holds`](crate::access::policy::Policy::holds).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Principal {
    /// The signed-in, active user; nobody we know if there is none.
    pub user: Option<User>,
    /// The user of a consumer, whom an authToken identifies. Never beside a user of ours.
    pub annotator: Option<Arc<AnnotatorUser>>,
    /// What the session obtained.
    pub grants: Arc<[Grant]>,
    /// The address asked from, as nginx says.
    pub address: Option<IpAddr>,
}

impl Principal {
    /// Nobody we know, somewhere.
    pub fn anonymous() -> Self {
        Self::default()
    }

    /// A user and nothing else.
    pub fn of_user(user: User) -> Self {
        Self {
            user: Some(user),
            ..Self::default()
        }
    }

    /// A consumer's user and nothing else.
    pub fn of_annotator(annotator: AnnotatorUser) -> Self {
        Self {
            annotator: Some(Arc::new(annotator)),
            ..Self::default()
        }
    }

    /// What logs and headers call whoever this is: a user's name, or `consumerKey/userId`.
    pub fn name(&self) -> Option<String> {
        let user = self.user.as_ref().map(|user| user.name.to_string());
        user.or_else(|| self.annotator.as_ref().map(|annotator| annotator.name()))
    }

    /// Whether the role was given to whoever this is: by an administrator, or by the consumer.
    pub fn was_given(&self, role: RoleId) -> bool {
        self.given_roles().is_some_and(|roles| roles.contains(role))
    }

    /// All roles that were given to whoever this is.
    pub fn given(&self) -> impl Iterator<Item = RoleId> {
        self.given_roles().into_iter().flat_map(RoleSet::iter)
    }

    fn given_roles(&self) -> Option<&RoleSet> {
        let roles = self.user.as_ref().map(|user| &user.roles);
        roles.or(self.annotator.as_ref().map(|annotator| &annotator.roles))
    }

    /// The same, asking from this address.
    #[must_use]
    pub fn at(self, address: Option<IpAddr>) -> Self {
        Self { address, ..self }
    }

    /// Whether the session obtained this.
    pub fn has_grant(&self, role: RoleId, version: i32) -> bool {
        self.grants.contains(&Grant { role, version })
    }
}
