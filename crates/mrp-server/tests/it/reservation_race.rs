//! Many people want the same material at once: they confirm, cancel, unreserve and reserve, their own orders and those
//! of others, while goods come in, break and are counted. Nothing is promised twice, every balance is what was
//! acknowledged, and nobody gets a server error.
//!
//! Thirty-two clients take 200 orders each, which two busy cores do in about a minute; `MRP_RACE_ORDERS=25` is the short
//! version for while you work on it.

use std::collections::BTreeMap;
use std::sync::Mutex;

use mrp_api::endpoint::{Empty, Endpoint, IdPath};
use mrp_api::manufacturing_orders::{
    CancelManufacturingOrder, ConfirmManufacturingOrder, CreateManufacturingOrder, ReasonInput,
    ReserveManufacturingOrder, UnreserveManufacturingOrder,
};
use mrp_api::stock::{CreateReceipt, ReceiptInput, ReceiptLineInput};
use mrp_api::stock_corrections::{CountInput, CountStock, ScrapInput, ScrapStock, StockCorrectionView};
use mrp_domain::bom::ConsumptionMode;
use mrp_domain::example;
use mrp_domain::ids::{ManufacturingOrderId, ProductId};
use mrp_store::sql::{Count, sql};
use mrp_test_support::client::{Answer, Client};
use mrp_test_support::http::RawAnswer;
use rust_decimal::Decimal;
use serde::Deserialize;
use uuid::Uuid;

use crate::shop::{Shop, component, d, operation};

const CLIENTS: usize = 32;
const COMPONENTS: usize = 10;
/// Components in each recipe.
const LINES: usize = 6;
/// What a busy shop may hear: nothing to give back, somebody else was faster, or the goods are promised.
const REFUSALS: [&str; 6] =
    ["nothing_reserved", "nothing_to_reserve", "version_stale", "state_forbids", "stock_short", "stock_reserved"];

fn orders_each() -> usize {
    std::env::var("MRP_RACE_ORDERS").ok().and_then(|text| text.parse().ok()).unwrap_or(200)
}

/// An order as somebody last saw it.
#[derive(Debug, Clone, Copy, Deserialize)]
struct Seen {
    id: ManufacturingOrderId,
    version: i64,
}

/// What was acknowledged: requests by what they asked for, refusals, and by how much stock changed.
#[derive(Default)]
struct Journal {
    done: BTreeMap<&'static str, u32>,
    refusals: BTreeMap<(u16, String), u32>,
    changes: BTreeMap<ProductId, Decimal>,
}

struct Person<'a> {
    shop: &'a Shop,
    client: Client,
    components: &'a [ProductId],
    /// Orders that anybody may touch.
    board: &'a Mutex<Vec<Seen>>,
    journal: Journal,
    luck: u64,
}

