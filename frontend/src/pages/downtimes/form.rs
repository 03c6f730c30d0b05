//! The form of a downtime.

use leptos::prelude::*;
use mrp_api::downtimes::{CreateDowntime, DeleteDowntime, GetDowntime, UpdateDowntime};

use crate::format;
use crate::i18n::text::downtimes as t;
use crate::links::Noun;
use crate::pages::downtimes::reason_picker;
use crate::pages::work_centers;
use crate::ui::field::Field;
use crate::ui::record::{Record, record_page};

/// The page of one downtime, or of a new one.
#[must_use]
pub fn page(id: Option<String>) -> AnyView {
    let record = Record::of::<GetDowntime, UpdateDowntime>("downtime", t::title(), fields())
        .named_by("work_center_name")
        .creates::<CreateDowntime>(t::new())
        .deletes::<DeleteDowntime>();
    record_page(record, Noun::Downtimes, id)
}

/// Its fields.
#[must_use]
pub fn fields() -> Vec<Field> {
    vec![
        Field::record("work_center_id", t::work_center(), work_centers::picker())
            .required()
            .label_from("work_center_name"),
        Field::record("loss_reason_id", t::reason(), reason_picker())
            .required()
            .label_from("loss_reason_name")
            .hint(t::reason_hint()),
        Field::moment("started_at", t::started()).required().start(format::input_of_instant(format::now())),
        Field::moment("finished_at", t::finished()).hint(t::finished_hint()),
        Field::long_text("note", t::note()),
    ]
}

#[cfg(test)]
mod tests {
    use mrp_api::downtimes::DowntimeInput;

    use super::*;

    #[test]
    fn the_form_sends_what_the_api_takes() {
        let center = ("work_center_id", "01890a5d-ac96-774b-bcce-b302099a8057");
        let reason = ("loss_reason_id", "01890a5d-ac96-774b-bcce-b302099a8057");
        crate::ui::form::assert_fits::<DowntimeInput>(&fields(), &[center, reason, ("started_at", "2026-11-27T06:00")]);
    }
}
