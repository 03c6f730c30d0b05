//! Who makes what was sold, what is missing, and what can be done with the sales order.

use leptos::prelude::*;
use leptos::task::spawn_local;
use mrp_api::deliveries::CreateDelivery;
use mrp_api::endpoint::{Empty, IdPath};
use mrp_api::manufacturing_orders::CancelManufacturingOrder;
use mrp_api::sales_orders::{
    CancelSalesOrder, CancelSalesOrderInput, ConfirmSalesOrder, LineDeliveryView, MakeSalesOrderLine,
    MakeSalesOrderLineInput, MakingOrderView, ReleaseSalesOrderLine, SalesMarginView, SalesOrderLinePath,
    SalesOrderLineView, SalesOrderView,
};
use mrp_domain::sales_order::{CancelEffect, CostBasis, SalesOrderState};
use rust_decimal::Decimal;

use crate::api::{self, Pending};
use crate::i18n::text::sales_orders as t;
use crate::links::{self, Noun};
use crate::pages::manufacturing_orders::state_cell as order_state;
use crate::pages::sales_orders::state_cell;
use crate::ui::ask::{Ask, Asks};
use crate::ui::button::{Button, Look};
use crate::ui::cell::Cell;
use crate::ui::field::Field;
use crate::ui::page::Fact;
use crate::ui::state::{Shape, State};
use crate::ui::table::{FactTable, Head, Line};
use crate::ui::toast;
use crate::{format, history, session};

/// The panel.
#[component]
pub fn Fulfilment(
    /// The sales order as it is.
    order: SalesOrderView,
) -> impl IntoView {
    let busy = RwSignal::new(false);
    let ask = RwSignal::new(None::<Ask>);
    let (id, version, number) = (order.id, order.version, order.number.clone());
    let confirm = move |()| {
        busy.set(true);
        let number = number.clone();
        spawn_local(async move {
            let answer = api::send::<ConfirmSalesOrder>(&IdPath { id }, Some(version), &Empty {}).await;
            busy.try_set(false);
            match answer {
                Ok(_) => toast::done(t::confirm_done(&number)),
                Err(failure) => toast::failed(&failure),
            }
        });
    };
    let is_open = matches!(order.state, SalesOrderState::Draft | SalesOrderState::Confirmed);
    let may_write = session::may_call::<ConfirmSalesOrder>();
    let question = order.clone();
    let cancel = move |()| ask.set(Some(cancellation(&question)));
    let confirm = (may_write && order.state == SalesOrderState::Draft)
        .then(|| view! { <Button label=t::confirm() look=Look::Primary busy on_press=confirm/> });
    let deliver = (order.state == SalesOrderState::Confirmed && session::may_call::<CreateDelivery>()).then(|| {
        let can_go = |line: &SalesOrderLineView| !line.qty_open.is_zero() && !line.qty_free.is_zero();
        let reason = (!order.lines.iter().any(can_go)).then(|| t::nothing_ready().to_owned());
        let go = move |()| history::go(&links::delivery_of_sale(id));
        view! { <Button label=t::deliver() look=Look::Primary reason=Signal::stored(reason) on_press=go/> }
    });
    let cancel = (may_write && is_open).then(|| view! { <Button label=t::cancel() on_press=cancel/> });
    let is_incomplete =
        order.lines.iter().filter_map(|line| line.margin.as_ref()).any(|margin| !margin.missing.is_empty());
    let incomplete = is_incomplete.then(|| view! { <State shape=Shape::Waiting word=t::incomplete()/> });
    let margin =
        order.margin.map(|margin| view! { <Fact label=t::margin()>{format::money(margin)}" "{incomplete}</Fact> });
    let origin = order.external_id.clone().map(|id| t::pushed(&order.channel, &id));
    let origin = origin.map(|origin| view! { <Fact label=t::channel()>{origin}</Fact> });
    let state = state_cell(order.state).view();
    let total = format!("{} {}", format::money(order.total), session::currency());
    view! {
        <section class="section" aria-label=t::fulfilment()>
            <dl class="facts">
                <Fact label=t::state()>{state}</Fact>
                <Fact label=t::total()>{total}</Fact>
                {margin}
                {origin}
            </dl>
            <div class="actions">{cancel}{confirm}{deliver}</div>
            <h2>{t::fulfilment()}</h2>
            <Made order ask/>
            <Asks ask/>
        </section>
    }
}

