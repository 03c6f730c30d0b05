//! One small metal-furniture factory as plain data: for tests, for the demo, and for the numbers in the manual.
//!
//! It makes steel tables (one level, the worked example of costing: 10 tables cost 2 154.50) and benches (two
//! levels and a kit). Ids are fixed, so that a test or a page can name a thing. This is data only: whoever uses it
//! sends it through the same parsers as everybody else's data.

use rust_decimal::Decimal;
use time::Date;
use time::macros::date;
use uuid::Uuid;

use crate::bom::BomType;
use crate::ids::{
    BomId, BomLineId, LocationId, OperationId, ProductId, RoutingId, ShopClosureId, UnitCategoryId, UnitId,
    WarehouseId, WorkCenterId, WorkScheduleId,
};
use crate::product::ProductType;
use crate::stock::LocationKind;
use crate::work_center::WorkCenterKind;

/// A UUID of version 7 with the number in its last bits.
const fn uuid(number: u128) -> Uuid {
    Uuid::from_u128(0x0192_0000_0000_7000_8000_0000_0000_0000 + number)
}

const fn decimal(digits: u32, scale: u32) -> Decimal {
    Decimal::from_parts(digits, 0, 0, false, scale)
}

/// A family of units.
#[derive(Debug, Clone, Copy)]
pub struct ExampleUnitCategory {
    /// Its id.
    pub id: UnitCategoryId,
    /// Its name.
    pub name: &'static str,
}

/// A unit of measure.
#[derive(Debug, Clone, Copy)]
pub struct ExampleUnit {
    /// Its id.
    pub id: UnitId,
    /// Its family.
    pub category: UnitCategoryId,
    /// What stands behind the number.
    pub code: &'static str,
    /// Its name.
    pub name: &'static str,
    /// One of it in reference units, as a fraction.
    pub ratio: (i64, i64),
    /// The smallest stock amount.
    pub rounding_step: Decimal,
}

/// Pieces.
pub const PIECES: UnitCategoryId = UnitCategoryId::from_uuid(uuid(0x101));
/// Mass.
pub const MASS: UnitCategoryId = UnitCategoryId::from_uuid(uuid(0x102));
/// Length.
pub const LENGTH: UnitCategoryId = UnitCategoryId::from_uuid(uuid(0x103));
/// Time.
pub const WORKING_TIME: UnitCategoryId = UnitCategoryId::from_uuid(uuid(0x104));

/// Every family of units.
pub const UNIT_CATEGORIES: &[ExampleUnitCategory] = &[
    ExampleUnitCategory { id: PIECES, name: "Pieces" },
    ExampleUnitCategory { id: MASS, name: "Mass" },
    ExampleUnitCategory { id: LENGTH, name: "Length" },
    ExampleUnitCategory { id: WORKING_TIME, name: "Time" },
];

/// Piece.
pub const PIECE: UnitId = UnitId::from_uuid(uuid(0x201));
/// Kilogram.
pub const KILOGRAM: UnitId = UnitId::from_uuid(uuid(0x202));
/// Gram.
pub const GRAM: UnitId = UnitId::from_uuid(uuid(0x203));
/// Metre.
pub const METRE: UnitId = UnitId::from_uuid(uuid(0x204));
/// Hour.
pub const HOUR: UnitId = UnitId::from_uuid(uuid(0x205));

const THOUSANDTH: Decimal = decimal(1, 3);

/// Every unit.
pub const UNITS: &[ExampleUnit] = &[
    unit(PIECE, PIECES, "buc", "Piece", (1, 1), Decimal::ONE),
    unit(KILOGRAM, MASS, "kg", "Kilogram", (1, 1), THOUSANDTH),
    unit(GRAM, MASS, "g", "Gram", (1, 1_000), Decimal::ONE),
    unit(METRE, LENGTH, "m", "Metre", (1, 1), THOUSANDTH),
    unit(HOUR, WORKING_TIME, "h", "Hour", (1, 1), decimal(1, 2)),
];

