//! Units of measure: what their bodies mean.

use mrp_api::error as codes;
use mrp_api::page::NounQuery;
use mrp_api::units::{CreateUnit, DeleteUnit, GetUnit, ListUnits, UnitInput, UnitView, UpdateUnit};
use mrp_domain::ids::{UnitCategoryId, UnitId};
use mrp_domain::quantity::{Exact, PositiveQuantity, Unit, UnitError};
use mrp_domain::text::Name;
use mrp_store::list::{Filters, ListSpec};
use mrp_store::sql::PgConnection;
use mrp_store::tx::Tx;
use mrp_store::units::{self as store, UnitRow};
use uuid::Uuid;

use crate::error::{ApiError, Faults};
use crate::noun::{self, Noun};

/// The noun.
#[derive(Debug)]
pub struct Units;

/// The five endpoints.
pub fn mount(config: &mut actix_web::web::ServiceConfig) {
    noun::mount::<Units, ListUnits, GetUnit, CreateUnit, UpdateUnit, DeleteUnit, UnitId>(config);
}

impl Noun for Units {
    const TABLE: &'static str = "unit";
    const LIST: ListSpec = store::LIST;
    const LIST_COLUMNS: &'static str = UnitRow::COLUMNS;
    type Query = NounQuery;
    type ListRow = UnitRow;
    type Row = UnitView;
    type View = UnitView;
    type Input = UnitInput;

    fn filters(query: &NounQuery) -> Filters {
        Filters::default().with(query.active, "u.active = $")
    }

    fn row(row: UnitRow) -> Result<UnitView, ApiError> {
        Ok(UnitView {
            id: UnitId::from_uuid(row.id),
            code: row.code,
            name: row.name,
            unit_category_id: UnitCategoryId::from_uuid(row.unit_category_id),
            unit_category_name: row.unit_category_name,
            ratio_numerator: row.ratio_numerator,
            ratio_denominator: row.ratio_denominator,
            rounding_step: row.rounding_step,
            active: row.active,
            version: row.version,
        })
    }

    async fn load(connection: &mut PgConnection, id: Uuid) -> Result<UnitView, ApiError> {
        Self::row(mrp_store::table::find(connection, &store::LIST, UnitRow::COLUMNS, id).await?)
    }

    fn input(view: UnitView) -> UnitInput {
        UnitInput {
            code: view.code,
            name: view.name,
            unit_category_id: view.unit_category_id,
            ratio_numerator: view.ratio_numerator,
            ratio_denominator: view.ratio_denominator,
            rounding_step: view.rounding_step,
            active: view.active,
        }
    }

    async fn save(tx: &mut Tx, id: Uuid, expected: Option<i64>, input: UnitInput) -> Result<i64, ApiError> {
        let row = parse(id, input)?;
        if expected.is_some() {
            let current = store::lock(tx, id).await?;
            if amounts_would_change(&current, &row) {
                store::refuse_in_use(tx, id).await?;
            }
        }
        Ok(row.values().save(tx, id, expected).await?)
    }
}

fn parse(id: Uuid, input: UnitInput) -> Result<UnitRow, ApiError> {
    let mut faults = Faults::default();
    let name = faults.take("/name", Name::new(&input.name));
    // A negative denominator would turn a negative numerator into a positive ratio.
    faults.require(input.ratio_numerator > 0, "/ratio_numerator", "a ratio is made of numbers above 0");
    faults.require(input.ratio_denominator > 0, "/ratio_denominator", "a ratio is made of numbers above 0");
    faults.take("/rounding_step", PositiveQuantity::new(input.rounding_step));
    let ratio = Exact::ratio(input.ratio_numerator, input.ratio_denominator).unwrap_or(Exact::ONE);
    let unit = Unit::new(UnitId::from_uuid(id), input.unit_category_id, &input.code, ratio, input.rounding_step);
    let code = match unit {
        Ok(unit) => unit.code().to_string(),
        Err(UnitError::Code(error)) => {
            faults.add("/code", &codes::VALUE_INVALID, error);
            String::new()
        }
        // Ratio and step stand in the list already, each with its own place.
        Err(
            UnitError::RatioNotPositive { .. }
            | UnitError::StepNotPositive { .. }
            | UnitError::DifferentCategory { .. }
            | UnitError::Quantity(_),
        ) => String::new(),
    };
    faults.check()?;
    Ok(UnitRow {
        id,
        code,
        name: name.map(String::from).unwrap_or_default(),
        unit_category_id: input.unit_category_id.uuid(),
        unit_category_name: String::new(),
        ratio_numerator: input.ratio_numerator,
        ratio_denominator: input.ratio_denominator,
        rounding_step: input.rounding_step,
        active: input.active,
        version: 0,
    })
}

/// Whether amounts that are kept in this unit would mean something else.
fn amounts_would_change(current: &UnitRow, row: &UnitRow) -> bool {
    (current.unit_category_id, current.ratio_numerator, current.ratio_denominator, current.rounding_step)
        != (row.unit_category_id, row.ratio_numerator, row.ratio_denominator, row.rounding_step)
}
