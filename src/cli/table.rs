//! Lists for people: columns under headings.

use super::failure::Result;
use super::output;

/// Writes a table to stdout.
pub(super) fn print<const N: usize>(headings: [&str; N], rows: &[[String; N]]) -> Result {
    let mut widths = headings.map(|heading| heading.chars().count());
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    output::data(line(&widths, &headings))?;
    for row in rows {
        output::data(line(&widths, &row.each_ref().map(String::as_str)))?;
    }
    Ok(())
}

fn line<const N: usize>(widths: &[usize; N], cells: &[&str; N]) -> String {
    let cells: Vec<String> = cells
        .iter()
        .zip(widths)
        .map(|(cell, width)| format!("{cell:<width$}"))
        .collect();
    cells.join("  ").trim_end().to_owned()
}