const fn unit(
    id: UnitId,
    category: UnitCategoryId,
    code: &'static str,
    name: &'static str,
    ratio: (i64, i64),
    rounding_step: Decimal,
) -> ExampleUnit {
    ExampleUnit { id, category, code, name, ratio, rounding_step }
}

/// Where the shop is.
pub const ZONE: &str = "Europe/Bucharest";

/// The company's work schedule.
pub const TWO_SHIFTS: WorkScheduleId = WorkScheduleId::from_uuid(uuid(0x301));

/// A shift of the company's work schedule, on each of [`WORKING_DAYS`].
#[derive(Debug, Clone, Copy)]
pub struct ExampleShift {
    /// Its name.
    pub name: &'static str,
    /// When it begins on the shop's clock.
    pub from: &'static str,
    /// When it ends on the shop's clock.
    pub until: &'static str,
}

/// The shifts.
pub const SHIFTS: &[ExampleShift] = &[
    ExampleShift { name: "Shift I", from: "06:00", until: "14:00" },
    ExampleShift { name: "Shift II", from: "14:00", until: "22:00" },
];

/// The weekdays on which both shifts work: Monday (1) to Friday (5).
pub const WORKING_DAYS: &[u8] = &[1, 2, 3, 4, 5];

/// A day on which the whole company is closed.
#[derive(Debug, Clone, Copy)]
pub struct ExampleHoliday {
    /// The day.
    pub day: Date,
    /// Why.
    pub name: &'static str,
}

const fn holiday(day: Date, name: &'static str) -> ExampleHoliday {
    ExampleHoliday { day, name }
}

impl ExampleHoliday {
    /// The id of the holiday at that place of [`HOLIDAYS`].
    #[must_use]
    pub const fn id(place: u32) -> ShopClosureId {
        let [a, b, c, d] = place.to_be_bytes();
        let number = u128::from_be_bytes([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, a, b, c, d]);
        ShopClosureId::from_uuid(uuid(number))
    }
}

/// Romania's public holidays of 2026 and 2027 (Easter and Pentecost by the Orthodox calendar).
pub const HOLIDAYS: &[ExampleHoliday] = &[
    holiday(date!(2026 - 01 - 01), "New Year"),
    holiday(date!(2026 - 01 - 02), "New Year"),
    holiday(date!(2026 - 01 - 06), "Epiphany"),
    holiday(date!(2026 - 01 - 07), "Saint John"),
    holiday(date!(2026 - 01 - 24), "Union of the Principalities"),
    holiday(date!(2026 - 04 - 10), "Good Friday"),
    holiday(date!(2026 - 04 - 12), "Easter Sunday"),
    holiday(date!(2026 - 04 - 13), "Easter Monday"),
    holiday(date!(2026 - 05 - 01), "Labour Day"),
    holiday(date!(2026 - 05 - 31), "Pentecost"),
    holiday(date!(2026 - 06 - 01), "Pentecost Monday and Children's Day"),
    holiday(date!(2026 - 08 - 15), "Dormition"),
    holiday(date!(2026 - 11 - 30), "Saint Andrew"),
    holiday(date!(2026 - 12 - 01), "National Day"),
    holiday(date!(2026 - 12 - 25), "Christmas"),
    holiday(date!(2026 - 12 - 26), "Christmas"),
    holiday(date!(2027 - 01 - 01), "New Year"),
    holiday(date!(2027 - 01 - 02), "New Year"),
    holiday(date!(2027 - 01 - 06), "Epiphany"),
    holiday(date!(2027 - 01 - 07), "Saint John"),
    holiday(date!(2027 - 01 - 24), "Union of the Principalities"),
    holiday(date!(2027 - 04 - 30), "Good Friday"),
    holiday(date!(2027 - 05 - 01), "Labour Day"),
    holiday(date!(2027 - 05 - 02), "Easter Sunday"),
    holiday(date!(2027 - 05 - 03), "Easter Monday"),
    holiday(date!(2027 - 06 - 01), "Children's Day"),
    holiday(date!(2027 - 06 - 20), "Pentecost"),
    holiday(date!(2027 - 06 - 21), "Pentecost Monday"),
    holiday(date!(2027 - 08 - 15), "Dormition"),
    holiday(date!(2027 - 11 - 30), "Saint Andrew"),
    holiday(date!(2027 - 12 - 01), "National Day"),
    holiday(date!(2027 - 12 - 25), "Christmas"),
    holiday(date!(2027 - 12 - 26), "Christmas"),
];

