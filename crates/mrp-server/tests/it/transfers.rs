//! Transfers and deliveries over HTTP: what goes, what stays because it is promised or expired, and the list of moves.

use mrp_api::deliveries::{CreateDelivery, DeliveryInput, DeliveryView, ListDeliveries};
use mrp_api::error as codes;
use mrp_api::products::ProductInput;
use mrp_api::stock::{
    CreateReceipt, GoodsLineInput, ListStock, ListStockMoves, ReceiptInput, ReceiptLineInput, StockMoveQuery,
    StockMoveRow, StockQuery,
};
use mrp_api::transfers::{CreateTransfer, ListTransfers, TransferInput, TransferView};
use mrp_api::warehouses::{CreateWarehouse, WarehouseInput};
use mrp_domain::example;
use mrp_domain::ids::{ProductId, WarehouseId};
use mrp_domain::product::Tracking;
use mrp_domain::stock::MoveKind;
use mrp_test_support::client::Answer;
use rust_decimal::Decimal;

use crate::shop::{Shop, d};

struct Two {
    shop: Shop,
    other: WarehouseId,
}

impl Two {
    async fn open() -> Self {
        let shop = Shop::open().await;
        let input = WarehouseInput { code: "YARD".to_owned(), name: "Yard".to_owned(), active: true };
        let other = shop.admin.post::<CreateWarehouse>(&input).await.ok().id;
        Self { shop, other }
    }

    async fn transfer(&self, lines: Vec<GoodsLineInput>) -> Answer<TransferView> {
        let input = TransferInput {
            from_warehouse_id: self.shop.warehouse,
            to_warehouse_id: self.other,
            reason: "Nearer to the saw".to_owned(),
            lines,
        };
        self.shop.admin.post::<CreateTransfer>(&input).await
    }

    async fn deliver(&self, lines: Vec<GoodsLineInput>) -> Answer<DeliveryView> {
        let input = DeliveryInput {
            warehouse_id: self.shop.warehouse,
            customer: "School no. 4".to_owned(),
            reference: "PO 77".to_owned(),
            lines: lines.into_iter().map(Into::into).collect(),
        };
        self.shop.admin.post::<CreateDelivery>(&input).await
    }

    async fn lots(&self, tracking: Tracking, lines: &[(&str, &str, Option<&str>)]) -> ProductId {
        let input = ProductInput { tracking, standard_cost: Some(d("5")), ..self.shop.product_input("POWDER") };
        let product_id = self.shop.new_product(input).await;
        let lines = lines.iter().map(|(quantity, lots, expires_on)| ReceiptLineInput {
            product_id,
            quantity: d(quantity),
            unit_id: None,
            unit_cost: Some(d("2.5")),
            purchase_order_line_id: None,
            lot_numbers: Some((*lots).to_owned()),
            expires_on: expires_on.map(str::to_owned),
            supplier_lot: None,
        });
        let warehouse_id = self.shop.warehouse;
        let input = ReceiptInput { warehouse_id, reference: String::new(), lines: lines.collect() };
        self.shop.admin.post::<CreateReceipt>(&input).await.ok();
        product_id
    }

    async fn on_hand(&self, product: ProductId, warehouse: WarehouseId) -> Decimal {
        let query = StockQuery { product_id: Some(product), warehouse_id: Some(warehouse), ..StockQuery::default() };
        self.shop.admin.list::<ListStock>(&query).await.ok().items.iter().map(|row| row.qty_on_hand).sum()
    }

    async fn moves(&self, query: StockMoveQuery) -> Vec<StockMoveRow> {
        self.shop.admin.list::<ListStockMoves>(&query).await.ok().items
    }
}

fn line(product_id: ProductId, quantity: &str, lots: Option<&str>) -> GoodsLineInput {
    GoodsLineInput { product_id, quantity: d(quantity), unit_id: None, lot_numbers: lots.map(str::to_owned) }
}

