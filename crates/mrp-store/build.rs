//! A new migration is part of the program at once: the macro that embeds them does not look at the folder again.

fn main() {
    println!("cargo:rerun-if-changed=../../migrations");
}
