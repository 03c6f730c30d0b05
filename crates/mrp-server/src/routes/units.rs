//! Units of measure: what their bodies mean.

use mrp_api::detail::{self as say, Detail};
use mrp_api::error as codes;
use mrp_api::page::NounQuery;
use mrp_api::units::{CreateUnit, DeleteUnit, GetUnit, ListUnits, UnitInput, UnitView, UpdateUnit};
use mrp_domain::ids::UnitId;
use mrp_domain::quantity::PositiveQuantity;
use mrp_domain::text::{Code, Name};
use mrp_store::error::StoreError;
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
            let changed = meaning_changed(&current, &row);
            if !changed.is_empty() {
                store::refuse_in_use(tx, id).await.map_err(|error| in_use(error, &changed))?;
            }
        }
        Ok(row.values().save(tx, id, expected).await?)
    }
}

/// A negative denominator would turn a negative numerator into a positive ratio.
fn above_zero(part: &i64) -> Result<i64, Detail> {
    if *part > 0 { Ok(*part) } else { Err(say::NOT_POSITIVE.into()) }
}

/// The changed fields with which amounts that are kept in this unit would mean something else.
fn meaning_changed(current: &UnitRow, row: &UnitRow) -> Vec<&'static str> {
    let fields = [
        ("/unit_category_id", current.unit_category_id != row.unit_category_id),
        ("/ratio_numerator", current.ratio_numerator != row.ratio_numerator),
        ("/ratio_denominator", current.ratio_denominator != row.ratio_denominator),
        ("/rounding_step", current.rounding_step != row.rounding_step),
    ];
    fields.into_iter().filter(|(_, has_changed)| *has_changed).map(|(pointer, _)| pointer).collect()
}

/// Being used forbids to change these fields, and nothing else.
fn in_use(error: StoreError, changed: &[&'static str]) -> ApiError {
    let StoreError::InUse { constraint } = error else { return error.into() };
    let by = constraint.trim_end_matches("_fkey").to_owned();
    let detail = say::for_callers(format!("{by} refers to it"));
    let refused = ApiError::new(&codes::UNIT_IN_USE, detail.clone()).with("by", by);
    changed.iter().fold(refused, |refused, pointer| refused.field(*pointer, &codes::UNIT_IN_USE, detail.clone()))
}
