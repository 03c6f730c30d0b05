//! Master data out of the system and back into it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use mrp_api::access::Role;
use mrp_api::boms::{BomQuery, ListBoms};
use mrp_api::data_files::{
    DataFileFormat, DataFileKind as Kind, DataFilePath, DataFileView, DataImportInput, DataImportPath,
    DataImportReport, ExportDataFile, ExportQuery, GetDataImportProgress, ImportDataFile,
};
use mrp_api::endpoint::{Empty, IdPath};
use mrp_api::error as codes;
use mrp_api::products::{CreateProduct, GetProduct, ListProducts, ProductInput, ProductQuery};
use mrp_api::stock::{ListStock, ListStockMoves, StockMoveQuery, StockQuery};
use mrp_api::variants::MakeVariants;
use mrp_api::work_centers::{GetWorkCenter, ListWorkCenters, WorkCenterQuery};
use mrp_test_support::app::TestApp;
use mrp_test_support::client::{Answer, Client};
use rust_decimal_macros::dec;

async fn export(client: &Client, kind: Kind, format: DataFileFormat) -> Vec<u8> {
    let query = ExportQuery { format: Some(format), template: None, of: None };
    let file: DataFileView = client.call::<ExportDataFile>(&DataFilePath { kind }, &query, &Empty {}).await.ok();
    STANDARD.decode(file.content_base64).unwrap()
}

async fn csv(client: &Client, kind: Kind) -> String {
    let bytes = export(client, kind, DataFileFormat::Csv).await;
    String::from_utf8(bytes).unwrap().trim_start_matches('\u{feff}').to_owned()
}

async fn send(client: &Client, kind: Kind, content: &[u8], dry_run: bool, skip_bad: bool) -> Answer<DataImportReport> {
    let body = DataImportInput { content_base64: STANDARD.encode(content), dry_run, skip_bad, progress_id: None };
    client.call::<ImportDataFile>(&DataFilePath { kind }, &Empty {}, &body).await
}

async fn import(client: &Client, kind: Kind, text: &str) -> DataImportReport {
    send(client, kind, text.as_bytes(), false, false).await.ok()
}

/// Everything there is of each kind, with references in all directions.
async fn furnished(app: &TestApp) {
    let make = app.factory();
    let shop = make.workshop().await;
    make.stock_for(&shop, 3).await;
    make.shop_closure().await;
    make.loss_reason().await;
    make.work_schedule().await;
    make.supplier_price(make.supplier().await.id, &shop.leg).await;
    let mut input = make.work_center_input(Some(&make.work_schedule().await));
    input.alternative_ids = vec![make.work_center().await.id, make.work_center().await.id];
    app.admin().post::<mrp_api::work_centers::CreateWorkCenter>(&input).await.ok();
    // A template with its variants, and a recipe with a line for one of them.
    let template = make.template().await;
    app.admin().call::<MakeVariants>(&IdPath { id: template.id }, &Empty {}, &Empty {}).await.ok();
    let (board, paint) = (make.product(template.unit_id).await.id, make.product(template.unit_id).await.id);
    let routing = make.routing(make.work_center().await.id).await.id;
    let mut recipe = make.bom_input(template.id, &[(board, 1), (paint, 2)], routing);
    recipe.lines[1].applies_to = vec![template.attribute_value_ids[0]];
    app.admin().post::<mrp_api::boms::CreateBom>(&recipe).await.ok();
}

/// What a list shows with these parameters: how many records, and the file.
async fn shown(client: &Client, kind: Kind, of: &str) -> (u64, String) {
    let query = ExportQuery { of: Some(of.to_owned()), ..ExportQuery::default() };
    let file = client.call::<ExportDataFile>(&DataFilePath { kind }, &query, &Empty {}).await.ok();
    (file.record_count.unwrap(), String::from_utf8(STANDARD.decode(file.content_base64).unwrap()).unwrap())
}

