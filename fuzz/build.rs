//! Links libFuzzer, as Debian's libclang-rt-dev brings it: nothing of C++ has to be compiled.

use std::path::{Path, PathBuf};

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    let arch = std::env::var("CARGO_CFG_TARGET_ARCH").expect("cargo says it");
    // As in /usr/lib/llvm-14/lib/clang/14.0.6/lib/linux.
    let engine = folders(Path::new("/usr/lib"), "llvm-")
        .into_iter()
        .flat_map(|llvm| folders(&llvm.join("lib/clang"), ""))
        .map(|clang| clang.join(format!("lib/linux/libclang_rt.fuzzer-{arch}.a")))
        .rfind(|engine| engine.exists())
        .expect("libFuzzer is missing (package libclang-rt-dev)");
    println!("cargo:rustc-link-arg={}", engine.display());
    println!("cargo:rustc-link-arg=-l:libstdc++.so.6");
}

fn folders(of: &Path, start: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(of).into_iter().flatten().flatten();
    let named = entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(start));
    let mut folders: Vec<_> = named.map(|entry| entry.path()).collect();
    folders.sort();
    folders
}
