//! Whether what is served depends on a header that only the gate sends.

use super::Model;
use super::variables::{entries, names};

/// Maps can name each other, but hardly so often.
const MAX_DEPTH: usize = 8;

impl Model<'_> {
    /// Whether a variable differs with and without a proof that the gate answered.
    ///
    /// Proofs are variables of `auth_request_set`; something else that answers sends no such header, so they are empty.
    pub fn tells_apart(&self, variable: &str, is_proof: &dyn Fn(&str) -> bool) -> bool {
        self.differs(variable, is_proof, 0)
    }

    fn differs(&self, variable: &str, is_proof: &dyn Fn(&str) -> bool, depth: usize) -> bool {
        let Some(map) = self.map(variable).filter(|_| depth < MAX_DEPTH) else {
            return false;
        };
        let sources = names(map.arg(0));
        if !sources.iter().any(|name| is_proof(name)) {
            // By way of another map.
            return sources
                .iter()
                .any(|name| self.differs(name, is_proof, depth + 1));
        }
        let value = |wanted: &str| {
            entries(map)
                .find(|(key, _)| *key == wanted)
                .map(|(_, value)| value)
        };
        let without = value("").or_else(|| value("default")).unwrap_or_default();
        entries(map).any(|(_, value)| value != without)
    }
}
