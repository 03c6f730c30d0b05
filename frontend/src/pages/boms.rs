//! Bills of materials: recipes, revision by revision.

pub mod by_products;
pub mod cell_edit;
pub mod checks;
pub mod detail;
pub mod editor;
pub mod form;
pub mod grid;
pub mod head;
pub mod list;
pub mod merge;
pub mod other_revisions;
pub mod paste;
pub mod paste_grid;
pub mod paste_rows;
pub mod totals;
pub mod tree;
pub mod variants;

use mrp_api::boms::{BomRow, BomView, GetBom, ListBoms};
use mrp_domain::bom::{BomState, BomType, ConsumptionMode};
use mrp_domain::ids::BomId;

use crate::format;
use crate::i18n::text::boms as t;
use crate::ui::picker::{Choice, Picker};
use crate::ui::state::Shape;

/// What a type is called.
#[must_use]
pub fn type_name(bom_type: BomType) -> &'static str {
    match bom_type {
        BomType::Manufacture => t::manufacture(),
        BomType::Kit => t::kit(),
    }
}

/// What a consumption mode is called.
#[must_use]
pub fn consumption_name(mode: ConsumptionMode) -> &'static str {
    match mode {
        ConsumptionMode::Automatic => t::automatic(),
        ConsumptionMode::SemiAutomatic => t::semi_automatic(),
        ConsumptionMode::Manual => t::manual(),
    }
}

/// A state's shape and word.
#[must_use]
pub fn state_shape(state: BomState) -> (Shape, &'static str) {
    match state {
        BomState::Draft => (Shape::None, t::draft()),
        BomState::Validated => (Shape::Ok, t::validated()),
        BomState::Archived => (Shape::Finished, t::archived()),
    }
}

/// When a revision may be used; nothing when that is always.
#[must_use]
pub fn days_label(from: Option<&str>, until: Option<&str>) -> Option<String> {
    let day = |text: Option<&str>| text.and_then(format::parse_iso_date).map(format::day);
    match (day(from), day(until)) {
        (Some(from), Some(until)) => Some(t::effective_between(&from, &until)),
        (Some(from), None) => Some(t::effective_after(&from)),
        (None, Some(until)) => Some(t::effective_before(&until)),
        (None, None) => None,
    }
}

/// `Rev 3`.
#[must_use]
pub fn revision_label(revision: u32) -> String {
    t::rev(&revision.to_string())
}

/// Chooses a recipe by its code and revision.
#[must_use]
pub fn picker() -> Picker {
    Picker::of::<ListBoms, GetBom, _, _>(
        |row: BomRow| choice(row.id, &row.code, &row.product_name, row.revision),
        |one: BomView| choice(one.id, &one.code, &one.product_name, one.revision),
    )
}

fn choice(id: BomId, code: &str, product: &str, revision: u32) -> Choice {
    Choice::new(id, format!("{code}, {product}"), revision_label(revision))
}
