//! The two languages: which one is spoken, and how a text is chosen and filled.
//!
//! Texts are functions generated from `i18n/*.toml`, one module per file: `text::work_centers::title()`. Changing the language
//! reloads the page, so a text is a plain string and not a signal; drafts survive the reload.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};

/// Every text of the office.
#[allow(clippy::all, missing_docs)]
pub mod text {
    include!(concat!(env!("OUT_DIR"), "/text.rs"));
}

/// A language of the office.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// English.
    English,
    /// Romanian.
    Romanian,
}

static LANGUAGE: AtomicU8 = AtomicU8::new(0);

impl Language {
    /// Both, in the order of the menu.
    pub const ALL: [Self; 2] = [Self::English, Self::Romanian];

    /// The ISO 639 code, as the `lang` attribute and the API spell it.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Romanian => "ro",
        }
    }

    /// Its name in itself.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::Romanian => "Română",
        }
    }

    /// The language with this code; English when there is none.
    #[must_use]
    pub fn from_code(code: &str) -> Self {
        if code.starts_with("ro") { Self::Romanian } else { Self::English }
    }
}

/// The language that texts come in.
#[must_use]
pub fn language() -> Language {
    if LANGUAGE.load(Ordering::Relaxed) == 1 { Language::Romanian } else { Language::English }
}

/// Chooses the language of all texts made from now on.
pub fn set_language(language: Language) {
    LANGUAGE.store(u8::from(language == Language::Romanian), Ordering::Relaxed);
}

/// The code of a language that nobody speaks: English, accented and a third longer, for those who look whether every
/// text has room. It is in no menu; the browser remembers it under `mrp.language`.
pub const LONG_ENGLISH: &str = "en-XA";

static IS_LONG: AtomicBool = AtomicBool::new(false);

/// Speaks [`LONG_ENGLISH`] from now on, or not.
pub fn set_long(is_long: bool) {
    IS_LONG.store(is_long, Ordering::Relaxed);
}

/// One of the two texts.
#[must_use]
pub fn pick(en: &'static str, ro: &'static str) -> &'static str {
    match language() {
        Language::English if IS_LONG.load(Ordering::Relaxed) => kept_long(en),
        Language::English => en,
        Language::Romanian => ro,
    }
}

/// The long form of a text, made once: texts are asked for again and again and live as long as the page.
fn kept_long(text: &'static str) -> &'static str {
    thread_local! {
        static KEPT: RefCell<HashMap<&'static str, &'static str>> = RefCell::default();
    }
    KEPT.with_borrow_mut(|kept| *kept.entry(text).or_insert_with(|| Box::leak(long(text).into_boxed_str())))
}

/// A third longer, in brackets so that a cut end is seen. `{names}` stay as they are, and short forms, which have three
/// letters in every language.
fn long(text: &str) -> String {
    const SHORT: usize = 3;
    let (mut is_name, mut spoken) = (false, 0_usize);
    let accented = text.chars().map(|letter| {
        is_name = (is_name || letter == '{') && letter != '}';
        spoken += usize::from(!is_name && letter.is_alphabetic());
        match letter {
            _ if is_name => letter,
            'a' => 'á',
            'e' => 'é',
            'i' => 'í',
            'o' => 'ó',
            'u' => 'ú',
            'n' => 'ñ',
            other => other,
        }
    });
    let accented = accented.collect::<String>();
    if spoken <= SHORT {
        return accented;
    }
    format!("[{accented}{}]", "~".repeat(spoken.div_ceil(3)))
}

/// `template` with each `{name}` replaced by its value.
#[must_use]
pub fn fill(template: &str, values: &[(&str, &str)]) -> String {
    values.iter().fold(template.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
}

/// The form of a counted text that fits `count`, filled.
#[must_use]
pub fn plural(count: u64, en: &[&str], ro: &[&str], values: &[(&str, &str)]) -> String {
    let language = language();
    let forms = match language {
        Language::English => en,
        Language::Romanian => ro,
    };
    let form = form_for(language, count).min(forms.len().saturating_sub(1));
    let number = crate::format::whole(count);
    let text = forms.get(form).copied().unwrap_or_default();
    let is_long = language == Language::English && IS_LONG.load(Ordering::Relaxed);
    let text = if is_long { Cow::Owned(long(text)) } else { Cow::Borrowed(text) };
    fill(&text, values).replace("{count}", &number)
}

/// English: one, other. Romanian: one (1), few (0, 2 to 19, 101 to 119 …), other (20 to 100 …, with "de").
fn form_for(language: Language, count: u64) -> usize {
    match (language, count, count % 100) {
        (Language::English | Language::Romanian, 1, _) => 0,
        (Language::English, _, _) => 1,
        (Language::Romanian, 0, _) | (Language::Romanian, _, 1..=19) => 1,
        (Language::Romanian, _, _) => 2,
    }
}

/// Typed text with the old cedilla letters replaced by those with a comma below, as Romanian is written.
#[must_use]
pub fn fold_cedilla(text: &str) -> String {
    text.chars()
        .map(|letter| match letter {
            'ş' => 'ș',
            'ţ' => 'ț',
            'Ş' => 'Ș',
            'Ţ' => 'Ț',
            other => other,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn romanian_counts_with_three_forms() {
        let forms = [0, 1, 2, 19, 20, 100, 101, 119, 120, 1001].map(|count| form_for(Language::Romanian, count));
        assert_eq!(forms, [1, 0, 1, 1, 2, 2, 1, 1, 2, 1]);
    }

    #[test]
    fn english_counts_with_two_forms() {
        assert_eq!([0, 1, 2, 21].map(|count| form_for(Language::English, count)), [1, 0, 1, 1]);
    }

    #[test]
    fn a_long_text_is_a_third_longer_and_keeps_its_names() {
        assert_eq!(long("Save"), "[Sávé~~]");
        assert_eq!(long("{name} is open"), "[{name} ís ópéñ~~]");
        assert_eq!(long("{hours} h × {rate}"), "{hours} h × {rate}");
        assert_eq!(long("Wed"), "Wéd");
    }

    #[test]
    fn a_cedilla_becomes_a_comma_below() {
        assert_eq!(fold_cedilla("Ţeavă, şurub"), "Țeavă, șurub");
    }

    #[test]
    fn a_template_takes_its_values() {
        assert_eq!(fill("{a} of {b}", &[("a", "3"), ("b", "18")]), "3 of 18");
    }
}
