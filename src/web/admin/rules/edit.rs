//! The page of a rule, and of a new one.

use actix_web::HttpResponse;
use actix_web::web::Path;

use super::super::super::error::Error;
use super::super::super::form::CsrfForm;
use super::super::super::pages::admin::rule::RulePage;
use super::super::super::pages::parts::{Choice, Errors, sentence};
use super::super::super::state::now;
use super::super::fields::Fields;
use super::super::{AdminVisit, explain};
use super::findings::Around;
use super::words::kinds;
use super::{PATH, form};
use crate::access::rule::RuleId;
use crate::identity::principal::Role;
use crate::store::roles;
use crate::store::rules::{self, Rule};

pub(super) async fn new(visit: AdminVisit) -> Result<HttpResponse, Error> {
    let roles = all_roles(&visit).await?;
    visit.page(&page(&visit, None, &form::new(), &roles, Errors::default()))
}

pub(super) async fn show(visit: AdminVisit, id: Path<i32>) -> Result<HttpResponse, Error> {
    let id = RuleId(*id);
    let Rule { rule, note, .. } = find(&visit, id).await?;
    let roles = all_roles(&visit).await?;
    let fields = form::filled(&rule, &note);
    let found = Around::now(&visit.state).await?.about(&rule);
    visit.page(&RulePage {
        findings: found.iter().map(|found| sentence(&found.text)).collect(),
        ..page(&visit, Some(id), &fields, &roles, Errors::default())
    })
}

pub(super) async fn find(visit: &AdminVisit, id: RuleId) -> Result<Rule, Error> {
    let found = visit
        .state
        .store
        .run(move |conn| rules::find(conn, id))
        .await?;
    found.ok_or(Error::NotFound)
}

async fn all_roles(visit: &AdminVisit) -> Result<Vec<Role>, Error> {
    Ok(visit.state.store.run(roles::for_rules).await?)
}

fn page(
    visit: &AdminVisit,
    id: Option<RuleId>,
    fields: &Fields,
    roles: &[Role],
    errors: Errors,
) -> RulePage {
    let config = &visit.state.config;
    let messages = fields.translations("message", &config.languages);
    let has_dates = !(fields.get("from").is_empty() && fields.get("until").is_empty());
    let is_concerned = |prefixes: [&str; 4]| prefixes.iter().any(|name| errors.concern(name));
    RulePage {
        frame: visit.frame(PATH),
        id: id.map(|id| id.0),
        kinds: Choice::list(&kinds(), fields.get("kind")),
        pattern: fields.get("pattern").to_owned(),
        during: form::shown(fields, "", roles),
        from: fields.get("from").to_owned(),
        until: fields.get("until").to_owned(),
        before: form::shown(fields, "before.", roles),
        after: form::shown(fields, "after.", roles),
        period_open: has_dates || is_concerned(["from", "until", "before.", "after."]),
        time_zone: config.time_zone.to_string(),
        messages_open: messages.iter().any(|message| !message.text.is_empty()),
        messages,
        note: fields.get("note").to_owned(),
        findings: Vec::new(),
        errors,
    }
}

pub(super) async fn create(
    visit: AdminVisit,
    CsrfForm(fields): CsrfForm<Fields>,
) -> Result<HttpResponse, Error> {
    save(&visit, None, &fields).await
}

pub(super) async fn update(
    visit: AdminVisit,
    id: Path<i32>,
    CsrfForm(fields): CsrfForm<Fields>,
) -> Result<HttpResponse, Error> {
    let id = RuleId(*id);
    find(&visit, id).await?;
    save(&visit, Some(id), &fields).await
}

async fn save(
    visit: &AdminVisit,
    id: Option<RuleId>,
    fields: &Fields,
) -> Result<HttpResponse, Error> {
    let roles = all_roles(visit).await?;
    let mut errors = Errors::default();
    let rule = form::read(fields, &roles, &mut errors);
    if let (Some(rule), true) = (rule, errors.is_empty()) {
        let said = format!("The rule for {} is saved.", rule.pattern);
        let admin = visit.who.admin.clone();
        let write = move |conn: &mut _| match id {
            None => rules::create(conn, &admin, now(), &rule).map(|_| ()),
            Some(id) => rules::update(conn, &admin, now(), id, &rule),
        };
        match visit.state.change(write).await {
            Ok(()) => return visit.done(&said, PATH),
            Err(error) => explain(&mut errors, "pattern", "Pattern", error)?,
        }
    }
    visit.faulty(&page(visit, id, fields, &roles, errors))
}
