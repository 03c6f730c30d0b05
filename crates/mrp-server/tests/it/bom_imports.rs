//! Files of bills of materials with the dirt that real ones have.

use mrp_api::bom_imports::{
    BomImportField as Field, BomImportInput, BomImportProblemKind as Kind, BomImportReport, BomImportUnit,
    CheckBomImport, ImportBom,
};
use mrp_api::error as codes;
use mrp_server::import::columns::{self, ColumnsError};
use mrp_server::import::dialect::{self, DialectError, Table};
use mrp_server::import::rows::{self, Reading};
use mrp_test_support::app::TestApp;
use rust_decimal::Decimal;
use rust_decimal_macros::dec;

const MACHINE: &str = "Part Name,Quantity,Part Type,Optional,Note\r\nleg,2,FDM,,\r\nfeeder,-,FDM,Optional,Print in PETG.\r\n\
     belt,5,MISC,,Units in meters.\r\nhose,0.8,MISC,,\"Units in meters, bent.\"\r\n,3,MISC,,\r\n";
const BOARD: &str = "\"Comment\",\"Designator\",\"Footprint\",\"LCSC\"\n\"10u\",\"C1\",\"C_0805\",\"\"\n\
     \"10u\",\"C2,C3\",\"CP_EIA,big\",\"C7171\"\n\"LED\",\"D1,D2,D3\",\"LED_5050\",\"C114586\"\n";

fn table(text: &str) -> Table {
    dialect::read(text.as_bytes(), None).unwrap()
}

fn read(text: &str) -> Reading {
    let table = table(text);
    let columns = columns::find(&table.headers, &[]).unwrap();
    rows::read(&table, &columns, &[])
}

fn kinds(reading: &Reading) -> Vec<(Option<u64>, Kind)> {
    reading.problems.iter().map(|problem| (problem.row, problem.kind)).collect()
}

fn quantity_of(cell: &str) -> Result<Decimal, Kind> {
    let reading = read(&format!("part\tqty\nleg\t{cell}\n"));
    reading.rows.first().map(|row| row.quantity).ok_or_else(|| reading.problems[0].kind)
}

#[test]
fn what_is_no_quantity_is_reported_with_its_row_and_never_guessed() {
    let reading = read(MACHINE);
    let expected = [
        (Some(3), Kind::QuantityMissing),
        (Some(4), Kind::UnitInNote),
        (Some(5), Kind::UnitInNote),
        (Some(6), Kind::ComponentMissing),
    ];
    assert_eq!(kinds(&reading), expected);
    assert_eq!(reading.rows.iter().map(|row| row.quantity).collect::<Vec<_>>(), [dec!(2), dec!(5), dec!(0.8)]);
}

#[test]
fn quantities_are_read_exactly_or_not_at_all() {
    assert_eq!(quantity_of("0.125"), Ok(dec!(0.125)));
    assert_eq!(quantity_of("1,5"), Ok(dec!(1.5)));
    assert_eq!(quantity_of("0,125"), Ok(dec!(0.125)));
    assert_eq!(quantity_of("1,250"), Err(Kind::QuantityAmbiguous));
    assert_eq!(quantity_of("2 pcs"), Err(Kind::QuantityNotANumber));
    assert_eq!(quantity_of("1e3"), Err(Kind::QuantityNotANumber));
    assert_eq!(quantity_of("0"), Err(Kind::QuantityNotPositive));
    assert_eq!(quantity_of("-4"), Err(Kind::QuantityNotPositive));
    assert_eq!(quantity_of("99999999999999"), Err(Kind::QuantityOutOfRange));
    assert_eq!(quantity_of("?"), Err(Kind::QuantityMissing));
}

#[test]
fn designators_are_counted_and_equal_values_in_other_housings_stay_apart() {
    let reading = read(BOARD);
    assert_eq!(kinds(&reading), []);
    let found: Vec<_> = reading.rows.iter().map(|row| (row.component.as_str(), row.quantity)).collect();
    assert_eq!(found, [("10u C_0805", dec!(1)), ("10u CP_EIA,big", dec!(2)), ("LED LED_5050", dec!(3))]);
    assert_eq!(reading.rows[1].note, "Designator: C2,C3; LCSC: C7171");
}

