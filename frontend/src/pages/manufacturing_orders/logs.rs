//! What was changed on an order and by whom: the BoM change log, the history, and the latest of it in the side rail.

use leptos::prelude::*;
use leptos::task::spawn_local;
use mrp_api::endpoint::{Empty, Endpoint, IdPath};
use mrp_api::manufacturing_orders::{ChangeLogView, GetChangeLog, GetOrderHistory, HistoryEntry, HistoryView};
use mrp_domain::ids::ManufacturingOrderId;
use rust_decimal::Decimal;

use crate::api::{self, Answer};
use crate::format;
use crate::i18n::text::{history as words, manufacturing_orders as t};
use crate::links::Noun;
use crate::live;
use crate::sentences;
use crate::ui::cell::Cell;
use crate::ui::page::{Blank, loaded};
use crate::ui::table::{FactTable, Head, Line};

/// Entries of the history in the side rail.
const RECENT_MAX: usize = 6;

/// The answer once it is there, and how to ask again.
type Reading<T> = (RwSignal<Option<Answer<T>>>, Callback<()>);

/// Reads something of an order, and again whenever the order changes.
fn read<E>(id: ManufacturingOrderId) -> Reading<E::Reply>
where
    E: Endpoint<Path = IdPath<ManufacturingOrderId>, Query = Empty>,
    E::Reply: Clone + Send + Sync,
{
    let answer = RwSignal::new(None);
    let load = Callback::new(move |()| {
        spawn_local(async move {
            let reply = api::get::<E>(&IdPath { id }, &Empty {}).await;
            answer.try_set(Some(reply));
        });
    });
    let revision = live::revision(id.to_string());
    Effect::new(move |_| {
        revision.track();
        load.run(());
    });
    (answer, load)
}

/// The tab with every change of the order's components.
#[component]
pub fn ChangeLog(
    /// The order.
    id: ManufacturingOrderId,
) -> impl IntoView {
    let (answer, load) = read::<GetChangeLog>(id);
    loaded(answer, load, |view: ChangeLogView| {
        if view.entries.is_empty() {
            return view! { <Blank title=t::no_changes() hint=t::no_changes_hint() icon="recipe"/> }.into_any();
        }
        let heads = vec![
            Head::text(t::at()).width(150),
            Head::text(t::by()).width(140),
            Head::text(t::what()).width(160),
            Head::text(t::component()),
            Head::text(t::old()).width(120),
            Head::text(t::now()).width(120),
            Head::text(t::reason()).width(220),
        ];
        let lines = Callback::new(move |()| {
            let line = |entry: &mrp_api::manufacturing_orders::ChangeLogEntry| {
                Line::new(vec![
                    Cell::moment(Some(entry.at)),
                    Cell::Person(entry.by.clone()),
                    Cell::text(word(&entry.kind)),
                    Cell::Name(entry.component.clone()),
                    Cell::text(amount(&entry.old, &entry.component)),
                    Cell::text(amount(&entry.new, &entry.component)),
                    Cell::text(entry.reason.clone()),
                ])
            };
            view.entries.iter().map(line).collect()
        });
        view! { <FactTable title=t::change_log() heads lines/> }.into_any()
    })
}

/// The tab with everything that was done.
#[component]
pub fn History(
    /// The order.
    id: ManufacturingOrderId,
) -> impl IntoView {
    let (answer, load) = read::<GetOrderHistory>(id);
    loaded(answer, load, |view: HistoryView| {
        if view.entries.is_empty() {
            return view! { <Blank title=t::no_history() hint="" icon="clock"/> }.into_any();
        }
        let heads = vec![
            Head::text(t::at()).width(160),
            Head::text(t::by()).width(180),
            Head::text(t::what()).width(300),
            Head::text(t::detail()),
        ];
        let lines = Callback::new(move |()| {
            let line = |entry: &HistoryEntry| {
                Line::new(vec![
                    Cell::moment(Some(entry.at)),
                    Cell::Person(who(&entry.by)),
                    Cell::Name(word(&entry.action)),
                    Cell::text(said(entry)),
                ])
            };
            view.entries.iter().map(line).collect()
        });
        view! { <FactTable title=t::history() heads lines/> }.into_any()
    })
}

/// Who did something; the program itself has no name.
fn who(by: &str) -> String {
    if by.is_empty() { t::by_itself().to_owned() } else { by.to_owned() }
}

