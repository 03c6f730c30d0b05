//! Random days of a warehouse over HTTP, on a real Postgres, against a plain model: what lies where of each lot is what was
//! acknowledged, every reservation is one that an order holds, and the database finds nothing that contradicts itself.
//!
//! `MRP_STORIES_POSTGRES=500` tells more than the few of every day. A story that fails names its seed.

use std::collections::BTreeMap;

use mrp_api::counts::{
    CountDraftInput, CountEntriesInput, CountEntry, CountPostInput, CreateCount, EnterCount, PostCount,
};
use mrp_api::deliveries::{CreateDelivery, DeliveryInput};
use mrp_api::endpoint::{Empty, IdPath};
use mrp_api::error as codes;
use mrp_api::error::ErrorCode;
use mrp_api::manufacturing_orders::{
    CancelManufacturingOrder, ManufacturingOrderView, PlanInput, PlanManufacturingOrder, ReasonInput,
    ReserveManufacturingOrder, UnreserveManufacturingOrder,
};
use mrp_api::products::ProductInput;
use mrp_api::stock::{CreateReceipt, GoodsLineInput, ListStock, ReceiptInput, ReceiptLineInput, StockQuery};
use mrp_api::stock_corrections::{ScrapInput, ScrapStock};
use mrp_api::transfers::{CreateTransfer, TransferInput};
use mrp_api::warehouses::{CreateWarehouse, WarehouseInput};
use mrp_domain::bom::ConsumptionMode;
use mrp_domain::example;
use mrp_domain::ids::{ProductId, WarehouseId};
use mrp_domain::manufacturing_order::MaterialAvailability;
use mrp_domain::manufacturing_order::transitions::FinishChoice;
use mrp_domain::product::Tracking;
use mrp_test_support::client::Answer;
use rust_decimal::Decimal;

use crate::shop::{Shop, component, d, line, operation};

const STEPS: usize = 14;
/// What a busy warehouse may hear.
const REFUSALS: [&ErrorCode; 7] = [
    &codes::STOCK_SHORT,
    &codes::STOCK_RESERVED,
    &codes::LOT_EXPIRED,
    &codes::NOTHING_RESERVED,
    &codes::NOTHING_TO_RESERVE,
    &codes::STATE_FORBIDS,
    &codes::VALIDATION_FAILED,
];

fn stories() -> u64 {
    std::env::var("MRP_STORIES_POSTGRES").ok().and_then(|text| text.parse().ok()).unwrap_or(6)
}

struct Luck(u64);

impl Luck {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % most
    }

    fn amount(&mut self, most: usize) -> Decimal {
        Decimal::from(1 + self.below(most))
    }
}

struct Days {
    shop: Shop,
    places: [WarehouseId; 2],
    powder: ProductId,
    jar: ProductId,
    /// By lot and place.
    model: BTreeMap<(String, usize), Decimal>,
    orders: Vec<ManufacturingOrderView>,
    jars: Decimal,
}

impl Days {
    async fn open() -> Self {
        let shop = Shop::open().await;
        let input = WarehouseInput { code: "YARD".to_owned(), name: "Yard".to_owned(), active: true };
        let yard = shop.admin.post::<CreateWarehouse>(&input).await.ok().id;
        let tracked = |code: &str| ProductInput {
            tracking: Tracking::Lot,
            standard_cost: Some(d("5")),
            ..shop.product_input(code)
        };
        let powder = shop.new_product(tracked("POWDER")).await;
        let steps = vec![operation(10, shop.center(example::QUALITY_CONTROL), 60)];
        let lines = vec![component(powder, "2", None)];
        let jar = shop.recipe("JAR", ConsumptionMode::Automatic, steps, lines).await;
        let places = [shop.warehouse, yard];
        Self { shop, places, powder, jar, model: BTreeMap::new(), orders: Vec::new(), jars: Decimal::ZERO }
    }

