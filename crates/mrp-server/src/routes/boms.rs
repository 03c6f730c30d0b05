//! Bills of materials: what their bodies mean, and which revisions may be changed. What is wrong with one is told by
//! [`faults`], the life of a revision and its cost are in [`commands`].

pub mod by_products;
pub mod commands;
pub mod faults;

use std::collections::{HashMap, HashSet};

use mrp_api::boms::{
    BomByProductInput, BomInput, BomLineInput, BomLineView, BomQuery, BomRevision, BomRow as WireRow, BomView,
    CreateBom, DeleteBom, GetBom, ListBoms, UnmergedLineView, UpdateBom,
};
use mrp_api::detail as say;
use mrp_api::error::{self as codes, ErrorCode};
use mrp_domain::bom::merge::merge_equal_lines;
use mrp_domain::bom::validate::{BomDraft, BomFacts, validate};
use mrp_domain::bom::{BOM_LINES_MAX, BomState, EffectiveDays, LossPercent};
use mrp_domain::ids::{AttributeValueId, BomId, BomLineId, ProductId, RoutingId, UnitId};
use mrp_domain::quantity::PositiveQuantity;
use mrp_domain::time::Instant;
use mrp_store::bom_by_products::{self, BomByProductValues};
use mrp_store::bom_catalog::{Levels, StoredBoms, load};
use mrp_store::boms::{self as store, BomLineRow, BomRow, StockUnitRow};
use mrp_store::error::StoreError;
use mrp_store::list::{Filters, ListSpec};
use mrp_store::sql::PgConnection;
use mrp_store::tx::Tx;
use mrp_store::units::UnitRow;
use uuid::Uuid;

use crate::error::{ApiError, Faults};
use crate::noun::{self, Noun, integer, word};
use crate::routes::shop_closures::day;
use crate::routes::variants;

/// Longest note of a line, in characters.
pub const NOTE_CHARS_MAX: usize = 20_000;

pub(crate) struct Boms;

/// All endpoints of bills of materials.
pub fn mount(config: &mut actix_web::web::ServiceConfig) {
    commands::mount(config);
    crate::import::boms::mount(config);
    crate::import::pastes::mount(config);
    noun::mount::<Boms, ListBoms, GetBom, CreateBom, UpdateBom, DeleteBom, BomId>(config);
}

/// Writes a draft as a request body says it; imports and the demonstration come the same way.
///
/// # Errors
/// `validation_failed`, `bom_immutable`, and what the tables' constraints say.
pub async fn save(tx: &mut Tx, id: Uuid, expected: Option<i64>, input: BomInput) -> Result<i64, ApiError> {
    Boms::save(tx, id, expected, input).await
}

/// Writes new drafts with few statements.
///
/// # Errors
/// As [`save`], of the first that is wrong; nothing is written then.
pub(crate) async fn create_all(tx: &mut Tx, new: &[(Uuid, &BomInput)]) -> Result<(), ApiError> {
    let inputs: Vec<&BomInput> = new.iter().map(|(_, input)| *input).collect();
    let referred = Referred::read(tx, &inputs).await?;
    let (mut heads, mut lines, mut outputs) = (Vec::new(), Vec::new(), Vec::new());
    for (id, input) in new {
        let mut faults = Faults::default();
        let code = noun::code_or_next(&mut faults, input.code.as_deref(), None);
        let (head, own, others) = rows(*id, input, &referred, faults)?;
        let code = noun::numbered(tx, code, "bom").await?;
        heads.push((*id, BomRow { code, ..head }.values()));
        lines.extend(own);
        outputs.push((*id, others));
    }
    mrp_store::table::insert_all(tx, heads).await.map_err(code_taken)?;
    store::insert_lines(tx, &lines).await?;
    for (id, others) in outputs.iter().filter(|(_, others)| !others.is_empty()) {
        bom_by_products::replace(tx, *id, others).await?;
    }
    Ok(())
}

