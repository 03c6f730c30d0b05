//! Variants of a template: which there are, making those that are missing, and what follows when a product changes from
//! or to a template.

use mrp_api::detail as say;
use std::collections::HashMap;

use mrp_api::attributes::AttributeChoiceView;
use mrp_api::error as codes;
use mrp_api::variants::{GetVariants, MakeVariants, VariantView, VariantsView};
use mrp_domain::ids::{AttributeId, AttributeValueId, ProductId};
use mrp_domain::text::{Code, Name};
use mrp_domain::variant::{
    AttributeChoice, Combination, KnownVariant, OfferedAttribute, OfferedValue, VARIANTS_MAX, VariantState,
    change_template, check_texts, combination_count, combinations, not_a_template,
};
use mrp_store::attributes::AttributeValueRow;
use mrp_store::bom_catalog::StoredBoms;
use mrp_store::cost_histories::{self, CostChange};
use mrp_store::error::StoreError;
use mrp_store::products::{self, ProductRow};
use mrp_store::sql::PgConnection;
use mrp_store::tx::Tx;
use mrp_store::variants::{self as store, VariantRow};
use uuid::Uuid;

use crate::error::{ApiError, Faults};
use crate::mount::Mount;

/// `/products/{id}/variants`.
pub fn mount(config: &mut actix_web::web::ServiceConfig) {
    config
        .endpoint::<GetVariants, _, _>(|granted, path, _, _| async move {
            let mut connection = granted.connection().await?;
            let template = template(&mut connection, path.id.uuid()).await?;
            granted.reply(Family::read(&mut connection, template).await?.view())
        })
        .endpoint::<MakeVariants, _, _>(|granted, path, _, _| async move {
            let id = path.id.uuid();
            granted.write(async |tx| make(tx, id).await).await
        });
}

/// Notes that a template cannot be stocked, made or used. Every door asks here.
pub(crate) fn require_no_template(is_template: bool, pointer: &str, faults: &mut Faults) {
    if let Err(error) = not_a_template(is_template) {
        faults.add(pointer, &codes::TEMPLATE_PRODUCT, error);
    }
}

async fn template(connection: &mut PgConnection, id: Uuid) -> Result<ProductRow, ApiError> {
    Ok(mrp_store::table::find(connection, &products::LIST, ProductRow::COLUMNS, id).await?)
}

/// A template with what it offers and what there is.
struct Family {
    template: ProductRow,
    values: Vec<AttributeValueRow>,
    offered: Vec<OfferedAttribute>,
    variants: Vec<VariantRow>,
}

impl Family {
    async fn read(connection: &mut PgConnection, template: ProductRow) -> Result<Self, ApiError> {
        let values = match template.is_template {
            true => store::values_of(connection, template.id).await?,
            false => Vec::new(),
        };
        let variants = store::of_template(connection, template.id).await?;
        let offered = offered(&values)?;
        Ok(Self { template, values, offered, variants })
    }

    fn known(&self) -> Vec<KnownVariant> {
        let known = |row: &VariantRow| KnownVariant {
            product: ProductId::from_uuid(row.id),
            values: row.attribute_value_ids.iter().copied().map(AttributeValueId::from_uuid).collect(),
            is_active: row.active,
            is_withdrawn: row.is_withdrawn,
        };
        self.variants.iter().map(known).collect()
    }

    fn combinations(&self) -> Result<Vec<Combination>, ApiError> {
        combinations((&self.template.code, &self.template.name), &self.offered, &self.known())
            .map_err(|error| ApiError::new(&codes::TOO_MANY_VARIANTS, error).with("max", VARIANTS_MAX))
    }

    fn view(&self) -> VariantsView {
        let combinations = self.combinations();
        let is_too_many = combinations.is_err();
        let mut others: HashMap<Uuid, &VariantRow> = self.variants.iter().map(|row| (row.id, row)).collect();
        let mut variants = Vec::new();
        for combination in combinations.unwrap_or_default() {
            let row = combination.product.and_then(|product| others.remove(&product.uuid()));
            variants.push(row.map_or_else(|| missing(combination), there_is));
        }
        let left = self.variants.iter().filter(|row| others.contains_key(&row.id));
        variants.extend(left.map(there_is));
        let missing_count = variants.iter().filter(|variant| variant.state == VariantState::Missing).count();
        let number = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
        VariantsView {
            template_id: ProductId::from_uuid(self.template.id),
            offered: self.values.iter().map(choice_view).collect(),
            combination_count: number(combination_count(&self.offered)),
            is_too_many,
            variants,
            missing_count: number(missing_count),
        }
    }
}

