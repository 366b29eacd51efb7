//! Whether the gate can do its work, part by part.

use actix_web::App;
use actix_web::test::{TestRequest, call_service, init_service, read_body};
use iiif_gate::web::health_routes;

use crate::support::app::TestApp;
use crate::support::database::Database;

async fn ask(app: &TestApp, path: &str, accept: &str) -> (u16, String) {
    let service = init_service(App::new().configure(health_routes(app.state.clone()))).await;
    let request = TestRequest::get()
        .uri(path)
        .insert_header(("Accept", accept));
    let response = call_service(&service, request.to_request()).await;
    let status = response.status().as_u16();
    let body = read_body(response).await;
    (status, String::from_utf8(body.to_vec()).unwrap())
}

#[actix_web::test]
async fn a_gate_that_can_work_says_how_each_part_is() {
    for app in TestApp::both().await {
        let (status, text) = ask(&app, "/readyz", "*/*").await;
        assert_eq!(status, 200, "{text}");
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(
            lines[..3],
            ["ready", "database: answers", "tables: up to date"]
        );
        assert!(lines[3].starts_with("change feed: read "), "{text}");
        let (status, json) = ask(&app, "/readyz", "application/json").await;
        let json: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!((status, &json["ready"]), (200, &true.into()));
        assert_eq!(json["parts"]["database"]["ok"], true);
        assert_eq!(json["parts"]["tables"]["says"], "up to date");
    }
}

#[actix_web::test]
async fn a_gate_whose_database_is_gone_lives_and_is_not_ready() {
    let app = TestApp::new(Database::sqlite(), &[]).await;
    let path = app.database.folder.path().join("test.db");
    std::fs::rename(&path, path.with_extension("away")).unwrap();
    assert_eq!(ask(&app, "/healthz", "*/*").await, (200, "ok\n".to_owned()));
    let (status, text) = ask(&app, "/readyz", "*/*").await;
    assert_eq!(status, 503);
    assert!(
        text.starts_with("not ready\ndatabase: ") && text.contains("is gone"),
        "{text}"
    );
    let (status, json) = ask(&app, "/readyz", "application/json").await;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!((status, &json["ready"]), (503, &false.into()));
    assert_eq!(json["parts"]["database"]["ok"], false);
}

#[actix_web::test]
async fn tables_that_a_newer_gate_changed_are_told_and_keep_nobody_out() {
    for app in TestApp::both().await {
        app.database
            .sql("INSERT INTO __diesel_schema_migrations (version) VALUES ('29991231000001')");
        let (status, text) = ask(&app, "/readyz", "*/*").await;
        assert!(
            status == 200 && text.contains("tables: newer than this program"),
            "{text}"
        );
        app.database
            .sql("DELETE FROM __diesel_schema_migrations WHERE version > '20261122000009'");
        let (status, text) = ask(&app, "/readyz", "*/*").await;
        assert!(
            status == 503 && text.contains("tables: older than this program"),
            "{text}"
        );
    }
}
