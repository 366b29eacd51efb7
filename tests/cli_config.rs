//! `check-config` and `healthcheck`, run as programs.

#![expect(
    clippy::unwrap_used,
    reason = "a program that cannot be run is a failed test"
)]

use std::collections::BTreeSet;
use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

/// The program in a folder of its own, with no settings but these.
fn gate(folder: &Path, settings: &[(&str, &str)], arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_iiif-gate"))
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .envs(settings.iter().copied())
        .output()
        .unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn check_config_needs_no_settings_and_writes_nothing() {
    let folder = TempDir::new().unwrap();
    let output = gate(folder.path(), &[], &["check-config"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(
        stdout(&output).contains("http://localhost:8080/auth/"),
        "{}",
        stdout(&output)
    );
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn check_config_tells_all_problems_at_once() {
    let folder = TempDir::new().unwrap();
    let settings = [
        ("AUTH_SECRET_KEY", "hunter2"),
        ("SESSION_MAX", "soon"),
        ("LISTEN", ""),
    ];
    fs::write(
        folder.path().join(".env"),
        "SESSION_IDLE=never\nSESSION_MAX=1\nVIRTUAL_HOSTS=a\n",
    )
    .unwrap();
    let output = gate(folder.path(), &settings, &["check-config"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(stdout(&output), "");
    let words = stderr(&output);
    for name in [
        "AUTH_SECRET_KEY: ",
        "SESSION_MAX: `soon`",
        "SESSION_IDLE: `never`",
        "`VIRTUAL_HOST`?",
    ] {
        assert!(words.contains(name), "{name} is missing in: {words}");
    }
    assert!(!words.contains("hunter2"), "{words}");
}

#[test]
fn check_config_tells_programs_in_json() {
    let folder = TempDir::new().unwrap();
    let settings = [("TOKEN_LIFETIME", "soon"), ("VIRTUAL_HOSTS", "a")];
    let output = gate(folder.path(), &settings, &["check-config", "--json"]);
    assert_eq!(output.status.code(), Some(1));
    let report: serde_json::Value = serde_json::from_str(&stdout(&output)).unwrap();
    assert_eq!(report["valid"], false);
    assert_eq!(report["problems"][0]["name"], "TOKEN_LIFETIME");
    assert_eq!(report["problems"][0]["example"], "TOKEN_LIFETIME=30m");
    assert_eq!(report["problems"][1]["severity"], "warning");
}

#[test]
fn the_environment_wins_over_dotenv_unless_it_is_empty() {
    let folder = TempDir::new().unwrap();
    fs::write(
        folder.path().join(".env"),
        "LISTEN=127.0.0.1:1\nLISTEN_HEALTH=127.0.0.1:2\n",
    )
    .unwrap();
    let settings = [("LISTEN", ""), ("LISTEN_HEALTH", "127.0.0.1:3")];
    let text = stdout(&gate(folder.path(), &settings, &["check-config"]));
    assert!(
        text.contains("127.0.0.1:1") && text.contains("127.0.0.1:3"),
        "{text}"
    );
}

#[test]
fn of_two_programs_that_start_at_once_both_have_the_same_secrets() {
    let folder = TempDir::new().unwrap();
    let data = folder.path().join("data");
    let start = || {
        Command::new(env!("CARGO_BIN_EXE_iiif-gate"))
            .args(["explain", "/iiif/images/a/info.json"])
            .current_dir(folder.path())
            .env_clear()
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .spawn()
            .unwrap()
    };
    let programs: Vec<_> = (0..8).map(|_| start()).collect();
    for mut program in programs {
        program.wait().unwrap();
    }
    let names: BTreeSet<String> = fs::read_dir(&data)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| !name.starts_with("iiif-gate.db"))
        .collect();
    let expected = ["annotation-store-secret", "password-salt", "secret-key"];
    assert_eq!(names, expected.map(str::to_owned).into());
}

#[test]
fn healthcheck_asks_the_gate_and_says_what_it_answers() {
    let folder = TempDir::new().unwrap();
    for (answer, code, words) in [
        ("HTTP/1.1 200 OK\r\n\r\nready\n", 0, "the gate is ready"),
        (
            "HTTP/1.1 503 Service Unavailable\r\n\r\nthe database is gone\n",
            1,
            "the database is gone",
        ),
        ("nonsense", 1, "not ready"),
    ] {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let gate_itself = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut question = [0; 1024];
            let length = stream.read(&mut question).unwrap();
            stream.write_all(answer.as_bytes()).unwrap();
            String::from_utf8_lossy(&question[..length]).into_owned()
        });
        let output = gate(
            folder.path(),
            &[("LISTEN_HEALTH", &address)],
            &["healthcheck"],
        );
        assert!(
            gate_itself
                .join()
                .unwrap()
                .starts_with("GET /readyz HTTP/1.1\r\n")
        );
        assert_eq!(output.status.code(), Some(code), "{answer}");
        assert!(stderr(&output).contains(words), "{}", stderr(&output));
    }
}

#[test]
fn healthcheck_fails_where_nobody_answers_and_needs_no_other_setting() {
    let folder = TempDir::new().unwrap();
    let socket = format!("unix:{}", folder.path().join("none.sock").display());
    let settings = [
        ("LISTEN_HEALTH", socket.as_str()),
        ("AUTH_SECRET_KEY", "bad"),
    ];
    let output = gate(folder.path(), &settings, &["healthcheck"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        stderr(&output).contains("does not answer"),
        "{}",
        stderr(&output)
    );
    let output = gate(
        folder.path(),
        &[("LISTEN_HEALTH", "nowhere")],
        &["healthcheck"],
    );
    assert!(
        stderr(&output).contains("LISTEN_HEALTH"),
        "{}",
        stderr(&output)
    );
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn a_mistake_on_the_command_line_is_yours_and_help_is_none() {
    let folder = TempDir::new().unwrap();
    for (arguments, code) in [
        (&["nonsense"][..], 1),
        (&[], 1),
        (&["--help"], 0),
        (&["--version"], 0),
    ] {
        let output = gate(folder.path(), &[], arguments);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}");
    }
}
