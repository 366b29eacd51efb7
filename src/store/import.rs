//! What imports from CSV have in common.

use super::error::{RowError, StoreError};

/// What an import did, or would do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// The names of what is new.
    pub created: Vec<String>,
    /// The names of what is different now.
    pub updated: Vec<String>,
    /// How many were as they should be.
    pub unchanged: usize,
}

impl Report {
    /// Whether nothing is different.
    pub fn is_empty(&self) -> bool {
        self.created.is_empty() && self.updated.is_empty()
    }

    /// In words, for the audit log.
    pub(super) fn summary(&self) -> String {
        format!("{} new, {} changed", self.created.len(), self.updated.len())
    }
}

/// Whether an import is meant, or only tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Do it.
    Apply,
    /// Say what would be done, and change nothing.
    DryRun,
}

/// A row of the file and its line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row<T> {
    /// The line in the file; the heading is line 1.
    pub line: u64,
    /// What stands there.
    pub value: T,
}

/// The columns that a file may have.
pub(super) struct Heading<'a> {
    /// Those with one name, of which the first must be there.
    pub(super) columns: &'a [&'a str],
    /// Whether there may also be a column of this name.
    pub(super) also: fn(&str) -> bool,
}

/// A file that was read.
pub(super) struct Table<T> {
    /// The names of its columns.
    pub(super) heading: Vec<String>,
    /// Its lines.
    pub(super) rows: Vec<Row<T>>,
}

/// Reads a CSV file with a heading; everything that is wrong is reported, not only the first.
pub(super) fn read<T>(
    text: &str,
    columns: &Heading<'_>,
    parse: impl Fn(&Columns<'_>) -> Result<T, Vec<String>>,
) -> Result<Table<T>, StoreError> {
    // Spreadsheets put a byte order mark before the heading.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter(text))
        .trim(csv::Trim::All)
        .flexible(true)
        .from_reader(text.as_bytes());
    let heading = reader.headers().map_err(|error| bad(1, &error))?.clone();
    check_heading(&heading, columns)?;
    let (mut rows, mut errors) = (Vec::new(), Vec::new());
    for record in reader.records() {
        let record = record.map_err(|error| {
            let line = error.position().map_or(0, csv::Position::line);
            bad(line, &error)
        })?;
        let line = record.position().map_or(0, csv::Position::line);
        match parse(&Columns {
            heading: &heading,
            record: &record,
        }) {
            Ok(value) => rows.push(Row { line, value }),
            Err(messages) => {
                errors.extend(
                    messages
                        .into_iter()
                        .map(|message| RowError { line, message }),
                );
            }
        }
    }
    if errors.is_empty() {
        let heading = heading.iter().map(str::to_owned).collect();
        Ok(Table { heading, rows })
    } else {
        Err(StoreError::Rows(errors))
    }
}

/// A comma, or what spreadsheets use instead: semicolons in many countries, tabs between copied cells.
/// The heading tells, for no column has any of these in its name.
fn delimiter(text: &str) -> u8 {
    let heading = text.lines().next().unwrap_or_default();
    let delimiters = [b'\t', b';'];
    delimiters
        .into_iter()
        .find(|delimiter| heading.as_bytes().contains(delimiter))
        .unwrap_or(b',')
}

fn bad(line: u64, message: &impl ToString) -> StoreError {
    StoreError::Rows(vec![RowError {
        line,
        message: message.to_string(),
    }])
}

/// A misspelt heading would silently leave a column out.
fn check_heading(heading: &csv::StringRecord, known: &Heading<'_>) -> Result<(), StoreError> {
    let columns = known.columns;
    let list = columns.join("`, `");
    let is_known = |name: &str| columns.contains(&name) || (known.also)(name);
    if let Some(unknown) = heading.iter().find(|name| !is_known(name)) {
        return Err(bad(
            1,
            &format!("unknown column `{unknown}` (there are `{list}`)"),
        ));
    }
    match columns.first() {
        Some(first) if !heading.iter().any(|name| name == *first) => Err(bad(
            1,
            &format!("the column `{first}` is missing (there are `{list}`)"),
        )),
        _ => Ok(()),
    }
}

/// One line, by the names of its columns.
pub(super) struct Columns<'a> {
    heading: &'a csv::StringRecord,
    record: &'a csv::StringRecord,
}

impl Columns<'_> {
    /// The text in this column, if the file has that column and something stands there.
    pub(super) fn get(&self, name: &str) -> Option<String> {
        let text = self.cell(name)?;
        let text = match text.strip_prefix('\'') {
            Some(rest) if is_formula(rest) => rest,
            _ => text,
        };
        Some(text.to_owned()).filter(|text| !text.is_empty())
    }

    /// Like `get`, but an empty cell is empty text, and only a missing column is nothing.
    pub(super) fn get_even_empty(&self, name: &str) -> Option<String> {
        self.cell(name).map(|_| self.get(name).unwrap_or_default())
    }

    /// The names of all columns.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.heading.iter()
    }

    fn cell(&self, name: &str) -> Option<&str> {
        let index = self.heading.iter().position(|heading| heading == name)?;
        Some(self.record.get(index).unwrap_or_default())
    }
}

/// What makes a spreadsheet take a cell for a formula.
const FORMULA: [char; 4] = ['=', '+', '-', '@'];

/// Whether a cell is a formula, or one that was made harmless already.
fn is_formula(cell: &str) -> bool {
    cell.trim_start_matches('\'').starts_with(FORMULA)
}

/// Writes a CSV file.
pub fn written(
    columns: &[&str],
    rows: impl Iterator<Item = Vec<String>>,
) -> Result<String, StoreError> {
    let heading = columns.iter().map(|column| (*column).to_owned()).collect();
    lines(std::iter::once(heading).chain(rows))
}

/// Writes some lines of a CSV file. Cells that a spreadsheet would take for a formula begin with `'`,
/// which reading takes away again.
pub(super) fn lines(rows: impl Iterator<Item = Vec<String>>) -> Result<String, StoreError> {
    let failed = |error: &dyn std::fmt::Display| StoreError::Invalid(error.to_string());
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in rows {
        let cells = row.iter().map(|cell| {
            if is_formula(cell) {
                format!("'{cell}")
            } else {
                cell.clone()
            }
        });
        writer.write_record(cells).map_err(|error| failed(&error))?;
    }
    let bytes = writer.into_inner().map_err(|error| failed(&error))?;
    String::from_utf8(bytes).map_err(|error| failed(&error))
}
