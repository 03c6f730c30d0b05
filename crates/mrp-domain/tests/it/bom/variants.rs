//! A bill of materials of a template: what each of its variants is made of, and what is wrong with it.

use mrp_domain::bom::catalog::BomCatalog;
use mrp_domain::bom::diff::{BomLineChange, BomLineField, diff};
use mrp_domain::bom::explode::explode;
use mrp_domain::bom::replace::{ComponentReplacement, MadeOf, ReplacementRefusal};
use mrp_domain::bom::validate::{BomDraft, BomFacts, BomFaultKind, BomFaultSubject, validate};
use mrp_domain::bom::{Bom, BomLine, BomProduct, BomSource};
use mrp_domain::ids::{AttributeId, AttributeValueId, ProductId, RoutingId, UnitId, WorkCenterId};
use mrp_domain::money::{HourlyRate, UnitCost};
use mrp_domain::quantity::{Exact, Unit};
use mrp_domain::routing::Routing;
use mrp_domain::variant::{AttributeChoice, Variant};
use rust_decimal_macros::dec;
use uuid::Uuid;

use super::{PIECE, amount, bom, catalog, kit, line, product};

const COLOUR: u128 = 1;
const SIZE: u128 = 2;
const RED: u128 = 11;
const BLUE: u128 = 12;
const LOW: u128 = 21;
const HIGH: u128 = 22;
/// The template, and its variants red and blue, low and high.
const STOOL: u64 = 100;
const RED_LOW: u64 = 101;
const RED_HIGH: u64 = 102;
const BLUE_LOW: u64 = 103;

fn value(number: u128) -> AttributeValueId {
    AttributeValueId::from_uuid(Uuid::from_u128(number))
}

fn only(choices: &[(u128, u128)], line: BomLine) -> BomLine {
    let choice = |&(attribute, number): &(u128, u128)| AttributeChoice {
        attribute: AttributeId::from_uuid(Uuid::from_u128(attribute)),
        value: value(number),
    };
    BomLine { applies_to: choices.iter().map(choice).collect(), ..line }
}

fn variant(number: u64, values: [u128; 2]) -> Variant {
    Variant { product: product(number), values: values.map(value).to_vec() }
}

/// A template with three variants, and what they are made by.
struct Stools {
    catalog: BomCatalog,
    variants: Vec<Variant>,
    offered: Vec<AttributeValueId>,
}

impl Stools {
    fn new(boms: Vec<Bom>) -> Self {
        let mut catalog = catalog(boms);
        for number in [STOOL, RED_LOW, RED_HIGH, BLUE_LOW] {
            catalog.add_product(product(number), PIECE).unwrap();
        }
        let variants =
            vec![variant(RED_LOW, [RED, LOW]), variant(RED_HIGH, [RED, HIGH]), variant(BLUE_LOW, [BLUE, LOW])];
        Self { catalog, variants, offered: [RED, BLUE, LOW, HIGH].map(value).to_vec() }
    }

    /// The same after a bill of materials of the template came into use.
    fn made_by(mut self, bom: &Bom) -> Self {
        for variant in &self.variants {
            self.catalog.add_bom(bom.clone().for_product(variant.product, &variant.values)).unwrap();
        }
        self
    }

    fn kinds(&self, bom: &Bom) -> Vec<(BomFaultSubject, BomFaultKind)> {
        let faults = validate(&BomDraft::from(bom), self).into_iter();
        faults.filter(|fault| fault.kind != BomFaultKind::NoRouting).map(|fault| (fault.subject, fault.kind)).collect()
    }
}

impl BomSource for Stools {
    fn product(&self, id: ProductId) -> Option<BomProduct<'_>> {
        self.catalog.product(id)
    }

    fn unit(&self, id: UnitId) -> Option<&Unit> {
        self.catalog.unit(id)
    }
}

impl BomFacts for Stools {
    fn is_active(&self, _: ProductId) -> bool {
        true
    }

    fn unit_cost(&self, _: ProductId) -> Option<UnitCost> {
        UnitCost::new(dec!(1)).ok()
    }

    fn routing(&self, _: RoutingId) -> Option<&Routing> {
        None
    }

    fn is_routing_active(&self, _: RoutingId) -> bool {
        true
    }

    fn is_work_center_active(&self, _: WorkCenterId) -> bool {
        true
    }

    fn hourly_rate(&self, _: WorkCenterId) -> Option<HourlyRate> {
        None
    }

