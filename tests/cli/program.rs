//! The program with a folder of its own.

use std::io::Write as _;
use std::process::{Command, Stdio};

use tempfile::TempDir;

/// The salt of `fixtures/flask_passwords.py`.
pub(crate) const SALT: &str = "146585145368132386173505678016728509634";

pub(crate) struct Program {
    pub(crate) folder: TempDir,
    /// The setting `AUTH_DB_CONNECTION`; the file in the folder if there is none.
    database: Option<String>,
}

/// What a command said, and how it ended.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) code: i32,
    pub(crate) data: String,
    pub(crate) words: String,
}

impl Program {
    pub(crate) fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            database: None,
        }
    }

    pub(crate) fn on(database: &str) -> Self {
        Self {
            database: Some(database.to_owned()),
            ..Self::new()
        }
    }

    /// Runs a command with this on stdin, whatever it comes to.
    pub(crate) fn run_with(&self, stdin: &str, arguments: &[&str]) -> Said {
        let mut command = Command::new(env!("CARGO_BIN_EXE_iiif-gate"));
        command.args(arguments);
        self.finish(command, stdin)
    }

    /// The same for a command that starts the program in its turn.
    pub(crate) fn finish(&self, mut command: Command, stdin: &str) -> Said {
        command
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .env("DATA_DIR", self.folder.path())
            .env("AUTH_PASSWORD_SALT", SALT)
            .env("BCRYPT_COST", "10")
            .env("LANGUAGES", "en,de")
            .current_dir(self.folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        if let Some(database) = &self.database {
            command.env("AUTH_DB_CONNECTION", database);
        }
        let mut child = command.spawn().unwrap();
        // A command that reads nothing may have ended already.
        let _ = child.stdin.take().unwrap().write_all(stdin.as_bytes());
        let output = child.wait_with_output().unwrap();
        Said {
            code: output.status.code().unwrap(),
            data: String::from_utf8(output.stdout).unwrap(),
            words: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Runs a command that must work, and gives its data.
    pub(crate) fn run(&self, arguments: &[&str]) -> String {
        let said = self.run_with("", arguments);
        assert_eq!(said.code, 0, "{arguments:?}: {said:?}");
        said.data
    }

    /// Runs a command that must fail like this, and gives its words.
    pub(crate) fn fail(&self, code: i32, arguments: &[&str]) -> String {
        let said = self.run_with("", arguments);
        assert_eq!(said.code, code, "{arguments:?}: {said:?}");
        assert_eq!(said.data, "", "{arguments:?}");
        said.words
    }

    pub(crate) fn json(&self, arguments: &[&str]) -> serde_json::Value {
        serde_json::from_str(&self.run(arguments)).unwrap()
    }
}
