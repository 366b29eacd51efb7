//! A new key in the place of the generated one, and the former ones beside it.
//!
//! `secret-key` holds the key that signs; `secret-key.previous` one former key a line, and once a gate has
//! started with the key after it, until when it counts. First the former key is put there, then the new
//! one takes its place: whatever breaks off in between, no key is lost that signed something.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};

use super::{GENERATED, read, write};
use crate::identity::secret;

/// The file of the key that signs.
const KEY: &str = "secret-key";
/// The file of the former ones.
pub const PREVIOUS: &str = "secret-key.previous";

/// A former key.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Former {
    key: String,
    /// Until then there may be something that it signed; unknown as long as it may still be signing.
    until: Option<DateTime<Utc>>,
}

/// The generated key, in its folder.
#[derive(Debug, Clone)]
pub struct KeyFile {
    data_dir: PathBuf,
}

impl KeyFile {
    /// The one in this folder.
    pub(in crate::config) fn of(data_dir: &Path) -> Self {
        debug_assert!(GENERATED.iter().any(|(_, file)| *file == KEY));
        let data_dir = data_dir.to_owned();
        Self { data_dir }
    }

    /// The former keys that still count, newest first.
    pub(super) fn former(&self, now: DateTime<Utc>) -> io::Result<Vec<String>> {
        let former = self.read_former()?.into_iter();
        let counts = former.filter(|former| former.until.is_none_or(|until| now < until));
        Ok(counts.map(|former| former.key).collect())
    }

    /// Puts a new key in the place of the present one, which goes on counting.
    pub fn rotate(&self, now: DateTime<Utc>) -> io::Result<()> {
        let present = read(&self.data_dir.join(KEY))?;
        if present.is_empty() || present.contains(char::is_whitespace) {
            return Err(io::Error::other(
                "the present key is empty or has blanks in it, and cannot be kept beside a new one",
            ));
        }
        let mut former = self.read_former()?;
        former.retain(|former| former.key != present && former.until.is_none_or(|end| now < end));
        let newest = Former {
            key: present,
            until: None,
        };
        former.insert(0, newest);
        self.write_former(&former)?;
        self.replace(KEY, &secret::from_random(rand::random()))
    }

    /// Forgets all former keys: whoever was signed in by them is signed out.
    pub fn drop_former(&self) -> io::Result<()> {
        self.write_former(&[])
    }

    /// Notes until when the former keys count, now that the present one signs, and forgets those that do
    /// not any more.
    pub fn settle(&self, now: DateTime<Utc>, longest: chrono::Duration) -> io::Result<()> {
        let before = self.read_former()?;
        let mut after = before.clone();
        after.retain(|former| former.until.is_none_or(|end| now < end));
        for former in &mut after {
            former.until.get_or_insert(now + longest);
        }
        if after == before {
            return Ok(());
        }
        self.write_former(&after)
    }

    fn read_former(&self) -> io::Result<Vec<Former>> {
        let text = match super::read_text(&self.data_dir.join(PREVIOUS)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            text => text?,
        };
        let former = |line: &str| {
            let (key, until) = line.split_once(' ').unwrap_or((line, ""));
            Former {
                key: key.to_owned(),
                until: until.trim().parse().ok(),
            }
        };
        let lines = text.lines().filter(|line| !line.trim().is_empty());
        Ok(lines.map(former).collect())
    }

