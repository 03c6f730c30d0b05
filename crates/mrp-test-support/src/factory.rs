//! The smallest factory that can make something, made through the API as an administrator would make it.
//!
//! One table of one board and four legs, one bench, one warehouse. Every call makes a new record with a code of its
//! own; a test takes no more of it than it needs.

mod attributes;
mod downtimes;
mod loss_reasons;
mod purchasing;
mod sales_orders;

use std::sync::atomic::{AtomicU32, Ordering};

use mrp_api::attachments::{
    AddOperationAttachment, AddProductAttachment, AttachmentInput, AttachmentView, OperationPath,
};
use mrp_api::boms::{BomInput, BomLineInput, BomView, CreateBom, ReviseBom, UpdateBom, ValidateBom};
use mrp_api::counts::{CountDraftInput, CountEntriesInput, CountEntry, CountView, CreateCount, EnterCount};
use mrp_api::endpoint::{Empty, Endpoint, IdPath};
use mrp_api::lots::{CreateLot, LotInput, LotView};
use mrp_api::manufacturing_orders::{
    ConfirmManufacturingOrder, CreateManufacturingOrder, GetManufacturingOrder, ManufacturingOrderInput,
    ManufacturingOrderView, PlanInput, PlanManufacturingOrder,
};
use mrp_api::patch::Patch;
use mrp_api::products::{CreateProduct, ProductInput, ProductView};
use mrp_api::routings::{CreateRouting, OperationInput, RoutingInput, RoutingView};
use mrp_api::saved_views::{CreateSavedView, SavedViewInput, SavedViewView};
use mrp_api::settings::{GetSetting, UpdateSetting};
use mrp_api::shop_closures::{ClosureKind, CreateShopClosure, ShopClosureInput, ShopClosureView};
use mrp_api::stock::{CreateReceipt, GoodsLineInput, ReceiptInput, ReceiptLineInput, ReceiptView};
use mrp_api::stock_corrections::{CountInput, ScrapInput};
use mrp_api::unit_categories::{CreateUnitCategory, UnitCategoryInput, UnitCategoryView};
use mrp_api::units::{CreateUnit, UnitInput, UnitView};
use mrp_api::users::{CreateUser, UserInput, UserView};
use mrp_api::warehouses::{CreateWarehouse, WarehouseInput, WarehouseView};
use mrp_api::work_centers::{CreateWorkCenter, WorkCenterInput, WorkCenterView};
use mrp_api::work_orders::{GetWorkOrder, ReportInput, WorkOrderView};
use mrp_api::work_schedules::{CreateWorkSchedule, Shift, ShiftBreak, WorkScheduleInput, WorkScheduleView};
use mrp_domain::bom::{BomType, ConsumptionMode};
use mrp_domain::ids::{ProductId, RoutingId, UnitId, WarehouseId, WorkCenterId};
use mrp_domain::product::{CostMethod, ProductType, Tracking};
use mrp_domain::time::{Instant, Seconds};
use mrp_domain::work_center::WorkCenterKind;
use rust_decimal::Decimal;

use crate::app::TestApp;
use crate::client::Client;

/// A PNG of one pixel, in base64.
pub const PICTURE: &str =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

/// Makes records as an administrator.
#[derive(Debug)]
pub struct Factory {
    client: Client,
    now: Instant,
}

/// Numbers in codes never meet, whoever makes the records.
static NEXT: AtomicU32 = AtomicU32::new(1);

/// Everything that an order of one table needs.
#[derive(Debug, Clone)]
pub struct Workshop {
    /// Pieces.
    pub unit: UnitView,
    /// Monday to Sunday, all day, so that a test does not depend on its weekday.
    pub schedule: WorkScheduleView,
    /// The bench.
    pub work_center: WorkCenterView,
    /// Where everything lies.
    pub warehouse: WarehouseView,
    /// What is made.
    pub table: ProductView,
    /// One of it per table.
    pub board: ProductView,
    /// Four of it per table.
    pub leg: ProductView,
    /// One operation.
    pub routing: RoutingView,
    /// Validated.
    pub bom: BomView,
}

/// So many good pieces, consumed for by the order's own rule.
#[must_use]
pub fn good(pieces: &str) -> ReportInput {
    ReportInput {
        good: pieces.parse().expect("a number"),
        scrap: Decimal::ZERO,
        scrap_reason_id: None,
        scrap_reason: String::new(),
        consumption: None,
    }
}

impl TestApp {
    /// Makes records through the API.
    #[must_use]
    pub fn factory(&self) -> Factory {
        Factory { client: self.admin(), now: self.clock.now() }
    }
}

