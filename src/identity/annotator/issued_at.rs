//! The claim `issuedAt`: the times that the generators in use write.
//!
//! `YYYY-MM-DDThh:mm:ss`, one to nine digits of a second behind a dot or none, then nothing (that is UTC),
//! `Z`, `±hh:mm`, `±hhmm` or `±hh`. The library's own parsers take more: a space for the T, lower-case
//! letters, U+2212 for the sign, second 60.

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, Utc};

/// The moment that a text says, if it has the form above.
pub(super) fn parse(text: &str) -> Option<DateTime<Utc>> {
    let mut rest = Rest(text.as_bytes());
    let local = local(&mut rest)?;
    let offset = offset(&mut rest)?;
    if !rest.0.is_empty() {
        return None;
    }
    Some(local.checked_sub_offset(offset)?.and_utc())
}

fn local(rest: &mut Rest<'_>) -> Option<NaiveDateTime> {
    let year = rest.digits(4)?;
    let month = rest.after(b'-')?.digits(2)?;
    let day = rest.after(b'-')?.digits(2)?;
    let hour = rest.after(b'T')?.digits(2)?;
    let minute = rest.after(b':')?.digits(2)?;
    let second = rest.after(b':')?.digits(2)?;
    let nanosecond = match rest.after(b'.') {
        Some(rest) => rest.fraction()?,
        None => 0,
    };
    NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)?
        .and_hms_nano_opt(hour, minute, second, nanosecond)
}

fn offset(rest: &mut Rest<'_>) -> Option<FixedOffset> {
    if rest.0.is_empty() || rest.after(b'Z').is_some() {
        return FixedOffset::east_opt(0);
    }
    let sign = match rest.after(b'+') {
        Some(_) => 1,
        None => rest.after(b'-').map(|_| -1)?,
    };
    let hours = rest.digits(2)?;
    let has_colon = rest.after(b':').is_some();
    let minutes = if has_colon || !rest.0.is_empty() {
        rest.digits(2)?
    } else {
        0
    };
    let seconds = i32::try_from(hours * 3600 + minutes * 60).ok()?;
    // 23:59 is the most.
    (minutes < 60)
        .then(|| FixedOffset::east_opt(sign * seconds))
        .flatten()
}

/// What is not read yet.
struct Rest<'a>(&'a [u8]);

impl Rest<'_> {
    /// Steps over this byte, if it is the next one.
    fn after(&mut self, byte: u8) -> Option<&mut Self> {
        self.0 = self.0.strip_prefix(&[byte])?;
        Some(self)
    }

    /// Steps over so many digits.
    fn digits(&mut self, count: usize) -> Option<u32> {
        let (digits, rest) = self.0.split_at_checked(count)?;
        let number = number(digits)?;
        self.0 = rest;
        Some(number)
    }

    /// Steps over one to nine digits; in nanoseconds.
    fn fraction(&mut self) -> Option<u32> {
        let is_digit = |b: &&u8| b.is_ascii_digit();
        let count = self.0.iter().take_while(is_digit).count();
        let missing = 9_usize.checked_sub(count).filter(|_| count > 0)?;
        let number = self.digits(count)?;
        Some(number * 10_u32.pow(u32::try_from(missing).ok()?))
    }
}

/// The number that at most nine digits say.
fn number(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0, |number, digit| {
        let digit = digit.is_ascii_digit().then(|| u32::from(digit - b'0'))?;
        Some(number * 10 + digit)
    })
}
