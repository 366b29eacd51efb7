//! The last requests that were decided, if an administrator wants them kept: to try a draft of rules.
//!
//! In memory only, of this instance, and forgotten when switched off. Off, it costs a request one load
//! of an atomic; on, a request never waits for it: one that finds it busy is not recorded.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use chrono::{DateTime, Utc};

use super::headers::{Headers, once};
use super::question::Judgment;
use crate::access::decision::Ruling;
use crate::access::rule::RuleId;
use crate::identity::principal::Principal;

/// How many requests are kept.
pub const KEPT: usize = 10_000;
/// The longest target that is kept, in bytes: strangers choose how long they are.
const LONGEST: usize = 2000;

/// A request that was decided.
#[derive(Debug, Clone)]
pub struct Recorded {
    /// When.
    pub at: DateTime<Utc>,
    /// What was asked for, as the client wrote it.
    pub target: Box<str>,
    /// Who asked, and from where.
    pub principal: Principal,
    /// How it was answered.
    pub ruling: Ruling,
    /// The rule that decided; none where the default did.
    pub rule: Option<RuleId>,
}

impl Recorded {
    /// A request with these headers, as it was judged.
    pub(super) fn of(headers: Headers<'_>, judgment: &Judgment, now: DateTime<Utc>) -> Self {
        let target = once(headers, "x-original-uri").unwrap_or_default();
        Self {
            at: now,
            target: String::from_utf8_lossy(target).into(),
            principal: judgment.principal.clone(),
            ruling: judgment.ruling,
            rule: judgment.decision.rule,
        }
    }
}

/// The last requests.
#[derive(Debug, Default)]
pub struct Recorder {
    is_on: AtomicBool,
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    since: Option<DateTime<Utc>>,
    seen: u64,
    requests: VecDeque<Recorded>,
}

/// What is recorded right now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Summary {
    /// Since when; `None` if nothing is recorded.
    pub since: Option<DateTime<Utc>>,
    /// How many requests there were, also those not kept any more.
    pub seen: u64,
}

impl Recorder {
    /// Records a request, if requests are recorded.
    pub fn record(&self, request: impl FnOnce() -> Recorded) {
        if !self.is_on.load(Ordering::Relaxed) {
            return;
        }
        let Ok(mut kept) = self.kept.try_lock() else {
            return;
        };
        // Switched off in between: nothing may be left behind.
        if kept.since.is_none() {
            return;
        }
        kept.seen += 1;
        let request = request();
        if request.target.len() > LONGEST {
            return;
        }
        if kept.requests.len() >= KEPT {
            kept.requests.pop_front();
        }
        kept.requests.push_back(request);
    }

    /// Begins to record.
    pub fn switch_on(&self, now: DateTime<Utc>) {
        let mut kept = self.kept();
        kept.since.get_or_insert(now);
        self.is_on.store(true, Ordering::Relaxed);
    }

    /// Stops, and forgets everything.
    pub fn switch_off(&self) {
        self.is_on.store(false, Ordering::Relaxed);
        *self.kept() = Kept::default();
    }

    /// What is recorded right now.
    pub fn summary(&self) -> Summary {
        let kept = self.kept();
        Summary {
            since: kept.since,
            seen: kept.seen,
        }
    }

    /// The requests, the oldest first.
    pub fn requests(&self) -> Vec<Recorded> {
        self.kept().requests.iter().cloned().collect()
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, Kept> {
        // Nothing here panics halfway, so what another thread left is whole.
        self.kept
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::decision::{Reason, Verdict};

    fn request(target: &str) -> Recorded {
        Recorded {
            at: DateTime::UNIX_EPOCH,
            target: target.into(),
            principal: Principal::anonymous(),
            ruling: Ruling {
                verdict: Verdict::Allow,
                reason: Reason::Public,
            },
            rule: None,
        }
    }

    #[test]
    fn nothing_is_recorded_unless_switched_on() {
        let recorder = Recorder::default();
        recorder.record(|| unreachable!("it is off"));
        assert!(recorder.requests().is_empty());
        recorder.switch_on(DateTime::UNIX_EPOCH);
        recorder.record(|| request("/a"));
        assert_eq!(recorder.requests().len(), 1);
    }

    #[test]
    fn the_last_ones_are_kept() {
        let recorder = Recorder::default();
        recorder.switch_on(DateTime::UNIX_EPOCH);
        for number in 0..KEPT + 3 {
            recorder.record(|| request(&format!("/{number}")));
        }
        let requests = recorder.requests();
        assert_eq!((requests.len(), &*requests[0].target), (KEPT, "/3"));
        assert_eq!(recorder.summary().seen, KEPT as u64 + 3);
    }

    #[test]
    fn switching_off_forgets() {
        let recorder = Recorder::default();
        recorder.switch_on(DateTime::UNIX_EPOCH);
        recorder.record(|| request("/a"));
        recorder.switch_off();
        let forgotten = Summary {
            since: None,
            seen: 0,
        };
        assert_eq!(recorder.summary(), forgotten);
        assert!(recorder.requests().is_empty());
    }
}
