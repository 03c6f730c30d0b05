//! How records are numbered, and what a company's settings keep.

use mrp_api::endpoint::Empty;
use mrp_api::error as codes;
use mrp_api::number_series::{
    KindPath, ListNumberSeries, NUMBER_SERIES_KINDS, NumberSeriesInput, NumberSeriesView, UpdateNumberSeries,
};
use mrp_api::patch::Patch;
use mrp_api::routings::{CreateRouting, RoutingInput};
use mrp_api::settings::{GetSetting, SettingInput, UpdateSetting};
use mrp_domain::time::Instant;
use mrp_test_support::app::TestApp;
use serde_json::json;

fn patch(fields: serde_json::Value) -> Patch<NumberSeriesInput> {
    serde_json::from_value(fields).unwrap()
}

fn setting(fields: serde_json::Value) -> Patch<SettingInput> {
    serde_json::from_value(fields).unwrap()
}

async fn series(app: &TestApp, kind: &str) -> NumberSeriesView {
    let all = app.admin().get::<ListNumberSeries>(&Empty {}).await.ok().items;
    all.into_iter().find(|series| series.kind == kind).unwrap()
}

fn path(kind: &str) -> KindPath {
    KindPath { kind: kind.to_owned() }
}

#[tokio::test]
async fn every_kind_of_series_is_known_by_name() {
    let app = TestApp::new().await;
    let all = app.admin().get::<ListNumberSeries>(&Empty {}).await.ok().items;
    assert_eq!(all.iter().map(|series| series.kind.as_str()).collect::<Vec<_>>(), NUMBER_SERIES_KINDS);
    app.finish().await;
}

#[tokio::test]
async fn a_changed_series_numbers_the_next_record_and_never_goes_back() {
    let app = TestApp::new().await;
    let (admin, make) = (app.admin(), app.factory());
    let center = make.work_center().await.id;
    let before = series(&app, "routing").await;
    let changed = patch(json!({ "prefix": "WAY-", "padding": 3, "next_number": before.next_number + 40 }));
    let changed = admin.call_at::<UpdateNumberSeries>(&path("routing"), before.version, &changed).await.ok();
    assert_eq!(changed.preview, format!("WAY-{:03}", before.next_number + 40));
    let routing = RoutingInput { code: None, ..make.routing_input(center) };
    assert_eq!(admin.post::<CreateRouting>(&routing).await.ok().code, changed.preview);

    let now = series(&app, "routing").await;
    assert_eq!(now.next_number, before.next_number + 41);
    let wrong = patch(json!({ "padding": 0, "next_number": now.next_number - 1, "prefix": "x".repeat(33) }));
    let problem = admin.call_at::<UpdateNumberSeries>(&path("routing"), now.version, &wrong).await.problem();
    let told = problem.errors.iter().map(|error| error.pointer.as_str()).collect::<Vec<_>>();
    assert_eq!(told, ["/prefix", "/padding", "/next_number"]);
    admin.call_at::<UpdateNumberSeries>(&path("none"), 1, &patch(json!({}))).await.refused_with(&codes::NOT_FOUND);
    app.finish().await;
}

#[tokio::test]
async fn two_series_never_share_a_prefix() {
    let app = TestApp::new().await;
    let (bom, routing) = (series(&app, "bom").await, series(&app, "routing").await);
    let same = patch(json!({ "prefix": bom.prefix }));
    let problem = app.admin().call_at::<UpdateNumberSeries>(&path("routing"), routing.version, &same).await.problem();
    let error = &problem.errors[0];
    assert_eq!((error.pointer.as_str(), error.code.as_str()), ("/prefix", codes::VALUE_TAKEN.code));
    let own = patch(json!({ "prefix": routing.prefix, "padding": 7 }));
    app.admin().call_at::<UpdateNumberSeries>(&path("routing"), routing.version, &own).await.ok();
    app.finish().await;
}

#[tokio::test]
async fn the_year_of_a_number_turns_at_midnight_of_the_companys_clock() {
    // 23:30 on New Year's Eve in Greenwich is 1:30 of the new year in Bucharest.
    let app = TestApp::at(Instant::from_unix(1_798_759_800)).await;
    let (admin, make) = (app.admin(), app.factory());
    let routing = series(&app, "routing").await;
    let yearly = patch(json!({ "prefix": "RO-{year}-" }));
    let yearly = admin.call_at::<UpdateNumberSeries>(&path("routing"), routing.version, &yearly).await.ok();
    assert!(yearly.preview.starts_with("RO-2027-"), "{yearly:?}");
    let routing = RoutingInput { code: None, ..make.routing_input(make.work_center().await.id) };
    assert_eq!(admin.post::<CreateRouting>(&routing).await.ok().code, yearly.preview);
    let current = admin.get::<GetSetting>(&Empty {}).await.ok();
    let west = setting(json!({ "zone": "America/New_York" }));
    admin.call_at::<UpdateSetting>(&Empty {}, current.version, &west).await.ok();
    assert!(series(&app, "routing").await.preview.starts_with("RO-2026-"));
    assert!(admin.post::<CreateRouting>(&routing).await.ok().code.starts_with("RO-2026-"));
    app.finish().await;
}

#[tokio::test]
async fn a_currency_exists_and_stays_once_amounts_are_booked_in_it() {
    let app = TestApp::new().await;
    let (admin, make) = (app.admin(), app.factory());
    let current = admin.get::<GetSetting>(&Empty {}).await.ok();
    let change = async |version, currency: &str| {
        admin.call_at::<UpdateSetting>(&Empty {}, version, &setting(json!({ "currency": currency }))).await
    };
    let problem = change(current.version, "ZZZ").await.problem();
    assert_eq!(problem.errors[0].pointer, "/currency");
    let euro = change(current.version, "EUR").await.ok();
    assert_eq!(euro.currency, "EUR");

    let shop = make.workshop().await;
    make.receipt(shop.warehouse.id, &[(shop.leg.id, 4)]).await;
    let now = admin.get::<GetSetting>(&Empty {}).await.ok();
    let problem = change(now.version, "RON").await.problem();
    let error = &problem.errors[0];
    assert_eq!((error.pointer.as_str(), error.code.as_str()), ("/currency", codes::CURRENCY_BOOKED.code));
    app.finish().await;
}