#[test]
fn ranges_and_repeated_designators_are_told() {
    let reading = read("Value;RefDes\n10k;R1-R4\n22k;R7, R8\n1M;R8\n");
    assert_eq!(kinds(&reading), [(Some(2), Kind::DesignatorRange), (Some(4), Kind::DesignatorRepeated)]);
    let reading = read("Value;RefDes;Qty\n10k;R1,R2;3\n");
    assert_eq!(kinds(&reading), [(Some(2), Kind::DesignatorsDiffer)]);
}

#[test]
fn every_usual_dialect_gives_the_same_table() {
    let expected = table("Reper,Cantitate\nȚeavă 40×40,2\n").rows;
    for delimiter in [";", "\t", "|"] {
        assert_eq!(table(&format!("Reper{delimiter}Cantitate\r\n\"Țeavă 40×40\"{delimiter}2\r\n")).rows, expected);
    }
    let marked = table("\u{feff}Reper,Cantitate\nȚeavă 40×40,2");
    assert_eq!((marked.rows, marked.headers[0].as_str()), (expected.clone(), "Reper"));
    let text = "Reper,Cantitate\nȚeavă 40×40,2\n";
    let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(dialect::read(&little, None).unwrap().rows, expected);
    let big: Vec<u8> = [0xFE, 0xFF].into_iter().chain(text.encode_utf16().flat_map(u16::to_be_bytes)).collect();
    assert_eq!(dialect::read(&big, None).unwrap().rows, expected);
    assert_eq!(table("sep=;\nReper;Cantitate\nȚeavă 40×40;2\n").rows[0].number, 3);
    let rows = table("\r\npart,qty\r\n\r\n\"two\r\nlines\",1\r\nleg,2\r\n").rows;
    assert_eq!(rows.iter().map(|row| row.number).collect::<Vec<_>>(), [4, 6]);
}

#[test]
fn code_pages_are_told_apart_by_their_letters() {
    let central = dialect::read(b"Reper;Cantitate\n\xDEeav\xE3 p\xE3trat\xE3;2\n", None).unwrap();
    assert_eq!((central.encoding, central.rows[0].cells[0].as_str()), ("windows-1250", "Ţeavă pătrată"));
    let western = dialect::read(b"Part;Qty\nResistor 4.7 k\xB5 \xB15%;2\n", None).unwrap();
    assert_eq!((western.encoding, western.rows[0].cells[0].as_str()), ("windows-1252", "Resistor 4.7 kµ ±5%"));
}

#[test]
fn broken_files_are_refused_with_the_place() {
    let read = |bytes: &[u8]| dialect::read(bytes, None).unwrap_err();
    assert_eq!(read(b"part,qty\n\"leg,2\nfoot,1\n"), DialectError::OpenQuote { line: 2 });
    assert_eq!(read(b" \n\n"), DialectError::Empty);
    assert!(matches!(read(b"PK\x03\x04rest"), DialectError::NotText { .. }));
    assert!(matches!(dialect::read(b"a,b", Some("klingon")), Err(DialectError::UnknownEncoding { .. })));
    let rows = "leg,1\n".repeat(dialect::ROWS_MAX + 1);
    assert_eq!(read(format!("part,qty\n{rows}").as_bytes()), DialectError::TooManyRows);
    let headers = ["Foo".to_owned(), "Bar".to_owned()];
    assert!(matches!(columns::find(&headers, &[]), Err(ColumnsError::NoComponent { .. })));
    let told = [(Field::Component, "foo".to_owned()), (Field::Quantity, "Bar".to_owned())];
    assert_eq!(columns::find(&headers, &told).unwrap().place(Field::Quantity), Some(1));
}

