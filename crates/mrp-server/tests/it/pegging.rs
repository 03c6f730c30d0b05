//! Pegging over HTTP: from a customer down to what comes for him, from a purchase up to him, and who sees what of it.

use mrp_api::access::Role;
use mrp_api::endpoint::{Empty, IdPath};
use mrp_api::error as codes;
use mrp_api::manufacturing_orders::{
    ConfirmManufacturingOrder, GetManufacturingOrder, ManufacturingOrderInput, ManufacturingOrderView,
    UpdateManufacturingOrder,
};
use mrp_api::patch::Patch;
use mrp_api::pegging::{GetPegging, PeggingNode, PeggingOf, PeggingQuery, PeggingView};
use mrp_api::purchase_orders::{
    OrderPurchaseRequest, OrderRequestInput, PurchaseOrderInput, PurchaseOrderView, UpdatePurchaseOrder,
};
use mrp_api::purchase_requests::PurchaseRequestView;
use mrp_api::sales_orders::{MakeSalesOrderLine, MakeSalesOrderLineInput, SalesOrderLinePath, SalesOrderView};
use mrp_api::stock::CreateReceipt;
use mrp_domain::pegging::{PegDirection, PegKind};
use mrp_test_support::app::TestApp;
use mrp_test_support::client::Answer;
use rust_decimal_macros::dec;
use serde_json::json;
use uuid::Uuid;

/// A customer's order of 3, the order that makes it, and the purchase of what that lacks.
struct Chain {
    app: TestApp,
    sold: SalesOrderView,
    made: ManufacturingOrderView,
    asked: PurchaseRequestView,
    bought: PurchaseOrderView,
}

impl Chain {
    async fn open() -> Self {
        let mut chain = Self::drafted().await;
        let make = chain.app.factory();
        chain.bought = make.priced_and_placed(&chain.bought).await;
        chain
    }

    /// The same while the purchase order is not sent.
    async fn drafted() -> Self {
        let app = TestApp::new().await;
        let make = app.factory();
        let shop = make.workshop().await;
        let sold = make.confirmed_sales_order(&shop, 3).await;
        let path = SalesOrderLinePath { id: sold.id, line_id: sold.lines[0].id };
        let input = MakeSalesOrderLineInput::default();
        let sold = app.admin().call_at::<MakeSalesOrderLine>(&path, sold.version, &input).await.ok();
        let path = IdPath { id: sold.lines[0].orders[0].id };
        let draft = app.admin().get::<GetManufacturingOrder>(&path).await.ok();
        let from: Patch<ManufacturingOrderInput> =
            serde_json::from_value(json!({"components_warehouse_id": shop.warehouse.id})).unwrap();
        let draft = app.admin().call_at::<UpdateManufacturingOrder>(&path, draft.version, &from).await.ok();
        let made = app.admin().call_at::<ConfirmManufacturingOrder>(&path, draft.version, &Empty {}).await.ok();
        let asked = make.request_for(&made).await;
        let input = OrderRequestInput { supplier_id: make.supplier().await.id };
        let path = IdPath { id: asked.id };
        let bought = app.admin().call::<OrderPurchaseRequest>(&path, &Empty {}, &input).await.ok();
        Self { app, sold, made, asked, bought }
    }

    async fn ask(&self, role: Role, of: PeggingOf, id: Uuid, direction: PegDirection) -> Answer<PeggingView> {
        let query = PeggingQuery { of, id, line_id: None, direction };
        self.app.as_role(role).list::<GetPegging>(&query).await
    }

    async fn nodes(&self, of: PeggingOf, id: Uuid, direction: PegDirection) -> Vec<PeggingNode> {
        self.ask(Role::Admin, of, id, direction).await.ok().nodes
    }
}

fn told(nodes: &[PeggingNode]) -> Vec<(u32, PegKind, &str)> {
    nodes.iter().map(|node| (node.level, node.kind, node.number.as_str())).collect()
}

