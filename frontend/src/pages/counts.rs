//! Counts: their list, the form of a new one, and the page on which people write down what they find.

use std::collections::{BTreeMap, BTreeSet};

use leptos::prelude::*;
use leptos::task::spawn_local;
use mrp_api::access::Permission;
use mrp_api::counts::{
    CountEntriesInput, CountEntry, CountLineView, CountPasteInput, CountPostInput, CountRow, CountView, CreateCount,
    DeleteCount, EnterCount, GetCount, ListCounts, PasteCount, PostCount,
};
use mrp_api::endpoint::{Empty, IdPath};
use mrp_domain::ids::CountId;
use mrp_domain::stock::CountState;
use rust_decimal::Decimal;

use crate::api::{self, Answer, Failure, Pending};
use crate::i18n::text::{self, counts as t, lots as l, stock as s};
use crate::links::Noun;
use crate::pages::goods_documents::{self, NewDocument};
use crate::pages::setting::warehouses;
use crate::pages::{not_found, products};
use crate::ui::ask::{Ask, Asks};
use crate::ui::button::{Button, Look};
use crate::ui::cell::Cell;
use crate::ui::field::{Field, words};
use crate::ui::list::{Column, Filter, List, list_page};
use crate::ui::list_state::RowKey;
use crate::ui::page::{Blank, Fact, loaded};
use crate::ui::shortcuts::shortcut;
use crate::ui::state::{Shape, State};
use crate::ui::toast;
use crate::{format, history, live, session};

fn state_name(state: CountState) -> &'static str {
    match state {
        CountState::Draft => t::draft(),
        CountState::Posted => t::posted(),
    }
}

fn state_shape(state: CountState) -> Shape {
    match state {
        CountState::Draft => Shape::Running,
        CountState::Posted => Shape::Finished,
    }
}

/// The list.
#[must_use]
pub fn list() -> AnyView {
    let progress =
        |row: &CountRow| Cell::text(t::counted_of(&format::whole(row.counted_count), &format::whole(row.line_count)));
    let columns = vec![
        Column::new("number", t::number(), |row: &CountRow| Cell::Name(row.number.clone())).width(160).sortable(),
        Column::new("frozen_at", t::frozen_at(), |row: &CountRow| Cell::moment(Some(row.frozen_at)))
            .width(170)
            .sortable(),
        Column::new("warehouse", t::warehouse(), |row: &CountRow| Cell::text(row.warehouse_name.clone())),
        Column::new("category", t::category(), |row: &CountRow| Cell::text(row.category.clone())).width(160),
        Column::new("state", t::state(), |row: &CountRow| {
            Cell::State(state_shape(row.state), state_name(row.state).to_owned())
        })
        .width(140),
        Column::new("progress", t::progress(), progress).width(180),
        Column::new("by", t::by(), |row: &CountRow| Cell::Person(row.by.clone())).width(180),
    ];
    let list = List::of::<ListCounts, _>("stock_count", t::title(), columns, |row| RowKey {
        id: row.id.to_string(),
        name: row.number.clone(),
        version: row.version,
        href: Noun::Counts.record(row.id),
        is_muted: row.state == CountState::Posted,
    });
    list_page(
        list.creates::<CreateCount>(t::new(), Noun::Counts.new_record())
            .filter(Filter::choice("state", t::state(), words(CountState::ALL, CountState::as_str, state_name)))
            .within(text::nav::stock())
            .empty(t::empty(), t::empty_hint()),
    )
}

fn fields() -> Vec<Field> {
    vec![
        Field::record("warehouse_id", t::warehouse(), warehouses::picker()).required().span(6),
        Field::text("category", t::category(), 200).hint(t::category_hint()).span(6),
        Field::text("reason", t::reason(), 500).span(12),
    ]
}

/// The form of a new one.
#[must_use]
pub fn new_page() -> AnyView {
    goods_documents::new_page(NewDocument {
        noun: Noun::Counts,
        plural: t::title(),
        title: t::new(),
        verb: t::begin(),
        fields: fields(),
        lines: None,
        start: None,
        may: session::may_call::<CreateCount>(),
        post: |mut body| {
            Box::pin(async move {
                if let Some(fields) = body.as_object_mut() {
                    fields.remove("lines");
                }
                let body = serde_json::from_value(body).map_err(|error| Failure::Unreadable(error.to_string()))?;
                let view = api::send::<CreateCount>(&Empty {}, None, &body).await?;
                Ok((view.id.to_string(), t::begun(&view.number)))
            })
        },
    })
}

/// A count on its page.
#[derive(Clone, Copy)]
struct Counting {
    id: CountId,
    answer: RwSignal<Option<Answer<CountView>>>,
    /// What was typed and not saved, by the line's id.
    typed: RwSignal<BTreeMap<String, String>>,
    ask: RwSignal<Option<Ask>>,
    busy: RwSignal<bool>,
}

