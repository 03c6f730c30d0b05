//! What comes out beside the product: in the recipe, in files, on the order, in stock and on the cost sheet.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use mrp_api::bom_comparisons::{BomComparisonQuery, CompareBoms};
use mrp_api::boms::{
    BomByProductInput, BomInput, CostRollUpQuery, CreateBom, GetBom, ReviseBom, RollUpBomCost, UpdateBom, ValidateBom,
    ValidateBomInput,
};
use mrp_api::data_files::{
    DataFileFormat, DataFileKind, DataFilePath, DataFileView, DataImportInput, ExportDataFile, ExportQuery,
    ImportDataFile,
};
use mrp_api::endpoint::{Empty, IdPath};
use mrp_api::error as codes;
use mrp_api::manufacturing_orders::{ChangeManufacturingOrderQuantity, ChangeQuantityInput};
use mrp_api::products::ProductInput;
use mrp_api::stock::{ListStockMoves, StockMoveQuery};
use mrp_domain::bom::diff::BomHeadField;
use mrp_domain::example;
use mrp_domain::ids::ProductId;
use mrp_domain::manufacturing_order::transitions::FinishChoice;
use rust_decimal::Decimal;

use crate::shop::{Shop, component, d, operation};

fn by_product(product_id: ProductId, quantity: &str, share: &str) -> BomByProductInput {
    BomByProductInput { product_id, quantity: d(quantity), unit_id: None, cost_share_percent: d(share) }
}

/// A seat of one board, with shavings by weight and offcuts by number.
struct Seats {
    shop: Shop,
    seat: ProductId,
    shavings: ProductId,
    offcut: ProductId,
}

impl Seats {
    async fn open() -> Self {
        let shop = Shop::open().await;
        let seat = shop.new_product(shop.product_input("SEAT")).await;
        let kilogram = shop.unit(example::KILOGRAM);
        let shavings = ProductInput { unit_id: kilogram, ..shop.product_input("SHAVINGS") };
        let shavings = shop.new_product(shavings).await;
        let offcut = shop.new_product(shop.product_input("OFFCUT")).await;
        Self { shop, seat, shavings, offcut }
    }

    async fn input(&self, by_products: Vec<BomByProductInput>) -> BomInput {
        let work = vec![operation(10, self.shop.center(example::CUTTING), 60)];
        let routing = self.shop.new_routing("Seat", work).await;
        let lines = vec![component(self.shop.product(example::OAK_BOARD), "1", None)];
        BomInput { routing_id: Some(routing), by_products, ..self.shop.bom_input(self.seat, lines) }
    }
}

/// What one product of an order was worth when it entered stock.
async fn value_made(shop: &Shop, product: ProductId) -> Decimal {
    let query = StockMoveQuery { product_id: Some(product), ..StockMoveQuery::default() };
    let moves = shop.admin.list::<ListStockMoves>(&query).await.ok().items;
    assert_eq!(moves.len(), 1, "{moves:?}");
    moves[0].value.unwrap()
}

