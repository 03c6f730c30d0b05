//! Everything that is wrong with a bill of materials, told at once: a wrong quantity repeats itself on every order.
//!
//! A draft may hold anything that a person types; this is also the way from a draft to a [`Bom`]'s lines.
//! Errors stop validation of the revision, warnings do not.

mod below;

use rust_decimal::Decimal;
use serde::Serialize;

use crate::bom::explode::shown_path;
use crate::bom::validate::below::Below;
use crate::bom::{BOM_DEPTH_MAX, BOM_LINES_MAX, Bom, BomSource, BomType, CostSharePercent, LossPercent};
use crate::ids::{AttributeValueId, ProductId, RoutingId, UnitId, WorkCenterId};
use crate::money::{HourlyRate, UnitCost};
use crate::quantity::PositiveQuantity;
use crate::routing::Routing;
use crate::text::Code;
use crate::variant::{AttributeChoice, Variant, applies_to, not_a_template};
use crate::vocabulary;

/// A bill of materials as somebody typed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BomDraft {
    /// What it makes.
    pub product: ProductId,
    /// Made by an order of its own, or a kit.
    pub bom_type: BomType,
    /// How much one run makes.
    pub quantity: Decimal,
    /// The unit of that quantity.
    pub unit: UnitId,
    /// How it is made.
    pub routing: Option<RoutingId>,
    /// What one run takes.
    pub lines: Vec<BomDraftLine>,
    /// What else comes out.
    pub by_products: Vec<BomDraftByProduct>,
}

/// A line as somebody typed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BomDraftLine {
    /// What is needed.
    pub component: ProductId,
    /// How much.
    pub quantity: Decimal,
    /// The unit of the quantity.
    pub unit: UnitId,
    /// The operation that consumes it.
    pub operation_sequence: Option<u32>,
    /// What is lost, in percent.
    pub loss_percent: Decimal,
    /// What may take its place.
    pub substitutes: Vec<ProductId>,
    /// The variants that it belongs to.
    pub applies_to: Vec<AttributeChoice>,
}

/// A by-product as somebody typed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BomDraftByProduct {
    /// What comes out.
    pub product: ProductId,
    /// How much per run.
    pub quantity: Decimal,
    /// The unit of the quantity.
    pub unit: UnitId,
    /// The part of the cost that it carries.
    pub cost_share_percent: Decimal,
}

impl From<&Bom> for BomDraft {
    fn from(bom: &Bom) -> Self {
        let lines = bom.lines.iter().map(|line| BomDraftLine {
            component: line.component,
            quantity: line.quantity.get(),
            unit: line.unit,
            operation_sequence: line.operation_sequence,
            loss_percent: line.loss.percent(),
            substitutes: line.substitutes.clone(),
            applies_to: line.applies_to.clone(),
        });
        let by_products = bom.by_products.iter().map(|by_product| BomDraftByProduct {
            product: by_product.product,
            quantity: by_product.quantity.get(),
            unit: by_product.unit,
            cost_share_percent: by_product.cost_share.percent(),
        });
        Self {
            product: bom.product,
            bom_type: bom.bom_type,
            quantity: bom.quantity.get(),
            unit: bom.unit,
            routing: bom.routing,
            lines: lines.collect(),
            by_products: by_products.collect(),
        }
    }
}

/// What validation needs to know beside products, units and bills of materials.
pub trait BomFacts: BomSource {
    /// Whether the product may be used; unknown ones may not.
    fn is_active(&self, product: ProductId) -> bool;

    /// What one stock unit of the product costs, if anybody knows.
    fn unit_cost(&self, product: ProductId) -> Option<UnitCost>;

    /// The routing with that id.
    fn routing(&self, routing: RoutingId) -> Option<&Routing>;

    /// Whether new orders may be made along the routing.
    fn is_routing_active(&self, routing: RoutingId) -> bool;

    /// Whether work may be planned on the work center.
    fn is_work_center_active(&self, work_center: WorkCenterId) -> bool;

