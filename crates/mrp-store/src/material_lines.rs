//! The components of orders, and the reservation of stock for them.
//!
//! A reservation is the `qty_reserved` of a line at the location of its order's components warehouse; the balance's
//! `reserved` is the sum over the open lines. Both move in one statement, under row locks taken in product order.

use std::collections::BTreeMap;

use futures_util::future::try_join;
use rust_decimal::Decimal;
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use crate::error::StoreError;
use crate::sql::{PgConnection, Sql, braced, sql};
use crate::stock::NO_LOT;
use crate::tx::Tx;

/// What orders can still get of a product at the place `$2`: of what is tracked, all lots but those past their last day.
macro_rules! free_of {
    ($product:literal, $tracking:literal, $plain:literal) => {
        concat!(
            "CASE WHEN ",
            $tracking,
            " = 'none' THEN coalesce(",
            $plain,
            ".on_hand - ",
            $plain,
            ".reserved, 0) ELSE (SELECT coalesce(sum(f.on_hand - f.reserved), 0) FROM stock_balance f \
             JOIN lot t ON t.id = f.lot_id WHERE f.product_id = ",
            $product,
            " AND f.location_id = $2 AND (t.expires_on IS NULL \
             OR t.expires_on >= (now() AT TIME ZONE (SELECT zone FROM setting))::date)) END"
        )
    };
}

row! {
    /// A component of an order with its product and what stock says.
    pub struct MaterialLineRow {
        pub id: Uuid = "l.id",
        pub product_id: Uuid = "l.product_id",
        pub product_code: String = "p.code",
        pub product_name: String = "p.name",
        pub product_type: String = "p.product_type",
        pub tracking: String = "p.tracking",
        pub one_lot: bool = "p.one_lot",
        pub can_be_made: bool = "p.can_be_made",
        pub unit_code: String = "u.code",
        pub unit_step: Decimal = "u.rounding_step",
        pub operation_sequence: Option<i32> = "l.operation_sequence",
        pub qty_planned: Decimal = "l.qty_planned",
        pub qty_needed: Decimal = "l.qty_needed",
        pub qty_reserved: Decimal = "l.qty_reserved",
        pub qty_done: Decimal = "l.qty_done",
        pub per_unit: String = "l.per_unit",
        pub is_fixed: bool = "l.is_fixed",
        pub planned_unit_cost: Option<Decimal> = "l.planned_unit_cost",
        pub actual_cost: Decimal = "l.actual_cost",
        pub free: Decimal = free_of!("l.product_id", "p.tracking", "s"),
        /// What of the free lots is past its last day.
        pub expired: Decimal = "CASE WHEN p.tracking = 'none' THEN 0 ELSE (SELECT coalesce(sum(b.on_hand - b.reserved), 0) FROM stock_balance b JOIN lot t ON t.id = b.lot_id WHERE b.product_id = l.product_id AND b.location_id = $2 AND t.expires_on < (now() AT TIME ZONE (SELECT zone FROM setting))::date) END",
        pub unit_cost: Option<Decimal> = "CASE WHEN p.cost_method = 'moving_average' AND v.quantity > 0 THEN v.value / v.quantity ELSE p.standard_cost END",
    }
}

row! {
    /// What a component is planned to cost.
    pub struct PlannedLineRow {
        pub order_id: Uuid = "l.manufacturing_order_id",
        pub product_id: Uuid = "l.product_id",
        pub product_name: String = "p.name",
        pub qty_planned: Decimal = "l.qty_planned",
        pub planned_unit_cost: Option<Decimal> = "l.planned_unit_cost",
    }
}

/// What the components of orders are planned to cost.
///
/// # Errors
/// When Postgres fails.
pub async fn planned_of(connection: &mut PgConnection, orders: Vec<Uuid>) -> Result<Vec<PlannedLineRow>, StoreError> {
    let text = format!(
        "SELECT {} FROM material_line l JOIN product p ON p.id = l.product_id \
         WHERE l.manufacturing_order_id = ANY($1) ORDER BY l.manufacturing_order_id, l.position",
        PlannedLineRow::COLUMNS
    );
    Ok(sql(text).bind(orders).rows(connection).await?)
}

