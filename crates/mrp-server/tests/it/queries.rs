//! Queries that nobody meant: whatever stands behind the `?` of a reading endpoint, it answers with what was found or with a
//! refusal that has a known code, and never breaks down.
//!
//! The test asks the same questions every time; `MRP_NOISE=500` asks so many new ones of each parameter.

use mrp_api::endpoint::{BASE, EndpointInfo, Method, all};
use mrp_api::error::ALL;
use mrp_test_support::app::TestApp;
use mrp_test_support::client::Client;
use mrp_test_support::request::good_request;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::Schema;
use uuid::Uuid;

/// Questions to each parameter alone, and half as many to several at once.
const QUESTIONS: usize = 6;

/// Pieces that have broken readers of queries somewhere.
const PIECES: [&str; 34] = [
    "true",
    "draft",
    "draft,done",
    "-code",
    "1",
    "-1",
    "0.5",
    "1e400",
    "NaN",
    "infinity",
    "-infinity",
    "99999999999999999999",
    "2147483648",
    "170141183460469231731687303715884105728",
    "2026-03-15",
    "2026-02-30",
    "-4713-01-01",
    "294277-01-01",
    "24:00",
    "2026-03-15T10:00:00Z",
    "00000000-0000-0000-0000-000000000000",
    "0",
    "~",
    ",",
    "%",
    "_",
    "\\",
    "'",
    "'; DROP TABLE session --",
    "\0",
    "\u{202e}",
    "ș",
    "𝄞",
    " ",
];

/// Reading endpoints that take parameters, each with their names.
fn questions() -> Vec<(&'static EndpointInfo, Vec<String>)> {
    let parameters = |endpoint: &EndpointInfo| {
        let [query, ..] = &endpoint.schemas;
        match (query.schema)() {
            RefOr::T(Schema::Object(object)) => object.properties.keys().cloned().collect(),
            _ => Vec::new(),
        }
    };
    let reading = all().filter(|endpoint| endpoint.method == Method::Get);
    reading.map(|endpoint| (endpoint, parameters(endpoint))).filter(|(_, names)| !names.is_empty()).collect()
}

fn runner() -> (TestRunner, usize) {
    match std::env::var("MRP_NOISE").ok().and_then(|text| text.parse().ok()) {
        Some(questions) => (TestRunner::new(Config::default()), questions),
        None => {
            let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
            (TestRunner::new_with_rng(Config::default(), rng), QUESTIONS)
        }
    }
}

fn value() -> impl Strategy<Value = String> {
    let piece = || prop::sample::select(&PIECES[..]).prop_map(str::to_owned);
    prop_oneof![
        4 => piece(),
        2 => prop::collection::vec(piece(), 1..5).prop_map(|pieces| pieces.concat()),
        2 => "\\PC{0,40}",
        1 => (1_usize..3_000).prop_map(|length| "x".repeat(length)),
    ]
}

/// Something like a cursor: a row that may exist, and any key.
fn cursor(known: &str) -> impl Strategy<Value = String> + use<> {
    let known = known.to_owned();
    let id = known.split_once('~').map_or_else(|| Uuid::nil().to_string(), |(id, _)| id.to_owned());
    let spoilt = (any::<prop::sample::Index>(), any::<char>()).prop_map(move |(at, letter)| {
        let mut letters: Vec<char> = known.chars().collect();
        if !letters.is_empty() {
            let at = at.index(letters.len());
            letters[at] = letter;
        }
        letters.into_iter().collect::<String>()
    });
    prop_oneof![3 => value().prop_map(move |key| format!("{id}~{key}")), 1 => spoilt, 1 => value()]
}

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// Asks, and wants an answer or a refusal with a code of the list.
async fn ask(client: &Client, endpoint: &EndpointInfo, query: &[(&str, String)]) {
    let path = endpoint.path.split('/').map(|part| {
        let nobody = Uuid::nil().to_string();
        if part.starts_with('{') { nobody } else { part.to_owned() }
    });
    let path = path.collect::<Vec<_>>().join("/");
    let text = query.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect::<Vec<_>>().join("&");
    let answer = client.raw(client.request("GET", &format!("{BASE}{path}?{text}"))).await;
    let told = || format!("{} {query:?}: {} {}", endpoint.name, answer.status, answer.text());
    if answer.status == 200 {
        return;
    }
    assert!((400..500).contains(&answer.status), "{}", told());
    assert_eq!(answer.header("content-type"), Some("application/problem+json"), "{}", told());
    let code = answer.code();
    assert!(ALL.iter().any(|known| known.code == code && known.status == answer.status), "{}", told());
}

#[tokio::test]
async fn any_query_is_answered_or_refused_with_a_known_code() {
    let app = TestApp::new().await;
    let admin = app.admin();
    let (mut runner, count) = runner();
    let mut draw = |count: usize| {
        let drawn = (0..count).map(|_| value().new_tree(&mut runner).unwrap().current());
        drawn.collect::<Vec<_>>()
    };
    let all = questions();
    assert!(all.len() > 30, "most lists take parameters");
    for (endpoint, names) in &all {
        for name in names {
            for value in draw(count) {
                ask(&admin, endpoint, &[(name, value)]).await;
            }
        }
        for _ in 0..count.div_ceil(2) {
            let values = draw(names.len());
            // A parameter that nobody could read hides the others, so each is left out once in a while.
            let given = names.iter().map(String::as_str).zip(values).filter(|(_, value)| value.len() % 3 > 0);
            ask(&admin, endpoint, &given.collect::<Vec<_>>()).await;
        }
    }
    app.finish().await;
}

#[tokio::test]
async fn any_cursor_is_followed_or_refused_with_a_known_code() {
    let app = TestApp::new().await;
    let admin = app.admin();
    let (mut runner, count) = runner();
    let lists = questions()
        .into_iter()
        .filter(|(endpoint, names)| !endpoint.path.contains('{') && names.iter().any(|name| name == "cursor"));
    for (list, _) in lists {
        let create = all().find(|endpoint| endpoint.method == Method::Post && endpoint.path == list.path);
        for _ in 0..if create.is_some() { 2 } else { 0 } {
            let good = good_request(&app, create.unwrap()).await;
            let answer = admin.raw(good.with_key(&admin, Uuid::now_v7())).await;
            assert!(answer.status < 300, "{}: {}", list.name, answer.text());
        }
        let page = admin.raw(admin.request("GET", &format!("{BASE}{}?limit=1", list.path))).await.json();
        let known = page["next_cursor"].as_str().unwrap_or_default().to_owned();
        let sorts = admin.raw(admin.request("GET", &format!("{BASE}{}?sort=no_such_sort", list.path))).await.json();
        let sorts = sorts["detail"].as_str().and_then(|said| said.split_once("possible are: ")).unwrap().1.to_owned();
        for sort in sorts.split(", ") {
            for _ in 0..count {
                let cursor = cursor(&known).new_tree(&mut runner).unwrap().current();
                ask(&admin, list, &[("sort", sort.to_owned()), ("cursor", cursor)]).await;
            }
        }
    }
    app.finish().await;
}
