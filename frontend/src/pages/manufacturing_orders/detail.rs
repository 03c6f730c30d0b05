//! The page of one manufacturing order: header, one next step, tabs, and what blocks it.

use leptos::prelude::*;
use mrp_api::manufacturing_orders::{
    ConfirmManufacturingOrder, FinishManufacturingOrder, ManufacturingOrderView, PlanManufacturingOrder,
    ReserveManufacturingOrder,
};
use mrp_api::pegging::PeggingOf;
use mrp_domain::ids::ManufacturingOrderId;
use mrp_domain::manufacturing_order::{ManufacturingOrderState, MaterialAvailability};
use rust_decimal::Decimal;

use crate::i18n::text::{self, manufacturing_orders as t, purchase_requests as p};
use crate::links::Noun;
use crate::pages::manufacturing_orders::blocks::blocks;
use crate::pages::manufacturing_orders::commands::{self, Next, Order, why_not};
use crate::pages::manufacturing_orders::components::components;
use crate::pages::manufacturing_orders::costs::Costs;
use crate::pages::manufacturing_orders::logs::{ChangeLog, History, Recent};
use crate::pages::manufacturing_orders::operations::operations;
use crate::pages::manufacturing_orders::reassign::Reassign;
use crate::pages::manufacturing_orders::{deadline_cell, form, is_closed, priority_name, state_name, step};
use crate::pages::papers::day;
use crate::pages::pegging::Pegging;
use crate::pages::purchase_requests::state_shape;
use crate::ui::ask::Asks;
use crate::ui::button::{Button, LinkButton, Look};
use crate::ui::cell::Cell;
use crate::ui::icon::Icon;
use crate::ui::menu::Menu;
use crate::ui::page::{Fact, Footer, RailSection, Skeleton, Tab, Tabs, Trouble, chosen_tab, set_crumbs};
use crate::ui::record::RecordDialog;
use crate::ui::shortcuts::shortcut;
use crate::ui::state::{Light, Shape, State, Stepper};
use crate::{format, history, live, storage};

const TABS: &[&str] = &["components", "operations", "costs", "pegging", "change_log", "history"];
const RAIL: &str = "rail.manufacturing_order";

/// The page.
#[must_use]
pub fn page(id: &str) -> AnyView {
    let Ok(id) = id.parse() else { return crate::pages::not_found::page() };
    let order = Order::new(id);
    let own = live::revision(id.to_string());
    let others = live::gathered(&["work_order", "stock", "purchase_request", "purchase_order", "manufacturing_order"]);
    Effect::new(move |_| {
        own.track();
        others.track();
        if !order.busy.get_untracked() {
            order.load();
        }
    });
    let tab = chosen_tab(TABS);
    Effect::new(move |_| {
        let number = order.view().map(|view| view.number).unwrap_or_default();
        set_crumbs(vec![
            (t::title().to_owned(), Some(Noun::ManufacturingOrders.list())),
            (number, Some(Noun::ManufacturingOrders.record(id))),
            (tab_name(tab.get()).to_owned(), None),
        ]);
    });
    let rail = Rail::new(tab);
    shortcut("]", t::side_panel(), move || rail.toggle());
    register_keys(order);
    let is_draft = Memo::new(move |_| order.view().is_some_and(|view| view.state == ManufacturingOrderState::Draft));
    // The frame is drawn once; what is in it follows the order, so that tab, scroll place and focus stay when others work.
    let arrived = Memo::new(move |_| order.answer.with(|answer| answer.as_ref().map(Result::is_ok)));
    let body = move || match arrived.get() {
        None => view! { <Skeleton/> }.into_any(),
        Some(false) => {
            let failure = order.answer.get_untracked().and_then(Result::err);
            failure.map(|failure| view! { <Trouble failure on_retry=move |()| order.load()/> }).into_any()
        }
        Some(true) => frame(order, tab, rail),
    };
    view! {
        <div class="page">{body}</div>
        <Asks ask=order.ask/>
        <Reassign order/>
        {move || view! { <RecordDialog record=form::record(is_draft.get())/> }}
    }
    .into_any()
}

