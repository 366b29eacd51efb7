//! The second factor: set up, asked for, used once, lost and reset.

use chrono::Duration;
use std::collections::BTreeMap;

use iiif_gate::identity::second_factor::TotpSecret;
use iiif_gate::store::audit::{self, AuditQuery};
use iiif_gate::web::state::now;

use crate::support::app::{PASSWORD, TestApp};
use crate::support::browser::{Browser, Reply};

/// An authenticator app.
pub(crate) struct Phone(TotpSecret);

impl Phone {
    /// Reads the letters on the page.
    pub(crate) fn reads(page: &Reply) -> Self {
        let html = scraper::Html::parse_document(&page.body);
        let selector = scraper::Selector::parse("code.secret").unwrap();
        let letters: String = html.select(&selector).next().unwrap().text().collect();
        let value = |c: char| "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".find(c).unwrap();
        let bits: Vec<bool> = letters
            .chars()
            .filter(|c| *c != ' ')
            .flat_map(|c| (0..5).rev().map(move |at| value(c) >> at & 1 == 1))
            .collect();
        let byte = |bits: &[bool]| bits.iter().fold(0, |byte, bit| byte << 1 | u8::from(*bit));
        let bytes: Vec<u8> = bits.chunks(8).map(byte).collect();
        Self(TotpSecret::from_bytes(&bytes).unwrap())
    }

    /// The code, so many steps from now.
    pub(crate) fn shows(&self, steps: i32) -> String {
        let code = self.0.code_at(now() + Duration::seconds(30) * steps);
        format!("{code:06}")
    }
}

/// Sets up a second factor, and lets its first code count as not used: the next may come at once.
pub(crate) async fn set_up(app: &TestApp, browser: &mut Browser) -> (Phone, Vec<String>) {
    let page = app.get(browser, "/second-factor").await;
    assert_eq!(page.status, 200);
    let (phone, sealed) = (Phone::reads(&page), page.field("sealed"));
    let wrong = [("sealed", sealed.as_str()), ("code", "000000")];
    let reply = app
        .submit(browser, "/second-factor", "/second-factor", &wrong)
        .await;
    assert_eq!(reply.status, 422);
    let again = Phone::reads(&reply);
    assert_eq!(again.0, phone.0, "the same secret is offered after a slip");
    let right = [("sealed", sealed.as_str()), ("code", &phone.shows(0))];
    let reply = app
        .submit(browser, "/second-factor", "/second-factor", &right)
        .await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    let html = scraper::Html::parse_document(&reply.body);
    let selector = scraper::Selector::parse("ul.codes code").unwrap();
    let codes: Vec<String> = html
        .select(&selector)
        .map(|code| code.text().collect())
        .collect();
    assert_eq!(codes.len(), 10);
    app.database.sql("update second_factors set used_step = 0");
    let later = app.get(browser, "/second-factor").await;
    assert!(
        codes.iter().all(|code| !later.body.contains(code)),
        "shown twice"
    );
    (phone, codes)
}

/// Types name and password, and gets the page that asks for a code.
async fn half(app: &TestApp, browser: &mut Browser, name: &str) -> Reply {
    let fields = [
        ("username", name),
        ("password", PASSWORD),
        ("next", "/auth/admin/users"),
    ];
    let reply = app.submit(browser, "/login", "/login", &fields).await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    assert!(
        !browser.cookies.contains_key("__Host-iiif-gate-account"),
        "{:?}",
        browser.cookies
    );
    reply
}

/// Types a code after that.
async fn code(app: &TestApp, browser: &mut Browser, page: &Reply, code: &str) -> Reply {
    let (ticket, csrf) = (page.field("ticket"), page.field("csrf"));
    let fields = [
        ("ticket", ticket.as_str()),
        ("csrf", &csrf),
        ("code", code),
        ("next", "/auth/admin/users"),
    ];
    let reply = app.post(browser, "/login/code", &fields).await;
    browser.keep(&reply);
    reply
}

pub(crate) async fn signs_in(app: &TestApp, name: &str, typed: &str) -> u16 {
    let mut browser = Browser::default();
    let page = half(app, &mut browser, name).await;
    code(app, &mut browser, &page, typed).await.status
}

#[actix_web::test]
async fn after_the_password_a_code_is_asked_for_which_opens_once() {
    for app in TestApp::both().await {
        app.user("admin", &["admin"]);
        let mut first = app.account("admin").await;
        let mut other = app.account("admin").await;
        let mut viewer = app.viewer("admin").await;
        let (phone, _) = set_up(&app, &mut first).await;
        assert_eq!(app.get(&mut first, "/admin/users").await.status, 200);
        assert_eq!(
            app.get(&mut other, "/").await.status,
            303,
            "it began without"
        );
        let image = "/iiif/images/a/full/max/0/default.jpg";
        assert_eq!(app.ask(&viewer, image).await.status, 204);
        viewer = app.viewer("admin").await;
        assert_eq!(
            app.ask(&viewer, image).await.status,
            204,
            "images need none"
        );

        let mut browser = Browser::default();
        let page = half(&app, &mut browser, "admin").await;
        assert_eq!(app.get(&mut browser, "/admin/").await.status, 303);
        let wrong = code(&app, &mut browser, &page, "000000").await;
        assert_eq!(wrong.status, 401);
        assert_eq!(app.get(&mut browser, "/admin/").await.status, 303);
        let shown = phone.shows(0);
        let reply = code(&app, &mut browser, &wrong, &shown).await;
        assert_eq!((reply.status, reply.location()), (303, "/auth/admin/users"));
        assert_eq!(app.get(&mut browser, "/admin/users").await.status, 200);
        assert_eq!(signs_in(&app, "admin", &shown).await, 401, "used");
        assert_eq!(signs_in(&app, "admin", &phone.shows(1)).await, 303);
        assert_eq!(
            signs_in(&app, "admin", &phone.shows(-1)).await,
            401,
            "before a used one"
        );
        let log = app
            .database
            .run(|conn| audit::page(conn, &AuditQuery::default()));
        let log = format!("{log:?}");
        assert!(log.contains("wrong code") && log.contains("with a code"));
        assert!(!log.contains(&shown));
    }
}

