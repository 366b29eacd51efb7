//! The question before a rule is deleted.

use actix_web::HttpResponse;
use actix_web::web::Path;

use super::super::super::error::Error;
use super::super::super::form::CsrfForm;
use super::super::super::pages::admin::ConfirmPage;
use super::super::super::pages::parts::Errors;
use super::super::super::state::now;
use super::super::super::visit::NoFields;
use super::super::AdminVisit;
use super::{PATH, edit, words};
use crate::access::rule::RuleId;
use crate::store::rules;

pub(super) async fn ask(visit: AdminVisit, id: Path<i32>) -> Result<HttpResponse, Error> {
    let rule = edit::find(&visit, RuleId(*id)).await?.rule;
    let page = format!("{PATH}/{}", rule.id.0);
    visit.page(&ConfirmPage {
        frame: visit.frame(PATH),
        title: "Delete this rule?".to_owned(),
        consequences: vec![format!(
            "It is about {}: {}. The rule with the next shorter pattern decides instead; where there \
             is none, the default does.",
            words::kind(rule.kind),
            rule.pattern
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
