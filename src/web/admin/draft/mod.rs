//! Trying a draft of rules over the last requests.

mod compare;

use actix_web::HttpResponse;
use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::web::{ServiceConfig, get, post};
use serde::Deserialize;

use self::compare::Difference;
use super::super::error::Error;
use super::super::form::CsrfForm;
use super::super::pages::admin::draft::{DraftChange, DraftOutcome, DraftPage};
use super::super::pages::admin::import::BadRow;
use super::super::pages::lists::Count;
use super::super::pages::parts::Errors;
use super::super::recorder::KEPT;
use super::super::state::now;
use super::rules::words::link;
use super::transfer::content;
use super::{AdminVisit, transfer};
use crate::access::policy::Policy;
use crate::store::audit::{self, Action, Entry, Outcome};
use crate::store::{StoreError, rules};

const PATH: &str = "/admin/draft";
const SECTION: &str = "/admin/rules";
/// How many differences the page shows.
const SHOWN: usize = 200;

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .route("/draft", get().to(show))
        .route("/draft", post().to(submit))
        .route("/draft/recording", post().to(record));
}

async fn show(visit: AdminVisit) -> Result<HttpResponse, Error> {
    visit.page(&page(&visit, String::new()))
}

fn page(visit: &AdminVisit, text: String) -> DraftPage {
    let recorder = visit.state.recorder.summary();
    DraftPage {
        frame: visit.frame(SECTION),
        recording: recorder.since.map(Into::into),
        recorded: Count(recorder.seen),
        kept: Count(KEPT as u64),
        text,
        ..DraftPage::default()
    }
}

#[derive(Deserialize)]
struct Switch {
    record: String,
}

async fn record(
    visit: AdminVisit,
    CsrfForm(form): CsrfForm<Switch>,
) -> Result<HttpResponse, Error> {
    let is_on = form.record == "on";
    // Nobody is watched without a trace: what cannot be written down is not done.
    write_down(&visit, is_on).await?;
    if is_on {
        visit.state.recorder.switch_on(now());
        return visit.done("Requests are recorded from now on.", PATH);
    }
    visit.state.recorder.switch_off();
    visit.done(
        "Nothing is recorded any more, and what was is forgotten.",
        PATH,
    )
}

async fn write_down(visit: &AdminVisit, is_on: bool) -> Result<(), Error> {
    let admin = &visit.who.admin;
    let entry = Entry {
        at: now(),
        actor: admin.who().to_owned(),
        action: Action::RecordRequests,
        subject: if is_on { "on" } else { "off" }.to_owned(),
        detail: String::new(),
        address: admin.address(),
        outcome: Outcome::Done,
    };
    let write = move |conn: &mut _| audit::record(conn, &entry);
    Ok(visit.state.store.run(write).await?)
}

#[derive(Deserialize)]
struct DraftForm {
    #[serde(default)]
    text: String,
    #[serde(default)]
    file: String,
    #[serde(default)]
    step: String,
}

async fn submit(
    visit: AdminVisit,
    CsrfForm(form): CsrfForm<DraftForm>,
) -> Result<HttpResponse, Error> {
    let mut errors = Errors::default();
    let text = content(&form.file, &form.text, "Rules", &mut errors);
    if !errors.is_empty() {
        return visit.faulty(&DraftPage {
            errors,
            ..page(&visit, text)
        });
    }
    let draft = match draft(&visit, text.clone()).await {
        Ok(draft) => draft,
        Err(StoreError::Rows(rows)) => {
            return visit.faulty(&DraftPage {
                rows: rows.into_iter().map(BadRow::from).collect(),
                ..page(&visit, text)
            });
        }
        Err(error @ StoreError::Invalid(_)) => {
            errors.add("text", "Rules", error);
            return visit.faulty(&DraftPage {
                errors,
                ..page(&visit, text)
            });
        }
        Err(error) => return Err(error.into()),
    };
    let outcome = compare::compare(&visit.state, draft).await;
    if form.step == "csv" {
        return Ok(download(&compare::csv(&visit.state, &outcome)?));
    }
    visit.page(&DraftPage {
        outcome: Some(shown(&visit, &outcome)),
        ..page(&visit, text)
    })
}

/// The policy that there would be.
async fn draft(visit: &AdminVisit, text: String) -> Result<Policy, StoreError> {
    let load = move |conn: &mut _| {
        let document = transfer::parse(&text)?;
        rules::draft(conn, &document)
    };
    let (rules, roles) = visit.state.store.run(load).await?;
    let policy = visit.state.live.policy();
    Ok(Policy::new(rules, roles, policy.defaults().clone()))
}

fn shown(visit: &AdminVisit, outcome: &compare::Outcome) -> DraftOutcome {
    let policy = visit.state.live.policy();
    let change = |difference: &Difference| DraftChange {
        times: Count(difference.times),
        target: difference.target.to_string(),
        who: difference.who.clone(),
        address: difference.address.clone(),
        before: difference.before(),
        after: difference.after(),
        opens: difference.opens(),
        rule_before: difference
            .rule_before
            .and_then(|id| policy.rule(id))
            .map(link),
        rule_after: difference.rule_after.clone(),
    };
    DraftOutcome {
        compared: Count(outcome.compared),
        left_out: Count(outcome.left_out),
        changed: Count(outcome.changed()),
        changes: outcome.differences.iter().take(SHOWN).map(change).collect(),
        more: outcome.differences.len().saturating_sub(SHOWN),
    }
}

fn download(text: &str) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/csv; charset=utf-8"))
        .insert_header((CONTENT_DISPOSITION, "attachment; filename=\"draft.csv\""))
        .body(text.to_owned())
}
