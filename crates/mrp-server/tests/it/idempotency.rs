//! A request that is sent twice has one effect and gets one answer, at every endpoint of the list.

use mrp_api::access::{Access, Role};
use mrp_api::endpoint::{EndpointInfo, Method, all};
use mrp_store::sql::{Count, sql};
use mrp_test_support::app::TestApp;
use mrp_test_support::http::RawAnswer;
use mrp_test_support::request::good_request;
use serde_json::json;
use uuid::Uuid;

fn takes_a_key(endpoint: &EndpointInfo) -> bool {
    endpoint.method == Method::Post && matches!(endpoint.needs, Access::Needs(_))
}

async fn count(app: &TestApp, text: &'static str) -> i64 {
    let mut connection = app.store.connection().await.unwrap();
    sql(text).one::<Count>(&mut connection).await.unwrap().count
}

/// Requests that left a trace.
async fn effects(app: &TestApp) -> i64 {
    count(app, "SELECT count(DISTINCT request_id) FROM audit_log").await
}

fn said(answer: &RawAnswer) -> (u16, String, Option<&str>) {
    (answer.status, answer.text(), answer.header("etag"))
}

#[tokio::test]
async fn a_repeated_post_has_one_effect_and_the_same_answer() {
    let app = TestApp::new().await;
    let admin = app.admin();
    for endpoint in all().filter(|endpoint| takes_a_key(endpoint)) {
        let name = endpoint.name;
        let good = good_request(&app, endpoint).await;
        let before = effects(&app).await;
        // A dry run keeps its answer and changes nothing.
        let after = if matches!(name, "CheckBomImport" | "CheckBomPaste") { before } else { before + 1 };

        let without = admin.raw(good.without_key(&admin)).await;
        assert_eq!((without.status, without.code().as_str()), (400, "idempotency_key_required"), "{name}");

        let key = Uuid::now_v7();
        let (one, two) = tokio::join!(admin.raw(good.with_key(&admin, key)), admin.raw(good.with_key(&admin, key)));
        for answer in [&one, &two] {
            let fits = answer.status == endpoint.status || answer.code() == "idempotency_key_running";
            assert!(fits, "{name}: {} {}", answer.status, answer.text());
        }
        let first = if one.status == endpoint.status { &one } else { &two };
        assert_eq!(first.status, endpoint.status, "{name}: both twins were told to wait");

        let again = admin.raw(good.with_key(&admin, key)).await;
        assert_eq!(said(&again), said(first), "{name}");
        assert_eq!(effects(&app).await, after, "{name}");

        let mut other = good.clone();
        other.body["a_field_more"] = json!(1);
        let refused = admin.raw(other.with_key(&admin, key)).await;
        assert_eq!((refused.status, refused.code().as_str()), (422, "idempotency_key_reused"), "{name}");
        assert_eq!(effects(&app).await, after, "{name}");
    }
    app.finish().await;
}

#[tokio::test]
async fn twins_on_two_servers_have_one_effect() {
    let app = TestApp::new().await;
    let twin = app.twin();
    let make = app.factory();
    let (here, there) = (app.admin(), twin.as_role(Role::Admin));
    for _ in 0..10 {
        let body = serde_json::to_value(make.work_center_input(None)).unwrap();
        let key = Uuid::now_v7();
        let post = |client: &mrp_test_support::client::Client| {
            client.request("POST", "/api/v1/work-centers").header("idempotency-key", key).json(&body)
        };
        let (one, two) = tokio::join!(here.raw(post(&here)), there.raw(post(&there)));
        assert_eq!((one.status, two.status), (201, 201), "{} {}", one.text(), two.text());
        assert_eq!(said(&one), said(&two));
    }
    assert_eq!(count(&app, "SELECT count(*) FROM work_center").await, 10);
    twin.stop().await;
    app.finish().await;
}

#[tokio::test]
async fn a_refused_request_leaves_nothing_and_may_be_sent_again_with_its_key() {
    let app = TestApp::new().await;
    let admin = app.admin();
    let make = app.factory();
    let mut input = make.work_center_input(None);
    input.efficiency_percent = rust_decimal::Decimal::ZERO;
    let key = Uuid::now_v7();
    let post = |body: serde_json::Value| {
        admin.request("POST", "/api/v1/work-centers").header("idempotency-key", key).json(&body)
    };
    let refused = admin.raw(post(serde_json::to_value(&input).unwrap())).await;
    assert_eq!((refused.status, refused.code().as_str()), (422, "validation_failed"));
    assert_eq!(effects(&app).await, 0);
    input.efficiency_percent = rust_decimal::Decimal::ONE_HUNDRED;
    assert_eq!(admin.raw(post(serde_json::to_value(&input).unwrap())).await.status, 201);
    app.finish().await;
}

#[tokio::test]
async fn the_key_of_one_user_says_nothing_about_anothers() {
    let app = TestApp::new().await;
    let make = app.factory();
    let key = Uuid::now_v7();
    for role in [Role::Admin, Role::ProductionManager] {
        let client = app.as_role(role);
        let body = serde_json::to_value(make.work_center_input(None)).unwrap();
        let request = client.request("POST", "/api/v1/work-centers").header("idempotency-key", key).json(&body);
        assert_eq!(client.raw(request).await.status, 201, "{role}");
    }
    app.finish().await;
}
