//! The stream part: ports whose connections are passed on as they are, without any question.

use crate::nginx::syntax::Directive;

use super::address;
use super::variables::entries;

/// A server of the stream part.
#[derive(Debug)]
pub struct Stream<'a> {
    /// The directive that opens it.
    pub server: &'a Directive,
    /// The programs that its connections go to.
    pub addresses: Vec<String>,
}

/// All servers of a stream block.
pub(super) fn servers(stream: &Directive) -> impl Iterator<Item = Stream<'_>> {
    let servers = stream.block().iter().filter(|line| line.name() == "server");
    servers.map(|server| {
        let passes = server
            .block()
            .iter()
            .filter(|line| line.name() == "proxy_pass");
        let addresses = passes
            .flat_map(|pass| addresses(stream, pass.arg(0)))
            .collect();
        Stream { server, addresses }
    })
}

fn addresses(stream: &Directive, name: &str) -> Vec<String> {
    if name.starts_with('$') {
        let maps = stream.block().iter();
        let maps = maps.filter(|line| line.args().last().is_some_and(|own| own == name));
        return maps
            .flat_map(entries)
            .filter(|(_, value)| !value.contains('$'))
            .flat_map(|(_, value)| addresses(stream, value))
            .collect();
    }
    let mut upstreams = stream
        .block()
        .iter()
        .filter(|line| line.name() == "upstream" && line.arg(0) == name);
    match upstreams.next() {
        Some(upstream) => {
            let servers = upstream
                .block()
                .iter()
                .filter(|line| line.name() == "server");
            servers.map(|server| address(server.arg(0), "80")).collect()
        }
        None => vec![address(name, "80")],
    }
}
