//! An open order follows the newest revision of its bill of materials. Preview and command ask the same function of the
//! domain.

use mrp_api::detail as say;
use std::collections::HashMap;

use mrp_api::bom_updates::{BomUpdateRow, BomUpdateView};
use mrp_api::error as codes;
use mrp_domain::bom::BomSource;
use mrp_domain::ids::{BomId, MaterialLineId, ProductId, RoutingId, UserId};
use mrp_domain::manufacturing_order::ManufacturingOrderState;
use mrp_domain::manufacturing_order::change_log::{
    ChangeAuthor, FollowedRecipe, MaterialLine, RecordedAmount, follow_recipe,
};
use mrp_domain::manufacturing_order::transitions::{ManufacturingOrderCommand, decide};
use mrp_domain::quantity::Exact;
use mrp_domain::time::Instant;
use mrp_store::bom_catalog::StoredBoms;
use mrp_store::manufacturing_orders::{self as store, NewestRecipeRow, OrderChanges};
use mrp_store::material_lines::{self, LineValues, MaterialLineRow, PlanValues};
use mrp_store::settings::SettingRow;
use mrp_store::sql::PgConnection;
use mrp_store::tx::Tx;
use rust_decimal::Decimal;
use uuid::Uuid;

use super::by_products;
use super::change::{apply, author, exact_of, material_line, refused_change};
use super::confirm::{freeze_operations, needs, recipe_of};
use super::order::{Order, Rights, lock_work_orders, refused};
use crate::error::ApiError;
use crate::noun::integer;

/// What the newest revision would change.
///
/// # Errors
/// `not_found`, `nothing_changed` for an order without a recipe or before it is confirmed, faults of the recipe.
pub async fn preview(connection: &mut PgConnection, order: &Order, now: Instant) -> Result<BomUpdateView, ApiError> {
    // Nobody has changed anything yet.
    let author = ChangeAuthor::new(UserId::from_uuid(Uuid::nil()), now, "preview");
    let author = author.map_err(|refusal| refused_change(&refusal))?;
    let newest = newest(connection, order).await?;
    let wanted = Wanted::read(connection, order, &newest, now).await?;
    let mut lines = order.lines.iter().map(material_line).collect::<Vec<_>>();
    let before: HashMap<Uuid, &MaterialLineRow> = order.lines.iter().map(|line| (line.id, line)).collect();
    let changes = follow_recipe(&mut lines, wanted.lines(), &author).changes;
    let mut rows = Vec::with_capacity(changes.len());
    for change in changes {
        let Some(line) = change.line.map(MaterialLineId::uuid) else { continue };
        let known = before.get(&line);
        let named = match known {
            Some(row) => Some(Named::of(row)),
            None => wanted.named(line),
        };
        let Some(Named { product, code, name, unit_code, operation_sequence }) = named else { continue };
        let quantity = |amount: Option<RecordedAmount>| amount.map(|amount| amount.quantity.normalize());
        rows.push(BomUpdateRow {
            kind: change.kind,
            product_id: product,
            product_code: code,
            product_name: name,
            unit_code,
            operation_sequence,
            old_quantity: quantity(change.old),
            new_quantity: quantity(change.new),
            qty_consumed: known.map_or(Decimal::ZERO, |row| row.qty_done),
        });
    }
    let has_other_routing = newest.routing_id != newest.old_routing_id;
    Ok(BomUpdateView {
        from_id: BomId::from_uuid(newest.old_id),
        from_revision: integer(newest.old_revision),
        to_id: BomId::from_uuid(newest.id),
        to_revision: integer(newest.revision),
        changes: rows,
        takes_routing: taken_routing(order, &newest).is_some(),
        other_routing_id: newest.routing_id.filter(|_| has_other_routing).map(RoutingId::from_uuid),
        other_routing_name: newest.routing_name.filter(|_| has_other_routing),
    })
}