#[tokio::test]
async fn a_transfer_moves_goods_and_changes_neither_value_nor_cost() {
    let two = Two::open().await;
    let tube = two.shop.product(example::STEEL_TUBE);
    two.shop.receive_at(vec![(tube, d("3"), Some(d("10"))), (tube, d("4"), Some(d("11")))]).await;
    let before = two.shop.stock(tube).await.unit_cost;
    let done = two.transfer(vec![line(tube, "2.5", None)]).await.ok();
    assert!(done.number.starts_with("TR-"), "{}", done.number);
    assert_eq!((two.on_hand(tube, two.shop.warehouse).await, two.on_hand(tube, two.other).await), (d("4.5"), d("2.5")));
    let rows = two.shop.admin.list::<ListStock>(&StockQuery::default()).await.ok().items;
    assert!(rows.iter().all(|row| row.unit_cost == before), "{rows:?}");
    let listed = two.shop.admin.list::<ListTransfers>(&Default::default()).await.ok().items;
    assert_eq!((listed[0].line_count, listed[0].to_warehouse_name.as_str()), (1, "Yard"));
    two.shop.close().await;
}

#[tokio::test]
async fn what_is_reserved_or_not_there_stays() {
    let two = Two::open().await;
    let tube = two.shop.product(example::STEEL_TUBE);
    two.shop.receive_for_tables(5).await;
    two.shop.confirmed(two.shop.product(example::STEEL_TABLE), "4").await;
    two.transfer(vec![line(tube, "4.001", None)]).await.refused_with(&codes::STOCK_RESERVED);
    two.deliver(vec![line(tube, "21", None)]).await.refused_with(&codes::STOCK_SHORT);
    let problem = two.deliver(vec![line(tube, "3", None), line(tube, "2", None)]).await.problem();
    assert_eq!((problem.errors[0].pointer.as_str(), problem.code.as_str()), ("/lines/1/quantity", "stock_reserved"));
    two.transfer(vec![line(tube, "4", None)]).await.ok();
    assert_eq!(two.on_hand(tube, two.shop.warehouse).await, d("16"));
    two.shop.close().await;
}

#[tokio::test]
async fn a_delivery_takes_what_expires_first_and_never_what_is_past_its_last_day() {
    let two = Two::open().await;
    let lots = [("3", "OLD", Some("2026-11-01")), ("3", "LATE", Some("2099-12-01")), ("3", "SOON", Some("2099-01-01"))];
    let powder = two.lots(Tracking::Lot, &lots).await;
    let done = two.deliver(vec![line(powder, "4", None)]).await.ok();
    let went = done.lines.iter().map(|line| (line.lot_number.clone().unwrap(), line.quantity)).collect::<Vec<_>>();
    assert_eq!(went.len(), 2);
    assert!(went.contains(&("SOON".to_owned(), d("3"))) && went.contains(&("LATE".to_owned(), d("1"))), "{went:?}");
    two.deliver(vec![line(powder, "1", Some("OLD"))]).await.refused_with(&codes::LOT_EXPIRED);
    two.deliver(vec![line(powder, "3", None)]).await.refused_with(&codes::LOT_EXPIRED);
    two.transfer(vec![line(powder, "3", Some("OLD"))]).await.ok();
    let value: Decimal = done.lines.iter().filter_map(|line| line.value).sum();
    assert_eq!(value, d("10"));
    two.shop.close().await;
}

#[tokio::test]
async fn serial_numbers_go_one_by_one() {
    let two = Two::open().await;
    let piece = two.lots(Tracking::Serial, &[("4", "S-1..S-4", None)]).await;
    two.deliver(vec![line(piece, "2", Some("S-2, S-4"))]).await.ok();
    two.deliver(vec![line(piece, "1", Some("S-2"))]).await.refused_with(&codes::STOCK_SHORT);
    two.deliver(vec![line(piece, "2", Some("S-1"))]).await.refused_with(&codes::VALIDATION_FAILED);
    two.transfer(vec![line(piece, "1", Some("S-1"))]).await.ok();
    assert_eq!((two.on_hand(piece, two.shop.warehouse).await, two.on_hand(piece, two.other).await), (d("1"), d("1")));
    two.shop.close().await;
}

