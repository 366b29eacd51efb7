//! `deploy/`: dashboard and alerts use metrics that there are, alerts lead to words that there are, and the
//! service may do no more than it needs.

use std::collections::BTreeSet;
use std::process::Command;

use iiif_gate::meter::text::Kind;
use iiif_gate::web::metrics::ALL;

use crate::tree;

const ALERTS: &str = "deploy/prometheus/alerts.yml";
const DASHBOARD: &str = "deploy/grafana/iiif-gate.json";

/// The names in an expression that look like metrics of ours or of a process.
fn metrics(text: &str) -> BTreeSet<String> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let words = text.split(|c| !is_part(c));
    words
        .filter(|word| word.starts_with("iiif_gate_") || word.starts_with("process_"))
        .map(str::to_owned)
        .collect()
}

/// Every name that `/metrics` shows.
fn exported() -> BTreeSet<String> {
    let names = ALL.iter().flat_map(|family| match family.kind {
        Kind::Histogram => ["_bucket", "_sum", "_count"]
            .map(|suffix| format!("{}{suffix}", family.name))
            .to_vec(),
        Kind::Counter | Kind::Gauge => vec![family.name.to_owned()],
    });
    names.collect()
}

fn program(name: &str, arguments: &[&str]) -> Option<(bool, String)> {
    let mut command = Command::new(name);
    command
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"));
    let output = command.output().ok()?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    Some((
        output.status.success(),
        said + &String::from_utf8_lossy(&output.stderr),
    ))
}

#[test]
fn dashboard_and_alerts_ask_for_metrics_that_are_shown() {
    let exported = exported();
    for path in [ALERTS, DASHBOARD] {
        let used = metrics(&tree::read(path));
        assert!(used.len() > 10, "{path}");
        for name in used {
            assert!(exported.contains(&name), "{path} asks for {name}");
        }
    }
}

#[test]
fn labels_that_dashboard_and_alerts_ask_for_are_those_of_the_metric() {
    for path in [ALERTS, DASHBOARD] {
        let text = tree::read(path);
        for family in ALL {
            for (at, name) in text.match_indices(family.name) {
                let Some(rest) = text.get(at + name.len()..) else {
                    continue;
                };
                let rest = ["_bucket", "_sum", "_count"]
                    .iter()
                    .find_map(|s| rest.strip_prefix(s))
                    .unwrap_or(rest);
                let Some(selector) = rest
                    .strip_prefix('{')
                    .and_then(|rest| rest.split('}').next())
                else {
                    continue;
                };
                let names = selector
                    .split(',')
                    .filter_map(|part| part.split(['=', '!']).next());
                for label in names {
                    let known =
                        family.labels.contains(&label) || ["job", "instance"].contains(&label);
                    assert!(known, "{path}: {}{{{selector}}}", family.name);
                }
            }
        }
    }
}

#[test]
fn the_dashboard_is_json_and_no_two_panels_share_a_place() {
    let dashboard: serde_json::Value = serde_json::from_str(&tree::read(DASHBOARD)).unwrap();
    let mut taken = BTreeSet::new();
    for panel in dashboard["panels"].as_array().unwrap() {
        let place = &panel["gridPos"];
        let number = |name: &str| place[name].as_u64().unwrap();
        assert!(number("x") + number("w") <= 24, "{}", panel["title"]);
        for x in number("x")..number("x") + number("w") {
            for y in number("y")..number("y") + number("h") {
                assert!(taken.insert((x, y)), "{}", panel["title"]);
            }
        }
    }
}

#[test]
fn every_alert_says_what_to_do_and_where_to_read_on() {
    let (alerts, words) = (tree::read(ALERTS), tree::read("docs/operations.md"));
    let names: Vec<&str> = alerts
        .lines()
        .filter_map(|line| line.trim().strip_prefix("- alert: "))
        .collect();
    assert!(names.len() > 10);
    for name in &names {
        let link = format!("runbook_url: docs/operations.md#{}\n", name.to_lowercase());
        assert!(alerts.contains(&link), "{name}");
        assert!(words.contains(&format!("\n#### {name}\n")), "{name}");
    }
    let described = words
        .lines()
        .filter(|line| line.starts_with("#### IiifGate"))
        .count();
    assert_eq!(described, names.len(), "no runbook without an alert");
}

/// `promtool` is in Debian's package `prometheus`.
#[test]
fn prometheus_takes_the_alert_rules() {
    let Some((is_good, said)) = program("promtool", &["check", "rules", ALERTS]) else {
        return;
    };
    assert!(is_good, "{said}");
    let (is_good, said) = program("promtool", &["test", "rules", "tests/data/alerts.yml"]).unwrap();
    assert!(is_good, "{said}");
}

/// `systemd-analyze` is in Debian's package `systemd`.
#[test]
fn the_service_is_shut_in() {
    let unit = "deploy/systemd/iiif-gate.service";
    let arguments = [
        "security",
        "--offline=yes",
        "--threshold=15",
        "--no-pager",
        unit,
    ];
    let Some((is_good, said)) = program("systemd-analyze", &arguments) else {
        return;
    };
    assert!(is_good, "{said}");
}

#[test]
fn the_units_name_the_sockets_that_the_gate_knows() {
    for (unit, name) in [("iiif-gate", "gate"), ("iiif-gate-health", "health")] {
        let socket = tree::read(&format!("deploy/systemd/{unit}.socket"));
        assert!(socket.contains(&format!("\nFileDescriptorName={name}\n")));
        assert!(socket.contains("\nService=iiif-gate.service\n"));
        let service = tree::read("deploy/systemd/iiif-gate.service");
        assert!(service.contains(&format!("{unit}.socket")));
    }
}