fn frame(order: Order, tab: Memo<&'static str>, rail: Rail) -> AnyView {
    let shown = Memo::new(move |_| order.view());
    let all_tabs = Memo::new(move |_| shown.with(|view| view.as_ref().map(tabs).unwrap_or_default()));
    let note = Signal::derive(move || shown.with(|view| view.as_ref().map(order_note).unwrap_or_default()));
    view! {
        {move || shown.get().map(|view| header(order, &view))}
        <Tabs tabs=all_tabs chosen=tab>{rail_button(rail)}</Tabs>
        <div class="body">
            <div class="body-main">{tab_view(order, shown, tab)}</div>
            {move || rail.is_open().then(|| rail_view(order.id, shown))}
        </div>
        <Footer keys=footer_keys() note/>
    }
    .into_any()
}

/// The side rail: open unless somebody closed it; wide tabs start without it.
#[derive(Clone, Copy)]
struct Rail {
    tab: Memo<&'static str>,
    is_wanted: RwSignal<bool>,
    is_wanted_wide: RwSignal<bool>,
}

impl Rail {
    fn new(tab: Memo<&'static str>) -> Self {
        let is_wanted = RwSignal::new(storage::get(RAIL).as_deref() != Some("hidden"));
        Self { tab, is_wanted, is_wanted_wide: RwSignal::new(false) }
    }

    fn is_wide(&self) -> bool {
        matches!(self.tab.get(), "costs" | "operations")
    }

    fn is_open(&self) -> bool {
        if self.is_wide() { self.is_wanted_wide.get() } else { self.is_wanted.get() }
    }

    fn toggle(self) {
        if untrack(|| self.is_wide()) {
            self.is_wanted_wide.update(|wanted| *wanted = !*wanted);
            return;
        }
        self.is_wanted.update(|wanted| *wanted = !*wanted);
        storage::set(RAIL, if self.is_wanted.get_untracked() { "shown" } else { "hidden" });
    }
}

fn rail_button(rail: Rail) -> impl IntoView {
    view! {
        <button type="button" class="button" data-look="ghost" aria-pressed=move || rail.is_open().to_string() on:click=move |_| rail.toggle()>
            <Icon name="panel" size=14/><span>{t::side_panel()}</span><kbd aria-hidden="true">"]"</kbd>
        </button>
    }
}

fn tab_name(tab: &str) -> &'static str {
    match tab {
        "operations" => t::operations(),
        "costs" => t::costs(),
        "pegging" => text::pegging::title(),
        "change_log" => t::change_log(),
        "history" => t::history(),
        _ => t::components(),
    }
}

fn tabs(view: &ManufacturingOrderView) -> Vec<Tab> {
    let counts = [Some(view.components.len()), Some(view.operations.len())].into_iter().chain(std::iter::repeat(None));
    let tab = |(key, count): (&&'static str, Option<usize>)| {
        let tab = Tab::new(key, tab_name(key));
        count.map_or_else(|| tab.clone(), |count| tab.clone().count(count))
    };
    TABS.iter().zip(counts).map(tab).collect()
}

fn tab_view(
    order: Order,
    shown: Memo<Option<ManufacturingOrderView>>,
    tab: Memo<&'static str>,
) -> impl IntoView + use<> {
    move || match tab.get() {
        "operations" => (move || shown.get().map(|view| operations(&view))).into_any(),
        "costs" => view! { <Costs id=order.id/> }.into_any(),
        "pegging" => view! { <Pegging of=PeggingOf::ManufacturingOrder id=order.id.uuid()/> }.into_any(),
        "change_log" => view! { <ChangeLog id=order.id/> }.into_any(),
        "history" => view! { <History id=order.id/> }.into_any(),
        _ => (move || shown.get().map(|view| components(order, &view))).into_any(),
    }
}

