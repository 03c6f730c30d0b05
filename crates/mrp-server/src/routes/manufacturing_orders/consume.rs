//! Posting consumption: stock leaves for production, reservations first, at the value of that moment.

use mrp_api::detail as say;
use std::collections::BTreeMap;

use mrp_api::error as codes;
use mrp_domain::ids::{LocationId, LotId, MaterialLineId};
use mrp_domain::lot::{self, LotFault};
use mrp_domain::money::{Money, UnitCost};
use mrp_domain::product::Tracking;
use mrp_domain::quantity::PositiveQuantity;
use mrp_domain::reservation::plan_reservation;
use mrp_domain::stock::Valuation;
use mrp_domain::text::Code;
use mrp_domain::time::Instant;
use mrp_store::material_lines::{self, ConsumptionValues, HeldLotRow, MaterialLineRow, ReservationValues};
use mrp_store::stock::{Document, MoveValues, NO_LOT, PRODUCTION, PlacedRow, Released};
use mrp_store::tx::Tx;
use rust_decimal::Decimal;
use uuid::Uuid;

use super::order::{Order, is_tracked};
use super::reserve::{lock_free, need};
use crate::error::{ApiError, Faults};
use crate::noun::word;
use crate::routes::taken_goods::may_go;

/// Lots that somebody says were used, and how much of each.
pub type NamedLots = Vec<(Code, PositiveQuantity)>;

/// So much of a component is consumed: of these lots, or when none are named of those that it holds first.
pub type Amount = (MaterialLineId, Decimal, NamedLots);

/// Reads the lots that somebody names for a component; none when he names none.
///
/// # Errors
/// `validation_failed` at `pointer`.
pub fn named_lots(
    order: &Order,
    line: MaterialLineId,
    quantity: Decimal,
    (typed, pointer): (Option<&str>, &str),
) -> Result<NamedLots, ApiError> {
    let Some(typed) = typed.filter(|text| !text.trim().is_empty()) else { return Ok(NamedLots::new()) };
    let mut faults = Faults::default();
    let known = order.lines.iter().find(|known| known.id == line.uuid());
    let tracking: Tracking = known.map_or(Ok(Tracking::None), |known| word(&known.tracking))?;
    let portions = PositiveQuantity::new(quantity)
        .map_err(LotFault::from)
        .and_then(|quantity| lot::portions(tracking, quantity, lot::numbers(typed)?));
    let portions = faults.take(pointer, portions).unwrap_or_default();
    faults.check()?;
    let lots = portions.into_iter().filter_map(|(number, quantity)| Some((number?, quantity)));
    Ok(lots.collect())
}

/// Consumes these amounts, of tracked components the lots that they hold first; the order in memory follows.
///
/// # Errors
/// `stock_short` when more is consumed than there is.
pub async fn consume(tx: &mut Tx, order: &mut Order, amounts: &[(MaterialLineId, Decimal)]) -> Result<(), ApiError> {
    consume_lots(tx, order, amounts.iter().map(|(line, quantity)| (*line, *quantity, NamedLots::new())).collect()).await
}

/// The same with lots that were really used: what of them is neither held by the component nor free is refused. What the
/// component then holds beyond its need is given back.
///
/// # Errors
/// `stock_short`, `stock_reserved`, `lot_expired`.
pub async fn consume_lots(tx: &mut Tx, order: &mut Order, amounts: Vec<Amount>) -> Result<(), ApiError> {
    let amounts = amounts.into_iter().filter(|(_, quantity, _)| *quantity > Decimal::ZERO).collect::<Vec<_>>();
    let Some(location) = order.row.components_location_id.filter(|_| !amounts.is_empty()) else { return Ok(()) };
    let mut values = valuations(tx, order, &amounts, location).await?;
    let parts = parts(tx, order, &amounts, location).await?;
    let mut moves = Vec::with_capacity(parts.len());
    let mut consumed = Vec::with_capacity(amounts.len());
    let mut released = Vec::new();
    let mut let_go = Vec::new();
    for ((line_id, quantity, _), parts) in amounts.iter().zip(parts) {
        let Some(line) = order.lines.iter_mut().find(|line| line.id == line_id.uuid()) else { continue };
        let mut sum =
            ConsumptionValues { line_id: line.id, quantity: *quantity, value: Decimal::ZERO, released: Decimal::ZERO };
        for part in parts {
            let (product_id, lot_id, quantity) = (line.product_id, part.lot_id, part.quantity);
            if quantity.is_zero() {
                sum.released += part.released;
                released.push(Released { product_id, lot_id, location_id: location, quantity: part.released });
                let_go.push(ReservationValues { line_id: line.id, product_id, lot_id, quantity: -part.released });
                continue;
            }
            let value = value_of(&mut values, product_id, quantity, line.unit_cost, &line.product_type)?;
            sum.value += value;
            sum.released += part.released;
            if part.released > Decimal::ZERO {
                released.push(Released { product_id, lot_id, location_id: location, quantity: part.released });
                let_go.push(ReservationValues { line_id: line.id, product_id, lot_id, quantity: -part.released });
            }
            if line.product_type == "storable" {
                moves.push(MoveValues {
                    id: Uuid::now_v7(),
                    product_id,
                    lot_id,
                    from_location_id: location,
                    to_location_id: PRODUCTION,
                    quantity,
                    value,
                    document: Document::ManufacturingOrder(order.row.id),
                });
            }
        }
        line.qty_done += sum.quantity;
        line.qty_reserved -= sum.released;
        line.actual_cost += sum.value;
        match consumed.iter_mut().find(|known: &&mut ConsumptionValues| known.line_id == sum.line_id) {
            Some(known) => {
                known.quantity += sum.quantity;
                known.value += sum.value;
                known.released += sum.released;
            }
            None => consumed.push(sum),
        }
    }
    material_lines::hold(tx, &let_go).await?;
    let lines = material_lines::consuming(&consumed);
    Ok(mrp_store::stock::post_moves_of_reserved(tx, &moves, &released, Some(lines)).await?)
}

