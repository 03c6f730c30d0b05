//! The tab with an order's components: what is needed, there, missing; beneath each shortage what helps against it.

use leptos::prelude::*;
use mrp_api::manufacturing_orders::{
    AddOrderComponent, ChangeOrderComponent, ComponentPath, ConsumeOrderComponent, ManufacturingOrderView,
    MaterialLineView, OrderByProductView, ReserveManufacturingOrder,
};
use mrp_api::material_lines::{LineSubstituteView, MakeOrderComponent, ReassignReservation};
use mrp_api::purchase_orders::ExpectedView;
use mrp_api::purchase_requests::RequestOrderMaterial;
use mrp_api::stock::CreateReceipt;
use mrp_domain::bom::ConsumptionMode;
use mrp_domain::manufacturing_order::{ManufacturingOrderState, MaterialAvailability};
use mrp_domain::product::Tracking;
use rust_decimal::Decimal;

use crate::i18n::text::{lots as l, manufacturing_orders as t, purchase_requests as p, reservations as r};
use crate::links::Noun;
use crate::pages::manufacturing_orders::availability;
use crate::pages::manufacturing_orders::bom_update::bom_update;
use crate::pages::manufacturing_orders::commands::{
    Order, reason_field, request_material, reserve, why_not, why_not_ask,
};
use crate::pages::papers::day;
use crate::pages::products;
use crate::ui::ask::Ask;
use crate::ui::button::{Button, LinkButton};
use crate::ui::cell::Cell;
use crate::ui::field::Field;
use crate::ui::icon::Icon;
use crate::ui::menu::{Item, Menu};
use crate::ui::page::Blank;
use crate::ui::state::{Shape, State};
use crate::{format, links, session};

/// Columns of the table.
const COLUMNS: &str = "11";

/// The tab.
#[must_use]
pub fn components(order: Order, view: &ManufacturingOrderView) -> AnyView {
    let can_change = can_change(view);
    let add = can_change.then(|| {
        let operations = operation_choices(view);
        view! {
            <tr class="add-row"><td colspan=COLUMNS>
                <button type="button" class="quiet" on:click=move |_| ask_add(order, operations.clone())>
                    <Icon name="plus" size=14/>{t::add_component()}
                </button>
            </td></tr>
        }
    });
    if view.components.is_empty() && !can_change {
        return view! { <Blank title=t::no_components() hint=t::no_components_hint() icon="recipe"/> }.into_any();
    }
    let rows = view.components.iter().map(|line| row(order, view, line)).collect_view();
    view! {
        {bom_update(order, view)}
        <table class="table components" aria-label=t::components()>
            <colgroup>
                <col/><col class="w-unit"/><col class="w-amount"/><col class="w-issued"/><col class="w-amount"/><col class="w-amount"/>
                <col class="w-amount"/><col class="w-amount"/><col class="w-operation"/><col class="w-availability"/><col class="w-tools"/>
            </colgroup>
            <thead><tr>
                <th scope="col">{t::component()}</th>
                <th scope="col">{t::unit()}</th>
                <th scope="col" class="number">{t::needed()}</th>
                <th scope="col" class="number">{t::issued_head()}</th>
                <th scope="col" class="number">{t::reserved_head()}</th>
                <th scope="col" class="number">{t::free()}</th>
                <th scope="col" class="number">{p::expected_head()}</th>
                <th scope="col" class="number">{t::missing_head()}</th>
                <th scope="col">{t::operation()}</th>
                <th scope="col">{t::availability()}</th>
                <th scope="col"><span class="sr-only">{crate::i18n::text::list::actions()}</span></th>
            </tr></thead>
            <tbody>{rows}{add}</tbody>
        </table>
        {(!view.by_products.is_empty()).then(|| by_products(view))}
    }
    .into_any()
}

