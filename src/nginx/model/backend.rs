//! Where answers come from: programs by their address, and folders.

use crate::nginx::syntax::Directive;

use super::variables::names;
use super::{Kind, Match, Model, Scope, address};

/// Directives that answer in some other way, so that no file is served.
const ANSWERS: &[&str] = &[
    "return",
    "stub_status",
    "empty_gif",
    "js_content",
    "perl",
    "content_by_lua",
    "content_by_lua_block",
    "content_by_lua_file",
    "api",
    "status",
];

/// What an answer comes from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Backend {
    /// A program: `127.0.0.1:8182` or `unix:/path`.
    Address(String),
    /// A folder, with a slash at its end.
    Folder(String),
    /// A program that this variable chooses.
    Chosen(String),
}

/// One thing that a block serves.
#[derive(Debug, Clone)]
pub struct Served<'a> {
    /// What it comes from.
    pub backend: Backend,
    /// What the path begins with that the program is asked for; as much of it as is known.
    pub path: String,
    /// The directive that says so.
    pub directive: &'a Directive,
}

impl<'a> Model<'a> {
    /// What a block serves by itself.
    pub fn serves(&self, scope: &Scope<'a>) -> Vec<Served<'a>> {
        // One in a condition is not the block's own.
        if scope.own("return").next().is_some() {
            return Vec::new();
        }
        if let Some(pass) = scope.own_pass() {
            return self.programs(scope, pass);
        }
        let other = scope
            .directives()
            .iter()
            .any(|own| ANSWERS.contains(&own.name()));
        match scope.kind {
            Kind::Server | Kind::Location(_) if !other => self.folders(scope),
            _ => Vec::new(),
        }
    }

    /// The programs that a `proxy_pass` or the like leads to.
    pub fn programs(&self, scope: &Scope<'a>, pass: &'a Directive) -> Vec<Served<'a>> {
        let text = pass.arg(0);
        let served = |backend, path| Served {
            backend,
            path,
            directive: pass,
        };
        let Some(texts) = self.whole(scope, text) else {
            let name = names(text)
                .first()
                .map(ToString::to_string)
                .unwrap_or_default();
            return vec![served(Backend::Chosen(name), String::new())];
        };
        texts
            .iter()
            .flat_map(|text| {
                let (scheme, rest) = text.split_once("://").unwrap_or(("", text));
                let port = if scheme == "https" { "443" } else { "80" };
                let (host, path) = split_host(rest);
                let paths = self.paths(scope, host, path);
                let hosts = self.hosts(scope, host, port);
                let pairs = hosts.into_iter().flat_map(move |host| {
                    paths
                        .clone()
                        .into_iter()
                        .map(move |path| (host.clone(), path))
                });
                pairs
                    .map(|(host, path)| served(host, path))
                    .collect::<Vec<_>>()
            })
            .collect()
    }

    /// An address with the scheme before it, from a variable or two; nothing if it can be anything.
    fn whole(&self, scope: &Scope<'a>, text: &str) -> Option<Vec<String>> {
        if let Some(rest) = text.strip_prefix("$scheme") {
            return Some(vec![format!("http{rest}")]);
        }
        if !text.starts_with('$') {
            return Some(vec![text.to_owned()]);
        }
        let head = chooser(text);
        let path = text.get(head.len()..).unwrap_or_default();
        let heads = self.values(scope, head)?.into_iter();
        Some(heads.map(|head| head + path).collect())
    }

    /// What the paths begin with that a program is asked for.
    fn paths(&self, scope: &Scope<'a>, host: &str, path: &str) -> Vec<String> {
        let own = scope.around().and_then(Scope::location);
        let own = own.and_then(Match::path).unwrap_or_default();
        // In `http://name$path` a variable is the whole path.
        let made = host.get(chooser(host).len()..).unwrap_or_default();
        if made.starts_with("$request_uri") || made.starts_with("$uri") {
            return vec![own.to_owned()];
        }
        if !made.is_empty() {
            let values = self.values(scope, made);
            return values.unwrap_or_else(|| vec![String::new()]);
        }
        let mut paths = vec![path.split('$').next().unwrap_or_default().to_owned()];
        if path.is_empty() {
            paths = vec![own.to_owned()];
        }
        // A changed path is sent on in place of any other, unless variables make one.
        if !path.contains('$') {
            paths.extend(self.broken(scope));
        }
        paths
    }

