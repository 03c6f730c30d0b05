//! Genealogy over HTTP: from a delivery back to the receipts, and forward again; large trees stay quick.

use std::time::Instant as Stopwatch;

use mrp_api::deliveries::{CreateDelivery, DeliveryInput};
use mrp_api::endpoint::{Empty, IdPath};
use mrp_api::lot_traces::{GetLotTrace, LotTraceQuery, LotTraceView, TraceDirection};
use mrp_api::lots::{ListLots, LotQuery, LotView};
use mrp_api::patch::Patch;
use mrp_api::products::{GetProduct, ProductInput, UpdateProduct};
use mrp_api::stock::{CreateReceipt, GoodsLineInput, ReceiptInput, ReceiptLineInput};
use mrp_domain::bom::ConsumptionMode;
use mrp_domain::example;
use mrp_domain::ids::{LotId, ProductId};
use mrp_domain::lot::trace::TraceKind;
use mrp_domain::manufacturing_order::transitions::FinishChoice;
use mrp_domain::product::Tracking;
use mrp_store::sql::sql;
use uuid::Uuid;

use crate::shop::{Shop, component, d, operation};

async fn tracked(shop: &Shop, code: &str) -> ProductId {
    let tracking = Tracking::Lot;
    shop.new_product(ProductInput { tracking, standard_cost: Some(d("5")), ..shop.product_input(code) }).await
}

async fn receive(shop: &Shop, product_id: ProductId, quantity: &str, lot: Option<&str>) {
    let line = ReceiptLineInput {
        product_id,
        quantity: d(quantity),
        unit_id: None,
        unit_cost: Some(d("2")),
        purchase_order_line_id: None,
        lot_numbers: lot.map(str::to_owned),
        expires_on: None,
        supplier_lot: None,
    };
    let input = ReceiptInput { warehouse_id: shop.warehouse, reference: String::new(), lines: vec![line] };
    shop.admin.post::<CreateReceipt>(&input).await.ok();
}

/// A product of two of a component, whose lots are told apart.
async fn made_of(shop: &Shop, code: &str, lines: &[(ProductId, &str)]) -> ProductId {
    let steps = vec![operation(10, shop.center(example::QUALITY_CONTROL), 60)];
    let lines = lines.iter().map(|(product, quantity)| component(*product, quantity, None)).collect();
    let product = shop.recipe(code, ConsumptionMode::Automatic, steps, lines).await;
    let view = shop.admin.get::<GetProduct>(&IdPath { id: product }).await.ok();
    let patch = Patch::whole(&ProductInput { tracking: Tracking::Lot, ..view.clone().into() });
    let _ = shop.admin.call_at::<UpdateProduct>(&IdPath { id: product }, view.version, &patch).await.ok();
    product
}

async fn make(shop: &Shop, product: ProductId, quantity: &str) -> String {
    let order = shop.planned(product, quantity).await;
    shop.carry_out(&order, 10, 1).await;
    shop.finish(&order, FinishChoice::Complete).await.ok().number
}

async fn lot(shop: &Shop, number: &str) -> LotView {
    let query = LotQuery { q: Some(number.to_owned()), ..LotQuery::default() };
    let lots = shop.admin.list::<ListLots>(&query).await.ok().items;
    lots.into_iter().find(|lot| lot.number == number).unwrap()
}

async fn trace(shop: &Shop, id: LotId, direction: TraceDirection) -> LotTraceView {
    shop.admin.call::<GetLotTrace>(&IdPath { id }, &LotTraceQuery { direction }, &Empty {}).await.ok()
}

/// What a tree says, each node by its level, its kind and its document or goods.
fn told(view: &LotTraceView) -> Vec<(u32, TraceKind, String)> {
    let name = |kind, document: &str, lot: &str, product: &str| match kind {
        TraceKind::Lot => lot.to_owned(),
        TraceKind::Goods => product.to_owned(),
        _ => document.to_owned(),
    };
    let nodes = view.nodes.iter();
    nodes
        .map(|node| (node.level, node.kind, name(node.kind, &node.document, &node.lot_number, &node.product_code)))
        .collect()
}

