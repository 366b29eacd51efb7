//! Every page in every state.

use std::path::PathBuf;

use super::parts::Site;
use super::{Page, Pages, account, admin, auth};

fn pages() -> Pages {
    let contact = Some("reading-room@example.org");
    Pages::new(&Site::new("Library of Example", None, contact, "/auth")).unwrap()
}

/// Renders every sample of a page; `PAGES_DIR` keeps them as files, to look at.
fn check<P: Page>(pages: &Pages) {
    let samples = P::samples();
    assert!(!samples.is_empty(), "{} has no samples", P::TEMPLATE);
    for (index, sample) in samples.iter().enumerate() {
        let html = pages
            .render(sample)
            .unwrap_or_else(|error| panic!("{}: {error:?}", P::TEMPLATE));
        assert!(html.starts_with("<!DOCTYPE html>"), "{}", P::TEMPLATE);
        keep(P::TEMPLATE, index, &html);
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a switch of this test, not a setting"
)]
fn keep(template: &str, index: usize, html: &str) {
    let Some(folder) = std::env::var("PAGES_DIR").ok().map(PathBuf::from) else {
        return;
    };
    let name = format!(
        "{}-{index}.html",
        template.replace('/', "-").trim_end_matches(".html")
    );
    std::fs::write(folder.join(name), html).unwrap();
}

#[test]
fn every_page_renders_in_every_state() {
    let pages = pages();
    check::<auth::SignInPage>(&pages);
    check::<auth::SignedInPage>(&pages);
    check::<auth::ClosedPage>(&pages);
    check::<auth::TokenPage>(&pages);
    check::<auth::ErrorPage>(&pages);
    check::<auth::RegisterPage>(&pages);
    check::<account::AccountPage>(&pages);
    check::<account::PasswordPage>(&pages);
    check::<account::KeysPage>(&pages);
    check::<admin::ConfirmPage>(&pages);
    check::<admin::audit::AuditPage>(&pages);
    check::<admin::dashboard::DashboardPage>(&pages);
    check::<admin::import::ImportPage>(&pages);
    check::<admin::roles::RolePage>(&pages);
    check::<admin::roles::RolesPage>(&pages);
    check::<admin::rules::RulePage>(&pages);
    check::<admin::rules::RulesPage>(&pages);
    check::<admin::sessions::SessionsPage>(&pages);
    check::<admin::users::UserPage>(&pages);
    check::<admin::users::UsersPage>(&pages);
}

#[test]
fn what_people_typed_is_escaped() {
    let page = auth::SignInPage {
        username: "\"><img src=x onerror=alert(1)>{{ site }}".to_owned(),
        ..auth::SignInPage::samples().remove(0)
    };
    let html = pages().render(&page).unwrap();
    assert!(!html.contains("<img src=x"), "{html}");
    assert!(html.contains("{{ site }}"), "{html}");
}