/// What of an amount comes from one lot, and how much of it was set aside. Nothing comes from a lot that is only given back.
struct Part {
    lot_id: Uuid,
    quantity: Decimal,
    released: Decimal,
}

impl Part {
    /// What of it nobody had set aside.
    fn unreserved(&self) -> Decimal {
        (self.quantity - self.released).max(Decimal::ZERO)
    }
}

/// Where each amount comes from.
async fn parts(tx: &mut Tx, order: &Order, amounts: &[Amount], location: Uuid) -> Result<Vec<Vec<Part>>, ApiError> {
    let line_of = |id: &MaterialLineId| order.lines.iter().find(|line| line.id == id.uuid());
    // What each component still needs and holds, one amount after the other.
    let mut stands = order
        .lines
        .iter()
        .map(|line| (line.id, Stand { needed: line.qty_needed - line.qty_done, held: line.qty_reserved }))
        .collect::<BTreeMap<_, _>>();
    let mut parts = Vec::with_capacity(amounts.len());
    let tracked = amounts.iter().filter_map(|(id, _, _)| line_of(id)).filter(|line| is_tracked(line));
    let tracked = tracked.map(|line| line.id).collect::<Vec<_>>();
    let mut held = match tracked.is_empty() {
        true => Vec::new(),
        false => material_lines::held_lots(tx.connection(), tracked).await?,
    };
    let place = LocationId::from_uuid(location);
    let named = amounts.iter().filter(|(_, _, lots)| !lots.is_empty()).filter_map(|(id, _, _)| line_of(id));
    let named = named.map(|line| line.product_id).collect::<Vec<_>>();
    let mut shelf = match named.is_empty() {
        true => Vec::new(),
        false => mrp_store::stock::placed(tx.connection(), named, location).await?,
    };
    // What this consumption takes of goods that nobody has set aside, by product and lot.
    let mut taken: BTreeMap<(Uuid, Uuid), Decimal> = BTreeMap::new();
    for (id, quantity, lots) in amounts {
        let Some((line, stand)) = line_of(id).and_then(|line| Some((line, stands.get_mut(&line.id)?))) else {
            parts.push(Vec::new());
            continue;
        };
        stand.needed = (stand.needed - *quantity).max(Decimal::ZERO);
        if !is_tracked(line) {
            let released = stand.held.min(*quantity);
            stand.held -= released;
            parts.push(vec![Part { lot_id: NO_LOT, quantity: *quantity, released }]);
            continue;
        }
        if !lots.is_empty() {
            let own = of_named(line, stand, lots, (&mut shelf, &mut held), tx.now())?;
            for part in &own {
                *taken.entry((line.product_id, part.lot_id)).or_default() += part.unreserved();
            }
            stand.held -= own.iter().map(|part| part.released).sum::<Decimal>();
            parts.push(own);
            continue;
        }
        let mut rest = *quantity;
        let mut own = Vec::new();
        for lot in held.iter_mut().filter(|lot| lot.line_id == line.id) {
            let taken = rest.min(lot.quantity);
            if taken > Decimal::ZERO {
                lot.quantity -= taken;
                rest -= taken;
                own.push(Part { lot_id: lot.lot_id, quantity: taken, released: taken });
            }
        }
        if rest > Decimal::ZERO {
            let mut free = lock_free(tx, place, vec![line.product_id]).await?;
            for balance in &mut free {
                let key = (line.product_id, balance.lot.map_or(NO_LOT, LotId::uuid));
                balance.free -= taken.get(&key).copied().unwrap_or_default();
            }
            free.retain(|balance| balance.free > Decimal::ZERO);
            for allocation in plan_reservation(&[need(order, line, place, rest)], &free).allocations {
                let lot_id = allocation.lot.map_or(NO_LOT, LotId::uuid);
                rest -= allocation.quantity;
                *taken.entry((line.product_id, lot_id)).or_default() += allocation.quantity;
                own.push(Part { lot_id, quantity: allocation.quantity, released: Decimal::ZERO });
            }
        }
        if rest > Decimal::ZERO {
            return Err(short(line, rest));
        }
        for part in &own {
            let is_it = |row: &&mut PlacedRow| (row.product_id, row.lot_id) == (line.product_id, part.lot_id);
            if let Some(row) = shelf.iter_mut().find(is_it) {
                row.on_hand -= part.quantity;
                row.reserved -= part.released;
            }
        }
        stand.held -= own.iter().map(|part| part.released).sum::<Decimal>();
        parts.push(own);
    }
    Ok(parts)
}