impl Person<'_> {
    /// A number below `most`, the same in every run.
    fn roll(&mut self, most: usize) -> usize {
        self.luck = self.luck.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.luck >> 33).unwrap() % most
    }

    fn note<E: Endpoint>(&mut self, answer: &RawAnswer) -> bool {
        if answer.status < 300 {
            *self.journal.done.entry(E::NAME).or_default() += 1;
            return true;
        }
        *self.journal.refusals.entry((answer.status, answer.code())).or_default() += 1;
        false
    }

    /// Sends a command and wants only the version back, as programs do; `None` when it was refused.
    async fn command<E: Endpoint>(&mut self, path: &E::Path, version: Option<i64>, body: &E::Body) -> Option<Seen>
    where
        E::Query: Default,
    {
        let mut request = self
            .client
            .request(E::METHOD.as_str(), &E::href(path, &E::Query::default()))
            .header("idempotency-key", Uuid::now_v7())
            .header("prefer", "return=minimal");
        if let Some(version) = version {
            request = request.header("if-match", format!("\"{version}\""));
        }
        let answer = self.client.raw(request.json(&serde_json::to_value(body).unwrap())).await;
        self.note::<E>(&answer).then(|| serde_json::from_slice(&answer.body).unwrap())
    }

    /// The order after a command; as before when it was refused.
    async fn act<E>(&mut self, order: Seen, body: &E::Body) -> Seen
    where
        E: Endpoint<Path = IdPath<ManufacturingOrderId>, Query = Empty>,
    {
        self.command::<E>(&IdPath { id: order.id }, Some(order.version), body).await.unwrap_or(order)
    }

    /// Makes and confirms an order, and does something else with it or with another one.
    async fn take(&mut self, product: ProductId) {
        let input = self.shop.order_input(product, "1");
        let Some(draft) = self.command::<CreateManufacturingOrder>(&Empty {}, None, &input).await else { return };
        let own = self.act::<ConfirmManufacturingOrder>(draft, &Empty {}).await;
        let place = self.roll(1_000);
        let found = {
            let mut board = self.board.lock().unwrap();
            board.push(own);
            let place = place % board.len();
            board[place]
        };
        let why = || ReasonInput { reason: "No longer wanted".to_owned() };
        match self.roll(20) {
            0 | 1 => drop(self.act::<CancelManufacturingOrder>(own, &why()).await),
            2 => drop(self.act::<CancelManufacturingOrder>(found, &why()).await),
            3 | 4 => drop(self.act::<UnreserveManufacturingOrder>(own, &Empty {}).await),
            5 | 6 => drop(self.act::<UnreserveManufacturingOrder>(found, &Empty {}).await),
            7 => {
                let own = self.act::<UnreserveManufacturingOrder>(own, &Empty {}).await;
                self.act::<ReserveManufacturingOrder>(own, &Empty {}).await;
            }
            8 | 9 => drop(self.act::<ReserveManufacturingOrder>(found, &Empty {}).await),
            10 => self.scrap().await,
            11 => self.count().await,
            12 => self.receive().await,
            _ => {}
        }
    }

    fn component(&mut self) -> ProductId {
        let place = self.roll(COMPONENTS);
        self.components[place]
    }

    fn corrected<E: Endpoint>(&mut self, answer: Answer<StockCorrectionView>) {
        if self.note::<E>(&answer.raw) {
            let view = answer.ok();
            *self.journal.changes.entry(view.product_id).or_default() += view.qty_difference;
        }
    }

    async fn scrap(&mut self) {
        let input = ScrapInput {
            product_id: self.component(),
            warehouse_id: self.shop.warehouse,
            quantity: Decimal::ONE,
            reason_id: None,
            reason: "Broken".to_owned(),
            lot_number: None,
        };
        let answer = self.client.post::<ScrapStock>(&input).await;
        self.corrected::<ScrapStock>(answer);
    }

    /// Counts one less or one more than was there a moment ago.
    async fn count(&mut self) {
        let product_id = self.component();
        let seen = self.shop.stock_as(&self.client, product_id).await.qty_on_hand;
        let qty_counted = if self.roll(2) == 0 { seen - Decimal::ONE } else { seen + Decimal::ONE };
        let input = CountInput {
            product_id,
            warehouse_id: self.shop.warehouse,
            qty_counted,
            unit_cost: None,
            note: String::new(),
            lot_number: None,
            expires_on: None,
        };
        let answer = self.client.post::<CountStock>(&input).await;
        self.corrected::<CountStock>(answer);
    }

    /// Goods come in, of all components and in another order than others lock them.
    async fn receive(&mut self) {
        let lines = self.components.iter().rev().map(|product_id| ReceiptLineInput {
            product_id: *product_id,
            quantity: Decimal::ONE,
            unit_id: None,
            unit_cost: None,
            purchase_order_line_id: None,
            lot_numbers: None,
            expires_on: None,
            supplier_lot: None,
        });
        let warehouse_id = self.shop.warehouse;
        let input = ReceiptInput { warehouse_id, reference: String::new(), lines: lines.collect() };
        let answer = self.client.post::<CreateReceipt>(&input).await.raw;
        if self.note::<CreateReceipt>(&answer) {
            for product in self.components {
                *self.journal.changes.entry(*product).or_default() += Decimal::ONE;
            }
        }
    }
}

