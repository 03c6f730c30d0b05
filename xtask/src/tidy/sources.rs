//! Rules for single files: names, headers, words, length, floats, paths of somebody's machine.

use super::Problem;

/// Files around 400 lines are the aim; this is the wall.
const LINES_MAX: usize = 600;

/// A name that says nothing about what is inside.
const BANNED_NAMES: [&str; 4] = ["mod.rs", "utils.rs", "helpers.rs", "common.rs"];

/// The checks name the words that they look for.
const OWN_FOLDER: &str = "xtask/src/tidy";

/// (word, why not) in Rust and SQL.
const BANNED_WORDS: [(&str, &str); 11] = [
    ("todo!", "finish it"),
    ("unimplemented!", "finish it"),
    ("dbg!", "remove it"),
    ("FIXME", "fix it"),
    ("TODO", "do it, or write it down where it is planned"),
    ("#[ignore", "a test that does not run proves nothing"),
    ("workcenter", "the word is work_center"),
    ("Workcenter", "the word is WorkCenter"),
    ("work_centre", "the word is work_center"),
    ("WorkCentre", "the word is WorkCenter"),
    ("workCentre", "the word is workCenter"),
];

/// (word, why not) in the domain: it is told what it needs to know.
const BANNED_IN_DOMAIN: [(&str, &str); 8] = [
    ("now_utc", "the domain never asks for the time"),
    ("SystemTime", "the domain never asks for the time"),
    ("Uuid::now_v7", "ids are given to the domain"),
    ("Uuid::new_v4", "ids are given to the domain"),
    ("std::fs", "the domain does no input or output"),
    ("std::net", "the domain does no input or output"),
    ("std::env", "the domain does no input or output"),
    ("async fn", "the domain does not wait"),
];

const HOMES: [&str; 4] = ["/home/", "/Users/", "/root/", "C:\\Users\\"];

/// Looks at one file; `path` is relative to the root.
pub(crate) fn check(path: &str, text: &str) -> Vec<Problem> {
    let mut problems = Vec::new();
    if !path.starts_with(OWN_FOLDER) {
        problems.extend(homes(path, text));
    }
    if path.ends_with(".rs") || path.ends_with(".sql") {
        problems.extend(words(path, text));
    }
    if path.ends_with(".rs") {
        problems.extend(name(path));
        problems.extend(header(path, text));
        problems.extend(length(path, text));
        problems.extend(floats(path, text));
    }
    problems
}

fn name(path: &str) -> Option<Problem> {
    let name = path.rsplit('/').next().unwrap_or(path);
    BANNED_NAMES.contains(&name).then(|| Problem::new(path, "name the file after what it holds"))
}

fn header(path: &str, text: &str) -> Option<Problem> {
    let generated = path.ends_with("/schema.rs") && text.starts_with("// @generated");
    (!generated && !text.starts_with("//!"))
        .then(|| Problem::new(path, "begin with //!: what lives here, what does not, where the idea comes from"))
}

fn length(path: &str, text: &str) -> Option<Problem> {
    let lines = text.lines().count();
    let generated = path.ends_with("/schema.rs");
    (lines > LINES_MAX && !generated)
        .then(|| Problem::new(path, format!("{lines} lines, at most {LINES_MAX}: split it by what changes together")))
}

fn words(path: &str, text: &str) -> Vec<Problem> {
    if path.starts_with(OWN_FOLDER) {
        return Vec::new();
    }
    let domain = path.starts_with("crates/mrp-domain/src/");
    let banned = BANNED_WORDS.iter().chain(BANNED_IN_DOMAIN.iter().filter(|_| domain));
    banned
        .flat_map(|(word, why)| {
            lines_with(text, |line| contains_word(line, word))
                .map(move |line| Problem::new(format!("{path}:{line}"), format!("{word}: {why}")))
        })
        .collect()
}

fn floats(path: &str, text: &str) -> Vec<Problem> {
    let exact = ["crates/mrp-domain/", "crates/mrp-api/"].iter().any(|prefix| path.starts_with(prefix));
    if !exact {
        return Vec::new();
    }
    lines_with(text, |line| {
        let code = line.split("//").next().unwrap_or_default();
        contains_word(code, "f32") || contains_word(code, "f64")
    })
    .map(|line| Problem::new(format!("{path}:{line}"), "quantities and money are Decimal, never float"))
    .collect()
}

fn homes(path: &str, text: &str) -> Vec<Problem> {
    lines_with(text, |line| HOMES.iter().any(|home| line.contains(home)))
        .map(|line| Problem::new(format!("{path}:{line}"), "the path of somebody's own machine"))
        .collect()
}