/// The components of an order; `location` is where they are taken from.
///
/// # Errors
/// When Postgres fails.
pub async fn of_order(
    connection: &mut PgConnection,
    order: Uuid,
    location: Option<Uuid>,
) -> Result<Vec<MaterialLineRow>, StoreError> {
    Ok(asking(order, location).rows(connection).await?)
}

/// The statement of [`of_order`], to travel with others.
#[must_use]
pub fn asking(order: Uuid, location: Option<Uuid>) -> Sql {
    let text = format!(
        "SELECT {} FROM material_line l JOIN product p ON p.id = l.product_id JOIN unit u ON u.id = p.unit_id \
         LEFT JOIN stock_balance s ON s.product_id = l.product_id AND s.lot_id = '{NO_LOT}' AND s.location_id = $2 \
         LEFT JOIN product_valuation v ON v.product_id = l.product_id \
         WHERE l.manufacturing_order_id = $1 ORDER BY l.position",
        MaterialLineRow::COLUMNS
    );
    sql(text).bind(order).bind(location)
}

row! {
    /// A product that may take the place of an order's component, with the size of both units.
    pub struct SubstituteRow {
        pub line_id: Uuid = "l.id",
        pub product_id: Uuid = "s.id",
        pub product_code: String = "s.code",
        pub product_name: String = "s.name",
        pub unit_code: String = "u.code",
        pub unit_step: Decimal = "u.rounding_step",
        pub ratio_numerator: i64 = "u.ratio_numerator",
        pub ratio_denominator: i64 = "u.ratio_denominator",
        pub line_numerator: i64 = "w.ratio_numerator",
        pub line_denominator: i64 = "w.ratio_denominator",
        pub free: Decimal = free_of!("s.id", "s.tracking", "b"),
    }
}

/// What may take the place of each component of an order, in the order of the recipe.
///
/// # Errors
/// When Postgres fails.
pub async fn substitutes(
    connection: &mut PgConnection,
    order: Uuid,
    location: Option<Uuid>,
) -> Result<Vec<SubstituteRow>, StoreError> {
    let text = format!(
        "SELECT {} FROM material_line l CROSS JOIN LATERAL unnest(l.substitute_ids) WITH ORDINALITY AS n(id, place) \
         JOIN product s ON s.id = n.id AND s.active AND s.id <> l.product_id JOIN unit u ON u.id = s.unit_id \
         JOIN product p ON p.id = l.product_id JOIN unit w ON w.id = p.unit_id \
         LEFT JOIN stock_balance b ON b.product_id = s.id AND b.lot_id = '{NO_LOT}' AND b.location_id = $2 \
         WHERE l.manufacturing_order_id = $1 ORDER BY l.position, n.place",
        SubstituteRow::COLUMNS
    );
    Ok(sql(text).bind(order).bind(location).rows(connection).await?)
}

/// A component to write.
#[derive(Debug, Clone)]
pub struct LineValues {
    pub id: Uuid,
    pub product_id: Uuid,
    pub operation_sequence: Option<i32>,
    pub qty_planned: Decimal,
    pub qty_needed: Decimal,
    pub per_unit: String,
    pub is_fixed: bool,
    pub planned_unit_cost: Option<Decimal>,
    /// What may take its place, the best first.
    pub substitute_ids: Vec<Uuid>,
}

