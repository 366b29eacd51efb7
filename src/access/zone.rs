//! The institution's time zone: when its days begin.
//!
//! jiff knows the time zones, and nothing else of it is used: its table is plain bytes, where chrono-tz's
//! is full of addresses, which cost every process a megabyte. See docs/decisions/0035.

use std::fmt;

use chrono::{DateTime, FixedOffset, NaiveDateTime, Offset as _, TimeZone as _, Utc};
use jiff::tz::{AmbiguousOffset, TimeZone};

/// A time zone of the IANA database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Zone(TimeZone);

impl Zone {
    /// Coordinated universal time.
    pub const UTC: Self = Self(TimeZone::UTC);

    /// The zone with this name, such as `Europe/Berlin`.
    pub fn named(name: &str) -> Option<Self> {
        TimeZone::get(name).ok().map(Self)
    }

    /// A moment as clocks show it there.
    pub fn local(&self, at: DateTime<Utc>) -> DateTime<FixedOffset> {
        let offset = jiff::Timestamp::from_second(at.timestamp())
            .ok()
            .and_then(|at| FixedOffset::east_opt(self.0.to_offset(at).seconds()));
        at.with_timezone(&offset.unwrap_or(Utc.fix()))
    }

    /// The first moment at which clocks show this time; none when they are put forward over it.
    pub fn moment(&self, time: NaiveDateTime) -> Option<DateTime<Utc>> {
        let second = jiff::Timestamp::from_second(time.and_utc().timestamp()).ok()?;
        let shown = TimeZone::UTC.to_datetime(second);
        let offset = match self.0.to_ambiguous_timestamp(shown).offset() {
            AmbiguousOffset::Unambiguous { offset } => offset,
            AmbiguousOffset::Fold { before, .. } => before,
            AmbiguousOffset::Gap { .. } => return None,
        };
        let offset = FixedOffset::east_opt(offset.seconds())?;
        Some(offset.from_local_datetime(&time).single()?.to_utc())
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.iana_name().unwrap_or("UTC"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn berlin() -> Zone {
        Zone::named("Europe/Berlin").unwrap()
    }

    fn moment(text: &str) -> Option<String> {
        let time = NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap();
        berlin().moment(time).map(|at| at.to_rfc3339())
    }

    #[test]
    fn a_moment_is_shown_as_clocks_show_it_there() {
        let local = |text: &str| berlin().local(text.parse().unwrap()).to_rfc3339();
        assert_eq!(local("2030-12-31T23:30:00Z"), "2031-01-01T00:30:00+01:00");
        assert_eq!(local("2091-07-31T22:00:00Z"), "2091-08-01T00:00:00+02:00");
        let far: DateTime<Utc> = DateTime::<Utc>::MAX_UTC;
        assert_eq!(berlin().local(far), far);
    }

    #[test]
    fn a_time_that_clocks_show_twice_is_the_first_and_one_they_skip_is_none() {
        assert_eq!(
            moment("2031-01-01 00:00").unwrap(),
            "2030-12-31T23:00:00+00:00"
        );
        assert_eq!(
            moment("2031-10-26 02:30").unwrap(),
            "2031-10-26T00:30:00+00:00"
        );
        assert_eq!(moment("2031-03-30 02:30"), None);
    }

    #[test]
    fn zones_have_the_names_of_the_iana_database() {
        assert_eq!(berlin().to_string(), "Europe/Berlin");
        assert_eq!(Zone::UTC.to_string(), "UTC");
        assert_eq!(Zone::named("Etc/UTC").unwrap().to_string(), "Etc/UTC");
        for name in ["", "Berlin", "Europe/Atlantis", "../../etc/passwd"] {
            assert_eq!(Zone::named(name), None, "{name}");
        }
    }
}
