//! Papers as PDF: text and tables that go on over pages. What stands on which paper is said where it is asked for.

pub mod face;
pub mod words;

use krilla::Document;
use krilla::color::luma;
use krilla::geom::{Path, PathBuilder, Point, Rect};
use krilla::metadata::Metadata;
use krilla::page::PageSettings;
use krilla::paint::Fill;
use krilla::surface::Surface;
use krilla::text::TextDirection;
use mrp_api::error as codes;
use mrp_api::papers::PaperLanguage;

use crate::error::ApiError;
use crate::paper::face::{Face, Weight};

/// A4 in points.
const A4: (f32, f32) = (595.28, 841.89);
/// From a page's edge to what stands on it.
pub const MARGIN: f32 = 48.0;
/// What is left between the margins of A4.
pub const TEXT_WIDTH: f32 = A4.0 - 2.0 * MARGIN;
/// Where text of a page ends and its footer begins.
const LAST_LINE: f32 = A4.1 - 64.0;
/// Lines are this much apart, in sizes of their letters.
const LEADING: f32 = 1.4;

/// How dark something is: 0 is ink, 255 paper.
const INK: u8 = 0;
const MUTED: u8 = 105;
const RULE: u8 = 200;

/// How a text looks.
#[derive(Debug, Clone, Copy)]
pub struct Style {
    size: f32,
    weight: Weight,
    grey: u8,
}

impl Style {
    /// The paper's name.
    pub const TITLE: Self = Self { size: 17.0, weight: Weight::Bold, grey: INK };
    /// Whose paper it is.
    pub const HEAD: Self = Self { size: 12.0, weight: Weight::Bold, grey: INK };
    /// Text.
    pub const TEXT: Self = Self { size: 9.0, weight: Weight::Regular, grey: INK };
    /// What is looked for.
    pub const STRONG: Self = Self { size: 9.0, weight: Weight::Bold, grey: INK };
    /// What explains.
    pub const NOTE: Self = Self { size: 8.0, weight: Weight::Regular, grey: MUTED };

    const fn leading(self) -> f32 {
        self.size * LEADING
    }
}

/// On which side the lines of a column begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Words.
    Left,
    /// Numbers.
    Right,
}

/// A column of a table.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    /// Its heading.
    pub title: &'static str,
    /// In points.
    pub width: f32,
    /// Where its text begins.
    pub side: Side,
}

/// Something on a page, from its upper left corner in points.
#[derive(Debug, Clone)]
enum Mark {
    Text { left: f32, base: f32, style: Style, text: String },
    Box { left: f32, top: f32, width: f32, height: f32, grey: u8 },
}

/// A paper that is being written, from the top downwards.
#[derive(Debug)]
pub struct Paper {
    title: String,
    language: PaperLanguage,
    size: (f32, f32),
    pages: Vec<Vec<Mark>>,
    top: f32,
}

impl Paper {
    /// An empty page of A4.
    #[must_use]
    pub fn a4(title: String, language: PaperLanguage) -> Self {
        Self { title, language, size: A4, pages: vec![Vec::new()], top: MARGIN }
    }

    /// An empty page of another size, in points.
    #[must_use]
    pub fn sized(title: String, width: f32, height: f32) -> Self {
        Self { title, language: PaperLanguage::En, size: (width, height), pages: vec![Vec::new()], top: 0.0 }
    }

    /// How far down the paper is written.
    #[must_use]
    pub const fn top(&self) -> f32 {
        self.top
    }

    /// Goes on further down, or further up beside what stands there.
    pub const fn move_to(&mut self, top: f32) {
        self.top = top;
    }

    /// How far to the right anything is filled.
    #[cfg(test)]
    pub(crate) fn rightmost(&self) -> f32 {
        let right = |mark: &Mark| match mark {
            Mark::Box { left, width, .. } => left + width,
            Mark::Text { .. } => 0.0,
        };
        self.pages.iter().flatten().map(right).fold(0.0, f32::max)
    }

    /// Everything that is written, page by page.
    #[cfg(test)]
    pub(crate) fn texts(&self) -> Vec<Vec<&str>> {
        fn text(mark: &Mark) -> Option<&str> {
            match mark {
                Mark::Text { text, .. } => Some(text),
                Mark::Box { .. } => None,
            }
        }
        self.pages.iter().map(|page| page.iter().filter_map(text).collect()).collect()
    }

