//! Live screens: what one user changes, another sees, and a stream that was cut misses nothing.

use std::time::Duration;

use mrp_api::access::Role;
use mrp_api::events::Event;
use mrp_test_support::app::TestApp;
use mrp_test_support::http::{EventStream, ServerEvent};

/// An event waits for every older transaction of the whole cluster, and other tests clone databases at the same time.
const PATIENCE: Duration = Duration::from_secs(60);

async fn next(stream: &mut EventStream) -> (ServerEvent, Event) {
    let event = stream.next(PATIENCE).await.expect("an event");
    let change = serde_json::from_str(&event.data).unwrap();
    (event, change)
}

#[tokio::test]
async fn a_change_by_one_user_is_seen_by_another() {
    let app = TestApp::new().await;
    let mut stream = app.as_role(Role::Viewer).events(None).await.unwrap();
    let center = app.factory().work_center().await;
    let (_, change) = next(&mut stream).await;
    assert_eq!((change.entity.as_str(), change.id, change.version), ("work_center", center.id.uuid(), 1));
    app.finish().await;
}

#[tokio::test]
async fn a_change_on_one_server_is_seen_on_another() {
    let app = TestApp::new().await;
    let twin = app.twin();
    let mut stream = twin.as_role(Role::Viewer).events(None).await.unwrap();
    let center = app.factory().work_center().await;
    assert_eq!(next(&mut stream).await.1.id, center.id.uuid());
    drop(stream);
    twin.stop().await;
    app.finish().await;
}

#[tokio::test]
async fn a_stream_that_resumes_misses_nothing_and_repeats_nothing() {
    let app = TestApp::new().await;
    let viewer = app.as_role(Role::Viewer);
    let make = app.factory();
    let mut stream = viewer.events(None).await.unwrap();
    make.work_center().await;
    let (seen, _) = next(&mut stream).await;
    drop(stream);

    let mut made = Vec::new();
    for _ in 0..5 {
        made.push(make.work_center().await.id.uuid());
    }
    let mut stream = viewer.events(seen.id.as_deref()).await.unwrap();
    made.push(make.work_center().await.id.uuid());
    let mut told = Vec::new();
    while told.len() < made.len() {
        told.push(next(&mut stream).await.1.id);
    }
    assert_eq!(told, made);
    assert_eq!(stream.next(Duration::from_millis(900)).await, None);
    app.finish().await;
}

#[tokio::test]
async fn nobody_sees_changes_without_a_session() {
    let app = TestApp::new().await;
    let refused = app.as_nobody().events(None).await.unwrap_err();
    assert_eq!((refused.status, refused.code().as_str()), (401, "unauthenticated"));
    app.finish().await;
}
