//! Requests byte by byte, as no client library would send them.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// What a server answered.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// The values of a header, joined as HTTP joins them; `None` if it is not there.
    pub(crate) fn header(&self, name: &str) -> Option<String> {
        let values = self.all(name);
        (!values.is_empty()).then(|| values.join(", "))
    }

    /// The values of a header, one for each line.
    pub(crate) fn all(&self, name: &str) -> Vec<String> {
        values(&self.headers, name)
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// The values of all header lines of that name.
pub(crate) fn values(headers: &[(String, String)], name: &str) -> Vec<String> {
    headers
        .iter()
        .filter(|(key, _)| key.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.clone())
        .collect()
}

/// One connection, on which several requests may follow each other.
pub(crate) struct Connection {
    stream: BufReader<TcpStream>,
}

impl Connection {
    pub(crate) fn open(port: u16) -> Self {
        Self::try_open(port).expect("somebody listens")
    }

    /// The same where it may be that nobody listens.
    pub(crate) fn try_open(port: u16) -> Option<Self> {
        let stream = TcpStream::connect(("127.0.0.1", port)).ok()?;
        let patience = Some(Duration::from_secs(20));
        stream.set_read_timeout(patience).unwrap();
        stream.set_nodelay(true).unwrap();
        let stream = BufReader::new(stream);
        Some(Self { stream })
    }

    pub(crate) fn send(&mut self, bytes: &[u8]) {
        // A server that refused the head may close before it has read the body.
        let _ = self.stream.get_mut().write_all(bytes);
    }

    /// Reads one answer; `None` if the server closed instead.
    pub(crate) fn read(&mut self, has_body: bool) -> Option<Answer> {
        let (first, headers) = read_head(&mut self.stream)?;
        let Some(status) = first.split(' ').nth(1).and_then(|code| code.parse().ok()) else {
            // HTTP/0.9 has no head.
            let mut rest = first.into_bytes();
            let _ = self.stream.read_to_end(&mut rest);
            return Some(Answer {
                status: 0,
                headers,
                body: rest,
            });
        };
        let mut body = Vec::new();
        let length = values(&headers, "Content-Length");
        if has_body && !matches!(status, 204 | 304) {
            match length.first().and_then(|length| length.parse().ok()) {
                Some(length) => {
                    body = vec![0; length];
                    self.stream.read_exact(&mut body).ok()?;
                }
                None if !values(&headers, "Transfer-Encoding").is_empty() => {
                    body = read_chunks(&mut self.stream)?;
                }
                None => {
                    let _ = self.stream.read_to_end(&mut body);
                }
            }
        }
        Some(Answer {
            status,
            headers,
            body,
        })
    }
}

/// A chunked body, put together.
fn read_chunks(stream: &mut impl BufRead) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).ok()?;
        let length = usize::from_str_radix(line.trim(), 16).ok()?;
        let mut chunk = vec![0; length + 2];
        stream.read_exact(&mut chunk).ok()?;
        if length == 0 {
            return Some(body);
        }
        body.extend_from_slice(chunk.get(..length)?);
    }
}

/// The first line and the headers of a message.
pub(crate) fn read_head(stream: &mut impl BufRead) -> Option<(String, Vec<(String, String)>)> {
    let mut lines = Vec::new();
    loop {
        let mut line = Vec::new();
        let read = stream.read_until(b'\n', &mut line).ok()?;
        let line = String::from_utf8_lossy(&line).trim_end().to_owned();
        if read == 0 && lines.is_empty() {
            return None;
        }
        if read == 0 || line.is_empty() {
            break;
        }
        lines.push(line);
    }
    let mut lines = lines.into_iter();
    let first = lines.next()?;
    let headers = lines
        .filter_map(|line| {
            let (name, value) = line.split_once(':')?;
            Some((name.to_owned(), value.trim().to_owned()))
        })
        .collect();
    Some((first, headers))
}

/// Sends these bytes and reads one answer.
pub(crate) fn raw(port: u16, bytes: &[u8]) -> Answer {
    let mut connection = Connection::open(port);
    connection.send(bytes);
    connection
        .read(!bytes.starts_with(b"HEAD"))
        .unwrap_or_else(|| panic!("no answer to {}", String::from_utf8_lossy(bytes)))
}

/// The same where it may be that nobody answers.
pub(crate) fn try_raw(port: u16, bytes: &[u8]) -> Option<Answer> {
    let mut connection = Connection::try_open(port)?;
    connection.send(bytes);
    connection.read(!bytes.starts_with(b"HEAD"))
}

/// A request with the right host, a raw target, and header lines.
pub(crate) fn request(method: &str, target: &[u8], headers: &[&str]) -> Vec<u8> {
    let mut bytes = method.as_bytes().to_vec();
    bytes.push(b' ');
    bytes.extend_from_slice(target);
    bytes.extend_from_slice(b" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n");
    for header in headers {
        bytes.extend_from_slice(header.as_bytes());
        bytes.extend_from_slice(b"\r\n");
    }
    bytes.extend_from_slice(b"\r\n");
    bytes
}

pub(crate) fn get(port: u16, target: &str, headers: &[&str]) -> Answer {
    ask(port, "GET", target, headers)
}

pub(crate) fn ask(port: u16, method: &str, target: &str, headers: &[&str]) -> Answer {
    raw(port, &request(method, target.as_bytes(), headers))
}
