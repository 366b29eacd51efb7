//! Cookies, as a browser keeps them.

use super::answer::Answer;

/// A cookie, as a server sets it.
#[derive(Debug, Clone)]
pub(super) struct SetCookie {
    pub(super) name: String,
    pub(super) value: String,
    attributes: Vec<(String, String)>,
}

impl SetCookie {
    fn parse(line: &str) -> Option<Self> {
        let mut parts = line.split(';').map(str::trim);
        let (name, value) = parts.next()?.split_once('=')?;
        let attributes = parts.map(|part| {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            (name.to_ascii_lowercase(), value.to_owned())
        });
        Some(Self {
            name: name.trim().to_owned(),
            value: value.to_owned(),
            attributes: attributes.collect(),
        })
    }

    /// The value of an attribute, if it is there.
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        let mut attributes = self.attributes.iter();
        attributes
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// For how many seconds it is kept.
    pub(super) fn life(&self) -> Option<i64> {
        self.attribute("max-age")?.parse().ok()
    }

    /// Whether it takes a cookie away.
    pub(super) fn is_removal(&self) -> bool {
        self.value.is_empty() || self.life().is_some_and(|life| life <= 0)
    }
}

/// The cookies of an answer.
pub(super) fn set_by(answer: &Answer) -> Vec<SetCookie> {
    answer
        .all("Set-Cookie")
        .filter_map(SetCookie::parse)
        .collect()
}

/// The cookies in the value of the header `Cookie`.
pub(super) fn sent(header: &str) -> Vec<SetCookie> {
    header.split(';').filter_map(SetCookie::parse).collect()
}

/// What a browser keeps.
#[derive(Debug, Default, Clone)]
pub(super) struct Jar(Vec<SetCookie>);

impl Jar {
    /// Takes what an answer sets.
    pub(super) fn take(&mut self, answer: &Answer) {
        for cookie in set_by(answer) {
            self.0.retain(|kept| kept.name != cookie.name);
            if !cookie.is_removal() {
                self.0.push(cookie);
            }
        }
    }

    /// The value of the header `Cookie`.
    pub(super) fn header(&self) -> String {
        let pairs: Vec<String> = self
            .0
            .iter()
            .map(|cookie| format!("{}={}", cookie.name, cookie.value))
            .collect();
        pairs.join("; ")
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &SetCookie> {
        self.0.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cookies_are_kept_replaced_and_taken_away() {
        let answer = |lines: &[&str]| Answer {
            status: 200,
            headers: lines
                .iter()
                .map(|line| ("Set-Cookie".to_owned(), (*line).to_owned()))
                .collect(),
            body: Vec::new(),
        };
        let mut jar = Jar::default();
        jar.take(&answer(&[
            "a=1; Path=/; HttpOnly; SameSite=None",
            "b=x=y; Max-Age=60",
        ]));
        assert_eq!(jar.header(), "a=1; b=x=y");
        jar.take(&answer(&["a=2", "b=; Max-Age=0", "nonsense"]));
        assert_eq!(jar.header(), "a=2");
        let cookie = SetCookie::parse("a=1; Path=/; HttpOnly; SameSite=None").unwrap();
        assert_eq!(cookie.attribute("samesite"), Some("None"));
        assert_eq!(cookie.attribute("httponly"), Some(""));
        assert_eq!(cookie.attribute("secure"), None);
    }
}
