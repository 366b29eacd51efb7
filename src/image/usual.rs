//! Targets as nearly all of them are: canonical at first sight.
//!
//! nginx asks before every tile, and taking every target apart as nginx does costs more than deciding.
//! This says yes only where the thorough way would; everything it does not know goes that way.

use super::target::hex;

/// Whether a raw target is plain ASCII, also decoded, and canonical.
pub(super) fn is_usual(raw: &[u8]) -> bool {
    if raw.first() != Some(&b'/') {
        return false;
    }
    let mut reading = Reading::default();
    let mut bytes = raw.iter().copied();
    let mut was_slash = false;
    while let Some(byte) = bytes.next() {
        // There is hardly anything else.
        if is_of_a_word(byte) && reading.escape == 0 {
            was_slash = false;
            reading.dots = None;
            continue;
        }
        if !is_plain(byte) {
            return false;
        }
        if byte == b'?' {
            break;
        }
        let is_slash = byte == b'/';
        if is_slash && was_slash {
            return false;
        }
        was_slash = is_slash;
        let decoded = if byte == b'%' {
            let high = bytes.next().and_then(hex);
            high.zip(bytes.next().and_then(hex))
                .map(|(h, l)| h * 16 + l)
        } else {
            Some(byte)
        };
        if !decoded.is_some_and(|byte| reading.goes_on(byte)) {
            return false;
        }
    }
    !reading.is_at_dots() && bytes.all(is_plain)
}

/// Visible ASCII, and not the beginning of a fragment.
fn is_plain(byte: u8) -> bool {
    (0x21..0x7f).contains(&byte) && byte != b'#'
}

fn is_of_a_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b',' | b':' | b'!')
}

/// What was read of the decoded path so far.
#[derive(Default)]
struct Reading {
    /// How many dots the segment has, and nothing else; `None` once there is something else.
    dots: Option<u8>,
    /// How much of a second escape there is: `%`, then a digit.
    escape: u8,
}

impl Reading {
    /// Takes the next byte, if it is one that cannot be read in two ways.
    fn goes_on(&mut self, byte: u8) -> bool {
        match byte {
            b'/' | b';' | b'?' | b'#' if self.is_at_dots() => return false,
            b'/' => self.dots = Some(0),
            b'.' => self.dots = self.dots.map(|dots| dots.saturating_add(1)),
            b'\\' | ..0x20 | 0x7f.. => return false,
            _ => self.dots = None,
        }
        self.escape = match self.escape {
            _ if byte == b'%' => 1,
            1 if byte.is_ascii_hexdigit() => 2,
            2 if byte.is_ascii_hexdigit() => return false,
            _ => 0,
        };
        true
    }

    /// Whether the segment is `.` or `..`.
    fn is_at_dots(&self) -> bool {
        matches!(self.dots, Some(1 | 2))
    }
}
