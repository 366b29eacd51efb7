//! Addresses that servers listen on, and who answers there for unknown hosts.

use crate::nginx::syntax::Directive;

use super::{Model, Scope, address};

impl<'a> Model<'a> {
    /// The server that gets requests at this address before, or without, their host being known.
    pub fn default_server(&self, listen: &Directive) -> Option<&Scope<'a>> {
        let wanted = place(listen);
        let same = |scope: &&Scope<'a>| scope.own("listen").any(|line| place(line) == wanted);
        let named = |scope: &&Scope<'a>| {
            let mut lines = scope.own("listen").filter(|line| place(line) == wanted);
            lines.any(|line| {
                line.args()
                    .iter()
                    .any(|arg| ["default_server", "default"].contains(&&**arg))
            })
        };
        self.all_servers()
            .find(named)
            .or_else(|| self.all_servers().find(same))
    }
}

/// One spelling for each address.
fn place(listen: &Directive) -> String {
    let own = listen.arg(0);
    let port_alone = !own.is_empty() && own.chars().all(|c| c.is_ascii_digit());
    let own = if port_alone {
        format!("*:{own}")
    } else {
        own.replace("0.0.0.0:", "*:")
    };
    address(&own, "80")
}
