//! What an order costs.

use mrp_domain::bom::explode::ExplodeError;
use mrp_domain::bom::{Bom, BomByProduct, BomLine, BomSource, CostSharePercent};
use mrp_domain::costing::cost_tree::{CostTree, CostTreeSubject, cost_tree};
use mrp_domain::costing::forecast::{OperationProgress, component_to_come, operation_to_come};
use mrp_domain::costing::roll_up::{
    CostSource, ProductCost, RollUpError, planned_cost, rolled_up_cost, rolled_up_costs,
};
use mrp_domain::costing::sheet::{CostInput, cost_sheet};
use mrp_domain::costing::{
    ByProductShare, CostEntry, CostGroup, CostKey, CostLine, CostSheet, MissingRate, VarianceCause, margin,
};
use mrp_domain::example::{
    BENCH, BENCH_FRAME, BOLT, FIXING_KIT, FOOT, POWDER_PAINT, STEEL_TABLE, STEEL_TUBE, TABLE_ROUTING,
};
use mrp_domain::ids::ProductId;
use mrp_domain::money::{HourlyRate, Money, UnitCost};
use mrp_domain::quantity::{Exact, PositiveQuantity};
use mrp_domain::time::Seconds;
use mrp_domain::work_order::WorkOrderState;
use proptest::prelude::*;
use rust_decimal::Decimal;
use rust_decimal_macros::dec;
use uuid::Uuid;

use crate::example::Factory;

fn money(value: Decimal) -> Money {
    Money::new(value).unwrap()
}

fn rate(value: Decimal) -> HourlyRate {
    HourlyRate::new(value).unwrap()
}

fn hours(value: Decimal) -> Seconds {
    Seconds::new(u64::try_from(value * dec!(3600)).unwrap())
}

fn sheet(planned: &[CostEntry], actual: &[CostEntry], good: Decimal) -> CostSheet {
    cost_sheet(&CostInput {
        planned,
        actual,
        still_to_come: &[],
        planned_quantity: PositiveQuantity::new(dec!(10)).unwrap(),
        good_quantity: good,
        by_products: &[],
        missing_below: &[],
    })
}

/// Ten tables as the shop made them: to plan.
fn ten_tables() -> Vec<CostEntry> {
    vec![
        CostEntry::issued(STEEL_TUBE, "Steel tube 40 × 40", dec!(40), money(dec!(500))),
        CostEntry::issued(POWDER_PAINT, "Powder paint", dec!(3), money(dec!(120))),
        CostEntry::work_center(10, "Cutting", hours(dec!(2)), rate(dec!(60))),
        CostEntry::work_center(20, "Welding", hours(dec!(8)), rate(dec!(75))),
        CostEntry::work_center(30, "Painting", hours(dec!(2.25)), rate(dec!(90))),
        CostEntry::work_center(40, "Quality control", hours(dec!(1)), rate(dec!(30))),
        CostEntry::labour(10, "Cutting", hours(dec!(2)), rate(dec!(25))),
        CostEntry::labour(20, "Welding", hours(dec!(8)), rate(dec!(28))),
        CostEntry::labour(20, "Welding", hours(dec!(8)), rate(dec!(28))),
        CostEntry::labour(30, "Painting", hours(dec!(2.25)), rate(dec!(24))),
        CostEntry::labour(40, "Quality control", hours(dec!(1)), rate(dec!(30))),
    ]
}

fn planned_tables() -> Vec<CostEntry> {
    let factory = Factory::new();
    planned_cost(&factory, factory.bom_of(STEEL_TABLE), Exact::from_integer(10)).unwrap().entries
}

fn line(sheet: &CostSheet, group: CostGroup, key: CostKey) -> &CostLine {
    sheet.lines.iter().find(|line| (line.group, line.key) == (group, key)).unwrap()
}

