//! Reporting pieces: good, scrapped, why, and what was consumed for them.

use leptos::prelude::*;
use leptos::task::spawn_local;
use mrp_api::work_orders::{
    ConsumptionInput, ConsumptionProposal, FinishWorkOrder, FinishWorkOrderInput, ReportInput, ReportWorkOrder,
    WorkOrderView,
};
use rust_decimal::Decimal;

use crate::format;
use crate::i18n::text::{self, work_orders as t};
use crate::pages::setting::loss_reasons;
use crate::pages::work_orders::commands::WorkOrder;
use crate::ui::button::{Button, Look};
use crate::ui::dialog::Dialog;
use crate::ui::field::Field;
use crate::ui::field_view::{Fields, focus_on};
use crate::ui::form::Form;

/// The dialog that is open while the work order is `reporting`.
#[component]
pub fn ReportDialog(
    /// The work order.
    work: WorkOrder,
) -> impl IntoView {
    let open = RwSignal::new(false);
    Effect::new(move |_| open.set(work.reporting.get().is_some()));
    Effect::new(move |before: Option<bool>| {
        let now = open.get();
        if before == Some(true) && !now {
            work.reporting.set(None);
        }
        now
    });
    let title = Signal::derive(move || {
        if work.reporting.get() == Some(true) { t::finish().to_owned() } else { t::report().to_owned() }
    });
    let inner = move || {
        let is_last = work.reporting.get()?;
        let view = untrack(|| work.view())?;
        Some(report_form(work, &view, is_last, open))
    };
    view! { <Dialog open title>{inner}</Dialog> }
}

fn fields(view: &WorkOrderView) -> Vec<Field> {
    let row = &view.row;
    let open = (row.quantity - row.qty_done - row.qty_scrapped).max(Decimal::ZERO);
    let good = open.min(row.qty_ready);
    vec![
        Field::number("good", t::good()).min(0).unit(row.unit_code.clone()).required().start(format::number(good)),
        Field::number("scrap", t::scrap()).min(0).unit(row.unit_code.clone()).required().start("0"),
        Field::record("scrap_reason_id", t::scrap_reason(), loss_reasons::scrap_picker()).span(12),
        Field::text("scrap_reason", t::scrap_note(), 500).span(12),
    ]
}

/// What one component consumes: proposed, or as somebody typed it.
#[derive(Clone)]
struct Use {
    proposal: ConsumptionProposal,
    typed: RwSignal<Option<String>>,
}

fn report_form(work: WorkOrder, view: &WorkOrderView, is_last: bool, open: RwSignal<bool>) -> impl IntoView + use<> {
    let form = Form::new(fields(view));
    let basis = view.row.qty_ready;
    let busy = RwSignal::new(false);
    let uses = view.proposals.iter().map(|proposal| Use { proposal: proposal.clone(), typed: RwSignal::new(None) });
    let uses = StoredValue::new(uses.collect::<Vec<_>>());
    let pieces = Signal::derive(move || {
        let number = |name: &str| form.slot(name).and_then(|slot| format::parse_number(&slot.value.get()));
        number("good").unwrap_or_default() + number("scrap").unwrap_or_default()
    });
    let submit = move || {
        let Some(body) = form.body().filter(|_| !busy.get_untracked()) else { return };
        let report = crate::json::read::<ReportInput>(body);
        let Ok(mut report) = report else { return };
        report.consumption = untrack(|| corrected(&uses.get_value(), scale(pieces.get(), basis)));
        busy.set(true);
        spawn_local(async move {
            let answer = if is_last {
                let report = (report.good + report.scrap > Decimal::ZERO).then_some(report);
                work.carry_out::<FinishWorkOrder>(FinishWorkOrderInput { report }).await
            } else {
                work.carry_out::<ReportWorkOrder>(report).await
            };
            busy.try_set(false);
            match answer {
                Ok(()) => {
                    open.try_set(false);
                }
                Err(failure) => form.failed(&failure),
            }
        });
    };
    let on_enter = move |event: leptos::web_sys::KeyboardEvent| {
        if event.key() == "Enter" && !event.default_prevented() {
            event.prevent_default();
            submit();
        }
    };
    request_animation_frame(|| focus_on("field-good"));
    let lines = uses.with_value(|uses| uses.iter().cloned().map(|one| use_row(one, pieces, basis)).collect::<Vec<_>>());
    let table = (!lines.is_empty()).then(|| {
        view! {
            <section class="consumption">
                <h3>{t::consumption()}</h3>
                <p class="muted small">{t::consumption_hint()}</p>
                <table class="table" aria-label=t::consumption()><tbody>{lines}</tbody></table>
            </section>
        }
    });
    let hint = if is_last { t::finish_hint() } else { t::report_hint() };
    let verb = if is_last { t::finish() } else { t::report() };
    view! {
        <div class="ask" on:keydown=on_enter>
            <div class="dialog-body"><p class="muted">{hint}</p><Fields form/>{table}</div>
            <div class="dialog-foot">
                <Button label=text::form::cancel() on_press=move |()| open.set(false)/>
                <Button label=verb look=Look::Primary busy on_press=move |()| submit()/>
            </div>
        </div>
    }
}