    fn is_template(&self, id: ProductId) -> bool {
        id == product(STOOL)
    }

    fn offered(&self, id: ProductId) -> &[AttributeValueId] {
        if self.is_template(id) { &self.offered } else { &[] }
    }

    fn variants(&self, id: ProductId) -> &[Variant] {
        if self.is_template(id) { &self.variants } else { &[] }
    }
}

/// Seat for all, a paint for each colour, longer legs for the high ones, a red plate for high red ones.
fn stool() -> Bom {
    let lines = vec![
        line(1, dec!(1)),
        only(&[(COLOUR, RED)], line(2, dec!(3))),
        only(&[(COLOUR, BLUE)], line(3, dec!(3))),
        only(&[(SIZE, HIGH)], line(4, dec!(4))),
        only(&[(SIZE, HIGH), (COLOUR, RED)], line(5, dec!(1))),
        only(&[(COLOUR, RED), (COLOUR, BLUE), (SIZE, LOW)], line(6, dec!(4))),
    ];
    bom(STOOL, lines)
}

#[test]
fn each_variant_is_made_of_the_lines_that_belong_to_it() {
    let stools = Stools::new(vec![stool()]).made_by(&stool());
    let needs = |number| {
        let all = explode(&stools, product(number), Exact::from_integer(2)).unwrap();
        all.into_iter().map(|need| (need.component, need.rounded)).collect::<Vec<_>>()
    };
    let of = |list: &[(u64, i64)]| list.iter().map(|&(n, q)| (product(n), q.into())).collect::<Vec<_>>();
    assert_eq!(needs(RED_LOW), of(&[(1, 2), (2, 6), (6, 8)]));
    assert_eq!(needs(RED_HIGH), of(&[(1, 2), (2, 6), (4, 8), (5, 2)]));
    assert_eq!(needs(BLUE_LOW), of(&[(1, 2), (3, 6), (6, 8)]));
}

#[test]
fn a_kit_that_is_a_template_gives_the_lines_of_the_variant_that_is_used() {
    let parts = Bom { lines: stool().lines, ..kit(STOOL, Vec::new()) };
    let stools = Stools::new(vec![parts.clone(), bom(200, vec![line(RED_LOW, dec!(2))])]).made_by(&parts);
    let all = explode(&stools, product(200), Exact::ONE).unwrap();
    let needs: Vec<_> = all.into_iter().map(|need| (need.component, need.rounded)).collect();
    assert_eq!(needs, [(product(1), dec!(2)), (product(2), dec!(6)), (product(6), dec!(8))]);
}

#[test]
fn a_sound_template_has_no_faults() {
    assert_eq!(Stools::new(vec![stool()]).kinds(&stool()), []);
}

#[test]
fn a_template_is_no_component_no_substitute_and_no_by_product() {
    let mut draft = bom(7, vec![line(STOOL, dec!(1)), line(1, dec!(1))]);
    draft.lines[1].substitutes = vec![product(STOOL)];
    draft.by_products = vec![mrp_domain::bom::BomByProduct {
        product: product(STOOL),
        quantity: amount(dec!(1)),
        unit: PIECE,
        cost_share: dec!(0).try_into().unwrap(),
    }];
    let used = || BomFaultKind::TemplateUsed { product: product(STOOL) };
    let expected = [
        (BomFaultSubject::Line { line: 0 }, used()),
        (BomFaultSubject::Line { line: 1 }, used()),
        (BomFaultSubject::ByProduct { by_product: 0 }, used()),
    ];
    assert_eq!(Stools::new(vec![stool(), draft.clone()]).kinds(&draft), expected);
}

#[test]
fn a_value_that_the_product_does_not_offer_is_a_fault_of_its_line() {
    let mut stools = Stools::new(vec![stool()]);
    stools.offered.retain(|offered| *offered != value(BLUE));
    let expected = |line| (BomFaultSubject::Line { line }, BomFaultKind::ValueNotOffered { value: value(BLUE) });
    assert_eq!(stools.kinds(&stool()), [expected(2), expected(5)]);
    let plain = bom(7, vec![line(1, dec!(1)), only(&[(COLOUR, RED)], line(2, dec!(1)))]);
    let fault = BomFaultKind::ValueNotOffered { value: value(RED) };
    assert_eq!(Stools::new(vec![plain.clone()]).kinds(&plain), [(BomFaultSubject::Line { line: 1 }, fault)]);
}