/// What comes out beside the product.
fn by_products(view: &ManufacturingOrderView) -> AnyView {
    let row = |one: &OrderByProductView| {
        let number = |value: Decimal| view! { <td class="number">{Cell::number(value).view()}</td> };
        let amounts = [one.qty_planned, one.qty_proposed, one.qty_done].map(number);
        view! {
            <tr>
                <td><span class="medium">{one.product_name.clone()}</span>" "<span class="muted">{one.product_code.clone()}</span></td>
                <td class="muted">{one.unit_code.clone()}</td>
                {amounts}
            </tr>
        }
    };
    let rows = view.by_products.iter().map(row).collect_view();
    view! {
        <table class="table by-products" aria-label=t::by_products()>
            <thead><tr>
                <th scope="col">{t::by_products()}</th>
                <th scope="col">{t::unit()}</th>
                <th scope="col" class="number">{t::planned_amount()}</th>
                <th scope="col" class="number">{t::at_finish()}</th>
                <th scope="col" class="number">{t::into_stock()}</th>
            </tr></thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

fn row(order: Order, view: &ManufacturingOrderView, line: &MaterialLineView) -> AnyView {
    let is_short = line.qty_missing > Decimal::ZERO && !is_over(view);
    let number = |value: Decimal| view! { <td class="number">{Cell::number(value).view()}</td> };
    let is_expected = line.qty_expected > Decimal::ZERO && !is_over(view);
    let (shape, word) = light(line);
    let tools = tools(order, view, line);
    view! {
        <tr data-tone=is_short.then_some("bad") class:joined={is_short || is_expected}>
            <td title=line.product_name.clone()><span class="medium">{line.product_name.clone()}</span>" "<span class="muted">{line.product_code.clone()}</span>{lots(line)}</td>
            <td class="muted">{line.unit_code.clone()}</td>
            {number(line.qty_needed)}{number(line.qty_done)}{number(line.qty_reserved)}{number(line.qty_free)}{number(line.qty_expected)}{number(line.qty_missing)}
            <td>{Cell::maybe(line.operation_name.clone()).view()}</td>
            <td><State shape word/></td>
            <td class="tools">{tools}</td>
        </tr>
        {is_expected.then(|| expected_row(line))}
        {is_short.then(|| fix_row(order, view, line))}
    }
    .into_any()
}

/// What is on its way to a component: how much, from which order, and when it comes.
fn expected_row(line: &MaterialLineView) -> impl IntoView + use<> {
    let sources = line
        .expected_from
        .iter()
        .map(|one| {
            let amount = format!("{} {}", format::number(one.quantity), line.unit_code);
            let when = match day(&one.expected_on) {
                Some(day) => p::expected_on(&day),
                None => p::expected_some_day().to_owned(),
            };
            view! {
                <p>
                    <b>{p::expected_from(&amount)}</b>" "{source(one)}", "{when}
                    {(!one.is_meant).then(|| view! { <span class="muted">" "{p::expected_unmeant()}</span> })}
                </p>
            }
        })
        .collect_view();
    view! { <tr class="expected"><td colspan=COLUMNS>{sources}</td></tr> }
}

/// The paper that brings it; who has nothing to do with purchasing sees that it is bought, and not by which.
fn source(one: &ExpectedView) -> AnyView {
    let href = match (one.purchase_order_id, one.manufacturing_order_id) {
        (Some(id), _) => Noun::PurchaseOrders.record(id),
        (None, Some(id)) => Noun::ManufacturingOrders.record(id),
        (None, None) => return p::a_supplier().into_any(),
    };
    view! { <a href=href>{one.number.clone()}</a> }.into_any()
}

/// The lots that are set aside for a component, and what lies there past its last day.
fn lots(line: &MaterialLineView) -> Option<AnyView> {
    if line.lots.is_empty() && line.qty_expired.is_zero() {
        return None;
    }
    let held = line.lots.iter().map(|lot| {
        let amount = format!(" {} ", format::number(lot.qty_reserved));
        view! { <a href=Noun::Lots.record(lot.lot_id)>{lot.number.clone()}</a><span class="muted">{amount}</span> }
    });
    let expired = (!line.qty_expired.is_zero()).then(|| {
        let amount = format!("{} {}", format::number(line.qty_expired), line.unit_code);
        view! { <State shape=Shape::Waiting word=l::expired_amount(&amount)/> }
    });
    Some(view! { <div class="line-lots small">{held.collect_view()}{expired}</div> }.into_any())
}

/// What is short, for what and until when, and what helps.
fn fix_row(order: Order, view: &ManufacturingOrderView, line: &MaterialLineView) -> impl IntoView + use<> {
    let amount = |quantity: Decimal| format!("{} {}", format::number(quantity), line.unit_code);
    let missing = amount(line.qty_missing);
    let headline = match &line.operation_name {
        Some(operation) => t::short_for(&missing, operation),
        None => t::short_by(&missing),
    };
    let operation = view.operations.iter().find(|one| Some(one.sequence) == line.operation_sequence);
    let when = match operation.and_then(|operation| operation.scheduled_start).or(view.scheduled_start) {
        Some(start) => t::starts(&format::moment(start)),
        None => t::not_scheduled().to_owned(),
    };
    let free =
        if line.qty_free > Decimal::ZERO { t::free_now(&amount(line.qty_free)) } else { t::none_free().to_owned() };
    let receipt = session::may_call::<CreateReceipt>()
        .then(|| links::new_receipt(line.product_id, line.qty_missing, view.components_warehouse_id));
    let ask = session::may_call::<RequestOrderMaterial>();
    let asked = (line.qty_requested > Decimal::ZERO).then(|| p::asked_amount(&amount(line.qty_requested)));
    let drafts = line.drafts.iter().map(|one| {
        let amount = amount(one.quantity);
        view! { " "<a href=Noun::ManufacturingOrders.record(one.manufacturing_order_id)>{t::drafted(&one.number, &amount)}</a> }
    });
    let drafts = drafts.collect_view();
    let why_not_ask = why_not_ask(view);
    let can_change = can_change(view);
    let substitutes = line.substitutes.iter().filter(|_| can_change).map(|other| {
        let free = format!("{} {}", format::number(other.qty_free), other.unit_code);
        let (line, other) = (StoredValue::new(line.clone()), StoredValue::new(other.clone()));
        let label = other.with_value(|other| t::use_instead(&other.product_name, &free));
        let press = move |()| line.with_value(|line| other.with_value(|other| ask_instead(order, line, other)));
        view! { <Button label on_press=press/> }
    });
    let substitutes = substitutes.collect_view();
    let make = (line.can_be_made && session::may_call::<MakeOrderComponent>()).then(|| {
        let why = (line.qty_missing <= line.qty_requested).then(|| p::all_asked().to_owned());
        let line = StoredValue::new(line.clone());
        let press = move |()| line.with_value(|line| ask_make(order, line));
        view! { <Button label=t::make_component() icon="order" reason=Signal::stored(why) on_press=press/> }
    });
    let take = session::may_call::<ReassignReservation>().then(|| {
        let id = line.id;
        view! { <Button label=r::title() on_press=move |()| order.takes_for.set(Some(id))/> }
    });
    let can_reserve = line.qty_free > Decimal::ZERO;
    let why = why_not::<ReserveManufacturingOrder>(view, "reserve", &[]);
    view! {
        <tr class="fix" data-tone="bad"><td colspan=COLUMNS><div class="fix-line">
            <div>
                <p><b>{headline}</b>", "{when}</p>
                <p class="muted">{free}{asked.map(|asked| format!(" {asked}."))}{drafts}</p>
            </div>
            <span class="spacer"></span>
            {substitutes}
            {can_reserve.then(|| view! { <Button label=t::reserve_short() reason=Signal::stored(why) on_press=move |()| reserve(order)/> })}
            {take}
            {make}
            {ask.then(|| view! { <Button label=p::create() icon="cart" reason=Signal::stored(why_not_ask) busy=order.busy on_press=move |()| request_material(order)/> })}
            {receipt.map(|href| view! { <LinkButton label=t::receive() href icon="stock"/> })}
        </div></td></tr>
    }
}

/// A component's light, with how much.
fn light(line: &MaterialLineView) -> (Shape, String) {
    let amount = |quantity: Decimal| format!("{} {}", format::number(quantity), line.unit_code);
    let (shape, word) = availability(line.availability);
    let open = line.qty_needed - line.qty_done - line.qty_reserved;
    match line.availability {
        MaterialAvailability::Partial | MaterialAvailability::Missing if line.qty_missing > Decimal::ZERO => {
            (Shape::Blocking, t::missing_amount(&amount(line.qty_missing)))
        }
        MaterialAvailability::Partial | MaterialAvailability::Missing if line.qty_expected > Decimal::ZERO => {
            (Shape::Waiting, p::expected_amount(&amount(line.qty_expected)))
        }
        MaterialAvailability::Partial | MaterialAvailability::Missing if line.qty_free > Decimal::ZERO => {
            (Shape::None, t::free_amount(&amount(line.qty_free.min(open))))
        }
        MaterialAvailability::NotChecked
        | MaterialAvailability::Reserved
        | MaterialAvailability::Partial
        | MaterialAvailability::Missing
        | MaterialAvailability::Issued => (shape, word.to_owned()),
    }
}

fn is_over(view: &ManufacturingOrderView) -> bool {
    super::is_closed(view.state)
}

fn can_change(view: &ManufacturingOrderView) -> bool {
    let is_frozen = !matches!(view.state, ManufacturingOrderState::Draft) && !is_over(view);
    is_frozen
        && why_not::<AddOrderComponent>(view, "change_component", &["nothing_changed", "reason_required"]).is_none()
}

fn tools(order: Order, view: &ManufacturingOrderView, line: &MaterialLineView) -> Option<AnyView> {
    let can_change = can_change(view);
    let is_running = matches!(view.state, ManufacturingOrderState::Planned | ManufacturingOrderState::InProgress);
    // Of a tracked component somebody may always say which lot it was.
    let by_hand = view.consumption_mode == ConsumptionMode::Manual || line.tracking != Tracking::None;
    let can_consume = is_running && by_hand && session::may_call::<ConsumeOrderComponent>();
    if !can_change && !can_consume {
        return None;
    }
    let line = line.clone();
    let label = t::component_actions(&line.product_name);
    let items = Callback::new(move |()| {
        let mut items = Vec::new();
        if can_consume {
            let line = line.clone();
            items.push(Item::new(t::consume(), move || ask_consume(order, &line)));
        }
        if can_change {
            let (one, two, three) = (line.clone(), line.clone(), line.clone());
            items.push(Item::new(t::change_component(), move || ask_change(order, &one)));
            items.push(Item::new(t::substitute(), move || ask_substitute(order, &two)));
            items.push(Item::new(t::remove_component(), move || ask_remove(order, &three)).danger());
        }
        items
    });
    Some(view! { <Menu label look="ghost" items><Icon name="more" size=14/></Menu> }.into_any())
}

fn path_of(order: Order, line: &MaterialLineView) -> impl Fn() -> ComponentPath + Send + Sync + 'static {
    let line_id = line.id;
    move || ComponentPath { id: order.id, line_id }
}

fn needed_field(line: &MaterialLineView) -> Field {
    let field = Field::number("qty_needed", t::needed()).above(0).unit(line.unit_code.clone()).required();
    field.start(format::number(line.qty_needed))
}

fn ask_consume(order: Order, line: &MaterialLineView) {
    let title = format!("{}: {}", t::consume(), line.product_name);
    let ask = Ask::new(title, t::consume(), order.answers::<ConsumeOrderComponent>(path_of(order, line)));
    let open = (line.qty_needed - line.qty_done).max(Decimal::ZERO);
    let field = Field::number("quantity", t::quantity()).above(0).unit(line.unit_code.clone()).required();
    let ask = ask.hint(t::consume_hint()).field(field.start(format::number(open)).span(6));
    let lots = (line.tracking != Tracking::None)
        .then(|| Field::text("lot_numbers", lot_label(line.tracking), 4_000).hint(t::consume_lots_hint()).span(12));
    order.ask.set(Some(match lots {
        Some(lots) => ask.field(lots),
        None => ask,
    }));
}

fn lot_label(tracking: Tracking) -> &'static str {
    match tracking {
        Tracking::Serial => t::consume_serials(),
        Tracking::Lot | Tracking::None => t::consume_lot(),
    }
}