    /// What an hour of the work center costs, if anybody knows.
    fn hourly_rate(&self, work_center: WorkCenterId) -> Option<HourlyRate>;

    /// Whether the product stands for its variants.
    fn is_template(&self, _product: ProductId) -> bool {
        false
    }

    /// The values that a template offers; other products offer none.
    fn offered(&self, _product: ProductId) -> &[AttributeValueId] {
        &[]
    }

    /// The active variants of a template that have no bill of materials of their own.
    fn variants(&self, _template: ProductId) -> &[Variant] {
        &[]
    }
}

vocabulary! {
    /// Whether a fault stops validation.
    pub enum BomFaultSeverity {
        /// It does.
        Error = "error",
        /// It does not, but somebody should look.
        Warning = "warning",
    }
}

/// What a fault is about. Places count from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "subject", rename_all = "snake_case")]
pub enum BomFaultSubject {
    /// The bill of materials as a whole.
    Head,
    /// One of its lines.
    Line {
        /// Its place.
        line: usize,
    },
    /// One of its by-products.
    ByProduct {
        /// Its place.
        by_product: usize,
    },
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("{kind}")]
pub struct BomFault {
    /// What it is about.
    pub subject: BomFaultSubject,
    /// What is wrong.
    pub kind: BomFaultKind,
}

impl BomFault {
    /// Whether it stops validation.
    #[must_use]
    pub const fn severity(&self) -> BomFaultSeverity {
        self.kind.severity()
    }
}

/// What can be wrong. Serialized with its stable name as `code` beside its facts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum BomFaultKind {
    /// Nothing is needed.
    #[error("there are no components")]
    NoLines,
    /// More than [`BOM_LINES_MAX`].
    #[error("{found} lines are more than {BOM_LINES_MAX}")]
    TooManyLines {
        /// How many there are.
        found: usize,
    },
    /// Zero, negative, too large or too fine.
    #[error("the quantity {quantity} cannot be used")]
    QuantityUnusable {
        /// The quantity given.
        quantity: Decimal,
    },
    /// Below 0 or not below 100 %.
    #[error("the loss of {percent} % is not at least 0 and below 100 %")]
    LossOutOfRange {
        /// The percentage given.
        percent: Decimal,
    },
    /// Below 0 or above 100 %.
    #[error("the cost share of {percent} % is not between 0 and 100 %")]
    CostShareOutOfRange {
        /// The percentage given.
        percent: Decimal,
    },
    /// By-products cannot carry more than the whole cost.
    #[error("the by-products carry {percent} % of the cost, more than all of it")]
    CostSharesAboveWhole {
        /// Their sum.
        percent: Decimal,
    },
    /// It is the component, or stands there already.
    #[error("the substitute {product} is the component, or stands there twice")]
    SubstituteRepeated {
        /// The product.
        product: ProductId,
    },
    /// It is what is made, or stands there already.
    #[error("the by-product {product} is what is made, or stands there twice")]
    ByProductRepeated {
        /// The product.
        product: ProductId,
    },
    /// The product is not there.
    #[error("the product {product} is not known")]
    UnknownProduct {
        /// The product.
        product: ProductId,
    },
    /// The unit is not there.
    #[error("the unit {unit} is not known")]
    UnknownUnit {
        /// The unit.
        unit: UnitId,
    },
    /// Kilograms of a thing that is counted in pieces.
    #[error("the quantity is in `{used}` and stock is kept in `{stock}`, which measure different things")]
    UnitOfAnotherCategory {
        /// The unit used.
        used: Code,
        /// The product's stock unit.
        stock: Code,
    },
    /// The component is not used any more.
    #[error("the component {component} is not active")]
    InactiveComponent {
        /// The component.
        component: ProductId,
    },
    /// The product needs itself. The path starts and ends with the product; each contains the next.
    #[error("the product contains itself: {}", shown_path(path))]
    Cycle {
        /// Products along the cycle.
        path: Vec<ProductId>,
    },
    /// More than [`BOM_DEPTH_MAX`] levels below the product.
    #[error("there are more than {BOM_DEPTH_MAX} levels below the product")]
    TooDeep,
    /// A template is never stocked, so nothing can be made of it, it comes out of nothing and stands in for nothing.
    #[error("the product {product} is a template; choose one of its variants")]
    TemplateUsed {
        /// The template.
        product: ProductId,
    },
    /// No variant has it.
    #[error("the product does not offer the value {value}")]
    ValueNotOffered {
        /// The value.
        value: AttributeValueId,
    },
    /// Nothing is needed for one of the variants.
    #[error("no line belongs to the variant {variant}")]
    VariantWithoutLines {
        /// The variant.
        variant: ProductId,
    },
    /// Nobody says how it is made.
    #[error("there is no routing")]
    NoRouting,
    /// The routing is not there.
    #[error("the routing {routing} is not known")]
    UnknownRouting {
        /// The routing.
        routing: RoutingId,
    },
    /// The routing is not used any more.
    #[error("the routing is not active")]
    InactiveRouting,
    /// An operation is done where nothing is done any more.
    #[error("the work center {work_center} of operation {sequence} is not active")]
    InactiveWorkCenter {
        /// The operation's sequence.
        sequence: u32,
        /// Its work center.
        work_center: WorkCenterId,
    },
    /// A line belongs to an operation that the routing does not have.
    #[error("the routing has no operation {sequence}")]
    UnknownOperation {
        /// The operation's sequence.
        sequence: u32,
    },
    /// Hours on it would count as free.
    #[error("the work center {work_center} of operation {sequence} costs nothing per hour")]
    WorkCenterWithoutCost {
        /// The operation's sequence.
        sequence: u32,
        /// Its work center.
        work_center: WorkCenterId,
    },
    /// It would count as free.
    #[error("the component {component} has no cost")]
    ComponentWithoutCost {
        /// The component.
        component: ProductId,
    },
}

