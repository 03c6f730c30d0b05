//! Work centers: what their bodies mean.

use mrp_api::detail::{self as say, Detail};
use mrp_api::work_centers::{
    CreateWorkCenter, DeleteWorkCenter, GetWorkCenter, ListWorkCenters, UpdateWorkCenter, WorkCenterInput,
    WorkCenterQuery, WorkCenterView,
};
use mrp_domain::ids::WorkCenterId;
use mrp_domain::text::{Code, Name};
use mrp_domain::work_center::{Efficiency, WorkCenterCapacity};
use mrp_store::list::Filters;
use mrp_store::tx::Tx;
use mrp_store::work_centers::{self as store, WorkCenterRow};
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::error::{ApiError, Faults};
use crate::fields::kept;
use crate::noun::{Noun, seconds};

five_endpoints! {
    WorkCenters of WorkCenterId: ListWorkCenters GetWorkCenter CreateWorkCenter UpdateWorkCenter DeleteWorkCenter
}

fields! {
    WorkCenters: WorkCenterRow, WorkCenterView, WorkCenterInput;
    edited {
        code: Code::new,
        name: Name::new,
        kind,
        capacity: kept(WorkCenterCapacity::try_from),
        efficiency_percent: kept(Efficiency::try_from),
        costs_hour: not_negative,
        labour_cost_hour: not_negative,
        work_schedule_id,
        setup_seconds: kept(seconds),
        cleanup_seconds: kept(seconds),
        oee_target_percent: percent,
        alternative_ids,
        description,
        active,
    }
    read { work_schedule_name: None, }
}

impl Noun for WorkCenters {
    const MOVES_CALENDARS: bool = true;
    const COST_SORTS: &'static [&'static str] = &["costs_hour"];
    const COST_FILTERS: &'static [&'static str] = &["without_rate"];
    type Query = WorkCenterQuery;
    one_record!(WorkCenterRow, WorkCenterView, WorkCenterInput);

    fn filters(query: &WorkCenterQuery) -> Filters {
        Filters::default()
            .with(query.active, "w.active = $")
            .when(query.without_rate == Some(true), "(w.active AND coalesce(w.costs_hour, 0) = 0)")
    }

    async fn save(tx: &mut Tx, id: Uuid, expected: Option<i64>, input: WorkCenterInput) -> Result<i64, ApiError> {
        let mut faults = Faults::default();
        let own = WorkCenterId::from_uuid(id);
        faults.require(!input.alternative_ids.contains(&own), "/alternative_ids", say::OWN_ALTERNATIVE);
        Ok(Self::fields(id, input, faults)?.values().save(tx, id, expected).await?)
    }
}

fn not_negative(cost: &Option<Decimal>) -> Result<Option<Decimal>, Detail> {
    if cost.is_none_or(|cost| !cost.is_sign_negative()) { Ok(*cost) } else { Err(say::NOT_NEGATIVE.into()) }
}

fn percent(target: &Option<Decimal>) -> Result<Option<Decimal>, Detail> {
    let is_percent = (Decimal::ZERO..=Decimal::ONE_HUNDRED).contains(&target.unwrap_or_default());
    if is_percent { Ok(*target) } else { Err(say::BETWEEN.with("least", 0).with("most", 100)) }
}
