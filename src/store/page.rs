//! Pages of long lists.

/// Some of a long list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// What is on this page.
    pub items: Vec<T>,
    /// Its number; the first is 1.
    pub page: u32,
    /// How many there are on a full page.
    pub per_page: u32,
    /// How many there are on all pages.
    pub total: u64,
}

impl<T> Page<T> {
    /// How many pages there are, at least one.
    pub fn pages(&self) -> u32 {
        let pages = self.total.div_ceil(u64::from(self.per_page.max(1)));
        u32::try_from(pages).unwrap_or(u32::MAX).max(1)
    }
}

/// Which page is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Paging {
    /// Its number; the first is 1.
    pub page: u32,
    /// How many there are on a page.
    pub per_page: u32,
}

impl Default for Paging {
    fn default() -> Self {
        Self {
            page: 1,
            per_page: 50,
        }
    }
}

impl Paging {
    /// The most that are given at once.
    const MAX: u32 = 1000;

    /// The page closest to the wanted one that exists, when there are so many in total.
    pub(super) fn within(self, total: i64) -> Window {
        let total = u64::try_from(total).unwrap_or_default();
        let per_page = self.per_page.clamp(1, Self::MAX);
        let last = total
            .div_ceil(u64::from(per_page))
            .clamp(1, u64::from(u32::MAX));
        let page = u64::from(self.page).clamp(1, last);
        Window {
            page: u32::try_from(page).unwrap_or(u32::MAX),
            per_page,
            total,
        }
    }
}

/// A page that exists.
pub(super) struct Window {
    page: u32,
    per_page: u32,
    total: u64,
}

impl Window {
    pub(super) fn limit(&self) -> i64 {
        i64::from(self.per_page)
    }

    pub(super) fn offset(&self) -> i64 {
        i64::from(self.page - 1) * i64::from(self.per_page)
    }

    pub(super) fn filled<T>(self, items: Vec<T>) -> Page<T> {
        Page {
            items,
            page: self.page,
            per_page: self.per_page,
            total: self.total,
        }
    }
}

/// A pattern for LIKE that finds the text anywhere; `%`, `_` and `\` in it stand for themselves.
pub(super) fn anywhere(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len() + 2);
    pattern.push('%');
    for c in text.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}