#[tokio::test]
async fn every_fault_of_a_document_is_told_at_once() {
    let two = Two::open().await;
    let unknown = ProductId::from_uuid(uuid::Uuid::now_v7());
    let screw = two.shop.new_product(two.shop.product_input("SCREW")).await;
    let input = DeliveryInput {
        warehouse_id: WarehouseId::from_uuid(uuid::Uuid::now_v7()),
        customer: " ".to_owned(),
        reference: String::new(),
        lines: [line(unknown, "1", None), line(screw, "0.5", None), line(screw, "1", Some("L"))]
            .map(Into::into)
            .to_vec(),
    };
    let problem = two.shop.admin.post::<CreateDelivery>(&input).await.problem();
    let named = problem.errors.iter().map(|error| error.pointer.as_str()).collect::<Vec<_>>();
    let expected = ["/customer", "/warehouse_id", "/lines/0/product_id", "/lines/1/quantity", "/lines/2/lot_numbers"];
    assert_eq!(named, expected);
    let same = TransferInput {
        from_warehouse_id: two.other,
        to_warehouse_id: two.other,
        reason: String::new(),
        lines: Vec::new(),
    };
    let problem = two.shop.admin.post::<CreateTransfer>(&same).await.problem();
    let named = problem.errors.iter().map(|error| error.pointer.as_str()).collect::<Vec<_>>();
    assert_eq!(named, ["/to_warehouse_id", "/lines"]);
    assert!(two.shop.admin.list::<ListDeliveries>(&Default::default()).await.ok().items.is_empty());
    two.shop.close().await;
}

#[tokio::test]
async fn moves_are_found_by_lot_place_document_kind_and_period() {
    let two = Two::open().await;
    let powder = two.lots(Tracking::Lot, &[("3", "A", None), ("3", "B", None)]).await;
    let transfer = two.transfer(vec![line(powder, "1", Some("A"))]).await.ok();
    two.deliver(vec![line(powder, "2", Some("B"))]).await.ok();
    let all = two.moves(StockMoveQuery { product_id: Some(powder), ..StockMoveQuery::default() }).await;
    assert_eq!(all.len(), 4);
    let of = |kind| StockMoveQuery { product_id: Some(powder), kind: Some(kind), ..StockMoveQuery::default() };
    let mut counted = Vec::new();
    for kind in MoveKind::ALL {
        let found = two.moves(of(*kind)).await;
        assert!(found.iter().all(|row| row.kind == *kind), "{found:?}");
        counted.push(found.len());
    }
    assert_eq!(counted, [2, 0, 0, 1, 1, 0, 0]);
    let lot_id = all.iter().find(|row| row.lot_number.as_deref() == Some("A")).unwrap().lot_id;
    assert_eq!(two.moves(StockMoveQuery { lot_id, ..StockMoveQuery::default() }).await.len(), 2);
    let there = StockMoveQuery { warehouse_id: Some(two.other), ..StockMoveQuery::default() };
    assert_eq!(two.moves(there).await.len(), 1);
    let named = StockMoveQuery {
        document: Some(transfer.number[3..].to_owned()),
        kind: Some(MoveKind::Transfer),
        ..StockMoveQuery::default()
    };
    assert_eq!(two.moves(named).await.len(), 1);
    let days = |from: &str, until: &str| StockMoveQuery {
        product_id: Some(powder),
        moved_from: Some(from.to_owned()),
        moved_until: Some(until.to_owned()),
        ..StockMoveQuery::default()
    };
    assert_eq!(two.moves(days("2026-11-27", "2026-11-27")).await.len(), 4);
    assert_eq!(two.moves(days("2026-11-01", "2026-11-26")).await.len(), 0);
    let wrong = two.shop.admin.list::<ListStockMoves>(&days("soon", "")).await;
    wrong.refused_with(&codes::MALFORMED_QUERY);
    let later = days("2026-11-28", "");
    assert!(two.moves(later).await.is_empty());
    two.shop.close().await;
}
