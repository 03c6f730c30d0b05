//! Bills of materials as calculations want them: everything that one of them draws on, read in two statements.
//!
//! [`load`] with [`Levels::KitsOnly`] is what confirming an order needs: `explode_bom(&boms, boms.bom()?, quantity)`.
//! With [`Levels::All`], followed by [`StoredBoms::with_operations`], it carries validation and cost roll-ups.

use std::collections::{HashMap, HashSet};
use std::hash::BuildHasherDefault;

use diesel_async::AsyncPgConnection;
use futures_util::future::try_join;
use mrp_domain::bom::catalog::{BomCatalog, IdMap};
use mrp_domain::bom::validate::BomFacts;
use mrp_domain::bom::{Bom, BomLine, BomProduct, BomSource, BomType, LossPercent};
use mrp_domain::costing::OperationCost;
use mrp_domain::costing::roll_up::CostSource;
use mrp_domain::ids::{
    AttributeValueId, BomId, BomLineId, OperationId, ProductId, RoutingId, UnitCategoryId, UnitId, WorkCenterId,
};
use mrp_domain::money::{HourlyRate, UnitCost};
use mrp_domain::quantity::{Exact, PositiveQuantity, Unit};
use mrp_domain::routing::{Operation, Routing};
use mrp_domain::text::{Code, Name};
use mrp_domain::time::Seconds;
use mrp_domain::variant::Variant;
use mrp_domain::work_center::Efficiency;
use mrp_domain::work_order_duration::{DurationError, OperationTimes, duration};
use rust_decimal::Decimal;
use serde_json::Value;
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use crate::bom_by_products::{self, BomByProductRow};
use crate::boms::{choices, effective};
use crate::error::StoreError;
use crate::learned_times::timed_operations;
use crate::routings::OperationRow;
use crate::sql::sql;
use crate::variants::{self, MadeVariantRow};

/// How far down to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Levels {
    /// The bill of materials itself, and kits in place of their lines.
    KitsOnly,
    /// Every bill of materials in use below it.
    All,
}

/// What calculations know of a product.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// The unit of its stock.
    pub unit_id: UnitId,
    /// Whether it can be chosen.
    pub active: bool,
    /// What one stock unit costs by the product's own method; none when nobody has said.
    pub unit_cost: Option<UnitCost>,
    /// Its selling price.
    pub selling_price: Option<Decimal>,
    /// The template that it is a variant of.
    pub template: Option<ProductId>,
    /// Whether it stands for its variants.
    pub is_template: bool,
    /// Of a variant its values, of a template those that it offers.
    pub values: Vec<AttributeValueId>,
}

/// A bill of materials with all that it draws on.
#[derive(Debug, Clone)]
pub struct StoredBoms {
    root: Bom,
    owner: ProductId,
    catalog: BomCatalog,
    parts: IdMap<ProductId, Part>,
    routings: Routings,
    /// Its own routing and the work centers on it that are inactive.
    out_of_use: HashSet<Uuid>,
    /// Of a template that is looked at as such: those of its variants that it makes, and their codes.
    variants: Vec<Variant>,
    variant_codes: Vec<(ProductId, String)>,
    /// The names of the values for which there are lines.
    value_names: HashMap<AttributeValueId, String>,
}

/// Routings with their operations and rates.
#[derive(Debug, Clone, Default)]
pub(crate) struct Routings {
    all: HashMap<RoutingId, (Routing, Vec<OperationRow>)>,
    rates: HashMap<WorkCenterId, HourlyRate>,
}

/// What one stock unit of the product `p` costs by the product's own method.
pub const UNIT_COST: &str = "CASE WHEN p.cost_method = 'moving_average' THEN \
     coalesce((SELECT round(v.value / v.quantity, 10) FROM product_valuation v \
     WHERE v.product_id = p.id AND v.quantity > 0), p.standard_cost) ELSE p.standard_cost END";

