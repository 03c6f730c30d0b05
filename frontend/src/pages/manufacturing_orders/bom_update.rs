//! Above the components of an order whose recipe has a newer revision: what that would change, and the button for it.

use leptos::prelude::*;
use leptos::task::spawn_local;
use mrp_api::bom_updates::{ApplyBomUpdate, BomUpdateRow, BomUpdateView, GetBomUpdate};
use mrp_api::endpoint::{Empty, IdPath};
use mrp_api::manufacturing_orders::ManufacturingOrderView;
use rust_decimal::Decimal;

use crate::format;
use crate::i18n::text::bom_updates as t;
use crate::links;
use crate::pages::manufacturing_orders::commands::{Order, reason_field, why_not};
use crate::pages::manufacturing_orders::logs::word;
use crate::ui::ask::Ask;
use crate::ui::button::{Button, LinkButton};
use crate::ui::cell::Cell;
use crate::ui::state::{Shape, State};
use crate::ui::table::{FactTable, Head, Line};

/// The panel; nothing while the order has the newest revision.
pub fn bom_update(order: Order, view: &ManufacturingOrderView) -> Option<AnyView> {
    if !view.bom_changed {
        return None;
    }
    let found = RwSignal::new(None::<BomUpdateView>);
    let id = order.id;
    spawn_local(async move {
        if let Ok(update) = crate::api::get::<GetBomUpdate>(&IdPath { id }, &Empty {}).await {
            found.try_set(Some(update));
        }
    });
    let why = why_not::<ApplyBomUpdate>(view, "change_component", &["nothing_changed", "reason_required"]);
    Some(view! { {move || found.get().map(|update| panel(order, why.clone(), update))} }.into_any())
}

fn panel(order: Order, why: Option<String>, update: BomUpdateView) -> impl IntoView {
    let compare = links::compare_boms(update.to_id, update.from_id);
    let (revision, count) = (update.to_revision.to_string(), update.changes.len());
    let ask = {
        let revision = revision.clone();
        move |()| {
            let ask =
                Ask::new(t::follow(&revision), t::change(), order.answers::<ApplyBomUpdate>(move || order.path()));
            order.ask.set(Some(ask.hint(t::hint()).field(reason_field())));
        }
    };
    let routing = update.other_routing_name.as_ref().map(|name| {
        view! { <p class="section"><State shape=Shape::Waiting word=match update.takes_routing {
            true => t::takes_routing(name),
            false => t::other_routing(name),
        }/></p> }
    });
    let lines = Callback::new(move |()| update.changes.iter().map(line).collect());
    let heads = vec![
        Head::text(t::component()),
        Head::text(t::what()).width(160),
        Head::number(t::before()).width(130),
        Head::number(t::after()).width(130),
        Head::number(t::consumed()).width(130),
    ];
    view! {
        <section class="section">
            <div class="fix-line">
                <State shape=Shape::Waiting word=t::title(u64::try_from(count).unwrap_or_default(), &revision)/>
                <span class="spacer"></span>
                <LinkButton label=t::compare() href=compare/>
                <Button label=t::follow(&revision) reason=Signal::stored(why) on_press=ask/>
            </div>
            {(count > 0).then(|| view! { <FactTable title=t::changes() heads lines/> })}
            {routing}
        </section>
    }
}

fn line(row: &BomUpdateRow) -> Line {
    let amount = |quantity: Option<Decimal>| match quantity {
        Some(quantity) => Cell::quantity(quantity, &row.unit_code),
        None => Cell::Empty,
    };
    let name = match row.operation_sequence {
        Some(sequence) => format!("{}, {} {sequence}", row.product_name, crate::i18n::text::boms::operation_short()),
        None => row.product_name.clone(),
    };
    let consumed = Some(row.qty_consumed).filter(|consumed| !consumed.is_zero());
    Line::new(vec![
        Cell::Name(name),
        Cell::text(word(row.kind.as_str())),
        amount(row.old_quantity),
        amount(row.new_quantity),
        consumed.map_or(Cell::Empty, |consumed| Cell::text(format::number(consumed))),
    ])
}
