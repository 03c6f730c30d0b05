//! Files that nobody meant: whatever bytes come, readers answer with rows or a refusal, and never break down.
//!
//! Each test makes the same hundred files every time; `MRP_NOISE=20000` makes so many new ones. A failing one is shown.

use std::io::{Cursor, Read, Write};

use mrp_api::bom_pastes::DecimalMark;
use mrp_server::data_files::sheet::Sheet;
use mrp_server::import::{columns, dialect, pastes, rows};
use proptest::prelude::*;
use proptest::test_runner::{RngAlgorithm, TestCaseResult, TestRng, TestRunner};
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

/// Pieces that have broken readers of tables somewhere.
const PIECES: [&str; 38] = [
    "component",
    "quantity",
    "code",
    "name",
    "unit",
    "note",
    "Reference",
    "LED-1",
    "4",
    "1.234,56",
    "1,234.56",
    "-3",
    "1e400",
    "½",
    "٣",
    "12 kg",
    "R1-R99999999",
    "R1, R2..R5",
    "true",
    "2026-02-30",
    "=1+1",
    "\"",
    "\"\"",
    "'",
    ",",
    ";",
    "\t",
    "|",
    "\n",
    "\r\n",
    "\r",
    "\u{feff}",
    "\0",
    "\u{202e}",
    "ș",
    "𝄞",
    "sep=;",
    " ",
];

fn runner() -> TestRunner {
    let config = |cases| ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() };
    match std::env::var("MRP_NOISE").ok().and_then(|text| text.parse().ok()) {
        Some(cases) => TestRunner::new(config(cases)),
        None => TestRunner::new_with_rng(config(100), TestRng::deterministic_rng(RngAlgorithm::ChaCha)),
    }
}

fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        8 => prop::sample::select(&PIECES[..]).prop_map(str::to_owned),
        1 => "\\PC{0,40}",
        1 => (1_usize..30_000).prop_map(|length| "x".repeat(length)),
    ];
    prop::collection::vec(piece, 0..120).prop_map(|pieces| pieces.concat())
}

/// Reads it in every way that a file is read. Only rows or a refusal may come of it.
fn read(bytes: &[u8]) -> TestCaseResult {
    if let Ok(sheet) = Sheet::open(bytes) {
        let rows = sheet.rows().map_while(Result::ok);
        let rising = rows.map(|row| row.number).collect::<Vec<_>>();
        prop_assert!(rising.is_sorted(), "rows stand in their order");
        prop_assert!(rising.last().is_none_or(|last| *last <= sheet.last_row()), "the last row is the last");
    }
    if let Ok(table) = dialect::read(bytes, None)
        && let Ok(columns) = columns::find(&table.headers, &[])
    {
        let reading = rows::read(&table, &columns, &[]);
        prop_assert!(reading.rows.len() <= table.rows.len(), "no row is made up");
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        for mark in [DecimalMark::Point, DecimalMark::Comma] {
            drop(pastes::read(text, mark));
        }
    }
    Ok(())
}

#[test]
fn any_bytes_are_rows_or_a_refusal() {
    let bytes = prop::collection::vec(any::<u8>(), 0..2_000);
    runner().run(&bytes, |bytes| read(&bytes)).unwrap();
}

#[test]
fn any_text_is_rows_or_a_refusal() {
    runner().run(&text(), |text| read(text.as_bytes())).unwrap();
}

#[test]
fn text_in_any_encoding_is_rows_or_a_refusal() {
    let wide = text().prop_map(|text| {
        let units = text.encode_utf16().flat_map(u16::to_le_bytes);
        [0xff, 0xfe].into_iter().chain(units).collect::<Vec<u8>>()
    });
    runner().run(&wide, |bytes| read(&bytes)).unwrap();
}

/// A workbook with parts of its sheet, its texts and its styles spoilt.
#[test]
fn a_spoilt_workbook_is_rows_or_a_refusal() {
    let headers = mrp_server::data_files::columns::of::<mrp_api::warehouses::WarehouseInput, ()>(None);
    let lines = [vec!["WH".to_owned(), "Main".to_owned(), "true".to_owned()]];
    let format = mrp_api::data_files::DataFileFormat::Xlsx;
    let good = mrp_server::data_files::sheet::write(format, "warehouses", &headers, &lines).unwrap();
    let pieces =
        ["<", ">", "\"", "999999999999", "r=\"XFD1048576\"", "<c/>", "<v>", "]]>", "&#0;", "t=\"s\"", "-1", "é"];
    let change = (0_usize..4, 0.0..1.0_f64, 0_usize..60, prop::sample::select(pieces.to_vec()));
    let changes = prop::collection::vec(change, 1..8);
    runner()
        .run(&changes, |changes| {
            read(&good)?;
            let mut parts = parts(&good);
            let count = parts.len();
            for (part, at, cut, piece) in changes {
                let (_, bytes) = &mut parts[part % count];
                let at = (at * bytes.len() as f64) as usize;
                let until = (at + cut).min(bytes.len());
                bytes.splice(at..until, piece.bytes());
            }
            read(&packed(&parts))
        })
        .unwrap();
}

/// The parts of a workbook that its reader looks into.
fn parts(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut parts: Vec<(String, Vec<u8>)> = (0..archive.len())
        .map(|place| {
            let mut part = archive.by_index(place).unwrap();
            let mut bytes = Vec::new();
            part.read_to_end(&mut bytes).unwrap();
            (part.name().unwrap().into_owned(), bytes)
        })
        .collect();
    let first =
        |name: &str| ["sheet1", "sharedStrings", "styles", "workbook"].iter().position(|known| name.contains(known));
    parts.sort_by_key(|(name, _)| first(name).unwrap_or(usize::MAX));
    parts
}

fn packed(parts: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        writer.start_file(name, SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}
