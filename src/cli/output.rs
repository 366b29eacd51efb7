//! What commands say: data to stdout, words to stderr.

use std::fmt;
use std::io::{self, ErrorKind, Write as _};

use serde::Serialize;

use super::failure::Result;
use crate::store::Store;
use crate::store::export::{self, Export};

/// Writes a line of data to stdout. When nobody reads on, as in `... | head`, that is no failure.
pub(super) fn data(line: impl fmt::Display) -> Result {
    ignore_closed(writeln!(io::stdout().lock(), "{line}"))
}

/// Writes a file that is read out of the database to stdout.
pub(super) fn file(store: &Store, file: impl Export) -> Result {
    let mut out = io::stdout().lock();
    let write = |part: &str| out.write_all(part.as_bytes());
    ignore_closed(store.blocking(|conn| export::whole(conn, file, write))?)
}

/// Writes a document to stdout.
pub(super) fn json(document: &impl Serialize) -> Result {
    let text = serde_json::to_string_pretty(document).map_err(anyhow::Error::from)?;
    data(text)
}

/// Writes a line of words to stderr.
pub(super) fn say(line: impl fmt::Display) {
    // If stderr is closed there is nobody to tell.
    let _ = writeln!(io::stderr().lock(), "{line}");
}

fn ignore_closed(written: io::Result<()>) -> Result {
    match written {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        other => Ok(other?),
    }
}
