//! An image server that knows a few images, for tests that need no pixels.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};

/// Starts one, and says where it answers. It ends with the test program.
pub(crate) fn start() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}/iiif/", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            std::thread::spawn(move || answer(stream));
        }
    });
    base
}

/// The document of an image, as this server sends it.
pub(crate) fn document(identifier: &str) -> String {
    let context = if identifier.starts_with("v3") { 3 } else { 2 };
    let id = if context == 3 { "id" } else { "@id" };
    format!(
        r#"{{ "@context": "http://iiif.io/api/image/{context}/context.json",
  "{id}": "http://inner/iiif/{identifier}", "protocol": "http://iiif.io/api/image",
  "width": 6000, "height": 4000, "service": {{"profile": "http://iiif.io/api/annex/services/physdim"}} }}"#
    )
}

fn answer(mut stream: TcpStream) {
    let mut lines = BufReader::new(stream.try_clone().unwrap())
        .lines()
        .map_while(Result::ok);
    let Some(first) = lines.next() else { return };
    while lines.next().is_some_and(|line| !line.is_empty()) {}
    let target = first.split(' ').nth(1).unwrap_or_default();
    let identifier = target
        .strip_prefix("/iiif/")
        .and_then(|rest| rest.strip_suffix("/info.json"));
    let (status, body) = match identifier {
        Some("missing" | "only/encoded") | None => ("404 Not Found", String::new()),
        Some("failing") => ("500 Internal Server Error", String::new()),
        Some("broken") => ("200 OK", "<html>not an info.json</html>".to_owned()),
        Some(identifier) => ("200 OK", document(identifier)),
    };
    let length = body.len();
    let head =
        format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n");
    let _ = stream.write_all(format!("{head}{body}").as_bytes());
}
