//! The audit log, filtered.

use actix_web::HttpResponse;
use actix_web::web::{Query, ServiceConfig, get};
use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use serde::Deserialize;

use super::super::error::Error;
use super::super::pages::admin::audit::{AuditPage, AuditRow};
use super::{AdminVisit, filter, pager, paging};
use crate::store::audit::{self, Action, AuditQuery, Outcome, Record};

const PATH: &str = "/admin/audit";

pub(super) fn routes(config: &mut ServiceConfig) {
    config.route("/audit", get().to(show));
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    search: String,
    action: String,
    outcome: String,
    from: String,
    until: String,
    page: Option<String>,
}

async fn show(visit: AdminVisit, asked: Option<Query<Asked>>) -> Result<HttpResponse, Error> {
    let asked = asked.map(Query::into_inner).unwrap_or_default();
    let query = AuditQuery {
        search: asked.search.clone(),
        actor: None,
        subject: None,
        action: Action::parse(&asked.action),
        outcome: Outcome::parse(&asked.outcome),
        from: day(&asked.from).map(start),
        until: day(&asked.until)
            .and_then(|day| day.checked_add_days(Days::new(1)))
            .map(start),
        paging: paging(asked.page.as_deref()),
    };
    let found = visit
        .state
        .store
        .read(move |conn| audit::page(conn, &query))
        .await?;
    let actions = Action::ALL.map(|action| (action.as_str(), words(action)));
    let outcomes = [("done", "done"), ("refused", "refused")];
    let parameters = [
        ("search", asked.search.as_str()),
        ("action", &asked.action),
        ("outcome", &asked.outcome),
        ("from", &asked.from),
        ("until", &asked.until),
    ];
    visit.page(&AuditPage {
        frame: visit.frame(PATH),
        actions: filter("everything", &actions, &asked.action),
        outcomes: filter("all", &outcomes, &asked.outcome),
        pager: pager(&visit.state, PATH, &parameters, &found),
        entries: found.items.into_iter().map(row).collect(),
        search: asked.search,
        from: asked.from,
        until: asked.until,
    })
}

fn day(text: &str) -> Option<NaiveDate> {
    text.parse().ok()
}

fn start(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(NaiveTime::MIN).and_utc()
}

/// An entry of the log, in words.
pub(super) fn row(record: Record) -> AuditRow {
    let subject = if record.subject == record.actor {
        String::new()
    } else {
        record.subject
    };
    AuditRow {
        at: record.at.into(),
        actor: record.actor,
        action: Action::parse(&record.action)
            .map_or(record.action, |action| words(action).to_owned()),
        subject,
        detail: record.detail,
        address: record.address.unwrap_or_default(),
        refused: record.outcome == Outcome::Refused,
    }
}

fn words(action: Action) -> &'static str {
    match action {
        Action::SignIn => "sign-in",
        Action::SignOut => "sign-out",
        Action::Register => "registration",
        Action::AcceptTerms => "accepted terms",
        Action::OpenKiosk => "opened a kiosk",
        Action::ChangePassword => "change of own password",
        Action::RevokeSession => "ended a session",
        Action::CreateApiKey => "made an API key",
        Action::RevokeApiKey => "revoked an API key",
        Action::CreateUser => "made a user",
        Action::UpdateUser => "changed a user",
        Action::SetPassword => "set a password",
        Action::SetState => "changed a user’s state",
        Action::DeleteUser => "deleted a user",
        Action::ImportUsers => "imported users",
        Action::CreateRole => "made a role",
        Action::UpdateRole => "changed a role",
        Action::DeleteRole => "deleted a role",
        Action::PublishTerms => "put terms in force",
        Action::CreateNetwork => "made a network",
        Action::UpdateNetwork => "changed a network",
        Action::DeleteNetwork => "deleted a network",
        Action::CreateRule => "made a rule",
        Action::UpdateRule => "changed a rule",
        Action::DeleteRule => "deleted a rule",
        Action::ImportRules => "imported rules",
        Action::SetUpSecondFactor => "set up a second factor",
        Action::RemoveSecondFactor => "removed a second factor",
        Action::LiftLimit => "lifted a limit on signing in",
        Action::RecordRequests => "recording of requests",
        Action::RotateKey => "replaced the gate’s key",
        _ => of_consumer(action),
    }
}

fn of_consumer(action: Action) -> &'static str {
    match action {
        Action::CreateConsumer => "made a consumer",
        Action::UpdateConsumer => "changed a consumer",
        Action::RotateConsumer => "renewed a consumer’s secret",
        Action::SetConsumerState => "changed a consumer’s state",
        Action::RevokeConsumer => "signed a consumer’s users out",
        Action::BlockConsumerUser => "blocked a consumer’s user",
        Action::UnblockConsumerUser => "let a consumer’s user in again",
        Action::DeleteConsumer => "deleted a consumer",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_action_has_words_for_people() {
        for action in Action::ALL {
            assert_ne!(words(action), "", "{action:?}");
        }
    }
}
