//! Every crate we link is under a licence of the allow-list (kept equal to `deny.toml`).

use serde_json::Value;

use super::Problem;

const ALLOWED: [&str; 15] = [
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MIT-0",
    "Unicode-3.0",
    "Unicode-DFS-2016",
    "Unlicense",
    "Zlib",
];

pub(crate) fn check(metadata: &Value) -> Vec<Problem> {
    let packages = metadata["packages"].as_array().map(Vec::as_slice).unwrap_or_default();
    packages.iter().filter_map(problem).collect()
}

fn problem(package: &Value) -> Option<Problem> {
    let name = package["name"].as_str().unwrap_or("a package without a name");
    let version = package["version"].as_str().unwrap_or_default();
    let place = format!("{name} {version}");
    match package["license"].as_str() {
        None => Some(Problem::new(place, "states no licence")),
        Some(expression) if is_allowed(expression) => None,
        Some(expression) => Some(Problem::new(place, format!("licence {expression} is not on the allow-list"))),
    }
}

/// SPDX expressions; the old `/` means OR. AND binds closer than OR. What cannot be read is not allowed.
fn is_allowed(expression: &str) -> bool {
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut rest = words.as_slice();
    any(&mut rest).unwrap_or(false) && rest.is_empty()
}

fn any(rest: &mut &[&str]) -> Option<bool> {
    let mut verdict = all(rest)?;
    while take(rest, "OR") {
        // Both sides must be read, whatever the first one said.
        verdict |= all(rest)?;
    }
    Some(verdict)
}

fn all(rest: &mut &[&str]) -> Option<bool> {
    let mut verdict = one(rest)?;
    while take(rest, "AND") {
        verdict &= one(rest)?;
    }
    Some(verdict)
}

fn one(rest: &mut &[&str]) -> Option<bool> {
    if take(rest, "(") {
        let verdict = any(rest)?;
        return take(rest, ")").then_some(verdict);
    }
    let mut licence = next(rest)?.to_owned();
    if take(rest, "WITH") {
        licence = format!("{licence} WITH {}", next(rest)?);
    }
    Some(ALLOWED.contains(&licence.as_str()))
}

fn next<'a>(rest: &mut &[&'a str]) -> Option<&'a str> {
    let (first, after) = rest.split_first()?;
    *rest = after;
    Some(first)
}

fn take(rest: &mut &[&str], word: &str) -> bool {
    match rest.split_first() {
        Some((first, after)) if *first == word => {
            *rest = after;
            true
        }
        Some(_) | None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn one_allowed_choice_is_enough() {
        for good in [
            "MIT OR Apache-2.0",
            "MIT/Apache-2.0",
            "GPL-3.0 OR MIT",
            "(MIT OR Apache-2.0) AND Unicode-3.0",
            "Apache-2.0 WITH LLVM-exception OR GPL-2.0",
        ] {
            assert!(is_allowed(good), "{good}");
        }
    }

    #[test]
    fn copyleft_and_nonsense_are_refused() {
        for bad in [
            "GPL-3.0",
            "MIT AND GPL-3.0",
            "MPL-2.0",
            "(MIT",
            "MIT OR",
            "",
            "LGPL-2.1 OR (MIT AND GPL-2.0)",
            "Apache-2.0 WITH other",
        ] {
            assert!(!is_allowed(bad), "{bad}");
        }
    }

    #[test]
    fn a_crate_without_a_licence_is_refused() {
        let packages = json!({"packages": [{"name": "a", "version": "1", "license": null}, {"name": "b", "version": "1", "license": "MIT"}]});
        assert_eq!(check(&packages), [Problem::new("a 1", "states no licence")]);
    }
}