/// The latest entries, for the rail.
#[component]
pub fn Recent(
    /// The order.
    id: ManufacturingOrderId,
) -> impl IntoView {
    let (answer, load) = read::<GetOrderHistory>(id);
    loaded(answer, load, move |view: HistoryView| {
        let today = format::today();
        let entries = view.entries.into_iter().take(RECENT_MAX).map(|entry| {
            let is_today = format::local(entry.at).date() == today;
            let at = if is_today { format::time_of(entry.at) } else { short_day(&format::day_of(entry.at)) };
            view! { <li><time class="muted">{at}</time><span>{who(&entry.by)}": "{word(&entry.action)}</span></li> }
        });
        view! {
            <ul class="recent">{entries.collect_view()}</ul>
            <a href=Noun::ManufacturingOrders.tab(id, "history")>{t::all_history()}</a>
        }
        .into_any()
    })
}

/// What was said with a command, by people in their words or by the server; what machines wrote down is left out.
fn said(entry: &HistoryEntry) -> String {
    match &entry.detail_code {
        Some(_) => sentences::detail(entry.detail_code.as_deref(), &entry.params, &entry.detail).unwrap_or_default(),
        None if entry.detail.starts_with(['{', '[']) => String::new(),
        None => entry.detail.clone(),
    }
}

/// What the log says of one side of a change, `Paint: 3 kg`: without the component's name where that stands beside it
/// already, and with the number as people write it.
fn amount(text: &str, component: &str) -> String {
    let (name, quantity) = text.rsplit_once(": ").map_or(("", text), |(name, quantity)| (name, quantity));
    let (number, unit) = quantity.split_once(' ').unwrap_or((quantity, ""));
    let quantity = match number.parse::<Decimal>() {
        Ok(number) => format!("{} {unit}", format::number(number)).trim_end().to_owned(),
        Err(_) => quantity.to_owned(),
    };
    if name.is_empty() || name == component { quantity } else { format!("{name}: {quantity}") }
}

/// A day without its weekday.
fn short_day(day: &str) -> String {
    day.split_once(' ').map_or_else(|| day.to_owned(), |(_, rest)| rest.to_owned())
}

/// What an endpoint's name, or a kind of change, says to people.
/// What a kind of change is called.
pub fn word(name: &str) -> String {
    words::by_key(&snake(name)).map_or_else(|| name.replace('_', " "), str::to_owned)
}

fn snake(name: &str) -> String {
    let mut out = String::new();
    for letter in name.replace('-', "_").chars() {
        if letter.is_uppercase() && !out.is_empty() {
            out.push('_');
        }
        out.extend(letter.to_lowercase());
    }
    out
}

#[cfg(test)]
mod tests {
    use mrp_api::endpoint::{ALL, Method};
    use mrp_domain::manufacturing_order::change_log::ComponentChangeKind;

    use super::*;

    #[test]
    fn an_endpoints_name_becomes_a_sentence() {
        assert_eq!(word("ConfirmManufacturingOrder"), "Confirmed the order");
        assert_eq!(word("line_added"), "Component added");
        assert_eq!(short_day("Tue 15 Dec"), "15 Dec");
    }

    #[test]
    fn every_kind_of_change_can_be_told() {
        let silent = ComponentChangeKind::ALL.iter().filter(|kind| words::by_key(kind.as_str()).is_none());
        assert_eq!(silent.collect::<Vec<_>>(), Vec::<&ComponentChangeKind>::new());
    }

    #[test]
    fn a_change_names_the_component_only_where_it_is_another_one() {
        assert_eq!(amount("Paint: 3000.5 kg", "Paint"), "3,000.5 kg");
        assert_eq!(amount("Paint: 3 kg", "Bolt"), "Paint: 3 kg");
        assert_eq!(amount("12", ""), "12");
    }

    #[test]
    fn every_command_of_an_order_can_be_told() {
        let silent = ALL
            .iter()
            .copied()
            .flatten()
            .filter(|endpoint| endpoint.method != Method::Get && endpoint.method != Method::Delete)
            .filter(|endpoint| endpoint.path.contains("-orders"))
            .filter(|endpoint| words::by_key(&snake(endpoint.name)).is_none())
            .map(|endpoint| endpoint.name)
            .collect::<Vec<_>>();
        assert!(silent.is_empty(), "no text for {silent:?} in i18n/history.toml");
    }
}
