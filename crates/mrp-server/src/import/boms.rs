//! A bill of materials from a file: products and units are matched by their exact codes and names, problems are told
//! row by row, and the draft with its new products is written in one transaction or not at all.

use std::collections::HashMap;

use base64::Engine;
use mrp_api::bom_imports::{
    BomImportColumn, BomImportField as Field, BomImportInput, BomImportLine, BomImportProblem,
    BomImportProblemKind as ProblemKind, BomImportReport, CheckBomImport, IMPORT_BYTES_MAX, ImportBom,
};
use mrp_api::boms::{BomInput, BomLineInput};
use mrp_api::detail::{self as say, Detail};
use mrp_api::error::{self as codes, ErrorCode};
use mrp_api::products::ProductInput;
use mrp_domain::bom::{BOM_LINES_MAX, BomType, ConsumptionMode};
use mrp_domain::ids::{BomId, ProductId, UnitId};
use mrp_domain::product::{CostMethod, ProductType, Tracking};
use mrp_store::sql::PgConnection;
use mrp_store::tx::Tx;
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::error::{ApiError, Faults};
use crate::import::columns::{self, Columns};
use crate::import::dialect::{self, Table};
use crate::import::matching::{Component, Matcher, PlannedLine, merged};
use crate::import::rows::{self, Reading, RowProblem};
use crate::mount::Mount;
use crate::noun::Noun;
use crate::routes::products::Products;

/// The dry run and the import.
pub fn mount(config: &mut actix_web::web::ServiceConfig) {
    config
        .endpoint::<CheckBomImport, _, _>(|granted, _, _, input| async move {
            let (input, file) = read_aside(input).await?;
            granted.write(async |tx| Ok(plan(tx.connection(), &input, &file).await?.report)).await
        })
        .endpoint::<ImportBom, _, _>(|granted, _, _, input| async move {
            let (input, file) = read_aside(input).await?;
            granted.write(async |tx| import(tx, &input, &file).await).await
        });
}

/// What an import would write.
#[derive(Debug)]
pub struct Plan {
    /// For the caller.
    pub report: BomImportReport,
    product: Component,
    lines: Vec<PlannedLine>,
}

/// Large files take a while; other requests are answered meanwhile.
async fn read_aside(input: BomImportInput) -> Result<(BomImportInput, ReadFile), ApiError> {
    let read = tokio::task::spawn_blocking(move || {
        let bytes = bytes_of(&input)?;
        let file = read_file(&input, &bytes)?;
        Ok((input, file))
    });
    read.await.unwrap_or_else(|_| Err(ApiError::plain(&codes::INTERNAL)))
}

/// The bytes of a request's file.
fn bytes_of(input: &BomImportInput) -> Result<Vec<u8>, ApiError> {
    let bytes = match (&input.text, &input.content_base64) {
        (Some(text), None) => text.clone().into_bytes(),
        (None, Some(content)) => base64::engine::general_purpose::STANDARD.decode(content).map_err(|error| {
            ApiError::new(&codes::FILE_UNREADABLE, say::for_callers(format!("not base64: {error}")))
        })?,
        (Some(_), Some(_)) | (None, None) => {
            return Err(ApiError::new(
                &codes::FILE_UNREADABLE,
                say::for_callers("send either `text` or `content_base64`"),
            ));
        }
    };
    if bytes.len() > IMPORT_BYTES_MAX {
        let detail = say::FILE_TOO_LARGE.with("found", bytes.len()).with("most", IMPORT_BYTES_MAX);
        return Err(ApiError::new(&codes::BODY_TOO_LARGE, detail));
    }
    Ok(bytes)
}

/// Writes a draft, with the products that it needs, from a file.
///
/// # Errors
/// `file_unreadable`; `import_has_problems` with every problem of every row.
pub async fn import(tx: &mut Tx, input: &BomImportInput, file: &ReadFile) -> Result<BomImportReport, ApiError> {
    let plan = plan(tx.connection(), input, file).await?;
    if !plan.report.is_importable {
        return Err(refusal(&plan.report));
    }
    let mut created = HashMap::new();
    let product_id = product_of(tx, &plan.product, &mut created).await?;
    let mut lines = Vec::with_capacity(plan.lines.len());
    for line in &plan.lines {
        let component = product_of(tx, &line.component, &mut created).await?;
        lines.push(BomLineInput {
            unit_id: Some(UnitId::from_uuid(line.unit_id)),
            operation_sequence: line.operation_sequence,
            loss_percent: line.loss_percent,
            is_fixed: line.is_fixed,
            note: line.note.clone(),
            ..BomLineInput::of(component, line.quantity)
        });
    }
    let id = Uuid::now_v7();
    let bom = BomInput {
        code: input.bom_code.clone(),
        product_id,
        quantity_per_run: input.quantity_per_run.unwrap_or(Decimal::ONE),
        unit_id: None,
        routing_id: input.routing_id,
        bom_type: BomType::Manufacture,
        consumption_mode: ConsumptionMode::Automatic,
        effective_from: None,
        effective_until: None,
        by_products: Vec::new(),
        lines,
    };
    let version = crate::routes::boms::save(tx, id, None, bom).await?;
    tx.changed("bom", id, version, format!("imported from {} rows", plan.report.row_count));
    Ok(BomImportReport { bom_id: Some(BomId::from_uuid(id)), ..plan.report })
}