row! {
    /// A line of one of the bills of materials, or a bill of materials without lines.
    pub struct FoundRow {
        pub bom_id: Uuid = "b.id",
        pub code: String = "b.code",
        pub revision: i32 = "b.revision",
        pub product_id: Uuid = "used.product_id",
        pub owner_id: Uuid = "b.product_id",
        pub quantity_per_run: Decimal = "b.quantity_per_run",
        pub bom_unit_id: Uuid = "b.unit_id",
        pub routing_id: Option<Uuid> = "b.routing_id",
        pub bom_type: String = "b.bom_type",
        pub consumption_mode: String = "b.consumption_mode",
        pub effective_from: Option<Date> = "b.effective_from",
        pub effective_until: Option<Date> = "b.effective_until",
        pub state: String = "b.state",
        pub line_id: Option<Uuid> = "l.id",
        pub component_id: Option<Uuid> = "l.component_id",
        pub quantity: Option<Decimal> = "l.quantity",
        pub unit_id: Option<Uuid> = "l.unit_id",
        pub operation_sequence: Option<i32> = "l.operation_sequence",
        pub loss_percent: Option<Decimal> = "l.loss_percent",
        pub is_fixed: Option<bool> = "l.is_fixed",
        pub substitute_ids: Vec<Uuid> = "coalesce(l.substitute_ids, '{}')",
        pub applies_to: Option<Value> = "CASE WHEN l.applies_to_ids <> '{}' THEN (SELECT jsonb_agg(jsonb_build_object('value_id', v.id, 'attribute_id', v.attribute_id, 'name', v.name)) FROM attribute_value v WHERE v.id = ANY(l.applies_to_ids)) END",
    }
}

row! {
    /// A product with its unit; units that only a line uses stand on a row without a product.
    pub struct PartRow {
        pub product_id: Option<Uuid> = "p.id",
        pub code: Option<String> = "p.code",
        pub name: Option<String> = "p.name",
        pub active: Option<bool> = "p.active",
        pub unit_cost: Option<Decimal> = "p.unit_cost",
        pub selling_price: Option<Decimal> = "p.selling_price",
        pub template_id: Option<Uuid> = "p.template_id",
        pub is_template: Option<bool> = "p.is_template",
        pub attribute_value_ids: Vec<Uuid> = "coalesce(p.attribute_value_ids, '{}')",
        pub unit_id: Uuid = "u.id",
        pub unit_code: String = "u.code",
        pub unit_category_id: Uuid = "u.unit_category_id",
        pub ratio_numerator: i64 = "u.ratio_numerator",
        pub ratio_denominator: i64 = "u.ratio_denominator",
        pub rounding_step: Decimal = "u.rounding_step",
    }
}

const USED: &str = concat!(
    "WITH RECURSIVE used AS (SELECT b.id AS bom_id, coalesce($4::uuid, b.product_id) AS product_id FROM bom b WHERE b.id = $1 \
     UNION SELECT below.id, c.id FROM used JOIN bom_line n ON n.bom_id = used.bom_id CROSS JOIN LATERAL \
     unnest(CASE WHEN $2 THEN n.component_id || n.substitute_ids ELSE ARRAY[n.component_id] END) AS c(id) \
     CROSS JOIN LATERAL \
     (SELECT v.id, v.bom_type FROM bom v WHERE v.product_id = \
     ANY(ARRAY[c.id, (SELECT m.template_id FROM product m WHERE m.id = c.id)]) AND v.state = 'validated' AND ",
    effective!("$3"),
    " ORDER BY v.product_id = c.id DESC, v.validated_at DESC, v.id DESC LIMIT 1) below WHERE $2 OR below.bom_type = 'kit') "
);

