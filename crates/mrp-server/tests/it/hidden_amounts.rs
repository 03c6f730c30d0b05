//! Amounts that nobody could have by chance stand in no reply, no file and no event of those who may not read them, whatever
//! the fields are called; and papers that a role may not read do not turn up elsewhere.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use mrp_api::access::{Permission, Role};
use mrp_api::data_files::{DataFileFormat, DataFileKind};
use mrp_api::endpoint::{BASE, IdPath, Method, all};
use mrp_api::patch::Patch;
use mrp_api::products::{ProductInput, UpdateProduct};
use mrp_api::purchase_orders::CreatePurchaseOrder;
use mrp_api::requests_for_quotation::RecordOffer;
use mrp_api::sales_orders::CreateSalesOrder;
use mrp_api::stock::CreateReceipt;
use mrp_api::supplier_prices::CreateSupplierPrice;
use mrp_api::users::CreateUser;
use mrp_api::work_centers::{UpdateWorkCenter, WorkCenterInput};
use mrp_server::data_files::sheet::Sheet;
use mrp_test_support::app::TestApp;
use mrp_test_support::client::Client;
use rust_decimal::Decimal;
use rust_decimal_macros::dec;
use serde_json::{Value, json};

/// What something costs, each known by its digits.
const COSTS: [(&str, Decimal); 8] = [
    ("standard cost", dec!(7013.37)),
    ("cost of an hour", dec!(7014.37)),
    ("labour of an hour", dec!(7015.37)),
    ("hourly rate of a person", dec!(7016.37)),
    ("price of a supplier", dec!(7017.37)),
    ("offered price", dec!(7018.37)),
    ("price of a purchase order", dec!(7019.37)),
    ("cost of a receipt", dec!(7021.37)),
];
/// What a customer pays.
const SOLD_AT: Decimal = dec!(9021.37);
/// Later changes of costs, for the stream.
const LATER: [Decimal; 2] = [dec!(7031.37), dec!(7032.37)];

/// Where there is that amount, however it is written.
fn tells(text: &str, amount: Decimal) -> bool {
    let digits = amount.to_string();
    let (whole, cents) = digits.split_once('.').unwrap();
    let (thousands, rest) = whole.split_at(1);
    let ways = [
        format!("{whole}.{cents}"),
        format!("{whole},{cents}"),
        format!("{thousands},{rest}.{cents}"),
        format!("{thousands}.{rest},{cents}"),
    ];
    ways.iter().any(|way| text.contains(way.as_str()))
}

/// Everything that can be read in an answer: its text, and the cells or the text of a file in it.
fn readable(body: &[u8]) -> String {
    let mut text = String::from_utf8_lossy(body).into_owned();
    let file = serde_json::from_slice::<Value>(body).ok().and_then(|reply| {
        let content = reply.get("content_base64")?.as_str()?.to_owned();
        STANDARD.decode(content).ok()
    });
    if let Some(file) = file {
        text.push_str(&String::from_utf8_lossy(&file));
        if file.starts_with(b"PK") {
            let rows = Sheet::open(&file).unwrap();
            text.extend(rows.rows().flat_map(|row| row.unwrap().cells).map(|cell| cell + "\n"));
        }
    }
    text
}

struct Told {
    ids: Vec<String>,
    line: String,
    /// Ids and numbers of papers of purchasing, with the ids of suppliers.
    purchasing: Vec<String>,
}

