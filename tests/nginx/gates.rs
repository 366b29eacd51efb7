//! Real gates, one or several, that are killed, stopped and started again.

use std::fs::File;
use std::net::TcpListener;
use std::os::fd::OwnedFd;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::http::{Answer, Connection, request, try_raw};
use crate::site::PASSWORD;
use crate::stack::free_port;

/// How long a gate may take to start or to stop, on a machine that has other things to do.
const PATIENCE: Duration = Duration::from_secs(30);

/// Takes over sockets as systemd passes them: the first is for nginx, the second for questions about health.
const AS_FROM_SYSTEMD: &str = "exec 3<&0 4<&1 </dev/null 1>&2; \
     export LISTEN_FDS=2 LISTEN_PID=$$ LISTEN_FDNAMES=gate:health; exec \"$0\" serve";

/// A gate, running or not.
pub(crate) struct Gate {
    /// Where it answers.
    pub(crate) port: u16,
    pub(crate) folder: TempDir,
    health: u16,
    origin: String,
    settings: Vec<(String, String)>,
    sockets: Option<[TcpListener; 2]>,
    program: Option<Child>,
}

impl Gate {
    /// Not started yet; nginx is reached at this port.
    pub(crate) fn new(public_port: u16, settings: &[(&str, &str)]) -> Self {
        let (port, health, folder) = (free_port(), free_port(), TempDir::new().unwrap());
        let host = format!("localhost:{public_port}");
        let own: [(&str, &str); 11] = [
            ("VIRTUAL_HOST", host.as_str()),
            ("LISTEN", &format!("127.0.0.1:{port}")),
            ("LISTEN_HEALTH", &format!("127.0.0.1:{health}")),
            ("DATA_DIR", folder.path().to_str().unwrap()),
            ("AUTH_PASSWORD_SALT", "a-salt-that-is-long-enough"),
            ("AUTH_ADMIN_PASSWORD", PASSWORD),
            ("BCRYPT_COST", "4"),
            ("DEFAULT_ACCESS", "deny"),
            ("IMAGE_SERVER", "other"),
            ("IMAGE_SERVER_URL", "http://127.0.0.1:9/"),
            ("WORKERS", "2"),
        ];
        let all = own.iter().chain(settings);
        Self {
            port,
            health,
            origin: format!("http://{host}"),
            settings: all
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
            sockets: None,
            program: None,
            folder,
        }
    }

    /// The same with its sockets held by the test, as systemd holds them.
    pub(crate) fn with_sockets(mut self) -> Self {
        let bind = |port| TcpListener::bind(("127.0.0.1", port)).unwrap();
        self.sockets = Some([bind(self.port), bind(self.health)]);
        self
    }

