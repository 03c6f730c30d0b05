//! Rows pasted from a spreadsheet: told apart, understood, and every wrong cell named.

use mrp_api::bom_imports::{BomImportField as Field, BomImportProblemKind as Kind};
use mrp_api::bom_pastes::{BomPasteInput, BomPasteReport, BomPasteRow, CheckBomPaste, DecimalMark};
use mrp_api::boms::{BomInput, BomView, CreateBom, UpdateBom, ValidateBom, ValidateBomInput};
use mrp_api::endpoint::{Empty, IdPath};
use mrp_api::error as codes;
use mrp_api::patch::Patch;
use mrp_api::products::{CreateProduct, ProductView};
use mrp_api::similar_products::{ListSimilarProducts, SimilarProductQuery};
use mrp_api::units::{CreateUnit, UnitInput, UnitView};
use mrp_server::import::pastes::{PastedRows, read};
use mrp_test_support::app::TestApp;
use rust_decimal_macros::dec;

fn told(text: &str, mark: DecimalMark) -> PastedRows {
    read(text, mark).unwrap()
}

/// Component, name, quantity, unit, operation, loss, fixed, note of each row.
fn cells(pasted: &PastedRows) -> Vec<[&str; 8]> {
    let row = pasted.rows.iter().map(|row| {
        [&row.component, &row.name, &row.quantity, &row.unit, &row.operation, &row.loss, &row.fixed, &row.note]
            .map(String::as_str)
    });
    row.collect()
}

#[test]
fn a_header_in_either_language_says_which_column_is_what() {
    let english =
        told("Qty\tUnit\tCode\tLoss %\tSupplier\tOnce per order\n4\tpcs\tLEG\t5%\tAcme\tyes\n", DecimalMark::Point);
    assert_eq!((english.has_header, english.left_out.as_slice()), (true, ["Supplier".to_owned()].as_slice()));
    assert_eq!(cells(&english), [["LEG", "", "4", "pcs", "", "5%", "yes", ""]]);
    let romanian = told(
        "Cod;Denumire;Cantitate;UM;Operație;Pierdere;Observații\r\nPIC;Picior;1,5;buc;Sudură;;stânga\r\n",
        DecimalMark::Comma,
    );
    assert_eq!(cells(&romanian), [["PIC", "Picior", "1,5", "buc", "Sudură", "", "", "stânga"]]);
}

#[test]
fn without_a_header_the_numbers_tell_where_the_quantity_is() {
    let plain = told("LEG\t4\npipe 2\"\t1,250.5\tm\t20\t5\n", DecimalMark::Point);
    assert!(!plain.has_header);
    assert_eq!(cells(&plain)[1], ["pipe 2\"", "", "1,250.5", "m", "20", "5", "", ""]);
    let coded = told("10023\tLeg\t4\tpcs\n10024\tTop\t1\tpcs\n", DecimalMark::Point);
    assert_eq!(cells(&coded)[0], ["10023", "Leg", "4", "pcs", "", "", "", ""]);
    let counted = told("1.\tLEG\t4\n2.\tTOP\t1\n", DecimalMark::Point);
    assert_eq!(
        (cells(&counted)[1], counted.left_out.clone()),
        (["TOP", "", "1", "", "", "", "", ""], vec!["1".to_owned()])
    );
    let single = told("LEG\nTOP\n", DecimalMark::Point);
    assert_eq!(cells(&single)[1], ["TOP", "", "", "", "", "", "", ""]);
}

#[test]
fn quoted_cells_keep_their_tabs_and_lines_and_a_lone_quote_is_a_sign() {
    let quoted = told("LEG\t4\t\t\t\t\t\"left\nside\"\n\nTOP\t1\n", DecimalMark::Point);
    assert_eq!((cells(&quoted)[0][7], quoted.rows[1].row), ("left\nside", 4));
    let lone = told("\"LEG\t4\nTOP\t1\n", DecimalMark::Point);
    assert_eq!((lone.rows.len(), lone.rows[0].component.as_str()), (2, "\"LEG"));
    assert_eq!(read(" \n", DecimalMark::Point).unwrap_err().code().code, codes::FILE_UNREADABLE.code);
}