impl BomFaultKind {
    /// Whether it stops validation. What is only incomplete does not: costs are then marked as incomplete.
    #[must_use]
    pub const fn severity(&self) -> BomFaultSeverity {
        match self {
            Self::NoLines
            | Self::TooManyLines { .. }
            | Self::QuantityUnusable { .. }
            | Self::LossOutOfRange { .. }
            | Self::CostShareOutOfRange { .. }
            | Self::CostSharesAboveWhole { .. }
            | Self::ByProductRepeated { .. }
            | Self::SubstituteRepeated { .. }
            | Self::UnknownProduct { .. }
            | Self::UnknownUnit { .. }
            | Self::UnitOfAnotherCategory { .. }
            | Self::InactiveComponent { .. }
            | Self::Cycle { .. }
            | Self::TooDeep
            | Self::UnknownRouting { .. }
            | Self::InactiveRouting
            | Self::InactiveWorkCenter { .. }
            | Self::UnknownOperation { .. }
            | Self::TemplateUsed { .. }
            | Self::ValueNotOffered { .. }
            | Self::VariantWithoutLines { .. }
            | Self::NoRouting => BomFaultSeverity::Error,
            Self::WorkCenterWithoutCost { .. } | Self::ComponentWithoutCost { .. } => BomFaultSeverity::Warning,
        }
    }

    /// Its stable name.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoLines => "no_lines",
            Self::TooManyLines { .. } => "too_many_lines",
            Self::QuantityUnusable { .. } => "quantity_unusable",
            Self::LossOutOfRange { .. } => "loss_out_of_range",
            Self::CostShareOutOfRange { .. } => "cost_share_out_of_range",
            Self::CostSharesAboveWhole { .. } => "cost_shares_above_whole",
            Self::SubstituteRepeated { .. } => "substitute_repeated",
            Self::ByProductRepeated { .. } => "by_product_repeated",
            Self::UnknownProduct { .. } => "unknown_product",
            Self::UnknownUnit { .. } => "unknown_unit",
            Self::UnitOfAnotherCategory { .. } => "unit_of_another_category",
            Self::InactiveComponent { .. } => "inactive_component",
            Self::Cycle { .. } => "cycle",
            Self::TooDeep => "too_deep",
            Self::TemplateUsed { .. } => "template_used",
            Self::ValueNotOffered { .. } => "value_not_offered",
            Self::VariantWithoutLines { .. } => "variant_without_lines",
            Self::NoRouting => "no_routing",
            Self::UnknownRouting { .. } => "unknown_routing",
            Self::InactiveRouting => "inactive_routing",
            Self::InactiveWorkCenter { .. } => "inactive_work_center",
            Self::UnknownOperation { .. } => "unknown_operation",
            Self::WorkCenterWithoutCost { .. } => "work_center_without_cost",
            Self::ComponentWithoutCost { .. } => "component_without_cost",
        }
    }
}

