//! The example factory keeps what its documentation promises.

use std::collections::BTreeMap;

use mrp_domain::bom::catalog::BomCatalog;
use mrp_domain::bom::explode::{explode, explode_multi_level};
use mrp_domain::bom::{Bom, BomLine, BomProduct, BomSource, BomState, ConsumptionMode, LossPercent};
use mrp_domain::costing::OperationCost;
use mrp_domain::costing::roll_up::CostSource;
use mrp_domain::example::{
    BENCH, BOLT, BOMS, CUTTING, ExampleBom, ExampleHoliday, ExampleOperation, FOOT, HOLIDAYS, METRE, PIECE,
    POWDER_PAINT, PRODUCTS, ROUTINGS, SHIFTS, STEEL_TABLE, STEEL_TUBE, TABLE_ROUTING, UNITS, WORK_CENTERS,
    WORKING_DAYS, ZONE,
};
use mrp_domain::ids::{ProductId, RoutingId, UnitId};
use mrp_domain::money::{HourlyRate, UnitCost};
use mrp_domain::quantity::{Exact, PositiveQuantity, Unit};
use mrp_domain::routing::{Operation, Routing};
use mrp_domain::shop_calendar::{ShiftDraft, WorkSchedule};
use mrp_domain::text::{Code, Name};
use mrp_domain::time::Seconds;
use mrp_domain::work_center::Efficiency;
use mrp_domain::work_order_duration::{DurationError, OperationTimes, duration};
use rust_decimal::Decimal;
use rust_decimal_macros::dec;

/// The factory with everything parsed; unit costs can be replaced to see what follows.
pub(crate) struct Factory {
    catalog: BomCatalog,
    pub(crate) costs: BTreeMap<ProductId, UnitCost>,
}

impl Factory {
    pub(crate) fn new() -> Self {
        Self::of(BOMS.iter().map(bom))
    }

    /// With this bill of materials in place of the product's own.
    pub(crate) fn with_bom(other: &Bom) -> Self {
        Self::of(BOMS.iter().map(bom).map(|known| if known.product == other.product { other.clone() } else { known }))
    }

    fn of(boms: impl Iterator<Item = Bom>) -> Self {
        let units = UNITS
            .iter()
            .map(|unit| {
                let ratio = Exact::ratio(unit.ratio.0, unit.ratio.1).unwrap();
                Unit::new(unit.id, unit.category, unit.code, ratio, unit.rounding_step).unwrap()
            })
            .collect();
        let mut catalog = BomCatalog::new(units);
        let mut costs = BTreeMap::new();
        for product in PRODUCTS {
            catalog.add_product(product.id, product.unit).unwrap();
            costs.extend(product.standard_cost.map(|cost| (product.id, UnitCost::new(cost).unwrap())));
        }
        for bom in boms {
            catalog.add_bom(bom).unwrap();
        }
        Self { catalog, costs }
    }

    pub(crate) fn bom_of(&self, product: ProductId) -> &Bom {
        self.catalog.product(product).unwrap().bom.unwrap()
    }
}

impl BomSource for Factory {
    fn product(&self, id: ProductId) -> Option<BomProduct<'_>> {
        self.catalog.product(id)
    }

    fn unit(&self, id: UnitId) -> Option<&Unit> {
        self.catalog.unit(id)
    }
}

impl CostSource for Factory {
    fn product_name(&self, product: ProductId) -> String {
        PRODUCTS.iter().find(|known| known.id == product).unwrap().name.to_owned()
    }

    fn unit_cost(&self, product: ProductId) -> Option<UnitCost> {
        self.costs.get(&product).copied()
    }

    fn operations(&self, routing: RoutingId, quantity: Exact) -> Result<Vec<OperationCost>, DurationError> {
        let routing = ROUTINGS.iter().find(|known| known.id == routing).unwrap();
        let operations = routing.operations.iter().map(|operation| {
            let center = WORK_CENTERS.iter().find(|known| known.id == operation.work_center).unwrap();
            let efficiency = Efficiency::try_from(center.efficiency_percent).unwrap();
            Ok(OperationCost {
                sequence: operation.sequence,
                name: operation.name.to_owned(),
                duration: duration(&times(operation), quantity, efficiency)?,
                staff_needed: operation.staff_needed,
                work_center_rate: HourlyRate::new(center.cost_per_hour).unwrap(),
                labour_rate: HourlyRate::new(center.labour_cost_per_hour).unwrap(),
            })
        });
        operations.collect()
    }
}

fn times(operation: &ExampleOperation) -> OperationTimes {
    OperationTimes {
        setup: Seconds::new(operation.setup_seconds),
        cycle: Seconds::new(operation.cycle_seconds),
        quantity_per_cycle: PositiveQuantity::new(dec!(1)).unwrap(),
        cleanup: Seconds::new(operation.cleanup_seconds),
    }
}