fn header(order: Order, view: &ManufacturingOrderView) -> impl IntoView + use<> {
    let menu_view = view.clone();
    let items = Callback::new(move |()| commands::menu(order, &menu_view));
    let quantity = format::number(view.quantity);
    let priority = Cell::Level(view.priority.as_str(), priority_name(view.priority).to_owned());
    let deadline = deadline_cell(view.date_deadline, view.scheduled_finish, is_closed(view.state), format::now());
    let unvalidated = view.bom_unvalidated;
    let recipe = view.bom_id.zip(view.bom_code.clone()).map(|(id, code)| {
        let revision = view.bom_revision.unwrap_or_default().to_string();
        view! { <Fact label=t::bom()><a href=Noun::Boms.record(id)>{t::bom_revision(&code, &revision)}</a>{unvalidated.then(|| view! { " " <State shape=Shape::Waiting word=t::bom_unvalidated_short()/> })}</Fact> }
    });
    let routing = view.routing_id.zip(view.routing_name.clone()).map(|(id, name)| {
        view! { <Fact label=t::routing()><a href=Noun::Routings.record(id)>{name}</a></Fact> }
    });
    let scheduled = view.scheduled_start.zip(view.scheduled_finish).map(|(start, finish)| {
        view! { <Fact label=t::scheduled()>{format!("{} – {}", format::moment(start), format::moment(finish))}</Fact> }
    });
    let responsible = view.responsible_name.clone().map(|name| view! { <Fact label=t::responsible()>{name}</Fact> });
    let rest = view.origin.strip_prefix("rest of ").map(t::rest_of);
    let copy = || view.origin.strip_prefix("copy of ").map(t::copy_of);
    let origin = rest.or_else(copy).unwrap_or_else(|| view.origin.clone());
    let origin = Some(origin).filter(|origin| !origin.is_empty());
    let origin = origin.map(|origin| view! { <Fact label=t::origin()>{origin}</Fact> });
    let made_for = view.made_for.clone().map(|one| {
        view! { <Fact label=t::made_for()><a href=Noun::ManufacturingOrders.record(one.manufacturing_order_id)>{one.manufacturing_order_number}</a></Fact> }
    });
    let origin = origin.filter(|_| made_for.is_none());
    let requests = requests(view);
    view! {
        <header class="record-head">
            <div class="record-line">
                <h1 class="record-title">
                    <b>{view.number.clone()}</b>
                    <span class="ellipsis">{view.product_name.clone()}</span>
                    <span class="nowrap">{quantity}" "<small class="muted">{view.unit_code.clone()}</small></span>
                </h1>
                <span class="spacer"></span>
                <div class="actions">
                    {second_button(order, view)}
                    <Menu label=text::list::actions() items><Icon name="more" size=14/></Menu>
                    {primary_button(order, view)}
                </div>
            </div>
            <dl class="facts">
                <Fact label=t::deadline()>{deadline.view()}</Fact>
                {scheduled}{origin}{recipe}{routing}{made_for}{requests}{responsible}
                <Fact label=t::priority()>{priority.view()}</Fact>
            </dl>
            <div class="record-steps">{stepper(view)}{light(view)}</div>
        </header>
    }
}

/// The purchase requests of the order, with where they stand.
fn requests(view: &ManufacturingOrderView) -> Option<impl IntoView + use<>> {
    let all = view.purchase_requests.clone();
    (!all.is_empty()).then(|| {
        let links = all
            .into_iter()
            .map(|one| {
                let (shape, word) = state_shape(one.state);
                view! {
                    <span class="fact-link"><a href=Noun::PurchaseRequests.record(one.id)>{one.number}</a>" "<State shape word/></span>
                }
            })
            .collect_view();
        view! { <Fact label=p::of_order()>{links}</Fact> }
    })
}

fn stepper(view: &ManufacturingOrderView) -> AnyView {
    let Some(at) = step(view.state) else {
        return view! { <State shape=Shape::None word=state_name(view.state)/> }.into_any();
    };
    let states = ManufacturingOrderState::ALL.iter().copied().filter(|state| step(*state).is_some());
    let name = |state: ManufacturingOrderState| {
        if state == view.state && state == ManufacturingOrderState::InProgress {
            return t::in_progress_share(&format!("{}\u{a0}%", view.progress_percent));
        }
        state_name(state).to_owned()
    };
    let at = if view.state == ManufacturingOrderState::Done { at + 1 } else { at };
    view! { <Stepper steps=states.map(name).collect() at/> }.into_any()
}

