//! HTTP/2 frame by frame (RFC 9113), as no client library would send them. Header blocks (RFC 7541) are written as
//! plain literals; of those that come back only the status is read, which nginx puts first.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

const DATA: u8 = 0;
const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const PING: u8 = 6;
const GOAWAY: u8 = 7;
const WINDOW_UPDATE: u8 = 8;
const END_STREAM: u8 = 1;
const ACK: u8 = 1;
const END_HEADERS: u8 = 4;

/// A connection.
pub(crate) struct Http2 {
    port: u16,
    stream: TcpStream,
    next: u32,
    /// Statuses of streams that were answered before somebody asked.
    answered: BTreeMap<u32, u16>,
}

/// A frame that came.
struct Frame {
    kind: u8,
    flags: u8,
    stream: u32,
    payload: Vec<u8>,
}

impl Http2 {
    pub(crate) fn open(port: u16) -> Self {
        let stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(20)))
            .unwrap();
        stream.set_nodelay(true).unwrap();
        let mut connection = Self {
            port,
            stream,
            next: 1,
            answered: BTreeMap::new(),
        };
        let _ = connection
            .stream
            .write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
        connection.frame(SETTINGS, 0, 0, &[]);
        connection.frame(WINDOW_UPDATE, 0, 0, &(1_u32 << 30).to_be_bytes());
        connection
    }

    /// Asks with these fields; the status, or 400 where the stream or the connection is closed instead.
    pub(crate) fn ask(&mut self, fields: &[(Vec<u8>, Vec<u8>)]) -> u16 {
        let stream = self.send(fields, END_STREAM);
        self.status(stream)
    }

    /// The same with a body.
    pub(crate) fn ask_with(&mut self, fields: &[(Vec<u8>, Vec<u8>)], body: &[u8]) -> u16 {
        let stream = self.send(fields, 0);
        self.frame(DATA, END_STREAM, stream, body);
        self.status(stream)
    }

    /// Sends the head of a request on a new stream, whose number this is.
    pub(crate) fn send(&mut self, fields: &[(Vec<u8>, Vec<u8>)], flags: u8) -> u32 {
        let mut block = Vec::new();
        for (name, value) in fields {
            block.push(0);
            write_text(&mut block, name);
            write_text(&mut block, value);
        }
        let stream = self.next;
        self.next += 2;
        self.frame(HEADERS, flags | END_HEADERS, stream, &block);
        stream
    }

    /// Cancels a stream.
    pub(crate) fn cancel(&mut self, stream: u32) {
        self.frame(RST_STREAM, 0, stream, &8_u32.to_be_bytes());
    }

    fn frame(&mut self, kind: u8, flags: u8, stream: u32, payload: &[u8]) {
        let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
        let head = [&length[1..], &[kind, flags], &stream.to_be_bytes()].concat();
        // A server that gave up on the connection may have closed it.
        let _ = self.stream.write_all(&[&head, payload].concat());
    }

    fn read(&mut self) -> Option<Frame> {
        let mut head = [0; 9];
        self.stream.read_exact(&mut head).ok()?;
        let [l1, l2, l3, kind, flags, s1, s2, s3, s4] = head;
        let length = u32::from_be_bytes([0, l1, l2, l3]);
        let mut payload = vec![0; usize::try_from(length).unwrap()];
        self.stream.read_exact(&mut payload).ok()?;
        let stream = u32::from_be_bytes([s1, s2, s3, s4]) & 0x7fff_ffff;
        Some(Frame {
            kind,
            flags,
            stream,
            payload,
        })
    }

    pub(crate) fn status(&mut self, stream: u32) -> u16 {
        loop {
            if let Some(status) = self.answered.remove(&stream) {
                return status;
            }
            let Some(frame) = self.read() else {
                *self = Self::open(self.port);
                return 400;
            };
            match frame.kind {
                HEADERS => {
                    let status = status_of(&frame.payload);
                    self.answered.insert(frame.stream, status);
                }
                RST_STREAM => {
                    self.answered.entry(frame.stream).or_insert(400);
                }
                GOAWAY => {
                    *self = Self::open(self.port);
                    return 400;
                }
                SETTINGS if frame.flags & ACK == 0 => self.frame(SETTINGS, ACK, 0, &[]),
                PING if frame.flags & ACK == 0 => self.frame(PING, ACK, 0, &frame.payload),
                _ => {}
            }
        }
    }
}

/// A text without Huffman coding; its length has a prefix of seven bits.
fn write_text(block: &mut Vec<u8>, text: &[u8]) {
    match u8::try_from(text.len()) {
        Ok(length) if length < 127 => block.push(length),
        _ => {
            block.push(127);
            let mut rest = text.len() - 127;
            while rest >= 128 {
                block.push(u8::try_from(rest % 128).unwrap() | 128);
                rest /= 128;
            }
            block.push(u8::try_from(rest).unwrap());
        }
    }
    block.extend_from_slice(text);
}

/// The status at the beginning of a header block: from the static table, or in digits.
fn status_of(block: &[u8]) -> u16 {
    // The size of the table may be said first.
    let block = block
        .iter()
        .position(|b| b & 0xe0 != 0x20)
        .map_or(block, |at| &block[at..]);
    match *block {
        [indexed @ 0x88..=0x8e, ..] => {
            [200, 204, 206, 304, 400, 404, 500][usize::from(indexed - 0x88)]
        }
        [0x48 | 0x08, 3, a, b, c, ..] => [a, b, c]
            .iter()
            .fold(0, |sum, digit| sum * 10 + u16::from(digit - b'0')),
        _ => panic!("no status at the beginning of {block:x?}"),
    }
}
