//! Products that somebody may have meant who mistyped a code or a name.

use mrp_api::detail as say;
use mrp_api::similar_products::{
    ListSimilarProducts, SIMILAR_PRODUCTS_MAX, SimilarProduct, SimilarProductQuery, SimilarProducts,
};
use mrp_domain::ids::ProductId;
use mrp_domain::likeness::likeness;
use mrp_store::products::like;

use crate::answer::Answered;
use crate::error::{ApiError, Faults};
use crate::granted::Granted;
use crate::mount::Mount;

/// Longest text that is looked for, in characters.
const TEXT_CHARS_MAX: usize = 200;
/// The least likeness that is worth a proposal.
const LIKENESS_MIN: u32 = 200;
/// Letters of a piece of a word: a slip of the pen leaves one of its pieces alone.
const PIECE_LETTERS: usize = 3;
/// Most pieces that are looked for.
const PIECES_MAX: usize = 12;

/// `/similar-products`.
pub fn mount(config: &mut actix_web::web::ServiceConfig) {
    config.endpoint::<ListSimilarProducts, _, _>(|granted, _, query, _| similar(granted, query));
}

async fn similar(
    granted: Granted<ListSimilarProducts>,
    query: SimilarProductQuery,
) -> Result<Answered<ListSimilarProducts>, ApiError> {
    let text = query.text.trim();
    let mut faults = Faults::default();
    faults.require(text.chars().count() <= TEXT_CHARS_MAX, "/text", say::AT_MOST_CHARACTERS.with("most", 200));
    faults.check()?;
    let pieces = pieces(text);
    if pieces.is_empty() {
        return granted.reply(SimilarProducts { items: Vec::new() });
    }
    let found = like(&mut *granted.connection().await?, pieces).await?;
    let items = found.into_iter().map(|row| SimilarProduct {
        product_id: ProductId::from_uuid(row.id),
        likeness: likeness(text, &row.code).max(likeness(text, &row.name)),
        code: row.code,
        name: row.name,
    });
    let mut items: Vec<_> = items.filter(|item| item.likeness >= LIKENESS_MIN).collect();
    items.sort_by(|one, other| other.likeness.cmp(&one.likeness).then_with(|| one.code.cmp(&other.code)));
    items.truncate(SIMILAR_PRODUCTS_MAX);
    granted.reply(SimilarProducts { items })
}

/// Pieces of three letters or digits of the text's words, the longest words first.
fn pieces(text: &str) -> Vec<String> {
    let lower = text.to_lowercase();
    let mut words: Vec<Vec<char>> = lower
        .split(|letter: char| !letter.is_alphanumeric())
        .map(|word| word.chars().collect::<Vec<_>>())
        .filter(|word| word.len() >= 2)
        .collect();
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    let pieces = words.iter().flat_map(|word| word.chunks(PIECE_LETTERS).filter(|piece| piece.len() >= 2));
    let mut pieces: Vec<String> = pieces.map(|piece| piece.iter().collect()).collect();
    pieces.dedup();
    pieces.truncate(PIECES_MAX);
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_looked_for_by_pieces_of_its_longest_words() {
        assert_eq!(pieces("M8 Bolt, zinc-plated"), ["pla", "ted", "bol", "zin", "m8"]);
        assert!(pieces("–").is_empty());
    }
}
