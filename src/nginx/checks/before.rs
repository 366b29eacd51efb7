//! What a guarded location answers before the gate is asked, and after it said no.

use crate::nginx::model::{Kind, Scope};
use crate::nginx::report::Findings;
use crate::nginx::site::Site;
use crate::nginx::traps;

use super::Place;
use super::conditions::{ErrorPage, Status, error_pages, status, writes_refusals};

pub(super) fn check(site: &Site<'_, '_>, place: &Place<'_, '_>, found: &mut Findings) {
    let scope = place.scope;
    returns(site, scope, found);
    for page in error_pages(scope) {
        if page.codes.iter().any(|code| [401, 403].contains(code)) {
            refusal(site, scope, &page, found);
        } else if matches!(page.status, Status::Set(status) if status < 300)
            && page.codes.iter().any(|code| *code >= 400)
        {
            found.add(&traps::REFUSAL_STATUS, page.line, "");
        }
    }
}

fn returns<'a>(site: &Site<'_, 'a>, scope: &Scope<'a>, found: &mut Findings) {
    for line in scope.own("return").filter(|line| status(line) < 400) {
        found.add(&traps::RETURN_BEFORE_AUTH, line, "");
    }
    let conditions = site
        .model
        .children(scope)
        .filter(|inner| inner.kind == Kind::If);
    for condition in conditions {
        let preflight =
            condition.title().contains("$request_method") && condition.title().contains("OPTIONS");
        for line in condition.own("return") {
            let status = status(line);
            let answers = status < 300 && status != 204 && !(preflight && line.args().len() == 1);
            if answers {
                found.add(&traps::RETURN_BEFORE_AUTH, line, "");
            }
        }
        redirects(condition, found);
    }
    redirects(scope, found);
}

fn redirects(scope: &Scope<'_>, found: &mut Findings) {
    for line in scope.own("rewrite") {
        let away = ["redirect", "permanent"].contains(&line.arg(2)) || line.arg(1).contains("://");
        if away {
            found.add(&traps::RETURN_BEFORE_AUTH, line, "");
        }
    }
}

fn refusal<'a>(site: &Site<'_, 'a>, scope: &Scope<'a>, page: &ErrorPage<'a>, found: &mut Findings) {
    let named = page.target.starts_with('@');
    let replaced = match page.status {
        Status::Kept => false,
        Status::Set(code) => code < 400,
        Status::OfThePage => !(named && writes_refusals(site, scope, page.target)),
    };
    if replaced {
        found.add(&traps::REFUSAL_STATUS, page.line, "");
    } else if !named && page.status == Status::Kept {
        found.add(&traps::REFUSAL_METHOD, page.line, "");
    }
}
