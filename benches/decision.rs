//! How long the parts of a decision take: `cargo bench`. They wobble; `make instructions` counts what does not.

#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a measurement that cannot be set up has failed"
)]

mod operations;

use std::hint::black_box;

use actix_web::rt::System;
use criterion::{Criterion, criterion_group, criterion_main};

use operations::Scene;

fn parts(criterion: &mut Criterion) {
    let system = System::new();
    for (size, rules) in [("few rules", 4), ("100,000 rules", 100_000)] {
        let scene = Scene::with_rules(rules);
        let mut group = criterion.benchmark_group(size);
        group.bench_function("canonicalize", |bench| {
            bench.iter(|| black_box(scene.canonicalize()));
        });
        group.bench_function("rule", |bench| bench.iter(|| black_box(scene.find_rule())));
        let resource = scene.canonicalize();
        group.bench_function("decide", |bench| {
            bench.iter(|| black_box(scene.decide(&resource)));
        });
        group.bench_function("session", |bench| {
            bench.iter(|| black_box(system.block_on(scene.by_cookie())));
        });
        group.bench_function("token", |bench| {
            bench.iter(|| black_box(system.block_on(scene.by_token())));
        });
    }
}

criterion_group!(benches, parts);
criterion_main!(benches);
