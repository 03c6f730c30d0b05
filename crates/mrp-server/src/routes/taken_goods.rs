//! Goods that leave a warehouse with a document: of which lots, and whether they may.
//!
//! What orders hold stays. A line that names no lot gets what expires first, then what came first.

use std::collections::{BTreeMap, HashMap};

use mrp_api::detail::{self as say, Detail};
use mrp_api::error::{self as codes, ErrorCode};
use mrp_api::stock::{GoodsLineInput, GoodsLineView};
use mrp_domain::ids::{LocationId, LotId, MaterialLineId, ProductId, UnitId};
use mrp_domain::lot;
use mrp_domain::manufacturing_order::Priority;
use mrp_domain::money::Money;
use mrp_domain::product::{ProductType, Tracking};
use mrp_domain::quantity::{PositiveQuantity, Unit, UnitError};
use mrp_domain::reservation::{FreeBalance, Need, plan_reservation};
use mrp_domain::sales_order::beyond;
use mrp_domain::stock::Valuation;
use mrp_domain::text::Code;
use mrp_domain::time::Instant;
use mrp_store::error::StoreError;
use mrp_store::products::ProductRow;
use mrp_store::sales_reservations::{SetAsideRow, SetAsideValues};
use mrp_store::sql::PgConnection;
use mrp_store::stock::{self as store, Document, NO_LOT, PlacedRow};
use mrp_store::tx::Tx;
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::error::{ApiError, Faults};
use crate::noun::word;
use crate::routes::receipts::in_own_unit;
use crate::routes::sales_reservations;

/// Most lines of one document.
const LINES_MAX: usize = 500;

/// Goods of one product and lot that leave.
#[derive(Debug, Clone, Copy)]
pub struct Taken {
    /// Which line of the document it is, from 0.
    pub place: usize,
    /// The product.
    pub product_id: Uuid,
    /// The lot; [`NO_LOT`] for what is not tracked.
    pub lot_id: Uuid,
    /// How much, in the product's unit.
    pub quantity: PositiveQuantity,
}

/// What leaves, with what the stock of the products is worth; balances and values are locked.
#[derive(Debug)]
pub struct Leaving {
    /// Lot by lot, in the order of the lines.
    pub goods: Vec<Taken>,
    /// By product.
    pub values: HashMap<Uuid, Valuation>,
    /// What lay there for the lines of sales orders that the goods are for.
    pub own: OwnGoods,
}

/// What lies at a place for lines of sales orders, and how much of it they take.
#[derive(Debug, Default)]
pub struct OwnGoods {
    rows: Vec<(SetAsideRow, Decimal)>,
}

impl OwnGoods {
    /// What lies there for a line of a product's lot, and is not taken yet.
    fn left(&self, line: Option<Uuid>, product: Uuid, lot: Uuid) -> Decimal {
        let is_it = |row: &SetAsideRow| Some(row.line_id) == line && row.product_id == product && row.lot_id == lot;
        self.rows.iter().filter(|(row, _)| is_it(row)).map(|(row, taken)| row.quantity - taken).sum()
    }

    /// So much of a lot is taken for a line; returns how much of that lay there for it.
    fn take(&mut self, line: Option<Uuid>, (product, lot): (Uuid, Uuid), quantity: Decimal) -> Decimal {
        let is_it = |row: &SetAsideRow| Some(row.line_id) == line && row.product_id == product && row.lot_id == lot;
        let Some((row, taken)) = self.rows.iter_mut().find(|(row, _)| is_it(row)) else { return Decimal::ZERO };
        let own = quantity.min(row.quantity - *taken);
        *taken += own;
        own
    }

