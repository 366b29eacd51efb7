//! `iiif-gate keys`: a new key for cookies, tokens and sealed secrets.

use anyhow::Context as _;
use clap::{Args, Subcommand};

use super::failure::{Failure, Result};
use super::{database, output};
use crate::config::{Config, KeyFile};
use crate::identity::admin::Admin;
use crate::live::keys::Keys;
use crate::store::Store;
use crate::store::audit::{self, Action, Entry, Outcome};
use crate::web::state::now;

/// The key that signs cookies and tokens and seals stored secrets
#[derive(Debug, Args)]
pub(super) struct Options {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Rotate(Rotate),
}

/// Put a new key in the place of the generated one in `DATA_DIR`
///
/// The former one goes on counting, so nobody is signed out. Start the gate again afterwards: it signs
/// with the new key then, seals anew what the former one sealed, and forgets the former one once nothing
/// is left that it signed.
#[derive(Debug, Args)]
struct Rotate {
    /// Forget all former keys at once, as when one was stolen: everybody is signed out
    #[arg(long)]
    drop_previous: bool,
}

impl Options {
    /// Runs the command.
    pub(super) fn run(self) -> Result {
        let Command::Rotate(rotate) = self.command;
        rotate.run()
    }
}

impl Rotate {
    fn run(self) -> Result {
        // The settings, and with them the key, must be good before anything is changed, and so must the
        // database: a new key is written down.
        Config::from_env()?;
        let Some(file) = KeyFile::from_env()? else {
            return Err(Failure::yours(FROM_OUTSIDE));
        };
        let (_, store) = database::open()?;
        file.rotate(now()).context("no new key could be made")?;
        if self.drop_previous {
            // With the new key what former ones sealed, as every start of the gate does.
            let keys = Keys::new(&Config::from_env()?);
            store.blocking(keys.reseal())?;
            file.drop_former()
                .context("the former keys are still there")?;
            write_down(&store, "the former keys count no more")?;
            output::say(
                "there is a new key, and the former ones are gone: restart the gate now, it signs everybody out",
            );
        } else {
            write_down(&store, "the former key goes on counting")?;
            output::say("there is a new key: restart the gate, and nobody is signed out");
        }
        Ok(())
    }
}

fn write_down(store: &Store, detail: &str) -> anyhow::Result<()> {
    let entry = Entry {
        at: now(),
        actor: Admin::console().who().to_owned(),
        action: Action::RotateKey,
        subject: "secret-key".to_owned(),
        detail: detail.to_owned(),
        address: None,
        outcome: Outcome::Done,
    };
    let written = store.blocking(|conn| audit::record(conn, &entry));
    written.context("the key was replaced, and that could not be written into the audit log")
}

const FROM_OUTSIDE: &str = "the key comes from `AUTH_SECRET_KEY` or `AUTH_SECRET_KEY_FILE`, \
     so it is replaced there

1. Make a new key: `openssl rand -base64 32`.
2. Put it into `AUTH_SECRET_KEY`, and the one that was there into `AUTH_SECRET_KEY_PREVIOUS`.
3. Restart the gate: nobody is signed out.
4. After `SESSION_MAX`, empty `AUTH_SECRET_KEY_PREVIOUS`, and restart the gate.

hint: with several gates, let all of them take the new key first: put it into `AUTH_SECRET_KEY_PREVIOUS`, \
restart one after the other, exchange the two, and restart one after the other again";
