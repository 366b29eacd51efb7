//! Finds the end of a program between braces, as lua-nginx-module does: braces in strings and comments of Lua do not count.

/// Is told the characters after the opening brace, one by one.
#[derive(Debug, Default)]
pub(super) struct Skipper {
    state: State,
    depth: usize,
    /// The character before, which may be half of `--` or of `[[`.
    before: Option<char>,
    /// How many `=` stand between the brackets that were read last.
    level: usize,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum State {
    #[default]
    Code,
    /// Between quotes of this kind.
    Quoted(char),
    /// In a quoted text, behind a backslash.
    Escaped(char),
    /// A comment to the end of the line.
    Comment,
    /// Right behind `--`.
    Dashes,
    /// Behind `[` and perhaps `=`; whether that was in a comment.
    Bracket { comment: bool },
    /// In `[[ ... ]]` with so many `=`.
    Long(usize),
    /// Behind a `]` in such a text, with so many `=` read.
    Closing { level: usize, read: usize },
}

impl Skipper {
    /// Whether this is the brace that closes the block.
    pub(super) fn ends_before(&mut self, c: char) -> bool {
        let before = self.before.replace(c);
        match self.state {
            State::Code => return self.code(before, c),
            State::Quoted(_) if c == '\n' => self.state = State::Code,
            State::Quoted(quote) if c == '\\' => self.state = State::Escaped(quote),
            State::Quoted(quote) if c == quote => self.state = State::Code,
            State::Escaped(quote) => self.state = State::Quoted(quote),
            State::Dashes if c == '[' => self.open(true),
            State::Comment | State::Dashes if c == '\n' => self.state = State::Code,
            State::Dashes => self.state = State::Comment,
            State::Bracket { .. } if c == '[' => self.state = State::Long(self.level),
            State::Bracket { .. } if c == '=' => self.level += 1,
            State::Bracket { comment: true } if c != '\n' => self.state = State::Comment,
            State::Bracket { .. } => {
                self.state = State::Code;
                return self.code(None, c);
            }
            State::Long(level) if c == ']' => self.state = State::Closing { level, read: 0 },
            State::Closing { level, read } => self.close(level, read, c),
            State::Comment | State::Quoted(_) | State::Long(_) => {}
        }
        false
    }

    fn code(&mut self, before: Option<char>, c: char) -> bool {
        match c {
            '"' | '\'' => self.state = State::Quoted(c),
            '-' if before == Some('-') => self.state = State::Dashes,
            '[' => self.open(false),
            '{' => self.depth += 1,
            '}' if self.depth == 0 => return true,
            '}' => self.depth -= 1,
            _ => {}
        }
        false
    }

    fn open(&mut self, comment: bool) {
        self.level = 0;
        self.state = State::Bracket { comment };
    }

    fn close(&mut self, level: usize, read: usize, c: char) {
        self.state = match c {
            ']' if read == level => State::Code,
            ']' => State::Closing { level, read: 0 },
            '=' => State::Closing {
                level,
                read: read + 1,
            },
            _ => State::Long(level),
        };
    }
}
