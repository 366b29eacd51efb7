//! What of a configuration belongs to the gate: the servers that know it, the places in which it is asked, and what it guards.

mod guard;
mod links;

pub use guard::Guard;

use super::model::{Backend, Kind, Model, Scope, Served, address};

/// The path of the question at the gate, and that of its words.
const QUESTION: &str = "/query_auth";
const WORDS: &str = "/describe";
/// Where the gate listens unless it is told otherwise.
const PORT: &str = ":9780";

/// What whoever runs the check knows better than the configuration says.
#[derive(Debug, Default, Clone)]
pub struct Known {
    /// Addresses of the gate.
    pub gates: Vec<String>,
    /// Addresses and folders that nobody may reach but by the gate.
    pub protected: Vec<String>,
    /// Links of the file system in folders that are served or guarded.
    pub links: Vec<Link>,
}

/// A link of the file system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Where it is.
    pub from: String,
    /// What it leads to, without any more links.
    pub to: String,
}

/// Something that only those may reach whom the gate lets through.
#[derive(Debug, Clone)]
pub struct Protected {
    /// What.
    pub backend: Backend,
    /// What the paths begin with under which the gate's locations ask for it.
    pub path: String,
    /// Who says so, for people.
    pub because: String,
}

/// A configuration, and what in it is the gate's.
#[derive(Debug)]
pub struct Site<'m, 'a> {
    /// The configuration.
    pub model: &'m Model<'a>,
    /// The servers that ask the gate or show its pages, by their number.
    pub servers: Vec<&'m Scope<'a>>,
    /// What the gate guards.
    pub protected: Vec<Protected>,
    gates: Vec<String>,
    links: Vec<Link>,
}

impl<'m, 'a> Site<'m, 'a> {
    /// Looks for the gate.
    pub fn new(model: &'m Model<'a>, known: &Known) -> Self {
        let mut site = Self {
            model,
            servers: Vec::new(),
            protected: Vec::new(),
            gates: known
                .gates
                .iter()
                .map(|gate| address(gate.trim_start_matches("http://"), "80"))
                .collect(),
            links: known.links.clone(),
        };
        site.find_gates();
        site.servers = model
            .servers()
            .filter(|server| site.knows_gate(server))
            .collect();
        site.find_protected(known);
        site
    }

    /// Whoever is asked by the path of the question is the gate.
    fn find_gates(&mut self) {
        let mut found = Vec::new();
        for scope in &self.model.scopes {
            for served in self.model.serves(scope) {
                if let Backend::Address(address) = served.backend {
                    let asked = served
                        .path
                        .split('?')
                        .next()
                        .is_some_and(|path| path.ends_with(QUESTION));
                    let named = served.directive.arg(0).contains("://iiif_gate")
                        && !served.directive.arg(0).contains("://iiif_gate_");
                    if asked || named || is_usual(&address) {
                        found.push(address);
                    }
                }
            }
        }
        self.gates.extend(found);
    }

    fn knows_gate(&self, server: &Scope<'a>) -> bool {
        self.model
            .within(server)
            .any(|scope| self.leads_to_gate(scope))
    }

    fn find_protected(&mut self, known: &Known) {
        let mut found = Vec::new();
        for server in &self.servers {
            for scope in self.model.within(server) {
                if matches!(self.guard(scope), Guard::Gate(_)) && scope.location().is_some() {
                    let served = self.model.serves(scope).into_iter();
                    found.extend(served.filter(|served| !self.is_gate(&served.backend)).map(
                        |served| Protected {
                            because: format!(
                                "which `{}` in {} guards",
                                scope.title(),
                                scope.opening.place
                            ),
                            backend: served.backend,
                            path: served.path,
                        },
                    ));
                }
            }
        }
        found.retain(|protected| !matches!(protected.backend, Backend::Chosen(_)));
        found.extend(known.protected.iter().map(|text| Protected {
            backend: match text.strip_prefix('/') {
                Some(path) => Backend::Folder(format!("/{}/", path.trim_matches('/'))),
                None => Backend::Address(address(
                    text.trim_start_matches("http://").trim_end_matches('/'),
                    "80",
                )),
            },
            path: String::new(),
            because: "which is to be protected".to_owned(),
        }));
        self.protected = found;
        self.follow_inner_servers();
        self.follow_outer_servers();
    }

