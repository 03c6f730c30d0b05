//! Lots over HTTP: how goods enter them, who gets them first, what orders use and make, and what is refused.

use mrp_api::endpoint::{Empty, IdPath};
use mrp_api::error as codes;
use mrp_api::lots::{GetLotWhereabouts, ListLots, LotQuery, LotView};
use mrp_api::manufacturing_orders::{
    CancelManufacturingOrder, ChangeManufacturingOrderQuantity, ChangeQuantityInput, ComponentPath,
    ConfirmManufacturingOrder, ConsumeInput, ConsumeOrderComponent, FinishInput, FinishManufacturingOrder,
    ManufacturingOrderView, MaterialLineView, ReasonInput, ReserveManufacturingOrder, UnreserveManufacturingOrder,
};
use mrp_api::patch::Patch;
use mrp_api::products::{GetProduct, ProductInput, UpdateProduct};
use mrp_api::settings::{GetSetting, UpdateSetting};
use mrp_api::stock::{
    CreateReceipt, ListStock, ReceiptInput, ReceiptLineInput, ReceiptView, StockBalanceRow, StockQuery,
};
use mrp_api::stock_corrections::{CountInput, CountStock, ScrapInput, ScrapStock};
use mrp_api::work_orders::{ConsumptionInput, ReportInput, ReportWorkOrder, StartWorkOrder};
use mrp_domain::bom::ConsumptionMode;
use mrp_domain::example;
use mrp_domain::ids::ProductId;
use mrp_domain::lot::Expiry;
use mrp_domain::manufacturing_order::MaterialAvailability;
use mrp_domain::manufacturing_order::transitions::FinishChoice;
use mrp_domain::product::Tracking;
use mrp_test_support::client::Answer;
use mrp_test_support::factory::good;
use mrp_test_support::http::RawAnswer;
use uuid::Uuid;

use crate::shop::{Shop, component, d, line, operation};

/// A product of 2 kg of a tracked powder a piece, with one operation of a minute.
struct Jars {
    shop: Shop,
    powder: ProductId,
    jar: ProductId,
}

async fn tracked(shop: &Shop, code: &str, tracking: Tracking) -> ProductId {
    shop.new_product(ProductInput { tracking, standard_cost: Some(d("5")), ..shop.product_input(code) }).await
}

impl Jars {
    async fn open(powder: Tracking, jar: Tracking) -> Self {
        let shop = Shop::open().await;
        let powder = tracked(&shop, "POWDER", powder).await;
        let steps = vec![operation(10, shop.center(example::QUALITY_CONTROL), 60)];
        let lines = vec![component(powder, "2", None)];
        let product = shop.recipe("JAR", ConsumptionMode::Automatic, steps, lines).await;
        let view = shop.admin.get::<GetProduct>(&IdPath { id: product }).await.ok();
        let patch = Patch::whole(&ProductInput { tracking: jar, ..view.clone().into() });
        let _ = shop.admin.call_at::<UpdateProduct>(&IdPath { id: product }, view.version, &patch).await.ok();
        Self { shop, powder, jar: product }
    }

    async fn receive(&self, quantity: &str, lots: &str, expires_on: Option<&str>) -> Answer<ReceiptView> {
        self.shop.admin.post::<CreateReceipt>(&self.receipt(vec![self.line(quantity, lots, expires_on)])).await
    }

    fn line(&self, quantity: &str, lots: &str, expires_on: Option<&str>) -> ReceiptLineInput {
        ReceiptLineInput {
            product_id: self.powder,
            quantity: d(quantity),
            unit_id: None,
            unit_cost: Some(d("3.33")),
            purchase_order_line_id: None,
            lot_numbers: Some(lots.to_owned()).filter(|text| !text.is_empty()),
            expires_on: expires_on.map(str::to_owned),
            supplier_lot: Some("S-1".to_owned()),
        }
    }

    fn receipt(&self, lines: Vec<ReceiptLineInput>) -> ReceiptInput {
        ReceiptInput { warehouse_id: self.shop.warehouse, reference: "DN 1".to_owned(), lines }
    }

    async fn confirmed(&self, jars: &str) -> ManufacturingOrderView {
        self.shop.confirmed(self.jar, jars).await
    }

