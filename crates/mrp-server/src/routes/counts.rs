//! Counts as documents: what people found, what that means for stock and for orders, and the correction.

mod losses;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use mrp_api::access::Permission;
use mrp_api::counts::{
    CountDraftInput, CountEntriesInput, CountEntry, CountLineView, CountPasteInput, CountPostInput, CountQuery,
    CountRow, CountView, CreateCount, DeleteCount, EnterCount, GetCount, ListCounts, PasteCount, PostCount,
};
use mrp_api::detail as say;
use mrp_api::endpoint::{Empty, IdPath};
use mrp_api::error as codes;
use mrp_api::page::Page;
use mrp_domain::ids::{CountId, CountLineId, LotId, ProductId, WarehouseId};
use mrp_domain::manufacturing_order::change_log::REASON_LENGTH_MAX;
use mrp_domain::money::{Money, UnitCost};
use mrp_domain::product::{ProductType, Tracking};
use mrp_domain::quantity::{Exact, PositiveQuantity};
use mrp_domain::stock::correction::{self, Counted, Held};
use mrp_domain::stock::{CountState, Valuation};
use mrp_domain::time::Instant;
use mrp_store::counts::{self as store, CountLineRow, FoundValues, NewCount};
use mrp_store::error::StoreError;
use mrp_store::list::Filters;
use mrp_store::lots::NamedLot;
use mrp_store::products::ProductRow;
use mrp_store::sql::PgConnection;
use mrp_store::stock::{ADJUSTMENT, Document, MoveValues, NO_LOT};
use mrp_store::tx::Tx;
use rust_decimal::Decimal;
use uuid::Uuid;

use self::losses::Losses;
use crate::answer::Answered;
use crate::error::{ApiError, Faults};
use crate::granted::Granted;
use crate::mount::Mount;
use crate::noun::{list_request, word};
use crate::routes::arrivals::{Came, Waiting};
use crate::routes::lots;
use crate::routes::manufacturing_orders::order::Order;
use crate::routes::manufacturing_orders::reserve::take_away;
use crate::routes::products::unit_cost;
use crate::routes::stock_corrections::refused;
use crate::routes::transfers::place_of;

/// Most lines of one count.
const LINES_MAX: usize = 5_000;
/// Most characters of a category.
const CATEGORY_CHARS_MAX: usize = 200;

/// `/counts`.
pub fn mount(config: &mut actix_web::web::ServiceConfig) {
    config
        .endpoint::<ListCounts, _, _>(|granted, _, query, _| list(granted, query))
        .endpoint::<GetCount, _, _>(|granted, path, _, _| read(granted, path))
        .endpoint::<CreateCount, _, _>(|granted, _, _, input| create(granted, input))
        .endpoint::<EnterCount, _, _>(|granted, path, _, input| enter(granted, path, input))
        .endpoint::<PasteCount, _, _>(|granted, path, _, input| paste(granted, path, input))
        .endpoint::<PostCount, _, _>(|granted, path, _, input| post(granted, path, input))
        .endpoint::<DeleteCount, _, _>(|granted, path, _, _| delete(granted, path));
}

async fn list(granted: Granted<ListCounts>, query: CountQuery) -> Result<Answered<ListCounts>, ApiError> {
    let mut request = list_request(&query);
    request.sort.get_or_insert_with(|| "-frozen_at".to_owned());
    let filters = || {
        Filters::default()
            .with(query.state.map(|state| state.to_string()), "c.state = $")
            .with(query.warehouse_id.map(WarehouseId::uuid), "c.warehouse_id = $")
    };
    let mut connection = granted.connection().await?;
    let columns = store::CountRow::COLUMNS;
    let page = store::LIST.page::<store::CountRow>(&mut connection, columns, &request, filters()).await?;
    let total = store::LIST.total(&mut connection, &request, filters()).await?;
    let items = page.items.into_iter().map(row).collect::<Result<Vec<_>, _>>()?;
    granted.reply(Page { items, next_cursor: page.next_cursor, total: u64::try_from(total).unwrap_or_default() })
}

