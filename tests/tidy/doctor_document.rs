//! `docs/reference/doctor.md`, with a section for each thing that may be found, made from the code.

use std::fmt::Write as _;

use iiif_gate::cli::doctor::{PARTS, Severity};

use crate::tree::is_current;

const HEAD: &str = "\
# What `iiif-gate doctor` may find

<!-- Made from src/cli/doctor by `UPDATE=1 cargo test --test tidy`. Edit the code, or tests/tidy/doctor_document.rs. -->

`iiif-gate doctor https://images.example/iiif/images/ID` examines a running site from outside; [Prove that it works](../guides/prove-it.md) tells how to run it.

| word | what it means | exit code |
|---|---|---|
| hole | somebody gets what is not for them | 1 |
| broken | viewers, or the people in front of them, cannot do what they should | 1 |
| weak | it holds, but a line of defence is missing | 0 |
| advice | it would be better | 0 |
| fine | as it should be | 0 |
| not examined | it could not be seen, and the report says why | 0 |

If the site cannot be examined at all, the exit code is 2.
With `--json` each finding has its `name` as it stands below, its `severity`, what was `seen`, and where something is wrong `title`, `why` and `mend`. Names stay the same.

What it does not look at: HTTP/2 as such, and what only the configuration of nginx shows. Nor whether the rules are what you want them to be: `iiif-gate explain` says who may see what.
";

fn document() -> String {
    let mut text = HEAD.to_owned();
    for (heading, kinds) in PARTS {
        let _ = write!(text, "\n## {heading}\n");
        for kind in *kinds {
            let word = match kind.severity {
                Severity::Hole => "Hole",
                Severity::Broken => "Broken",
                Severity::Weak => "Weak",
                _ => "Advice",
            };
            let _ = write!(
                text,
                "\n### {}\n\n**{word}: {}.** {}\n\n{}\n",
                kind.name, kind.title, kind.why, kind.mend
            );
        }
    }
    text
}

#[test]
fn the_document_of_the_doctor_is_current_and_explains_every_finding() {
    is_current("docs/reference/doctor.md", &document());
}
