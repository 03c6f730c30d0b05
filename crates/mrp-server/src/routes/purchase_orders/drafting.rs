//! From what is wanted to what has to be ordered: units, minimums and multiples, and the draft that follows from them.

use mrp_api::detail as say;
use std::collections::HashMap;

use mrp_api::access::Permission;
use mrp_api::endpoint::IdPath;
use mrp_api::error as codes;
use mrp_api::purchase_orders::{OrderPurchaseRequest, OrderRequestInput};
use mrp_domain::ids::PurchaseRequestId;
use mrp_domain::purchasing::offers::{SaleTerms, wanted_in};
use mrp_domain::purchasing::receiving::Counted;
use mrp_domain::quantity::{Exact, PositiveQuantity, Unit, UnitError};
use mrp_store::error::StoreError;
use mrp_store::products::ProductRow;
use mrp_store::purchase_orders::{self as store, OpenRequestLineRow, OrderHead, OrderLineValues};
use mrp_store::supplier_prices::{ValidPriceRow, valid_on};
use mrp_store::tx::Tx;
use rust_decimal::Decimal;
use time::{Date, Duration};
use uuid::Uuid;

use crate::answer::Answered;
use crate::error::{ApiError, Faults};
use crate::granted::Granted;
use crate::routes::purchase_orders::{load, today};
use crate::routes::receipts::entering;

/// Products, and how they and what suppliers sell are measured.
pub struct Measures {
    products: HashMap<Uuid, ProductRow>,
    units: HashMap<Uuid, Unit>,
}

impl Measures {
    /// Reads these products with their units, and these units.
    ///
    /// # Errors
    /// When Postgres fails.
    pub async fn read(tx: &mut Tx, products: Vec<Uuid>, units: Vec<Uuid>) -> Result<Self, ApiError> {
        let products = mrp_store::products::find_all(tx, products).await?;
        let own = products.iter().flat_map(|product| [Some(product.unit_id), product.purchase_unit_id]);
        let ids = own.flatten().chain(units).collect();
        let units = mrp_store::units::find_all(tx.connection(), ids).await?;
        let units = units.iter().map(|row| Ok((row.id, row.unit()?))).collect::<Result<_, UnitError>>();
        let units = units.map_err(|error| StoreError::Corrupt(error.to_string()))?;
        Ok(Self { products: products.into_iter().map(|row| (row.id, row)).collect(), units })
    }

    /// A product.
    #[must_use]
    pub fn product(&self, id: Uuid) -> Option<&ProductRow> {
        self.products.get(&id)
    }

    /// A unit.
    #[must_use]
    pub fn unit(&self, id: Uuid) -> Option<&Unit> {
        self.units.get(&id)
    }

    /// What of an amount of a product will enter stock, in the product's own unit.
    pub fn entering(
        &self,
        product: &ProductRow,
        unit: Uuid,
        quantity: PositiveQuantity,
        pointer: &impl Fn(&str) -> String,
        faults: &mut Faults,
    ) -> Option<PositiveQuantity> {
        let (Some(unit), Some(own)) = (self.unit(unit), self.unit(product.unit_id)) else {
            faults.add(pointer("unit_id"), &codes::REFERENCE_UNKNOWN, say::for_callers("there is no such unit"));
            return None;
        };
        entering(Counted::default(), quantity, (unit, own), pointer, faults)
    }

    /// A need of a product, given in its own unit, in the unit that it is sold in.
    ///
    /// # Errors
    /// When the units do not belong together.
    pub fn in_sale_unit(&self, product: Uuid, quantity: Decimal, unit: Uuid) -> Result<(Exact, &Unit), ApiError> {
        let own = self.product(product).and_then(|row| self.unit(row.unit_id));
        let (Some(own), Some(unit)) = (own, self.unit(unit)) else {
            return Err(ApiError::plain(&codes::REFERENCE_UNKNOWN));
        };
        let exact =
            wanted_in(unit, quantity, own).map_err(|error| ApiError::new(&codes::UNIT_CATEGORY_DIFFERS, error))?;
        Ok((exact, unit))
    }
}

