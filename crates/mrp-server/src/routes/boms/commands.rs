//! The life of a revision (validate, archive, revise) and what it costs.

use mrp_api::boms::{
    ArchiveBom, BomView, CostRollUpQuery, CostRollUpRow, CostRollUpView, MergeBomLines, MissingCost, ReviseBom,
    RollUpBomCost, ValidateBom, ValidateBomInput,
};
use mrp_api::detail as say;
use mrp_api::error as codes;
use mrp_domain::bom::explode::ExplodeError;
use mrp_domain::bom::merge::merge_equal_lines;
use mrp_domain::bom::validate::{BomDraft, validate};
use mrp_domain::bom::{BomSource, BomState};
use mrp_domain::costing::cost_tree::{CostTree, CostTreeRow, CostTreeSubject, cost_tree};
use mrp_domain::costing::roll_up::RollUpError;
use mrp_domain::costing::{CostGroup, MissingRate};
use mrp_domain::ids::{BomId, ProductId};
use mrp_domain::money::Money;
use mrp_domain::quantity::{Exact, PositiveQuantity};
use mrp_store::bom_catalog::{Levels, StoredBoms, load};
use mrp_store::boms::{self as store, BomLineRow, BomRow};
use mrp_store::error::StoreError;
use mrp_store::sql::PgConnection;
use mrp_store::tx::Tx;
use uuid::Uuid;

use super::{editable, faults, load_as, load_whole, revision_is, view};
use crate::error::{ApiError, Faults};
use crate::mount::Mount;
use crate::noun::{integer, word};
use crate::routes::variants::require_one_product;

/// Decimals of hours and of the cost of one unit, which are shown and not calculated with.
const SHOWN_DECIMALS: u32 = 6;

/// Longest note of a validation, in characters.
const VALIDATION_NOTE_CHARS_MAX: usize = 2_000;

/// The commands and the roll-up.
pub fn mount(config: &mut actix_web::web::ServiceConfig) {
    config
        .endpoint::<ValidateBom, _, _>(|granted, path, _, input: ValidateBomInput| async move {
            let (id, expected) = (path.id.uuid(), granted.expected);
            granted.write(async |tx| validate_revision(tx, id, expected, &input.note).await).await
        })
        .endpoint::<ArchiveBom, _, _>(|granted, path, _, _| async move {
            let (id, expected) = (path.id.uuid(), granted.expected);
            granted.write(async |tx| archive(tx, id, expected).await).await
        })
        .endpoint::<ReviseBom, _, _>(|granted, path, _, _| async move {
            let (id, expected) = (path.id.uuid(), granted.expected);
            granted.write(async |tx| revise(tx, id, expected).await).await
        })
        .endpoint::<MergeBomLines, _, _>(|granted, path, _, _| async move {
            let (id, expected) = (path.id.uuid(), granted.expected);
            granted.write(async |tx| merge_lines(tx, id, expected).await).await
        })
        .endpoint::<RollUpBomCost, _, _>(|granted, path, query, _| async move {
            let mut connection = granted.connection().await?;
            granted.reply(roll_up(&mut connection, path.id.uuid(), &query).await?)
        });
}

/// Validates a draft: from then on it is immutable, and the one that new orders use.
///
/// # Errors
/// `validation_failed` for a note that is too long, `state_forbids`, `bom_faulty` with everything that stops it.
pub async fn validate_revision(tx: &mut Tx, id: Uuid, expected: i64, note: &str) -> Result<BomView, ApiError> {
    let note = note.trim();
    let mut faults = Faults::default();
    let is_short = note.chars().count() <= VALIDATION_NOTE_CHARS_MAX;
    faults.require(is_short, "/note", say::AT_MOST_CHARACTERS.with("most", 2000));
    faults.check()?;
    store::one_validation_at_a_time(tx).await?;
    in_state(tx, id, expected, BomState::Draft).await?;
    let boms = load_whole(tx.connection(), id).await?;
    faults::refuse(&boms, &validate(&BomDraft::from(boms.bom()), &boms))?;
    move_to(tx, id, expected, BomState::Validated, Some(note)).await
}

async fn archive(tx: &mut Tx, id: Uuid, expected: i64) -> Result<BomView, ApiError> {
    in_state(tx, id, expected, BomState::Validated).await?;
    move_to(tx, id, expected, BomState::Archived, None).await
}

