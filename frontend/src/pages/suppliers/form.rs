//! The form of a supplier, and below it what it sells.

use leptos::prelude::*;
use mrp_api::suppliers::{CreateSupplier, DeleteSupplier, GetSupplier, SupplierView, UpdateSupplier};
use serde_json::Value;

use crate::i18n::text::suppliers as t;
use crate::links::Noun;
use crate::pages::suppliers::prices::{Of, Prices};
use crate::ui::field::Field;
use crate::ui::field_view::Fields;
use crate::ui::form::Form;
use crate::ui::record::{Record, record_page};

/// The page of one supplier, or of a new one.
#[must_use]
pub fn page(id: Option<String>) -> AnyView {
    let record = Record::of::<GetSupplier, UpdateSupplier>("supplier", t::title(), fields())
        .creates::<CreateSupplier>(t::new())
        .deletes::<DeleteSupplier>()
        .drawn(draw);
    record_page(record, Noun::Suppliers, id)
}

fn draw(form: Form, view: Value, read_only: bool) -> AnyView {
    let supplier = crate::json::read::<SupplierView>(view).ok();
    let exists = supplier.is_some();
    view! {
        <div class="body"><div class="body-main">
            <Fields form read_only exists/>
            {supplier.map(|supplier| view! { <Prices of=Of::Supplier(supplier.id)/> })}
        </div></div>
    }
    .into_any()
}

/// Its fields.
#[must_use]
pub fn fields() -> Vec<Field> {
    vec![
        Field::text("code", t::code(), 40).required().span(3),
        Field::text("name", t::name(), 200).required().span(6),
        Field::text("email", t::email(), 254).span(3).hint(t::email_hint()),
        Field::whole("lead_days", t::lead_days())
            .required()
            .min(0)
            .max(3660)
            .start("0")
            .unit(t::days())
            .hint(t::lead_days_hint()),
        Field::number("over_receipt_percent", t::over_receipt())
            .required()
            .min(0)
            .max(100)
            .start("0")
            .unit("%")
            .hint(t::over_receipt_hint()),
        Field::long_text("note", t::note()),
        Field::check("active", t::active()).start("true").hint(t::active_hint()),
    ]
}

#[cfg(test)]
mod tests {
    use mrp_api::suppliers::SupplierInput;

    use super::*;

    #[test]
    fn the_form_sends_what_the_api_takes() {
        crate::ui::form::assert_fits::<SupplierInput>(&fields(), &[("code", "STEEL"), ("name", "Oțel Prim SRL")]);
    }
}