/// What a component still needs, and what it holds.
struct Stand {
    needed: Decimal,
    held: Decimal,
}

/// What comes from the lots that somebody names, and what the component gives back of others that it needs no more.
fn of_named(
    line: &MaterialLineRow,
    stand: &Stand,
    lots: &[(Code, PositiveQuantity)],
    (shelf, held): (&mut [PlacedRow], &mut [HeldLotRow]),
    now: Instant,
) -> Result<Vec<Part>, ApiError> {
    let mut parts = Vec::new();
    for (number, wanted) in lots {
        let wanted = wanted.get();
        let is_it = |row: &&mut PlacedRow| {
            row.product_id == line.product_id && row.lot_number.as_deref() == Some(number.as_str())
        };
        let Some(row) = shelf.iter_mut().find(is_it) else {
            return Err(ApiError::new(&codes::STOCK_SHORT, say::LOT_NOT_THERE.with("number", number.to_string())));
        };
        if row.expires_at.is_some_and(|at| Instant::from_datetime(at) <= now) {
            return Err(ApiError::new(&codes::LOT_EXPIRED, say::LOT_PAST.with("number", number.to_string())));
        }
        let own = held.iter_mut().find(|lot| lot.line_id == line.id && lot.lot_id == row.lot_id);
        let released = own.as_ref().map_or(Decimal::ZERO, |lot| lot.quantity.min(wanted));
        may_go(Some(number), row.on_hand, row.reserved - released, wanted)
            .map_err(|(code, detail)| ApiError::new(code, detail))?;
        if let Some(own) = own {
            own.quantity -= released;
        }
        row.on_hand -= wanted;
        row.reserved -= released;
        parts.push(Part { lot_id: row.lot_id, quantity: wanted, released });
    }
    let released: Decimal = parts.iter().map(|part| part.released).sum();
    let mut surplus = (stand.held - released - stand.needed).max(Decimal::ZERO);
    for lot in held.iter_mut().rev().filter(|lot| lot.line_id == line.id) {
        let given = surplus.min(lot.quantity);
        if given > Decimal::ZERO {
            lot.quantity -= given;
            surplus -= given;
            parts.push(Part { lot_id: lot.lot_id, quantity: Decimal::ZERO, released: given });
        }
    }
    Ok(parts)
}

/// Why there is not enough of a tracked component.
fn short(line: &MaterialLineRow, missing: Decimal) -> ApiError {
    let lacking = |sentence: say::Sentence| {
        let detail = sentence.amount("missing", missing).with("unit", line.unit_code.as_str());
        detail.with("name", line.product_name.as_str())
    };
    if line.expired > Decimal::ZERO {
        let detail = lacking(say::COMPONENT_SHORT_EXPIRED).amount("expired", line.expired);
        return ApiError::new(&codes::LOT_EXPIRED, detail);
    }
    ApiError::new(&codes::STOCK_SHORT, lacking(say::COMPONENT_SHORT))
}

async fn valuations(
    tx: &mut Tx,
    order: &Order,
    amounts: &[Amount],
    location: Uuid,
) -> Result<BTreeMap<Uuid, Valuation>, ApiError> {
    let lines = amounts.iter().filter_map(|(line, _, _)| order.lines.iter().find(|known| known.id == line.uuid()));
    let products = lines.filter(|line| line.product_type == "storable").map(|line| line.product_id);
    let rows = mrp_store::stock::lock(tx, products.collect(), location).await?;
    let mut values = BTreeMap::new();
    for row in rows {
        let value = Money::round_half_even(row.value);
        let valuation = Valuation::new(row.quantity, value).map_err(|_| ApiError::plain(&codes::INTERNAL))?;
        values.insert(row.product_id, valuation);
    }
    Ok(values)
}

/// Stock is worth its moving average; what is not kept in stock is worth its cost.
fn value_of(
    values: &mut BTreeMap<Uuid, Valuation>,
    product: Uuid,
    quantity: Decimal,
    unit_cost: Option<Decimal>,
    product_type: &str,
) -> Result<Decimal, ApiError> {
    let quantity = PositiveQuantity::new(quantity)
        .map_err(|e| ApiError::new(&codes::QUANTITY_OUT_OF_RANGE, say::for_callers(e.to_string())))?;
    if product_type == "storable" {
        let valuation = values.get_mut(&product).ok_or_else(|| ApiError::plain(&codes::STOCK_SHORT))?;
        let value = valuation
            .issue(quantity)
            .map_err(|e| ApiError::new(&codes::STOCK_SHORT, say::for_callers(e.to_string())))?;
        return Ok(value.amount());
    }
    let cost = UnitCost::new(unit_cost.unwrap_or_default()).unwrap_or(UnitCost::ZERO);
    Ok(Money::round_half_even(cost.times(quantity.exact())).amount())
}
