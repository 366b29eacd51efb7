//! The simple formatting of terms of use: a subset of Markdown, made HTML that can do no harm.
//!
//! Paragraphs, emphasis, lists and https links; HTML in the text is shown as it was typed.

use pulldown_cmark::{CowStr, Event, Options, Parser, Tag, TagEnd, html::push_html};
use url::Url;

/// The text as HTML.
pub fn to_html(markdown: &str) -> String {
    let mut html = String::new();
    let mut links = Vec::new();
    let events = Parser::new_ext(markdown, Options::empty())
        .flat_map(|event| kept(event, &mut links))
        .collect::<Vec<_>>();
    push_html(&mut html, events.into_iter());
    html.trim_end().to_owned()
}

/// The text as plain words, with the addresses of links in parentheses.
pub fn to_text(markdown: &str) -> String {
    let mut text = String::new();
    let mut links = Vec::new();
    for event in Parser::new_ext(markdown, Options::empty()) {
        match event {
            Event::Text(words)
            | Event::Code(words)
            | Event::Html(words)
            | Event::InlineHtml(words) => {
                text.push_str(&words);
            }
            Event::SoftBreak => text.push(' '),
            Event::Start(Tag::Item) => text.push_str("- "),
            Event::Start(Tag::Link { dest_url, .. }) => links.push(safe_link(&dest_url)),
            Event::End(TagEnd::Link) => {
                if let Some(Some(url)) = links.pop() {
                    text.push_str(" (");
                    text.push_str(&url);
                    text.push(')');
                }
            }
            Event::HardBreak | Event::End(TagEnd::Item) => text.push('\n'),
            Event::End(TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::List(_)) => {
                text.push_str("\n\n");
            }
            _ => {}
        }
    }
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    let mut text = lines.join("\n");
    while text.contains("\n\n\n") {
        text = text.replace("\n\n\n", "\n\n");
    }
    text.trim().to_owned()
}

/// Plain words as HTML.
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

/// What becomes of an event. Headings are strong paragraphs, because the page has a heading of its own.
fn kept<'a>(event: Event<'a>, links: &mut Vec<bool>) -> Vec<Event<'a>> {
    match event {
        Event::Code(text) | Event::Html(text) | Event::InlineHtml(text) => vec![Event::Text(text)],
        Event::Start(Tag::Heading { .. }) => {
            vec![Event::Start(Tag::Paragraph), Event::Start(Tag::Strong)]
        }
        Event::End(TagEnd::Heading(_)) => {
            vec![Event::End(TagEnd::Strong), Event::End(TagEnd::Paragraph)]
        }
        Event::Start(Tag::HtmlBlock | Tag::CodeBlock(_)) => vec![Event::Start(Tag::Paragraph)],
        Event::End(TagEnd::HtmlBlock | TagEnd::CodeBlock) => vec![Event::End(TagEnd::Paragraph)],
        Event::Start(Tag::Link { dest_url, .. }) => {
            let url = safe_link(&dest_url);
            links.push(url.is_some());
            url.map(|url| Event::InlineHtml(anchor(&url)))
                .into_iter()
                .collect()
        }
        Event::End(TagEnd::Link) => match links.pop() {
            Some(true) => vec![Event::InlineHtml(CowStr::Borrowed("</a>"))],
            Some(false) | None => Vec::new(),
        },
        Event::Text(_)
        | Event::SoftBreak
        | Event::HardBreak
        | Event::Start(Tag::Paragraph | Tag::Emphasis | Tag::Strong | Tag::List(_) | Tag::Item)
        | Event::End(
            TagEnd::Paragraph | TagEnd::Emphasis | TagEnd::Strong | TagEnd::List(_) | TagEnd::Item,
        ) => vec![event],
        // Images, quotes, rules and whatever else Markdown may have: the words in them remain.
        _ => Vec::new(),
    }
}

fn anchor(url: &str) -> CowStr<'static> {
    let url = escape(url);
    format!(r#"<a href="{url}" rel="noopener noreferrer" target="_blank">"#).into()
}

/// The address, if it is one of another https site.
fn safe_link(url: &str) -> Option<String> {
    let url = Url::parse(url).ok()?;
    (url.scheme() == "https" && url.host_str().is_some()).then(|| url.to_string())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_subset_becomes_html() {
        for (markdown, html) in [
            (
                "One *two* **three**.\nFour\n\nFive",
                "<p>One <em>two</em> <strong>three</strong>.\nFour</p>\n<p>Five</p>",
            ),
            (
                "- a\n- b\n\n3. c",
                "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n<ol start=\"3\">\n<li>c</li>\n</ol>",
            ),
            ("# Title", "<p><strong>Title</strong></p>"),
            (
                "[us](https://a.example/?x=1&y=\"2)",
                r#"<p><a href="https://a.example/?x=1&amp;y=%222" rel="noopener noreferrer" target="_blank">us</a></p>"#,
            ),
        ] {
            assert_eq!(to_html(markdown), html, "{markdown}");
        }
    }

    #[test]
    fn what_could_do_harm_is_words() {
        for (markdown, html) in [
            ("[x](javascript:alert(1))", "<p>x</p>"),
            ("[x](http://a.example)", "<p>x</p>"),
            ("[x](/admin)", "<p>x</p>"),
            ("![alt](https://a.example/x.png)", "<p>alt</p>"),
            (
                "a <b onclick=\"x\">b</b>",
                "<p>a &lt;b onclick=&quot;x&quot;&gt;b&lt;/b&gt;</p>",
            ),
            (
                "<script>alert(1)</script>",
                "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>",
            ),
            ("`<i>`", "<p>&lt;i&gt;</p>"),
        ] {
            assert_eq!(to_html(markdown).replace('"', "&quot;"), html, "{markdown}");
        }
    }

    #[test]
    fn plain_words_keep_lists_and_addresses() {
        let text = "# Terms\n\nYou *may*:\n\n- read\n- [ask](https://a.example/)\n\nEnd.";
        let expected = "Terms\n\nYou may:\n\n- read\n- ask (https://a.example/)\n\nEnd.";
        assert_eq!(to_text(text), expected);
    }

    proptest! {
        #[test]
        fn there_are_only_known_tags(text in "[-<>a-z/*_\\[\\]()!#`\"'= &:\n1.]{0,80}") {
            let html = to_html(&text);
            for tag in html.split('<').skip(1) {
                let name: String = tag.trim_start_matches('/')
                    .chars().take_while(char::is_ascii_alphanumeric).collect();
                prop_assert!(["p", "em", "strong", "ul", "ol", "li", "br", "a"].contains(&&*name), "{}", html);
            }
            let _ = to_text(&text);
        }
    }
}