    fn powder<'a>(&self, order: &'a ManufacturingOrderView) -> &'a MaterialLineView {
        line(order, self.powder)
    }

    /// What an order holds, lot by lot.
    fn held(&self, order: &ManufacturingOrderView) -> Vec<(String, String)> {
        let lots = self.powder(order).lots.iter();
        lots.map(|lot| (lot.number.clone(), lot.qty_reserved.normalize().to_string())).collect()
    }

    async fn made(&self, jars: &str, numbers: Option<&str>) -> Answer<ManufacturingOrderView> {
        let order = self.shop.planned(self.jar, jars).await;
        self.shop.carry_out(&order, 10, 1).await;
        self.finish(&self.shop.read(&order).await, numbers).await
    }

    async fn finish(&self, order: &ManufacturingOrderView, numbers: Option<&str>) -> Answer<ManufacturingOrderView> {
        let choice = FinishChoice::Complete;
        let input = FinishInput { choice, accept_unrecorded: false, lot_numbers: numbers.map(str::to_owned) };
        self.shop.act::<FinishManufacturingOrder>(order, &input).await
    }

    async fn lots(&self, product: ProductId) -> Vec<LotView> {
        let query = LotQuery { product_id: Some(product), ..LotQuery::default() };
        self.shop.admin.list::<ListLots>(&query).await.ok().items
    }

    async fn stock(&self, product: ProductId) -> Vec<StockBalanceRow> {
        let query = StockQuery { product_id: Some(product), ..StockQuery::default() };
        self.shop.admin.list::<ListStock>(&query).await.ok().items
    }
}

fn pair(number: &str, quantity: &str) -> (String, String) {
    (number.to_owned(), quantity.to_owned())
}

#[tokio::test]
async fn the_lot_that_expires_first_is_reserved_first_and_then_the_one_that_came_first() {
    let jars = Jars::open(Tracking::Lot, Tracking::None).await;
    jars.receive("4", "NEVER", None).await.ok();
    jars.receive("3", "LATE", Some("2099-12-31")).await.ok();
    jars.receive("3", "SOON", Some("2099-01-31")).await.ok();
    jars.receive("5", "NEVER-2", None).await.ok();
    let order = jars.confirmed("6").await;
    assert_eq!(jars.held(&order), [pair("SOON", "3"), pair("LATE", "3"), pair("NEVER", "4"), pair("NEVER-2", "2")]);
    assert_eq!(order.material_availability_status, MaterialAvailability::Reserved);
    let lots = jars.lots(jars.powder).await;
    let soon = lots.iter().find(|lot| lot.number == "SOON").unwrap();
    assert_eq!((soon.qty_reserved, soon.qty_free, soon.supplier_lot.as_str()), (d("3"), d("0"), "S-1"));
    let told = jars.shop.admin.get::<GetLotWhereabouts>(&IdPath { id: soon.id }).await.ok();
    assert_eq!(
        told.holders.iter().map(|one| one.number.clone()).collect::<Vec<_>>(),
        std::slice::from_ref(&order.number)
    );
    assert_eq!(told.places.iter().map(|one| one.qty_on_hand).collect::<Vec<_>>(), [d("3")]);
    jars.shop.close().await;
}

#[tokio::test]
async fn a_smaller_order_gives_back_the_lots_that_it_would_have_used_last() {
    let jars = Jars::open(Tracking::Lot, Tracking::None).await;
    jars.receive("4", "A", Some("2099-01-01")).await.ok();
    jars.receive("4", "B", Some("2099-02-01")).await.ok();
    let order = jars.confirmed("4").await;
    let input = ChangeQuantityInput { quantity: d("3"), reason: "Less".to_owned() };
    let order = jars.shop.act::<ChangeManufacturingOrderQuantity>(&order, &input).await.ok();
    assert_eq!(jars.held(&order), [pair("A", "4"), pair("B", "2")]);
    let order = jars.shop.act::<UnreserveManufacturingOrder>(&order, &Empty {}).await.ok();
    assert!(jars.held(&order).is_empty());
    let order = jars.shop.act::<ReserveManufacturingOrder>(&order, &Empty {}).await.ok();
    let why = ReasonInput { reason: "No longer wanted".to_owned() };
    let order = jars.shop.act::<CancelManufacturingOrder>(&order, &why).await.ok();
    assert!(jars.held(&order).is_empty());
    assert!(jars.lots(jars.powder).await.iter().all(|lot| lot.qty_reserved.is_zero()));
    jars.shop.close().await;
}

