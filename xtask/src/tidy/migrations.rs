//! Every migration is named by date and purpose and has a way up and a way down.

use std::collections::BTreeMap;

use super::{Problem, TextFile};

pub(crate) fn check(files: &[TextFile]) -> Vec<Problem> {
    let mut migrations: BTreeMap<&str, Vec<(&str, &str)>> = BTreeMap::new();
    for file in files {
        if let Some((name, part)) = file.path.strip_prefix("migrations/").and_then(|rest| rest.split_once('/')) {
            migrations.entry(name).or_default().push((part, &file.text));
        }
    }
    migrations.into_iter().flat_map(|(name, parts)| problems(name, &parts)).collect()
}

fn problems(name: &str, parts: &[(&str, &str)]) -> Vec<Problem> {
    let place = format!("migrations/{name}");
    let mut problems = Vec::new();
    if !is_dated(name) {
        problems.push(Problem::new(&place, "name it <date>_<verb_noun>, like 2026-11-23-000100_create_products"));
    }
    for direction in ["up.sql", "down.sql"] {
        let written = parts.iter().find(|(part, _)| *part == direction).is_some_and(|(_, text)| has_statement(text));
        if !written {
            problems.push(Problem::new(&place, format!("{direction} is missing or does nothing")));
        }
    }
    problems
}

fn is_dated(name: &str) -> bool {
    let Some((date, purpose)) = name.split_once('_') else {
        return false;
    };
    let digits = date.chars().filter(char::is_ascii_digit).count();
    let only_digits = date.chars().all(|character| character.is_ascii_digit() || character == '-');
    only_digits && digits >= 8 && purpose.contains('_')
}

fn has_statement(sql: &str) -> bool {
    sql.lines().map(str::trim).any(|line| !line.is_empty() && !line.starts_with("--"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, text: &str) -> TextFile {
        TextFile { path: path.into(), text: text.into() }
    }

    #[test]
    fn a_migration_with_both_ways_passes() {
        let files = [
            file("migrations/2026-11-23-000100_create_products/up.sql", "CREATE TABLE product ();"),
            file("migrations/2026-11-23-000100_create_products/down.sql", "DROP TABLE product;"),
        ];
        assert_eq!(check(&files), []);
    }

    #[test]
    fn a_migration_without_a_way_down_is_refused() {
        let up = || file("migrations/2026-11-23-000100_create_products/up.sql", "CREATE TABLE product ();");
        assert_eq!(check(&[up()]).len(), 1);
        let empty = file("migrations/2026-11-23-000100_create_products/down.sql", "-- nothing\n");
        assert_eq!(check(&[up(), empty]).len(), 1);
    }

    #[test]
    fn a_migration_without_a_date_or_a_verb_is_refused() {
        assert!(is_dated("20261123000100_create_products"));
        assert!(!is_dated("create_products"));
        assert!(!is_dated("2026-11-23_products"));
    }
}
