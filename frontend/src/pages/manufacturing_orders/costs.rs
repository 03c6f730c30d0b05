//! The tab with an order's cost sheet: planned, spent, still to come, and why it differs.

use leptos::prelude::*;
use leptos::task::spawn_local;
use mrp_api::cost_sheets::{CostGroupView, CostLineView, CostSheetView, GetCostSheet};
use mrp_api::endpoint::{Empty, IdPath};
use mrp_domain::ids::ManufacturingOrderId;
use rust_decimal::Decimal;

use crate::api::{self, Answer};
use crate::format;
use crate::i18n::text::cost_sheets as t;
use crate::live;
use crate::session;
use crate::ui::icon::Icon;
use crate::ui::page::{Blank, loaded};
use crate::ui::state::{Note, Shape, State};

/// Percent of variance at which the bar reaches its end.
const BAR_SCALE: Decimal = Decimal::from_parts(20, 0, 0, false, 0);

/// The tab.
#[component]
pub fn Costs(
    /// The order.
    id: ManufacturingOrderId,
) -> impl IntoView {
    if !session::may_call::<GetCostSheet>() {
        return view! { <Blank title=t::hidden() hint="" icon="order"/> }.into_any();
    }
    let answer = RwSignal::new(None::<Answer<CostSheetView>>);
    let load = Callback::new(move |()| {
        spawn_local(async move {
            let reply = api::get::<GetCostSheet>(&IdPath { id }, &Empty {}).await;
            answer.try_set(Some(reply));
        });
    });
    let (order, work) = (live::revision(id.to_string()), live::revision("work_order".to_owned()));
    Effect::new(move |_| {
        order.track();
        work.track();
        load.run(());
    });
    loaded(answer, load, |sheet| sheet_view(&sheet)).into_any()
}

fn sheet_view(sheet: &CostSheetView) -> AnyView {
    let incomplete = (!sheet.incomplete.is_empty()).then(|| {
        let names = sheet.incomplete.join(", ");
        view! { <Note shape=Shape::Waiting title=t::incomplete()><span class="ellipsis">{t::incomplete_detail(&names)}</span></Note> }
    });
    let groups = sheet.groups.iter().map(group).collect_view();
    view! {
        <div class="costs">
            {summary(sheet)}
            {incomplete}
            <div class="table-scroll">
                <table class="table cost-table" aria-label=t::total()>
                    <colgroup>
                        <col class="c-item"/><col class="c-basis"/><col class="c-money"/><col class="c-money"/><col class="c-money"/><col class="c-money"/>
                        <col class="c-bar"/><col class="c-variance"/><col class="c-percent"/><col/>
                    </colgroup>
                    <thead><tr>
                        <th scope="col">{t::item()}</th>
                        <th scope="col">{t::basis()}</th>
                        <th scope="col" class="number">{t::planned()}</th>
                        <th scope="col" class="number">{t::actual()}</th>
                        <th scope="col" class="number">{t::still_to_come()}</th>
                        <th scope="col" class="number">{t::forecast()}</th>
                        <th scope="col"><span class="scale" aria-hidden="true"><i>"−20"</i><i>"0"</i><i>"+20 %"</i></span></th>
                        <th scope="col" class="number">{t::variance()}</th>
                        <th scope="col" class="number">{t::percent()}</th>
                        <th scope="col">{t::cause()}</th>
                    </tr></thead>
                    <tbody>{groups}</tbody>
                    {total(sheet)}
                </table>
            </div>
        </div>
    }
    .into_any()
}

