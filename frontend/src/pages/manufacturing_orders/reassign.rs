//! Reserved goods from other orders for a short component: who could give how much, and what would become of whom.

use std::collections::BTreeMap;

use leptos::prelude::*;
use leptos::task::spawn_local;
use mrp_api::manufacturing_orders::ComponentPath;
use mrp_api::material_lines::{
    GiverInput, PreviewReassignment, ReassignInput, ReassignReservation, ReassignedView, ReassignmentQuery,
    ReassignmentView,
};
use mrp_domain::ids::MaterialLineId;
use mrp_domain::manufacturing_order::MaterialAvailability;
use rust_decimal::Decimal;

use crate::api::{self, Answer};
use crate::format;
use crate::i18n::text::{self, reservations as t};
use crate::links::Noun;
use crate::pages::manufacturing_orders::commands::Order;
use crate::pages::manufacturing_orders::{availability, priority_name};
use crate::pages::papers::day;
use crate::ui::button::{Button, Look};
use crate::ui::cell::Cell;
use crate::ui::dialog::Dialog;
use crate::ui::page::loaded;
use crate::ui::state::{Shape, State};
use crate::ui::toast;

/// The open dialog.
#[derive(Clone, Copy)]
struct Taking {
    order: Order,
    open: RwSignal<bool>,
    preview: RwSignal<Option<Answer<ReassignmentView>>>,
    /// What somebody typed, by giver; absent: as it was proposed.
    typed: RwSignal<BTreeMap<MaterialLineId, String>>,
    busy: RwSignal<bool>,
}

/// The dialog; it is open while the order has a component that takes.
#[component]
pub fn Reassign(
    /// The order that takes.
    order: Order,
) -> impl IntoView {
    let taking = Taking {
        order,
        open: RwSignal::new(false),
        preview: RwSignal::new(None),
        typed: RwSignal::new(BTreeMap::new()),
        busy: RwSignal::new(false),
    };
    Effect::new(move |_| {
        let is_asked = order.takes_for.get().is_some();
        if is_asked {
            taking.typed.set(BTreeMap::new());
            taking.preview.set(None);
            taking.look();
        }
        taking.open.set(is_asked);
    });
    Effect::new(move |_| {
        // Only when it was open: setting it anew would open and close without end.
        if !taking.open.get() && order.takes_for.with_untracked(Option::is_some) {
            order.takes_for.set(None);
        }
    });
    view! { <Dialog open=taking.open title=t::title() wide=true>{body(taking)}</Dialog> }
}

impl Taking {
    fn path(self) -> Option<ComponentPath> {
        let line_id = self.order.takes_for.get_untracked()?;
        Some(ComponentPath { id: self.order.id, line_id })
    }

    fn view(self) -> Option<ReassignmentView> {
        self.preview.get_untracked().and_then(Result::ok)
    }

    /// Who gives how much, as it stands there.
    fn from(self) -> Vec<GiverInput> {
        let typed = self.typed.get_untracked();
        let givers = self.view().map(|view| view.givers).unwrap_or_default();
        let all = givers.iter().map(|giver| GiverInput {
            line_id: giver.line_id,
            quantity: match typed.get(&giver.line_id) {
                Some(typed) => format::parse_number(typed).unwrap_or_default(),
                None => giver.quantity,
            },
        });
        all.filter(|giver| giver.quantity > Decimal::ZERO).collect()
    }

    /// Looks what would become of whom. What was typed stays as it was typed.
    fn look(self) {
        let Some(path) = self.path() else { return };
        let from = self.from();
        let is_typed = self.typed.with_untracked(|typed| !typed.is_empty());
        if is_typed && from.is_empty() {
            return;
        }
        let from = is_typed.then(|| {
            let parts = from.iter().map(|giver| format!("{}:{}", giver.line_id, giver.quantity));
            parts.collect::<Vec<_>>().join(",")
        });
        spawn_local(async move {
            match api::get::<PreviewReassignment>(&path, &ReassignmentQuery { from }).await {
                Err(failure) if is_typed => toast::failed(&failure),
                answer => {
                    self.preview.try_set(Some(answer));
                }
            }
        });
    }

    fn take(self) {
        let (Some(path), Some(view)) = (self.path(), self.view()) else { return };
        let from = self.from();
        if from.is_empty() || self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        spawn_local(async move {
            let input = ReassignInput { from, basis: view.basis };
            let answer = self.order.carry_out::<ReassignReservation>(path, input).await;
            self.busy.try_set(false);
            match answer {
                Ok(()) => {
                    self.open.try_set(false);
                    toast::done(t::done().to_owned());
                }
                Err(failure) => {
                    toast::failed(&failure);
                    if !self.open.is_disposed() {
                        self.look();
                    }
                }
            }
        });
    }
}

fn body(taking: Taking) -> impl IntoView {
    let shown = loaded(taking.preview, Callback::new(move |()| taking.look()), move |view| table(taking, &view));
    let none = move || taking.preview.with(|answer| !matches!(answer, Some(Ok(view)) if !view.givers.is_empty()));
    let reason = Signal::derive(move || none().then(|| t::nobody().to_owned()));
    view! {
        <div class="dialog-body">{shown}</div>
        <div class="dialog-foot">
            <Button label=text::form::cancel() on_press=move |()| taking.open.set(false)/>
            <Button label=t::take() look=Look::Primary reason busy=taking.busy on_press=move |()| taking.take()/>
        </div>
    }
}

