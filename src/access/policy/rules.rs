//! Rules, found by their pattern and by their number.
//!
//! A changed copy shares with the original all but a few hundred entries: one change costs about the same
//! however many rules there are, and who reads the original goes on reading it.

use std::hash::BuildHasher;
use std::sync::Arc;

use hashbrown::hash_table::Entry;
use hashbrown::{DefaultHashBuilder, HashTable};

use crate::access::pattern::Pattern;
use crate::access::rule::{Kind, Rule, RuleId};

/// All rules.
#[derive(Debug, Clone)]
pub(super) struct Rules {
    by_pattern: Index,
    by_id: Index,
    /// How many segments the longest prefix has, or had: no further ones are looked for.
    deepest: usize,
}

/// What a rule is found by.
#[derive(Debug, PartialEq, Eq, Hash)]
enum Key<'a> {
    Number(RuleId),
    Exact(Kind, &'a str),
    /// The prefix `*` is the empty one.
    Below(Kind, &'a str),
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            by_pattern: Index::new(|rule| match &rule.pattern {
                Pattern::Exact(path) => Key::Exact(rule.kind, path.as_str()),
                Pattern::Prefix(Some(path)) => Key::Below(rule.kind, path.as_str()),
                Pattern::Prefix(None) => Key::Below(rule.kind, ""),
            }),
            by_id: Index::new(|rule| Key::Number(rule.id)),
            deepest: 0,
        }
    }
}

impl Rules {
    /// Puts a rule in, in place of one of the same number or pattern.
    pub(super) fn put(&mut self, rule: Rule) {
        self.remove(rule.id);
        if let Pattern::Prefix(Some(path)) = &rule.pattern {
            let depth = path.as_str().split('/').count();
            self.deepest = self.deepest.max(depth);
        }
        let rule = Arc::new(rule);
        if let Some(replaced) = self.by_pattern.put(Arc::clone(&rule)) {
            self.by_id.take(&Key::Number(replaced.id));
        }
        self.by_id.put(rule);
    }

    /// Takes a rule out, if it is there.
    pub(super) fn remove(&mut self, id: RuleId) {
        if let Some(rule) = self.by_id.take(&Key::Number(id)) {
            let key = (self.by_pattern.key)(&rule);
            self.by_pattern.take(&key);
        }
    }

    /// The rule with the longest pattern; see [`super::Policy::rule_for`].
    pub(super) fn matching(&self, kind: Kind, reading: &str) -> Option<&Rule> {
        let exact = self.by_pattern.find(&Key::Exact(kind, reading));
        exact.or_else(|| self.above(kind, reading))
    }

    /// The rule with the longest prefix that this path is below.
    pub(super) fn above(&self, kind: Kind, path: &str) -> Option<&Rule> {
        let segments = path.match_indices('/').map(|(end, _)| end);
        let prefixes = segments.filter_map(|end| path.get(..end));
        let find = |prefix| self.by_pattern.find(&Key::Below(kind, prefix));
        let longest = prefixes.take(self.deepest).filter_map(find).last();
        longest.or_else(|| find(""))
    }

    pub(super) fn get(&self, id: RuleId) -> Option<&Rule> {
        self.by_id.find(&Key::Number(id))
    }

    /// All rules, in no order.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Rule> {
        let parts = self.by_id.parts.iter();
        parts.flat_map(|part| part.iter()).map(AsRef::as_ref)
    }

    pub(super) fn len(&self) -> usize {
        self.by_id.parts.iter().map(|part| part.len()).sum()
    }
}

/// A hash table in parts, which copies share until one of them changes a part.
#[derive(Debug, Clone)]
struct Index {
    parts: Box<[Arc<HashTable<Arc<Rule>>>]>,
    hasher: DefaultHashBuilder,
    key: fn(&Rule) -> Key<'_>,
}

impl Index {
    fn new(key: fn(&Rule) -> Key<'_>) -> Self {
        let parts = vec![Arc::default(); usize::from(u8::MAX) + 1];
        Self {
            parts: parts.into(),
            hasher: DefaultHashBuilder::default(),
            key,
        }
    }

    fn find(&self, key: &Key<'_>) -> Option<&Rule> {
        let hash = self.hasher.hash_one(key);
        let part = self.parts.get(part_of(hash))?;
        let found = part.find(hash, |rule| (self.key)(rule) == *key);
        found.map(AsRef::as_ref)
    }

    /// Puts a rule in and returns the one that had its place.
    fn put(&mut self, rule: Arc<Rule>) -> Option<Arc<Rule>> {
        let (key, hasher) = (self.key, &self.hasher);
        let hash = hasher.hash_one(key(&rule));
        let part = Arc::make_mut(self.parts.get_mut(part_of(hash))?);
        let is_same = |other: &Arc<Rule>| key(other) == key(&rule);
        match part.entry(hash, is_same, |rule| hasher.hash_one(key(rule))) {
            Entry::Occupied(mut place) => Some(std::mem::replace(place.get_mut(), rule)),
            Entry::Vacant(place) => {
                place.insert(rule);
                None
            }
        }
    }

    fn take(&mut self, wanted: &Key<'_>) -> Option<Arc<Rule>> {
        self.find(wanted)?;
        let (key, hash) = (self.key, self.hasher.hash_one(wanted));
        let part = Arc::make_mut(self.parts.get_mut(part_of(hash))?);
        let place = part.find_entry(hash, |rule| key(rule) == *wanted).ok()?;
        Some(place.remove().0)
    }
}

/// The part that a hash belongs to. The table itself looks at the bits at both ends.
fn part_of(hash: u64) -> usize {
    let [_, _, _, part, ..] = hash.to_le_bytes();
    part.into()
}
