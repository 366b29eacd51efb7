//! `iiif-gate rule add`, `edit` and `delete`.

use clap::{Args, ValueEnum};

use super::details::{Details, resolved, role};
use super::{Which, kind};
use crate::access::notation::{self, NamedAccess, NamedRole};
use crate::access::pattern::Pattern;
use crate::access::rule::Kind;
use crate::cli::failure::{Failure, Result};
use crate::cli::output;
use crate::config::Config;
use crate::identity::admin::Admin;
use crate::store::rules::{self, NewRule};
use crate::store::{Store, StoreError, roles};
use crate::web::state::now;

/// Add a rule, for example: `rule add 'maps/*' role staff reader:1500 --public-size 600`
#[derive(Debug, Args)]
pub(super) struct Add {
    /// An identifier, written decoded, or a prefix such as `maps/*`; quote the star
    #[arg(value_parser = Pattern::parse)]
    pattern: Pattern,
    /// Who may see it
    requirement: Word,
    /// With `role`: one of these roles must be held; with a size (`reader:1500`) it opens no more
    #[arg(value_parser = role)]
    roles: Vec<NamedRole>,
    /// What kind of thing it is about: `image`, `manifest` or `file`
    #[arg(long, default_value = "image", value_parser = kind)]
    kind: Kind,
    #[command(flatten)]
    details: Details,
}

/// Change a rule; what is left out stays, for example: `rule edit 'maps/*' --until 2031-01-01`
#[derive(Debug, Args)]
pub(super) struct Edit {
    #[command(flatten)]
    which: Which,
    /// Who may see it
    requirement: Option<Word>,
    /// With `role`: one of these roles must be held; with a size (`reader:1500`) it opens no more
    #[arg(value_parser = role)]
    roles: Vec<NamedRole>,
    /// A new pattern
    #[arg(long, value_name = "PATTERN", value_parser = Pattern::parse)]
    move_to: Option<Pattern>,
    #[command(flatten)]
    details: Details,
}

/// Who may see something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Word {
    /// Everybody
    Public,
    /// Who holds one of the roles
    #[value(alias = "roles")]
    Role,
    /// Nobody
    Nobody,
}

impl Word {
    fn with(self, roles: Vec<NamedRole>) -> Result<NamedAccess> {
        let word = match (self, roles.first()) {
            (Self::Role, None) => {
                return Err(Failure::yours(
                    "no role is named\n\nhint: for example `rule add 'maps/*' role staff`",
                ));
            }
            (Self::Public | Self::Nobody, Some(role)) => {
                return Err(Failure::yours(format_args!(
                    "`{role}` is too much\n\nhint: roles come after the word `role` only"
                )));
            }
            (Self::Role, Some(_)) => notation::Word::Roles,
            (Self::Public, None) => notation::Word::Public,
            (Self::Nobody, None) => notation::Word::Nobody,
        };
        Ok(NamedAccess {
            word,
            roles,
            public_size: 0,
        })
    }
}

impl Add {
    pub(super) fn run(self, config: &Config, store: &Store) -> Result {
        self.details.check(config)?;
        let (pattern, details) = (self.pattern, self.details);
        let access = self.requirement.with(self.roles)?;
        let said = format!("added the rule for `{pattern}`");
        store.blocking(|conn| {
            let roles = roles::for_policy(conn)?;
            let rule = NewRule::new(self.kind, pattern, resolved(&access, &roles)?);
            let rule = details.over(rule, &roles)?;
            rules::create(conn, &Admin::console(), now(), &rule)
        })?;
        output::say(said);
        Ok(())
    }
}

impl Edit {
    pub(super) fn run(self, config: &Config, store: &Store) -> Result {
        self.details.check(config)?;
        let access = self
            .requirement
            .map(|word| word.with(self.roles))
            .transpose()?;
        let (which, details, move_to) = (self.which, self.details, self.move_to);
        store.blocking(|conn| {
            let roles = roles::for_policy(conn)?;
            let old = found(conn, &which)?;
            let (id, mut rule) = (old.rule.id, NewRule::from(old));
            if let Some(access) = access {
                let public_size = rule.access.public_size;
                rule.access = resolved(&access, &roles)?;
                rule.access.public_size = public_size;
            }
            if let Some(pattern) = move_to {
                rule.pattern = pattern;
            }
            let rule = details.over(rule, &roles)?;
            rules::update(conn, &Admin::console(), now(), id, &rule)
        })?;
        output::say(format_args!("changed the rule for `{}`", which.pattern));
        Ok(())
    }
}

/// Deletes a rule.
pub(super) fn delete(store: &Store, which: &Which) -> Result {
    store.blocking(|conn| {
        let rule = found(conn, which)?;
        rules::delete(conn, &Admin::console(), now(), rule.rule.id)
    })?;
    output::say(format_args!("deleted the rule for `{}`", which.pattern));
    Ok(())
}

/// The rule of this kind and pattern.
pub(super) fn found(
    conn: &mut crate::store::Conn,
    which: &Which,
) -> Result<rules::Rule, StoreError> {
    let Which { pattern, kind } = which;
    rules::find_by_pattern(conn, *kind, pattern)?.ok_or_else(|| {
        let kind = kind.as_str();
        StoreError::Invalid(format!("there is no {kind} rule for `{pattern}`"))
    })
}
