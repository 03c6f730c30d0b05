//! Public holidays and technical shutdowns: list and form.

use leptos::prelude::*;
use mrp_api::data_files::DataFileKind;
use mrp_api::shop_closures::{
    ClosureKind, CreateShopClosure, DeleteShopClosure, GetShopClosure, ListShopClosures, ShopClosureView,
    UpdateShopClosure,
};

use crate::format;
use crate::i18n::text::setting as t;
use crate::pages::setting::record_on;
use crate::pages::work_centers;
use crate::ui::cell::Cell;
use crate::ui::field::{Field, words};
use crate::ui::list::{Column, List, list_page};
use crate::ui::list_state::RowKey;
use crate::ui::record::{Record, RecordDialog};

/// The tab.
#[must_use]
pub fn tab() -> AnyView {
    let columns = vec![
        Column::new("date_from", t::date_from(), |row: &ShopClosureView| Cell::text(shown(&row.date_from)))
            .width(150)
            .sortable(),
        Column::new("date_until", t::date_until(), |row: &ShopClosureView| Cell::text(shown(&row.date_until)))
            .width(150),
        Column::new("hours", t::hours(), |row: &ShopClosureView| Cell::text(hours(row))).width(130),
        Column::new("reason", t::closure_reason(), |row: &ShopClosureView| Cell::Name(row.reason.clone())),
        Column::new("kind", t::closure_kind(), |row: &ShopClosureView| Cell::text(kind_name(row.kind))).width(170),
        Column::new("where", t::closure_where(), |row: &ShopClosureView| {
            Cell::text(row.work_center_name.clone().unwrap_or_else(|| t::whole_company().to_owned()))
        })
        .width(170),
    ];
    let list = List::of::<ListShopClosures, _>("shop_closure", t::closures(), columns, |row| RowKey {
        id: row.id.to_string(),
        name: row.reason.clone(),
        version: row.version,
        href: record_on("closures", &row.id.to_string()),
        is_muted: false,
    })
    .creates::<CreateShopClosure>(t::closure_new(), record_on("closures", "new"))
    .edits::<GetShopClosure, UpdateShopClosure>(fields())
    .files(DataFileKind::ShopClosures)
    .empty(t::closure_empty(), t::closure_hint())
    .embedded();
    let record = Record::of::<GetShopClosure, UpdateShopClosure>("shop_closure", t::closures(), fields())
        .creates::<CreateShopClosure>(t::closure_new())
        .deletes::<DeleteShopClosure>()
        .named_by("reason");
    view! { {list_page(list)} <RecordDialog record/> }.into_any()
}

fn kind_name(kind: ClosureKind) -> &'static str {
    match kind {
        ClosureKind::PublicHoliday => t::public_holiday(),
        ClosureKind::TechnicalShutdown => t::technical_shutdown(),
    }
}

fn shown(date: &str) -> String {
    format::parse_iso_date(date).map_or_else(|| date.to_owned(), format::day)
}

fn hours(row: &ShopClosureView) -> String {
    match (&row.time_from, &row.time_until) {
        (None, None) => t::whole_day().to_owned(),
        (from, until) => {
            format!("{}–{}", from.as_deref().unwrap_or("00:00"), until.as_deref().unwrap_or("24:00"))
        }
    }
}

fn fields() -> Vec<Field> {
    vec![
        Field::text("reason", t::closure_reason(), 200).required().span(8),
        Field::choice("kind", t::closure_kind(), words(ClosureKind::ALL, ClosureKind::as_str, kind_name))
            .required()
            .span(4),
        Field::date("date_from", t::date_from()).required().span(3),
        Field::date("date_until", t::date_until()).required().span(3),
        Field::time("time_from", t::time_from()).span(3).hint(t::time_hint()),
        Field::time("time_until", t::time_until()).span(3),
        Field::record("work_center_id", t::closure_where(), work_centers::picker())
            .label_from("work_center_name")
            .span(12)
            .hint(t::closure_where_hint()),
    ]
}

#[cfg(test)]
mod tests {
    use mrp_api::shop_closures::ShopClosureInput;

    use super::*;

    #[test]
    fn the_form_sends_what_the_api_takes() {
        let samples = [("reason", "Crăciun"), ("date_from", "2026-12-25"), ("date_until", "2026-12-26")];
        crate::ui::form::assert_fits::<ShopClosureInput>(&fields(), &samples);
    }
}