/// Makes equal lines one. Names and notes come from the lines themselves: calculations do not read them.
async fn merge_lines(tx: &mut Tx, id: Uuid, expected: i64) -> Result<BomView, ApiError> {
    let read = of_version(tx, id, expected).await?;
    // Somebody else may merge them at this moment: nothing would be left to merge, and the reason is his change.
    store::lock_revisions(tx, &read.code).await?;
    of_version(tx, id, expected).await?;
    let row = editable(tx, id).await?;
    let lines = store::lines(tx.connection(), id).await?;
    let lines = lines.iter().map(BomLineRow::line).collect::<Result<Vec<_>, _>>()?;
    let boms = load(tx.connection(), BomId::from_uuid(id), None, (Levels::KitsOnly, None)).await?;
    let merged = merge_equal_lines(&lines, &boms);
    if merged.gone == 0 {
        return Err(ApiError::new(&codes::NOTHING_CHANGED, say::NOTHING_TO_MERGE.with("code", row.code)));
    }
    let version = mrp_store::component_replacements::change_lines(tx, row, &merged.lines).await?;
    tx.changed("bom", id, version, format!("{} equal lines merged", merged.gone));
    view(tx.connection(), id).await
}

async fn revise(tx: &mut Tx, id: Uuid, expected: i64) -> Result<BomView, ApiError> {
    let row = of_version(tx, id, expected).await?;
    let (next, _) = next_draft(tx, &row).await?;
    view(tx.connection(), next).await
}

/// Copies a revision into the next draft and gives its id and revision. There is one draft of a code at a time.
///
/// # Errors
/// `state_forbids` with the draft that is there, `version_stale` when the revision has changed since it was read.
pub(crate) async fn next_draft(tx: &mut Tx, row: &BomRow) -> Result<(Uuid, u32), ApiError> {
    let revisions = store::lock_revisions(tx, &row.code).await?;
    if let Some(draft) = revisions.iter().find(|other| other.state == BomState::Draft.as_str()) {
        return Err(other_draft(&row.code, draft.id, draft.revision));
    }
    let current = revisions.iter().find(|other| other.id == row.id).ok_or(StoreError::NotFound)?.version;
    if current != row.version {
        return Err(StoreError::Stale { current }.into());
    }
    let newest = revisions.iter().map(|other| other.revision).max().unwrap_or(row.revision);
    let next = Uuid::now_v7();
    store::revise(tx, row.id, next).await?;
    tx.changed("bom", next, 1, format!("revised from revision {}", row.revision));
    Ok((next, integer(newest.saturating_add(1))))
}

/// The draft that stands in the way of another one.
pub(crate) fn other_draft(code: &str, id: Uuid, revision: i32) -> ApiError {
    let error = ApiError::new(&codes::STATE_FORBIDS, say::OTHER_DRAFT.with("revision", revision).with("code", code));
    error.with("draft_id", id.to_string()).with("draft_revision", revision)
}

/// The revision, if nobody has changed it since it was read.
///
/// # Errors
/// `version_stale`, `not_found`.
pub(crate) async fn of_version(tx: &mut Tx, id: Uuid, expected: i64) -> Result<BomRow, ApiError> {
    let row = store::find(tx.connection(), id).await?;
    if row.version == expected { Ok(row) } else { Err(StoreError::Stale { current: row.version }.into()) }
}

async fn in_state(tx: &mut Tx, id: Uuid, expected: i64, wanted: BomState) -> Result<(), ApiError> {
    let row = of_version(tx, id, expected).await?;
    let state: BomState = word(&row.state)?;
    if state == wanted {
        return Ok(());
    }
    Err(revision_is(&codes::STATE_FORBIDS, &row, state))
}

async fn move_to(
    tx: &mut Tx,
    id: Uuid,
    expected: i64,
    state: BomState,
    note: Option<&str>,
) -> Result<BomView, ApiError> {
    let version = store::set_state(tx, id, expected, state.as_str(), note.map(str::to_owned)).await?;
    let detail = match note {
        Some(note) if !note.is_empty() => format!("{state}: {note}"),
        Some(_) | None => state.to_string(),
    };
    tx.changed("bom", id, version, detail);
    view(tx.connection(), id).await
}

async fn roll_up(connection: &mut PgConnection, id: Uuid, query: &CostRollUpQuery) -> Result<CostRollUpView, ApiError> {
    let boms = load_as(connection, id, query.variant_id).await?;
    require_one_product(&boms)?;
    let currency = mrp_store::settings::read(connection).await?.currency;
    let quantity = match query.quantity {
        Some(quantity) => asked(quantity)?.exact(),
        None => one_run(&boms)?,
    };
    let tree =
        cost_tree(&boms, boms.bom(), quantity).map_err(|error| refused(&|product| boms.code(product), &error))?;
    let price = boms.part(boms.bom().product).and_then(|part| part.selling_price);
    let revenue = price.and_then(|price| price.checked_mul(quantity.to_decimal()));
    Ok(CostRollUpView {
        currency,
        incomplete: tree.missing.iter().map(missing).collect(),
        revenue: revenue.map(|revenue| Money::round_half_even(revenue).amount()),
        rows: rows(&boms, tree),
    })
}

