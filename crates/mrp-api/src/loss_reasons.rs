//! Loss reasons: why pieces are scrapped, and why work centers stand.

use mrp_domain::ids::LossReasonId;
use mrp_domain::loss_reason::{DowntimeClass, LossKind};

use crate::access::Permission;

noun! {
    /// A reason why something was lost.
    pub struct LossReasonView of LossReasonId, edited as LossReasonInput {
        /// Its code, unique.
        pub code: String,
        /// Its name.
        pub name: String,
        /// What is lost; stays while anything was lost for it.
        pub kind: LossKind,
        /// What a downtime takes away from; of downtime only.
        #[serde(default)]
        pub downtime_class: Option<DowntimeClass>,
        /// Whether it can be chosen.
        pub active: bool,
    }
}

list_query! {
    /// A list of loss reasons.
    pub struct LossReasonQuery {
        /// Only active (`true`) or only inactive (`false`) ones.
        pub active: Option<bool>,
        /// Only of this kind.
        pub kind: Option<LossKind>,
    }
}

// Whoever may see orders may see why pieces of them were scrapped.
noun_endpoints! {
    "loss reason" at "/loss-reasons", id: LossReasonId,
    read: Permission::OrderRead, write: Permission::WorkCenterWrite,
    query: LossReasonQuery, row: LossReasonView, view: LossReasonView, input: LossReasonInput,
    names: ListLossReasons GetLossReason CreateLossReason UpdateLossReason DeleteLossReason;
}
