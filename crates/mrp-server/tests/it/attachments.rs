//! Files of products and operations: what is taken, who may see it, and that they stay where they belong.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use mrp_api::access::Role;
use mrp_api::attachments::{
    AddOperationAttachment, AddProductAttachment, AttachmentInput, AttachmentView, DeleteOperationAttachment,
    ListProductAttachments, ListRoutingAttachments, ListWorkOrderAttachments, OperationPath, PutProductAttachmentFirst,
    RoutingAttachmentPath,
};
use mrp_api::endpoint::{BASE, Empty, IdPath};
use mrp_api::error::{self as codes, ErrorCode};
use mrp_api::patch::Patch;
use mrp_api::products::DeleteProduct;
use mrp_api::routings::{OperationInput, OperationView, RoutingInput, RoutingView, UpdateRouting};
use mrp_domain::attachment::{ATTACHMENT_BYTES_MAX, ATTACHMENTS_MAX};
use mrp_domain::ids::{AttachmentId, ProductId};
use mrp_test_support::app::TestApp;
use mrp_test_support::client::Client;

fn file(name: &str, bytes: &[u8]) -> AttachmentInput {
    AttachmentInput { file_name: name.to_owned(), content_base64: STANDARD.encode(bytes), replaces: None }
}

const GIF: &[u8] = b"GIF89a\x01\0\x01\0\0\0\0;";

async fn pictures(client: &Client, product: ProductId) -> Vec<AttachmentId> {
    let listed = client.get::<ListProductAttachments>(&IdPath { id: product }).await.ok();
    listed.items.into_iter().map(|one| one.id).collect()
}

async fn refused(app: &TestApp, product: ProductId, input: &AttachmentInput, code: &ErrorCode) {
    let path = IdPath { id: product };
    app.admin().call::<AddProductAttachment>(&path, &Empty {}, input).await.refused_with(code);
}

#[tokio::test]
async fn only_pictures_of_a_bearable_size_are_taken_whatever_their_name_says() {
    let app = TestApp::new().await;
    let make = app.factory();
    let product = make.product(make.unit().await.id).await.id;
    refused(&app, product, &file("a.png", b"<svg onload='alert(1)'/>"), &codes::ATTACHMENT_TYPE_REFUSED).await;
    refused(&app, product, &file("a.png", b"<!doctype html>"), &codes::ATTACHMENT_TYPE_REFUSED).await;
    refused(&app, product, &file("a.png", b"%PDF-1.7"), &codes::ATTACHMENT_TYPE_REFUSED).await;
    let mut large = GIF.to_vec();
    large.resize(ATTACHMENT_BYTES_MAX + 1, 0);
    refused(&app, product, &file("a.gif", &large), &codes::ATTACHMENT_TOO_LARGE).await;
    let broken = AttachmentInput { content_base64: "?".to_owned(), ..file("a.gif", GIF) };
    refused(&app, product, &broken, &codes::VALIDATION_FAILED).await;
    assert!(pictures(&app.admin(), product).await.is_empty());
    for _ in 0..ATTACHMENTS_MAX {
        make.product_attachment(product).await;
    }
    refused(&app, product, &make.attachment_input(), &codes::ATTACHMENTS_TOO_MANY).await;
    app.finish().await;
}

#[tokio::test]
async fn a_file_is_sent_as_it_is_and_can_do_nothing_in_a_browser() {
    let app = TestApp::new().await;
    let make = app.factory();
    let product = make.product(make.unit().await.id).await.id;
    let path = IdPath { id: product };
    let made = app.admin().call::<AddProductAttachment>(&path, &Empty {}, &file("măsuță \"1\".html", GIF)).await.ok();
    let viewer = app.as_role(Role::Viewer);
    let at = format!("{BASE}/attachments/{}/file", made.id);
    let answer = viewer.raw(viewer.request("GET", &at)).await;
    assert_eq!((answer.status, answer.body.as_slice()), (200, GIF));
    assert_eq!(answer.header("content-type"), Some("image/gif"));
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    assert_eq!(answer.header("content-security-policy"), Some("default-src 'none'; sandbox"));
    assert_eq!(answer.header("cache-control"), Some("private, no-cache"));
    let name = answer.header("content-disposition").unwrap();
    assert_eq!(name, "inline; filename*=UTF-8''m%C4%83su%C8%9B%C4%83%20%221%22.html");
    let tag = answer.header("etag").unwrap().to_owned();
    assert_eq!(tag, format!("\"{}\"", made.sha256));
    let again = viewer.raw(viewer.request("GET", &at).header("if-none-match", &tag)).await;
    assert_eq!((again.status, again.body.len()), (304, 0));
    let nobody = app.as_nobody();
    assert_eq!(nobody.raw(nobody.request("GET", &at).header("if-none-match", &tag)).await.status, 401);
    app.finish().await;
}

