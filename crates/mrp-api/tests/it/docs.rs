//! Pages under `docs/` that are written by the code itself, so that they cannot lag behind.

use std::path::Path;

/// Set by `cargo xtask docs`: writes the pages instead of comparing them.
const WRITE: &str = "MRP_WRITE_DOCS";

#[test]
fn the_page_of_errors_is_the_list_of_codes() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/errors.md");
    let page = mrp_api::error::markdown();
    if std::env::var_os(WRITE).is_some() {
        std::fs::write(&path, &page).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(written, page, "docs/errors.md is old: cargo xtask docs");
}
