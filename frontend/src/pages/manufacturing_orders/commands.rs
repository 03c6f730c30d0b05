//! What can be done with an order: each command with its question, its reason why not, and what to say when it is done.

use leptos::prelude::*;
use leptos::task::spawn_local;
use mrp_api::endpoint::{Empty, Endpoint, IdPath};
use mrp_api::manufacturing_orders::{
    CancelManufacturingOrder, ChangeManufacturingOrderQuantity, ConfirmManufacturingOrder, DeleteManufacturingOrder,
    DuplicateManufacturingOrder, FinishInput, FinishManufacturingOrder, GetManufacturingOrder, ManufacturingOrderView,
    MaterialLineView, PlanInput, PlanManufacturingOrder, ReserveManufacturingOrder, UnplanManufacturingOrder,
    UnreserveManufacturingOrder, UpdateManufacturingOrder,
};
use mrp_api::purchase_requests::RequestOrderMaterial;
use mrp_domain::bom::ConsumptionMode;
use mrp_domain::ids::{ManufacturingOrderId, MaterialLineId, WorkOrderId};
use mrp_domain::manufacturing_order::transitions::FinishChoice;
use mrp_domain::manufacturing_order::{ManufacturingOrderState, MaterialAvailability};
use mrp_domain::product::Tracking;
use mrp_domain::work_order::WorkOrderState;
use rust_decimal::Decimal;
use serde_json::Value;

use crate::api::{self, Answer, Call, Pending};
use crate::i18n::text::{self, lots as l, manufacturing_orders as t, purchase_requests as p};
use crate::links::Noun;
use crate::ui::ask::Ask;
use crate::ui::field::{Field, words};
use crate::ui::menu::Item;
use crate::ui::toast;
use crate::{format, history, sentences, session};

/// An order on the screen.
#[derive(Clone, Copy)]
pub struct Order {
    /// Which one.
    pub id: ManufacturingOrderId,
    /// What the server said of it last; `None` until the first answer.
    pub answer: RwSignal<Option<Answer<ManufacturingOrderView>>>,
    /// Whether a command is on its way.
    pub busy: RwSignal<bool>,
    /// The question that is open.
    pub ask: RwSignal<Option<Ask>>,
    /// The component for which reserved goods are taken from other orders.
    pub takes_for: RwSignal<Option<MaterialLineId>>,
}

impl Order {
    /// An order that has not been read yet.
    #[must_use]
    pub fn new(id: ManufacturingOrderId) -> Self {
        Self {
            id,
            answer: RwSignal::new(None),
            busy: RwSignal::new(false),
            ask: RwSignal::new(None),
            takes_for: RwSignal::new(None),
        }
    }

    /// Reads it. An answer that a command has overtaken meanwhile is not shown.
    pub fn load(self) {
        spawn_local(async move {
            let answer = api::get::<GetManufacturingOrder>(&self.path(), &Empty {}).await;
            self.answer.try_update(|shown| match (&answer, &*shown) {
                (Ok(read), Some(Ok(shown))) if read.version < shown.version => {}
                _ => *shown = Some(answer),
            });
        });
    }

    /// Its path.
    #[must_use]
    pub fn path(&self) -> IdPath<ManufacturingOrderId> {
        IdPath { id: self.id }
    }

    /// What was read last.
    #[must_use]
    pub fn view(&self) -> Option<ManufacturingOrderView> {
        self.answer.with(|answer| answer.as_ref().and_then(|answer| answer.as_ref().ok().cloned()))
    }

    fn version(&self) -> Option<i64> {
        self.answer.with_untracked(|answer| answer.as_ref()?.as_ref().ok().map(|view| view.version))
    }

    /// Carries out a command; what it answers is shown. When somebody was faster, the order is read again.
    ///
    /// # Errors
    /// As the server refuses.
    pub async fn carry_out<E>(self, path: E::Path, body: E::Body) -> Answer<()>
    where
        E: Endpoint<Reply = ManufacturingOrderView>,
    {
        self.command(api::call::<E>(), api::encode(&path)?, api::encode(&body)?).await
    }

    /// What all commands share, whatever their types.
    fn command(self, call: Call, path: Value, body: Value) -> Pending<()> {
        let answer = call(path, self.version(), body);
        Box::pin(async move {
            match answer.await.and_then(api::decode) {
                Ok(view) => {
                    self.answer.try_set(Some(Ok(view)));
                    Ok(())
                }
                Err(failure) => {
                    if failure.is_conflict() {
                        self.load();
                    }
                    Err(failure)
                }
            }
        })
    }