/// Reads a bill of materials and what it draws on: two journeys, whatever its size. Below it, products are made by
/// the revision that was validated last among those that may be used on the day of `at`, or today, a variant by its own
/// or else by its template's; the bill of materials itself may be in any state.
///
/// `product` is what it shall make: a variant, when it is its template's. Without one, it is what the bill of materials
/// says; of a template, all lines are there then.
///
/// This is where stored recipes become those of the domain, and where variants get the lines that belong to them.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn load(
    connection: &mut AsyncPgConnection,
    bom_id: BomId,
    product: Option<ProductId>,
    (levels, at): (Levels, Option<OffsetDateTime>),
) -> Result<StoredBoms, StoreError> {
    let text = format!(
        "{USED}SELECT {} FROM used JOIN bom b ON b.id = used.bom_id LEFT JOIN bom_line l ON l.bom_id = b.id \
         ORDER BY b.id, used.product_id, l.position",
        FoundRow::COLUMNS
    );
    let asked = |text: String| {
        let all = levels == Levels::All;
        sql(text).bind(bom_id.uuid()).bind(all).bind(at).bind(product.map(ProductId::uuid))
    };
    let outputs = format!(
        "{USED}SELECT {} FROM {} WHERE y.bom_id IN (SELECT bom_id FROM used) ORDER BY y.bom_id, y.position",
        BomByProductRow::COLUMNS,
        bom_by_products::FROM
    );
    let shared = &*connection;
    let (found, outputs) =
        try_join(asked(text).rows_beside::<FoundRow>(shared), asked(outputs).rows_beside::<BomByProductRow>(shared))
            .await
            .map_err(StoreError::from)?;
    let mut boms = boms_of(&found)?;
    for row in &outputs {
        for bom in boms.iter_mut().filter(|bom| bom.id.uuid() == row.bom_id) {
            bom.by_products.push(row.by_product()?);
        }
    }
    let products: HashSet<Uuid> =
        found.iter().flat_map(|row| [Some(row.product_id), row.component_id]).flatten().collect();
    let others = found.iter().flat_map(|row| row.substitute_ids.iter().copied());
    let products: HashSet<Uuid> =
        products.into_iter().chain(outputs.iter().map(|row| row.product_id)).chain(others).collect();
    let units: HashSet<Uuid> = found.iter().flat_map(|row| [Some(row.bom_unit_id), row.unit_id]).flatten().collect();
    let units: HashSet<Uuid> = units.into_iter().chain(outputs.iter().map(|row| row.unit_id)).collect();
    let text = format!(
        "SELECT {} FROM unit u LEFT JOIN (SELECT p.id, p.code, p.name, p.active, p.unit_id, p.selling_price, \
         p.template_id, p.is_template, p.attribute_value_ids, {UNIT_COST} AS unit_cost FROM product p WHERE p.id = ANY($1)) p ON p.unit_id = u.id \
         WHERE p.id IS NOT NULL OR u.id = ANY($2)",
        PartRow::COLUMNS
    );
    let rows: Vec<PartRow> = sql(text)
        .bind(products.into_iter().collect::<Vec<_>>())
        .bind(units.into_iter().collect::<Vec<_>>())
        .rows(connection)
        .await?;
    let (mut catalog, parts) = parts_of(rows)?;
    let owner = found.iter().find(|row| row.bom_id == bom_id.uuid()).map(|row| ProductId::from_uuid(row.owner_id));
    let owner = owner.ok_or(StoreError::NotFound)?;
    let mut root = None;
    for bom in boms {
        let bom = for_its_product(bom, &parts);
        if bom.id == bom_id && bom.product == product.unwrap_or(owner) {
            root = Some(bom);
        } else {
            catalog.add_bom(bom).map_err(corrupt)?;
        }
    }
    let root = root.ok_or(StoreError::NotFound)?;
    let is_template = parts.get(&root.product).is_some_and(|part| part.is_template);
    let made = match levels {
        Levels::All if is_template => variants::made_by_template(connection, vec![root.product.uuid()]).await?,
        Levels::All | Levels::KitsOnly => Vec::new(),
    };
    let named = found.iter().filter_map(|row| row.applies_to.as_ref()?.as_array()).flatten();
    let named = named.filter_map(|one| {
        let id = Uuid::parse_str(one.get("value_id")?.as_str()?).ok()?;
        Some((AttributeValueId::from_uuid(id), one.get("name")?.as_str()?.to_owned()))
    });
    Ok(StoredBoms {
        root,
        owner,
        catalog,
        parts,
        routings: Routings::default(),
        out_of_use: HashSet::new(),
        value_names: named.collect(),
        variant_codes: made.iter().map(|row| (ProductId::from_uuid(row.id), row.code.clone())).collect(),
        variants: made.into_iter().map(MadeVariantRow::variant).collect(),
    })
}

/// A recipe as the product that it shall make needs it. Only a template keeps the lines of all its variants.
pub(crate) fn for_its_product(bom: Bom, parts: &IdMap<ProductId, Part>) -> Bom {
    let product = bom.product;
    match parts.get(&product) {
        Some(part) if part.is_template => bom,
        Some(part) => bom.for_product(product, &part.values),
        None => bom,
    }
}

/// A routing, if it is inactive, and the work centers of its operations that are.
const OUT_OF_USE: &str = "SELECT r.id FROM routing r WHERE r.id = $1 AND NOT r.active \
     UNION SELECT w.id FROM routing_operation o JOIN work_center w ON w.id = o.work_center_id \
     WHERE o.routing_id = $1 AND NOT w.active";