impl Counting {
    fn path(self) -> IdPath<CountId> {
        IdPath { id: self.id }
    }

    fn view(self) -> Option<CountView> {
        self.answer.with_untracked(|answer| answer.as_ref().and_then(|answer| answer.as_ref().ok().cloned()))
    }

    fn load(self) {
        spawn_local(async move {
            let told = api::get::<GetCount>(&self.path(), &Empty {}).await;
            self.answer.try_set(Some(told));
        });
    }

    fn show(self, view: CountView) {
        self.answer.try_set(Some(Ok(view)));
    }

    /// Sends what was found.
    async fn enter(self, lines: Vec<CountEntry>) -> Result<(), Failure> {
        let version = self.view().map(|view| view.version);
        let view = api::send::<EnterCount>(&self.path(), version, &CountEntriesInput { lines }).await?;
        self.show(view);
        Ok(())
    }

    /// Saves what was typed; what is no number stays and is marked.
    fn save(self) {
        let Some(view) = self.view().filter(|_| !self.busy.get_untracked()) else { return };
        let typed = self.typed.get_untracked();
        let mut lines = Vec::new();
        for line in &view.lines {
            let Some(text) = typed.get(&line.id.to_string()) else { continue };
            let Ok(qty_counted) = read(text) else { return };
            lines.push(CountEntry { product_id: line.product_id, lot_number: line.lot_number.clone(), qty_counted });
        }
        if lines.is_empty() {
            return;
        }
        self.busy.set(true);
        spawn_local(async move {
            match self.enter(lines).await {
                Ok(()) => {
                    self.typed.try_set(BTreeMap::new());
                    toast::done(t::saved().to_owned());
                }
                Err(failure) => toast::failed(&failure),
            }
            self.busy.try_set(false);
        });
    }

    fn ask_add(self) {
        let run = move |body: serde_json::Value| -> Pending<()> {
            Box::pin(async move {
                let entry =
                    crate::json::read::<CountEntry>(body).map_err(|error| Failure::Unreadable(error.to_string()))?;
                self.enter(vec![entry]).await
            })
        };
        let ask = Ask::new(t::add(), t::save(), run).hint(t::add_hint());
        self.ask.set(Some(add_fields().into_iter().fold(ask, Ask::field)));
    }

    fn ask_paste(self) {
        let run = move |body: serde_json::Value| -> Pending<()> {
            Box::pin(async move {
                let input = crate::json::read::<CountPasteInput>(body)
                    .map_err(|error| Failure::Unreadable(error.to_string()))?;
                let version = self.view().map(|view| view.version);
                let view = api::send::<PasteCount>(&self.path(), version, &input).await?;
                self.show(view);
                toast::done(t::saved().to_owned());
                Ok(())
            })
        };
        let ask = Ask::new(t::paste_title(), t::save(), run).hint(t::paste_hint());
        self.ask.set(Some(ask.field(Field::long_text("text", t::rows()).required().span(12))));
    }

    fn ask_post(self) {
        let Some(view) = self.view() else { return };
        let losers = view.lines.iter().flat_map(|line| &line.losers).map(|one| one.number.clone());
        let losers = losers.collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>();
        let takes_from_orders = !losers.is_empty();
        let run = move |_| -> Pending<()> {
            Box::pin(async move {
                let version = self.view().map(|view| view.version);
                let input = CountPostInput { takes_from_orders };
                let view = api::send::<PostCount>(&self.path(), version, &input).await?;
                toast::done(t::done(&view.number));
                self.show(view);
                Ok(())
            })
        };
        let hint = match takes_from_orders {
            true => format!("{} {}", t::post_hint(), t::post_losers(&losers.join(", "))),
            false => t::post_hint().to_owned(),
        };
        self.ask.set(Some(Ask::new(t::post_title(), t::post(), run).hint(hint)));
    }

    fn ask_delete(self) {
        let run = move |_| -> Pending<()> {
            Box::pin(async move {
                let Some(view) = self.view() else { return Ok(()) };
                api::send::<DeleteCount>(&self.path(), Some(view.version), &Empty {}).await?;
                toast::done(t::deleted(&view.number));
                history::go(&Noun::Counts.list());
                Ok(())
            })
        };
        self.ask.set(Some(Ask::new(t::delete_title(), t::delete(), run).danger()));
    }
}

fn add_fields() -> Vec<Field> {
    vec![
        Field::record("product_id", t::product(), products::picker()).required().span(12),
        Field::text("lot_number", l::lot(), 64).nullable().hint(l::lot_hint()).span(6),
        Field::number("qty_counted", t::found()).min(0).required().span(6),
    ]
}