/// Lists everything that is wrong: the head first, then line by line, then the by-products.
#[must_use]
pub fn validate(draft: &BomDraft, facts: &impl BomFacts) -> Vec<BomFault> {
    let mut faults = Faults { subject: BomFaultSubject::Head, found: Vec::new() };
    faults.check_amount(facts, draft.product, draft.quantity, draft.unit);
    match draft.lines.len() {
        0 => faults.add(BomFaultKind::NoLines),
        found if found > BOM_LINES_MAX => faults.add(BomFaultKind::TooManyLines { found }),
        _ => {}
    }
    let routing = faults.check_routing(draft, facts);
    faults.check_variants(draft, facts);
    let mut below = Below::new(draft, facts);
    for (line, draft_line) in draft.lines.iter().enumerate() {
        faults.subject = BomFaultSubject::Line { line };
        faults.check_line(draft_line, facts, routing);
        faults.check_values(draft_line, facts.offered(draft.product));
        match below.height_of(draft_line, draft_line.component) {
            Ok(height) if height < BOM_DEPTH_MAX => {}
            Ok(_) => faults.add(BomFaultKind::TooDeep),
            Err(fault) => faults.add(fault),
        }
        for &substitute in &draft_line.substitutes {
            if let Err(fault) = below.height_of(draft_line, substitute) {
                faults.add(fault);
            }
        }
    }
    for (by_product, out) in draft.by_products.iter().enumerate() {
        faults.subject = BomFaultSubject::ByProduct { by_product };
        faults.check_amount(facts, out.product, out.quantity, out.unit);
        faults.check_template(facts, out.product);
        let mut before = draft.by_products.iter().take(by_product);
        if out.product == draft.product || before.any(|other| other.product == out.product) {
            faults.add(BomFaultKind::ByProductRepeated { product: out.product });
        }
        if CostSharePercent::try_from(out.cost_share_percent).is_err() {
            faults.add(BomFaultKind::CostShareOutOfRange { percent: out.cost_share_percent });
        }
    }
    faults.subject = BomFaultSubject::Head;
    let shares = draft.by_products.iter().map(|out| out.cost_share_percent);
    let percent = shares.fold(Decimal::ZERO, |sum, share| sum.saturating_add(share));
    if percent > Decimal::ONE_HUNDRED {
        faults.add(BomFaultKind::CostSharesAboveWhole { percent });
    }
    faults.found
}

struct Faults {
    subject: BomFaultSubject,
    found: Vec<BomFault>,
}

impl Faults {
    fn add(&mut self, kind: BomFaultKind) {
        self.found.push(BomFault { subject: self.subject, kind });
    }