#[tokio::test]
async fn a_file_holds_what_the_list_shows_and_says_how_many_records_that_are() {
    let app = TestApp::new().await;
    let (admin, make) = (app.admin(), app.factory());
    let unit = make.unit().await.id;
    for (name, can_be_made) in [("Steel frame", true), ("Steel tube", false), ("Oak board", false)] {
        let input = ProductInput { name: name.to_owned(), can_be_made, ..make.product_input(unit) };
        admin.post::<CreateProduct>(&input).await.ok();
    }
    let of = async |query: &str| {
        let (count, text) = shown(&admin, Kind::Products, query).await;
        let names = ["Steel frame", "Steel tube", "Oak board"].map(|name| text.contains(name));
        (count, names)
    };
    assert_eq!(of("").await, (3, [true, true, true]));
    assert_eq!(of("q=steel").await, (2, [true, true, false]));
    assert_eq!(of("q=steel&can_be_made=true&sort=-name&limit=1").await, (1, [true, false, false]));
    assert_eq!(of("q=glass").await, (0, [false, false, false]));
    let query = ExportQuery { of: Some("no_such_filter=1".to_owned()), ..ExportQuery::default() };
    let path = DataFilePath { kind: Kind::Products };
    admin.call::<ExportDataFile>(&path, &query, &Empty {}).await.refused_with(&codes::MALFORMED_QUERY);
    app.finish().await;
}

#[tokio::test]
async fn a_count_sheet_can_be_of_one_warehouse() {
    let app = TestApp::new().await;
    let make = app.factory();
    let product = make.product(make.unit().await.id).await;
    let (one, other) = (make.warehouse().await, make.warehouse().await);
    for place in [&one, &other] {
        make.receipt(place.id, &[(product.id, 5)]).await;
    }
    let (count, text) = shown(&app.admin(), Kind::Stock, &format!("warehouse_id={}", one.id)).await;
    assert_eq!((count, text.contains(&one.code), text.contains(&other.code)), (1, true, false));
    assert_eq!(shown(&app.admin(), Kind::Stock, "").await.0, 2);
    app.finish().await;
}

#[tokio::test]
async fn what_was_exported_changes_nothing_when_it_is_imported() {
    let app = TestApp::new().await;
    furnished(&app).await;
    let admin = app.admin();
    for kind in Kind::ALL {
        for format in DataFileFormat::ALL {
            let file = export(&admin, *kind, *format).await;
            let report = send(&admin, *kind, &file, false, false).await.ok();
            assert_eq!(report.problems, [], "{kind} as {format}");
            assert!(report.unchanged > 0, "there are {kind}");
            assert_eq!((report.created, report.updated, report.is_written), (0, 0, false), "{kind} as {format}");
        }
    }
    app.finish().await;
}

#[tokio::test]
async fn what_was_exported_makes_the_same_records_in_an_empty_system() {
    let (from, to) = (TestApp::new().await, TestApp::new().await);
    furnished(&from).await;
    for kind in Kind::ALL {
        let file = csv(&from.admin(), *kind).await;
        let report = import(&to.admin(), *kind, &file).await;
        assert_eq!(report.problems, [], "{kind}");
        assert_eq!(csv(&to.admin(), *kind).await, file, "{kind}");
    }
    from.finish().await;
    to.finish().await;
}

#[tokio::test]
async fn a_dry_run_says_what_an_import_does_and_writes_nothing() {
    let app = TestApp::new().await;
    let (admin, unit) = (app.admin(), app.factory().unit().await);
    let text = format!("code;name;unit;standard_cost\nLEG;Leg;{0};12,5\nTOP;Top;{0};\n", unit.code);
    let told = send(&admin, Kind::Products, text.as_bytes(), true, false).await.ok();
    assert_eq!((told.row_count, told.created, told.is_importable, told.is_written), (2, 2, true, false));
    let products = admin.list::<ListProducts>(&ProductQuery::default()).await.ok();
    assert_eq!(products.total, 0);
    let done = import(&admin, Kind::Products, &text).await;
    assert_eq!(done, DataImportReport { is_written: true, ..told });
    let query = ProductQuery { q: Some("LEG".to_owned()), ..ProductQuery::default() };
    let leg = admin.list::<ListProducts>(&query).await.ok().items.remove(0);
    assert_eq!(leg.standard_cost, Some(rust_decimal_macros::dec!(12.5)));
    app.finish().await;
}

