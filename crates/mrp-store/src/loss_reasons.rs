//! Reasons of scrap and downtime.

use crate::list::{ListSpec, Sort};

table! {
    /// A reason why something was lost.
    pub struct LossReasonRow of "loss_reason" as "l" {
        pub code: String,
        pub name: String,
        pub kind: String,
        pub downtime_class: Option<String>,
        pub active: bool,
    }
    reads {}
}

/// The list of reasons.
pub const LIST: ListSpec = ListSpec {
    from: "loss_reason l",
    count_from: "loss_reason l",
    id: "l.id",
    search: &["l.code", "l.name"],
    sorts: &[
        Sort { name: "code", sql: "l.code", cast: "text" },
        Sort { name: "name", sql: "l.name", cast: "text" },
        Sort { name: "kind", sql: "l.kind", cast: "text" },
    ],
};