    /// What ends of it: what is taken, and what is beyond what is then open of a line.
    #[must_use]
    pub fn ends(&self, open_after: impl Fn(Uuid) -> Decimal) -> Vec<SetAsideValues> {
        let mut left: BTreeMap<Uuid, Decimal> = BTreeMap::new();
        for (row, taken) in &self.rows {
            *left.entry(row.line_id).or_default() += row.quantity - taken;
        }
        let mut ends = Vec::new();
        for (row, taken) in self.rows.iter().rev() {
            let mut quantity = *taken;
            if let Some(left) = left.get_mut(&row.line_id) {
                let more = beyond(open_after(row.line_id), *left).min(row.quantity - taken);
                *left -= more;
                quantity += more;
            }
            if quantity > Decimal::ZERO {
                ends.push(sales_reservations::taken(row, quantity));
            }
        }
        ends
    }
}

/// A line that has been read.
#[derive(Debug)]
pub struct Wanted {
    place: usize,
    product: Uuid,
    tracking: Tracking,
    quantity: PositiveQuantity,
    numbers: Vec<Code>,
}

/// Reads what somebody wants to take. `faults` are those of the document itself.
///
/// # Errors
/// `validation_failed` with every fault.
pub async fn wanted(tx: &mut Tx, lines: &[GoodsLineInput], mut faults: Faults) -> Result<Vec<Wanted>, ApiError> {
    faults.require(!lines.is_empty(), "/lines", say::LINE_NEEDED);
    faults.require(lines.len() <= LINES_MAX, "/lines", say::AT_MOST_LINES.with("most", 500));
    let wanted = if lines.len() <= LINES_MAX { read(tx, lines, &mut faults).await? } else { Vec::new() };
    faults.check()?;
    Ok(wanted)
}

/// How much of each product, in its own unit.
#[must_use]
pub fn amounts(wanted: &[Wanted]) -> BTreeMap<Uuid, Decimal> {
    let mut amounts: BTreeMap<Uuid, Decimal> = BTreeMap::new();
    for line in wanted {
        *amounts.entry(line.product).or_default() += line.quantity.get();
    }
    amounts
}

/// Decides what leaves a place; `keeps_expired` leaves alone what is past its last day. `served` says for which line of a
/// sales order each line is: that may take what lies there for it.
///
/// # Errors
/// `stock_short`, `stock_reserved` or `lot_expired` with every line that cannot be had.
pub async fn take(
    tx: &mut Tx,
    location: Option<Uuid>,
    wanted: &[Wanted],
    keeps_expired: bool,
    served: &[Option<Uuid>],
) -> Result<Leaving, ApiError> {
    let Some(location) = location else { return Err(ApiError::plain(&codes::VALIDATION_FAILED)) };
    let mut products = wanted.iter().map(|line| line.product).collect::<Vec<_>>();
    products.sort_unstable();
    products.dedup();
    let lines = served.iter().flatten().copied().collect::<Vec<_>>();
    let rows = store::lock_for_lines(tx, products.clone(), location, lines.clone()).await?;
    let values = rows.into_iter().map(|row| {
        let value = Valuation::new(row.quantity, Money::round_half_even(row.value));
        Ok((row.product_id, value.map_err(|error| StoreError::Corrupt(error.to_string()))?))
    });
    let values = values.collect::<Result<HashMap<_, _>, StoreError>>()?;
    let rows = match lines.is_empty() {
        true => Vec::new(),
        false => mrp_store::sales_reservations::of_lines(tx.connection(), lines, location).await?,
    };
    let mut own = OwnGoods { rows: rows.into_iter().map(|row| (row, Decimal::ZERO)).collect() };
    let mut shelf = store::placed(tx.connection(), products, location).await?;
    let mut goods = Vec::with_capacity(wanted.len());
    let mut refusals = Refusals::default();
    for line in wanted {
        let now = tx.now();
        if line.numbers.is_empty() {
            free(line, (&mut shelf, &mut own, served), (keeps_expired, now), &mut goods, &mut refusals);
        } else {
            named(line, (&mut shelf, &mut own, served), (keeps_expired, now), &mut goods, &mut refusals);
        }
    }
    refusals.check()?;
    Ok(Leaving { goods, values, own })
}