#[tokio::test]
async fn a_whole_lot_is_taken_when_one_suffices() {
    let jars = Jars::open(Tracking::Lot, Tracking::None).await;
    let view = jars.shop.admin.get::<GetProduct>(&IdPath { id: jars.powder }).await.ok();
    let patch = Patch::whole(&ProductInput { one_lot: true, ..view.clone().into() });
    let _ = jars.shop.admin.call_at::<UpdateProduct>(&IdPath { id: jars.powder }, view.version, &patch).await.ok();
    jars.receive("3", "SMALL", Some("2099-01-01")).await.ok();
    jars.receive("9", "LARGE", Some("2099-02-01")).await.ok();
    assert_eq!(jars.held(&jars.confirmed("4").await), [pair("LARGE", "8")]);
    assert_eq!(jars.held(&jars.confirmed("2").await), [pair("SMALL", "3"), pair("LARGE", "1")]);
    jars.shop.close().await;
}

#[tokio::test]
async fn a_lot_past_its_last_day_is_not_reserved_and_the_line_says_why() {
    let jars = Jars::open(Tracking::Lot, Tracking::None).await;
    jars.receive("10", "OLD", Some("2026-11-26")).await.ok();
    let order = jars.confirmed("1").await;
    let powder = jars.powder(&order);
    assert_eq!((powder.qty_reserved, powder.qty_free, powder.qty_expired), (d("0"), d("0"), d("10")));
    assert_eq!(order.material_availability_status, MaterialAvailability::Missing);
    let expired = LotQuery { expiry: Some(Expiry::Expired), ..LotQuery::default() };
    let lots = jars.shop.admin.list::<ListLots>(&expired).await.ok().items;
    assert_eq!(
        lots.iter().map(|lot| (lot.number.as_str(), lot.expiry)).collect::<Vec<_>>(),
        [("OLD", Expiry::Expired)]
    );
    jars.shop.close().await;
}

#[tokio::test]
async fn the_company_says_when_a_lot_is_near_its_end() {
    let jars = Jars::open(Tracking::Lot, Tracking::None).await;
    let day = (time::OffsetDateTime::now_utc() + time::Duration::days(45)).date().to_string();
    jars.receive("4", "A", Some(&day)).await.ok();
    let admin = &jars.shop.admin;
    let near = async || {
        let query = LotQuery { expiry: Some(Expiry::Near), ..LotQuery::default() };
        let listed = admin.list::<ListLots>(&query).await.ok().items;
        (jars.lots(jars.powder).await[0].expiry, jars.stock(jars.powder).await[0].expiry, listed.len())
    };
    assert_eq!(near().await, (Expiry::Fresh, Expiry::Fresh, 0));
    let setting = admin.list::<GetSetting>(&Empty {}).await.ok();
    assert_eq!(setting.near_expiry_days, 30);
    let patch = |days: u32| serde_json::from_value(serde_json::json!({ "near_expiry_days": days })).unwrap();
    let changed = admin.call_at::<UpdateSetting>(&Empty {}, setting.version, &patch(50)).await.ok();
    assert_eq!(near().await, (Expiry::Near, Expiry::Near, 1));
    let problem = admin.call_at::<UpdateSetting>(&Empty {}, changed.version, &patch(3_651)).await.problem();
    assert_eq!(problem.errors[0].pointer, "/near_expiry_days");
    jars.shop.close().await;
}

#[tokio::test]
async fn what_an_order_holds_is_what_it_consumes_and_its_product_enters_under_its_own_lot() {
    let jars = Jars::open(Tracking::Lot, Tracking::Lot).await;
    jars.receive("3", "A", Some("2099-01-01")).await.ok();
    jars.receive("3", "B", Some("2099-02-01")).await.ok();
    let done = jars.made("2", None).await.ok();
    let left = jars.stock(jars.powder).await;
    let left = left.iter().map(|row| (row.lot_number.clone().unwrap(), row.qty_on_hand)).collect::<Vec<_>>();
    assert_eq!(left, [("B".to_owned(), d("2"))]);
    let made = jars.stock(jars.jar).await;
    assert_eq!((made[0].lot_number.as_deref(), made[0].qty_on_hand), (Some(done.number.as_str()), d("2")));
    jars.shop.close().await;
}

