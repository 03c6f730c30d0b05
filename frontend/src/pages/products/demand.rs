//! Which open orders need a product, which customers wait for it, and in one sentence whether there is enough of it.

use leptos::prelude::*;
use leptos::task::spawn_local;
use mrp_api::endpoint::IdPath;
use mrp_api::product_demands::{GetProductDemand, ProductDemandQuery, ProductDemandRow, ProductDemandView};
use mrp_api::sales_orders::GetSalesOrder;
use mrp_domain::ids::ProductId;
use mrp_domain::sales_order::SalesOrderState;
use rust_decimal::Decimal;

use crate::api::{self, Answer};
use crate::format;
use crate::i18n::text::product_demands as t;
use crate::links::Noun;
use crate::pages::manufacturing_orders::state_cell;
use crate::pages::sales_orders::state_cell as sold_cell;
use crate::ui::button::Button;
use crate::ui::cell::Cell;
use crate::ui::page::loaded;
use crate::ui::state::{Shape, State};
use crate::ui::table::{FactTable, Head, Line};
use crate::{live, session};

/// Rows on a page.
const ROWS: u32 = 20;

/// The panel.
#[component]
pub fn Demand(
    /// Which product.
    product: ProductId,
) -> impl IntoView {
    let answer = RwSignal::new(None::<Answer<ProductDemandView>>);
    let load = move || {
        spawn_local(async move {
            let found = page_of(product, None).await;
            answer.try_set(Some(found));
        });
    };
    let (own, orders) = (live::revision(product.to_string()), live::gathered(&["manufacturing_order", "sales_order"]));
    Effect::new(move |_| {
        own.track();
        orders.track();
        if session::may_call::<GetProductDemand>() {
            load();
        }
    });
    let more = move |cursor: String| {
        spawn_local(async move {
            let Ok(next) = page_of(product, Some(cursor)).await else { return };
            answer.try_update(|answer| {
                if let Some(Ok(view)) = answer {
                    view.items.extend(next.items);
                    view.next_cursor = next.next_cursor;
                }
            });
        });
    };
    let body = loaded(answer, Callback::new(move |()| load()), move |view| draw(view, Callback::new(more)));
    session::may_call::<GetProductDemand>().then(|| {
        view! { <section class="section product-panel" aria-label=t::title()><h2>{t::title()}</h2>{body}</section> }
    })
}

async fn page_of(id: ProductId, cursor: Option<String>) -> Answer<ProductDemandView> {
    let query = ProductDemandQuery { limit: Some(ROWS), cursor, ..ProductDemandQuery::default() };
    api::get::<GetProductDemand>(&IdPath { id }, &query).await
}

/// Whether there is enough: `Needed 120, free 40, coming 50: short 30 pcs`.
fn sentence(view: &ProductDemandView) -> (Shape, String) {
    let [open, free, expected, short] =
        [view.qty_open, view.qty_free, view.qty_expected, view.qty_short].map(format::number);
    let unit = &view.unit_code;
    if view.qty_open <= Decimal::ZERO {
        (Shape::Ok, t::all_reserved(&format::number(view.qty_needed), unit))
    } else if view.qty_short > Decimal::ZERO {
        (Shape::Blocking, t::short(&open, &free, &expected, &short, unit))
    } else {
        (Shape::Ok, t::enough(&open, &free, &expected))
    }
}

fn draw(view: ProductDemandView, more: Callback<String>) -> AnyView {
    let drafts = (view.qty_in_drafts > Decimal::ZERO).then(|| {
        let words = t::in_drafts(&format::number(view.qty_in_drafts), &view.unit_code);
        view! { <p class="muted">{words}</p> }
    });
    if view.total == 0 {
        return view! { <p>{t::none()}" "<span class="muted">{t::none_hint()}</span></p>{drafts} }.into_any();
    }
    let (shape, word) = sentence(&view);
    let beside = (view.qty_open > Decimal::ZERO && view.qty_reserved > Decimal::ZERO)
        .then(|| t::reserved_beside(&format::number(view.qty_reserved), &view.unit_code));
    let heads = vec![
        Head::text(t::order()).width(164),
        Head::text(t::makes()),
        Head::number(t::operation()).width(48),
        Head::number(t::needed()).width(92),
        Head::number(t::reserved()).width(92),
        Head::number(t::missing()).width(104),
        Head::text(t::needed_at()).width(104),
        Head::text(t::state()).width(160),
    ];
    let (shown, total) = (view.items.len(), view.total);
    let unit = view.unit_code.clone();
    let lines = Callback::new(move |()| view.items.iter().map(|row| line(row, &unit)).collect());
    let rest = view.next_cursor.clone().map(|cursor| {
        let shown = t::shown(&format::whole(i128::try_from(shown).unwrap_or_default()), &format::whole(total));
        view! {
            <div class="more">
                <Button label=t::more() small=true on_press=move |()| more.run(cursor.clone())/>
                <span class="muted">{shown}</span>
            </div>
        }
    });
    view! {
        <p><span class="medium"><State shape word/></span>" "<span class="muted">{beside}</span></p>
        {drafts}
        <FactTable title=t::title() heads lines/>
        {rest}
    }
    .into_any()
}

fn line(row: &ProductDemandRow, unit: &str) -> Line {
    let missing = Cell::quantity(row.qty_open, unit);
    let order = row.manufacturing_order_id.map(|id| Noun::ManufacturingOrders.record(id));
    let sale = row.sales_order_id.filter(|_| session::may_call::<GetSalesOrder>());
    let href = order.or_else(|| sale.map(|id| Noun::SalesOrders.record(id)));
    let made = row.product_id.map(|id| Noun::Products.record(id));
    let linked = |text: &str, href: Option<String>| match href {
        Some(href) => Cell::Link(text.to_owned(), href),
        None => Cell::text(text.to_owned()),
    };
    Line::new(vec![
        linked(&row.number, href),
        linked(&row.name, made),
        row.operation_sequence.map_or(Cell::Empty, |sequence| Cell::whole(i128::from(sequence))),
        Cell::quantity(row.qty_needed, unit),
        Cell::quantity(row.qty_reserved, unit),
        missing,
        row.needed_at.map_or(Cell::Empty, |at| Cell::text(format::day_of(at))),
        row.state.map_or_else(|| sold_cell(SalesOrderState::Confirmed), state_cell),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn view(needed: i64, reserved: i64, free: i64, expected: i64, short: i64) -> ProductDemandView {
        ProductDemandView {
            product_id: ProductId::from_uuid(uuid::Uuid::nil()),
            unit_code: "pcs".to_owned(),
            qty_needed: Decimal::from(needed),
            qty_reserved: Decimal::from(reserved),
            qty_open: Decimal::from(needed - reserved),
            qty_on_hand: Decimal::from(free + reserved),
            qty_free: Decimal::from(free),
            qty_expected: Decimal::from(expected),
            qty_in_drafts: Decimal::ZERO,
            qty_short: Decimal::from(short),
            items: Vec::new(),
            next_cursor: None,
            total: 1,
        }
    }

    #[test]
    fn one_sentence_says_whether_there_is_enough() {
        let words = sentence(&view(120, 0, 40, 50, 30));
        assert_eq!(words, (Shape::Blocking, "Needed 120, free 40, coming 50: short 30 pcs".to_owned()));
        assert_eq!(sentence(&view(120, 20, 60, 50, 0)).1, "Needed 100, free 60, coming 50: enough");
        assert_eq!(sentence(&view(8, 8, 0, 0, 0)).1, "All 8 pcs are reserved.");
    }
}
