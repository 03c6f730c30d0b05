//! Rows pasted from a spreadsheet as lines of a bill of materials: what each cell means, and what is wrong with it.
//!
//! Nothing is written here: what a check gives for a row is a line as an update of the draft takes it.

use mrp_domain::ids::BomId;
use mrp_domain::vocabulary;

use crate::access::{Access, Permission};
use crate::bom_imports::{BomImportField, BomImportProblemKind};
use crate::boms::BomLineInput;
use crate::endpoint::IdPath;

vocabulary! {
    /// What stands before the decimals of a number: the other sign groups thousands.
    pub enum DecimalMark {
        /// `1,234.5`
        Point = "point",
        /// `1.234,5`
        Comma = "comma",
    }
}

dto! {
    /// Rows to check.
    pub struct BomPasteInput {
        /// Rows as the clipboard has them, cells split by tabs or semicolons, with or without a header; or send `rows`.
        pub text: Option<String>,
        /// Rows whose cells are told apart already.
        #[serde(default)]
        pub rows: Vec<BomPasteCells>,
        /// How numbers are written.
        pub decimal_mark: DecimalMark,
        /// The rows take the place of the lines that are there.
        #[serde(default)]
        pub replaces: bool,
    }

    /// The cells of one row, as somebody typed them.
    pub struct BomPasteCells {
        /// The row in the text, from 1.
        pub row: u64,
        /// What is needed: a code, a barcode or an exact name.
        pub component: String,
        /// A name beside the code; looked at when nothing has that code.
        #[serde(default)]
        pub name: String,
        /// How much of it one run needs.
        pub quantity: String,
        /// The unit's short name or name; empty: the component's own.
        #[serde(default)]
        pub unit: String,
        /// The operation's sequence or name; empty: the last one.
        #[serde(default)]
        pub operation: String,
        /// What gets lost, in percent.
        #[serde(default)]
        pub loss: String,
        /// Whether it is needed once per order.
        #[serde(default)]
        pub fixed: String,
        /// What people should know.
        #[serde(default)]
        pub note: String,
    }

    /// What rows mean.
    pub struct BomPasteReport {
        /// Whether the first row of the text was read as a header.
        pub has_header: bool,
        /// Columns that nothing was read from: their headers, or their numbers from 1.
        pub left_out: Vec<String>,
        /// The rows, in their order.
        pub rows: Vec<BomPasteRow>,
    }

    /// What one row means.
    pub struct BomPasteRow {
        /// Its cells.
        pub cells: BomPasteCells,
        /// The code of the product that is meant.
        pub component_code: Option<String>,
        /// Its name.
        pub component_name: Option<String>,
        /// The line that it becomes; absent when a problem stops it.
        pub line: Option<BomLineInput>,
        /// What is wrong with its cells.
        pub problems: Vec<BomPasteProblem>,
    }

    /// What is wrong with a cell.
    pub struct BomPasteProblem {
        /// Which cell.
        pub field: BomImportField,
        /// What it is.
        pub code: BomImportProblemKind,
        /// In English.
        pub detail: String,
        /// The sentence of that detail, for other languages.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub detail_code: Option<String>,
        /// The facts in it.
        #[serde(default, skip_serializing_if = "serde_json::Map::is_empty")]
        pub params: serde_json::Map<String, serde_json::Value>,
        /// Whether the row cannot become a line; otherwise somebody should look.
        pub blocks: bool,
        /// The other row that it is about.
        pub other_row: Option<u64>,
        /// What the cell could say instead.
        pub choices: Vec<BomPasteChoice>,
    }

    /// What a cell could say.
    pub struct BomPasteChoice {
        /// The text for the cell.
        pub text: String,
        /// What it stands for.
        pub label: String,
    }
}
wire!(BomPasteInput, BomPasteReport);

endpoints! {
    /// Says what pasted rows mean as lines of a draft, and what is wrong with each cell; writes nothing.
    CheckBomPaste: Post "/boms/{id}/paste/check", Access::Needs(Permission::BomWrite),
        { path: IdPath<BomId>, body: BomPasteInput, reply: BomPasteReport };
}
