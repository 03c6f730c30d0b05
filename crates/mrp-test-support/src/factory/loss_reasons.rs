//! Reasons of scrap.

use mrp_api::loss_reasons::{CreateLossReason, LossReasonInput, LossReasonView};
use mrp_domain::loss_reason::LossKind;

use crate::factory::Factory;

impl Factory {
    /// The fields of a reason of scrap.
    #[must_use]
    pub fn loss_reason_input(&self) -> LossReasonInput {
        LossReasonInput {
            code: self.code("LOSS"),
            name: "Scratched".to_owned(),
            kind: LossKind::Scrap,
            downtime_class: None,
            active: true,
        }
    }

    /// A reason of scrap.
    pub async fn loss_reason(&self) -> LossReasonView {
        self.client.post::<CreateLossReason>(&self.loss_reason_input()).await.ok()
    }
}
