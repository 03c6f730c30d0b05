//! Every fault of a bill of materials is listed at once.

use std::collections::HashSet;

use mrp_domain::bom::catalog::BomCatalog;
use mrp_domain::bom::validate::{
    BomDraft, BomDraftByProduct, BomFacts, BomFault, BomFaultKind, BomFaultSeverity, BomFaultSubject, validate,
};
use mrp_domain::bom::{Bom, BomProduct, BomSource};
use mrp_domain::ids::{OperationId, ProductId, RoutingId, UnitId, WorkCenterId};
use mrp_domain::money::{HourlyRate, UnitCost};
use mrp_domain::quantity::Unit;
use mrp_domain::routing::{Operation, Routing};
use mrp_domain::text::Name;
use mrp_domain::time::Seconds;
use mrp_domain::work_order_duration::OperationTimes;
use rust_decimal::Decimal;
use rust_decimal_macros::dec;
use uuid::Uuid;

use super::{KILOGRAM, PIECE, amount, bom, catalog, line, product};

const ROUTING: RoutingId = RoutingId::from_uuid(Uuid::from_u128(1));
const CENTER: WorkCenterId = WorkCenterId::from_uuid(Uuid::from_u128(1));

struct Shop {
    catalog: BomCatalog,
    routing: Routing,
    inactive: HashSet<ProductId>,
    component_cost: Decimal,
    hourly_rate: Decimal,
    is_routing_active: bool,
    is_center_active: bool,
}

impl BomSource for Shop {
    fn product(&self, id: ProductId) -> Option<BomProduct<'_>> {
        self.catalog.product(id)
    }

    fn unit(&self, id: UnitId) -> Option<&Unit> {
        self.catalog.unit(id)
    }
}

impl BomFacts for Shop {
    fn is_active(&self, product: ProductId) -> bool {
        !self.inactive.contains(&product)
    }

    fn unit_cost(&self, _: ProductId) -> Option<UnitCost> {
        UnitCost::new(self.component_cost).ok()
    }

    fn routing(&self, id: RoutingId) -> Option<&Routing> {
        (id == ROUTING).then_some(&self.routing)
    }

    fn is_routing_active(&self, _: RoutingId) -> bool {
        self.is_routing_active
    }

    fn is_work_center_active(&self, _: WorkCenterId) -> bool {
        self.is_center_active
    }

    fn hourly_rate(&self, _: WorkCenterId) -> Option<HourlyRate> {
        HourlyRate::new(self.hourly_rate).ok()
    }
}

/// Everything costs something and is active; operation 10 on one work center.
fn shop(boms: Vec<Bom>) -> Shop {
    let operation = Operation {
        id: OperationId::from_uuid(Uuid::from_u128(1)),
        sequence: 10,
        name: Name::new("Welding").unwrap(),
        work_center: CENTER,
        times: OperationTimes {
            setup: Seconds::ZERO,
            cycle: Seconds::from_minutes(1),
            quantity_per_cycle: amount(dec!(1)),
            cleanup: Seconds::ZERO,
        },
        staff_needed: 1,
        predecessors: None,
        overlap_after: None,
        instructions: String::new(),
    };
    Shop {
        catalog: catalog(boms),
        routing: Routing::new(vec![operation]).unwrap(),
        inactive: HashSet::new(),
        component_cost: dec!(2),
        hourly_rate: dec!(60),
        is_routing_active: true,
        is_center_active: true,
    }
}

fn table() -> Bom {
    Bom { routing: Some(ROUTING), ..bom(1, vec![line(2, dec!(4)), line(3, dec!(1))]) }
}

fn at_line(line: usize, kind: BomFaultKind) -> BomFault {
    BomFault { subject: BomFaultSubject::Line { line }, kind }
}

fn at_head(kind: BomFaultKind) -> BomFault {
    BomFault { subject: BomFaultSubject::Head, kind }
}

#[test]
fn a_good_bill_of_materials_has_no_fault() {
    assert_eq!(validate(&BomDraft::from(&table()), &shop(vec![table()])), []);
}

#[test]
fn every_fault_is_told_at_once_with_its_line() {
    let back_to_the_table = bom(3, vec![line(1, dec!(1))]);
    let mut shop = shop(vec![table(), back_to_the_table]);
    shop.inactive.insert(product(2));
    shop.component_cost = dec!(0);
    shop.hourly_rate = dec!(0);
    let mut draft = BomDraft::from(&table());
    draft.quantity = dec!(0);
    draft.lines[0].quantity = dec!(-4);
    draft.lines[0].unit = KILOGRAM;
    draft.lines[0].loss_percent = dec!(100);
    draft.lines[1].operation_sequence = Some(99);
    let by_product = |cost_share_percent| BomDraftByProduct {
        product: product(2),
        quantity: dec!(1),
        unit: PIECE,
        cost_share_percent,
    };
    draft.by_products = vec![by_product(dec!(60)), by_product(dec!(50))];

    let units = shop.catalog.clone();
    let code = |unit| units.unit(unit).unwrap().code().clone();
    let repeated = BomFault {
        subject: BomFaultSubject::ByProduct { by_product: 1 },
        kind: BomFaultKind::ByProductRepeated { product: product(2) },
    };
    let expected = [
        at_head(BomFaultKind::QuantityUnusable { quantity: dec!(0) }),
        at_head(BomFaultKind::WorkCenterWithoutCost { sequence: 10, work_center: CENTER }),
        at_line(0, BomFaultKind::QuantityUnusable { quantity: dec!(-4) }),
        at_line(0, BomFaultKind::UnitOfAnotherCategory { used: code(KILOGRAM), stock: code(PIECE) }),
        at_line(0, BomFaultKind::LossOutOfRange { percent: dec!(100) }),
        at_line(0, BomFaultKind::InactiveComponent { component: product(2) }),
        at_line(0, BomFaultKind::ComponentWithoutCost { component: product(2) }),
        at_line(1, BomFaultKind::UnknownOperation { sequence: 99 }),
        at_line(1, BomFaultKind::Cycle { path: [1, 3, 1].map(product).to_vec() }),
        repeated,
        at_head(BomFaultKind::CostSharesAboveWhole { percent: dec!(110) }),
    ];
    assert_eq!(validate(&draft, &shop), expected);
}