/// The unit in which a product is ordered where nobody says another.
#[must_use]
pub fn bought_in(product: &ProductRow) -> Uuid {
    product.purchase_unit_id.unwrap_or(product.unit_id)
}

/// On which terms a supplier sells a product.
#[derive(Debug, Clone, Copy)]
pub struct Sale {
    /// The product.
    pub product_id: Uuid,
    /// The unit that it is sold in.
    pub unit_id: Uuid,
    /// Price of one of that unit.
    pub price: Option<Decimal>,
    /// How much at once.
    pub terms: SaleTerms,
    /// Days until the goods are here.
    pub lead_days: i32,
}

impl From<&ValidPriceRow> for Sale {
    fn from(row: &ValidPriceRow) -> Self {
        Self {
            product_id: row.product_id,
            unit_id: row.unit_id,
            price: row.price,
            terms: SaleTerms { minimum: row.min_quantity, multiple: row.order_multiple },
            lead_days: row.lead_days,
        }
    }
}

/// Of the prices of one product by one supplier the one that fits the amount: the largest minimum that is reached, else
/// the smallest.
///
/// # Errors
/// When units do not belong together.
pub fn fitting<'a>(
    measures: &Measures,
    prices: impl Iterator<Item = &'a ValidPriceRow>,
    wanted: Decimal,
) -> Result<Option<&'a ValidPriceRow>, ApiError> {
    let (mut reached, mut other) = (None::<(&ValidPriceRow, Decimal)>, None::<&ValidPriceRow>);
    for price in prices {
        let (amount, _) = measures.in_sale_unit(price.product_id, wanted, price.unit_id)?;
        let is_reached = amount
            .sub(Exact::from_decimal(price.min_quantity))
            .map_err(|error| ApiError::new(&codes::QUANTITY_OUT_OF_RANGE, say::for_callers(error.to_string())))
            .map(|rest| !rest.is_negative())?;
        if is_reached && reached.is_none_or(|(_, minimum)| price.min_quantity > minimum) {
            reached = Some((price, price.min_quantity));
        }
        if !is_reached && other.is_none_or(|best| price.min_quantity < best.min_quantity) {
            other = Some(price);
        }
    }
    Ok(reached.map(|(price, _)| price).or(other))
}

/// What to order of one product, and the lines of requests that it is for.
pub struct ToOrder {
    /// On which terms.
    pub sale: Sale,
    /// How much is wanted, in the product's unit.
    pub wanted: Decimal,
    /// Lines of requests.
    pub requests: Vec<Uuid>,
}

/// Writes a draft for these goods and puts the requests on its lines; returns its id.
///
/// # Errors
/// When amounts cannot be calculated or counted.
pub async fn draft(
    tx: &mut Tx,
    (supplier, warehouse, quotation): (Uuid, Uuid, Option<Uuid>),
    measures: &Measures,
    goods: &[ToOrder],
    today: Date,
) -> Result<Uuid, ApiError> {
    let id = Uuid::now_v7();
    let mut faults = Faults::default();
    let (mut lines, mut pairs) = (Vec::new(), Vec::new());
    for (place, one) in goods.iter().enumerate() {
        let pointer = |field: &str| format!("/lines/{place}/{field}");
        let (wanted, unit) = measures.in_sale_unit(one.sale.product_id, one.wanted, one.sale.unit_id)?;
        let quantity = one.sale.terms.order_quantity(wanted, unit.rounding_step());
        let Some(quantity) = faults.take(&pointer("quantity"), quantity) else { continue };
        let product = measures.product(one.sale.product_id).ok_or_else(|| ApiError::plain(&codes::NOT_FOUND))?;
        let ordered = measures.entering(product, one.sale.unit_id, quantity, &pointer, &mut faults);
        let line = Uuid::now_v7();
        lines.push(OrderLineValues {
            id: line,
            product_id: one.sale.product_id,
            unit_id: one.sale.unit_id,
            quantity: quantity.get(),
            qty_ordered: ordered.map(PositiveQuantity::get).unwrap_or_default(),
            price: one.sale.price,
            expected_on: today.checked_add(Duration::days(i64::from(one.sale.lead_days))),
        });
        pairs.extend(one.requests.iter().map(|request| (*request, line)));
    }
    faults.check()?;
    let head = OrderHead {
        id,
        supplier_id: supplier,
        warehouse_id: warehouse,
        request_for_quotation_id: quotation,
        expected_on: None,
        note: String::new(),
    };
    let number = store::insert(tx, head).await?;
    store::set_lines(tx, id, &lines).await?;
    store::put_requests_on(tx, &pairs).await?;
    tx.changed("purchase_order", id, 1, number);
    Ok(id)
}