/// How much of a component to make: what is missing, or more.
fn ask_make(order: Order, line: &MaterialLineView) {
    let title = format!("{}: {}", t::make_component(), line.product_name);
    let ask = Ask::new(title, t::make_component(), order.answers::<MakeOrderComponent>(path_of(order, line)));
    let missing = (line.qty_missing - line.qty_requested).max(Decimal::ZERO);
    order.ask.set(Some(ask.hint(t::make_component_hint()).field(make_field(line).start(format::number(missing)))));
}

fn make_field(line: &MaterialLineView) -> Field {
    Field::number("quantity", t::quantity()).above(0).unit(line.unit_code.clone()).required()
}

fn ask_change(order: Order, line: &MaterialLineView) {
    let title = format!("{}: {}", t::change_component(), line.product_name);
    let ask = Ask::new(title, t::change(), order.answers::<ChangeOrderComponent>(path_of(order, line)));
    order.ask.set(Some(ask.hint(t::logged_hint()).field(needed_field(line)).field(reason_field())));
}

fn ask_substitute(order: Order, line: &MaterialLineView) {
    let title = format!("{}: {}", t::substitute(), line.product_name);
    let ask = Ask::new(title, t::change(), order.answers::<ChangeOrderComponent>(path_of(order, line)));
    let other = Field::record("product_id", t::substitute_with(), products::picker()).required().span(12);
    let needed = Field::number("qty_needed", t::needed()).above(0).required().start(format::number(line.qty_needed));
    order.ask.set(Some(ask.hint(t::logged_hint()).field(other).field(needed).field(reason_field())));
}

