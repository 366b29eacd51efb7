//! Files that are sent while they are read: a client can tell half a file from a whole one.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::UnixStream;

use crate::front::Listening;

/// The end of a body whose length nobody said beforehand.
const END: &str = "\r\n0\r\n\r\n";

async fn fetched(listening: &Listening, path: &str) -> String {
    let app = &listening.app;
    let admin = app.account("admin@example.org").await;
    let cookies = admin.cookie_header();
    let asked = format!(
        "GET {path} HTTP/1.1\r\nHost: images.example\r\nX-Real-IP: 192.0.2.1\r\nCookie: {cookies}\r\n\
         Connection: close\r\n\r\n"
    );
    let mut stream = UnixStream::connect(&listening.socket).await.unwrap();
    stream.write_all(asked.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    // A connection that is broken off may say so, or end.
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8(answer).unwrap()
}

#[actix_web::test]
async fn a_file_that_cannot_be_read_to_its_end_has_none() {
    let listening = Listening::start().await;
    listening.app.user("admin@example.org", &["admin"]);
    listening.app.database.sql(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 8000) \
         INSERT INTO users (name, display_name, state, created_at, updated_at) \
         SELECT 'user' || i, '', 'active', '2026-01-01 00:00:00', '2026-01-01 00:00:00' FROM n",
    );
    let whole = fetched(&listening, "/admin/users/export").await;
    assert!(whole.starts_with("HTTP/1.1 200"), "{whole}");
    assert!(whole.contains("transfer-encoding: chunked"), "{whole}");
    assert!(whole.contains("\nuser8000,"));
    assert!(whole.ends_with(END));

    let broken = "UPDATE users SET name = name || ' two' WHERE name = ";
    let app = &listening.app;
    app.database.sql(&format!("{broken} 'user7000'"));
    let half = fetched(&listening, "/admin/users/export").await;
    assert!(half.starts_with("HTTP/1.1 200"), "{half}");
    assert!(half.contains("\nuser4000,"), "{half}");
    assert!(!half.contains("user7900"), "{half}");
    assert!(!half.ends_with(END), "it looks like a whole file");

    // What fails at the beginning says so.
    app.database.sql(&format!("{broken} 'user10'"));
    let none = fetched(&listening, "/admin/users/export").await;
    assert!(none.starts_with("HTTP/1.1 500"), "{none}");
    assert!(!none.contains("user1,"), "{none}");
}
