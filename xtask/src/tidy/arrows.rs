//! Who may depend on whom. A crate that is missing from the table is a problem, too.

use serde_json::Value;

use super::Problem;

struct Rule {
    name: &'static str,
    /// Crates of this workspace that it may use.
    may_use: &'static [&'static str],
    /// Further ones for its tests.
    tests_may_use: &'static [&'static str],
}

const RULES: [Rule; 9] = [
    Rule { name: "mrp-domain", may_use: &[], tests_may_use: &[] },
    Rule { name: "mrp-api", may_use: &["mrp-domain"], tests_may_use: &[] },
    Rule { name: "mrp-store", may_use: &["mrp-domain"], tests_may_use: &["mrp-test-support"] },
    Rule { name: "mrp-server", may_use: &["mrp-api", "mrp-domain", "mrp-store"], tests_may_use: &["mrp-test-support"] },
    Rule { name: "mrp-web", may_use: &["mrp-api", "mrp-domain"], tests_may_use: &[] },
    Rule {
        name: "mrp-test-support",
        may_use: &["mrp-api", "mrp-domain", "mrp-store", "mrp-server"],
        tests_may_use: &[],
    },
    Rule {
        name: "mrp-bench",
        may_use: &["mrp-api", "mrp-domain", "mrp-store", "mrp-server", "mrp-test-support"],
        tests_may_use: &[],
    },
    Rule { name: "xtask", may_use: &[], tests_may_use: &[] },
    Rule { name: "xtask-web", may_use: &[], tests_may_use: &[] },
];

/// The domain does no input or output, has no clock and no dice.
const BANNED_IN_DOMAIN: [&str; 19] = [
    "actix",
    "async",
    "axum",
    "chrono",
    "diesel",
    "futures",
    "getrandom",
    "hyper",
    "js-sys",
    "leptos",
    "postgres",
    "rand",
    "reqwest",
    "sqlx",
    "tokio",
    "tracing",
    "wasm-bindgen",
    "web-sys",
    "smol",
];

/// What the browser must never get.
const BANNED_IN_WEB: [&str; 5] = ["diesel", "tokio", "actix", "jiff", "chrono"];

pub(crate) fn check(metadata: &Value) -> Vec<Problem> {
    let packages = members(metadata);
    let names: Vec<&str> = packages.iter().filter_map(|package| package["name"].as_str()).collect();
    let mut problems = Vec::new();
    for package in &packages {
        let name = package["name"].as_str().unwrap_or_default();
        let Some(rule) = RULES.iter().find(|rule| rule.name == name) else {
            problems
                .push(Problem::new(name, "not in the table of xtask/src/tidy/arrows.rs: say what it may depend on"));
            continue;
        };
        for (dependency, for_tests) in dependencies(package) {
            let allowed = rule.may_use.contains(&dependency) || (for_tests && rule.tests_may_use.contains(&dependency));
            if names.contains(&dependency) && !allowed {
                problems.push(Problem::new(name, format!("must not depend on {dependency}")));
            }
            let banned = match name {
                "mrp-domain" if !for_tests => begins_with_one_of(dependency, &BANNED_IN_DOMAIN),
                "mrp-web" => begins_with_one_of(dependency, &BANNED_IN_WEB),
                _ => false,
            };
            if banned {
                problems.push(Problem::new(name, format!("{dependency} has no place in this crate")));
            }
        }
    }
    problems
}

/// The glue maker and the library must be of one version, or the page stays empty.
pub(crate) fn check_bindgen(metadata: &Value) -> Vec<Problem> {
    let version = |name: &str| {
        let found = all(metadata).iter().find(|package| package["name"] == name)?;
        found["version"].as_str()
    };
    let (library, maker) = (version("wasm-bindgen"), version("wasm-bindgen-cli-support"));
    if library == maker {
        return Vec::new();
    }
    vec![Problem::new(
        "Cargo.lock",
        format!(
            "wasm-bindgen is {} but wasm-bindgen-cli-support (xtask/web/Cargo.toml) is {}: make them equal",
            library.unwrap_or("missing"),
            maker.unwrap_or("missing")
        ),
    )]
}

