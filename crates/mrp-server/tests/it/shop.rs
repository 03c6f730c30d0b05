//! The example factory, made through the API on a database of its own, and the calls that the tests about orders share.
//!
//! The clock stands still at six on a Friday morning in Bucharest; Monday and Tuesday after it are holidays. Nothing is
//! in stock until a test receives it.

use std::collections::HashMap;

use mrp_api::access::Role;
use mrp_api::boms::{BomInput, BomLineInput, BomView, CreateBom, ValidateBom, ValidateBomInput};
use mrp_api::cost_sheets::{CostSheetView, GetCostSheet};
use mrp_api::endpoint::{Empty, Endpoint, IdPath};
use mrp_api::manufacturing_orders::{
    BulkInput, ConfirmManufacturingOrder, CreateManufacturingOrder, FinishInput, FinishManufacturingOrder,
    GetManufacturingOrder, ManufacturingOrderInput, ManufacturingOrderView, MaterialLineView, PlanInput,
    PlanManufacturingOrder,
};
use mrp_api::patch::Patch;
use mrp_api::products::{CreateProduct, ProductInput};
use mrp_api::routings::{CreateRouting, OperationInput, RoutingInput};
use mrp_api::settings::{GetSetting, SettingInput, SettingView, UpdateSetting};
use mrp_api::shop_closures::{ClosureKind, CreateShopClosure, ShopClosureInput};
use mrp_api::stock::{CreateReceipt, ListStock, ReceiptInput, ReceiptLineInput, StockBalanceRow, StockQuery};
use mrp_api::unit_categories::{CreateUnitCategory, UnitCategoryInput};
use mrp_api::units::{CreateUnit, UnitInput};
use mrp_api::warehouses::{CreateWarehouse, WarehouseInput};
use mrp_api::work_centers::{CreateWorkCenter, WorkCenterInput};
use mrp_api::work_orders::{FinishWorkOrder, FinishWorkOrderInput, GetWorkOrder, StartWorkOrder, WorkOrderView};
use mrp_api::work_schedules::{CreateWorkSchedule, Shift, WorkScheduleInput};
use mrp_domain::bom::{BomType, ConsumptionMode};
use mrp_domain::example::{self, ExampleBom, ExampleProduct, ExampleRouting};
use mrp_domain::ids::{
    BomId, LocationId, ManufacturingOrderId, ProductId, RoutingId, UnitCategoryId, UnitId, WarehouseId, WorkCenterId,
    WorkOrderId,
};
use mrp_domain::manufacturing_order::transitions::FinishChoice;
use mrp_domain::product::{CostMethod, ProductType, Tracking};
use mrp_domain::time::{Instant, Seconds};
use mrp_test_support::app::TestApp;
use mrp_test_support::client::{Answer, Client};
use rust_decimal::Decimal;
use time::macros::datetime;

/// A decimal as people write it.
pub(crate) fn d(text: &str) -> Decimal {
    text.parse().unwrap()
}

/// Six in the morning of Friday, 27 November 2026, on the shop's clock.
pub(crate) fn friday_at_six() -> Instant {
    Instant::from_datetime(datetime!(2026-11-27 04:00 UTC))
}

/// The example factory.
pub(crate) struct Shop {
    pub(crate) app: TestApp,
    pub(crate) admin: Client,
    pub(crate) warehouse: WarehouseId,
    /// Where its stock lies.
    pub(crate) place: LocationId,
    units: HashMap<UnitId, UnitId>,
    centers: HashMap<WorkCenterId, WorkCenterId>,
    products: HashMap<ProductId, ProductId>,
    routings: HashMap<RoutingId, RoutingId>,
    boms: HashMap<ProductId, BomView>,
}

/// What a recipe of a test's own needs to know of an operation.
pub(crate) fn operation(sequence: u32, work_center_id: WorkCenterId, cycle_seconds: u32) -> OperationInput {
    OperationInput {
        id: None,
        time_mode: mrp_domain::work_order_duration::TimeMode::Manual,
        learn_from: mrp_domain::work_order_duration::LEARN_FROM_DEFAULT,
        sequence,
        name: format!("Operation {sequence}"),
        work_center_id,
        setup_seconds: 0,
        cycle_seconds,
        quantity_per_cycle: Decimal::ONE,
        cleanup_seconds: 0,
        staff_needed: 1,
        predecessors: None,
        overlap_quantity: None,
        instructions: String::new(),
    }
}