    /// A command of the program with this gate's settings.
    pub(crate) fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.env_clear().env("PATH", env!("PATH"));
        let settings = self.settings.iter().map(|(name, value)| (name, value));
        command.envs(settings).current_dir(self.folder.path());
        command
    }

    /// Starts it by this command, without waiting for it.
    pub(crate) fn spawn_by(&mut self, mut command: Command) {
        let log = self.folder.path().join("log");
        let log = File::options().create(true).append(true).open(log).unwrap();
        command.stderr(log);
        self.program = Some(command.spawn().unwrap());
    }

    pub(crate) fn spawn(&mut self) {
        let gate = env!("CARGO_BIN_EXE_iiif-gate");
        let mut command = self.command(if self.sockets.is_some() { "sh" } else { gate });
        if let Some([socket, health]) = &self.sockets {
            let pass =
                |socket: &TcpListener| Stdio::from(OwnedFd::from(socket.try_clone().unwrap()));
            command.args(["-c", AS_FROM_SYSTEMD, gate]);
            command.stdin(pass(socket)).stdout(pass(health));
        } else {
            command.arg("serve").stdin(Stdio::null());
        }
        self.spawn_by(command);
    }

    pub(crate) fn start(&mut self) {
        self.spawn();
        self.wait_until_ready();
    }

    pub(crate) fn wait_until_ready(&mut self) {
        let deadline = Instant::now() + PATIENCE;
        while !self.is_ready() {
            let ended = self.program.as_mut().unwrap().try_wait().unwrap();
            let is_late = Instant::now() > deadline;
            assert!(ended.is_none() && !is_late, "{ended:?}: {}", self.log());
            pause();
        }
    }

    pub(crate) fn is_ready(&self) -> bool {
        let answer = try_raw(self.health, &request("GET", b"/readyz", &[]));
        answer.is_some_and(|answer| answer.status == 200)
    }

    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    pub(crate) fn id(&self) -> u32 {
        self.program.as_ref().unwrap().id()
    }

    pub(crate) fn signal(&self, name: &str) {
        let (signal, id) = (format!("-{name}"), self.id().to_string());
        let status = Command::new("kill").args([signal, id]).status();
        assert!(status.unwrap().success());
    }

    /// Stops it where it stands, every thread of it.
    pub(crate) fn freeze(&self) {
        self.signal("STOP");
        let threads = format!("/proc/{}/task", self.id());
        let stands = |thread: std::fs::DirEntry| {
            let stat = std::fs::read_to_string(thread.path().join("stat")).unwrap_or_default();
            stat.contains(") T ")
        };
        let deadline = Instant::now() + PATIENCE;
        while !std::fs::read_dir(&threads).unwrap().flatten().all(stands) {
            assert!(Instant::now() < deadline, "it does not stop");
            pause();
        }
    }

    /// Takes it away without any notice.
    pub(crate) fn kill(&mut self) {
        let mut program = self.program.take().unwrap();
        program.kill().unwrap();
        program.wait().unwrap();
    }

    /// Has it stop, and waits for that.
    pub(crate) fn stop(&mut self) {
        self.signal("TERM");
        let deadline = Instant::now() + PATIENCE;
        let program = self.program.as_mut().unwrap();
        while program.try_wait().unwrap().is_none() {
            assert!(Instant::now() < deadline, "it does not stop");
            pause();
        }
        self.program = None;
    }

    /// Signs in at this gate itself; the cookie as a header line, or nothing if it went away meanwhile.
    pub(crate) fn sign_in(&self, user: &str) -> Option<String> {
        let answer = self.try_to_sign_in(self.port, "/iiif-login", user)?;
        let cookies = answer.all("Set-Cookie");
        let cookie = cookies.iter().find(|line| line.starts_with("iiif-gate="))?;
        let is_done = answer.status == 303;
        is_done.then_some(format!("Cookie: {}", cookie.split(';').next()?))
    }

    /// What is said to somebody who signs in on this page.
    pub(crate) fn try_to_sign_in(&self, port: u16, path: &str, user: &str) -> Option<Answer> {
        let form = try_raw(port, &request("GET", path.as_bytes(), &[]))?;
        let secret = form.header("Set-Cookie")?;
        let page = form.text();
        let (_, csrf) = page.split_once("name=\"csrf\" value=\"")?;
        let fields = format!(
            "username={user}&password={}&csrf={}",
            PASSWORD.replace(' ', "+"),
            csrf.split('"').next()?
        );
        let mut post = request(
            "POST",
            path.as_bytes(),
            &[
                &format!("Origin: {}", self.origin),
                "Content-Type: application/x-www-form-urlencoded",
                &format!("Cookie: {}", secret.split(';').next()?),
                &format!("Content-Length: {}", fields.len()),
            ],
        );
        post.extend_from_slice(fields.as_bytes());
        try_raw(port, &post)
    }

    /// Signs out; whether the gate said that it is done.
    pub(crate) fn sign_out(&self, cookie: &str) -> bool {
        let answer = try_raw(self.port, &request("GET", b"/logout", &[cookie]));
        answer.is_some_and(|answer| answer.status == 200)
    }

    /// What it says to nginx's question about an image, or nothing if it does not answer.
    pub(crate) fn ask(&self, cookie: &str, image: &str) -> Option<u16> {
        let target = format!("X-Original-URI: /iiif/images/{image}/full/max/0/default.jpg");
        let headers = [target.as_str(), "X-Original-Method: GET", cookie];
        let question = format!(
            "GET /query_auth HTTP/1.1\r\nHost: gate\r\n{}\r\n\r\n",
            headers.join("\r\n")
        );
        let mut connection = Connection::try_open(self.port)?;
        connection.send(question.as_bytes());
        connection.read(true).map(|answer: Answer| answer.status)
    }
}

impl Drop for Gate {
    fn drop(&mut self) {
        if let Some(program) = &mut self.program {
            let _ = program.kill();
            let _ = program.wait();
        }
    }
}

/// A moment, for loops that wait for another process.
pub(crate) fn pause() {
    std::thread::park_timeout(Duration::from_millis(5));
}

/// Whether there is time for what takes long (`make nightly`).
#[expect(
    clippy::disallowed_methods,
    reason = "a setting of the tests, not of the gate"
)]
pub(crate) fn is_nightly() -> bool {
    std::env::var("NIGHTLY").is_ok_and(|value| value == "1")
}
