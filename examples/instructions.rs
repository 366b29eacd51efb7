//! Does each part of a decision many times, for `make instructions`, which counts by the names of these functions.

#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a measurement that cannot be set up has failed"
)]

#[path = "../benches/operations/mod.rs"]
mod operations;

use std::hint::black_box;

use actix_web::rt::System;

use operations::Scene;

/// `bench/instructions.mjs` divides by it.
const ROUNDS: u32 = 200;

#[inline(never)]
fn counted_canonicalize(scene: &Scene) {
    for _ in 0..ROUNDS {
        black_box(scene.canonicalize());
    }
}

#[inline(never)]
fn counted_rule(scene: &Scene) {
    for _ in 0..ROUNDS {
        black_box(scene.find_rule());
    }
}

#[inline(never)]
fn counted_decide(scene: &Scene) {
    let resource = scene.canonicalize();
    for _ in 0..ROUNDS {
        black_box(scene.decide(&resource));
    }
}

#[inline(never)]
fn counted_session(scene: &Scene, system: &actix_web::rt::SystemRunner) {
    system.block_on(async {
        for _ in 0..ROUNDS {
            black_box(scene.by_cookie().await);
        }
    });
}

#[inline(never)]
fn counted_token(scene: &Scene, system: &actix_web::rt::SystemRunner) {
    system.block_on(async {
        for _ in 0..ROUNDS {
            black_box(scene.by_token().await);
        }
    });
}

fn main() {
    let scene = Scene::with_rules(1000);
    let system = System::new();
    // What is only done the first time is not counted.
    system.block_on(scene.by_token());
    counted_canonicalize(&scene);
    counted_rule(&scene);
    counted_decide(&scene);
    counted_session(&scene, &system);
    counted_token(&scene, &system);
}