/// A work center with its rates.
#[derive(Debug, Clone, Copy)]
pub struct ExampleWorkCenter {
    /// Its id.
    pub id: WorkCenterId,
    /// Its code.
    pub code: &'static str,
    /// Its name.
    pub name: &'static str,
    /// Machine, line or team.
    pub kind: WorkCenterKind,
    /// Work orders side by side.
    pub capacity: u32,
    /// Its speed against the routing's times.
    pub efficiency_percent: Decimal,
    /// What an hour of it costs.
    pub cost_per_hour: Decimal,
    /// What an hour of a person there costs.
    pub labour_cost_per_hour: Decimal,
}

/// Cutting.
pub const CUTTING: WorkCenterId = WorkCenterId::from_uuid(uuid(0x401));
/// Welding.
pub const WELDING: WorkCenterId = WorkCenterId::from_uuid(uuid(0x402));
/// Painting.
pub const PAINTING: WorkCenterId = WorkCenterId::from_uuid(uuid(0x403));
/// Quality control.
pub const QUALITY_CONTROL: WorkCenterId = WorkCenterId::from_uuid(uuid(0x404));

/// Every work center.
pub const WORK_CENTERS: &[ExampleWorkCenter] = &[
    work_center(CUTTING, ("WC-CUT", "Cutting"), WorkCenterKind::Machine, (60, 25)),
    work_center(WELDING, ("WC-WELD", "Welding"), WorkCenterKind::Team, (75, 28)),
    work_center(PAINTING, ("WC-PAINT", "Painting"), WorkCenterKind::Line, (90, 24)),
    work_center(QUALITY_CONTROL, ("WC-QC", "Quality control"), WorkCenterKind::Team, (30, 30)),
];

const fn work_center(
    id: WorkCenterId,
    (code, name): (&'static str, &'static str),
    kind: WorkCenterKind,
    (cost_per_hour, labour_cost_per_hour): (u32, u32),
) -> ExampleWorkCenter {
    ExampleWorkCenter {
        id,
        code,
        name,
        kind,
        capacity: 1,
        efficiency_percent: Decimal::ONE_HUNDRED,
        cost_per_hour: decimal(cost_per_hour, 0),
        labour_cost_per_hour: decimal(labour_cost_per_hour, 0),
    }
}

/// A product.
#[derive(Debug, Clone, Copy)]
pub struct ExampleProduct {
    /// Its id.
    pub id: ProductId,
    /// Its code.
    pub code: &'static str,
    /// Its name.
    pub name: &'static str,
    /// How it behaves in stock.
    pub product_type: ProductType,
    /// Its stock unit.
    pub unit: UnitId,
    /// What one costs when it is bought; none when it is made.
    pub standard_cost: Option<Decimal>,
    /// What one sells for.
    pub selling_price: Option<Decimal>,
    /// Days from ordering to receiving.
    pub purchase_lead_days: u32,
    /// What is on hand when the factory opens.
    pub opening_stock: Decimal,
}