/// Adds components to an order, behind those that it has.
///
/// # Errors
/// When Postgres fails.
pub async fn insert(tx: &mut Tx, order: Uuid, lines: &[LineValues]) -> Result<(), StoreError> {
    const TEXT: &str = "INSERT INTO material_line (id, manufacturing_order_id, position, product_id, \
         operation_sequence, qty_planned, qty_needed, per_unit, is_fixed, planned_unit_cost, substitute_ids) \
         SELECT n.id, $1, (SELECT coalesce(max(position), 0) FROM material_line WHERE manufacturing_order_id = $1) + n.place, \
         n.product_id, n.operation_sequence, n.qty_planned, n.qty_needed, n.per_unit, n.is_fixed, n.planned_unit_cost, \
         n.substitute_ids::uuid[] \
         FROM unnest($2::uuid[], $3::uuid[], $4::int[], $5::numeric[], $6::numeric[], $7::text[], $8::bool[], $9::numeric[], \
         $10::text[]) \
         WITH ORDINALITY AS n(id, product_id, operation_sequence, qty_planned, qty_needed, per_unit, is_fixed, \
         planned_unit_cost, substitute_ids, place)";
    // Arrays of arrays have one length in Postgres; so each travels as a text.
    if lines.is_empty() {
        return Ok(());
    }
    sql(TEXT)
        .bind(order)
        .bind(lines.iter().map(|line| line.id).collect::<Vec<_>>())
        .bind(lines.iter().map(|line| line.product_id).collect::<Vec<_>>())
        .bind(lines.iter().map(|line| line.operation_sequence).collect::<Vec<_>>())
        .bind(lines.iter().map(|line| line.qty_planned).collect::<Vec<_>>())
        .bind(lines.iter().map(|line| line.qty_needed).collect::<Vec<_>>())
        .bind(lines.iter().map(|line| line.per_unit.clone()).collect::<Vec<_>>())
        .bind(lines.iter().map(|line| line.is_fixed).collect::<Vec<_>>())
        .bind(lines.iter().map(|line| line.planned_unit_cost).collect::<Vec<_>>())
        .bind(lines.iter().map(|line| braced(&line.substitute_ids)).collect::<Vec<_>>())
        .run(tx.connection())
        .await?;
    Ok(())
}

/// Writes what a component needs after a change.
///
/// # Errors
/// When Postgres fails.
pub async fn change(
    tx: &mut Tx,
    line: Uuid,
    product: Uuid,
    (needed, per_unit, is_fixed): (Decimal, String, bool),
) -> Result<(), StoreError> {
    sql("UPDATE material_line SET product_id = $2, qty_needed = $3, per_unit = $4, is_fixed = $5 WHERE id = $1")
        .bind(line)
        .bind(product)
        .bind(needed)
        .bind(per_unit)
        .bind(is_fixed)
        .run(tx.connection())
        .await?;
    Ok(())
}

/// What a recipe says of a component that an order has.
#[derive(Debug, Clone, Default)]
pub struct PlanValues {
    pub line_id: Uuid,
    pub quantity: Decimal,
    /// None keeps the one that was planned before.
    pub unit_cost: Option<Decimal>,
    /// None keeps those that were known before.
    pub substitute_ids: Option<Vec<Uuid>>,
}

/// Writes what the plan says each component takes, at which cost, and what may take its place.
///
/// # Errors
/// When Postgres fails.
pub async fn set_planned(tx: &mut Tx, lines: &[PlanValues]) -> Result<(), StoreError> {
    const TEXT: &str = "UPDATE material_line l SET qty_planned = n.quantity, \
         planned_unit_cost = coalesce(n.cost, l.planned_unit_cost), \
         substitute_ids = coalesce(n.substitute_ids::uuid[], l.substitute_ids) \
         FROM unnest($1::uuid[], $2::numeric[], $3::numeric[], $4::text[]) AS n(id, quantity, cost, substitute_ids) \
         WHERE l.id = n.id";
    sql(TEXT)
        .bind(lines.iter().map(|line| line.line_id).collect::<Vec<_>>())
        .bind(lines.iter().map(|line| line.quantity).collect::<Vec<_>>())
        .bind(lines.iter().map(|line| line.unit_cost).collect::<Vec<_>>())
        .bind(lines.iter().map(|line| line.substitute_ids.as_deref().map(braced)).collect::<Vec<_>>())
        .run(tx.connection())
        .await?;
    Ok(())
}

/// Removes a component that nothing was reserved or consumed of.
///
/// # Errors
/// When Postgres fails.
pub async fn remove(tx: &mut Tx, line: Uuid) -> Result<(), StoreError> {
    sql("DELETE FROM material_line WHERE id = $1 AND qty_reserved = 0 AND qty_done = 0")
        .bind(line)
        .run(tx.connection())
        .await?;
    Ok(())
}

row! {
    /// What is free of a product, or of one of its lots, at a place.
    pub struct FreeRow {
        pub product_id: Uuid = "s.product_id",
        pub lot_id: Uuid = "s.lot_id",
        pub location_id: Uuid = "s.location_id",
        pub free: Decimal = "s.on_hand - s.reserved",
        /// The end of the lot's last day, on the company's clock.
        pub expires_at: Option<OffsetDateTime> = "(t.expires_on + 1)::timestamp AT TIME ZONE (SELECT zone FROM setting)",
        pub received_at: Option<OffsetDateTime> = "t.created_at",
    }
}

