//! The files as their makers keep them, each read by a dry run before it is imported.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use mrp_api::bom_imports::{
    BomImportInput, BomImportProblemKind as ProblemKind, BomImportReport, BomImportUnit, CheckBomImport, ImportBom,
};
use mrp_api::boms::{BomView, GetBom};
use mrp_api::endpoint::{Empty, IdPath};
use mrp_api::products::{ListProducts, ProductQuery};
use rust_decimal::Decimal;

use super::shop::{METRE, PIECE, Shop};

/// What a board's file must say.
#[derive(Debug, Clone, Copy)]
pub(super) struct Expected {
    rows: usize,
    designators: usize,
}

pub(super) const MOTHERBOARD: Expected = Expected { rows: 58, designators: 234 };
pub(super) const RING_LIGHT: Expected = Expected { rows: 4, designators: 11 };

const MACHINE_ROWS: usize = 108;
const OPTIONAL_ROWS: usize = 11;
/// Their notes say "Units in meters."
const IN_METRES: [&str; 3] = ["GT2-timing-belt", "pneumatic-tubing-4mmOD", "pneumatic-tubing-6mmOD"];

/// The machine: what the file does not say must be asked, and is answered by a mapping.
pub(super) fn machine(shop: &mut Shop, folder: &Path) -> Result<BomView> {
    let mut input = input(folder, "machine-bom.csv", "machine")?;
    let seen = check(shop, &input)?;
    let missing = problems(&seen, ProblemKind::QuantityMissing);
    let riddles = problems(&seen, ProblemKind::UnitInNote);
    println!(
        "machine-bom.csv: {} rows, {missing} without a quantity, {riddles} whose unit only a note tells.",
        seen.row_count
    );
    ensure!(seen.row_count == MACHINE_ROWS, "{MACHINE_ROWS} rows were expected");
    ensure!(missing == OPTIONAL_ROWS, "{OPTIONAL_ROWS} optional rows have no quantity");
    ensure!(riddles == IN_METRES.len(), "{} notes speak of metres", IN_METRES.len());
    ensure!(!seen.is_importable, "a file with missing quantities must not be importable as it is");

    input.skip_bad = true;
    let metres = IN_METRES.map(|component| BomImportUnit { component: component.to_owned(), unit: METRE.to_owned() });
    input.units = metres.to_vec();
    let seen = check(shop, &input)?;
    ensure!(seen.is_importable && problems(&seen, ProblemKind::UnitInNote) == 0, "{:?}", seen.problems);
    ensure!(products(shop)? == 0, "a dry run has written products");

    let bom = import(shop, &input)?;
    let metres = bom.lines.iter().filter(|line| line.unit_code == METRE);
    let metres: BTreeSet<&str> = metres.map(|line| line.component_code.as_str()).collect();
    ensure!(metres == BTreeSet::from(IN_METRES), "in metres: {metres:?}");
    ensure!(bom.lines.len() == MACHINE_ROWS - OPTIONAL_ROWS, "{} lines", bom.lines.len());
    println!(
        "The machine has {} lines; {OPTIONAL_ROWS} optional rows were left out as asked, {} are in metres.",
        bom.lines.len(),
        IN_METRES.len()
    );
    Ok(bom)
}

/// A board: its quantities are counted from its designators, and none of them gets lost.
pub(super) fn board(shop: &mut Shop, folder: &Path, code: &str, file: &str, expected: Expected) -> Result<BomView> {
    let input = input(folder, file, code)?;
    let before = products(shop)?;
    let seen = check(shop, &input)?;
    ensure!(seen.is_importable, "{file}: {:?}", seen.problems);
    ensure!(seen.row_count == expected.rows, "{file} has {} rows", seen.row_count);
    ensure!(products(shop)? == before, "a dry run has written products");
    let bom = import(shop, &input)?;
    let pieces: Decimal = bom.lines.iter().map(|line| line.quantity).sum();
    let places = designators(&bom);
    ensure!(bom.lines.len() == expected.rows, "{code} has {} lines", bom.lines.len());
    ensure!(pieces == Decimal::from(expected.designators), "{code} has {pieces} pieces");
    ensure!(places.len() == expected.designators, "{code} keeps {} designators", places.len());
    println!("{code}: {} lines of {pieces} pieces, every designator kept in a note.", bom.lines.len());
    Ok(bom)
}

/// What a bill of materials takes, whatever it makes.
pub(super) fn content(bom: &BomView) -> Vec<(&str, Decimal, &str)> {
    bom.lines.iter().map(|line| (line.component_code.as_str(), line.quantity, line.note.as_str())).collect()
}

fn designators(bom: &BomView) -> BTreeSet<&str> {
    let notes = bom.lines.iter().flat_map(|line| line.note.split("; "));
    notes.filter_map(|part| part.strip_prefix("Designator: ")).flat_map(|places| places.split(',')).collect()
}

fn input(folder: &Path, file: &str, product: &str) -> Result<BomImportInput> {
    let path = folder.join(file);
    let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    Ok(BomImportInput {
        text: Some(text),
        content_base64: None,
        encoding: None,
        product_code: product.to_owned(),
        product_name: None,
        bom_code: None,
        quantity_per_run: None,
        routing_id: None,
        columns: Vec::new(),
        units: Vec::new(),
        default_unit: Some(PIECE.to_owned()),
        skip_bad: false,
        merge_repeated: false,
        create_products: true,
    })
}

fn check(shop: &mut Shop, input: &BomImportInput) -> Result<BomImportReport> {
    Ok(shop.client.call::<CheckBomImport>(&Empty {}, &Empty {}, input, None)?)
}

fn import(shop: &mut Shop, input: &BomImportInput) -> Result<BomView> {
    let report = shop.client.call::<ImportBom>(&Empty {}, &Empty {}, input, None)?;
    let id = report.bom_id.context("an import without a bill of materials")?;
    Ok(shop.client.call::<GetBom>(&IdPath { id }, &Empty {}, &Empty {}, None)?)
}

fn problems(report: &BomImportReport, kind: ProblemKind) -> usize {
    report.problems.iter().filter(|problem| problem.code == kind).count()
}

fn products(shop: &mut Shop) -> Result<u64> {
    let query = ProductQuery { limit: Some(1), ..ProductQuery::default() };
    Ok(shop.client.call::<ListProducts>(&Empty {}, &query, &Empty {}, None)?.total)
}
