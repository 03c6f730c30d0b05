//! Reasons of scrap and downtime: list and form.

use leptos::prelude::*;
use mrp_api::data_files::DataFileKind;
use mrp_api::loss_reasons::{
    CreateLossReason, DeleteLossReason, GetLossReason, ListLossReasons, LossReasonView, UpdateLossReason,
};
use mrp_domain::loss_reason::{DowntimeClass, LossKind};

use crate::i18n::text::setting as t;
use crate::pages::setting::record_on;
use crate::ui::cell::Cell;
use crate::ui::field::{Field, words};
use crate::ui::list::{Column, Filter, List, list_page};
use crate::ui::list_state::RowKey;
use crate::ui::picker::{Choice, Picker};
use crate::ui::record::{Record, RecordDialog};

/// The tab.
#[must_use]
pub fn tab() -> AnyView {
    let class = |row: &LossReasonView| row.downtime_class.map_or(Cell::Empty, |class| Cell::text(class_name(class)));
    let columns = vec![
        Column::new("code", t::code(), |row: &LossReasonView| Cell::Code(row.code.clone())).width(140).sortable(),
        Column::new("name", t::name(), |row: &LossReasonView| Cell::Name(row.name.clone())).sortable(),
        Column::new("kind", t::loss_kind(), |row: &LossReasonView| Cell::text(kind_name(row.kind)))
            .width(140)
            .sortable(),
        Column::new("downtime_class", t::downtime_class(), class).width(160),
        Column::new("state", t::state(), |row: &LossReasonView| Cell::active(row.active)).width(110),
    ];
    let list = List::of::<ListLossReasons, _>("loss_reason", t::loss_reasons(), columns, |row| RowKey {
        id: row.id.to_string(),
        name: row.name.clone(),
        version: row.version,
        href: record_on("loss_reasons", &row.id.to_string()),
        is_muted: !row.active,
    })
    .creates::<CreateLossReason>(t::loss_reason_new(), record_on("loss_reasons", "new"))
    .filter(Filter::active())
    .filter(Filter::choice("kind", t::loss_kind(), words(LossKind::ALL, LossKind::as_str, kind_name)))
    .edits::<GetLossReason, UpdateLossReason>(fields())
    .files(DataFileKind::LossReasons)
    .empty(t::loss_reason_empty(), t::loss_reason_hint())
    .embedded();
    let record = Record::of::<GetLossReason, UpdateLossReason>("loss_reason", t::loss_reasons(), fields())
        .creates::<CreateLossReason>(t::loss_reason_new())
        .deletes::<DeleteLossReason>();
    view! { {list_page(list)} <RecordDialog record/> }.into_any()
}

/// Chooses an active reason of scrap.
#[must_use]
pub fn scrap_picker() -> Picker {
    let choice = |row: LossReasonView| Choice::new(row.id, row.name, row.code);
    Picker::of::<ListLossReasons, GetLossReason, _, _>(choice, choice).only("active", "true").only("kind", "scrap")
}

fn kind_name(kind: LossKind) -> &'static str {
    match kind {
        LossKind::Scrap => t::loss_scrap(),
        LossKind::Downtime => t::loss_downtime(),
    }
}

/// What a class of downtime is called.
#[must_use]
pub fn class_name(class: DowntimeClass) -> &'static str {
    match class {
        DowntimeClass::Planned => t::downtime_planned(),
        DowntimeClass::Unplanned => t::downtime_unplanned(),
    }
}

fn fields() -> Vec<Field> {
    vec![
        Field::text("code", t::code(), 40).required().span(4),
        Field::text("name", t::name(), 200).required().span(8),
        Field::choice("kind", t::loss_kind(), words(LossKind::ALL, LossKind::as_str, kind_name)).required().span(6),
        Field::choice(
            "downtime_class",
            t::downtime_class(),
            words(DowntimeClass::ALL, DowntimeClass::as_str, class_name),
        )
        .start("")
        .hint(t::downtime_class_hint())
        .span(6),
        Field::check("active", t::active()).start("true").hint(t::active_hint()),
    ]
}

#[cfg(test)]
mod tests {
    use mrp_api::loss_reasons::LossReasonInput;

    use super::*;

    #[test]
    fn the_form_sends_what_the_api_takes() {
        let scrap = [("code", "SCRATCH"), ("name", "Scratched"), ("kind", "scrap")];
        crate::ui::form::assert_fits::<LossReasonInput>(&fields(), &scrap);
    }
}