fn asked(quantity: rust_decimal::Decimal) -> Result<PositiveQuantity, ApiError> {
    let mut faults = Faults::default();
    match faults.take("/quantity", PositiveQuantity::new(quantity)) {
        Some(quantity) => Ok(quantity),
        None => Err(faults.check().err().unwrap_or_else(|| ApiError::plain(&codes::VALIDATION_FAILED))),
    }
}

/// What one run makes, in the product's stock unit.
///
/// # Errors
/// `bom_faulty`.
pub(crate) fn one_run(boms: &StoredBoms) -> Result<Exact, ApiError> {
    let bom = boms.bom();
    let stock = boms.product(bom.product).map(|known| known.stock_unit);
    let converted = boms.unit(bom.unit).zip(stock).map(|(unit, stock)| unit.convert(bom.quantity.exact(), stock));
    match converted {
        Some(Ok(quantity)) => Ok(quantity),
        Some(Err(error)) => Err(ApiError::new(&codes::BOM_FAULTY, say::for_callers(error.to_string()))),
        None => Err(ApiError::plain(&codes::BOM_FAULTY)),
    }
}

/// Why costs cannot be rolled up.
pub(crate) fn refused(code: &impl Fn(ProductId) -> String, error: &RollUpError) -> ApiError {
    match error {
        RollUpError::Explode(ExplodeError::Cycle { path }) => {
            let path: Vec<String> = path.iter().map(|&product| code(product)).collect();
            let detail = say::CONTAINS_ITSELF.with("chain", path.join(" → "));
            ApiError::new(&codes::BOM_CYCLE, detail).with("path", path)
        }
        RollUpError::Explode(ExplodeError::TooDeep { product }) => {
            ApiError::new(&codes::BOM_TOO_DEEP, say::LIES_TOO_DEEP.with("code", code(*product)))
        }
        RollUpError::Explode(
            ExplodeError::NoBom { .. }
            | ExplodeError::UnknownProduct { .. }
            | ExplodeError::UnknownUnit { .. }
            | ExplodeError::Unit { .. }
            | ExplodeError::TooManyLines,
        ) => ApiError::new(&codes::BOM_FAULTY, say::for_callers(error.to_string())),
        RollUpError::Explode(ExplodeError::Quantity { .. })
        | RollUpError::Duration(_)
        | RollUpError::CostTooLarge { .. } => {
            ApiError::new(&codes::QUANTITY_OUT_OF_RANGE, say::for_callers(error.to_string()))
        }
    }
}

fn missing(rate: &MissingRate) -> MissingCost {
    let kind = match rate.group {
        CostGroup::Material => "material",
        CostGroup::WorkCenter => "work_center",
        CostGroup::Labour => "labour",
    };
    MissingCost { name: rate.what.clone(), kind: kind.to_owned() }
}

fn rows(boms: &StoredBoms, tree: CostTree) -> Vec<CostRollUpRow> {
    tree.rows.into_iter().map(|row| wire_row(boms, row)).collect()
}

/// A row of a roll-up, rounded as it is shown.
pub(crate) fn wire_row(boms: &StoredBoms, row: CostTreeRow) -> CostRollUpRow {
    let (kind, product_id) = match row.subject {
        CostTreeSubject::Product(product) => ("product", Some(product)),
        CostTreeSubject::Component(product) => ("component", Some(product)),
        CostTreeSubject::Operation(_) => ("operation", None),
        CostTreeSubject::ByProducts => ("by_products", None),
    };
    let without_product = if kind == "by_products" { "%" } else { "h" };
    let unit = product_id.and_then(|product| boms.product(product)).map(|known| known.stock_unit.code().to_string());
    let [material, labour, work_center] =
        [row.cost.material, row.cost.labour, row.cost.work_center].map(Money::round_half_even);
    CostRollUpRow {
        level: row.level,
        kind: kind.to_owned(),
        product_id,
        name: row.name,
        quantity: row.quantity.round_dp(SHOWN_DECIMALS).normalize(),
        unit_code: unit.unwrap_or_else(|| without_product.to_owned()),
        unit_cost: row.unit_cost.map(|cost| cost.round_dp(SHOWN_DECIMALS).normalize()),
        material: material.amount(),
        labour: labour.amount(),
        work_center: work_center.amount(),
        total: (material + labour + work_center).amount(),
        is_incomplete: row.is_incomplete,
    }
}
