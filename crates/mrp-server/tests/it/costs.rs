//! Who may not see costs sees none: not in lists, not in records, not in what a command gives back.

use base64::Engine;
use mrp_api::access::{Access, Permission, Role};
use mrp_api::data_files::{DataFileFormat, DataFileKind};
use mrp_api::deliveries::CreateDelivery;
use mrp_api::endpoint::{BASE, IdPath, Method, all};
use mrp_api::requests_for_quotation::RecordOffer;
use mrp_api::transfers::CreateTransfer;
use mrp_server::data_files::sheet::Sheet;
use mrp_test_support::app::TestApp;
use mrp_test_support::request::good_request;
use serde_json::{Value, json};
use uuid::Uuid;

/// Words in the name of a field that says what something costs or brings; told apart from counts by its value, a decimal.
const COST_WORDS: [&str; 9] = ["cost", "costs", "price", "value", "values", "margin", "rate", "total", "worth"];
/// Names with such a word that say something else: what customers pay, shares, sums of pieces.
const NO_COSTS: [&str; 4] = ["selling_price", "unit_price", "cost_share_percent", "quantity_total"];

/// Whether a field of that endpoint's reply tells a cost. What a sales order comes to is what the customer pays.
fn is_cost(endpoint: &str, name: &str, value: &Value) -> bool {
    let is_decimal = value.as_str().is_some_and(|text| text.parse::<rust_decimal::Decimal>().is_ok());
    let is_paid = name == "total" && endpoint.contains("SalesOrder");
    let has_word = name.split('_').any(|word| COST_WORDS.contains(&word));
    is_decimal && has_word && !is_paid && !NO_COSTS.contains(&name)
}