fn row(row: store::CountRow) -> Result<CountRow, ApiError> {
    Ok(CountRow {
        id: CountId::from_uuid(row.id),
        number: row.number,
        state: word(&row.state)?,
        warehouse_name: row.warehouse_name,
        category: row.category,
        frozen_at: Instant::from_datetime(row.frozen_at),
        posted_at: row.posted_at.map(Instant::from_datetime),
        line_count: row.line_count,
        counted_count: row.counted_count,
        by: row.by,
        version: row.version,
    })
}

async fn read(granted: Granted<GetCount>, path: IdPath<CountId>) -> Result<Answered<GetCount>, ApiError> {
    let mut connection = granted.connection().await?;
    let view = load(&mut connection, path.id.uuid(), granted.may(Permission::CostRead)).await?;
    granted.reply(view)
}

async fn load(connection: &mut PgConnection, id: Uuid, may_see_costs: bool) -> Result<CountView, ApiError> {
    let columns = store::CountRow::COLUMNS;
    let row = mrp_store::table::find::<store::CountRow>(connection, &store::LIST, columns, id).await?;
    let state: CountState = word(&row.state)?;
    let lines = store::lines(connection, id).await?;
    let losers = match state {
        CountState::Posted => Losses::default(),
        CountState::Draft => Losses::read(connection, row.warehouse_id, &lines).await?,
    };
    let mut views = Vec::with_capacity(lines.len());
    for line in lines {
        views.push(line_view(line, &losers, state, may_see_costs)?);
    }
    let counted = views.iter().filter(|line| line.qty_counted.is_some());
    let different = views.iter().filter(|line| line.qty_difference.is_some_and(|found| !found.is_zero()));
    Ok(CountView {
        id: CountId::from_uuid(row.id),
        number: row.number,
        state,
        warehouse_id: WarehouseId::from_uuid(row.warehouse_id),
        warehouse_name: row.warehouse_name,
        category: row.category,
        reason: row.reason,
        frozen_at: Instant::from_datetime(row.frozen_at),
        posted_at: row.posted_at.map(Instant::from_datetime),
        by: row.by,
        counted_count: u64::try_from(counted.count()).unwrap_or_default(),
        different_count: u64::try_from(different.count()).unwrap_or_default(),
        value: may_see_costs.then(|| views.iter().filter_map(|line| line.value).sum()),
        lines: views,
        version: row.version,
    })
}

fn line_view(
    line: CountLineRow,
    losers: &Losses,
    state: CountState,
    may_see_costs: bool,
) -> Result<CountLineView, ApiError> {
    let difference = difference(&line);
    let estimate = || -> Result<Option<Decimal>, ApiError> {
        let Some(difference) = difference else { return Ok(None) };
        let stock = line.valued_quantity.zip(line.valued_at);
        let cost = unit_cost(&line.cost_method, line.standard_cost, stock)?.unwrap_or(UnitCost::ZERO);
        let worth = cost.get().checked_mul(difference).unwrap_or_default();
        Ok(Some(Money::round_half_even(worth).amount()))
    };
    let value = match state {
        CountState::Posted => line.value,
        CountState::Draft => estimate()?,
    };
    Ok(CountLineView {
        id: CountLineId::from_uuid(line.id),
        product_id: ProductId::from_uuid(line.product_id),
        losers: losers.of(line.product_id, line.lot_id),
        product_code: line.product_code,
        product_name: line.product_name,
        unit_code: line.unit_code,
        lot_id: (line.lot_id != NO_LOT).then(|| LotId::from_uuid(line.lot_id)),
        lot_number: line.lot_number,
        qty_expected: line.qty_expected,
        qty_counted: line.qty_counted,
        qty_difference: difference,
        value: value.filter(|_| may_see_costs),
        has_moved: state == CountState::Draft && line.has_moved,
    })
}

/// What was found less what was expected; moves since the list was frozen stay in force.
fn difference(line: &CountLineRow) -> Option<Decimal> {
    line.qty_counted.map(|counted| counted - line.qty_expected)
}

