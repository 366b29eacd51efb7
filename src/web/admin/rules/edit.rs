//! The page of a rule, and of a new one.

use actix_web::HttpResponse;
use actix_web::web::Path;
use serde::Deserialize;

use super::super::super::error::Error;
use super::super::super::form::CsrfForm;
use super::super::super::pages::admin::ConfirmPage;
use super::super::super::pages::admin::rules::RulePage;
use super::super::super::pages::parts::{Choice, Errors};
use super::super::super::state::now;
use super::super::super::visit::NoFields;
use super::super::roles::title;
use super::super::{AdminVisit, Ticked, explain};
use super::{PATH, kinds, words};
use crate::access::pattern::Pattern;
use crate::access::rule::{Kind, Requirement, RuleId};
use crate::store::roles::{self, Role};
use crate::store::rules::{self, NewRule, Rule};

const REQUIREMENTS: [(&str, &str); 3] = [
    ("public", "everybody"),
    ("roles", "holders of a role"),
    ("nobody", "nobody"),
];

/// What a form may set; nothing else that is sent has any effect.
#[derive(Deserialize)]
pub(super) struct RuleForm {
    kind: String,
    pattern: String,
    #[serde(default)]
    requirement: String,
    #[serde(default)]
    note: String,
    #[serde(flatten)]
    ticked: Ticked,
}

pub(super) async fn new(visit: AdminVisit) -> Result<HttpResponse, Error> {
    let form = RuleForm {
        kind: Kind::Image.as_str().to_owned(),
        pattern: String::new(),
        requirement: "roles".to_owned(),
        note: String::new(),
        ticked: Ticked::default(),
    };
    visit.page(&page(&visit, None, form, Errors::default()).await?)
}

pub(super) async fn show(visit: AdminVisit, id: Path<i32>) -> Result<HttpResponse, Error> {
    let id = RuleId(*id);
    let rule = find(&visit, id).await?;
    let (requirement, held) = match &rule.rule.access.requirement {
        Requirement::Public => ("public", Vec::new()),
        Requirement::AnyOf(roles) => ("roles", roles.iter().collect()),
        Requirement::Nobody => ("nobody", Vec::new()),
    };
    let form = RuleForm {
        kind: rule.rule.kind.as_str().to_owned(),
        pattern: rule.rule.pattern.to_string(),
        requirement: requirement.to_owned(),
        note: rule.note,
        ticked: Ticked::of(&held),
    };
    visit.page(&page(&visit, Some(id), form, Errors::default()).await?)
}

async fn find(visit: &AdminVisit, id: RuleId) -> Result<Rule, Error> {
    let found = visit
        .state
        .store
        .run(move |conn| rules::find(conn, id))
        .await?;
    found.ok_or(Error::NotFound)
}

async fn page(
    visit: &AdminVisit,
    id: Option<RuleId>,
    form: RuleForm,
    errors: Errors,
) -> Result<RulePage, Error> {
    let roles = visit.state.store.run(roles::list).await?;
    let held = form.ticked.roles();
    let choice = |role: &Role| Choice {
        value: role.id.0.to_string(),
        label: title(role),
        chosen: held.contains(&role.id),
    };
    Ok(RulePage {
        frame: visit.frame(PATH),
        id: id.map(|id| id.0),
        kinds: Choice::list(&kinds(), &form.kind),
        pattern: form.pattern,
        requirements: Choice::list(&REQUIREMENTS, &form.requirement),
        roles: roles.iter().map(choice).collect(),
        note: form.note,
        errors,
    })
}

pub(super) async fn create(
    visit: AdminVisit,
    CsrfForm(form): CsrfForm<RuleForm>,
) -> Result<HttpResponse, Error> {
    save(&visit, None, form).await
}

pub(super) async fn update(
    visit: AdminVisit,
    id: Path<i32>,
    CsrfForm(form): CsrfForm<RuleForm>,
) -> Result<HttpResponse, Error> {
    let id = RuleId(*id);
    find(&visit, id).await?;
    save(&visit, Some(id), form).await
}

async fn save(
    visit: &AdminVisit,
    id: Option<RuleId>,
    form: RuleForm,
) -> Result<HttpResponse, Error> {
    let mut errors = Errors::default();
    if let Some(rule) = read(&form, &mut errors) {
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
    visit.faulty(&page(visit, id, form, errors).await?)
}

fn read(form: &RuleForm, errors: &mut Errors) -> Option<NewRule> {
    let kind = Kind::parse(&form.kind).ok_or("choose one of them");
    let kind = errors.take("kind", "About", kind);
    let pattern = errors.take("pattern", "Pattern", Pattern::parse(&form.pattern));
    let roles = form.ticked.roles();
    let requirement = match form.requirement.as_str() {
        "public" => Some(Requirement::Public),
        "nobody" => Some(Requirement::Nobody),
        "roles" if roles.is_empty() => {
            errors.add("roles", "Roles", "choose at least one");
            None
        }
        "roles" => Some(Requirement::AnyOf(roles.into_iter().collect())),
        _ => {
            errors.add("requirement", "Open to", "choose one of them");
            None
        }
    };
    let note = form.note.trim().to_owned();
    Some(NewRule {
        note,
        ..NewRule::new(kind?, pattern?, requirement?)
    })
}

pub(super) async fn ask_delete(visit: AdminVisit, id: Path<i32>) -> Result<HttpResponse, Error> {
    let rule = find(&visit, RuleId(*id)).await?;
    let page = format!("{PATH}/{}", rule.rule.id.0);
    visit.page(&ConfirmPage {
        frame: visit.frame(PATH),
        title: "Delete this rule?".to_owned(),
        consequences: vec![format!(
            "It is about {}: {}. The rule with the next shorter pattern decides instead; where there \
             is none, the default does.",
            words(rule.rule.kind),
            rule.rule.pattern
        )],
        errors: Errors::default(),
        action: visit.state.path(&format!("{page}/delete")),
        button: "Delete".to_owned(),
        cancel_url: visit.state.path(&page),
    })
}

pub(super) async fn delete(
    visit: AdminVisit,
    id: Path<i32>,
    _: CsrfForm<NoFields>,
) -> Result<HttpResponse, Error> {
    let (id, admin) = (RuleId(*id), visit.who.admin.clone());
    visit
        .state
        .change(move |conn| rules::delete(conn, &admin, now(), id))
        .await?;
    visit.done("The rule is deleted.", PATH)
}
