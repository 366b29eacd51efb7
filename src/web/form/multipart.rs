//! Forms with a file (`multipart/form-data`, RFC 7578), as browsers write them.

/// Why such a form cannot be read.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum MultipartError {
    /// It is not what browsers write.
    #[error("The form cannot be read.")]
    Malformed,
    /// A file is no text, or in an old encoding.
    #[error("The file is no text in UTF-8. In a spreadsheet, save it as “CSV UTF-8”.")]
    NotText,
}

/// The fields with their texts, in order; a file is a field with the file's text.
pub(super) fn fields<'a>(
    content_type: &str,
    body: &'a [u8],
) -> Result<Vec<(&'a str, &'a str)>, MultipartError> {
    let text = std::str::from_utf8(body).map_err(|_| MultipartError::NotText)?;
    parse(content_type, text).ok_or(MultipartError::Malformed)
}

fn parse<'a>(content_type: &str, text: &'a str) -> Option<Vec<(&'a str, &'a str)>> {
    let delimiter = format!("\r\n--{}", boundary(content_type)?);
    let text = text.strip_prefix(delimiter.get(2..)?)?;
    let mut fields = Vec::new();
    for part in text.split(&delimiter) {
        if part.starts_with("--") {
            return Some(fields);
        }
        // The first line break ends the delimiter; what has no headers has no name.
        let (head, content) = part.strip_prefix("\r\n")?.split_once("\r\n\r\n")?;
        fields.push((name(head)?, content));
    }
    None
}

fn boundary(content_type: &str) -> Option<&str> {
    let (_, parameter) = content_type.split_once("boundary=")?;
    let boundary = parameter.split(';').next()?.trim().trim_matches('"');
    Some(boundary).filter(|boundary| matches!(boundary.len(), 1..=70))
}

/// The name of a field; browsers write `%22` for a quotation mark in it, and our names have none.
fn name(head: &str) -> Option<&str> {
    let is_disposition = |line: &&str| {
        let name = line.split(':').next().unwrap_or_default();
        name.eq_ignore_ascii_case("content-disposition")
    };
    let line = head.split("\r\n").find(is_disposition)?;
    let (_, rest) = line.split_once("; name=\"")?;
    Some(rest.split_once('"')?.0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TYPE: &str = "multipart/form-data; boundary=----x7";

    fn body(parts: &[(&str, &str)]) -> String {
        let part = |(head, content): &(&str, &str)| {
            format!("------x7\r\nContent-Disposition: form-data; {head}\r\n\r\n{content}\r\n")
        };
        parts.iter().map(part).collect::<String>() + "------x7--\r\n"
    }

    #[test]
    fn fields_and_files_are_read() {
        let body = body(&[
            ("name=\"csrf\"", "abc"),
            (
                "name=\"file\"; filename=\"rules.csv\"\r\nContent-Type: text/csv",
                "pattern\r\n\r\nmaps/*,--x7\r\n",
            ),
            ("name=\"text\"", ""),
        ]);
        let expected = [
            ("csrf", "abc"),
            ("file", "pattern\r\n\r\nmaps/*,--x7\r\n"),
            ("text", ""),
        ];
        assert_eq!(fields(TYPE, body.as_bytes()).unwrap(), expected);
        let quoted = "multipart/form-data; boundary=\"----x7\"; charset=utf-8";
        assert_eq!(fields(quoted, body.as_bytes()).unwrap(), expected);
    }

    #[test]
    fn what_browsers_do_not_write_is_refused() {
        let whole = body(&[("name=\"text\"", "x")]);
        for (content_type, text) in [
            ("multipart/form-data", whole.as_str()),
            ("multipart/form-data; boundary=", whole.as_str()),
            ("multipart/form-data; boundary=other", whole.as_str()),
            (TYPE, ""),
            (TYPE, "------x7"),
            (TYPE, "------x7\r\nno headers\r\n------x7--\r\n"),
            (
                TYPE,
                "------x7\r\nContent-Disposition: form-data\r\n\r\nx\r\n------x7--\r\n",
            ),
            (TYPE, whole.trim_end_matches("------x7--\r\n")),
        ] {
            let read = fields(content_type, text.as_bytes());
            assert_eq!(read, Err(MultipartError::Malformed), "{text:?}");
        }
        let latin = [b"------x7\r\n", "\u{fc}".as_bytes().get(..1).unwrap()].concat();
        assert_eq!(fields(TYPE, &latin), Err(MultipartError::NotText));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_and_no_bytes_panic(
            fields_of in proptest::collection::vec(("[a-z_.0-9]{1,8}", "[^\u{0}]{0,20}"), 0..4),
            at in 0_usize..200,
            bytes in proptest::collection::vec(any::<u8>(), 0..6),
        ) {
            prop_assume!(fields_of.iter().all(|(_, text)| !text.contains("----x7")));
            let heads: Vec<String> = fields_of.iter().map(|(name, _)| format!("name=\"{name}\"")).collect();
            let parts: Vec<_> = heads.iter().zip(&fields_of).map(|(head, (_, text))| (head.as_str(), text.as_str())).collect();
            let written = body(&parts);
            let read = fields(TYPE, written.as_bytes()).unwrap();
            let expected: Vec<_> = fields_of.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
            prop_assert_eq!(read, expected);
            let mut changed = written.into_bytes();
            let at = at.min(changed.len());
            changed.splice(at..at, bytes);
            let _ = fields(TYPE, &changed);
        }
    }
}
