//! Texts in several languages as arguments: `en='Ask us'`.

use std::path::PathBuf;

use super::failure::{Failure, Result};
use super::file;
use crate::config::Config;
use crate::language::{Language, LanguageMap};

/// Reads `en=Ask us`.
pub(super) fn text(argument: &str) -> std::result::Result<(Language, String), String> {
    let (language, text) = split(argument)?;
    Ok((language, text.to_owned()))
}

/// Reads `en=terms.en.md`.
pub(super) fn text_file(argument: &str) -> std::result::Result<(Language, PathBuf), String> {
    let (language, path) = split(argument)?;
    Ok((language, PathBuf::from(path)))
}

fn split(argument: &str) -> std::result::Result<(Language, &str), String> {
    let (language, text) = argument
        .split_once('=')
        .ok_or("the language is missing, as in `en=…`")?;
    let language = language
        .parse::<Language>()
        .map_err(|error| error.to_string())?;
    Ok((language, text))
}

/// The texts, and those that stand in files.
pub(super) fn with_files(
    texts: Vec<(Language, String)>,
    files: &[(Language, PathBuf)],
) -> Result<LanguageMap> {
    let mut texts = texts;
    for (language, path) in files {
        texts.push((language.clone(), file::read(path)?));
    }
    Ok(LanguageMap::of(texts))
}

/// Refuses languages that the institution does not write in: a slip such as `ne` for `en` would put texts
/// in force that nobody can read.
pub(super) fn are_spoken(config: &Config, texts: &LanguageMap) -> Result {
    let spoken = &config.languages;
    let foreign = texts
        .iter()
        .find(|(language, _)| !spoken.contains(language));
    foreign.map_or(Ok(()), |(language, _)| {
        let names: Vec<String> = spoken.iter().map(|tag| format!("`{tag}`")).collect();
        Err(Failure::yours(format_args!(
            "`{language}` is not in LANGUAGES ({}); add it there, or correct it here",
            names.join(", ")
        )))
    })
}