/// One revision with everything that a page shows of it.
pub(crate) async fn view(connection: &mut PgConnection, id: Uuid) -> Result<BomView, ApiError> {
    Boms::load(connection, id).await
}

/// Editable fields and versions of revisions, without all that their pages show besides.
pub(crate) async fn inputs_of(
    connection: &mut PgConnection,
    ids: Vec<Uuid>,
) -> Result<Vec<(Uuid, i64, BomInput)>, ApiError> {
    let heads = mrp_store::table::find_all(connection, &store::LIST, BomRow::COLUMNS, ids.clone()).await?;
    let mut lines: HashMap<Uuid, Vec<BomLineInput>> = HashMap::new();
    for line in store::lines_of(connection, ids.clone()).await? {
        lines.entry(line.bom_id).or_default().push(BomLineInput::from(&line_view(line)));
    }
    let mut outputs: HashMap<Uuid, Vec<BomByProductInput>> = HashMap::new();
    for output in bom_by_products::of_boms(connection, ids).await? {
        outputs.entry(output.bom_id).or_default().push(by_products::input(by_products::view(output)));
    }
    let input = |row: BomRow| {
        let input = BomInput {
            code: Some(row.code),
            product_id: ProductId::from_uuid(row.product_id),
            quantity_per_run: row.quantity_per_run,
            unit_id: Some(UnitId::from_uuid(row.unit_id)),
            routing_id: row.routing_id.map(RoutingId::from_uuid),
            bom_type: word(&row.bom_type)?,
            consumption_mode: word(&row.consumption_mode)?,
            effective_from: row.effective_from.map(|day| day.to_string()),
            effective_until: row.effective_until.map(|day| day.to_string()),
            by_products: outputs.remove(&row.id).unwrap_or_default(),
            lines: lines.remove(&row.id).unwrap_or_default(),
        };
        Ok((row.id, row.version, input))
    };
    heads.into_iter().map(input).collect()
}

impl Noun for Boms {
    const TABLE: &'static str = "bom";
    const LIST: ListSpec = store::LIST;
    const LIST_COLUMNS: &'static str = BomRow::COLUMNS;
    type Query = BomQuery;
    type ListRow = BomRow;
    type Row = WireRow;
    type View = BomView;
    type Input = BomInput;

    fn filters(query: &BomQuery) -> Filters {
        Filters::default()
            .with(
                query.product_id.map(ProductId::uuid),
                "b.product_id = ANY(ARRAY(SELECT unnest(ARRAY[x.id, x.template_id]) FROM product x WHERE x.id = $))",
            )
            .with(query.state.map(BomState::as_str), "b.state = $")
    }

    fn row(row: BomRow) -> Result<WireRow, ApiError> {
        Ok(WireRow {
            id: BomId::from_uuid(row.id),
            code: row.code,
            revision: integer(row.revision),
            product_id: ProductId::from_uuid(row.product_id),
            product_code: row.product_code,
            product_name: row.product_name,
            quantity_per_run: row.quantity_per_run,
            unit_code: row.unit_code,
            bom_type: word(&row.bom_type)?,
            state: word(&row.state)?,
            effective_from: row.effective_from.map(|day| day.to_string()),
            effective_until: row.effective_until.map(|day| day.to_string()),
            routing_name: row.routing_name,
            line_count: row.line_count,
            version: row.version,
        })
    }