/// Locks what is free of these products at a place, in the one global order, and says how much it is.
///
/// # Errors
/// When Postgres fails.
pub async fn lock_free(tx: &mut Tx, location: Uuid, products: Vec<Uuid>) -> Result<Vec<FreeRow>, StoreError> {
    let text = format!(
        "SELECT {} FROM stock_balance s LEFT JOIN lot t ON t.id = s.lot_id WHERE s.location_id = $1 \
         AND s.product_id = ANY($2) AND (s.lot_id = '{NO_LOT}' OR s.on_hand > s.reserved) \
         ORDER BY s.product_id, s.lot_id, s.location_id FOR UPDATE OF s",
        FreeRow::COLUMNS
    );
    tx.holds_much();
    Ok(sql(text).bind(location).bind(products).rows(tx.connection()).await?)
}

row! {
    /// A lot that a component can be taken from.
    pub struct UsableLotRow {
        pub line_id: Uuid = "l.id",
        pub number: String = "t.number",
        pub expires_on: Option<Date> = "t.expires_on",
        pub quantity: Decimal = "coalesce(h.qty_reserved, 0) + s.on_hand - s.reserved",
    }
}

/// The lots at a place that these components can be taken from: first what they hold, then what is free; of both what
/// expires first in front, and nothing that is past its last day.
///
/// # Errors
/// When Postgres fails.
pub async fn usable_lots(
    connection: &mut PgConnection,
    lines: Vec<Uuid>,
    location: Uuid,
) -> Result<Vec<UsableLotRow>, StoreError> {
    let text = format!(
        "SELECT {} FROM material_line l JOIN stock_balance s ON s.product_id = l.product_id AND s.location_id = $2 \
         JOIN lot t ON t.id = s.lot_id \
         LEFT JOIN material_line_lot h ON h.material_line_id = l.id AND h.lot_id = t.id AND h.qty_reserved > 0 \
         WHERE l.id = ANY($1) AND coalesce(h.qty_reserved, 0) + s.on_hand - s.reserved > 0 \
         AND (t.expires_on IS NULL OR t.expires_on >= {}) \
         ORDER BY l.position, l.id, h.qty_reserved IS NULL, coalesce(t.expires_on, 'infinity'::date), t.created_at, t.id \
         LIMIT {USABLE_LOTS_MAX}",
        UsableLotRow::COLUMNS,
        crate::list::TODAY
    );
    Ok(sql(text).bind(lines).bind(location).rows(connection).await?)
}

/// Most lots that are told at once.
const USABLE_LOTS_MAX: usize = 1_000;

/// Locks all balances of these products at a place, in the one global order.
///
/// # Errors
/// When Postgres fails.
pub async fn lock(tx: &mut Tx, location: Uuid, products: Vec<Uuid>) -> Result<(), StoreError> {
    const TEXT: &str = "SELECT count(*) FROM (SELECT 1 FROM stock_balance WHERE location_id = $1 AND product_id = ANY($2) \
         ORDER BY product_id, lot_id, location_id FOR UPDATE) b";
    tx.holds_much();
    sql(TEXT).bind(location).bind(products).run(tx.connection()).await?;
    Ok(())
}

row! {
    /// What a component holds of a lot.
    pub struct HeldLotRow {
        pub line_id: Uuid = "h.material_line_id",
        pub lot_id: Uuid = "h.lot_id",
        pub product_id: Uuid = "t.product_id",
        pub number: String = "t.number",
        pub expires_on: Option<Date> = "t.expires_on",
        pub quantity: Decimal = "h.qty_reserved",
    }
}

/// The lots that these components hold, those that expire first, then those that came first, in front.
///
/// # Errors
/// When Postgres fails.
pub async fn held_lots(connection: &mut PgConnection, lines: Vec<Uuid>) -> Result<Vec<HeldLotRow>, StoreError> {
    let text = format!(
        "SELECT {} FROM material_line_lot h JOIN lot t ON t.id = h.lot_id \
         WHERE h.material_line_id = ANY($1) AND h.qty_reserved > 0 \
         ORDER BY coalesce(t.expires_on, 'infinity'::date), t.created_at, t.id",
        HeldLotRow::COLUMNS
    );
    Ok(sql(text).bind(lines).rows(connection).await?)
}