async fn create(granted: Granted<CreateCount>, input: CountDraftInput) -> Result<Answered<CreateCount>, ApiError> {
    let id = Uuid::now_v7();
    let may_see_costs = granted.may(Permission::CostRead);
    granted
        .write(async |tx| {
            let mut faults = Faults::default();
            let (category, reason) = (input.category.trim(), input.reason.trim());
            let fits = category.chars().count() <= CATEGORY_CHARS_MAX;
            faults.require(fits, "/category", say::AT_MOST_CHARACTERS.with("most", 200));
            let fits = reason.chars().count() <= REASON_LENGTH_MAX;
            faults.require(fits, "/reason", say::AT_MOST_CHARACTERS.with("most", 500));
            let place = place_of(tx, input.warehouse_id, "/warehouse_id", false, &mut faults).await?;
            faults.check()?;
            let new = NewCount {
                id,
                warehouse_id: input.warehouse_id.uuid(),
                location_id: place.unwrap_or_default(),
                category: category.to_owned(),
                reason: reason.to_owned(),
            };
            if store::create(tx, new).await? > LINES_MAX {
                let mut faults = Faults::default();
                faults.add("/category", &codes::VALUE_INVALID, say::COUNT_TOO_LONG.with("most", 5000));
                faults.check()?;
            }
            tx.changed("stock_count", id, 1, reason);
            load(tx.connection(), id, may_see_costs).await
        })
        .await
}

/// Locks a count that nobody has posted.
async fn lock_draft(tx: &mut Tx, id: Uuid, expected: i64) -> Result<store::CountRow, ApiError> {
    let row = store::lock(tx, id, expected).await?;
    match word(&row.state)? {
        CountState::Draft => Ok(row),
        CountState::Posted => Err(ApiError::new(&codes::STATE_FORBIDS, say::COUNT_POSTED)),
    }
}

async fn enter(
    granted: Granted<EnterCount>,
    path: IdPath<CountId>,
    input: CountEntriesInput,
) -> Result<Answered<EnterCount>, ApiError> {
    let may_see_costs = granted.may(Permission::CostRead);
    granted
        .write(async |tx| {
            let count = lock_draft(tx, path.id.uuid(), granted.expected).await?;
            note(tx, &count, &input.lines, |place, field| format!("/lines/{place}/{field}"), Faults::default()).await?;
            load(tx.connection(), count.id, may_see_costs).await
        })
        .await
}

async fn paste(
    granted: Granted<PasteCount>,
    path: IdPath<CountId>,
    input: CountPasteInput,
) -> Result<Answered<PasteCount>, ApiError> {
    let may_see_costs = granted.may(Permission::CostRead);
    granted
        .write(async |tx| {
            let count = lock_draft(tx, path.id.uuid(), granted.expected).await?;
            let mut faults = Faults::default();
            let rows = pasted(&input.text, &mut faults);
            let codes = rows.iter().map(|row| row.code.clone()).collect();
            let known = mrp_store::products::called(tx.connection(), codes).await?;
            let known: HashMap<String, Uuid> = known.into_iter().map(|row| (row.code, row.id)).collect();
            let mut entries = Vec::with_capacity(rows.len());
            let mut places = Vec::with_capacity(rows.len());
            for row in rows {
                let Some(id) = known.get(&row.code) else {
                    let detail = say::COUNT_PRODUCT.with("row", row.number).with("value", row.code);
                    faults.add("/text", &codes::REFERENCE_UNKNOWN, detail);
                    continue;
                };
                places.push(row.number);
                entries.push(CountEntry {
                    product_id: ProductId::from_uuid(*id),
                    lot_number: row.lot,
                    qty_counted: Some(row.quantity),
                });
            }
            let pointer =
                |place: usize, field: &str| format!("/text/{}/{field}", places.get(place).copied().unwrap_or_default());
            note(tx, &count, &entries, pointer, faults).await?;
            load(tx.connection(), count.id, may_see_costs).await
        })
        .await
}

/// A row that somebody pasted.
struct Pasted {
    number: usize,
    code: String,
    lot: Option<String>,
    quantity: Decimal,
}

