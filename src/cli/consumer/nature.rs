//! What a consumer may: the options of `create` and `update`.

use clap::Args;

use crate::cli::database;
use crate::identity::consumer::settings;
use crate::identity::consumer::{NewConsumer, NewConsumerRole, PathPrefix};
use crate::identity::name::{NameError, RoleName};
use crate::identity::origin::Origin;
use crate::identity::principal::RoleId;
use crate::store::{Conn, StoreError};

/// The word for a list with nothing in it.
const NONE: &str = "none";

#[derive(Debug, Args)]
pub(super) struct Nature {
    /// A site whose pages may send the tokens, as in `https://annotations.example`; may be repeated,
    /// `none` for none but our own
    #[arg(long = "origin", value_name = "ORIGIN", value_parser = origin)]
    origins: Vec<OrNone<Origin>>,
    /// Take the tokens from the pages of any site
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    any_origin: Option<bool>,
    /// Take the tokens from programs, too, which send no `Origin`
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    server_side: Option<bool>,
    /// What its users may reach, as in `/iiif/images/maps/`; may be repeated. `/annotator/` and
    /// `/annotator-open/` if nothing is said
    #[arg(long = "prefix", value_name = "PATH", value_parser = PathPrefix::parse)]
    prefixes: Vec<PathPrefix>,
    /// A role that all its users hold; may be repeated, `none` for none
    #[arg(long = "role", value_name = "ROLE", value_parser = role)]
    roles: Vec<OrNone<RoleName>>,
    /// A role that those of its users hold whose token names it; may be repeated, `none` for none
    #[arg(long = "grantable", value_name = "ROLE", value_parser = role)]
    grantable: Vec<OrNone<RoleName>>,
    /// Which of these roles let people only read annotations; may be repeated, `none` for none
    #[arg(long = "read-only", value_name = "ROLE", value_parser = role)]
    read_only: Vec<OrNone<RoleName>>,
    /// How long its tokens live at most, 60 to 2073600 seconds; `ANNOTATOR_MAX_TTL` if nothing is said
    #[arg(long, value_name = "SECONDS", value_parser = max_ttl, allow_hyphen_values = true)]
    max_ttl: Option<u32>,
    /// Let its tokens name administrators of its annotations; never of this program
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    names_admins: Option<bool>,
}

/// A value, or the word `none`.
#[derive(Debug, Clone)]
enum OrNone<T> {
    None,
    Is(T),
}

fn or_none<T, E>(text: &str, read: impl Fn(&str) -> Result<T, E>) -> Result<OrNone<T>, E> {
    match text.trim() {
        NONE => Ok(OrNone::None),
        text => read(text).map(OrNone::Is),
    }
}

fn origin(text: &str) -> Result<OrNone<Origin>, String> {
    or_none(text, |text| {
        settings::origin(text).map_err(|message| match text {
            "*" => format!("{message}: `--any-origin`"),
            _ => message,
        })
    })
}

fn role(text: &str) -> Result<OrNone<RoleName>, NameError> {
    or_none(text, RoleName::parse)
}

fn max_ttl(text: &str) -> Result<u32, settings::Fault> {
    settings::max_ttl(text)
}

/// A list that was given, without the word for nothing; `None` if it was not given.
fn given<T>(list: &[OrNone<T>]) -> Option<Vec<&T>> {
    let values = list.iter().filter_map(|item| match item {
        OrNone::None => None,
        OrNone::Is(value) => Some(value),
    });
    (!list.is_empty()).then(|| values.collect())
}

impl Nature {
    /// The consumer with what is said here; what is not said stays.
    pub(super) fn over(
        &self,
        conn: &mut Conn,
        mut consumer: NewConsumer,
    ) -> Result<NewConsumer, StoreError> {
        if let Some(origins) = given(&self.origins) {
            consumer.origins.listed.clear();
            for origin in origins {
                if !consumer.origins.listed.contains(origin) {
                    consumer.origins.listed.push(origin.clone());
                }
            }
        }
        if !self.prefixes.is_empty() {
            consumer.prefixes.clone_from(&self.prefixes);
            consumer.prefixes.dedup();
        }
        let origins = &mut consumer.origins;
        origins.any = self.any_origin.unwrap_or(origins.any);
        consumer.allows_server_side = self.server_side.unwrap_or(consumer.allows_server_side);
        consumer.names_admins = self.names_admins.unwrap_or(consumer.names_admins);
        consumer.max_ttl = self.max_ttl.unwrap_or(consumer.max_ttl);
        consumer.roles = self.roles(conn, &consumer.roles)?;
        Ok(consumer)
    }

    fn roles(
        &self,
        conn: &mut Conn,
        before: &[NewConsumerRole],
    ) -> Result<Vec<NewConsumerRole>, StoreError> {
        let mut ids = |list: &[OrNone<RoleName>], was: fn(&&NewConsumerRole) -> bool| {
            let Some(names) = given(list) else {
                return Ok(before.iter().filter(was).map(|role| role.id).collect());
            };
            let ids = names
                .into_iter()
                .map(|name| Ok(database::role(conn, name)?.id));
            ids.collect::<Result<Vec<RoleId>, StoreError>>()
        };
        let base = ids(&self.roles, |role| role.is_base)?;
        let grantable = ids(&self.grantable, |role| !role.is_base)?;
        let read_only = ids(&self.read_only, |role| role.is_read_only)?;
        let both = [(base, true), (grantable, false)].into_iter();
        let roles: Vec<NewConsumerRole> = both
            .flat_map(|(ids, is_base)| ids.into_iter().map(move |id| (id, is_base)))
            .map(|(id, is_base)| NewConsumerRole {
                id,
                is_base,
                is_read_only: read_only.contains(&id),
            })
            .collect();
        let is_held = |id: &RoleId| roles.iter().any(|role| role.id == *id);
        if !self.read_only.is_empty() && !read_only.iter().all(is_held) {
            let message = "a role under `--read-only` must be under `--role` or `--grantable`, too";
            return Err(StoreError::Invalid(message.to_owned()));
        }
        Ok(roles)
    }
}