/// What somebody typed: nothing, or a number.
fn read(typed: &str) -> Result<Option<Decimal>, ()> {
    if typed.trim().is_empty() {
        return Ok(None);
    }
    match format::parse_number(typed) {
        Some(number) if !number.is_sign_negative() || number.is_zero() => Ok(Some(number)),
        Some(_) | None => Err(()),
    }
}

/// The page of one count.
#[must_use]
pub fn detail(id: &str) -> AnyView {
    let Ok(id) = id.parse::<CountId>() else { return not_found::page() };
    let counting = Counting {
        id,
        answer: RwSignal::new(None),
        typed: RwSignal::new(BTreeMap::new()),
        ask: RwSignal::new(None),
        busy: RwSignal::new(false),
    };
    let revision = live::revision(id.to_string());
    Effect::new(move |_| {
        revision.track();
        counting.load();
    });
    shortcut("ctrl+s", t::save(), move || counting.save());
    let body = loaded(counting.answer, Callback::new(move |()| counting.load()), move |view| page(counting, view));
    let ask = counting.ask;
    view! { <div class="page">{body}<Asks ask/></div> }.into_any()
}

fn page(counting: Counting, view: CountView) -> AnyView {
    goods_documents::crumbs(Noun::Counts, t::title(), &view.number);
    let is_draft = view.state == CountState::Draft;
    let progress = t::counted_of(
        &format::whole(view.counted_count),
        &format::whole(i128::try_from(view.lines.len()).unwrap_or(0)),
    );
    let (shape, word) = (state_shape(view.state), state_name(view.state));
    let table = lines(counting, &view);
    let buttons = is_draft.then(|| actions(counting, &view));
    let total = view.value.map(|value| format!("{} {}", format::money(value), session::currency()));
    let category = Some(view.category.clone()).filter(|text| !text.is_empty());
    let reason = Some(view.reason.clone()).filter(|text| !text.is_empty());
    view! {
        <header class="record-head receipt-head">
            <div class="record-line">
                <h1 class="record-title"><b>{view.number.clone()}</b></h1>
                <State shape word/>
                <span class="spacer"></span>
                {buttons}
            </div>
            <dl class="facts">
                <Fact label=t::warehouse()>{view.warehouse_name.clone()}</Fact>
                {category.map(|text| view! { <Fact label=t::category()>{text}</Fact> })}
                <Fact label=t::frozen_at()>{format::moment(view.frozen_at)}</Fact>
                {view.posted_at.map(|at| view! { <Fact label=t::posted_at()>{format::moment(at)}</Fact> })}
                <Fact label=t::by()>{view.by.clone()}</Fact>
                <Fact label=t::progress()>{progress}</Fact>
                {total.map(|total| view! { <Fact label=t::total()>{total}</Fact> })}
                {reason.map(|text| view! { <Fact label=t::reason()>{text}</Fact> })}
            </dl>
        </header>
        {table}
    }
    .into_any()
}

fn actions(counting: Counting, view: &CountView) -> AnyView {
    let may = session::may_call::<PostCount>();
    let no_right = Signal::stored((!may).then(|| text::form::no_permission().to_owned()));
    let is_empty = view.counted_count == 0;
    let why = Signal::derive(move || {
        if !may {
            return Some(text::form::no_permission().to_owned());
        }
        if counting.typed.with(|typed| !typed.is_empty()) {
            return Some(t::unsaved().to_owned());
        }
        is_empty.then(|| t::nothing_counted().to_owned())
    });
    let clean =
        Signal::derive(move || counting.typed.with(BTreeMap::is_empty).then(|| text::form::no_changes().to_owned()));
    let busy = counting.busy;
    view! {
        <div class="actions">
            <Button label=t::delete() look=Look::Ghost reason=no_right on_press=move |()| counting.ask_delete()/>
            <Button label=t::add() icon="plus" reason=no_right on_press=move |()| counting.ask_add()/>
            <Button label=t::paste() icon="copy" reason=no_right on_press=move |()| counting.ask_paste()/>
            <Button label=t::save() busy reason=clean on_press=move |()| counting.save()/>
            <Button label=t::post() look=Look::Primary reason=why on_press=move |()| counting.ask_post()/>
        </div>
    }
    .into_any()
}