    /// A server for this machine alone that leads to what is guarded is a way for every other that leads to it.
    fn follow_outer_servers(&mut self) {
        loop {
            let mut found = Vec::new();
            for server in self.model.servers() {
                let leads = self.model.within(server).any(|scope| {
                    matches!(self.guard(scope), Guard::Other(line) if line.name() == "listen")
                        && self.model.serves(scope).iter().any(|served| {
                            let mut known = self.protected.iter();
                            known.any(|known| known.backend == served.backend)
                        })
                });
                let listens = server.own("listen").filter(|_| leads);
                found.extend(listens.map(|listen| Protected {
                    backend: Backend::Address(address(listen.arg(0), "80")),
                    path: String::new(),
                    because: format!("which the server in {} leads on from", server.opening.place),
                }));
            }
            found.retain(|new| {
                !self
                    .protected
                    .iter()
                    .any(|known| known.backend == new.backend)
            });
            if found.is_empty() {
                return;
            }
            self.protected.extend(found);
        }
    }

    /// Where a guarded program is a server of this nginx, what is behind that is guarded, too.
    fn follow_inner_servers(&mut self) {
        let mut seen = 0;
        while seen < self.protected.len() {
            let Some(outer) = self.protected.get(seen).cloned() else {
                break;
            };
            seen += 1;
            let inner = self
                .model
                .servers()
                .filter(|server| !self.servers.iter().any(|own| own.id == server.id));
            for server in inner.filter(|server| listens_on(server, &outer.backend)) {
                for served in self
                    .model
                    .within(server)
                    .flat_map(|scope| self.model.serves(scope))
                {
                    let new = !self
                        .protected
                        .iter()
                        .any(|known| known.backend == served.backend);
                    if new && matches!(served.backend, Backend::Address(_)) {
                        self.protected.push(Protected {
                            backend: served.backend,
                            path: served.path,
                            because: format!(
                                "which is behind the server in {}",
                                server.opening.place
                            ),
                        });
                    }
                }
            }
        }
    }

    /// Whether this is the gate.
    pub fn is_gate(&self, backend: &Backend) -> bool {
        matches!(backend, Backend::Address(address) if self.gates.contains(address))
    }

    /// Whether the gate listens on sockets of this machine alone, where nothing else can take its place.
    pub fn on_sockets(&self) -> bool {
        !self.gates.is_empty() && self.gates.iter().all(|gate| gate.starts_with("unix:"))
    }

    /// Whether a block hands its requests to the gate.
    pub fn leads_to_gate(&self, scope: &Scope<'a>) -> bool {
        self.model
            .serves(scope)
            .iter()
            .any(|served| self.is_gate(&served.backend))
    }

    /// Whether it asks the gate for its decision, or for its words about one.
    pub fn is_question(&self, scope: &Scope<'a>) -> bool {
        self.gate_paths(scope)
            .iter()
            .any(|path| path.ends_with(QUESTION))
    }

    /// Whether the gate writes the answer here.
    pub fn is_words(&self, scope: &Scope<'a>) -> bool {
        self.gate_paths(scope)
            .iter()
            .any(|path| path.ends_with(WORDS))
    }

    /// The paths under which a block asks the gate.
    pub fn gate_paths(&self, scope: &Scope<'a>) -> Vec<String> {
        let gate = |served: &Served<'a>| self.is_gate(&served.backend);
        let served = self.model.serves(scope).into_iter().filter(gate);
        served
            .map(|served| served.path.split('?').next().unwrap_or_default().to_owned())
            .collect()
    }
}

/// Whether this address is where the gate listens by itself, or a socket named like it.
fn is_usual(address: &str) -> bool {
    address.ends_with(PORT)
        || address.starts_with("unix:")
            && (address.contains("iiif-gate") || address.ends_with("/gate.sock"))
}

/// Whether only this machine gets to an address that is listened on.
pub(super) fn is_loopback(listen: &str) -> bool {
    ["127.", "localhost:", "[::1]", "unix:"]
        .iter()
        .any(|start| listen.starts_with(start))
        || listen == "localhost"
}

/// Whether a server listens on this address.
fn listens_on(server: &Scope<'_>, backend: &Backend) -> bool {
    let Backend::Address(wanted) = backend else {
        return false;
    };
    debug_assert_eq!(server.kind, Kind::Server);
    server.own("listen").any(|listen| {
        let own = listen.arg(0);
        let port_alone = own.chars().all(|c| c.is_ascii_digit());
        let own = if port_alone {
            format!("127.0.0.1:{own}")
        } else {
            address(own, "80")
        };
        own == *wanted
    })
}
