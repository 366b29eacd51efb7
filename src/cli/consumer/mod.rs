//! `iiif-gate consumer`: sites whose authTokens identify their users.

mod check;
mod list;
mod nature;
mod registry;
mod secret;

use clap::{Args, Subcommand};

use self::nature::Nature;
use self::registry::Registry;
use self::secret::Given;
use super::failure::Result;
use crate::identity::consumer::ConsumerKey;

/// List, create, change and delete consumers, and check their tokens
///
/// A consumer is a site that is registered with a key and a secret, and makes authTokens (Annotator's) for
/// its users with them. Secrets are read from files and shown once; they are never arguments.
#[derive(Debug, Args)]
pub(super) struct Options {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List all consumers
    List {
        /// Print a JSON document
        #[arg(long)]
        json: bool,
    },
    /// Show one consumer: what it may, how often its tokens were taken, and why not
    Show {
        #[command(flatten)]
        which: Which,
        /// Print a JSON document
        #[arg(long)]
        json: bool,
    },
    /// Create a consumer, and show its key and secret once
    Create {
        /// What people call it
        #[arg(long)]
        name: String,
        /// A key that it has already; a new one is made if this is left out
        #[arg(long, value_parser = ConsumerKey::parse)]
        key: Option<ConsumerKey>,
        #[command(flatten)]
        secret: Given,
        #[command(flatten)]
        nature: Nature,
        /// Print a JSON document
        #[arg(long)]
        json: bool,
    },
    /// Change a consumer; what is left out stays
    Update {
        #[command(flatten)]
        which: Which,
        /// What people are to call it
        #[arg(long)]
        name: Option<String>,
        #[command(flatten)]
        nature: Nature,
    },
    /// Give a consumer a new secret, and show it once
    Rotate {
        #[command(flatten)]
        which: Which,
        /// For how many hours the old secret stays good; with 0 it ends at once
        #[arg(long, value_name = "HOURS", default_value_t = 24, value_parser = clap::value_parser!(u32).range(..=8760))]
        overlap: u32,
        #[command(flatten)]
        secret: Given,
        /// Print a JSON document
        #[arg(long)]
        json: bool,
    },
    /// Take a consumer's tokens (again)
    Enable(Which),
    /// Refuse all tokens of a consumer
    Disable(Which),
    /// Sign all users of a consumer out, or one of them, and perhaps keep that one out
    ///
    /// Tokens that were issued before are refused; the consumer's site may make new ones.
    Revoke {
        #[command(flatten)]
        which: Which,
        /// Only this user, as the tokens write the userId
        #[arg(long)]
        user: Option<String>,
        /// Refuse new tokens of that user, too, until this day (in `TIME_ZONE`) or time (RFC 3339)
        #[arg(long, value_name = "TIME", requires = "user")]
        until: Option<String>,
        /// Why
        #[arg(long, requires = "user", default_value = "")]
        note: String,
    },
    /// Let a user in again who was signed out by `revoke --user`
    Unblock {
        #[command(flatten)]
        which: Which,
        /// The user, as the tokens write the userId
        user: String,
    },
    /// Delete a consumer
    Delete(Which),
    Check(check::Check),
}

#[derive(Debug, Args)]
struct Which {
    /// The consumer's key
    #[arg(value_parser = ConsumerKey::parse)]
    key: ConsumerKey,
}

impl Options {
    /// Runs the command.
    pub(super) fn run(self) -> Result {
        let registry = Registry::open()?;
        match self.command {
            Command::List { json } => registry.list(json),
            Command::Show { which, json } => registry.show(&which.key, json),
            Command::Create {
                name,
                key,
                secret,
                nature,
                json,
            } => registry.create(name, key, &secret, &nature, json),
            Command::Update {
                which,
                name,
                nature,
            } => registry.update(&which.key, name, &nature),
            Command::Rotate {
                which,
                overlap,
                secret,
                json,
            } => registry.rotate(&which.key, overlap, &secret, json),
            Command::Enable(which) => registry.set_enabled(&which.key, true),
            Command::Disable(which) => registry.set_enabled(&which.key, false),
            Command::Revoke {
                which, user: None, ..
            } => registry.revoke_all(&which.key),
            Command::Revoke {
                which,
                user: Some(user),
                until,
                note,
            } => registry.revoke(&which.key, &user, until.as_deref(), &note),
            Command::Unblock { which, user } => registry.unblock(&which.key, &user),
            Command::Delete(which) => registry.delete(&which.key),
            Command::Check(options) => options.run(&registry),
        }
    }
}