/// The steel table: made, sold at 320.
pub const STEEL_TABLE: ProductId = ProductId::from_uuid(uuid(0x501));
/// Steel tube, by the metre.
pub const STEEL_TUBE: ProductId = ProductId::from_uuid(uuid(0x502));
/// Powder paint, by the kilogram.
pub const POWDER_PAINT: ProductId = ProductId::from_uuid(uuid(0x503));
/// The bench: made from a frame that is made, a kit, and boards.
pub const BENCH: ProductId = ProductId::from_uuid(uuid(0x504));
/// The frame of the bench: made.
pub const BENCH_FRAME: ProductId = ProductId::from_uuid(uuid(0x505));
/// A kit of bolts and feet: never stocked.
pub const FIXING_KIT: ProductId = ProductId::from_uuid(uuid(0x506));
/// Bolts.
pub const BOLT: ProductId = ProductId::from_uuid(uuid(0x507));
/// Feet.
pub const FOOT: ProductId = ProductId::from_uuid(uuid(0x508));
/// Boards for seats.
pub const OAK_BOARD: ProductId = ProductId::from_uuid(uuid(0x509));

/// Every product.
pub const PRODUCTS: &[ExampleProduct] = &[
    made(STEEL_TABLE, "TABLE-01", "Steel table", Some(decimal(320, 0))),
    bought(STEEL_TUBE, ("TUBE-40", "Steel tube 40 × 40"), METRE, decimal(1_250, 2), (5, 200)),
    bought(POWDER_PAINT, ("PAINT-RAL", "Powder paint"), KILOGRAM, decimal(40, 0), (7, 20)),
    made(BENCH, "BENCH-01", "Bench", Some(decimal(410, 0))),
    made(BENCH_FRAME, "FRAME-01", "Bench frame", None),
    made(FIXING_KIT, "KIT-01", "Fixing kit", None),
    bought(BOLT, ("BOLT-M8", "Bolt M8"), PIECE, decimal(20, 2), (2, 1_000)),
    bought(FOOT, ("FOOT-40", "Plastic foot"), PIECE, decimal(75, 2), (2, 400)),
    bought(OAK_BOARD, ("BOARD-OAK", "Oak board"), PIECE, decimal(3_500, 2), (10, 30)),
];

const fn bought(
    id: ProductId,
    (code, name): (&'static str, &'static str),
    unit: UnitId,
    cost: Decimal,
    (purchase_lead_days, opening_stock): (u32, u32),
) -> ExampleProduct {
    ExampleProduct {
        id,
        code,
        name,
        product_type: ProductType::Storable,
        unit,
        standard_cost: Some(cost),
        selling_price: None,
        purchase_lead_days,
        opening_stock: decimal(opening_stock, 0),
    }
}

const fn made(id: ProductId, code: &'static str, name: &'static str, selling_price: Option<Decimal>) -> ExampleProduct {
    ExampleProduct {
        id,
        code,
        name,
        product_type: ProductType::Storable,
        unit: PIECE,
        standard_cost: None,
        selling_price,
        purchase_lead_days: 0,
        opening_stock: Decimal::ZERO,
    }
}

/// One operation, with times at full efficiency.
#[derive(Debug, Clone, Copy)]
pub struct ExampleOperation {
    /// Its id.
    pub id: OperationId,
    /// Its sequence.
    pub sequence: u32,
    /// Its name.
    pub name: &'static str,
    /// Where it is done.
    pub work_center: WorkCenterId,
    /// Setup, before the first piece.
    pub setup_seconds: u64,
    /// One piece.
    pub cycle_seconds: u64,
    /// Cleanup, after the last piece.
    pub cleanup_seconds: u64,
    /// People that it takes.
    pub staff_needed: u32,
}

/// A routing.
#[derive(Debug, Clone, Copy)]
pub struct ExampleRouting {
    /// Its id.
    pub id: RoutingId,
    /// Its code.
    pub code: &'static str,
    /// Its name.
    pub name: &'static str,
    /// Its operations in their order.
    pub operations: &'static [ExampleOperation],
}