    fn check_routing<'a>(&mut self, draft: &BomDraft, facts: &'a impl BomFacts) -> Option<&'a Routing> {
        let Some(id) = draft.routing else {
            if draft.bom_type == BomType::Manufacture {
                self.add(BomFaultKind::NoRouting);
            }
            return None;
        };
        let Some(routing) = facts.routing(id) else {
            self.add(BomFaultKind::UnknownRouting { routing: id });
            return None;
        };
        if !facts.is_routing_active(id) {
            self.add(BomFaultKind::InactiveRouting);
        }
        for operation in routing.operations() {
            let work_center = operation.work_center;
            if !facts.is_work_center_active(work_center) {
                self.add(BomFaultKind::InactiveWorkCenter { sequence: operation.sequence, work_center });
            }
            if facts.hourly_rate(work_center).is_none_or(HourlyRate::is_zero) {
                self.add(BomFaultKind::WorkCenterWithoutCost { sequence: operation.sequence, work_center });
            }
        }
        Some(routing)
    }

    /// Something must be left of the lines for every variant.
    fn check_variants(&mut self, draft: &BomDraft, facts: &impl BomFacts) {
        if draft.lines.is_empty() {
            return;
        }
        for variant in facts.variants(draft.product) {
            if !draft.lines.iter().any(|line| applies_to(&line.applies_to, &variant.values)) {
                self.add(BomFaultKind::VariantWithoutLines { variant: variant.product });
            }
        }
    }

    fn check_values(&mut self, line: &BomDraftLine, offered: &[AttributeValueId]) {
        for choice in line.applies_to.iter().filter(|choice| !offered.contains(&choice.value)) {
            self.add(BomFaultKind::ValueNotOffered { value: choice.value });
        }
    }

    fn check_template(&mut self, facts: &impl BomFacts, product: ProductId) {
        if not_a_template(facts.is_template(product)).is_err() {
            self.add(BomFaultKind::TemplateUsed { product });
        }
    }

    fn check_line(&mut self, line: &BomDraftLine, facts: &impl BomFacts, routing: Option<&Routing>) {
        let component = line.component;
        self.check_amount(facts, component, line.quantity, line.unit);
        if LossPercent::try_from(line.loss_percent).is_err() {
            self.add(BomFaultKind::LossOutOfRange { percent: line.loss_percent });
        }
        if let (Some(routing), Some(sequence)) = (routing, line.operation_sequence)
            && routing.operation(sequence).is_none()
        {
            self.add(BomFaultKind::UnknownOperation { sequence });
        }
        self.check_substitutes(line, facts);
        self.check_template(facts, component);
        let Some(known) = facts.product(component) else { return };
        if !facts.is_active(component) {
            self.add(BomFaultKind::InactiveComponent { component });
        }
        if known.bom.is_none() && facts.unit_cost(component).is_none_or(UnitCost::is_zero) {
            self.add(BomFaultKind::ComponentWithoutCost { component });
        }
    }

    /// They are used in the same amount, so they must measure the same thing.
    fn check_substitutes(&mut self, line: &BomDraftLine, facts: &impl BomFacts) {
        for (place, &product) in line.substitutes.iter().enumerate() {
            if product == line.component || line.substitutes.iter().take(place).any(|&other| other == product) {
                self.add(BomFaultKind::SubstituteRepeated { product });
            }
            let Some(known) = facts.product(product) else {
                self.add(BomFaultKind::UnknownProduct { product });
                continue;
            };
            if let Some(used) = facts.unit(line.unit)
                && used.category() != known.stock_unit.category()
            {
                let (used, stock) = (used.code().clone(), known.stock_unit.code().clone());
                self.add(BomFaultKind::UnitOfAnotherCategory { used, stock });
            }
            if !facts.is_active(product) {
                self.add(BomFaultKind::InactiveComponent { component: product });
            }
            self.check_template(facts, product);
        }
    }

    fn check_amount(&mut self, facts: &impl BomFacts, product: ProductId, quantity: Decimal, unit: UnitId) {
        if PositiveQuantity::new(quantity).is_err() {
            self.add(BomFaultKind::QuantityUnusable { quantity });
        }
        let known = facts.product(product);
        if known.is_none() {
            self.add(BomFaultKind::UnknownProduct { product });
        }
        let used = facts.unit(unit);
        if used.is_none() {
            self.add(BomFaultKind::UnknownUnit { unit });
        }
        if let Some((used, known)) = used.zip(known)
            && used.category() != known.stock_unit.category()
        {
            let (used, stock) = (used.code().clone(), known.stock_unit.code().clone());
            self.add(BomFaultKind::UnitOfAnotherCategory { used, stock });
        }
    }
}
