//! How alike two short texts are, for proposals where somebody mistyped a code or a name.

use std::collections::HashMap;

/// Lower case, diacritics of Romanian taken off, letters and digits only.
#[must_use]
pub fn folded(text: &str) -> String {
    let plain = |letter: char| match letter {
        'ă' | 'â' => 'a',
        'î' => 'i',
        'ș' | 'ş' => 's',
        'ț' | 'ţ' => 't',
        other => other,
    };
    text.to_lowercase().chars().map(plain).filter(|letter| letter.is_alphanumeric()).collect()
}

/// How alike two texts are, from 0 (nothing in common) to 1000 (the same but for case, diacritics and signs): twice the
/// groups of three letters that they share, by all that they have.
#[must_use]
pub fn likeness(one: &str, other: &str) -> u32 {
    let (one, other) = (folded(one), folded(other));
    if one == other {
        return if one.is_empty() { 0 } else { 1_000 };
    }
    let (one, other) = (groups(&one), groups(&other));
    let mut counts: HashMap<[char; 3], u32> = HashMap::new();
    for &group in &one {
        *counts.entry(group).or_default() += 1;
    }
    let mut shared = 0_usize;
    for group in &other {
        if let Some(left) = counts.get_mut(group).filter(|left| **left > 0) {
            *left -= 1;
            shared += 1;
        }
    }
    let all = one.len().saturating_add(other.len()).max(1);
    u32::try_from(shared.saturating_mul(2_000) / all).unwrap_or(1_000).min(999)
}

/// The groups of three letters, two of which begin before the text and one behind it: beginnings weigh more.
fn groups(text: &str) -> Vec<[char; 3]> {
    let letters: Vec<char> = [' ', ' '].into_iter().chain(text.chars()).chain([' ']).collect();
    letters.windows(3).filter_map(|group| <[char; 3]>::try_from(group).ok()).collect()
}
