//! The alert when the database is away, and the one when it is back.
//!
//! What counts is how long ago the change feed was last read to its end: that tells as well of a database
//! that says nothing at all.

use std::time::{Duration, Instant};

use actix_web::web::Data;
use chrono::{DateTime, TimeDelta, Utc};

use crate::identity::budget::{Budget, Quota};
use crate::web::state::{AppState, now};

/// An outage is told of after this time, or half of `STALE_LIMIT` if that is shorter.
const NOTICED: Duration = Duration::from_secs(30);
/// How often it is looked.
const EVERY: Duration = Duration::from_secs(1);
/// A database that comes and goes is one thing to look at.
const OUTAGES: Quota = Quota {
    burst: 4,
    refill: TimeDelta::minutes(15),
};

/// Tells people of every outage once, and once that it is over, for as long as the program runs.
pub async fn watch(state: Data<AppState>) {
    if !state.alerts.are_heard() {
        return;
    }
    let limit = state.config.stale_limit;
    let (mut outages, host) = (Outages::new(limit, now()), host());
    let mut tick = tokio::time::interval(EVERY);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tick.tick().await;
        let now = now();
        if let Some(news) = outages.look(state.live.unread_for(Instant::now()), now) {
            state.alerts.of_database(&words(news, &host, limit, now));
        }
    }
}

/// What there is to tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum News {
    /// The database could not be read for this long.
    Away(Duration),
    /// It can be read again, after this long.
    Back(Duration),
}

/// Outages, one after the other.
struct Outages {
    noticed: Duration,
    budget: Budget,
    /// How long the present one lasts, and whether it was told of.
    present: Option<(Duration, bool)>,
}

impl Outages {
    fn new(limit: Duration, now: DateTime<Utc>) -> Self {
        Self {
            noticed: NOTICED.min(limit / 2).max(EVERY * 2),
            budget: Budget::full(now),
            present: None,
        }
    }

    /// Looks at a database that could not be read for so long.
    fn look(&mut self, unread: Duration, now: DateTime<Utc>) -> Option<News> {
        let is_away = unread >= self.noticed;
        match self.present {
            None if is_away => {
                let paid = self.budget.pay(OUTAGES, now);
                self.present = Some((unread, paid.is_ok()));
                self.budget = paid.ok()?;
                Some(News::Away(unread))
            }
            None => None,
            Some((_, is_told)) if is_away => {
                self.present = Some((unread, is_told));
                None
            }
            Some((lasted, is_told)) => {
                self.present = None;
                is_told.then_some(News::Back(lasted))
            }
        }
    }
}

fn words(news: News, host: &str, limit: Duration, now: DateTime<Utc>) -> String {
    let time = |time: DateTime<Utc>| time.format("%H:%M").to_string();
    match news {
        News::Away(unread) => {
            let ends = now + TimeDelta::from_std(limit.saturating_sub(unread)).unwrap_or_default();
            format!(
                "the database could not be read for {} by the gate on {host}. Who is signed in goes on until {} UTC \
                 (STALE_LIMIT), then everything is refused; nobody can sign in. The reason is in the gate\u{2019}s \
                 log, and what to do in docs/operations.md under IiifGateDatabaseAway. It recovers by itself.",
                lasting(unread),
                time(ends)
            )
        }
        News::Back(lasted) => format!(
            "the database answers the gate on {host} again ({} UTC), after {}. There is nothing left to do.",
            time(now),
            lasting(lasted)
        ),
    }
}

fn lasting(time: Duration) -> String {
    match time.as_secs() {
        seconds @ ..120 => format!("{seconds} seconds"),
        seconds @ 120..7200 => format!("{} minutes", seconds / 60),
        seconds => format!("{} hours", seconds / 3600),
    }
}

/// The name of this machine or container: with several gates, one of them may be cut off.
fn host() -> String {
    let system = rustix::system::uname();
    let name = system.nodename().to_string_lossy();
    let is_plain = |c: &char| c.is_ascii_alphanumeric() || ".-_".contains(*c);
    let name: String = name.chars().filter(is_plain).take(64).collect();
    if name.is_empty() {
        "this machine".to_owned()
    } else {
        name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);
    const LIMIT: Duration = Duration::from_mins(15);

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(second, 0).unwrap()
    }

    /// What is told of outages that last and pause for so many seconds.
    fn told(outages: &mut Outages, start: i64, lasts: u32, pauses: u32) -> Vec<News> {
        let unread = (1..=lasts).chain(std::iter::repeat_n(0, pauses as usize));
        let looks = unread.zip(start..);
        looks
            .filter_map(|(unread, second)| outages.look(SECOND * unread, at(second)))
            .collect()
    }

    #[test]
    fn an_outage_is_told_of_once_and_so_is_its_end() {
        let mut outages = Outages::new(LIMIT, at(0));
        assert_eq!(
            told(&mut outages, 0, 29, 60),
            [],
            "a restart of the database"
        );
        assert_eq!(
            told(&mut outages, 100, 3_600, 60),
            [News::Away(SECOND * 30), News::Back(SECOND * 3_600)]
        );
        assert_eq!(told(&mut outages, 9_000, 40, 1).len(), 2, "the next one");
    }

    #[test]
    fn it_is_told_of_before_everything_is_refused() {
        let mut outages = Outages::new(SECOND * 20, at(0));
        assert_eq!(told(&mut outages, 0, 60, 0), [News::Away(SECOND * 10)]);
    }

    #[test]
    fn a_database_that_comes_and_goes_does_not_flood_the_chat() {
        let mut outages = Outages::new(LIMIT, at(0));
        let all: Vec<News> = (0..80)
            .flat_map(|round| told(&mut outages, round * 45, 40, 5))
            .collect();
        let away = all.iter().filter(|news| matches!(news, News::Away(_)));
        assert_eq!(all.len(), 2 * away.count(), "no end without a beginning");
        assert!(all.len() <= 2 * (4 + 4), "{} in an hour", all.len());
    }

    #[test]
    fn people_read_what_is_the_matter_and_until_when_it_can_wait() {
        let text = words(News::Away(SECOND * 30), "gate-1", LIMIT, at(60_000));
        for part in [
            "30 seconds",
            "gate-1",
            "until 16:54 UTC",
            "IiifGateDatabaseAway",
        ] {
            assert!(text.contains(part), "{part}: {text}");
        }
        let text = words(News::Back(SECOND * 4_000), "gate-1", LIMIT, at(60_000));
        assert!(
            text.contains("16:40 UTC") && text.contains("66 minutes"),
            "{text}"
        );
    }
}
