//! What is counted in a unit: as long as there is any of it, the unit's meaning stays.

use mrp_domain::ids::UnitId;

use crate::access::{Access, Permission};
use crate::endpoint::IdPath;

dto! {
    /// What is counted in a unit.
    pub struct UnitUsesView {
        /// Each kind of record with at least one that is; none: category, ratio and step of the unit may change.
        pub uses: Vec<UnitUse>,
    }

    /// Records of one kind that are counted in a unit.
    pub struct UnitUse {
        /// The kind, as the database calls it, e.g. `product` or `bom_line`.
        pub kind: String,
        /// How many, at most [`USES_COUNTED_MAX`].
        pub count: u64,
    }
}
wire!(UnitUsesView);

/// Most records of a kind that are counted; there can be more.
pub const USES_COUNTED_MAX: u64 = 1_000;

endpoints! {
    /// Tells what is counted in a unit.
    GetUnitUses: Get "/units/{id}/uses", Access::Needs(Permission::MasterDataRead),
        { path: IdPath<UnitId>, reply: UnitUsesView };
}