/// A draft and what can be pasted into it.
struct Draft {
    bom: BomView,
    piece: UnitView,
    metre: UnitView,
    leg: ProductView,
    tube: ProductView,
}

async fn draft(app: &TestApp) -> Draft {
    let (admin, make) = (app.admin(), app.factory());
    let piece = make.unit().await;
    let metre = UnitInput { code: "m".to_owned(), name: "Metre".to_owned(), ..make.unit_input().await };
    let metre = admin.post::<CreateUnit>(&metre).await.ok();
    let mut leg = make.product_input(piece.id);
    (leg.code, leg.name, leg.barcode) = ("LEG-40".to_owned(), "Leg, welded".to_owned(), Some("594001".to_owned()));
    let leg = admin.post::<CreateProduct>(&leg).await.ok();
    let mut tube = make.product_input(metre.id);
    (tube.code, tube.name) = ("TUBE-40".to_owned(), "Steel tube".to_owned());
    let tube = admin.post::<CreateProduct>(&tube).await.ok();
    let table = make.product(piece.id).await;
    let routing = make.routing(make.work_center().await.id).await;
    let bom = admin.post::<CreateBom>(&make.bom_input(table.id, &[(leg.id, 4)], routing.id)).await.ok();
    Draft { bom, piece, metre, leg, tube }
}

async fn pasted(app: &TestApp, draft: &Draft, text: &str, decimal_mark: DecimalMark) -> BomPasteReport {
    let input = BomPasteInput { text: Some(text.to_owned()), rows: Vec::new(), decimal_mark, replaces: false };
    app.admin().call::<CheckBomPaste>(&IdPath { id: draft.bom.id }, &Empty {}, &input).await.ok()
}

fn problems(row: &BomPasteRow) -> Vec<(Field, Kind, bool)> {
    row.problems.iter().map(|problem| (problem.field, problem.code, problem.blocks)).collect()
}

#[tokio::test]
async fn right_rows_become_lines_that_the_draft_takes() {
    let app = TestApp::new().await;
    let draft = draft(&app).await;
    let text = "Cod\tCantitate\tUM\tOperație\tPierdere\tFix\tNotă\n\
         TUBE-40\t1.250,5\tmetri\t10\t2,5 %\tnu\tlucioasă\n594001\t2\t\tultima\t\tda\t\nSteel tube\t1\tm\t\t\t\t\n";
    let report = pasted(&app, &draft, text, DecimalMark::Comma).await;
    assert_eq!(
        report.rows.iter().map(problems).collect::<Vec<_>>(),
        [
            vec![],
            vec![(Field::Component, Kind::ComponentInLines, false)],
            vec![(Field::Component, Kind::ComponentRepeated, false)],
        ]
    );
    assert_eq!(report.rows[2].problems[0].other_row, Some(2));
    let lines: Vec<_> = report.rows.iter().map(|row| row.line.clone().unwrap()).collect();
    assert_eq!(
        (lines[0].component_id, lines[0].quantity, lines[0].unit_id),
        (draft.tube.id, dec!(1250.5), Some(draft.metre.id))
    );
    assert_eq!(
        (lines[0].operation_sequence, lines[0].loss_percent, lines[0].note.as_str()),
        (Some(10), dec!(2.5), "lucioasă")
    );
    assert_eq!(
        (lines[1].component_id, lines[1].unit_id, lines[1].is_fixed),
        (draft.leg.id, Some(draft.piece.id), true)
    );
    assert_eq!(lines[2].component_id, draft.tube.id);
    let path = IdPath { id: draft.bom.id };
    let input = BomInput { lines, ..app.factory().bom_input(draft.bom.product_id, &[], draft.bom.routing_id.unwrap()) };
    let body = Patch::whole(&BomInput { code: Some(draft.bom.code.clone()), ..input });
    let saved = app.admin().call_at::<UpdateBom>(&path, draft.bom.version, &body).await.ok();
    assert_eq!(saved.lines.len(), 3);
    app.finish().await;
}

