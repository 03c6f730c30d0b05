//! Turns `i18n/*.toml` into typed texts: one module per file, one function per key, both languages beside each other.
//!
//! A text is `key = { en = "…", ro = "…" }`. A plural form counts `{count}`: `en` has `one` and `other`, `ro` has `one`, `few`
//! and `other`. Any other `{name}` becomes a parameter. A missing language, form or parameter fails the build.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

const LANGUAGES: [(&str, &[&str]); 2] = [("en", &["one", "other"]), ("ro", &["one", "few", "other"])];
const KEYWORDS: &[&str] =
    &["as", "in", "for", "if", "type", "use", "move", "ref", "match", "where", "mod", "loop", "self"];

fn main() {
    println!("cargo::rerun-if-changed=i18n");
    if std::env::var("CARGO_CFG_TARGET_FAMILY").is_ok_and(|family| family == "wasm") {
        // The program is taken apart after linking (`xtask/web`), which needs to know who refers to whom.
        println!("cargo::rustc-link-arg-bins=--emit-relocs");
    }
    if let Err(problems) = build() {
        for problem in problems {
            println!("cargo::error={problem}");
        }
    }
}

fn build() -> Result<(), Vec<String>> {
    let mut files = std::fs::read_dir("i18n")
        .map_err(|e| vec![format!("i18n: {e}")])?
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
        .collect::<Vec<_>>();
    files.sort();
    let mut out = String::new();
    let mut problems = Vec::new();
    for file in &files {
        match module(file) {
            Ok(text) => out.push_str(&text),
            Err(found) => problems.extend(found),
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let target = std::env::var("OUT_DIR").map_err(|e| vec![e.to_string()])?;
    std::fs::write(Path::new(&target).join("text.rs"), out).map_err(|e| vec![e.to_string()])
}

fn module(file: &Path) -> Result<String, Vec<String>> {
    let name = file.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default().to_owned();
    let source = std::fs::read_to_string(file).map_err(|e| vec![format!("{name}: {e}")])?;
    let keys: BTreeMap<String, toml::Value> =
        toml::from_str(&source).map_err(|e| vec![format!("i18n/{name}.toml: {e}")])?;
    let mut out = format!("/// Texts of `i18n/{name}.toml`.\npub mod {} {{\n", ident(&name));
    let mut problems = Vec::new();
    let mut plain = Vec::new();
    let mut templates = Vec::new();
    for (key, value) in &keys {
        match function(key, value) {
            Ok((text, is_plain)) => {
                out.push_str(&text);
                if is_plain {
                    plain.push(key.as_str());
                }
                let [en, ro] = LANGUAGES.map(|(language, _)| value.get(language).and_then(toml::Value::as_str));
                templates.extend(en.zip(ro).map(|texts| (key.as_str(), texts)));
            }
            Err(problem) => problems.push(format!("i18n/{name}.toml: {key}: {problem}")),
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    out.push_str("/// The text of a key that is only known at run time.\n#[must_use]\npub fn by_key(key: &str) -> Option<&'static str> {\nmatch key {\n");
    for key in plain {
        let _ = writeln!(out, "{key:?} => Some({}()),", ident(key));
    }
    out.push_str("_ => None,\n}\n}\n");
    out.push_str(&blobs(&templates));
    out.push_str("}\n");
    Ok(out)
}

/// The texts that count nothing as one piece of text for each language, a line for each key: what is only looked up by a key,
/// with its `{names}` still to be filled, takes the least room that way.
fn blobs(templates: &[(&str, (&str, &str))]) -> String {
    let mut out = String::new();
    for (name, language) in [("ENGLISH", 0), ("ROMANIAN", 1)] {
        let line = |(key, (en, ro)): &(&str, (&str, &str))| {
            format!("{key}={}\n", if language == 0 { en } else { ro }.replace('\n', " "))
        };
        let lines = templates.iter().map(line).collect::<String>();
        let _ = writeln!(
            out,
            "/// Every text that counts nothing, `key=text` in each line.\npub const {name}: &str = {lines:?};"
        );
    }
    out
}

/// One key's function, and whether it takes no parameters.
fn function(key: &str, value: &toml::Value) -> Result<(String, bool), String> {
    let table = value.as_table().ok_or("is not a table of languages")?;
    for given in table.keys() {
        if !LANGUAGES.iter().any(|(language, _)| language == given) {
            return Err(format!("unknown language `{given}`"));
        }
    }
    let mut forms: Vec<Vec<String>> = Vec::new();
    for (language, names) in LANGUAGES {
        let given = table.get(language).ok_or(format!("has no `{language}`"))?;
        forms.push(match given {
            toml::Value::String(text) => vec![text.clone()],
            toml::Value::Table(plural) => names
                .iter()
                .map(|form| {
                    let text = plural.get(*form).and_then(toml::Value::as_str);
                    text.map(str::to_owned).ok_or(format!("`{language}` has no plural form `{form}`"))
                })
                .collect::<Result<_, _>>()?,
            other => return Err(format!("`{language}` is {}", other.type_str())),
        });
    }
    let is_plural = forms.iter().any(|language| language.len() > 1);
    let mut names = Vec::new();
    for text in forms.iter().flatten() {
        if text.trim().is_empty() || text.contains(['ş', 'ţ', 'Ş', 'Ţ']) {
            return Err(format!("`{text}` is empty or has a letter with a cedilla"));
        }
        for name in placeholders(text) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
    }
    for language in &forms {
        for name in names.iter().filter(|name| *name != "count") {
            if !language.iter().any(|text| placeholders(text).contains(name)) {
                return Err(format!("`{{{name}}}` is missing in one language"));
            }
        }
    }
    let doc = forms.first().and_then(|en| en.last()).cloned().unwrap_or_default();
    let function = ident(key);
    let [en, ro] = forms.as_slice() else { return Err("needs both languages".to_owned()) };
    let first = |forms: &[String]| forms.first().cloned().unwrap_or_default();
    let (en_first, ro_first) = (first(en), first(ro));
    let arguments = names.iter().filter(|name| *name != "count" || !is_plural);
    let parameters = arguments.clone().map(|name| format!("{}: &str", ident(name))).collect::<Vec<_>>().join(", ");
    let values = arguments.map(|name| format!("({name:?}, {})", ident(name))).collect::<Vec<_>>().join(", ");
    let head = format!("/// {doc}\n#[must_use]\n");
    Ok(if is_plural {
        (
            format!(
                "{head}pub fn {function}(count: u64, {parameters}) -> String {{ crate::i18n::plural(count, &{en:?}, &{ro:?}, &[{values}]) }}\n"
            ),
            false,
        )
    } else if names.is_empty() {
        (
            format!(
                "{head}pub fn {function}() -> &'static str {{ crate::i18n::pick({:?}, {:?}) }}\n",
                en_first, ro_first
            ),
            true,
        )
    } else {
        (
            format!(
                "{head}pub fn {function}({parameters}) -> String {{ crate::i18n::fill(crate::i18n::pick({:?}, {:?}), &[{values}]) }}\n",
                en_first, ro_first
            ),
            false,
        )
    })
}

fn placeholders(text: &str) -> Vec<String> {
    text.split('{').skip(1).filter_map(|rest| rest.split_once('}').map(|(name, _)| name.to_owned())).collect()
}

fn ident(name: &str) -> String {
    if KEYWORDS.contains(&name) { format!("r#{name}") } else { name.to_owned() }
}
