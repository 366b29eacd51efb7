//! Conversations over a pipe, on a clock of their own.

use std::cell::Cell;
use std::future::{pending, ready};

use actix_web::http::StatusCode;
use proptest::prelude::*;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, duplex};

use super::*;

const QUESTION: &[u8] = b"GET /query_auth HTTP/1.1\r\nHost: h\r\nX-Original-URI: /a\r\n\r\n";

/// Answers every question with 204 and how many header lines it had.
async fn counted(headers: Headers<'_>) -> HttpResponse {
    let Headers::Lines(lines) = headers else {
        unreachable!("these come from the wire");
    };
    let mut response = HttpResponse::new(StatusCode::NO_CONTENT);
    let count = lines.len().into();
    let name = actix_web::http::header::HeaderName::from_static("x-lines");
    response.headers_mut().insert(name, count);
    response
}

/// What is answered to these bytes, and what of them is left for actix; `None` where it was closed.
async fn said(bytes: &[u8]) -> (String, Option<Vec<u8>>) {
    said_in(&[bytes]).await
}

/// The same, where they come in pieces.
async fn said_in(pieces: &[&[u8]]) -> (String, Option<Vec<u8>>) {
    let (mut client, io) = duplex(1 << 20);
    let write = async {
        for piece in pieces {
            client.write_all(piece).await.unwrap();
            tokio::task::yield_now().await;
        }
        client.shutdown().await.unwrap();
    };
    let (next, ()) = tokio::join!(converse(io, pending, pending(), counted), write);
    let rest = match next {
        Next::Closed => None,
        Next::Other(mut resumed) => {
            let mut rest = Vec::new();
            resumed.read_to_end(&mut rest).await.unwrap();
            Some(rest)
        }
    };
    let mut answers = String::new();
    client.read_to_string(&mut answers).await.unwrap();
    (answers, rest)
}

#[actix_web::test]
async fn questions_are_answered_one_after_the_other() {
    let (answers, rest) = said(&QUESTION.repeat(3)).await;
    assert_eq!(answers, "HTTP/1.1 204 \r\nx-lines: 2\r\n\r\n".repeat(3));
    assert_eq!(rest, None);
}

#[actix_web::test]
async fn what_is_not_plain_goes_on_with_every_byte_that_was_not_answered() {
    let long = format!("GET /query_auth HTTP/1.1\r\nX: {}", "x".repeat(LONGEST));
    let many = format!("GET /query_auth HTTP/1.1\r\n{}\r\n", "x: y\r\n".repeat(33));
    for other in [
        "GET /iiif-login HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET /query_auth?x HTTP/1.1\r\n\r\n",
        "GET /query_authx HTTP/1.1\r\n\r\n",
        "POST /query_auth HTTP/1.1\r\n\r\n",
        "GET http://h/query_auth HTTP/1.1\r\n\r\n",
        "GET /query_auth HTTP/1.1\r\n\r\n",
        "GET /query_auth HTTP/1.1\r\nHost: h\r\nhost: h\r\n\r\n",
        "GET /query_auth HTTP/1.0\r\nHost: h\r\n\r\n",
        "GET /query_auth HTTP/1.1\r\nHost: h\r\nconnection: close\r\n\r\n",
        "GET /query_auth HTTP/1.1\r\nHost: h\r\nCONTENT-length: 60\r\n\r\nGET /query_auth HTTP/1.1\r\n\r\n",
        "GET /query_auth HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "GET /query_auth HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\n\r\n",
        "GET /query_auth HTTP/1.1\r\nHost: h\r\nUpgrade: h2c\r\n\r\n",
        "GET /query_auth HTTP/1.1\r\nHost: h\r\nX: a\r\n folded\r\n\r\n",
        "GET /query_auth HTTP/1.1\r\nHost: h\r\nX : a\r\n\r\n",
        "GET /query_auth HTTP/1.1\r\nHost: h\r\nX: \0\r\n\r\n",
        "\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\n",
        "garbage",
        &long,
        &many,
    ] {
        let (answers, rest) = said(&[QUESTION, other.as_bytes()].concat()).await;
        assert_eq!(answers, "HTTP/1.1 204 \r\nx-lines: 2\r\n\r\n", "{other}");
        assert_eq!(rest.as_deref(), Some(other.as_bytes()), "{other}");
    }
}

#[actix_web::test]
async fn half_a_question_is_none() {
    for length in 0..QUESTION.len() {
        let (answers, rest) = said(&QUESTION[..length]).await;
        assert_eq!((answers.as_str(), rest), ("", None), "{length}");
    }
}

#[actix_web::test]
async fn who_asks_nothing_for_long_or_does_not_come_to_an_end_is_left() {
    for (bytes, expected) in [(&b""[..], 1), (&QUESTION[..30], 1), (QUESTION, 2)] {
        let (mut client, io) = duplex(4096);
        client.write_all(bytes).await.unwrap();
        let ticks = Cell::new(0);
        let wait = || {
            ticks.set(ticks.get() + 1);
            ready(())
        };
        let next = converse(io, wait, pending(), counted).await;
        assert!(matches!(next, Next::Closed));
        assert_eq!(ticks.get(), expected, "{} bytes", bytes.len());
    }
}

