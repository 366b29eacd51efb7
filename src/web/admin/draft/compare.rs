//! The last requests, decided once more by a draft.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::super::super::question::judge;
use super::super::super::recorder::Recorded;
use super::super::super::state::AppState;
use crate::access::decision::{Ruling, Verdict};
use crate::access::policy::Policy;
use crate::access::rule::RuleId;
use crate::image::resource::Resource;
use crate::store::StoreError;
use crate::store::import::written;

/// How long it may take: images that a draft gives sizes to must be measured first.
const LIMIT: Duration = Duration::from_secs(20);

/// What a draft would change.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    /// How many requests were decided again.
    pub(super) compared: u64,
    /// How many could not be, or not in time.
    pub(super) left_out: u64,
    /// Those that would be answered otherwise, the most frequent first.
    pub(super) differences: Vec<Difference>,
}

impl Outcome {
    /// How many requests would be answered otherwise.
    pub(super) fn changed(&self) -> u64 {
        self.differences
            .iter()
            .map(|difference| difference.times)
            .sum()
    }
}

/// Requests of one kind that would be answered otherwise.
#[derive(Debug)]
pub(super) struct Difference {
    pub(super) times: u64,
    pub(super) target: Box<str>,
    pub(super) who: String,
    pub(super) address: String,
    pub(super) rule_before: Option<RuleId>,
    pub(super) rule_after: Option<String>,
    ruling_before: Ruling,
    ruling_after: Ruling,
}

impl Difference {
    pub(super) fn before(&self) -> String {
        words(self.ruling_before)
    }

    pub(super) fn after(&self) -> String {
        words(self.ruling_after)
    }

    /// Whether more would be seen than was.
    pub(super) fn opens(&self) -> bool {
        self.ruling_after.verdict == Verdict::Allow
    }
}

fn words(ruling: Ruling) -> String {
    format!("{} {}", ruling.verdict.status(), ruling.reason.as_str())
}

/// What makes two requests the same: what was asked for, by whom, from where, and how it was answered.
type Key = (Box<str>, String, String, u16, &'static str);

/// Decides the recorded requests once more.
pub(super) async fn compare(state: &AppState, draft: Policy) -> Outcome {
    let (draft, started) = (Arc::new(draft), Instant::now());
    let mut outcome = Outcome::default();
    let mut seen: HashMap<Key, Option<Difference>> = HashMap::new();
    for request in state.recorder.requests() {
        let key = key(&request);
        if let Some(same) = seen.get_mut(&key) {
            outcome.compared += 1;
            if let Some(difference) = same {
                difference.times += 1;
            }
            continue;
        }
        let again = if started.elapsed() < LIMIT {
            decide(state, &draft, &request).await
        } else {
            None
        };
        let Some((ruling, rule)) = again else {
            outcome.left_out += 1;
            continue;
        };
        outcome.compared += 1;
        let differs = ruling.verdict != request.ruling.verdict;
        let difference = differs.then(|| difference(request, &key, ruling, rule));
        seen.insert(key, difference);
    }
    outcome.differences = seen.into_values().flatten().collect();
    outcome.differences.sort_by(|one, other| {
        let order = other.times.cmp(&one.times);
        order.then_with(|| (&one.target, &one.who).cmp(&(&other.target, &other.who)))
    });
    outcome
}

fn key(request: &Recorded) -> Key {
    let Recorded {
        principal, ruling, ..
    } = request;
    let user = principal.user.as_ref();
    let mut who = user.map_or("nobody signed in".to_owned(), |user| user.name.to_string());
    if !principal.grants.is_empty() {
        who.push_str(", with terms or kiosk");
    }
    let address = principal.address.map(|address| address.to_string());
    (
        request.target.clone(),
        who,
        address.unwrap_or_default(),
        ruling.verdict.status(),
        ruling.reason.as_str(),
    )
}

async fn decide(
    state: &AppState,
    draft: &Arc<Policy>,
    request: &Recorded,
) -> Option<(Ruling, Option<String>)> {
    let resource = Resource::of(request.target.as_bytes(), &state.layout).ok()?;
    let (draft, principal) = (Arc::clone(draft), request.principal.clone());
    let judgment = judge(state, draft, principal, &resource, request.at)
        .await
        .ok()?;
    let rule = judgment.decision.deciding(&judgment.policy);
    Some((judgment.ruling, rule.map(|rule| rule.pattern.to_string())))
}

fn difference(
    request: Recorded,
    (_, who, address, ..): &Key,
    ruling: Ruling,
    rule: Option<String>,
) -> Difference {
    Difference {
        times: 1,
        target: request.target,
        who: who.clone(),
        address: address.clone(),
        rule_before: request.rule,
        rule_after: rule,
        ruling_before: request.ruling,
        ruling_after: ruling,
    }
}

const COLUMNS: [&str; 8] = [
    "times",
    "target",
    "who",
    "address",
    "now",
    "then",
    "rule_now",
    "rule_then",
];

/// All differences as a CSV file.
pub(super) fn csv(state: &AppState, outcome: &Outcome) -> Result<String, StoreError> {
    let policy = state.live.policy();
    let rows = outcome.differences.iter().map(|difference| {
        let rule = difference.rule_before.and_then(|id| policy.rule(id));
        vec![
            difference.times.to_string(),
            difference.target.to_string(),
            difference.who.clone(),
            difference.address.clone(),
            difference.before(),
            difference.after(),
            rule.map(|rule| rule.pattern.to_string())
                .unwrap_or_default(),
            difference.rule_after.clone().unwrap_or_default(),
        ]
    });
    written(&COLUMNS, rows)
}