/// A factory in which every cost is one of ours.
async fn factory(app: &TestApp) -> Told {
    let make = app.factory();
    let admin = app.admin();
    let shop = make.workshop().await;
    let [standard, hour, labour, person, listed, offered, ordered, received] = COSTS.map(|(_, amount)| amount);
    let patch = serde_json::from_value::<Patch<ProductInput>>(json!({"standard_cost": standard})).unwrap();
    let leg = admin.call_at::<UpdateProduct>(&IdPath { id: shop.leg.id }, shop.leg.version, &patch).await.ok();
    let patch = json!({"costs_hour": hour, "labour_cost_hour": labour});
    let patch = serde_json::from_value::<Patch<WorkCenterInput>>(patch).unwrap();
    let center = &shop.work_center;
    admin.call_at::<UpdateWorkCenter>(&IdPath { id: center.id }, center.version, &patch).await.ok();
    let user = mrp_api::users::UserInput { hourly_rate: Some(person), ..make.user_input() };
    let user = admin.post::<CreateUser>(&user).await.ok();
    let supplier = make.supplier().await;
    let price = mrp_api::supplier_prices::SupplierPriceInput {
        price: Some(listed),
        ..make.supplier_price_input(supplier.id, &leg)
    };
    let price = admin.post::<CreateSupplierPrice>(&price).await.ok();
    let mut receipt = make.receipt_input(shop.warehouse.id, &[(shop.board.id, 40), (shop.leg.id, 40)]);
    receipt.lines[0].unit_cost = Some(received);
    let receipt = admin.post::<CreateReceipt>(&receipt).await.ok();
    let order = make.planned_order(&shop, 3).await;
    let work = make.first_work_order(&order).await;
    let made = make.made_for_customer(&shop, 2).await;
    let done = made.lines[0].orders[0].id;
    let short = make.confirmed_order(&shop, 90).await;
    let request = make.request_for(&short).await;
    let asked = make.quotation(&request).await;
    let offer = mrp_api::requests_for_quotation::OfferInput { price: Some(offered), ..make.offer_input(&asked, 0, 1) };
    admin.call_at::<RecordOffer>(&IdPath { id: asked.id }, asked.version, &offer).await.ok();
    let mut input = make.purchase_order_input(supplier.id, shop.warehouse.id, shop.leg.id, 5);
    input.lines[0].price = Some(ordered);
    let bought = make.placed(&admin.post::<CreatePurchaseOrder>(&input).await.ok()).await;
    let mut sold = make.sales_order_input(&shop, 2);
    sold.lines[0].unit_price = Some(SOLD_AT);
    let sold = admin.post::<CreateSalesOrder>(&sold).await.ok();
    let purchasing = [
        (bought.id.to_string(), bought.number),
        (request.id.to_string(), request.number),
        (asked.id.to_string(), asked.number),
        (supplier.id.to_string(), price.id.to_string()),
    ];
    Told {
        line: short.components[0].id.to_string(),
        purchasing: purchasing.into_iter().flat_map(|(id, number)| [id, number]).collect(),
        ids: [
            order.id.to_string(),
            short.id.to_string(),
            done.to_string(),
            work.row.id.to_string(),
            receipt.id.to_string(),
            user.id.to_string(),
            shop.leg.id.to_string(),
            shop.board.id.to_string(),
            shop.table.id.to_string(),
            center.id.to_string(),
            shop.bom.id.to_string(),
            shop.routing.id.to_string(),
            supplier.id.to_string(),
            price.id.to_string(),
            bought.id.to_string(),
            request.id.to_string(),
            asked.id.to_string(),
            sold.id.to_string(),
            made.id.to_string(),
        ]
        .into(),
    }
}

/// Every address that can be read, with every id in its place.
fn addresses(told: &Told) -> Vec<String> {
    let mut addresses = Vec::new();
    for endpoint in all().filter(|endpoint| endpoint.method == Method::Get && endpoint.path != "/events") {
        let ids = if endpoint.path.contains("{id}") { told.ids.as_slice() } else { &told.ids[..1] };
        let of = |id: &String| format!("{BASE}{}", endpoint.path.replace("{id}", id).replace("{line_id}", &told.line));
        addresses.extend(ids.iter().map(of).filter(|address| !address.contains('{')));
    }
    let kinds = DataFileKind::ALL.iter().flat_map(|kind| DataFileFormat::ALL.iter().map(move |format| (kind, format)));
    addresses.extend(kinds.map(|(kind, format)| format!("{BASE}/data-files/{kind}?format={format}")));
    addresses.extend(DataFileFormat::ALL.iter().map(|format| format!("{BASE}/stock-values/file?format={format}")));
    addresses
}

