//! An nginx with a configuration of the test's own.

use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::stack::{free_port, root, words};

pub(crate) struct Nginx {
    pub(crate) port: u16,
    program: Child,
    folder: TempDir,
}

impl Nginx {
    /// Starts it with this http block, which listens on this port.
    pub(crate) fn start_at(port: u16, http: &str) -> Self {
        Self::start_on(port, &[], |_| http.to_owned())
    }

    /// Starts it with this http block, made for the port.
    pub(crate) fn start(http: impl FnOnce(u16) -> String) -> Self {
        Self::start_with(&[], http)
    }

    /// The same with the rendered templates beside it.
    pub(crate) fn start_with(settings: &[(&str, &str)], http: impl FnOnce(u16) -> String) -> Self {
        Self::start_on(free_port(), settings, http)
    }

    fn start_on(port: u16, settings: &[(&str, &str)], http: impl FnOnce(u16) -> String) -> Self {
        let folder = TempDir::new().unwrap();
        let mut render = Command::new(root().join("nginx/render"));
        render.arg("--parts").arg(folder.path().join("conf.d"));
        render.env_clear().env("PATH", env!("PATH"));
        let output = render.envs(settings.iter().copied()).output().unwrap();
        assert!(output.status.success(), "{}", words(&output));

        let path = folder.path().display();
        let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .map(|name| format!("{name}_temp_path {path}/{name};"))
            .concat();
        let conf = format!(
            "daemon off; master_process off; pid {path}/pid; error_log {path}/log warn;
             events {{}} http {{ access_log off; {temporary} {} }}",
            http(port)
        );
        std::fs::write(folder.path().join("nginx.conf"), conf).unwrap();
        let program = Command::new("nginx")
            .args(["-c", "nginx.conf", "-e", "stderr", "-p"])
            .arg(folder.path())
            .stderr(Stdio::null())
            .spawn()
            .expect("nginx is missing (package nginx)");
        let mut nginx = Self {
            port,
            program,
            folder,
        };
        nginx.wait();
        nginx
    }

    fn wait(&mut self) {
        let deadline = Instant::now() + Duration::from_secs(10);
        while TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            let ended = self.program.try_wait().unwrap().is_some();
            let log = std::fs::read_to_string(self.folder.path().join("log"));
            assert!(
                !ended && Instant::now() < deadline,
                "nginx does not start: {log:?}"
            );
            std::thread::yield_now();
        }
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}
