//! `docs/reference/check-nginx.md`, made of the traps that are looked for.

use std::fmt::Write as _;

use iiif_gate::nginx::traps::{self, Severity};

use crate::tree::{self, is_current};

const HEAD: &str = "\
# What check-nginx finds

<!-- Made from src/nginx/traps by `UPDATE=1 cargo test --test tidy`. Do not edit. -->

`iiif-gate check-nginx` reads the whole configuration of nginx, all files and all servers, and looks for the mistakes by which images get past the gate.
It finds out what the gate guards (the programs and folders behind locations that ask it), and then whether any other way leads there.
Servers that have nothing to do with the gate may do what they like.

```
iiif-gate check-nginx                                     # runs `nginx -T`, so as root
nginx -T | iiif-gate check-nginx -                        # or hand its output over
docker compose exec -T nginx sh -c 'nginx -v; nginx -T' 2>&1 | docker compose exec -T gate iiif-gate check-nginx -
```

Exit code 0 if nothing has to be mended, 1 if there is a hole or a weak spot, 2 if there is no configuration to be read.
`--json` prints the same for programs. `--accept ID` leaves a finding out that you know of and live with.

What the configuration does not say can be told: `--gate ADDRESS` where the gate listens, if not on port 9780 or at a path `/query_auth`; `--protect` for what no other location may reach, such as the folder of the image files (`--protect /srv/images`) or the image server's second port.

Links of the file system are followed where the folders that nginx serves are on the machine on which the check runs. With a configuration from elsewhere, name with `--protect` what a link there leads to.

What it cannot see: what programs in nginx do (Lua, njs, Perl; it names each with its file and line, see [script](#script) and [script-beside](#script-beside)), other names of the image server's machine in DNS, other ways to the image server than this nginx. After a change, ask the running site as well: [Try it](../guides/nginx.md#4-try-it).
";

fn document() -> String {
    let mut text = HEAD.to_owned();
    for severity in Severity::ALL {
        let name = severity.as_str();
        let _ = writeln!(text, "\n## {}{}\n", name[..1].to_uppercase(), &name[1..]);
        let _ = writeln!(text, "In words: {}.", severity.meaning());
        for trap in traps::all().filter(|trap| trap.severity == severity) {
            let _ = write!(
                text,
                "\n### {}\n\nThis is the case: {}.\n\n{}\n\n```nginx\n{}\n```\n",
                trap.id, trap.title, trap.why, trap.mend
            );
        }
    }
    text
}

#[test]
fn the_document_of_what_check_nginx_finds_is_current() {
    is_current("docs/reference/check-nginx.md", &document());
}

#[test]
fn every_trap_has_a_name_of_its_own_and_a_broken_configuration() {
    let broken = tree::files("tests/data/nginx-broken", "conf");
    let heads: Vec<String> = broken.iter().map(|path| tree::read(path)).collect();
    let mut seen = Vec::new();
    for trap in traps::all() {
        assert!(!seen.contains(&trap.id), "two traps are named {}", trap.id);
        seen.push(trap.id);
        let told = heads.iter().any(|text| {
            let head = text.lines().next().unwrap_or_default();
            let ids = head.strip_prefix("# finds: ").unwrap_or_default();
            ids.split(", ").any(|id| id == trap.id)
        });
        assert!(
            told,
            "no file of tests/data/nginx-broken is for {}",
            trap.id
        );
    }
}
