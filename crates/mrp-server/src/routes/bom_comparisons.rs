//! Two bills of materials side by side: lines and heads by the domain's diff, costs for those who may see them.

use std::collections::HashMap;

use mrp_api::access::Permission;
use mrp_api::bom_comparisons::{
    BomComparisonQuery, BomComparisonView, BomCostComparison, BomCostDifference, BomCostSum, BomHeadView,
    BomLineChangeKind, BomLineDifference, CompareBoms,
};
use mrp_api::boms::{BomByProductView, BomLineView};
use mrp_domain::bom::Bom;
use mrp_domain::bom::diff::{BomDiff, BomLineChange, diff};
use mrp_domain::costing::cost_tree::cost_tree;
use mrp_domain::ids::{BomId, BomLineId, ProductId, RoutingId};
use mrp_domain::quantity::Exact;
use mrp_store::bom_by_products;
use mrp_store::bom_catalog::StoredBoms;
use mrp_store::boms::{self as store, BomRow};
use mrp_store::sql::PgConnection;

use crate::answer::Answered;
use crate::error::ApiError;
use crate::granted::Granted;
use crate::mount::Mount;
use crate::noun::{integer, word};
use crate::routes::boms::commands::{one_run, refused, wire_row};
use crate::routes::boms::{by_products, line_view, load_as};
use crate::routes::variants::require_one_product;

/// `/boms/{id}/compare`.
pub fn mount(config: &mut actix_web::web::ServiceConfig) {
    config.endpoint::<CompareBoms, _, _>(|granted, path, query, _| compare(granted, query, path.id));
}

async fn compare(
    granted: Granted<CompareBoms>,
    query: BomComparisonQuery,
    new: BomId,
) -> Result<Answered<CompareBoms>, ApiError> {
    let mut connection = granted.connection().await?;
    let old = Side::read(&mut connection, query.with, query.variant_id).await?;
    let new = Side::read(&mut connection, new, query.variant_id).await?;
    let (mut compared, mut problem) = (None, None);
    if granted.may(Permission::CostRead) {
        let currency = mrp_store::settings::read(&mut connection).await?.currency;
        match costs(&old, &new, currency) {
            Ok(costs) => compared = Some(costs),
            Err(error) => problem = Some(error.problem(&granted.request_id)),
        }
    }
    let found = diff(&old.bom, &new.bom);
    let (lines, same_lines) = differences(found.clone(), &old, &new);
    granted.reply(BomComparisonView {
        head: found.head,
        lines,
        same_lines,
        costs: compared,
        costs_problem: problem,
        old: head(old.row, old.outputs)?,
        new: head(new.row, new.outputs)?,
    })
}

/// One of the two.
struct Side {
    row: BomRow,
    /// As calculations know it, but with what people noted on its lines.
    bom: Bom,
    lines: HashMap<BomLineId, BomLineView>,
    outputs: Vec<BomByProductView>,
    below: StoredBoms,
}

impl Side {
    /// As a variant is made, when one is named and the bill of materials is its template's.
    async fn read(connection: &mut PgConnection, id: BomId, variant: Option<ProductId>) -> Result<Self, ApiError> {
        let row = store::find(connection, id.uuid()).await?;
        let lines = store::lines(connection, id.uuid()).await?;
        let mut below = load_as(connection, id.uuid(), variant).await?;
        let variant = variant.filter(|_| below.is_for_its_product());
        if !below.is_for_its_product() {
            below = load_as(connection, id.uuid(), None).await?;
        }
        let noted = lines.iter().map(store::BomLineRow::line).collect::<Result<_, _>>()?;
        let bom = Bom { lines: noted, ..below.bom().clone() };
        let bom = match variant.and_then(|variant| below.part(variant).map(|part| (variant, part))) {
            Some((variant, part)) => bom.for_product(variant, &part.values),
            None => bom,
        };
        let lines = lines.into_iter().map(|line| (BomLineId::from_uuid(line.id), line_view(line))).collect();
        let outputs = bom_by_products::of_bom(connection, id.uuid()).await?;
        let outputs = outputs.into_iter().map(by_products::view).collect();
        Ok(Self { row, bom, lines, outputs, below })
    }

    fn cost(&self, quantity: Exact) -> Result<BomCostSum, ApiError> {
        require_one_product(&self.below)?;
        let tree = cost_tree(&self.below, &self.bom, quantity)
            .map_err(|error| refused(&|product| self.below.code(product), &error))?;
        let is_incomplete = !tree.missing.is_empty();
        let top = tree.rows.into_iter().next().map(|row| wire_row(&self.below, row));
        let top = top.ok_or_else(|| ApiError::plain(&mrp_api::error::INTERNAL))?;
        Ok(BomCostSum {
            quantity: top.quantity,
            unit_code: top.unit_code,
            material: top.material,
            labour: top.labour,
            work_center: top.work_center,
            total: top.total,
            is_incomplete,
        })
    }
}

/// Two recipes of one product are compared for the same quantity, whatever one run of each makes.
fn costs(old: &Side, new: &Side, currency: String) -> Result<BomCostComparison, ApiError> {
    let run = one_run(&new.below)?;
    let same_product = old.bom.product == new.bom.product;
    let before = old.cost(if same_product { run } else { one_run(&old.below)? })?;
    let after = new.cost(run)?;
    let difference = same_product.then(|| BomCostDifference {
        material: after.material - before.material,
        labour: after.labour - before.labour,
        work_center: after.work_center - before.work_center,
        total: after.total - before.total,
    });
    Ok(BomCostComparison { currency, old: before, new: after, difference })
}

/// The lines that differ, and how many do not.
fn differences(found: BomDiff, old: &Side, new: &Side) -> (Vec<BomLineDifference>, usize) {
    let of = |side: &Side, id: BomLineId| side.lines.get(&id).cloned();
    let differences: Vec<_> = found
        .lines
        .into_iter()
        .map(|change| match change {
            BomLineChange::Added { new: line } => BomLineDifference {
                change: BomLineChangeKind::Added,
                old: None,
                new: of(new, line.id),
                fields: Vec::new(),
            },
            BomLineChange::Removed { old: line } => BomLineDifference {
                change: BomLineChangeKind::Removed,
                old: of(old, line.id),
                new: None,
                fields: Vec::new(),
            },
            BomLineChange::Changed { old: before, new: after, fields } => BomLineDifference {
                change: BomLineChangeKind::Changed,
                old: of(old, before.id),
                new: of(new, after.id),
                fields,
            },
        })
        .collect();
    let in_new = differences.iter().filter(|difference| difference.new.is_some()).count();
    let same = new.bom.lines.len().saturating_sub(in_new);
    (differences, same)
}

fn head(row: BomRow, by_products: Vec<BomByProductView>) -> Result<BomHeadView, ApiError> {
    Ok(BomHeadView {
        id: BomId::from_uuid(row.id),
        code: row.code,
        revision: integer(row.revision),
        state: word(&row.state)?,
        product_id: ProductId::from_uuid(row.product_id),
        product_code: row.product_code,
        product_name: row.product_name,
        quantity_per_run: row.quantity_per_run,
        unit_code: row.unit_code,
        routing_id: row.routing_id.map(RoutingId::from_uuid),
        routing_name: row.routing_name,
        bom_type: word(&row.bom_type)?,
        consumption_mode: word(&row.consumption_mode)?,
        effective_from: row.effective_from.map(|day| day.to_string()),
        effective_until: row.effective_until.map(|day| day.to_string()),
        by_products,
    })
}