#[tokio::test]
async fn a_customers_line_waits_for_its_order_its_components_and_what_is_bought_for_them() {
    let chain = Chain::open().await;
    let receipt = chain.app.factory().purchase_receipt_input(&chain.bought, 1);
    let receipt = chain.app.admin().post::<CreateReceipt>(&receipt).await.ok();
    let (made, asked, bought) = (&chain.made.number, &chain.asked.number, &chain.bought.number);
    let nodes = chain.nodes(PeggingOf::SalesOrder, chain.sold.id.uuid(), PegDirection::Backward).await;
    let first = chain.bought.lines[0].product_id;
    let is_it = |node: &&PeggingNode| node.kind == PegKind::Receipt && node.product_id == Some(first);
    let came = nodes.iter().find(is_it).unwrap();
    assert_eq!((came.number.clone(), came.quantity), (receipt.number, dec!(1)));
    let nodes: Vec<_> = nodes.into_iter().filter(|node| node.kind != PegKind::Receipt).collect();
    let expected = [
        (0, PegKind::SalesOrderLine, chain.sold.number.as_str()),
        (1, PegKind::ManufacturingOrder, made.as_str()),
        (2, PegKind::Component, made.as_str()),
        (3, PegKind::PurchaseRequestLine, asked.as_str()),
        (4, PegKind::PurchaseOrderLine, bought.as_str()),
        (2, PegKind::Component, made.as_str()),
        (3, PegKind::PurchaseRequestLine, asked.as_str()),
        (4, PegKind::PurchaseOrderLine, bought.as_str()),
    ];
    assert_eq!(told(&nodes), expected);
    assert_eq!((nodes[0].quantity, nodes[0].needed_at), (dec!(3), chain.sold.deliver_by));
    assert!(nodes.iter().all(|node| node.days_late.is_none()), "{nodes:?}");
    chain.app.finish().await;
}

#[tokio::test]
async fn a_purchase_serves_its_request_the_order_and_the_customer_and_says_when_it_comes_too_late() {
    let chain = Chain::drafted().await;
    let lines = chain.bought.lines.iter().map(|line| {
        json!({
            "id": line.id, "product_id": line.product_id, "quantity": line.quantity, "unit_id": line.unit_id,
            "price": null, "expected_on": "2099-01-15",
        })
    });
    let late: Patch<PurchaseOrderInput> = serde_json::from_value(json!({"lines": lines.collect::<Vec<_>>()})).unwrap();
    let path = IdPath { id: chain.bought.id };
    let _ = chain.app.admin().call_at::<UpdatePurchaseOrder>(&path, chain.bought.version, &late).await.ok();
    let nodes = chain.nodes(PeggingOf::PurchaseOrder, chain.bought.id.uuid(), PegDirection::Forward).await;
    let expected = [
        (0, PegKind::PurchaseOrderLine, chain.bought.number.as_str()),
        (1, PegKind::PurchaseRequestLine, chain.asked.number.as_str()),
        (2, PegKind::ManufacturingOrder, chain.made.number.as_str()),
        (3, PegKind::SalesOrderLine, chain.sold.number.as_str()),
    ];
    assert_eq!(told(&nodes)[..4], expected);
    // The second line comes to the same order, which goes on where it was met first.
    assert!(nodes[6].is_repeated, "{nodes:?}");
    assert_eq!(nodes.len(), 7);
    let late = |place: usize| nodes[place].days_late.is_some_and(|days| days > 20_000);
    assert!(late(0) && late(1) && !late(3), "{nodes:?}");
    let one = PeggingQuery {
        of: PeggingOf::PurchaseOrder,
        id: chain.bought.id.uuid(),
        line_id: Some(chain.bought.lines[1].id.uuid()),
        direction: PegDirection::Forward,
    };
    assert_eq!(chain.app.admin().list::<GetPegging>(&one).await.ok().nodes.len(), 4);
    chain.app.finish().await;
}

#[tokio::test]
async fn who_may_not_read_a_document_sees_that_there_is_one_and_no_more() {
    let chain = Chain::open().await;
    let (order, sale) = (chain.made.id.uuid(), chain.sold.id.uuid());
    let forward = PegDirection::Forward;
    // Who buys sees no customers.
    let seen = chain.ask(Role::Buyer, PeggingOf::ManufacturingOrder, order, forward).await.ok().nodes;
    let customer = &seen[1];
    assert_eq!((customer.kind, customer.is_hidden), (PegKind::SalesOrderLine, true));
    assert_eq!((customer.number.as_str(), customer.party.as_str(), customer.product_id), ("", "", None));
    assert_eq!((customer.quantity, customer.needed_at, customer.document_id), (dec!(0), None, None));
    // Who works on the floor sees no purchases, but the chain goes on behind them.
    let backward = PegDirection::Backward;
    let seen = chain.ask(Role::Operator, PeggingOf::ManufacturingOrder, order, backward).await.ok().nodes;
    assert!(seen.iter().all(|node| node.is_hidden == (node.level >= 2)), "{seen:?}");
    chain.ask(Role::Buyer, PeggingOf::SalesOrder, sale, forward).await.refused_with(&codes::PERMISSION_DENIED);
    chain.ask(Role::Admin, PeggingOf::SalesOrder, order, forward).await.refused_with(&codes::NOT_FOUND);
    chain.app.finish().await;
}
