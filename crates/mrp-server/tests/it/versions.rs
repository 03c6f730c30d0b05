//! Nobody overwrites what he has not read: duels over every record with a version.

use futures_util::future::join_all;
use mrp_api::endpoint::{EndpointInfo, Method, all};
use mrp_test_support::app::TestApp;
use mrp_test_support::request::good_request;
use uuid::Uuid;

const DUELLISTS: usize = 6;

fn versioned() -> impl Iterator<Item = &'static EndpointInfo> {
    all().filter(|endpoint| endpoint.if_match)
}

#[tokio::test]
async fn of_many_who_read_the_same_version_exactly_one_changes_it() {
    let app = TestApp::new().await;
    let admin = app.admin();
    // What creates a record leaves the one it read as it was.
    for endpoint in versioned().filter(|endpoint| endpoint.status == 200) {
        let name = endpoint.name;
        let good = good_request(&app, endpoint).await;
        let duel = (0..DUELLISTS).map(|_| admin.raw(good.with_key(&admin, Uuid::now_v7())));
        let answers = join_all(duel).await;
        let told: Vec<_> = answers.iter().map(|answer| (answer.status, answer.code())).collect();
        let won = answers.iter().filter(|answer| answer.status == endpoint.status).count();
        assert_eq!(won, 1, "{name}: {told:?}");
        for loser in answers.iter().filter(|answer| answer.status != endpoint.status) {
            match endpoint.method {
                Method::Delete => assert!(matches!(loser.status, 404 | 412), "{name}: {told:?}"),
                Method::Get | Method::Post | Method::Patch => {
                    assert_eq!((loser.status, loser.code().as_str()), (412, "version_stale"), "{name}: {told:?}");
                    let current = loser.json()["params"]["current"].as_i64();
                    assert!(current > good.version, "{name}: {}", loser.text());
                }
            }
        }
    }
    app.finish().await;
}

#[tokio::test]
async fn a_change_without_the_version_that_was_read_is_refused() {
    let app = TestApp::new().await;
    let admin = app.admin();
    for endpoint in versioned() {
        let good = good_request(&app, endpoint).await;
        for version in [None, Some("the latest"), Some("")] {
            let mut request =
                admin.request(good.method, &good.target).json(&good.body).header("idempotency-key", Uuid::now_v7());
            if let Some(version) = version {
                request = request.header("if-match", version);
            }
            let answer = admin.raw(request).await;
            let told = (answer.status, answer.code());
            assert_eq!(told, (428, "version_required".to_owned()), "{} with {version:?}", endpoint.name);
        }
    }
    app.finish().await;
}

#[tokio::test]
async fn an_answer_carries_the_version_that_the_next_change_needs() {
    let app = TestApp::new().await;
    let admin = app.admin();
    let mut center = app.factory().work_center().await;
    for name in ["First", "Second", "Third"] {
        let path = format!("/api/v1/work-centers/{}", center.id);
        let request = admin
            .request("PATCH", &path)
            .header("if-match", format!("\"{}\"", center.version))
            .json(&serde_json::json!({"name": name}));
        let answer = admin.raw(request).await;
        assert_eq!(answer.header("etag"), Some(format!("\"{}\"", center.version + 1).as_str()));
        center = serde_json::from_slice(&answer.body).unwrap();
        assert_eq!(center.name, name);
    }
    app.finish().await;
}