#[tokio::test]
async fn by_products_enter_stock_with_their_share_and_the_product_carries_the_rest_to_the_cent() {
    let seats = Seats::open().await;
    let shop = &seats.shop;
    let outputs = vec![by_product(seats.shavings, "0.3333", "10"), by_product(seats.offcut, "0.3", "5.5")];
    let draft = shop.admin.post::<CreateBom>(&seats.input(outputs).await).await.ok();
    shop.validated(&draft).await;
    shop.receive_at(vec![(shop.product(example::OAK_BOARD), d("10"), Some(d("7.01")))]).await;
    let order = shop.planned(seats.seat, "10").await;
    let planned = |order: &mrp_api::manufacturing_orders::ManufacturingOrderView| {
        order.by_products.iter().map(|one| (one.qty_planned, one.qty_proposed, one.qty_done)).collect::<Vec<_>>()
    };
    assert_eq!(planned(&order), [(d("3.333"), d("0"), d("0")), (d("3"), d("0"), d("0"))]);
    let open = shop.cost_sheet(&order).await;
    let carried: Decimal = open.by_products.iter().map(|one| one.planned).sum();
    assert!(carried > Decimal::ZERO && open.by_products.iter().all(|one| one.actual.is_zero()));
    assert_eq!(open.planned_unit, ((open.planned_total - carried) / d("10")).round_dp(2));

    let less = ChangeQuantityInput { quantity: d("7"), reason: "fewer".to_owned() };
    let order = shop.act::<ChangeManufacturingOrderQuantity>(&order, &less).await.ok();
    assert_eq!(planned(&order)[0].0, d("2.333"));
    shop.carry_out(&order, 10, 13).await;
    let proposed = planned(&shop.read(&order).await);
    assert_eq!(proposed, [(d("2.333"), d("2.333"), d("0")), (d("2"), d("2"), d("0"))]);
    let done = shop.finish(&order, FinishChoice::Complete).await.ok();
    assert_eq!(planned(&done), [(d("2.333"), d("2.333"), d("2.333")), (d("2"), d("2"), d("2"))]);

    let sheet = shop.cost_sheet(&order).await;
    assert!(sheet.is_frozen);
    let (shavings, offcuts) = (&sheet.by_products[0], &sheet.by_products[1]);
    assert_eq!((shavings.name.as_str(), shavings.quantity), ("SHAVINGS", d("2.333")));
    assert_eq!(shavings.actual, (sheet.actual_total * d("0.1")).round_dp(2));
    let mut together = Decimal::ZERO;
    for (product, quantity) in [(seats.seat, "7"), (seats.shavings, "2.333"), (seats.offcut, "2")] {
        let stock = shop.stock(product).await;
        assert_eq!((stock.qty_on_hand, stock.warehouse_id), (d(quantity), shop.warehouse));
        together += value_made(shop, product).await;
    }
    assert_eq!(together, sheet.actual_total, "what was spent is in stock, to the cent");
    let rest = sheet.actual_total - shavings.actual - offcuts.actual;
    assert_eq!(value_made(shop, seats.seat).await, rest);
    assert_eq!(sheet.actual_unit, Some((rest / d("7")).round_dp(2)));
    seats.shop.close().await;
}

#[tokio::test]
async fn an_order_that_made_less_makes_less_beside_it() {
    let seats = Seats::open().await;
    let shop = &seats.shop;
    let outputs = vec![by_product(seats.offcut, "0.3", "20")];
    shop.validated(&shop.admin.post::<CreateBom>(&seats.input(outputs).await).await.ok()).await;
    shop.receive_at(vec![(shop.product(example::OAK_BOARD), d("10"), Some(d("7")))]).await;
    let order = shop.planned(seats.seat, "10").await;
    let work = shop.work(&order, 10).await;
    let _ = shop.on::<mrp_api::work_orders::StartWorkOrder>(&shop.admin, &work, &Empty {}).await.ok();
    shop.pass_minutes(10);
    let three = mrp_api::work_orders::ReportInput {
        good: d("3"),
        scrap: d("0"),
        scrap_reason_id: None,
        scrap_reason: String::new(),
        consumption: None,
    };
    let report = mrp_api::work_orders::FinishWorkOrderInput { report: Some(three) };
    let _ = shop.on::<mrp_api::work_orders::FinishWorkOrder>(&shop.admin, &work, &report).await.ok();
    let done = shop.finish(&order, FinishChoice::CloseShort).await.ok();
    assert_eq!((done.by_products[0].qty_planned, done.by_products[0].qty_done), (d("3"), d("0")));
    let sheet = shop.cost_sheet(&order).await;
    assert_eq!(sheet.by_products[0].actual, d("0"), "nothing came out, so it carries nothing");
    assert_eq!(value_made(shop, seats.seat).await, sheet.actual_total);
    seats.shop.close().await;
}