    async fn load(connection: &mut PgConnection, id: Uuid) -> Result<BomView, ApiError> {
        let row = store::find(connection, id).await?;
        let lines = store::lines(connection, id).await?;
        let outputs = bom_by_products::of_bom(connection, id).await?;
        let revisions = store::revisions(connection, &row.code).await?;
        let boms = load_whole(connection, id).await?;
        let found = validate(&BomDraft::from(boms.bom()), &boms);
        let merged = merge_equal_lines(&boms.bom().lines, &boms);
        let unmerged = merged.left.iter().map(|left| UnmergedLineView { line: left.place, reason: left.reason });
        let others = revisions.into_iter().filter(|other| other.id != id);
        let revisions = others.map(|other| {
            let (id, revision) = (BomId::from_uuid(other.id), integer(other.revision));
            Ok(BomRevision { id, revision, state: word(&other.state)? })
        });
        Ok(BomView {
            id: BomId::from_uuid(row.id),
            code: row.code,
            revision: integer(row.revision),
            product_id: ProductId::from_uuid(row.product_id),
            product_code: row.product_code,
            product_name: row.product_name,
            is_template: boms.is_template(boms.bom().product),
            quantity_per_run: row.quantity_per_run,
            unit_id: UnitId::from_uuid(row.unit_id),
            unit_code: row.unit_code,
            routing_id: row.routing_id.map(RoutingId::from_uuid),
            routing_name: row.routing_name,
            bom_type: word(&row.bom_type)?,
            consumption_mode: word(&row.consumption_mode)?,
            effective_from: row.effective_from.map(|day| day.to_string()),
            effective_until: row.effective_until.map(|day| day.to_string()),
            state: word(&row.state)?,
            validated_by: row.validated_by,
            validated_at: row.validated_at.map(Instant::from_datetime),
            validation_note: row.validation_note,
            lines: lines.into_iter().map(line_view).collect(),
            by_products: outputs.into_iter().map(by_products::view).collect(),
            revisions: revisions.collect::<Result<_, ApiError>>()?,
            faults: found.iter().map(|fault| faults::view(&boms, fault)).collect(),
            mergeable_lines: merged.gone,
            unmerged_lines: unmerged.collect(),
            version: row.version,
        })
    }

    fn input(view: BomView) -> BomInput {
        BomInput {
            code: Some(view.code),
            product_id: view.product_id,
            quantity_per_run: view.quantity_per_run,
            unit_id: Some(view.unit_id),
            routing_id: view.routing_id,
            bom_type: view.bom_type,
            consumption_mode: view.consumption_mode,
            effective_from: view.effective_from,
            effective_until: view.effective_until,
            by_products: view.by_products.into_iter().map(by_products::input).collect(),
            lines: view.lines.iter().map(BomLineInput::from).collect(),
        }
    }

    async fn save(tx: &mut Tx, id: Uuid, expected: Option<i64>, input: BomInput) -> Result<i64, ApiError> {
        if expected.is_none() {
            create_all(tx, &[(id, &input)]).await?;
            return Ok(1);
        }
        let earlier = editable(tx, id).await?;
        let mut faults = Faults::default();
        let code = noun::code_or_next(&mut faults, input.code.as_deref(), expected);
        if let Some(code) = &code {
            keep_together(tx, &earlier, code, input.product_id, &mut faults).await?;
        }
        let referred = Referred::read(tx, &[&input]).await?;
        let (head, lines, outputs) = rows(id, &input, &referred, faults)?;
        let row = BomRow { code: code.unwrap_or_default(), revision: earlier.revision, ..head };
        let version = row.values().save(tx, id, expected).await.map_err(code_taken)?;
        store::replace_lines(tx, id, &lines).await?;
        bom_by_products::replace(tx, id, &outputs).await?;
        Ok(version)
    }

    async fn check_removal(tx: &mut Tx, id: Uuid) -> Result<(), ApiError> {
        editable(tx, id).await.map(|_| ())
    }
}

/// Everything that validation looks at: of a template the lines of all its variants.
pub(crate) async fn load_whole(connection: &mut PgConnection, id: Uuid) -> Result<StoredBoms, ApiError> {
    load_as(connection, id, None).await
}

/// Everything that costs look at, for that product.
pub(crate) async fn load_as(
    connection: &mut PgConnection,
    id: Uuid,
    product: Option<ProductId>,
) -> Result<StoredBoms, ApiError> {
    let boms = load(connection, BomId::from_uuid(id), product, (Levels::All, None)).await?;
    Ok(boms.with_operations(connection).await?)
}