    /// Whether a command was carried out; a refusal must be one that a busy warehouse may hear.
    fn heard<R: mrp_api::endpoint::Wire>(answer: Answer<R>, what: &str) -> Option<R> {
        if answer.raw.status < 300 {
            return Some(answer.ok());
        }
        let code = answer.raw.code();
        assert!(REFUSALS.iter().any(|known| known.code == code), "{what}: {}", answer.raw.text());
        None
    }

    fn add(&mut self, lot: &str, place: usize, change: Decimal) {
        *self.model.entry((lot.to_owned(), place)).or_default() += change;
    }

    fn goods(&self, lot: &str, quantity: Decimal) -> Vec<GoodsLineInput> {
        let lot_numbers = Some(lot.to_owned());
        vec![GoodsLineInput { product_id: self.powder, quantity, unit_id: None, lot_numbers }]
    }

    async fn step(&mut self, seed: u64, luck: &mut Luck) {
        let lot = format!("S{seed}-{}", luck.below(3));
        let (place, quantity) = (luck.below(2), luck.amount(6));
        match luck.below(10) {
            0..=2 => self.receive(&lot, place, quantity).await,
            3 => {
                let order = self.shop.confirmed(self.jar, &luck.amount(3).to_string()).await;
                self.orders.push(order);
            }
            4 => self.command(luck).await,
            5 => {
                let (from_warehouse_id, to_warehouse_id) = (self.places[place], self.places[1 - place]);
                let (reason, lines) = (String::new(), self.goods(&lot, quantity));
                let input = TransferInput { from_warehouse_id, to_warehouse_id, reason, lines };
                if Self::heard(self.shop.admin.post::<CreateTransfer>(&input).await, "transfer").is_some() {
                    self.add(&lot, place, -quantity);
                    self.add(&lot, 1 - place, quantity);
                }
            }
            6 => {
                let (customer, reference) = ("Somebody".to_owned(), String::new());
                let lines = self.goods(&lot, quantity).into_iter().map(Into::into).collect();
                let input = DeliveryInput { warehouse_id: self.places[place], customer, reference, lines };
                if Self::heard(self.shop.admin.post::<CreateDelivery>(&input).await, "delivery").is_some() {
                    self.add(&lot, place, -quantity);
                }
            }
            7 => {
                let input = ScrapInput {
                    product_id: self.powder,
                    warehouse_id: self.places[place],
                    lot_number: Some(lot.clone()),
                    quantity,
                    reason_id: None,
                    reason: "Wet".to_owned(),
                };
                if Self::heard(self.shop.admin.post::<ScrapStock>(&input).await, "scrap").is_some() {
                    self.add(&lot, place, -quantity);
                }
            }
            8 => self.count(&lot, place, quantity).await,
            _ => self.make(luck).await,
        }
    }

    async fn receive(&mut self, lot: &str, place: usize, quantity: Decimal) {
        let line = ReceiptLineInput {
            product_id: self.powder,
            quantity,
            unit_id: None,
            unit_cost: Some(d("3.33")),
            purchase_order_line_id: None,
            lot_numbers: Some(lot.to_owned()),
            expires_on: None,
            supplier_lot: None,
        };
        let input = ReceiptInput { warehouse_id: self.places[place], reference: String::new(), lines: vec![line] };
        self.shop.admin.post::<CreateReceipt>(&input).await.ok();
        self.add(lot, place, quantity);
    }

    async fn command(&mut self, luck: &mut Luck) {
        if self.orders.is_empty() {
            return;
        }
        let place = luck.below(self.orders.len());
        let order = self.shop.read(&self.orders[place]).await;
        let why = ReasonInput { reason: "No longer wanted".to_owned() };
        let after = match luck.below(3) {
            0 => Self::heard(self.shop.act::<CancelManufacturingOrder>(&order, &why).await, "cancel"),
            1 => Self::heard(self.shop.act::<UnreserveManufacturingOrder>(&order, &Empty {}).await, "unreserve"),
            _ => Self::heard(self.shop.act::<ReserveManufacturingOrder>(&order, &Empty {}).await, "reserve"),
        };
        self.orders[place] = after.unwrap_or(order);
    }

