//! Every page there is, by the links that lead to it, and the forms that stand on them.

use std::collections::{BTreeMap, BTreeSet};

use scraper::{ElementRef, Html, Selector};

use crate::support::app::TestApp;
use crate::support::browser::{Browser, Reply};
use crate::support::consumers::{KEY, SECRET, usual};
use crate::support::database::Database;

/// A form as it stands on a page.
#[derive(Debug, Clone)]
pub(crate) struct Form {
    pub(crate) action: String,
    /// Names and values, with what a browser would send if nothing was touched.
    pub(crate) fields: Vec<(String, String)>,
    /// The names of those in which people write.
    pub(crate) written: Vec<String>,
}

/// An application with something of everything, and its administrator.
pub(crate) async fn furnished(database: Database) -> (TestApp, Browser) {
    let settings = [("ALLOW_REGISTRATION", "true"), ("LANGUAGES", "en,de")];
    let app = TestApp::new(database, &settings).await;
    app.user("admin@example.org", &["admin"]);
    app.user("ada@example.org", &["staff"]);
    app.rule("maps/*", "staff");
    app.consumer(KEY, SECRET, &usual()).await;
    let mut admin = app.account("admin@example.org").await;
    let network = [("name", "Reading room"), ("ranges", "192.0.2.0/24")];
    let role = [
        ("name", "press"),
        ("title", "Press"),
        ("obtained_by", "terms"),
        ("terms_offered", "clickthrough"),
        ("heading.en", "Photographs"),
        ("text.en", "For study."),
        ("heading.de", "Fotos"),
        ("text.de", "Zum Studium."),
    ];
    for (page, action, fields) in [
        ("/admin/networks/new", "/admin/networks", &network[..]),
        ("/admin/roles/new", "/admin/roles", &role[..]),
    ] {
        let reply = app.submit(&mut admin, page, action, fields).await;
        assert_eq!(reply.status, 303, "{}", reply.body);
    }
    (app, admin)
}

/// All pages that links lead to from here, by their paths. Numbers in a query are not followed without end.
pub(crate) async fn pages(
    app: &TestApp,
    browser: &mut Browser,
    from: &[&str],
) -> BTreeMap<String, Reply> {
    let mut waiting: Vec<String> = from.iter().map(ToString::to_string).collect();
    let mut known: BTreeSet<String> = waiting.iter().cloned().collect();
    let mut found = BTreeMap::new();
    while let Some(path) = waiting.pop() {
        let reply = app.get(browser, &path).await;
        assert!(reply.status < 500, "{path}: {}", reply.status);
        if reply.header("content-type").starts_with("text/html") {
            for link in links(&reply) {
                let plain = link.split(['?', '#']).next().unwrap().to_owned();
                if !is_leaving(&plain) && known.insert(plain.clone()) {
                    waiting.push(plain);
                }
            }
        }
        found.insert(path, reply);
    }
    found
}

/// Whether a link ends the session that looks at it.
fn is_leaving(path: &str) -> bool {
    path == "/logout"
}

fn links(reply: &Reply) -> Vec<String> {
    let page = Html::parse_document(&reply.body);
    let links = Selector::parse("a[href]").unwrap();
    let hrefs = page.select(&links).filter_map(|link| link.attr("href"));
    hrefs
        .filter_map(|href| href.strip_prefix("/auth"))
        .map(ToOwned::to_owned)
        .collect()
}

/// The forms of a page that are sent by POST to ourselves.
pub(crate) fn forms(path: &str, reply: &Reply) -> Vec<Form> {
    let page = Html::parse_document(&reply.body);
    let forms = Selector::parse("form[method=post], form[method=POST]").unwrap();
    page.select(&forms).map(|form| read(path, form)).collect()
}

fn read(path: &str, form: ElementRef<'_>) -> Form {
    let all = Selector::parse("input[name], textarea[name], select[name], button[name]").unwrap();
    let option = Selector::parse("option[selected]").unwrap();
    let mut read = Form {
        action: form
            .attr("action")
            .map_or(path, |action| action.trim_start_matches("/auth"))
            .to_owned(),
        fields: Vec::new(),
        written: Vec::new(),
    };
    for field in form.select(&all) {
        let name = field.attr("name").unwrap().to_owned();
        let kind = field.attr("type").unwrap_or("text");
        let value = match field.value().name() {
            "textarea" => field.text().collect(),
            "select" => field
                .select(&option)
                .next()
                .and_then(|o| o.attr("value"))
                .unwrap_or_default()
                .to_owned(),
            _ => field.attr("value").unwrap_or_default().to_owned(),
        };
        let is_box = matches!(kind, "checkbox" | "radio");
        if is_box && field.attr("checked").is_none() || kind == "file" {
            continue;
        }
        let is_text = field.value().name() == "textarea"
            || field.value().name() == "input" && !is_box && !matches!(kind, "hidden" | "submit");
        if is_text && field.attr("hidden").is_none() {
            read.written.push(name.clone());
        }
        read.fields.push((name, value));
    }
    read
}
