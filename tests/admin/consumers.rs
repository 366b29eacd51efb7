//! Consumers: registered, changed, warned about.

use iiif_gate::identity::consumer::{Consumer, ConsumerRole};
use iiif_gate::store::consumers;

use crate::support::app::TestApp;
use crate::support::browser::{Browser, Reply};
use crate::ways::office;

/// What the form of a consumer needs.
pub(crate) const USUAL: [(&str, &str); 4] = [
    ("name", "DocLand"),
    ("origins", "https://doc.land"),
    ("prefixes", "/annotator/"),
    ("max_ttl", "86400"),
];

/// The consumers that somebody registered.
pub(crate) fn registered(app: &TestApp) -> Vec<Consumer> {
    let keys = app.state.keys.consumer_secrets.clone();
    let mut all = app.database.run(|conn| consumers::all(conn, &keys));
    all.retain(|consumer| !consumer.is_built_in);
    all
}

/// The only one of them.
pub(crate) fn only(app: &TestApp) -> Consumer {
    let mut all = registered(app);
    assert_eq!(all.len(), 1);
    all.remove(0)
}

/// Sends the form of a new consumer, with the key that stands there.
pub(crate) async fn register(app: &TestApp, admin: &mut Browser, fields: &[(&str, &str)]) -> Reply {
    let page = "/admin/consumers/new";
    let new_key = app.get(admin, page).await.field("new_key");
    let fields = [fields, &[("new_key", new_key.as_str())]].concat();
    app.submit(admin, page, "/admin/consumers", &fields).await
}

/// The usual consumer.
pub(crate) async fn docland(app: &TestApp, admin: &mut Browser) -> Consumer {
    let reply = register(app, admin, &USUAL).await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    only(app)
}

pub(crate) fn path(consumer: &Consumer, rest: &str) -> String {
    format!("/admin/consumers/{}{rest}", consumer.id.0)
}

#[actix_web::test]
async fn the_list_says_what_a_consumer_is_until_there_is_one() {
    let (app, mut admin) = office().await;
    let list = app.get(&mut admin, "/admin/consumers").await.body;
    assert!(list.contains("You need a consumer when"), "{list}");
    let consumer = docland(&app, &mut admin).await;
    let list = app.get(&mut admin, "/admin/consumers").await.body;
    assert!(!list.contains("You need a consumer when"), "{list}");
    for words in [
        "DocLand",
        consumer.key.as_str(),
        "https://doc.land",
        "never",
    ] {
        assert!(list.contains(words), "{words}: {list}");
    }
    let overview = app.get(&mut admin, "/admin/").await.body;
    assert!(overview.contains("/admin/consumers"), "{overview}");
}