async fn read(tx: &mut Tx, lines: &[GoodsLineInput], faults: &mut Faults) -> Result<Vec<Wanted>, ApiError> {
    let ids = lines.iter().map(|line| line.product_id.uuid()).collect();
    let products = mrp_store::products::find_all(tx, ids).await?;
    let named = lines.iter().filter_map(|line| line.unit_id).map(UnitId::uuid);
    let units = products.iter().map(|product| product.unit_id).chain(named).collect();
    let units = mrp_store::units::find_all(tx.connection(), units).await?;
    let units = units.iter().map(|row| Ok((row.id, row.unit()?))).collect::<Result<HashMap<_, _>, UnitError>>();
    let units = units.map_err(|error| StoreError::Corrupt(error.to_string()))?;
    let products: HashMap<Uuid, ProductRow> = products.into_iter().map(|row| (row.id, row)).collect();
    let mut wanted = Vec::with_capacity(lines.len());
    for (place, line) in lines.iter().enumerate() {
        let product = products.get(&line.product_id.uuid());
        wanted.extend(read_line(place, line, product, &units, faults)?);
    }
    Ok(wanted)
}

fn read_line(
    place: usize,
    line: &GoodsLineInput,
    product: Option<&ProductRow>,
    units: &HashMap<Uuid, Unit>,
    faults: &mut Faults,
) -> Result<Option<Wanted>, ApiError> {
    let pointer = |field: &str| format!("/lines/{place}/{field}");
    let quantity = faults.take(&pointer("quantity"), PositiveQuantity::new(line.quantity));
    let numbers = lot::numbers(line.lot_numbers.as_deref().unwrap_or_default());
    let numbers = faults.take(&pointer("lot_numbers"), numbers);
    let Some(product) = product else {
        faults.add(pointer("product_id"), &codes::REFERENCE_UNKNOWN, say::for_callers("there is no such product"));
        return Ok(None);
    };
    let product_type: ProductType = word(&product.product_type)?;
    let is_counted = product_type == ProductType::Storable;
    faults.require(is_counted, &pointer("product_id"), say::PRODUCT_NOT_STORED);
    let own = units.get(&product.unit_id);
    let unit = units.get(&line.unit_id.map_or(product.unit_id, UnitId::uuid));
    let (Some(own), Some(unit)) = (own, unit) else {
        faults.add(pointer("unit_id"), &codes::REFERENCE_UNKNOWN, say::for_callers("there is no such unit"));
        return Ok(None);
    };
    let (Some(quantity), Some(numbers)) = (quantity, numbers) else { return Ok(None) };
    let Some(quantity) = in_own_unit(quantity, unit, own, &pointer, faults) else { return Ok(None) };
    let tracking = word(&product.tracking)?;
    if !numbers.is_empty() {
        // Whether the numbers go with the quantity.
        faults.take(&pointer("lot_numbers"), lot::portions(tracking, quantity, numbers.clone()));
    }
    Ok(Some(Wanted { place, product: product.id, tracking, quantity, numbers }))
}

/// Lines that cannot be had, and why.
#[derive(Default)]
struct Refusals {
    faults: Faults,
    first: Option<&'static ErrorCode>,
}

impl Refusals {
    fn add(&mut self, line: &Wanted, field: &str, code: &'static ErrorCode, detail: impl Into<Detail>) {
        self.first.get_or_insert(code);
        self.faults.add(format!("/lines/{}/{field}", line.place), code, detail);
    }

    fn check(self) -> Result<(), ApiError> {
        self.faults.check_as(self.first.unwrap_or(&codes::STOCK_SHORT))
    }
}

fn is_expired(row: &PlacedRow, now: Instant) -> bool {
    row.expires_at.is_some_and(|at| Instant::from_datetime(at) <= now)
}