#[tokio::test]
async fn whoever_finishes_an_order_names_the_lot_or_the_pieces() {
    let jars = Jars::open(Tracking::Serial, Tracking::Serial).await;
    jars.receive("8", "P-01..P-08", None).await.ok();
    let order = jars.shop.planned(jars.jar, "2").await;
    jars.shop.carry_out(&order, 10, 1).await;
    let order = jars.shop.read(&order).await;
    jars.finish(&order, Some("X-1")).await.refused_with(&codes::VALIDATION_FAILED);
    jars.finish(&order, Some("X-1, X-2")).await.ok();
    let again = jars.shop.planned(jars.jar, "2").await;
    jars.shop.carry_out(&again, 10, 1).await;
    let again = jars.shop.read(&again).await;
    let problem = jars.finish(&again, Some("X-2, X-3")).await.problem();
    assert_eq!(problem.errors[0].code, codes::SERIAL_IN_STOCK.code);
    let done = jars.finish(&again, None).await.ok();
    let mut numbers = jars.lots(jars.jar).await.into_iter().map(|lot| lot.number).collect::<Vec<_>>();
    numbers.sort();
    let mut expected = vec![format!("{}-001", done.number), format!("{}-002", done.number), "X-1".into(), "X-2".into()];
    expected.sort();
    assert_eq!(numbers, expected);
    assert!(jars.stock(jars.powder).await.is_empty());
    jars.shop.close().await;
}

#[tokio::test]
async fn the_same_serial_number_from_two_orders_is_won_by_exactly_one() {
    let jars = Jars::open(Tracking::Serial, Tracking::None).await;
    for round in 0..8 {
        jars.receive("2", &format!("S{round}-1, S{round}-2"), None).await.ok();
        let drafts = [jars.shop.draft(jars.jar, "1").await, jars.shop.draft(jars.jar, "1").await];
        let confirm = |draft: &ManufacturingOrderView| {
            let request =
                jars.shop.admin.request("POST", &format!("/api/v1/manufacturing-orders/{}/confirm", draft.id));
            let request = request.header("idempotency-key", Uuid::now_v7()).header("if-match", "\"1\"");
            jars.shop.admin.raw(request.json(&serde_json::json!({})))
        };
        let answers: Vec<RawAnswer> = futures_util::future::join_all(drafts.iter().map(confirm)).await;
        assert!(answers.iter().all(|answer| answer.status == 200), "{answers:?}");
        let mut winners = Vec::new();
        for draft in &drafts {
            let order = jars.shop.read(draft).await;
            if !jars.powder(&order).lots.is_empty() {
                assert_eq!(jars.held(&order), [pair(&format!("S{round}-1"), "1"), pair(&format!("S{round}-2"), "1")]);
                winners.push(order.number);
            } else {
                // Else it would get the pieces of the next round.
                let why = ReasonInput { reason: "Too late".to_owned() };
                jars.shop.act::<CancelManufacturingOrder>(&order, &why).await.ok();
            }
        }
        assert_eq!(winners.len(), 1, "round {round}");
    }
    jars.shop.close().await;
}

#[tokio::test]
async fn a_serial_number_is_received_once_and_every_fault_is_told() {
    let jars = Jars::open(Tracking::Serial, Tracking::None).await;
    let done = jars.receive("3", "P-1..P-3", None).await.ok();
    let values = done.lines.iter().map(|line| line.value.unwrap()).collect::<Vec<_>>();
    assert_eq!((values.len(), values.iter().sum::<rust_decimal::Decimal>()), (3, d("9.99")));
    let again = jars.receive("2", "P-3, P-4", None).await.problem();
    assert_eq!(again.errors[0].code, codes::SERIAL_IN_STOCK.code);
    let lines = vec![jars.line("2", "Q-1", None), jars.line("1", "", None), jars.line("1", "Q-9", Some("soon"))];
    let problem = jars.shop.admin.post::<CreateReceipt>(&jars.receipt(lines)).await.problem();
    let named = problem.errors.iter().map(|error| error.pointer.as_str()).collect::<Vec<_>>();
    assert_eq!(named, ["/lines/0/lot_numbers", "/lines/1/lot_numbers", "/lines/2/expires_on"]);
    let twice = vec![jars.line("1", "R-1", None), jars.line("1", "R-1", None)];
    let problem = jars.shop.admin.post::<CreateReceipt>(&jars.receipt(twice)).await.problem();
    assert_eq!(problem.errors[0].pointer, "/lines/1/lot_numbers");
    assert_eq!(jars.stock(jars.powder).await.len(), 3);
    jars.shop.close().await;
}