impl StoredBoms {
    /// The bill of materials that was asked for.
    #[must_use]
    pub fn bom(&self) -> &Bom {
        &self.root
    }

    /// Whether it stands for all variants of its product, and says nothing of any one of them.
    #[must_use]
    pub fn is_for_all_variants(&self) -> bool {
        self.is_template(self.root.product)
    }

    /// Whether it is the recipe of what it was asked to make: of its own product, or of a variant of that.
    #[must_use]
    pub fn is_for_its_product(&self) -> bool {
        let made = self.root.product;
        made == self.owner || self.part(made).is_some_and(|part| part.template == Some(self.owner))
    }

    /// What is known of a product.
    #[must_use]
    pub fn part(&self, product: ProductId) -> Option<&Part> {
        self.parts.get(&product)
    }

    /// What may take the place of a component, by this bill of materials and the kits in it.
    #[must_use]
    pub fn substitutes(&self, component: ProductId) -> Vec<ProductId> {
        let mut found = Vec::new();
        let mut seen = HashSet::from([self.root.product]);
        let mut open = vec![&self.root];
        while let Some(bom) = open.pop() {
            for line in &bom.lines {
                if line.component == component {
                    found.extend(
                        line.substitutes.iter().filter(|one| !found.contains(*one)).copied().collect::<Vec<_>>(),
                    );
                }
                let kit = self.catalog.product(line.component).and_then(|known| known.bom);
                open.extend(kit.filter(|kit| kit.bom_type == BomType::Kit && seen.insert(kit.product)));
            }
        }
        found
    }

    /// What a value for which there are lines is called.
    #[must_use]
    pub fn value_name(&self, value: AttributeValueId) -> String {
        self.value_names.get(&value).cloned().unwrap_or_else(|| value.to_string())
    }

    /// The code of a product, for people.
    #[must_use]
    pub fn code(&self, product: ProductId) -> String {
        let variant =
            || self.variant_codes.iter().find(|(variant, _)| *variant == product).map(|(_, code)| code.clone());
        let known = self.parts.get(&product).map(|part| part.code.clone()).or_else(variant);
        known.unwrap_or_else(|| product.to_string())
    }

    /// The operations of a routing as they are stored.
    #[must_use]
    pub fn operation_rows(&self, routing: RoutingId) -> &[OperationRow] {
        self.routings.all.get(&routing).map_or(&[], |(_, rows)| rows.as_slice())
    }

    /// Reads the operations of every routing in use here, and which parts of its own way are out of use: two statements.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when a stored routing is not one.
    pub async fn with_operations(mut self, connection: &mut AsyncPgConnection) -> Result<Self, StoreError> {
        let below = self.parts.keys().filter_map(|&product| self.catalog.product(product)?.bom?.routing);
        let ids: HashSet<Uuid> = below.chain(self.root.routing).map(RoutingId::uuid).collect();
        self.routings = Routings::read(connection, ids.into_iter().collect()).await?;
        if let Some(routing) = self.root.routing {
            let rows: Vec<crate::table::Id> = sql(OUT_OF_USE).bind(routing.uuid()).rows(connection).await?;
            self.out_of_use = rows.into_iter().map(|row| row.id).collect();
        }
        Ok(self)
    }
}

impl Routings {
    /// Reads the operations of these routings: one statement.
    pub(crate) async fn read(connection: &mut AsyncPgConnection, ids: Vec<Uuid>) -> Result<Self, StoreError> {
        let mut read = Self::default();
        if ids.is_empty() {
            return Ok(read);
        }
        let mut by_routing: HashMap<RoutingId, Vec<OperationRow>> = HashMap::new();
        for row in timed_operations(connection, ids).await? {
            if let Some(rate) = row.costs_hour {
                let rate = HourlyRate::new(rate).map_err(corrupt)?;
                read.rates.insert(WorkCenterId::from_uuid(row.work_center_id), rate);
            }
            by_routing.entry(RoutingId::from_uuid(row.routing_id)).or_default().push(row);
        }
        for (id, rows) in by_routing {
            read.all.insert(id, (routing_of(&rows)?, rows));
        }
        Ok(read)
    }

