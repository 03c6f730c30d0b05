//! Receipts: which goods may come in, in what amounts, at what value.

use std::collections::HashMap;

use mrp_api::access::Permission;
use mrp_api::detail as say;
use mrp_api::endpoint::IdPath;
use mrp_api::error as codes;
use mrp_api::page::Page;
use mrp_api::stock::{
    CreateReceipt, GetReceipt, ListReceipts, ReceiptInput, ReceiptLineInput, ReceiptLineView, ReceiptQuery, ReceiptRow,
    ReceiptView,
};
use mrp_domain::ids::{LocationId, LotId, ProductId, ReceiptId, UnitId, WarehouseId};
use mrp_domain::lot::spread;
use mrp_domain::money::{Money, UnitCost};
use mrp_domain::product::ProductType;
use mrp_domain::purchasing::receiving::Counted;
use mrp_domain::quantity::{Exact, PositiveQuantity, Unit, UnitError};
use mrp_domain::time::Instant;
use mrp_store::error::StoreError;
use mrp_store::list::Filters;
use mrp_store::products::ProductRow;
use mrp_store::receipts::{self as store, ReceivedGoods};
use mrp_store::sql::PgConnection;
use mrp_store::stock::NO_LOT;
use mrp_store::tx::Tx;
use mrp_store::warehouses::WarehouseRow;
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::answer::Answered;
use crate::error::{ApiError, Faults};
use crate::granted::Granted;
use crate::mount::Mount;
use crate::noun::{list_request, word};
use crate::routes::lots::{self, Entering};
use crate::routes::products::unit_cost;
use crate::routes::purchase_orders::receiving;
use crate::routes::stock_value_differences::booked;
use crate::routes::variants::require_no_template;

/// Most lines of one receipt.
const LINES_MAX: usize = 500;
/// Most lots and serial numbers of one receipt.
const LOTS_MAX: usize = 2_000;
/// Most characters of the supplier's document.
const REFERENCE_CHARS_MAX: usize = 200;

/// `/receipts`.
pub fn mount(config: &mut actix_web::web::ServiceConfig) {
    config
        .endpoint::<ListReceipts, _, _>(|granted, _, query, _| list(granted, query))
        .endpoint::<GetReceipt, _, _>(|granted, path, _, _| read(granted, path))
        .endpoint::<CreateReceipt, _, _>(|granted, _, _, input| create(granted, input));
}

async fn list(granted: Granted<ListReceipts>, query: ReceiptQuery) -> Result<Answered<ListReceipts>, ApiError> {
    let mut request = list_request(&query);
    request.sort.get_or_insert_with(|| "-received_at".to_owned());
    let filters = || Filters::default().with(query.warehouse_id.map(WarehouseId::uuid), "r.warehouse_id = $");
    let mut connection = granted.connection().await?;
    let columns = store::ReceiptRow::COLUMNS;
    let page = store::LIST.page::<store::ReceiptRow>(&mut connection, columns, &request, filters()).await?;
    let total = store::LIST.total(&mut connection, &request, filters()).await?;
    let items = page.items.into_iter().map(row).collect();
    granted.reply(Page { items, next_cursor: page.next_cursor, total: u64::try_from(total).unwrap_or_default() })
}

fn row(row: store::ReceiptRow) -> ReceiptRow {
    ReceiptRow {
        id: ReceiptId::from_uuid(row.id),
        number: row.number,
        received_at: Instant::from_datetime(row.received_at),
        warehouse_name: row.warehouse_name,
        reference: row.reference,
        line_count: row.line_count,
        by: row.by,
    }
}

async fn read(granted: Granted<GetReceipt>, path: IdPath<ReceiptId>) -> Result<Answered<GetReceipt>, ApiError> {
    let mut connection = granted.connection().await?;
    let view = load(&mut connection, path.id.uuid(), granted.may(Permission::CostRead)).await?;
    granted.reply(view)
}

