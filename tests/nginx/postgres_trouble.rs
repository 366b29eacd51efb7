//! A PostgreSQL that can be read and not written: its disk is full, or it became read-only.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection as _;
use diesel::{Connection as _, PgConnection, RunQueryDsl as _};

use crate::gates::pause;
use crate::http::{Answer, get};
use crate::postgres;
use crate::restart::One;
use crate::viewer::TILE;

const INFO: &str = "/iiif/images/sec1/info.json";

/// A cluster whose data, and nothing else, is on a disk of a hundred megabytes. The shell takes everything away when
/// its input ends, which is when the test does, in whatever way.
const SMALL_CLUSTER: &str = r#"
mkdir "$1/disk" "$1/other"
mount -t tmpfs -o size=100m tmpfs "$1/disk" || { rm -rf "$1"; exit 77; }
chown nobody "$1" "$1/disk" "$1/other"
as_nobody="setpriv --reuid=nobody --regid=nogroup --clear-groups"
$as_nobody "$2/initdb" -D "$1/disk/data" --waldir="$1/other/wal" -U gate --auth=trust --no-sync \
    -E UTF8 --locale=C.UTF-8 >"$1/other/log" 2>&1
$as_nobody "$2/postgres" -D "$1/disk/data" -k "$1" -c listen_addresses= -c fsync=off -c autovacuum=off \
    >>"$1/other/log" 2>&1 &
server=$!
read -r _ || true
kill -INT "$server"
wait "$server"
umount "$1/disk"
rm -rf "$1"
"#;

struct SmallCluster {
    shell: Child,
    folder: PathBuf,
}

impl SmallCluster {
    /// Nothing where a file system cannot be mounted.
    fn start() -> Option<Self> {
        let folder = tempfile::Builder::new().prefix("iiif-gate-pg-").tempdir();
        let folder = folder.unwrap().keep();
        let mut command = Command::new("sh");
        command.args(["-c", SMALL_CLUSTER, "sh"]);
        command.arg(&folder).arg(postgres::programs());
        let shell = command.stdin(Stdio::piped()).spawn().unwrap();
        let mut cluster = Self { shell, folder };
        let deadline = Instant::now() + Duration::from_mins(1);
        while PgConnection::establish(&cluster.url()).is_err() {
            if cluster.shell.try_wait().unwrap().is_some() {
                return None;
            }
            assert!(Instant::now() < deadline, "PostgreSQL did not start");
            pause();
        }
        Some(cluster)
    }

    fn url(&self) -> String {
        format!("postgres://gate@/postgres?host={}", self.folder.display())
    }

    fn ballast(&self) -> PathBuf {
        self.folder.join("disk/ballast")
    }

    fn fill_disk(&self) {
        let mut file = std::fs::File::create(self.ballast()).unwrap();
        for size in [1 << 20, 1 << 12, 1] {
            while file.write_all(&vec![0; size]).is_ok() {}
        }
    }
}

impl Drop for SmallCluster {
    fn drop(&mut self) {
        drop(self.shell.stdin.take());
        let _ = self.shell.wait();
    }
}

#[expect(clippy::print_stderr, reason = "what is skipped is said")]
fn skipped(what: &str) {
    eprintln!("SKIPPED: {what}");
}

fn sign_in(one: &One) -> Answer {
    let answer = one
        .gate
        .try_to_sign_in(one.stack.port, "/auth/iiif-login", "alice");
    answer.expect("nginx answers")
}

/// What cannot be written is said in words for people, and those who are known go on.
fn goes_on(one: &One, alice: &str) {
    let answer = sign_in(one);
    let page = answer.text();
    assert_eq!(answer.status, 503, "{page}");
    assert!(
        page.contains("<h1") && answer.header("Set-Cookie").is_none(),
        "{page}"
    );
    assert!(
        !page.contains("extend") && !page.contains("read-only"),
        "{page}"
    );
    for target in [TILE, INFO] {
        assert_eq!(
            get(one.stack.port, target, &[alice]).status,
            200,
            "{target}"
        );
    }
    assert_eq!(get(one.stack.port, TILE, &[]).status, 401);
}

#[test]
fn on_a_postgresql_whose_disk_is_full_nobody_signs_in_and_everybody_who_is_goes_on() {
    let Some(cluster) = SmallCluster::start() else {
        return skipped("a PostgreSQL on a full disk: nothing can be mounted here without root");
    };
    let mut one = One::on(&cluster.url());
    one.gate.start();
    let alice = one.gate.sign_in("alice").unwrap();
    assert_eq!(get(one.stack.port, TILE, &[&alice]).status, 200);
    cluster.fill_disk();
    // There is room in the pages that are begun.
    let mut cookies = Vec::new();
    while let Some(cookie) = one.gate.sign_in("alice") {
        cookies.push(cookie);
        assert!(cookies.len() < 300, "the disk is never full");
    }
    goes_on(&one, &alice);
    std::fs::remove_file(cluster.ballast()).unwrap();
    assert_eq!(sign_in(&one).status, 303);
    // Who was told that they are signed in are, and nobody else is.
    for cookie in &cookies {
        assert_eq!(one.gate.ask(cookie, "sec1"), Some(204));
    }
    let mut conn = PgConnection::establish(&cluster.url()).unwrap();
    let signed_in = i64::try_from(cookies.len()).unwrap() + 2;
    assert_eq!(sessions(&mut conn), signed_in, "half a sign-in is left");
    assert!(one.gate.log().contains("make room on its disk"));
}

#[derive(diesel::QueryableByName)]
struct Count {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    count: i64,
}

/// How many sessions opened images for somebody.
fn sessions(conn: &mut PgConnection) -> i64 {
    let count = "SELECT count(*) AS count FROM sessions WHERE user_id IS NOT NULL";
    let count = diesel::sql_query(count).get_result::<Count>(conn);
    count.unwrap().count
}

#[test]
fn on_a_postgresql_that_became_read_only_nobody_signs_in_or_out_and_everybody_who_is_goes_on() {
    let database = postgres::new_database();
    let mut one = One::on(&database);
    one.gate.start();
    let (alice, other) = (
        one.gate.sign_in("alice").unwrap(),
        one.gate.sign_in("alice").unwrap(),
    );
    assert_eq!(get(one.stack.port, TILE, &[&alice]).status, 200);
    let set = |value: &str| {
        let (url, _) = database.split_once('?').unwrap_or((&database, ""));
        let (_, name) = url.rsplit_once('/').unwrap();
        let mut conn = PgConnection::establish(&database).unwrap();
        conn.batch_execute("SET default_transaction_read_only = off")
            .unwrap();
        conn.batch_execute(&format!(
            "ALTER DATABASE {name} SET default_transaction_read_only = {value};
             SELECT pg_terminate_backend(pid) FROM pg_stat_activity
             WHERE datname = '{name}' AND pid <> pg_backend_pid()"
        ))
        .unwrap();
    };
    set("on");
    goes_on(&one, &alice);
    assert!(!one.gate.sign_out(&other), "that cannot be written down");
    assert_eq!(one.gate.ask(&other, "sec1"), Some(204), "so it is not done");
    set("off");
    let deadline = Instant::now() + Duration::from_secs(20);
    while sign_in(&one).status != 303 {
        assert!(Instant::now() < deadline, "it does not recover");
    }
    assert!(one.gate.sign_out(&other));
    assert_eq!(one.gate.ask(&other, "sec1"), Some(401));
}