#[test]
fn ten_tables_cost_2154_50_and_earn_1045_50_at_320_each() {
    let sheet = sheet(&planned_tables(), &ten_tables(), dec!(10));
    for side in [sheet.planned, sheet.actual] {
        assert_eq!(side.material, money(dec!(620)));
        assert_eq!(side.work_center, money(dec!(952.50)));
        assert_eq!(side.labour, money(dec!(582)));
        assert_eq!(side.rounding, Money::ZERO);
        assert_eq!(side.total, money(dec!(2154.50)));
    }
    assert_eq!(sheet.planned_unit_cost, Some(dec!(215.45)));
    assert_eq!(sheet.actual_unit_cost, Some(dec!(215.45)));
    assert_eq!(sheet.output_value, money(dec!(2154.50)));
    assert!(sheet.is_complete());
    assert!(sheet.lines.iter().all(|line| line.cause == VarianceCause::None));

    let steel = line(&sheet, CostGroup::Material, CostKey::Component(STEEL_TUBE));
    assert_eq!((steel.planned.basis, steel.planned.rate), (dec!(40), Some(dec!(12.5))));
    let welding = line(&sheet, CostGroup::Labour, CostKey::Operation(20));
    assert_eq!((welding.actual.basis, welding.actual.amount), (dec!(16), money(dec!(448))));

    let earned = margin(UnitCost::new(dec!(320)).unwrap(), dec!(10), sheet.actual.total);
    assert_eq!(earned.revenue, money(dec!(3200)));
    assert_eq!(earned.amount, money(dec!(1045.50)));
    assert_eq!(earned.percent, Some(dec!(32.67)));
}

#[test]
fn a_variance_names_its_stronger_cause() {
    let mut actual = ten_tables();
    actual[0] = CostEntry::issued(STEEL_TUBE, "Steel tube 40 × 40", dec!(40), money(dec!(540)));
    actual[1] = CostEntry::issued(POWDER_PAINT, "Powder paint", dec!(4), money(dec!(158)));
    actual[3] = CostEntry::work_center(20, "Welding", hours(dec!(9)), rate(dec!(75)));
    actual[6] = CostEntry::labour(10, "Cutting", hours(dec!(2)), rate(dec!(27)));
    let sheet = sheet(&planned_tables(), &actual, dec!(10));
    let found = |group, key| {
        let line = line(&sheet, group, key);
        (line.variance, line.cause)
    };
    let steel = found(CostGroup::Material, CostKey::Component(STEEL_TUBE));
    assert_eq!(steel, (money(dec!(40)), VarianceCause::Price));
    let paint = found(CostGroup::Material, CostKey::Component(POWDER_PAINT));
    assert_eq!(paint, (money(dec!(38)), VarianceCause::Quantity));
    let welding = found(CostGroup::WorkCenter, CostKey::Operation(20));
    assert_eq!(welding, (money(dec!(75)), VarianceCause::Time));
    let cutting = found(CostGroup::Labour, CostKey::Operation(10));
    assert_eq!(cutting, (money(dec!(4)), VarianceCause::Rate));
}

#[test]
fn an_unplanned_component_is_a_variance_of_quantity_and_a_returned_one_takes_its_value_back() {
    let mut actual = ten_tables();
    actual.push(CostEntry::issued(BOLT, "Bolt M8", dec!(4), money(dec!(0.80))));
    actual.push(CostEntry::issued(STEEL_TUBE, "Steel tube 40 × 40", dec!(-2), money(dec!(-25))));
    let sheet = sheet(&planned_tables(), &actual, dec!(10));
    let bolts = line(&sheet, CostGroup::Material, CostKey::Component(BOLT));
    assert_eq!((bolts.planned.rate, bolts.cause), (None, VarianceCause::Quantity));
    let steel = line(&sheet, CostGroup::Material, CostKey::Component(STEEL_TUBE));
    assert_eq!((steel.actual.basis, steel.variance), (dec!(38), money(dec!(-25))));
}