/// Takes what the line names, lot by lot.
fn named(
    line: &Wanted,
    (shelf, own, served): (&mut [PlacedRow], &mut OwnGoods, &[Option<Uuid>]),
    (keeps_expired, now): (bool, Instant),
    goods: &mut Vec<Taken>,
    refusals: &mut Refusals,
) {
    let sale = served.get(line.place).copied().flatten();
    let portions = lot::portions(line.tracking, line.quantity, line.numbers.clone()).unwrap_or_default();
    for (number, quantity) in portions {
        let Some(number) = number else { continue };
        let is_it =
            |row: &&mut PlacedRow| row.product_id == line.product && row.lot_number.as_deref() == Some(number.as_str());
        let Some(row) = shelf.iter_mut().find(is_it) else {
            let detail = say::LOT_NOT_THERE.with("number", number.to_string());
            refusals.add(line, "lot_numbers", &codes::STOCK_SHORT, detail);
            continue;
        };
        if keeps_expired && is_expired(row, now) {
            let detail = say::LOT_PAST.with("number", number.to_string());
            refusals.add(line, "lot_numbers", &codes::LOT_EXPIRED, detail);
            continue;
        }
        let held = row.reserved - own.left(sale, line.product, row.lot_id);
        match may_go(Some(&number), row.on_hand, held, quantity.get()) {
            Ok(()) => {
                row.on_hand -= quantity.get();
                row.reserved -= own.take(sale, (line.product, row.lot_id), quantity.get());
                goods.push(Taken { place: line.place, product_id: line.product, lot_id: row.lot_id, quantity });
            }
            Err((code, detail)) => refusals.add(line, "lot_numbers", code, detail),
        }
    }
}

/// Whether so much may leave a balance.
///
/// # Errors
/// `stock_short`, `stock_reserved`, with the amounts.
pub fn may_go(
    lot: Option<&Code>,
    on_hand: Decimal,
    reserved: Decimal,
    wanted: Decimal,
) -> Result<(), (&'static ErrorCode, Detail)> {
    let told = |sentence: say::Sentence, of_lot: say::Sentence| {
        let detail = lot.map_or_else(|| sentence.into(), |number| of_lot.with("number", number.to_string()));
        detail.amount("wanted", wanted).amount("on_hand", on_hand)
    };
    if on_hand < wanted {
        return Err((&codes::STOCK_SHORT, told(say::ON_HAND, say::LOT_ON_HAND)));
    }
    if on_hand - reserved < wanted {
        let detail = told(say::ON_HAND_RESERVED, say::LOT_ON_HAND_RESERVED).amount("reserved", reserved);
        return Err((&codes::STOCK_RESERVED, detail));
    }
    Ok(())
}