/// How tables are made.
pub const TABLE_ROUTING: RoutingId = RoutingId::from_uuid(uuid(0x601));
/// How frames are made.
pub const FRAME_ROUTING: RoutingId = RoutingId::from_uuid(uuid(0x602));
/// How benches are made.
pub const BENCH_ROUTING: RoutingId = RoutingId::from_uuid(uuid(0x603));

/// Every routing. Ten tables take 2 h, 8 h, 2.25 h and 1 h.
pub const ROUTINGS: &[ExampleRouting] = &[
    ExampleRouting {
        id: TABLE_ROUTING,
        code: "RO-TABLE",
        name: "Steel table",
        operations: &[
            operation(0x701, (10, "Cutting"), CUTTING, (1_200, 600, 0), 1),
            operation(0x702, (20, "Welding"), WELDING, (1_800, 2_640, 600), 2),
            operation(0x703, (30, "Painting"), PAINTING, (1_200, 600, 900), 1),
            operation(0x704, (40, "Quality control"), QUALITY_CONTROL, (0, 360, 0), 1),
        ],
    },
    ExampleRouting {
        id: FRAME_ROUTING,
        code: "RO-FRAME",
        name: "Bench frame",
        operations: &[
            operation(0x705, (10, "Cutting"), CUTTING, (600, 300, 0), 1),
            operation(0x706, (20, "Welding"), WELDING, (900, 1_200, 300), 1),
        ],
    },
    ExampleRouting {
        id: BENCH_ROUTING,
        code: "RO-BENCH",
        name: "Bench",
        operations: &[
            operation(0x707, (10, "Painting"), PAINTING, (1_200, 480, 900), 1),
            operation(0x708, (20, "Assembly and quality control"), QUALITY_CONTROL, (0, 900, 0), 1),
        ],
    },
];

