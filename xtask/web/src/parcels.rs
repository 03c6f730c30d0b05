//! Takes the linked program apart: what the browser loads first, and parcels that the program fetches when it calls into them.
//!
//! The cuts are functions marked in `frontend/src/parcels.rs`; `wasm_split_cli_support` finds by the linker's relocations
//! what each of them needs. It must happen before `wasm-bindgen`, which then sees only the first part.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow};
use wasm_split_cli_support::{Options, transform};

/// How the first part names the script that fetches the others.
const LOADER: &str = "./parcels.js";

/// A program in parts.
pub(crate) struct Parts {
    /// Where the first part is, for `wasm-bindgen`.
    pub(crate) main: PathBuf,
    /// The script that fetches the others, with a line that names each by its file.
    loader: String,
    /// The others: file name without its ending, content.
    pub(crate) parcels: Vec<(String, Vec<u8>)>,
}

/// Writes the parts into `folder`, which is replaced.
pub(crate) fn take_apart(wasm: &Path, folder: &Path) -> Result<Parts> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    fs::create_dir_all(folder)?;
    let program = fs::read(wasm).with_context(|| wasm.display().to_string())?;
    let main = folder.join("main.wasm");
    let mut options = Options::new(&program);
    options.output_dir = folder;
    options.main_out_path = &main;
    options.link_name = LOADER;
    options.emit_dwarf = false;
    let split = transform(options).map_err(|error| anyhow!("{}: {error:#}", wasm.display()))?;
    let mut parcels = Vec::new();
    for path in split.split_modules {
        let name = path.file_stem().and_then(|stem| stem.to_str()).context("a parcel without a name")?;
        parcels.push((name.to_owned(), slim(&fs::read(&path)?)?));
    }
    parcels.sort();
    let loader = fs::read_to_string(folder.join(LOADER))?;
    Ok(Parts { main, loader, parcels })
}

/// Without names and without the types that only other parts use.
fn slim(wasm: &[u8]) -> Result<Vec<u8>> {
    let mut config = walrus::ModuleConfig::new();
    config.generate_name_section(false).generate_producers_section(false);
    let mut module = config.parse(wasm)?;
    walrus::passes::gc::run(&mut module);
    Ok(module.emit_wasm())
}

impl Parts {
    /// The script of `wasm-bindgen` with the loader inside, which would be one more request before the first screen.
    /// `urls` are the parcels' names and where they are.
    pub(crate) fn with_loader(&self, script: &str, urls: &[(String, String)]) -> Result<String> {
        inline(script, &self.loader, urls)
    }
}

fn inline(script: &str, loader: &str, urls: &[(String, String)]) -> Result<String> {
    let ending = format!(" from \"{LOADER}\"");
    // Each use of the loader is an import of its own; without a cut there is none.
    let mut whole = String::with_capacity(script.len() + loader.len());
    let mut is_first = true;
    for line in script.lines() {
        let name = line.strip_prefix("import * as ").and_then(|rest| rest.trim_end_matches(';').strip_suffix(&ending));
        match name {
            Some(name) if is_first => {
                whole.push_str(&as_value(loader, urls)?);
                whole.push_str(&format!("const {name} = parcels;\n"));
                is_first = false;
            }
            Some(name) => whole.push_str(&format!("const {name} = parcels;\n")),
            None => {
                whole.push_str(line);
                whole.push('\n');
            }
        }
    }
    if whole.contains(&ending) {
        return Err(anyhow!("wasm-bindgen imports {LOADER} in a way that is not known here"));
    }
    Ok(whole)
}

/// The loader's exports as the fields of one value.
fn as_value(loader: &str, urls: &[(String, String)]) -> Result<String> {
    let mut exported = Vec::new();
    let mut body = String::from("const parcels = (() => {\n");
    for line in loader.lines().filter(|line| !line.starts_with("import ")) {
        let line = match line.strip_prefix("export ") {
            Some(declared) => {
                let name = declared.strip_prefix("const ").and_then(|rest| rest.split_once(" ="));
                exported.push(name.context("the loader exports something that is not a constant")?.0);
                declared
            }
            None => line,
        };
        body.push_str(line);
        body.push('\n');
    }
    for (name, url) in urls {
        body = body.replace(&format!("\"./{name}.wasm\""), &format!("\"{url}\""));
    }
    if body.contains("\"./") {
        return Err(anyhow!("the loader names a parcel that was not made"));
    }
    body.push_str(&format!("return {{ {} }};\n}})();\n", exported.join(", ")));
    Ok(body)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCRIPT: &str =
        "import * as import1 from \"./parcels.js\";\nimport * as import2 from \"./parcels.js\"\nlet wasm;\n";
    const LOADER_TEXT: &str = "import { initSync } from \"./main.js\";\nconst a = 1;\n\
        export const __load_orders = make(() => fetch(new URL(\"./orders.wasm\", import.meta.url)));\n";

    #[test]
    fn the_loader_becomes_part_of_the_script_and_names_parcels_by_their_hash() {
        let urls = [("orders".to_owned(), "/assets/orders-1.wasm".to_owned())];
        let whole = inline(SCRIPT, LOADER_TEXT, &urls).unwrap();
        assert_eq!(
            whole,
            "const parcels = (() => {\nconst a = 1;\n\
             const __load_orders = make(() => fetch(new URL(\"/assets/orders-1.wasm\", import.meta.url)));\n\
             return { __load_orders };\n})();\nconst import1 = parcels;\nconst import2 = parcels;\nlet wasm;\n"
        );
    }

    #[test]
    fn a_parcel_that_was_not_made_fails_the_build() {
        assert!(inline(SCRIPT, LOADER_TEXT, &[]).is_err());
    }

    #[test]
    fn an_import_of_another_kind_fails_the_build() {
        assert!(inline("import { __load_orders } from \"./parcels.js\";", "", &[]).is_err());
    }
}
