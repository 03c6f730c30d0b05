//! One component replaced by another in many bills of materials: a preview, and the command with a result for each.
//!
//! A draft changes in place, a validated revision gets a draft with the replacement, archived ones stay as they are.

use mrp_domain::bom::BomState;
use mrp_domain::ids::{BomId, ProductId};
use mrp_domain::vocabulary;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::access::{Access, Permission};
use crate::error::Problem;

/// Most bills of materials of one replacement.
pub const REPLACEMENT_BOMS_MAX: usize = 2_000;

vocabulary! {
    /// What a replacement does to a bill of materials.
    pub enum ReplacementAction {
        /// The draft itself changes.
        ChangeDraft = "change_draft",
        /// The validated revision gets a draft revision that has the replacement.
        ReviseValidated = "revise_validated",
    }
}

/// What would be replaced by what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ReplacementPreviewQuery {
    /// The component that goes.
    pub from_id: ProductId,
    /// The one that takes its place: active, kept in a unit of the same category.
    pub to_id: ProductId,
    /// So much of the new one for one of the old; above 0; absent: 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub factor: Option<Decimal>,
}

dto! {
    /// What a replacement would do.
    pub struct ReplacementPreview {
        /// Every bill of materials that it concerns, those that can be changed first.
        pub boms: Vec<ReplacementPreviewRow>,
        /// Whether there are more than are listed, at most 2 000.
        pub is_cut: bool,
    }

    /// What it would do to one bill of materials.
    pub struct ReplacementPreviewRow {
        /// The bill of materials.
        pub bom_id: BomId,
        /// Its code.
        pub code: String,
        /// Its revision.
        pub revision: u32,
        /// Its state.
        pub state: BomState,
        /// What it makes.
        pub product_id: ProductId,
        /// That product's name.
        pub product_name: String,
        /// Send it with the command: a bill of materials that has changed since is refused.
        pub version: i64,
        /// Whether the draft changes or a new one is made.
        pub action: ReplacementAction,
        /// The lines that would be replaced.
        pub lines: Vec<ReplacementPreviewLine>,
        /// Whether the new component is on another line already.
        pub has_it_already: bool,
        /// Why it would be refused.
        pub problem: Option<Problem>,
    }

    /// One line that would be replaced.
    pub struct ReplacementPreviewLine {
        /// How much of the old component it needs.
        pub old_quantity: Decimal,
        /// How much of the new component it would need.
        pub new_quantity: Decimal,
        /// The unit of both.
        pub unit_code: String,
        /// The operation that consumes it.
        pub operation_sequence: Option<u32>,
        /// Whether that would be added to a line that the new component has already: same operation, unit, loss and
        /// fixedness.
        pub is_merged: bool,
    }

    /// What to replace, and where.
    pub struct ReplaceComponentInput {
        /// The component that goes.
        pub from_id: ProductId,
        /// The one that takes its place: active, kept in a unit of the same category.
        pub to_id: ProductId,
        /// So much of the new one for one of the old; above 0; absent: 1.
        pub factor: Option<Decimal>,
        /// Why; it is kept in the history of each bill of materials.
        pub reason: String,
        /// The bills of materials, each with the version that was previewed.
        pub boms: Vec<ReplacementItem>,
    }

    /// One of them.
    pub struct ReplacementItem {
        /// The bill of materials.
        pub id: BomId,
        /// Its version.
        pub version: i64,
    }

    /// What became of each.
    pub struct ReplacementReply {
        /// In the order they were given.
        pub results: Vec<ReplacementResult>,
    }

    /// What became of one.
    pub struct ReplacementResult {
        /// The bill of materials that was given.
        pub id: BomId,
        /// Whether it was carried out.
        pub done: bool,
        /// The draft that has the replacement: the one given, or the new revision of it.
        pub draft_id: Option<BomId>,
        /// That draft's revision.
        pub draft_revision: Option<u32>,
        /// That draft's version.
        pub version: Option<i64>,
        /// Why not.
        pub problem: Option<Problem>,
    }
}
wire!(ReplacementPreviewQuery, ReplacementPreview, ReplaceComponentInput, ReplacementReply);

endpoints! {
    /// Tells what replacing a component would do to each bill of materials that needs it; writes nothing.
    PreviewReplacement: Get "/boms/bulk/replace-component", Access::Needs(Permission::BomWrite),
        { query: ReplacementPreviewQuery, reply: ReplacementPreview };
    /// Replaces a component in many bills of materials; each row succeeds or fails on its own.
    ReplaceComponent: Post "/boms/bulk/replace-component", Access::Needs(Permission::BomWrite),
        { body: ReplaceComponentInput, reply: ReplacementReply };
}