#[tokio::test]
async fn lots_are_counted_and_scrapped_one_by_one() {
    let jars = Jars::open(Tracking::Lot, Tracking::None).await;
    let count = |lot: Option<&str>, quantity: &str| CountInput {
        product_id: jars.powder,
        warehouse_id: jars.shop.warehouse,
        lot_number: lot.map(str::to_owned),
        expires_on: None,
        qty_counted: d(quantity),
        unit_cost: None,
        note: String::new(),
    };
    jars.shop.admin.post::<CountStock>(&count(None, "5")).await.refused_with(&codes::VALIDATION_FAILED);
    jars.shop.admin.post::<CountStock>(&count(Some("A"), "5")).await.ok();
    jars.shop.admin.post::<CountStock>(&count(Some("A"), "4")).await.ok();
    let scrap = |lot: &str| ScrapInput {
        product_id: jars.powder,
        warehouse_id: jars.shop.warehouse,
        lot_number: Some(lot.to_owned()),
        quantity: d("1"),
        reason_id: None,
        reason: "Wet".to_owned(),
    };
    jars.shop.admin.post::<ScrapStock>(&scrap("B")).await.refused_with(&codes::VALIDATION_FAILED);
    let done = jars.shop.admin.post::<ScrapStock>(&scrap("A")).await.ok();
    assert_eq!(done.qty_on_hand, d("3"));
    jars.shop.close().await;
}

#[tokio::test]
async fn tracking_stays_while_there_is_stock() {
    let jars = Jars::open(Tracking::Lot, Tracking::None).await;
    jars.receive("3", "A", None).await.ok();
    let view = jars.shop.admin.get::<GetProduct>(&IdPath { id: jars.powder }).await.ok();
    let patch = Patch::whole(&ProductInput { tracking: Tracking::None, ..view.clone().into() });
    let path = IdPath { id: jars.powder };
    let problem = jars.shop.admin.call_at::<UpdateProduct>(&path, view.version, &patch).await.problem();
    assert_eq!(problem.errors[0].pointer, "/tracking");
    jars.shop.close().await;
}

#[tokio::test]
async fn an_untracked_product_names_no_lot() {
    let jars = Jars::open(Tracking::None, Tracking::None).await;
    jars.receive("3", "A", None).await.refused_with(&codes::VALIDATION_FAILED);
    jars.receive("4", "", None).await.ok();
    let order = jars.shop.planned(jars.jar, "1").await;
    jars.shop.carry_out(&order, 10, 1).await;
    let order = jars.shop.read(&order).await;
    jars.finish(&order, Some("L-1")).await.refused_with(&codes::VALIDATION_FAILED);
    jars.finish(&order, None).await.ok();
    let draft = jars.shop.draft(jars.jar, "1").await;
    jars.shop.act::<ConfirmManufacturingOrder>(&draft, &Empty {}).await.ok();
    jars.shop.close().await;
}

/// Records that so much of the powder came from that lot.
async fn used(
    jars: &Jars,
    order: &ManufacturingOrderView,
    quantity: &str,
    lots: &str,
) -> Answer<ManufacturingOrderView> {
    let order = jars.shop.read(order).await;
    let path = ComponentPath { id: order.id, line_id: jars.powder(&order).id };
    let input = ConsumeInput { quantity: d(quantity), lot_numbers: Some(lots.to_owned()) };
    jars.shop.admin.call_at::<ConsumeOrderComponent>(&path, order.version, &input).await
}