    async fn count(&mut self, lot: &str, place: usize, found: Decimal) {
        let (warehouse_id, category) = (self.places[place], String::new());
        let draft = CountDraftInput { warehouse_id, category, reason: "Story".to_owned() };
        let count = self.shop.admin.post::<CreateCount>(&draft).await.ok();
        let entry = CountEntry { product_id: self.powder, lot_number: Some(lot.to_owned()), qty_counted: Some(found) };
        let input = CountEntriesInput { lines: vec![entry] };
        let path = IdPath { id: count.id };
        let count = self.shop.admin.call_at::<EnterCount>(&path, count.version, &input).await.ok();
        let input = CountPostInput { takes_from_orders: true };
        self.shop.admin.call_at::<PostCount>(&path, count.version, &input).await.ok();
        self.model.insert((lot.to_owned(), place), found);
    }

    /// Plans and makes an order that has all its material: what it holds is what it uses.
    async fn make(&mut self, luck: &mut Luck) {
        if self.orders.is_empty() {
            return;
        }
        let place = luck.below(self.orders.len());
        let order = self.shop.read(&self.orders[place]).await;
        if order.material_availability_status != MaterialAvailability::Reserved {
            return;
        }
        let plan = PlanInput { with_shortage: false };
        let Some(order) = Self::heard(self.shop.act::<PlanManufacturingOrder>(&order, &plan).await, "plan") else {
            return;
        };
        let held = line(&order, self.powder).lots.clone();
        self.shop.carry_out(&order, 10, 1).await;
        self.shop.finish(&order, FinishChoice::Complete).await.ok();
        for lot in held {
            self.add(&lot.number, 0, -lot.qty_reserved);
        }
        self.jars += order.quantity;
        self.orders.swap_remove(place);
    }

    async fn assert_sound(&self, seed: u64) {
        let mut query = StockQuery { product_id: Some(self.powder), limit: Some(200), ..StockQuery::default() };
        let mut rows = Vec::new();
        loop {
            let page = self.shop.admin.list::<ListStock>(&query).await.ok();
            rows.extend(page.items);
            query.cursor = page.next_cursor;
            if query.cursor.is_none() {
                break;
            }
        }
        let place = |id: WarehouseId| self.places.iter().position(|one| *one == id).unwrap();
        let there =
            rows.iter().map(|row| ((row.lot_number.clone().unwrap(), place(row.warehouse_id)), row.qty_on_hand));
        let there: BTreeMap<_, _> = there.collect();
        let mut model = self.model.clone();
        model.retain(|_, quantity| !quantity.is_zero());
        assert_eq!(there, model, "story {seed}");
        let mut held: BTreeMap<String, Decimal> = BTreeMap::new();
        for order in &self.orders {
            for lot in &line(&self.shop.read(order).await, self.powder).lots {
                *held.entry(lot.number.clone()).or_default() += lot.qty_reserved;
            }
        }
        let mut reserved: BTreeMap<String, Decimal> = BTreeMap::new();
        for row in rows.iter().filter(|row| !row.qty_reserved.is_zero()) {
            assert_eq!(row.warehouse_id, self.places[0], "story {seed}");
            *reserved.entry(row.lot_number.clone().unwrap()).or_default() += row.qty_reserved;
        }
        assert_eq!(reserved, held, "story {seed}");
    }
}

#[tokio::test]
async fn every_lot_lies_where_the_model_says_whatever_people_do() {
    let mut days = Days::open().await;
    for seed in 0..stories() {
        let mut luck = Luck(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0xA5A5);
        for _ in 0..STEPS {
            days.step(seed, &mut luck).await;
        }
        days.assert_sound(seed).await;
    }
    let jars = days.jars;
    if jars > Decimal::ZERO {
        assert_eq!(days.shop.stock(days.jar).await.qty_on_hand, jars);
    }
    days.shop.close().await;
}
