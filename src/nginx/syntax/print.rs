//! Writes directives so that nginx, and we, read them as the same.

use std::fmt;

use super::{Body, Directive};

impl fmt::Display for Directive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, word) in self.words.iter().enumerate() {
            if index > 0 {
                f.write_str(" ")?;
            }
            write_word(f, word)?;
        }
        match &self.body {
            Body::Nothing => f.write_str(";"),
            Body::Program(text) => write!(f, " {{{text}}}"),
            Body::Block(block) => {
                f.write_str(" {\n")?;
                for directive in block {
                    writeln!(f, "{directive}")?;
                }
                f.write_str("}")
            }
        }
    }
}

fn write_word(f: &mut fmt::Formatter<'_>, word: &str) -> fmt::Result {
    let plain = |c: char| !c.is_whitespace() && !c.is_control() && !";{}\"'\\#".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return f.write_str(word);
    }
    f.write_str("\"")?;
    for c in word.chars() {
        match c {
            '"' | '\\' => write!(f, "\\{c}")?,
            '\n' => f.write_str("\\n")?,
            '\r' => f.write_str("\\r")?,
            '\t' => f.write_str("\\t")?,
            c => write!(f, "{c}")?,
        }
    }
    f.write_str("\"")
}
