//! A product at a glance: what lies in which warehouse, and the open orders that make it.

use leptos::prelude::*;
use leptos::task::spawn_local;
use mrp_api::endpoint::Empty;
use mrp_api::manufacturing_orders::{ListManufacturingOrders, ManufacturingOrderQuery, ManufacturingOrderRow};
use mrp_api::stock::{ListStock, StockBalanceRow, StockQuery};
use mrp_domain::ids::ProductId;

use crate::i18n::text::products as t;
use crate::links::Noun;
use crate::pages::manufacturing_orders::state_cell;
use crate::ui::page::RailSection;
use crate::{api, format, live, session};

/// Most orders that the rail shows.
const ORDERS_SHOWN: u32 = 8;

/// What is on hand and free in each warehouse.
#[component]
pub fn ByWarehouse(
    /// Which product.
    product: ProductId,
) -> impl IntoView {
    let rows = RwSignal::new(Vec::<StockBalanceRow>::new());
    let revision = live::revision(product.to_string());
    let all = live::gathered(&["manufacturing_order"]);
    Effect::new(move |_| {
        revision.track();
        all.track();
        spawn_local(async move {
            let query = StockQuery { product_id: Some(product), ..StockQuery::default() };
            if session::may_call::<ListStock>()
                && let Ok(page) = api::get::<ListStock>(&Empty {}, &query).await
            {
                rows.try_set(page.items);
            }
        });
    });
    let line = |row: StockBalanceRow| {
        let amounts = t::free_of(&format::number(row.qty_free), &format::number(row.qty_on_hand));
        view! { <div class="rail-row"><span class="ellipsis">{row.warehouse_name}</span><span class="muted">{amounts}</span></div> }
    };
    move || rows.get().into_iter().map(line).collect_view()
}

/// The open orders that make it.
#[component]
pub fn MadeBy(
    /// Which product.
    product: ProductId,
) -> impl IntoView {
    let found = RwSignal::new(None::<(Vec<ManufacturingOrderRow>, u64)>);
    let revision = live::gathered(&["manufacturing_order"]);
    Effect::new(move |_| {
        revision.track();
        spawn_local(async move {
            let query = ManufacturingOrderQuery {
                product_id: Some(product),
                open: Some(true),
                sort: Some("deadline".to_owned()),
                limit: Some(ORDERS_SHOWN),
                ..ManufacturingOrderQuery::default()
            };
            if let Ok(page) = api::get::<ListManufacturingOrders>(&Empty {}, &query).await {
                found.try_set(Some((page.items, page.total)));
            }
        });
    });
    let line = |row: ManufacturingOrderRow| {
        let amount = format!("{} {}", format::number(row.quantity), row.unit_code);
        view! {
            <div class="rail-row">
                <span><a href=Noun::ManufacturingOrders.record(row.id)>{row.number}</a>" "<span class="muted">{amount}</span></span>
                {state_cell(row.state).view()}
            </div>
        }
    };
    let draw = move || {
        let (rows, total) = found.get()?;
        let none = rows.is_empty().then(|| view! { <p class="muted">{t::made_by_none()}</p> });
        let left_out = total.saturating_sub(u64::from(ORDERS_SHOWN));
        let more = (left_out > 0).then(|| view! { <p class="muted">{format!("+ {}", format::whole(left_out))}</p> });
        Some(view! { {none}{rows.into_iter().map(line).collect_view()}{more} })
    };
    session::may_call::<ListManufacturingOrders>()
        .then(|| view! { <RailSection title=t::made_by()>{draw}</RailSection> })
}
