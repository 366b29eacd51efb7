//! What systemd gives to a service: sockets that are open already, and an ear for how far it is.
//!
//! Sockets that systemd holds stay open while the program is replaced: who connects meanwhile waits, and
//! is not refused.

use std::ffi::OsStr;
use std::io;
use std::net::TcpListener;
use std::os::linux::net::SocketAddrExt as _;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::net::{SocketAddr, UnixDatagram, UnixListener};

use listenfd::ListenFd;

/// A socket on which somebody listens already.
pub(super) enum Socket {
    Tcp(TcpListener),
    Unix(UnixListener),
}

/// The sockets that were passed (`sd_listen_fds(3)`).
#[derive(Default)]
pub(super) struct Sockets {
    pub(super) gate: Option<Socket>,
    pub(super) health: Option<Socket>,
}

impl Sockets {
    /// Takes them. The one with `FileDescriptorName=health` is for questions about health, another one for
    /// nginx.
    pub(super) fn passed(names: &[String]) -> io::Result<Self> {
        let mut passed = ListenFd::from_env();
        let mut sockets = Self::default();
        for index in 0..passed.len() {
            let socket = match passed.take_unix_listener(index) {
                Ok(socket) => socket.map(Socket::Unix),
                Err(_) => passed.take_tcp_listener(index)?.map(Socket::Tcp),
            };
            let name = names.get(index).map_or("", String::as_str);
            let place = match name {
                "health" => &mut sockets.health,
                _ => &mut sockets.gate,
            };
            if place.is_some() {
                return Err(io::Error::other(format!(
                    "systemd passes two sockets to nginx or two about health; the second is called `{name}`"
                )));
            }
            *place = socket;
        }
        Ok(sockets)
    }
}

/// Says how far the service is (`sd_notify(3)`), if somebody wants to know.
pub(super) fn tell(ear: Option<&OsStr>, word: &str) {
    let said = ear.map(|ear| {
        let address = match ear.as_bytes().strip_prefix(b"@") {
            Some(name) => SocketAddr::from_abstract_name(name),
            None => SocketAddr::from_pathname(ear),
        };
        UnixDatagram::unbound()?.send_to_addr(word.as_bytes(), &address?)
    });
    if let Some(Err(error)) = said {
        tracing::warn!(%error, "systemd cannot be told `{word}`");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn systemd_hears_how_far_the_service_is() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("notify");
        let ear = UnixDatagram::bind(&path).unwrap();
        tell(Some(path.as_os_str()), "READY=1");
        let name = format!("iiif-gate-test-{}", std::process::id());
        let address = SocketAddr::from_abstract_name(&name).unwrap();
        let other = UnixDatagram::bind_addr(&address).unwrap();
        tell(Some(OsStr::new(&format!("@{name}"))), "STOPPING=1");
        for (ear, word) in [(ear, "READY=1"), (other, "STOPPING=1")] {
            let mut heard = [0; 32];
            let length = ear.recv(&mut heard).unwrap();
            assert_eq!(&heard[..length], word.as_bytes());
        }
        tell(None, "READY=1");
        tell(Some(OsStr::new("/nowhere")), "READY=1");
    }
}