async fn load(connection: &mut PgConnection, id: Uuid, may_see_costs: bool) -> Result<ReceiptView, ApiError> {
    let columns = store::ReceiptRow::COLUMNS;
    let row = mrp_store::table::find::<store::ReceiptRow>(connection, &store::LIST, columns, id).await?;
    let lines = store::lines(connection, id).await?;
    let lines = lines.into_iter().map(|line| ReceiptLineView {
        product_id: ProductId::from_uuid(line.product_id),
        product_code: line.product_code,
        product_name: line.product_name,
        quantity: line.quantity,
        unit_code: line.unit_code,
        lot_id: line.lot_id.map(LotId::from_uuid),
        lot_number: line.lot_number,
        value: Some(line.value).filter(|_| may_see_costs),
    });
    Ok(ReceiptView {
        id: ReceiptId::from_uuid(row.id),
        number: row.number,
        received_at: Instant::from_datetime(row.received_at),
        warehouse_id: WarehouseId::from_uuid(row.warehouse_id),
        warehouse_name: row.warehouse_name,
        location_id: LocationId::from_uuid(row.location_id),
        reference: row.reference,
        by: row.by,
        lines: lines.collect(),
    })
}

async fn create(granted: Granted<CreateReceipt>, input: ReceiptInput) -> Result<Answered<CreateReceipt>, ApiError> {
    let id = Uuid::now_v7();
    let may_see_costs = granted.may(Permission::CostRead);
    granted
        .write(async |tx| {
            receive(tx, id, &input).await?;
            load(tx.connection(), id, may_see_costs).await
        })
        .await
}

/// Checks a receipt and posts it.
///
/// # Errors
/// `validation_failed` with every fault of every line.
pub async fn receive(tx: &mut Tx, id: Uuid, input: &ReceiptInput) -> Result<(), ApiError> {
    let mut faults = Faults::default();
    let reference = input.reference.trim();
    faults.require(
        reference.chars().count() <= REFERENCE_CHARS_MAX,
        "/reference",
        say::AT_MOST_CHARACTERS.with("most", 200),
    );
    faults.require(!input.lines.is_empty(), "/lines", say::LINE_NEEDED);
    if input.lines.len() > LINES_MAX {
        faults.add("/lines", &codes::VALUE_INVALID, say::AT_MOST_LINES.with("most", 500));
        return faults.check();
    }
    let columns = WarehouseRow::COLUMNS;
    let warehouse = input.warehouse_id.uuid();
    match mrp_store::table::find(tx.connection(), &mrp_store::warehouses::LIST, columns, warehouse).await {
        Ok(WarehouseRow { active, .. }) => faults.require(active, "/warehouse_id", say::WAREHOUSE_INACTIVE),
        Err(StoreError::NotFound) => {
            faults.add("/warehouse_id", &codes::REFERENCE_UNKNOWN, say::for_callers("there is no such warehouse"));
        }
        Err(error) => return Err(error.into()),
    }
    let (lines, ordered) = receiving::open(tx, input, &mut faults).await?;
    let known = Known::read(tx, &lines).await?;
    let mut goods = Vec::with_capacity(lines.len());
    let mut entering = Vec::with_capacity(lines.len());
    let mut places = Vec::with_capacity(lines.len());
    let mut counted = ordered.counted();
    for (place, line) in lines.iter().enumerate() {
        let mut unordered = Counted::default();
        let ordered = line.purchase_order_line_id.and_then(|id| counted.get_mut(&id.uuid()));
        let before = ordered.unwrap_or(&mut unordered);
        let portions = known.goods(place, line, *before, &mut faults)?;
        before.received += line.quantity;
        for (under, portion) in portions {
            before.entered += portion.quantity;
            entering.push(under);
            goods.push(portion);
            places.push(place);
        }
    }
    faults.check()?;
    if goods.len() > LOTS_MAX {
        let mut faults = Faults::default();
        faults.add("/lines", &codes::VALUE_INVALID, say::LOTS_TOO_MANY.with("most", 2000));
        return faults.check();
    }
    let portions = places.into_iter().zip(&goods).collect::<Vec<_>>();
    let arrival = ordered.arrive(tx, warehouse, &lines, &portions).await?;
    for (portion, lot) in goods.iter_mut().zip(lots::enter(tx, &entering).await?) {
        portion.lot_id = lot;
    }
    store::post(tx, id, warehouse, reference.to_owned(), &goods).await?;
    arrival.take(tx, &ordered, &goods).await?;
    tx.changed("receipt", id, 1, serde_json::to_string(input).unwrap_or_default());
    Ok(())
}