fn summary(sheet: &CostSheetView) -> impl IntoView + use<> {
    let variance = sheet.forecast_total - sheet.planned_total;
    let percent = share(variance, sheet.planned_total);
    let per_piece = |money: Decimal| t::a_piece(&format::money(money));
    let spent_label = if sheet.is_frozen { t::actual_cost() } else { t::spent() };
    let spent_note = match (sheet.is_frozen, sheet.actual_unit) {
        (true, Some(unit)) => per_piece(unit),
        (_, _) => t::share_of_forecast(&format::percent(
            share(sheet.actual_total, sheet.forecast_total).unwrap_or_default(),
            0,
        )),
    };
    let margin = match (sheet.forecast_margin, sheet.planned_margin) {
        (Some(margin), Some(planned)) => {
            let percent = |value: Option<Decimal>| value.map(|value| format::percent(value, 2)).unwrap_or_default();
            let planned = t::planned_margin(&format::money(planned), &percent(sheet.planned_margin_percent));
            view! {
                <span class="sum-label">{if sheet.is_frozen { t::margin() } else { t::forecast_margin() }}</span>
                <span class="sum-value">{format::money(margin)}<small>{percent(sheet.forecast_margin_percent)}</small></span>
                <span class="sum-note">{planned}</span>
            }
            .into_any()
        }
        (_, _) => view! { <span class="sum-label">{t::margin()}</span><span class="sum-note">{t::no_price()}</span> }
            .into_any(),
    };
    let revenue = sheet.revenue.map(|revenue| {
        let price = sheet.selling_price.map(format::money).unwrap_or_default();
        view! {
            <div class="sum">
                <span class="sum-label">{t::revenue()}</span>
                <span class="sum-value">{format::money(revenue)}</span>
                <span class="sum-note">{t::times(&format::number(sheet.quantity), &price)}</span>
            </div>
        }
    });
    view! {
        <div class="sums">
            <div class="sum">
                <span class="sum-label">{t::planned_cost()}</span>
                <span class="sum-value">{format::money(sheet.planned_total)}</span>
                <span class="sum-note">{per_piece(sheet.planned_unit)}</span>
            </div>
            <div class="sum">
                <span class="sum-label">{spent_label}</span>
                <span class="sum-value">{format::money(sheet.actual_total)}</span>
                <span class="sum-note">{spent_note}</span>
            </div>
            <div class="sum">
                <span class="sum-label">{t::forecast_cost()}</span>
                <span class="sum-value">{format::money(sheet.forecast_total)}</span>
                <span class="sum-note">
                    <span class=tone(variance)>{format::signed(variance, 2)}</span>
                    {percent.map(|percent| format!(", {}", format::signed_percent(percent, 2)))}
                </span>
            </div>
            {revenue}
            <div class="sum sum-wide">
                <div class="sum-margin">{margin}</div>
                {stacked(sheet)}
            </div>
        </div>
    }
}

/// Material, work centers, labour and margin as one bar; a mark where the planned cost ends.
fn stacked(sheet: &CostSheetView) -> impl IntoView + use<> {
    let full = sheet.revenue.unwrap_or_default().max(sheet.forecast_total).max(sheet.planned_total);
    let width = |money: Decimal| {
        format!("{}%", share(money, full).unwrap_or_default().clamp(Decimal::ZERO, Decimal::ONE_HUNDRED).round_dp(2))
    };
    let parts = sheet
        .groups
        .iter()
        .map(|group| view! { <i class="part" data-kind=group.kind.clone() style:width=width(group.forecast)></i> })
        .collect_view();
    let margin = sheet.forecast_margin.filter(|margin| *margin > Decimal::ZERO);
    let legend = sheet
        .groups
        .iter()
        .map(|group| view! { <span class="legend-item"><i class="part" data-kind=group.kind.clone()></i>{group_name(&group.kind)}</span> })
        .collect_view();
    view! {
        <div class="stack-box">
            <span class="stack-mark-line" aria-hidden="true"><span class="stack-label" style:left=width(sheet.planned_total)>{t::planned_cost()}</span></span>
            <div class="stack" role="img" aria-label=t::bar()>
                {parts}
                {margin.map(|margin| view! { <i class="part" data-kind="margin" style:width=width(margin)></i> })}
                <b class="stack-mark" style:left=width(sheet.planned_total)></b>
            </div>
            <div class="legend">
                {legend}
                {margin.map(|_| view! { <span class="legend-item"><i class="part" data-kind="margin"></i>{t::margin_legend()}</span> })}
            </div>
        </div>
    }
}

