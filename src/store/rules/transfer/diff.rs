//! What is different between what there is and what a file says, in words.

use std::fmt;

use super::entry::{NamedRule, NetworkEntry, RoleEntry};
use crate::access::notation::NamedAccess;
use crate::identity::network;
use crate::language::LanguageMap;

/// The most characters of a value that are shown.
const SHOWN: usize = 120;

/// What an import does, or would do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Diff {
    /// Everything that is different: networks, roles, then rules in the order of the file, then what is
    /// removed.
    pub changes: Vec<Change>,
    /// How many networks, roles and rules of the file are as they should be.
    pub unchanged: usize,
}

/// One thing that is different.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// How.
    pub how: How,
    /// What, for example `image maps/*` or `role staff`.
    pub what: String,
    /// What about it: everything that is said about something new, or removed.
    pub fields: Vec<FieldChange>,
}

/// How something is different.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// It is new.
    Added,
    /// It is there, and says something else.
    Changed,
    /// It is gone.
    Removed,
}

/// What is different about one thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldChange {
    /// Its name, for example `note`.
    pub field: String,
    /// What it was; empty if it was not said.
    pub before: String,
    /// What it is to be; empty if it is not said any more.
    pub after: String,
}

impl Diff {
    /// How many things are different in this way.
    pub fn count(&self, how: How) -> usize {
        self.changes
            .iter()
            .filter(|change| change.how == how)
            .count()
    }

    /// Whether nothing is different.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// In a few words: `2 new, 1 changed, 0 deleted`.
    pub fn summary(&self) -> String {
        let [new, changed, deleted] =
            [How::Added, How::Changed, How::Removed].map(|how| self.count(how));
        format!("{new} new, {changed} changed, {deleted} deleted")
    }

    pub(super) fn compare(
        &mut self,
        what: String,
        before: Option<&Described>,
        after: Option<&Described>,
    ) {
        let how = match (before, after) {
            (None, _) => How::Added,
            (Some(_), None) => How::Removed,
            (Some(before), Some(after)) if before == after => {
                self.unchanged += 1;
                return;
            }
            (Some(_), Some(_)) => How::Changed,
        };
        let nothing = Described::default();
        let (before, after) = (before.unwrap_or(&nothing), after.unwrap_or(&nothing));
        let fields = before.changes(after);
        self.changes.push(Change { how, what, fields });
    }
}

/// One line: `~ image maps/*: access: roles staff → public; note: why → because`.
impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = match self.how {
            How::Added => '+',
            How::Changed => '~',
            How::Removed => '-',
        };
        write!(f, "{sign} {}", self.what)?;
        for (index, change) in self.fields.iter().enumerate() {
            f.write_str(if index == 0 { ": " } else { "; " })?;
            let FieldChange {
                field,
                before,
                after,
            } = change;
            match self.how {
                How::Added => write!(f, "{field}: {}", shown(after))?,
                How::Removed => write!(f, "{field}: {}", shown(before))?,
                How::Changed => write!(f, "{field}: {} → {}", shown(before), shown(after))?,
            }
        }
        Ok(())
    }
}

fn shown(text: &str) -> String {
    if text.is_empty() {
        return "(none)".to_owned();
    }
    let line: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    if line.chars().count() <= SHOWN {
        return line;
    }
    let start: String = line.chars().take(SHOWN).collect();
    format!("{start}…")
}

/// Something by its fields; a field that says nothing is left out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Described(Vec<(String, String)>);

impl Described {
    fn put(&mut self, field: &str, text: String) {
        if !text.is_empty() {
            self.0.push((field.to_owned(), text));
        }
    }

    fn put_texts(&mut self, field: &str, texts: &LanguageMap) {
        for (language, text) in texts.iter() {
            self.put(&format!("{field}_{language}"), text.to_owned());
        }
    }

    fn get(&self, field: &str) -> String {
        let found = self.0.iter().find(|(name, _)| name == field);
        found.map_or_else(String::new, |(_, text)| text.clone())
    }

    /// What is different in another, in the order of its fields, then what that does not say any more.
    fn changes(&self, after: &Self) -> Vec<FieldChange> {
        let gone = self.0.iter().filter(|(name, _)| after.get(name).is_empty());
        let fields = after.0.iter().chain(gone).map(|(name, _)| FieldChange {
            field: name.clone(),
            before: self.get(name),
            after: after.get(name),
        });
        fields
            .filter(|change| change.before != change.after)
            .collect()
    }
}

impl From<&NamedRule> for Described {
    fn from(rule: &NamedRule) -> Self {
        let mut fields = Self::default();
        let access = |access: &Option<NamedAccess>| {
            access.as_ref().map(ToString::to_string).unwrap_or_default()
        };
        fields.put("access", rule.access.to_string());
        fields.put(
            "from",
            rule.from.map(|day| day.to_string()).unwrap_or_default(),
        );
        fields.put("before", access(&rule.before));
        fields.put(
            "until",
            rule.until.map(|day| day.to_string()).unwrap_or_default(),
        );
        fields.put("after", access(&rule.after));
        fields.put_texts("message", &rule.message);
        fields.put("note", rule.note.clone());
        fields
    }
}

impl From<&NetworkEntry> for Described {
    fn from(entry: &NetworkEntry) -> Self {
        let mut fields = Self::default();
        fields.put(
            "ranges",
            network::written_list(&entry.ranges).replace('\n', ", "),
        );
        fields.put("note", entry.note.clone());
        fields
    }
}

impl From<&RoleEntry> for Described {
    fn from(role: &RoleEntry) -> Self {
        let mut fields = Self::default();
        fields.put("title", role.title.clone());
        fields.put("obtained_by", role.obtained_by.as_str().to_owned());
        fields.put("offered_as", role.offered_as.as_str().to_owned());
        fields.put("networks", role.networks.join(", "));
        fields.put_texts("heading", &role.heading);
        fields.put_texts("text", &role.text);
        fields
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn described(fields: &[(&str, &str)]) -> Described {
        let mut described = Described::default();
        for (name, text) in fields {
            described.put(name, (*text).to_owned());
        }
        described
    }

    #[test]
    fn a_difference_reads_as_one_line() {
        let (old, new) = (
            described(&[("access", "roles staff"), ("note", "why")]),
            described(&[("access", "public"), ("from", "2030-01-01")]),
        );
        let mut diff = Diff::default();
        diff.compare("image a".to_owned(), None, Some(&new));
        diff.compare("image b".to_owned(), Some(&old), Some(&new));
        diff.compare("image c".to_owned(), Some(&old), None);
        diff.compare("image d".to_owned(), Some(&old), Some(&old));
        let lines: Vec<String> = diff.changes.iter().map(ToString::to_string).collect();
        assert_eq!(
            lines,
            [
                "+ image a: access: public; from: 2030-01-01",
                "~ image b: access: roles staff → public; from: (none) → 2030-01-01; \
                 note: why → (none)",
                "- image c: access: roles staff; note: why",
            ]
        );
        assert_eq!(diff.unchanged, 1);
        assert_eq!(diff.summary(), "1 new, 1 changed, 1 deleted");
    }
}
