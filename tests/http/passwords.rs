//! What a form may say, how far a password is read, and that there is no other way in.

use actix_web::http::Method;

use crate::guessing::{app, tries};
use crate::support::app::{PASSWORD, TestApp};
use crate::support::browser::{Browser, form};

#[actix_web::test]
async fn a_missing_empty_or_doubled_field_signs_nobody_in() {
    let app = app().await;
    app.database
        .sql("update users set password_hash = NULL where name = 'alice@example.org'");
    app.user("bob", &[]);
    for (body, expected) in [
        ("", 400),
        ("username=bob", 400),
        ("password=x", 400),
        ("username=&password=", 401),
        ("username=bob&password=", 401),
        ("username=alice%40example.org&password=", 401),
        (
            "username=bob&password=correct+horse+battery&password=x",
            400,
        ),
        (
            "username=bob&password=x&password=correct+horse+battery",
            400,
        ),
        (
            "username=bob&username=alice%40example.org&password=correct+horse+battery",
            400,
        ),
        ("username[]=bob&password[]=correct+horse+battery", 400),
        ("username=bob&password=correct+horse+battery%00", 400),
    ] {
        for door in ["/iiif-login", "/login"] {
            let request = Browser::default()
                .request(Method::POST, door)
                .append_header(("Content-Type", "application/x-www-form-urlencoded"))
                .set_payload(body);
            let reply = app.send(request).await;
            assert_eq!(reply.status, expected, "{door} {body}");
            let cookies = reply.headers.get_all("set-cookie");
            let opens = |cookie: &str| {
                cookie.starts_with("__Host-iiif-gate=")
                    || cookie.starts_with("__Host-iiif-gate-account=")
            };
            assert!(
                cookies
                    .into_iter()
                    .all(|cookie| !opens(cookie.to_str().unwrap()))
            );
        }
    }
}

#[actix_web::test]
async fn a_password_is_read_to_its_last_byte() {
    let app = app().await;
    let mut admin = {
        app.user("admin", &["admin"]);
        app.account("admin").await
    };
    let long = "72 bytes is as far as bcrypt reads, and no further, as everybody knows.. ";
    assert!(long.len() > 72);
    let fields = [("name", "bob"), ("password", &format!("{long}and more"))];
    let reply = app
        .submit(&mut admin, "/admin/users/new", "/admin/users", &fields)
        .await;
    assert_eq!(reply.status, 303, "{}", reply.body);
    for (password, expected) in [
        (format!("{long}and mora"), 401),
        (long.to_owned(), 401),
        (format!("{long}and more "), 401),
        (format!("{long}and more"), 303),
    ] {
        let reply = tries(&app, "192.0.2.9", "/login", "bob", &password).await;
        assert_eq!(reply.status, expected, "{password}");
    }
    let endless = "x".repeat(5000);
    let reply = tries(&app, "192.0.2.9", "/login", "bob", &endless).await;
    assert_eq!(reply.status, 401);
}

#[actix_web::test]
async fn there_is_no_other_door_for_a_password() {
    use base64::Engine as _;
    let app = app().await;
    let pair = format!("alice@example.org:{PASSWORD}");
    let basic = base64::engine::general_purpose::STANDARD.encode(pair);
    let browser = Browser::default().with("Authorization", &format!("Basic {basic}"));
    let query = format!(
        "username=alice%40example.org&password={}",
        PASSWORD.replace(' ', "+")
    );
    for target in [
        "/iiif/images/a/full/max/0/default.jpg",
        "/iiif/images/a/info.json",
    ] {
        assert_eq!(app.ask(&browser, target).await.status, 401);
        let target = format!("{target}?{query}");
        assert_ne!(app.ask(&Browser::default(), &target).await.status, 204);
    }
    for path in [
        "/",
        "/admin/",
        "/keys",
        "/token",
        "/iiif-token",
        "/login",
        "/iiif-login",
    ] {
        let mut browser = browser.clone();
        for path in [path.to_owned(), format!("{path}?{query}")] {
            let reply = app.get(&mut browser, &path).await;
            assert!(!reply.body.contains("accessToken") && reply.body.len() < 20_000);
            assert!(
                matches!(reply.status, 200 | 303 | 400 | 401),
                "{path} {}",
                reply.status
            );
        }
        assert!(!browser.cookies.contains_key("__Host-iiif-gate"));
    }
    let json = Browser::default()
        .request(Method::POST, "/login")
        .append_header(("Content-Type", "application/json"))
        .set_payload(format!(
            r#"{{"username":"alice@example.org","password":"{PASSWORD}"}}"#
        ));
    assert_eq!(app.send(json).await.status, 400);
}

#[actix_web::test]
async fn a_raised_cost_makes_a_new_hash_at_the_next_sign_in() {
    let app = app().await;
    let costlier = iiif_gate::web::state::AppState::new(
        iiif_gate::config::Config {
            bcrypt_cost: 5,
            ..app.state.config.clone()
        },
        app.database.store.clone(),
    );
    let state = actix_web::web::Data::new(costlier.await.unwrap());
    let later = TestApp {
        database: app.database,
        state,
    };
    let stored = |app: &TestApp| {
        let name = iiif_gate::identity::name::UserName::parse("alice@example.org").unwrap();
        let find = |conn: &mut _| iiif_gate::store::users::find_by_name(conn, &name);
        app.database.run(find).unwrap().password_hash.unwrap()
    };
    let before = stored(&later);
    tries(&later, "192.0.2.1", "/login", "alice@example.org", "wrong").await;
    assert_eq!(stored(&later), before);
    let mut alice = later.account("alice@example.org").await;
    assert!(before.starts_with("$2b$04$") && stored(&later).starts_with("$2b$05$"));
    // The session that began with it goes on.
    assert_eq!(later.get(&mut alice, "/").await.status, 200);
    later.account("alice@example.org").await;
}

#[actix_web::test]
async fn two_hundred_at_once_are_checked_a_few_at_a_time_and_all_are_answered() {
    let app = app().await;
    for n in 0..8 {
        app.user(&format!("reader{n}"), &[]);
    }
    let bodies: Vec<String> = (0..200)
        .map(|n| {
            form(&[
                ("username", &format!("reader{}", n % 8)),
                ("password", PASSWORD),
            ])
        })
        .collect();
    let service = actix_web::test::init_service(
        actix_web::App::new().configure(iiif_gate::web::routes(app.state.clone())),
    )
    .await;
    let sent = bodies.into_iter().enumerate().map(|(n, body)| {
        let request = Browser::default()
            .with("X-Real-IP", &format!("198.51.100.{n}"))
            .request(Method::POST, "/login")
            .append_header(("Content-Type", "application/x-www-form-urlencoded"))
            .set_payload(body);
        actix_web::test::call_service(&service, request.to_request())
    });
    let mut statuses: Vec<u16> = Vec::new();
    let mut waiting: Vec<_> = sent.map(Box::pin).collect();
    std::future::poll_fn(|context| {
        waiting.retain_mut(|one| match one.as_mut().poll(context) {
            std::task::Poll::Ready(reply) => {
                statuses.push(reply.status().as_u16());
                false
            }
            std::task::Poll::Pending => true,
        });
        if waiting.is_empty() {
            std::task::Poll::Ready(())
        } else {
            std::task::Poll::Pending
        }
    })
    .await;
    // At most as many attempts as there are for an account, until the first turn out to be right.
    assert!(
        statuses.iter().all(|status| matches!(status, 303 | 429)),
        "{statuses:?}"
    );
    assert!(
        statuses.iter().filter(|status| **status == 303).count() >= 80,
        "{statuses:?}"
    );
}
