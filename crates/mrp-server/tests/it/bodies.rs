//! Whatever is sent, the answer is a refusal with a code, never a failure of ours.

use mrp_api::access::Role;
use mrp_api::endpoint::{BASE, all};
use mrp_test_support::app::TestApp;
use serde_json::json;
use uuid::Uuid;

#[tokio::test]
async fn an_unknown_field_is_refused_by_name() {
    let app = TestApp::new().await;
    let admin = app.admin();
    let mut body = serde_json::to_value(app.factory().work_center_input(None)).unwrap();
    body["is_admin"] = json!(true);
    let request = admin.request("POST", "/api/v1/work-centers").header("idempotency-key", Uuid::now_v7()).json(&body);
    let answer = admin.raw(request).await;
    assert_eq!((answer.status, answer.code().as_str()), (400, "malformed_body"));
    assert!(answer.json()["detail"].as_str().unwrap().contains("is_admin"), "{}", answer.text());

    let center = app.factory().work_center().await;
    let path = format!("/api/v1/work-centers/{}", center.id);
    for body in [json!({"version": 7}), json!({"id": Uuid::nil()})] {
        let request = admin.request("PATCH", &path).header("if-match", "\"1\"").json(&body);
        assert_eq!(admin.raw(request).await.code(), "malformed_body", "{body}");
    }
    app.finish().await;
}

#[tokio::test]
async fn a_body_of_ten_megabytes_is_refused() {
    let app = TestApp::new().await;
    let admin = app.admin();
    let body = format!("{{\"name\": \"{}\"}}", "x".repeat(10 * 1024 * 1024));
    let request = admin.request("POST", "/api/v1/work-centers").header("idempotency-key", Uuid::now_v7());
    let answer = admin.raw(request.bytes(body)).await;
    assert_eq!((answer.status, answer.code().as_str()), (413, "body_too_large"));
    app.finish().await;
}

#[tokio::test]
async fn an_id_that_is_none_is_not_found() {
    let app = TestApp::new().await;
    let admin = app.admin();
    for id in ["1", "not-an-id", "00000000-0000-7000-8000-00000000000", "%00", "..%2f..%2fetc"] {
        let answer = admin.raw(admin.request("GET", &format!("/api/v1/work-centers/{id}"))).await;
        assert_eq!((answer.status, answer.code().as_str()), (404, "malformed_path"), "{id}");
    }
    let unknown = format!("/api/v1/work-centers/{}", Uuid::now_v7());
    let answer = admin.raw(admin.request("GET", &unknown)).await;
    assert_eq!((answer.status, answer.code().as_str()), (404, "not_found"));
    let answer = admin.raw(admin.request("GET", "/api/v1/work-centres")).await;
    assert_eq!((answer.status, answer.code().as_str()), (404, "no_such_endpoint"));
    app.finish().await;
}

#[tokio::test]
async fn no_body_however_strange_makes_the_server_fail() {
    let app = TestApp::new().await;
    let deep = format!("{}{}", "[".repeat(5_000), "]".repeat(5_000));
    let strange: [&[u8]; 9] = [
        b"{",
        b"[]",
        b"null",
        b"\"text\"",
        b"{\"a\":1,\"a\":2}",
        b"\xff\xfe\x00",
        b"{\"name\": {\"$gt\": \"\"}}",
        b"{\"quantity\": 1e400, \"version\": 99999999999999999999}",
        deep.as_bytes(),
    ];
    for endpoint in all().filter(|endpoint| endpoint.method.mutates()) {
        for body in strange {
            let path = endpoint.path.replace("{id}", &Uuid::nil().to_string());
            let path = path.replace("{line_id}", &Uuid::nil().to_string()).replace("{kind}", "bom");
            let client = app.new_session(Role::Admin).await;
            let request = client
                .request(endpoint.method.as_str(), &format!("{BASE}{path}"))
                .header("idempotency-key", Uuid::now_v7())
                .header("if-match", "\"1\"")
                .bytes(body);
            let answer = client.raw(request).await;
            let body = String::from_utf8_lossy(body.get(..40).unwrap_or(body)).into_owned();
            assert!((400..500).contains(&answer.status), "{} {body}: {}", endpoint.name, answer.text());
            assert!(
                mrp_api::error::ALL.iter().any(|error| error.code == answer.code() && error.status == answer.status),
                "{} {body}: {}",
                endpoint.name,
                answer.text()
            );
        }
    }
    app.finish().await;
}

#[tokio::test]
async fn a_character_that_the_database_cannot_keep_is_refused() {
    let app = TestApp::new().await;
    let admin = app.admin();
    let answer = admin.raw(admin.request("GET", "/api/v1/work-centers?q=a%00b")).await;
    assert!(answer.status < 500, "{}", answer.text());
    for field in ["code", "name", "description"] {
        let mut body = serde_json::to_value(app.factory().work_center_input(None)).unwrap();
        body[field] = json!("a\u{0}b");
        let request =
            admin.request("POST", "/api/v1/work-centers").header("idempotency-key", Uuid::now_v7()).json(&body);
        let answer = admin.raw(request).await;
        assert_eq!((answer.status, answer.code().as_str()), (422, "validation_failed"), "{field}: {}", answer.text());
    }
    let center = app.factory().work_center_input(None);
    let body = serde_json::to_value(center).unwrap();
    let request = admin.request("POST", "/api/v1/work-centers").header("idempotency-key", "x".repeat(101)).json(&body);
    assert_eq!(admin.raw(request).await.status, 400);
    app.finish().await;
}