row! {
    /// A component of an open order that holds something.
    pub struct HolderRow {
        pub line_id: Uuid = "l.id",
        pub manufacturing_order_id: Uuid = "o.id",
        pub quantity: Decimal = "l.qty_reserved",
        pub priority: i16 = "o.priority",
        pub date_deadline: Option<OffsetDateTime> = "o.date_deadline",
        pub order_number: String = "o.number",
        pub made_name: String = "p.name",
    }
}

/// Which components of open orders hold something of a product in a warehouse.
///
/// # Errors
/// When Postgres fails.
pub async fn holders(
    connection: &mut PgConnection,
    warehouse: Uuid,
    product: Uuid,
) -> Result<Vec<HolderRow>, StoreError> {
    let text = format!(
        "SELECT {} FROM material_line l JOIN manufacturing_order o ON o.id = l.manufacturing_order_id \
         JOIN product p ON p.id = o.product_id WHERE l.product_id = $2 AND l.qty_reserved > 0 \
         AND o.components_warehouse_id = $1 AND o.state IN ('confirmed', 'planned', 'in_progress') ORDER BY o.id, l.id",
        HolderRow::COLUMNS
    );
    Ok(sql(text).bind(warehouse).bind(product).rows(connection).await?)
}

/// The orders of these components.
///
/// # Errors
/// When Postgres fails.
pub async fn orders_of(connection: &mut PgConnection, lines: Vec<Uuid>) -> Result<Vec<Uuid>, StoreError> {
    const TEXT: &str = "SELECT DISTINCT l.manufacturing_order_id AS id FROM material_line l WHERE l.id = ANY($1)";
    let rows: Vec<crate::table::Id> = sql(TEXT).bind(lines).rows(connection).await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

/// Changes what components hold of lots; nothing is said of what is not tracked.
///
/// # Errors
/// [`StoreError::Check`] when more is given back than is held.
pub async fn hold(tx: &mut Tx, changes: &[ReservationValues]) -> Result<(), StoreError> {
    const MORE: &str = "INSERT INTO material_line_lot (material_line_id, lot_id, qty_reserved) \
         SELECT c.line_id, c.lot_id, sum(c.quantity) FROM unnest($1::uuid[], $2::uuid[], $3::numeric[]) \
         AS c(line_id, lot_id, quantity) GROUP BY c.line_id, c.lot_id \
         ON CONFLICT (material_line_id, lot_id) DO UPDATE \
         SET qty_reserved = material_line_lot.qty_reserved + excluded.qty_reserved";
    const LESS: &str = "UPDATE material_line_lot h SET qty_reserved = h.qty_reserved + c.quantity \
         FROM (SELECT line_id, lot_id, sum(quantity) AS quantity FROM unnest($1::uuid[], $2::uuid[], $3::numeric[]) \
         AS c(line_id, lot_id, quantity) GROUP BY line_id, lot_id) c \
         WHERE h.material_line_id = c.line_id AND h.lot_id = c.lot_id";
    const SPENT: &str = "DELETE FROM material_line_lot WHERE material_line_id = ANY($1) AND qty_reserved = 0";
    let of_lots = changes.iter().filter(|change| change.lot_id != NO_LOT).copied();
    let (less, more): (Vec<_>, Vec<_>) = of_lots.partition(|change| change.quantity < Decimal::ZERO);
    for (text, some) in [(MORE, more), (LESS, less)] {
        if some.is_empty() {
            continue;
        }
        let lines = some.iter().map(|change| change.line_id).collect::<Vec<_>>();
        sql(text)
            .bind(lines.clone())
            .bind(some.iter().map(|change| change.lot_id).collect::<Vec<_>>())
            .bind(some.iter().map(|change| change.quantity).collect::<Vec<_>>())
            .run(tx.connection())
            .await?;
        if text == LESS {
            sql(SPENT).bind(lines).run(tx.connection()).await?;
        }
    }
    Ok(())
}

/// One component's share of a change of reservations.
#[derive(Debug, Clone, Copy)]
pub struct ReservationValues {
    pub line_id: Uuid,
    pub product_id: Uuid,
    /// [`NO_LOT`] for what is not tracked.
    pub lot_id: Uuid,
    /// Positive sets aside, negative gives back.
    pub quantity: Decimal,
}

/// Moves reservations of lines and balances together. The balances are locked already.
///
/// # Errors
/// [`StoreError::Check`] when more would be promised than there is.
pub async fn reserve(tx: &mut Tx, location: Uuid, changes: &[ReservationValues]) -> Result<(), StoreError> {
    const LINES: &str = "UPDATE material_line l SET qty_reserved = l.qty_reserved + c.quantity \
         FROM unnest($1::uuid[], $2::numeric[]) AS c(line_id, quantity) WHERE l.id = c.line_id";
    const BALANCES: &str = "UPDATE stock_balance s SET reserved = s.reserved + c.quantity \
         FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::numeric[]) AS c(product_id, lot_id, location_id, quantity) \
         WHERE s.product_id = c.product_id AND s.lot_id = c.lot_id AND s.location_id = c.location_id";
    if changes.is_empty() {
        return Ok(());
    }
    let mut kept = BTreeMap::<(Uuid, Uuid), Decimal>::new();
    let mut needy = BTreeMap::<Uuid, Decimal>::new();
    for change in changes {
        *kept.entry((change.product_id, change.lot_id)).or_default() += change.quantity;
        *needy.entry(change.line_id).or_default() += change.quantity;
    }
    // What one line gives and another gets leaves the balance as it is.
    kept.retain(|_, quantity| !quantity.is_zero());
    let lines =
        sql(LINES).bind(needy.keys().copied().collect::<Vec<_>>()).bind(needy.values().copied().collect::<Vec<_>>());
    let balances = sql(BALANCES)
        .bind(kept.keys().map(|key| key.0).collect::<Vec<_>>())
        .bind(kept.keys().map(|key| key.1).collect::<Vec<_>>())
        .bind(vec![location; kept.len()])
        .bind(kept.values().copied().collect::<Vec<_>>());
    let connection = &*tx.connection();
    try_join(lines.run_beside(connection), balances.run_beside(connection)).await?;
    hold(tx, changes).await
}

/// What was consumed of a component: how much, and what it was worth.
#[derive(Debug, Clone, Copy)]
pub struct ConsumptionValues {
    pub line_id: Uuid,
    pub quantity: Decimal,
    pub value: Decimal,
    /// How much of it had been set aside.
    pub released: Decimal,
}

/// The statement that adds to what lines have consumed; it travels with the moves.
#[must_use]
pub fn consuming(consumed: &[ConsumptionValues]) -> Sql {
    const TEXT: &str = "UPDATE material_line l SET qty_done = l.qty_done + c.quantity, \
         actual_cost = l.actual_cost + c.value, qty_reserved = l.qty_reserved - c.released \
         FROM unnest($1::uuid[], $2::numeric[], $3::numeric[], $4::numeric[]) AS c(line_id, quantity, value, released) \
         WHERE l.id = c.line_id";
    sql(TEXT)
        .bind(consumed.iter().map(|line| line.line_id).collect::<Vec<_>>())
        .bind(consumed.iter().map(|line| line.quantity).collect::<Vec<_>>())
        .bind(consumed.iter().map(|line| line.value).collect::<Vec<_>>())
        .bind(consumed.iter().map(|line| line.released).collect::<Vec<_>>())
}

row! {
    /// A product as a component.
    pub struct ComponentRow {
        pub name: String = "p.name",
        pub is_template: bool = "p.is_template",
        pub unit_code: String = "u.code",
        pub unit_step: Decimal = "u.rounding_step",
        pub active: bool = "p.active",
    }
}

/// What an order needs to know of a product that becomes its component.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn product(connection: &mut PgConnection, id: Uuid) -> Result<ComponentRow, StoreError> {
    let text = format!(
        "SELECT {} FROM product p JOIN unit u ON u.id = p.unit_id WHERE p.id = $1 FOR KEY SHARE OF p",
        ComponentRow::COLUMNS
    );
    Ok(sql(text).bind(id).one(connection).await?)
}