#[test]
fn scrap_makes_the_good_pieces_dearer_and_no_piece_has_no_unit_cost() {
    let eight = sheet(&planned_tables(), &ten_tables(), dec!(8));
    assert_eq!(eight.actual_unit_cost, Some(dec!(269.3125)));
    assert_eq!(eight.output_value, money(dec!(2154.50)));
    assert_eq!(sheet(&planned_tables(), &ten_tables(), dec!(0)).actual_unit_cost, None);
}

#[test]
fn a_zero_rate_makes_the_sheet_incomplete_and_is_named() {
    let actual = vec![
        CostEntry::work_center(10, "Cutting", hours(dec!(2)), rate(dec!(0))),
        CostEntry::issued(POWDER_PAINT, "Powder paint", dec!(3), Money::ZERO),
        CostEntry::labour(20, "Welding", Seconds::ZERO, rate(dec!(0))),
    ];
    let sheet = sheet(&[], &actual, dec!(10));
    assert!(!sheet.is_complete() && sheet.lines[0].is_incomplete && !sheet.lines[2].is_incomplete);
    let missing = |group, what: &str| MissingRate { group, what: what.to_owned() };
    assert_eq!(
        sheet.missing,
        [missing(CostGroup::Material, "Powder paint"), missing(CostGroup::WorkCenter, "Cutting")]
    );
}

#[test]
fn a_free_component_two_levels_down_is_named_too() {
    let mut factory = Factory::new();
    factory.costs.remove(&STEEL_TUBE);
    let planned = planned_cost(&factory, factory.bom_of(BENCH), Exact::from_integer(10)).unwrap();
    let what = "Steel tube 40 × 40".to_owned();
    assert_eq!(planned.missing, [MissingRate { group: CostGroup::Material, what }]);
}

#[test]
fn a_bench_costs_what_its_frame_its_kit_and_its_operations_cost() {
    let factory = Factory::new();
    // A run of two frames: 5.2 m tube 65, cutting 20 + 8.33…, welding 75 + 28: half of 196.33….
    let frame = rolled_up_cost(&factory, BENCH_FRAME).unwrap();
    assert_eq!(frame.unit_cost.get().round_dp(4), dec!(98.1667));
    assert_eq!(frame.missing, []);
    // Frame 98.1666…, paint 10, boards 70, bolts 1.60, feet 3, painting 64.50 + 17.20, assembly 7.50 + 7.50.
    let bench = rolled_up_cost(&factory, BENCH).unwrap();
    assert_eq!(bench.unit_cost.get().round_dp(4), dec!(279.4667));
}

#[test]
fn many_products_cost_together_what_each_costs_alone() {
    let factory = Factory::new();
    let all = [BENCH, STEEL_TUBE, BENCH_FRAME, STEEL_TABLE];
    let costs = rolled_up_costs(&factory, all);
    for (product, cost) in all.into_iter().zip(costs) {
        let unit_cost = rolled_up_cost(&factory, product).unwrap().unit_cost;
        assert_eq!(cost, Ok(ProductCost { unit_cost, is_incomplete: false }));
    }
}

#[test]
fn what_contains_something_free_is_incomplete_on_every_level_and_nothing_else_is() {
    let mut factory = Factory::new();
    factory.costs.remove(&BOLT);
    let costs = rolled_up_costs(&factory, [BENCH, BENCH_FRAME, STEEL_TABLE, BOLT]);
    let incomplete: Vec<bool> = costs.into_iter().map(|cost| cost.unwrap().is_incomplete).collect();
    assert_eq!(incomplete, [true, false, false, true]);
}

#[test]
fn a_product_that_cannot_be_calculated_fails_alone() {
    let factory = Factory::new();
    let product = ProductId::from_uuid(Uuid::nil());
    let costs = rolled_up_costs(&factory, [product, BENCH]);
    assert_eq!(costs[0], Err(RollUpError::Explode(ExplodeError::UnknownProduct { product })));
    assert!(costs[1].is_ok());
}