fn table(taking: Taking, view: &ReassignmentView) -> AnyView {
    if view.givers.is_empty() {
        return view! { <p>{t::nobody()}</p> }.into_any();
    }
    let amount = |quantity: Decimal| format!("{} {}", format::number(quantity), view.unit_code);
    let rows = view.givers.iter().map(|giver| row(taking, giver, &view.unit_code)).collect_view();
    let (shape, word) = availability(view.taker.availability_after);
    view! {
        <p>{t::lacks(&amount(view.qty_open), &view.product_name)}" "{t::hint()}</p>
        <table class="table givers" aria-label=t::givers()>
            <thead><tr>
                <th scope="col">{t::order()}</th>
                <th scope="col">{t::priority()}</th>
                <th scope="col">{t::deadline()}</th>
                <th scope="col" class="number">{t::holds()}</th>
                <th scope="col" class="number">{t::gives()}</th>
                <th scope="col">{t::then()}</th>
            </tr></thead>
            <tbody>{rows}</tbody>
        </table>
        <p class="button-line" aria-live="polite">{t::gets(&view.taker.number, &amount(view.taker.quantity))}" "<State shape word/></p>
    }
    .into_any()
}

fn row(taking: Taking, giver: &ReassignedView, unit: &str) -> impl IntoView + use<> {
    let (id, proposed) = (giver.line_id, giver.quantity);
    let shown = move || {
        let typed = taking.typed.with(|typed| typed.get(&id).cloned());
        typed.unwrap_or_else(|| format::number(proposed))
    };
    let change = move |event| {
        // What others give stays as it is shown when one is changed.
        let now = taking.from();
        taking.typed.update(|typed| {
            for giver in now {
                typed.entry(giver.line_id).or_insert_with(|| format::number(giver.quantity));
            }
            typed.insert(id, event_target_value(&event));
        });
        taking.look();
    };
    let (shape, then) = consequence(giver, unit);
    view! {
        <tr>
            <td><a href=Noun::ManufacturingOrders.record(giver.manufacturing_order_id)>{giver.number.clone()}</a>" "<span class="muted">{giver.product_name.clone()}</span></td>
            <td>{Cell::Level(giver.priority.as_str(), priority_name(giver.priority).to_owned()).view()}</td>
            <td>{giver.date_deadline.map(format::day_of)}</td>
            <td class="number">{format::number(giver.qty_reserved)}</td>
            <td class="editable number use-amount">
                <input type="text" inputmode="decimal" aria-label=t::gives_of(&giver.number) prop:value=shown on:change=change/>
            </td>
            <td class="reassigned">{then.into_iter().map(|word| view! { <State shape word/> }).collect_view()}</td>
        </tr>
    }
}

/// What becomes of an order that gives: the worst shape, and each fact in words.
#[must_use]
pub fn consequence(giver: &ReassignedView, unit: &str) -> (Shape, Vec<String>) {
    if giver.quantity.is_zero() {
        return (Shape::None, vec![t::stays().to_owned()]);
    }
    let mut facts = Vec::new();
    let is_missing = giver.qty_missing_after > Decimal::ZERO;
    if is_missing {
        facts.push(t::misses(&format!("{} {unit}", format::number(giver.qty_missing_after))));
    } else if let Some(day) = day(&giver.expected_on_after) {
        facts.push(t::waits_until(&day));
    } else if matches!(giver.availability_after, MaterialAvailability::Partial | MaterialAvailability::Missing) {
        facts.push(t::waits().to_owned());
    }
    if giver.ready_count_after < giver.ready_count {
        facts.push(t::work_stops(u64::from(giver.ready_count - giver.ready_count_after)));
    }
    if giver.is_deadline_at_risk {
        facts.push(t::at_risk().to_owned());
    }
    let shape = if is_missing || giver.is_deadline_at_risk { Shape::Blocking } else { Shape::Waiting };
    (shape, facts)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn giver() -> ReassignedView {
        serde_json::from_value(serde_json::json!({
            "line_id": "0198a000-0000-7000-8000-000000000001", "manufacturing_order_id": "0198a000-0000-7000-8000-000000000002",
            "number": "MO-1", "product_name": "Table", "state": "planned", "priority": "low", "date_deadline": null,
            "quantity": "4", "qty_reserved": "4", "qty_reserved_after": "0", "qty_missing_after": "0",
            "expected_on_after": "2026-12-10", "availability": "reserved", "availability_after": "partial",
            "ready_count": 1, "ready_count_after": 0, "is_deadline_at_risk": false,
        }))
        .unwrap()
    }

    #[test]
    fn an_order_that_gives_says_what_it_waits_for_and_what_stops() {
        let (shape, facts) = consequence(&giver(), "pcs");
        assert_eq!((shape, facts.len()), (Shape::Waiting, 2));
        let worse = ReassignedView { qty_missing_after: Decimal::ONE, is_deadline_at_risk: true, ..giver() };
        let (shape, facts) = consequence(&worse, "pcs");
        assert_eq!((shape, facts.len()), (Shape::Blocking, 3));
        let idle = ReassignedView { quantity: Decimal::ZERO, ..giver() };
        assert_eq!(consequence(&idle, "pcs"), (Shape::None, vec![t::stays().to_owned()]));
    }
}