/// Makes the components what the newest revision asks.
///
/// # Errors
/// What the domain refuses; `nothing_changed` when the order has the newest revision.
pub async fn follow(
    tx: &mut Tx,
    order: Order,
    setting: &SettingRow,
    rights: Rights,
    reason: &str,
) -> Result<i64, ApiError> {
    let states = lock_work_orders(tx, &order).await?;
    let facts = order.facts(&states, setting, rights, tx.now())?;
    decide(ManufacturingOrderCommand::ChangeComponent, &facts, None).map_err(|refusal| refused(&refusal))?;
    let author = author(tx, reason)?;
    let now = tx.now();
    let newest = newest(tx.connection(), &order).await?;
    if newest.id == newest.old_id {
        return Err(ApiError::new(&codes::NOTHING_CHANGED, say::NEWEST_REVISION));
    }
    let wanted = Wanted::read(tx.connection(), &order, &newest, now).await?;
    let mut lines = order.lines.iter().map(material_line).collect::<Vec<_>>();
    let followed = follow_recipe(&mut lines, wanted.lines(), &author);
    let planned = lines.iter().map(|line| wanted.planned(line.line, &followed)).collect::<Vec<_>>();
    let mut to = OrderChanges { bom_id: Some(newest.id), ..OrderChanges::default() };
    if let Some(routing) = taken_routing(&order, &newest).filter(|_| states.is_empty()) {
        let operations = freeze_operations(tx, Some(routing), order.quantity()?).await?;
        let seconds = operations.iter().map(|frozen| frozen.planned_seconds).sum::<u64>();
        to.planned_seconds = i64::try_from(seconds).ok();
        to.operations = Some(serde_json::to_value(&operations).map_err(|_| ApiError::plain(&codes::INTERNAL))?);
        to.routing_id = Some(routing);
    }
    by_products::freeze_anew(tx, order.row.id, &wanted.recipe, order.quantity()?).await?;
    let version = apply(tx, order, &lines, &followed.changes, to).await?;
    material_lines::set_planned(tx, &planned).await?;
    Ok(version)
}

/// The newest revision's routing, when the order takes it over with the components: as long as there are no work orders,
/// and nobody has chosen another routing for it than its recipe's.
fn taken_routing(order: &Order, newest: &NewestRecipeRow) -> Option<Uuid> {
    let is_early = order.state == ManufacturingOrderState::Confirmed;
    let follows_recipe = order.row.routing_id == newest.old_routing_id;
    newest.routing_id.filter(|routing| is_early && follows_recipe && Some(*routing) != newest.old_routing_id)
}

async fn newest(connection: &mut PgConnection, order: &Order) -> Result<NewestRecipeRow, ApiError> {
    let found = store::newest_recipe(connection, order.row.id).await?;
    found.ok_or_else(|| ApiError::new(&codes::NOTHING_CHANGED, say::NO_VALIDATED_REVISION))
}

/// The recipe's lines for the order's quantity.
struct Wanted {
    needs: Vec<LineValues>,
    recipe: StoredBoms,
}

/// A component as people know it.
struct Named {
    product: ProductId,
    code: String,
    name: String,
    unit_code: String,
    operation_sequence: Option<u32>,
}

impl Named {
    fn of(row: &MaterialLineRow) -> Self {
        Self {
            product: ProductId::from_uuid(row.product_id),
            code: row.product_code.clone(),
            name: row.product_name.clone(),
            unit_code: row.unit_code.clone(),
            operation_sequence: row.operation_sequence.map(integer),
        }
    }
}

impl Wanted {
    async fn read(
        connection: &mut PgConnection,
        order: &Order,
        newest: &NewestRecipeRow,
        now: Instant,
    ) -> Result<Self, ApiError> {
        let begins_at = order.row.planned_start.unwrap_or(now.datetime());
        let recipe = recipe_of(connection, newest.id, order.row.product_id, begins_at).await?;
        let needs = needs(&recipe, order.quantity()?)?;
        Ok(Self { needs, recipe })
    }

    /// The component of a new line.
    fn named(&self, line: Uuid) -> Option<Named> {
        let need = self.needs.iter().find(|need| need.id == line)?;
        let product = ProductId::from_uuid(need.product_id);
        let part = self.recipe.part(product)?;
        Some(Named {
            product,
            code: part.code.clone(),
            name: part.name.clone(),
            unit_code: self.recipe.unit(part.unit_id)?.code().to_string(),
            operation_sequence: need.operation_sequence.map(integer),
        })
    }

    fn lines(&self) -> Vec<MaterialLine> {
        self.needs.iter().map(wanted_line).collect()
    }

    /// What the plan says of a line from now on: nothing of one that the recipe no longer has.
    fn planned(&self, line: MaterialLineId, followed: &FollowedRecipe) -> PlanValues {
        let follows = followed.follows.iter().find(|(follower, _)| *follower == line);
        let need = follows.and_then(|(_, wanted)| self.needs.iter().find(|need| need.id == wanted.uuid()));
        PlanValues {
            line_id: line.uuid(),
            quantity: need.map_or(Decimal::ZERO, |need| need.qty_planned),
            unit_cost: need.and_then(|need| need.planned_unit_cost),
            substitute_ids: need.map(|need| need.substitute_ids.clone()),
        }
    }
}

fn wanted_line(need: &LineValues) -> MaterialLine {
    MaterialLine {
        line: MaterialLineId::from_uuid(need.id),
        product: ProductId::from_uuid(need.product_id),
        operation_sequence: need.operation_sequence.map(integer),
        needed: need.qty_needed,
        consumed: Decimal::ZERO,
        per_unit: exact_of(&need.per_unit).unwrap_or_else(|| Exact::from_decimal(need.qty_needed)),
        fixed_per_order: need.is_fixed,
        rounding_step: Decimal::ONE,
    }
}
