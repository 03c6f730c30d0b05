//! The open orders that have another revision of a recipe: they stay as they are, and somebody should know it.

use leptos::prelude::*;
use leptos::task::spawn_local;
use mrp_api::manufacturing_orders::{ListManufacturingOrders, ManufacturingOrderRow};
use mrp_api::page::Page;
use mrp_domain::ids::BomId;

use crate::i18n::text::boms as t;
use crate::links::{Noun, query_text};
use crate::pages::manufacturing_orders::state_cell;
use crate::ui::cell::Cell;
use crate::ui::table::{FactTable, Head, Line};
use crate::{api, session};

/// Most orders that are shown; of the others there is a number.
const SHOWN_MAX: usize = 10;

/// Those orders, once they are known; nothing while there are none.
#[component]
pub fn OrdersOfOtherRevisions(
    /// The revision.
    id: BomId,
) -> impl IntoView {
    let orders = RwSignal::new(None::<Page<ManufacturingOrderRow>>);
    if session::may_call::<ListManufacturingOrders>() {
        let mut query = filters(id);
        query.push(("limit".to_owned(), SHOWN_MAX.to_string()));
        spawn_local(async move {
            if let Ok(page) = api::get_list::<ListManufacturingOrders>(&query).await {
                orders.try_set(Some(page));
            }
        });
    }
    move || orders.get().filter(|page| page.total > 0).map(|page| table(id, page))
}

fn filters(id: BomId) -> Vec<(String, String)> {
    vec![("open".to_owned(), "true".to_owned()), ("other_revision_of".to_owned(), id.to_string())]
}

fn table(id: BomId, page: Page<ManufacturingOrderRow>) -> AnyView {
    let shown = u64::try_from(page.items.len()).unwrap_or_default();
    let more = page.total.saturating_sub(shown);
    let all = format!("{}{}", Noun::ManufacturingOrders.list(), query_text(&filters(id)));
    let heads = vec![
        Head::text(t::order()).width(140),
        Head::text(t::order_product()),
        Head::text(t::order_state()).width(152),
    ];
    let lines = Callback::new(move |()| {
        let line = |row: &ManufacturingOrderRow| {
            let number = Cell::Link(row.number.clone(), Noun::ManufacturingOrders.record(row.id));
            Line::new(vec![number, Cell::Name(row.product_name.clone()), state_cell(row.state)])
        };
        page.items.iter().map(line).collect()
    });
    view! {
        <section class="other-revisions">
            <h3>{t::orders_stay(shown + more)}</h3>
            <p class="muted small">{t::orders_stay_hint()}</p>
            <FactTable title=t::orders_stay(shown + more) heads lines/>
            <p class="small">
                {(more > 0).then(|| view! { <span class="muted">{t::orders_more(more)}" "</span> })}
                <a href=all>{t::orders_all()}</a>
            </p>
        </section>
    }
    .into_any()
}
