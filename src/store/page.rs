//! Pages of long lists.

/// How many entries of a list are counted and can be paged through; who has more filters or searches.
pub const COUNTED: u64 = 10_000;
/// The same where a text is searched for, which takes longer.
pub const FOUND: u64 = 500;

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
    /// Whether there are more, on no page.
    pub more: bool,
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

    /// The page closest to the wanted one that exists, of a list that begins with these and has more if
    /// they are more than `most`. Databases count no faster than they list, and this reads a list once.
    pub fn of<T>(self, mut begin: Vec<T>, most: u64) -> Page<T> {
        let more = begin.len() as u64 > most;
        begin.truncate(usize::try_from(most).unwrap_or(usize::MAX));
        let total = begin.len() as u64;
        let per_page = self.per_page.clamp(1, Self::MAX);
        let last = total.div_ceil(u64::from(per_page)).max(1);
        let page = u64::from(self.page).clamp(1, last);
        let page = u32::try_from(page).unwrap_or(u32::MAX);
        let before = (page - 1) as usize * per_page as usize;
        let items = begin.into_iter().skip(before).take(per_page as usize);
        Page {
            items: items.collect(),
            page,
            per_page,
            total,
            more,
        }
    }
}

impl<T> Page<T> {
    /// The same page of something else.
    pub fn filled<U>(self, items: Vec<U>) -> Page<U> {
        Page {
            items,
            page: self.page,
            per_page: self.per_page,
            total: self.total,
            more: self.more,
        }
    }
}

/// How many to ask for, to know whether there are more.
pub(super) fn one_more(most: u64) -> i64 {
    i64::try_from(most).unwrap_or(i64::MAX - 1) + 1
}

/// A pattern for LIKE that finds the text anywhere; `%`, `_` and `\` in it stand for themselves. Control characters are in
/// no text of ours, and with one of them (NUL) neither database answers.
pub(super) fn anywhere(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len() + 2);
    pattern.push('%');
    for c in text.chars().filter(|c| !c.is_control()) {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

/// The same as a phrase that SQLite finds by its trigrams: those of at least three characters.
pub(super) fn phrase(text: &str) -> Option<String> {
    let text: String = text.chars().filter(|c| !c.is_control()).collect();
    let is_long = text.chars().nth(2).is_some();
    is_long.then(|| format!("\"{}\"", text.replace('"', "\"\"")))
}