    /// A filled rectangle.
    pub fn bar(&mut self, left: f32, top: f32, width: f32, height: f32) {
        self.mark(Mark::Box { left, top, width, height, grey: INK });
    }

    /// As much of a text as one line holds, at a place of its own: `left` and its base line.
    pub fn line_at(&mut self, (left, base): (f32, f32), width: f32, style: Style, text: &str) {
        let text = wrapped(text, width, style).into_iter().next().unwrap_or_default();
        self.mark(Mark::Text { left, base, style, text });
    }

    /// A text in lines as wide as they may be, then goes on below it.
    pub fn write(&mut self, left: f32, width: f32, style: Style, side: Side, text: &str) {
        for line in wrapped(text, width, style) {
            self.need(style.leading());
            let base = self.top + style.size;
            let left = if side == Side::Left { left } else { left + width - width_of(&line, style) };
            self.mark(Mark::Text { left, base, style, text: line });
            self.top += style.leading();
        }
    }

    /// A thin line from margin to margin.
    pub fn rule(&mut self) {
        self.mark(Mark::Box { left: MARGIN, top: self.top, width: TEXT_WIDTH, height: 0.6, grey: RULE });
        self.top += 5.0;
    }

    /// A table; its headings stand on every page that it reaches, and no row is torn apart.
    pub fn table(&mut self, columns: &[Column], rows: &[Vec<String>]) {
        let titles = columns.iter().map(|column| column.title.to_owned()).collect::<Vec<_>>();
        self.need(3.0 * Style::TEXT.leading() + 20.0);
        self.row(columns, &titles, Style::NOTE);
        for row in rows {
            if self.top + height_of(columns, row) > LAST_LINE && self.top > MARGIN {
                self.new_page();
                self.row(columns, &titles, Style::NOTE);
            }
            self.row(columns, row, Style::TEXT);
        }
    }

    fn row(&mut self, columns: &[Column], cells: &[String], style: Style) {
        let (top, mut left, mut bottom) = (self.top, MARGIN, self.top);
        for (column, cell) in columns.iter().zip(cells) {
            self.top = top;
            self.write(left, column.width - GAP, style, column.side, cell);
            bottom = bottom.max(self.top);
            left += column.width;
        }
        self.top = bottom + 3.0;
        self.rule();
    }

    /// Goes on at the next page unless so much fits on this one.
    fn need(&mut self, height: f32) {
        if self.top + height > LAST_LINE && self.top > MARGIN && self.size == A4 {
            self.new_page();
        }
    }

    fn new_page(&mut self) {
        self.pages.push(Vec::new());
        self.top = MARGIN;
    }

    fn mark(&mut self, mark: Mark) {
        if let Some(page) = self.pages.last_mut() {
            page.push(mark);
        }
    }

    /// The same page so many times.
    pub fn copies(&mut self, copies: usize) {
        let page = self.pages.first().cloned().unwrap_or_default();
        self.pages = vec![page; copies];
    }

    /// Writes `footer` and the page's number at the foot of every page.
    pub fn footer(&mut self, footer: &str, page_of: impl Fn(usize, usize) -> String) {
        let (style, count) = (Style::NOTE, self.pages.len());
        for (place, page) in self.pages.iter_mut().enumerate() {
            let base = A4.1 - 36.0;
            let number = page_of(place + 1, count);
            let left = MARGIN + TEXT_WIDTH - width_of(&number, style);
            page.push(Mark::Text { left: MARGIN, base, style, text: footer.to_owned() });
            page.push(Mark::Text { left, base, style, text: number });
        }
    }

    /// The file.
    ///
    /// # Errors
    /// `internal`, when the typeface cannot be read.
    pub fn pdf(self) -> Result<Vec<u8>, ApiError> {
        let failed = |why: &str| {
            tracing::error!(why, "a PDF could not be written");
            ApiError::plain(&codes::INTERNAL)
        };
        let mut document = Document::new();
        document.set_metadata(Metadata::new().title(self.title).language(self.language.to_string()));
        for marks in self.pages {
            let settings = PageSettings::from_wh(self.size.0, self.size.1).ok_or_else(|| failed("its size"))?;
            let mut page = document.start_page_with(settings);
            let mut surface = page.surface();
            for mark in marks {
                draw(&mut surface, &mark).ok_or_else(|| failed("its typeface"))?;
            }
            surface.finish();
            page.finish();
        }
        document.finish().map_err(|error| failed(&format!("{error:?}")))
    }
}