    /// Carries out a command that asks nothing.
    pub fn run<E>(self, body: E::Body, done: String)
    where
        E: Endpoint<Path = IdPath<ManufacturingOrderId>, Reply = ManufacturingOrderView>,
    {
        self.start(api::call::<E>(), api::encode(&body), done);
    }

    fn start(self, call: Call, body: Answer<Value>, done: String) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        let sent = api::encode(&self.path()).and_then(|path| body.map(|body| self.command(call, path, body)));
        spawn_local(async move {
            let answer = match sent {
                Ok(sent) => sent.await,
                Err(failure) => Err(failure),
            };
            self.busy.try_set(false);
            match answer {
                Ok(()) => toast::done(done),
                Err(failure) => toast::failed(&failure),
            }
        });
    }

    /// A command that asks first: what to do with the answers.
    pub fn answers<E>(
        self,
        path: impl Fn() -> E::Path + Send + Sync + 'static,
    ) -> impl Fn(Value) -> Pending<()> + Send + Sync
    where
        E: Endpoint<Reply = ManufacturingOrderView>,
    {
        move |body| match api::encode(&path()) {
            Ok(path) => self.command(api::call::<E>(), path, body),
            Err(failure) => Box::pin(std::future::ready(Err(failure))),
        }
    }
}

/// A mandatory reason.
#[must_use]
pub fn reason_field() -> Field {
    Field::text("reason", t::reason(), 500).required().span(12)
}

/// Why a command cannot be carried out now. Reasons in `asked` are settled by a question.
#[must_use]
pub fn why_not<E: Endpoint>(view: &ManufacturingOrderView, command: &str, asked: &[&str]) -> Option<String> {
    if !session::may_call::<E>() {
        return Some(text::form::no_permission().to_owned());
    }
    refusal(view, command, asked)
}

fn refusal(view: &ManufacturingOrderView, command: &str, asked: &[&str]) -> Option<String> {
    let action = view.actions.iter().find(|action| action.command == command)?;
    let code = action.reason.as_deref().unwrap_or_default();
    if action.allowed || asked.contains(&code) {
        return None;
    }
    let known = sentences::error(code).map(str::to_owned);
    known.or_else(|| action.detail.clone()).or_else(|| Some(text::errors::state_forbids().to_owned()))
}

/// The one thing to do with an order next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// Confirm it.
    Confirm,
    /// Ask for what it lacks to be bought.
    Ask,
    /// Plan it.
    Plan,
    /// Report on this work order.
    Produce(WorkOrderId),
    /// Finish it.
    Finish,
    /// Nothing.
    Nothing,
}

/// What to do next with an order.
#[must_use]
pub fn next(view: &ManufacturingOrderView) -> Next {
    match view.state {
        ManufacturingOrderState::Draft => Next::Confirm,
        ManufacturingOrderState::Confirmed if lacks(view) && session::may_call::<RequestOrderMaterial>() => Next::Ask,
        ManufacturingOrderState::Confirmed => Next::Plan,
        ManufacturingOrderState::Planned | ManufacturingOrderState::InProgress => {
            current_work_order(view).map_or(Next::Finish, Next::Produce)
        }
        ManufacturingOrderState::Done | ManufacturingOrderState::Cancelled => Next::Nothing,
    }
}

/// Whether something is missing that nobody has asked for.
#[must_use]
pub fn lacks(view: &ManufacturingOrderView) -> bool {
    view.components.iter().any(|line| line.qty_missing > line.qty_requested)
}

/// Asks for what is missing; what is asked for already is not asked for again.
pub fn request_material(order: Order) {
    if order.busy.get_untracked() {
        return;
    }
    order.busy.set(true);
    spawn_local(async move {
        let answer = api::send::<RequestOrderMaterial>(&order.path(), None, &Empty {}).await;
        order.busy.try_set(false);
        match answer {
            Ok(request) => toast::done(p::created(&request.number)),
            Err(failure) => toast::failed(&failure),
        }
        order.load();
    });
}

/// Why nothing can be asked for.
#[must_use]
pub fn why_not_ask(view: &ManufacturingOrderView) -> Option<String> {
    if !session::may_call::<RequestOrderMaterial>() {
        return Some(text::form::no_permission().to_owned());
    }
    (!lacks(view)).then(|| p::all_asked().to_owned())
}

