//! Words, files and includes as nginx reads them.

use std::fmt::Write as _;
use std::sync::Arc;

use proptest::prelude::*;

use super::{Body, Directive, Unreadable, parse, read};

fn words(text: &str) -> Vec<Vec<String>> {
    let directives = parse(&"".into(), text).unwrap();
    directives
        .into_iter()
        .map(|directive| directive.words)
        .collect()
}

#[test]
fn words_are_read_as_nginx_reads_them() {
    for (text, expected) in [
        ("a b c;", vec!["a", "b", "c"]),
        ("a \"b c\" 'd;{}';", vec!["a", "b c", "d;{}"]),
        ("a b#c; # d;", vec!["a", "b#c"]),
        (
            "a \\\" \\' \\\\ \\t\\n \\d \\;;",
            vec!["a", "\"", "'", "\\", "\t\n", "\\d", "\\;"],
        ),
        ("a ${b}c $d;", vec!["a", "${b}c", "$d"]),
        ("a b\"c d\";", vec!["a", "b\"c", "d\""]),
        ("a\r\n\tb\n;", vec!["a", "b"]),
        ("a \"b\"c;", vec![]),
        ("a \"\";", vec!["a", ""]),
        ("a ~^/x{2};", vec![]),
        ("a }b;", vec![]),
    ] {
        let read = parse(&"".into(), text);
        let read = read
            .ok()
            .filter(|read| read.len() == 1 && read[0].body == Body::Nothing);
        let read = read.map(|read| read[0].words.clone()).unwrap_or_default();
        assert_eq!(read, expected, "{text}");
    }
}

#[test]
fn a_directive_knows_its_line() {
    let read = parse(&"/x".into(), "a 1;\n\nb {\n  c\n   2; }\n").unwrap();
    assert_eq!(read[0].place.to_string(), "/x:1");
    assert_eq!(read[1].block()[0].place.to_string(), "/x:4");
    assert_eq!(&*read[1].block()[0].source, "c");
    assert_eq!(&*read[1].source, "b {");
}

#[test]
fn programs_are_skipped_with_their_braces() {
    let text = "content_by_lua_block {\n local a = {1} -- }\n --[[ } ]] b = '}' .. \"\\\"}\" .. [==[ }]] ]==] c[d[1]] = 2 - 1\n}\nx 1;";
    let read = parse(&"".into(), text).unwrap();
    assert!(matches!(&read[0].body, Body::Program(text) if text.ends_with("2 - 1\n")));
    assert_eq!(read[1].words, ["x", "1"]);
    assert_eq!(read[1].place.line, 5);
}

#[test]
fn files_are_put_where_they_are_included() {
    let text = "nginx version: nginx/1.25.3 (Ubuntu)\n# configuration file /etc/nginx/nginx.conf:\nhttp { include conf.d/*.conf; include /etc/nginx/./x; }\n\
                # configuration file /etc/nginx/conf.d/b.conf:\nb 1;\n# configuration file /etc/nginx/conf.d/a.conf:\na 1;\n# configuration file /etc/nginx/x:\nx 1;\n";
    let dump = read(text).unwrap();
    let names: Vec<&str> = dump.main[0].block().iter().map(Directive::name).collect();
    assert_eq!(names, ["a", "b", "x"]);
    assert_eq!(
        dump.main[0].block()[0].place.to_string(),
        "/etc/nginx/conf.d/a.conf:1"
    );
    assert_eq!(
        (dump.files, dump.version.as_deref()),
        (4, Some("1.25.3 (Ubuntu)"))
    );
}

#[test]
fn names_are_matched_as_a_shell_matches_them() {
    let fits = super::include::fits;
    for (pattern, name, expected) in [
        ("/a/*.conf", "/a/b.conf", true),
        ("/a/*.conf", "/a/.b.conf", false),
        ("/a/*.conf", "/a/b/c.conf", false),
        ("/a/*", "/a/b", true),
        ("/*/[0-9]?-*", "/a/15-x", true),
        ("/a/[!x]", "/a/x", false),
        ("/a/b", "/a/b", true),
        ("/a/b", "/a/c", false),
    ] {
        assert_eq!(fits(pattern, name), expected, "{pattern} {name}");
    }
}

