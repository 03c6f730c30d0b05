//! Supplier prices: what their bodies mean.

use mrp_api::detail::{self as say, Detail};
use mrp_api::error as codes;
use mrp_api::supplier_prices::{
    CreateSupplierPrice, DeleteSupplierPrice, GetSupplierPrice, ListSupplierPrices, SupplierPriceInput,
    SupplierPriceQuery, SupplierPriceView, UpdateSupplierPrice,
};
use mrp_domain::ids::{ProductId, SupplierId, SupplierPriceId};
use mrp_domain::money::{MoneyError, UnitCost};
use mrp_domain::quantity::QUANTITY_MAX;
use mrp_store::error::StoreError;
use mrp_store::list::Filters;
use mrp_store::supplier_prices::{self as store, SupplierPriceRow};
use mrp_store::tx::Tx;
use rust_decimal::Decimal;
use time::Date;
use uuid::Uuid;

use crate::error::{ApiError, Faults};
use crate::fields::kept;
use crate::noun::Noun;
use crate::routes::shop_closures::day;
use crate::routes::suppliers::lead_days;
use crate::routes::variants::require_no_template;

/// Most characters of a supplier's own code.
const ARTICLE_CHARS_MAX: usize = 100;
/// The last rank.
const RANK_MAX: u32 = 100;

five_endpoints! {
    SupplierPrices of SupplierPriceId:
    ListSupplierPrices GetSupplierPrice CreateSupplierPrice UpdateSupplierPrice DeleteSupplierPrice
}

fields! {
    SupplierPrices: SupplierPriceRow, SupplierPriceView, SupplierPriceInput;
    edited {
        product_id,
        supplier_id,
        supplier_article: article,
        unit_id,
        price: price,
        min_quantity: kept(amount),
        order_multiple: kept(amount),
        lead_days: kept(some_days),
        valid_from: some_day,
        valid_until: some_day,
        rank: kept(rank),
    }
    read { product_code: String::new(), product_name: String::new(), supplier_name: String::new(), unit_code: String::new(), }
}

impl Noun for SupplierPrices {
    const COST_SORTS: &'static [&'static str] = &["price"];
    type Query = SupplierPriceQuery;
    one_record!(SupplierPriceRow, SupplierPriceView, SupplierPriceInput);

    fn filters(query: &SupplierPriceQuery) -> Filters {
        Filters::default()
            .with(query.product_id.map(ProductId::uuid), "t.product_id = $")
            .with(query.supplier_id.map(SupplierId::uuid), "t.supplier_id = $")
    }

    async fn save(tx: &mut Tx, id: Uuid, expected: Option<i64>, input: SupplierPriceInput) -> Result<i64, ApiError> {
        let mut faults = Faults::default();
        check_product(tx, &input, &mut faults).await?;
        let days = (input.valid_from.as_deref().map(day), input.valid_until.as_deref().map(day));
        if let (Some(Ok(from)), Some(Ok(until))) = days {
            faults.require(from <= until, "/valid_until", say::DAYS_IN_WRONG_ORDER);
        }
        let row = Self::fields(id, input, faults)?;
        row.values().save(tx, id, expected).await.map_err(taken)
    }
}

/// The product can be bought, and is measured like the unit that it is sold in.
async fn check_product(tx: &mut Tx, input: &SupplierPriceInput, faults: &mut Faults) -> Result<(), ApiError> {
    let product = mrp_store::products::find_all(tx, vec![input.product_id.uuid()]).await?.pop();
    let Some(product) = product else {
        faults.add("/product_id", &codes::REFERENCE_UNKNOWN, say::for_callers("there is no such product"));
        return Ok(());
    };
    require_no_template(product.is_template, "/product_id", faults);
    faults.require(product.can_be_bought, "/product_id", say::PRODUCT_NOT_BOUGHT);
    let units = mrp_store::units::find_all(tx.connection(), vec![product.unit_id, input.unit_id.uuid()]).await?;
    let category = |id: Uuid| units.iter().find(|unit| unit.id == id).map(|unit| unit.unit_category_id);
    match category(input.unit_id.uuid()) {
        None => faults.add("/unit_id", &codes::REFERENCE_UNKNOWN, say::for_callers("there is no such unit")),
        Some(other) if Some(other) != category(product.unit_id) => {
            let detail = say::UNIT_DIFFERS_FROM_PRODUCT;
            faults.add("/unit_id", &codes::UNIT_CATEGORY_DIFFERS, detail);
        }
        Some(_) => {}
    }
    Ok(())
}

fn taken(error: StoreError) -> ApiError {
    match error {
        StoreError::Taken { constraint } if constraint == "supplier_price_supplier_id_key" => {
            let error = ApiError::new(&codes::VALIDATION_FAILED, say::PRICE_TAKEN);
            error.field("/supplier_id", &codes::VALUE_TAKEN, say::PRICE_TAKEN)
        }
        other => other.into(),
    }
}

#[allow(clippy::ptr_arg, reason = "a parser of `fields!` is given the field as it is")]
fn article(text: &String) -> Result<String, Detail> {
    let text = text.trim();
    let is_short = text.chars().count() <= ARTICLE_CHARS_MAX;
    if is_short { Ok(text.to_owned()) } else { Err(say::AT_MOST_CHARACTERS.with("most", 100)) }
}

fn price(price: &Option<Decimal>) -> Result<Option<Decimal>, MoneyError> {
    price.map(|price| UnitCost::new(price).map(UnitCost::get)).transpose()
}

fn amount(value: Decimal) -> Result<Decimal, Detail> {
    if (Decimal::ZERO..=QUANTITY_MAX).contains(&value) {
        Ok(value)
    } else {
        Err(say::BETWEEN.with("least", 0).amount("most", QUANTITY_MAX))
    }
}

fn some_days(days: Option<u32>) -> Result<Option<u32>, Detail> {
    days.map(lead_days).transpose()
}

fn some_day(text: &Option<String>) -> Result<Option<Date>, Detail> {
    text.as_deref().filter(|text| !text.trim().is_empty()).map(day).transpose()
}

fn rank(value: u32) -> Result<u32, Detail> {
    if (1..=RANK_MAX).contains(&value) { Ok(value) } else { Err(say::BETWEEN.with("least", 1).with("most", 100)) }
}