/// Where goods go: to the warehouse of the first order that wants them, else to the company's for components.
///
/// # Errors
/// `value_missing` when there is none.
pub async fn warehouse_for(tx: &mut Tx, lines: &[OpenRequestLineRow]) -> Result<Uuid, ApiError> {
    if let Some(warehouse) = lines.iter().find_map(|line| line.warehouse_id) {
        return Ok(warehouse);
    }
    let setting = mrp_store::settings::read(tx.connection()).await?;
    let unset = || ApiError::new(&codes::VALUE_MISSING, say::COMPONENT_WAREHOUSE_UNSET);
    setting.default_components_warehouse_id.ok_or_else(unset)
}

/// Orders all that a request asks for and nobody has ordered from one supplier.
pub(super) async fn order(
    granted: Granted<OrderPurchaseRequest>,
    path: IdPath<PurchaseRequestId>,
    input: OrderRequestInput,
) -> Result<Answered<OrderPurchaseRequest>, ApiError> {
    let may_see_costs = granted.may(Permission::CostRead);
    granted
        .write(async |tx| {
            let supplier = input.supplier_id.uuid();
            if mrp_store::table::existing(tx.connection(), "supplier", vec![supplier]).await?.is_empty() {
                let mut faults = Faults::default();
                faults.add("/supplier_id", &codes::REFERENCE_UNKNOWN, say::for_callers("there is no such supplier"));
                faults.check()?;
            }
            let lines = store::open_request_lines(tx, path.id.uuid()).await?;
            if lines.is_empty() {
                return Err(ApiError::new(&codes::STATE_FORBIDS, say::REQUEST_ORDERED));
            }
            let today = today(tx.connection(), granted.now).await?;
            let warehouse = warehouse_for(tx, &lines).await?;
            let products: Vec<Uuid> = lines.iter().map(|line| line.product_id).collect();
            let prices = valid_on(tx.connection(), today, products.clone(), Some(supplier)).await?;
            let measures = Measures::read(tx, products, prices.iter().map(|price| price.unit_id).collect()).await?;
            let goods = by_product(&measures, &lines, &prices)?;
            let id = draft(tx, (supplier, warehouse, None), &measures, &goods, today).await?;
            load(tx.connection(), id, may_see_costs).await
        })
        .await
}

/// One line for each product, on the terms of the price list, or without a price in the unit in which it is bought.
fn by_product(
    measures: &Measures,
    lines: &[OpenRequestLineRow],
    prices: &[ValidPriceRow],
) -> Result<Vec<ToOrder>, ApiError> {
    let mut goods: Vec<ToOrder> = Vec::new();
    for line in lines {
        if let Some(known) = goods.iter_mut().find(|one| one.sale.product_id == line.product_id) {
            known.wanted += line.quantity;
            known.requests.push(line.id);
            continue;
        }
        let unit_id = measures.product(line.product_id).map(bought_in).unwrap_or_default();
        let terms = SaleTerms { minimum: Decimal::ZERO, multiple: Decimal::ZERO };
        let sale = Sale { product_id: line.product_id, unit_id, price: None, terms, lead_days: 0 };
        goods.push(ToOrder { sale, wanted: line.quantity, requests: vec![line.id] });
    }
    for one in &mut goods {
        let own = prices.iter().filter(|price| price.product_id == one.sale.product_id);
        if let Some(price) = fitting(measures, own, one.wanted)? {
            one.sale = price.into();
        }
    }
    Ok(goods)
}
