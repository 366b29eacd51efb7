//! CSV in and out.

use iiif_gate::store::users::{self, UserState};

use crate::support::app::TestApp;
use crate::support::browser::Browser;

const USERS: &str = "/admin/users/import";
const RULES: &str = "/admin/rules/import";

async fn office() -> (TestApp, Browser) {
    let app = TestApp::usual().await;
    app.user("admin@example.org", &["admin", "staff"]);
    let admin = app.account("admin@example.org").await;
    (app, admin)
}

fn count(app: &TestApp) -> u64 {
    app.database
        .run(|conn| users::count(conn, UserState::Active))
}

#[actix_web::test]
async fn users_are_previewed_and_then_imported() {
    let (app, mut admin) = office().await;
    let text = "name,display_name,roles,password\n\
                ada@example.org,Ada,staff,correct horse battery\n\
                bob@example.org,\"Bob, the second\",,\n";
    let preview = app
        .submit(&mut admin, USERS, USERS, &[("text", text)])
        .await;
    assert_eq!(preview.status, 200);
    assert!(preview.body.contains("ada@example.org"), "{}", preview.body);
    assert!(preview.body.contains("Import now"), "{}", preview.body);
    assert_eq!(count(&app), 1);
    let fields = [("text", text), ("step", "import")];
    let reply = app.submit(&mut admin, USERS, USERS, &fields).await;
    assert_eq!((reply.status, reply.location()), (303, "/auth/admin/users"));
    assert_eq!(count(&app), 3);
    let list = app.get(&mut admin, "/admin/users").await;
    assert!(
        list.body.contains("Imported: 2 new, 0 changed."),
        "{}",
        list.body
    );
    app.account("ada@example.org").await;
}

#[actix_web::test]
async fn cells_copied_from_a_spreadsheet_are_read_too() {
    let (app, mut admin) = office().await;
    for text in [
        "name\tdisplay_name\nada@example.org\tLovelace, Ada\n",
        "\u{feff}name;display_name\r\nbob@example.org;Marsh, Bob\r\n",
    ] {
        let fields = [("text", text), ("step", "import")];
        let reply = app.submit(&mut admin, USERS, USERS, &fields).await;
        assert_eq!(reply.status, 303, "{}", reply.body);
    }
    let list = app.get(&mut admin, "/admin/users").await;
    assert!(list.body.contains("Lovelace, Ada"), "{}", list.body);
    assert!(list.body.contains("Marsh, Bob"), "{}", list.body);
}

#[actix_web::test]
async fn every_bad_line_is_named_and_nothing_is_imported() {
    let (app, mut admin) = office().await;
    let text = "name,state,roles\n\
                good@example.org,active,staff\n\
                bad name,active,\n\
                other@example.org,king,\n\
                third@example.org,active,nosuchrole\n";
    for step in ["", "import"] {
        let reply = app
            .submit(&mut admin, USERS, USERS, &[("text", text), ("step", step)])
            .await;
        assert_eq!(reply.status, 422);
        for line in ["Line 3:", "Line 4:"] {
            assert!(reply.body.contains(line), "{line}: {}", reply.body);
        }
        assert!(
            reply.body.contains("good@example.org,active,staff"),
            "the text is kept"
        );
        assert_eq!(count(&app), 1);
    }
    let text = "name,roles\ngood@example.org,nosuchrole\n";
    let reply = app
        .submit(
            &mut admin,
            USERS,
            USERS,
            &[("text", text), ("step", "import")],
        )
        .await;
    assert_eq!(reply.status, 422);
    assert!(reply.body.contains("Line 2:"), "{}", reply.body);
    assert_eq!(count(&app), 1);
}

#[actix_web::test]
async fn an_import_cannot_remove_the_last_administrator() {
    let (app, mut admin) = office().await;
    for text in [
        "name,state\nadmin@example.org,disabled\n",
        "name,roles\nadmin@example.org,staff\n",
    ] {
        let fields = [("text", text), ("step", "import")];
        let reply = app.submit(&mut admin, USERS, USERS, &fields).await;
        assert_eq!(reply.status, 422);
        assert!(
            reply.body.contains("last active administrator"),
            "{}",
            reply.body
        );
    }
    assert_eq!(app.get(&mut admin, "/admin/").await.status, 200);
}

#[actix_web::test]
async fn a_cell_that_looks_like_a_formula_comes_out_harmless_and_goes_in_again() {
    let (app, mut admin) = office().await;
    let text = "name,display_name\n=cmd@example.org,=1+1\nplus@example.org,+49 30\n";
    let fields = [("text", text), ("step", "import")];
    assert_eq!(
        app.submit(&mut admin, USERS, USERS, &fields).await.status,
        303
    );
    let export = app.get(&mut admin, "/admin/users/export").await;
    assert_eq!(export.header("content-type"), "text/csv; charset=utf-8");
    assert!(export.header("content-disposition").contains("users.csv"));
    assert!(
        export.body.contains("\n'=cmd@example.org,'=1+1,"),
        "{}",
        export.body
    );
    assert!(!export.body.contains("$2b$"), "no hashes: {}", export.body);
    let again = app
        .submit(&mut admin, USERS, USERS, &[("text", &export.body)])
        .await;
    assert!(
        again
            .body
            .contains(">3</span> <span class=\"what\">left as they are"),
        "{}",
        again.body
    );
}

#[actix_web::test]
async fn rules_are_imported_and_exported() {
    let (app, mut admin) = office().await;
    let text = "pattern,requirement,roles,note\nmaps/*,roles,staff,on loan\nopen/*,public,,\n";
    assert_eq!(
        app.submit(&mut admin, RULES, RULES, &[("text", text)])
            .await
            .status,
        200
    );
    assert_eq!(
        app.ask(&Browser::default(), "/iiif/images/open/a/info.json")
            .await
            .status,
        401
    );
    let fields = [("text", text), ("step", "import")];
    assert_eq!(
        app.submit(&mut admin, RULES, RULES, &fields).await.status,
        303
    );
    assert_eq!(
        app.ask(&Browser::default(), "/iiif/images/open/a/info.json")
            .await
            .status,
        204
    );
    let export = app.get(&mut admin, "/admin/rules/export").await;
    assert!(
        export
            .body
            .contains("maps/*,image,roles,staff,,,,,,on loan"),
        "{}",
        export.body
    );
    let bad = "pattern,requirement\nma*,public\n";
    let reply = app
        .submit(
            &mut admin,
            RULES,
            RULES,
            &[("text", bad), ("step", "import")],
        )
        .await;
    assert_eq!(reply.status, 422);
    assert!(reply.body.contains("Line 2:"), "{}", reply.body);
}

#[actix_web::test]
async fn a_table_that_is_too_large_is_refused() {
    let (app, mut admin) = office().await;
    let text = "a".repeat(7 * 1024 * 1024);
    let reply = app
        .submit(&mut admin, USERS, USERS, &[("text", &text)])
        .await;
    assert_eq!(reply.status, 400);
}