/// The material's light with what is missing.
fn light(view: &ManufacturingOrderView) -> impl IntoView + use<> {
    let short = view.components.iter().filter(|line| line.qty_missing > Decimal::ZERO).collect::<Vec<_>>();
    let names = short
        .iter()
        .map(|line| format!("{} {} {}", line.product_name, format::number(line.qty_missing), line.unit_code))
        .collect::<Vec<_>>()
        .join(", ");
    let count = u64::try_from(short.len()).unwrap_or_default();
    let (shape, word, detail) = match view.material_availability_status {
        MaterialAvailability::NotChecked => (Shape::None, t::light_none().to_owned(), String::new()),
        MaterialAvailability::Reserved => (Shape::Ok, t::light_reserved().to_owned(), String::new()),
        MaterialAvailability::Issued => (Shape::Finished, t::light_issued().to_owned(), String::new()),
        MaterialAvailability::Partial | MaterialAvailability::Missing if count > 0 => {
            (Shape::Blocking, t::light_short(count), names)
        }
        MaterialAvailability::Partial | MaterialAvailability::Missing => (Shape::Waiting, waiting(view), String::new()),
    };
    view! { <Light shape word detail/> }
}

/// What an order waits for whose material is all there or ordered.
fn waiting(view: &ManufacturingOrderView) -> String {
    let coming = || view.components.iter().filter(|line| line.qty_expected > Decimal::ZERO);
    if coming().next().is_none() {
        return t::light_partial().to_owned();
    }
    let is_dated = coming().all(|line| line.expected_on.is_some());
    let last = coming().filter_map(|line| line.expected_on.clone()).max();
    match day(&last).filter(|_| is_dated) {
        Some(day) => p::light_expected(&day),
        None => p::light_expected_some_day().to_owned(),
    }
}

/// The one button that brings the order on, with the reason beside it when it cannot.
fn primary_button(order: Order, view: &ManufacturingOrderView) -> AnyView {
    let busy = order.busy;
    let press_view = view.clone();
    match commands::next(view) {
        Next::Nothing => ().into_any(),
        Next::Confirm => {
            let reason = Signal::stored(why_not::<ConfirmManufacturingOrder>(view, "confirm", &[]));
            view! { <Button label=t::confirm_order() look=Look::Primary key="C" reason busy on_press=move |()| commands::confirm(order, &press_view)/> }.into_any()
        }
        Next::Ask => {
            let reason = Signal::stored(commands::why_not_ask(view));
            view! { <Button label=p::create() look=Look::Primary icon="cart" key="B" reason busy on_press=move |()| commands::request_material(order)/> }.into_any()
        }
        Next::Plan => {
            let reason = Signal::stored(why_not::<PlanManufacturingOrder>(view, "plan", &[]));
            view! { <Button label=t::plan_order() look=Look::Primary key="P" reason busy on_press=move |()| commands::plan(order, &press_view)/> }.into_any()
        }
        Next::Produce(work_order) => {
            view! { <LinkButton label=t::produce() href=Noun::WorkOrders.record(work_order) look=Look::Primary key="R"/> }.into_any()
        }
        Next::Finish => {
            let reason = Signal::stored(finish_reason(view));
            view! { <Button label=t::finish() look=Look::Primary key="F" reason busy on_press=move |()| commands::finish(order, &press_view)/> }.into_any()
        }
    }
}

/// While work goes on, finishing keeps its place with the reason why not yet; while material is missing, planning does.
fn second_button(order: Order, view: &ManufacturingOrderView) -> Option<AnyView> {
    if commands::next(view) == Next::Ask {
        let reason = Signal::stored(why_not::<PlanManufacturingOrder>(view, "plan", &[]));
        let press_view = view.clone();
        return Some(view! { <Button label=t::plan_order() key="P" reason busy=order.busy on_press=move |()| commands::plan(order, &press_view)/> }.into_any());
    }
    if !matches!(commands::next(view), Next::Produce(_)) {
        return None;
    }
    let reason = Signal::stored(finish_reason(view));
    let press_view = view.clone();
    Some(view! { <Button label=t::finish() reason busy=order.busy on_press=move |()| commands::finish(order, &press_view)/> }.into_any())
}

fn finish_reason(view: &ManufacturingOrderView) -> Option<String> {
    let asked = [
        mrp_api::error::PRODUCED_LESS.code,
        mrp_api::error::NOTHING_PRODUCED.code,
        mrp_api::error::CONSUMPTION_UNRECORDED.code,
    ];
    let reason = why_not::<FinishManufacturingOrder>(view, "finish", &asked)?;
    let open = commands::open_operations(view);
    Some(if open > 0 { t::operations_open(&open.to_string(), &view.operations.len().to_string()) } else { reason })
}

