//! Equal lines of a draft made one, over HTTP.

use mrp_api::boms::{BomInput, BomView, CreateBom, MergeBomLines, ValidateBom, ValidateBomInput};
use mrp_api::endpoint::{Empty, IdPath};
use mrp_api::error as codes;
use mrp_api::units::{CreateUnit, UnitInput};
use mrp_domain::bom::merge::UnmergedReason;
use mrp_test_support::app::TestApp;
use rust_decimal_macros::dec;

#[tokio::test]
async fn equal_lines_become_one_and_what_cannot_be_added_is_told() {
    let app = TestApp::new().await;
    let (admin, make) = (app.admin(), app.factory());
    let piece = make.unit().await;
    let box_of = UnitInput { ratio_numerator: 6, unit_category_id: piece.unit_category_id, ..make.unit_input().await };
    let six = admin.post::<CreateUnit>(&box_of).await.ok();
    let (table, leg, top) = (make.product(piece.id).await, make.product(piece.id).await, make.product(piece.id).await);
    let routing = make.routing(make.work_center().await.id).await;
    let mut input: BomInput =
        make.bom_input(table.id, &[(leg.id, 4), (top.id, 1), (leg.id, 2), (leg.id, 1)], routing.id);
    input.lines[0].note = "left".to_owned();
    input.lines[2].unit_id = Some(six.id);
    input.lines[2].note = "right".to_owned();
    input.lines[3].operation_sequence = Some(10);
    let bom: BomView = admin.post::<CreateBom>(&input).await.ok();
    assert_eq!((bom.mergeable_lines, bom.unmerged_lines.len()), (1, 0));

    let path = IdPath { id: bom.id };
    let merged = admin.call_at::<MergeBomLines>(&path, bom.version, &Empty {}).await.ok();
    let lines: Vec<_> =
        merged.lines.iter().map(|line| (line.component_id, line.quantity, line.note.as_str())).collect();
    assert_eq!(lines, [(leg.id, dec!(16), "left; right"), (top.id, dec!(1), ""), (leg.id, dec!(1), "")]);
    assert_eq!((merged.lines[0].unit_id, merged.mergeable_lines), (piece.id, 0));
    admin.call_at::<MergeBomLines>(&path, merged.version, &Empty {}).await.refused_with(&codes::NOTHING_CHANGED);
    admin.call_at::<MergeBomLines>(&path, bom.version, &Empty {}).await.refused_with(&codes::VERSION_STALE);
    let valid = admin.call_at::<ValidateBom>(&path, merged.version, &ValidateBomInput::default()).await.ok();
    admin.call_at::<MergeBomLines>(&path, valid.version, &Empty {}).await.refused_with(&codes::BOM_IMMUTABLE);
    app.finish().await;
}

#[tokio::test]
async fn more_than_the_largest_quantity_stays_two_lines() {
    let app = TestApp::new().await;
    let (admin, make) = (app.admin(), app.factory());
    let piece = make.unit().await;
    let (table, leg) = (make.product(piece.id).await, make.product(piece.id).await);
    let routing = make.routing(make.work_center().await.id).await;
    let most = 1_000_000_000_000;
    let bom: BomView =
        admin.post::<CreateBom>(&make.bom_input(table.id, &[(leg.id, most), (leg.id, most)], routing.id)).await.ok();
    let left: Vec<_> = bom.unmerged_lines.iter().map(|left| (left.line, left.reason)).collect();
    assert_eq!((bom.mergeable_lines, left), (0, vec![(1, UnmergedReason::QuantityOutOfRange)]));
    app.finish().await;
}
