//! The page of a product: its form, and beside it its stock and its recipes.

use leptos::prelude::*;
use leptos::task::spawn_local;
use mrp_api::access::Permission;
use mrp_api::boms::{BomQuery, BomRow, ListBoms};
use mrp_api::endpoint::Empty;
use mrp_api::products::{CreateProduct, DeleteProduct, GetProduct, ProductView, UpdateProduct};
use mrp_domain::product::{CostMethod, ProductType, Tracking};
use rust_decimal::Decimal;
use serde_json::Value;

use crate::api;
use crate::format;
use crate::i18n::text::{attachments, products as t, variants as v};
use crate::links::{Noun, Place};
use crate::pages::attachments::{AttachmentList, Attachments, Owner, Place as Shown};
use crate::pages::boms::{revision_label, state_shape};
use crate::pages::labels::{LabelSection, Labelled};
use crate::pages::products::cost_history::CostHistory;
use crate::pages::products::demand::Demand;
use crate::pages::products::glance::{ByWarehouse, MadeBy};
use crate::pages::products::variants::Variants;
use crate::pages::products::{cost_method_name, tracking_name, type_name};
use crate::pages::setting::{attributes, units};
use crate::pages::suppliers::prices::{Of, Prices};
use crate::pages::where_used::UsedIn;
use crate::session;
use crate::ui::field::{Field, words};
use crate::ui::field_view::Fields;
use crate::ui::form::Form;
use crate::ui::page::RailSection;
use crate::ui::record::{Record, record_page};
use crate::ui::state::{Shape, State};

/// The page of one product, or of a new one.
#[must_use]
pub fn page(id: Option<String>) -> AnyView {
    let record = Record::of::<GetProduct, UpdateProduct>("product", t::title(), fields())
        .creates::<CreateProduct>(t::new())
        .deletes::<DeleteProduct>()
        .drawn(draw);
    record_page(record, Noun::Products, id)
}

/// Its fields.
#[must_use]
pub fn fields() -> Vec<Field> {
    let currency = session::currency();
    vec![
        Field::text("code", t::code(), 40).required().span(3),
        Field::text("name", t::name(), 200).required().span(6),
        Field::choice("product_type", t::product_type(), words(ProductType::ALL, ProductType::as_str, type_name))
            .required()
            .span(3)
            .hint(t::product_type_hint()),
        Field::record("unit_id", t::unit(), units::picker())
            .required()
            .label_from("unit_code")
            .span(3)
            .hint(t::unit_hint()),
        Field::text("category", t::category(), 100).span(3),
        Field::text("barcode", t::barcode(), 80).nullable().span(3),
        Field::choice("tracking", t::tracking(), words(Tracking::ALL, Tracking::as_str, tracking_name))
            .required()
            .span(3)
            .hint(t::tracking_hint()),
        Field::check("one_lot", t::one_lot()).hint(t::one_lot_hint()).span(12),
        Field::check("can_be_made", t::made()).span(4),
        Field::check("can_be_bought", t::bought()).span(4).start("true"),
        Field::check("can_be_sold", t::sold()).span(4),
        Field::check("order_when_sold", t::order_when_sold()).hint(t::order_when_sold_hint()).span(12),
        Field::number("standard_cost", t::standard_cost())
            .min(0)
            .unit(currency.clone())
            .needs(Permission::CostRead)
            .heading(t::costs())
            .span(4)
            .hint(t::standard_cost_hint()),
        Field::choice("cost_method", t::cost_method(), words(CostMethod::ALL, CostMethod::as_str, cost_method_name))
            .required()
            .span(4),
        Field::number("selling_price", t::selling_price()).min(0).unit(currency).span(4),
        Field::whole("purchase_lead_days", t::lead_days())
            .required()
            .min(0)
            .max(3650)
            .start("0")
            .unit(t::days())
            .heading(t::supply()),
        Field::record("purchase_unit_id", t::purchase_unit(), units::picker())
            .label_from("purchase_unit_code")
            .hint(t::purchase_unit_hint()),
        Field::number("safety_stock", t::safety_stock()).required().min(0).start("0"),
        Field::long_text("description", t::description()),
        Field::check("active", t::active()).start("true").hint(t::active_hint()),
        Field::hidden("template_id"),
        Field::records("attribute_value_ids", v::offered(), attributes::value_picker())
            .heading(v::title())
            .span(12)
            .hint(v::offered_hint()),
    ]
}