#[tokio::test]
async fn a_column_that_is_not_in_the_file_stays_as_it_is() {
    let app = TestApp::new().await;
    let (admin, make) = (app.admin(), app.factory());
    let before = make.product(make.unit().await.id).await;
    let report = import(&admin, Kind::Products, &format!("code,name\n{},Renamed\n", before.code)).await;
    assert_eq!((report.updated, report.created), (1, 0));
    let after = admin.get::<GetProduct>(&IdPath { id: before.id }).await.ok();
    assert_eq!(after.name, "Renamed");
    assert_eq!(after.version, before.version + 1);
    assert_eq!((after.standard_cost, after.unit_id), (before.standard_cost, before.unit_id));
    app.finish().await;
}

#[tokio::test]
async fn each_bad_cell_is_told_with_its_row_and_column() {
    let app = TestApp::new().await;
    let (admin, unit) = (app.admin(), app.factory().unit().await);
    let text = format!(
        "code,name,unit,product_type,standard_cost,active\nA,,{0},storable,1,true\n,B,{0},storable,1,true\n\
         C,C,furlong,thing,\"1,234\",perhaps\nD,D,{0},storable,-1,true\nD,D,{0},storable,1,true\n",
        unit.code
    );
    let report = import(&admin, Kind::Products, &text).await;
    let told: Vec<(u64, &str, &str)> = report
        .problems
        .iter()
        .map(|problem| (problem.row, problem.column.as_deref().unwrap_or("-"), problem.code.as_str()))
        .collect();
    let expected = [
        (2, "name", "value_invalid"),
        (3, "code", "value_missing"),
        (4, "unit", "reference_unknown"),
        (4, "product_type", "value_invalid"),
        (4, "standard_cost", "value_invalid"),
        (4, "active", "value_invalid"),
        (5, "standard_cost", "value_invalid"),
        (6, "-", "value_taken"),
    ];
    assert_eq!(told, expected);
    assert_eq!((report.is_importable, report.is_written), (false, false));
    app.finish().await;
}

#[tokio::test]
async fn bad_records_stop_all_of_them_unless_they_may_be_skipped() {
    let app = TestApp::new().await;
    let (admin, unit) = (app.admin(), app.factory().unit().await);
    let text = format!("code,name,unit\nA,A,{0}\nB,B,none\nC,C,{0}\nA,Again,{0}\n", unit.code);
    let report = import(&admin, Kind::Products, &text).await;
    assert_eq!((report.created, report.refused, report.is_written), (2, 2, false));
    assert_eq!(admin.list::<ListProducts>(&ProductQuery::default()).await.ok().total, 0);
    let report = send(&admin, Kind::Products, text.as_bytes(), false, true).await.ok();
    assert_eq!((report.created, report.refused, report.is_written), (2, 2, true));
    assert_eq!(admin.list::<ListProducts>(&ProductQuery::default()).await.ok().total, 2);
    app.finish().await;
}

#[tokio::test]
async fn a_row_that_repeats_a_record_names_the_row_that_it_repeats() {
    let app = TestApp::new().await;
    let (admin, unit) = (app.admin(), app.factory().unit().await);
    let text = |rows: &str| format!("code,name,unit\n{rows}").replace("pcs", &unit.code);
    import(&admin, Kind::Products, &text("A,A,pcs\n")).await;
    // Twice an existing record, twice a new one, and others around them that are right.
    let rows = "B,B,pcs\nA,A2,pcs\nC,C,pcs\nA,A3,pcs\nC,C2,pcs\n";
    let report = send(&admin, Kind::Products, text(rows).as_bytes(), false, true).await.ok();
    let told: Vec<_> = report.problems.iter().map(|problem| (problem.row, problem.detail.as_str())).collect();
    assert_eq!(told, [(5, "row 3 describes the same record"), (6, "row 4 describes the same record")]);
    assert_eq!((report.created, report.updated, report.refused), (2, 1, 2));
    let products = admin.list::<ListProducts>(&ProductQuery::default()).await.ok().items;
    let names: Vec<_> = products.iter().map(|product| product.name.as_str()).collect();
    assert_eq!(names, ["A2", "B", "C"]);
    app.finish().await;
}

