//! What the server says went wrong, in the user's language: what its error codes mean, and the sentences that tell of one case.
//!
//! They are long, and needed only when something does go wrong: so they are a parcel of their own. Whoever shows an answer of
//! the server awaits [`arrive`] first; until they are here, and should they never come, the server's own English is shown.

use std::sync::OnceLock;

use serde_json::{Map, Value};

use crate::i18n::{Language, fill, language, pick, text};
use crate::{format, parcels};

/// The texts as the parcel hands them out.
pub type Look = fn(Book, &str) -> Option<&'static str>;

/// A collection of texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Book {
    /// What each error code means, of `i18n/errors.toml`.
    Errors,
    /// The sentences of one case, of `i18n/details.toml`; in Romanian only, as the server speaks English.
    Details,
}

static HERE: OnceLock<Look> = OnceLock::new();

/// The text of a code. Only the parcel calls this: whatever does so carries all texts with it.
#[must_use]
pub fn look(book: Book, code: &str) -> Option<&'static str> {
    match book {
        Book::Errors => Some(pick(line_of(text::errors::ENGLISH, code)?, line_of(text::errors::ROMANIAN, code)?)),
        Book::Details => line_of(text::details::ROMANIAN, code),
    }
}

/// Fetches the texts unless they are here.
pub async fn arrive() {
    if HERE.get().is_none()
        && let Ok(look) = parcels::sentences().await
    {
        HERE.get_or_init(|| look);
    }
}

/// Texts without a parcel, for tests of what shows them.
#[cfg(test)]
pub(crate) fn are_here() {
    HERE.get_or_init(|| look);
}

/// What an error code means; nothing as long as the texts are not here.
#[must_use]
pub fn error(code: &str) -> Option<&'static str> {
    HERE.get()?(Book::Errors, code)
}

/// What is wrong in one case, in the user's language: in English as the server said it, else by its code; nothing when it has
/// none.
#[must_use]
pub fn detail(code: Option<&str>, params: &Map<String, Value>, said: &str) -> Option<String> {
    if language() == Language::English {
        return Some(said.to_owned()).filter(|said| !said.is_empty());
    }
    let code = code?;
    let Some(look) = HERE.get() else { return Some(said.to_owned()) };
    told(*look, code, params)
}

fn told(look: Look, code: &str, params: &Map<String, Value>) -> Option<String> {
    let template = look(Book::Details, code)?;
    let shown: Vec<(&str, String)> =
        params.iter().map(|(name, value)| (name.as_str(), fact(look, name, value))).collect();
    let values: Vec<(&str, &str)> = shown.iter().map(|(name, value)| (*name, value.as_str())).collect();
    Some(fill(template, &values))
}

/// The text of a key among lines of `key=text`.
fn line_of(lines: &'static str, key: &str) -> Option<&'static str> {
    lines.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix('='))
}

/// A fact as people read it: what somebody typed stays as it is, numbers and days are written as everywhere.
fn fact(look: Look, name: &str, value: &Value) -> String {
    const TYPED: &[&str] = &[
        "value",
        "code",
        "number",
        "column",
        "columns",
        "known",
        "words",
        "encoding",
        "character",
        "product",
        "order",
        "orders",
        "by",
        "bom",
        "chain",
        "name",
        "reason",
        "work_center",
        "unit",
        "from",
        "to",
    ];
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    if TYPED.contains(&name) {
        return text;
    }
    if let Ok(number) = text.parse::<rust_decimal::Decimal>() {
        return format::number(number);
    }
    if name == "state" {
        return look(Book::Details, &format!("state_{text}")).map_or(text, str::to_owned);
    }
    format::parse_iso_date(&text).map(format::day).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use mrp_domain::manufacturing_order::ManufacturingOrderState;
    use mrp_domain::purchasing::PurchaseOrderState;
    use serde_json::json;

    use super::*;

    #[test]
    fn every_sentence_of_the_server_has_a_text_that_says_the_same_in_english() {
        for sentence in mrp_api::detail::ALL {
            let texts = [text::details::ENGLISH, text::details::ROMANIAN].map(|lines| line_of(lines, sentence.code));
            assert_eq!(texts[0], Some(sentence.english), "in i18n/details.toml");
            assert!(texts[1].is_some(), "{}", sentence.code);
        }
    }

    #[test]
    fn every_fact_of_a_sentence_is_told_in_both_languages() {
        let names = |text: &str| {
            let mut names = text.split('{').skip(1).filter_map(|rest| rest.split_once('}')).collect::<Vec<_>>();
            names.sort_unstable();
            names.into_iter().map(|(name, _)| name.to_owned()).collect::<Vec<_>>()
        };
        for sentence in mrp_api::detail::ALL {
            let romanian = look(Book::Details, sentence.code).unwrap();
            assert_eq!(names(romanian), names(sentence.english), "{}", sentence.code);
        }
    }

    #[test]
    fn a_romanian_sentence_is_found_by_its_whole_code_and_tells_its_facts() {
        assert_eq!(line_of("at_most_lines=b\nat_most=a\n", "at_most"), Some("a"));
        assert_eq!(line_of("at_most_lines=b\n", "at_most"), None);
        assert_eq!(fact(look, "value", &json!("1.50")), "1.50");
        assert_eq!(fact(look, "most", &json!(4000)), "4,000");
        let params = Map::from_iter([("state".to_owned(), json!("partly_received"))]);
        assert_eq!(
            told(look, "state_keeps_it", &params).as_deref(),
            Some("Nu se poate schimba cât timp comanda este recepționată parțial.")
        );
    }

    #[test]
    fn in_english_the_server_is_quoted() {
        assert_eq!(detail(None, &Map::new(), "what the server said").as_deref(), Some("what the server said"));
    }

    #[test]
    fn every_error_code_has_a_text() {
        let silent: Vec<_> = mrp_api::error::ALL
            .iter()
            .map(|error| error.code)
            .filter(|code| look(Book::Errors, code).is_none())
            .collect();
        assert!(silent.is_empty(), "no text for {silent:?} in i18n/errors.toml");
    }

    #[test]
    fn every_state_of_an_order_has_a_word_within_a_sentence() {
        let made = ManufacturingOrderState::ALL.iter().map(|state| state.as_str());
        let bought = PurchaseOrderState::ALL.iter().map(|state| state.as_str());
        let silent: Vec<_> =
            made.chain(bought).filter(|state| look(Book::Details, &format!("state_{state}")).is_none()).collect();
        assert!(silent.is_empty(), "no word for {silent:?} in i18n/details.toml");
    }
}