/// The rows of a text. The first may name the columns.
fn pasted(text: &str, faults: &mut Faults) -> Vec<Pasted> {
    let mut rows = Vec::new();
    for (place, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let number = place + 1;
        let cells = line.split(['\t', ';']).map(str::trim).collect::<Vec<_>>();
        let (code, lot, quantity) = match cells.as_slice() {
            [code, quantity] => (*code, "", *quantity),
            [code, lot, quantity, ..] => (*code, *lot, *quantity),
            _ => {
                faults.add("/text", &codes::VALUE_INVALID, say::COUNT_CELLS.with("row", number));
                continue;
            }
        };
        let digits = if quantity.contains('.') { quantity.to_owned() } else { quantity.replace(',', ".") };
        match digits.parse::<Decimal>() {
            Ok(quantity) => {
                let lot = Some(lot.to_owned()).filter(|lot| !lot.is_empty());
                rows.push(Pasted { number, code: code.to_owned(), lot, quantity });
            }
            Err(_) if rows.is_empty() && number == 1 => {}
            Err(_) => {
                faults.add(
                    "/text",
                    &codes::VALUE_INVALID,
                    say::COUNT_NUMBER.with("row", number).with("value", quantity),
                );
            }
        }
    }
    rows
}

/// Notes what was found, or tells everything that is wrong with it.
async fn note(
    tx: &mut Tx,
    count: &store::CountRow,
    entries: &[CountEntry],
    pointer: impl Fn(usize, &str) -> String,
    mut faults: Faults,
) -> Result<(), ApiError> {
    if entries.len() > LINES_MAX {
        faults.add("/lines", &codes::VALUE_INVALID, say::AT_MOST_LINES.with("most", 5000));
        return faults.check();
    }
    let ids = entries.iter().map(|entry| entry.product_id.uuid()).collect();
    let products = mrp_store::products::find_all(tx, ids).await?;
    let units = products.iter().map(|product| product.unit_id).collect();
    let units = mrp_store::units::find_all(tx.connection(), units).await?;
    let steps: HashMap<Uuid, Decimal> = units.into_iter().map(|unit| (unit.id, unit.rounding_step)).collect();
    let products: HashMap<Uuid, ProductRow> = products.into_iter().map(|row| (row.id, row)).collect();
    let mut named = Vec::new();
    let mut seen = BTreeSet::new();
    for (place, entry) in entries.iter().enumerate() {
        let Some(product) = products.get(&entry.product_id.uuid()) else {
            faults.add(
                pointer(place, "product_id"),
                &codes::REFERENCE_UNKNOWN,
                say::for_callers("there is no such product"),
            );
            continue;
        };
        let product_type: ProductType = word(&product.product_type)?;
        let is_counted = product_type == ProductType::Storable && !product.is_template;
        faults.require(is_counted, &pointer(place, "product_id"), say::PRODUCT_NOT_STORED);
        let tracking: Tracking = word(&product.tracking)?;
        let step = steps.get(&product.unit_id).copied().unwrap_or(Decimal::ONE);
        check_quantity(entry.qty_counted, step, tracking, &pointer(place, "qty_counted"), &mut faults);
        let typed = entry.lot_number.as_deref();
        let number = lots::one_number(tracking, typed, &pointer(place, "lot_number"), &mut faults);
        let number = number.map(|number| number.to_string());
        if !seen.insert((product.id, number.clone())) {
            faults.add(pointer(place, "product_id"), &codes::VALUE_INVALID, say::LISTED_TWICE);
        }
        named.push((product.id, number, entry.qty_counted));
    }
    faults.check()?;
    let lots = named.iter().filter_map(|(product_id, number, _)| {
        let number = number.clone()?;
        Some(NamedLot { product_id: *product_id, number, expires_on: None, supplier_lot: String::new() })
    });
    let kept = mrp_store::lots::keep(tx, lots.collect()).await?;
    let kept: HashMap<(Uuid, String), Uuid> =
        kept.into_iter().map(|row| ((row.product_id, row.number), row.id)).collect();
    let found = named.into_iter().map(|(product_id, number, quantity)| {
        let lot = number.and_then(|number| kept.get(&(product_id, number)).copied());
        FoundValues { product_id, lot_id: lot.unwrap_or(NO_LOT), quantity }
    });
    let version = store::enter(tx, count.id, &found.collect::<Vec<_>>()).await?;
    tx.changed("stock_count", count.id, version, format!("{} lines", entries.len()));
    Ok(())
}