/// The id of a product, which is created the first time it is asked for.
async fn product_of(
    tx: &mut Tx,
    component: &Component,
    created: &mut HashMap<String, Uuid>,
) -> Result<ProductId, ApiError> {
    let (code, name, unit_id) = match component {
        Component::Known { id, .. } => return Ok(ProductId::from_uuid(*id)),
        Component::New { code, name, unit_id } => (code, name, unit_id),
    };
    if let Some(id) = created.get(code) {
        return Ok(ProductId::from_uuid(*id));
    }
    let id = Uuid::now_v7();
    let input = ProductInput {
        code: code.clone(),
        name: name.clone(),
        product_type: ProductType::Storable,
        unit_id: UnitId::from_uuid(*unit_id),
        category: String::new(),
        can_be_made: true,
        can_be_bought: true,
        can_be_sold: false,
        standard_cost: None,
        cost_method: CostMethod::MovingAverage,
        selling_price: None,
        purchase_lead_days: 0,
        safety_stock: Decimal::ZERO,
        tracking: Tracking::None,
        barcode: None,
        description: String::new(),
        active: true,
        template_id: None,
        attribute_value_ids: Vec::new(),
        purchase_unit_id: None,
        one_lot: false,
        order_when_sold: false,
    };
    let version = Products::save(tx, id, None, input).await?;
    tx.changed("product", id, version, "created by an import");
    created.insert(code.clone(), id);
    Ok(ProductId::from_uuid(id))
}

fn refusal(report: &BomImportReport) -> ApiError {
    let mut faults = Faults::default();
    for problem in report.problems.iter().filter(|problem| problem.blocks) {
        let column = problem.column.as_deref().unwrap_or_default();
        let pointer = problem.row.map_or_else(|| "/text".to_owned(), |row| format!("/rows/{row}/{column}"));
        faults.add(pointer, wire_code(problem.code), say::for_callers(problem.detail.as_str()));
    }
    faults.check_as(&codes::IMPORT_HAS_PROBLEMS).err().unwrap_or_else(|| ApiError::plain(&codes::IMPORT_HAS_PROBLEMS))
}

fn wire_code(kind: ProblemKind) -> &'static ErrorCode {
    match kind {
        ProblemKind::UnitCategoryDiffers => &codes::UNIT_CATEGORY_DIFFERS,
        ProblemKind::ComponentIsTemplate => &codes::TEMPLATE_PRODUCT,
        ProblemKind::QuantityMissing
        | ProblemKind::ComponentMissing
        | ProblemKind::UnitMissing
        | ProblemKind::NothingToImport => &codes::VALUE_MISSING,
        ProblemKind::ComponentUnknown | ProblemKind::UnitUnknown | ProblemKind::OperationUnknown => {
            &codes::REFERENCE_UNKNOWN
        }
        ProblemKind::QuantityNotANumber
        | ProblemKind::QuantityAmbiguous
        | ProblemKind::QuantityNotPositive
        | ProblemKind::QuantityOutOfRange
        | ProblemKind::DesignatorRange
        | ProblemKind::DesignatorRepeated
        | ProblemKind::DesignatorsDiffer
        | ProblemKind::ComponentUnusable
        | ProblemKind::ComponentAmbiguous
        | ProblemKind::ComponentIsProduct
        | ProblemKind::ComponentInactive
        | ProblemKind::ComponentRepeated
        | ProblemKind::UnitInNote
        | ProblemKind::UnitMappingUnused
        | ProblemKind::LossUnusable
        | ProblemKind::OperationUnusable
        | ProblemKind::FixedUnusable
        | ProblemKind::ComponentInLines
        | ProblemKind::TooManyCells
        | ProblemKind::TooManyLines => &codes::VALUE_INVALID,
    }
}

