//! A label as PDF: a page of 70 × 40 mm, text, and bars as rectangles.

use mrp_api::error as codes;
use mrp_domain::label::{Label, code_128};

use crate::error::ApiError;
use crate::paper::{Paper, Style};

/// 70 mm in points.
const WIDTH: f32 = 198.4;
/// 40 mm.
const HEIGHT: f32 = 113.4;
/// From the page's edge to what stands on it.
const MARGIN: f32 = 9.0;
/// The widest that the thinnest bar gets.
const MODULE_MAX: f32 = 1.5;

/// So many pages of the same label.
pub(super) fn labels(label: &Label, copies: u32) -> Result<Vec<u8>, ApiError> {
    let mut paper = drawn(label)?;
    paper.copies(usize::try_from(copies).unwrap_or(1));
    paper.pdf()
}

fn drawn(label: &Label) -> Result<Paper, ApiError> {
    let widths = code_128(&label.code).map_err(|fault| ApiError::new(&codes::VALUE_INVALID, fault))?;
    let mut paper = Paper::sized(label.title.clone(), WIDTH, HEIGHT);
    let lines = [(21.0, Style::HEAD, &label.title), (34.0, Style::TEXT, &label.name), (45.0, Style::TEXT, &label.note)];
    for (base, style, text) in lines {
        paper.line_at((MARGIN, base), WIDTH - 2.0 * MARGIN, style, text);
    }
    paper.line_at((MARGIN, HEIGHT - 7.0), WIDTH - 2.0 * MARGIN, Style::TEXT, &label.code);
    let widths =
        widths.iter().map(|width| u16::try_from(*width).map(f32::from).unwrap_or_default()).collect::<Vec<_>>();
    let module = ((WIDTH - 2.0 * MARGIN) / widths.iter().sum::<f32>().max(1.0)).min(MODULE_MAX);
    let mut left = MARGIN;
    for (place, width) in widths.into_iter().enumerate() {
        if place.is_multiple_of(2) {
            paper.bar(left, 52.0, width * module, 44.0);
        }
        left += width * module;
    }
    Ok(paper)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn label(code: &str) -> Label {
        let (title, name) = ("LOT-1".to_owned(), "Vopsea (roșie) țeavă".to_owned());
        Label { code: code.to_owned(), title, name, note: "2026-12-31".to_owned() }
    }

    #[test]
    fn a_label_is_a_page_for_each_copy() {
        let file = labels(&label("L:LOT-1"), 3).unwrap();
        assert!(String::from_utf8_lossy(&file).contains("/Count 3"));
        assert!(file.starts_with(b"%PDF-"));
    }

    #[test]
    fn bars_stay_on_the_page() {
        let widest = drawn(&label(&"W".repeat(48))).unwrap().rightmost();
        assert!(widest > WIDTH - MARGIN - 1.0 && widest <= WIDTH - MARGIN + 0.01, "{widest}");
        assert_eq!(labels(&label("Ț"), 1).unwrap_err().code(), &codes::VALUE_INVALID);
    }
}
