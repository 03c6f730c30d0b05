//! How records are numbered: a table edited in place, with the next code as it will look.

use leptos::prelude::*;
use leptos::task::spawn_local;
use mrp_api::endpoint::Empty;
use mrp_api::number_series::{ListNumberSeries, NumberSeriesView, UpdateNumberSeries};
use serde_json::json;

use crate::api::{self, Answer};
use crate::format;
use crate::i18n::text::{form, setting as t};
use crate::session;
use crate::ui::button::{Button, Look};
use crate::ui::page::loaded;
use crate::ui::toast;

/// The most digits of a number.
const DIGITS_MAX: u32 = 12;

/// The table.
#[component]
pub fn NumberSeries() -> impl IntoView {
    let answer = RwSignal::new(None::<Answer<Vec<NumberSeriesView>>>);
    let load = move || {
        spawn_local(async move {
            let page = api::get::<ListNumberSeries>(&Empty {}, &Empty {}).await;
            answer.try_set(Some(page.map(|page| page.items)));
        });
    };
    load();
    let draw = move |all: Vec<NumberSeriesView>| {
        let rows = all.into_iter().map(|series| view! { <Series series/> }).collect_view();
        view! {
            <table class="table series">
                <colgroup><col/><col style:width="220px"/><col style:width="80px"/><col style:width="120px"/><col style:width="180px"/><col style:width="200px"/></colgroup>
                <thead>
                    <tr>
                        <th scope="col">{t::series()}</th>
                        <th scope="col">{t::prefix()}</th>
                        <th scope="col" class="number">{t::digits()}</th>
                        <th scope="col" class="number">{t::next_number()}</th>
                        <th scope="col">{t::next_code()}</th>
                        <th></th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        }
        .into_any()
    };
    view! {
        <section class="setting-section">
            <h2>{t::numbering()}</h2>
            <p class="muted">{t::numbering_hint("{year}")}</p>
            {loaded(answer, Callback::new(move |()| load()), draw)}
        </section>
    }
}

/// One row.
#[component]
fn Series(series: NumberSeriesView) -> impl IntoView {
    let saved = RwSignal::new(series.clone());
    let prefix = RwSignal::new(series.prefix.clone());
    let digits = RwSignal::new(series.padding.to_string());
    let next = RwSignal::new(series.next_number.to_string());
    let busy = RwSignal::new(false);
    let name = StoredValue::new(series_name(&series.kind));
    let may_write = session::may_call::<UpdateNumberSeries>();
    let dirty = Memo::new(move |_| {
        saved.with(|saved| {
            prefix.get() != saved.prefix
                || digits.get() != saved.padding.to_string()
                || next.get() != saved.next_number.to_string()
        })
    });
    let checked = Memo::new(move |_| check(&digits.get(), &next.get(), saved.with(|saved| saved.next_number)));
    let code = move || match checked.get() {
        Ok((digits, number)) => preview(&prefix.get(), digits, number, format::today().year()),
        Err(_) => format::DASH.to_owned(),
    };
    let save = move || {
        let Ok((padding, next_number)) = checked.get_untracked() else { return };
        let (kind, version) = saved.with_untracked(|saved| (saved.kind.clone(), saved.version));
        let body = json!({ "prefix": prefix.get_untracked(), "padding": padding, "next_number": next_number });
        busy.set(true);
        spawn_local(async move {
            match api::call::<UpdateNumberSeries>()(json!({ "kind": kind }), Some(version), body).await {
                Ok(view) => {
                    if let Ok(view) = crate::json::read::<NumberSeriesView>(view) {
                        prefix.set(view.prefix.clone());
                        digits.set(view.padding.to_string());
                        next.set(view.next_number.to_string());
                        saved.set(view);
                    }
                    toast::done(form::saved());
                }
                Err(failure) => toast::failed(&failure),
            }
            busy.set(false);
        });
    };
    let input = move |value: RwSignal<String>, label: &'static str, is_number: bool| {
        view! {
            <td class="editable" class:number=is_number>
                <input
                    type="text"
                    aria-label=format!("{}, {label}", name.get_value())
                    inputmode=if is_number { "numeric" } else { "text" }
                    readonly=!may_write
                    prop:value=move || value.get()
                    on:input=move |event| value.set(event_target_value(&event))
                    on:keydown=move |event| {
                        if event.key() == "Enter" {
                            save();
                        }
                    }
                />
            </td>
        }
    };
    let reason = Signal::derive(move || checked.get().err());
    view! {
        <tr>
            <td><span class="medium">{name.get_value()}</span></td>
            {input(prefix, t::prefix(), false)}
            {input(digits, t::digits(), true)}
            {input(next, t::next_number(), true)}
            <td><b>{code}</b></td>
            <td class="number">
                <Show when=move || dirty.get()>
                    <Button label=form::save() small=true look=Look::Secondary reason busy on_press=move |()| save()/>
                </Show>
            </td>
        </tr>
    }
}

/// Digits and next number, or what is wrong with them.
fn check(digits: &str, next: &str, lowest: i64) -> Result<(u32, i64), String> {
    let digits = digits.trim().parse::<u32>().ok().filter(|digits| (1..=DIGITS_MAX).contains(digits));
    let digits = digits.ok_or_else(|| t::series_bad_digits().to_owned())?;
    let next = format::parse_number(next).and_then(|next| i64::try_from(next).ok()).filter(|next| *next >= lowest);
    Ok((digits, next.ok_or_else(|| t::series_bad_number(&lowest.to_string()))?))
}

/// The next code as it will look.
fn preview(prefix: &str, digits: u32, number: i64, year: i32) -> String {
    let width = usize::try_from(digits).unwrap_or_default();
    format!("{}{number:0width$}", prefix.replace("{year}", &year.to_string()))
}

fn series_name(kind: &str) -> String {
    match kind {
        "manufacturing_order" => t::series_order().to_owned(),
        "work_order" => t::series_work_order().to_owned(),
        "bom" => t::series_bom().to_owned(),
        "routing" => t::series_routing().to_owned(),
        "sales_order" => t::series_sales_order().to_owned(),
        "receipt" => t::series_receipt().to_owned(),
        "transfer" => t::series_transfer().to_owned(),
        "delivery" => t::series_delivery().to_owned(),
        "stock_count" => t::series_stock_count().to_owned(),
        "purchase_request" => t::series_purchase_request().to_owned(),
        "request_for_quotation" => t::series_quotation().to_owned(),
        "purchase_order" => t::series_purchase_order().to_owned(),
        other => other.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use mrp_api::number_series::NUMBER_SERIES_KINDS;

    use super::*;

    #[test]
    fn every_series_has_a_name_in_the_language_of_the_reader() {
        for kind in NUMBER_SERIES_KINDS {
            assert_ne!(series_name(kind), kind);
        }
    }

    #[test]
    fn the_next_code_shows_year_and_leading_zeros() {
        assert_eq!(preview("MO-{year}-", 5, 42, 2026), "MO-2026-00042");
        assert_eq!(preview("BOM-", 3, 12_345, 2026), "BOM-12345");
    }

    #[test]
    fn a_number_that_was_used_is_not_given_again() {
        assert_eq!(check("5", "43", 42), Ok((5, 43)));
        assert!(check("5", "41", 42).is_err());
        assert!(check("13", "43", 42).is_err());
    }
}