    fn write_former(&self, former: &[Former]) -> io::Result<()> {
        if former.is_empty() {
            return match fs::remove_file(self.data_dir.join(PREVIOUS)) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
                Ok(()) | Err(_) => self.sync_folder(),
            };
        }
        let line = |former: &Former| match former.until {
            Some(until) => format!("{} {}", former.key, until.to_rfc3339()),
            None => former.key.clone(),
        };
        let lines: Vec<String> = former.iter().map(line).collect();
        self.replace(PREVIOUS, &lines.join("\n"))
    }

    /// Puts a file in the place of another in one go, and sees to it that it is on the disk.
    fn replace(&self, name: &str, content: &str) -> io::Result<()> {
        let random = secret::from_random(rand::random());
        let draft = self.data_dir.join(format!("{name}.{random}.new"));
        let replaced = write(&draft, content)
            .and_then(|()| fs::rename(&draft, self.data_dir.join(name)))
            .and_then(|()| self.sync_folder());
        if replaced.is_err() {
            let _ = fs::remove_file(&draft);
        }
        replaced
    }

    fn sync_folder(&self) -> io::Result<()> {
        File::open(&self.data_dir)?.sync_all()
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(second, 0).unwrap()
    }

    fn key_file() -> (tempfile::TempDir, KeyFile) {
        let folder = tempfile::tempdir().unwrap();
        write(
            &folder.path().join(KEY),
            "the-key-of-the-first-start-012345",
        )
        .unwrap();
        let file = KeyFile::of(folder.path());
        (folder, file)
    }

    fn present(file: &KeyFile) -> String {
        read(&file.data_dir.join(KEY)).unwrap()
    }

    #[test]
    fn a_former_key_counts_until_nothing_is_left_that_it_signed() {
        let (_folder, file) = key_file();
        let first = present(&file);
        file.rotate(at(0)).unwrap();
        let second = present(&file);
        assert_ne!(first, second);
        // No gate was started with the new key yet: the former one may be signing.
        assert_eq!(file.former(at(1_000_000)).unwrap(), [&*first]);
        let longest = chrono::Duration::seconds(100);
        file.settle(at(1_000_000), longest).unwrap();
        file.settle(at(1_000_050), longest).unwrap();
        assert_eq!(file.former(at(1_000_099)).unwrap(), [&*first]);
        assert_eq!(file.former(at(1_000_100)).unwrap(), [""; 0]);
        file.rotate(at(1_000_060)).unwrap();
        assert_eq!(file.former(at(1_000_099)).unwrap(), [second.clone(), first]);
        file.settle(at(1_000_200), longest).unwrap();
        assert_eq!(file.former(at(1_000_200)).unwrap(), [second]);
    }

    #[test]
    fn nobody_else_reads_the_files_and_no_draft_is_left() {
        let (folder, file) = key_file();
        file.rotate(at(0)).unwrap();
        file.settle(at(0), chrono::Duration::seconds(1)).unwrap();
        let mut names = Vec::new();
        for entry in fs::read_dir(folder.path()).unwrap() {
            let entry = entry.unwrap();
            assert_eq!(
                entry.metadata().unwrap().permissions().mode() & 0o777,
                0o600
            );
            names.push(entry.file_name().into_string().unwrap());
        }
        names.sort();
        assert_eq!(names, [KEY, PREVIOUS]);
        file.drop_former().unwrap();
        file.drop_former().unwrap();
        assert_eq!(file.former(at(0)).unwrap(), [""; 0]);
    }

    /// The three states of the folder: before, with the present key among the former ones, and after.
    #[test]
    fn wherever_it_breaks_off_every_key_that_signed_is_known() {
        let (_folder, file) = key_file();
        let first = present(&file);
        let between = Former {
            key: first.clone(),
            until: None,
        };
        file.write_former(&[between]).unwrap();
        assert_eq!(
            (present(&file), file.former(at(0)).unwrap()),
            (first.clone(), vec![first.clone()])
        );
        file.rotate(at(0)).unwrap();
        assert_eq!(file.former(at(0)).unwrap(), [first]);
    }

    #[test]
    fn a_key_that_cannot_stand_in_a_line_is_not_replaced() {
        let (folder, file) = key_file();
        fs::write(
            folder.path().join(KEY),
            "a key with blanks in it, and long enough",
        )
        .unwrap();
        assert!(file.rotate(at(0)).is_err());
        assert_eq!(file.former(at(0)).unwrap(), [""; 0]);
        assert!(present(&file).starts_with("a key"));
    }
}
