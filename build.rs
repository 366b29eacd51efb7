//! Tells the linker to keep the program small, in the file and in memory.

use std::env;
use std::path::Path;
use std::process::Command;

/// The functions that a start and usual requests run, as `make link-order` finds them.
const ORDER: &str = "link-order.txt";

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed={ORDER}");
    if cfg!(target_os = "linux") {
        // What has to be adjusted at the start, as a bitmap: 20 kB of file and memory instead of 1.4 MB.
        println!("cargo:rustc-link-arg-bins=-Wl,-z,pack-relative-relocs");
    }
    println!("cargo:rerun-if-env-changed=SYMBOLS");
    // Not by the profile, which is a part of the names in the list.
    if is_release() && variable("SYMBOLS").is_empty() {
        println!("cargo:rustc-link-arg-bins=-Wl,--strip-all");
    }
    if links_in_order() {
        let order = Path::new(&variable("CARGO_MANIFEST_DIR")).join(ORDER);
        println!("cargo:rustc-link-arg-bins=-Wl,--no-warn-symbol-ordering");
        println!(
            "cargo:rustc-link-arg-bins=-Wl,--symbol-ordering-file={}",
            order.display()
        );
    }
}

/// Whether this is a release, linked by the lld that comes with Rust; other linkers do not know the option.
/// A function that is not there under the name in the list is put where it would be without one.
fn links_in_order() -> bool {
    let flags = variable("CARGO_ENCODED_RUSTFLAGS");
    // A flag and its value may be one word or two.
    let mut flags = flags
        .split('\u{1f}')
        .map(|flag| flag.trim_start_matches("-C"));
    let is_chosen =
        !variable("RUSTC_LINKER").is_empty() || flags.any(|flag| flag.starts_with("link"));
    is_release() && !is_chosen && variable("TARGET") == "x86_64-unknown-linux-gnu" && has_lld()
}

fn is_release() -> bool {
    variable("PROFILE") == "release"
}

fn has_lld() -> bool {
    let libraries = Command::new(variable("RUSTC"))
        .args(["--print", "target-libdir"])
        .output();
    libraries.is_ok_and(|said| {
        let folder = String::from_utf8_lossy(&said.stdout).into_owned();
        Path::new(folder.trim())
            .join("../bin/gcc-ld/ld.lld")
            .exists()
    })
}

#[expect(clippy::disallowed_methods, reason = "what cargo tells a build script")]
fn variable(name: &str) -> String {
    env::var(name).unwrap_or_default()
}