#[tokio::test]
async fn a_delivered_lot_is_traced_back_to_its_receipts_and_each_of_them_forward_to_it() {
    let shop = Shop::open().await;
    let flour = tracked(&shop, "FLOUR").await;
    let salt = shop.new_product(ProductInput { standard_cost: Some(d("1")), ..shop.product_input("SALT") }).await;
    let dough = made_of(&shop, "DOUGH", &[(flour, "2"), (salt, "1")]).await;
    let bread = made_of(&shop, "BREAD", &[(dough, "1")]).await;
    receive(&shop, flour, "10", Some("F-1")).await;
    receive(&shop, salt, "10", None).await;
    let first = make(&shop, dough, "3").await;
    let second = make(&shop, bread, "2").await;
    let input = DeliveryInput {
        warehouse_id: shop.warehouse,
        customer: "Baker".to_owned(),
        reference: "PO 1".to_owned(),
        lines: vec![GoodsLineInput { product_id: bread, quantity: d("1"), unit_id: None, lot_numbers: None }.into()],
    };
    let delivery = shop.admin.post::<CreateDelivery>(&input).await.ok();
    assert_eq!(delivery.lines[0].lot_number.as_deref(), Some(second.as_str()));

    let back = trace(&shop, lot(&shop, &second).await.id, TraceDirection::Sources).await;
    let receipt = back.nodes.iter().find(|node| node.kind == TraceKind::Receipt).unwrap().document.clone();
    let expected = [
        (1, TraceKind::Order, second.clone()),
        (2, TraceKind::Lot, first.clone()),
        (3, TraceKind::Order, first.clone()),
        (4, TraceKind::Lot, "F-1".to_owned()),
        (4, TraceKind::Goods, "SALT".to_owned()),
        (5, TraceKind::Receipt, receipt),
    ];
    assert_eq!(told(&back), expected);
    assert!(!back.is_cut_in_depth && !back.is_cut_in_number);

    let forward = trace(&shop, lot(&shop, "F-1").await.id, TraceDirection::Uses).await;
    let expected = [
        (1, TraceKind::Order, first.clone()),
        (2, TraceKind::Lot, first.clone()),
        (3, TraceKind::Order, second.clone()),
        (4, TraceKind::Lot, second.clone()),
        (5, TraceKind::Delivery, delivery.number),
    ];
    assert_eq!(told(&forward), expected);
    let used = forward.nodes.iter().map(|node| node.quantity.normalize().to_string()).collect::<Vec<_>>();
    assert_eq!(used, ["6", "3", "2", "2", "1"]);
    shop.close().await;
}

/// Each lot is made by an order of its own from `WIDTH` lots, over six levels: some ten thousand nodes.
#[tokio::test]
async fn a_tree_of_ten_thousand_nodes_over_six_levels_is_read_quickly() {
    const WIDTH: usize = 5;
    const LEVELS: u32 = 6;
    let shop = Shop::open().await;
    let flour = tracked(&shop, "FLOUR").await;
    let draft = shop.draft(shop.product(example::STEEL_TABLE), "1").await;
    let mut connection = shop.app.store.connection().await.unwrap();
    let root = Uuid::now_v7();
    let mut level = vec![root];
    let mut moves: Vec<(Uuid, Uuid, bool)> = Vec::new();
    let mut lots = vec![root];
    let mut orders = Vec::new();
    for _ in 1..LEVELS {
        let mut next = Vec::new();
        for made in level {
            let order = Uuid::now_v7();
            orders.push(order);
            moves.push((made, order, false));
            for _ in 0..WIDTH {
                let used = Uuid::now_v7();
                lots.push(used);
                next.push(used);
                moves.push((used, order, true));
            }
        }
        level = next;
    }
    sql("INSERT INTO lot (id, product_id, number, created_at) SELECT id, $2, id::text, now() FROM unnest($1::uuid[]) AS g(id)")
        .bind(lots.clone())
        .bind(flour.uuid())
        .run(&mut connection)
        .await
        .unwrap();
    sql("INSERT INTO manufacturing_order (id, number, state, availability, product_id, quantity, consumption_mode, priority, \
         created_by, created_at) SELECT g.id, g.id::text, 'draft', o.availability, o.product_id, 1, o.consumption_mode, \
         o.priority, o.created_by, o.created_at FROM unnest($1::uuid[]) AS g(id), manufacturing_order o WHERE o.id = $2")
        .bind(orders)
        .bind(draft.id.uuid())
        .run(&mut connection)
        .await
        .unwrap();
    sql(
        "INSERT INTO stock_move (id, moved_at, product_id, lot_id, quantity, from_location_id, to_location_id, value, \
         manufacturing_order_id, user_id) SELECT gen_random_uuid(), now(), $4, g.lot, 1, \
         CASE WHEN g.used THEN $5 ELSE $6 END, CASE WHEN g.used THEN $6 ELSE $5 END, 0, g.by, \
         (SELECT created_by FROM manufacturing_order WHERE id = $7) \
         FROM unnest($1::uuid[], $2::uuid[], $3::bool[]) AS g(lot, by, used)",
    )
    .bind(moves.iter().map(|one| one.0).collect::<Vec<_>>())
    .bind(moves.iter().map(|one| one.1).collect::<Vec<_>>())
    .bind(moves.iter().map(|one| one.2).collect::<Vec<_>>())
    .bind(flour.uuid())
    .bind(shop.place.uuid())
    .bind(mrp_store::stock::PRODUCTION)
    .bind(draft.id.uuid())
    .run(&mut connection)
    .await
    .unwrap();
    let began = Stopwatch::now();
    let view = trace(&shop, LotId::from_uuid(root), TraceDirection::Sources).await;
    let took = began.elapsed();
    eprintln!("{} nodes in {} ms", view.nodes.len(), took.as_millis());
    let expected = lots.len() - 1 + moves.iter().filter(|one| !one.2).count();
    assert_eq!((view.nodes.len(), view.is_cut_in_number, view.is_cut_in_depth), (expected, false, false));
    // A server that is compiled for debugging, on a busy machine.
    assert!(took.as_millis() < 3_000, "{took:?}");
}
