//! Runs the check that is called like this program with everything that libFuzzer thinks of.
#![no_main]

mod checks;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let (_, check) = checks::ALL
        .iter()
        .find(|(name, _)| *name == env!("CARGO_BIN_NAME"))
        .expect("there is a check for each program");
    check(bytes);
});