/// The products and units that a receipt names.
struct Known {
    products: HashMap<ProductId, ProductRow>,
    units: HashMap<UnitId, Unit>,
}

impl Known {
    async fn read(tx: &mut Tx, lines: &[ReceiptLineInput]) -> Result<Self, ApiError> {
        let ids = lines.iter().map(|line| line.product_id.uuid()).collect();
        let products = mrp_store::products::find_all(tx, ids).await?;
        let named = lines.iter().filter_map(|line| line.unit_id).map(UnitId::uuid);
        let ids = products.iter().map(|product| product.unit_id).chain(named).collect();
        let units = mrp_store::units::find_all(tx.connection(), ids).await?;
        let units = units.iter().map(|row| Ok((UnitId::from_uuid(row.id), row.unit()?)));
        let units = units.collect::<Result<_, UnitError>>().map_err(|error| StoreError::Corrupt(error.to_string()))?;
        let products = products.into_iter().map(|row| (ProductId::from_uuid(row.id), row)).collect();
        Ok(Self { products, units })
    }

    /// One line in the product's own unit and with its value, each lot or piece for itself; nothing when it has a fault.
    fn goods(
        &self,
        place: usize,
        line: &ReceiptLineInput,
        before: Counted,
        faults: &mut Faults,
    ) -> Result<Vec<(Entering, ReceivedGoods)>, ApiError> {
        let pointer = |field: &str| format!("/lines/{place}/{field}");
        let quantity = faults.take(&pointer("quantity"), PositiveQuantity::new(line.quantity));
        let given_cost = faults.take(&pointer("unit_cost"), line.unit_cost.map(UnitCost::new).transpose());
        let Some(product) = self.products.get(&line.product_id) else {
            faults.add(pointer("product_id"), &codes::REFERENCE_UNKNOWN, say::for_callers("there is no such product"));
            return Ok(Vec::new());
        };
        let product_type: ProductType = word(&product.product_type)?;
        faults.require(product.active, &pointer("product_id"), say::PRODUCT_INACTIVE);
        faults.require(product_type == ProductType::Storable, &pointer("product_id"), say::PRODUCT_NOT_STORED);
        require_no_template(product.is_template, &pointer("product_id"), faults);
        let own = UnitId::from_uuid(product.unit_id);
        let named = line.unit_id.unwrap_or(own);
        let (Some(unit), Some(own)) = (self.units.get(&named), self.units.get(&own)) else {
            faults.add(pointer("unit_id"), &codes::REFERENCE_UNKNOWN, say::for_callers("there is no such unit"));
            return Ok(Vec::new());
        };
        let expires_on = lots::expiry_day(line.expires_on.as_deref(), &pointer("expires_on"), faults);
        let supplier_lot = line.supplier_lot.as_deref().unwrap_or_default();
        let supplier_lot = lots::supplier_lot(supplier_lot, &pointer("supplier_lot"), faults);
        let (Some(quantity), Some(given_cost)) = (quantity, given_cost) else { return Ok(Vec::new()) };
        let Some(amount) = entering(before, quantity, (unit, own), &pointer, faults) else { return Ok(Vec::new()) };
        let (tracking, typed) = (word(&product.tracking)?, line.lot_numbers.as_deref());
        let Some(portions) = lots::portions(tracking, amount, typed, &pointer("lot_numbers"), faults) else {
            return Ok(Vec::new());
        };
        let value = match given_cost {
            Some(cost) => cost.times(quantity),
            None => {
                unit_cost(&product.cost_method, product.standard_cost, product.valued_quantity.zip(product.valued_at))?
                    .unwrap_or(UnitCost::ZERO)
                    .times(amount)
            }
        };
        let amounts = portions.iter().map(|(_, amount)| *amount).collect::<Vec<_>>();
        let given = Money::round_half_even(value);
        let (value, difference) = booked(&product.cost_method, product.standard_cost, amount, given)?;
        // What was paid beyond the standard belongs to the line; its first portion carries it.
        let mut beyond = difference.amount();
        let values = spread(value, &amounts)
            .map_err(|error| ApiError::new(&codes::QUANTITY_OUT_OF_RANGE, say::for_callers(error.to_string())))?;
        let goods = portions.into_iter().zip(values).map(|((number, amount), value)| {
            let under = Entering {
                product_id: product.id,
                tracking,
                number,
                expires_on,
                supplier_lot: supplier_lot.clone(),
                pointer: pointer("lot_numbers"),
                expiry_pointer: pointer("expires_on"),
            };
            let (quantity, value) = (amount.get(), value.amount());
            let difference = std::mem::take(&mut beyond);
            let (id, lot_id) = (Uuid::now_v7(), NO_LOT);
            (under, ReceivedGoods { id, product_id: product.id, lot_id, quantity, value, difference })
        });
        Ok(goods.collect())
    }
}

