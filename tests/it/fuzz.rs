//! What is fuzzed holds for every seed: those that were written by hand, and what fuzzing found.

use std::{
    fs,
    panic::catch_unwind,
    path::{Path, PathBuf},
};

#[path = "../../fuzz/src/targets/mod.rs"]
mod targets;

fn listed(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let entries = fs::read_dir(&folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

fn stems(paths: &[PathBuf]) -> Vec<&str> {
    paths.iter().map(|path| path.file_stem().unwrap().to_str().unwrap()).collect()
}

#[test]
fn every_seed_passes_its_target() {
    for (name, target) in targets::TARGETS {
        let seeds = listed(&format!("seeds/fuzz/{name}"));
        assert!(!seeds.is_empty(), "{name} has no seed");
        for seed in seeds {
            let bytes = fs::read(&seed).unwrap();
            assert!(catch_unwind(|| target(&bytes)).is_ok(), "{name} fails on {}", seed.display());
        }
        // The end of a decision is the start of another: no prefix may panic either.
        for length in 0..20 {
            target(&vec![length; length.into()]);
        }
    }
}

#[test]
fn every_target_has_a_fuzzer_and_seeds() {
    let names = targets::TARGETS.map(|(name, _)| name);
    assert_eq!(stems(&listed("seeds/fuzz")), names);
    assert_eq!(stems(&listed("fuzz/targets")), names);
    let manifest =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/Cargo.toml"));
    for name in names {
        let line = format!("name = \"{name}\"\npath = \"targets/{name}.rs\"\n");
        assert!(manifest.as_ref().unwrap().contains(&line), "no [[bin]] of {name}");
    }
    // The name by which the tests know it.
    targets::run("json", b"{}");
}