pub(crate) fn line_view(row: BomLineRow) -> BomLineView {
    BomLineView {
        id: BomLineId::from_uuid(row.id),
        component_id: ProductId::from_uuid(row.component_id),
        component_code: row.component_code,
        component_name: row.component_name,
        quantity: row.quantity,
        unit_id: UnitId::from_uuid(row.unit_id),
        unit_code: row.unit_code,
        operation_sequence: row.operation_sequence.map(integer),
        loss_percent: row.loss_percent,
        is_fixed: row.is_fixed,
        note: row.note,
        substitutes: serde_json::from_value(row.substitutes).unwrap_or_default(),
        applies_to: serde_json::from_value(row.applies_to).unwrap_or_default(),
    }
}

/// The days on which it may be used.
fn effective_days(input: &BomInput, faults: &mut Faults) -> EffectiveDays {
    let from = faults.take("/effective_from", input.effective_from.as_deref().map(day).transpose()).flatten();
    let until = faults.take("/effective_until", input.effective_until.as_deref().map(day).transpose()).flatten();
    EffectiveDays::new(from, until).unwrap_or_else(|fault| {
        faults.add("/effective_until", &codes::DAYS_REVERSED, fault);
        EffectiveDays::default()
    })
}

/// The revision, if it is a draft.
pub(crate) async fn editable(tx: &mut Tx, id: Uuid) -> Result<BomRow, ApiError> {
    let row = store::find(tx.connection(), id).await?;
    match word::<BomState>(&row.state)? {
        BomState::Draft => Ok(row),
        state @ (BomState::Validated | BomState::Archived) => Err(revision_is(&codes::BOM_IMMUTABLE, &row, state)),
    }
}

/// Refuses because of a revision's state.
pub(crate) fn revision_is(code: &'static ErrorCode, row: &BomRow, state: BomState) -> ApiError {
    let detail = say::REVISION_IS.with("code", row.code.as_str()).with("revision", row.revision);
    ApiError::new(code, detail.with("state", state.as_str()))
}

/// Revisions share their code and make the same product.
async fn keep_together(
    tx: &mut Tx,
    earlier: &BomRow,
    code: &str,
    product: ProductId,
    faults: &mut Faults,
) -> Result<(), ApiError> {
    if code == earlier.code && product.uuid() == earlier.product_id {
        return Ok(());
    }
    if store::revisions(tx.connection(), &earlier.code).await?.len() > 1 {
        let pointer = if code == earlier.code { "/product_id" } else { "/code" };
        faults.add(pointer, &codes::VALUE_INVALID, say::REVISIONS_SHARE);
    }
    Ok(())
}

fn code_taken(error: StoreError) -> ApiError {
    match error {
        StoreError::Taken { .. } => {
            let detail = || say::for_callers("another bill of materials has this code");
            ApiError::new(&codes::VALIDATION_FAILED, detail()).field("/code", &codes::VALUE_TAKEN, detail())
        }
        other => other.into(),
    }
}

/// What bodies refer to: the stock units of their products, the units that they name, and their routings.
struct Referred {
    stock: HashMap<Uuid, StockUnitRow>,
    named: HashMap<Uuid, UnitRow>,
    routings: HashSet<Uuid>,
    values: HashSet<Uuid>,
}