/// What cancelling does to the orders, and the questions: what becomes of those that nobody has started, and why.
fn cancellation(order: &SalesOrderView) -> Ask {
    let (id, version, number) = (order.id, order.version, order.number.clone());
    let numbers = |effect: CancelEffect| {
        let orders = order.lines.iter().flat_map(|line| &line.orders).filter(|made| made.when_cancelled == effect);
        orders.map(|made| made.number.clone()).collect::<Vec<_>>().join(", ")
    };
    let (too, goes_on) = (numbers(CancelEffect::CancelledToo), numbers(CancelEffect::GoesOn));
    let may_cancel_orders = session::may_call::<CancelManufacturingOrder>();
    let mut effects = Vec::new();
    match (too.is_empty(), may_cancel_orders) {
        (true, _) => {}
        (false, true) => effects.push(t::cancel_too(&too)),
        (false, false) => effects.push(t::cancel_leaves(&too)),
    }
    if !goes_on.is_empty() {
        effects.push(t::cancel_goes_on(&goes_on));
    }
    if effects.is_empty() {
        effects.push(t::cancel_none().to_owned());
    }
    let asks_orders = !too.is_empty() && may_cancel_orders;
    let leaves_anyway = !too.is_empty() && !may_cancel_orders;
    let run = move |body: serde_json::Value| -> Pending<()> {
        let number = number.clone();
        Box::pin(async move {
            let word = |name: &str| body.get(name).and_then(serde_json::Value::as_str).unwrap_or_default().to_owned();
            let leave_orders = leaves_anyway || word("orders") == LEAVE;
            let input = CancelSalesOrderInput { reason: word("reason"), leave_orders };
            api::send::<CancelSalesOrder>(&IdPath { id }, Some(version), &input).await?;
            toast::done(t::cancel_done(&number));
            Ok(())
        })
    };
    let title = format!("{}: {}", t::cancel(), order.number);
    let mut ask = Ask::new(title, t::cancel(), run).hint(effects.join(" ")).danger();
    if asks_orders {
        let choices = [("cancel", t::orders_cancel()), (LEAVE, t::orders_leave())];
        let choices = choices.map(|(word, name)| (word.to_owned(), name.to_owned())).to_vec();
        ask = ask.field(Field::choice("orders", t::orders(), choices).span(12));
    }
    ask.field(Field::text("reason", t::reason(), 500).required().span(12))
}

/// The answer that keeps orders which nobody has started.
const LEAVE: &str = "leave";

/// How much is made for a line and by when, beside what is free and whether the day has passed.
fn making(order: &SalesOrderView, line: &SalesOrderLineView) -> Ask {
    let (path, version) = (SalesOrderLinePath { id: order.id, line_id: line.id }, order.version);
    let run = move |body: serde_json::Value| -> Pending<()> {
        let path = path.clone();
        Box::pin(async move {
            let input = crate::json::read::<MakeSalesOrderLineInput>(body)
                .map_err(|error| api::Failure::Unreadable(error.to_string()))?;
            api::send::<MakeSalesOrderLine>(&path, Some(version), &input).await?;
            toast::done(t::make_done().to_owned());
            Ok(())
        })
    };
    let amount = |quantity: Decimal| format!("{} {}", format::number(quantity), line.unit_code);
    let mut known = vec![t::make_hint(&amount(line.qty_to_make), &amount(line.qty_free))];
    if let Some(day) = order.deliver_by.filter(|day| *day < format::now()) {
        known.push(t::deadline_passed(&format::day_of(day)));
    }
    let deadline = order.deliver_by.map(format::input_of_instant).unwrap_or_default();
    let quantity = Field::number("quantity", t::quantity()).above(0).required();
    Ask::new(format!("{}: {}", t::make(), line.product_name), t::make(), run)
        .hint(known.join(" "))
        .field(quantity.unit(line.unit_code.clone()).start(format::number(line.qty_to_make)).span(6))
        .field(Field::moment("date_deadline", t::make_deadline()).start(deadline).span(6))
}