fn any_directive() -> impl Strategy<Value = Directive> {
    let words = || prop::collection::vec("[ -~\\t\\r\\né]{0,12}", 1..4);
    let leaf = words().prop_map(|words| directive(words, Body::Nothing));
    leaf.prop_recursive(4, 24, 4, move |inner| {
        (words(), prop::collection::vec(inner, 0..4))
            .prop_map(|(words, block)| directive(words, Body::Block(block)))
    })
}

fn directive(words: Vec<String>, body: Body) -> Directive {
    Directive {
        place: super::Place {
            file: "".into(),
            line: 1,
        },
        words,
        body,
        source: "".into(),
    }
}

/// Without where it was read.
fn bare(directive: &Directive) -> Directive {
    let body = match &directive.body {
        Body::Block(block) => Body::Block(block.iter().map(bare).collect()),
        other => other.clone(),
    };
    self::directive(directive.words.clone(), body)
}

fn check(text: &str) -> Result<String, Unreadable> {
    crate::nginx::check(text, None, &crate::nginx::site::Known::default())
        .map(|report| report.to_string())
}

proptest! {
    #[test]
    fn what_is_printed_is_read_as_the_same(directives in prop::collection::vec(any_directive(), 0..5)) {
        let mut text = String::new();
        for directive in &directives {
            prop_assume!(!directive.name().ends_with("_by_lua_block"));
            let _ = writeln!(text, "{directive}");
        }
        let file: Arc<str> = "".into();
        let read: Vec<_> = parse(&file, &text).unwrap().iter().map(bare).collect();
        prop_assert_eq!(read, directives);
    }

    #[test]
    fn no_text_makes_it_panic(text in "(\\PC|[{};\"'\\\\$#\\n ]|http|server|location|if|map|include|[a-z_]+_by_lua_block|# configuration file /[a-c]:\\n){0,60}") {
        let _ = check(&text);
    }
}

/// Directives that matter here, with arguments that may or may not fit.
fn meaningful() -> impl Strategy<Value = String> {
    let select = |words: &'static str| prop::sample::select(words.split(' ').collect::<Vec<_>>());
    let names = select(NAMES);
    let words = prop::collection::vec(select(WORDS), 0..4);
    (names, words).prop_map(|(name, words)| format!("{name} {};", words.join(" ")))
}

const NAMES: &str = "auth_request proxy_pass fastcgi_pass return rewrite set error_page alias root try_files \
    proxy_set_header add_header internal listen server_name proxy_cache proxy_cache_key ssi satisfy \
    set_real_ip_from auth_request_set access_log ssl_protocols allow deny";
const WORDS: &str = "/a /a/ @a http://127.0.0.1:9780/query_auth http://$v $v ${v}x = 401 =200 off on any all \
    \"\" $uri $1 0.0.0.0/0 / last X-Real-IP \"é${\" 80 unix:/x: $ -";

proptest! {
    #[test]
    fn no_configuration_makes_it_panic(
        http in prop::collection::vec(meaningful(), 0..4),
        locations in prop::collection::vec((prop::sample::select(vec!["/a", "= /a", "^~ /a/", "~ x(.*)", "@a", "/"]), prop::collection::vec(meaningful(), 0..6)), 0..6),
        map in "(default|~x|\"\"|\\$v) (\\$v|\\$uri|\\$1|a|\"\")",
    ) {
        let locations = locations.iter().map(|(name, lines)| format!("location {name} {{ {} if ($v) {{ return 200; }} }}\n", lines.concat()));
        let locations = locations.collect::<Vec<_>>().concat();
        let text = format!("http {{ map $v $v {{ {map}; }} upstream u {{ server x; }} {} server {{ {locations} }} }}", http.concat());
        prop_assert!(check(&text).is_ok(), "{}", text);
    }
}

#[test]
fn all_words_of_a_file_are_there() {
    assert_eq!(words("a 1; b { c 2; }"), [vec!["a", "1"], vec!["b"]]);
}