/// A substitute of the recipe, with everything filled in; one looks at it and agrees.
fn ask_instead(order: Order, line: &MaterialLineView, other: &LineSubstituteView) {
    let answers = order.answers::<ChangeOrderComponent>(path_of(order, line));
    let product = other.product_id.to_string();
    let run = move |mut body: serde_json::Value| {
        if let Some(fields) = body.as_object_mut() {
            fields.insert("product_id".to_owned(), serde_json::Value::String(product.clone()));
        }
        answers(body)
    };
    let title = t::instead(&other.product_name, &line.product_name);
    let needed = Field::number("qty_needed", t::needed()).above(0).unit(other.unit_code.clone()).required();
    let needed = needed.start(format::number(other.qty_needed));
    let reason = reason_field().start(t::substitute_for(&line.product_name));
    order.ask.set(Some(Ask::new(title, t::change(), run).hint(t::logged_hint()).field(needed).field(reason)));
}

fn ask_remove(order: Order, line: &MaterialLineView) {
    let answers = order.answers::<ChangeOrderComponent>(path_of(order, line));
    let run = move |mut body: serde_json::Value| {
        if let Some(fields) = body.as_object_mut() {
            fields.insert("qty_needed".to_owned(), serde_json::Value::String("0".to_owned()));
        }
        answers(body)
    };
    let title = format!("{}: {}", t::remove_component(), line.product_name);
    order.ask.set(Some(Ask::new(title, t::remove(), run).hint(t::logged_hint()).field(reason_field()).danger()));
}

