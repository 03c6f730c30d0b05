//! One style sheet out of many: joined by name, comments dropped, fonts by their hashed names.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

/// The files of a folder in the order of their names; none when there is no folder.
pub(crate) fn sorted_files(folder: &Path) -> Result<Vec<PathBuf>> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        if path.is_file() {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// All style sheets of `folder`; `fonts` maps names as written in them to URLs.
pub(crate) fn join(folder: &Path, fonts: &[(String, String)]) -> Result<String> {
    let mut joined = String::new();
    for path in sorted_files(folder)?.iter().filter(|path| path.extension().is_some_and(|found| found == "css")) {
        joined.push_str(&without_comments(&fs::read_to_string(path)?));
        joined.push('\n');
    }
    with_urls(&joined, fonts)
}

fn with_urls(css: &str, fonts: &[(String, String)]) -> Result<String> {
    let mut linked = css.to_owned();
    for (name, url) in fonts {
        for prefix in ["../", "/", ""] {
            for quote in ["\"", "'", ""] {
                linked = linked.replace(&format!("url({quote}{prefix}{name}"), &format!("url({quote}{url}"));
            }
        }
    }
    for quote in ["\"", "'", ""] {
        for prefix in ["../fonts/", "/fonts/", "fonts/"] {
            if linked.contains(&format!("url({quote}{prefix}")) {
                bail!("a style sheet names a font that is not in frontend/fonts");
            }
        }
    }
    Ok(linked)
}

/// Strings are left alone; everything else between `/*` and `*/` goes, and so do empty lines and indentation.
fn without_comments(css: &str) -> String {
    let mut kept = String::with_capacity(css.len());
    let mut rest = css.chars().peekable();
    let mut quote = None;
    while let Some(character) = rest.next() {
        match quote {
            Some(open) => {
                kept.push(character);
                if character == '\\' {
                    kept.extend(rest.next());
                } else if character == open {
                    quote = None;
                }
            }
            None if character == '/' && rest.peek() == Some(&'*') => {
                let mut before = ' ';
                rest.next();
                for inside in rest.by_ref() {
                    if before == '*' && inside == '/' {
                        break;
                    }
                    before = inside;
                }
            }
            None => {
                quote = (character == '"' || character == '\'').then_some(character);
                kept.push(character);
            }
        }
    }
    kept.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_go_and_strings_stay() {
        assert_eq!(without_comments("a { /* b */\n\n  content: \"/* c */\"; }"), "a {\ncontent: \"/* c */\"; }");
        assert_eq!(without_comments("a::after { content: '\\'/*'; } /* open"), "a::after { content: '\\'/*'; }");
        assert_eq!(without_comments("/***/b{}"), "b{}");
    }

    #[test]
    fn fonts_are_named_by_their_hash_and_a_missing_font_is_an_error() {
        let fonts = [("fonts/Inter.woff2".to_owned(), "/assets/Inter-1.woff2".to_owned())];
        assert_eq!(
            with_urls("src: url(\"../fonts/Inter.woff2\")", &fonts).unwrap(),
            "src: url(\"/assets/Inter-1.woff2\")"
        );
        assert_eq!(with_urls("src: url(/fonts/Inter.woff2)", &fonts).unwrap(), "src: url(/assets/Inter-1.woff2)");
        assert!(with_urls("src: url('fonts/Other.woff2')", &fonts).is_err());
    }
}
