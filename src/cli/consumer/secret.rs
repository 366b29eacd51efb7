//! Secrets at the command line: read from files, made, and shown once.

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use crate::cli::failure::{Failure, Result};
use crate::cli::{file, output};
use crate::identity::consumer::{ConsumerKey, ConsumerSecret};
use crate::identity::secret;

/// Where a secret comes from.
#[derive(Debug, Args)]
pub(super) struct Given {
    /// A file with the secret that it has already, or `-` for stdin; a new one is made if this is left out
    #[arg(long, value_name = "FILE")]
    secret_file: Option<PathBuf>,
}

/// A secret to be stored.
pub(super) enum Secret {
    /// Somebody has it.
    Known(ConsumerSecret),
    /// Nobody has seen it.
    New(ConsumerSecret, String),
}

/// A new secret in `--json`.
#[derive(Debug, Serialize)]
struct Shown<'a> {
    key: &'a str,
    /// Nothing for one that was given.
    secret: Option<&'a str>,
}

impl Given {
    /// The secret in the file, without the end of its line, or a new one.
    pub(super) fn read_or_make(&self) -> Result<Secret> {
        let Some(path) = &self.secret_file else {
            let text = secret::from_random(rand::random());
            let secret = ConsumerSecret::new(text.as_bytes()).map_err(Failure::yours)?;
            return Ok(Secret::New(secret, text));
        };
        let text = file::read(path)?;
        let text = text.strip_suffix('\n').unwrap_or(&text);
        let text = text.strip_suffix('\r').unwrap_or(text);
        let path = path.display();
        ConsumerSecret::new(text.as_bytes())
            .map(Secret::Known)
            .map_err(|error| Failure::yours(format_args!("the secret in `{path}` {error}")))
    }
}

impl Secret {
    /// The secret.
    pub(super) fn get(&self) -> &ConsumerSecret {
        match self {
            Self::Known(secret) | Self::New(secret, _) => secret,
        }
    }

    /// Shows a new secret, once, and the key that it goes with.
    pub(super) fn show(&self, key: &ConsumerKey, json: bool) -> Result {
        let secret = match self {
            Self::Known(_) => None,
            Self::New(_, text) => Some(text.as_str()),
        };
        if secret.is_some() {
            output::say("the secret is shown only now: keep it where the consumer's site reads it");
        }
        if json {
            let key = key.as_str();
            return output::json(&Shown { key, secret });
        }
        output::data(format_args!("key     {key}"))?;
        secret.map_or(Ok(()), |secret| {
            output::data(format_args!("secret  {secret}"))
        })
    }
}
