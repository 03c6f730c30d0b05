//! Lots and serial numbers.

pub mod form;
pub mod list;
pub mod trace;

use mrp_api::lots::{GetLot, ListLots, LotView};
use mrp_domain::lot::Expiry;

use crate::i18n::text::lots as t;
use crate::ui::cell::Cell;
use crate::ui::picker::{Choice, Picker};
use crate::ui::state::Shape;

/// Chooses a lot.
#[must_use]
pub fn picker() -> Picker {
    let choice = |row: LotView| Choice::new(row.id, row.number, row.product_name);
    Picker::of::<ListLots, GetLot, _, _>(choice, choice)
}

/// What a standing towards the last day is called.
#[must_use]
pub fn expiry_name(expiry: Expiry) -> &'static str {
    match expiry {
        Expiry::Never => t::never(),
        Expiry::Fresh => t::fresh(),
        Expiry::Near => t::near(),
        Expiry::Expired => t::expired(),
    }
}

/// How it looks; none for what has no last day, or one far away.
#[must_use]
pub fn expiry_shape(expiry: Expiry) -> Option<Shape> {
    match expiry {
        Expiry::Never | Expiry::Fresh => None,
        Expiry::Near => Some(Shape::Waiting),
        Expiry::Expired => Some(Shape::Blocking),
    }
}

/// A cell that stands out only when somebody has to act.
#[must_use]
pub fn expiry_cell(expiry: Expiry) -> Cell {
    match expiry_shape(expiry) {
        Some(shape) => Cell::State(shape, expiry_name(expiry).to_owned()),
        None => Cell::Empty,
    }
}
