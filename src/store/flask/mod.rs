//! The database of the Flask original (robcast/iiif-image-auth): read, and taken over.

mod read;
mod take_over;

pub use self::read::read;
pub use self::take_over::{Report, take_over};

/// What the original's database holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Original {
    /// Its users.
    pub users: Vec<OldUser>,
    /// Its roles.
    pub roles: Vec<OldRole>,
    /// Who holds which: numbers of users and roles.
    pub holds: Vec<(i32, i32)>,
}

/// A user of the original, who signs in with the e-mail address.
#[derive(Clone, PartialEq, Eq, diesel::QueryableByName)]
pub struct OldUser {
    #[diesel(sql_type = diesel::sql_types::Integer)]
    id: i32,
    #[diesel(sql_type = diesel::sql_types::Nullable<diesel::sql_types::Text>)]
    email: Option<String>,
    #[diesel(sql_type = diesel::sql_types::Nullable<diesel::sql_types::Text>)]
    username: Option<String>,
    #[diesel(sql_type = diesel::sql_types::Nullable<diesel::sql_types::Text>)]
    password: Option<String>,
    #[diesel(sql_type = diesel::sql_types::Nullable<diesel::sql_types::Bool>)]
    active: Option<bool>,
}

/// Everything but the password, so that it ends up in no log.
impl std::fmt::Debug for OldUser {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OldUser")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

/// A role of the original.
#[derive(Debug, Clone, PartialEq, Eq, diesel::QueryableByName)]
pub struct OldRole {
    #[diesel(sql_type = diesel::sql_types::Integer)]
    id: i32,
    #[diesel(sql_type = diesel::sql_types::Nullable<diesel::sql_types::Text>)]
    name: Option<String>,
    #[diesel(sql_type = diesel::sql_types::Nullable<diesel::sql_types::Text>)]
    description: Option<String>,
}
