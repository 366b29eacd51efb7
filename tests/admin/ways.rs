//! Ways to hold a role: terms, networks and kiosks, as administrators make them.

use iiif_gate::identity::principal::{ObtainedBy, OfferedAs, RoleId};
use iiif_gate::store::{roles, terms};

use crate::support::app::TestApp;
use crate::support::browser::Browser;
use crate::support::database::Database;

pub(crate) async fn office() -> (TestApp, Browser) {
    let settings = [("LANGUAGES", "en,de"), ("TIME_ZONE", "Europe/Berlin")];
    let app = TestApp::new(Database::sqlite(), &settings).await;
    app.user("admin@example.org", &["admin", "staff"]);
    let admin = app.account("admin@example.org").await;
    (app, admin)
}

pub(crate) fn role(app: &TestApp, name: &str) -> Option<roles::Role> {
    let roles = app.database.run(roles::list);
    roles.into_iter().find(|role| role.name.as_str() == name)
}

pub(crate) async fn make_network(app: &TestApp, admin: &mut Browser, name: &str, ranges: &str) {
    let fields = [("name", name), ("ranges", ranges)];
    let reply = app
        .submit(admin, "/admin/networks/new", "/admin/networks", &fields)
        .await;
    assert_eq!(reply.status, 303, "{}", reply.body);
}

async fn make_role(app: &TestApp, admin: &mut Browser, fields: &[(&str, &str)]) -> u16 {
    let reply = app
        .submit(admin, "/admin/roles/new", "/admin/roles", fields)
        .await;
    reply.status
}

const READING: [(&str, &str); 6] = [
    ("name", "reading"),
    ("obtained_by", "terms"),
    ("terms_offered", "clickthrough"),
    ("heading.en", "Estate"),
    ("text.en", "You may **read**."),
    ("text.de", "Lesen <script>erlaubt</script>."),
];

#[actix_web::test]
async fn a_role_is_obtained_by_terms_which_are_published_with_it() {
    let (app, mut admin) = office().await;
    assert_eq!(make_role(&app, &mut admin, &READING).await, 303);
    let made = role(&app, "reading").unwrap();
    assert_eq!(made.obtained_by, ObtainedBy::Terms);
    assert_eq!(made.offered_as, OfferedAs::Clickthrough);
    let version = app.database.run(|conn| terms::current(conn, made.id));
    let version = version.unwrap();
    assert_eq!(version.terms.version, 1);
    assert_eq!(version.terms.text.iter().count(), 2);

    let page = app
        .get(&mut admin, &format!("/admin/roles/{}/terms", made.id.0))
        .await;
    assert!(
        page.body.contains("You may <strong>read</strong>."),
        "{}",
        page.body
    );
    assert!(!page.body.contains("<script>erlaubt"), "{}", page.body);
    assert!(page.body.contains("Version 1 is in force"), "{}", page.body);
}

#[actix_web::test]
async fn terms_without_text_and_places_without_a_network_are_refused_where_they_are_typed() {
    let (app, mut admin) = office().await;
    for (fields, message) in [
        (
            [("obtained_by", "terms"), ("terms_offered", "usual")],
            "without terms nobody could obtain the role",
        ),
        (
            [("obtained_by", "network"), ("network_offered", "usual")],
            "without a network nobody could obtain the role",
        ),
        (
            [("obtained_by", "kiosk"), ("network_offered", "usual")],
            "without a network nobody could obtain the role",
        ),
        (
            [("obtained_by", "terms"), ("terms_offered", "external")],
            "Choose one of them.",
        ),
        (
            [("obtained_by", "sign-in"), ("terms_offered", "usual")],
            "Choose one of them.",
        ),
    ] {
        let fields = [fields.as_slice(), &[("name", "new"), ("text.de", " ")]].concat();
        let reply = app
            .submit(&mut admin, "/admin/roles/new", "/admin/roles", &fields)
            .await;
        assert_eq!(reply.status, 422, "{fields:?}");
        assert!(reply.body.contains(message), "{fields:?}: {}", reply.body);
        assert_eq!(reply.field("name"), "new");
        assert!(role(&app, "new").is_none());
    }
}

