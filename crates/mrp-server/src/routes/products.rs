//! Products: what their bodies mean.

use std::collections::HashMap;

use mrp_api::error as codes;
use mrp_api::products::{
    CreateProduct, DeleteProduct, GetProduct, ListProducts, ProductInput, ProductQuery, ProductView, UpdateProduct,
};
use mrp_domain::ids::{ProductId, UnitId};
use mrp_domain::money::{Money, UnitCost};
use mrp_domain::product::{CostMethod, Product, ProductFault};
use mrp_domain::quantity::QUANTITY_MAX;
use mrp_domain::stock::Valuation;
use mrp_domain::text::{Code, Name};
use mrp_store::cost_histories::{self, CostChange};
use mrp_store::error::StoreError;
use mrp_store::list::{Filters, ListSpec};
use mrp_store::products::{self as store, ProductRow};
use mrp_store::sql::PgConnection;
use mrp_store::tx::Tx;
use mrp_store::units::UnitRow;
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::error::{ApiError, Faults};
use crate::noun::{Noun, integer, word};

/// Most characters of a description.
const DESCRIPTION_CHARS_MAX: usize = 4_000;
/// Most characters of a category.
const CATEGORY_CHARS_MAX: usize = 200;
/// Most days from order to receipt: ten years.
const LEAD_DAYS_MAX: u32 = 3_660;

five_endpoints!(Products of ProductId: ListProducts GetProduct CreateProduct UpdateProduct DeleteProduct);

/// What one unit of a product costs today.
///
/// # Errors
/// `internal` for a corrupt row.
pub fn unit_cost(
    method: &str,
    standard: Option<Decimal>,
    stock: Option<(Decimal, Decimal)>,
) -> Result<Option<UnitCost>, ApiError> {
    let method: CostMethod = word(method)?;
    let (quantity, value) = stock.unwrap_or_default();
    let corrupt = |error: String| ApiError::from(StoreError::Corrupt(error));
    let stock = Valuation::new(quantity, Money::round_half_even(value)).map_err(|error| corrupt(error.to_string()))?;
    let standard = standard.map(UnitCost::new).transpose().map_err(|error| corrupt(error.to_string()))?;
    Ok(method.unit_cost(standard, stock))
}

impl Noun for Products {
    const TABLE: &'static str = "product";
    const LIST: ListSpec = store::LIST;
    const LIST_COLUMNS: &'static str = ProductRow::COLUMNS;
    type Query = ProductQuery;
    type ListRow = ProductRow;
    type Row = ProductView;
    type View = ProductView;
    type Input = ProductInput;

    fn filters(query: &ProductQuery) -> Filters {
        Filters::default().with(query.active, "p.active = $").with(query.can_be_made, "p.can_be_made = $")
    }

    fn row(row: ProductRow) -> Result<ProductView, ApiError> {
        let unit_cost = unit_cost(&row.cost_method, row.standard_cost, row.valued_quantity.zip(row.valued_at))?;
        Ok(ProductView {
            id: ProductId::from_uuid(row.id),
            code: row.code,
            name: row.name,
            product_type: word(&row.product_type)?,
            unit_id: UnitId::from_uuid(row.unit_id),
            unit_code: row.unit_code,
            category: row.category,
            can_be_made: row.can_be_made,
            can_be_bought: row.can_be_bought,
            can_be_sold: row.can_be_sold,
            standard_cost: row.standard_cost,
            cost_method: word(&row.cost_method)?,
            unit_cost: unit_cost.map(UnitCost::get),
            selling_price: row.selling_price,
            purchase_lead_days: integer(row.purchase_lead_days),
            safety_stock: row.safety_stock,
            tracking: word(&row.tracking)?,
            barcode: row.barcode,
            qty_on_hand: row.on_hand.unwrap_or_default(),
            qty_reserved: row.reserved.unwrap_or_default(),
            description: row.description,
            active: row.active,
            version: row.version,
        })
    }

    async fn load(connection: &mut PgConnection, id: Uuid) -> Result<ProductView, ApiError> {
        Self::row(mrp_store::table::find(connection, &store::LIST, ProductRow::COLUMNS, id).await?)
    }

    fn input(view: ProductView) -> ProductInput {
        view.into()
    }

    async fn save(tx: &mut Tx, id: Uuid, expected: Option<i64>, input: ProductInput) -> Result<i64, ApiError> {
        let (mut old, new) = (None, input.standard_cost);
        if expected.is_some() {
            let current = store::lock(tx, id).await?;
            old = current.standard_cost;
            if current.unit_id != input.unit_id.uuid() && store::has_moves(tx.connection(), id).await? {
                return Err(StoreError::InUse { constraint: "stock_move_product_id_fkey".to_owned() }.into());
            }
        }
        let unit = mrp_store::units::find_all(tx.connection(), vec![input.unit_id.uuid()]).await?.pop();
        let version = row(id, &input, unit.as_ref())?.values().save(tx, id, expected).await?;
        cost_histories::note(tx, [CostChange { product_id: id, old, new }].into_iter()).await?;
        Ok(version)
    }

    fn hide_costs(view: &mut ProductView) {
        view.hide_costs();
        view.unit_cost = None;
    }

    fn hide_row_costs(row: &mut ProductView) {
        Self::hide_costs(row);
    }
}

