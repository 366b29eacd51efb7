//! What there would be if a file were brought in.

use chrono::{DateTime, Utc};

use super::apply::{Import, Scope};
use super::entry::{Document, NamedRule};
use super::resolve::Roles;
use crate::access::rule::{self, RuleId};
use crate::identity::admin::Admin;
use crate::identity::principal::Role;
use crate::store::connection::Conn;
use crate::store::error::{RowError, StoreError};
use crate::store::import::{Mode, Row};
use crate::store::roles;
use crate::store::transaction::attempt;

/// The rules and roles that there would be if the rules of the file were all there are; nothing is
/// changed. The rules have numbers that no rule in the database has.
pub fn draft(conn: &mut Conn, file: &Document) -> Result<(Vec<rule::Rule>, Vec<Role>), StoreError> {
    let admin = Admin::console();
    attempt(conn, Mode::DryRun, |conn| {
        // This finds all faults, and gives numbers to new roles, which are then taken back.
        let import = Import::new(&admin, DateTime::<Utc>::UNIX_EPOCH, Mode::DryRun);
        import.run(conn, file, Scope::Replace)?;
        let known = Roles::new(roles::for_policy(conn)?);
        let rows = file.rules.iter().zip(1..);
        let rules = rows.map(|(row, number)| drafted(&known, row, RuleId(-number)));
        Ok((rules.collect::<Result<_, _>>()?, known.all))
    })
}

fn drafted(
    known: &Roles,
    Row { line, value }: &Row<NamedRule>,
    id: RuleId,
) -> Result<rule::Rule, StoreError> {
    let new = known.resolve(value).map_err(|faults| {
        let fault = |message| RowError {
            line: *line,
            message,
        };
        StoreError::Rows(faults.into_iter().map(fault).collect())
    })?;
    Ok(rule::Rule {
        id,
        kind: new.kind,
        pattern: new.pattern,
        access: new.access,
        period: new.period.map(Box::new),
        message: new.message,
    })
}