#[tokio::test]
async fn the_first_picture_stands_for_the_product_and_can_be_replaced() {
    let app = TestApp::new().await;
    let make = app.factory();
    let product = make.product(make.unit().await.id).await;
    let (one, two) = (make.product_attachment(product.id).await, make.product_attachment(product.id).await);
    let client = app.admin();
    assert_eq!(pictures(&client, product.id).await, [one.id, two.id]);
    let path = mrp_api::attachments::ProductAttachmentPath { id: product.id, attachment_id: two.id };
    client.call_at::<PutProductAttachmentFirst>(&path, two.version, &Empty {}).await.ok();
    assert_eq!(pictures(&client, product.id).await, [two.id, one.id]);
    let input = AttachmentInput { replaces: Some(two.id), ..make.attachment_input() };
    let path = IdPath { id: product.id };
    let three = client.call::<AddProductAttachment>(&path, &Empty {}, &input).await.ok();
    assert_eq!(pictures(&client, product.id).await, [three.id, one.id]);
    client.call_at::<DeleteProduct>(&path, product.version, &Empty {}).await.ok();
    app.finish().await;
}

fn inputs(operations: &[OperationView]) -> Vec<OperationInput> {
    let input = |one: &OperationView| OperationInput {
        id: Some(one.id),
        sequence: one.sequence,
        name: one.name.clone(),
        ..super::shop::operation(one.sequence, one.work_center_id, one.cycle_seconds)
    };
    operations.iter().map(input).collect()
}

async fn save(app: &TestApp, routing: &RoutingView, operations: Vec<OperationInput>) -> RoutingView {
    let input = RoutingInput { code: Some(routing.code.clone()), name: routing.name.clone(), operations, active: true };
    let (path, patch) = (IdPath { id: routing.id }, Patch::<RoutingInput>::whole(&input));
    app.admin().call_at::<UpdateRouting>(&path, routing.version, &patch).await.ok()
}

async fn files(app: &TestApp, routing: &RoutingView) -> Vec<AttachmentView> {
    app.admin().get::<ListRoutingAttachments>(&IdPath { id: routing.id }).await.ok().items
}

#[tokio::test]
async fn operations_that_change_places_keep_their_files() {
    let app = TestApp::new().await;
    let make = app.factory();
    let routing = make.routing(make.work_center().await.id).await;
    let mut operations = inputs(&routing.operations);
    operations.push(OperationInput { id: None, sequence: 20, name: "Paint".to_owned(), ..operations[0].clone() });
    let routing = save(&app, &routing, operations).await;
    let [assemble, paint] = routing.operations.as_slice() else { panic!("two operations") };
    let drawing = make.operation_attachment(&routing).await;

    let mut swapped = inputs(&routing.operations);
    (swapped[0].sequence, swapped[1].sequence) = (20, 10);
    let swapped = save(&app, &routing, swapped).await;
    assert_eq!(swapped.operations.iter().map(|one| one.id).collect::<Vec<_>>(), [paint.id, assemble.id]);
    assert_eq!(files(&app, &swapped).await[0].operation_id, Some(assemble.id));

    // Who does not name operations means them by their numbers.
    let mut unnamed = inputs(&swapped.operations);
    unnamed.iter_mut().for_each(|one| one.id = None);
    let unnamed = save(&app, &swapped, unnamed).await;
    assert_eq!(files(&app, &unnamed).await[0].id, drawing.id);

    let without = save(&app, &unnamed, inputs(&unnamed.operations[..1])).await;
    assert!(files(&app, &without).await.is_empty(), "an operation takes its files with it");
    app.finish().await;
}

#[tokio::test]
async fn an_operator_sees_the_files_of_his_work_and_no_others() {
    let app = TestApp::new().await;
    let make = app.factory();
    let shop = make.workshop().await;
    let order = make.planned_order(&shop, 3).await;
    let work = make.first_work_order(&order).await.row.id;
    let drawing = make.operation_attachment(&shop.routing).await;
    let picture = make.product_attachment(shop.table.id).await;
    let operator = app.as_role(Role::Operator);
    let listed = operator.get::<ListWorkOrderAttachments>(&IdPath { id: work }).await.ok();
    assert_eq!(listed.items.iter().map(|one| one.id).collect::<Vec<_>>(), [drawing.id]);
    let status = async |target: String| operator.raw(operator.request("GET", &format!("{BASE}{target}"))).await.status;
    assert_eq!(status(format!("/work-orders/{work}/attachments/{}/file", drawing.id)).await, 200);
    assert_eq!(status(format!("/work-orders/{work}/attachments/{}/file", picture.id)).await, 404);
    assert_eq!(status(format!("/attachments/{}/file", drawing.id)).await, 403);
    app.finish().await;
}

#[tokio::test]
async fn a_file_is_not_found_under_another_owner() {
    let app = TestApp::new().await;
    let make = app.factory();
    let center = make.work_center().await.id;
    let (own, other) = (make.routing(center).await, make.routing(center).await);
    let drawing = make.operation_attachment(&own).await;
    let path = RoutingAttachmentPath { id: other.id, attachment_id: drawing.id };
    let client = app.admin();
    client.call_at::<DeleteOperationAttachment>(&path, 1, &Empty {}).await.refused_with(&codes::NOT_FOUND);
    let path = OperationPath { id: other.id, operation_id: own.operations[0].id };
    let input = make.attachment_input();
    client.call::<AddOperationAttachment>(&path, &Empty {}, &input).await.refused_with(&codes::NOT_FOUND);
    app.finish().await;
}
