//! What `if`, `return` and `error_page` of a location come to.

use crate::nginx::model::{Kind, Model, Scope, names};
use crate::nginx::site::Site;
use crate::nginx::syntax::Directive;

/// The status of a `return`; an address alone means 302, a text 200.
pub(super) fn status(line: &Directive) -> u16 {
    line.arg(0).parse().unwrap_or(302)
}

/// The conditions right in a block, and in the server around it.
pub(super) fn conditions<'m, 'a>(model: &'m Model<'a>, scope: &Scope<'a>) -> Vec<&'m Scope<'a>> {
    let around: Vec<usize> = scope.outward().map(|around| around.id).collect();
    let ifs = model
        .scopes
        .iter()
        .map(|scope| &**scope)
        .filter(|scope| scope.kind == Kind::If);
    ifs.filter(|own| {
        own.parent
            .as_ref()
            .is_some_and(|parent| around.contains(&parent.id))
    })
    .collect()
}

/// Whether a condition refuses what it is true for.
pub(super) fn refuses(condition: &Scope<'_>) -> bool {
    condition
        .own("return")
        .any(|line| (400..500).contains(&status(line)))
}

/// Whether targets with this text in their path are refused here.
pub(super) fn refuses_text<'a>(model: &Model<'a>, scope: &Scope<'a>, text: &str) -> bool {
    let refusing = conditions(model, scope)
        .into_iter()
        .filter(|condition| refuses(condition));
    refusing.into_iter().any(|condition| {
        let words = condition.opening.words.join(" ");
        let maps = names(&words).into_iter().filter_map(|name| model.map(name));
        let mut entries = maps.flat_map(Directive::block);
        // A pattern in the condition, or in a map for the variable that it looks at.
        words.contains('~') && means(&words, text)
            || entries.any(|entry| {
                let pattern = entry.name().starts_with('~');
                pattern && means(entry.name(), text) && !entry.arg(0).is_empty()
            })
    })
}

/// Whether a pattern names this character. As the beginning of a range, it stands among those that are allowed.
fn means(pattern: &str, text: &str) -> bool {
    pattern.replace(&format!("{text}-"), "").contains(text)
}

/// Which status an `error_page` leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Status {
    /// The one that it is for.
    Kept,
    /// `=`: that of the page.
    OfThePage,
    /// `=200`: this one.
    Set(u16),
}

/// One line of `error_page`.
pub(super) struct ErrorPage<'a> {
    pub(super) line: &'a Directive,
    pub(super) codes: Vec<u16>,
    pub(super) status: Status,
    pub(super) target: &'a str,
}

pub(super) fn error_pages<'a>(scope: &Scope<'a>) -> Vec<ErrorPage<'a>> {
    let lines = scope.list("error_page").into_iter();
    lines
        .filter_map(|line| {
            let (target, rest) = line.args().split_last()?;
            let set = rest.iter().find_map(|word| word.strip_prefix('='));
            let status = set.map_or(Status::Kept, |code| {
                code.parse().map_or(Status::OfThePage, Status::Set)
            });
            Some(ErrorPage {
                line,
                codes: rest.iter().filter_map(|word| word.parse().ok()).collect(),
                status,
                target,
            })
        })
        .collect()
}

/// Whether an error page gives refusals a status of its own that is one: the gate's, or a `return` of 4xx or 5xx.
pub(super) fn writes_refusals<'a>(site: &Site<'_, 'a>, scope: &Scope<'a>, name: &str) -> bool {
    let Some(target) = scope
        .server()
        .and_then(|server| site.model.target(server, name))
    else {
        return false;
    };
    let returns: Vec<u16> = target.own("return").map(status).collect();
    let refuses = !returns.is_empty() && returns.iter().all(|status| *status >= 400);
    refuses || site.leads_to_gate(target)
}