#[test]
fn the_rounding_remainder_is_visible() {
    let thirds: Vec<CostEntry> =
        (1..=3).map(|n| CostEntry::labour(n, "Third", Seconds::new(1_200), rate(dec!(10)))).collect();
    let sheet = sheet(&thirds, &thirds, dec!(10));
    assert_eq!(sheet.actual.labour, money(dec!(9.99)));
    assert_eq!(sheet.actual.rounding, money(dec!(0.01)));
    assert_eq!(sheet.actual.total, money(dec!(10)));
}

#[test]
fn half_an_order_forecasts_what_is_spent_and_what_is_still_to_come() {
    let planned = planned_tables();
    let factory = Factory::new();
    let steel_cost = factory.costs[&STEEL_TUBE];
    let progress = |state, reported, hours_spent| OperationProgress {
        state,
        reported,
        quantity: PositiveQuantity::new(dec!(10)).unwrap(),
        machine_seconds: hours(hours_spent),
    };
    let steps = factory.operations(TABLE_ROUTING, Exact::from_integer(10)).unwrap();
    // Steel is consumed at 13 instead of 12.50, cutting took 3 h instead of 2, half of the welding is done.
    let actual = [
        CostEntry::issued(STEEL_TUBE, "Steel tube 40 × 40", dec!(40), money(dec!(520))),
        CostEntry::work_center(10, "Cutting", hours(dec!(3)), rate(dec!(60))),
        CostEntry::work_center(20, "Welding", hours(dec!(4)), rate(dec!(75))),
    ];
    let mut to_come: Vec<CostEntry> = Vec::new();
    to_come.extend(component_to_come(STEEL_TUBE, "Steel tube 40 × 40", (dec!(40), dec!(40)), steel_cost));
    to_come.extend(operation_to_come(&steps[0], &progress(WorkOrderState::Finished, dec!(10), dec!(3))));
    to_come.extend(operation_to_come(&steps[1], &progress(WorkOrderState::InProgress, dec!(5), dec!(4))));
    to_come.extend(operation_to_come(&steps[2], &progress(WorkOrderState::Ready, dec!(0), dec!(0))));
    let sheet = cost_sheet(&CostInput {
        planned: &planned,
        actual: &actual,
        still_to_come: &to_come,
        planned_quantity: PositiveQuantity::new(dec!(10)).unwrap(),
        good_quantity: dec!(0),
        by_products: &[],
        missing_below: &[],
    });
    let steel = line(&sheet, CostGroup::Material, CostKey::Component(STEEL_TUBE));
    assert_eq!((steel.still_to_come.amount, steel.variance), (Money::ZERO, money(dec!(20))));
    assert_eq!((steel.variance_percent, steel.cause), (Some(dec!(4.0)), VarianceCause::Price));
    let cutting = line(&sheet, CostGroup::WorkCenter, CostKey::Operation(10));
    assert_eq!((cutting.forecast.amount, cutting.cause), (money(dec!(180)), VarianceCause::Time));
    let welding = line(&sheet, CostGroup::WorkCenter, CostKey::Operation(20));
    assert_eq!((welding.actual.amount, welding.still_to_come.amount), (money(dec!(300)), money(dec!(300))));
    assert_eq!(welding.cause, VarianceCause::None);
    let painting = line(&sheet, CostGroup::Labour, CostKey::Operation(30));
    assert_eq!(painting.still_to_come.amount, money(dec!(54)));
    assert_eq!(sheet.forecast.work_center, money(dec!(982.50)));
    assert_eq!(sheet.forecast.total, sheet.actual.total + sheet.still_to_come.total);
}

#[test]
fn without_revenue_there_is_no_margin_in_percent() {
    let lost = margin(UnitCost::ZERO, dec!(10), money(dec!(5)));
    assert_eq!((lost.amount, lost.percent), (money(dec!(-5)), None));
}

