//! Why a command failed, and whose fault that is: the exit code tells.

use std::fmt;
use std::process::ExitCode;

use crate::config::{Problem, Severity};

/// What a command comes to.
pub type Result<T = (), E = Failure> = std::result::Result<T, E>;

/// Why a command failed.
#[derive(Debug)]
pub enum Failure {
    /// Whoever called can do something about it; exit code 1.
    Yours(anyhow::Error),
    /// Something broke; exit code 2.
    Ours(anyhow::Error),
}

impl Failure {
    /// A mistake of whoever called, in words.
    pub fn yours(message: impl fmt::Display) -> Self {
        Self::Yours(anyhow::anyhow!("{message}"))
    }

    /// The exit code.
    pub fn exit_code(&self) -> ExitCode {
        match self {
            Self::Yours(_) => ExitCode::from(1),
            Self::Ours(_) => ExitCode::from(2),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            // With all its causes.
            Self::Yours(error) | Self::Ours(error) => write!(f, "{error:#}"),
        }
    }
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        Self::Ours(error)
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::Ours(error.into())
    }
}

impl From<Vec<Problem>> for Failure {
    fn from(problems: Vec<Problem>) -> Self {
        let lines: Vec<String> = problems
            .iter()
            .map(|problem| match problem.severity {
                Severity::Error => problem.to_string(),
                Severity::Warning => format!("warning: {problem}"),
            })
            .collect();
        Self::yours(format!(
            "the settings have problems\n\n{}\n\nhint: docs/configuration.md explains every setting",
            lines.join("\n")
        ))
    }
}
