//! From words to a tree of directives, one file at a time.

use std::sync::Arc;

use super::token::{Reader, Token};
use super::{Body, Directive, Place, Unreadable};

/// Deeper than any configuration, and far from the end of the stack.
const MAX_DEPTH: usize = 64;

/// Reads the directives of one file.
pub fn parse(file: &Arc<str>, text: &str) -> Result<Vec<Directive>, Unreadable> {
    let mut parser = Parser {
        reader: Reader::new(file, text),
        lines: text.lines().collect(),
    };
    parser.block(None, 0)
}

struct Parser<'a> {
    reader: Reader<'a>,
    lines: Vec<&'a str>,
}

impl Parser<'_> {
    /// Reads up to the brace that closes the block of this directive, or to the end of the file.
    fn block(
        &mut self,
        of: Option<&Directive>,
        depth: usize,
    ) -> Result<Vec<Directive>, Unreadable> {
        let mut found = Vec::new();
        let mut words = Vec::new();
        let mut began = self.reader.place.clone();
        loop {
            let token = self.reader.next()?;
            let here = self.reader.began.clone();
            match token {
                Token::Word => {
                    if words.is_empty() {
                        began = here;
                    }
                    words.push(std::mem::take(&mut self.reader.word));
                }
                Token::Semicolon | Token::Open if words.is_empty() => {
                    let what = if token == Token::Open { '{' } else { ';' };
                    return Err(Unreadable::new(
                        &here,
                        format!("there is a `{what}` without a directive"),
                    ));
                }
                Token::Semicolon | Token::Open => {
                    let mut directive = self.directive(&began, std::mem::take(&mut words));
                    if token == Token::Open {
                        directive.body = self.body(&directive, depth + 1)?;
                    }
                    found.push(directive);
                }
                Token::Close if words.is_empty() && of.is_some() => return Ok(found),
                Token::Close => return Err(Unreadable::new(&here, "there is a `}` too many")),
                Token::End => return ended(of, &words, &began).map(|()| found),
            }
        }
    }

    fn directive(&self, began: &Place, words: Vec<String>) -> Directive {
        Directive {
            place: began.clone(),
            words,
            body: Body::Nothing,
            source: self.line(began.line),
        }
    }

    fn body(&mut self, of: &Directive, depth: usize) -> Result<Body, Unreadable> {
        if depth > MAX_DEPTH {
            return Err(Unreadable::new(
                &of.place,
                "the blocks are nested too deeply",
            ));
        }
        if of.name().ends_with("_by_lua_block") {
            return self.reader.program().map(Body::Program);
        }
        self.block(Some(of), depth).map(Body::Block)
    }

    fn line(&self, number: usize) -> Arc<str> {
        self.lines
            .get(number - 1)
            .map_or("", |line| line.trim())
            .into()
    }
}

/// Whether the end of the file is the end of everything in it.
fn ended(of: Option<&Directive>, words: &[String], began: &Place) -> Result<(), Unreadable> {
    if !words.is_empty() {
        return Err(Unreadable::new(
            began,
            "the directive that begins here has no `;` at its end",
        ));
    }
    let Some(of) = of else {
        return Ok(());
    };
    let fault = format!(
        "the block `{}` that begins here has no `}}` at its end",
        of.name()
    );
    Err(Unreadable::new(&of.place, fault))
}
