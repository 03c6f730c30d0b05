//! Units of measure: what their bodies mean.

use mrp_api::page::NounQuery;
use mrp_api::units::{CreateUnit, DeleteUnit, GetUnit, ListUnits, UnitInput, UnitView, UpdateUnit};
use mrp_domain::ids::UnitId;
use mrp_domain::quantity::PositiveQuantity;
use mrp_domain::text::{Code, Name};
use mrp_store::list::Filters;
use mrp_store::tx::Tx;
use mrp_store::units::{self as store, UnitRow};
use uuid::Uuid;

use crate::error::{ApiError, Faults};
use crate::fields::kept;
use crate::noun::Noun;

five_endpoints!(Units of UnitId: ListUnits GetUnit CreateUnit UpdateUnit DeleteUnit);

fields! {
    Units: UnitRow, UnitView, UnitInput;
    edited {
        code: Code::new,
        name: Name::new,
        unit_category_id,
        ratio_numerator: above_zero,
        ratio_denominator: above_zero,
        rounding_step: kept(PositiveQuantity::new),
        active,
    }
    read { unit_category_name: String::new(), }
}

impl Noun for Units {
    type Query = NounQuery;
    one_record!(UnitRow, UnitView, UnitInput);

    fn filters(query: &NounQuery) -> Filters {
        Filters::default().with(query.active, "u.active = $")
    }

    async fn save(tx: &mut Tx, id: Uuid, expected: Option<i64>, input: UnitInput) -> Result<i64, ApiError> {
        let row = Self::fields(id, input, Faults::default())?;
        if expected.is_some() {
            let current = store::lock(tx, id).await?;
            if amounts_would_change(&current, &row) {
                store::refuse_in_use(tx, id).await?;
            }
        }
        Ok(row.values().save(tx, id, expected).await?)
    }
}

/// A negative denominator would turn a negative numerator into a positive ratio.
fn above_zero(part: &i64) -> Result<i64, &'static str> {
    if *part > 0 { Ok(*part) } else { Err("a ratio is made of numbers above 0") }
}

/// Whether amounts that are kept in this unit would mean something else.
fn amounts_would_change(current: &UnitRow, row: &UnitRow) -> bool {
    (current.unit_category_id, current.ratio_numerator, current.ratio_denominator, current.rounding_step)
        != (row.unit_category_id, row.ratio_numerator, row.ratio_denominator, row.rounding_step)
}
