//! Many people confirm, cancel and unreserve at once: nothing is promised twice, and nobody gets a server error.
//!
//! Thirty-two clients take 25 orders each, which a small build machine does in well under a minute; set
//! `MRP_RACE_ORDERS=200` for the long version.

use std::collections::BTreeMap;

use mrp_api::endpoint::{Empty, Endpoint, IdPath};
use mrp_api::manufacturing_orders::{
    CancelManufacturingOrder, ConfirmManufacturingOrder, CreateManufacturingOrder, ManufacturingOrderInput,
    ManufacturingOrderView, ReasonInput, ReserveManufacturingOrder, UnreserveManufacturingOrder,
};
use mrp_api::stock::{CreateReceipt, ReceiptInput, ReceiptLineInput};
use mrp_domain::bom::ConsumptionMode;
use mrp_domain::example;
use mrp_domain::ids::{ManufacturingOrderId, ProductId};
use mrp_test_support::client::{Answer, Client};
use rust_decimal::Decimal;

use crate::shop::{Shop, component, d, operation};

const CLIENTS: usize = 32;
const COMPONENTS: usize = 10;
/// Components in each recipe.
const LINES: usize = 6;

fn orders_each() -> usize {
    std::env::var("MRP_RACE_ORDERS").ok().and_then(|text| text.parse().ok()).unwrap_or(25)
}

/// What one client did: every order as he last saw it, and every answer that is not a success.
#[derive(Default)]
struct Journal {
    orders: Vec<ManufacturingOrderView>,
    refusals: Vec<(u16, String)>,
    received: u32,
}

struct Person {
    client: Client,
    journal: Journal,
    luck: u64,
}

impl Person {
    /// A number below `most`, the same in every run.
    fn roll(&mut self, most: u64) -> u64 {
        self.luck = self.luck.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.luck >> 33) % most
    }

    /// The order after a command; as before when it was refused.
    async fn act<E>(&mut self, order: ManufacturingOrderView, body: &E::Body) -> ManufacturingOrderView
    where
        E: Endpoint<Path = IdPath<ManufacturingOrderId>, Query = Empty, Reply = ManufacturingOrderView>,
    {
        let answer = self.client.call_at::<E>(&IdPath { id: order.id }, order.version, body).await;
        self.note(answer).unwrap_or(order)
    }

    fn note(&mut self, answer: Answer<ManufacturingOrderView>) -> Option<ManufacturingOrderView> {
        if answer.raw.status < 300 {
            return Some(answer.ok());
        }
        self.journal.refusals.push((answer.raw.status, answer.raw.code()));
        None
    }

    async fn take(&mut self, input: &ManufacturingOrderInput) {
        let answer = self.client.post::<CreateManufacturingOrder>(input).await;
        let Some(draft) = self.note(answer) else { return };
        let mut order = self.act::<ConfirmManufacturingOrder>(draft, &Empty {}).await;
        match self.roll(10) {
            0 | 1 => {
                let reason = ReasonInput { reason: "No longer wanted".to_owned() };
                order = self.act::<CancelManufacturingOrder>(order, &reason).await;
            }
            2 => order = self.act::<UnreserveManufacturingOrder>(order, &Empty {}).await,
            3 => {
                order = self.act::<UnreserveManufacturingOrder>(order, &Empty {}).await;
                order = self.act::<ReserveManufacturingOrder>(order, &Empty {}).await;
            }
            _ => {}
        }
        self.journal.orders.push(order);
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

#[tokio::test]
async fn thirty_two_clients_never_promise_the_same_stock_twice() {
    let shop = Shop::open().await;
    let each = orders_each();
    let needed_of_each = CLIENTS * each * LINES / COMPONENTS;
    let stock = Decimal::from(needed_of_each * 2 / 5);
    let (components, products) = set_up(&shop, stock).await;
    let clients = (0..CLIENTS).map(|number| {
        let (shop, products, components) = (&shop, &products, &components);
        async move {
            let luck = u64::try_from(number).unwrap() + 1;
            let mut person = Person { client: shop.app.admin(), journal: Journal::default(), luck };
            for turn in 0..each {
                let product = products[(number + turn * 3) % products.len()];
                person.take(&shop.order_input(product, "1")).await;
                // Every now and then goods come in meanwhile.
                if turn % 10 == 9 {
                    let lines = components.iter().rev().map(|product_id| ReceiptLineInput {
                        product_id: *product_id,
                        quantity: Decimal::ONE,
                        unit_id: None,
                        unit_cost: None,
                    });
                    let warehouse_id = shop.warehouse;
                    let input = ReceiptInput { warehouse_id, reference: String::new(), lines: lines.collect() };
                    let answer = person.client.post::<CreateReceipt>(&input).await.raw;
                    if answer.status < 300 {
                        person.journal.received += 1;
                    } else {
                        person.journal.refusals.push((answer.status, answer.code()));
                    }
                }
            }
            person.journal
        }
    });
    let journals = futures_util::future::join_all(clients).await;

    // The only thing to be refused is giving back what an order never got.
    let refusals: Vec<_> = journals.iter().flat_map(|journal| &journal.refusals).collect();
    assert!(
        refusals.iter().all(|(_, code)| ["nothing_reserved", "nothing_to_reserve"].contains(&code.as_str())),
        "{refusals:?}"
    );
    let received: u32 = journals.iter().map(|journal| journal.received).sum();
    let mut held: BTreeMap<ProductId, Decimal> = BTreeMap::new();
    for order in journals.iter().flat_map(|journal| &journal.orders) {
        let now = shop.read(order).await;
        assert_eq!(now.state, order.state);
        for line in &now.components {
            *held.entry(line.product_id).or_default() += line.qty_reserved;
        }
    }
    assert_eq!(journals.iter().map(|journal| journal.orders.len()).sum::<usize>(), CLIENTS * each);
    for product in components {
        let balance = shop.stock(product).await;
        assert_eq!(balance.qty_on_hand, stock + Decimal::from(received));
        assert_eq!(balance.qty_reserved, held[&product]);
        assert!(balance.qty_reserved <= balance.qty_on_hand, "{balance:?}");
        assert!(balance.qty_reserved > Decimal::ZERO, "{balance:?}");
    }
    shop.close().await;
}
