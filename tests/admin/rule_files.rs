//! Rules as files, through the pages: a preview first, and all or nothing.

use actix_web::http::Method;
use iiif_gate::store::rules;

use crate::support::app::{ORIGIN, TestApp};
use crate::support::browser::{Browser, Reply};
use crate::ways::office;

const IMPORT: &str = "/admin/rules/import";

pub(crate) fn patterns(app: &TestApp) -> Vec<String> {
    let rules = app.database.run(rules::list);
    rules
        .iter()
        .map(|rule| format!("{} {}", rule.rule.kind.as_str(), rule.rule.pattern))
        .collect()
}

/// Sends a form as browsers do when it has a field for a file.
async fn upload(
    app: &TestApp,
    admin: &mut Browser,
    path: &str,
    fields: &[(&str, &str)],
    file: &[u8],
) -> Reply {
    let token = app.get(admin, path).await.field("csrf");
    let mut body = Vec::new();
    for (name, value) in fields.iter().chain(&[("csrf", token.as_str())]) {
        let part =
            format!("--x7\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        body.extend_from_slice(part.as_bytes());
    }
    let head = "--x7\r\nContent-Disposition: form-data; name=\"file\"; filename=\"r.csv\"\r\n\
                Content-Type: text/csv\r\n\r\n";
    body.extend_from_slice(head.as_bytes());
    body.extend_from_slice(file);
    body.extend_from_slice(b"\r\n--x7--\r\n");
    let request = admin
        .request(Method::POST, path)
        .append_header(("Origin", ORIGIN))
        .append_header(("Sec-Fetch-Site", "same-origin"))
        .append_header(("Content-Type", "multipart/form-data; boundary=x7"))
        .set_payload(body);
    app.send(request).await
}

#[actix_web::test]
async fn a_file_is_uploaded_previewed_and_imported() {
    let (app, mut admin) = office().await;
    let file = "pattern,requirement,roles,public_size,from,before\n\
                maps/*,roles,staff,300,,\n\
                estate/*,public,,,2031-01-01,roles staff\n";
    let reply = upload(&app, &mut admin, IMPORT, &[("way", "add")], file.as_bytes()).await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    for words in [
        "This is what would change",
        "image maps/*",
        "from: 2031-01-01",
    ] {
        assert!(reply.body.contains(words), "{words}: {}", reply.body);
    }
    assert!(patterns(&app).is_empty(), "a preview changes nothing");
    let fields = [("text", file), ("way", "add"), ("step", "import")];
    let reply = app.submit(&mut admin, IMPORT, IMPORT, &fields).await;
    assert_eq!(reply.status, 303, "{}", reply.body);
    assert_eq!(patterns(&app), ["image estate/*", "image maps/*"]);
}

#[actix_web::test]
async fn replacing_deletes_what_is_not_in_the_file_and_says_so_before() {
    let (app, mut admin) = office().await;
    app.rule("old/*", "nobody");
    let file = "pattern,requirement\nnew/*,public\n";
    let fields = |way, step| [("text", file), ("way", way), ("step", step)];
    let preview = app
        .submit(&mut admin, IMPORT, IMPORT, &fields("replace", ""))
        .await;
    assert!(
        preview
            .body
            .contains("Rules that are not in the file are deleted."),
        "{}",
        preview.body
    );
    assert!(preview.body.contains("image old/*"), "{}", preview.body);
    assert_eq!(patterns(&app), ["image old/*"]);
    app.submit(&mut admin, IMPORT, IMPORT, &fields("add", "import"))
        .await;
    assert_eq!(patterns(&app), ["image new/*", "image old/*"]);
    app.submit(&mut admin, IMPORT, IMPORT, &fields("replace", "import"))
        .await;
    assert_eq!(patterns(&app), ["image new/*"]);
}

#[actix_web::test]
async fn every_bad_line_is_named_in_both_formats_and_nothing_is_imported() {
    let (app, mut admin) = office().await;
    let csv = "pattern,requirement\ngood/*,public\nba*,public\nbad/*,zebra\n";
    let toml = "[[rule]]\npattern = \"good/*\"\nrequirement = \"public\"\n\n[[rule]]\npattern = \"ba*\"\nrequirement = \"public\"\n";
    for (text, lines) in [(csv, vec!["Line 3:", "Line 4:"]), (toml, vec!["Line "])] {
        for step in ["", "import"] {
            let fields = [("text", text), ("way", "replace"), ("step", step)];
            let reply = app.submit(&mut admin, IMPORT, IMPORT, &fields).await;
            assert_eq!(reply.status, 422, "{text}: {}", reply.body);
            for line in &lines {
                assert!(reply.body.contains(line), "{line}: {}", reply.body);
            }
            assert!(reply.body.contains("good/*"), "the text is kept");
        }
    }
    assert!(patterns(&app).is_empty());
}

#[actix_web::test]
async fn what_is_exported_can_be_imported_again() {
    let (app, mut admin) = office().await;
    app.rule("maps/*", "staff");
    app.rule("open/*", "public");
    for format in ["csv", "toml"] {
        let path = format!("/admin/rules/export?format={format}");
        let export = app.get(&mut admin, &path).await;
        assert_eq!(export.status, 200);
        assert!(
            export.header("Content-Disposition").contains(format),
            "{format}"
        );
        let fields = [("text", export.body.as_str()), ("way", "replace")];
        let reply = app.submit(&mut admin, IMPORT, IMPORT, &fields).await;
        assert_eq!(reply.status, 200, "{format}: {}", reply.body);
        for word in ["changed</span>", "deleted</span>", "new</span>"] {
            assert!(
                reply.body.contains(word),
                "{format}: {word}: {}",
                reply.body
            );
        }
        assert!(
            !reply.body.contains("<tbody>"),
            "nothing would change: {}",
            reply.body
        );
    }
}

#[actix_web::test]
async fn a_file_that_is_no_text_or_comes_twice_is_refused() {
    let (app, mut admin) = office().await;
    let reply = upload(&app, &mut admin, IMPORT, &[], b"pattern\nm\xfcnchen/*\n").await;
    assert_eq!(reply.status, 400);
    assert!(reply.body.contains("UTF-8"), "{}", reply.body);
    let text = "pattern,requirement\na,public\n";
    let reply = upload(&app, &mut admin, IMPORT, &[("text", text)], text.as_bytes()).await;
    assert_eq!(reply.status, 422);
    assert!(reply.body.contains("there are two") || reply.body.contains("There are two"));
    let reply = upload(&app, &mut admin, IMPORT, &[], b"").await;
    assert_eq!(reply.status, 422, "nothing was chosen");
    assert!(patterns(&app).is_empty());
}

#[actix_web::test]
async fn a_file_from_elsewhere_or_without_a_token_is_refused() {
    let (app, admin) = office().await;
    let body = "--x7\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\npattern,requirement\r\n\
                a,public\r\n--x7\r\nContent-Disposition: form-data; name=\"step\"\r\n\r\nimport\r\n--x7--\r\n";
    for origin in [ORIGIN, "https://evil.example"] {
        let request = admin
            .request(Method::POST, IMPORT)
            .append_header(("Origin", origin))
            .append_header(("Content-Type", "multipart/form-data; boundary=x7"))
            .set_payload(body);
        assert_eq!(app.send(request).await.status, 403, "{origin}");
    }
    assert!(patterns(&app).is_empty());
}

#[actix_web::test]
async fn what_replaces_a_rule_leaves_nothing_of_it() {
    let (app, mut admin) = office().await;
    let old = "pattern,requirement,roles,public_size,note\nmaps/*,roles,staff,300,old\n";
    let new = "pattern,requirement\nmaps/*,public\n";
    let fields = |text, way| [("text", text), ("way", way), ("step", "import")];
    for (text, way, status) in [
        (old, "add", 303),
        // The size of before stays, and contradicts what is asked for.
        (new, "add", 422),
        (new, "replace", 303),
    ] {
        let reply = app
            .submit(&mut admin, IMPORT, IMPORT, &fields(text, way))
            .await;
        assert_eq!(reply.status, status, "{way}: {}", reply.body);
    }
    let rules = app.database.run(rules::list);
    assert_eq!(
        (rules[0].rule.access.public_size, rules[0].note.as_str()),
        (0, "")
    );
}
