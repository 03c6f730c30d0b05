//! What the server says about itself: the OpenAPI document and the page of errors.

use std::collections::BTreeSet;

use mrp_api::endpoint::{BASE, all};
use mrp_test_support::app::TestApp;
use serde_json::Value;

fn references<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                match (name.as_str(), value.as_str()) {
                    ("$ref", Some(reference)) => found.push(reference),
                    _ => references(value, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[tokio::test]
async fn the_openapi_document_has_every_endpoint_and_no_loose_end() {
    let app = TestApp::new().await;
    let nobody = app.as_nobody();
    let answer = nobody.raw(nobody.request("GET", "/api/v1/openapi.json")).await;
    let document = answer.json();
    assert!(document["openapi"].as_str().is_some_and(|version| version.starts_with("3.1")));

    let mut found = Vec::new();
    references(&document, &mut found);
    assert!(found.len() > 100, "{}", found.len());
    for reference in found {
        let pointer = reference.strip_prefix('#').unwrap();
        assert!(document.pointer(pointer).is_some(), "{reference} leads nowhere");
    }

    let mut names = BTreeSet::new();
    for endpoint in all() {
        let path = format!("{BASE}{}", endpoint.path);
        let operation = &document["paths"][&path][endpoint.method.as_str().to_lowercase()];
        assert_eq!(operation["operationId"], endpoint.name, "{path}");
        assert!(names.insert(endpoint.name), "{} stands twice in the list", endpoint.name);
        for name in endpoint.path.split('{').skip(1).filter_map(|rest| rest.split('}').next()) {
            let parameters = operation["parameters"].as_array().unwrap();
            assert!(parameters.iter().any(|parameter| parameter["name"] == name), "{path}: {name}");
        }
    }
    app.finish().await;
}

#[tokio::test]
async fn every_code_is_explained_where_refusals_point_to() {
    let app = TestApp::new().await;
    let nobody = app.as_nobody();
    let page = nobody.raw(nobody.request("GET", "/api/docs/errors")).await;
    assert_eq!(page.status, 200);
    let page = page.text();
    for error in mrp_api::error::ALL {
        assert!(page.contains(&format!("id=\"{}\"", error.code)), "{}", error.code);
    }
    app.finish().await;
}
