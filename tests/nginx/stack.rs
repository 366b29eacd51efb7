//! `scripts/stack` in a folder of its own, on ports of its own, stopped when the test ends.

use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::atomic::{AtomicU32, Ordering};

use tempfile::TempDir;

use crate::server::{self, Server};

pub(crate) struct Stack {
    /// The public port.
    pub(crate) port: u16,
    pub(crate) folder: TempDir,
    settings: Vec<(String, String)>,
}

/// The repository's root.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A port that nobody listens on. Not one of those that the system gives to connections (32768 and above), or one of the
/// many that these tests open would take it before the program that it is for.
pub(crate) fn free_port() -> u16 {
    static TAKEN: AtomicU32 = AtomicU32::new(0);
    loop {
        let number = std::process::id()
            .wrapping_mul(101)
            .wrapping_add(TAKEN.fetch_add(1, Ordering::Relaxed));
        let port = u16::try_from(15_000 + number % 17_000).unwrap();
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}

impl Stack {
    /// Starts a stack with these settings, ports aside.
    pub(crate) fn start(settings: &[(&str, &str)]) -> Self {
        let stack = Self::prepare(settings);
        let output = stack.run("up");
        assert!(output.status.success(), "stack up: {}", words(&output));
        stack
    }

    /// A stack that has not been started.
    pub(crate) fn prepare(settings: &[(&str, &str)]) -> Self {
        let port = free_port();
        let mut all = vec![
            ("PORT".to_owned(), port.to_string()),
            ("HTTP_PORT".to_owned(), free_port().to_string()),
            ("INNER_PORT".to_owned(), free_port().to_string()),
            ("HEALTH_PORT".to_owned(), free_port().to_string()),
        ];
        let own = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        all.extend(settings.iter().map(own));
        Self {
            port,
            folder: TempDir::new().unwrap(),
            settings: all,
        }
    }

    /// Stub gate, recording image server at a path of its own, manifests from the stack's folder.
    pub(crate) fn with_stubs() -> (Self, Server, Server) {
        Self::with(server::gate, server::images)
    }

    /// A gate and an image server that answer like this.
    pub(crate) fn with(
        gate: impl Fn(&server::Request) -> server::Reply + Send + Sync + 'static,
        images: impl Fn(&server::Request) -> server::Reply + Send + Sync + 'static,
    ) -> (Self, Server, Server) {
        let (gate, images) = (Server::start(gate), Server::start(images));
        let stack = Self::start(&[
            ("GATE_ADDRESS", &format!("127.0.0.1:{}", gate.port)),
            ("IMAGE_SERVER", "other"),
            (
                "IMAGE_SERVER_URL",
                &format!("http://127.0.0.1:{}/base/iiif/", images.port),
            ),
        ]);
        gate.take();
        (stack, gate, images)
    }

    pub(crate) fn run(&self, command: &str) -> Output {
        let mut stack = Command::new(root().join("scripts/stack"));
        stack.arg(command).arg(self.folder.path());
        stack.env_clear().env("PATH", env!("PATH"));
        stack.envs(self.settings.iter().map(|(name, value)| (name, value)));
        stack.output().unwrap()
    }

    /// Sets something before it is started.
    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.settings.push((name.to_owned(), value.to_owned()));
    }

    /// A setting, such as a port.
    pub(crate) fn setting(&self, name: &str) -> &str {
        let setting = self.settings.iter().rfind(|(key, _)| key == name);
        setting.map_or("", |(_, value)| value)
    }

    /// A file of the stack's folder.
    pub(crate) fn file(&self, name: &str) -> String {
        std::fs::read_to_string(self.folder.path().join(name)).unwrap_or_default()
    }
}

impl Drop for Stack {
    fn drop(&mut self) {
        self.run("down");
    }
}

/// What a command said.
pub(crate) fn words(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout)
}
