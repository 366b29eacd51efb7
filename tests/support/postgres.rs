//! A PostgreSQL of our own: one temporary cluster per test program, one database per test.
//!
//! `TEST_POSTGRES_URL` (of a user who may create databases) takes its place if it is set.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection as _;
use diesel::{Connection as _, PgConnection};

/// The browser's tests start theirs with it, too.
const CLUSTER: &str = include_str!("cluster.sh");

struct Cluster {
    /// What comes before the name of the database in a URL, and what comes after.
    url: (String, String),
    /// Ends with us.
    _shell: Option<Child>,
}

/// The URL of a new, empty database.
pub(crate) fn new_database() -> String {
    static CLUSTER: OnceLock<Cluster> = OnceLock::new();
    static COUNT: AtomicU32 = AtomicU32::new(1);
    let Cluster {
        url: (before, after),
        ..
    } = CLUSTER.get_or_init(start);
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    let name = format!("iiif_gate_test_{}_{number}", std::process::id());
    let mut conn = PgConnection::establish(&format!("{before}postgres{after}")).unwrap();
    conn.batch_execute(&format!("CREATE DATABASE {name}"))
        .unwrap();
    format!("{before}{name}{after}")
}

fn start() -> Cluster {
    #[expect(
        clippy::disallowed_methods,
        reason = "a setting of the tests, not of the gate"
    )]
    if let Ok(url) = std::env::var("TEST_POSTGRES_URL") {
        let (url, options) = url
            .split_once('?')
            .map_or((url.as_str(), String::new()), |(u, o)| (u, format!("?{o}")));
        let (before, _) = url
            .rsplit_once('/')
            .expect("TEST_POSTGRES_URL names a database");
        return Cluster {
            url: (format!("{before}/"), options),
            _shell: None,
        };
    }
    let bin = programs();
    let folder = tempfile::Builder::new()
        .prefix("iiif-gate-pg-")
        .tempdir()
        .unwrap()
        .keep();
    let mut command = unprivileged(&folder);
    command
        .args(["sh", "-c", CLUSTER, "sh"])
        .arg(&folder)
        .arg(bin)
        .stdin(Stdio::piped());
    let mut shell = command.spawn().expect("the shell that starts PostgreSQL");
    let url = (
        "postgres://gate@/".to_owned(),
        format!("?host={}", folder.display()),
    );
    let probe = format!("{}postgres{}", url.0, url.1);
    let deadline = Instant::now() + Duration::from_mins(1);
    while PgConnection::establish(&probe).is_err() {
        let ended = shell.try_wait().unwrap().is_some();
        if ended || Instant::now() > deadline {
            let log = std::fs::read_to_string(folder.join("log")).unwrap_or_default();
            panic!("PostgreSQL did not start:\n{log}");
        }
        std::thread::yield_now();
    }
    Cluster {
        url,
        _shell: Some(shell),
    }
}

/// PostgreSQL refuses to run as root, so there it runs as `nobody`.
fn unprivileged(folder: &Path) -> Command {
    let id = Command::new("id").arg("-u").output().unwrap().stdout;
    if id.trim_ascii() != b"0" {
        return Command::new("env");
    }
    let owned = Command::new("chown")
        .arg("nobody")
        .arg(folder)
        .status()
        .unwrap();
    assert!(owned.success(), "chown {}", folder.display());
    let mut command = Command::new("setpriv");
    command.args(["--reuid=nobody", "--regid=nogroup", "--clear-groups"]);
    command
}

/// The newest PostgreSQL on this machine: Debian keeps its programs out of the path.
pub(crate) fn programs() -> PathBuf {
    let versions = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten();
    let bins = versions.filter_map(|entry| Some(entry.ok()?.path().join("bin")));
    let newest = bins.filter(|bin| bin.join("initdb").exists()).max();
    newest.expect("PostgreSQL is missing: install `postgresql`, or set TEST_POSTGRES_URL")
}
