//! Labels over HTTP: both formats, and codes that cannot be printed.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use mrp_api::data_files::DataFileView;
use mrp_api::endpoint::{Empty, IdPath};
use mrp_api::error as codes;
use mrp_api::labels::{GetLotLabel, GetProductLabel, LabelFormat, LabelQuery};
use mrp_api::lots::CreateLot;
use mrp_api::products::{CreateProduct, ProductInput};
use mrp_test_support::app::TestApp;

fn text(file: &DataFileView) -> String {
    STANDARD.decode(&file.content_base64).unwrap().into_iter().map(char::from).collect()
}

#[tokio::test]
async fn lots_and_products_have_labels_for_paper_and_for_label_printers() {
    let app = TestApp::new().await;
    let (make, admin) = (app.factory(), app.admin());
    let lot = make.lot().await;
    let zpl = LabelQuery { format: Some(LabelFormat::Zpl), copies: Some(2) };
    let file = admin.call::<GetLotLabel>(&IdPath { id: lot.id }, &zpl, &Empty {}).await.ok();
    let printed = text(&file);
    assert!(printed.contains(&format!("^FDL:{}^FS", lot.number)) && printed.contains("^PQ2"), "{printed}");
    assert!(printed.contains("2099-12-31"));
    let pdf = admin.call::<GetLotLabel>(&IdPath { id: lot.id }, &LabelQuery::default(), &Empty {}).await.ok();
    assert!(text(&pdf).starts_with("%PDF-") && pdf.file_name.ends_with(".pdf"));
    let file = admin.call::<GetProductLabel>(&IdPath { id: lot.product_id }, &zpl, &Empty {}).await.ok();
    assert!(text(&file).contains(&format!("^FD{}^FS", lot.product_code)));
    app.finish().await;
}

#[tokio::test]
async fn what_no_scanner_reads_is_refused_with_the_letter() {
    let app = TestApp::new().await;
    let (make, admin) = (app.factory(), app.admin());
    let unit = make.unit().await.id;
    let input = ProductInput { code: "ȚEAVĂ".to_owned(), ..make.product_input(unit) };
    let product = admin.post::<CreateProduct>(&input).await.ok();
    let path = IdPath { id: product.id };
    let answer = admin.call::<GetProductLabel>(&path, &LabelQuery::default(), &Empty {}).await;
    answer.refused_with(&codes::VALUE_INVALID);
    let many = LabelQuery { format: None, copies: Some(501) };
    admin.call::<GetProductLabel>(&path, &many, &Empty {}).await.refused_with(&codes::VALIDATION_FAILED);
    let untracked = make.lot_input(product.id);
    admin.post::<CreateLot>(&untracked).await.refused_with(&codes::VALIDATION_FAILED);
    app.finish().await;
}
