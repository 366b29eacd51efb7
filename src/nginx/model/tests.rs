//! What directives come to.

use super::{Backend, Model, Scope, Version, names};
use crate::nginx::syntax::{Directive, read};

fn main(http: &str) -> Vec<Directive> {
    read(&format!("http {{ {http} }}")).unwrap().main
}

fn find<'m, 'a>(model: &'m Model<'a>, title: &str) -> &'m Scope<'a> {
    model
        .scopes
        .iter()
        .find(|scope| scope.title() == title)
        .unwrap()
}

fn backends(model: &Model<'_>, title: &str) -> Vec<String> {
    let served = model.serves(find(model, title)).into_iter();
    served
        .map(|served| match served.backend {
            Backend::Address(address) => format!("{address}{}", served.path),
            Backend::Folder(folder) => folder,
            Backend::Chosen(name) => format!("${name}"),
        })
        .collect()
}

#[test]
fn a_block_inherits_what_it_does_not_say_itself() {
    let main = main(
        "proxy_set_header A 1; proxy_set_header B 2; ssi on; server { location /x { proxy_set_header C 3; } location /y { ssi off; } }",
    );
    let model = Model::new(&main, None);
    let (x, y) = (find(&model, "location /x"), find(&model, "location /y"));
    assert_eq!(x.list("proxy_set_header").len(), 1);
    assert_eq!(y.list("proxy_set_header").len(), 2);
    assert_eq!((x.value("ssi"), y.value("ssi")), ("on", "off"));
    assert!(
        x.header("proxy_set_header", "a").is_none() && y.header("proxy_set_header", "b").is_some()
    );
}

#[test]
fn locations_are_chosen_as_nginx_chooses_them() {
    let main = main(
        "server { location / {} location /a {} location ^~ /a/b { location /a/b/c {} } location = /a {} location ~ x {} location @n {} }",
    );
    let model = Model::new(&main, None);
    let server = model.servers().next().unwrap();
    for (path, title) in [
        ("/", "location /"),
        ("/a", "location = /a"),
        ("/ab?/a/b", "location /a"),
        ("/a/bx", "location ^~ /a/b"),
        ("/a/b/cd", "location /a/b/c"),
        ("/x", "location ~ x"),
        ("/ax", "location ~ x"),
        ("/y", "location /"),
    ] {
        assert_eq!(model.locate(server, path).unwrap().title(), title, "{path}");
    }
    assert_eq!(model.target(server, "@n").unwrap().title(), "location @n");
    assert!(model.target(server, "@m").is_none());
}

#[test]
fn programs_and_folders_are_found_behind_variables() {
    let main = main(
        "upstream u { server LOCALHOST:81; server unix:/s; server 10.0.0.1 down; }
         map $x $up { default u; \"\" none; } map $y $dir { a /srv/a; b /srv/b/; }
         server { root /www; set $port 90;
           location /1 { proxy_pass http://u/p/q; } location /2 { proxy_pass http://$up$request_uri; }
           location /3 { proxy_pass https://h$uri; } location /4 { proxy_pass http://$arg_x; }
           location /5 { alias $dir/; } location /6 {} location /7 { proxy_pass http://127.0.0.1:$port; }
           location /8 { proxy_pass http://unix:/run/s:/p; } location /9 { fastcgi_pass u; } location /10 { return 204; } } server { root /x; }",
    );
    let model = Model::new(&main, None);
    for (title, expected) in [
        ("location /1", vec!["127.0.0.1:81/p/q", "unix:/s/p/q"]),
        (
            "location /2",
            vec!["127.0.0.1:81/2", "unix:/s/2", "none:80/2"],
        ),
        ("location /3", vec!["h:443/3"]),
        ("location /4", vec!["$arg_x"]),
        ("location /5", vec!["/srv/a/", "/srv/b/"]),
        ("location /6", vec!["/www/6/"]),
        ("location /8", vec!["unix:/run/s/p"]),
        ("location /9", vec!["127.0.0.1:81/9", "unix:/s/9"]),
        ("location /10", vec![]),
    ] {
        assert_eq!(backends(&model, title), expected, "{title}");
    }
}

#[test]
fn decoded_text_is_known_wherever_it_goes() {
    let main = main(
        "map $request_uri $raw { ~^(?<cut>.*) $cut; } map $uri $low { ~^(?<part>.*) $part; default x; } map $uri $word { /a 1; default 0; }
         server { location ~ ^/(?<name>.*)$ { set $copy $uri; set $fine $request_uri; if ($request_uri ~ (.*)) { return 200; } } location / {} }",
    );
    let model = Model::new(&main, None);
    let pattern = find(&model, "location ~ ^/(?<name>.*)$");
    for text in ["$uri", "x${document_uri}", "$1", "$low", "$name", "$copy"] {
        assert!(model.decoded(pattern, text).is_some(), "{text}");
    }
    for text in ["", "$request_uri", "$raw", "$word", "$fine", "$host"] {
        assert_eq!(model.decoded(pattern, text), None, "{text}");
    }
    let condition = find(&model, "if ($request_uri ~ (.*))");
    assert_eq!(model.decoded(condition, "$1"), None);
}

#[test]
fn variables_are_found_in_texts() {
    assert_eq!(names("$a-${b}c$1x$"), ["a", "b", "1"]);
    assert_eq!(names("$ $$a"), ["a"]);
}

#[test]
fn versions_are_compared_by_their_numbers() {
    assert!(Version::parse("1.9.10").unwrap() < Version::parse("1.22.1 (Debian)").unwrap());
    assert_eq!(Version::parse("1.28").unwrap().to_string(), "1.28.0");
    assert_eq!(Version::parse("openresty"), None);
}