    /// The addresses behind the host part of a URL.
    fn hosts(&self, scope: &Scope<'a>, host: &str, port: &str) -> Vec<Backend> {
        let chooses = chooser(host);
        if !chooses.contains('$') {
            return self.upstream_addresses(chooses, port);
        }
        let Some(hosts) = self.values(scope, chooses) else {
            let name = names(chooses).first().copied().unwrap_or_default();
            return vec![Backend::Chosen(name.to_owned())];
        };
        let all = hosts.iter();
        all.flat_map(|host| self.upstream_addresses(host, port))
            .collect()
    }

    fn upstream_addresses(&self, host: &str, port: &str) -> Vec<Backend> {
        let Some(upstream) = self.upstream(host) else {
            return vec![Backend::Address(address(host, port))];
        };
        let servers = upstream
            .block()
            .iter()
            .filter(|line| line.name() == "server");
        let used = servers.filter(|server| !server.args().iter().any(|arg| arg == "down"));
        used.map(|server| Backend::Address(address(server.arg(0), "80")))
            .collect()
    }

    /// The folder that a block serves files from.
    fn folders(&self, scope: &Scope<'a>) -> Vec<Served<'a>> {
        let holds = scope.outward().find_map(|around| {
            let own = around
                .directives()
                .iter()
                .rfind(|own| ["root", "alias"].contains(&own.name()));
            own.map(|directive| (around, directive))
        });
        let Some((_, directive)) = holds else {
            return Vec::new();
        };
        let text = directive.arg(0);
        let values = self
            .values(scope, text)
            .unwrap_or_else(|| vec![text.split('$').next().unwrap_or_default().to_owned()]);
        let path = match scope.location() {
            Some(location) if directive.name() == "root" => location.path().unwrap_or_default(),
            _ => "",
        };
        let values = values
            .into_iter()
            .filter(|value| !value.is_empty() && value.trim_end_matches('/') != "/nowhere");
        let tried = tried(scope, directive);
        values
            .flat_map(|value| {
                let below = tried.iter().map(|tried| format!("{value}{tried}"));
                below.chain([format!("{value}{path}")]).collect::<Vec<_>>()
            })
            .map(|path| Served {
                backend: Backend::Folder(folder(&path)),
                path: String::new(),
                directive,
            })
            .collect()
    }
}

/// What `try_files` looks for below the root whatever the visitor's path is.
fn tried<'a>(scope: &Scope<'a>, holds: &Directive) -> Vec<&'a str> {
    let line = scope.own("try_files").last();
    let files = line.and_then(|line| line.args().split_last());
    let files = files.map(|(_, files)| files).unwrap_or_default().iter();
    files
        .map(|file| file.split('$').next().unwrap_or_default())
        .filter(|file| !file.is_empty() && holds.name() == "root")
        .collect()
}

/// A folder in one spelling.
pub fn folder(text: &str) -> String {
    let parts: Vec<&str> = text
        .split('/')
        .filter(|part| !part.is_empty() && *part != ".")
        .collect();
    let start = if text.starts_with('/') { "/" } else { "" };
    let end = if parts.is_empty() { "" } else { "/" };
    format!("{start}{}{end}", parts.join("/"))
}

/// The part of `name$path` or `$name$path` that says which program: a variable behind a whole address is a path.
fn chooser(host: &str) -> &str {
    let from = usize::from(host.starts_with('$'));
    let end = host
        .get(from..)
        .and_then(|rest| rest.find('$'))
        .map_or(host.len(), |at| at + from);
    let chooses = host.get(..end).unwrap_or(host);
    // `name.$domain` is one name.
    if chooses.ends_with(['.', '-']) {
        host
    } else {
        chooses
    }
}

/// The host of what stands behind `http://`, and what follows.
fn split_host(rest: &str) -> (&str, &str) {
    // The path of a socket ends with a colon.
    if let Some(socket) = rest.strip_prefix("unix:") {
        let end = socket.find(':').map_or(rest.len(), |at| at + "unix:".len());
        return (
            rest.get(..end).unwrap_or(rest),
            rest.get(end..).unwrap_or_default().trim_start_matches(':'),
        );
    }
    match rest.find('/') {
        Some(at) => (
            rest.get(..at).unwrap_or(rest),
            rest.get(at..).unwrap_or_default(),
        ),
        None => (rest, ""),
    }
}