/// Line by line: what is there, what is made, what is still to be made.
#[component]
fn Made(order: SalesOrderView, ask: RwSignal<Option<Ask>>) -> impl IntoView {
    let sees_margin = order.margin.is_some();
    let mut heads = vec![
        Head::text(t::product()),
        Head::number(t::quantity()).width(90),
        Head::number(t::qty_delivered()).width(90),
        Head::number(t::qty_open()).width(90),
        Head::text(t::free()).width(140),
        Head::number(t::qty_made()).width(100),
        Head::number(t::qty_to_make()).width(90),
    ];
    if sees_margin {
        heads.push(Head::number(t::margin()).width(170));
    }
    heads.push(Head::text("").width(220));
    let lines = Callback::new(move |()| {
        let rows = order.lines.iter().flat_map(|line| {
            let own = made_line(&order, line, ask);
            let orders = line.orders.iter().map(|made| order_line(made, line, sees_margin));
            let gone = line.deliveries.iter().map(|gone| delivery_line(gone, line, sees_margin));
            std::iter::once(own).chain(orders).chain(gone).collect::<Vec<_>>()
        });
        rows.collect()
    });
    view! { <FactTable title=t::fulfilment() heads lines/> }
}

fn made_line(order: &SalesOrderView, line: &SalesOrderLineView, ask: RwSignal<Option<Ask>>) -> Line {
    let amount = |quantity: Decimal| Cell::quantity(quantity, line.unit_code.clone()).view();
    let missing = line.qty_to_make > Decimal::ZERO && line.qty_free < line.qty_to_make;
    let mut cells = vec![
        Cell::Link(line.product_name.clone(), Noun::Products.record(line.product_id)).view(),
        amount(line.quantity),
        amount(line.qty_delivered),
        amount(line.qty_open),
        free_cell(order, line),
        amount(line.qty_made),
        amount(line.qty_to_make),
    ];
    cells.extend(line.margin.as_ref().map(margin_cell));
    let can_release = !line.qty_set_aside.is_zero() && session::may_call::<ReleaseSalesOrderLine>();
    let release = can_release.then(|| {
        let (order, line) = (order.clone(), line.clone());
        let press = move |()| ask.set(Some(releasing(&order, &line)));
        view! { <div><Button label=t::release() small=true on_press=press/></div> }
    });
    // Where goods lie, that nothing is to be made needs no words.
    let is_silent = can_release && line.qty_to_make.is_zero() && line.qty_surplus.is_zero();
    let make = (!is_silent).then(|| view! { <div><MakeButton order=order.clone() line=line.clone() ask/></div> });
    cells.push(view! { {make}{release} }.into_any());
    let row = Line::of(cells).group();
    if missing && order.state == SalesOrderState::Confirmed { row.tone("accent") } else { row }
}

fn margin_cell(margin: &SalesMarginView) -> AnyView {
    if !margin.missing.is_empty() {
        let word = t::no_cost(&margin.missing.join(", "));
        return view! { <State shape=Shape::Waiting word/> }.into_any();
    }
    let percent = margin.margin_percent.map(|percent| format::percent(percent, 2));
    let parts = margin.parts.iter().map(|part| {
        let basis = match part.basis {
            CostBasis::Actual => t::cost_actual(),
            CostBasis::Planned => t::cost_planned(),
            CostBasis::Product => t::cost_product(),
        };
        let cost = part.unit_cost.map(format::money).unwrap_or_default();
        t::cost_part(&format::number(part.quantity), &cost, basis)
    });
    let parts = parts.collect::<Vec<_>>().join(" · ");
    view! { <div>{format::money(margin.margin)}" "<span class="muted">{percent}</span></div><div class="muted">{parts}</div> }
        .into_any()
}

fn order_line(made: &MakingOrderView, line: &SalesOrderLineView, sees_margin: bool) -> Line {
    let number = Cell::Link(made.number.clone(), Noun::ManufacturingOrders.record(made.id)).view();
    let mut cells = vec![number, Cell::quantity(made.quantity, line.unit_code.clone()).view()];
    let blanks = if sees_margin { 6 } else { 5 };
    cells.extend((0..blanks).map(|_| ().into_any()));
    let until = made.scheduled_finish.or(made.date_deadline).map(format::day_of);
    cells.push(view! { <span>{order_state(made.state).view()}" "<span class="muted">{until}</span></span> }.into_any());
    Line::of(cells).depth(1)
}