#[tokio::test]
async fn who_records_consumption_names_the_lot_that_was_really_used() {
    let jars = Jars::open(Tracking::Lot, Tracking::None).await;
    jars.receive("4", "A", Some("2099-01-01")).await.ok();
    jars.receive("9", "B", Some("2099-02-01")).await.ok();
    let order = jars.shop.planned(jars.jar, "2").await;
    assert_eq!(jars.held(&order), [("A".to_owned(), "4".to_owned())]);
    // Three came from B; what is still needed stays of A, the rest is given back.
    let seen = used(&jars, &order, "3", "B").await.ok();
    assert_eq!((jars.powder(&seen).qty_done, jars.held(&seen)), (d("3"), vec![("A".to_owned(), "1".to_owned())]));
    let left = jars.stock(jars.powder).await;
    let of = |lot: &str| left.iter().find(|row| row.lot_number.as_deref() == Some(lot)).unwrap();
    assert_eq!((of("A").qty_on_hand, of("A").qty_reserved), (d("4"), d("1")));
    assert_eq!((of("B").qty_on_hand, of("B").qty_reserved), (d("6"), d("0")));
    // A lot that it holds is used like any other.
    let seen = used(&jars, &order, "1", "A").await.ok();
    assert_eq!((jars.powder(&seen).qty_done, jars.held(&seen)), (d("4"), Vec::new()));
    jars.shop.close().await;
}

#[tokio::test]
async fn a_lot_that_is_not_free_is_not_used() {
    let jars = Jars::open(Tracking::Lot, Tracking::None).await;
    jars.receive("4", "A", Some("2099-01-01")).await.ok();
    jars.receive("4", "B", Some("2099-02-01")).await.ok();
    jars.receive("2", "OLD", Some("2020-01-01")).await.ok();
    let order = jars.shop.planned(jars.jar, "2").await;
    let other = jars.confirmed("2").await;
    assert_eq!(jars.held(&other), [("B".to_owned(), "4".to_owned())]);
    used(&jars, &order, "1", "B").await.refused_with(&codes::STOCK_RESERVED);
    used(&jars, &order, "9", "A").await.refused_with(&codes::STOCK_SHORT);
    used(&jars, &order, "1", "NOBODY").await.refused_with(&codes::STOCK_SHORT);
    used(&jars, &order, "1", "OLD").await.refused_with(&codes::LOT_EXPIRED);
    let problem = used(&jars, &order, "2", "A, B").await.problem();
    assert_eq!(problem.errors[0].pointer, "/lot_numbers");
    assert_eq!(jars.held(&jars.shop.read(&order).await), [("A".to_owned(), "4".to_owned())], "nothing is half done");
    jars.shop.close().await;
}

#[tokio::test]
async fn one_report_takes_two_lots_of_one_component() {
    let jars = Jars::open(Tracking::Lot, Tracking::None).await;
    for (quantity, lot) in [("4", "A"), ("4", "B"), ("6", "C")] {
        jars.receive(quantity, lot, None).await.ok();
    }
    let order = jars.shop.planned(jars.jar, "2").await;
    let work = jars.shop.work(&order, 10).await;
    let work = jars.shop.on::<StartWorkOrder>(&jars.shop.admin, &work, &Empty {}).await.ok();
    let line_id = jars.powder(&order).id;
    let of = |quantity: &str, lot: &str| ConsumptionInput {
        line_id,
        quantity: d(quantity),
        lot_numbers: Some(lot.to_owned()),
    };
    let report = ReportInput { consumption: Some(vec![of("1", "B"), of("3", "C")]), ..good("1") };
    jars.shop.on::<ReportWorkOrder>(&jars.shop.admin, &work, &report).await.ok();
    let line = jars.powder(&jars.shop.read(&order).await).clone();
    assert_eq!((line.qty_done, line.qty_reserved), (d("4"), d("0")));
    let mut left = jars.stock(jars.powder).await.into_iter();
    let mut left: Vec<_> =
        left.by_ref().map(|row| (row.lot_number.unwrap(), row.qty_on_hand, row.qty_reserved)).collect();
    left.sort();
    let as_left = |lot: &str, quantity: &str| (lot.to_owned(), d(quantity), d("0"));
    assert_eq!(left, [as_left("A", "4"), as_left("B", "3"), as_left("C", "3")]);
    jars.shop.close().await;
}

