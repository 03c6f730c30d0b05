//! Everything that the costs of all products are rolled up from: each recipe in use, read as whole tables.

use std::collections::{HashMap, HashSet};

use diesel_async::{AsyncPgConnection, SimpleAsyncConnection};
use mrp_domain::bom::catalog::{BomCatalog, IdMap};
use mrp_domain::bom::{Bom, BomByProduct, BomLine, BomProduct, BomSource, BomType, LossPercent};
use mrp_domain::costing::OperationCost;
use mrp_domain::costing::roll_up::CostSource;
use mrp_domain::ids::{BomId, BomLineId, ProductId, RoutingId, UnitId};
use mrp_domain::money::UnitCost;
use mrp_domain::quantity::{Exact, PositiveQuantity, Unit};
use mrp_domain::text::Code;
use mrp_domain::work_order_duration::DurationError;
use rust_decimal::Decimal;
use serde_json::Value;
use uuid::Uuid;

use crate::bom_by_products::{self, BomByProductRow};
use crate::bom_catalog::{Part, PartRow, Routings, corrupt, for_its_product, parts_of};
use crate::boms::{choices, effective};
use crate::error::StoreError;
use crate::sql::sql;

/// All products, and how each is made.
#[derive(Debug)]
pub struct Recipes {
    catalog: BomCatalog,
    parts: IdMap<ProductId, Part>,
    routings: Routings,
    /// Products that are made by orders of their own, by rising code.
    made: Vec<ProductId>,
}

row! {
    /// The recipe in use of a product, its lines as arrays; for [`load`] alone.
    pub struct RecipeRow {
        pub id: Uuid = "b.id",
        pub code: String = "b.code",
        pub revision: i32 = "b.revision",
        pub product_id: Uuid = "b.product_id",
        pub quantity_per_run: Decimal = "b.quantity_per_run",
        pub unit_id: Uuid = "b.unit_id",
        pub routing_id: Option<Uuid> = "b.routing_id",
        pub bom_type: String = "b.bom_type",
        pub consumption_mode: String = "b.consumption_mode",
        pub state: String = "b.state",
        pub component_ids: Vec<Uuid> = "coalesce(l.component_ids, '{}')",
        pub quantities: Vec<Decimal> = "coalesce(l.quantities, '{}')",
        pub unit_ids: Vec<Uuid> = "coalesce(l.unit_ids, '{}')",
        pub loss_percents: Vec<Decimal> = "coalesce(l.loss_percents, '{}')",
        pub are_fixed: Vec<bool> = "coalesce(l.are_fixed, '{}')",
    }
}

/// [`UNIT_COST`](crate::bom_catalog::UNIT_COST) of all products at once, their valuations `v` joined.
const WHOLE_UNIT_COST: &str = "CASE WHEN p.cost_method = 'moving_average' \
     THEN coalesce(round(v.value / v.quantity, 10), p.standard_cost) ELSE p.standard_cost END";

/// Statements everywhere else touch few rows by their keys, and connections plan for that.
const WHOLE_TABLES: &str = "SET LOCAL enable_seqscan = on; SET LOCAL enable_hashjoin = on; \
     SET LOCAL enable_mergejoin = on; SET LOCAL work_mem = '64MB'";

/// Reads them: few statements that see one moment, whatever the number of products.
///
/// # Errors
/// When Postgres fails; [`StoreError::Corrupt`].
pub async fn load(connection: &mut AsyncPgConnection) -> Result<Recipes, StoreError> {
    // A connection that is given up in the middle is seen by the pool and closed.
    let moment = async |connection: &mut AsyncPgConnection| {
        connection.batch_execute(WHOLE_TABLES).await?;
        read(connection).await
    };
    connection.build_transaction().repeatable_read().read_only().run(moment).await
}

