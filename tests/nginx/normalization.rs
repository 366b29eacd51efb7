//! The gate's model of how nginx reads a target, against nginx itself.

use crate::http::Connection;
use crate::program::Nginx;
use crate::stack::root;
use iiif_gate::image::target::nginx_uri;

/// How often something by chance is tried: as often as said, and in the nightly run (`make nightly`) a million times.
pub(crate) fn times(usual: usize) -> usize {
    if std::env::var_os("NIGHTLY").is_some() {
        1_000_000
    } else {
        usual
    }
}

/// What random targets are made of.
const TOKENS: &[&[u8]] = &[
    b"/",
    b"/",
    b"/",
    b".",
    b"..",
    b"a",
    b"bc",
    b"%2e",
    b"%2E",
    b"%2f",
    b"%2F",
    b"%5c",
    b"\\",
    b";",
    b"%00",
    b"%25",
    b"%252e",
    b"%23",
    b"#",
    b"?",
    b"%3f",
    b"%3F",
    b"%20",
    b"%0d%0a",
    b"+",
    b"%2b",
    b"\xc3\xa9",
    b"%c3%a9",
    b"%ff",
    b"%",
    b"%g0",
    b"%4",
    b"&",
    b"=",
    b"~",
    b"%7e",
    b":",
    b"@",
    b"...",
    b"*",
    b"%2",
    b"%41",
    b"%7f",
    b"\x7f",
    b"\xff",
];

/// A small generator with a fixed seed (Knuth's MMIX constants), so that a failure can be repeated.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005);
        self.0 = self.0.wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % bound
    }
}

/// What nginx makes of a target: `None` if it answers 400.
fn located(connection: &mut Option<Connection>, port: u16, target: &[u8]) -> Option<Vec<u8>> {
    let open = connection.get_or_insert_with(|| Connection::open(port));
    open.send(&[b"GET ", target, b" HTTP/1.1\r\nHost: x\r\n\r\n"].concat());
    let answer = open.read(true).unwrap();
    if answer.header("Connection").as_deref() == Some("close") {
        *connection = None;
    }
    match answer.status {
        200 => Some(answer.body),
        400 => None,
        status => panic!("{status} for {}", String::from_utf8_lossy(target)),
    }
}

/// The same from the model.
fn modeled(target: &[u8]) -> Option<Vec<u8>> {
    let (uri, args) = nginx_uri(target)?;
    Some([&uri, &b"<|>"[..], &args, b"<|>", target].concat())
}

#[test]
fn random_targets_are_read_as_nginx_reads_them() {
    let nginx = Nginx::start(|port| {
        format!(
            "keepalive_requests 1000000; server {{ listen 127.0.0.1:{port};
             location / {{ return 200 \"$uri<|>$args<|>$request_uri\"; }} }}"
        )
    });
    let (mut random, mut connection) = (Random::new(1), None);
    let (targets, mut refused) = (times(30_000), 0);
    for _ in 0..targets {
        let mut target = b"/".to_vec();
        for _ in 0..=random.below(9) {
            target.extend_from_slice(TOKENS[random.below(TOKENS.len())]);
        }
        let (expected, found) = (
            located(&mut connection, nginx.port, &target),
            modeled(&target),
        );
        refused += usize::from(expected.is_none());
        assert_eq!(found, expected, "{}", String::from_utf8_lossy(&target));
    }
    assert!(
        refused > targets / 20 && refused < targets * 9 / 10,
        "{refused} answered 400"
    );
}

#[test]
fn the_recorded_targets_are_read_as_they_were() {
    let matrix = std::fs::read(root().join("tests/data/uri-matrix.tsv")).unwrap();
    let mut compared = 0;
    for line in matrix
        .split(|byte| *byte == b'\n')
        .skip(1)
        .filter(|line| !line.is_empty())
    {
        let fields: Vec<Vec<u8>> = line.split(|byte| *byte == b'\t').map(unescaped).collect();
        let (target, status, request_uri, uri) = (&fields[0], &fields[1], &fields[2], &fields[3]);
        let shown = String::from_utf8_lossy(target);
        match status.as_slice() {
            b"400" => assert_eq!(nginx_uri(target), None, "{shown}"),
            // Others were answered by another location, which said nothing about $uri.
            b"200" if uri != b"-" => {
                let (found, _) = nginx_uri(request_uri).unwrap();
                // The table was made from request lines, which end at white space.
                let found = found.split(u8::is_ascii_whitespace).next().unwrap();
                assert_eq!(found, uri.trim_ascii_end(), "{shown}");
                compared += 1;
            }
            _ => {}
        }
    }
    assert!(compared > 60, "{compared}");
}

/// The matrix writes backslashes and odd bytes with a backslash.
fn unescaped(field: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = field;
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        if *first != b'\\' {
            bytes.push(*first);
            continue;
        }
        let (value, length) = match after {
            [b'x', high, low, ..] => {
                let digits = [*high, *low];
                let digits = std::str::from_utf8(&digits).unwrap();
                (u8::from_str_radix(digits, 16).unwrap(), 3)
            }
            [b'n', ..] => (b'\n', 1),
            [b'r', ..] => (b'\r', 1),
            [b't', ..] => (b'\t', 1),
            _ => (b'\\', 1),
        };
        bytes.push(value);
        rest = after.get(length..).unwrap_or_default();
    }
    bytes
}
