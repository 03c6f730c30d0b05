//! The components of orders, and the reservation of stock for them.
//!
//! A reservation is the `qty_reserved` of a line at the location of its order's components warehouse; the balance's
//! `reserved` is the sum over the open lines. Both move in one statement, under row locks taken in product order.

use std::collections::BTreeMap;

use futures_util::future::try_join;
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::error::StoreError;
use crate::sql::{PgConnection, Sql, braced, sql};
use crate::tx::Tx;

row! {
    /// A component of an order with its product and what stock says.
    pub struct MaterialLineRow {
        pub id: Uuid = "l.id",
        pub product_id: Uuid = "l.product_id",
        pub product_code: String = "p.code",
        pub product_name: String = "p.name",
        pub product_type: String = "p.product_type",
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
        pub free: Decimal = "coalesce(s.on_hand - s.reserved, 0)",
        pub unit_cost: Option<Decimal> = "CASE WHEN p.cost_method = 'moving_average' AND v.quantity > 0 THEN v.value / v.quantity ELSE p.standard_cost END",
    }
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
        pub free: Decimal = "coalesce(b.on_hand - b.reserved, 0)",
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

/// The lot of what is not tracked.
pub const NO_LOT: Uuid = Uuid::nil();

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
    /// What is free of a product at a place.
    pub struct FreeRow {
        pub product_id: Uuid = "product_id",
        pub lot_id: Uuid = "lot_id",
        pub location_id: Uuid = "location_id",
        pub free: Decimal = "on_hand - reserved",
    }
}

/// Locks the balances of these products at a place, in the one global order, and says what is free.
///
/// # Errors
/// When Postgres fails.
pub async fn lock_free(tx: &mut Tx, location: Uuid, products: Vec<Uuid>) -> Result<Vec<FreeRow>, StoreError> {
    let text = format!(
        "SELECT {} FROM stock_balance WHERE location_id = $1 AND product_id = ANY($2) AND lot_id = '{NO_LOT}' \
         ORDER BY product_id, lot_id, location_id FOR UPDATE",
        FreeRow::COLUMNS
    );
    Ok(sql(text).bind(location).bind(products).rows(tx.connection()).await?)
}

/// One component's share of a change of reservations.
#[derive(Debug, Clone, Copy)]
pub struct ReservationValues {
    pub line_id: Uuid,
    pub product_id: Uuid,
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
    let mut products = BTreeMap::<Uuid, Decimal>::new();
    for change in changes {
        *products.entry(change.product_id).or_default() += change.quantity;
    }
    let lines = sql(LINES)
        .bind(changes.iter().map(|change| change.line_id).collect::<Vec<_>>())
        .bind(changes.iter().map(|change| change.quantity).collect::<Vec<_>>());
    let balances = sql(BALANCES)
        .bind(products.keys().copied().collect::<Vec<_>>())
        .bind(vec![NO_LOT; products.len()])
        .bind(vec![location; products.len()])
        .bind(products.values().copied().collect::<Vec<_>>());
    let connection = &*tx.connection();
    try_join(lines.run_beside(connection), balances.run_beside(connection)).await?;
    Ok(())
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
