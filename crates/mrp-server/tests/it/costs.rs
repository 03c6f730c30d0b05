//! Who may not see costs sees none: not in lists, not in records, not in what a command gives back.

use mrp_api::access::{Access, Permission, Role};
use mrp_api::endpoint::{BASE, Method, all};
use mrp_test_support::app::TestApp;
use mrp_test_support::request::good_request;
use serde_json::Value;
use uuid::Uuid;

/// Fields that say what something costs.
const COSTS: [&str; 9] = [
    "unit_cost",
    "standard_cost",
    "hourly_rate",
    "costs_hour",
    "labour_cost_hour",
    "value",
    "planned_unit_cost",
    "actual_cost",
    "planned_rate",
];

/// Every cost that stands in a reply, with its path.
fn costs(value: &Value, path: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                let path = format!("{path}/{name}");
                if COSTS.contains(&name.as_str()) && !value.is_null() {
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
    let ids: Vec<String> = [
        order.id.to_string(),
        work_order.row.id.to_string(),
        receipt.id.to_string(),
        user.id.to_string(),
        shop.board.id.to_string(),
        shop.work_center.id.to_string(),
        shop.bom.id.to_string(),
        shop.routing.id.to_string(),
    ]
    .into();
    let mut seen_by_admin = Vec::new();
    let mut leaks = Vec::new();
    for endpoint in all().filter(|endpoint| endpoint.method == Method::Get) {
        for id in if endpoint.path.contains("{id}") { ids.as_slice() } else { &ids[..1] } {
            let target = format!("{BASE}{}", endpoint.path.replace("{id}", id));
            for role in without_costs().chain([Role::Admin]) {
                let client = app.as_role(role);
                let answer = client.raw(client.request("GET", &target)).await;
                if answer.status != 200 {
                    continue;
                }
                let mut found = Vec::new();
                costs(&answer.json(), endpoint.name, &mut found);
                if role == Role::Admin {
                    seen_by_admin.extend(found);
                } else {
                    leaks.extend(found.into_iter().map(|leak| format!("{role}: {leak}")));
                }
            }
        }
    }
    // The net has no holes where the fish are.
    for name in ["unit_cost", "standard_cost", "hourly_rate", "costs_hour", "value"] {
        assert!(seen_by_admin.iter().any(|seen| seen.contains(&format!("/{name} ="))), "{name}: {seen_by_admin:#?}");
    }
    assert!(leaks.is_empty(), "{leaks:#?}");
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
