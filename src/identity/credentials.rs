//! What a request presents: at most one session cookie and one bearer value, read strictly.
//!
//! Programs disagree on which of two cookies with one name counts, so two are a conflict, and a
//! conflict is refused: credentials never add up.

/// The longest bearer value in bytes.
const MAX_BEARER: usize = 4096;

/// What stands in one place of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presented<T> {
    /// Nothing.
    Nothing,
    /// One well-formed value; whether it is good is not decided here.
    One(T),
    /// Something that is no credential of ours, for example `Bearer undefined junk`.
    Unusable,
    /// More than one: refused.
    Conflict,
}

/// The cookie of this name in the `Cookie` header lines. Any letter case of the name counts as it.
pub fn cookie<'a>(lines: impl IntoIterator<Item = &'a [u8]>, name: &str) -> Presented<&'a str> {
    let mut found = Presented::Nothing;
    for pair in lines.into_iter().flat_map(pairs) {
        let pair = pair.trim_ascii();
        let (key, value) = match pair.iter().position(|b| *b == b'=') {
            Some(at) => (
                pair.get(..at).unwrap_or_default(),
                pair.get(at + 1..).unwrap_or_default(),
            ),
            None => (pair, &b""[..]),
        };
        if !key.trim_ascii().eq_ignore_ascii_case(name.as_bytes()) {
            continue;
        }
        found = match (found, std::str::from_utf8(value)) {
            (Presented::Nothing, Ok(value)) if key == name.as_bytes() => Presented::One(value),
            (Presented::Nothing, _) => Presented::Unusable,
            _ => return Presented::Conflict,
        };
    }
    found
}

/// What stands between the semicolons of a line.
fn pairs(line: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = Some(line);
    std::iter::from_fn(move || {
        let line = rest?;
        let (pair, after) = match memchr::memchr(b';', line) {
            Some(at) => (line.get(..at)?, line.get(at + 1..)),
            None => (line, None),
        };
        rest = after;
        Some(pair)
    })
}

/// The value of `Authorization: Bearer` (RFC 6750, section 2.1; the scheme in any letter case).
pub fn bearer<'a>(lines: impl IntoIterator<Item = &'a [u8]>) -> Presented<&'a str> {
    let mut lines = lines.into_iter();
    match (lines.next(), lines.next()) {
        (None, _) => Presented::Nothing,
        (Some(_), Some(_)) => Presented::Conflict,
        (Some(line), None) => bearer_value(line).map_or(Presented::Unusable, Presented::One),
    }
}

fn bearer_value(line: &[u8]) -> Option<&str> {
    let line = std::str::from_utf8(line.trim_ascii()).ok()?;
    let (scheme, value) = line.split_once(' ')?;
    let is_token = |b: u8| b.is_ascii_alphanumeric() || b"-._~+/=".contains(&b);
    let good = scheme.eq_ignore_ascii_case("bearer")
        && !value.is_empty()
        && value.len() <= MAX_BEARER
        && value.bytes().all(is_token);
    good.then_some(value)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn cookie_in(lines: &[&'static str]) -> Presented<&'static str> {
        cookie(lines.iter().map(|line| line.as_bytes()), "__Host-iiif-gate")
    }

    fn bearer_in(lines: &[&'static str]) -> Presented<&'static str> {
        bearer(lines.iter().map(|line| line.as_bytes()))
    }

    #[test]
    fn one_cookie_is_found_among_others() {
        assert_eq!(cookie_in(&[]), Presented::Nothing);
        assert_eq!(cookie_in(&["a=b; c"]), Presented::Nothing);
        for line in [
            "__Host-iiif-gate=v",
            "a=1; __Host-iiif-gate=v; b",
            "f=1,__Host-iiif-gate=K;__Host-iiif-gate=v",
        ] {
            assert_eq!(cookie_in(&[line]), Presented::One("v"), "{line}");
        }
        assert_eq!(cookie_in(&["__Host-iiif-gate"]), Presented::One(""));
    }

    #[test]
    fn two_cookies_are_a_conflict_in_any_order_case_and_number_of_lines() {
        for lines in [
            &["__Host-iiif-gate=x; __Host-iiif-gate=v"][..],
            &["__Host-iiif-gate=v", "__Host-iiif-gate=v"],
            &["__host-IIIF-gate=x; __Host-iiif-gate=v"],
            &["__Host-iiif-gate=v; __HOST-IIIF-GATE=x"],
            &["x=\"a; __Host-iiif-gate=evil\"; __Host-iiif-gate=v"],
        ] {
            assert_eq!(cookie_in(lines), Presented::Conflict, "{lines:?}");
        }
        assert_eq!(cookie_in(&["__HOST-IIIF-GATE=x"]), Presented::Unusable);
    }

    #[test]
    fn a_bearer_value_is_one_token_after_one_blank() {
        for line in ["Bearer T.o-k_e~n+/=", "bearer T", "BEARER T", " Bearer T "] {
            assert!(matches!(bearer_in(&[line]), Presented::One(_)), "{line}");
        }
        for line in [
            "Bearer",
            "Bearer ",
            "Bearer  T",
            "Bearer\tT",
            "Basic T",
            "Token T",
            "Bearer T, Basic x",
            "Bearer T1 T2",
            "",
        ] {
            assert_eq!(bearer_in(&[line]), Presented::Unusable, "{line}");
        }
        assert_eq!(bearer_in(&[]), Presented::Nothing);
        assert_eq!(bearer_in(&["Bearer T", "Bearer T"]), Presented::Conflict);
    }

    proptest! {
        #[test]
        fn no_header_makes_it_panic(line in proptest::collection::vec(any::<u8>(), 0..200)) {
            cookie([line.as_slice()], "c");
            bearer([line.as_slice()]);
        }
    }
}
