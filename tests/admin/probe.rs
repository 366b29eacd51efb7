//! What programs that look for holes write into forms: into every field of every form of every page.

use iiif_gate::store::{rules, users};
use scraper::{Html, Selector};

use crate::crawl::{Form, forms, furnished, pages};
use crate::support::app::{ORIGIN, TestApp};
use crate::support::browser::{Browser, Reply, form};
use crate::support::database::Database;

/// What is written; where it comes back, it must not come back as markup or arithmetic.
const NASTY: [&str; 12] = [
    "'\"><script>alert(7331)</script>",
    "<img src=x onerror=alert(7331)>",
    "' OR '1'='1'; DROP TABLE users; --",
    "\") UNION SELECT password_hash FROM users --",
    "{{7331*7331}}{% raw %}${7331*7331}",
    "%0d%0aSet-Cookie:%20x=1",
    "\r\nSet-Cookie: x=1\r\n\r\n",
    "=cmd|'/c calc'!A0",
    "../../../../etc/passwd",
    "a\0b",
    "-1",
    "\u{202e}\u{200b}\u{fffd}99999999999999999999",
];

/// Forms that end what these tests go on with.
const LEAVING: [&str; 5] = [
    "/admin/users/1/password",
    "/sign-out",
    "/sessions/end",
    "/sessions/end-all",
    "/admin/sessions/end",
];

async fn send(app: &TestApp, browser: &Browser, action: &str, body: String) -> Reply {
    let request = browser
        .request(actix_web::http::Method::POST, action)
        .append_header(("Origin", ORIGIN))
        .append_header(("Sec-Fetch-Site", "same-origin"))
        .append_header(("Content-Type", "application/x-www-form-urlencoded"))
        .set_payload(body);
    app.send(request).await
}

/// The form with this text in these fields.
fn filled(form_: &Form, text: &str, into: &[String]) -> String {
    let value = |(name, value): &(String, String)| {
        let value = if into.contains(name) {
            text.to_owned()
        } else {
            value.clone()
        };
        (name.clone(), value)
    };
    let fields: Vec<_> = form_.fields.iter().map(value).collect();
    let pairs: Vec<_> = fields
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    form(&pairs)
}

/// No fault of ours, nothing of it as markup or in a header, and what was refused stands in its field.
fn assert_harmless(what: &str, text: &str, reply: &Reply, written: &[String]) {
    assert!(
        reply.status < 500,
        "{what}: {} {}",
        reply.status,
        reply.body
    );
    for part in ["<script>alert", "<img src=x", "53743561", "root:x:"] {
        assert!(!reply.body.contains(part), "{what}: {part}: {}", reply.body);
    }
    let cookies = reply.headers.get_all("set-cookie");
    for cookie in cookies {
        assert!(!cookie.as_bytes().starts_with(b"x="), "{what}");
    }
    for internal in ["sqlite", "SQLite", "diesel", "panicked", "src/"] {
        assert!(!reply.body.contains(internal), "{what}: {internal}");
    }
    if reply.status == 422 && !text.contains(['\r', '\0']) {
        let page = Html::parse_document(&reply.body);
        for name in written.iter().filter(|name| !is_secret(name)) {
            let field = Selector::parse(&format!("[name=\"{name}\"]")).unwrap();
            let Some(field) = page.select(&field).next() else {
                continue;
            };
            let shown: String = match field.attr("value") {
                Some(value) => value.to_owned(),
                None => field.text().collect(),
            };
            assert_eq!(
                shown.trim(),
                text.trim(),
                "{what}: {name} lost what was typed"
            );
        }
    }
}

/// Fields whose content is never sent back.
fn is_secret(name: &str) -> bool {
    ["password", "current", "repeat", "secret", "code"]
        .iter()
        .any(|part| name.contains(part))
}

/// All that forms write: users, rules, roles, networks and terms.
fn stored(app: &TestApp) -> String {
    app.database.file(users::export(true)) + &app.database.file(rules::export_toml())
}

