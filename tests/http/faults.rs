//! A database or an image server in trouble: who is known goes on, nobody gets in by it, and it passes.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use actix_web::rt::spawn;
use diesel::Connection as _;
use diesel::connection::SimpleConnection as _;
use iiif_gate::config::DatabaseUrl;
use iiif_gate::store::Store;

use crate::support::app::{PASSWORD, TestApp};
use crate::support::browser::{Browser, Reply};
use crate::support::database::Database;

const TILE: &str = "/iiif/images/a/full/max/0/default.jpg";

/// A gate with alice, who may see `a` and is in memory.
async fn with_alice(database: Database) -> (TestApp, Browser) {
    let app = TestApp::new(database, &[]).await;
    app.user("alice", &["staff"]);
    app.user("bob", &[]);
    app.rule("a", "staff");
    app.catch_up().await;
    let alice = app.viewer("alice").await;
    assert_eq!(app.ask(&alice, TILE).await.status, 204);
    (app, alice)
}

async fn try_to_sign_in(app: &TestApp) -> Reply {
    let mut browser = Browser::default();
    let fields = [("username", "bob"), ("password", PASSWORD)];
    app.submit(&mut browser, "/iiif-login", "/iiif-login", &fields)
        .await
}

/// Who is in memory sees the image, and a cookie that is not there does not.
async fn goes_on(app: &TestApp, alice: &Browser, unknown: &Browser) {
    assert_eq!(app.ask(alice, TILE).await.status, 204);
    let reply = app.ask(unknown, TILE).await;
    let reason = reply.header("x-auth-reason");
    assert_eq!((reply.status, reason), (403, "unavailable"));
}

/// A session that no gate has in memory.
async fn forgotten(app: &TestApp) -> Browser {
    let bob = app.viewer("bob").await;
    app.state.live.write_seen().await.unwrap();
    bob
}

fn is_a_page_that_says_so(reply: &Reply) {
    assert_eq!(reply.status, 503, "{}", reply.body);
    assert!(reply.body.contains("<h1"), "{}", reply.body);
    assert!(!reply.body.contains("database is full"), "{}", reply.body);
}

#[actix_web::test]
async fn on_a_full_disk_nobody_signs_in_and_everybody_who_is_goes_on() {
    let (app, alice) = with_alice(Database::sqlite()).await;
    app.database.sql("PRAGMA max_page_count = 1");
    let mut tries = 0;
    let reply = loop {
        let reply = try_to_sign_in(&app).await;
        if reply.status != 303 {
            break reply;
        }
        tries += 1;
        assert!(tries < 300, "the disk is never full");
    };
    is_a_page_that_says_so(&reply);
    assert_eq!(app.ask(&alice, TILE).await.status, 204);
    app.catch_up().await;
    app.database.sql("PRAGMA max_page_count = 1000000");
    assert_eq!(try_to_sign_in(&app).await.status, 303);
}

#[actix_web::test]
async fn on_a_database_that_became_read_only_nobody_signs_in_and_everybody_who_is_goes_on() {
    let (app, alice) = with_alice(Database::sqlite()).await;
    app.database.sql("PRAGMA query_only = ON");
    is_a_page_that_says_so(&try_to_sign_in(&app).await);
    assert_eq!(app.ask(&alice, TILE).await.status, 204);
    app.catch_up().await;
    app.database.sql("PRAGMA query_only = OFF");
    assert_eq!(try_to_sign_in(&app).await.status, 303);
}

#[actix_web::test]
async fn while_another_program_holds_the_file_nobody_signs_in_and_everybody_who_is_goes_on() {
    let (app, alice) = with_alice(Database::sqlite()).await;
    let path = app.database.url.file().unwrap().to_str().unwrap();
    let mut other = diesel::SqliteConnection::establish(path).unwrap();
    other.batch_execute("BEGIN IMMEDIATE").unwrap();
    let reply = try_to_sign_in(&app).await;
    assert_eq!(app.ask(&alice, TILE).await.status, 204);
    app.catch_up().await;
    other.batch_execute("ROLLBACK").unwrap();
    is_a_page_that_says_so(&reply);
    assert_eq!(try_to_sign_in(&app).await.status, 303);
}

#[actix_web::test]
async fn a_database_that_is_gone_is_used_again_when_it_is_back() {
    let (app, _) = with_alice(Database::sqlite()).await;
    let bob = forgotten(&app).await;
    // The same after a start: bob is not in memory.
    let app = TestApp::new(app.database, &[]).await;
    let alice = app.viewer("alice").await;
    assert_eq!(app.ask(&alice, TILE).await.status, 204);
    let file = app.database.folder.path().join("test.db");
    let away = app.database.folder.path().join("away.db");
    std::fs::rename(&file, &away).unwrap();
    app.state.live.catch_up().await.unwrap_err();
    goes_on(&app, &alice, &bob).await;
    std::fs::rename(&away, &file).unwrap();
    app.catch_up().await;
    assert_eq!(app.ask(&alice, TILE).await.status, 204);
    assert_eq!(app.ask(&bob, TILE).await.status, 403);
}