fn draw(form: Form, view: Value, read_only: bool) -> AnyView {
    let product = crate::json::read::<ProductView>(view).ok();
    let exists = product.is_some();
    view! {
        <div class="body">
            <div class="body-main">
                <Fields form read_only exists/>
                {product.clone().map(|product| view! { <Variants product/> })}
                {product.clone().filter(|product| !product.is_template).map(|product| view! { <Demand product=product.id/>{product.can_be_bought.then(|| view! { <Prices of=Of::Product(product.id)/> })}<CostHistory product=product.id unit=product.unit_code/> })}
            </div>
            {product.map(|product| view! { <aside class="rail"><Pictures product=product.clone() read_only/><Stock product=product.clone()/>{product.can_be_made.then(|| view! { <MadeBy product=product.id/> })}<Recipes product=product.clone()/><UsedIn product=product.id/>{(!product.is_template).then(|| view! { <LabelSection of=Labelled::Product(product.id)/> })}</aside> })}
        </div>
    }
    .into_any()
}

/// Its pictures, the first one large.
#[component]
fn Pictures(product: ProductView, read_only: bool) -> impl IntoView {
    let files = Attachments::new(Some(Shown::Product(product.id)));
    view! {
        <RailSection title=attachments::pictures()>
            <AttachmentList files owner=Owner::Product(product.id) read_only/>
        </RailSection>
    }
}

/// What is on hand, reserved and free.
#[component]
fn Stock(product: ProductView) -> impl IntoView {
    let unit = product.unit_code.clone();
    let amount = move |label: &'static str, value: Decimal| {
        view! {
            <div class="rail-fact"><dt>{label}</dt><dd><b>{format::number(value)}</b>" "<span class="muted">{unit.clone()}</span></dd></div>
        }
    };
    let free = product.qty_on_hand - product.qty_reserved;
    let light = match (product.safety_stock.is_zero(), product.qty_on_hand < product.safety_stock) {
        (true, _) => None,
        (false, true) => Some((Shape::Waiting, t::below_safety())),
        (false, false) => Some((Shape::Ok, t::enough())),
    };
    view! {
        <RailSection title=t::stock()>
            <dl class="rail-facts">
                {amount(t::on_hand(), product.qty_on_hand)}
                {amount(t::reserved(), product.qty_reserved)}
                {amount(t::free(), free)}
            </dl>
            {light.map(|(shape, word)| view! { <State shape word/> })}
            <p class="muted small">{t::all_warehouses()}</p>
            <ByWarehouse product=product.id/>
            {session::may(Permission::StockRead)
                .then(|| view! { <a href=Place::Stock.href()>{t::open_stock()}</a> })}
        </RailSection>
        {product.unit_cost.map(|cost| view! {
            <RailSection title=t::unit_cost_now()>
                <span><b>{format::money(cost)}</b>" "<span class="muted">{session::currency()}</span></span>
            </RailSection>
        })}
    }
}

/// The bills of materials that make it.
#[component]
fn Recipes(product: ProductView) -> impl IntoView {
    let rows = RwSignal::new(None::<Vec<BomRow>>);
    spawn_local(async move {
        let query = BomQuery { product_id: Some(product.id), ..BomQuery::default() };
        if let Ok(page) = api::get::<ListBoms>(&Empty {}, &query).await {
            rows.try_set(Some(page.items));
        }
    });
    let items = move || {
        rows.get().map(|rows| {
            if rows.is_empty() {
                return view! { <p class="muted">{t::recipes_none()}</p> }.into_any();
            }
            rows.into_iter()
                .map(|row| {
                    let (shape, word) = state_shape(row.state);
                    view! {
                        <div class="rail-row">
                            <a href=Noun::Boms.record(row.id)>{format!("{} {}", row.code, revision_label(row.revision))}</a>
                            <State shape word/>
                        </div>
                    }
                })
                .collect_view()
                .into_any()
        })
    };
    view! { <RailSection title=t::recipes()>{items}</RailSection> }
}

#[cfg(test)]
mod tests {
    use mrp_api::products::ProductInput;

    use super::*;

    #[test]
    fn the_form_sends_what_the_api_takes() {
        let unit = "0197a9f0-0000-7000-8000-000000000001";
        let samples = [("code", "DESK"), ("name", "Birou reglabil"), ("unit_id", unit)];
        crate::ui::form::assert_fits::<ProductInput>(&fields(), &samples);
    }
}
