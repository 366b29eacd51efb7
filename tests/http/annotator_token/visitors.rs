//! Tokens for visitors, who are not signed in.

use serde_json::json;

use super::{app, claims};
use crate::support::browser::Browser;

#[actix_web::test]
async fn visitors_are_told_apart_by_browser_and_say_so() {
    let app = app(&[("ANNOTATOR_VISITORS", "true")]).await;
    let mut browsers = [Browser::default(), Browser::default()];
    let mut names = Vec::new();
    for browser in &mut browsers {
        let reply = app.get(browser, "/token").await;
        let first = claims(&reply);
        assert_eq!(first["anonymous"], json!(true));
        assert!(first.get("userGroups").is_none());
        let cookie = reply.header("set-cookie").to_owned();
        for part in [
            "__Host-iiif-gate-visitor=",
            "; HttpOnly",
            "; Secure",
            "; SameSite=None",
            "; Path=/",
            "; Max-Age=31536000",
        ] {
            assert!(cookie.contains(part), "{part} in {cookie}");
        }
        let name = first["userId"].as_str().unwrap().to_owned();
        assert_eq!(name.len(), "anonymous:".len() + 22);
        assert!(
            !cookie.contains(&name["anonymous:".len()..]),
            "others see the name"
        );
        let again = app.get(browser, "/token").await;
        assert_eq!(claims(&again)["userId"], json!(name));
        assert!(!again.headers.contains_key("set-cookie"));
        names.push(name);
    }
    assert_ne!(names[0], names[1]);
    let mut made_up = Browser::default().with("Cookie", "__Host-iiif-gate-visitor=admin");
    let reply = app.get(&mut made_up, "/token").await;
    assert!(reply.headers.contains_key("set-cookie"));
}

#[actix_web::test]
async fn who_is_signed_in_is_no_visitor() {
    let app = app(&[("ANNOTATOR_VISITORS", "true")]).await;
    app.user("alice", &[]);
    let reply = app.get(&mut app.viewer("alice").await, "/token").await;
    assert_eq!(claims(&reply)["userId"], "alice");
    assert!(!reply.headers.contains_key("set-cookie"));
}

#[actix_web::test]
async fn a_browser_that_keeps_no_cookies_does_not_get_tokens_without_end() {
    let app = app(&[("ANNOTATOR_VISITORS", "true")]).await;
    let mut statuses = Vec::new();
    for _ in 0..150 {
        statuses.push(app.get(&mut Browser::default(), "/token").await.status);
    }
    assert!(statuses.contains(&429), "{statuses:?}");
    let mut elsewhere = Browser::default().with("X-Real-IP", "198.51.100.7");
    assert_eq!(app.get(&mut elsewhere, "/token").await.status, 200);
}
