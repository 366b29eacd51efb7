//! `docs/reference/metrics.md`, made from the declarations of the metrics.

use std::fmt::Write as _;

use iiif_gate::meter::text::Kind;
use iiif_gate::web::metrics::ALL;

use crate::tree::is_current;

const HEAD: &str = "\
# Metrics

<!-- Made from src/web/metrics by `UPDATE=1 cargo test --test tidy`. Edit src/web/metrics/families.rs or tests/tidy/metrics_document.rs. -->

`GET /metrics` on `LISTEN_HEALTH`, in the text format of Prometheus. The listener is never public: nginx does not lead there, and the gate's main listener does not know the path.

All of it comes from memory, so that reading it costs next to nothing and works while the database does not. Counters begin at zero with the program. Labels hold words of the gate's own, from short lists: no names of people, images or addresses.

[Run it day by day](../operations.md#watch-it) says what to look at, and what to do about it.

| metric | kind | labels | what it says |
|---|---|---|---|
";

const TAIL: &str = "
Of a histogram there are `_bucket` (with `le`, in seconds), `_sum` and `_count`.

The reasons of decisions are those of [How a request is decided](../concepts/decision.md), and besides them `malformed`, `conflicting-credentials`, `unavailable` (the database or the image server did not answer), `annotator` (a question about the annotation store) and `auth-token` (the token that came with a request for an image was refused). Those of authTokens are [the reasons of their refusal](authtokens.md#why-a-token-is-refused), and `origin_not_allowed`, `path_not_allowed`, `method_not_allowed`, `rate_limited` and `unavailable`.

`process_*` is read from `/proc`, and is not there on systems without it.
";

fn document() -> String {
    let mut text = HEAD.to_owned();
    for family in ALL {
        let labels: Vec<String> = family
            .labels
            .iter()
            .map(|label| format!("`{label}`"))
            .collect();
        let _ = writeln!(
            text,
            "| `{}` | {} | {} | {} |",
            family.name,
            family.kind.as_str(),
            labels.join(", "),
            family.help
        );
    }
    text + TAIL
}

#[test]
fn the_document_of_metrics_is_current() {
    is_current("docs/reference/metrics.md", &document());
}

#[test]
fn names_follow_the_rules_of_prometheus() {
    for family in ALL {
        let is_word = |text: &str| text.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
        assert!(
            is_word(family.name) && family.labels.iter().all(|label| is_word(label)),
            "{}",
            family.name
        );
        assert_eq!(
            family.kind == Kind::Counter,
            family.name.ends_with("_total"),
            "{}",
            family.name
        );
        if family.kind == Kind::Histogram {
            assert!(family.name.ends_with("_seconds"), "{}", family.name);
        }
        assert!(
            !family.help.contains(['\n', '\\']) && family.help.ends_with('.'),
            "{}",
            family.name
        );
    }
}