/// A file that was read, before anybody asked the database.
#[derive(Debug, Clone)]
pub struct ReadFile {
    table: Table,
    columns: Columns,
    reading: Reading,
}

/// Reads a file.
///
/// # Errors
/// `file_unreadable`.
pub fn read_file(input: &BomImportInput, bytes: &[u8]) -> Result<ReadFile, ApiError> {
    let unreadable = |detail: Detail| ApiError::new(&codes::FILE_UNREADABLE, detail);
    let table = dialect::read(bytes, input.encoding.as_deref()).map_err(|error| unreadable(error.into()))?;
    let told: Vec<(Field, String)> = input.columns.iter().map(|column| (column.field, column.header.clone())).collect();
    let columns = columns::find(&table.headers, &told).map_err(|error| unreadable(error.into()))?;
    let mapped: Vec<String> = input.units.iter().map(|unit| unit.component.clone()).collect();
    let reading = rows::read(&table, &columns, &mapped);
    Ok(ReadFile { table, columns, reading })
}

/// Says what an import would write.
///
/// # Errors
/// When Postgres fails.
pub async fn plan(connection: &mut PgConnection, input: &BomImportInput, file: &ReadFile) -> Result<Plan, ApiError> {
    let rows = &file.reading.rows;
    let mut matcher = Matcher::read(connection, input, rows).await?;
    matcher.problems = file.reading.problems.clone();
    let product = matcher.product(input);
    let mut lines: Vec<PlannedLine> = rows.iter().filter_map(|row| matcher.line(row, &product)).collect();
    matcher.unused_mappings(rows);
    if input.merge_repeated {
        lines = merged(lines);
    }
    if lines.len() > BOM_LINES_MAX {
        matcher.whole(
            ProblemKind::TooManyLines,
            say::LINES_TOO_MANY.with("found", lines.len()).with("most", BOM_LINES_MAX),
        );
        lines.truncate(BOM_LINES_MAX);
    }
    if lines.is_empty() {
        matcher.whole(ProblemKind::NothingToImport, say::NOTHING_TO_IMPORT.into());
    }
    let report = report(input, file, matcher.problems, &lines, &product);
    Ok(Plan { report, product, lines })
}

fn report(
    input: &BomImportInput,
    file: &ReadFile,
    mut problems: Vec<RowProblem>,
    lines: &[PlannedLine],
    product: &Component,
) -> BomImportReport {
    let ReadFile { table, columns, .. } = file;
    problems.sort_by_key(|problem| problem.row);
    let mut bad: Vec<u64> =
        problems.iter().filter(|problem| problem.kind.blocks()).filter_map(|problem| problem.row).collect();
    bad.dedup();
    let whole_file = problems.iter().any(|problem| problem.kind.blocks() && problem.row.is_none());
    let made = [product].into_iter().chain(lines.iter().map(|line| &line.component));
    let mut new_products: Vec<String> = Vec::new();
    let mut seen = std::collections::HashSet::new();
    for component in made {
        if matches!(component, Component::New { .. }) && seen.insert(component.code().to_owned()) {
            new_products.push(component.code().to_owned());
        }
    }
    BomImportReport {
        encoding: table.encoding.to_owned(),
        delimiter: table.delimiter.to_string(),
        headers: table.headers.clone(),
        columns: columns.found().iter().map(|&(field, place)| column(table, field, place)).collect(),
        row_count: table.rows.len(),
        quantity_total: lines.iter().fold(Decimal::ZERO, |sum, line| sum.saturating_add(line.quantity)),
        lines: lines.iter().map(wire_line).collect(),
        new_products,
        problems: problems.into_iter().map(wire_problem).collect(),
        skipped_rows: bad.len(),
        is_importable: !whole_file && (bad.is_empty() || input.skip_bad),
        bom_id: None,
    }
}

fn column(table: &Table, field: Field, place: usize) -> BomImportColumn {
    let header = table.headers.get(place).cloned().unwrap_or_default();
    BomImportColumn { field, header }
}

fn wire_line(line: &PlannedLine) -> BomImportLine {
    BomImportLine {
        row: line.row,
        component_code: line.component.code().to_owned(),
        component_name: line.component.name().to_owned(),
        quantity: line.quantity,
        unit_code: Some(line.unit_code.clone()),
        note: line.note.clone(),
    }
}

fn wire_problem(problem: RowProblem) -> BomImportProblem {
    BomImportProblem {
        row: problem.row,
        column: problem.column,
        code: problem.kind,
        detail: problem.detail.text,
        detail_code: problem.detail.code.map(str::to_owned),
        params: problem.detail.params,
        blocks: problem.kind.blocks(),
    }
}