/// The work order that wants attention: running before paused before ready before waiting.
fn current_work_order(view: &ManufacturingOrderView) -> Option<WorkOrderId> {
    let rank = |state: WorkOrderState| match state {
        WorkOrderState::InProgress => Some(0),
        WorkOrderState::Paused => Some(1),
        WorkOrderState::Ready => Some(2),
        WorkOrderState::Waiting => Some(3),
        WorkOrderState::Finished | WorkOrderState::Cancelled => None,
    };
    let open = view.operations.iter().filter_map(|operation| Some((rank(operation.state?)?, operation.work_order_id?)));
    open.min_by_key(|(rank, _)| *rank).map(|(_, id)| id)
}

/// How many operations are not finished.
#[must_use]
pub fn open_operations(view: &ManufacturingOrderView) -> usize {
    let is_open =
        |state: Option<WorkOrderState>| !matches!(state, Some(WorkOrderState::Finished | WorkOrderState::Cancelled));
    view.operations.iter().filter(|operation| is_open(operation.state)).count()
}

/// Confirms.
pub fn confirm(order: Order, view: &ManufacturingOrderView) {
    order.run::<ConfirmManufacturingOrder>(Empty {}, t::done_confirm(&view.number));
}

/// Whether planning now means planning with a shortage.
fn is_short(availability: MaterialAvailability) -> bool {
    match availability {
        MaterialAvailability::NotChecked | MaterialAvailability::Partial | MaterialAvailability::Missing => true,
        MaterialAvailability::Reserved | MaterialAvailability::Issued => false,
    }
}

/// Plans; with material missing only after a question.
pub fn plan(order: Order, view: &ManufacturingOrderView) {
    let is_short = is_short(view.material_availability_status);
    if !is_short {
        order.run::<PlanManufacturingOrder>(PlanInput { with_shortage: false }, t::done_plan(&view.number));
        return;
    }
    let run = move |_| -> Pending<()> {
        Box::pin(order.carry_out::<PlanManufacturingOrder>(order.path(), PlanInput { with_shortage: true }))
    };
    order.ask.set(Some(Ask::new(t::plan_short(), t::plan_short_verb(), run).hint(t::plan_short_hint())));
}

/// Finishes; asks what to do with what was not produced, and about components of which nobody recorded any use.
pub fn finish(order: Order, view: &ManufacturingOrderView) {
    let unrecorded = unrecorded(view);
    let is_short = view.qty_done < view.quantity;
    let beside = by_products(view);
    let is_tracked = view.tracking != Tracking::None;
    if !is_short && unrecorded.is_empty() && beside.is_empty() && !is_tracked {
        let input = FinishInput { choice: FinishChoice::Complete, accept_unrecorded: false, lot_numbers: None };
        order.run::<FinishManufacturingOrder>(input, t::done_finish(&view.number));
        return;
    }
    let amount = |quantity| format!("{} {}", format::number(quantity), view.unit_code);
    let title = if is_short {
        t::finish_short(&format::number(view.qty_done), &amount(view.quantity))
    } else if unrecorded.is_empty() {
        t::finish_ask(&view.number)
    } else {
        t::finish_unrecorded().to_owned()
    };
    let mut hints = Vec::new();
    if !unrecorded.is_empty() {
        hints.push(t::finish_unrecorded_hint(&unrecorded.join(", ")));
    }
    if is_short {
        hints.push(t::finish_short_hint().to_owned());
    }
    if !beside.is_empty() {
        hints.push(t::finish_by_products(&beside.join(", ")));
    }
    let answers = order.answers::<FinishManufacturingOrder>(move || order.path());
    let accept = !unrecorded.is_empty();
    let run = move |mut body: Value| {
        if let Some(fields) = body.as_object_mut() {
            fields.insert("accept_unrecorded".to_owned(), Value::Bool(accept));
            fields.entry("choice").or_insert_with(|| FinishChoice::Complete.as_str().into());
        }
        answers(body)
    };
    let mut ask = Ask::new(title, t::finish(), run).hint(hints.join(" "));
    if is_short {
        let choice_name = |choice: FinishChoice| match choice {
            FinishChoice::Complete => text::list::done(),
            FinishChoice::Backorder => t::backorder(),
            FinishChoice::CloseShort => t::close_short(),
        };
        let choices = words(&[FinishChoice::Backorder, FinishChoice::CloseShort], FinishChoice::as_str, choice_name);
        ask = ask.field(Field::choice("choice", t::rest(), choices).required().span(12));
    }
    if is_tracked {
        ask = ask.field(Field::text("lot_numbers", l::lot_numbers(), 4_000).nullable().span(12).hint(l::finish_hint()));
    }
    order.ask.set(Some(ask));
}

