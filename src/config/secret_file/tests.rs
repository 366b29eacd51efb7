//! Secrets in files: made once, for the owner alone.

use super::*;

fn filled(settings: &[(&str, &str)], missing: Missing) -> (BTreeMap<String, String>, Vec<Problem>) {
    let mut raw = settings
        .iter()
        .map(|(n, v)| ((*n).to_owned(), (*v).to_owned()))
        .collect();
    let mut problems = Vec::new();
    fill_in(&mut raw, missing, &mut problems);
    (raw, problems)
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn missing_secrets_are_generated_once_and_are_for_the_owner_alone() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("new/data");
    let settings = [
        ("DATA_DIR", data.to_str().unwrap()),
        ("AUTH_SECRET_KEY", ""),
    ];
    let (first, problems) = filled(&settings, Missing::Generate);
    assert_eq!(problems, []);
    assert_eq!(first["AUTH_SECRET_KEY"].len(), 43);
    assert_ne!(first["AUTH_SECRET_KEY"], first["AUTH_PASSWORD_SALT"]);
    assert_eq!(filled(&settings, Missing::Generate).0, first);
    assert_eq!(filled(&settings, Missing::Pretend).0, first);
    assert_eq!(mode(&data), 0o700);
    assert_eq!(mode(&data.join("secret-key")), 0o600);
    assert_eq!(fs::read_dir(&data).unwrap().count(), 3, "no draft is left");
}

#[test]
fn of_many_who_generate_at_once_all_get_the_same_secret() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("secret-key");
    let secrets: std::collections::BTreeSet<String> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..16)
            .map(|_| scope.spawn(|| generate(folder.path(), &path).unwrap()))
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .collect()
    });
    assert_eq!(secrets.len(), 1);
}

#[test]
fn checking_writes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let (raw, problems) = filled(&[("DATA_DIR", data.to_str().unwrap())], Missing::Pretend);
    assert!(problems.is_empty() && raw.contains_key("AUTH_SECRET_KEY"));
    assert!(!data.exists());
}

#[test]
fn a_secret_comes_from_the_file_that_is_named_without_its_line_end() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("password");
    fs::write(&file, "two words \r\n").unwrap();
    let path = file.to_str().unwrap();
    let data = ("DATA_DIR", folder.path().to_str().unwrap());
    let (raw, problems) = filled(
        &[data, ("AUTH_ADMIN_PASSWORD_FILE", path)],
        Missing::Pretend,
    );
    assert_eq!(problems, []);
    assert_eq!(raw["AUTH_ADMIN_PASSWORD"], "two words ");
    let both = [
        data,
        ("AUTH_SECRET_KEY_FILE", path),
        ("AUTH_SECRET_KEY", "x"),
    ];
    let (_, problems) = filled(&both, Missing::Pretend);
    assert!(
        problems[0].fault.contains("set only one of them"),
        "{problems:?}"
    );
    let gone = [data, ("AUTH_SECRET_KEY_FILE", "/nonexistent/key")];
    let (raw, problems) = filled(&gone, Missing::Generate);
    assert_eq!(problems.len(), 1);
    assert!(
        !raw.contains_key("AUTH_SECRET_KEY"),
        "nothing is generated in its stead"
    );
}

#[test]
fn a_salt_that_got_lost_is_not_replaced_while_there_are_passwords() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(DATABASE_FILE), "not empty").unwrap();
    let (_, problems) = filled(
        &[("DATA_DIR", folder.path().to_str().unwrap())],
        Missing::Generate,
    );
    assert!(
        problems[0]
            .to_string()
            .starts_with("AUTH_PASSWORD_SALT: is lost"),
        "{problems:?}"
    );
}

#[test]
fn a_secret_that_others_can_read_is_a_warning() {
    let folder = tempfile::tempdir().unwrap();
    let settings = [("DATA_DIR", folder.path().to_str().unwrap())];
    filled(&settings, Missing::Generate);
    let path = folder.path().join("secret-key");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    let (_, problems) = filled(&settings, Missing::Generate);
    assert_eq!(problems.len(), 1);
    assert!(!problems[0].is_error() && problems[0].fault.contains("chmod 600"));
}
