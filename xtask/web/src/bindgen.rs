//! The glue between the compiled program and the browser, made by `wasm-bindgen` used as a library.

use std::path::Path;

use anyhow::{Context, Result};
use wasm_bindgen_cli_support::Bindgen;

/// What the browser needs to run the program.
pub(crate) struct Program {
    pub(crate) js: String,
    pub(crate) wasm: Vec<u8>,
    /// Scripts that crates bring along: path below the main script, content.
    pub(crate) snippets: Vec<(String, Vec<u8>)>,
}

/// Runs `wasm-bindgen` for a browser with ES modules.
pub(crate) fn generate(wasm: &Path, name: &str) -> Result<Program> {
    let mut output = Bindgen::new()
        .input_path(wasm)
        .out_name(name)
        .web(true)?
        .typescript(false)
        .omit_default_module_path(true)
        // Parcels share the first part's memory, stack and table of functions.
        .keep_lld_exports(true)
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate_output()
        .with_context(|| format!("wasm-bindgen on {}", wasm.display()))?;
    let mut snippets = Vec::new();
    for (identifier, texts) in output.snippets() {
        for (index, text) in texts.iter().enumerate() {
            snippets.push((format!("snippets/{identifier}/inline{index}.js"), text.clone().into_bytes()));
        }
    }
    for (path, text) in output.local_modules() {
        snippets.push((format!("snippets/{path}"), text.clone().into_bytes()));
    }
    snippets.sort();
    Ok(Program { js: output.js().to_owned(), wasm: output.wasm_mut().emit_wasm(), snippets })
}

/// The start is part of the script: the content security policy forbids inline scripts, and a file of its own
/// would be one more request.
pub(crate) fn with_start(js: &str, wasm_url: &str) -> String {
    format!("{js}\n__wbg_init({{ module_or_path: \"{wasm_url}\" }});\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_starts_the_program_by_its_hashed_name() {
        let script = with_start("export { __wbg_init as default };", "/assets/office-1.wasm");
        assert!(script.ends_with("__wbg_init({ module_or_path: \"/assets/office-1.wasm\" });\n"));
    }
}
