//! What is read out of pages: the form to sign in with, the title, and the message that a token page posts.

use serde_json::{Deserializer, Value};

/// A form with a field for a password.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Form {
    /// Where it is sent; empty for the page itself.
    pub(super) action: String,
    /// What it holds already.
    pub(super) fields: Vec<(String, String)>,
    /// The names of the fields that a person fills in.
    pub(super) user: String,
    pub(super) password: String,
}

struct Tag {
    name: String,
    attributes: Vec<(String, String)>,
}

impl Tag {
    fn get(&self, name: &str) -> Option<&str> {
        let mut attributes = self.attributes.iter();
        attributes
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// Reads what stands behind `<`.
    fn parse(text: &str) -> Self {
        let end = |c: char| c.is_whitespace() || c == '>';
        let (name, mut rest) = text.split_at(text.find(end).unwrap_or(text.len()));
        let mut attributes = Vec::new();
        loop {
            rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '/');
            let stop = rest
                .find(|c: char| end(c) || c == '=')
                .unwrap_or(rest.len());
            let (key, after) = rest.split_at(stop);
            if key.is_empty() {
                break;
            }
            let (value, after) = value(after);
            attributes.push((key.to_ascii_lowercase(), unescape(value)));
            rest = after;
        }
        Self {
            name: name.to_ascii_lowercase(),
            attributes,
        }
    }
}

/// The value behind an attribute's name, and the rest.
fn value(text: &str) -> (&str, &str) {
    let Some(text) = text.strip_prefix('=') else {
        return ("", text);
    };
    for quote in ['"', '\''] {
        if let Some(quoted) = text.strip_prefix(quote) {
            return quoted.split_once(quote).unwrap_or((quoted, ""));
        }
    }
    let end = text.find(|c: char| c.is_whitespace() || c == '>');
    text.split_at(end.unwrap_or(text.len()))
}

fn unescape(text: &str) -> String {
    let entities = [
        ("&quot;", "\""),
        ("&#34;", "\""),
        ("&#39;", "'"),
        ("&#x27;", "'"),
        ("&#x2F;", "/"),
        ("&#x2f;", "/"),
        ("&#47;", "/"),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&amp;", "&"),
    ];
    let all = entities.iter();
    all.fold(text.to_owned(), |text, (name, sign)| {
        text.replace(name, sign)
    })
}

/// The first form that asks for a password.
pub(super) fn sign_in_form(html: &str) -> Option<Form> {
    let mut form: Option<Form> = None;
    for tag in html.split('<').skip(1).map(Tag::parse) {
        match (tag.name.as_str(), &mut form) {
            ("form", _) => {
                form = Some(Form {
                    action: tag.get("action").unwrap_or_default().to_owned(),
                    fields: Vec::new(),
                    user: String::new(),
                    password: String::new(),
                });
            }
            ("/form", Some(found)) if !found.password.is_empty() => return form,
            ("/form", _) => form = None,
            ("input" | "button", Some(found)) => note(found, &tag),
            _ => {}
        }
    }
    None
}

fn note(form: &mut Form, field: &Tag) {
    let Some(name) = field.get("name").filter(|name| !name.is_empty()) else {
        return;
    };
    let kind = field.get("type").unwrap_or("text");
    match (field.name.as_str(), kind) {
        (_, "password") => name.clone_into(&mut form.password),
        ("input", "text" | "email" | "") if form.user.is_empty() => {
            name.clone_into(&mut form.user);
        }
        ("input", "checkbox" | "radio" | "file" | "image" | "reset" | "button") => {}
        _ => {
            let value = field.get("value").unwrap_or_default();
            form.fields.push((name.to_owned(), value.to_owned()));
        }
    }
}

/// The page's title.
pub(super) fn title(html: &str) -> Option<&str> {
    let (_, rest) = html.split_once("<title>")?;
    Some(rest.split_once("</title>")?.0.trim())
}

/// What a token page posts, and to whom; `None` for whom if that is no plain string.
pub(super) fn posted(html: &str) -> Option<(Value, Option<String>)> {
    html.match_indices('{').find_map(|(at, _)| {
        let rest = html.get(at..)?;
        let mut values = Deserializer::from_str(rest).into_iter::<Value>();
        let message = values.next()?.ok()?;
        let says = |name| message.get(name).is_some();
        if !(says("accessToken") || says("error") || says("profile")) {
            return None;
        }
        let after = rest.get(values.byte_offset()..)?.trim_start();
        let after = after.strip_prefix(',').unwrap_or_default();
        let target = Deserializer::from_str(after).into_iter::<String>().next();
        Some((message, target.and_then(Result::ok)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_that_asks_for_a_password_is_found_with_all_it_holds() {
        let html = r#"<title> Sign in </title><form action=/search><input name=q></form>
            <form method="post" action="/auth/login?a=1&amp;b=2">
            <input type="hidden" name="csrf" value="x&quot;&#x2F;">
            <input id='u' name='who' required><input type=checkbox name=keep value=1>
            <input name="secret" type="password"/><button name="go" value="in">In</button></form>"#;
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let form = Form {
            action: "/auth/login?a=1&b=2".to_owned(),
            fields: vec![pair("csrf", "x\"/"), pair("go", "in")],
            user: "who".to_owned(),
            password: "secret".to_owned(),
        };
        assert_eq!(sign_in_form(html), Some(form));
        assert_eq!(title(html), Some("Sign in"));
        for none in [
            "",
            "<",
            "<form",
            "<form><input name=a></form>",
            "<form><input type=password name=p>",
        ] {
            assert_eq!(sign_in_form(none), None, "{none}");
        }
    }

    #[test]
    fn the_message_of_a_token_page_is_found_with_its_target() {
        let html = r#"<script>if (x) { window.parent.postMessage({"error": "x", "messageId": "\u003c1"}, "https://v.example"); }"#;
        let (message, target) = posted(html).unwrap();
        assert_eq!(message.get("messageId").unwrap(), "<1");
        assert_eq!(target.as_deref(), Some("https://v.example"));
        let (_, target) = posted(r#"var m = {"accessToken": "t"}; post(m, o)"#).unwrap();
        assert_eq!(target, None);
        assert_eq!(posted("function () { return {}; }"), None);
    }
}