#[actix_web::test]
async fn a_recovery_code_opens_once_and_new_ones_replace_the_old() {
    for app in TestApp::both().await {
        app.user("admin", &["admin"]);
        let mut admin = app.account("admin").await;
        let (phone, codes) = set_up(&app, &mut admin).await;
        assert_eq!(signs_in(&app, "admin", &codes[0].to_uppercase()).await, 303);
        assert_eq!(signs_in(&app, "admin", &codes[0]).await, 401);
        let page = app.get(&mut admin, "/second-factor").await;
        assert!(page.body.contains("<dd>9</dd>"), "{}", page.body);
        let typed = [("code", phone.shows(0))];
        let typed = [("code", typed[0].1.as_str())];
        let reply = app
            .submit(&mut admin, "/second-factor", "/second-factor/codes", &typed)
            .await;
        assert!(
            reply.status == 200 && !reply.body.contains(&codes[1]),
            "{}",
            reply.body
        );
        assert_eq!(signs_in(&app, "admin", &codes[1]).await, 401);
        let stored = app.database.run(|conn| {
            use diesel::prelude::*;
            #[derive(QueryableByName)]
            struct Text {
                #[diesel(sql_type = diesel::sql_types::Text)]
                text: String,
            }
            let sql = "select secret as text from second_factors
                union all select fingerprint from recovery_codes";
            let rows: Vec<Text> = diesel::sql_query(sql).load(conn)?;
            Ok(rows.into_iter().map(|row| row.text).collect::<Vec<_>>())
        });
        assert_eq!(stored.len(), 11);
        assert!(
            stored[0].starts_with("v1.") && !stored.iter().any(|text| text.contains(&codes[2]))
        );
    }
}

#[actix_web::test]
async fn codes_are_guessed_no_more_often_than_passwords_and_do_not_make_an_address_known() {
    let app = TestApp::usual().await;
    app.user("admin", &["admin"]);
    let mut admin = app.account("admin").await;
    let (phone, _) = set_up(&app, &mut admin).await;
    let mut tried = Vec::new();
    for n in 0..14 {
        let mut browser = Browser::default().with("X-Real-IP", &format!("198.51.100.{n}"));
        let fields = [("username", "admin"), ("password", PASSWORD)];
        let page = app.submit(&mut browser, "/login", "/login", &fields).await;
        tried.push(match page.status {
            200 => code(&app, &mut browser, &page, "000000").await.status,
            status => status,
        });
    }
    assert_eq!(tried, [[401; 10].as_slice(), &[429; 4]].concat());
    // From where the administrator signed in before, it is open.
    let before: BTreeMap<_, _> = app.state.counts.sign_ins().collect();
    assert_eq!(signs_in(&app, "admin", &phone.shows(0)).await, 303);
    let after: BTreeMap<_, _> = app.state.counts.sign_ins().collect();
    let rises = ["code-needed", "done", "wrong-code"].map(|word| after[word] - before[word]);
    assert_eq!(rises, [1, 1, 0]);
    // The first one was a mistake when the factor was set up.
    assert_eq!(
        (before["wrong-code"], before["limited"]),
        (10, 4),
        "{before:?}"
    );
}

#[actix_web::test]
async fn a_ticket_is_good_for_its_user_and_a_few_minutes_and_nothing_else_is_one() {
    let app = TestApp::usual().await;
    app.user("admin", &["admin"]);
    app.user("other", &["admin"]);
    let mut admin = app.account("admin").await;
    let offered = app.get(&mut admin, "/second-factor").await.field("sealed");
    let (phone, _) = set_up(&app, &mut admin).await;
    let mut browser = Browser::default();
    let page = half(&app, &mut browser, "admin").await;
    let csrf = page.field("csrf");
    for ticket in [
        "",
        "v1.",
        "v1.AAAA",
        offered.as_str(),
        &page.field("ticket")[..40],
    ] {
        let fields = [
            ("ticket", ticket),
            ("csrf", &csrf),
            ("code", &phone.shows(0)),
        ];
        let reply = app.post(&browser, "/login/code", &fields).await;
        assert_eq!(
            (reply.status, reply.location()),
            (303, "/auth/login"),
            "{ticket}"
        );
        assert!(!reply.headers.contains_key("set-cookie"));
    }
    app.database
        .sql("update users set state = 'disabled' where name = 'admin'");
    app.catch_up().await;
    let reply = code(&app, &mut browser, &page, &phone.shows(0)).await;
    assert_eq!(reply.location(), "/auth/login", "disabled meanwhile");
}