/// Numbers of the lines that `fits` accepts, from one.
fn lines_with(text: &str, fits: impl Fn(&str) -> bool) -> impl Iterator<Item = usize> {
    text.lines().enumerate().filter(move |(_, line)| fits(line)).map(|(index, _)| index + 1)
}

/// Whether `word` stands in `line` and is not the end or the beginning of a longer word.
fn contains_word(line: &str, word: &str) -> bool {
    let inside = |character: Option<char>| character.is_some_and(char::is_alphanumeric);
    let open_start = !word.starts_with(char::is_alphanumeric);
    let open_end = !word.ends_with(char::is_alphanumeric) || word.contains("ork");
    line.match_indices(word).any(|(start, found)| {
        let before = line.get(..start).and_then(|text| text.chars().next_back());
        let after = line.get(start + found.len()..).and_then(|text| text.chars().next());
        (open_start || !inside(before) || word.contains("ork")) && (open_end || !inside(after))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "//! What lives here.\n";

    fn problems(path: &str, body: &str) -> Vec<String> {
        check(path, &format!("{HEADER}{body}")).into_iter().map(|problem| problem.to_string()).collect()
    }

    #[test]
    fn a_clean_file_passes() {
        assert!(problems("crates/mrp-domain/src/bom.rs", "pub struct WorkCenter; // no f64 here\n").is_empty());
    }

    #[test]
    fn a_file_without_a_header_is_refused() {
        assert_eq!(check("xtask/src/new.rs", "fn main() {}\n").len(), 1);
    }

    #[test]
    fn names_that_say_nothing_are_refused() {
        for name in BANNED_NAMES {
            assert_eq!(problems(&format!("crates/mrp-store/src/{name}"), "").len(), 1, "{name}");
        }
        assert!(problems("crates/mrp-store/src/model.rs", "").is_empty());
    }

    #[test]
    fn unfinished_work_is_refused_with_its_line() {
        for word in
            ["todo!()", "unimplemented!()", "dbg!(x)", "// FIXME later", "// TODO later", "#[ignore = \"slow\"]"]
        {
            let found = problems("crates/mrp-store/src/pool.rs", &format!("\n{word}\n"));
            assert_eq!(found.len(), 1, "{word}");
            assert!(found[0].starts_with("crates/mrp-store/src/pool.rs:3: "), "{}", found[0]);
        }
    }

    #[test]
    fn other_spellings_of_work_center_are_refused() {
        for word in ["workcenter_id", "my_workcenters", "work_centre", "WorkCentreId"] {
            assert_eq!(problems("crates/mrp-api/src/work_centers.rs", &format!("{word}\n")).len(), 1, "{word}");
        }
        assert_eq!(check("migrations/1_a_b/up.sql", "CREATE TABLE workcenter ();").len(), 1);
    }

    #[test]
    fn floats_are_refused_in_domain_and_contract_only() {
        assert_eq!(problems("crates/mrp-domain/src/money.rs", "let x: f64 = 1.0;\n").len(), 1);
        assert_eq!(problems("crates/mrp-api/src/page.rs", "fn a(x: f32) {}\n").len(), 1);
        assert!(problems("crates/mrp-api/src/page.rs", "let buf64 = 0;\n").is_empty());
        assert!(problems("frontend/src/ui/chart.rs", "let x: f64 = 1.0;\n").is_empty());
    }

    #[test]
    fn a_domain_that_looks_at_the_clock_is_refused() {
        assert_eq!(problems("crates/mrp-domain/src/time.rs", "OffsetDateTime::now_utc()\n").len(), 1);
        assert!(problems("crates/mrp-server/src/clock.rs", "OffsetDateTime::now_utc()\n").is_empty());
    }

    #[test]
    fn a_file_longer_than_the_wall_is_refused() {
        assert!(problems("crates/mrp-api/src/a.rs", &"\n".repeat(LINES_MAX - 1)).is_empty());
        assert_eq!(problems("crates/mrp-api/src/a.rs", &"\n".repeat(LINES_MAX)).len(), 1);
        assert!(problems("crates/mrp-store/src/schema.rs", &"\n".repeat(LINES_MAX)).is_empty());
    }

    #[test]
    fn paths_into_a_home_are_refused_in_every_file() {
        assert_eq!(check("docs/setup.md", "run it in /home/ana/mrp\n").len(), 1);
        assert!(check("docs/setup.md", "see /admin/manufacturing/home\n").is_empty());
    }
}