#[test]
fn a_variant_for_which_no_line_is_left_is_named() {
    let draft = bom(STOOL, vec![only(&[(COLOUR, RED)], line(1, dec!(1)))]);
    let fault = BomFaultKind::VariantWithoutLines { variant: product(BLUE_LOW) };
    assert_eq!(Stools::new(vec![draft.clone()]).kinds(&draft), [(BomFaultSubject::Head, fault)]);
}

#[test]
fn a_variant_that_contains_itself_is_told_with_the_path() {
    let draft = bom(STOOL, vec![line(1, dec!(1)), only(&[(SIZE, LOW)], line(7, dec!(1)))]);
    let box_of_stool = bom(7, vec![line(RED_LOW, dec!(1))]);
    let faults = Stools::new(vec![draft.clone(), box_of_stool]).kinds(&draft);
    let path = [RED_LOW, 7, RED_LOW].map(product).to_vec();
    assert_eq!(faults, [(BomFaultSubject::Line { line: 1 }, BomFaultKind::Cycle { path })]);
}

#[test]
fn a_variant_may_contain_another_variant_of_its_template() {
    let draft = bom(STOOL, vec![line(1, dec!(1)), only(&[(SIZE, HIGH)], line(RED_LOW, dec!(1)))]);
    assert_eq!(Stools::new(vec![draft.clone()]).kinds(&draft), []);
}

#[test]
fn two_variants_that_contain_each_other_are_a_cycle() {
    let draft = bom(
        STOOL,
        vec![
            line(1, dec!(1)),
            only(&[(SIZE, HIGH)], line(RED_LOW, dec!(1))),
            only(&[(SIZE, LOW), (COLOUR, RED)], line(RED_HIGH, dec!(1))),
        ],
    );
    let faults = Stools::new(vec![draft.clone()]).kinds(&draft);
    let is_cycle = |fault: &(BomFaultSubject, BomFaultKind)| matches!(fault.1, BomFaultKind::Cycle { .. });
    assert_eq!(faults.iter().filter(|fault| is_cycle(fault)).count(), 2, "{faults:?}");
    // The recipe that is in use says nothing of it: the draft takes its place.
    let before = bom(STOOL, vec![line(1, dec!(1))]);
    assert_eq!(Stools::new(vec![before.clone()]).made_by(&before).kinds(&draft).len(), 2);
}

#[test]
fn revisions_differ_in_the_variants_that_a_line_belongs_to() {
    let (old, mut new) = (stool(), stool());
    new.lines[1].applies_to.clear();
    // The order of the values says nothing.
    new.lines[4].applies_to.reverse();
    let found = diff(&old, &new);
    assert_eq!(found.lines.len(), 1, "{found:?}");
    assert!(matches!(&found.lines[0], BomLineChange::Changed { fields, .. } if *fields == [BomLineField::AppliesTo]));
}

#[test]
fn a_replaced_component_stays_with_its_variants_and_may_not_contain_one_of_them() {
    let replacement = ComponentReplacement { from: product(2), to: product(7), factor: amount(dec!(1)) };
    let variants = [variant(RED_LOW, [RED, LOW]), variant(BLUE_LOW, [BLUE, LOW])];
    let lines = [only(&[(COLOUR, RED)], line(2, dec!(3))), line(7, dec!(1))];
    let nothing = MadeOf::nothing(product(7));
    let after = replacement.apply((product(STOOL), &variants), &lines, &nothing).unwrap();
    assert_eq!(after.lines.len(), 2);
    assert_eq!(after.lines[0].applies_to, lines[0].applies_to);
    assert!(!after.replaced[0].is_merged);

    let boxes = catalog(vec![bom(7, vec![line(BLUE_LOW, dec!(1))])]);
    let of_blue = MadeOf::of(boxes.product(product(7)).unwrap().bom.unwrap(), &boxes);
    assert!(replacement.apply((product(STOOL), &variants), &lines, &of_blue).is_ok());
    let boxes = catalog(vec![bom(7, vec![line(RED_LOW, dec!(1))])]);
    let of_red = MadeOf::of(boxes.product(product(7)).unwrap().bom.unwrap(), &boxes);
    let refused = replacement.apply((product(STOOL), &variants), &lines, &of_red).unwrap_err();
    let path = [RED_LOW, 7, RED_LOW].map(product).to_vec();
    assert_eq!(refused, ReplacementRefusal::Cycle { path });
}
