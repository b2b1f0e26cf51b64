//! Packs are embedded in the binary: build again when one is added, changed or removed.

fn main() {
    println!("cargo::rerun-if-changed=../../packs");
}