async fn read(client: &Client, address: &str) -> Option<String> {
    let answer = client.raw(client.request("GET", address)).await;
    (answer.status == 200).then(|| readable(&answer.body))
}

#[tokio::test]
async fn what_may_not_be_read_stands_in_no_reply_and_no_file_under_any_name() {
    let app = TestApp::new().await;
    let told = factory(&app).await;
    let addresses = addresses(&told);
    let mut leaks = Vec::new();
    let mut seen_by_admin = String::new();
    for role in Role::ALL {
        let client = app.as_role(*role);
        for address in &addresses {
            let Some(text) = read(&client, address).await else { continue };
            if *role == Role::Admin {
                seen_by_admin.push_str(&text);
                continue;
            }
            if !role.may(Permission::CostRead) {
                let costs = COSTS.iter().filter(|(_, amount)| tells(&text, *amount));
                leaks.extend(costs.map(|(what, _)| format!("{role} reads the {what} at {address}")));
            }
            if !role.may(Permission::SalesRead) && tells(&text, SOLD_AT) {
                leaks.push(format!("{role} reads what a customer pays at {address}"));
            }
            if !role.may(Permission::PurchaseRead) {
                let papers = told.purchasing.iter().filter(|paper| text.contains(paper.as_str()));
                // Its own address stands in the id that was asked for.
                let papers = papers.filter(|paper| !address.contains(paper.as_str()));
                leaks.extend(papers.map(|paper| format!("{role} reads of {paper} at {address}")));
            }
        }
    }
    // The net has no holes where the fish are.
    for (what, amount) in COSTS.into_iter().chain([("price that a customer pays", SOLD_AT)]) {
        assert!(tells(&seen_by_admin, amount), "nobody could have read the {what}");
    }
    for paper in &told.purchasing {
        assert!(seen_by_admin.contains(paper.as_str()), "nobody could have read of {paper}");
    }
    assert!(leaks.is_empty(), "{leaks:#?}");
    app.finish().await;
}

#[tokio::test]
async fn an_event_says_which_record_changed_and_nothing_of_what_is_in_it() {
    let app = TestApp::new().await;
    let make = app.factory();
    let shop = make.workshop().await;
    let mut streams = Vec::new();
    for role in [Role::Viewer, Role::Operator, Role::Sales, Role::Kiosk] {
        streams.push((role, app.as_role(role).events(None).await.unwrap()));
    }
    let admin = app.admin();
    let patch = serde_json::from_value::<Patch<ProductInput>>(json!({"standard_cost": LATER[0]})).unwrap();
    admin.call_at::<UpdateProduct>(&IdPath { id: shop.leg.id }, shop.leg.version, &patch).await.ok();
    let mut input = make.purchase_order_input(make.supplier().await.id, shop.warehouse.id, shop.leg.id, 5);
    input.lines[0].price = Some(LATER[1]);
    let bought = make.placed(&admin.post::<CreatePurchaseOrder>(&input).await.ok()).await;
    for (role, stream) in &mut streams {
        let mut versions = Vec::new();
        while versions.last() != Some(&(bought.id.to_string(), bought.version)) {
            let event = stream.next(Duration::from_secs(60)).await.expect("an event");
            let change: Value = serde_json::from_str(&event.data).unwrap();
            let fields = change.as_object().unwrap();
            let mut names = fields.keys().map(String::as_str).collect::<Vec<_>>();
            names.sort_unstable();
            assert_eq!(names, ["entity", "id", "seq", "version"], "{role}: {event:?}");
            assert!(LATER.iter().all(|amount| !tells(&event.data, *amount)), "{role}: {event:?}");
            versions.push((fields["id"].as_str().unwrap().to_owned(), fields["version"].as_i64().unwrap()));
        }
        assert!(versions.iter().any(|(id, _)| *id == shop.leg.id.to_string()), "{role}: {versions:?}");
    }
    drop(streams);
    app.finish().await;
}