fn register_keys(order: Order) {
    let when = move |wanted: fn(Next) -> bool, act: fn(Order, &ManufacturingOrderView)| {
        if let Some(view) = untrack(|| order.view()).filter(|view| wanted(commands::next(view))) {
            act(order, &view);
        }
    };
    shortcut("c", t::confirm_order(), move || {
        when(
            |next| next == Next::Confirm,
            |order, view| {
                if why_not::<ConfirmManufacturingOrder>(view, "confirm", &[]).is_none() {
                    commands::confirm(order, view);
                }
            },
        )
    });
    shortcut("p", t::plan_order(), move || {
        when(
            |next| matches!(next, Next::Plan | Next::Ask),
            |order, view| {
                if why_not::<PlanManufacturingOrder>(view, "plan", &[]).is_none() {
                    commands::plan(order, view);
                }
            },
        )
    });
    shortcut("f", t::finish(), move || {
        when(
            |next| next == Next::Finish,
            |order, view| {
                if finish_reason(view).is_none() {
                    commands::finish(order, view);
                }
            },
        )
    });
    shortcut("r", t::produce(), move || {
        when(
            |next| matches!(next, Next::Produce(_)),
            |_, view| {
                if let Next::Produce(id) = commands::next(view) {
                    history::go(&Noun::WorkOrders.record(id));
                }
            },
        )
    });
    shortcut("b", p::create(), move || {
        when(|next| next == Next::Ask, |order, _| commands::request_material(order));
    });
    shortcut("s", t::reserve(), move || {
        let view = untrack(|| order.view());
        if view.is_some_and(|view| why_not::<ReserveManufacturingOrder>(&view, "reserve", &[]).is_none()) {
            commands::reserve(order);
        }
    });
    shortcut("e", t::edit(), move || history::set_parameters(&[("record", &order.id.to_string())], true));
}

fn footer_keys() -> Vec<(Vec<&'static str>, String)> {
    vec![
        (vec!["S"], t::reserve().to_owned()),
        (vec!["E"], t::edit().to_owned()),
        (vec!["]"], t::side_panel().to_owned()),
    ]
}

fn order_note(view: &ManufacturingOrderView) -> String {
    let missing = view.components.iter().filter(|line| line.qty_missing > Decimal::ZERO).count();
    t::components_note(u64::try_from(view.components.len()).unwrap_or_default(), &missing.to_string())
}

fn rail_view(id: ManufacturingOrderId, shown: Memo<Option<ManufacturingOrderView>>) -> impl IntoView + use<> {
    view! {
        <aside class="rail" aria-label=t::side_panel()>
            {move || shown.get().map(|view| rail_facts(&view))}
            <RailSection title=t::recent()><Recent id=id/></RailSection>
        </aside>
    }
}

/// What blocks the order, what somebody noted on it, where its goods come from and go to.
fn rail_facts(view: &ManufacturingOrderView) -> impl IntoView + use<> {
    let found = blocks(view, format::now());
    let count = found.len();
    let nothing = found.is_empty().then(|| view! { <State shape=Shape::Ok word=t::blocks_nothing()/> });
    let items = found
        .into_iter()
        .map(|block| {
            view! {
                <li class="block">
                    <span class="shape" data-shape=block.shape.code() aria-hidden="true"></span>
                    <span><span class="medium">{block.title}</span><br/><span class="muted">{block.detail}</span></span>
                </li>
            }
        })
        .collect_view();
    let notes = Some(view.notes.clone()).filter(|notes| !notes.is_empty());
    let notes = notes.map(|notes| view! { <RailSection title=t::notes()><p class="notes">{notes}</p></RailSection> });
    let (from, to) = (view.components_warehouse_name.clone(), view.finished_products_warehouse_name.clone());
    let warehouses = view! {
        <RailSection title=text::nav::stock()>
            <dl class="rail-facts">
                <dt>{t::from_warehouse()}</dt><dd>{Cell::maybe(from).view()}</dd>
                <dt>{t::to_warehouse()}</dt><dd>{Cell::maybe(to).view()}</dd>
            </dl>
        </RailSection>
    };
    view! {
        <RailSection title=t::blocks() count=count>{nothing}<ul class="blocks">{items}</ul></RailSection>
        {notes}
        {warehouses}
    }
}
