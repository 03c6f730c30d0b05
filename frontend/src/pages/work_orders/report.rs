//! Reporting pieces: good, scrapped, why, and what was consumed for them.

pub mod uses;

use leptos::prelude::*;
use leptos::task::spawn_local;
use mrp_api::work_orders::{FinishWorkOrder, FinishWorkOrderInput, ReportInput, ReportWorkOrder, WorkOrderView};
use rust_decimal::Decimal;

use self::uses::{Use, corrected, scale, use_rows};
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

fn report_form(work: WorkOrder, view: &WorkOrderView, is_last: bool, open: RwSignal<bool>) -> impl IntoView + use<> {
    let form = Form::new(fields(view));
    let basis = view.row.qty_ready;
    let busy = RwSignal::new(false);
    let pieces = Signal::derive(move || {
        let number = |name: &str| form.slot(name).and_then(|slot| format::parse_number(&slot.value.get()));
        number("good").unwrap_or_default() + number("scrap").unwrap_or_default()
    });
    let share = Signal::derive(move || scale(pieces.get(), basis));
    let uses = view.proposals.iter().map(|proposal| Use::of(proposal.clone(), share)).collect::<Vec<_>>();
    let uses = StoredValue::new(uses);
    let submit = move || {
        let Some(body) = form.body().filter(|_| !busy.get_untracked()) else { return };
        let report = crate::json::read::<ReportInput>(body);
        let Ok(mut report) = report else { return };
        report.consumption = untrack(|| corrected(&uses.get_value()));
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
    let lines = uses.with_value(|uses| uses.iter().copied().map(use_rows).collect::<Vec<_>>());
    let table = (!lines.is_empty()).then(|| {
        view! {
            <section class="consumption">
                <h3>{t::consumption()}</h3>
                <p class="muted small">{t::consumption_hint()}</p>
                <table class="table" aria-label=t::consumption()>{lines}</table>
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
