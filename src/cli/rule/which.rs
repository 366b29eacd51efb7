//! `iiif-gate rule which`: the stored rule that an identifier falls under.

use clap::Args;

use super::kind;
use crate::access::notation::{NamedAccess, name_among};
use crate::access::rule::{Kind, Phase, Rule};
use crate::cli::failure::{Failure, Result};
use crate::cli::output;
use crate::config::Config;
use crate::image::identifier::Identifier;
use crate::live::policy::{DefaultSettings, read_policy};
use crate::store::{Store, roles};
use crate::web::state::now;

/// Say which rule an identifier falls under today, for example: `rule which maps/world.tif`
#[derive(Debug, Args)]
pub(super) struct Options {
    /// The identifier, written decoded; of a file its path without the leading slash
    identifier: String,
    /// What kind of thing it is: `image`, `manifest` or `file`
    #[arg(long, default_value = "image", value_parser = kind)]
    kind: Kind,
}

impl Options {
    pub(super) fn run(self, config: &Config, store: &Store) -> Result {
        let text = &self.identifier;
        let identifier = Identifier::parse(text)
            .map_err(|error| Failure::yours(format_args!("the identifier `{text}` {error}")))?;
        let (policy, roles) = store.blocking(|conn| {
            let policy = read_policy(conn, &DefaultSettings::of(config))?;
            Ok((policy, roles::for_policy(conn)?))
        })?;
        let mut rules: Vec<Option<&Rule>> = Vec::new();
        for reading in identifier.readings() {
            let rule = policy.rule_for(self.kind, &reading);
            if !rules.contains(&rule) {
                rules.push(rule);
            }
        }
        if rules.len() > 1 {
            output::say("servers may read it in several ways: the strictest of these counts");
        }
        let today = policy.day(now());
        for rule in rules {
            let phase = rule.map_or(Phase::During, |rule| rule.phase(today));
            let access = rule.map_or(policy.default_for(self.kind), |rule| rule.in_phase(phase));
            let pattern = rule.map_or_else(
                || "no rule, the default".to_owned(),
                |rule| rule.pattern.to_string(),
            );
            let access = NamedAccess::of(access, name_among(&roles));
            output::data(format_args!("{pattern}: {access}"))?;
        }
        Ok(())
    }
}