#[test]
fn a_delimiter_inside_a_cell_shows_as_too_many_cells() {
    let reading = read("part,qty\nscrew, short,4\nleg,1\n");
    assert_eq!(reading.problems[0].kind, Kind::TooManyCells);
    assert_eq!(reading.rows.len(), 1);
}

fn input(product: &str, unit: &str, text: &str) -> BomImportInput {
    BomImportInput {
        text: Some(text.to_owned()),
        content_base64: None,
        encoding: None,
        product_code: product.to_owned(),
        product_name: None,
        bom_code: None,
        quantity_per_run: None,
        routing_id: None,
        columns: Vec::new(),
        units: Vec::new(),
        default_unit: Some(unit.to_owned()),
        skip_bad: false,
        merge_repeated: false,
        create_products: true,
    }
}

#[tokio::test]
async fn a_file_with_problems_writes_nothing_and_without_its_bad_rows_everything_else() {
    let app = TestApp::new().await;
    let (admin, make) = (app.admin(), app.factory());
    let (piece, metre) = (make.unit().await.code, make.unit().await.code);
    let mut input = input("MACHINE", &piece, MACHINE);
    input.units = ["belt", "hose"].map(|name| BomImportUnit { component: name.to_owned(), unit: metre.clone() }).into();

    let checked: BomImportReport = admin.post::<CheckBomImport>(&input).await.ok();
    assert!(!checked.is_importable);
    let told: Vec<_> = checked.problems.iter().map(|problem| (problem.row, problem.code, problem.blocks)).collect();
    assert_eq!(told, [(Some(3), Kind::QuantityMissing, true), (Some(6), Kind::ComponentMissing, true)]);
    admin.post::<ImportBom>(&input).await.refused_with(&codes::IMPORT_HAS_PROBLEMS);

    input.skip_bad = true;
    let checked = admin.post::<CheckBomImport>(&input).await.ok();
    assert_eq!((checked.is_importable, checked.new_products.len(), checked.bom_id), (true, 4, None));
    let imported = admin.post::<ImportBom>(&input).await.ok();
    assert_eq!((imported.lines.len(), imported.skipped_rows, imported.quantity_total), (3, 2, dec!(7.8)));
    let units: Vec<_> = imported.lines.iter().map(|line| line.unit_code.clone().unwrap()).collect();
    assert_eq!(units, [piece, metre.clone(), metre]);
    assert!(imported.bom_id.is_some());

    let again = admin.post::<CheckBomImport>(&input).await.ok();
    assert_eq!(again.new_products, Vec::<String>::new());
    app.finish().await;
}

#[tokio::test]
async fn a_hundred_thousand_rows_are_answered_with_a_code_and_leave_nothing() {
    let app = TestApp::new().await;
    let (admin, make) = (app.admin(), app.factory());
    let piece = make.unit().await.code;
    let rows: String = (0..dialect::ROWS_MAX).map(|number| format!("part-{number},1\n")).collect();
    let input = input("HUGE", &piece, &format!("part,qty\n{rows}"));
    let problem = admin.post::<ImportBom>(&input).await.problem();
    assert_eq!(problem.code, codes::IMPORT_HAS_PROBLEMS.code);
    assert_eq!(problem.errors.len(), 1);
    app.finish().await;
}

/// A file of this test's own, removed by whoever runs the tests with the rest of the temporary folder.
fn file_with(text: &str) -> std::path::PathBuf {
    let path = std::env::temp_dir().join(format!("bom-{}.csv", uuid::Uuid::now_v7().simple()));
    std::fs::write(&path, text).unwrap();
    path
}