#[tokio::test]
async fn new_records_that_cannot_be_written_together_are_told_one_by_one() {
    let app = TestApp::new().await;
    let (admin, unit) = (app.admin(), app.factory().unit().await);
    let text = format!("code,name,unit,barcode\nA,A,{0},111\nB,B,{0},222\nC,C,{0},111\nD,D,{0},\n", unit.code);
    let report = send(&admin, Kind::Products, text.as_bytes(), false, true).await.ok();
    let told: Vec<_> = report.problems.iter().map(|problem| (problem.row, problem.code.as_str())).collect();
    assert_eq!(told, [(4, codes::VALUE_TAKEN.code)]);
    assert_eq!((report.created, report.refused, report.is_written), (3, 1, true));
    app.finish().await;
}

#[tokio::test]
async fn new_work_centers_may_name_each_other_and_never_one_that_was_refused() {
    let app = TestApp::new().await;
    let admin = app.admin();
    let text = "code,name,alternatives\nL1,Laser 1,L2\nL2,Laser 2,L1\nS1,Saw 1,S2\nS2,,S1\n";
    let report = send(&admin, Kind::WorkCenters, text.as_bytes(), false, true).await.ok();
    assert_eq!((report.created, report.refused), (2, 2), "{:?}", report.problems);
    let made = admin.list::<ListWorkCenters>(&WorkCenterQuery::default()).await.ok().items;
    let laser = |code: &str| made.iter().find(|center| center.code == code).unwrap();
    assert_eq!(laser("L1").alternative_ids, [laser("L2").id]);
    assert_eq!(laser("L2").alternative_ids, [laser("L1").id]);
    let same = admin.get::<GetWorkCenter>(&IdPath { id: laser("L1").id }).await.ok();
    assert_eq!(same.efficiency_percent, rust_decimal_macros::dec!(100));
    app.finish().await;
}

#[tokio::test]
async fn a_change_of_a_validated_bill_of_materials_is_its_next_draft() {
    let app = TestApp::new().await;
    let admin = app.admin();
    app.factory().workshop().await;
    let file = csv(&admin, Kind::Boms).await;
    let header = file.lines().next().unwrap().to_owned();
    let place = header.split(',').position(|name| name == "line.quantity").unwrap();
    let mut lines: Vec<String> = file.lines().map(str::to_owned).collect();
    let mut cells: Vec<&str> = lines[1].split(',').collect();
    cells[place] = "7";
    lines[1] = cells.join(",");
    let report = import(&admin, Kind::Boms, &lines.join("\n")).await;
    assert_eq!((report.updated, report.created, report.problems.len()), (1, 0, 0));
    let revisions = admin.list::<ListBoms>(&BomQuery::default()).await.ok().items;
    let states: Vec<(u32, &str)> = revisions.iter().map(|bom| (bom.revision, bom.state.as_str())).collect();
    assert!(states.contains(&(1, "validated")) && states.contains(&(2, "draft")), "{states:?}");
    assert!(csv(&admin, Kind::Boms).await.lines().nth(1).unwrap().contains(",7,"));
    let again = import(&admin, Kind::Boms, &lines.join("\n")).await;
    assert_eq!((again.updated, again.unchanged), (0, 1));
    app.finish().await;
}

#[tokio::test]
async fn costs_stay_with_those_who_may_read_them() {
    let app = TestApp::new().await;
    furnished(&app).await;
    let viewer = app.as_role(Role::Viewer);
    let seen = csv(&viewer, Kind::Products).await;
    assert!(!seen.contains("standard_cost"), "{seen}");
    assert!(csv(&app.admin(), Kind::Products).await.contains("standard_cost"));
    assert!(!csv(&viewer, Kind::WorkCenters).await.contains("costs_hour"));
    app.finish().await;
}

#[tokio::test]
async fn a_file_needs_the_permission_to_change_its_records() {
    let app = TestApp::new().await;
    let planner = app.as_role(Role::Planner);
    send(&planner, Kind::Warehouses, b"code,name\nW,W\n", false, false).await.refused_with(&codes::PERMISSION_DENIED);
    send(&planner, Kind::WorkCenters, b"code,name\nW,W\n", false, false).await.ok();
    app.finish().await;
}