fn check_quantity(counted: Option<Decimal>, step: Decimal, tracking: Tracking, pointer: &str, faults: &mut Faults) {
    let Some(counted) = counted.filter(|counted| !counted.is_zero()) else { return };
    let Some(quantity) = faults.take(pointer, PositiveQuantity::new(counted)) else { return };
    let rounded = faults.take(pointer, quantity.exact().floor_to(step));
    let is_step = rounded.is_none_or(|rounded| Exact::from_decimal(rounded) == quantity.exact());
    faults.require(is_step, pointer, say::NOT_A_MULTIPLE.amount("step", step));
    let is_piece = tracking != Tracking::Serial || counted <= Decimal::ONE;
    faults.require(is_piece, pointer, say::SERIAL_ONE_PIECE);
}

async fn post(
    granted: Granted<PostCount>,
    path: IdPath<CountId>,
    input: CountPostInput,
) -> Result<Answered<PostCount>, ApiError> {
    let may_see_costs = granted.may(Permission::CostRead);
    granted
        .write(async |tx| {
            let count = lock_draft(tx, path.id.uuid(), granted.expected).await?;
            correct(tx, &count, input.takes_from_orders).await?;
            let version = store::touch(tx, count.id, true).await?;
            tx.changed("stock_count", count.id, version, "");
            load(tx.connection(), count.id, may_see_costs).await
        })
        .await
}

/// Corrects stock by the differences. Who loses something is locked before any balance is.
async fn correct(tx: &mut Tx, count: &store::CountRow, takes_from_orders: bool) -> Result<(), ApiError> {
    let lines = store::lines(tx.connection(), count.id).await?;
    if !lines.iter().any(|line| line.qty_counted.is_some()) {
        return Err(ApiError::new(&codes::NOTHING_CHANGED, say::NOTHING_COUNTED));
    }
    let losses = Losses::read(tx.connection(), count.warehouse_id, &lines).await?;
    let (losing, customers) = (losses.orders(), losses.sales_orders());
    if !losses.is_empty() && !takes_from_orders {
        let orders = losses.numbers().join(", ");
        return Err(ApiError::new(&codes::STOCK_RESERVED, say::ORDERS_HOLD_MORE.with("orders", orders)));
    }
    mrp_store::sales_reservations::lock_orders(tx, customers.iter().copied().collect()).await?;
    let waiting = found(&lines);
    let waiting = Waiting::look(tx, count.warehouse_id, waiting.keys().copied().collect())
        .await?
        .expect(tx, &waiting, BTreeMap::new(), &losing.iter().copied().collect::<Vec<_>>())
        .await?;
    let mut orders = Vec::with_capacity(losing.len());
    for id in &losing {
        orders.push(Order::lock_any(tx, *id).await?);
    }
    let differing = |lines: &[CountLineRow]| {
        let different = lines.iter().filter(|line| difference(line).is_some_and(|found| !found.is_zero()));
        different.map(|line| line.product_id).collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>()
    };
    let rows = mrp_store::stock::lock(tx, differing(&lines), count.location_id).await?;
    // What was read before the locks may be old.
    let lines = store::lines(tx.connection(), count.id).await?;
    let losses = Losses::read(tx.connection(), count.warehouse_id, &lines).await?;
    if losses.orders() != losing || losses.sales_orders() != customers {
        return Err(StoreError::Conflict.into());
    }
    for order in orders {
        let changes = losses.changes_of(order.row.id);
        take_away(tx, order, count.location_id, &changes, &count.number).await?;
    }
    mrp_store::sales_reservations::change(tx, &losses.of_customers()).await?;
    for id in customers {
        let version = mrp_store::sales_reservations::touch(tx, id).await?;
        tx.changed("sales_order", id, version, format!("less of it was found: {}", count.number));
    }
    let values = rows.into_iter().map(|row| {
        let value = Valuation::new(row.quantity, Money::round_half_even(row.value));
        Ok((row.product_id, value.map_err(|error| StoreError::Corrupt(error.to_string()))?))
    });
    let mut values = values.collect::<Result<HashMap<_, _>, StoreError>>()?;
    let mut moves = Vec::new();
    let mut worth = Vec::new();
    for line in &lines {
        let stock = values.entry(line.product_id).or_default();
        if let Some((entry, value)) = corrected(tx, count, line, stock).await? {
            moves.push(entry);
            worth.push((line.id, value));
        }
    }
    mrp_store::stock::post_moves(tx, &moves).await?;
    let more = moves.iter().filter(|entry| entry.to_location_id == count.location_id);
    let more = more.map(|entry| Came { product_id: entry.product_id, lot_id: entry.lot_id, quantity: entry.quantity });
    waiting.set_aside(tx, &more.collect::<Vec<_>>()).await?;
    let reason = if count.reason.is_empty() { count.number.clone() } else { count.reason.clone() };
    let ids = moves.iter().map(|entry| entry.id).collect();
    Ok(store::close(tx, worth, (ids, reason)).await?)
}

