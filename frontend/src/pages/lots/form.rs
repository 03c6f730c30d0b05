//! The page of a lot: its form, and beside it where it lies and who holds it.

use leptos::prelude::*;
use leptos::task::spawn_local;
use mrp_api::endpoint::{Empty, IdPath};
use mrp_api::lots::{CreateLot, DeleteLot, GetLot, GetLotWhereabouts, LotView, LotWhereabouts, UpdateLot};
use mrp_api::sales_orders::GetSalesOrder;
use serde_json::Value;

use crate::i18n::text::lots as t;
use crate::links::Noun;
use crate::pages::labels::{LabelSection, Labelled};
use crate::pages::lots::trace::Trace;
use crate::pages::lots::{expiry_name, expiry_shape};
use crate::pages::products;
use crate::ui::field::Field;
use crate::ui::field_view::Fields;
use crate::ui::form::Form;
use crate::ui::page::RailSection;
use crate::ui::record::{Record, record_page};
use crate::ui::state::State;
use crate::{api, format, live, session};

/// The page of one lot, or of a new one.
#[must_use]
pub fn page(id: Option<String>) -> AnyView {
    let record = Record::of::<GetLot, UpdateLot>("lot", t::title(), fields())
        .creates::<CreateLot>(t::new())
        .deletes::<DeleteLot>()
        .named_by("number")
        .drawn(draw);
    record_page(record, Noun::Lots, id)
}

/// The form's fields.
#[must_use]
pub fn fields() -> Vec<Field> {
    vec![
        Field::record("product_id", t::product(), products::picker())
            .required()
            .label_from("product_name")
            .fixed()
            .span(6)
            .hint(t::product_hint()),
        Field::text("number", t::number(), 64).required().span(6),
        Field::date("expires_on", t::expires_on()).nullable().span(6).hint(t::expires_hint()),
        Field::text("supplier_lot", t::supplier_lot(), 100).span(6),
        Field::long_text("note", t::note()),
    ]
}

fn draw(form: Form, view: Value, read_only: bool) -> AnyView {
    let lot = crate::json::read::<LotView>(view).ok();
    let exists = lot.is_some();
    view! {
        <div class="body">
            <div class="body-main">
                <Fields form read_only exists/>
                {lot.as_ref().map(|lot| view! { <Trace lot=lot.id/> })}
            </div>
            {lot.map(|lot| view! { <aside class="rail"><Whereabouts lot=lot.clone()/><LabelSection of=Labelled::Lot(lot.id)/></aside> })}
        </div>
    }
    .into_any()
}

/// Where it lies, and which orders hold it or customers wait for it.
#[component]
fn Whereabouts(lot: LotView) -> impl IntoView {
    let id = lot.id;
    let found = RwSignal::new(None::<LotWhereabouts>);
    let (own, orders) = (live::revision(id.to_string()), live::gathered(&["manufacturing_order", "sales_order"]));
    Effect::new(move |_| {
        own.track();
        orders.track();
        spawn_local(async move {
            if let Ok(told) = api::get::<GetLotWhereabouts>(&IdPath { id }, &Empty {}).await {
                found.try_set(Some(told));
            }
        });
    });
    let unit = lot.unit_code.clone();
    let places = move || {
        let told = found.get()?;
        let none = told.places.is_empty().then(|| view! { <p class="muted">{t::nowhere()}</p> });
        let rows = told.places.into_iter().map(|place| {
            let free = place.qty_on_hand - place.qty_reserved;
            let amounts = t::free_of(&format::number(free), &format!("{} {unit}", format::number(place.qty_on_hand)));
            view! { <div class="rail-row"><span class="ellipsis">{place.warehouse_name}</span><span class="muted">{amounts}</span></div> }
        });
        Some(view! { {none}{rows.collect_view()} })
    };
    let unit = lot.unit_code.clone();
    let holders = move || {
        let told = found.get()?;
        let none = told.holders.is_empty().then(|| view! { <p class="muted">{t::no_holders()}</p> });
        let rows = told.holders.into_iter().map(|holder| {
            let amount = format!("{} {unit}", format::number(holder.qty_reserved));
            let order = holder.manufacturing_order_id.map(|id| Noun::ManufacturingOrders.record(id));
            let sale = holder.sales_order_id.filter(|_| session::may_call::<GetSalesOrder>());
            let href = order.or_else(|| sale.map(|id| Noun::SalesOrders.record(id)));
            view! {
                <div class="rail-row">
                    <span class="ellipsis"><a href=href>{holder.number}</a>" "<span class="muted">{holder.name}</span></span>
                    <span>{amount}</span>
                </div>
            }
        });
        Some(view! { {none}{rows.collect_view()} })
    };
    let shape = expiry_shape(lot.expiry);
    view! {
        {shape.map(|shape| view! { <RailSection title=t::expiry()><State shape word=expiry_name(lot.expiry)/></RailSection> })}
        <RailSection title=t::places()>{places}</RailSection>
        <RailSection title=t::holders()>{holders}</RailSection>
    }
}

#[cfg(test)]
mod tests {
    use mrp_api::lots::LotInput;

    use super::*;

    #[test]
    fn the_form_sends_what_the_api_takes() {
        let product = "0197a9f0-0000-7000-8000-000000000001";
        crate::ui::form::assert_fits::<LotInput>(&fields(), &[("product_id", product), ("number", "L-1")]);
    }
}
