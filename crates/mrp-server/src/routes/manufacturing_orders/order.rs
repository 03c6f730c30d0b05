//! One order in memory: its row, its components, its own copy of the operations, its work orders; and the facts that
//! the domain decides on.

use futures_util::future::try_join;
use mrp_api::access::Permission;
use mrp_api::detail::{self as say, Detail};
use mrp_api::endpoint::Endpoint;
use mrp_api::error as codes;
use mrp_domain::bom::{BomState, ConsumptionMode, EffectiveDays};
use mrp_domain::ids::MaterialLineId;
use mrp_domain::manufacturing_order::availability::{LineSupply, order_availability};
use mrp_domain::manufacturing_order::consumption::{ConsumptionLine, unrecorded_lines};
use mrp_domain::manufacturing_order::transitions::{OrderFacts, mandatory_missing};
use mrp_domain::manufacturing_order::{ManufacturingOrderState, MaterialAvailability, ReservationRule, refusal};
use mrp_domain::product::Tracking;
use mrp_domain::quantity::PositiveQuantity;
use mrp_domain::routing::{Operation, Routing};
use mrp_domain::shop_calendar::day_in;
use mrp_domain::time::Instant;
use mrp_store::error::StoreError;
use mrp_store::manufacturing_orders::{self as store, OrderRow};
use mrp_store::material_lines::{self, MaterialLineRow};
use mrp_store::settings::{self, SettingRow};
use mrp_store::sql::PgConnection;
use mrp_store::tx::Tx;
use mrp_store::work_orders::{self, WorkOrderState as WorkOrderStateRow};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::error::ApiError;
use crate::granted::Granted;
use crate::noun::word;

/// An operation as the order froze it: with the rates, the efficiency and the planned time of that day.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FrozenOperation {
    /// What is done.
    pub operation: Operation,
    /// The work center's name.
    pub work_center_name: String,
    /// Its efficiency in percent.
    pub efficiency_percent: Decimal,
    /// Machine cost per hour.
    pub costs_hour: Option<Decimal>,
    /// Planned labour cost of one person per hour.
    pub labour_cost_hour: Option<Decimal>,
    /// How long it takes for the ordered quantity.
    pub planned_seconds: u64,
}

/// An order.
#[derive(Debug, Clone)]
pub struct Order {
    /// The row.
    pub row: OrderRow,
    /// Its state.
    pub state: ManufacturingOrderState,
    /// Its components.
    pub lines: Vec<MaterialLineRow>,
    /// Its operations.
    pub operations: Vec<FrozenOperation>,
}

/// What the caller may do, as far as orders ask.
#[derive(Debug, Clone, Copy)]
pub struct Rights {
    /// Confirm on a draft bill of materials.
    pub use_unvalidated_bom: bool,
    /// Plan although material is short.
    pub plan_with_shortage: bool,
    /// See costs.
    pub cost: bool,
    /// See what is bought.
    pub purchases: bool,
}

impl Rights {
    /// Of the caller of this request.
    pub fn of<E: Endpoint>(granted: &Granted<E>) -> Self {
        Self {
            use_unvalidated_bom: granted.may(Permission::BomUseUnvalidated),
            plan_with_shortage: granted.may(Permission::OrderPlanWithShortage),
            cost: granted.may(Permission::CostRead),
            purchases: granted.may(Permission::PurchaseRead),
        }
    }
}