proptest! {
    #[test]
    fn products_and_by_products_carry_the_whole_cost_to_the_cent(
        amounts in prop::collection::vec((1..1_000_000_i64, 1..100_000_u64, 1..20_000_i64), 1..8),
        shares in prop::collection::vec(0..2_500_i64, 0..4),
    ) {
        let mut entries = Vec::new();
        for (number, (cents, seconds, cents_per_hour)) in (1_u32..).zip(amounts) {
            let product = ProductId::from_uuid(Uuid::from_u128(u128::from(number)));
            entries.push(CostEntry::issued(product, "Part", dec!(1), money(Decimal::new(cents, 2))));
            let rate = rate(Decimal::new(cents_per_hour, 2));
            entries.push(CostEntry::work_center(number, "Step", Seconds::new(seconds), rate));
        }
        let by_products: Vec<ByProductShare> = shares
            .iter()
            .map(|&share| ByProductShare {
                product: BOLT,
                quantity: dec!(1),
                share: CostSharePercent::try_from(Decimal::new(share, 2)).unwrap(),
            })
            .collect();
        let sheet = cost_sheet(&CostInput {
            planned: &[],
            actual: &entries,
            still_to_come: &[],
            planned_quantity: PositiveQuantity::new(dec!(10)).unwrap(),
            good_quantity: dec!(10),
            by_products: &by_products,
            missing_below: &[],
        });
        let carried: Money = sheet.by_products.iter().map(|by_product| by_product.value).sum();
        prop_assert_eq!(sheet.output_value + carried, sheet.actual.total);
        let totals = sheet.actual;
        prop_assert_eq!(totals.material + totals.labour + totals.work_center + totals.rounding, totals.total);
        prop_assert!(sheet.output_value >= Money::ZERO);
    }
}

#[test]
fn the_cost_tree_of_ten_tables_ends_in_215_45_each() {
    let factory = Factory::new();
    let tree = cost_tree(&factory, factory.bom_of(STEEL_TABLE), Exact::from_integer(10)).unwrap();
    let top = &tree.rows[0];
    assert_eq!((top.cost.material, top.cost.labour, top.cost.work_center), (dec!(620), dec!(582), dec!(952.5)));
    assert_eq!(top.unit_cost, Some(dec!(215.45)));
    assert_eq!(tree.missing, []);
    let subjects: Vec<_> = tree.rows.iter().map(|row| (row.level, row.subject)).collect();
    assert_eq!(subjects[1], (1, CostTreeSubject::Component(STEEL_TUBE)));
    assert_eq!(subjects[3], (1, CostTreeSubject::Operation(10)));
}

#[test]
fn a_made_component_is_followed_by_what_it_is_made_of_and_costs_their_sum() {
    let factory = Factory::new();
    let tree = cost_tree(&factory, factory.bom_of(BENCH), Exact::from_integer(10)).unwrap();
    let frame = tree.rows.iter().position(|row| row.subject == CostTreeSubject::Component(BENCH_FRAME)).unwrap();
    let below: Decimal =
        tree.rows[frame + 1..].iter().take_while(|row| row.level == 2).map(|row| row.cost.total()).sum();
    assert_eq!(below.round_dp(15), tree.rows[frame].cost.total().round_dp(15));
    let rolled_up = rolled_up_cost(&factory, BENCH_FRAME).unwrap().unit_cost.get();
    assert_eq!(tree.rows[frame].unit_cost.unwrap().round_dp(15), rolled_up.round_dp(15));
    let kit_parts = tree.rows.iter().filter(|row| row.subject == CostTreeSubject::Component(BOLT));
    assert_eq!(kit_parts.map(|row| (row.level, row.quantity)).collect::<Vec<_>>(), [(2, dec!(80))]);
}

/// The bench with these by-products.
fn bench_with(factory: &Factory, shares: &[i64]) -> Bom {
    let by_products = shares.iter().map(|&share| BomByProduct {
        product: POWDER_PAINT,
        quantity: PositiveQuantity::new(dec!(1)).unwrap(),
        unit: factory.product(POWDER_PAINT).unwrap().stock_unit.id(),
        cost_share: CostSharePercent::try_from(Decimal::new(share, 2)).unwrap(),
    });
    Bom { by_products: by_products.collect(), ..factory.bom_of(BENCH).clone() }
}