/// What enters stock beside the product when the order is finished now.
fn by_products(view: &ManufacturingOrderView) -> Vec<String> {
    let comes_out = view.by_products.iter().filter(|one| one.qty_proposed > Decimal::ZERO);
    comes_out
        .map(|one| format!("{} {} {}", format::number(one.qty_proposed), one.unit_code, one.product_name))
        .collect()
}

/// Components that somebody should have recorded or confirmed, and nobody has.
fn unrecorded(view: &ManufacturingOrderView) -> Vec<String> {
    let by_hand = match view.consumption_mode {
        ConsumptionMode::Automatic => false,
        ConsumptionMode::SemiAutomatic | ConsumptionMode::Manual => true,
    };
    let is_open = |line: &&MaterialLineView| by_hand && line.qty_needed > Decimal::ZERO && line.qty_done.is_zero();
    view.components.iter().filter(is_open).map(|line| line.product_name.clone()).collect()
}

/// Reserves whatever there is.
pub fn reserve(order: Order) {
    order.run::<ReserveManufacturingOrder>(Empty {}, t::done_reserve().to_owned());
}

/// The commands behind the `…` button.
#[must_use]
pub fn menu(order: Order, view: &ManufacturingOrderView) -> Vec<Item> {
    let is_draft = view.state == ManufacturingOrderState::Draft;
    let id = view.id.to_string();
    let no_permission = |may: bool| (!may).then(|| text::form::no_permission().to_owned());
    let mut items = vec![
        Item::new(t::edit(), move || history::set_parameters(&[("record", &id)], true))
            .unless(no_permission(session::may_call::<UpdateManufacturingOrder>())),
        Item::new(t::reserve(), move || reserve(order)).unless(why_not::<ReserveManufacturingOrder>(
            view,
            "reserve",
            &[],
        )),
        Item::new(t::unreserve(), move || {
            order.run::<UnreserveManufacturingOrder>(Empty {}, t::done_unreserve().to_owned());
        })
        .unless(why_not::<UnreserveManufacturingOrder>(view, "unreserve", &[])),
        Item::new(t::unplan(), move || order.run::<UnplanManufacturingOrder>(Empty {}, t::done_unplan().to_owned()))
            .unless(why_not::<UnplanManufacturingOrder>(view, "unplan", &[])),
    ];
    if !is_draft {
        let quantity = view.quantity;
        let unit = view.unit_code.clone();
        items.push(Item::new(t::change_quantity(), move || ask_quantity(order, quantity, &unit)).unless(why_not::<
            ChangeManufacturingOrderQuantity,
        >(
            view,
            "change_quantity",
            &["nothing_changed", "reason_required"],
        )));
    }
    items.push(
        Item::new(t::duplicate(), move || duplicate(order))
            .unless(no_permission(session::may_call::<DuplicateManufacturingOrder>())),
    );
    if is_draft {
        items.push(
            Item::new(t::delete(), move || ask_delete(order))
                .danger()
                .unless(no_permission(session::may_call::<DeleteManufacturingOrder>())),
        );
    }
    let number = view.number.clone();
    items.push(
        Item::new(t::cancel(), move || {
            let title = format!("{}: {number}", t::cancel());
            let ask = Ask::new(title, t::cancel(), order.answers::<CancelManufacturingOrder>(move || order.path()));
            order.ask.set(Some(ask.field(reason_field()).danger()));
        })
        .danger()
        .unless(why_not::<CancelManufacturingOrder>(view, "cancel", &["reason_required"])),
    );
    items
}

fn ask_quantity(order: Order, quantity: Decimal, unit: &str) {
    let ask = Ask::new(
        t::change_quantity(),
        t::change(),
        order.answers::<ChangeManufacturingOrderQuantity>(move || order.path()),
    );
    let field = Field::number("quantity", t::quantity()).above(0).unit(unit).required().start(format::number(quantity));
    order.ask.set(Some(ask.hint(t::change_quantity_hint()).field(field).field(reason_field())));
}