#[tokio::test]
async fn a_file_that_is_none_or_has_strange_columns_is_refused_whole() {
    let app = TestApp::new().await;
    let admin = app.admin();
    for bad in
        [&b""[..], b"code,colour\nA,red\n", b"name\nA\n", b"code,code\nA,B\n", b"PK\x03\x04not a workbook", b"\0\0\0"]
    {
        send(&admin, Kind::Products, bad, false, false).await.refused_with(&codes::FILE_UNREADABLE);
    }
    app.finish().await;
}

#[tokio::test]
async fn a_count_sheet_sets_stock_to_what_was_counted() {
    let app = TestApp::new().await;
    let (admin, make) = (app.admin(), app.factory());
    let shop = make.workshop().await;
    make.stock_for(&shop, 3).await;
    let (board, leg, foot) = (&shop.board, &shop.leg, make.product(shop.unit.id).await);
    let other = make.warehouse().await;
    let place = shop.warehouse.code.as_str();
    let sheet = csv(&admin, Kind::Stock).await;
    assert_eq!(sheet.lines().count(), 3, "{sheet}");

    // A leg less, feet that nobody knew of with what they are worth, boards as booked, feet of the other place.
    let (leg, foot, board) = (&leg.code, &foot.code, &board.code);
    let text = format!(
        "product,warehouse,qty_counted,unit_cost,note\n{leg},{place},11,,lost one\n{foot},{place},40,2.5,\n\
         {board},{place},3,,\n{foot},{},5,2.5,\n",
        other.code
    );
    let told = send(&admin, Kind::Stock, text.as_bytes(), true, false).await.ok();
    assert_eq!((told.created, told.updated, told.unchanged, told.is_written), (2, 1, 1, false));
    assert_eq!(csv(&admin, Kind::Stock).await, sheet, "a check moves nothing");
    let done = import(&admin, Kind::Stock, &text).await;
    assert_eq!(done, DataImportReport { is_written: true, ..told });
    let stock = admin.list::<ListStock>(&StockQuery::default()).await.ok().items;
    let of = |code: &str| {
        let rows = stock.iter().filter(|row| row.product_code == code);
        let mut found: Vec<_> = rows.map(|row| (row.qty_on_hand, row.unit_cost)).collect();
        found.sort();
        found
    };
    assert_eq!(of(leg).first().map(|row| row.0), Some(dec!(11)));
    assert_eq!(of(foot), [(dec!(5), Some(dec!(2.5))), (dec!(40), Some(dec!(2.5)))]);
    let moves = admin.list::<ListStockMoves>(&StockMoveQuery::default()).await.ok().items;
    assert!(moves.iter().any(|one| one.reason == "lost one" && one.quantity == dec!(1)), "{moves:?}");
    let again = import(&admin, Kind::Stock, &text).await;
    assert_eq!((again.unchanged, again.is_written), (4, false));
    app.finish().await;
}

#[tokio::test]
async fn a_count_sheet_counts_lot_by_lot_and_brings_new_ones() {
    let app = TestApp::new().await;
    let (admin, make) = (app.admin(), app.factory());
    let (unit, place) = (make.unit().await.id, make.warehouse().await.code);
    let powder = make.tracked(unit, mrp_domain::product::Tracking::Lot).await.code;
    let head = "product,warehouse,lot_number,expires_on,qty_counted,unit_cost\n";
    let text = format!("{head}{powder},{place},A,2099-01-31,5,2\n{powder},{place},B,,7,2\n");
    let done = import(&admin, Kind::Stock, &text).await;
    assert_eq!((done.created, done.is_written), (2, true), "{done:?}");
    let again = import(&admin, Kind::Stock, &csv(&admin, Kind::Stock).await).await;
    assert_eq!((again.unchanged, again.is_written), (2, false), "{again:?}");
    let less = import(&admin, Kind::Stock, &format!("{head}{powder},{place},A,,4,\n")).await;
    assert_eq!((less.updated, less.is_written), (1, true), "{less:?}");
    let stock = admin.list::<ListStock>(&StockQuery::default()).await.ok().items;
    let mut lots: Vec<_> = stock.iter().map(|row| (row.lot_number.clone().unwrap(), row.qty_on_hand)).collect();
    lots.sort();
    assert_eq!(lots, [("A".to_owned(), dec!(4)), ("B".to_owned(), dec!(7))]);

    // A sheet of one lot holds that lot, and so does what a search for its number finds.
    let of_a = stock.iter().find(|row| row.lot_number.as_deref() == Some("A")).unwrap();
    let one = shown(&admin, Kind::Stock, &format!("lot_id={}", of_a.lot_id.unwrap())).await;
    assert_eq!((one.0, one.1.lines().count(), one.1.contains(",A,"), one.1.contains(",B,")), (1, 2, true, false));
    let other = shown(&admin, Kind::Stock, &format!("q={powder}%20B")).await;
    assert_eq!((other.0, other.1.contains(",B,")), (1, true), "{}", other.1);
    app.finish().await;
}