fn begins_with_one_of(dependency: &str, banned: &[&str]) -> bool {
    banned
        .iter()
        .any(|word| dependency == *word || dependency.strip_prefix(word).is_some_and(|rest| rest.starts_with('-')))
}

/// (name, whether only tests use it) of each direct dependency.
fn dependencies(package: &Value) -> Vec<(&str, bool)> {
    let list = package["dependencies"].as_array().map(Vec::as_slice).unwrap_or_default();
    list.iter().filter_map(|entry| Some((entry["name"].as_str()?, entry["kind"] == "dev"))).collect()
}

fn members(metadata: &Value) -> Vec<&Value> {
    let ids = metadata["workspace_members"].as_array().map(Vec::as_slice).unwrap_or_default();
    all(metadata).iter().filter(|package| ids.contains(&package["id"])).collect()
}

fn all(metadata: &Value) -> &[Value] {
    metadata["packages"].as_array().map(Vec::as_slice).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// (name, its dependencies with their kinds).
    type Package<'a> = (&'a str, &'a [(&'a str, Option<&'a str>)]);

    fn workspace(packages: &[Package<'_>]) -> Value {
        let list: Vec<Value> = packages
            .iter()
            .map(|(name, dependencies)| {
                let dependencies: Vec<Value> =
                    dependencies.iter().map(|(name, kind)| json!({"name": name, "kind": kind})).collect();
                json!({"id": name, "name": name, "version": "1.0.0", "dependencies": dependencies})
            })
            .collect();
        let ids: Vec<&str> = packages.iter().map(|(name, _)| *name).collect();
        json!({"packages": list, "workspace_members": ids})
    }

    #[test]
    fn arrows_along_the_plan_are_fine() {
        let good = workspace(&[
            ("mrp-domain", &[("serde", None), ("proptest", Some("dev"))]),
            ("mrp-api", &[("mrp-domain", None)]),
            ("mrp-store", &[("mrp-domain", None), ("diesel", None), ("mrp-test-support", Some("dev"))]),
            ("mrp-test-support", &[("mrp-store", None)]),
        ]);
        assert_eq!(check(&good), []);
    }

    #[test]
    fn a_store_that_knows_the_contract_is_refused() {
        let bad = workspace(&[("mrp-api", &[]), ("mrp-store", &[("mrp-api", None)])]);
        assert_eq!(check(&bad), [Problem::new("mrp-store", "must not depend on mrp-api")]);
    }

    #[test]
    fn an_interface_that_reaches_for_the_store_is_refused() {
        let bad = workspace(&[("mrp-store", &[]), ("mrp-web", &[("mrp-store", None)])]);
        assert_eq!(check(&bad).len(), 1);
    }

    #[test]
    fn test_support_outside_tests_is_refused() {
        let bad = workspace(&[("mrp-test-support", &[]), ("mrp-server", &[("mrp-test-support", None)])]);
        assert_eq!(check(&bad).len(), 1);
    }

    #[test]
    fn a_domain_with_input_and_output_is_refused() {
        for banned in ["tokio", "diesel-async", "async-trait", "rand"] {
            assert_eq!(check(&workspace(&[("mrp-domain", &[(banned, None)])])).len(), 1, "{banned}");
        }
        assert_eq!(check(&workspace(&[("mrp-domain", &[("randomness", None)])])), []);
    }

    #[test]
    fn an_unknown_crate_must_be_placed_first() {
        assert_eq!(check(&workspace(&[("mrp-extra", &[])])).len(), 1);
    }

    #[test]
    fn unequal_bindgen_versions_are_refused() {
        let packages = |maker: &str| {
            json!({"packages": [
                {"name": "wasm-bindgen", "version": "0.2.1"},
                {"name": "wasm-bindgen-cli-support", "version": maker},
            ]})
        };
        assert_eq!(check_bindgen(&packages("0.2.1")), []);
        assert_eq!(check_bindgen(&packages("0.2.2")).len(), 1);
    }
}
