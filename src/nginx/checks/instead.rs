//! What else than the gate can answer a question: the server's own lines, and error pages.

use crate::nginx::model::{Before, Scope};
use crate::nginx::report::Findings;
use crate::nginx::site::Site;
use crate::nginx::syntax::Directive;
use crate::nginx::traps;

use super::conditions::{Status, error_pages, status, writes_refusals};
use super::guarded::is_proven;
use super::guarded_places;

/// What nginx says by itself where the gate does not answer.
const FAILURES: &[u16] = &[500, 502, 503, 504];

/// Whether a line of the server answers before a location is chosen?
pub(super) fn greeted<'a>(
    site: &Site<'_, 'a>,
    server: &Scope<'a>,
    asks: &Directive,
    found: &mut Findings,
) -> bool {
    let Before::Answered(line) = site.model.before(server, asks.arg(0)) else {
        return false;
    };
    let trap = if status(line) < 300 {
        &traps::AUTH_ANSWERS_ITSELF
    } else {
        &traps::ASKS_NOBODY
    };
    let words = format!("`{}` comes here, too, when the gate is asked", asks.arg(0));
    found.add(trap, line, words);
    true
}

/// Does an error page make a permission of a refusal, or of a gate that does not answer?
pub(super) fn excused<'a>(site: &Site<'_, 'a>, scope: &Scope<'a>, found: &mut Findings) {
    let Some(pass) = scope.pass() else {
        return;
    };
    let kind = pass.name().trim_end_matches("_pass");
    let intercepted = scope.value(&format!("{kind}_intercept_errors")) == "on";
    // Where images come from nowhere without the gate's reason, nobody sees one; it is a defense less.
    let proven = guarded_places(site)
        .iter()
        .all(|place| is_proven(site, place));
    let trap = if proven {
        &traps::INTERCEPT
    } else {
        &traps::AUTH_ANSWERS_ITSELF
    };
    for page in error_pages(scope) {
        let code = page
            .codes
            .iter()
            .find(|code| intercepted || FAILURES.contains(code));
        let permits = match page.status {
            Status::Kept => false,
            Status::Set(status) => status < 300,
            Status::OfThePage => !writes_refusals(site, scope, page.target),
        };
        if let Some(code) = code.filter(|_| permits) {
            found.add(
                trap,
                page.line,
                format!("in `{}`, {code} becomes a permission", scope.title()),
            );
        }
    }
}
