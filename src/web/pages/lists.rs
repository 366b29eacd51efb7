//! What long lists share: numbers that are read easily, and the way through their pages.

use std::fmt::{self, Display};

use serde::{Serialize, Serializer};

/// A number that is read easily: `100,000`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Count(pub u64);

impl Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.0.to_string();
        for (index, digit) in digits.chars().enumerate() {
            if index > 0 && (digits.len() - index).is_multiple_of(3) {
                f.write_str(",")?;
            }
            write!(f, "{digit}")?;
        }
        Ok(())
    }
}

impl Serialize for Count {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Where one is in a long list, and the ways to its neighbors.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Pager {
    /// How many there are on all pages.
    pub total: Count,
    /// Whether there are more, on no page.
    pub more: bool,
    /// The number of the first one shown, from 1.
    pub first: Count,
    /// The number of the last one shown.
    pub last: Count,
    /// The page before.
    pub previous: Option<String>,
    /// The page after.
    pub next: Option<String>,
}

impl Pager {
    /// For `shown` entries of page `page` (from 1) of `total`; `url` makes the address of a page.
    pub fn new(
        page: u64,
        per_page: u64,
        shown: u64,
        total: u64,
        url: impl Fn(u64) -> String,
    ) -> Self {
        let before = page.saturating_sub(1).saturating_mul(per_page);
        let last = before.saturating_add(shown);
        Self {
            total: Count(total),
            more: false,
            first: Count(if shown == 0 { 0 } else { before + 1 }),
            last: Count(if shown == 0 { 0 } else { last }),
            previous: (page > 1).then(|| url(page - 1)),
            next: (last < total && shown > 0).then(|| url(page + 1)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_grouped_by_thousands() {
        let shown = [0, 999, 1000, 1_234_567].map(|count| Count(count).to_string());
        assert_eq!(shown, ["0", "999", "1,000", "1,234,567"]);
    }

    #[test]
    fn a_pager_knows_its_neighbors() {
        let url = |page| format!("?page={page}");
        let pager = Pager::new(2, 25, 25, 60, url);
        assert_eq!((pager.first, pager.last), (Count(26), Count(50)));
        assert_eq!(pager.previous.as_deref(), Some("?page=1"));
        assert_eq!(pager.next.as_deref(), Some("?page=3"));
        let empty = Pager::new(1, 25, 0, 0, url);
        assert_eq!(
            (empty.first, empty.last, empty.next),
            (Count(0), Count(0), None)
        );
    }
}
