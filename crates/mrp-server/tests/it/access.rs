//! Every endpoint, every role: who gets in stands in one table, and the server keeps to it.

use mrp_api::access::{Access, Role};
use mrp_api::endpoint::{BASE, EndpointInfo, Method, all};
use mrp_test_support::app::TestApp;
use mrp_test_support::client::Client;
use mrp_test_support::http::RawAnswer;
use mrp_test_support::request::is_mounted;
use uuid::Uuid;

/// A request that is well-formed up to the permission, on a record that does not exist.
async fn knock(client: &Client, endpoint: &EndpointInfo) -> RawAnswer {
    let path = endpoint
        .path
        .split('/')
        .map(|part| if part.starts_with('{') { "00000000-0000-7000-8000-00000000dead" } else { part })
        .collect::<Vec<_>>()
        .join("/");
    let mut request = client.request(endpoint.method.as_str(), &format!("{BASE}{path}"));
    if endpoint.method.mutates() {
        request = request.header("idempotency-key", Uuid::now_v7()).header("if-match", "\"1\"").bytes("{}");
    }
    client.raw(request).await
}

#[tokio::test]
async fn every_endpoint_answers_every_role_as_the_table_says() {
    let app = TestApp::new().await;
    let mut wrong = Vec::new();
    for endpoint in all() {
        for role in Role::ALL.iter().copied().map(Some).chain([None]) {
            let client = match role {
                // Logging out ends the session.
                Some(role) if endpoint.method == Method::Delete && endpoint.path == "/session" => {
                    app.new_session(role).await
                }
                Some(role) => app.as_role(role),
                None => app.as_nobody(),
            };
            let answer = knock(&client, endpoint).await;
            let fits = match (endpoint.needs.admits(role), role) {
                (true, _) => !matches!(answer.status, 401 | 403) && answer.status < 500,
                (false, None) => (answer.status, answer.code().as_str()) == (401, "unauthenticated"),
                (false, Some(_)) => (answer.status, answer.code().as_str()) == (403, "permission_denied"),
            };
            if !fits {
                let who = role.map_or("nobody", Role::as_str);
                wrong.push(format!("{} as {who}: {} {}", endpoint.name, answer.status, answer.text()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    app.finish().await;
}

#[tokio::test]
async fn every_endpoint_of_the_list_is_mounted() {
    let app = TestApp::new().await;
    for endpoint in all() {
        assert!(is_mounted(&app, endpoint).await, "{}", endpoint.name);
    }
    app.finish().await;
}

#[tokio::test]
async fn a_session_of_a_user_who_was_made_inactive_is_worth_nothing() {
    let app = TestApp::new().await;
    let mut tx = app.begin("test").await;
    let text = "UPDATE user_account SET active = false WHERE role = 'planner'";
    mrp_store::sql::sql(text).run(tx.connection()).await.unwrap();
    tx.commit(None).await.unwrap();
    let answer = app.as_role(Role::Planner).raw(app.as_role(Role::Planner).request("GET", "/api/v1/session")).await;
    assert_eq!((answer.status, answer.code().as_str()), (401, "unauthenticated"));
    app.finish().await;
}

#[test]
fn only_logging_in_is_open_to_everybody() {
    let open: Vec<&str> = all().filter(|endpoint| endpoint.needs == Access::Public).map(|found| found.name).collect();
    assert_eq!(open, ["LogIn"]);
}

#[test]
fn an_administrator_may_everything_and_every_role_may_something() {
    for endpoint in all() {
        assert!(endpoint.needs.admits(Some(Role::Admin)), "{}", endpoint.name);
    }
    for role in Role::ALL {
        assert!(!role.permissions().is_empty(), "{role}");
    }
}