/// So much of a component, consumed by that operation.
pub(crate) fn component(component_id: ProductId, quantity: &str, operation_sequence: Option<u32>) -> BomLineInput {
    BomLineInput { operation_sequence, ..BomLineInput::of(component_id, d(quantity)) }
}

impl Shop {
    /// Opens it.
    pub(crate) async fn open() -> Self {
        let app = TestApp::at(friday_at_six()).await;
        let admin = app.admin();
        let input = WarehouseInput { code: "WH".to_owned(), name: "Main warehouse".to_owned(), active: true };
        let made = admin.post::<CreateWarehouse>(&input).await.ok();
        let (warehouse, place) = (made.id, made.location_id);
        let mut shop = Self {
            app,
            admin,
            warehouse,
            place,
            units: HashMap::new(),
            centers: HashMap::new(),
            products: HashMap::new(),
            routings: HashMap::new(),
            boms: HashMap::new(),
        };
        shop.set(|setting| {
            setting.default_components_warehouse_id = Some(warehouse);
            setting.default_finished_products_warehouse_id = Some(warehouse);
        })
        .await;
        shop.make_units().await;
        shop.make_calendar().await;
        shop.make_work_centers().await;
        for product in example::PRODUCTS {
            shop.make_product(product).await;
        }
        for routing in example::ROUTINGS {
            shop.make_routing(routing).await;
        }
        let (kits, others): (Vec<_>, Vec<_>) = example::BOMS.iter().partition(|bom| bom.bom_type == BomType::Kit);
        for bom in kits.into_iter().chain(others) {
            shop.make_bom(bom).await;
        }
        shop
    }

    /// Checks that nothing contradicts itself, and closes it.
    pub(crate) async fn close(self) {
        self.app.finish().await;
    }

    async fn make_units(&mut self) {
        let mut categories: HashMap<UnitCategoryId, UnitCategoryId> = HashMap::new();
        for category in example::UNIT_CATEGORIES {
            let input = UnitCategoryInput { name: category.name.to_owned() };
            let made = self.admin.post::<CreateUnitCategory>(&input).await.ok();
            categories.insert(category.id, made.id);
        }
        for unit in example::UNITS {
            let input = UnitInput {
                code: unit.code.to_owned(),
                name: unit.name.to_owned(),
                unit_category_id: categories[&unit.category],
                ratio_numerator: unit.ratio.0,
                ratio_denominator: unit.ratio.1,
                rounding_step: unit.rounding_step,
                active: true,
            };
            self.units.insert(unit.id, self.admin.post::<CreateUnit>(&input).await.ok().id);
        }
    }

    async fn make_calendar(&self) {
        let days = example::WORKING_DAYS.iter();
        let shifts = days.flat_map(|weekday| {
            example::SHIFTS.iter().map(|shift| Shift {
                name: shift.name.to_owned(),
                weekday: *weekday,
                from: shift.from.to_owned(),
                until: shift.until.to_owned(),
                breaks: Vec::new(),
            })
        });
        let input = WorkScheduleInput {
            name: "Two shifts".to_owned(),
            zone: example::ZONE.to_owned(),
            is_default: true,
            valid_from: None,
            valid_until: None,
            shifts: shifts.collect(),
        };
        let _ = self.admin.post::<CreateWorkSchedule>(&input).await.ok();
        for day in ["2026-11-30", "2026-12-01"] {
            let input = ShopClosureInput {
                kind: ClosureKind::PublicHoliday,
                date_from: day.to_owned(),
                date_until: day.to_owned(),
                time_from: None,
                time_until: None,
                work_center_id: None,
                reason: "Public holiday".to_owned(),
            };
            let _ = self.admin.post::<CreateShopClosure>(&input).await.ok();
        }
    }

    async fn make_work_centers(&mut self) {
        for center in example::WORK_CENTERS {
            let input = WorkCenterInput {
                code: center.code.to_owned(),
                name: center.name.to_owned(),
                kind: center.kind,
                capacity: center.capacity,
                efficiency_percent: center.efficiency_percent,
                costs_hour: Some(center.cost_per_hour),
                labour_cost_hour: Some(center.labour_cost_per_hour),
                work_schedule_id: None,
                setup_seconds: 0,
                cleanup_seconds: 0,
                oee_target_percent: None,
                alternative_ids: Vec::new(),
                description: String::new(),
                active: true,
            };
            self.centers.insert(center.id, self.admin.post::<CreateWorkCenter>(&input).await.ok().id);
        }
    }