fn use_row(one: Use, pieces: Signal<Decimal>, basis: Decimal) -> impl IntoView {
    let proposed = one.proposal.quantity;
    let typed = one.typed;
    let shown = move || typed.get().unwrap_or_else(|| format::number(proposal(proposed, scale(pieces.get(), basis))));
    let name = one.proposal.product_name.clone();
    view! {
        <tr>
            <td>{name.clone()}</td>
            <td class="editable number use-amount">
                <input type="text" inputmode="decimal" aria-label=name prop:value=shown on:input=move |event| typed.set(Some(event_target_value(&event)))/>
            </td>
            <td class="muted use-unit">{one.proposal.unit_code.clone()}</td>
        </tr>
    }
}

/// Which share of the proposals belongs to this many pieces; they are made for `basis` pieces.
fn scale(pieces: Decimal, basis: Decimal) -> Decimal {
    pieces.checked_div(basis).unwrap_or(Decimal::ONE)
}

fn proposal(quantity: Decimal, scale: Decimal) -> Decimal {
    quantity.checked_mul(scale).unwrap_or(quantity).round_dp(6).normalize()
}

/// What to send: nothing while nobody has corrected anything, so that the order's own rule and rounding hold.
fn corrected(uses: &[Use], scale: Decimal) -> Option<Vec<ConsumptionInput>> {
    let is_corrected = uses.iter().any(|one| one.typed.with(Option::is_some));
    is_corrected.then(|| {
        uses.iter()
            .map(|one| {
                let typed = one.typed.get().and_then(|typed| format::parse_number(&typed));
                let quantity = typed.unwrap_or_else(|| proposal(one.proposal.quantity, scale));
                ConsumptionInput { line_id: one.proposal.line_id, quantity, lot_numbers: None }
            })
            .collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_the_pieces_takes_its_part_of_the_material() {
        let three_of_ten = scale(Decimal::from(3), Decimal::TEN);
        assert_eq!(proposal(Decimal::from(40), three_of_ten), Decimal::from(12));
        assert_eq!(scale(Decimal::from(3), Decimal::ZERO), Decimal::ONE);
    }

    #[test]
    fn an_uncorrected_proposal_is_left_to_the_server() {
        let proposal = ConsumptionProposal {
            line_id: "0198a000-0000-7000-8000-000000000001".parse().unwrap(),
            product_name: "Paint".to_owned(),
            quantity: Decimal::from(3),
            unit_code: "kg".to_owned(),
        };
        let one = Use { proposal, typed: RwSignal::new(None) };
        assert_eq!(corrected(std::slice::from_ref(&one), Decimal::ONE), None);
        one.typed.set(Some("2.5".to_owned()));
        let sent = corrected(&[one], Decimal::ONE).unwrap();
        assert_eq!(sent.first().map(|use_of| use_of.quantity), Some(Decimal::new(25, 1)));
    }
}
