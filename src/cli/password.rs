//! Passwords: from a prompt, or from stdin when that is no terminal. Never an argument, which every
//! other user of the machine could read.

use std::io::{self, BufRead as _, IsTerminal as _};

use anyhow::Context as _;
use secrecy::{ExposeSecret as _, SecretString};

use super::failure::{Failure, Result};
use crate::config::Config;
use crate::identity::name::UserName;
use crate::identity::password::{self, HashError};

/// Asks for a new password for this user, and gives back its hash.
pub(super) fn ask(config: &Config, user: &UserName) -> Result<String> {
    let password = if io::stdin().is_terminal() {
        prompt(user)?
    } else {
        line()?
    };
    let checked = config
        .password_rules()
        .check(password.expose_secret(), user.as_str());
    checked.map_err(|error| Failure::yours(format_args!("the password {error}")))?;
    Ok(hash(config, &password)?)
}

/// Hashes a password with this installation's salt.
pub(super) fn hash(config: &Config, password: &SecretString) -> anyhow::Result<String, HashError> {
    let salt = config.password_salt.expose_secret();
    password::hash(
        password.expose_secret(),
        salt,
        config.bcrypt_cost,
        rand::random(),
        || (),
    )
}

impl From<HashError> for Failure {
    fn from(error: HashError) -> Self {
        Self::Ours(error.into())
    }
}

fn prompt(user: &UserName) -> Result<SecretString> {
    let ask = |text: String| rpassword::prompt_password(text).context("cannot ask for a password");
    let first = ask(format!("Password for {user}: "))?;
    let second = ask("The same again: ".to_owned())?;
    if first == second {
        Ok(first.into())
    } else {
        Err(Failure::yours("the two passwords are not the same"))
    }
}

/// Asks for the password that somebody has already.
pub(super) fn existing(user: &str) -> Result<SecretString> {
    secret(&format!("Password for {user}: "))
}

/// Asks for any secret, without showing it.
pub(super) fn secret(question: &str) -> Result<SecretString> {
    if io::stdin().is_terminal() {
        let secret = rpassword::prompt_password(question);
        Ok(secret.context("cannot ask for a password")?.into())
    } else {
        line()
    }
}

/// A line from stdin, for secrets.
pub(super) fn line() -> Result<SecretString> {
    let mut line = String::new();
    let read = io::stdin().lock().read_line(&mut line);
    if read.context("cannot read stdin")? == 0 {
        return Err(Failure::yours("there is nothing on stdin"));
    }
    Ok(line.trim_end_matches(['\r', '\n']).into())
}