impl Order {
    /// Reads an order.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn read(connection: &mut PgConnection, id: Uuid) -> Result<Self, ApiError> {
        let row = store::find(connection, id).await?;
        Self::with_lines(connection, row).await
    }

    /// Locks an order that the caller has read at that version.
    ///
    /// # Errors
    /// `not_found`, `version_stale`.
    pub async fn lock(tx: &mut Tx, id: Uuid, expected: i64) -> Result<Self, ApiError> {
        let row = store::lock_expected(tx, id, expected).await?;
        Self::with_lines(tx.connection(), row).await
    }

    /// The same with the company's settings.
    ///
    /// # Errors
    /// `not_found`, `version_stale`.
    pub async fn lock_with_setting(tx: &mut Tx, id: Uuid, expected: i64) -> Result<(Self, SettingRow), ApiError> {
        let row = store::lock_expected(tx, id, expected).await?;
        let connection = &*tx.connection();
        let (lines, settings) = try_join(
            material_lines::asking(id, row.components_location_id).rows_beside(connection),
            settings::asking().rows_beside(connection),
        )
        .await
        .map_err(StoreError::from)?;
        let setting = settings.into_iter().next().ok_or(StoreError::NotFound)?;
        Ok((Self::of(row, lines)?, setting))
    }

    /// Locks an order, whatever its version.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn lock_any(tx: &mut Tx, id: Uuid) -> Result<Self, ApiError> {
        let row = store::lock(tx, id).await?;
        Self::with_lines(tx.connection(), row).await
    }

    /// A draft has no components yet.
    async fn with_lines(connection: &mut PgConnection, row: OrderRow) -> Result<Self, ApiError> {
        let lines = if row.state == ManufacturingOrderState::Draft.as_str() {
            Vec::new()
        } else {
            material_lines::of_order(connection, row.id, row.components_location_id).await?
        };
        Self::of(row, lines)
    }

    /// An order of what was read.
    ///
    /// # Errors
    /// `internal` for a corrupt row.
    pub fn of(row: OrderRow, lines: Vec<MaterialLineRow>) -> Result<Self, ApiError> {
        let operations = match &row.operations {
            Some(value) => Vec::<FrozenOperation>::deserialize(value)
                .map_err(|error| ApiError::from(StoreError::Corrupt(error.to_string())))?,
            None => Vec::new(),
        };
        Ok(Self { state: word(&row.state)?, row, lines, operations })
    }

    /// Refuses what only an order does that is confirmed and not closed.
    ///
    /// # Errors
    /// `state_forbids`.
    pub fn refuse_unless_active(&self) -> Result<(), ApiError> {
        match self.state {
            ManufacturingOrderState::Confirmed
            | ManufacturingOrderState::Planned
            | ManufacturingOrderState::InProgress => Ok(()),
            state @ (ManufacturingOrderState::Draft
            | ManufacturingOrderState::Done
            | ManufacturingOrderState::Cancelled) => {
                let detail = say::ASKS_FOR_NO_MATERIAL.with("state", state.as_str());
                Err(ApiError::new(&codes::STATE_FORBIDS, detail))
            }
        }
    }

    /// The ordered quantity.
    ///
    /// # Errors
    /// `internal`: the database keeps it positive.
    pub fn quantity(&self) -> Result<PositiveQuantity, ApiError> {
        PositiveQuantity::new(self.row.quantity).map_err(|error| StoreError::Corrupt(error.to_string()).into())
    }

    /// The order's own routing.
    ///
    /// # Errors
    /// `internal`: it was checked when it was frozen.
    pub fn routing(&self) -> Result<Routing, ApiError> {
        Routing::new(self.operations.iter().map(|frozen| frozen.operation.clone()).collect())
            .map_err(|faults| StoreError::Corrupt(format!("{faults:?}")).into())
    }

    /// Who says how much was consumed.
    ///
    /// # Errors
    /// `internal` for a corrupt row.
    pub fn consumption_mode(&self) -> Result<ConsumptionMode, ApiError> {
        word(&self.row.consumption_mode)
    }

    /// The facts that commands are decided on.
    ///
    /// # Errors
    /// `internal` for a corrupt row.
    pub fn facts(
        &self,
        work_orders: &[WorkOrderStateRow],
        setting: &SettingRow,
        rights: Rights,
        now: Instant,
    ) -> Result<OrderFacts, ApiError> {
        let row = &self.row;
        let rule: ReservationRule = word(&setting.reservation_rule)?;
        let days = u32::try_from(setting.reserve_days_before).unwrap_or_default();
        let start = row.planned_start.map_or(now, Instant::from_datetime);
        let count = |is: &dyn Fn(&str) -> bool| {
            u32::try_from(work_orders.iter().filter(|order| is(&order.state)).count()).unwrap_or(u32::MAX)
        };
        let corrupt = |error: &dyn std::fmt::Display| ApiError::from(StoreError::Corrupt(error.to_string()));
        let unrecorded = unrecorded_lines(&self.consumption_lines()?).len();
        Ok(OrderFacts {
            state: self.state,
            availability: word(&row.availability)?,
            mandatory_missing: mandatory_missing(|field| match field {
                "bom_id" => row.bom_id.is_some(),
                "routing_id" => row.routing_id.is_some(),
                "date_deadline" => row.date_deadline.is_some(),
                "planned_start" => row.planned_start.is_some(),
                "components_warehouse_id" => row.components_warehouse_id.is_some(),
                "finished_products_warehouse_id" => row.finished_products_warehouse_id.is_some(),
                _ => true,
            }),
            bom_state: row.bom_state.as_deref().map(word).transpose()?.unwrap_or(BomState::Draft),
            bom_days: EffectiveDays::new(row.bom_from, row.bom_until).map_err(|error| corrupt(&error))?,
            begins_on: day_in(&setting.zone, start).map_err(|error| corrupt(&error))?,
            may_use_unvalidated_bom: rights.use_unvalidated_bom,
            may_plan_with_shortage: rights.plan_with_shortage,
            may_reverse: false,
            reserve_at_confirm: rule.reserves_at(days, start, now),
            has_open_needs: self.lines.iter().any(|line| open_need(line) > Decimal::ZERO),
            has_reservations: self.lines.iter().any(|line| line.qty_reserved > Decimal::ZERO),
            ordered: row.quantity,
            produced: row.qty_done,
            consumed_or_produced: row.qty_done > Decimal::ZERO
                || row.qty_scrapped > Decimal::ZERO
                || self.lines.iter().any(|line| line.qty_done > Decimal::ZERO),
            over_production_tolerance_percent: setting.over_production_percent,
            unfinished_work_orders: count(&|state| state != "finished" && state != "cancelled"),
            running_work_orders: count(&|state| state == "in_progress"),
            unrecorded_manual_lines: u32::try_from(unrecorded).unwrap_or(u32::MAX),
            unrecorded_lines_accepted: false,
        })
    }

    /// The components as consumption sees them.
    ///
    /// # Errors
    /// `internal` for a corrupt row.
    pub fn consumption_lines(&self) -> Result<Vec<ConsumptionLine>, ApiError> {
        let mode = self.consumption_mode()?;
        Ok(self
            .lines
            .iter()
            .map(|line| ConsumptionLine {
                line: MaterialLineId::from_uuid(line.id),
                mode,
                operation_sequence: line.operation_sequence.and_then(|sequence| u32::try_from(sequence).ok()),
                needed: line.qty_needed,
                consumed: line.qty_done,
                fixed_per_order: line.is_fixed,
                rounding_step: line.unit_step,
            })
            .collect())
    }

    /// Whether the material is there, from the components as they are in memory.
    ///
    /// # Errors
    /// `internal` for a corrupt row.
    pub fn availability(&self) -> Result<MaterialAvailability, ApiError> {
        Ok(order_availability(&self.lines.iter().map(supply).collect::<Result<Vec<_>, _>>()?))
    }
}