#[tokio::test]
async fn amounts_of_one_component_without_a_lot_never_plan_the_same_goods_twice() {
    let jars = Jars::open(Tracking::Lot, Tracking::None).await;
    jars.receive("4", "A", Some("2099-01-01")).await.ok();
    jars.receive("3", "B", Some("2099-02-01")).await.ok();
    jars.receive("5", "C", Some("2099-03-01")).await.ok();
    let order = jars.shop.planned(jars.jar, "2").await;
    let work = jars.shop.work(&order, 10).await;
    let work = jars.shop.on::<StartWorkOrder>(&jars.shop.admin, &work, &Empty {}).await.ok();
    let line_id = jars.powder(&order).id;
    let of = |quantity: &str, lot: Option<&str>| ConsumptionInput {
        line_id,
        quantity: d(quantity),
        lot_numbers: lot.map(str::to_owned),
    };
    let said = |amounts: Vec<ConsumptionInput>| ReportInput { consumption: Some(amounts), ..good("1") };
    // Twelve are there: what is beyond that is told, and nothing is half done.
    let too_much = said(vec![of("6", None), of("5", None), of("2", None)]);
    jars.shop.on::<ReportWorkOrder>(&jars.shop.admin, &work, &too_much).await.refused_with(&codes::STOCK_SHORT);
    let too_much = said(vec![of("3", None), of("5", Some("C")), of("5", None)]);
    jars.shop.on::<ReportWorkOrder>(&jars.shop.admin, &work, &too_much).await.refused_with(&codes::STOCK_SHORT);
    // Four of A are its own, the rest comes from what is free: of C what nobody named, then of B.
    let report = said(vec![of("5", None), of("4", Some("C")), of("2", None)]);
    jars.shop.on::<ReportWorkOrder>(&jars.shop.admin, &work, &report).await.ok();
    let line = jars.powder(&jars.shop.read(&order).await).clone();
    assert_eq!((line.qty_done, line.qty_reserved), (d("11"), d("0")));
    let left = jars.stock(jars.powder).await;
    let left = left.iter().map(|row| (row.lot_number.clone().unwrap(), row.qty_on_hand)).collect::<Vec<_>>();
    assert_eq!(left, [("C".to_owned(), d("1"))]);
    jars.shop.close().await;
}

#[tokio::test]
async fn whoever_reports_is_told_which_lots_there_are_in_the_order_of_their_use() {
    let jars = Jars::open(Tracking::Lot, Tracking::None).await;
    jars.receive("9", "LATE", Some("2099-03-01")).await.ok();
    jars.receive("3", "SOON", Some("2099-01-01")).await.ok();
    let order = jars.shop.planned(jars.jar, "2").await;
    jars.receive("2", "FIRST", Some("2098-01-01")).await.ok();
    jars.receive("2", "OLD", Some("2020-01-01")).await.ok();
    let work = jars.shop.work(&order, 10).await;
    let [proposal] = work.proposals.as_slice() else { panic!("{:?}", work.proposals) };
    assert_eq!((proposal.quantity, proposal.tracking, proposal.unit_step), (d("4"), Tracking::Lot, d("1")));
    let lots = proposal.lots.iter().map(|lot| (lot.lot_number.as_str(), lot.quantity)).collect::<Vec<_>>();
    assert_eq!(lots, [("SOON", d("3")), ("LATE", d("9")), ("FIRST", d("2"))], "what it holds comes first");
    assert_eq!(proposal.lots[0].expires_on.as_deref(), Some("2099-01-01"));
    jars.shop.close().await;
}

#[tokio::test]
async fn who_reports_pieces_names_the_serial_numbers_that_went_in() {
    let jars = Jars::open(Tracking::Serial, Tracking::None).await;
    jars.receive("4", "P-1..P-4", None).await.ok();
    let order = jars.shop.planned(jars.jar, "1").await;
    let work = jars.shop.work(&order, 10).await;
    let work = jars.shop.on::<StartWorkOrder>(&jars.shop.admin, &work, &Empty {}).await.ok();
    let line_id = jars.powder(&order).id;
    let said = |lots: &str| {
        let input = ConsumptionInput { line_id, quantity: d("2"), lot_numbers: Some(lots.to_owned()) };
        ReportInput { consumption: Some(vec![input]), ..good("1") }
    };
    let problem = jars.shop.on::<ReportWorkOrder>(&jars.shop.admin, &work, &said("P-3")).await.problem();
    assert_eq!(problem.errors[0].pointer, "/consumption/0/lot_numbers");
    jars.shop.on::<ReportWorkOrder>(&jars.shop.admin, &work, &said("P-3, P-4")).await.ok();
    let left = jars.stock(jars.powder).await;
    let mut left = left.iter().map(|row| (row.lot_number.clone().unwrap(), row.qty_reserved)).collect::<Vec<_>>();
    left.sort();
    assert_eq!(left, [("P-1".to_owned(), d("0")), ("P-2".to_owned(), d("0"))]);
    jars.shop.close().await;
}
