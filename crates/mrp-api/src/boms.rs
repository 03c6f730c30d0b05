//! Bills of materials and their revisions.

use mrp_domain::bom::merge::UnmergedReason;
use mrp_domain::bom::{BomState, BomType, ConsumptionMode};
use mrp_domain::ids::{AttributeValueId, BomId, BomLineId, ProductId, RoutingId, UnitId};
use mrp_domain::time::Instant;
use rust_decimal::Decimal;

use crate::access::{Access, Permission};
use crate::attributes::AttributeChoiceView;
use crate::endpoint::IdPath;

dto! {
    /// One component of a bill of materials.
    pub struct BomLineView {
        /// Its id.
        pub id: BomLineId,
        /// The component.
        pub component_id: ProductId,
        /// The component's code.
        pub component_code: String,
        /// The component's name.
        pub component_name: String,
        /// How much of it one run needs.
        pub quantity: Decimal,
        /// The unit of that quantity.
        pub unit_id: UnitId,
        /// That unit's short name.
        pub unit_code: String,
        /// The operation that consumes it; absent: the last one.
        pub operation_sequence: Option<u32>,
        /// What gets lost, in percent of the need.
        pub loss_percent: Decimal,
        /// Needed once per order, whatever its quantity.
        pub is_fixed: bool,
        /// What people should know of it.
        pub note: String,
        /// What may take its place in the same amount, the best first.
        pub substitutes: Vec<SubstituteView>,
        /// The variants that it belongs to, by values of their template; none: all of them.
        pub applies_to: Vec<AttributeChoiceView>,
    }

    /// A product that may take a component's place.
    pub struct SubstituteView {
        /// The product.
        pub product_id: ProductId,
        /// Its code.
        pub code: String,
        /// Its name.
        pub name: String,
    }

    /// The editable fields of a line.
    pub struct BomLineInput {
        /// The component.
        pub component_id: ProductId,
        /// How much of it one run needs; above 0.
        pub quantity: Decimal,
        /// The unit of that quantity; absent: the component's own.
        pub unit_id: Option<UnitId>,
        /// The operation that consumes it; absent: the last one.
        pub operation_sequence: Option<u32>,
        /// What gets lost, 0 to below 100 percent of the need.
        #[serde(default)]
        pub loss_percent: Decimal,
        /// Needed once per order, whatever its quantity.
        #[serde(default)]
        pub is_fixed: bool,
        /// What people should know of it.
        #[serde(default)]
        pub note: String,
        /// What may take its place in the same amount, the best first.
        #[serde(default)]
        pub substitutes: Vec<ProductId>,
        /// The variants that it belongs to, by values of their template: for every attribute named among them, the
        /// variant's value is one of them. None: all variants.
        #[serde(default)]
        pub applies_to: Vec<AttributeValueId>,
    }

    /// Something that comes out of a run beside the product.
    pub struct BomByProductView {
        /// What comes out.
        pub product_id: ProductId,
        /// Its code.
        pub product_code: String,
        /// Its name.
        pub product_name: String,
        /// How much of it one run makes.
        pub quantity: Decimal,
        /// The unit of that quantity.
        pub unit_id: UnitId,
        /// That unit's short name.
        pub unit_code: String,
        /// The part of the cost that it carries, 0 to 100 percent.
        pub cost_share_percent: Decimal,
    }

    /// The editable fields of a by-product.
    pub struct BomByProductInput {
        /// What comes out.
        pub product_id: ProductId,
        /// How much of it one run makes; above 0.
        pub quantity: Decimal,
        /// The unit of that quantity; absent: the product's own.
        pub unit_id: Option<UnitId>,
        /// The part of the cost that it carries, 0 to 100 percent; all of them together at most 100.
        #[serde(default)]
        pub cost_share_percent: Decimal,
    }

    /// A bill of materials in a list.
    pub struct BomRow {
        /// Its id.
        pub id: BomId,
        /// Its code, shared by its revisions.
        pub code: String,
        /// Its revision, from 1.
        pub revision: u32,
        /// The product it makes.
        pub product_id: ProductId,
        /// That product's code.
        pub product_code: String,
        /// That product's name.
        pub product_name: String,
        /// What one run makes.
        pub quantity_per_run: Decimal,
        /// The unit of that quantity.
        pub unit_code: String,
        /// Manufacture or kit.
        pub bom_type: BomType,
        /// Draft, validated or archived.
        pub state: BomState,
        /// First day on which it may be used, `YYYY-MM-DD`; absent: no limit.
        pub effective_from: Option<String>,
        /// Last day on which it may be used; absent: no limit.
        pub effective_until: Option<String>,
        /// Its routing's name.
        pub routing_name: Option<String>,
        /// How many components it has.
        pub line_count: i64,
        /// For `If-Match`.
        pub version: i64,
    }

    /// One revision of a bill of materials.
    pub struct BomView {
        /// Its id.
        pub id: BomId,
        /// Its code, shared by its revisions.
        pub code: String,
        /// Its revision, from 1.
        pub revision: u32,
        /// The product it makes.
        pub product_id: ProductId,
        /// That product's code.
        pub product_code: String,
        /// That product's name.
        pub product_name: String,
        /// Whether that is a template, so that its variants are made.
        pub is_template: bool,
        /// What one run makes.
        pub quantity_per_run: Decimal,
        /// The unit of that quantity.
        pub unit_id: UnitId,
        /// That unit's short name.
        pub unit_code: String,
        /// How it is made.
        pub routing_id: Option<RoutingId>,
        /// That routing's name.
        pub routing_name: Option<String>,
        /// Manufacture or kit.
        pub bom_type: BomType,
        /// Who says how much was consumed.
        pub consumption_mode: ConsumptionMode,
        /// First day on which it may be used, `YYYY-MM-DD`; absent: no limit.
        pub effective_from: Option<String>,
        /// Last day on which it may be used; absent: no limit.
        pub effective_until: Option<String>,
        /// Draft, validated or archived.
        pub state: BomState,
        /// Who validated it.
        pub validated_by: Option<String>,
        /// When.
        pub validated_at: Option<Instant>,
        /// What that person wants others to know.
        pub validation_note: String,
        /// Its components.
        pub lines: Vec<BomLineView>,
        /// What comes out beside the product.
        pub by_products: Vec<BomByProductView>,
        /// The other revisions, newest first.
        pub revisions: Vec<BomRevision>,
        /// What is wrong with it, all at once.
        pub faults: Vec<BomFaultView>,
        /// How many lines can be added to an equal one before them.
        pub mergeable_lines: usize,
        /// Equal lines that cannot, and why.
        pub unmerged_lines: Vec<UnmergedLineView>,
        /// For `If-Match`.
        pub version: i64,
    }

    /// A line that equals an earlier one and cannot be added to it.
    pub struct UnmergedLineView {
        /// Its place, from 0.
        pub line: usize,
        /// Why.
        pub reason: UnmergedReason,
    }

    /// A revision of the same bill of materials.
    pub struct BomRevision {
        /// Its id.
        pub id: BomId,
        /// Its number.
        pub revision: u32,
        /// Its state.
        pub state: BomState,
    }

    /// Something wrong with a bill of materials.
    pub struct BomFaultView {
        /// Stable name of the fault.
        pub code: String,
        /// The line it is about, from 0; absent: the whole.
        pub line: Option<usize>,
        /// The by-product it is about, from 0.
        pub by_product: Option<usize>,
        /// In English.
        pub detail: String,
        /// Whether it stops validation.
        pub blocks: bool,
        /// The facts, for messages in other languages.
        pub params: serde_json::Map<String, serde_json::Value>,
    }

    /// The editable fields of a bill of materials.
    pub struct BomInput {
        /// Its code; absent: the next number.
        pub code: Option<String>,
        /// The product it makes.
        pub product_id: ProductId,
        /// What one run makes; above 0.
        pub quantity_per_run: Decimal,
        /// The unit of that quantity; absent: the product's own.
        pub unit_id: Option<UnitId>,
        /// How it is made.
        pub routing_id: Option<RoutingId>,
        /// Manufacture or kit.
        pub bom_type: BomType,
        /// Who says how much was consumed.
        pub consumption_mode: ConsumptionMode,
        /// First day on which it may be used, `YYYY-MM-DD`; absent: no limit.
        #[serde(default)]
        pub effective_from: Option<String>,
        /// Last day on which it may be used; absent: no limit.
        #[serde(default)]
        pub effective_until: Option<String>,
        /// What comes out beside the product.
        #[serde(default)]
        pub by_products: Vec<BomByProductInput>,
        /// Its components.
        pub lines: Vec<BomLineInput>,
    }

    /// What to say with a validation.
    #[derive(Default)]
    pub struct ValidateBomInput {
        /// What others should know: why, what was checked.
        #[serde(default)]
        pub note: String,
    }

    /// How much to roll up.
    #[derive(Default)]
    pub struct CostRollUpQuery {
        /// So much of the product, in its stock unit; absent: one run.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub quantity: Option<Decimal>,
        /// As this variant is made; needed for the bill of materials of a template.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub variant_id: Option<ProductId>,
    }

    /// What a product costs by its bill of materials, level by level.
    pub struct CostRollUpView {
        /// ISO 4217 code.
        pub currency: String,
        /// The tree in reading order; the first row is the product itself.
        pub rows: Vec<CostRollUpRow>,
        /// What lacks a cost or a rate and counts as 0.
        pub incomplete: Vec<MissingCost>,
        /// That quantity at the selling price.
        pub revenue: Option<Decimal>,
    }

    /// Something without a cost or a rate.
    pub struct MissingCost {
        /// The component or the operation.
        pub name: String,
        /// What it lacks: `material`, `work_center` or `labour`.
        pub kind: String,
    }

    /// One component or operation in the roll-up.
    pub struct CostRollUpRow {
        /// 0 is the product itself.
        pub level: u32,
        /// `product`, `component`, `operation`, or `by_products`: what they carry, below 0.
        pub kind: String,
        /// The product or component.
        pub product_id: Option<ProductId>,
        /// Its name; of by-products all their names.
        pub name: String,
        /// Pieces, metres, or hours; of by-products their share in percent.
        pub quantity: Decimal,
        /// The unit; `h` for operations, `%` for by-products.
        pub unit_code: String,
        /// Cost of one unit.
        pub unit_cost: Option<Decimal>,
        /// Material.
        pub material: Decimal,
        /// Labour.
        pub labour: Decimal,
        /// Work center.
        pub work_center: Decimal,
        /// All together.
        pub total: Decimal,
        /// Whether its cost or rate is missing.
        pub is_incomplete: bool,
    }
}

