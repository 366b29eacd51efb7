//! `tests/data/attacks.txt`: requests, and what must come of them.

/// Who asks, in the order of the columns.
pub(crate) const PEOPLE: [&str; 3] = ["nobody", "mallory", "alice"];

/// A row, for one of the two ends of its target.
pub(crate) struct Attack {
    pub(crate) id: String,
    /// Over HTTP/1.1 and over HTTP/2: `12`, `1` or `2`.
    pub(crate) ways: String,
    /// What clients are answered, in the order of [`PEOPLE`].
    pub(crate) client: [u16; 3],
    /// What the gate answers when it is asked about the same; `None` where it cannot be.
    pub(crate) gate: Option<[u16; 3]>,
    target: String,
    headers: Vec<String>,
}

/// A request, with everything filled in.
pub(crate) struct Request {
    pub(crate) target: Vec<u8>,
    headers: Vec<(Vec<u8>, Vec<u8>)>,
}

pub(crate) fn read() -> Vec<Attack> {
    let text = include_str!("../../data/attacks.txt");
    let lines = text
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    let rows = lines.flat_map(|line| {
        let ends = ["info.json", "full/max/0/default.jpg"];
        let count = if line.contains("{}") { 2 } else { 1 };
        ends.into_iter().take(count).map(|end| row(line, end))
    });
    rows.collect()
}

fn row(line: &str, end: &str) -> Attack {
    let mut parts = line.split(" | ").map(str::trim);
    let mut head = parts.next().unwrap().split_whitespace();
    let mut word = || {
        head.next()
            .unwrap_or_else(|| panic!("a column is missing: {line}"))
    };
    let (id, ways, client, gate) = (word(), word(), word(), word());
    Attack {
        id: id.to_owned(),
        ways: ways.to_owned(),
        client: statuses(client),
        gate: (gate != "-").then(|| statuses(gate)),
        target: parts.next().unwrap().replace("{}", end),
        headers: parts.map(ToOwned::to_owned).collect(),
    }
}

/// `401/403/200`, or one for all.
fn statuses(text: &str) -> [u16; 3] {
    let all: Vec<u16> = text
        .split('/')
        .map(|status| status.parse().unwrap())
        .collect();
    match all[..] {
        [one] => [one; 3],
        [nobody, mallory, alice] => [nobody, mallory, alice],
        _ => panic!("not one or three statuses: {text}"),
    }
}

impl Attack {
    /// Whether its headers hold credentials, so that it is nobody else's.
    pub(crate) fn says_who(&self) -> bool {
        let is_credential =
            |line: &String| line.starts_with("Cookie:") || line.starts_with("Authorization:");
        self.headers.iter().any(is_credential)
    }

    /// With these cookies and this token in the places for them.
    pub(crate) fn filled(
        &self,
        cookies: &[Option<String>; 3],
        bearer: &str,
        person: usize,
    ) -> Request {
        let value = |person: usize| cookies[person].as_deref().unwrap_or_default();
        let fill = |text: &str| {
            let text = text
                .replace("{mallory}", value(1))
                .replace("{alice}", value(2));
            unescaped(&text.replace("{bearer}", bearer))
        };
        let header = |line: &String| {
            let (name, value) = line.split_once(':').unwrap();
            (fill(name), fill(value.strip_prefix(' ').unwrap_or(value)))
        };
        let mut headers: Vec<_> = self.headers.iter().map(header).collect();
        if let (false, Some(cookie)) = (self.says_who(), &cookies[person]) {
            headers.push((
                b"Cookie".to_vec(),
                format!("iiif-gate={cookie}").into_bytes(),
            ));
        }
        Request {
            target: fill(&self.target),
            headers,
        }
    }
}

impl Request {
    /// Over HTTP/1.1.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut lines = vec![(&b"Connection"[..], &b"close"[..])];
        if !self.headers.iter().any(|(name, _)| name == b"Host") {
            lines.push((b"Host", b"localhost"));
        }
        self.written(&self.target, lines)
    }

    /// As nginx would ask the gate, had it let the request through.
    pub(crate) fn question(&self) -> Vec<u8> {
        let lines = vec![
            (&b"Host"[..], &b"localhost"[..]),
            (b"X-Original-URI", &self.target),
            (b"X-Original-Method", b"GET"),
            (b"X-Real-IP", b"127.0.0.1"),
        ];
        self.written(b"/query_auth", lines)
    }

    fn written(&self, target: &[u8], lines: Vec<(&[u8], &[u8])>) -> Vec<u8> {
        let mut bytes = [b"GET ", target, b" HTTP/1.1\r\n"].concat();
        let own = self
            .headers
            .iter()
            .map(|(name, value)| (name.as_slice(), value.as_slice()));
        for (name, value) in lines.into_iter().chain(own) {
            bytes.extend_from_slice(&[name, b": ", value, b"\r\n"].concat());
        }
        bytes.extend_from_slice(b"\r\n");
        bytes
    }

    /// Over HTTP/2.
    pub(crate) fn fields(&self) -> Vec<(Vec<u8>, Vec<u8>)> {
        let host = self.headers.iter().find(|(name, _)| name == b"Host");
        let host = host.map_or(b"localhost".to_vec(), |(_, value)| value.clone());
        let mut fields = vec![
            (b":method".to_vec(), b"GET".to_vec()),
            (b":scheme".to_vec(), b"http".to_vec()),
            (b":authority".to_vec(), host),
            (b":path".to_vec(), self.target.clone()),
        ];
        let others = self.headers.iter().filter(|(name, _)| name != b"Host");
        fields.extend(others.map(|(name, value)| (name.to_ascii_lowercase(), value.clone())));
        fields
    }
}

/// `\xff` is a byte, `{800 ab}` is `ab` eight hundred times, `\s` a blank where one would be trimmed.
fn unescaped(text: &str) -> Vec<u8> {
    let mut text = text.replace("\\s", " ").replace("\\t", "\t");
    while let Some((before, rest)) = text.split_once('{') {
        let (repeated, after) = rest.split_once('}').unwrap();
        let (count, what) = repeated.split_once(' ').unwrap();
        text = format!("{before}{}{after}", what.repeat(count.parse().unwrap()));
    }
    let mut bytes = Vec::new();
    let mut rest = text.as_str();
    while let Some((before, after)) = rest.split_once("\\x") {
        bytes.extend_from_slice(before.as_bytes());
        let (digits, after) = after.split_at(2);
        bytes.push(u8::from_str_radix(digits, 16).unwrap());
        rest = after;
    }
    bytes.extend_from_slice(rest.as_bytes());
    bytes
}
