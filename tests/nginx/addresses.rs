//! Whose address the gate is told: nginx's peer, or what a trusted proxy says of it; never what a visitor says.

use std::process::Command;

use tempfile::TempDir;

use crate::http::get;
use crate::server::{self, Server, gate};
use crate::stack::{Stack, root, words};

const TARGETS: [&str; 3] = [
    "/iiif/images/pub1/full/max/0/default.jpg",
    "/iiif/images/pub1/info.json",
    "/auth/iiif-kiosk/reading-room",
];

/// What a visitor may send in the hope of another address, besides `X-Forwarded-For`.
const SPOOFED: [&str; 8] = [
    "X-Real-IP: 10.0.0.1",
    "X_Real_IP: 10.0.0.1",
    "Forwarded: for=10.0.0.1",
    "X-Client-IP: 10.0.0.1",
    "True-Client-IP: 10.0.0.1",
    "X-Original-Forwarded-For: 10.0.0.1",
    "X-Original-Address: 10.0.0.1",
    "X-Original-URI: /iiif/images/pub1/info.json",
];

fn start(proxies: &str) -> (Stack, Server, Server) {
    let (gate, images) = (Server::start(gate), Server::start(server::images));
    let stack = Stack::start(&[
        ("GATE_ADDRESS", &format!("127.0.0.1:{}", gate.port)),
        ("IMAGE_SERVER", "other"),
        (
            "IMAGE_SERVER_URL",
            &format!("http://127.0.0.1:{}/", images.port),
        ),
        ("TRUSTED_PROXIES", proxies),
    ]);
    gate.take();
    (stack, gate, images)
}

/// The address in the question about each target, all of which must agree.
fn told(stack: &Stack, gate: &Server, forwarded: &str) -> String {
    let mut headers = SPOOFED.to_vec();
    let forwarded = format!("X-Forwarded-For: {forwarded}");
    headers.push(&forwarded);
    let mut addresses: Vec<String> = TARGETS
        .iter()
        .flat_map(|target| {
            get(stack.port, target, &headers);
            gate.take()
        })
        .map(|seen| {
            let names = seen.header_names();
            let address = |name: &&String| {
                name.contains("real") || name.contains("client") || name.contains("forwarded")
            };
            let names: Vec<_> = names.iter().filter(address).collect();
            match &*seen.target {
                "/iiif-kiosk/reading-room" => {
                    assert_eq!(names, ["x-original-forwarded-for", "x-real-ip"]);
                    let value = seen.header("X-Original-Forwarded-For");
                    assert_eq!(
                        value.as_deref(),
                        forwarded.strip_prefix("X-Forwarded-For: ")
                    );
                    assert_eq!(seen.header("X-Original-URI"), None);
                }
                _ => assert_eq!(names, ["x-real-ip"], "{}", seen.target),
            }
            seen.header("X-Real-IP").unwrap()
        })
        .collect();
    assert_eq!(addresses.len(), 3);
    addresses.dedup();
    assert_eq!(addresses.len(), 1, "{addresses:?}");
    addresses.remove(0)
}

#[test]
fn a_visitor_has_the_address_that_nginx_sees() {
    for proxies in ["", "127.0.0.2, 10.0.0.0/8 ::1"] {
        let (stack, gate, _images) = start(proxies);
        for forwarded in ["203.0.113.9", "10.0.0.1, 10.0.0.2", "::1"] {
            assert_eq!(told(&stack, &gate, forwarded), "127.0.0.1", "{proxies}");
        }
    }
}

#[test]
fn a_visitor_behind_a_trusted_proxy_has_the_address_that_the_proxy_tells() {
    let (stack, gate, _images) = start("127.0.0.0/8,10.0.0.0/8\t2001:db8::/32");
    for (forwarded, address) in [
        ("203.0.113.9", "203.0.113.9"),
        ("2001:470::7", "2001:470::7"),
        // What the visitor wrote stands before what the proxy added.
        ("198.51.100.1, 203.0.113.9", "203.0.113.9"),
        ("10.0.0.1, 203.0.113.9", "203.0.113.9"),
        ("127.0.0.1, 203.0.113.9", "203.0.113.9"),
        // Two proxies, one after the other.
        ("198.51.100.1, 203.0.113.9, 10.0.0.1", "203.0.113.9"),
        ("203.0.113.9, 2001:db8::7", "203.0.113.9"),
        // Where a proxy tells nonsense, there is no other address than its own.
        ("203.0.113.9, unknown", "127.0.0.1"),
    ] {
        assert_eq!(told(&stack, &gate, forwarded), address, "{forwarded}");
    }
}

#[test]
fn what_is_no_address_of_a_proxy_is_refused_in_words() {
    let folder = TempDir::new().unwrap();
    let render = |proxies: &str| {
        let mut render = Command::new(root().join("nginx/render"));
        render.arg(folder.path()).env_clear();
        render.env("PATH", env!("PATH"));
        render.env("TRUSTED_PROXIES", proxies).output().unwrap()
    };
    for proxies in [
        "*",
        "all",
        "proxy.example.org",
        "0.0.0.0/0",
        "::/0",
        "10.0.0.256",
        "10.0.0",
        "10.0.0.1/33",
        "10.0.0.1:80",
        "2001:db8::/129",
        "2001:db8",
        "10.0.0.1;deny",
        "$remote_addr",
    ] {
        let output = render(&format!("192.0.2.1 {proxies}"));
        let expected = format!(
            "iiif-gate: TRUSTED_PROXIES: '{proxies}' is no address or range of a proxy, \
             such as 10.0.0.5, 192.0.2.0/24 or 2001:db8::/32\n"
        );
        assert!(!output.status.success(), "{proxies}");
        assert_eq!(words(&output), expected);
    }
    for proxies in [
        "::1",
        "::",
        "1::",
        "2001:db8:0:1:2:3:4:5/128",
        " , 10.0.0.1,\n",
    ] {
        let output = render(proxies);
        assert!(output.status.success(), "{proxies}: {}", words(&output));
    }
    let stack = Stack::prepare(&[("TRUSTED_PROXIES", "all"), ("GATE_ADDRESS", "127.0.0.1:9")]);
    let output = stack.run("up");
    assert!(!output.status.success());
    assert!(words(&output).contains("'all' is no address"));
}