#[tokio::test]
async fn an_import_from_the_command_line_is_written_on_somebodys_behalf() {
    let app = TestApp::new().await;
    let piece = app.factory().unit().await.code;
    let file = file_with("part,qty\nleg,4\n");
    let run = |who: &[&str]| {
        let program = std::process::Command::new(env!("CARGO_BIN_EXE_mrp-server"))
            .args(["import", "bom", file.to_str().unwrap(), "--product", "TABLE", "--default-unit", &piece])
            .args(["--create-products", "--database-url", app.database().url()])
            .args(who)
            .output()
            .unwrap();
        (program.status.success(), String::from_utf8_lossy(&program.stderr).into_owned())
    };
    assert!(run(&["--dry-run"]).0);
    for (who, refusal) in [
        (vec![], "--as <LOGIN>"),
        (vec!["--as", "nobody"], "there is no active user `nobody`"),
        (vec!["--as", "viewer"], "may not import"),
    ] {
        let (succeeded, told) = run(&who);
        assert!(!succeeded && told.contains(refusal), "{told}");
    }
    assert_eq!(run(&["--as", "Planner"]), (true, String::new()));
    let mut connection = app.store.connection().await.unwrap();
    let text = "SELECT count(*) FROM audit_log a JOIN user_account u ON u.id = a.user_id \
         WHERE a.action = 'import-bom' AND u.name = 'The planner'";
    let written = mrp_store::sql::sql(text).one::<mrp_store::sql::Count>(&mut connection).await.unwrap().count;
    assert_eq!(written, 3, "the bill of materials, the table and the leg");
    drop(connection);
    std::fs::remove_file(file).unwrap();
    app.finish().await;
}

#[tokio::test]
async fn broken_files_get_a_code_and_write_nothing() {
    let app = TestApp::new().await;
    let (admin, make) = (app.admin(), app.factory());
    let piece = make.unit().await.code;
    let with = |text: &str| input("TABLE", &piece, text);
    let mut in_no_encoding = with("part,qty\nleg,4\n");
    in_no_encoding.encoding = Some("klingon".to_owned());
    let mut not_base64 = with("");
    (not_base64.text, not_base64.content_base64) = (None, Some("not base64!".to_owned()));
    let mut twice = with("part,qty\nleg,4\n");
    twice.content_base64 = Some(String::new());
    let broken = [
        (with("part,qty\n\"leg,4\nfoot,1\n"), &codes::FILE_UNREADABLE),
        (with(""), &codes::FILE_UNREADABLE),
        (with("foo,bar\nleg,4\n"), &codes::FILE_UNREADABLE),
        (with("part;qty\nleg;1.000\n"), &codes::IMPORT_HAS_PROBLEMS),
        (with("part,qty\nscrew, short,4\n"), &codes::IMPORT_HAS_PROBLEMS),
        (in_no_encoding, &codes::FILE_UNREADABLE),
        (not_base64, &codes::FILE_UNREADABLE),
        (twice, &codes::FILE_UNREADABLE),
        (with(&"x".repeat(mrp_api::bom_imports::IMPORT_BYTES_MAX + 1)), &codes::BODY_TOO_LARGE),
        (with(&"x".repeat(10 * 1024 * 1024)), &codes::BODY_TOO_LARGE),
    ];
    for (input, code) in broken {
        admin.post::<ImportBom>(&input).await.refused_with(code);
    }
    let mut connection = app.store.connection().await.unwrap();
    let text = "SELECT (SELECT count(*) FROM product) + (SELECT count(*) FROM bom) AS count";
    let written = mrp_store::sql::sql(text).one::<mrp_store::sql::Count>(&mut connection).await.unwrap().count;
    assert_eq!(written, 0);
    drop(connection);
    app.finish().await;
}

#[tokio::test]
async fn a_spreadsheets_mark_semicolons_and_doubled_quotes_are_read_as_meant() {
    let app = TestApp::new().await;
    let piece = app.factory().unit().await.code;
    let file = input("TABLE", &piece, "\u{feff}part;qty\r\n\"leg \"\"long\"\"\";4\r\n");
    let report = app.admin().post::<ImportBom>(&file).await.ok();
    assert_eq!((report.delimiter.as_str(), report.headers.first().map(String::as_str)), (";", Some("part")));
    assert_eq!(report.lines.first().map(|line| line.component_code.as_str()), Some("leg \"long\""));
    app.finish().await;
}