/// Every cost that stands in a reply, with its path.
fn costs(value: &Value, path: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                let path = format!("{path}/{name}");
                if is_cost(&path, name, value) {
                    found.push(format!("{path} = {value}"));
                }
                costs(value, &path, found);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| costs(item, path, found)),
        // What was typed in may be told again as text.
        Value::String(text) if text.starts_with('{') => {
            if let Ok(inner) = serde_json::from_str::<Value>(text) {
                costs(&inner, path, found);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn without_costs() -> impl Iterator<Item = Role> {
    Role::ALL.iter().copied().filter(|role| !role.may(Permission::CostRead))
}

#[tokio::test]
async fn nobody_reads_a_cost_without_the_permission() {
    let app = TestApp::new().await;
    let make = app.factory();
    let shop = make.workshop().await;
    let order = make.planned_order(&shop, 3).await;
    let work_order = make.first_work_order(&order).await;
    let receipt = make.stock_for(&shop, 1).await;
    let user = make.user().await;
    let (supplier, lot, count) = (make.supplier().await, make.lot().await, make.count(shop.warehouse.id).await);
    let price = make.supplier_price(supplier.id, &shop.leg).await;
    let bought = make.placed(&make.purchase_order(shop.warehouse.id, shop.leg.id, 5).await).await;
    let short = make.confirmed_order(&shop, 9).await;
    let request = make.request_for(&short).await;
    let asked = make.quotation(&request).await;
    let answered = IdPath { id: asked.id };
    let offer = make.offer_input(&asked, 0, 4);
    app.admin().call_at::<RecordOffer>(&answered, asked.version, &offer).await.ok();
    let sold = make.confirmed_sales_order(&shop, 1).await;
    let goods = json!([make.goods_line(shop.leg.id, 1)]);
    make.receipt(shop.warehouse.id, &[(shop.leg.id, 60)]).await;
    let body = json!({"warehouse_id": shop.warehouse.id, "customer": "Somebody", "lines": goods});
    let delivery = app.admin().post::<CreateDelivery>(&serde_json::from_value(body).unwrap()).await.ok();
    let to = make.warehouse().await.id;
    let body = json!({"from_warehouse_id": shop.warehouse.id, "to_warehouse_id": to, "lines": goods});
    let transfer = app.admin().post::<CreateTransfer>(&serde_json::from_value(body).unwrap()).await.ok();
    let line = short.components[0].id.to_string();
    let ids: Vec<String> = [
        order.id.to_string(),
        short.id.to_string(),
        work_order.row.id.to_string(),
        receipt.id.to_string(),
        user.id.to_string(),
        shop.board.id.to_string(),
        shop.work_center.id.to_string(),
        shop.bom.id.to_string(),
        shop.routing.id.to_string(),
        supplier.id.to_string(),
        price.id.to_string(),
        bought.id.to_string(),
        request.id.to_string(),
        asked.id.to_string(),
        sold.id.to_string(),
        lot.id.to_string(),
        count.id.to_string(),
        delivery.id.to_string(),
        transfer.id.to_string(),
    ]
    .into();
    let mut seen_by_admin = Vec::new();
    let mut leaks = Vec::new();
    for endpoint in all().filter(|endpoint| endpoint.method == Method::Get && endpoint.path != "/events") {
        for id in if endpoint.path.contains("{id}") { ids.as_slice() } else { &ids[..1] } {
            let target = format!("{BASE}{}", endpoint.path.replace("{id}", id).replace("{line_id}", &line));
            for role in without_costs().chain([Role::Admin]) {
                let client = app.as_role(role);
                let answer = client.raw(client.request("GET", &target)).await;
                // Files are looked at below.
                let Ok(reply) = serde_json::from_slice::<Value>(&answer.body) else { continue };
                if answer.status != 200 {
                    continue;
                }
                let mut found = Vec::new();
                costs(&reply, endpoint.name, &mut found);
                if role == Role::Admin {
                    seen_by_admin.extend(found);
                } else {
                    leaks.extend(found.into_iter().map(|leak| format!("{role}: {leak}")));
                }
            }
        }
    }
    // The net has no holes where the fish are.
    for name in ["unit_cost", "standard_cost", "hourly_rate", "costs_hour", "value", "price", "margin", "total"] {
        assert!(seen_by_admin.iter().any(|seen| seen.contains(&format!("/{name} ="))), "{name}: {seen_by_admin:#?}");
    }
    assert!(leaks.is_empty(), "{leaks:#?}");
    app.finish().await;
}

/// Cells of columns that tell costs, of a file in either format.
fn costs_in_file(bytes: &[u8]) -> Vec<String> {
    let sheet = Sheet::open(bytes).unwrap();
    let mut rows = sheet.rows().map(|row| row.unwrap().cells);
    let head = rows.next().unwrap_or_default();
    let tells = |name: &str| {
        let is_one = name.split('_').any(|word| COST_WORDS.contains(&word)) && name != "attribute_values";
        is_one && !NO_COSTS.contains(&name)
    };
    let columns = (0..head.len()).filter(|place| tells(&head[*place])).collect::<Vec<_>>();
    let mut found = Vec::new();
    for row in rows {
        let told = columns.iter().filter_map(|place| Some((&head[*place], row.get(*place)?)));
        let told = told.filter(|(_, cell)| cell.parse::<rust_decimal::Decimal>().is_ok());
        found.extend(told.map(|(name, cell)| format!("{name} = {cell}")));
    }
    found
}

#[tokio::test]
async fn no_file_tells_a_cost_without_the_permission() {
    let app = TestApp::new().await;
    let make = app.factory();
    let shop = make.workshop().await;
    make.stock_for(&shop, 3).await;
    make.supplier_price(make.supplier().await.id, &shop.leg).await;
    let (mut seen_by_admin, mut leaks) = (Vec::new(), Vec::new());
    let formats =
        DataFileFormat::ALL.iter().flat_map(|format| DataFileKind::ALL.iter().map(move |kind| (format, kind)));
    for (format, kind) in formats {
        for role in without_costs().chain([Role::Admin]) {
            let client = app.as_role(role);
            let answer = client.raw(client.request("GET", &format!("{BASE}/data-files/{kind}?format={format}"))).await;
            if matches!(kind, DataFileKind::Suppliers | DataFileKind::SupplierPrices) {
                let may = role.may(Permission::PurchaseRead) && role.may(Permission::MasterDataRead);
                assert_eq!(answer.status == 200, may, "{kind} as {role}");
            }
            if answer.status != 200 {
                continue;
            }
            let content = answer.json()["content_base64"].as_str().map(str::to_owned).unwrap();
            let content = base64::engine::general_purpose::STANDARD.decode(content).unwrap();
            let found = costs_in_file(&content);
            if role == Role::Admin {
                seen_by_admin.extend(found.into_iter().map(|seen| format!("{format} {seen}")));
            } else {
                leaks.extend(found.into_iter().map(|leak| format!("{kind} as {format} by {role}: {leak}")));
            }
        }
    }
    for format in DataFileFormat::ALL {
        for name in ["costs_hour", "price", "unit_cost"] {
            let name = format!("{format} {name} =");
            assert!(seen_by_admin.iter().any(|seen| seen.starts_with(&name)), "{name}: {seen_by_admin:?}");
        }
    }
    assert!(leaks.is_empty(), "{leaks:#?}");
    app.finish().await;
}

#[tokio::test]
async fn who_has_nothing_to_do_with_purchasing_sees_nothing_of_it_on_an_order() {
    let app = TestApp::new().await;
    let make = app.factory();
    let shop = make.workshop().await;
    make.receipt(shop.warehouse.id, &[(shop.board.id, 10)]).await;
    let order = make.confirmed_order(&shop, 2).await;
    let bought = make.ordered_from(make.supplier().await.id, &make.request_for(&order).await).await;
    let target = format!("{BASE}/manufacturing-orders/{}", order.id);
    for role in Role::ALL.iter().copied().filter(|role| role.may(Permission::OrderRead)) {
        let client = app.as_role(role);
        let answer = client.raw(client.request("GET", &target)).await;
        assert_eq!(answer.status, 200, "{role}");
        let text = answer.text();
        let says = text.contains(&bought.number) || text.contains(&bought.id.to_string()) || text.contains("PR-");
        assert_eq!(says, role.may(Permission::PurchaseRead), "{role}: {text}");
        // What it waits for, and until when, everybody may know who sees the order.
        assert!(text.contains("\"qty_expected\":\"8\""), "{role}: {text}");
        for paper in ["purchase-orders", "suppliers", "supplier-prices", "requests-for-quotation", "purchase-requests"]
        {
            let seen = client.raw(client.request("GET", &format!("{BASE}/{paper}"))).await.status;
            assert_eq!(seen == 200, role.may(Permission::PurchaseRead), "{paper} as {role}: {seen}");
        }
    }
    for role in [Role::Sales, Role::Viewer, Role::Operator, Role::Kiosk] {
        assert!(!role.may(Permission::PurchaseRead), "{role}");
    }
    app.finish().await;
}

#[tokio::test]
async fn no_command_gives_back_a_cost_without_the_permission() {
    let app = TestApp::new().await;
    let mut leaks = Vec::new();
    // What needs no permission is one's own: the session, saved views.
    for endpoint in all().filter(|endpoint| endpoint.method.mutates() && endpoint.needs != Access::SignedIn) {
        let Some(role) = without_costs().find(|role| endpoint.needs.admits(Some(*role))) else { continue };
        if endpoint.name == "LogIn" {
            continue;
        }
        let client = app.as_role(role);
        let good = good_request(&app, endpoint).await;
        let answer = client.raw(good.with_key(&client, Uuid::now_v7())).await;
        assert_eq!(answer.status, endpoint.status, "{} as {role}: {}", endpoint.name, answer.text());
        let mut found = Vec::new();
        costs(&answer.json(), endpoint.name, &mut found);
        leaks.extend(found.into_iter().map(|leak| format!("{role}: {leak}")));
    }
    assert!(leaks.is_empty(), "{leaks:#?}");
    app.finish().await;
}

#[tokio::test]
async fn nobody_learns_the_order_of_costs_without_the_permission() {
    let app = TestApp::new().await;
    let _cheap = app.factory().work_center().await;
    for sort in ["costs_hour", "-costs_hour"] {
        let target = format!("{BASE}/work-centers?sort={sort}");
        let refused = app.as_role(Role::Viewer);
        let refused = refused.raw(refused.request("GET", &target)).await;
        assert_eq!((refused.status, refused.code().as_str()), (403, "permission_denied"), "{sort}");
        let admin = app.admin();
        assert_eq!(admin.raw(admin.request("GET", &target)).await.status, 200, "{sort}");
    }
    app.finish().await;
}