    /// The operations of a routing with their durations and rates.
    pub(crate) fn operations(&self, routing: RoutingId, quantity: Exact) -> Result<Vec<OperationCost>, DurationError> {
        let Some((routing, rows)) = self.all.get(&routing) else { return Ok(Vec::new()) };
        let timed = routing.operations().iter().zip(rows).map(|(operation, row)| {
            let efficiency = Efficiency::try_from(row.efficiency_percent).unwrap_or(Efficiency::FULL);
            let rate = |rate: Option<Decimal>| rate.and_then(|rate| HourlyRate::new(rate).ok());
            Ok(OperationCost {
                sequence: operation.sequence,
                name: row.name.clone(),
                duration: duration(&operation.times, quantity, efficiency)?,
                staff_needed: operation.staff_needed,
                work_center_rate: rate(row.costs_hour).unwrap_or(HourlyRate::ZERO),
                labour_rate: rate(row.labour_cost_hour).unwrap_or(HourlyRate::ZERO),
            })
        });
        timed.collect()
    }
}

impl BomSource for StoredBoms {
    fn product(&self, id: ProductId) -> Option<BomProduct<'_>> {
        self.catalog.product(id)
    }

    fn unit(&self, id: UnitId) -> Option<&Unit> {
        self.catalog.unit(id)
    }

    fn product_count(&self) -> usize {
        self.catalog.product_count()
    }
}

impl BomFacts for StoredBoms {
    fn is_active(&self, product: ProductId) -> bool {
        self.part(product).is_some_and(|part| part.active)
    }

    fn unit_cost(&self, product: ProductId) -> Option<UnitCost> {
        self.part(product)?.unit_cost
    }

    fn routing(&self, routing: RoutingId) -> Option<&Routing> {
        self.routings.all.get(&routing).map(|(routing, _)| routing)
    }

    fn is_routing_active(&self, routing: RoutingId) -> bool {
        !self.out_of_use.contains(&routing.uuid())
    }

    fn is_work_center_active(&self, work_center: WorkCenterId) -> bool {
        !self.out_of_use.contains(&work_center.uuid())
    }

    fn hourly_rate(&self, work_center: WorkCenterId) -> Option<HourlyRate> {
        self.routings.rates.get(&work_center).copied()
    }

    fn is_template(&self, product: ProductId) -> bool {
        self.part(product).is_some_and(|part| part.is_template)
    }

    fn offered(&self, product: ProductId) -> &[AttributeValueId] {
        self.part(product).filter(|part| part.is_template).map_or(&[], |part| part.values.as_slice())
    }

    fn variants(&self, template: ProductId) -> &[Variant] {
        if self.root.product == template { &self.variants } else { &[] }
    }
}

impl CostSource for StoredBoms {
    fn product_name(&self, product: ProductId) -> String {
        self.part(product).map_or_else(|| product.to_string(), |part| part.name.clone())
    }

    fn unit_cost(&self, product: ProductId) -> Option<UnitCost> {
        self.part(product)?.unit_cost
    }

    fn operations(&self, routing: RoutingId, quantity: Exact) -> Result<Vec<OperationCost>, DurationError> {
        self.routings.operations(routing, quantity)
    }
}

/// The domain's routing of stored operations.
///
/// # Errors
/// [`StoreError::Corrupt`].
pub fn routing_of(rows: &[OperationRow]) -> Result<Routing, StoreError> {
    let operations = rows.iter().map(operation_of).collect::<Result<Vec<_>, _>>()?;
    Routing::new(operations).map_err(|faults| StoreError::Corrupt(format!("{faults:?}")))
}

fn operation_of(row: &OperationRow) -> Result<Operation, StoreError> {
    let whole = |value: i32| u32::try_from(value).map_err(corrupt);
    let seconds = |value: i32| whole(value).map(|value| Seconds::new(u64::from(value)));
    let predecessors = row.predecessors.as_ref();
    let predecessors = predecessors.map(|listed| listed.iter().map(|&value| whole(value)).collect()).transpose()?;
    Ok(Operation {
        id: OperationId::from_uuid(row.id),
        sequence: whole(row.sequence)?,
        name: Name::new(&row.name).map_err(corrupt)?,
        work_center: WorkCenterId::from_uuid(row.work_center_id),
        times: OperationTimes {
            setup: seconds(row.setup_seconds)?,
            cycle: seconds(row.cycle_seconds)?,
            quantity_per_cycle: PositiveQuantity::new(row.quantity_per_cycle).map_err(corrupt)?,
            cleanup: seconds(row.cleanup_seconds)?,
        },
        staff_needed: whole(row.staff_needed)?,
        predecessors,
        overlap_after: row.overlap_quantity.map(PositiveQuantity::new).transpose().map_err(corrupt)?,
        instructions: row.instructions.clone(),
    })
}

