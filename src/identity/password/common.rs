//! Passwords that are tried first: a list of those that people choose most often.

/// In lower case, one per line, sorted by bytes. `common.LICENSE.txt` says where they come from.
const LIST: &str = include_str!("common.txt");

/// Whether a text in lower case is in the list.
pub(super) fn is_common(text: &str) -> bool {
    let mut rest = LIST;
    // Halves what is left, at the line in its middle.
    while !rest.is_empty() {
        let middle = rest.floor_char_boundary(rest.len() / 2);
        let (before, after) = rest.split_at(middle);
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        let end = after.find('\n').map_or(rest.len(), |at| middle + at);
        let line = rest.get(start..end).unwrap_or_default();
        rest = match text.cmp(line) {
            std::cmp::Ordering::Equal => return !text.is_empty(),
            std::cmp::Ordering::Less => rest.get(..start).unwrap_or_default(),
            std::cmp::Ordering::Greater => rest.get(end + 1..).unwrap_or_default(),
        };
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_in_the_list_is_found_and_nothing_else() {
        let lines: Vec<&str> = LIST.lines().collect();
        assert!(lines.len() > 10_000 && LIST.len() <= 200_000);
        assert!(lines.is_sorted(), "a search by halves needs an order");
        for line in lines {
            assert!(is_common(line), "{line}");
            assert_eq!(line.to_lowercase(), line);
        }
        for text in [
            "",
            "\n",
            "correct horse",
            "zzzzzzzzzzzzzz",
            "\u{0}",
            "ü",
            "1234567890\n",
        ] {
            assert!(!is_common(text), "{text:?}");
        }
    }
}
