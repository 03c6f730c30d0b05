//! The typeface of papers: the office's own, so that there is one file of it.

use std::sync::{Arc, OnceLock};

use krilla::text::{Font, Tag};
use skrifa::instance::{Location, Size};
use skrifa::{FontRef, MetadataProvider};

/// Inter with the letters of all Latin alphabets of Europe, from 400 to 600 heavy.
const WOFF2: &[u8] = include_bytes!("../../../../frontend/fonts/Inter.woff2");

/// How heavy letters are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// For most text.
    Regular,
    /// For what is looked for.
    Bold,
}

/// One weight of the typeface.
pub struct Face {
    /// For the file.
    pub font: Font,
    bytes: Arc<Vec<u8>>,
    location: Location,
}

impl Face {
    /// The typeface at a weight; none if the file of the office were broken.
    #[must_use]
    pub fn of(weight: Weight) -> Option<&'static Self> {
        static FACES: OnceLock<Option<(Face, Face)>> = OnceLock::new();
        let faces = FACES.get_or_init(|| {
            let bytes = Arc::new(wuff::decompress_woff2(WOFF2).ok()?);
            Some((Self::new(&bytes, 400.0)?, Self::new(&bytes, 600.0)?))
        });
        let (regular, bold) = faces.as_ref()?;
        Some(match weight {
            Weight::Regular => regular,
            Weight::Bold => bold,
        })
    }

    fn new(bytes: &Arc<Vec<u8>>, weight: f32) -> Option<Self> {
        let font = Font::new_variable(Arc::clone(bytes).into(), 0, &[(Tag::new(b"wght"), weight)])?;
        let location = FontRef::new(bytes).ok()?.axes().location([("wght", weight)]);
        Some(Self { font, bytes: Arc::clone(bytes), location })
    }

    /// How wide a text is, in points.
    #[must_use]
    pub fn width(&self, text: &str, size: f32) -> f32 {
        let Ok(font) = FontRef::new(&self.bytes) else { return 0.0 };
        let (letters, metrics) = (font.charmap(), font.glyph_metrics(Size::new(size), &self.location));
        let width = |letter| letters.map(letter).and_then(|glyph| metrics.advance_width(glyph)).unwrap_or_default();
        text.chars().map(width).sum()
    }

    /// The text in letters that there are; others become question marks.
    #[must_use]
    pub fn printable(&self, text: &str) -> String {
        let Ok(font) = FontRef::new(&self.bytes) else { return text.to_owned() };
        let letters = font.charmap();
        let shown = |letter: char| match letter {
            letter if letter.is_control() => ' ',
            letter if letters.map(letter).is_some() => letter,
            _ => '?',
        };
        text.chars().map(shown).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_of_the_neighbours_are_there_and_bold_is_wider() {
        let (regular, bold) = (Face::of(Weight::Regular).unwrap(), Face::of(Weight::Bold).unwrap());
        let names = "Țeavă șlefuită, Żółw, Őrség, Škoda, Ærø, Größe 12 × 40 – 5 €";
        assert_eq!(regular.printable(names), names);
        assert_eq!(regular.printable("Стомана\t7"), "??????? 7");
        assert!(bold.width(names, 9.0) > regular.width(names, 9.0));
        let twice = regular.width("Țeavă", 18.0) / regular.width("Țeavă", 9.0);
        assert!((twice - 2.0).abs() < 0.01, "{twice}");
    }
}
