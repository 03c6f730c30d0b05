//! Units of measure: list and form.

use leptos::prelude::*;
use leptos::task::spawn_local;
use mrp_api::data_files::DataFileKind;
use mrp_api::endpoint::{Empty, IdPath};
use mrp_api::unit_uses::{GetUnitUses, UnitUse};
use mrp_api::units::{CreateUnit, DeleteUnit, GetUnit, ListUnits, UnitView, UpdateUnit};
use mrp_domain::ids::UnitId;
use serde_json::Value;

use crate::api;
use crate::format;
use crate::i18n::text::setting as t;
use crate::pages::setting::{record_on, unit_categories};
use crate::ui::cell::Cell;
use crate::ui::field::Field;
use crate::ui::field_view::Fields;
use crate::ui::form::Form;
use crate::ui::list::{Column, Filter, List, list_page};
use crate::ui::list_state::RowKey;
use crate::ui::picker::{Choice, Picker};
use crate::ui::record::{Record, RecordDialog};
use crate::ui::state::{Note, Shape};

/// The tab.
#[must_use]
pub fn tab() -> AnyView {
    let columns = vec![
        Column::new("code", t::unit_code(), |row: &UnitView| Cell::Name(row.code.clone())).width(120).sortable(),
        Column::new("name", t::name(), |row: &UnitView| Cell::text(row.name.clone())).sortable(),
        Column::new("category", t::unit_category(), |row: &UnitView| Cell::text(row.unit_category_name.clone()))
            .width(180),
        Column::new("ratio", t::ratio(), |row: &UnitView| {
            Cell::text(ratio(row.ratio_numerator, row.ratio_denominator))
        })
        .width(180)
        .number(),
        Column::new("rounding_step", t::rounding_step(), |row: &UnitView| Cell::quantity(row.rounding_step, &row.code))
            .width(150)
            .number(),
        Column::new("state", t::state(), |row: &UnitView| Cell::active(row.active)).width(110),
    ];
    let list = List::of::<ListUnits, _>("unit", t::units(), columns, |row| RowKey {
        id: row.id.to_string(),
        name: row.name.clone(),
        version: row.version,
        href: record_on("units", &row.id.to_string()),
        is_muted: !row.active,
    })
    .creates::<CreateUnit>(t::unit_new(), record_on("units", "new"))
    .filter(Filter::active())
    .edits::<GetUnit, UpdateUnit>(fields())
    .files(DataFileKind::Units)
    .empty(t::unit_empty(), t::unit_hint())
    .embedded();
    let record = Record::of::<GetUnit, UpdateUnit>("unit", t::units(), fields())
        .creates::<CreateUnit>(t::unit_new())
        .deletes::<DeleteUnit>()
        .drawn(draw);
    view! { {list_page(list)} <RecordDialog record/> }.into_any()
}

/// Chooses an active unit.
#[must_use]
pub fn picker() -> Picker {
    let choice = |row: UnitView| Choice::new(row.id, row.code, row.name);
    Picker::of::<ListUnits, GetUnit, _, _>(choice, choice).only("active", "true")
}

/// A unit's exact ratio: `1,000`, `1/1,000`, or that it is the reference itself.
fn ratio(numerator: i64, denominator: i64) -> String {
    match (numerator, denominator) {
        (1, 1) => t::ratio_reference().to_owned(),
        (numerator, 1) => format::whole(numerator),
        (numerator, denominator) => format!("{}/{}", format::whole(numerator), format::whole(denominator)),
    }
}

/// The form. What gives amounts their meaning is locked as soon as there are any, with the reason above it.
fn draw(form: Form, view: Value, read_only: bool) -> AnyView {
    let Some(id) = view.get("id").and_then(Value::as_str).and_then(|id| id.parse::<UnitId>().ok()) else {
        return view! { <Fields form read_only/> }.into_any();
    };
    let uses = RwSignal::new(None::<Vec<UnitUse>>);
    spawn_local(async move {
        // Without an answer everything stays open; the server refuses what may not be.
        let answer = api::get::<GetUnitUses>(&IdPath { id }, &Empty {}).await;
        uses.try_set(Some(answer.map(|view| view.uses).unwrap_or_default()));
    });
    let is_locked = Memo::new(move |_| uses.with(|uses| uses.as_ref().is_none_or(|uses| !uses.is_empty())));
    let why = move || uses.with(|uses| uses.as_deref().filter(|uses| !uses.is_empty()).map(used_by));
    view! {
        {move || why().map(|why| view! {
            <Note shape=Shape::None title=t::unit_locked()>{why}" "{t::unit_locked_hint()}</Note>
        })}
        {move || view! { <Fields form read_only exists=is_locked.get()/> }}
    }
    .into_any()
}

/// Products first, then recipes; what else there is counts as one.
fn used_by(uses: &[UnitUse]) -> String {
    let count =
        |kinds: &[&str]| uses.iter().filter(|one| kinds.contains(&one.kind.as_str())).map(|one| one.count).sum();
    let (products, lines): (u64, u64) = (count(&["product"]), count(&["bom", "bom_line", "bom_by_product"]));
    let all: u64 = uses.iter().map(|one| one.count).sum();
    let others = all - products - lines;
    let told = [
        (products > 0).then(|| t::used_by_products(products)),
        (lines > 0).then(|| t::used_by_lines(lines)),
        (others > 0).then(|| t::used_by_others(others)),
    ];
    t::used_by(&told.into_iter().flatten().collect::<Vec<_>>().join(", "))
}

fn fields() -> Vec<Field> {
    vec![
        Field::text("code", t::unit_code(), 20).required().span(4),
        Field::text("name", t::name(), 100).required().span(8),
        Field::record("unit_category_id", t::unit_category(), unit_categories::picker())
            .required()
            .label_from("unit_category_name")
            .fixed()
            .span(12),
        Field::whole("ratio_numerator", t::ratio_numerator())
            .required()
            .min(1)
            .start("1")
            .fixed()
            .span(6)
            .hint(t::ratio_numerator_hint()),
        Field::whole("ratio_denominator", t::ratio_denominator()).required().min(1).start("1").fixed().span(6),
        Field::number("rounding_step", t::rounding_step())
            .required()
            .above(0)
            .start("1")
            .fixed()
            .span(6)
            .hint(t::rounding_step_hint()),
        Field::check("active", t::active()).start("true").hint(t::active_hint()),
    ]
}

#[cfg(test)]
mod tests {
    use mrp_api::units::UnitInput;

    use super::*;

    #[test]
    fn the_form_sends_what_the_api_takes() {
        let category = "0197a9f0-0000-7000-8000-000000000001";
        let samples = [("code", "kg"), ("name", "Kilogram"), ("unit_category_id", category)];
        crate::ui::form::assert_fits::<UnitInput>(&fields(), &samples);
    }

    #[test]
    fn a_used_unit_says_by_what_with_everything_else_in_one_number() {
        let uses = [("bom_line", 3), ("offer", 1), ("product", 1), ("purchase_order_line", 4)];
        let uses = uses.map(|(kind, count)| UnitUse { kind: kind.to_owned(), count });
        assert_eq!(used_by(&uses), "Used by 1 product, 3 lines of recipes, 5 other records.");
    }

    #[test]
    fn a_ratio_is_shown_exactly_and_never_as_a_rounded_number() {
        assert_eq!(ratio(1, 3), "1/3");
        assert_eq!(ratio(1000, 1), "1,000");
        assert_eq!(ratio(1, 1), "reference");
    }
}
