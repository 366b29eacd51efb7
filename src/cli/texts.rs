//! Texts in several languages as arguments: `en='Ask us'`.

use std::path::PathBuf;

use super::failure::Result;
use super::file;
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