fn bom(example: &ExampleBom) -> Bom {
    let lines = example.lines.iter().map(|line| BomLine {
        id: line.id,
        component: line.component,
        quantity: PositiveQuantity::new(line.quantity).unwrap(),
        unit: line.unit,
        operation_sequence: line.operation_sequence,
        loss: LossPercent::try_from(line.loss_percent).unwrap(),
        is_fixed: false,
        note: String::new(),
        substitutes: Vec::new(),
        applies_to: Vec::new(),
    });
    Bom {
        id: example.id,
        code: Code::new(example.code).unwrap(),
        revision: 1,
        state: BomState::Validated,
        bom_type: example.bom_type,
        product: example.product,
        quantity: PositiveQuantity::new(example.quantity).unwrap(),
        unit: PIECE,
        routing: example.routing,
        consumption: ConsumptionMode::Automatic,
        effective_from: None,
        effective_until: None,
        lines: lines.collect(),
        by_products: Vec::new(),
    }
}

#[test]
fn ten_tables_take_two_eight_two_and_a_quarter_and_one_hour() {
    let operations = Factory::new().operations(TABLE_ROUTING, Exact::from_integer(10)).unwrap();
    let took: Vec<u64> = operations.iter().map(|operation| operation.duration.get()).collect();
    assert_eq!(took, [7_200, 28_800, 8_100, 3_600]);
}

#[test]
fn ten_tables_need_forty_metres_and_three_kilograms() {
    let needs = explode(&Factory::new(), STEEL_TABLE, Exact::from_integer(10)).unwrap();
    let found: Vec<(ProductId, Decimal)> = needs.iter().map(|need| (need.component, need.rounded)).collect();
    assert_eq!(found, [(STEEL_TUBE, dec!(40)), (POWDER_PAINT, dec!(3))]);
}

#[test]
fn a_bench_takes_the_bolts_of_its_kit_and_the_tube_of_its_frame() {
    let needs = explode_multi_level(&Factory::new(), BENCH, Exact::from_integer(10)).unwrap();
    let need = |product| needs.iter().find(|need| need.component == product).unwrap().rounded;
    assert_eq!((need(BOLT), need(FOOT), need(STEEL_TUBE)), (dec!(80), dec!(40), dec!(26)));
}

#[test]
fn every_routing_passes_the_checks_of_a_routing() {
    for routing in ROUTINGS {
        let operations = routing.operations.iter().map(|operation| Operation {
            id: operation.id,
            sequence: operation.sequence,
            name: Name::new(operation.name).unwrap(),
            work_center: operation.work_center,
            times: times(operation),
            staff_needed: operation.staff_needed,
            predecessors: None,
            overlap_after: None,
            instructions: String::new(),
        });
        assert!(Routing::new(operations.collect()).is_ok(), "{}", routing.code);
    }
}

#[test]
fn two_shifts_on_five_days_are_eighty_hours_a_week() {
    let shifts = WORKING_DAYS.iter().flat_map(|&weekday| {
        SHIFTS.iter().map(move |shift| {
            let (from, until) = (shift.from.to_owned(), shift.until.to_owned());
            let draft = ShiftDraft { name: shift.name.to_owned(), weekday, from, until, breaks: Vec::new() };
            draft.parse(0).unwrap()
        })
    });
    let name = Name::new("Two shifts").unwrap();
    let schedule = WorkSchedule::new(name, ZONE, shifts.collect(), None, None).unwrap();
    assert_eq!(schedule.weekly_working_time(), Seconds::from_hours(80));
}

#[test]
fn no_two_things_share_an_id_and_no_holiday_is_listed_twice() {
    let mut ids: Vec<uuid::Uuid> = PRODUCTS.iter().map(|product| product.id.uuid()).collect();
    ids.extend(WORK_CENTERS.iter().map(|center| center.id.uuid()));
    ids.extend(UNITS.iter().map(|unit| unit.id.uuid()));
    ids.extend(ROUTINGS.iter().flat_map(|routing| routing.operations.iter().map(|step| step.id.uuid())));
    ids.extend(BOMS.iter().flat_map(|bom| bom.lines.iter().map(|line| line.id.uuid())));
    ids.extend((0..33).map(|place| ExampleHoliday::id(place).uuid()));
    let count = ids.len();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), count);
    assert!(HOLIDAYS.is_sorted_by(|left, right| left.day < right.day));
    assert_eq!((HOLIDAYS.len(), WORKING_DAYS.len()), (33, 5));
    assert_eq!((CUTTING.uuid().get_version_num(), METRE.uuid().get_version_num()), (7, 7));
}
