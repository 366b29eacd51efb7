//! What is wrong with a setting, in words for the person who set it. Secrets are never shown.

use std::fmt;

use super::setting::Setting;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// The program does not start.
    Error,
    /// The program starts, but this is probably not meant.
    Warning,
}

/// Something wrong with a setting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// How bad it is.
    pub severity: Severity,
    /// The variable.
    pub name: String,
    /// Its value, unless it is a secret or not set.
    pub value: Option<String>,
    /// What is wrong with it.
    pub fault: String,
    /// What would be accepted: a line of `.env`, or words.
    pub example: Option<String>,
}

impl Problem {
    /// A problem with the value of a setting; pass no value for what was not set.
    pub(super) fn of(setting: &Setting, value: Option<&str>, fault: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            name: setting.name.to_owned(),
            value: value.filter(|_| !setting.secret).map(str::to_owned),
            fault: fault.into(),
            example: Some(setting.example_line()),
        }
    }

    /// A problem with something that is no declared setting.
    pub(super) fn about(name: impl Into<String>, fault: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            name: name.into(),
            value: None,
            fault: fault.into(),
            example: None,
        }
    }

    /// The same, but it does not stop the start.
    pub(super) fn into_warning(mut self) -> Self {
        self.severity = Severity::Warning;
        self
    }

    /// Whether it stops the start.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.name)?;
        if let Some(value) = &self.value {
            write!(f, "`{}` ", value.escape_debug())?;
        }
        f.write_str(&self.fault)?;
        match &self.example {
            // Words bring their own back-ticks.
            Some(example) if example.contains('`') => write!(f, " (example: {example})"),
            Some(example) => write!(f, " (example: `{example}`)"),
            None => Ok(()),
        }
    }
}
