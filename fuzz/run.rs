//! Runs the check that this program is called like with everything that libFuzzer thinks of.
#![no_main]

mod checks;

use std::ffi::c_int;
use std::path::Path;
use std::slice;
use std::sync::LazyLock;

static CHECK: LazyLock<checks::Check> = LazyLock::new(|| {
    let program = std::env::args_os().next().expect("a program has a name");
    let name = Path::new(&program).file_name().expect("it is a file");
    let (_, check) = checks::ALL
        .into_iter()
        .find(|(of, _)| name == *of)
        .expect("there is a check for each program");
    check
});

/// What libFuzzer calls. A panic does not get out of here, but ends the program, which libFuzzer notices.
#[unsafe(no_mangle)]
extern "C" fn LLVMFuzzerTestOneInput(data: *const u8, size: usize) -> c_int {
    // SAFETY: libFuzzer gives a pointer to so many bytes, and leaves them alone while we look at them.
    let bytes = if size == 0 {
        &[]
    } else {
        unsafe { slice::from_raw_parts(data, size) }
    };
    CHECK(bytes);
    0
}