#[actix_web::test]
async fn a_consumer_is_what_the_form_says() {
    let (app, mut admin) = office().await;
    let staff = crate::ways::role(&app, "staff").unwrap().id;
    let role = format!("role.{}", staff.0);
    let fields = [
        ("name", "DocLand"),
        ("origins", "https://doc.land\n\nhttp://localhost:8080/\n"),
        ("server_side", "on"),
        ("prefixes", "/annotator/\n/iiif/images/docland"),
        (role.as_str(), "base"),
        ("max_ttl", "600"),
        ("names_admins", "on"),
    ];
    let reply = register(&app, &mut admin, &fields).await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    let made = only(&app);
    let origins: Vec<String> = made
        .origins
        .listed
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(origins, ["https://doc.land", "http://localhost:8080"]);
    let prefixes: Vec<String> = made.prefixes.iter().map(ToString::to_string).collect();
    assert_eq!(prefixes, ["/annotator/", "/iiif/images/docland/"]);
    assert!(made.is_enabled && made.allows_server_side && made.names_admins && !made.origins.any);
    assert_eq!(made.max_ttl, 600);
    let held: Vec<_> = made
        .roles
        .iter()
        .map(|role| (role.id, role.is_base))
        .collect();
    assert_eq!(held, [(staff, true)]);
    let page = app.get(&mut admin, &path(&made, "")).await.body;
    for words in [
        "staff: every user",
        "10 minutes",
        "may be named by tokens",
        "programs",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
}

#[actix_web::test]
async fn what_is_wrong_is_said_at_each_field_and_what_was_typed_stays() {
    let (app, mut admin) = office().await;
    let fields = [
        ("name", ""),
        ("origins", "https://doc.land\nnull\nhttps://a.example/page"),
        ("any_origin", "on"),
        ("prefixes", "annotator"),
        ("max_ttl", "2592000"),
        ("key", "doc land"),
        ("secret", "too short"),
    ];
    let reply = register(&app, &mut admin, &fields).await;
    assert_eq!(reply.status, 422);
    let page = reply.body.as_str();
    for field in ["name", "origins", "prefixes", "max_ttl", "key", "secret"] {
        assert!(
            page.contains(&format!("id=\"f-{field}-error\"")),
            "{field}: {page}"
        );
    }
    for words in [
        "Line 2: “null”",
        "line 3:",
        "https://a.example/page",
        "24 days",
        "2592000",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert_eq!(reply.field("key"), "doc land");
    assert!(
        page.contains("name=\"any_origin\" value=\"on\" checked"),
        "{page}"
    );
    assert!(
        !page.contains("too short\""),
        "a secret is not shown again: {page}"
    );
    assert!(registered(&app).is_empty());
}

#[actix_web::test]
async fn a_lifetime_that_browsers_cannot_count_is_refused() {
    let (app, mut admin) = office().await;
    for (seconds, status) in [
        ("59", 422),
        ("2073601", 422),
        ("", 422),
        ("1e3", 422),
        ("60", 200),
    ] {
        let fields = USUAL.map(|(name, value)| match name {
            "max_ttl" => (name, seconds),
            _ => (name, value),
        });
        let reply = register(&app, &mut admin, &fields).await;
        assert_eq!(reply.status, status, "{seconds}: {}", reply.body);
    }
}

#[actix_web::test]
async fn a_consumer_is_changed_and_keeps_its_key_and_secret() {
    let (app, mut admin) = office().await;
    let before = docland(&app, &mut admin).await;
    let staff = crate::ways::role(&app, "staff").unwrap().id.0;
    let [role, read_only] = [format!("role.{staff}"), format!("read_only.{staff}")];
    let edit = path(&before, "/edit");
    let form = app.get(&mut admin, &edit).await;
    assert_eq!(form.field("name"), "DocLand");
    assert!(!form.body.contains("name=\"secret\""), "{}", form.body);
    let fields = [
        ("name", "DocLand 2"),
        ("origins", "https://new.doc.land"),
        ("prefixes", "/annotator/\n/annotator-open/"),
        ("max_ttl", "3600"),
        (role.as_str(), "named"),
        (read_only.as_str(), "on"),
        ("key", "another"),
        ("secret", "another secret, which has no effect"),
        ("new_key", "another"),
    ];
    let reply = app.submit(&mut admin, &edit, &edit, &fields).await;
    assert_eq!(reply.status, 303, "{}", reply.body);
    let after = only(&app);
    assert_eq!((&after.key, &after.secrets), (&before.key, &before.secrets));
    assert_eq!((after.name.as_str(), after.max_ttl), ("DocLand 2", 3600));
    let is_for_reading = |role: &ConsumerRole| !role.is_base && role.is_read_only;
    assert!(after.roles.iter().all(is_for_reading) && after.roles.len() == 1);
    let form = app.get(&mut admin, &edit).await.body;
    assert!(form.contains("value=\"named\" selected"), "{form}");
    let page = app.get(&mut admin, &path(&after, "")).await.body;
    assert!(
        page.contains("staff: those whose token names it, for reading"),
        "{page}"
    );
    assert!(page.contains("changed a consumer"), "{page}");
}

#[actix_web::test]
async fn roles_of_our_own_are_not_given_away() {
    let (app, mut admin) = office().await;
    let form = app.get(&mut admin, "/admin/consumers/new").await.body;
    for (name, is_offered) in [("admin", false), ("user", false), ("staff", true)] {
        let role = crate::ways::role(&app, name).unwrap().id.0;
        let field = format!("name=\"role.{role}\"");
        assert_eq!(form.contains(&field), is_offered, "{name}: {form}");
        let field = format!("role.{role}");
        let fields = [&USUAL[..], &[(field.as_str(), "base")]].concat();
        let reply = register(&app, &mut admin, &fields).await;
        assert_eq!(reply.status, 200, "{name}: {}", reply.body);
    }
    let given: usize = registered(&app).iter().map(|made| made.roles.len()).sum();
    assert_eq!(given, 1);
}

#[actix_web::test]
async fn a_role_says_that_consumers_give_it() {
    let (app, mut admin) = office().await;
    let staff = crate::ways::role(&app, "staff").unwrap().id.0;
    let field = format!("role.{staff}");
    let fields = [&USUAL[..], &[(field.as_str(), "named")]].concat();
    register(&app, &mut admin, &fields).await;
    for page in ["/admin/roles".to_owned(), format!("/admin/roles/{staff}")] {
        let page = app.get(&mut admin, &page).await.body;
        assert!(page.contains("users of 1 consumer</a>"), "{page}");
    }
    let page = format!("/admin/roles/{staff}/delete");
    let question = app.get(&mut admin, &page).await.body;
    assert!(
        question.contains("Consumers that give it to their users: 1."),
        "{question}"
    );
    app.submit(&mut admin, &page, &page, &[]).await;
    assert_eq!(only(&app).roles, []);
}
