//! Pages of lists: with every sort of every noun, all rows once, in the order of the whole list.

use std::collections::BTreeSet;

use diesel_async::SimpleAsyncConnection;
use mrp_api::endpoint::{BASE, EndpointInfo, Method, all};
use mrp_api::page::TOTAL_MAX;
use mrp_api::products::{CreateProduct, ProductInput};
use mrp_api::stock::CreateReceipt;
use mrp_domain::product::Tracking;
use mrp_test_support::app::TestApp;
use mrp_test_support::client::Client;
use mrp_test_support::request::good_request;
use serde_json::Value;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::Schema;
use uuid::Uuid;

/// Rows that every list gets at least, where the noun can be created; more than two pages of three.
const ROWS: usize = 7;

/// Lists that take a cursor.
fn lists() -> impl Iterator<Item = &'static EndpointInfo> {
    all().filter(|endpoint| {
        let [query, ..] = &endpoint.schemas;
        let has_cursor =
            matches!((query.schema)(), RefOr::T(Schema::Object(object)) if object.properties.contains_key("cursor"));
        endpoint.method == Method::Get && !endpoint.path.contains('{') && has_cursor
    })
}

async fn fill(app: &TestApp) {
    let admin = app.admin();
    for list in lists() {
        let create = all().find(|endpoint| endpoint.method == Method::Post && endpoint.path == list.path);
        let Some(create) = create else { continue };
        for _ in 0..ROWS {
            let good = good_request(app, create).await;
            let answer = admin.raw(good.with_key(&admin, Uuid::now_v7())).await;
            assert_eq!(answer.status, create.status, "{}: {}", create.name, answer.text());
        }
    }
}

async fn page(client: &Client, list: &EndpointInfo, query: &str) -> Value {
    let answer = client.raw(client.request("GET", &format!("{BASE}{}?{query}", list.path))).await;
    assert_eq!(answer.status, 200, "{} {query}: {}", list.name, answer.text());
    answer.json()
}

/// The sorts of a list, as it names them itself.
async fn sorts(client: &Client, list: &EndpointInfo) -> Vec<String> {
    let answer = client.raw(client.request("GET", &format!("{BASE}{}?sort=no_such_sort", list.path))).await;
    assert_eq!((answer.status, answer.code().as_str()), (400, "malformed_query"), "{}", list.name);
    let detail = answer.json()["detail"].as_str().unwrap().to_owned();
    let (_, names) = detail.split_once("possible are: ").unwrap();
    names.split(", ").map(str::to_owned).collect()
}

fn encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

#[tokio::test]
async fn pages_neither_repeat_nor_lose_a_row_with_any_sort() {
    let app = TestApp::new().await;
    fill(&app).await;
    let admin = app.admin();
    for list in lists() {
        for sort in sorts(&admin, list).await.iter().flat_map(|sort| [sort.clone(), format!("-{sort}")]) {
            let whole = page(&admin, list, &format!("limit=200&sort={sort}")).await;
            let expected = whole["items"].as_array().unwrap().clone();
            assert_eq!(whole["total"].as_u64(), u64::try_from(expected.len()).ok(), "{} {sort}", list.name);
            let mut rows = Vec::new();
            let mut cursor = String::new();
            loop {
                let next = page(&admin, list, &format!("limit=3&sort={sort}{cursor}")).await;
                rows.extend(next["items"].as_array().unwrap().iter().cloned());
                assert!(rows.len() <= expected.len(), "{} {sort} does not end", list.name);
                match next["next_cursor"].as_str() {
                    Some(text) => cursor = format!("&cursor={}", encoded(text)),
                    None => break,
                }
            }
            assert_eq!(rows, expected, "{} by {sort}", list.name);
            let distinct: BTreeSet<String> = rows.iter().map(Value::to_string).collect();
            assert_eq!(distinct.len(), rows.len(), "{} by {sort}", list.name);
        }
    }
    app.finish().await;
}

