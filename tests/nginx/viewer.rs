//! Somebody who looks at an image while things happen to the gates.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use crate::http::{Answer, Connection};

pub(crate) const TILE: &str = "/iiif/images/sec1/full/max/0/default.jpg";

/// Somebody who asks for the same again and again over a kept connection, as browsers do.
pub(crate) struct Viewer<'a> {
    port: u16,
    question: String,
    connection: Option<Connection>,
    asked: &'a AtomicUsize,
}

impl<'a> Viewer<'a> {
    pub(crate) fn new(port: u16, cookie: &str, asked: &'a AtomicUsize) -> Self {
        Self {
            port,
            question: format!("GET {TILE} HTTP/1.1\r\nHost: localhost\r\n{cookie}\r\n\r\n"),
            connection: None,
            asked,
        }
    }

    /// A connection that was closed while it was idle is opened anew, and nothing else is tried twice.
    pub(crate) fn ask(&mut self) -> Answer {
        self.asked.fetch_add(1, Ordering::Relaxed);
        if let Some(mut kept) = self.connection.take() {
            kept.send(self.question.as_bytes());
            if let Some(answer) = kept.read(true) {
                self.connection = Some(kept);
                return answer;
            }
        }
        let mut connection = Connection::open(self.port);
        connection.send(self.question.as_bytes());
        let answer = connection.read(true).expect("nginx answers");
        self.connection = Some(connection);
        answer
    }

    /// Asks until it is over; all must have this status.
    pub(crate) fn expect(mut self, status: u16, is_over: &AtomicBool) {
        while !is_over.load(Ordering::Relaxed) {
            let answer = self.ask();
            assert_eq!(answer.status, status, "{}", answer.text());
        }
    }
}

/// Says so when it is dropped, also by a test that fails.
pub(crate) struct Over<'a>(pub(crate) &'a AtomicBool);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}