impl BomLineInput {
    /// So much of a component, in its own unit, for all variants.
    #[must_use]
    pub const fn of(component_id: ProductId, quantity: Decimal) -> Self {
        Self {
            component_id,
            quantity,
            unit_id: None,
            operation_sequence: None,
            loss_percent: Decimal::ZERO,
            is_fixed: false,
            note: String::new(),
            substitutes: Vec::new(),
            applies_to: Vec::new(),
        }
    }
}

/// A line as it travels back.
impl From<&BomLineView> for BomLineInput {
    fn from(line: &BomLineView) -> Self {
        Self {
            component_id: line.component_id,
            quantity: line.quantity,
            unit_id: Some(line.unit_id),
            operation_sequence: line.operation_sequence,
            loss_percent: line.loss_percent,
            is_fixed: line.is_fixed,
            note: line.note.clone(),
            substitutes: line.substitutes.iter().map(|substitute| substitute.product_id).collect(),
            applies_to: line.applies_to.iter().map(|choice| choice.value_id).collect(),
        }
    }
}
list_query! {
    /// A list of bills of materials.
    pub struct BomQuery {
        /// Only for this product; for a variant its template's, too.
        pub product_id: Option<ProductId>,
        /// Only in this state.
        pub state: Option<BomState>,
    }
}
wire!(versioned BomView);
wire!(BomInput, ValidateBomInput, BomRow, CostRollUpQuery, CostRollUpView);

