//! From text to words, as `ngx_conf_read_token` of nginx reads them.

use std::iter::Peekable;
use std::str::Chars;
use std::sync::Arc;

use super::lua;
use super::{Place, Unreadable};

/// What the words of a directive end with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token {
    Word,
    Semicolon,
    Open,
    Close,
    End,
}

/// Reads one file from its beginning.
pub(super) struct Reader<'a> {
    chars: Peekable<Chars<'a>>,
    pub(super) place: Place,
    /// The word that was read last, and where it began.
    pub(super) word: String,
    pub(super) began: Place,
    /// After a quoted word only blanks, `;`, `{` or `)` may follow.
    after_quote: bool,
}

impl<'a> Reader<'a> {
    pub(super) fn new(file: &Arc<str>, text: &'a str) -> Self {
        let place = Place {
            file: Arc::clone(file),
            line: 1,
        };
        Self {
            chars: text
                .strip_prefix('\u{feff}')
                .unwrap_or(text)
                .chars()
                .peekable(),
            began: place.clone(),
            place,
            word: String::new(),
            after_quote: false,
        }
    }

    pub(super) fn next(&mut self) -> Result<Token, Unreadable> {
        loop {
            let Some(&first) = self.chars.peek() else {
                return Ok(Token::End);
            };
            if self.after_quote && !matches!(first, ' ' | '\t' | '\r' | '\n' | ';' | '{' | ')') {
                return Err(self.fault(format!("there is {first:?} right after a quoted word")));
            }
            self.after_quote = false;
            self.began = self.place.clone();
            match first {
                ' ' | '\t' | '\r' | '\n' => drop(self.take()),
                '#' => self.comment(),
                ';' | '{' | '}' => {
                    self.take();
                    return Ok(match first {
                        ';' => Token::Semicolon,
                        '{' => Token::Open,
                        _ => Token::Close,
                    });
                }
                '"' | '\'' => return self.quoted(first),
                _ => return self.plain(),
            }
        }
    }

    /// The program in a block whose `{` has been read, without the `}`.
    pub(super) fn program(&mut self) -> Result<String, Unreadable> {
        let open = self.began.clone();
        let mut skipper = lua::Skipper::default();
        let mut text = String::new();
        while let Some(c) = self.take() {
            if skipper.ends_before(c) {
                return Ok(text);
            }
            text.push(c);
        }
        Err(Unreadable::new(
            &open,
            "the program that begins here does not end",
        ))
    }

    fn take(&mut self) -> Option<char> {
        let c = self.chars.next()?;
        if c == '\n' {
            self.place.line += 1;
        }
        Some(c)
    }

    fn comment(&mut self) {
        while self.take().is_some_and(|c| c != '\n') {}
    }

    fn quoted(&mut self, quote: char) -> Result<Token, Unreadable> {
        self.take();
        self.word.clear();
        while let Some(c) = self.take() {
            if c == quote {
                self.after_quote = true;
                return Ok(Token::Word);
            }
            self.add(c);
        }
        Err(Unreadable::new(
            &self.began,
            "the quote that begins here does not end",
        ))
    }

    fn plain(&mut self) -> Result<Token, Unreadable> {
        self.word.clear();
        let mut variable = false;
        while let Some(&c) = self.chars.peek() {
            // The brace of ${name} belongs to the word.
            if matches!(c, ' ' | '\t' | '\r' | '\n' | ';') || (c == '{' && !variable) {
                return Ok(Token::Word);
            }
            self.take();
            self.add(c);
            variable = c == '$';
        }
        Err(Unreadable::new(
            &self.began,
            "the file ends within a directive",
        ))
    }

    /// Adds a character of a word, and with a backslash the one after it.
    fn add(&mut self, c: char) {
        if c != '\\' {
            self.word.push(c);
            return;
        }
        match self.take() {
            Some(c @ ('"' | '\'' | '\\')) => self.word.push(c),
            Some('t') => self.word.push('\t'),
            Some('r') => self.word.push('\r'),
            Some('n') => self.word.push('\n'),
            Some(c) => self.word.extend(['\\', c]),
            None => self.word.push('\\'),
        }
    }

    fn fault(&self, fault: String) -> Unreadable {
        Unreadable::new(&self.place, fault)
    }
}
