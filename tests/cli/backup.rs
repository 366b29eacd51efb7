//! Backing up and restoring.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use iiif_gate::config::DatabaseUrl;
use iiif_gate::identity::name::UserName;
use iiif_gate::identity::password;
use iiif_gate::store::Store;
use iiif_gate::store::users::{self, UserState};
use iiif_gate::web::state::now;

use crate::program::{Program, Said};

const PASSWORD: &str = "correct horse battery";

/// Runs the program with this data folder and secrets of its own, as a first start makes them.
fn run(data: &Path, arguments: &[&str], stdin: &str) -> Said {
    let program = Program::new();
    // `env -u`: the salt is to come from the folder.
    let mut command = Command::new("env");
    command
        .args(["-u", "AUTH_PASSWORD_SALT"])
        .arg(format!("DATA_DIR={}", data.display()));
    command.arg(env!("CARGO_BIN_EXE_iiif-gate")).args(arguments);
    program.finish(command, stdin)
}

fn done(data: &Path, arguments: &[&str], stdin: &str) -> String {
    let said = run(data, arguments, stdin);
    assert_eq!(said.code, 0, "{arguments:?}: {said:?}");
    said.data + &said.words
}

fn store(data: &Path) -> Store {
    let url = format!("sqlite://{}/iiif-gate.db", data.display());
    Store::open(&DatabaseUrl::parse(&url).unwrap()).unwrap()
}

/// A data folder with a user and a rule.
fn installation(folder: &Path) -> std::path::PathBuf {
    let data = folder.join("data");
    done(&data, &["user", "add", "alice"], PASSWORD);
    done(&data, &["rule", "add", "maps/*", "public"], "");
    data
}

/// Whether the password is that of the user, by the restored salt and database: what signing in checks.
fn may_sign_in(data: &Path, name: &str) -> bool {
    let salt = fs::read_to_string(data.join("password-salt")).unwrap();
    let name = UserName::parse(name).unwrap();
    let user = store(data)
        .blocking(|conn| users::find_by_name(conn, &name))
        .unwrap()
        .unwrap();
    password::verify(PASSWORD, salt.trim_end(), &user.password_hash.unwrap())
}

#[test]
fn what_is_backed_up_while_others_write_is_restored_into_an_empty_folder() {
    let folder = tempfile::tempdir().unwrap();
    let data = installation(folder.path());
    // With a former key, by which others are still signed in.
    done(&data, &["keys", "rotate"], "");
    let (stop, written) = (AtomicBool::new(false), AtomicU32::new(0));
    let backup = folder.path().join("backup");
    let before = std::thread::scope(|scope| {
        scope.spawn(|| {
            let store = store(&data);
            while !stop.load(Ordering::Relaxed) {
                let number = written.load(Ordering::Relaxed);
                let name = UserName::parse(&format!("user{number}")).unwrap();
                let make =
                    |conn: &mut _| users::register(conn, now(), &name, "", "x", UserState::Active);
                store.blocking(make).unwrap();
                written.fetch_add(1, Ordering::Relaxed);
            }
        });
        while written.load(Ordering::Relaxed) < 20 {
            std::thread::yield_now();
        }
        let before = written.load(Ordering::Relaxed);
        // Stopped first, whatever comes out: or the writer would never end.
        let said = run(&data, &["backup", backup.to_str().unwrap()], "");
        let after = written.load(Ordering::Relaxed);
        stop.store(true, Ordering::Relaxed);
        assert_eq!(said.code, 0, "{said:?}");
        let said = said.words;
        assert!(said.contains("1 rules, checked"), "{said}");
        after - before
    });
    assert!(before > 0, "writers went on");
    for (name, mode) in [
        ("", 0o700),
        ("iiif-gate.db", 0o600),
        ("secret-key", 0o600),
        ("password-salt", 0o600),
    ] {
        let found = fs::metadata(backup.join(name))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(found & 0o777, mode, "{name}");
    }
    let restored = folder.path().join("restored");
    let said = done(&restored, &["restore", backup.to_str().unwrap()], "");
    assert!(said.contains("everybody signs in again"), "{said}");
    assert!(may_sign_in(&restored, "alice"));
    let explained = run(&restored, &["rule", "list"], "");
    assert!(explained.data.contains("maps/*"), "{explained:?}");
    for name in ["secret-key", "secret-key.previous"] {
        let key = |folder: &Path| fs::read(folder.join(name)).unwrap();
        assert_eq!(key(&restored), key(&data), "{name}");
    }
    let mode = fs::metadata(restored.join("iiif-gate.db"))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
    assert_eq!(
        fs::read_dir(folder.path()).unwrap().count(),
        3,
        "no draft is left"
    );
}