/// The amount in the product's unit, if stock can be counted that finely: for goods that go out or to another place.
///
/// Faults are told at `quantity` and `unit_id` below the pointer.
pub fn in_own_unit(
    quantity: PositiveQuantity,
    unit: &Unit,
    own: &Unit,
    pointer: &impl Fn(&str) -> String,
    faults: &mut Faults,
) -> Option<PositiveQuantity> {
    let exact = converted(quantity, (unit, own), pointer, faults)?;
    let rounded = faults.take(&pointer("quantity"), own.round_output(exact))?;
    if Exact::from_decimal(rounded) != exact {
        return too_fine(exact, own, pointer, faults);
    }
    faults.take(&pointer("quantity"), PositiveQuantity::new(rounded))
}

/// What of an amount that comes in, or will come in, enters stock in the product's unit, after what came before of the
/// same line.
///
/// Faults are told as by [`in_own_unit`].
pub fn entering(
    before: Counted,
    quantity: PositiveQuantity,
    (unit, own): (&Unit, &Unit),
    pointer: &impl Fn(&str) -> String,
    faults: &mut Faults,
) -> Option<PositiveQuantity> {
    let exact = converted(quantity, (unit, own), pointer, faults)?;
    match before.entering(quantity.get(), unit, own) {
        Ok(Some(amount)) if amount > Decimal::ZERO => faults.take(&pointer("quantity"), PositiveQuantity::new(amount)),
        Ok(_) => too_fine(exact, own, pointer, faults),
        Err(error) => {
            faults.add(pointer("quantity"), &codes::QUANTITY_OUT_OF_RANGE, error);
            None
        }
    }
}

fn converted(
    quantity: PositiveQuantity,
    (unit, own): (&Unit, &Unit),
    pointer: &impl Fn(&str) -> String,
    faults: &mut Faults,
) -> Option<Exact> {
    match unit.convert(quantity.exact(), own) {
        Ok(exact) => Some(exact),
        Err(error @ UnitError::DifferentCategory { .. }) => {
            faults.add(pointer("unit_id"), &codes::UNIT_CATEGORY_DIFFERS, error);
            None
        }
        Err(error) => {
            faults.add(pointer("quantity"), &codes::QUANTITY_OUT_OF_RANGE, error);
            None
        }
    }
}

fn too_fine<T>(exact: Exact, own: &Unit, pointer: &impl Fn(&str) -> String, faults: &mut Faults) -> Option<T> {
    let detail = say::AMOUNT_NOT_A_MULTIPLE
        .amount("found", exact.to_decimal().round_dp(12))
        .with("unit", own.code().as_str())
        .amount("step", own.rounding_step());
    faults.add(pointer("quantity"), &codes::VALUE_INVALID, detail);
    None
}