const fn operation(
    number: u128,
    (sequence, name): (u32, &'static str),
    work_center: WorkCenterId,
    (setup_seconds, cycle_seconds, cleanup_seconds): (u64, u64, u64),
    staff_needed: u32,
) -> ExampleOperation {
    let id = OperationId::from_uuid(uuid(number));
    ExampleOperation { id, sequence, name, work_center, setup_seconds, cycle_seconds, cleanup_seconds, staff_needed }
}

/// One component of a bill of materials.
#[derive(Debug, Clone, Copy)]
pub struct ExampleBomLine {
    /// Its id.
    pub id: BomLineId,
    /// The component.
    pub component: ProductId,
    /// How much one run needs.
    pub quantity: Decimal,
    /// The unit of the quantity.
    pub unit: UnitId,
    /// The operation that consumes it; none means the last.
    pub operation_sequence: Option<u32>,
    /// What is lost on the way.
    pub loss_percent: Decimal,
}

/// A bill of materials, validated.
#[derive(Debug, Clone, Copy)]
pub struct ExampleBom {
    /// Its id.
    pub id: BomId,
    /// Its code.
    pub code: &'static str,
    /// Made by an order, or a kit.
    pub bom_type: BomType,
    /// What it makes.
    pub product: ProductId,
    /// How many pieces one run makes.
    pub quantity: Decimal,
    /// How it is made; none for kits.
    pub routing: Option<RoutingId>,
    /// What one run takes.
    pub lines: &'static [ExampleBomLine],
}

/// Every bill of materials. Ten tables cost 2 154.50.
pub const BOMS: &[ExampleBom] = &[
    ExampleBom {
        id: BomId::from_uuid(uuid(0x801)),
        code: "BOM-TABLE",
        bom_type: BomType::Manufacture,
        product: STEEL_TABLE,
        quantity: Decimal::ONE,
        routing: Some(TABLE_ROUTING),
        lines: &[
            line(0x901, STEEL_TUBE, decimal(4, 0), METRE, Some(10), 0),
            line(0x902, POWDER_PAINT, decimal(300, 0), GRAM, Some(30), 0),
        ],
    },
    ExampleBom {
        id: BomId::from_uuid(uuid(0x802)),
        code: "BOM-FRAME",
        bom_type: BomType::Manufacture,
        product: BENCH_FRAME,
        quantity: decimal(2, 0),
        routing: Some(FRAME_ROUTING),
        lines: &[line(0x903, STEEL_TUBE, decimal(5, 0), METRE, Some(10), 4)],
    },
    ExampleBom {
        id: BomId::from_uuid(uuid(0x803)),
        code: "BOM-BENCH",
        bom_type: BomType::Manufacture,
        product: BENCH,
        quantity: Decimal::ONE,
        routing: Some(BENCH_ROUTING),
        lines: &[
            line(0x904, BENCH_FRAME, Decimal::ONE, PIECE, Some(10), 0),
            line(0x905, POWDER_PAINT, decimal(250, 0), GRAM, Some(10), 0),
            line(0x906, OAK_BOARD, decimal(2, 0), PIECE, Some(20), 0),
            line(0x907, FIXING_KIT, Decimal::ONE, PIECE, Some(20), 0),
        ],
    },
    ExampleBom {
        id: BomId::from_uuid(uuid(0x804)),
        code: "BOM-KIT",
        bom_type: BomType::Kit,
        product: FIXING_KIT,
        quantity: Decimal::ONE,
        routing: None,
        lines: &[line(0x908, BOLT, decimal(8, 0), PIECE, None, 0), line(0x909, FOOT, decimal(4, 0), PIECE, None, 0)],
    },
];

const fn line(
    number: u128,
    component: ProductId,
    quantity: Decimal,
    unit: UnitId,
    operation_sequence: Option<u32>,
    loss_percent: u32,
) -> ExampleBomLine {
    let (id, loss_percent) = (BomLineId::from_uuid(uuid(number)), decimal(loss_percent, 0));
    ExampleBomLine { id, component, quantity, unit, operation_sequence, loss_percent }
}

/// The only warehouse.
pub const WAREHOUSE: WarehouseId = WarehouseId::from_uuid(uuid(0xA01));

/// A place of the warehouse or outside it.
#[derive(Debug, Clone, Copy)]
pub struct ExampleLocation {
    /// Its id.
    pub id: LocationId,
    /// Its code.
    pub code: &'static str,
    /// What it stands for.
    pub kind: LocationKind,
}

/// Where all stock is.
pub const STORE: LocationId = LocationId::from_uuid(uuid(0xB01));
/// Where bought goods come from.
pub const SUPPLIERS: LocationId = LocationId::from_uuid(uuid(0xB02));
/// Where sold goods go.
pub const CUSTOMERS: LocationId = LocationId::from_uuid(uuid(0xB03));
/// Where components go in and products come out.
pub const SHOP_FLOOR: LocationId = LocationId::from_uuid(uuid(0xB04));
/// Where spoiled goods go.
pub const SCRAP: LocationId = LocationId::from_uuid(uuid(0xB05));
/// Where counting differences go.
pub const ADJUSTMENTS: LocationId = LocationId::from_uuid(uuid(0xB06));

/// Every place.
pub const LOCATIONS: &[ExampleLocation] = &[
    ExampleLocation { id: STORE, code: "STORE", kind: LocationKind::Internal },
    ExampleLocation { id: SUPPLIERS, code: "SUPPLIERS", kind: LocationKind::Supplier },
    ExampleLocation { id: CUSTOMERS, code: "CUSTOMERS", kind: LocationKind::Customer },
    ExampleLocation { id: SHOP_FLOOR, code: "SHOP-FLOOR", kind: LocationKind::Production },
    ExampleLocation { id: SCRAP, code: "SCRAP", kind: LocationKind::Scrap },
    ExampleLocation { id: ADJUSTMENTS, code: "ADJUSTMENTS", kind: LocationKind::Adjustment },
];
