//! Who did what: every change leaves its row in the same transaction, and a forged row is found.

use diesel_async::SimpleAsyncConnection;
use mrp_api::endpoint::all;
use mrp_store::sql::{Count, sql};
use mrp_test_support::app::{PASSWORD, TestApp};
use mrp_test_support::request::good_request;
use serde_json::json;
use uuid::Uuid;

/// Audit rows of a request that were written in one transaction with the change that everybody is told.
const TRACES: &str = "SELECT count(*) FROM audit_log a JOIN outbox o ON o.entity_id = a.entity_id \
     AND o.version IS NOT NULL AND o.xid::text = a.xmin::text WHERE a.request_id = $1 AND a.action = $2";

async fn traces(app: &TestApp, request_id: &str, action: &'static str) -> i64 {
    let mut connection = app.store.connection().await.unwrap();
    let statement = sql(TRACES).bind(request_id.to_owned()).bind(action);
    statement.one::<Count>(&mut connection).await.unwrap().count
}

#[tokio::test]
async fn every_endpoint_that_changes_something_leaves_an_audit_row_in_the_same_transaction() {
    let app = TestApp::new().await;
    for endpoint in all().filter(|endpoint| {
        endpoint.method.mutates() && !matches!(endpoint.name, "LogIn" | "CheckBomImport" | "CheckBomPaste")
    }) {
        let client = app.new_session(mrp_api::access::Role::Admin).await;
        let good = good_request(&app, endpoint).await;
        let answer = client.raw(good.with_key(&client, Uuid::now_v7())).await;
        assert_eq!(answer.status, endpoint.status, "{}: {}", endpoint.name, answer.text());
        let request_id = answer.header("x-request-id").unwrap();
        assert!(traces(&app, request_id, endpoint.name).await > 0, "{}", endpoint.name);
    }
    app.finish().await;
}

#[tokio::test]
async fn logging_in_leaves_an_audit_row() {
    let app = TestApp::new().await;
    app.give_passwords().await;
    let nobody = app.as_nobody();
    let body = json!({"login": "planner", "password": PASSWORD});
    let answer = nobody.raw(nobody.request("POST", "/api/v1/session").json(&body)).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(traces(&app, answer.header("x-request-id").unwrap(), "LogIn").await, 1);
    app.finish().await;
}

#[tokio::test]
async fn an_audit_row_that_somebody_edited_is_found() {
    let app = TestApp::new().await;
    let center = app.factory().work_center().await;
    let admin = app.admin();
    let path = format!("/api/v1/work-centers/{}", center.id);
    let request = admin.request("PATCH", &path).header("if-match", "\"1\"").json(&json!({"name": "Renamed"}));
    assert_eq!(admin.raw(request).await.status, 200);

    let mut owner = app.database().owner().await;
    let mut connection = app.store.connection().await.unwrap();
    assert_eq!(mrp_store::self_check::run(&mut connection).await.unwrap(), []);
    let forge = "UPDATE audit_log SET detail = replace(detail, 'Bench', 'Bunch') WHERE action = 'CreateWorkCenter'";
    owner.batch_execute(forge).await.unwrap();
    let findings = mrp_store::self_check::run(&mut connection).await.unwrap();
    assert_eq!(findings.len(), 1, "{findings:?}");
    assert!(findings[0].check.contains("audit row"), "{findings:?}");

    // A forger who corrects the row's own hash breaks the row after it.
    let corrected = "UPDATE audit_log SET hash = sha256(convert_to(concat_ws('|', extract(epoch FROM at)::bigint, \
         user_id, action, entity, entity_id, detail, request_id), 'UTF8')) WHERE action = 'CreateWorkCenter'";
    owner.batch_execute(corrected).await.unwrap();
    assert_eq!(mrp_store::self_check::run(&mut connection).await.unwrap().len(), 1);

    owner.batch_execute("DELETE FROM audit_log WHERE action = 'CreateWorkCenter'").await.unwrap();
    assert_eq!(mrp_store::self_check::run(&mut connection).await.unwrap().len(), 1);
}