async fn read(connection: &mut AsyncPgConnection) -> Result<Recipes, StoreError> {
    const TODAY: &str = effective!("NULL");
    let text = format!(
        "SELECT {} FROM (SELECT DISTINCT ON (v.product_id) v.* FROM bom v WHERE v.state = 'validated' AND {TODAY} \
         ORDER BY v.product_id, v.validated_at DESC, v.id DESC) b \
         LEFT JOIN (SELECT bom_id, array_agg(component_id) AS component_ids, \
         array_agg(quantity) AS quantities, array_agg(unit_id) AS unit_ids, \
         array_agg(loss_percent) AS loss_percents, array_agg(is_fixed) AS are_fixed \
         FROM bom_line GROUP BY bom_id) l ON l.bom_id = b.id",
        RecipeRow::COLUMNS
    );
    let rows: Vec<RecipeRow> = sql(text).rows(connection).await?;
    let routing_ids: HashSet<Uuid> = rows.iter().filter_map(|row| row.routing_id).collect();
    let mut by_products: HashMap<Uuid, Vec<BomByProduct>> = HashMap::new();
    let text = format!("SELECT {} FROM {}", BomByProductRow::COLUMNS, bom_by_products::FROM);
    for row in sql(text).rows::<BomByProductRow>(connection).await? {
        by_products.entry(row.bom_id).or_default().push(row.by_product()?);
    }
    let mut boms = rows.into_iter().map(|row| bom_of(row, &mut by_products)).collect::<Result<Vec<_>, _>>()?;
    with_selective_lines(connection, &mut boms).await?;
    let text = format!(
        "SELECT {} FROM unit u LEFT JOIN (SELECT p.*, {WHOLE_UNIT_COST} AS unit_cost FROM product p \
         LEFT JOIN product_valuation v ON v.product_id = p.id AND v.quantity > 0) p ON p.unit_id = u.id",
        PartRow::COLUMNS
    );
    let (mut catalog, parts) = parts_of(sql(text).rows(connection).await?)?;
    let routings = Routings::read(connection, routing_ids.into_iter().collect()).await?;
    let boms = with_variants(boms, &parts);
    let made = boms.iter().filter(|bom| bom.bom_type == BomType::Manufacture);
    let mut made: Vec<ProductId> = made.map(|bom| bom.product).collect();
    made.sort_by_cached_key(|product| parts.get(product).map(|part| part.code.clone()));
    for bom in boms {
        catalog.add_bom(bom).map_err(corrupt)?;
    }
    Ok(Recipes { catalog, parts, routings, made })
}

row! {
    /// A line of a recipe in which some lines belong to some variants only.
    pub struct SelectiveLineRow {
        pub bom_id: Uuid = "l.bom_id",
        pub component_id: Uuid = "l.component_id",
        pub quantity: Decimal = "l.quantity",
        pub unit_id: Uuid = "l.unit_id",
        pub loss_percent: Decimal = "l.loss_percent",
        pub is_fixed: bool = "l.is_fixed",
        pub applies_to: Value = "(SELECT coalesce(jsonb_agg(jsonb_build_object('value_id', v.id, 'attribute_id', v.attribute_id)), '[]') FROM attribute_value v WHERE v.id = ANY(l.applies_to_ids))",
    }
}

/// Lines that belong to some variants only are few, or none at all: their recipes are read once more, line by line.
async fn with_selective_lines(connection: &mut AsyncPgConnection, boms: &mut [Bom]) -> Result<(), StoreError> {
    let text = format!(
        "SELECT {} FROM bom_line l WHERE l.bom_id IN (SELECT s.bom_id FROM bom_line s WHERE s.applies_to_ids <> '{{}}') \
         ORDER BY l.bom_id, l.position",
        SelectiveLineRow::COLUMNS
    );
    let rows: Vec<SelectiveLineRow> = sql(text).rows(connection).await?;
    let mut lines: HashMap<BomId, Vec<BomLine>> = HashMap::new();
    for row in rows {
        let line = BomLine {
            id: BomLineId::from_uuid(Uuid::nil()),
            component: ProductId::from_uuid(row.component_id),
            quantity: PositiveQuantity::new(row.quantity).map_err(corrupt)?,
            unit: UnitId::from_uuid(row.unit_id),
            operation_sequence: None,
            loss: LossPercent::try_from(row.loss_percent).map_err(corrupt)?,
            is_fixed: row.is_fixed,
            note: String::new(),
            substitutes: Vec::new(),
            applies_to: choices(&row.applies_to)?,
        };
        lines.entry(BomId::from_uuid(row.bom_id)).or_default().push(line);
    }
    if !lines.is_empty() {
        for bom in boms {
            if let Some(lines) = lines.remove(&bom.id) {
                bom.lines = lines;
            }
        }
    }
    Ok(())
}

