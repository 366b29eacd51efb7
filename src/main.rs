//! The program `iiif-gate`; everything is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    iiif_gate::cli::main()
}
