//! Puts included files where their `include` stands: `nginx -T` leaves that to the reader.

use std::path::{Component, Path, PathBuf};

use super::dump::File;
use super::{Body, Directive, Unreadable};

/// nginx has no such limit, but runs out of something with an include that includes itself.
const MAX_DEPTH: usize = 32;

/// The directives of the first file, with all others put in.
pub(super) fn expand(files: &[File]) -> Result<Vec<Directive>, Unreadable> {
    let Some(main) = files.first() else {
        return Ok(Vec::new());
    };
    let mut includes = Includes {
        files,
        used: vec![false; files.len()],
        folder: Path::new(&*main.name).parent().unwrap_or(Path::new("")),
    };
    if let Some(used) = includes.used.first_mut() {
        *used = true;
    }
    let expanded = includes.expand(&main.directives, 0)?;
    names_are_valid(&expanded)?;
    let left = includes.used.iter().position(|used| !used);
    // A file that we cannot place is a part that we would not look at.
    match left
        .and_then(|index| files.get(index))
        .and_then(|file| file.directives.first())
    {
        Some(first) => Err(Unreadable::new(
            &first.place,
            "no `include` leads to this file, so what it means cannot be told: give the output of `nginx -T` as it is",
        )),
        None => Ok(expanded),
    }
}

/// Blocks with entries instead of directives.
const ENTRIES: &[&str] = &[
    "charset_map",
    "geo",
    "map",
    "match",
    "split_clients",
    "types",
];

/// What is no configuration may look like one; the names tell.
fn names_are_valid(directives: &[Directive]) -> Result<(), Unreadable> {
    let valid = |c: char| c.is_ascii_alphanumeric() || "_-.:".contains(c);
    for directive in directives {
        let name = directive.name();
        if name.is_empty() || !name.chars().all(valid) {
            let short: String = name.chars().take(60).collect();
            let fault = format!("`{short}` is no directive of nginx");
            return Err(Unreadable::new(&directive.place, fault));
        }
        if !ENTRIES.contains(&name) {
            names_are_valid(directive.block())?;
        }
    }
    Ok(())
}

struct Includes<'a> {
    files: &'a [File],
    used: Vec<bool>,
    /// Where relative names begin: the folder of the main file.
    folder: &'a Path,
}

impl Includes<'_> {
    fn expand(
        &mut self,
        directives: &[Directive],
        depth: usize,
    ) -> Result<Vec<Directive>, Unreadable> {
        let mut expanded = Vec::with_capacity(directives.len());
        for directive in directives {
            if directive.name() == "include" && directive.words.len() == 2 {
                expanded.extend(self.include(directive, depth)?);
                continue;
            }
            let body = match &directive.body {
                Body::Block(block) => Body::Block(self.expand(block, depth)?),
                other => other.clone(),
            };
            expanded.push(Directive {
                body,
                ..directive.clone()
            });
        }
        Ok(expanded)
    }

    fn include(
        &mut self,
        directive: &Directive,
        depth: usize,
    ) -> Result<Vec<Directive>, Unreadable> {
        let fault = |fault: String| Unreadable::new(&directive.place, fault);
        if depth >= MAX_DEPTH {
            return Err(fault("files include each other without an end".to_owned()));
        }
        let pattern = directive.arg(0);
        let wanted = normal(&self.folder.join(pattern));
        let mut found: Vec<usize> = (0..self.files.len())
            .filter(|index| {
                self.files
                    .get(*index)
                    .is_some_and(|file| fits(&wanted, &normal(Path::new(&*file.name))))
            })
            .collect();
        found.sort_by_key(|index| self.files.get(*index).map(|file| &file.name));
        let single = self.files.len() == 1;
        // Patterns may fit nothing; but from a single file we cannot tell.
        if found.is_empty() && (single || !pattern.contains(['*', '?', '['])) {
            return Err(fault(format!(
                "`{pattern}` is included here, but is not in the input: give the output of `nginx -T`, which has all files"
            )));
        }
        let mut expanded = Vec::new();
        for index in found {
            if let Some(used) = self.used.get_mut(index) {
                *used = true;
            }
            if let Some(file) = self.files.get(index) {
                expanded.extend(self.expand(&file.directives, depth + 1)?);
            }
        }
        Ok(expanded)
    }
}

/// The path without `.`, `..` and doubled slashes.
fn normal(path: &Path) -> String {
    let mut normal = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => drop(normal.pop()),
            part => normal.push(part),
        }
    }
    normal.display().to_string()
}

/// As glob(3) with `*`, `?` and `[...]`, none of which takes a slash; a leading dot has to be written.
pub(super) fn fits(pattern: &str, name: &str) -> bool {
    let (pattern, name): (Vec<_>, Vec<_>) =
        (pattern.split('/').collect(), name.split('/').collect());
    let parts = pattern.iter().zip(&name);
    pattern.len() == name.len()
        && parts.into_iter().all(|(pattern, name)| {
            let hidden = name.starts_with('.') && !pattern.starts_with('.');
            !hidden && part_fits(pattern, name)
        })
}

fn part_fits(pattern: &str, name: &str) -> bool {
    let Some(first) = pattern.chars().next() else {
        return name.is_empty();
    };
    let rest = pattern.get(first.len_utf8()..).unwrap_or_default();
    let after = |name: &str| {
        let mut chars = name.chars();
        chars.next().map(|c| (c, chars.as_str().to_owned()))
    };
    match first {
        '*' => name
            .char_indices()
            .map(|(at, _)| at)
            .chain([name.len()])
            .any(|at| name.get(at..).is_some_and(|name| part_fits(rest, name))),
        '?' => after(name).is_some_and(|(_, name)| part_fits(rest, &name)),
        '[' if rest.contains(']') => {
            let (class, rest) = rest.split_once(']').unwrap_or_default();
            after(name).is_some_and(|(c, name)| in_class(class, c) && part_fits(rest, &name))
        }
        '\\' if !rest.is_empty() => part_fits_literal(rest, name),
        _ => part_fits_literal(pattern, name),
    }
}

/// The first character of the pattern stands for itself.
fn part_fits_literal(pattern: &str, name: &str) -> bool {
    let (mut pattern, mut name) = (pattern.chars(), name.chars());
    pattern.next() == name.next() && part_fits(pattern.as_str(), name.as_str())
}

fn in_class(class: &str, c: char) -> bool {
    let (negated, class) = match class.strip_prefix(['!', '^']) {
        Some(class) => (true, class),
        None => (false, class),
    };
    let chars: Vec<char> = class.chars().collect();
    let range = chars
        .windows(3)
        .any(|part| matches!(part, [from, '-', to] if (*from..=*to).contains(&c)));
    (range || chars.contains(&c)) != negated
}
