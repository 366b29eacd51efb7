//! Files that are read out of the database part by part, and so take no more memory the longer they are.

use std::io;

use super::connection::Conn;
use super::error::StoreError;
use super::transaction::snapshot;

/// A file that is being read.
pub trait Export: Send + 'static {
    /// What comes next, or nothing at the end. An error leaves the file without its end.
    fn part(&mut self, conn: &mut Conn) -> Result<Option<String>, StoreError>;
}

/// Writes a whole file, as the database is at one moment. What cannot be written is the inner error.
pub fn whole(
    conn: &mut Conn,
    mut export: impl Export,
    mut write: impl FnMut(&str) -> io::Result<()>,
) -> Result<io::Result<()>, StoreError> {
    snapshot(conn, |conn| {
        while let Some(part) = export.part(conn)? {
            if let Err(error) = write(&part) {
                return Ok(Err(error));
            }
        }
        Ok(Ok(()))
    })
}