    async fn make_product(&mut self, product: &ExampleProduct) {
        let is_bought = product.standard_cost.is_some();
        let made = self
            .new_product(ProductInput {
                unit_id: self.units[&product.unit],
                can_be_made: !is_bought,
                can_be_bought: is_bought,
                can_be_sold: product.selling_price.is_some(),
                standard_cost: product.standard_cost,
                selling_price: product.selling_price,
                name: product.name.to_owned(),
                ..self.product_input(product.code)
            })
            .await;
        self.products.insert(product.id, made);
    }

    /// A storable product counted in pieces, made and without a cost.
    pub(crate) fn product_input(&self, code: &str) -> ProductInput {
        ProductInput {
            code: code.to_owned(),
            name: code.to_owned(),
            product_type: ProductType::Storable,
            unit_id: self.units[&example::PIECE],
            category: String::new(),
            can_be_made: true,
            can_be_bought: true,
            can_be_sold: true,
            standard_cost: None,
            cost_method: CostMethod::MovingAverage,
            selling_price: None,
            purchase_lead_days: 0,
            safety_stock: Decimal::ZERO,
            tracking: Tracking::None,
            barcode: None,
            description: String::new(),
            active: true,
            template_id: None,
            attribute_value_ids: Vec::new(),
            purchase_unit_id: None,
            one_lot: false,
            order_when_sold: false,
        }
    }

    pub(crate) async fn new_product(&self, input: ProductInput) -> ProductId {
        self.admin.post::<CreateProduct>(&input).await.ok().id
    }

    async fn make_routing(&mut self, routing: &ExampleRouting) {
        let seconds = |value: u64| u32::try_from(value).unwrap();
        let operations = routing.operations.iter().map(|made| OperationInput {
            id: None,
            time_mode: mrp_domain::work_order_duration::TimeMode::Manual,
            learn_from: mrp_domain::work_order_duration::LEARN_FROM_DEFAULT,
            name: made.name.to_owned(),
            setup_seconds: seconds(made.setup_seconds),
            cleanup_seconds: seconds(made.cleanup_seconds),
            staff_needed: made.staff_needed,
            ..operation(made.sequence, self.centers[&made.work_center], seconds(made.cycle_seconds))
        });
        let made = self.new_routing(routing.name, operations.collect()).await;
        self.routings.insert(routing.id, made);
    }

    pub(crate) async fn new_routing(&self, name: &str, operations: Vec<OperationInput>) -> RoutingId {
        let input = RoutingInput { code: None, name: name.to_owned(), operations, active: true };
        self.admin.post::<CreateRouting>(&input).await.ok().id
    }

    async fn make_bom(&mut self, bom: &ExampleBom) {
        let lines = bom.lines.iter().map(|line| BomLineInput {
            unit_id: Some(self.units[&line.unit]),
            quantity: line.quantity,
            loss_percent: line.loss_percent,
            ..component(self.products[&line.component], "1", line.operation_sequence)
        });
        let input = BomInput {
            quantity_per_run: bom.quantity,
            routing_id: bom.routing.map(|routing| self.routings[&routing]),
            bom_type: bom.bom_type,
            ..self.bom_input(self.products[&bom.product], lines.collect())
        };
        let draft = self.admin.post::<CreateBom>(&input).await.ok();
        let valid = self.validated(&draft).await;
        self.boms.insert(bom.product, valid);
    }

    /// A recipe for one piece, without a routing, consumed automatically.
    pub(crate) fn bom_input(&self, product_id: ProductId, lines: Vec<BomLineInput>) -> BomInput {
        BomInput {
            code: None,
            product_id,
            quantity_per_run: Decimal::ONE,
            unit_id: None,
            routing_id: None,
            bom_type: BomType::Manufacture,
            consumption_mode: ConsumptionMode::Automatic,
            effective_from: None,
            effective_until: None,
            by_products: Vec::new(),
            lines,
        }
    }

    pub(crate) async fn validated(&self, draft: &BomView) -> BomView {
        self.admin
            .call_at::<ValidateBom>(&IdPath { id: draft.id }, draft.version, &ValidateBomInput::default())
            .await
            .ok()
    }

    /// A product of the test's own with a validated recipe.
    pub(crate) async fn recipe(
        &self,
        code: &str,
        mode: ConsumptionMode,
        operations: Vec<OperationInput>,
        lines: Vec<BomLineInput>,
    ) -> ProductId {
        let product = self.new_product(self.product_input(code)).await;
        let routing = self.new_routing(code, operations).await;
        let input = BomInput { routing_id: Some(routing), consumption_mode: mode, ..self.bom_input(product, lines) };
        let draft = self.admin.post::<CreateBom>(&input).await.ok();
        self.validated(&draft).await;
        product
    }

