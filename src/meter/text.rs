//! Counts as Prometheus reads them: its text format, version 0.0.4.

use std::fmt::{Display, Write as _};

use super::Histogram;

/// What a family is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// It rises, and begins at zero with the program.
    Counter,
    /// It rises and falls.
    Gauge,
    /// How often something took about how long.
    Histogram,
}

impl Kind {
    /// The word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Gauge => "gauge",
            Self::Histogram => "histogram",
        }
    }
}

/// A metric, declared once: what is written and what is documented follow from it.
#[derive(Debug)]
pub struct Family {
    /// Its name.
    pub name: &'static str,
    /// What it is.
    pub kind: Kind,
    /// What it says.
    pub help: &'static str,
    /// By what it is divided. Values come from short lists of our own words, never from outside.
    pub labels: &'static [&'static str],
}

impl Family {
    /// One that rises.
    pub const fn counter(name: &'static str, help: &'static str) -> Self {
        Self::new(name, Kind::Counter, help)
    }

    /// One that rises and falls.
    pub const fn gauge(name: &'static str, help: &'static str) -> Self {
        Self::new(name, Kind::Gauge, help)
    }

    /// One of durations, in seconds.
    pub const fn histogram(name: &'static str, help: &'static str) -> Self {
        Self::new(name, Kind::Histogram, help)
    }

    const fn new(name: &'static str, kind: Kind, help: &'static str) -> Self {
        Self {
            name,
            kind,
            help,
            labels: &[],
        }
    }

    /// The same, divided by these.
    #[must_use]
    pub const fn by(mut self, labels: &'static [&'static str]) -> Self {
        self.labels = labels;
        self
    }
}

/// The text.
#[derive(Debug, Default)]
pub struct Text(String);

impl Text {
    /// The media type.
    pub const MEDIA_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

    /// Begins a family.
    pub fn family(&mut self, family: &'static Family) -> Samples<'_> {
        let Family { name, help, .. } = family;
        let kind = family.kind.as_str();
        let _ = writeln!(self.0, "# HELP {name} {help}\n# TYPE {name} {kind}");
        Samples {
            text: &mut self.0,
            family,
        }
    }

    /// The whole text.
    pub fn into_string(self) -> String {
        self.0
    }
}

/// The values of a family.
pub struct Samples<'a> {
    text: &'a mut String,
    family: &'static Family,
}

impl Samples<'_> {
    /// The only value.
    pub fn is(&mut self, value: impl Display) {
        self.with(&[], value);
    }

    /// A value with these words for the labels.
    pub fn with(&mut self, words: &[&str], value: impl Display) {
        self.sample("", words, None, &value);
    }

    /// Durations with these words for the labels.
    pub fn histogram(&mut self, words: &[&str], histogram: &Histogram) {
        // Taken from one reading, so that they agree while others count.
        let up_to: Vec<(f64, u64)> = histogram.up_to().collect();
        let count = histogram.count();
        for (bound, count) in up_to {
            self.sample("_bucket", words, Some(&bound.to_string()), &count);
        }
        self.sample("_bucket", words, Some("+Inf"), &count);
        self.sample("_sum", words, None, &histogram.sum());
        self.sample("_count", words, None, &count);
    }

    fn sample(&mut self, suffix: &str, words: &[&str], bound: Option<&str>, value: &dyn Display) {
        debug_assert_eq!(
            words.len(),
            self.family.labels.len(),
            "a word for each label"
        );
        let labels = self
            .family
            .labels
            .iter()
            .copied()
            .zip(words.iter().copied());
        let labels: Vec<String> = labels
            .chain(bound.map(|bound| ("le", bound)))
            .map(|(label, word)| format!("{label}=\"{}\"", escaped(word)))
            .collect();
        let labels = if labels.is_empty() {
            String::new()
        } else {
            format!("{{{}}}", labels.join(","))
        };
        let _ = writeln!(self.text, "{}{suffix}{labels} {value}", self.family.name);
    }
}

fn escaped(word: &str) -> String {
    let escaped = word.replace('\\', "\\\\").replace('"', "\\\"");
    escaped.replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::meter::SLOW;

    static ASKED: Family = Family::counter("asked_total", "Questions.").by(&["result", "reason"]);
    static TOOK: Family = Family::histogram("took_seconds", "How long.");

    #[test]
    fn a_family_is_written_as_prometheus_reads_it() {
        let mut text = Text::default();
        let mut asked = text.family(&ASKED);
        asked.with(&["allow", "public"], 7);
        asked.with(&["refuse", "a\"b\\c\nd"], 0);
        assert_eq!(
            text.into_string(),
            "# HELP asked_total Questions.\n# TYPE asked_total counter\n\
             asked_total{result=\"allow\",reason=\"public\"} 7\n\
             asked_total{result=\"refuse\",reason=\"a\\\"b\\\\c\\nd\"} 0\n"
        );
    }

    #[test]
    fn durations_are_summed_up_from_bound_to_bound() {
        let histogram = Histogram::new(&SLOW);
        histogram.observe(Duration::from_micros(60));
        histogram.observe(Duration::from_mins(1));
        let mut text = Text::default();
        text.family(&TOOK).histogram(&[], &histogram);
        let text = text.into_string();
        for line in [
            "took_seconds_bucket{le=\"0.00005\"} 0\n",
            "took_seconds_bucket{le=\"0.0001\"} 1\n",
            "took_seconds_bucket{le=\"30\"} 1\n",
            "took_seconds_bucket{le=\"+Inf\"} 2\n",
            "took_seconds_sum 60.00006\n",
            "took_seconds_count 2\n",
        ] {
            assert!(text.contains(line), "{text}");
        }
    }
}