fn choice_view(row: &AttributeValueRow) -> AttributeChoiceView {
    AttributeChoiceView {
        value_id: AttributeValueId::from_uuid(row.id),
        attribute_id: AttributeId::from_uuid(row.attribute_id),
        attribute: row.attribute_name.clone(),
        code: row.code.clone(),
        name: row.name.clone(),
    }
}

fn missing(combination: Combination) -> VariantView {
    VariantView {
        product_id: None,
        code: combination.code,
        name: combination.name,
        value_ids: combination.values,
        state: VariantState::Missing,
        qty_on_hand: rust_decimal::Decimal::ZERO,
        version: None,
    }
}

fn there_is(row: &VariantRow) -> VariantView {
    let values: Vec<AttributeValueId> =
        row.attribute_value_ids.iter().copied().map(AttributeValueId::from_uuid).collect();
    let product = ProductId::from_uuid(row.id);
    let (is_active, is_withdrawn) = (row.active, row.is_withdrawn);
    VariantView {
        product_id: Some(product),
        code: row.code.clone(),
        name: row.name.clone(),
        state: KnownVariant { product, values: Vec::new(), is_active, is_withdrawn }.state(),
        value_ids: values,
        qty_on_hand: row.on_hand.unwrap_or_default(),
        version: Some(row.version),
    }
}

/// The values of a template, attribute by attribute in the order in which each is named first.
fn offered(values: &[AttributeValueRow]) -> Result<Vec<OfferedAttribute>, ApiError> {
    let corrupt = |error: mrp_domain::text::TextError| ApiError::from(StoreError::Corrupt(error.to_string()));
    let mut all: Vec<OfferedAttribute> = Vec::new();
    for row in values {
        let attribute = AttributeId::from_uuid(row.attribute_id);
        let value = OfferedValue {
            value: AttributeValueId::from_uuid(row.id),
            code: Code::new(&row.code).map_err(corrupt)?,
            name: Name::new(&row.name).map_err(corrupt)?,
        };
        match all.iter_mut().find(|offered| offered.attribute == attribute) {
            Some(offered) => offered.values.push(value),
            None => all.push(OfferedAttribute { attribute, values: vec![value] }),
        }
    }
    Ok(all)
}

/// Makes the missing variants with few statements. What is there already stays as it is.
///
/// # Errors
/// `not_found`, `too_many_variants`, `validation_failed` with every code that is taken or too long, and for a product that
/// offers no values.
pub(crate) async fn make(tx: &mut Tx, template_id: Uuid) -> Result<VariantsView, ApiError> {
    let template = products::lock(tx, template_id).await?;
    if !template.is_template {
        let detail = say::OFFERS_NO_VALUES.with("product", template.code);
        let error = ApiError::new(&codes::VALIDATION_FAILED, detail.clone());
        return Err(error.field("/attribute_value_ids", &codes::VALUE_MISSING, detail));
    }
    let family = Family::read(tx.connection(), template).await?;
    let missing: Vec<Combination> =
        family.combinations()?.into_iter().filter(|combination| combination.product.is_none()).collect();
    if missing.is_empty() {
        return Ok(family.view());
    }
    let taken = products::codes_taken(tx.connection(), missing.iter().map(|one| one.code.clone()).collect()).await?;
    let mut faults = Faults::default();
    for (place, combination) in missing.iter().enumerate() {
        let pointer = format!("/variants/{place}/code");
        if let Err(error) = check_texts(combination) {
            faults.add(&*pointer, &codes::VALUE_INVALID, error);
        } else if taken.contains(&combination.code) {
            let detail = say::CODE_OF_ANOTHER.with("code", combination.code.as_str());
            faults.add(&*pointer, &codes::VALUE_TAKEN, detail);
        }
    }
    faults.check()?;
    let new = missing.into_iter().map(|combination| (Uuid::now_v7(), combination));
    let new: Vec<(Uuid, Combination)> = new.collect();
    let rows = new.iter().map(|(id, combination)| (*id, variant_row(&family.template, *id, combination).values()));
    mrp_store::table::insert_all(tx, rows.collect()).await?;
    for (id, _) in &new {
        tx.changed("product", *id, 1, format!("variant of {}", family.template.code));
    }
    let cost = family.template.standard_cost;
    let first = new.iter().map(|(id, _)| CostChange { product_id: *id, old: None, new: cost });
    cost_histories::note(tx, first).await?;
    Ok(Family::read(tx.connection(), family.template).await?.view())
}

