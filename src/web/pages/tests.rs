//! Every page in every state.

use std::path::PathBuf;

use super::parts::Site;
use super::{Page, Pages, access, account, admin, auth, register, second_factor};
use crate::iiif::wording::Wording;
use crate::language::Language;

fn pages() -> Pages {
    let contact = Some("reading-room@example.org");
    let languages: Vec<Language> = ["en", "de", "fr"].map(|tag| tag.parse().unwrap()).into();
    let wording = Wording::new(&languages, "Library of Example", "images.example").unwrap();
    let site = Site::new("Library of Example", None, contact, "/auth");
    Pages::new(site, wording)
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
    check::<second_factor::CodePage>(&pages);
    check::<second_factor::SecondFactorPage>(&pages);
    check::<auth::SignedInPage>(&pages);
    check::<auth::ClosedPage>(&pages);
    check::<auth::TokenPage>(&pages);
    check::<access::TermsPage>(&pages);
    check::<access::KioskPage>(&pages);
    check::<access::RefusedPage>(&pages);
    check::<auth::ErrorPage>(&pages);
    check::<register::RegisterPage>(&pages);
    check::<account::AccountPage>(&pages);
    check::<account::PasswordPage>(&pages);
    check::<account::KeysPage>(&pages);
    check::<admin::ConfirmPage>(&pages);
    check::<admin::audit::AuditPage>(&pages);
    check::<admin::consumers::ConsumersPage>(&pages);
    check::<admin::consumers::check::CheckPage>(&pages);
    check::<admin::consumers::consumer::ConsumerPage>(&pages);
    check::<admin::consumers::form::FormPage>(&pages);
    check::<admin::consumers::secret::RotatePage>(&pages);
    check::<admin::consumers::secret::SecretPage>(&pages);
    check::<admin::consumers::site::SitePage>(&pages);
    check::<admin::dashboard::DashboardPage>(&pages);
    check::<admin::draft::DraftPage>(&pages);
    check::<admin::explain::ExplainPage>(&pages);
    check::<admin::import::ImportPage>(&pages);
    check::<admin::lint::FindingsPage>(&pages);
    check::<admin::networks::NetworkPage>(&pages);
    check::<admin::networks::NetworksPage>(&pages);
    check::<admin::role::RolePage>(&pages);
    check::<admin::roles::RolesPage>(&pages);
    check::<admin::rule::RulePage>(&pages);
    check::<admin::rules::RulesPage>(&pages);
    check::<admin::terms::TermsPage>(&pages);
    check::<admin::limits::LimitsPage>(&pages);
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

/// Text on what it stands on, and the edges of fields: at least 4.5 and 3 to 1 (WCAG 2.2, AA).
const PAIRS: [(&str, &str, f64); 20] = [
    ("ink", "paper", 4.5),
    ("ink", "sheet", 4.5),
    ("ink", "sunken", 4.5),
    ("ink", "warn-paper", 4.5),
    ("quiet", "paper", 4.5),
    ("quiet", "sheet", 4.5),
    ("quiet", "sunken", 4.5),
    ("accent", "paper", 4.5),
    ("accent", "sheet", 4.5),
    ("accent", "sunken", 4.5),
    ("accent", "warn-paper", 4.5),
    ("on-accent", "accent", 4.5),
    ("on-accent", "accent-strong", 4.5),
    ("danger", "sheet", 4.5),
    ("danger", "danger-paper", 4.5),
    ("done", "done-paper", 4.5),
    ("warn", "warn-paper", 4.5),
    ("edge", "sheet", 3.0),
    ("edge", "paper", 3.0),
    ("focus", "paper", 3.0),
];

#[test]
fn colors_have_enough_contrast_by_day_and_by_night() {
    let style = include_str!("../../../static/style.css");
    for (scheme, start) in [
        ("light", 0),
        ("dark", style.find("prefers-color-scheme").unwrap()),
    ] {
        for (text, ground, least) in PAIRS {
            let [one, other] = [text, ground].map(|name| luminance(&style[start..], name) + 0.05);
            let contrast = one.max(other) / one.min(other);
            assert!(
                contrast >= least,
                "{scheme}: {text} on {ground} has {contrast:.2}"
            );
        }
    }
}

fn luminance(style: &str, name: &str) -> f64 {
    let color = style.split(&format!("--{name}: #")).nth(1).unwrap();
    let part = |at: usize| {
        let value = f64::from(u8::from_str_radix(&color[at..at + 2], 16).unwrap()) / 255.0;
        if value <= 0.04045 {
            value / 12.92
        } else {
            ((value + 0.055) / 1.055).powf(2.4)
        }
    };
    0.2126 * part(0) + 0.7152 * part(2) + 0.0722 * part(4)
}