/// How much more of each product was found than the books say, in lots of which more was found.
fn found(lines: &[CountLineRow]) -> BTreeMap<Uuid, Decimal> {
    let mut found: BTreeMap<Uuid, Decimal> = BTreeMap::new();
    for line in lines {
        if let Some(more) = difference(line).filter(|difference| *difference > Decimal::ZERO) {
            *found.entry(line.product_id).or_default() += more;
        }
    }
    found
}

/// The move of a line that differs, and what it is worth, below zero when goods are missing.
async fn corrected(
    tx: &mut Tx,
    count: &store::CountRow,
    line: &CountLineRow,
    stock: &mut Valuation,
) -> Result<Option<(MoveValues, Decimal)>, ApiError> {
    let Some(difference) = difference(line).filter(|found| !found.is_zero()) else { return Ok(None) };
    if difference > Decimal::ZERO && line.tracking == Tracking::Serial.as_str() {
        let number = line.lot_number.clone().unwrap_or_default();
        let anywhere = mrp_store::lots::called(tx.connection(), line.product_id, number.clone()).await?;
        if anywhere.is_some_and(|lot| lot.on_hand > Decimal::ZERO) {
            return Err(ApiError::new(&codes::SERIAL_IN_STOCK, say::SERIAL_THERE.with("number", number)));
        }
    }
    let left = line.on_hand + difference;
    if left < Decimal::ZERO {
        let detail = say::DIFFERENCE_TOO_LARGE.with("code", line.product_code.as_str());
        let detail = detail.amount("on_hand", line.on_hand).amount("missing", -difference);
        return Err(ApiError::new(&codes::STOCK_SHORT, detail));
    }
    let known = Some((stock.quantity(), stock.value().amount()));
    let cost = unit_cost(&line.cost_method, line.standard_cost, known)?.unwrap_or(UnitCost::ZERO);
    // What orders lose is taken from them already.
    let held = Held { on_hand: line.on_hand, reserved: line.reserved.min(left) };
    let (ends, quantity, value) = match correction::count(held, left, stock, cost).map_err(refused)? {
        Counted::AsBooked => return Ok(None),
        Counted::More(quantity, value) => ((ADJUSTMENT, count.location_id), quantity, value.amount()),
        Counted::Less(quantity, value) => ((count.location_id, ADJUSTMENT), quantity, -value.amount()),
    };
    let entry = MoveValues {
        id: Uuid::now_v7(),
        product_id: line.product_id,
        lot_id: line.lot_id,
        from_location_id: ends.0,
        to_location_id: ends.1,
        quantity: quantity.get(),
        value: value.abs(),
        document: Document::Count(count.id),
    };
    Ok(Some((entry, value)))
}

async fn delete(granted: Granted<DeleteCount>, path: IdPath<CountId>) -> Result<Answered<DeleteCount>, ApiError> {
    granted
        .write(async |tx| {
            let count = lock_draft(tx, path.id.uuid(), granted.expected).await?;
            mrp_store::table::delete(tx, "stock_count", count.id, granted.expected).await?;
            tx.changed("stock_count", count.id, granted.expected + 1, "");
            Ok(Empty {})
        })
        .await
}