#[actix_web::test]
async fn new_terms_are_previewed_published_and_asked_for_again() {
    let (app, mut admin) = office().await;
    make_role(&app, &mut admin, &READING).await;
    let id = role(&app, "reading").unwrap().id;
    let path = format!("/admin/roles/{}/terms", id.0);
    let new = |step| {
        [
            ("version", "1"),
            ("text.en", "You may read, *not print*."),
            ("step", step),
        ]
    };
    let reply = app.submit(&mut admin, &path, &path, &new("preview")).await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    assert!(reply.body.contains("<em>not print</em>"), "{}", reply.body);
    assert_eq!(version(&app, id), 1, "a preview publishes nothing");

    let reply = app.submit(&mut admin, &path, &path, &new("publish")).await;
    assert_eq!(reply.status, 303, "{}", reply.body);
    assert_eq!(version(&app, id), 2);
    let page = app.get(&mut admin, &path).await;
    assert!(
        page.body.contains("Version 2 is published."),
        "{}",
        page.body
    );
    assert!(
        page.body.contains("<summary>Version 1"),
        "what was before stays"
    );

    let reply = app.submit(&mut admin, &path, &path, &new("publish")).await;
    assert_eq!(reply.status, 422, "it was written over version 1");
    assert!(reply.body.contains("in the meantime"), "{}", reply.body);
    let same = [
        ("version", "2"),
        ("text.en", "You may read, *not print*."),
        ("step", "publish"),
    ];
    let reply = app.submit(&mut admin, &path, &path, &same).await;
    assert_eq!(reply.status, 422, "it says the same");
    let empty = [("version", "2"), ("text.en", " "), ("step", "publish")];
    let reply = app.submit(&mut admin, &path, &path, &empty).await;
    assert_eq!(reply.status, 422, "terms without text");
    assert_eq!(version(&app, id), 2);
}

fn version(app: &TestApp, id: RoleId) -> i32 {
    let current = app.database.run(|conn| terms::current(conn, id));
    current.unwrap().terms.version
}

#[actix_web::test]
async fn only_roles_that_are_obtained_by_terms_have_them() {
    let (app, mut admin) = office().await;
    let staff = role(&app, "staff").unwrap().id.0;
    let reply = app
        .get(&mut admin, &format!("/admin/roles/{staff}/terms"))
        .await;
    assert_eq!(reply.status, 404);
}

#[actix_web::test]
async fn the_list_says_how_roles_are_obtained_and_who_holds_them() {
    let (app, mut admin) = office().await;
    make_network(&app, &mut admin, "Reading room", "198.51.100.0/24").await;
    make_role(&app, &mut admin, &READING).await;
    let house = [
        ("name", "house"),
        ("obtained_by", "network"),
        ("network_offered", "external"),
        ("networks.1", "on"),
    ];
    assert_eq!(make_role(&app, &mut admin, &house).await, 303);
    let list = app.get(&mut admin, "/admin/roles").await.body;
    for words in [
        "accepting terms",
        "0 visitors now",
        "being in a network",
        "<a href=\"/auth/admin/networks/1\">Reading room</a>",
        "every active user",
        "/auth/admin/users?role=staff",
    ] {
        assert!(list.contains(words), "{words}: {list}");
    }
    let made = role(&app, "house").unwrap();
    assert_eq!(made.offered_as, OfferedAs::External);
    let page = app
        .get(&mut admin, &format!("/admin/roles/{}", made.id.0))
        .await;
    assert!(page.body.contains("no rule"), "{}", page.body);
}

#[actix_web::test]
async fn a_role_that_nobody_can_obtain_any_more_is_shown_as_such() {
    let (app, mut admin) = office().await;
    make_role(&app, &mut admin, &READING).await;
    app.database.run(|conn| {
        use diesel::RunQueryDsl as _;
        diesel::sql_query("DELETE FROM terms").execute(conn)?;
        Ok(())
    });
    app.catch_up().await;
    let list = app.get(&mut admin, "/admin/roles").await.body;
    assert!(list.contains("nobody can obtain it"), "{list}");
    let id = role(&app, "reading").unwrap().id.0;
    let page = app
        .get(&mut admin, &format!("/admin/roles/{id}"))
        .await
        .body;
    assert!(page.contains("Nobody can obtain this role."), "{page}");
}

#[actix_web::test]
async fn a_role_that_becomes_external_beside_one_that_needs_a_click_is_refused() {
    let (app, mut admin) = office().await;
    make_network(&app, &mut admin, "House", "198.51.100.0/24").await;
    let house = [
        ("name", "house"),
        ("obtained_by", "network"),
        ("network_offered", "usual"),
        ("networks.1", "on"),
    ];
    make_role(&app, &mut admin, &house).await;
    let (house_id, staff) = (
        role(&app, "house").unwrap().id.0,
        role(&app, "staff").unwrap().id.0,
    );
    let [one, other] = [house_id, staff].map(|id| format!("roles.{id}"));
    let rule = [
        ("kind", "image"),
        ("pattern", "maps/*"),
        ("requirement", "roles"),
        (one.as_str(), "on"),
        (other.as_str(), "on"),
    ];
    let reply = app
        .submit(&mut admin, "/admin/rules/new", "/admin/rules", &rule)
        .await;
    assert_eq!(reply.status, 303, "{}", reply.body);
    let path = format!("/admin/roles/{house_id}");
    let external = house.map(|(name, value)| match name {
        "network_offered" => (name, "external"),
        _ => (name, value),
    });
    let reply = app.submit(&mut admin, &path, &path, &external).await;
    assert_eq!(reply.status, 422);
    assert!(
        reply.body.contains("maps/*"),
        "it names the rule: {}",
        reply.body
    );
    assert_eq!(role(&app, "house").unwrap().offered_as, OfferedAs::Usual);
}