#[actix_web::test]
async fn a_server_that_takes_nobody_in_is_used_again_when_it_does() {
    let (app, _) = with_alice(Database::postgres()).await;
    let bob = forgotten(&app).await;
    let app = TestApp::new(app.database, &[]).await;
    let alice = app.viewer("alice").await;
    assert_eq!(app.ask(&alice, TILE).await.status, 204);
    let setting = &app.database.setting;
    let (address, options) = setting.split_once('?').unwrap_or((setting, ""));
    let (server, name) = address.rsplit_once('/').unwrap();
    let other = DatabaseUrl::parse(&format!("{server}/postgres?{options}")).unwrap();
    let DatabaseUrl::Postgres(other) = other else {
        unreachable!()
    };
    let other = secrecy::ExposeSecret::expose_secret(&other);
    let mut other = diesel::PgConnection::establish(other).unwrap();
    let allow = |allowed| format!("ALTER DATABASE {name} ALLOW_CONNECTIONS {allowed}");
    other.batch_execute(&allow(false)).unwrap();
    let end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname =";
    other.batch_execute(&format!("{end} '{name}'")).unwrap();
    app.state.live.catch_up().await.unwrap_err();
    goes_on(&app, &alice, &bob).await;
    other.batch_execute(&allow(true)).unwrap();
    app.catch_up().await;
    assert_eq!(app.ask(&alice, TILE).await.status, 204);
    assert_eq!(app.ask(&bob, TILE).await.status, 403);
}

#[actix_web::test]
async fn a_slow_database_keeps_nobody_waiting_who_is_in_memory() {
    let (app, _) = with_alice(Database::postgres()).await;
    let bob = forgotten(&app).await;
    let app = TestApp::new(app.database, &[]).await;
    let alice = app.viewer("alice").await;
    assert_eq!(app.ask(&alice, TILE).await.status, 204);
    let (url, (locked, is_locked), (release, released)) =
        (app.database.url.clone(), channel(), channel::<()>());
    let holds = std::thread::spawn(move || {
        let hold = |conn: &mut iiif_gate::store::Conn| {
            conn.batch_execute("BEGIN; LOCK TABLE sessions IN ACCESS EXCLUSIVE MODE")?;
            locked.send(()).unwrap();
            let _ = released.recv();
            Ok(conn.batch_execute("ROLLBACK")?)
        };
        Store::open(&url).unwrap().blocking(hold).unwrap();
    });
    is_locked.recv().unwrap();
    let (state, waiting) = (app.state.clone(), bob.clone());
    let database = Database::sqlite();
    let other = TestApp { database, state };
    let asked = spawn(async move { other.ask(&waiting, TILE).await.status });
    for _ in 0..50 {
        let start = Instant::now();
        assert_eq!(app.ask(&alice, TILE).await.status, 204);
        assert!(start.elapsed() < Duration::from_secs(1));
    }
    assert!(!asked.is_finished(), "who is not in memory is waited for");
    release.send(()).unwrap();
    assert_eq!(asked.await.unwrap(), 403);
    holds.join().unwrap();
}

/// An image server that answers everybody in this way, until nobody listens any more.
fn image_server(lie: fn(&mut TcpStream) -> std::io::Result<()>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            std::thread::spawn(move || {
                let _ = stream.read(&mut [0; 4096]);
                let _ = lie(&mut stream);
            });
        }
    });
    url
}

fn endless(stream: &mut TcpStream) -> std::io::Result<()> {
    stream.write_all(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")?;
    let chunk = [b"2000\r\n", &[b' '; 8192][..], b"\r\n"].concat();
    loop {
        stream.write_all(&chunk)?;
    }
}

fn large(stream: &mut TcpStream) -> std::io::Result<()> {
    stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n{")?;
    loop {
        stream.write_all(&[b' '; 8192])?;
    }
}

fn drips(stream: &mut TcpStream) -> std::io::Result<()> {
    stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n{")?;
    loop {
        std::thread::park_timeout(Duration::from_millis(100));
        stream.write_all(b" ")?;
    }
}

fn silent(stream: &mut TcpStream) -> std::io::Result<()> {
    // Until the other end gives up.
    stream.read(&mut [0; 1]).map(drop)
}

fn cut_short(stream: &mut TcpStream) -> std::io::Result<()> {
    stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"width\": 1")
}

fn garbage(stream: &mut TcpStream) -> std::io::Result<()> {
    stream.write_all(b"\x00\xff\x00\xff no HTTP at all\r\n\r\n")
}

fn nested(stream: &mut TcpStream) -> std::io::Result<()> {
    let body = "[".repeat(500_000);
    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", body.len());
    stream.write_all(format!("{head}{body}").as_bytes())
}

#[actix_web::test]
async fn whatever_the_image_server_says_it_costs_seconds_and_opens_nothing() {
    let mut asked = Vec::new();
    let lies = [endless, large, drips, silent, cut_short, garbage, nested];
    for lie in lies {
        let url = image_server(lie);
        let app = TestApp::new(Database::sqlite(), &[("IMAGE_SERVER_URL", &url)]).await;
        app.user("alice", &["staff"]);
        app.rule("a", "staff");
        // Up to a size that nobody can know without the image server.
        app.rule("sized", "staff");
        app.database
            .sql("UPDATE rules SET public_size = 50 WHERE pattern = 'sized'");
        app.catch_up().await;
        let alice = app.viewer("alice").await;
        asked.push(spawn(async move {
            let (start, anybody) = (Instant::now(), Browser::default());
            let sized = "/iiif/images/sized/full/50,/0/default.jpg";
            let info = app.describe(&alice, "/iiif/images/a/info.json").await;
            let tile = app.ask(&anybody, sized).await;
            assert_eq!(app.ask(&alice, TILE).await.status, 204);
            (info.status, tile.status, start.elapsed())
        }));
    }
    for (asked, number) in asked.into_iter().zip(0..) {
        let (info, tile, took) = asked.await.unwrap();
        assert!(matches!(info, 502 | 503), "{number}: {info}");
        assert!(matches!(tile, 401 | 403), "{number}: {tile}");
        assert!(took < Duration::from_secs(20), "{number}: {took:?}");
    }
}