#[test]
fn a_product_that_contains_itself_is_a_cycle_of_one() {
    let draft = BomDraft::from(&Bom { routing: Some(ROUTING), ..bom(1, vec![line(1, dec!(1))]) });
    let cycle = BomFaultKind::Cycle { path: vec![product(1), product(1)] };
    let faults = validate(&draft, &shop(vec![table()]));
    assert_eq!(faults, [at_line(0, cycle)]);
}

#[test]
fn a_way_that_is_out_of_use_stops_validation() {
    let mut shop = shop(vec![table()]);
    (shop.is_routing_active, shop.is_center_active) = (false, false);
    let faults = validate(&BomDraft::from(&table()), &shop);
    let center = BomFaultKind::InactiveWorkCenter { sequence: 10, work_center: CENTER };
    assert_eq!(faults, [at_head(BomFaultKind::InactiveRouting), at_head(center)]);
    assert!(faults.iter().all(|fault| fault.severity() == BomFaultSeverity::Error));
}

#[test]
fn a_manufactured_product_needs_a_routing_and_a_kit_does_not() {
    let mut draft = BomDraft::from(&Bom { routing: None, ..table() });
    assert_eq!(validate(&draft, &shop(vec![table()])), [at_head(BomFaultKind::NoRouting)]);
    draft.bom_type = mrp_domain::bom::BomType::Kit;
    assert_eq!(validate(&draft, &shop(vec![table()])), []);
}

#[test]
fn a_bill_of_materials_without_lines_or_with_unknown_things_is_refused() {
    let mut draft = BomDraft { lines: Vec::new(), ..BomDraft::from(&table()) };
    draft.unit = UnitId::from_uuid(Uuid::from_u128(77));
    let kinds: Vec<_> = validate(&draft, &shop(vec![table()])).into_iter().map(|fault| fault.kind.code()).collect();
    assert_eq!(kinds, ["unknown_unit", "no_lines"]);
}

#[test]
fn missing_costs_are_warnings_and_all_else_stops_validation() {
    let mut shop = shop(vec![table()]);
    shop.component_cost = dec!(0);
    let faults = validate(&BomDraft::from(&table()), &shop);
    assert!(faults.iter().all(|fault| fault.severity() == BomFaultSeverity::Warning));
    assert_eq!(faults.len(), 2);
    assert_eq!(BomFaultKind::NoRouting.severity(), BomFaultSeverity::Error);
}

#[test]
fn a_component_that_is_made_needs_no_cost_of_its_own() {
    let leg = Bom { routing: Some(ROUTING), ..bom(2, vec![line(9, dec!(1))]) };
    let mut shop = shop(vec![table(), leg]);
    shop.component_cost = dec!(0);
    let faults = validate(&BomDraft::from(&table()), &shop);
    assert_eq!(faults, [at_line(1, BomFaultKind::ComponentWithoutCost { component: product(3) })]);
}

#[test]
fn more_than_thirty_two_levels_are_refused() {
    let chain = (2..=33).map(|level| bom(level, vec![line(level + 1, dec!(1))])).collect();
    let top = Bom { routing: Some(ROUTING), ..bom(1, vec![line(2, dec!(1))]) };
    let faults = validate(&BomDraft::from(&top), &shop([vec![top.clone()], chain].concat()));
    assert_eq!(faults, [at_line(0, BomFaultKind::TooDeep)]);
    let shorter = Bom { routing: Some(ROUTING), ..bom(1, vec![line(3, dec!(1))]) };
    let chain = (3..=33).map(|level| bom(level, vec![line(level + 1, dec!(1))])).collect();
    assert_eq!(validate(&BomDraft::from(&shorter), &shop([vec![shorter.clone()], chain].concat())), []);
}

#[test]
fn a_fault_carries_its_name_and_its_facts_to_the_wire() {
    let fault = at_line(1, BomFaultKind::UnknownOperation { sequence: 99 });
    let json = serde_json::to_value(&fault).unwrap();
    assert_eq!(json["kind"], serde_json::json!({ "code": fault.kind.code(), "sequence": 99 }));
    assert_eq!(json["subject"], serde_json::json!({ "subject": "line", "line": 1 }));
}