    /// Changes the company's settings.
    pub(crate) async fn set(&self, change: impl FnOnce(&mut SettingInput)) {
        let view: SettingView = self.admin.list::<GetSetting>(&Empty {}).await.ok();
        let mut input = SettingInput {
            company_name: view.company_name,
            zone: view.zone,
            currency: view.currency,
            language: view.language,
            over_production_percent: view.over_production_percent,
            reservation_rule: view.reservation_rule,
            reserve_days_before: view.reserve_days_before,
            near_expiry_days: view.near_expiry_days,
            default_components_warehouse_id: view.default_components_warehouse_id,
            default_finished_products_warehouse_id: view.default_finished_products_warehouse_id,
        };
        if input.company_name.is_empty() {
            input.company_name = "Workshop".to_owned();
        }
        change(&mut input);
        let _ = self.admin.call_at::<UpdateSetting>(&Empty {}, view.version, &Patch::whole(&input)).await.ok();
    }

    /// The product, work center, recipe or routing that stands for the one of the example.
    pub(crate) fn product(&self, id: ProductId) -> ProductId {
        self.products[&id]
    }

    pub(crate) fn unit(&self, id: UnitId) -> UnitId {
        self.units[&id]
    }

    pub(crate) fn center(&self, id: WorkCenterId) -> WorkCenterId {
        self.centers[&id]
    }

    pub(crate) fn bom(&self, product: ProductId) -> BomId {
        self.boms[&product].id
    }

    pub(crate) fn routing(&self, id: RoutingId) -> RoutingId {
        self.routings[&id]
    }

    /// Moves the clock on by whole minutes.
    pub(crate) fn pass_minutes(&self, minutes: u64) {
        let now = self.app.clock.now();
        self.app.clock.set(now.plus(Seconds::from_minutes(minutes)));
    }

    /// Receives this much of products of the example, at their cost.
    pub(crate) async fn receive(&self, what: &[(ProductId, &str)]) {
        let lines = what.iter().map(|(product, quantity)| (self.products[product], d(quantity), None));
        self.receive_at(lines.collect()).await;
    }

    /// Receives products at a cost of one.
    pub(crate) async fn receive_at(&self, what: Vec<(ProductId, Decimal, Option<Decimal>)>) {
        let lines = what.into_iter().map(|(product_id, quantity, unit_cost)| ReceiptLineInput {
            product_id,
            quantity,
            unit_id: None,
            unit_cost,
            purchase_order_line_id: None,
            lot_numbers: None,
            expires_on: None,
            supplier_lot: None,
        });
        let input =
            ReceiptInput { warehouse_id: self.warehouse, reference: "By hand".to_owned(), lines: lines.collect() };
        let _ = self.admin.post::<CreateReceipt>(&input).await.ok();
    }

    /// Tube and paint for this many tables.
    pub(crate) async fn receive_for_tables(&self, tables: u32) {
        let tables = Decimal::from(tables);
        let tube = (self.product(example::STEEL_TUBE), tables * d("4"), None);
        let paint = (self.product(example::POWDER_PAINT), tables * d("0.3"), None);
        self.receive_at(vec![tube, paint]).await;
    }

    /// What the stock says of a product.
    pub(crate) async fn stock(&self, product_id: ProductId) -> StockBalanceRow {
        self.stock_as(&self.admin, product_id).await
    }

    pub(crate) async fn stock_as(&self, client: &Client, product_id: ProductId) -> StockBalanceRow {
        let query = StockQuery { product_id: Some(product_id), ..StockQuery::default() };
        let mut page = client.list::<ListStock>(&query).await.ok();
        assert_eq!(page.items.len(), 1, "{page:?}");
        page.items.remove(0)
    }

    /// Asserts that nothing of a product is left.
    pub(crate) async fn is_used_up(&self, product_id: ProductId) {
        let query = StockQuery { product_id: Some(product_id), ..StockQuery::default() };
        let page = self.admin.list::<ListStock>(&query).await.ok();
        assert!(page.items.iter().all(|row| row.qty_on_hand.is_zero() && row.qty_reserved.is_zero()), "{page:?}");
    }

    /// The fields of an order that starts now and has a month.
    pub(crate) fn order_input(&self, product_id: ProductId, quantity: &str) -> ManufacturingOrderInput {
        let now = self.app.clock.now();
        ManufacturingOrderInput {
            product_id,
            quantity: d(quantity),
            bom_id: None,
            routing_id: None,
            date_deadline: Some(now.plus(Seconds::from_hours(24 * 30))),
            planned_start: Some(now),
            components_warehouse_id: None,
            finished_products_warehouse_id: None,
            priority: None,
            responsible_id: None,
            notes: String::new(),
        }
    }