/// Recipes of templates become recipes of their variants that have none of their own.
fn with_variants(boms: Vec<Bom>, parts: &IdMap<ProductId, Part>) -> Vec<Bom> {
    let is_template = |product: &ProductId| parts.get(product).is_some_and(|part| part.is_template);
    let (templates, own): (Vec<Bom>, Vec<Bom>) = boms.into_iter().partition(|bom| is_template(&bom.product));
    let mut all: Vec<Bom> = own.into_iter().map(|bom| for_its_product(bom, parts)).collect();
    if templates.is_empty() {
        return all;
    }
    let templates: HashMap<ProductId, Bom> = templates.into_iter().map(|bom| (bom.product, bom)).collect();
    let have_own: HashSet<ProductId> = all.iter().map(|bom| bom.product).collect();
    let of_template =
        parts.iter().filter(|(product, _)| !have_own.contains(*product)).filter_map(|(&product, part)| {
            let bom = templates.get(&part.template?)?;
            Some(bom.clone().for_product(product, &part.values))
        });
    all.extend(of_template);
    all
}

fn bom_of(row: RecipeRow, by_products: &mut HashMap<Uuid, Vec<BomByProduct>>) -> Result<Bom, StoreError> {
    let line = |place: usize| {
        let missing = || StoreError::Corrupt(format!("a line of {} is incomplete", row.code));
        Ok(BomLine {
            // Costs do not ask which line it is, and a million ids are not worth their way.
            id: BomLineId::from_uuid(Uuid::nil()),
            component: ProductId::from_uuid(*row.component_ids.get(place).ok_or_else(missing)?),
            quantity: PositiveQuantity::new(*row.quantities.get(place).ok_or_else(missing)?).map_err(corrupt)?,
            unit: UnitId::from_uuid(*row.unit_ids.get(place).ok_or_else(missing)?),
            operation_sequence: None,
            loss: LossPercent::try_from(*row.loss_percents.get(place).ok_or_else(missing)?).map_err(corrupt)?,
            is_fixed: *row.are_fixed.get(place).ok_or_else(missing)?,
            note: String::new(),
            substitutes: Vec::new(),
            applies_to: Vec::new(),
        })
    };
    Ok(Bom {
        id: BomId::from_uuid(row.id),
        code: Code::new(&row.code).map_err(corrupt)?,
        revision: u32::try_from(row.revision).map_err(corrupt)?,
        state: row.state.parse().map_err(corrupt)?,
        bom_type: row.bom_type.parse().map_err(corrupt)?,
        product: ProductId::from_uuid(row.product_id),
        quantity: PositiveQuantity::new(row.quantity_per_run).map_err(corrupt)?,
        unit: UnitId::from_uuid(row.unit_id),
        routing: row.routing_id.map(RoutingId::from_uuid),
        consumption: row.consumption_mode.parse().map_err(corrupt)?,
        effective_from: None,
        effective_until: None,
        lines: (0..row.component_ids.len()).map(line).collect::<Result<_, StoreError>>()?,
        by_products: by_products.remove(&row.id).unwrap_or_default(),
    })
}

impl Recipes {
    /// Products that are made by orders of their own, by rising code.
    #[must_use]
    pub fn made(&self) -> &[ProductId] {
        &self.made
    }

    /// What is known of a product.
    #[must_use]
    pub fn part(&self, product: ProductId) -> Option<&Part> {
        self.parts.get(&product)
    }
}

impl BomSource for Recipes {
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

impl CostSource for Recipes {
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