fn ask_add(order: Order, operations: Vec<(i64, String)>) {
    let ask = Ask::new(t::add_component(), t::add(), order.answers::<AddOrderComponent>(move || order.path()));
    let product = Field::record("product_id", t::component(), products::picker()).required().span(12);
    let needed = Field::number("qty_needed", t::needed()).above(0).required();
    let mut ask = ask.hint(t::logged_hint()).field(product).field(needed);
    if !operations.is_empty() {
        ask = ask.field(Field::number_choice("operation_sequence", t::operation(), operations).span(12));
    }
    order.ask.set(Some(ask.field(reason_field())));
}

/// The operations, the last one first: it consumes what no other is named for.
fn operation_choices(view: &ManufacturingOrderView) -> Vec<(i64, String)> {
    let name = |one: &mrp_api::manufacturing_orders::OrderOperationView| {
        (i64::from(one.sequence), format!("{} {}", one.sequence, one.name))
    };
    view.operations.iter().rev().map(name).collect()
}

#[cfg(test)]
mod tests {
    use mrp_api::manufacturing_orders::{AddComponentInput, ChangeComponentInput};
    use mrp_api::material_lines::MakeComponentInput;

    use super::*;
    use crate::pages::manufacturing_orders::commands::tests::order;

    const ID: &str = "0198a000-0000-7000-8000-000000000001";

    #[test]
    fn a_shortage_says_how_much() {
        let view = order(ManufacturingOrderState::Confirmed, &[None]);
        let line = view.components.first().unwrap();
        assert_eq!(light(line), (Shape::Blocking, "Missing 2 kg".to_owned()));
        let free = MaterialLineView { qty_missing: Decimal::ZERO, qty_free: Decimal::TEN, ..line.clone() };
        assert_eq!(light(&free), (Shape::None, "Free 2 kg".to_owned()));
    }

    #[test]
    fn the_questions_send_what_the_api_takes() {
        let view = order(ManufacturingOrderState::Confirmed, &[None]);
        let line = view.components.first().unwrap();
        let change = [needed_field(line), reason_field()];
        crate::ui::form::assert_fits::<ChangeComponentInput>(&change, &[("reason", "Thicker coat")]);
        let make = [make_field(line).start("2")];
        crate::ui::form::assert_fits::<MakeComponentInput>(&make, &[]);
        let add = [
            Field::hidden("product_id"),
            needed_field(line),
            Field::number_choice("operation_sequence", "", operation_choices(&view)),
            reason_field(),
        ];
        crate::ui::form::assert_fits::<AddComponentInput>(&add, &[("product_id", ID), ("reason", "Forgotten")]);
    }
}
