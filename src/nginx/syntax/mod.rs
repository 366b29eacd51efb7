//! What is written: from the text of `nginx -T` to a tree of directives, by nginx's own rules for words,
//! quotes, escapes and comments.

mod dump;
mod include;
mod lua;
mod parse;
mod print;
#[cfg(test)]
mod tests;
mod token;

use std::fmt;
use std::sync::Arc;

pub use dump::{Dump, read};
pub use parse::parse;

/// Where something is written.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The file, as `nginx -T` names it; empty if the input names none.
    pub file: Arc<str>,
    /// Its line, from 1.
    pub line: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.file.is_empty() {
            write!(f, "line {}", self.line)
        } else {
            write!(f, "{}:{}", self.file, self.line)
        }
    }
}

/// One directive with what belongs to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Directive {
    /// Where it begins.
    pub place: Place,
    /// Its name and arguments, without quotes and escapes.
    pub words: Vec<String>,
    /// What follows them.
    pub body: Body,
    /// The line it begins in, as it is written.
    pub source: Arc<str>,
}

/// What follows the words of a directive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    /// `;`
    Nothing,
    /// `{ ... }` with directives, or with entries as in `map`.
    Block(Vec<Directive>),
    /// A program between braces, as in `content_by_lua_block`.
    Program(String),
}

impl Directive {
    /// The name.
    pub fn name(&self) -> &str {
        self.words.first().map_or("", String::as_str)
    }

    /// The arguments.
    pub fn args(&self) -> &[String] {
        self.words.get(1..).unwrap_or_default()
    }

    /// An argument, or nothing at all.
    pub fn arg(&self, index: usize) -> &str {
        self.args().get(index).map_or("", String::as_str)
    }

    /// The directives in its block.
    pub fn block(&self) -> &[Directive] {
        match &self.body {
            Body::Block(block) => block,
            Body::Nothing | Body::Program(_) => &[],
        }
    }
}

/// Why an input cannot be read as a configuration.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {fault}")]
pub struct Unreadable {
    /// Where reading ended.
    pub place: Place,
    /// What is wrong there.
    pub fault: String,
}

impl Unreadable {
    fn new(place: &Place, fault: impl Into<String>) -> Self {
        Self {
            place: place.clone(),
            fault: fault.into(),
        }
    }
}
