//! Downtimes: what their bodies mean.

use mrp_api::detail as say;
use mrp_api::downtimes::{
    CreateDowntime, DeleteDowntime, DowntimeInput, DowntimeQuery, DowntimeView, GetDowntime, ListDowntimes,
    UpdateDowntime,
};
use mrp_api::error as codes;
use mrp_domain::downtime::{DowntimeFault, DowntimeSpan};
use mrp_domain::ids::{DowntimeId, LossReasonId, WorkCenterId};
use mrp_domain::loss_reason::{DowntimeClass, LossKind};
use mrp_domain::time::Instant;
use mrp_store::downtimes::{self as store, DowntimeRow};
use mrp_store::list::Filters;
use mrp_store::tx::Tx;
use uuid::Uuid;

use crate::error::{ApiError, Faults};
use crate::noun::Noun;
use crate::routes::loss_reasons::require_reason;
use crate::routes::suppliers::note;

five_endpoints! {
    Downtimes of DowntimeId: ListDowntimes GetDowntime CreateDowntime UpdateDowntime DeleteDowntime
}

fields! {
    Downtimes: DowntimeRow, DowntimeView, DowntimeInput;
    edited {
        work_center_id,
        loss_reason_id,
        started_at,
        finished_at,
        note: note,
    }
    read {
        work_center_name: String::new(),
        loss_reason_name: String::new(),
        downtime_class: String::new(),
    }
}

impl Noun for Downtimes {
    type Query = DowntimeQuery;
    one_record!(DowntimeRow, DowntimeView, DowntimeInput);

    fn filters(query: &DowntimeQuery) -> Filters {
        Filters::default()
            .with(query.work_center_id.map(WorkCenterId::uuid), "d.work_center_id = $")
            .with(query.loss_reason_id.map(LossReasonId::uuid), "d.loss_reason_id = $")
            .with(query.downtime_class.map(|class: DowntimeClass| class.to_string()), "l.downtime_class = $")
            .when(query.running == Some(true), "d.finished_at IS NULL")
            .when(query.running == Some(false), "d.finished_at IS NOT NULL")
            .with(query.since.map(Instant::datetime), "coalesce(d.finished_at, 'infinity') > $")
            .with(query.until.map(Instant::datetime), "d.started_at < $")
    }

    async fn save(tx: &mut Tx, id: Uuid, expected: Option<i64>, mut input: DowntimeInput) -> Result<i64, ApiError> {
        let mut faults = Faults::default();
        // A reason that was retired meanwhile stays where it was given.
        let given = match expected {
            Some(_) => Some(Self::load(tx.connection(), id).await?.loss_reason_id),
            None => None,
        };
        if given != Some(input.loss_reason_id) {
            require_reason(tx, LossKind::Downtime, (input.loss_reason_id, "/loss_reason_id"), &mut faults).await?;
        }
        match DowntimeSpan::new(input.started_at, input.finished_at, tx.now()) {
            Ok(span) => (input.started_at, input.finished_at) = (span.start, span.finish),
            Err(DowntimeFault::EndsBeforeStart { .. }) => {
                faults.add("/finished_at", &codes::VALUE_INVALID, say::DOWNTIME_REVERSED);
            }
            Err(DowntimeFault::StartsInFuture { .. }) => {
                faults.add("/started_at", &codes::VALUE_INVALID, say::DOWNTIME_IN_FUTURE);
            }
            Err(DowntimeFault::EndsInFuture { .. }) => {
                faults.add("/finished_at", &codes::VALUE_INVALID, say::DOWNTIME_IN_FUTURE);
            }
        }
        let row = Self::fields(id, input, faults)?;
        if let Some(other) = store::overlapping(tx, &row).await? {
            let detail = say::DOWNTIME_OVERLAPS
                .with("work_center", other.work_center_name)
                .with("reason", other.loss_reason_name);
            return Err(ApiError::new(&codes::DOWNTIME_OVERLAPS, detail));
        }
        Ok(row.values().save(tx, id, expected).await?)
    }
}
