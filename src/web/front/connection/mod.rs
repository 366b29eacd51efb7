//! A conversation with nginx: question, answer, question, answer.

use std::future::Future;
use std::mem::MaybeUninit;
use std::pin::pin;

use actix_web::HttpResponse;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};

use super::question::{MAX_LINES, Read, read};
use super::resumed::Resumed;
use crate::web::headers::Headers;

/// The longest question in bytes; what is longer is for actix.
const LONGEST: usize = 16 * 1024;

/// What becomes of a connection.
pub(super) enum Next<T> {
    /// It is closed.
    Closed,
    /// Its next request is for actix.
    Other(Resumed<T>),
}

/// Answers questions until something else comes, none comes between two ticks of `wait`, an answer says that
/// it is the last, or the program stops.
pub(super) async fn converse<T, W>(
    mut io: T,
    wait: impl Fn() -> W,
    stopped: impl Future<Output = ()>,
    decide: impl AsyncFn(Headers<'_>) -> HttpResponse,
) -> Next<T>
where
    T: AsyncRead + AsyncWrite + Unpin,
    W: Future<Output = ()>,
{
    let mut stopped = pin!(stopped);
    let mut quiet = pin!(wait());
    let (mut was_asked, mut is_new) = (false, true);
    let mut unread = Vec::with_capacity(2048);
    let mut answer = Vec::with_capacity(512);
    loop {
        let mut lines = [const { MaybeUninit::uninit() }; MAX_LINES];
        match read(&unread, &mut lines) {
            Read::Question(lines, length) => {
                let response = decide(Headers::Lines(lines)).await;
                let is_last = !response.head().keep_alive();
                unread.drain(..length);
                (was_asked, is_new) = (true, false);
                answer.clear();
                write(&response, &mut answer);
                if io.write_all(&answer).await.is_err() || is_last {
                    return Next::Closed;
                }
                continue;
            }
            Read::Beginning if unread.len() < LONGEST => {}
            Read::Beginning | Read::Other => return Next::Other(Resumed::new(io, unread)),
        }
        tokio::select! {
            biased;
            read = io.read_buf(&mut unread) => match read {
                Ok(0) | Err(_) => return Next::Closed,
                Ok(_) => {}
            },
            // A timer for every question would cost more than the question: what counts is whether any came.
            () = &mut quiet => {
                if !std::mem::take(&mut was_asked) {
                    return Next::Closed;
                }
                quiet.set(wait());
            }
            // Who has just connected has a question under way, and nginx does not ask it twice.
            () = &mut stopped, if unread.is_empty() && !is_new => return Next::Closed,
        }
    }
}

/// The head of an answer; it has no body.
fn write(response: &HttpResponse, out: &mut Vec<u8>) {
    let status = response.status();
    out.extend_from_slice(b"HTTP/1.1 ");
    out.extend_from_slice(status.as_str().as_bytes());
    out.extend_from_slice(b" \r\n");
    for (name, value) in response.headers() {
        for piece in [name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"] {
            out.extend_from_slice(piece);
        }
    }
    if !response.head().keep_alive() {
        out.extend_from_slice(b"connection: close\r\n");
    }
    // 204 has no body by itself (RFC 9110, section 15.3.5).
    out.extend_from_slice(if status.as_u16() == 204 {
        b"\r\n"
    } else {
        b"content-length: 0\r\n\r\n"
    });
}

#[cfg(test)]
mod tests;