impl Factory {
    /// Who makes them.
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// A word that no other record has.
    #[must_use]
    pub fn code(&self, prefix: &str) -> String {
        format!("{prefix}-{}", NEXT.fetch_add(1, Ordering::Relaxed))
    }

    /// The fields of a user.
    #[must_use]
    pub fn user_input(&self) -> UserInput {
        UserInput {
            login: self.code("user"),
            name: "Somebody".to_owned(),
            role: mrp_api::access::Role::Operator,
            language: "en".to_owned(),
            hourly_rate: Some(Decimal::from(30)),
            password: Some(crate::app::PASSWORD.to_owned()),
            active: true,
        }
    }

    /// A user.
    pub async fn user(&self) -> UserView {
        self.client.post::<CreateUser>(&self.user_input()).await.ok()
    }

    /// The fields of a saved view.
    #[must_use]
    pub fn saved_view_input(&self) -> SavedViewInput {
        SavedViewInput {
            list: "product".to_owned(),
            name: self.code("View"),
            query: "?active=true&sort=-name".to_owned(),
            hidden_columns: "category,free".to_owned(),
            is_shared: false,
        }
    }

    /// A saved view.
    pub async fn saved_view(&self) -> SavedViewView {
        self.client().post::<CreateSavedView>(&self.saved_view_input()).await.ok()
    }

    /// The fields of a unit category.
    #[must_use]
    pub fn unit_category_input(&self) -> UnitCategoryInput {
        UnitCategoryInput { name: self.code("Category") }
    }

    /// A unit category.
    pub async fn unit_category(&self) -> UnitCategoryView {
        self.client.post::<CreateUnitCategory>(&self.unit_category_input()).await.ok()
    }

    /// The fields of a unit that is counted in whole pieces.
    pub async fn unit_input(&self) -> UnitInput {
        let category = self.unit_category().await;
        UnitInput {
            code: self.code("pcs"),
            name: "Pieces".to_owned(),
            unit_category_id: category.id,
            ratio_numerator: 1,
            ratio_denominator: 1,
            rounding_step: Decimal::ONE,
            active: true,
        }
    }

    /// A unit that is counted in whole pieces.
    pub async fn unit(&self) -> UnitView {
        self.client.post::<CreateUnit>(&self.unit_input().await).await.ok()
    }

    /// The fields of a schedule that works every day around the clock, with one break.
    #[must_use]
    pub fn work_schedule_input(&self) -> WorkScheduleInput {
        let shift = |weekday| Shift {
            name: "Day".to_owned(),
            weekday,
            from: "00:00".to_owned(),
            until: "00:00".to_owned(),
            breaks: vec![ShiftBreak { from: "12:00".to_owned(), until: "12:30".to_owned() }],
        };
        WorkScheduleInput {
            name: self.code("Schedule"),
            zone: "Europe/Bucharest".to_owned(),
            is_default: false,
            valid_from: None,
            valid_until: None,
            shifts: (1..=7).map(shift).collect(),
        }
    }

    /// A schedule that works every day around the clock.
    pub async fn work_schedule(&self) -> WorkScheduleView {
        self.client.post::<CreateWorkSchedule>(&self.work_schedule_input()).await.ok()
    }

    /// The fields of a public holiday.
    #[must_use]
    pub fn shop_closure_input(&self) -> ShopClosureInput {
        ShopClosureInput {
            kind: ClosureKind::PublicHoliday,
            date_from: "2030-01-01".to_owned(),
            date_until: "2030-01-02".to_owned(),
            time_from: None,
            time_until: None,
            work_center_id: None,
            reason: "New Year".to_owned(),
        }
    }

    /// A public holiday.
    pub async fn shop_closure(&self) -> ShopClosureView {
        self.client.post::<CreateShopClosure>(&self.shop_closure_input()).await.ok()
    }

    /// The fields of a work center for one job at a time.
    #[must_use]
    pub fn work_center_input(&self, schedule: Option<&WorkScheduleView>) -> WorkCenterInput {
        WorkCenterInput {
            code: self.code("WC"),
            name: "Bench".to_owned(),
            kind: WorkCenterKind::Machine,
            capacity: 1,
            efficiency_percent: Decimal::ONE_HUNDRED,
            costs_hour: Some(Decimal::from(60)),
            labour_cost_hour: Some(Decimal::from(30)),
            work_schedule_id: schedule.map(|schedule| schedule.id),
            setup_seconds: 0,
            cleanup_seconds: 0,
            oee_target_percent: None,
            alternative_ids: Vec::new(),
            description: String::new(),
            active: true,
        }
    }