fn group(group: &CostGroupView) -> impl IntoView + use<> {
    let open = RwSignal::new(true);
    let variance = group.forecast - group.planned;
    let percent = share(variance, group.planned);
    let name = group_name(&group.kind);
    let is_material = group.kind == "material";
    let lines = StoredValue::new(group.lines.clone());
    view! {
        <tr data-group="true">
            <td><span class="tree-cell">
                <button type="button" class="twist" aria-label=name aria-expanded=move || open.get().to_string() on:click=move |_| open.update(|open| *open = !*open)>
                    <Icon name="right" size=12/>
                </button>
                {name}
            </span></td>
            <td></td>
            {amount(group.planned)}{amount(group.actual)}{amount(group.still_to_come)}{amount(group.forecast)}
            <td class="bar-cell">{bar(percent)}</td>
            {difference(variance, percent)}
            <td></td>
        </tr>
        <Show when=move || open.get()>
            {lines.with_value(|lines| lines.iter().map(|one| line(one, is_material)).collect::<Vec<_>>())}
        </Show>
    }
}

fn line(line: &CostLineView, is_material: bool) -> impl IntoView + use<> {
    let tail = if line.is_incomplete {
        let word = if is_material { t::no_cost() } else { t::no_rate() };
        view! { <td colspan="3" class="no-rate"><State shape=Shape::Waiting word/></td><td></td> }.into_any()
    } else {
        view! {
            <td class="bar-cell">{bar(line.variance_percent)}</td>
            {difference(line.variance, line.variance_percent)}
            <td>{cause(line)}</td>
        }
        .into_any()
    };
    view! {
        <tr>
            <td class="indent" title=line.name.clone()>{short_name(&line.name)}</td>
            <td class="muted">{basis(line, is_material)}</td>
            {amount(line.planned)}{amount(line.actual)}{amount(line.still_to_come)}{amount(line.forecast)}
            {tail}
        </tr>
    }
}

fn total(sheet: &CostSheetView) -> impl IntoView + use<> {
    let variance = sheet.forecast_total - sheet.planned_total;
    let percent = share(variance, sheet.planned_total);
    let actual = sheet.groups.iter().map(|group| group.still_to_come).sum::<Decimal>();
    let planned = format::money(sheet.planned_unit);
    let note = match sheet.actual_unit {
        Some(unit) => t::total_note_actual(&planned, &format::money(unit)),
        None => t::total_note(&planned),
    };
    let rounding = (!sheet.rounding.is_zero()).then(|| {
        view! { <tr class="sub"><td class="indent">{t::rounding()}</td><td></td><td class="number">{format::fixed(sheet.rounding, 4)}</td><td colspan="7"></td></tr> }
    });
    view! {
        <tfoot>
            {rounding}
            <tr class="totals cost-total">
                <td>{t::total()}</td>
                <td></td>
                {amount(sheet.planned_total)}{amount(sheet.actual_total)}{amount(actual)}{amount(sheet.forecast_total)}
                <td class="bar-cell">{bar(percent)}</td>
                {difference(variance, percent)}
                <td class="muted">{note}</td>
            </tr>
            {by_products(sheet)}
        </tfoot>
    }
}

/// What the by-products take off, and what is left for the product.
fn by_products(sheet: &CostSheetView) -> Option<AnyView> {
    if sheet.by_products.is_empty() {
        return None;
    }
    let mut rest = [sheet.planned_total, sheet.actual_total, sheet.forecast_total];
    let mut rows = Vec::with_capacity(sheet.by_products.len());
    for one in &sheet.by_products {
        for (left, part) in rest.iter_mut().zip([one.planned, one.actual, one.forecast]) {
            *left -= part;
        }
        let name = t::by_product(&one.name, &format::number(one.cost_share_percent));
        let basis = format!("{} {}", format::number(one.quantity), one.unit_code);
        rows.push(view! {
            <tr class="sub">
                <td class="indent" title=name.clone()>{name.clone()}</td>
                <td class="muted">{basis}</td>
                {amount(-one.planned)}{amount(-one.actual)}{amount(one.actual - one.forecast)}{amount(-one.forecast)}
                <td colspan="4"></td>
            </tr>
        });
    }
    let [planned, actual, forecast] = rest;
    Some(
        view! {
            {rows}
            <tr class="totals">
                <td>{t::rest()}</td>
                <td></td>
                {amount(planned)}{amount(actual)}{amount(forecast - actual)}{amount(forecast)}
                <td colspan="4"></td>
            </tr>
        }
        .into_any(),
    )
}

fn amount(money: Decimal) -> impl IntoView {
    view! { <td class="number"><span class:zero=money.is_zero()>{format::money(money)}</span></td> }
}