fn lines(counting: Counting, view: &CountView) -> AnyView {
    if view.lines.is_empty() {
        return view! { <Blank title=t::no_lines() hint=t::no_lines_hint() icon="stock"/> }.into_any();
    }
    let sees_cost = session::may(Permission::CostRead);
    let is_draft = view.state == CountState::Draft && session::may_call::<EnterCount>();
    let only = RwSignal::new(false);
    let rows = view
        .lines
        .iter()
        .map(|line| {
            let differs = line.qty_difference.is_some_and(|found| !found.is_zero());
            view! { <tr hidden=move || only.get() && !differs data-tone=differs.then_some("warn")>{cells(counting, line, is_draft, sees_cost)}</tr> }
        })
        .collect_view();
    view! {
        <div class="filters">
            <label class="check">
                <input type="checkbox" prop:checked=move || only.get() on:change=move |event| only.set(event_target_checked(&event))/>
                {t::only_different()}
            </label>
        </div>
        <div class="table-scroll">
            <table class="table counts" aria-label=t::title()>
                <thead><tr>
                    <th scope="col">{s::code()}</th>
                    <th scope="col">{t::product()}</th>
                    <th scope="col">{t::lot()}</th>
                    <th scope="col" class="number">{t::expected()}</th>
                    <th scope="col" class="number">{t::found()}</th>
                    <th scope="col" class="number">{t::difference()}</th>
                    {sees_cost.then(|| view! { <th scope="col" class="number">{format!("{}, {}", t::value(), session::currency())}</th> })}
                    <th scope="col">{t::remarks()}</th>
                </tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn cells(counting: Counting, line: &CountLineView, is_draft: bool, sees_cost: bool) -> AnyView {
    let key = line.id.to_string();
    let name = match &line.lot_number {
        Some(lot) => format!("{}: {} {lot}", t::found(), line.product_name),
        None => format!("{}: {}", t::found(), line.product_name),
    };
    let stored = line.qty_counted.map(format::number).unwrap_or_default();
    let found = if is_draft {
        let (kept, shown) = (key.clone(), stored.clone());
        let text = move || counting.typed.with(|typed| typed.get(&kept).cloned()).unwrap_or_else(|| shown.clone());
        let marked = text.clone();
        view! {
            <input
                class="control number-input"
                inputmode="decimal"
                aria-label=name
                aria-invalid=move || read(&marked()).is_err().then_some("true")
                prop:value=text
                on:input=move |event| {
                    let typed = event_target_value(&event);
                    counting.typed.update(|all| {
                        if typed == stored {
                            all.remove(&key);
                        } else {
                            all.insert(key.clone(), typed);
                        }
                    });
                }
            />
        }
        .into_any()
    } else {
        line.qty_counted.map_or(Cell::Empty, |found| Cell::quantity(found, line.unit_code.clone())).view()
    };
    let lot = match (line.lot_id, &line.lot_number) {
        (Some(id), Some(number)) => Cell::Link(number.clone(), Noun::Lots.record(id)),
        _ => Cell::Empty,
    };
    let difference = line.qty_difference.map_or(Cell::Empty, |found| Cell::quantity(found, line.unit_code.clone()));
    let value =
        sees_cost.then(|| view! { <td class="number">{line.value.map_or(Cell::Empty, Cell::money).view()}</td> });
    let losers = line.losers.iter().map(|one| {
        let word = t::loses(&one.number, &format!("{} {}", format::number(one.quantity), line.unit_code));
        let order = one.manufacturing_order_id.map(|id| Noun::ManufacturingOrders.record(id));
        let href = order.or_else(|| one.sales_order_id.map(|id| Noun::SalesOrders.record(id)));
        view! { <a href=href><State shape=Shape::Blocking word/></a> }
    });
    view! {
        <td>{Cell::Code(line.product_code.clone()).view()}</td>
        <td>{Cell::Link(line.product_name.clone(), Noun::Products.record(line.product_id)).view()}</td>
        <td>{lot.view()}</td>
        <td class="number">{Cell::quantity(line.qty_expected, line.unit_code.clone()).view()}</td>
        <td class="number">{found}</td>
        <td class="number">{difference.view()}</td>
        {value}
        <td class="remarks">{line.has_moved.then(|| view! { <State shape=Shape::Waiting word=t::moved()/> })}{losers.collect_view()}</td>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use mrp_api::counts::CountDraftInput;

    use super::*;
    use crate::ui::form::assert_fits;

    const SOME: &str = "0192d3c4-0000-7000-8000-000000000001";

    #[test]
    fn the_forms_send_what_the_api_takes() {
        assert_fits::<CountDraftInput>(&fields(), &[("warehouse_id", SOME)]);
        assert_fits::<CountEntry>(&add_fields(), &[("product_id", SOME), ("qty_counted", "0")]);
    }

    #[test]
    fn nothing_typed_is_not_counted_and_below_nothing_is_no_count() {
        assert_eq!(read(" "), Ok(None));
        assert_eq!(read("0"), Ok(Some(Decimal::ZERO)));
        assert_eq!(read("-1"), Err(()));
        assert_eq!(read("many"), Err(()));
    }
}