fn duplicate(order: Order) {
    spawn_local(async move {
        match api::send::<DuplicateManufacturingOrder>(&order.path(), None, &Empty {}).await {
            Ok(view) => {
                toast::done(text::form::created(&view.number));
                history::go(&Noun::ManufacturingOrders.record(view.id));
            }
            Err(failure) => toast::failed(&failure),
        }
    });
}

fn ask_delete(order: Order) {
    let run = move |_| -> Pending<()> {
        Box::pin(async move {
            api::send::<DeleteManufacturingOrder>(&order.path(), order.version(), &Empty {}).await?;
            history::go(&Noun::ManufacturingOrders.list());
            Ok(())
        })
    };
    order.ask.set(Some(Ask::new(t::delete(), t::delete(), run).hint(t::delete_hint()).danger()));
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::format::parse_instant;

    const ID: &str = "0198a000-0000-7000-8000-000000000001";

    /// An order of ten desks, in this state, whose operations stand as given.
    pub(crate) fn order(
        state: ManufacturingOrderState,
        operations: &[Option<WorkOrderState>],
    ) -> ManufacturingOrderView {
        let operation = |(index, state): (usize, &Option<WorkOrderState>)| {
            serde_json::json!({
                "sequence": (index + 1) * 10, "name": "Cutting", "work_center_id": ID, "work_center_name": "Laser 1",
                "planned_seconds": 3600, "actual_seconds": 0, "staff_needed": 1,
                "work_order_id": format!("0198a000-0000-7000-8000-00000000010{index}"), "work_order_number": "WO-1",
                "state": state.map(WorkOrderState::as_str), "qty_done": "0", "qty_scrapped": "0", "instructions": "",
            })
        };
        let operations = operations.iter().enumerate().map(operation).collect::<Vec<_>>();
        let component = serde_json::json!({
            "id": ID, "product_id": ID, "product_code": "P", "product_name": "Paint", "unit_code": "kg",
            "qty_needed": "3", "qty_done": "0", "qty_reserved": "1", "qty_free": "0", "qty_missing": "2", "tracking": "none",
            "qty_expected": "0", "expected_from": [], "qty_requested": "0",
            "operation_sequence": 10, "operation_name": "Cutting", "availability": "missing", "substitutes": [],
        });
        crate::json::read(serde_json::json!({
            "id": ID, "number": "MO-2026-00042", "state": state.as_str(), "material_availability_status": "missing",
            "product_id": ID, "product_code": "D-1", "product_name": "Desk", "quantity": "10", "unit_id": ID,
            "unit_code": "pcs", "bom_changed": false, "bom_unvalidated": false, "is_late": false, "priority": "normal", "origin": "", "notes": "",
            "consumption_mode": "automatic", "qty_done": "0", "qty_scrapped": "0", "progress_percent": 0,
            "date_deadline": parse_instant("2026-12-15T14:00:00Z"),
            "components": [component],
            "operations": operations,
            "by_products": [], "purchase_requests": [], "tracking": "none", "actions": [{ "command": "plan", "allowed": false, "reason": "material_short", "detail": "Paint" }],
            "version": 3,
        }))
        .unwrap()
    }

    #[test]
    fn each_state_has_one_next_step() {
        assert_eq!(next(&order(ManufacturingOrderState::Draft, &[])), Next::Confirm);
        assert_eq!(next(&order(ManufacturingOrderState::Confirmed, &[None])), Next::Plan);
        let finished = [Some(WorkOrderState::Finished)];
        assert_eq!(next(&order(ManufacturingOrderState::InProgress, &finished)), Next::Finish);
        assert_eq!(next(&order(ManufacturingOrderState::Done, &finished)), Next::Nothing);
    }

    #[test]
    fn production_is_recorded_where_work_goes_on() {
        let states = [Some(WorkOrderState::Finished), Some(WorkOrderState::Waiting), Some(WorkOrderState::InProgress)];
        let view = order(ManufacturingOrderState::InProgress, &states);
        assert_eq!(next(&view), Next::Produce("0198a000-0000-7000-8000-000000000102".parse().unwrap()));
        assert_eq!(open_operations(&view), 2);
    }

    #[test]
    fn a_refusal_is_a_reason_unless_it_will_be_asked_about() {
        sentences::are_here();
        let view = order(ManufacturingOrderState::Confirmed, &[None]);
        assert_eq!(refusal(&view, "plan", &["material_short"]), None);
        assert_eq!(refusal(&view, "plan", &[]), Some("Material is missing.".to_owned()));
    }
}
