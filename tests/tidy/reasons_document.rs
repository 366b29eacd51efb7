//! `docs/reference/authtokens.md`, with the reasons made from the code.

use std::fmt::Write as _;

use iiif_gate::identity::annotator::{Fault, MAX_BYTES};

use crate::tree::is_current;

const HEAD: &str = "\
# AuthTokens

<!-- Made from src/identity/annotator by `UPDATE=1 cargo test --test tidy`. Edit tests/tidy/reasons_document.rs. -->

An authToken says that a site vouches for one of its users. The site is registered as a consumer, with a key and a secret, and makes a token for whoever is signed in there; annotator.js sends it along as `X-Annotator-Auth-Token`.

A token is a JWT (RFC 7519): three parts in base64url without padding, joined by dots.

## The header

`{\"alg\":\"HS256\",\"typ\":\"JWT\"}`. `alg` must be `HS256`; `crit` and `b64` must not be there. Everything else does not matter, and keys or addresses in it are never used.

## The claims

| claim | | |
|---|---|---|
| `consumerKey` | required | the key, letter by letter |
| `userId` | required | a text of 1 to 255 bytes without control characters that does not begin with `group:`; or a whole number from 0 on, which counts as its decimal text |
| `issuedAt` | required | `2026-03-23T12:00:00`, up to nine digits of a second behind a dot, then `Z`, an offset such as `+02:00`, `+0200` or `+02`, or nothing, which means UTC |
| `ttl` | required | for how many seconds it is good: a whole number above zero, not a text |
| `admin` | | `true` for an administrator of the site's annotations; counts where the consumer may name some |
| `userRole`, `userGroups` | | names of roles, each a text or a list of texts; those count that the consumer may grant |
| `anonymous` | | `true` for a visitor whom nobody knows, and who may only read |
| `exp`, `nbf` | | seconds since 1970; limit the token further |
| `aud` | | a text or a list of texts; must name `ANNOTATOR_AUDIENCE`, and must not be there without that setting |

Claims not listed are ignored. The payload is a JSON object in UTF-8 in which no name stands twice.

## From when to when

From `issuedAt`, and up to `ANNOTATOR_CLOCK_SKEW` before it, because clocks differ.
Up to and including `issuedAt` plus the smaller of `ttl` and the consumer's maximum, in whole seconds. There is no tolerance at the end.

## The signature

HMAC-SHA-256 over the first two parts as they are, with the secret's bytes in UTF-8. After a change of the secret, the old one counts for the time that was chosen.

## Why a token is refused

Always with status 401, and in this order. `ANNOTATOR_REASONS=false` says `invalid_token` in place of all but `missing_token`; the log and the administration still have the reason.

";

fn document() -> String {
    let mut text = HEAD.to_owned();
    let _ = writeln!(text, "A token has at most {MAX_BYTES} bytes.\n");
    text.push_str("| reason | what it means |\n|---|---|\n");
    for fault in Fault::ALL {
        let _ = writeln!(text, "| `{}` | {fault} |", fault.as_str());
    }
    text
}

#[test]
fn the_document_of_authtokens_is_current() {
    is_current("docs/reference/authtokens.md", &document());
}