/// What the rows directly below the first one cost together.
fn first_level(tree: &CostTree) -> Decimal {
    tree.rows.iter().filter(|row| row.level == 1).map(|row| row.cost.total()).sum()
}

#[test]
fn a_kit_stands_above_its_parts_and_costs_what_they_cost() {
    let factory = Factory::new();
    let tree = cost_tree(&factory, factory.bom_of(BENCH), Exact::from_integer(10)).unwrap();
    let kit = tree.rows.iter().position(|row| row.subject == CostTreeSubject::Component(FIXING_KIT)).unwrap();
    let parts = tree.rows[kit + 1..].iter().take_while(|row| row.level == 2);
    let parts = parts.map(|row| (row.subject, row.cost.total())).collect::<Vec<_>>();
    // 80 bolts at 0.20 and 40 feet at 0.75.
    let subject = CostTreeSubject::Component;
    assert_eq!(parts, [(subject(BOLT), dec!(16)), (subject(FOOT), dec!(30))]);
    let row = &tree.rows[kit];
    assert_eq!((row.level, row.quantity, row.unit_cost), (1, dec!(10), Some(dec!(4.6))));
    assert_eq!(first_level(&tree).round_dp(12), tree.rows[0].cost.total().round_dp(12));
}

#[test]
fn lines_of_one_component_bear_the_cost_by_their_quantities() {
    let factory = Factory::new();
    let table = factory.bom_of(STEEL_TABLE);
    let mut lines = table.lines.clone();
    let tube = lines.iter().find(|line| line.component == STEEL_TUBE).unwrap().clone();
    lines.push(BomLine { quantity: PositiveQuantity::new(tube.quantity.get() * dec!(3)).unwrap(), ..tube.clone() });
    let tree = cost_tree(&factory, &Bom { lines, ..table.clone() }, Exact::from_integer(10)).unwrap();
    let tubes = tree.rows.iter().filter(|row| row.subject == CostTreeSubject::Component(STEEL_TUBE));
    let told = tubes.map(|row| (row.quantity, row.cost.material)).collect::<Vec<_>>();
    assert_eq!(told, [(dec!(40), dec!(500)), (dec!(120), dec!(1500))]);
    assert_eq!(tree.rows[0].cost.material, dec!(2120));
}

#[test]
fn what_by_products_carry_is_a_row_and_leaves_the_product_the_rest() {
    let factory = Factory::new();
    let whole = cost_tree(&factory, factory.bom_of(BENCH), Exact::from_integer(10)).unwrap();
    let tree = cost_tree(&factory, &bench_with(&factory, &[1500, 500]), Exact::from_integer(10)).unwrap();
    let carried = tree.rows.last().unwrap();
    assert_eq!((carried.level, carried.subject, carried.quantity), (1, CostTreeSubject::ByProducts, dec!(20)));
    let total = whole.rows[0].cost.total();
    assert_eq!(carried.cost.total().round_dp(12), (total * dec!(-0.2)).round_dp(12));
    assert_eq!(tree.rows[0].cost.total().round_dp(12), (total * dec!(0.8)).round_dp(12));
}

proptest! {
    #[test]
    fn a_tree_ends_in_what_the_roll_up_says_and_in_the_sum_of_its_first_level(
        shares in prop::collection::vec(0..3_000_i64, 0..4),
        runs in 1..200_i64,
    ) {
        let bench = bench_with(&Factory::new(), &shares);
        let factory = Factory::with_bom(&bench);
        let tree = cost_tree(&factory, &bench, Exact::from_integer(runs)).unwrap();
        prop_assert_eq!(first_level(&tree).round_dp(10), tree.rows[0].cost.total().round_dp(10));
        // One run, for which no need has to be rounded up.
        let one = cost_tree(&factory, &bench, Exact::ONE).unwrap().rows[0].unit_cost.unwrap();
        let rolled_up = rolled_up_cost(&factory, BENCH).unwrap().unit_cost.get();
        prop_assert_eq!(one.round_dp(12), rolled_up.round_dp(12));
    }
}
