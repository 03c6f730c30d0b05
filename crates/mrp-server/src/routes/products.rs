//! Products: what their bodies mean.

use std::collections::{HashMap, HashSet};

use mrp_api::detail as say;
use mrp_api::error as codes;
use mrp_api::products::{
    CreateProduct, DeleteProduct, GetProduct, ListProducts, ProductInput, ProductQuery, ProductView, UpdateProduct,
};
use mrp_domain::ids::{AttributeValueId, ProductId, UnitId};
use mrp_domain::money::{Money, UnitCost};
use mrp_domain::product::{CostMethod, Product, ProductFault};
use mrp_domain::quantity::{QUANTITY_MAX, UnitError};
use mrp_domain::stock::Valuation;
use mrp_domain::text::{Code, Name};
use mrp_domain::variant::{AttributeChoice, VariantFault, variant_faults, written};
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
use crate::routes::stock_value_differences;
use crate::routes::variants::{self, Becomes};

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
    const COST_FILTERS: &'static [&'static str] = &["without_cost"];
    type Query = ProductQuery;
    type ListRow = ProductRow;
    type Row = ProductView;
    type View = ProductView;
    type Input = ProductInput;

    fn filters(query: &ProductQuery) -> Filters {
        Filters::default()
            .with(query.active, "p.active = $")
            .with(query.can_be_made, "p.can_be_made = $")
            .with(query.is_template, "p.is_template = $")
            .with(query.is_variant, "(p.template_id IS NOT NULL) = $")
            .with(query.template_id.map(ProductId::uuid), "p.template_id = $")
            .when(query.without_cost == Some(true), store::HAS_NO_COST)
    }

    fn row(row: ProductRow) -> Result<ProductView, ApiError> {
        let unit_cost = unit_cost(&row.cost_method, row.standard_cost, row.valued_quantity.zip(row.valued_at))?;
        Ok(ProductView {
            id: ProductId::from_uuid(row.id),
            code: row.code,
            name: row.name,
            product_type: word(&row.product_type)?,
            unit_id: UnitId::from_uuid(row.unit_id),
            purchase_unit_id: row.purchase_unit_id.map(UnitId::from_uuid),
            unit_code: row.unit_code,
            purchase_unit_code: row.purchase_unit_code,
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
            one_lot: row.one_lot,
            order_when_sold: row.order_when_sold,
            barcode: row.barcode,
            qty_on_hand: row.on_hand.unwrap_or_default(),
            qty_reserved: row.reserved.unwrap_or_default(),
            description: row.description,
            active: row.active,
            template_id: row.template_id.map(ProductId::from_uuid),
            attribute_value_ids: row.attribute_value_ids.into_iter().map(AttributeValueId::from_uuid).collect(),
            is_template: row.is_template,
            template_code: row.template_code,
            template_name: row.template_name,
            attribute_values: serde_json::from_value(row.attribute_values).unwrap_or_default(),
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
        let current = match expected {
            Some(_) => Some(store::lock(tx, id).await?),
            None => None,
        };
        if let Some(current) = &current
            && current.unit_id != input.unit_id.uuid()
            && store::has_moves(tx.connection(), id).await?
        {
            return Err(StoreError::InUse { constraint: "stock_move_product_id_fkey".to_owned() }.into());
        }
        if let Some(current) = &current
            && current.tracking != input.tracking.as_str()
            && mrp_store::lots::product_in_stock(tx.connection(), id).await?
        {
            let error = ApiError::new(&codes::VALIDATION_FAILED, say::TRACKING_STAYS);
            return Err(error.field("/tracking", &codes::VALUE_INVALID, say::TRACKING_STAYS));
        }
        let referred = Referred::read(tx, &[(id, &input)]).await?;
        let mut row = row(id, &input, &referred)?;
        if let Some(current) = &current {
            let values = &row.attribute_value_ids;
            let after = Becomes { is_template: row.is_template, template_id: row.template_id, values };
            variants::check_change(tx, current, &after).await?;
            variants::check_unit(tx, current, row.unit_id).await?;
            // What went with its value comes back with it, unless somebody said something of it meanwhile.
            row.is_withdrawn = current.is_withdrawn && !row.active && row.template_id == current.template_id;
        }
        let offers_others = current
            .as_ref()
            .is_some_and(|current| current.is_template && current.attribute_value_ids != row.attribute_value_ids);
        let old = current.as_ref().and_then(|current| current.standard_cost);
        let new = row.standard_cost;
        let (code, method) = (row.code.clone(), row.cost_method.clone());
        let version = row.values().save(tx, id, expected).await.map_err(combination_taken)?;
        cost_histories::note(tx, [CostChange { product_id: id, old, new }].into_iter()).await?;
        if current.as_ref().is_some_and(|current| current.cost_method != method || old != new) {
            stock_value_differences::revalue(tx, id, &method, new).await?;
        }
        if offers_others {
            variants::follow(tx, &code, id).await?;
        }
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
    let referred = Referred::read(tx, new).await?;
    let row = |(id, input): &(Uuid, &ProductInput)| Ok((*id, row(*id, input, &referred)?.values()));
    let rows = new.iter().map(row).collect::<Result<Vec<_>, ApiError>>()?;
    mrp_store::table::insert_all(tx, rows).await.map_err(combination_taken)?;
    let first =
        |(id, input): &(Uuid, &ProductInput)| CostChange { product_id: *id, old: None, new: input.standard_cost };
    Ok(cost_histories::note(tx, new.iter().map(first)).await?)
}

/// What bodies refer to: units, templates, and values with their attributes.
struct Referred {
    units: HashMap<Uuid, UnitRow>,
    /// The values that each template offers, and its unit.
    templates: HashMap<Uuid, (Vec<Uuid>, Uuid)>,
    values: HashMap<Uuid, AttributeChoice>,
}

impl Referred {
    /// Templates and variants of one file may come together.
    async fn read(tx: &mut Tx, inputs: &[(Uuid, &ProductInput)]) -> Result<Self, ApiError> {
        let ids: Vec<Uuid> = inputs.iter().filter_map(|(_, input)| input.template_id).map(ProductId::uuid).collect();
        let stored = if ids.is_empty() { Vec::new() } else { store::find_all(tx, ids).await? };
        let new = inputs.iter().filter(|(_, input)| input.template_id.is_none());
        let new = new.map(|(id, input)| (*id, (uuids(&input.attribute_value_ids), input.unit_id.uuid())));
        let stored = stored.into_iter().filter(|row| row.template_id.is_none());
        let stored = stored.map(|row| (row.id, (row.attribute_value_ids, row.unit_id)));
        let templates: HashMap<Uuid, (Vec<Uuid>, Uuid)> = new.chain(stored).collect();
        let named = inputs.iter().flat_map(|(_, input)| uuids(&input.attribute_value_ids));
        let offered = templates.values().flat_map(|(values, _)| values.iter().copied());
        let values: HashSet<Uuid> = named.chain(offered).collect();
        let values = mrp_store::attributes::keep_values(tx, values.into_iter().collect()).await?;
        let units = inputs.iter().flat_map(|(_, input)| [Some(input.unit_id), input.purchase_unit_id]);
        let units = units.flatten().map(UnitId::uuid);
        let units: HashSet<Uuid> = units.chain(templates.values().map(|(_, unit)| *unit)).collect();
        let units = mrp_store::units::find_all(tx.connection(), units.into_iter().collect()).await?;
        Ok(Self {
            units: units.into_iter().map(|unit| (unit.id, unit)).collect(),
            templates,
            values: values.iter().map(|row| (row.id, variants::choice(row))).collect(),
        })
    }

    /// The values of a body, each with its attribute: those that do not exist are told.
    fn choices(&self, input: &ProductInput, faults: &mut Faults) -> Vec<AttributeChoice> {
        let mut all = Vec::with_capacity(input.attribute_value_ids.len());
        for (place, id) in input.attribute_value_ids.iter().enumerate() {
            let pointer = format!("/attribute_value_ids/{place}");
            match self.values.get(&id.uuid()) {
                None => faults.add(pointer, &codes::REFERENCE_UNKNOWN, say::for_callers("there is no such value")),
                Some(choice) if all.contains(choice) => {
                    faults.add(pointer, &codes::VALUE_INVALID, say::LISTED_TWICE);
                }
                Some(choice) => all.push(*choice),
            }
        }
        all
    }

    /// Whether a body fits the template that it names.
    fn check_variant(&self, id: Uuid, input: &ProductInput, choices: &[AttributeChoice], faults: &mut Faults) {
        let Some(template_id) = input.template_id.map(ProductId::uuid) else { return };
        let template = self.templates.get(&template_id).filter(|(values, _)| !values.is_empty() && template_id != id);
        let Some((offered, unit)) = template else {
            faults.add("/template_id", &codes::REFERENCE_UNKNOWN, say::TEMPLATE_UNKNOWN);
            return;
        };
        let offered: Vec<AttributeChoice> = offered.iter().filter_map(|id| self.values.get(id).copied()).collect();
        for fault in variant_faults(&offered, choices, input.active) {
            let pointer = match fault {
                VariantFault::NotOffered { .. } => "/active",
                VariantFault::ValueMissing { .. }
                | VariantFault::SeveralValues { .. }
                | VariantFault::ForeignAttribute { .. } => "/attribute_value_ids",
            };
            faults.add(pointer, &codes::VALUE_INVALID, fault);
        }
        let category = |unit: &Uuid| self.units.get(unit).map(|unit| unit.unit_category_id);
        if category(unit) != category(&input.unit_id.uuid()) {
            faults.add("/unit_id", &codes::UNIT_CATEGORY_DIFFERS, say::VARIANT_MEASURED);
        }
    }
}

fn uuids(ids: &[AttributeValueId]) -> Vec<Uuid> {
    ids.iter().map(|id| id.uuid()).collect()
}

fn combination_taken(error: StoreError) -> ApiError {
    match error {
        StoreError::Taken { constraint } if constraint == "product_combination_key" => {
            let error = ApiError::new(&codes::VALIDATION_FAILED, say::COMBINATION_TAKEN);
            error.field("/attribute_value_ids", &codes::VALUE_TAKEN, say::COMBINATION_TAKEN)
        }
        other => other.into(),
    }
}

/// A body as a row, or everything that is wrong with it.
fn row(id: Uuid, input: &ProductInput, referred: &Referred) -> Result<ProductRow, ApiError> {
    let mut faults = Faults::default();
    let product = parse(id, input, &mut faults);
    let choices = referred.choices(input, &mut faults);
    referred.check_variant(id, input, &choices, &mut faults);
    let is_made = input.can_be_made || !input.order_when_sold;
    faults.require(is_made, "/order_when_sold", say::MADE_WHEN_SOLD);
    match (&product, referred.units.get(&input.unit_id.uuid())) {
        (_, None) => faults.add("/unit_id", &codes::REFERENCE_UNKNOWN, say::for_callers("there is no such unit")),
        (Some(product), Some(unit)) => {
            let corrupt = |error: UnitError| StoreError::Corrupt(error.to_string());
            let unit = unit.unit().map_err(corrupt)?;
            let bought_in = product.purchase_unit.map(|unit| referred.units.get(&unit.uuid()));
            if let Some(None) = bought_in {
                faults.add("/purchase_unit_id", &codes::REFERENCE_UNKNOWN, say::for_callers("there is no such unit"));
            }
            let bought_in = bought_in.flatten().map(UnitRow::unit).transpose().map_err(corrupt)?;
            for fault in product.faults(&unit, bought_in.as_ref()) {
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
    faults.require(is_stock, "/safety_stock", say::BETWEEN.with("least", 0).amount("most", QUANTITY_MAX));
    faults.require(
        input.purchase_lead_days <= LEAD_DAYS_MAX,
        "/purchase_lead_days",
        say::AT_MOST_DAYS.with("most", 3660),
    );
    faults.require(
        input.category.chars().count() <= CATEGORY_CHARS_MAX,
        "/category",
        say::AT_MOST_CHARACTERS.with("most", 200),
    );
    faults.require(
        input.description.chars().count() <= DESCRIPTION_CHARS_MAX,
        "/description",
        say::AT_MOST_CHARACTERS.with("most", 4000),
    );
    Some(Product {
        id: ProductId::from_uuid(id),
        code: code?,
        name: name?,
        product_type: input.product_type,
        unit: input.unit_id,
        purchase_unit: input.purchase_unit_id.filter(|unit| *unit != input.unit_id),
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
        ProductFault::PurchaseUnitOfAnotherCategory { .. } => "/purchase_unit_id",
    }
}

fn row_of(product: Product, input: &ProductInput) -> ProductRow {
    ProductRow {
        id: product.id.uuid(),
        code: product.code.into(),
        name: product.name.into(),
        product_type: product.product_type.to_string(),
        unit_id: product.unit.uuid(),
        purchase_unit_id: product.purchase_unit.map(UnitId::uuid),
        unit_code: String::new(),
        purchase_unit_code: None,
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
        one_lot: input.one_lot,
        order_when_sold: input.order_when_sold,
        barcode: product.barcode.map(String::from),
        on_hand: None,
        reserved: None,
        valued_quantity: None,
        valued_at: None,
        description: input.description.clone(),
        active: product.is_active,
        template_id: input.template_id.map(ProductId::uuid),
        attribute_value_ids: match input.template_id {
            Some(_) => uuids(&written(&input.attribute_value_ids)),
            None => uuids(&input.attribute_value_ids),
        },
        is_withdrawn: false,
        is_template: input.template_id.is_none() && !input.attribute_value_ids.is_empty(),
        template_code: None,
        template_name: None,
        attribute_values: serde_json::Value::Null,
        version: 0,
    }
}