#[tokio::test]
async fn every_wrong_cell_is_told_with_what_it_could_say() {
    let app = TestApp::new().await;
    let draft = draft(&app).await;
    let table = app.admin().get::<mrp_api::products::GetProduct>(&IdPath { id: draft.bom.product_id }).await.ok();
    let text = format!(
        "TUBE-4O\t1\nTUBE-40\t0\tpcs-none\nTUBE-40\ttwo\t{}\t99\t100\tmaybe\n{}\t1\n\t3\n",
        draft.piece.code, table.code
    );
    let report = pasted(&app, &draft, &text, DecimalMark::Point).await;
    assert_eq!(
        report.rows.iter().map(problems).collect::<Vec<_>>(),
        [
            vec![(Field::Component, Kind::ComponentUnknown, true)],
            vec![(Field::Quantity, Kind::QuantityNotPositive, true), (Field::Unit, Kind::UnitUnknown, true)],
            vec![
                (Field::Component, Kind::ComponentRepeated, false),
                (Field::Quantity, Kind::QuantityNotANumber, true),
                (Field::Unit, Kind::UnitCategoryDiffers, true),
                (Field::Operation, Kind::OperationUnknown, true),
                (Field::Loss, Kind::LossUnusable, true),
                (Field::Fixed, Kind::FixedUnusable, true),
            ],
            vec![(Field::Component, Kind::ComponentIsProduct, true)],
            vec![(Field::Component, Kind::ComponentMissing, true)],
        ]
    );
    assert!(report.rows.iter().all(|row| row.line.is_none()));
    let choices = |row: usize, at: usize| {
        report.rows[row].problems[at].choices.iter().map(|c| c.text.clone()).collect::<Vec<_>>()
    };
    assert_eq!(choices(2, 2), ["m"]);
    assert_eq!(choices(2, 3), ["10"]);

    let query = SimilarProductQuery { text: "TUBE-4O".to_owned() };
    let near = app.admin().call::<ListSimilarProducts>(&Empty {}, &query, &Empty {}).await.ok();
    assert_eq!(near.items.first().map(|item| item.code.as_str()), Some("TUBE-40"));
    app.finish().await;
}

#[tokio::test]
async fn a_corrected_row_is_checked_again_without_the_text() {
    let app = TestApp::new().await;
    let draft = draft(&app).await;
    let mut rows: Vec<_> =
        pasted(&app, &draft, "TUBE\t1\n", DecimalMark::Point).await.rows.into_iter().map(|row| row.cells).collect();
    rows[0].component = "TUBE-40".to_owned();
    let input = BomPasteInput { text: None, rows, decimal_mark: DecimalMark::Point, replaces: true };
    let path = IdPath { id: draft.bom.id };
    let report = app.admin().call::<CheckBomPaste>(&path, &Empty {}, &input).await.ok();
    assert_eq!(report.rows[0].line.as_ref().map(|line| line.component_id), Some(draft.tube.id));

    app.admin().call_at::<ValidateBom>(&path, draft.bom.version, &ValidateBomInput::default()).await.ok();
    app.admin().call::<CheckBomPaste>(&path, &Empty {}, &input).await.refused_with(&codes::BOM_IMMUTABLE);
    app.finish().await;
}

#[tokio::test]
async fn five_hundred_rows_are_checked_at_once() {
    let app = TestApp::new().await;
    let draft = draft(&app).await;
    let text: String = (0..500).map(|row| format!("TUBE-40\t{}\tm\t10\t5\tno\tpiece {row}\n", row + 1)).collect();
    let report = pasted(&app, &draft, &text, DecimalMark::Point).await;
    assert_eq!(report.rows.iter().filter(|row| row.line.is_some()).count(), 500);
    let too_many: String = "TUBE-40\t1\n".repeat(5_001);
    let input =
        BomPasteInput { text: Some(too_many), rows: Vec::new(), decimal_mark: DecimalMark::Point, replaces: false };
    let path = IdPath { id: draft.bom.id };
    app.admin().call::<CheckBomPaste>(&path, &Empty {}, &input).await.refused_with(&codes::FILE_UNREADABLE);
    app.finish().await;
}