#[test]
fn neither_overwrites_anything() {
    let folder = tempfile::tempdir().unwrap();
    let data = installation(folder.path());
    let backup = folder.path().join("backup");
    let path = backup.to_str().unwrap();
    done(&data, &["backup", path], "");
    let said = run(&data, &["backup", path], "");
    assert!(
        said.code == 1 && said.words.contains("exists already"),
        "{said:?}"
    );
    let said = run(&data, &["restore", path], "");
    assert!(
        said.code == 1 && said.words.contains("iiif-gate.db is there already"),
        "{said:?}"
    );
    // The rest of a database that crashed would be taken for a part of the restored one.
    let other = folder.path().join("other");
    fs::create_dir(&other).unwrap();
    fs::write(other.join("iiif-gate.db-wal"), "x").unwrap();
    let said = run(&other, &["restore", path], "");
    assert!(
        said.code == 1 && said.words.contains("iiif-gate.db-wal is there already"),
        "{said:?}"
    );
    fs::remove_file(other.join("iiif-gate.db-wal")).unwrap();
    fs::write(
        other.join("secret-key"),
        "another key, long enough to be one of ours",
    )
    .unwrap();
    let said = run(&other, &["restore", path], "");
    assert!(
        said.code == 1 && said.words.contains("secret-key is there already"),
        "{said:?}"
    );
    assert!(!other.join("iiif-gate.db").exists());
}

#[test]
fn a_broken_backup_is_not_restored_and_what_is_none_is_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    let data = installation(folder.path());
    let backup = folder.path().join("backup");
    let path = backup.to_str().unwrap();
    done(&data, &["backup", path], "");
    let file = backup.join("iiif-gate.db");
    let mut bytes = fs::read(&file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle..middle + 8192].fill(0xff);
    fs::write(&file, bytes).unwrap();
    let new = folder.path().join("new");
    let said = run(&new, &["restore", path], "");
    assert_eq!(said.code, 2, "{said:?}");
    assert!(!new.join("iiif-gate.db").exists() && !new.join("secret-key").exists());
    let said = run(
        &new,
        &["restore", data.join("nothing").to_str().unwrap()],
        "",
    );
    assert!(
        said.code == 1 && said.words.contains("is no backup"),
        "{said:?}"
    );
    let said = run(&new, &["backup", path], "");
    assert!(
        said.code == 1 && said.words.contains("there is no database"),
        "{said:?}"
    );
}

#[test]
fn postgresql_is_left_to_its_own_programs_with_the_line_to_type() {
    let program = Program::on("postgres://gate:s3cret@127.0.0.1:1/gate");
    for (command, line) in [
        ("backup", "pg_dump --format=custom"),
        ("restore", "pg_restore --no-owner"),
    ] {
        let words = program.fail(1, &[command, "somewhere"]);
        assert!(
            words.contains(line) && words.contains("postgres://127.0.0.1:1/gate"),
            "{words}"
        );
        assert!(!words.contains("s3cret"), "{words}");
    }
}

#[test]
fn all_sessions_end_with_a_restore() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    done(
        &data,
        &["dev", "seed", "--users", "5", "--sessions", "7"],
        "",
    );
    let backup = folder.path().join("backup");
    done(&data, &["backup", backup.to_str().unwrap()], "");
    let restored = folder.path().join("restored");
    done(&restored, &["restore", backup.to_str().unwrap()], "");
    let listed = run(&restored, &["session", "list"], "");
    assert_eq!(
        (listed.code, listed.data.lines().count() <= 1),
        (0, true),
        "{listed:?}"
    );
}