#[actix_web::test]
async fn when_the_program_stops_nobody_waits_for_another_question() {
    let (mut client, io) = duplex(4096);
    client.write_all(QUESTION).await.unwrap();
    let next = converse(io, pending, ready(()), counted).await;
    assert!(matches!(next, Next::Closed));
    let mut answers = String::new();
    client.read_to_string(&mut answers).await.unwrap();
    assert!(answers.starts_with("HTTP/1.1 204 "), "{answers}");
}

#[actix_web::test]
async fn when_the_program_stops_who_has_just_connected_is_answered() {
    let (mut client, io) = duplex(4096);
    let conversation = actix_web::rt::spawn(async move {
        converse(io, pending, ready(()), counted).await;
    });
    tokio::task::yield_now().await;
    client.write_all(QUESTION).await.unwrap();
    conversation.await.unwrap();
    let mut answers = String::new();
    client.read_to_string(&mut answers).await.unwrap();
    assert!(answers.starts_with("HTTP/1.1 204 "), "{answers}");
}

proptest! {
    #[test]
    fn no_bytes_are_answered_that_are_no_question(
        bytes in proptest::collection::vec(any::<u8>(), 0..3),
        at in 0..QUESTION.len(),
        replaced in 0_usize..4,
    ) {
        let mut mutated = QUESTION.to_vec();
        mutated.splice(at..(at + replaced).min(QUESTION.len()), bytes);
        let system = actix_web::rt::System::new();
        let (answers, rest) = system.block_on(said(&mutated));
        if answers.is_empty() {
            prop_assert!(rest.is_none_or(|rest| rest == mutated));
        } else {
            let text = String::from_utf8_lossy(&mutated);
            // Empty lines before a request are passed over (RFC 9112, section 2.2).
            let text = text.trim_start_matches(['\r', '\n']);
            let ends = ["\n\r\n", "\n\n"].into_iter().filter_map(|end| text.find(end));
            let mut lines = text[..ends.min().unwrap()].lines();
            prop_assert_eq!(lines.next(), Some("GET /query_auth HTTP/1.1"));
            prop_assert!(lines.all(|line| line.contains(':')), "{}", text);
        }
    }

    #[test]
    fn in_whatever_pieces_it_comes_nothing_else_is_answered(
        requests in proptest::collection::vec(0_usize..5, 1..6),
        cuts in proptest::collection::vec(1_usize..80, 0..12),
        flip in proptest::option::of((0_usize..400, any::<u8>())),
    ) {
        let kinds: [&[u8]; 5] = [
            QUESTION,
            b"GET /query_auth HTTP/1.1\r\nhost:h\r\nCookie: a=b; c\r\nX-Original-URI: /%2e%2e\r\n\r\n",
            b"GET /query_auth HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc",
            b"GET /iiif-login HTTP/1.1\r\nHost: h\r\n\r\n",
            b"GET /query_auth HTTP/1.1\nHost: h\n\n",
        ];
        let mut bytes: Vec<u8> = requests.iter().flat_map(|kind| kinds[*kind].to_vec()).collect();
        if let Some((at, to)) = flip {
            let at = at % bytes.len();
            bytes[at] = to;
        }
        let mut pieces: Vec<&[u8]> = Vec::new();
        let mut rest = bytes.as_slice();
        for cut in cuts {
            let (piece, after) = rest.split_at(cut.min(rest.len()));
            pieces.push(piece);
            rest = after;
        }
        pieces.push(rest);
        let system = actix_web::rt::System::new();
        // Lines that end without CR are answered here if they come at once, and by actix if they come in pieces.
        let (answers, rest) = system.block_on(said(&bytes));
        let (in_pieces, left) = system.block_on(said_in(&pieces));
        prop_assert!(answers.starts_with(&in_pieces), "{:?} {:?}", answers, in_pieces);
        prop_assert!(left.is_some() || (rest.is_none() && in_pieces == answers));
        prop_assert!(bytes.ends_with(&left.unwrap_or_default()));
    }
}

#[actix_web::test]
async fn an_answer_that_is_the_last_says_so_and_closes_the_connection() {
    let (mut client, io) = duplex(1 << 20);
    client.write_all(&QUESTION.repeat(2)).await.unwrap();
    let last = async |_: Headers<'_>| {
        let mut response = HttpResponse::new(StatusCode::NO_CONTENT);
        let head = response.head_mut();
        head.set_connection_type(actix_http::ConnectionType::Close);
        response
    };
    let next = converse(io, pending, pending(), last).await;
    assert!(matches!(next, Next::Closed));
    drop(next);
    let mut answer = String::new();
    client.read_to_string(&mut answer).await.unwrap();
    assert_eq!(answer, "HTTP/1.1 204 \r\nconnection: close\r\n\r\n");
}

#[actix_web::test]
async fn a_decision_that_panics_closes_its_connection_and_no_other() {
    for panics in [true, false] {
        let (mut client, io) = duplex(1 << 20);
        client.write_all(QUESTION).await.unwrap();
        client.shutdown().await.unwrap();
        let conversation = actix_web::rt::spawn(async move {
            let decide = async |headers: Headers<'_>| {
                assert!(!panics, "on purpose");
                counted(headers).await
            };
            converse(io, pending, pending(), decide).await;
        });
        assert_eq!(conversation.await.is_err(), panics);
        let mut answer = String::new();
        client.read_to_string(&mut answer).await.unwrap();
        assert_eq!(answer.is_empty(), panics, "{answer}");
    }
}