/// What can go out: enough for what is open, a part of it, or nothing.
fn free_cell(order: &SalesOrderView, line: &SalesOrderLineView) -> AnyView {
    let amount = |quantity: Decimal| format!("{} {}", format::number(quantity), line.unit_code);
    let unusable = (!line.qty_set_aside_unusable.is_zero()).then(|| {
        let word = t::unusable(&amount(line.qty_set_aside_unusable));
        view! { <div><State shape=Shape::Blocking word/></div> }
    });
    if order.state != SalesOrderState::Confirmed || line.qty_open.is_zero() || line.qty_free.is_zero() {
        let free = Cell::quantity(line.qty_free, line.unit_code.clone()).view();
        return view! { {free}{unusable} }.into_any();
    }
    let (shape, word) = match line.qty_free >= line.qty_open {
        true => (Shape::Ok, t::ready(&amount(line.qty_free))),
        false => (Shape::Waiting, t::partly_ready(&amount(line.qty_free))),
    };
    let usable = line.qty_set_aside - line.qty_set_aside_unusable;
    let own = (!usable.is_zero()).then(|| {
        let word = t::set_aside(&amount(usable));
        view! { <div class="muted small">{word}</div> }
    });
    view! { <State shape word/>{own}{unusable} }.into_any()
}

/// Gives back what lies for a line, after a question.
fn releasing(order: &SalesOrderView, line: &SalesOrderLineView) -> Ask {
    let (path, version) = (SalesOrderLinePath { id: order.id, line_id: line.id }, order.version);
    let amount = format!("{} {}", format::number(line.qty_set_aside), line.unit_code);
    let done = t::release_done(&amount);
    let run = move |_: serde_json::Value| -> Pending<()> {
        let (path, done) = (path.clone(), done.clone());
        Box::pin(async move {
            api::send::<ReleaseSalesOrderLine>(&path, Some(version), &Empty {}).await?;
            toast::done(done);
            Ok(())
        })
    };
    Ask::new(format!("{}: {}", t::release(), line.product_name), t::release(), run).hint(t::release_hint(&amount))
}

fn delivery_line(gone: &LineDeliveryView, line: &SalesOrderLineView, sees_margin: bool) -> Line {
    let number = Cell::Link(gone.number.clone(), Noun::Deliveries.record(gone.id)).view();
    let gone_out = Cell::quantity(gone.quantity, line.unit_code.clone()).view();
    let mut cells = vec![number, ().into_any(), gone_out];
    let blanks = if sees_margin { 5 } else { 4 };
    cells.extend((0..blanks).map(|_| ().into_any()));
    let word = t::delivered_on(&format::day_of(gone.delivered_at));
    cells.push(view! { <span class="muted">{word}</span> }.into_any());
    Line::of(cells).depth(1)
}

/// Asks how much of the line is made.
#[component]
fn MakeButton(order: SalesOrderView, line: SalesOrderLineView, ask: RwSignal<Option<Ask>>) -> impl IntoView {
    if line.qty_surplus > Decimal::ZERO {
        let amount = format!("{} {}", format::number(line.qty_surplus), line.unit_code);
        let word = match order.state {
            SalesOrderState::Cancelled => t::not_demanded(&amount),
            SalesOrderState::Draft | SalesOrderState::Confirmed | SalesOrderState::Delivered => t::surplus(&amount),
        };
        return view! { <State shape=Shape::Waiting word/> }.into_any();
    }
    let reason = match order.state {
        SalesOrderState::Draft => Some(t::only_confirmed()),
        SalesOrderState::Delivered | SalesOrderState::Cancelled => Some(format::DASH),
        SalesOrderState::Confirmed if line.qty_to_make.is_zero() => Some(t::nothing_to_make()),
        SalesOrderState::Confirmed if !session::may_call::<MakeSalesOrderLine>() => Some(t::planner_makes()),
        SalesOrderState::Confirmed => None,
    };
    let press = move |()| ask.set(Some(making(&order, &line)));
    match reason {
        Some(reason) => view! { <span class="muted">{reason}</span> }.into_any(),
        None => view! { <Button label=t::make() small=true on_press=press/> }.into_any(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_of_a_line_is_what_the_api_takes() {
        let fields = [Field::number("quantity", "").above(0).required(), Field::moment("date_deadline", "")];
        crate::ui::form::assert_fits::<MakeSalesOrderLineInput>(&fields, &[("quantity", "4")]);
    }
}
