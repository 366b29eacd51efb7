//! Reads raw settings one by one and gathers what is wrong with them.

use std::collections::BTreeMap;

use secrecy::SecretString;

use super::problem::Problem;
use super::setting::Setting;
use super::table;

/// Raw settings, and the problems found so far.
pub(super) struct Values<'a> {
    raw: &'a BTreeMap<String, String>,
    problems: Vec<Problem>,
    #[cfg(test)]
    pub(super) read: std::collections::BTreeSet<String>,
}

impl<'a> Values<'a> {
    pub(super) fn new(raw: &'a BTreeMap<String, String>) -> Self {
        Self {
            raw,
            problems: Vec::new(),
            #[cfg(test)]
            read: std::collections::BTreeSet::new(),
        }
    }

    /// The value of a setting that may be missing.
    pub(super) fn optional<T>(
        &mut self,
        name: &str,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> Option<T> {
        #[cfg(test)]
        self.read.insert(name.to_owned());
        let setting = Self::setting(name);
        let text = self.text(setting)?;
        match parse(text) {
            Ok(value) => Some(value),
            Err(fault) => {
                self.problems.push(Problem::of(setting, Some(text), fault));
                None
            }
        }
    }

    /// The value of a setting that has a default.
    pub(super) fn value<T>(&mut self, name: &str, parse: impl Fn(&str) -> Result<T, String>) -> T {
        let default = Self::setting(name).default_value().unwrap_or_default();
        self.value_or(name, default, parse)
    }

    /// The value of a setting whose default follows from other settings.
    #[expect(clippy::expect_used, reason = "a test parses every default")]
    pub(super) fn value_or<T>(
        &mut self,
        name: &str,
        default: &str,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> T {
        // After a problem the default stands in, so that the other problems are found as well.
        self.optional(name, &parse)
            .unwrap_or_else(|| parse(default).expect("the default is valid"))
    }

    /// The value of a secret that cannot be missing.
    pub(super) fn secret(
        &mut self,
        name: &str,
        parse: impl Fn(&str) -> Result<SecretString, String>,
    ) -> SecretString {
        if self.text(Self::setting(name)).is_none() {
            self.fault(name, "is not set");
        }
        self.optional(name, parse).unwrap_or_default()
    }

    /// Whether a setting has a value, good or bad.
    pub(super) fn is_set(&self, name: &str) -> bool {
        self.text(Self::setting(name)).is_some()
    }

    /// Notes a problem that only several settings together show.
    pub(super) fn fault(&mut self, name: &str, fault: impl Into<String>) {
        let setting = Self::setting(name);
        self.problems
            .push(Problem::of(setting, self.text(setting), fault));
    }

    /// Notes something that is probably not meant.
    pub(super) fn warn(&mut self, name: &str, fault: impl Into<String>) {
        let setting = Self::setting(name);
        self.problems
            .push(Problem::of(setting, self.text(setting), fault).into_warning());
    }

    /// All problems, worst first.
    pub(super) fn into_problems(mut self) -> Vec<Problem> {
        self.problems.sort_by_key(|problem| !problem.is_error());
        self.problems
    }

    #[expect(clippy::expect_used, reason = "a test reads every setting")]
    fn setting(name: &str) -> &'static Setting {
        table::find(name).expect("the setting is declared")
    }

    /// The text of a setting; an empty one counts as not set.
    fn text(&self, setting: &Setting) -> Option<&'a str> {
        let text = self.raw.get(setting.name)?.as_str();
        let text = if setting.secret { text } else { text.trim() };
        Some(text).filter(|text| !text.is_empty())
    }
}
