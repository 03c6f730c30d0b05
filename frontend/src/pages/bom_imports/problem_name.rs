//! What each problem of a row is called.

use mrp_api::bom_imports::BomImportProblemKind as Kind;

use crate::i18n::text::bom_imports as t;

/// What a problem is called.
#[must_use]
pub fn name(kind: Kind) -> &'static str {
    match kind {
        Kind::QuantityMissing => t::kind_quantity_missing(),
        Kind::QuantityNotANumber => t::kind_quantity_not_a_number(),
        Kind::QuantityAmbiguous => t::kind_quantity_ambiguous(),
        Kind::QuantityNotPositive => t::kind_quantity_not_positive(),
        Kind::QuantityOutOfRange => t::kind_quantity_out_of_range(),
        Kind::DesignatorRange => t::kind_designator_range(),
        Kind::DesignatorRepeated => t::kind_designator_repeated(),
        Kind::DesignatorsDiffer => t::kind_designators_differ(),
        Kind::ComponentMissing => t::kind_component_missing(),
        Kind::ComponentUnusable => t::kind_component_unusable(),
        Kind::ComponentUnknown => t::kind_component_unknown(),
        Kind::ComponentAmbiguous => t::kind_component_ambiguous(),
        Kind::ComponentIsProduct => t::kind_component_is_product(),
        Kind::ComponentIsTemplate => t::kind_component_is_template(),
        Kind::ComponentInactive => t::kind_component_inactive(),
        Kind::ComponentRepeated => t::kind_component_repeated(),
        Kind::UnitUnknown => t::kind_unit_unknown(),
        Kind::UnitMissing => t::kind_unit_missing(),
        Kind::UnitCategoryDiffers => t::kind_unit_category_differs(),
        Kind::UnitInNote => t::kind_unit_in_note(),
        Kind::UnitMappingUnused => t::kind_unit_mapping_unused(),
        Kind::LossUnusable => t::kind_loss_unusable(),
        Kind::OperationUnusable => t::kind_operation_unusable(),
        Kind::OperationUnknown => t::kind_operation_unknown(),
        Kind::FixedUnusable => t::kind_fixed_unusable(),
        Kind::ComponentInLines => t::kind_component_in_lines(),
        Kind::TooManyCells => t::kind_too_many_cells(),
        Kind::TooManyLines => t::kind_too_many_lines(),
        Kind::NothingToImport => t::kind_nothing_to_import(),
    }
}