impl Referred {
    async fn read(tx: &mut Tx, inputs: &[&BomInput]) -> Result<Self, ApiError> {
        let values = inputs.iter().flat_map(|input| &input.lines).flat_map(|line| line.applies_to.iter());
        let values = distinct(values.map(|value| value.uuid()));
        let values = mrp_store::attributes::keep_values(tx, values).await?;
        let connection = tx.connection();
        let lines = || inputs.iter().flat_map(|input| &input.lines);
        let outputs = || inputs.iter().flat_map(|input| &input.by_products);
        let products = lines().map(|line| line.component_id).chain(inputs.iter().map(|input| input.product_id));
        let products = products.chain(lines().flat_map(|line| line.substitutes.iter().copied()));
        let products = products.chain(outputs().map(|output| output.product_id));
        let stock = store::stock_units(connection, distinct(products.map(ProductId::uuid))).await?;
        let units = lines().filter_map(|line| line.unit_id).chain(inputs.iter().filter_map(|input| input.unit_id));
        let units = units.chain(outputs().filter_map(|output| output.unit_id));
        let named = mrp_store::units::find_all(connection, distinct(units.map(UnitId::uuid))).await?;
        let routings = distinct(inputs.iter().filter_map(|input| input.routing_id).map(RoutingId::uuid));
        let routings = match routings.is_empty() {
            true => Vec::new(),
            false => mrp_store::table::existing(connection, "routing", routings).await?,
        };
        Ok(Self {
            stock: stock.into_iter().map(|row| (row.product_id, row)).collect(),
            named: named.into_iter().map(|row| (row.id, row)).collect(),
            routings: routings.into_iter().collect(),
            values: values.into_iter().map(|row| row.id).collect(),
        })
    }

    /// A template is no component, no substitute and no by-product.
    fn require_no_template(&self, product: ProductId, pointer: &str, faults: &mut Faults) {
        let is_template = self.stock.get(&product.uuid()).is_some_and(|row| row.is_template);
        variants::require_no_template(is_template, pointer, faults);
    }

    /// The unit named, or the product's own; it must measure the same thing.
    fn choose(
        &self,
        product: ProductId,
        unit: Option<UnitId>,
        (product_pointer, unit_pointer): (&str, &str),
        faults: &mut Faults,
    ) -> Option<Uuid> {
        let Some(stock) = self.stock.get(&product.uuid()) else {
            faults.add(product_pointer, &codes::REFERENCE_UNKNOWN, say::for_callers("there is no such product"));
            return None;
        };
        let Some(unit) = unit else { return Some(stock.unit_id) };
        let Some(named) = self.named.get(&unit.uuid()) else {
            faults.add(unit_pointer, &codes::REFERENCE_UNKNOWN, say::for_callers("there is no such unit"));
            return None;
        };
        if named.unit_category_id != stock.unit_category_id {
            let detail = say::UNITS_DIFFER.with("from", named.code.as_str()).with("to", stock.unit_code.as_str());
            faults.add(unit_pointer, &codes::UNIT_CATEGORY_DIFFERS, detail);
            return None;
        }
        Some(unit.uuid())
    }
}

fn distinct_in_order(values: &[AttributeValueId]) -> Vec<Uuid> {
    let mut seen = HashSet::new();
    values.iter().map(|value| value.uuid()).filter(|value| seen.insert(*value)).collect()
}

fn distinct(ids: impl Iterator<Item = Uuid>) -> Vec<Uuid> {
    ids.collect::<HashSet<_>>().into_iter().collect()
}

/// A body as a draft's row, whose code and revision are another's business, its lines and by-products.
fn rows(
    id: Uuid,
    input: &BomInput,
    referred: &Referred,
    mut faults: Faults,
) -> Result<(BomRow, Vec<BomLineRow>, Vec<BomByProductValues>), ApiError> {
    faults.take("/quantity_per_run", PositiveQuantity::new(input.quantity_per_run));
    let unit_id = referred.choose(input.product_id, input.unit_id, ("/product_id", "/unit_id"), &mut faults);
    let routing_id = input.routing_id.map(RoutingId::uuid);
    if routing_id.is_some_and(|routing| !referred.routings.contains(&routing)) {
        faults.add("/routing_id", &codes::REFERENCE_UNKNOWN, say::for_callers("there is no such routing"));
    }
    let days = effective_days(input, &mut faults);
    let lines = line_rows(id, &input.lines, referred, &mut faults);
    let outputs = by_products::values(&input.by_products, referred, &mut faults);
    faults.check()?;
    let head = BomRow {
        id,
        code: String::new(),
        revision: 1,
        product_id: input.product_id.uuid(),
        product_code: String::new(),
        product_name: String::new(),
        quantity_per_run: input.quantity_per_run,
        unit_id: unit_id.unwrap_or_default(),
        unit_code: String::new(),
        routing_id,
        routing_name: None,
        bom_type: input.bom_type.to_string(),
        consumption_mode: input.consumption_mode.to_string(),
        effective_from: days.from(),
        effective_until: days.until(),
        state: BomState::Draft.to_string(),
        validated_by: None,
        validated_at: None,
        validation_note: String::new(),
        line_count: 0,
        version: 0,
    };
    Ok((head, lines, outputs))
}

