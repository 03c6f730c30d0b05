//! Saved views: one's own, and what others share.

use mrp_api::access::Role;
use mrp_api::endpoint::{Empty, IdPath};
use mrp_api::error as codes;
use mrp_api::patch::Patch;
use mrp_api::saved_views::{
    CreateSavedView, DeleteSavedView, ListSavedViews, SAVED_VIEWS_MAX, SavedViewInput, SavedViewQuery, SavedViewView,
    UpdateSavedView,
};
use mrp_test_support::app::TestApp;
use mrp_test_support::client::Client;

async fn names(client: &Client, list: &str) -> Vec<String> {
    let query = SavedViewQuery { list: Some(list.to_owned()) };
    let views = client.call::<ListSavedViews>(&Empty {}, &query, &Empty {}).await.ok();
    views.items.into_iter().map(|view| view.name).collect()
}

async fn saved(client: &Client, list: &str, name: &str, is_shared: bool) -> SavedViewView {
    let input = SavedViewInput {
        list: list.to_owned(),
        name: name.to_owned(),
        query: "?q=oak".to_owned(),
        hidden_columns: String::new(),
        is_shared,
    };
    client.post::<CreateSavedView>(&input).await.ok()
}

#[tokio::test]
async fn everybody_sees_his_own_views_and_shared_ones_of_a_list() {
    let app = TestApp::new().await;
    let (planner, operator) = (app.as_role(Role::Planner), app.as_role(Role::Operator));
    saved(&planner, "product", "Oak", false).await;
    saved(&planner, "product", "Short", true).await;
    saved(&planner, "bom", "Drafts", true).await;
    saved(&operator, "product", "Mine", false).await;
    assert_eq!(names(&planner, "product").await, ["Oak", "Short"]);
    assert_eq!(names(&operator, "product").await, ["Mine", "Short"]);
    app.finish().await;
}

#[tokio::test]
async fn only_the_owner_changes_a_view_and_an_administrator_a_shared_one() {
    let app = TestApp::new().await;
    let (planner, viewer, admin) = (app.as_role(Role::Planner), app.as_role(Role::Viewer), app.admin());
    let (own, shared) =
        (saved(&planner, "product", "Oak", false).await, saved(&planner, "product", "Short", true).await);
    let rename = |name: &str, view: &SavedViewView| {
        Patch::<SavedViewInput>::whole(&SavedViewInput {
            list: view.list.clone(),
            name: name.to_owned(),
            query: view.query.clone(),
            hidden_columns: view.hidden_columns.clone(),
            is_shared: view.is_shared,
        })
    };
    let at = |view: &SavedViewView| IdPath { id: view.id };
    viewer.call_at::<UpdateSavedView>(&at(&own), own.version, &rename("X", &own)).await.refused_with(&codes::NOT_FOUND);
    admin.call_at::<UpdateSavedView>(&at(&own), own.version, &rename("X", &own)).await.refused_with(&codes::NOT_FOUND);
    let refused = viewer.call_at::<UpdateSavedView>(&at(&shared), shared.version, &rename("X", &shared)).await;
    refused.refused_with(&codes::PERMISSION_DENIED);
    let changed = planner.call_at::<UpdateSavedView>(&at(&own), own.version, &rename("Oak and ash", &own)).await.ok();
    assert_eq!((changed.name.as_str(), changed.query.as_str(), changed.version), ("Oak and ash", "?q=oak", 2));
    planner.call_at::<UpdateSavedView>(&at(&own), 1, &rename("Late", &own)).await.refused_with(&codes::VERSION_STALE);
    admin.call_at::<DeleteSavedView>(&at(&shared), shared.version, &Empty {}).await.ok();
    assert_eq!(names(&viewer, "product").await, [""; 0]);
    app.finish().await;
}

#[tokio::test]
async fn a_name_is_given_once_and_views_are_not_endless() {
    let app = TestApp::new().await;
    let planner = app.as_role(Role::Planner);
    let first = saved(&planner, "product", "Oak", false).await;
    let again = SavedViewInput {
        list: "product".to_owned(),
        name: "Oak".to_owned(),
        query: String::new(),
        hidden_columns: String::new(),
        is_shared: false,
    };
    planner.post::<CreateSavedView>(&again).await.refused_with(&codes::VALIDATION_FAILED);
    assert_eq!(first.query, "?q=oak");
    for number in 1..SAVED_VIEWS_MAX {
        saved(&planner, "product", &format!("View {number}"), false).await;
    }
    let more = SavedViewInput { name: "One more".to_owned(), ..again };
    planner.post::<CreateSavedView>(&more).await.refused_with(&codes::VALIDATION_FAILED);
    saved(&planner, "bom", "Another list", false).await;
    app.finish().await;
}
