//! Bills of materials.

use crate::vocabulary;

vocabulary! {
    /// What a bill of materials stands for.
    pub enum BomType {
        /// Made by an order of its own.
        Manufacture = "manufacture",
        /// Never made or stocked: its lines take its place.
        Kit = "kit",
    }
}

vocabulary! {
    /// The life of one revision. A validated revision is immutable.
    pub enum BomState {
        /// Being edited.
        Draft = "draft",
        /// Approved; immutable.
        Validated = "validated",
        /// No longer used.
        Archived = "archived",
    }
}

vocabulary! {
    /// Who says how much of a component was consumed.
    pub enum ConsumptionMode {
        /// Posted with each production report, by the share of the bill of materials.
        Automatic = "automatic",
        /// Proposed by share; the operator confirms or edits.
        SemiAutomatic = "semi_automatic",
        /// The operator records each component.
        Manual = "manual",
    }
}
