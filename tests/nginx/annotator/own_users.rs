//! Tokens for our own users, by way of nginx, and what they are good for there.

use super::readers::{DOCLAND, Readers};
use crate::http::{Answer, raw, request};

const TOKEN: &str = "/auth/token";
const OTHER: &str = "Origin: https://mapland.example";

fn readers(settings: &[(&str, &str)]) -> Readers {
    let mut all = vec![("ANNOTATOR_TOKEN_ORIGINS", "https://docland.example")];
    all.extend(settings);
    Readers::start_with(&all)
}

/// The token of an answer, as a header line.
fn as_header(answer: &Answer) -> String {
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(answer.all("Content-Type"), ["text/plain; charset=utf-8"]);
    assert_eq!(answer.all("Cache-Control"), ["no-store"]);
    assert_eq!(answer.all("X-Content-Type-Options"), ["nosniff"]);
    assert_eq!(answer.all("Vary"), ["Origin"]);
    format!("X-Annotator-Auth-Token: {}", answer.text())
}

fn form(readers: &Readers, origin: &str, fields: &str) -> Answer {
    let headers = [
        origin,
        "Content-Type: application/x-www-form-urlencoded",
        &format!("Content-Length: {}", fields.len()),
    ];
    let mut bytes = request("POST", TOKEN.as_bytes(), &headers);
    bytes.extend_from_slice(fields.as_bytes());
    raw(readers.site.stack.port, &bytes)
}

#[test]
fn whoever_is_signed_in_annotates_with_what_the_token_endpoint_gave() {
    let readers = readers(&[]);
    let cookie = readers.site.sign_in("alice");
    let own = format!("Origin: http://localhost:{}", readers.site.stack.port);
    for path in [TOKEN, "/auth/api/token"] {
        for origin in [DOCLAND, &own] {
            let answer = readers.get(path, &[&cookie, origin]);
            let (_, itself) = origin.split_once(": ").unwrap();
            assert_eq!(answer.all("Access-Control-Allow-Origin"), [itself]);
            assert_eq!(answer.all("Access-Control-Allow-Credentials"), ["true"]);
            let token = as_header(&answer);
            let annotated = readers.post("/annotator/annotations", &[&token, origin]);
            assert_eq!(annotated.status, 201, "{}", annotated.text());
            let user = readers.seen().header("X-Annotator-User");
            assert_eq!(user.as_deref(), Some("alice"));
        }
    }
    // A page of ours sends no Origin when it reads, and older browsers do not say that it is ours.
    let token = as_header(&readers.get(TOKEN, &[&cookie]));
    assert_eq!(readers.get("/annotator/search", &[&token]).status, 200);
}

#[test]
fn nobody_signed_in_is_a_sentence_that_the_page_can_read() {
    let readers = readers(&[]);
    let answer = readers.get(TOKEN, &[DOCLAND]);
    assert_eq!(answer.status, 401);
    assert_eq!(answer.all("Content-Type"), ["text/plain; charset=utf-8"]);
    assert_eq!(answer.all("Access-Control-Allow-Origin").len(), 1);
    assert!(
        answer.all("WWW-Authenticate").is_empty(),
        "no password dialog"
    );
    let text = answer.text();
    assert!(text.len() < 200 && text.starts_with("Please sign in") && !text.contains('<'));
}

#[test]
fn pages_that_are_not_listed_are_told_nothing() {
    let readers = readers(&[]);
    let cookie = readers.site.sign_in("alice");
    for (method, status) in [("GET", 200), ("OPTIONS", 204)] {
        // A registered site, but its pages may not ask who is signed in here.
        let answer = readers.ask(method, TOKEN, &[&cookie, OTHER]);
        assert_eq!(answer.status, 403, "{method}");
        assert!(answer.all("Access-Control-Allow-Origin").is_empty());
        let answer = readers.ask(method, TOKEN, &[&cookie, DOCLAND]);
        assert_eq!(answer.status, status);
        assert_eq!(answer.all("Access-Control-Allow-Origin").len(), 1);
    }
}

#[test]
fn digilib_sends_its_form_through_nginx_where_that_is_set() {
    let password = crate::site::PASSWORD.replace(' ', "+");
    let right = format!("user=alice&password={password}");
    assert_eq!(form(&readers(&[]), DOCLAND, &right).status, 405);
    let readers = readers(&[
        ("ANNOTATOR_DIGILIB_LOGIN", "true"),
        ("ANNOTATOR_VISITORS", "true"),
    ]);
    let answer = form(&readers, DOCLAND, &right);
    assert!(answer.all("Set-Cookie").is_empty());
    let token = as_header(&answer);
    let annotated = readers.post("/annotator/annotations", &[&token, DOCLAND]);
    assert_eq!(annotated.status, 201);
    assert_eq!(form(&readers, OTHER, &right).status, 403);
    let wrong = "user=alice&password=wrong";
    assert_eq!(form(&readers, DOCLAND, wrong).status, 401);
    let visitor = as_header(&form(&readers, DOCLAND, "user=anonymous"));
    readers.store.take();
    let read = readers.get("/annotator/search", &[&visitor, DOCLAND]);
    let written = readers.post("/annotator/annotations", &[&visitor, DOCLAND]);
    assert_eq!((read.status, written.status), (200, 403));
    assert_eq!(readers.store.take().len(), 1);
}
