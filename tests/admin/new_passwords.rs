//! New passwords: the same rules wherever one is set.

use crate::support::app::{PASSWORD, TestApp};
use crate::support::browser::Browser;
use crate::support::database::Database;

/// What is refused, and what is said.
const BAD: [(&str, &str); 5] = [
    ("short", "at least 10 characters"),
    ("Password123!", "tried first"),
    ("ada@example.org1", "your name"),
    ("Example Archive 1", "more in it than"),
    ("abcabcabcabc", "over and over"),
];

#[actix_web::test]
async fn everybody_who_sets_a_password_reads_the_same_words_beside_the_field() {
    let app = TestApp::new(Database::sqlite(), &[("ALLOW_REGISTRATION", "true")]).await;
    app.user("admin", &["admin"]);
    app.user("ada@example.org", &[]);
    let mut admin = app.account("admin").await;
    let mut ada = app.account("ada@example.org").await;
    for (n, (bad, words)) in BAD.into_iter().enumerate() {
        let name = ("name", "ada@example.org");
        let new = app
            .submit(
                &mut admin,
                "/admin/users/new",
                "/admin/users",
                &[name, ("password", bad)],
            )
            .await;
        let set = app
            .submit(
                &mut admin,
                "/admin/users/2",
                "/admin/users/2/password",
                &[("new_password", bad)],
            )
            .await;
        let own = [("current", PASSWORD), ("password", bad), ("repeat", bad)];
        let own = app.submit(&mut ada, "/password", "/password", &own).await;
        let mut visitor = Browser::default().with("X-Real-IP", &format!("198.51.100.{n}"));
        let fields = [
            ("username", "ada@example.org"),
            ("password", bad),
            ("repeat", bad),
        ];
        let register = app
            .submit(&mut visitor, "/register", "/register", &fields)
            .await;
        let text = format!("name,password\nada@example.org,{bad}\n");
        let import = app
            .submit(
                &mut admin,
                "/admin/users/import",
                "/admin/users/import",
                &[("text", &text)],
            )
            .await;
        for (place, reply) in [
            ("new", new),
            ("set", set),
            ("own", own),
            ("register", register),
            ("import", import),
        ] {
            assert_eq!(reply.status, 422, "{place} {bad}");
            assert!(reply.body.contains(words), "{place} {bad}: {}", reply.body);
        }
    }
    // The old one still opens.
    app.account("ada@example.org").await;
}

#[actix_web::test]
async fn blanks_and_all_characters_are_good_and_may_be_typed_in_any_form() {
    let app = TestApp::usual().await;
    app.user("admin", &["admin"]);
    app.user("ada@example.org", &[]);
    let mut admin = app.account("admin").await;
    let typed = [
        "  Zürich, über alles  ",
        "  Zu\u{308}rich, u\u{308}ber alles  ",
    ];
    let fields = [("new_password", typed[0])];
    let reply = app
        .submit(
            &mut admin,
            "/admin/users/2",
            "/admin/users/2/password",
            &fields,
        )
        .await;
    assert_eq!(reply.status, 303, "{}", reply.body);
    for (password, status) in [(typed[0], 303), (typed[1], 303), (typed[0].trim(), 401)] {
        let fields = [("username", "ada@example.org"), ("password", password)];
        let reply = app
            .submit(&mut Browser::default(), "/login", "/login", &fields)
            .await;
        assert_eq!(reply.status, status, "{password:?}");
    }
}
