//! What the pages of consumers say: warnings, names as they are, and what a site has to do.

use crate::consumers::{USUAL, docland, only, path, register, registered};
use crate::ways::office;

#[actix_web::test]
async fn what_is_dangerous_or_of_no_use_is_said() {
    let (app, mut admin) = office().await;
    for (name, value, words) in [
        ("any_origin", "on", "Pages of any site may send its tokens"),
        ("origins", "", "No token of it is taken yet"),
        ("origins", "http://doc.land", "is not encrypted"),
    ] {
        let mut fields: Vec<_> = USUAL
            .into_iter()
            .filter(|(other, _)| *other != name)
            .collect();
        fields.push((name, value));
        let reply = register(&app, &mut admin, &fields).await;
        assert_eq!(reply.status, 200, "{}", reply.body);
        let made = registered(&app).pop().unwrap();
        let page = app.get(&mut admin, &path(&made, "")).await.body;
        assert!(page.contains(words), "{words}: {page}");
    }
    let list = app.get(&mut admin, "/admin/consumers").await.body;
    assert_eq!(list.matches("look at it").count(), 3, "{list}");
    let fields = [
        ("name", "Lab"),
        ("origins", "http://localhost:8080"),
        USUAL[2],
        USUAL[3],
    ];
    register(&app, &mut admin, &fields).await;
    let list = app.get(&mut admin, "/admin/consumers").await.body;
    assert_eq!(list.matches("look at it").count(), 3, "{list}");
}

#[actix_web::test]
async fn names_are_escaped_wherever_they_stand() {
    let (app, mut admin) = office().await;
    let name = "<img src=x onerror=alert(1)>";
    let fields = [("name", name), USUAL[1], USUAL[2], USUAL[3]];
    let mut replies = vec![register(&app, &mut admin, &fields).await];
    let made = only(&app);
    let block = path(&made, "/block");
    let fields = [("user", "<b>bob</b>"), ("note", "<i>why</i>")];
    let reply = app
        .submit(&mut admin, &path(&made, ""), &block, &fields)
        .await;
    assert_eq!(reply.status, 303, "{}", reply.body);
    for page in ["", "/edit", "/site", "/rotate", "/sign-out", "/delete"] {
        replies.push(app.get(&mut admin, &path(&made, page)).await);
    }
    for page in ["/admin/consumers", "/admin/audit", "/admin/"] {
        replies.push(app.get(&mut admin, page).await);
    }
    for reply in replies {
        assert_eq!(reply.status, 200, "{}", reply.body);
        for markup in ["<img src=x", "<b>bob", "<i>why"] {
            assert!(!reply.body.contains(markup), "{}", reply.body);
        }
    }
}

#[actix_web::test]
async fn the_page_for_the_site_shows_programs_and_addresses_and_no_secret() {
    let (app, mut admin) = office().await;
    let made = docland(&app, &mut admin).await;
    let page = app.get(&mut admin, &path(&made, "/site")).await.body;
    let key = format!("ANNOTATOR_KEY={}", made.key);
    for words in [
        key.as_str(),
        "prefix: &quot;https://images.example/annotator&quot;",
        "hash_hmac(",
        "OpenSSL::HMAC",
        "createHmac(",
        "jwt.encode(",
        "https://doc.land",
    ] {
        let found = page.contains(words) || page.contains(&words.replace("&quot;", "\""));
        assert!(found, "{words}: {page}");
    }
}