fn difference(variance: Decimal, percent: Option<Decimal>) -> impl IntoView {
    let class = format!("number {}", tone(variance));
    let percent = percent.map(|percent| format::signed_percent(percent, 1));
    view! {
        <td class=class.clone()>{format::signed(variance, 2)}</td>
        <td class=class>{percent}</td>
    }
}

fn bar(percent: Option<Decimal>) -> impl IntoView {
    let percent = percent.unwrap_or_default();
    let half = (percent.abs() / BAR_SCALE).min(Decimal::ONE) * Decimal::from(50);
    let side = if percent > Decimal::ZERO { "over" } else { "under" };
    view! {
        <span class="variance" aria-hidden="true">
            {(!percent.is_zero()).then(|| view! { <i data-side=side style:width=format!("{}%", half.round_dp(2))></i> })}
        </span>
    }
}

/// An operation and its work center; once, where both have the same name.
fn short_name(name: &str) -> String {
    match name.split_once(", ") {
        Some((operation, work_center)) if operation == work_center => operation.to_owned(),
        Some(_) | None => name.to_owned(),
    }
}

/// A class for the number: red when more was spent, green when less.
fn tone(variance: Decimal) -> &'static str {
    match variance.round_dp(2).cmp(&Decimal::ZERO) {
        std::cmp::Ordering::Greater => "bad",
        std::cmp::Ordering::Less => "ok",
        std::cmp::Ordering::Equal => "muted",
    }
}

fn cause(line: &CostLineView) -> AnyView {
    let name = match line.cause.as_deref() {
        Some("price") => t::price(),
        Some("quantity") => t::quantity(),
        Some("time") => t::time(),
        Some("rate") => t::rate(),
        Some(_) | None => return view! { <span class="muted">{format::DASH}</span> }.into_any(),
    };
    let differs = line.actual_quantity != line.planned_quantity && !line.actual_quantity.is_zero();
    let detail = differs.then(|| {
        let number = |value: Decimal| format::number(value.round_dp(3));
        t::against(&number(line.actual_quantity), &line.unit_code, &number(line.planned_quantity))
    });
    view! { <span class="tag">{name}</span><span class="cause-detail">{detail}</span> }.into_any()
}

fn basis(line: &CostLineView, is_material: bool) -> String {
    let quantity = format::number(line.planned_quantity.round_dp(3));
    match line.planned_rate {
        Some(rate) if !rate.is_zero() => t::basis_rate(&quantity, &line.unit_code, &format::money(rate)),
        Some(_) | None if is_material => t::basis_no_cost(&quantity, &line.unit_code),
        Some(_) | None => t::basis_no_rate(&quantity, &line.unit_code),
    }
}

fn group_name(kind: &str) -> &'static str {
    match kind {
        "material" => t::material(),
        "work_center" => t::work_center(),
        _ => t::labour(),
    }
}

/// A part in percent of the whole; none when there is no whole.
fn share(part: Decimal, whole: Decimal) -> Option<Decimal> {
    part.checked_mul(Decimal::ONE_HUNDRED)?.checked_div(whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    #[test]
    fn a_share_of_nothing_is_no_share() {
        assert_eq!(share(decimal("100.05"), decimal("2154.50")).map(|share| share.round_dp(2)), Some(decimal("4.64")));
        assert_eq!(share(Decimal::ONE, Decimal::ZERO), None);
    }

    #[test]
    fn more_than_planned_is_red_and_less_is_green() {
        assert_eq!([tone(decimal("21")), tone(decimal("-33.75")), tone(decimal("0.001"))], ["bad", "ok", "muted"]);
    }

    #[test]
    fn a_missing_rate_is_said() {
        let line = CostLineView {
            name: "Control".to_owned(),
            planned_quantity: decimal("0.8"),
            planned_rate: None,
            unit_code: "h".to_owned(),
            planned: Decimal::ZERO,
            actual_quantity: Decimal::ZERO,
            actual: Decimal::ZERO,
            still_to_come: Decimal::ZERO,
            forecast: Decimal::ZERO,
            variance: Decimal::ZERO,
            variance_percent: None,
            cause: None,
            is_incomplete: true,
        };
        assert_eq!(basis(&line, false), "0.8 h, no rate");
        let with_rate = CostLineView { planned_rate: Some(decimal("12.5")), ..line };
        assert_eq!(basis(&with_rate, false), "0.8 h × 12.50");
    }
}