#[actix_web::test]
async fn no_field_of_any_form_takes_more_than_text() {
    write_into_all(Database::sqlite()).await;
    write_into_all(Database::postgres()).await;
}

async fn write_into_all(database: Database) {
    let (app, mut admin) = furnished(database).await;
    let seen = pages(
        &app,
        &mut admin,
        &["/", "/admin/", "/register", "/iiif-terms/press"],
    )
    .await;
    let mut tried = 0;
    for (path, page) in &seen {
        for one in forms(path, page) {
            if LEAVING.contains(&one.action.as_str()) || one.written.is_empty() {
                continue;
            }
            tried += 1;
            for text in NASTY {
                let each = one.written.iter().map(|name| vec![name.clone()]);
                for into in std::iter::once(one.written.clone()).chain(each.take(3)) {
                    let what = format!("{path} -> {}: {into:?} {text:?}", one.action);
                    let before = stored(&app);
                    let reply = send(&app, &admin, &one.action, filled(&one, text, &into)).await;
                    assert_harmless(&what, text, &reply, &into);
                    if reply.status >= 400 {
                        assert_eq!(stored(&app), before, "{what}: refused, and half done");
                    }
                }
            }
        }
    }
    assert!(tried > 10, "{tried} forms");
    assert_eq!(
        app.get(&mut admin, "/admin/").await.status,
        200,
        "still there, and still the administrator"
    );
}

#[actix_web::test]
async fn no_form_takes_what_is_no_text_or_too_much_of_it() {
    let (app, mut admin) = furnished(Database::sqlite()).await;
    let seen = pages(
        &app,
        &mut admin,
        &["/", "/admin/", "/register", "/iiif-terms/press"],
    )
    .await;
    for (path, page) in &seen {
        for one in forms(path, page) {
            if LEAVING.contains(&one.action.as_str()) || one.written.is_empty() {
                continue;
            }
            let before = stored(&app);
            let plain = filled(&one, "x", &one.written);
            let large = filled(&one, &"a".repeat(1_000_000), &one.written[..1]);
            let doubled = format!("{plain}&{plain}");
            let latin = plain.replace("=x", "=%ff%fe");
            for (kind, body) in [("large", large), ("doubled", doubled), ("latin", latin)] {
                let what = format!("{path} -> {}: {kind}", one.action);
                let reply = send(&app, &admin, &one.action, body).await;
                assert!(
                    (200..500).contains(&reply.status),
                    "{what}: {}",
                    reply.status
                );
                if reply.status >= 400 {
                    assert_eq!(stored(&app), before, "{what}: refused, and half done");
                }
                assert!(
                    kind != "doubled" || reply.status >= 400,
                    "{what}: {}",
                    reply.status
                );
            }
        }
    }
}

/// The same by way of the addresses: lists that are searched, filtered and sorted.
#[actix_web::test]
async fn no_query_of_any_page_takes_more_than_text() {
    ask_all(Database::sqlite()).await;
    ask_all(Database::postgres()).await;
}

async fn ask_all(database: Database) {
    let (app, mut admin) = furnished(database).await;
    let seen = pages(&app, &mut admin, &["/", "/admin/", "/login"]).await;
    let named = Selector::parse("form[method=get] [name], form:not([method]) [name]").unwrap();
    for (path, page) in &seen {
        let mut names: Vec<String> = ["page", "sort", "next", "search"]
            .map(ToOwned::to_owned)
            .to_vec();
        let html = Html::parse_document(&page.body);
        names.extend(
            html.select(&named)
                .filter_map(|field| field.attr("name"))
                .map(ToOwned::to_owned),
        );
        names.sort();
        names.dedup();
        for text in NASTY {
            let pairs: Vec<_> = names.iter().map(|name| (name.as_str(), text)).collect();
            let address = format!("{path}?{}", form(&pairs));
            let reply = app.get(&mut admin.clone(), &address).await;
            assert_harmless(&address, "", &reply, &[]);
        }
    }
}