noun_endpoints! {
    "bill of materials" at "/boms", id: BomId, read: Permission::MasterDataRead, write: Permission::BomWrite,
    query: BomQuery, row: BomRow, view: BomView, input: BomInput,
    names: ListBoms GetBom CreateBom UpdateBom DeleteBom;

    /// Validates a draft; from then on it is immutable.
    ValidateBom: Post "/boms/{id}/validate", Access::Needs(Permission::BomValidate), versioned,
        { path: IdPath<BomId>, body: ValidateBomInput, reply: BomView };
    /// Archives a revision: new orders cannot use it.
    ArchiveBom: Post "/boms/{id}/archive", Access::Needs(Permission::BomValidate), versioned,
        { path: IdPath<BomId>, reply: BomView };
    /// Copies a revision into the next draft revision.
    ReviseBom: Post "/boms/{id}/revise", Access::Needs(Permission::BomWrite), versioned,
        { path: IdPath<BomId>, reply: BomView } creates;
    /// Makes equal lines of a draft one, without changing what an order needs.
    MergeBomLines: Post "/boms/{id}/merge-lines", Access::Needs(Permission::BomWrite), versioned,
        { path: IdPath<BomId>, reply: BomView };
    /// Rolls the cost of one run, or of a quantity, up over all levels.
    RollUpBomCost: Get "/boms/{id}/cost-roll-up", Access::Needs(Permission::CostRead),
        { path: IdPath<BomId>, query: CostRollUpQuery, reply: CostRollUpView };
}