/// The rows of one bill of materials for one product stand together.
fn boms_of(rows: &[FoundRow]) -> Result<Vec<Bom>, StoreError> {
    let chunks = rows.chunk_by(|left, right| (left.bom_id, left.product_id) == (right.bom_id, right.product_id));
    chunks.filter_map(|chunk| chunk.first().map(|head| bom_of(head, chunk))).collect()
}

fn bom_of(head: &FoundRow, rows: &[FoundRow]) -> Result<Bom, StoreError> {
    Ok(Bom {
        id: BomId::from_uuid(head.bom_id),
        code: Code::new(&head.code).map_err(corrupt)?,
        revision: u32::try_from(head.revision).map_err(corrupt)?,
        state: head.state.parse().map_err(corrupt)?,
        bom_type: head.bom_type.parse().map_err(corrupt)?,
        product: ProductId::from_uuid(head.product_id),
        quantity: PositiveQuantity::new(head.quantity_per_run).map_err(corrupt)?,
        unit: UnitId::from_uuid(head.bom_unit_id),
        routing: head.routing_id.map(RoutingId::from_uuid),
        consumption: head.consumption_mode.parse().map_err(corrupt)?,
        effective_from: head.effective_from,
        effective_until: head.effective_until,
        lines: rows.iter().filter_map(|row| line_of(row).transpose()).collect::<Result<_, _>>()?,
        by_products: Vec::new(),
    })
}

fn line_of(row: &FoundRow) -> Result<Option<BomLine>, StoreError> {
    let (Some(id), Some(component), Some(quantity), Some(unit)) =
        (row.line_id, row.component_id, row.quantity, row.unit_id)
    else {
        return Ok(None);
    };
    Ok(Some(BomLine {
        id: BomLineId::from_uuid(id),
        component: ProductId::from_uuid(component),
        quantity: PositiveQuantity::new(quantity).map_err(corrupt)?,
        unit: UnitId::from_uuid(unit),
        operation_sequence: row.operation_sequence.map(u32::try_from).transpose().map_err(corrupt)?,
        loss: LossPercent::try_from(row.loss_percent.unwrap_or_default()).map_err(corrupt)?,
        is_fixed: row.is_fixed.unwrap_or_default(),
        note: String::new(),
        substitutes: row.substitute_ids.iter().copied().map(ProductId::from_uuid).collect(),
        applies_to: row.applies_to.as_ref().map_or(Ok(Vec::new()), choices)?,
    }))
}

/// Products and units as calculations find them.
pub(crate) fn parts_of(rows: Vec<PartRow>) -> Result<(BomCatalog, IdMap<ProductId, Part>), StoreError> {
    let mut units: HashMap<UnitId, Unit> = HashMap::new();
    let mut parts = IdMap::with_capacity_and_hasher(rows.len(), BuildHasherDefault::default());
    for row in rows {
        let unit_id = UnitId::from_uuid(row.unit_id);
        if let std::collections::hash_map::Entry::Vacant(entry) = units.entry(unit_id) {
            let ratio = Exact::ratio(row.ratio_numerator, row.ratio_denominator).map_err(corrupt)?;
            let category = UnitCategoryId::from_uuid(row.unit_category_id);
            entry.insert(Unit::new(unit_id, category, &row.unit_code, ratio, row.rounding_step).map_err(corrupt)?);
        }
        let Some(product) = row.product_id.map(ProductId::from_uuid) else { continue };
        let part = Part {
            code: row.code.unwrap_or_default(),
            name: row.name.unwrap_or_default(),
            unit_id,
            active: row.active.unwrap_or_default(),
            unit_cost: row.unit_cost.map(UnitCost::new).transpose().map_err(corrupt)?,
            selling_price: row.selling_price,
            template: row.template_id.map(ProductId::from_uuid),
            is_template: row.is_template.unwrap_or_default(),
            values: row.attribute_value_ids.into_iter().map(AttributeValueId::from_uuid).collect(),
        };
        parts.insert(product, part);
    }
    let mut catalog = BomCatalog::new(units.into_values().collect());
    for (&product, part) in &parts {
        catalog.add_product(product, part.unit_id).map_err(corrupt)?;
    }
    Ok((catalog, parts))
}

pub(crate) fn corrupt(error: impl ToString) -> StoreError {
    StoreError::Corrupt(error.to_string())
}