#[tokio::test]
async fn a_query_that_means_nothing_is_refused() {
    let app = TestApp::new().await;
    let admin = app.admin();
    for list in lists() {
        let id = Uuid::nil();
        for query in [
            "cursor=x".to_owned(),
            "cursor=x~y".to_owned(),
            format!("cursor={id}"),
            "limit=-1".to_owned(),
            "limit=many".to_owned(),
            "limit=99999999999999999999".to_owned(),
            "sort=--".to_owned(),
            "sort=id%3B%20DROP%20TABLE%20session".to_owned(),
            "no_such_parameter=1".to_owned(),
        ] {
            let answer = admin.raw(admin.request("GET", &format!("{BASE}{}?{query}", list.path))).await;
            let told = (answer.status, answer.code());
            assert_eq!(told, (400, "malformed_query".to_owned()), "{} {query}: {}", list.name, answer.text());
        }
        for sort in sorts(&admin, list).await {
            let query = format!("sort={sort}&cursor={id}~{}", encoded("'; DROP TABLE session --"));
            let answer = admin.raw(admin.request("GET", &format!("{BASE}{}?{query}", list.path))).await;
            assert!(answer.status < 500, "{} {query}: {}", list.name, answer.text());
        }
    }
    app.finish().await;
}

#[tokio::test]
async fn a_search_takes_its_wildcards_literally() {
    let app = TestApp::new().await;
    let admin = app.admin();
    let make = app.factory();
    for name in ["Saw 100% sharp", "Saw 100 sharp", "Saw_dust"] {
        let mut input = make.work_center_input(None);
        input.name = name.to_owned();
        admin.post::<mrp_api::work_centers::CreateWorkCenter>(&input).await.ok();
    }
    for (q, count) in [("saw", 3), ("100%", 1), ("_", 1), ("sharp saw", 2), ("%25", 0), ("\\", 0)] {
        let path = format!("{BASE}/work-centers?q={}", encoded(q));
        let answer = admin.raw(admin.request("GET", &path)).await;
        assert_eq!(answer.json()["total"], count, "{q}: {}", answer.text());
    }
    app.finish().await;
}

#[tokio::test]
async fn rows_are_counted_as_far_as_ten_thousand_and_one() {
    let app = TestApp::new().await;
    let make = app.factory();
    let shop = make.workshop().await;
    let mut owner = app.database().owner().await;
    let write = format!(
        "INSERT INTO product (id, code, name, product_type, unit_id, can_be_made, can_be_bought, can_be_sold, \
         cost_method, purchase_lead_days, safety_stock, tracking) SELECT gen_random_uuid(), 'N-' || n, 'Counted', \
         'storable', '{}', false, true, true, 'standard', 0, 0, 'none' FROM generate_series(1, 10100) AS n",
        shop.table.unit_id
    );
    owner.batch_execute(&write).await.unwrap();
    for (q, count) in [("q=n-100", 111), ("q=counted", TOTAL_MAX + 1), ("limit=1", TOTAL_MAX + 1)] {
        let path = format!("{BASE}/products?{q}");
        let answer = app.admin().raw(app.admin().request("GET", &path)).await;
        assert_eq!(answer.json()["total"], count, "{q}: {}", answer.text());
    }
    app.finish().await;
}

#[tokio::test]
async fn stock_and_moves_are_found_by_code_name_and_lot() {
    let app = TestApp::new().await;
    let make = app.factory();
    let shop = make.workshop().await;
    let input = ProductInput {
        name: "Powder blue".to_owned(),
        tracking: Tracking::Lot,
        ..make.product_input(shop.table.unit_id)
    };
    let powder = app.admin().post::<CreateProduct>(&input).await.ok();
    make.receipt(shop.warehouse.id, &[(shop.board.id, 10), (shop.leg.id, 8)]).await;
    let mut receipt = make.receipt_input(shop.warehouse.id, &[(powder.id, 3)]);
    receipt.lines[0].lot_numbers = Some("BATCH-77".to_owned());
    app.admin().post::<CreateReceipt>(&receipt).await.ok();
    for (words, count) in [
        ("powder", 1),
        ("blue powder batch", 1),
        ("batch-7", 1),
        ("powder batch-9", 0),
        (shop.leg.code.as_str(), 1),
        ("no such thing", 0),
        ("", 3),
    ] {
        for path in ["stock", "stock-moves"] {
            let path = format!("{BASE}/{path}?q={}", encoded(words));
            let answer = app.admin().raw(app.admin().request("GET", &path)).await;
            let (total, rows) = (&answer.json()["total"], answer.json()["items"].as_array().unwrap().len());
            assert_eq!((total, rows), (&count.into(), count), "{path}: {}", answer.text());
        }
    }
    app.finish().await;
}