#[tokio::test]
async fn a_count_sheet_with_faults_names_them_and_moves_nothing() {
    let app = TestApp::new().await;
    let (admin, make) = (app.admin(), app.factory());
    let shop = make.workshop().await;
    make.stock_for(&shop, 3).await;
    make.confirmed_order(&shop, 2).await;
    let before = csv(&admin, Kind::Stock).await;
    let (board, leg, place) = (&shop.board.code, &shop.leg.code, &shop.warehouse.code);
    let text = format!(
        "product,warehouse,qty_counted\n{board},{place},1\n{leg},{place},2.5\n{leg},NOWHERE,2\nNOTHING,{place},2\n\
         {board},{place},7\n{leg},{place},-1\n"
    );
    let report = import(&admin, Kind::Stock, &text).await;
    let told: Vec<_> =
        report.problems.iter().map(|problem| (problem.row, problem.column.as_deref(), problem.code.as_str())).collect();
    let expected = [
        (2, None, "stock_reserved"),
        (3, Some("qty_counted"), "value_invalid"),
        (4, Some("warehouse"), "reference_unknown"),
        (5, Some("product"), "reference_unknown"),
        (6, None, "value_taken"),
        (7, None, "value_taken"),
    ];
    assert_eq!(told, expected);
    assert!(!report.is_written);
    assert_eq!(csv(&admin, Kind::Stock).await, before);
    let planner = app.as_role(Role::Planner);
    send(&planner, Kind::Stock, text.as_bytes(), true, false).await.refused_with(&codes::PERMISSION_DENIED);
    app.finish().await;
}

#[tokio::test]
async fn who_waits_for_an_import_is_told_how_far_it_is() {
    let app = TestApp::new().await;
    let (admin, unit) = (app.admin(), app.factory().unit().await);
    let rows = (0..4_000).map(|number| format!("P{number},Product {number},{}\n", unit.code));
    let text: String = std::iter::once("code,name,unit\n".to_owned()).chain(rows).collect();
    let id = uuid::Uuid::now_v7();
    let body = DataImportInput {
        content_base64: STANDARD.encode(text),
        dry_run: false,
        skip_bad: false,
        progress_id: Some(id),
    };
    let (path, its) = (DataFilePath { kind: Kind::Products }, DataImportPath { id });
    let import = async { admin.call::<ImportDataFile>(&path, &Empty {}, &body).await.ok() };
    let mut import = std::pin::pin!(import);
    let mut seen = Vec::new();
    let report = loop {
        tokio::select! {
            report = &mut import => break report,
            answer = admin.get::<GetDataImportProgress>(&its) => {
                if answer.raw.status == 200 {
                    seen.push(answer.ok());
                }
            }
        }
    };
    assert_eq!(report.created, 4_000);
    assert!(seen.is_sorted_by_key(|progress| progress.row), "{seen:?}");
    assert!(seen.iter().any(|progress| progress.row > 1 && progress.last_row >= 4_001), "{seen:?}");
    admin.get::<GetDataImportProgress>(&its).await.refused_with(&codes::NOT_FOUND);
    app.finish().await;
}