/// What a component still needs beyond what it has.
#[must_use]
pub fn open_need(line: &MaterialLineRow) -> Decimal {
    if line.product_type == "storable" {
        (line.qty_needed - line.qty_done - line.qty_reserved).max(Decimal::ZERO)
    } else {
        Decimal::ZERO
    }
}

/// Whether its lots or pieces are told apart.
#[must_use]
pub fn is_tracked(line: &MaterialLineRow) -> bool {
    line.tracking != Tracking::None.as_str()
}

/// A component as availability sees it.
///
/// # Errors
/// `internal` for a corrupt row.
pub fn supply(line: &MaterialLineRow) -> Result<LineSupply, ApiError> {
    Ok(LineSupply {
        product_type: word(&line.product_type)?,
        needed: line.qty_needed,
        consumed: line.qty_done,
        reserved: line.qty_reserved,
        free: line.free,
        expected: Decimal::ZERO,
        expected_at: None,
    })
}

/// A refused command as the wire says it.
#[must_use]
pub fn refused(refusal: &refusal::Refusal) -> ApiError {
    coded(refusal.code(), refusal)
}

/// A domain code with its sentence.
#[must_use]
pub fn coded(code: &str, detail: impl Into<Detail>) -> ApiError {
    let found = codes::ALL.iter().find(|known| known.code == code).unwrap_or(&codes::STATE_FORBIDS);
    ApiError::new(found, detail)
}

/// Locks an order's work orders when its state can have any.
///
/// # Errors
/// When Postgres fails.
pub async fn lock_work_orders(tx: &mut Tx, order: &Order) -> Result<Vec<WorkOrderStateRow>, ApiError> {
    match order.state {
        ManufacturingOrderState::Draft | ManufacturingOrderState::Confirmed => Ok(Vec::new()),
        ManufacturingOrderState::Planned
        | ManufacturingOrderState::InProgress
        | ManufacturingOrderState::Done
        | ManufacturingOrderState::Cancelled => Ok(work_orders::lock_of_order(tx, order.row.id).await?),
    }
}
