//! Values of a TOML file with their lines; every fault is kept, and reading goes on.

use chrono::NaiveDate;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::access::check::day;
use crate::access::notation::MAX_SIZE;
use crate::language::{Language, LanguageMap};
use crate::store::error::RowError;

pub(super) type Value<'a> = Spanned<DeValue<'a>>;

/// What is wrong with a file, as far as it has been read.
pub(super) struct Faults {
    /// Where each line begins.
    lines: Vec<usize>,
    /// Where, and what.
    found: Vec<(usize, String)>,
}

impl Faults {
    pub(super) fn new(text: &str) -> Self {
        let ends = text.match_indices('\n').map(|(end, _)| end + 1);
        Self {
            lines: std::iter::once(0).chain(ends).collect(),
            found: Vec::new(),
        }
    }

    /// The line of a place in the file; the first is 1.
    pub(super) fn line(&self, offset: usize) -> u64 {
        self.lines.partition_point(|start| *start <= offset) as u64
    }

    pub(super) fn add(&mut self, offset: usize, message: impl Into<String>) {
        self.found.push((offset, message.into()));
    }

    pub(super) fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// All of them with their lines, in the order of the file.
    pub(super) fn into_errors(mut self) -> Vec<RowError> {
        let mut found = std::mem::take(&mut self.found);
        found.sort();
        found.dedup();
        let error = |(offset, message)| RowError {
            line: self.line(offset),
            message,
        };
        found.into_iter().map(error).collect()
    }

    /// The value, or nothing and one fault more.
    pub(super) fn take<T>(&mut self, offset: usize, result: Result<T, String>) -> Option<T> {
        result.map_err(|message| self.add(offset, message)).ok()
    }
}

/// One table of the file, such as a `[[rule]]`.
pub(super) struct Table<'a> {
    table: &'a DeTable<'a>,
    /// Where it begins.
    pub(super) offset: usize,
}

impl<'a> Table<'a> {
    /// The file itself.
    pub(super) fn root(table: &'a DeTable<'a>) -> Self {
        Self { table, offset: 0 }
    }

    /// The tables of this name; what is not one is a fault.
    pub(super) fn all(file: &'a DeTable<'a>, name: &str, faults: &mut Faults) -> Vec<Self> {
        let Some(value) = file.get(name) else {
            return Vec::new();
        };
        let Some(array) = value.get_ref().as_array() else {
            let message = format!("`{name}` must be written as `[[{name}]]`");
            faults.add(value.span().start, message);
            return Vec::new();
        };
        let tables = array
            .iter()
            .filter_map(|value| Self::of(name, value, faults));
        tables.collect()
    }

    pub(super) fn of(name: &str, value: &'a Value<'a>, faults: &mut Faults) -> Option<Self> {
        let offset = value.span().start;
        let Some(table) = value.get_ref().as_table() else {
            faults.add(offset, format!("`{name}` must be a table"));
            return None;
        };
        Some(Self { table, offset })
    }

    /// A misspelt key would silently leave something out.
    pub(super) fn only(&self, known: &[&str], faults: &mut Faults) {
        for key in self.table.keys() {
            if !known.contains(&key.get_ref().as_ref()) {
                let list = known.join("`, `");
                let message = format!("unknown key `{}` (there are `{list}`)", key.get_ref());
                faults.add(key.span().start, message);
            }
        }
    }

    pub(super) fn get(&self, key: &str) -> Option<&'a Value<'a>> {
        self.table.get(key)
    }

    /// A text, read further by `parse`; nothing if the key is not there.
    pub(super) fn parsed<T>(
        &self,
        key: &str,
        faults: &mut Faults,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> Option<T> {
        let value = self.get(key)?;
        let text = value.get_ref().as_str();
        let text = text.ok_or_else(|| format!("`{key}` must be a text in quotation marks"));
        faults.take(value.span().start, text.and_then(parse))
    }

    /// The same, of a key that must be there.
    pub(super) fn needed<T>(
        &self,
        key: &str,
        faults: &mut Faults,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> Option<T> {
        if self.get(key).is_none() {
            faults.add(self.offset, format!("the key `{key}` is missing"));
        }
        self.parsed(key, faults, parse)
    }

    pub(super) fn text(&self, key: &str, faults: &mut Faults) -> String {
        let text = self.parsed(key, faults, |text| Ok(text.to_owned()));
        text.unwrap_or_default()
    }

    /// A list of texts, each read by `parse`.
    pub(super) fn list<T>(
        &self,
        key: &str,
        faults: &mut Faults,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> Vec<T> {
        let Some(value) = self.get(key) else {
            return Vec::new();
        };
        let wrong = || format!("`{key}` must be a list of texts, such as `[\"a\", \"b\"]`");
        let Some(array) = value.get_ref().as_array() else {
            faults.add(value.span().start, wrong());
            return Vec::new();
        };
        let mut list = Vec::new();
        for item in array {
            let text = item.get_ref().as_str().ok_or_else(wrong);
            list.extend(faults.take(item.span().start, text.and_then(&parse)));
        }
        list
    }

    /// A size in pixels; 0 if there is none.
    pub(super) fn size(&self, key: &str, faults: &mut Faults) -> u32 {
        let Some(value) = self.get(key) else { return 0 };
        let number = value.get_ref().as_integer();
        let number = number
            .filter(|number| number.radix() == 10)
            .and_then(|number| number.as_str().parse::<u32>().ok())
            .filter(|size| *size <= MAX_SIZE);
        let message = || format!("`{key}` must be a whole number of pixels from 0 to {MAX_SIZE}");
        let size = faults.take(value.span().start, number.ok_or_else(message));
        size.unwrap_or_default()
    }

    /// A day, as a date or as a text.
    pub(super) fn day(&self, key: &str, faults: &mut Faults) -> Option<NaiveDate> {
        let value = self.get(key)?;
        let text = match value.get_ref() {
            DeValue::Datetime(date) => date.to_string(),
            other => other.as_str().unwrap_or_default().to_owned(),
        };
        let day = day(&text).map_err(|error| format!("`{key}`: {error}"));
        faults.take(value.span().start, day)
    }

    /// A text per language: `{ en = "…", de = "…" }`.
    pub(super) fn texts(&self, key: &str, faults: &mut Faults) -> LanguageMap {
        let table = self
            .get(key)
            .and_then(|value| Table::of(key, value, faults));
        let Some(table) = table else {
            return LanguageMap::default();
        };
        let mut texts = Vec::new();
        for name in table.table.keys() {
            let language = name.get_ref().parse::<Language>();
            let language = language.map_err(|error| format!("`{key}`: {error}"));
            let language = faults.take(name.span().start, language);
            let text = table.text(name.get_ref(), faults);
            texts.extend(language.map(|language| (language, text)));
        }
        LanguageMap::of(texts)
    }
}