#[tokio::test]
async fn everything_that_is_wrong_with_by_products_is_told_at_once() {
    let seats = Seats::open().await;
    let shop = &seats.shop;
    let metre = shop.unit(example::METRE);
    let wrong = vec![
        BomByProductInput { unit_id: Some(metre), ..by_product(seats.shavings, "0", "101") },
        by_product(ProductId::from_uuid(uuid::Uuid::now_v7()), "1", "-1"),
    ];
    let problem = shop.admin.post::<CreateBom>(&seats.input(wrong).await).await.problem();
    let mut pointers = problem.errors.iter().map(|error| error.pointer.as_str()).collect::<Vec<_>>();
    pointers.sort_unstable();
    let expected = ["0/cost_share_percent", "0/quantity", "0/unit_id", "1/cost_share_percent", "1/product_id"];
    assert_eq!(pointers, expected.map(|at| format!("/by_products/{at}")));

    let outputs = vec![
        by_product(seats.offcut, "1", "60"),
        by_product(seats.offcut, "2", "50"),
        by_product(seats.seat, "1", "0"),
    ];
    let draft = shop.admin.post::<CreateBom>(&seats.input(outputs).await).await.ok();
    let found = |code: &str| {
        draft.faults.iter().filter(|fault| fault.code == code).map(|fault| fault.by_product).collect::<Vec<_>>()
    };
    assert_eq!(found("by_product_repeated"), [Some(1), Some(2)]);
    assert_eq!(found("cost_shares_above_whole"), [None]);
    let at = IdPath { id: draft.id };
    let problem = shop.admin.call_at::<ValidateBom>(&at, draft.version, &ValidateBomInput::default()).await.problem();
    assert_eq!((problem.code.as_str(), problem.errors.len()), (codes::BOM_FAULTY.code, 3));
    seats.shop.close().await;
}

#[tokio::test]
async fn by_products_are_revised_compared_rolled_up_and_carried_in_files() {
    let seats = Seats::open().await;
    let shop = &seats.shop;
    let plain = shop.admin.post::<CreateBom>(&seats.input(Vec::new()).await).await.ok();
    let at = IdPath { id: plain.id };
    let chair = shop.new_product(shop.product_input("CHAIR")).await;
    let above = shop.bom_input(chair, vec![component(seats.seat, "1", None)]);
    let above = IdPath { id: shop.admin.post::<CreateBom>(&above).await.ok().id };
    let cost = async || {
        let told = shop.admin.call::<RollUpBomCost>(&above, &CostRollUpQuery::default(), &Empty {}).await.ok();
        told.rows[0].total
    };
    let plain = shop.validated(&plain).await;
    let whole = cost().await;
    let draft = shop.admin.call_at::<ReviseBom>(&at, plain.version, &Empty {}).await.ok();
    let outputs = serde_json::json!([{ "product_id": seats.offcut, "quantity": "0.5", "cost_share_percent": "25" }]);
    let patch = serde_json::from_value(serde_json::json!({ "by_products": outputs })).unwrap();
    let draft = shop.admin.call_at::<UpdateBom>(&IdPath { id: draft.id }, draft.version, &patch).await.ok();
    let query = BomComparisonQuery { with: plain.id, variant_id: None };
    let path = IdPath { id: draft.id };
    let compared = shop.admin.call::<CompareBoms>(&path, &query, &Empty {}).await.ok();
    assert_eq!(compared.head, [BomHeadField::ByProducts]);
    assert_eq!((compared.old.by_products.len(), compared.new.by_products.len()), (0, 1));

    let valid = shop.validated(&draft).await;
    // Material, labour and work center are rounded one by one.
    let off = (cost().await - whole * d("0.75")).abs();
    assert!(off <= d("0.02"), "a quarter of the seat's cost is the offcut's: {off}");
    let next = shop.admin.call_at::<ReviseBom>(&path, valid.version, &Empty {}).await.ok();
    assert_eq!(next.by_products, valid.by_products);

    let kind = DataFilePath { kind: DataFileKind::Boms };
    let query = ExportQuery { format: Some(DataFileFormat::Csv), template: None, of: None };
    let file: DataFileView = shop.admin.call::<ExportDataFile>(&kind, &query, &Empty {}).await.ok();
    let text = String::from_utf8(STANDARD.decode(file.content_base64).unwrap()).unwrap();
    let cell = format!("OFFCUT:0.5:{}:25", valid.by_products[0].unit_code);
    assert!(text.contains(&cell), "{text}");
    let text = text.replace(&cell, &format!("{}|SHAVINGS:1:kg:5", cell.replace(":25", ":30")));
    let import =
        DataImportInput { content_base64: STANDARD.encode(text), dry_run: false, skip_bad: false, progress_id: None };
    let report = shop.admin.call::<ImportDataFile>(&kind, &Empty {}, &import).await.ok();
    assert_eq!((report.problems.len(), report.updated), (0, 1), "{report:?}");
    let read = shop.admin.get::<GetBom>(&IdPath { id: next.id }).await.ok();
    let shares = read.by_products.iter().map(|one| one.cost_share_percent).collect::<Vec<_>>();
    assert_eq!(shares, [d("30"), d("5")]);
    seats.shop.close().await;
}
