//! Links of the file system: a folder of that name may be another folder.

use crate::nginx::model::{Scope, folder};

use super::Site;

impl<'a> Site<'_, 'a> {
    /// Where a folder is, all links followed.
    pub fn real(&self, own: &str) -> String {
        let fits = self
            .links
            .iter()
            .filter_map(|link| Some((link, own.strip_prefix(&*folder(&link.from))?)));
        match fits.max_by_key(|(link, _)| link.from.len()) {
            Some((link, rest)) => folder(&format!("{}/{rest}", link.to)),
            None => own.to_owned(),
        }
    }

    /// The paths below a folder under which a link leads to the guarded one, above it or below it.
    pub fn linked(&self, scope: &Scope<'a>, own: &str, guarded: &str) -> Vec<String> {
        if scope.value("disable_symlinks") == "on" {
            return Vec::new();
        }
        let guarded = self.real(guarded);
        let links = self.links.iter().filter_map(|link| {
            let name = folder(&link.from);
            let rest = name.strip_prefix(own).filter(|rest| !rest.is_empty())?;
            let to = folder(&link.to);
            if to.starts_with(&guarded) {
                return Some(rest.to_owned());
            }
            Some(format!("{rest}{}", guarded.strip_prefix(&to)?))
        });
        links.collect()
    }
}