/// A variant begins as its template is; a barcode names one thing only.
fn variant_row(template: &ProductRow, id: Uuid, combination: &Combination) -> ProductRow {
    ProductRow {
        id,
        code: combination.code.clone(),
        name: combination.name.clone(),
        barcode: None,
        active: true,
        template_id: Some(template.id),
        attribute_value_ids: combination.values.iter().map(|value| value.uuid()).collect(),
        ..template.clone()
    }
}

/// What a product would become, as far as templates and variants are concerned.
pub(crate) struct Becomes<'a> {
    /// Whether it would stand for its variants.
    pub(crate) is_template: bool,
    /// The template that it would be a variant of.
    pub(crate) template_id: Option<Uuid>,
    /// Its values.
    pub(crate) values: &'a [Uuid],
}

/// Whether a product may become that.
///
/// # Errors
/// `template_has_variants`, `product_used`.
pub(crate) async fn check_change(tx: &mut Tx, before: &ProductRow, after: &Becomes<'_>) -> Result<(), ApiError> {
    if before.template_id == after.template_id && before.attribute_value_ids == after.values {
        return Ok(());
    }
    if before.is_template {
        let variants = usize::try_from(store::count(tx.connection(), before.id).await?).unwrap_or(usize::MAX);
        let old = choices(tx, &before.attribute_value_ids).await?;
        let new = if after.is_template { choices(tx, after.values).await? } else { Vec::new() };
        return change_template(&old, &new, variants)
            .map_err(|error| ApiError::new(&codes::TEMPLATE_HAS_VARIANTS, error));
    }
    // A product that is none yet becomes a variant without losing anything; every other change would leave what uses it.
    let joins_a_template = before.template_id.is_none() && after.template_id.is_some();
    if !joins_a_template && store::is_used(tx, before.id).await? {
        return Err(ApiError::new(&codes::PRODUCT_USED, say::PRODUCT_IN_USE.with("product", before.code.as_str())));
    }
    Ok(())
}

/// A template is measured like its variants.
///
/// # Errors
/// `unit_category_differs` at the unit.
pub(crate) async fn check_unit(tx: &mut Tx, template: &ProductRow, unit_id: Uuid) -> Result<(), ApiError> {
    if !template.is_template || template.unit_id == unit_id || store::count(tx.connection(), template.id).await? == 0 {
        return Ok(());
    }
    let units = mrp_store::units::find_all(tx.connection(), vec![template.unit_id, unit_id]).await?;
    let mut faults = Faults::default();
    if units.iter().any(|one| units.iter().any(|other| one.unit_category_id != other.unit_category_id)) {
        faults.add("/unit_id", &codes::UNIT_CATEGORY_DIFFERS, say::TEMPLATE_MEASURED);
    }
    faults.check()
}

async fn choices(tx: &mut Tx, values: &[Uuid]) -> Result<Vec<AttributeChoice>, ApiError> {
    let rows = mrp_store::attributes::keep_values(tx, values.to_vec()).await?;
    Ok(rows.iter().map(choice).collect())
}

/// A value with its attribute.
pub(crate) fn choice(row: &AttributeValueRow) -> AttributeChoice {
    let (attribute, value) = (AttributeId::from_uuid(row.attribute_id), AttributeValueId::from_uuid(row.id));
    AttributeChoice { attribute, value }
}

/// Variants go with the values that their template does not offer any more, and come back with them.
///
/// # Errors
/// When Postgres fails.
pub(crate) async fn follow(tx: &mut Tx, template: &str, id: Uuid) -> Result<(), ApiError> {
    for row in store::follow_template(tx, id).await? {
        let what = if row.active { "offers" } else { "does not offer" };
        tx.changed("product", row.id, row.version, format!("{template} {what} its values"));
    }
    Ok(())
}

/// Refuses costs of a bill of materials of which nobody knows what it shall make.
///
/// # Errors
/// `template_product` when it is for all variants of a template, `validation_failed` when it is not for the product named.
pub(crate) fn require_one_product(boms: &StoredBoms) -> Result<(), ApiError> {
    if boms.is_for_all_variants() {
        let code = boms.code(boms.bom().product);
        let detail = say::TEMPLATE_CHOOSE.with("product", code.as_str());
        return Err(ApiError::new(&codes::TEMPLATE_PRODUCT, detail).with("template", code));
    }
    if boms.is_for_its_product() {
        return Ok(());
    }
    let detail = say::BOM_NOT_FOR.with("bom", boms.bom().code.as_str());
    let error = ApiError::new(&codes::VALIDATION_FAILED, detail.clone());
    Err(error.field("/variant_id", &codes::VALUE_INVALID, detail))
}