/// Takes what is free, what expires first in front.
fn free(
    line: &Wanted,
    (shelf, own_goods, served): (&mut [PlacedRow], &mut OwnGoods, &[Option<Uuid>]),
    (keeps_expired, now): (bool, Instant),
    goods: &mut Vec<Taken>,
    refusals: &mut Refusals,
) {
    let sale = served.get(line.place).copied().flatten();
    let held = |row: &PlacedRow| row.reserved - own_goods.left(sale, line.product, row.lot_id);
    let (product, place) = (ProductId::from_uuid(line.product), LocationId::from_uuid(Uuid::nil()));
    let own = || shelf.iter().filter(|row| row.product_id == line.product);
    let usable = || own().filter(|row| !(keeps_expired && is_expired(row, now)));
    let balances = usable().map(|row| FreeBalance {
        product,
        lot: (row.lot_id != NO_LOT).then(|| LotId::from_uuid(row.lot_id)),
        location: place,
        free: row.on_hand - held(row),
        expires: row.expires_at.map(Instant::from_datetime),
        received_at: row.received_at.map_or(Instant::from_unix(0), Instant::from_datetime),
    });
    let balances = balances.collect::<Vec<_>>();
    let need = |quantity: Decimal| Need {
        line: MaterialLineId::from_uuid(Uuid::nil()),
        product,
        location: place,
        quantity,
        priority: Priority::Normal,
        deadline: None,
        order_number: String::new(),
        one_lot: false,
    };
    let plan = plan_reservation(&[need(line.quantity.get())], &balances);
    if !plan.shortages.is_empty() {
        let sum = |rows: &mut dyn Iterator<Item = &PlacedRow>| {
            rows.fold((Decimal::ZERO, Decimal::ZERO), |sum, row| (sum.0 + row.on_hand, sum.1 + held(row)))
        };
        let (all, _) = sum(&mut own());
        let (on_hand, reserved) = sum(&mut usable());
        let wanted = line.quantity.get();
        let (code, detail) = match may_go(None, on_hand, reserved, wanted) {
            Err((code, _)) if code == &codes::STOCK_SHORT && all > on_hand => {
                let detail = say::ON_HAND_EXPIRED.amount("wanted", wanted).amount("on_hand", on_hand);
                (&codes::LOT_EXPIRED, detail.amount("expired", all - on_hand))
            }
            Err(refusal) => refusal,
            Ok(()) => (&codes::STOCK_SHORT, say::for_callers("")),
        };
        refusals.add(line, "quantity", code, detail);
        return;
    }
    // What lies there for the line goes first, then what anybody could have.
    let lot = |balance: &FreeBalance| balance.lot.map_or(NO_LOT, LotId::uuid);
    let kept = balances.iter().map(|one| FreeBalance { free: own_goods.left(sale, line.product, lot(one)), ..*one });
    let kept = kept.collect::<Vec<_>>();
    let first = plan_reservation(&[need(line.quantity.get())], &kept).allocations;
    let taken: Decimal = first.iter().map(|one| one.quantity).sum();
    let rest = line.quantity.get() - taken;
    let others = balances.iter().zip(&kept).map(|(all, own)| FreeBalance { free: all.free - own.free, ..*all });
    let second = match rest > Decimal::ZERO {
        true => plan_reservation(&[need(rest)], &others.collect::<Vec<_>>()).allocations,
        false => Vec::new(),
    };
    let mut amounts: Vec<(Uuid, Decimal)> = Vec::new();
    for allocation in first.iter().chain(&second) {
        let lot_id = allocation.lot.map_or(NO_LOT, LotId::uuid);
        match amounts.iter_mut().find(|(known, _)| *known == lot_id) {
            Some((_, amount)) => *amount += allocation.quantity,
            None => amounts.push((lot_id, allocation.quantity)),
        }
    }
    for (lot_id, amount) in amounts {
        let row = shelf.iter_mut().find(|row| row.product_id == line.product && row.lot_id == lot_id);
        let (Some(row), Ok(quantity)) = (row, PositiveQuantity::new(amount)) else { continue };
        row.on_hand -= amount;
        row.reserved -= own_goods.take(sale, (line.product, lot_id), amount);
        goods.push(Taken { place: line.place, product_id: line.product, lot_id, quantity });
    }
}

/// What a document moved.
///
/// # Errors
/// When Postgres fails.
pub async fn lines_of(
    connection: &mut PgConnection,
    document: Document,
    may_see_costs: bool,
) -> Result<Vec<GoodsLineView>, ApiError> {
    let rows = store::document_lines(connection, document).await?;
    let views = rows.into_iter().map(|row| GoodsLineView {
        product_id: ProductId::from_uuid(row.product_id),
        product_code: row.product_code,
        product_name: row.product_name,
        lot_id: row.lot_id.map(LotId::from_uuid),
        lot_number: row.lot_number,
        quantity: row.quantity,
        unit_code: row.unit_code,
        value: Some(row.value).filter(|_| may_see_costs),
    });
    Ok(views.collect())
}