/// What is left free between two columns.
const GAP: f32 = 8.0;

fn height_of(columns: &[Column], cells: &[String]) -> f32 {
    let lines = |(column, cell): (&Column, &String)| wrapped(cell, column.width - GAP, Style::TEXT).len();
    let most = columns.iter().zip(cells).map(lines).max().unwrap_or_default();
    std::iter::repeat_n(Style::TEXT.leading(), most).sum()
}

fn width_of(text: &str, style: Style) -> f32 {
    Face::of(style.weight).map_or(0.0, |face| face.width(text, style.size))
}

/// A text in lines of at most that width: broken between words, and within a word that is wider alone.
fn wrapped(text: &str, width: f32, style: Style) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in text.lines() {
        let mut line = String::new();
        for word in paragraph.split_whitespace() {
            let longer = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
            if width_of(&longer, style) <= width {
                line = longer;
                continue;
            }
            if !line.is_empty() {
                lines.push(std::mem::take(&mut line));
            }
            for letter in word.chars() {
                if !line.is_empty() && width_of(&format!("{line}{letter}"), style) > width {
                    lines.push(std::mem::take(&mut line));
                }
                line.push(letter);
            }
        }
        lines.push(line);
    }
    lines
}

fn draw(surface: &mut Surface<'_>, mark: &Mark) -> Option<()> {
    let fill = |grey: u8| Fill { paint: luma::Color::new(grey).into(), ..Fill::default() };
    match mark {
        Mark::Text { left, base, style, text } => {
            let face = Face::of(style.weight)?;
            let text = face.printable(text);
            surface.set_fill(Some(fill(style.grey)));
            let (start, font) = (Point::from_xy(*left, *base), face.font.clone());
            surface.draw_text(start, font, style.size, &text, false, TextDirection::LeftToRight);
        }
        Mark::Box { left, top, width, height, grey } => {
            surface.set_fill(Some(fill(*grey)));
            if let Some(path) = rectangle(*left, *top, *width, *height) {
                surface.draw_path(&path);
            }
        }
    }
    Some(())
}

fn rectangle(left: f32, top: f32, width: f32, height: f32) -> Option<Path> {
    let mut builder = PathBuilder::new();
    builder.push_rect(Rect::from_xywh(left, top, width, height)?);
    builder.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: [Column; 2] = [
        Column { title: "What", width: 120.0, side: Side::Left },
        Column { title: "How much", width: 80.0, side: Side::Right },
    ];

    #[test]
    fn no_line_is_wider_than_its_place_and_no_letter_gets_lost() {
        let text = "Țeavă pătrată 40×40×2 galvanizată\nM8×1,25-ISO4017-10.9-extrem-de-lung-fără-spații";
        let lines = wrapped(text, 90.0, Style::TEXT);
        assert!(lines.len() > 4, "{lines:?}");
        assert!(lines.iter().all(|line| width_of(line, Style::TEXT) <= 90.0), "{lines:?}");
        let letters = |text: &str| text.chars().filter(|letter| !letter.is_whitespace()).collect::<String>();
        assert_eq!(letters(&lines.concat()), letters(text));
    }

    #[test]
    fn a_long_table_goes_on_over_pages_with_its_headings() {
        let mut paper = Paper::a4("Rows".to_owned(), PaperLanguage::En);
        let rows = (0..100).map(|row| vec![format!("Row {row}"), row.to_string()]).collect::<Vec<_>>();
        paper.table(&COLUMNS, &rows);
        paper.footer("Foot", |page, of| format!("{page}/{of}"));
        assert!(paper.pages.len() > 1);
        for page in paper.texts() {
            assert_eq!(page.iter().filter(|text| **text == "How much").count(), 1);
        }
        let written = paper.texts().concat();
        assert!((0..100).all(|row| written.contains(&format!("Row {row}").as_str())));
        let lowest = paper.pages.iter().flatten().map(|mark| match mark {
            Mark::Text { base, .. } => *base,
            Mark::Box { top, height, .. } => top + height,
        });
        assert!(lowest.fold(0.0, f32::max) < A4.1 - 30.0);
        let file = paper.pdf().unwrap();
        assert!(file.starts_with(b"%PDF-") && file.trim_ascii_end().ends_with(b"%%EOF"));
    }
}