fn line_rows(bom_id: Uuid, inputs: &[BomLineInput], referred: &Referred, faults: &mut Faults) -> Vec<BomLineRow> {
    if inputs.len() > BOM_LINES_MAX {
        faults.add("/lines", &codes::VALUE_INVALID, say::AT_MOST_LINES.with("most", BOM_LINES_MAX));
        return Vec::new();
    }
    let mut rows = Vec::with_capacity(inputs.len());
    for (place, input) in inputs.iter().enumerate() {
        let at = |field: &str| format!("/lines/{place}/{field}");
        let quantity = faults.take(&at("quantity"), PositiveQuantity::new(input.quantity));
        let loss = faults.take(&at("loss_percent"), LossPercent::try_from(input.loss_percent));
        let pointers = (&*at("component_id"), &*at("unit_id"));
        let unit_id = referred.choose(input.component_id, input.unit_id, pointers, faults);
        referred.require_no_template(input.component_id, &at("component_id"), faults);
        for (order, substitute) in input.substitutes.iter().enumerate() {
            let is_known = referred.stock.contains_key(&substitute.uuid());
            if !is_known {
                let pointer = at(&format!("substitutes/{order}"));
                faults.add(pointer, &codes::REFERENCE_UNKNOWN, say::for_callers("there is no such product"));
            }
            referred.require_no_template(*substitute, &at(&format!("substitutes/{order}")), faults);
        }
        for (order, value) in input.applies_to.iter().enumerate() {
            if !referred.values.contains(&value.uuid()) {
                let pointer = at(&format!("applies_to/{order}"));
                faults.add(pointer, &codes::REFERENCE_UNKNOWN, say::VALUE_OF_ATTRIBUTE_UNKNOWN);
            }
        }
        let sequence = input.operation_sequence.map(i32::try_from).transpose().map_err(|_| say::SEQUENCE_BAD);
        let sequence = faults.take(&at("operation_sequence"), sequence);
        faults.require(
            input.note.chars().count() <= NOTE_CHARS_MAX,
            &at("note"),
            say::AT_MOST_CHARACTERS.with("most", 20_000),
        );
        let (Some(quantity), Some(loss), Some(unit_id), Some(operation_sequence)) = (quantity, loss, unit_id, sequence)
        else {
            continue;
        };
        rows.push(BomLineRow {
            id: Uuid::now_v7(),
            bom_id,
            position: i32::try_from(place).unwrap_or(i32::MAX),
            component_id: input.component_id.uuid(),
            component_code: String::new(),
            component_name: String::new(),
            quantity: quantity.get(),
            unit_id,
            unit_code: String::new(),
            operation_sequence,
            loss_percent: loss.percent(),
            is_fixed: input.is_fixed,
            note: input.note.clone(),
            substitute_ids: input.substitutes.iter().map(|substitute| substitute.uuid()).collect(),
            substitutes: serde_json::Value::Null,
            applies_to_ids: distinct_in_order(&input.applies_to),
            applies_to: serde_json::Value::Null,
        });
    }
    rows
}