/// Ten components, each with its stock, and ten products that need six of them in different order.
async fn set_up(shop: &Shop, stock: Decimal) -> (Vec<ProductId>, Vec<ProductId>) {
    let mut components = Vec::new();
    for number in 0..COMPONENTS {
        let input = mrp_api::products::ProductInput {
            standard_cost: Some(d("1")),
            ..shop.product_input(&format!("C-{number}"))
        };
        components.push(shop.new_product(input).await);
    }
    let mut products = Vec::new();
    for number in 0..COMPONENTS {
        let lines = (0..LINES).map(|step| component(components[(number + step * 7) % COMPONENTS], "1", None));
        let steps = vec![operation(10, shop.center(example::CUTTING), 60)];
        products.push(shop.recipe(&format!("P-{number}"), ConsumptionMode::Automatic, steps, lines.collect()).await);
    }
    shop.receive_at(components.iter().map(|product| (*product, stock, None)).collect()).await;
    (components, products)
}

/// What confirmed orders hold of a product; whole pieces, as all that is ordered here.
async fn held(shop: &Shop, product: ProductId) -> Decimal {
    let text = "SELECT coalesce(sum(l.qty_reserved), 0)::bigint AS count FROM material_line l \
         JOIN manufacturing_order o ON o.id = l.manufacturing_order_id WHERE o.state = 'confirmed' AND l.product_id = $1";
    let mut connection = shop.app.store.connection().await.unwrap();
    Decimal::from(sql(text).bind(product.uuid()).one::<Count>(&mut connection).await.unwrap().count)
}

#[tokio::test]
async fn thirty_two_clients_never_promise_the_same_stock_twice() {
    let shop = Shop::open().await;
    let each = orders_each();
    let needed_of_each = CLIENTS * each * LINES / COMPONENTS;
    let stock = Decimal::from(needed_of_each * 2 / 5);
    let (components, products) = set_up(&shop, stock).await;
    let board = Mutex::new(Vec::new());
    let began = std::time::Instant::now();
    let people = (0..CLIENTS).map(|number| {
        let (shop, components, board, products) = (&shop, &components, &board, &products);
        async move {
            let luck = u64::try_from(number).unwrap() + 1;
            let client = shop.app.admin();
            let mut person = Person { shop, client, components, board, journal: Journal::default(), luck };
            for turn in 0..each {
                person.take(products[(number + turn * 3) % products.len()]).await;
            }
            person.journal
        }
    });
    let journals = futures_util::future::join_all(people).await;

    let mut all = Journal::default();
    for journal in journals {
        journal.done.into_iter().for_each(|(what, count)| *all.done.entry(what).or_default() += count);
        journal.refusals.into_iter().for_each(|(what, count)| *all.refusals.entry(what).or_default() += count);
        journal.changes.into_iter().for_each(|(what, change)| *all.changes.entry(what).or_default() += change);
    }
    eprintln!("{:.1} s; done {:?}; refused {:?}", began.elapsed().as_secs_f64(), all.done, all.refusals);
    assert!(all.refusals.keys().all(|(_, code)| REFUSALS.contains(&code.as_str())), "{:?}", all.refusals);
    for kind in ["CreateManufacturingOrder", "ConfirmManufacturingOrder"] {
        assert_eq!(usize::try_from(all.done[kind]).unwrap(), CLIENTS * each, "{kind}");
    }
    for kind in ["CancelManufacturingOrder", "UnreserveManufacturingOrder", "ScrapStock", "CountStock"] {
        assert!(all.done[kind] > 0, "{kind}");
    }
    for product in components {
        let balance = shop.stock(product).await;
        assert_eq!(balance.qty_on_hand, stock + all.changes[&product]);
        assert_eq!(balance.qty_reserved, held(&shop, product).await);
        assert!(balance.qty_reserved <= balance.qty_on_hand, "{balance:?}");
        assert!(balance.qty_reserved > Decimal::ZERO, "{balance:?}");
    }
    shop.close().await;
}