    /// A work center without a schedule of its own.
    pub async fn work_center(&self) -> WorkCenterView {
        self.client.post::<CreateWorkCenter>(&self.work_center_input(None)).await.ok()
    }

    /// The fields of a warehouse.
    #[must_use]
    pub fn warehouse_input(&self) -> WarehouseInput {
        WarehouseInput { code: self.code("WH"), name: "Warehouse".to_owned(), active: true }
    }

    /// A warehouse.
    pub async fn warehouse(&self) -> WarehouseView {
        self.client.post::<CreateWarehouse>(&self.warehouse_input()).await.ok()
    }

    /// The fields of a product that costs 10 and sells for 100.
    #[must_use]
    pub fn product_input(&self, unit: UnitId) -> ProductInput {
        ProductInput {
            code: self.code("P"),
            name: "Product".to_owned(),
            product_type: ProductType::Storable,
            unit_id: unit,
            category: String::new(),
            can_be_made: true,
            can_be_bought: true,
            can_be_sold: true,
            standard_cost: Some(Decimal::TEN),
            cost_method: CostMethod::MovingAverage,
            selling_price: Some(Decimal::ONE_HUNDRED),
            purchase_lead_days: 1,
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

    /// A product.
    pub async fn product(&self, unit: UnitId) -> ProductView {
        self.client.post::<CreateProduct>(&self.product_input(unit)).await.ok()
    }

    /// The fields of a routing with one operation of one minute per piece.
    #[must_use]
    pub fn routing_input(&self, work_center: WorkCenterId) -> RoutingInput {
        let operation = OperationInput {
            id: None,
            time_mode: mrp_domain::work_order_duration::TimeMode::Manual,
            learn_from: mrp_domain::work_order_duration::LEARN_FROM_DEFAULT,
            sequence: 10,
            name: "Assemble".to_owned(),
            work_center_id: work_center,
            setup_seconds: 0,
            cycle_seconds: 60,
            quantity_per_cycle: Decimal::ONE,
            cleanup_seconds: 0,
            staff_needed: 1,
            predecessors: None,
            overlap_quantity: None,
            instructions: String::new(),
        };
        RoutingInput { code: None, name: self.code("Routing"), operations: vec![operation], active: true }
    }

    /// A routing with one operation.
    pub async fn routing(&self, work_center: WorkCenterId) -> RoutingView {
        self.client.post::<CreateRouting>(&self.routing_input(work_center)).await.ok()
    }

    /// The fields of a small picture.
    #[must_use]
    pub fn attachment_input(&self) -> AttachmentInput {
        AttachmentInput { file_name: "drawing.png".to_owned(), content_base64: PICTURE.to_owned(), replaces: None }
    }

    /// A picture of a product.
    pub async fn product_attachment(&self, product: ProductId) -> AttachmentView {
        let (path, input) = (IdPath { id: product }, self.attachment_input());
        self.client.call::<AddProductAttachment>(&path, &Default::default(), &input).await.ok()
    }

    /// A picture of the first operation of a routing.
    pub async fn operation_attachment(&self, routing: &RoutingView) -> AttachmentView {
        let path = OperationPath { id: routing.id, operation_id: routing.operations[0].id };
        let input = self.attachment_input();
        self.client.call::<AddOperationAttachment>(&path, &Default::default(), &input).await.ok()
    }

    /// The fields of a bill of materials.
    #[must_use]
    pub fn bom_input(&self, product: ProductId, lines: &[(ProductId, i64)], routing: RoutingId) -> BomInput {
        let line = |(component, quantity): &(ProductId, i64)| BomLineInput::of(*component, Decimal::from(*quantity));
        BomInput {
            code: None,
            product_id: product,
            quantity_per_run: Decimal::ONE,
            unit_id: None,
            routing_id: Some(routing),
            bom_type: BomType::Manufacture,
            consumption_mode: ConsumptionMode::Automatic,
            effective_from: None,
            effective_until: None,
            by_products: Vec::new(),
            lines: lines.iter().map(line).collect(),
        }
    }

    /// A bill of materials that is still a draft.
    pub async fn bom(&self, product: ProductId, lines: &[(ProductId, i64)], routing: RoutingId) -> BomView {
        self.client.post::<CreateBom>(&self.bom_input(product, lines, routing)).await.ok()
    }

    /// Validates a revision of the tables' recipe that has these lines.
    pub async fn newer_recipe(&self, shop: &Workshop, lines: &[(ProductId, i64)]) -> BomView {
        self.newer_recipe_with(shop, lines, |_| {}).await
    }

    /// The same, with what else there is to say of the lines.
    pub async fn newer_recipe_with(
        &self,
        shop: &Workshop,
        lines: &[(ProductId, i64)],
        say: impl FnOnce(&mut BomInput),
    ) -> BomView {
        let path = IdPath { id: shop.bom.id };
        let draft = self.client.call_at::<ReviseBom>(&path, shop.bom.version, &Empty {}).await.ok();
        let mut input = self.bom_input(shop.table.id, lines, shop.routing.id);
        input.code = Some(draft.code.clone());
        say(&mut input);
        let path = IdPath { id: draft.id };
        let patch = Patch::whole(&input);
        let draft = self.client.call_at::<UpdateBom>(&path, draft.version, &patch).await.ok();
        self.client.call_at::<ValidateBom>(&path, draft.version, &Default::default()).await.ok()
    }

    /// Says in the settings that components lie in this warehouse unless somebody names another.
    pub async fn keeps_components_in(&self, warehouse: WarehouseId) {
        let view = self.client.list::<GetSetting>(&Empty {}).await.ok();
        let patch = serde_json::json!({"company_name": "Workshop", "default_components_warehouse_id": warehouse});
        let patch = serde_json::from_value(patch).unwrap();
        self.client.call_at::<UpdateSetting>(&Empty {}, view.version, &patch).await.ok();
    }

    /// Everything that an order of tables needs, but nothing in stock.
    pub async fn workshop(&self) -> Workshop {
        let unit = self.unit().await;
        let schedule = self.work_schedule().await;
        let center = self.work_center_input(Some(&schedule));
        let work_center = self.client.post::<CreateWorkCenter>(&center).await.ok();
        let warehouse = self.warehouse().await;
        let table = self.product(unit.id).await;
        let board = self.product(unit.id).await;
        let leg = self.product(unit.id).await;
        let routing = self.routing(work_center.id).await;
        let draft = self.bom(table.id, &[(board.id, 1), (leg.id, 4)], routing.id).await;
        let path = IdPath { id: draft.id };
        let bom = self.client.call_at::<ValidateBom>(&path, draft.version, &Default::default()).await.ok();
        Workshop { unit, schedule, work_center, warehouse, table, board, leg, routing, bom }
    }

    /// A product whose lots are told apart.
    pub async fn tracked(&self, unit: UnitId, tracking: Tracking) -> ProductView {
        let input = ProductInput { tracking, ..self.product_input(unit) };
        self.client.post::<CreateProduct>(&input).await.ok()
    }

    /// The fields of a lot.
    #[must_use]
    pub fn lot_input(&self, product: ProductId) -> LotInput {
        LotInput {
            product_id: product,
            number: self.code("L"),
            expires_on: Some("2099-12-31".to_owned()),
            supplier_lot: String::new(),
            note: String::new(),
        }
    }

    /// A lot of a new product.
    pub async fn lot(&self) -> LotView {
        let product = self.tracked(self.unit().await.id, Tracking::Lot).await;
        self.client.post::<CreateLot>(&self.lot_input(product.id)).await.ok()
    }

    /// The fields of a receipt.
    #[must_use]
    pub fn receipt_input(&self, warehouse: WarehouseId, lines: &[(ProductId, i64)]) -> ReceiptInput {
        let line = |(product, quantity): &(ProductId, i64)| ReceiptLineInput {
            product_id: *product,
            quantity: Decimal::from(*quantity),
            unit_id: None,
            unit_cost: Some(Decimal::TEN),
            purchase_order_line_id: None,
            lot_numbers: None,
            expires_on: None,
            supplier_lot: None,
        };
        ReceiptInput { warehouse_id: warehouse, reference: "DN 1".to_owned(), lines: lines.iter().map(line).collect() }
    }

    /// Receives goods at 10 each.
    pub async fn receipt(&self, warehouse: WarehouseId, lines: &[(ProductId, i64)]) -> ReceiptView {
        self.client.post::<CreateReceipt>(&self.receipt_input(warehouse, lines)).await.ok()
    }

    /// A line of goods that leave a warehouse.
    #[must_use]
    pub fn goods_line(&self, product: ProductId, quantity: i64) -> GoodsLineInput {
        GoodsLineInput { product_id: product, quantity: Decimal::from(quantity), unit_id: None, lot_numbers: None }
    }

    /// A count of a warehouse that somebody has begun.
    pub async fn count(&self, warehouse: WarehouseId) -> CountView {
        let (category, reason) = (String::new(), String::new());
        self.client.post::<CreateCount>(&CountDraftInput { warehouse_id: warehouse, category, reason }).await.ok()
    }

    /// The same with what was found of a product.
    pub async fn counted(&self, count: &CountView, product: ProductId, counted: i64) -> CountView {
        let entry = CountEntry { product_id: product, lot_number: None, qty_counted: Some(Decimal::from(counted)) };
        let input = CountEntriesInput { lines: vec![entry] };
        self.client.call_at::<EnterCount>(&IdPath { id: count.id }, count.version, &input).await.ok()
    }

    /// The fields of goods that broke.
    #[must_use]
    pub fn scrap_input(&self, warehouse: WarehouseId, product: ProductId, quantity: i64) -> ScrapInput {
        ScrapInput {
            product_id: product,
            warehouse_id: warehouse,
            quantity: Decimal::from(quantity),
            reason_id: None,
            reason: "Broken".to_owned(),
            lot_number: None,
        }
    }

    /// The fields of a count that found so much.
    #[must_use]
    pub fn count_input(&self, warehouse: WarehouseId, product: ProductId, counted: i64) -> CountInput {
        CountInput {
            product_id: product,
            warehouse_id: warehouse,
            qty_counted: Decimal::from(counted),
            unit_cost: None,
            note: String::new(),
            lot_number: None,
            expires_on: None,
        }
    }

    /// Receives what so many tables need.
    pub async fn stock_for(&self, shop: &Workshop, tables: i64) -> ReceiptView {
        self.receipt(shop.warehouse.id, &[(shop.board.id, tables), (shop.leg.id, 4 * tables)]).await
    }

    /// The fields of an order of tables, due in a month.
    #[must_use]
    pub fn order_input(&self, shop: &Workshop, quantity: i64) -> ManufacturingOrderInput {
        ManufacturingOrderInput {
            product_id: shop.table.id,
            quantity: Decimal::from(quantity),
            bom_id: Some(shop.bom.id),
            routing_id: Some(shop.routing.id),
            date_deadline: Some(self.now.plus(Seconds::from_hours(30 * 24))),
            planned_start: Some(self.now),
            components_warehouse_id: Some(shop.warehouse.id),
            finished_products_warehouse_id: Some(shop.warehouse.id),
            priority: None,
            responsible_id: None,
            notes: String::new(),
        }
    }

    /// A draft order.
    pub async fn draft_order(&self, shop: &Workshop, quantity: i64) -> ManufacturingOrderView {
        self.client.post::<CreateManufacturingOrder>(&self.order_input(shop, quantity)).await.ok()
    }

    /// A confirmed order; it reserves what is there.
    pub async fn confirmed_order(&self, shop: &Workshop, quantity: i64) -> ManufacturingOrderView {
        let draft = self.draft_order(shop, quantity).await;
        self.order_command::<ConfirmManufacturingOrder>(&draft, &Default::default()).await
    }

    /// A planned order with the material it needs.
    pub async fn planned_order(&self, shop: &Workshop, quantity: i64) -> ManufacturingOrderView {
        self.stock_for(shop, quantity).await;
        let order = self.confirmed_order(shop, quantity).await;
        self.order_command::<PlanManufacturingOrder>(&order, &PlanInput { with_shortage: false }).await
    }

    /// Runs a command on an order.
    pub async fn order_command<E>(&self, order: &ManufacturingOrderView, body: &E::Body) -> ManufacturingOrderView
    where
        E: Endpoint<
                Path = IdPath<mrp_domain::ids::ManufacturingOrderId>,
                Query = mrp_api::endpoint::Empty,
                Reply = ManufacturingOrderView,
            >,
    {
        self.client.call_at::<E>(&IdPath { id: order.id }, order.version, body).await.ok()
    }

    /// The order as it is now.
    pub async fn reread(&self, order: &ManufacturingOrderView) -> ManufacturingOrderView {
        self.client.get::<GetManufacturingOrder>(&IdPath { id: order.id }).await.ok()
    }

    /// The order's first work order.
    pub async fn first_work_order(&self, order: &ManufacturingOrderView) -> WorkOrderView {
        let id = order.operations.iter().find_map(|operation| operation.work_order_id).expect("a planned order");
        self.client.get::<GetWorkOrder>(&IdPath { id }).await.ok()
    }

    /// Runs a command on a work order.
    pub async fn work_order_command<E>(&self, work_order: &WorkOrderView, body: &E::Body) -> WorkOrderView
    where
        E: Endpoint<
                Path = IdPath<mrp_domain::ids::WorkOrderId>,
                Query = mrp_api::endpoint::Empty,
                Reply = WorkOrderView,
            >,
    {
        self.client.call_at::<E>(&IdPath { id: work_order.row.id }, work_order.version, body).await.ok()
    }
}