    pub(crate) async fn draft(&self, product_id: ProductId, quantity: &str) -> ManufacturingOrderView {
        self.admin.post::<CreateManufacturingOrder>(&self.order_input(product_id, quantity)).await.ok()
    }

    /// A draft of this many tables.
    pub(crate) async fn tables(&self, quantity: &str) -> ManufacturingOrderView {
        self.draft(self.product(example::STEEL_TABLE), quantity).await
    }

    pub(crate) async fn confirmed(&self, product_id: ProductId, quantity: &str) -> ManufacturingOrderView {
        let draft = self.draft(product_id, quantity).await;
        self.act::<ConfirmManufacturingOrder>(&draft, &Empty {}).await.ok()
    }

    pub(crate) async fn planned(&self, product_id: ProductId, quantity: &str) -> ManufacturingOrderView {
        let order = self.confirmed(product_id, quantity).await;
        self.act::<PlanManufacturingOrder>(&order, &PlanInput { with_shortage: false }).await.ok()
    }

    /// Runs a command on an order as the administrator, at the version of the view.
    pub(crate) async fn act<E>(&self, order: &ManufacturingOrderView, body: &E::Body) -> Answer<E::Reply>
    where
        E: Endpoint<Path = IdPath<ManufacturingOrderId>, Query = Empty>,
    {
        self.admin.call_at::<E>(&IdPath { id: order.id }, order.version, body).await
    }

    pub(crate) async fn read(&self, order: &ManufacturingOrderView) -> ManufacturingOrderView {
        self.admin.get::<GetManufacturingOrder>(&IdPath { id: order.id }).await.ok()
    }

    pub(crate) async fn finish(
        &self,
        order: &ManufacturingOrderView,
        choice: FinishChoice,
    ) -> Answer<ManufacturingOrderView> {
        let order = self.read(order).await;
        self.act::<FinishManufacturingOrder>(
            &order,
            &FinishInput { choice, accept_unrecorded: false, lot_numbers: None },
        )
        .await
    }

    pub(crate) async fn cost_sheet(&self, order: &ManufacturingOrderView) -> CostSheetView {
        self.admin.get::<GetCostSheet>(&IdPath { id: order.id }).await.ok()
    }

    /// The work order of that operation.
    pub(crate) async fn work(&self, order: &ManufacturingOrderView, sequence: u32) -> WorkOrderView {
        let order = self.read(order).await;
        let found = order.operations.iter().find(|operation| operation.sequence == sequence).unwrap();
        self.admin.get::<GetWorkOrder>(&IdPath { id: found.work_order_id.unwrap() }).await.ok()
    }

    /// Runs a command on a work order as somebody, at the version that it has now.
    pub(crate) async fn on<E>(&self, client: &Client, work: &WorkOrderView, body: &E::Body) -> Answer<E::Reply>
    where
        E: Endpoint<Path = IdPath<WorkOrderId>, Query = Empty>,
    {
        let id = work.row.id;
        let version = self.admin.get::<GetWorkOrder>(&IdPath { id }).await.ok().version;
        client.call_at::<E>(&IdPath { id }, version, body).await
    }

    /// Starts an operation, works on it this long, and finishes it with everything good.
    pub(crate) async fn carry_out(&self, order: &ManufacturingOrderView, sequence: u32, minutes: u64) -> WorkOrderView {
        let work = self.work(order, sequence).await;
        let _ = self.on::<StartWorkOrder>(&self.admin, &work, &Empty {}).await.ok();
        self.pass_minutes(minutes);
        self.on::<FinishWorkOrder>(&self.admin, &work, &FinishWorkOrderInput { report: None }).await.ok()
    }

    pub(crate) fn operator(&self) -> Client {
        self.app.as_role(Role::Operator)
    }
}

/// The component of an order.
pub(crate) fn line(order: &ManufacturingOrderView, product: ProductId) -> &MaterialLineView {
    order.components.iter().find(|line| line.product_id == product).unwrap()
}

/// Orders for a bulk command.
pub(crate) fn bulk(orders: &[&ManufacturingOrderView]) -> BulkInput {
    let item = |order: &&ManufacturingOrderView| mrp_api::manufacturing_orders::BulkItem {
        id: order.id,
        version: order.version,
    };
    BulkInput { orders: orders.iter().map(item).collect() }
}
