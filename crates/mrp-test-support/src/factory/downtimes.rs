//! Downtimes.

use mrp_api::downtimes::{CreateDowntime, DowntimeInput, DowntimeView};
use mrp_api::loss_reasons::{CreateLossReason, LossReasonInput};
use mrp_domain::loss_reason::{DowntimeClass, LossKind};
use mrp_domain::time::Seconds;

use crate::factory::Factory;

impl Factory {
    /// The fields of a downtime that began an hour ago and goes on.
    pub async fn downtime_input(&self) -> DowntimeInput {
        let reason = LossReasonInput {
            kind: LossKind::Downtime,
            downtime_class: Some(DowntimeClass::Unplanned),
            ..self.loss_reason_input()
        };
        DowntimeInput {
            work_center_id: self.work_center().await.id,
            loss_reason_id: self.client.post::<CreateLossReason>(&reason).await.ok().id,
            started_at: self.now.minus(Seconds::from_hours(1)),
            finished_at: None,
            note: String::new(),
        }
    }

    /// A downtime that goes on.
    pub async fn downtime(&self) -> DowntimeView {
        self.client.post::<CreateDowntime>(&self.downtime_input().await).await.ok()
    }
}