/// Writes new products with one statement.
///
/// # Errors
/// `validation_failed` of the first that is wrong, and what the table's constraints say; nothing is written then.
pub(crate) async fn create_all(tx: &mut Tx, new: &[(Uuid, &ProductInput)]) -> Result<(), ApiError> {
    let units = new.iter().map(|(_, input)| input.unit_id.uuid()).collect();
    let units = mrp_store::units::find_all(tx.connection(), units).await?;
    let units: HashMap<Uuid, UnitRow> = units.into_iter().map(|unit| (unit.id, unit)).collect();
    let row =
        |(id, input): &(Uuid, &ProductInput)| Ok((*id, row(*id, input, units.get(&input.unit_id.uuid()))?.values()));
    let rows = new.iter().map(row).collect::<Result<Vec<_>, ApiError>>()?;
    mrp_store::table::insert_all(tx, rows).await?;
    let first =
        |(id, input): &(Uuid, &ProductInput)| CostChange { product_id: *id, old: None, new: input.standard_cost };
    Ok(cost_histories::note(tx, new.iter().map(first)).await?)
}

/// A body as a row, or everything that is wrong with it.
fn row(id: Uuid, input: &ProductInput, unit: Option<&UnitRow>) -> Result<ProductRow, ApiError> {
    let mut faults = Faults::default();
    let product = parse(id, input, &mut faults);
    match (&product, unit) {
        (_, None) => faults.add("/unit_id", &codes::REFERENCE_UNKNOWN, "there is no such unit"),
        (Some(product), Some(unit)) => {
            let unit = unit.unit().map_err(|error| StoreError::Corrupt(error.to_string()))?;
            for fault in product.faults(&unit, None) {
                faults.add(pointer_of(&fault), &codes::VALUE_INVALID, &fault);
            }
        }
        (None, Some(_)) => {}
    }
    faults.check()?;
    let product = product.ok_or_else(|| ApiError::plain(&codes::VALIDATION_FAILED))?;
    Ok(row_of(product, input))
}

/// Parses every field; `None` when a field is faulty.
fn parse(id: Uuid, input: &ProductInput, faults: &mut Faults) -> Option<Product> {
    let code = faults.take("/code", Code::new(&input.code));
    let name = faults.take("/name", Name::new(&input.name));
    let standard_cost = faults.take("/standard_cost", input.standard_cost.map(UnitCost::new).transpose());
    let selling_price = faults.take("/selling_price", input.selling_price.map(UnitCost::new).transpose());
    let barcode = input.barcode.as_deref().filter(|text| !text.trim().is_empty());
    let barcode = faults.take("/barcode", barcode.map(Code::new).transpose());
    let is_stock = (Decimal::ZERO..=QUANTITY_MAX).contains(&input.safety_stock);
    faults.require(is_stock, "/safety_stock", "between 0 and 1000000000000");
    faults.require(input.purchase_lead_days <= LEAD_DAYS_MAX, "/purchase_lead_days", "at most 3660 days");
    faults.require(
        input.category.chars().count() <= CATEGORY_CHARS_MAX,
        "/category",
        "a category has at most 200 characters",
    );
    faults.require(
        input.description.chars().count() <= DESCRIPTION_CHARS_MAX,
        "/description",
        "a description has at most 4000 characters",
    );
    Some(Product {
        id: ProductId::from_uuid(id),
        code: code?,
        name: name?,
        product_type: input.product_type,
        unit: input.unit_id,
        purchase_unit: None,
        can_be_made: input.can_be_made,
        can_be_bought: input.can_be_bought,
        can_be_sold: input.can_be_sold,
        standard_cost: standard_cost?,
        cost_method: input.cost_method,
        selling_price: selling_price?,
        purchase_lead_days: input.purchase_lead_days,
        tracking: input.tracking,
        barcode: barcode?,
        is_active: input.active,
    })
}

fn pointer_of(fault: &ProductFault) -> &'static str {
    match fault {
        ProductFault::TrackedWithoutStock { .. } | ProductFault::SerialInFractions { .. } => "/tracking",
        ProductFault::PurchaseUnitOfAnotherCategory { .. } => "/unit_id",
    }
}

fn row_of(product: Product, input: &ProductInput) -> ProductRow {
    ProductRow {
        id: product.id.uuid(),
        code: product.code.into(),
        name: product.name.into(),
        product_type: product.product_type.to_string(),
        unit_id: product.unit.uuid(),
        unit_code: String::new(),
        category: input.category.trim().to_owned(),
        can_be_made: product.can_be_made,
        can_be_bought: product.can_be_bought,
        can_be_sold: product.can_be_sold,
        standard_cost: product.standard_cost.map(UnitCost::get),
        cost_method: product.cost_method.to_string(),
        selling_price: product.selling_price.map(UnitCost::get),
        purchase_lead_days: i32::try_from(product.purchase_lead_days).unwrap_or_default(),
        safety_stock: input.safety_stock,
        tracking: product.tracking.to_string(),
        barcode: product.barcode.map(String::from),
        on_hand: None,
        reserved: None,
        valued_quantity: None,
        valued_at: None,
        description: input.description.clone(),
        active: product.is_active,
        version: 0,
    }
}
