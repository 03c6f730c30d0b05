//! Work centers: what their bodies mean.

use mrp_api::page::NounQuery;
use mrp_api::work_centers::{
    CreateWorkCenter, DeleteWorkCenter, GetWorkCenter, ListWorkCenters, UpdateWorkCenter, WorkCenterInput,
    WorkCenterView,
};
use mrp_domain::ids::{WorkCenterId, WorkScheduleId};
use mrp_domain::text::{Code, Name};
use mrp_domain::work_center::{Efficiency, WorkCenterCapacity};
use mrp_store::list::{Filters, ListSpec};
use mrp_store::sql::PgConnection;
use mrp_store::tx::Tx;
use mrp_store::work_centers::{self as store, WorkCenterRow};
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::error::{ApiError, Faults};
use crate::noun::{self, Noun, integer, seconds, word};

/// The noun.
#[derive(Debug)]
pub struct WorkCenters;

/// The five endpoints.
pub fn mount(config: &mut actix_web::web::ServiceConfig) {
    noun::mount::<
        WorkCenters,
        ListWorkCenters,
        GetWorkCenter,
        CreateWorkCenter,
        UpdateWorkCenter,
        DeleteWorkCenter,
        WorkCenterId,
    >(config);
}

impl Noun for WorkCenters {
    const TABLE: &'static str = "work_center";
    const LIST: ListSpec = store::LIST;
    const LIST_COLUMNS: &'static str = WorkCenterRow::COLUMNS;
    const MOVES_CALENDARS: bool = true;
    type Query = NounQuery;
    type ListRow = WorkCenterRow;
    type Row = WorkCenterView;
    type View = WorkCenterView;
    type Input = WorkCenterInput;

    fn filters(query: &NounQuery) -> Filters {
        Filters::default().with(query.active, "w.active = $")
    }

    fn row(row: WorkCenterRow) -> Result<WorkCenterView, ApiError> {
        Ok(WorkCenterView {
            id: WorkCenterId::from_uuid(row.id),
            code: row.code,
            name: row.name,
            kind: word(&row.kind)?,
            capacity: integer(row.capacity),
            efficiency_percent: row.efficiency_percent,
            costs_hour: row.costs_hour,
            labour_cost_hour: row.labour_cost_hour,
            work_schedule_id: row.work_schedule_id.map(WorkScheduleId::from_uuid),
            work_schedule_name: row.work_schedule_name,
            setup_seconds: integer(row.setup_seconds),
            cleanup_seconds: integer(row.cleanup_seconds),
            oee_target_percent: row.oee_target_percent,
            alternative_ids: row.alternative_ids.into_iter().map(WorkCenterId::from_uuid).collect(),
            description: row.description,
            active: row.active,
            version: row.version,
        })
    }

    async fn load(connection: &mut PgConnection, id: Uuid) -> Result<WorkCenterView, ApiError> {
        Self::row(mrp_store::table::find(connection, &store::LIST, WorkCenterRow::COLUMNS, id).await?)
    }

    fn input(view: WorkCenterView) -> WorkCenterInput {
        WorkCenterInput {
            code: view.code,
            name: view.name,
            kind: view.kind,
            capacity: view.capacity,
            efficiency_percent: view.efficiency_percent,
            costs_hour: view.costs_hour,
            labour_cost_hour: view.labour_cost_hour,
            work_schedule_id: view.work_schedule_id,
            setup_seconds: view.setup_seconds,
            cleanup_seconds: view.cleanup_seconds,
            oee_target_percent: view.oee_target_percent,
            alternative_ids: view.alternative_ids,
            description: view.description,
            active: view.active,
        }
    }

    async fn save(tx: &mut Tx, id: Uuid, expected: Option<i64>, input: WorkCenterInput) -> Result<i64, ApiError> {
        let mut faults = Faults::default();
        let code = faults.take("/code", Code::new(&input.code));
        let name = faults.take("/name", Name::new(&input.name));
        faults.take("/efficiency_percent", Efficiency::try_from(input.efficiency_percent));
        faults.take("/capacity", WorkCenterCapacity::try_from(input.capacity));
        for (pointer, cost) in [("/costs_hour", input.costs_hour), ("/labour_cost_hour", input.labour_cost_hour)] {
            faults.require(cost.is_none_or(|cost| !cost.is_sign_negative()), pointer, "a cost is not negative");
        }
        let target = input.oee_target_percent.unwrap_or_default();
        faults.require(
            (Decimal::ZERO..=Decimal::ONE_HUNDRED).contains(&target),
            "/oee_target_percent",
            "a target is between 0 and 100",
        );
        let own = WorkCenterId::from_uuid(id);
        faults.require(!input.alternative_ids.contains(&own), "/alternative_ids", "it cannot stand in for itself");
        let setup = faults.take("/setup_seconds", seconds(input.setup_seconds));
        let cleanup = faults.take("/cleanup_seconds", seconds(input.cleanup_seconds));
        faults.check()?;
        let row = WorkCenterRow {
            id,
            code: code.map(|code| code.to_string()).unwrap_or_default(),
            name: name.map(|name| name.to_string()).unwrap_or_default(),
            kind: input.kind.to_string(),
            capacity: i32::try_from(input.capacity).unwrap_or(i32::MAX),
            efficiency_percent: input.efficiency_percent,
            costs_hour: input.costs_hour,
            labour_cost_hour: input.labour_cost_hour,
            work_schedule_id: input.work_schedule_id.map(WorkScheduleId::uuid),
            work_schedule_name: None,
            setup_seconds: setup.unwrap_or_default(),
            cleanup_seconds: cleanup.unwrap_or_default(),
            oee_target_percent: input.oee_target_percent,
            alternative_ids: input.alternative_ids.into_iter().map(WorkCenterId::uuid).collect(),
            description: input.description,
            active: input.active,
            version: 0,
        };
        Ok(row.values().save(tx, id, expected).await?)
    }

    fn hide_costs(view: &mut WorkCenterView) {
        view.costs_hour = None;
        view.labour_cost_hour = None;
    }

    fn hide_row_costs(row: &mut WorkCenterView) {
        Self::hide_costs(row);
    }
}
