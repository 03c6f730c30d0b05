//! The form of a purchase request by hand.

use leptos::prelude::*;
use mrp_api::purchase_requests::{CreatePurchaseRequest, GetPurchaseRequest, UpdatePurchaseRequest};

use crate::i18n::text::purchase_requests as t;
use crate::links::Noun;
use crate::pages::{products, suppliers};
use crate::ui::field::Field;
use crate::ui::record::{Record, record_page};

/// The page of a new request.
#[must_use]
pub fn page() -> AnyView {
    record_page(record().creates::<CreatePurchaseRequest>(t::new()), Noun::PurchaseRequests, None)
}

/// The form of a request that exists.
#[must_use]
pub fn record() -> Record {
    Record::of::<GetPurchaseRequest, UpdatePurchaseRequest>("purchase_request", t::title(), fields()).named_by("number")
}

fn fields() -> Vec<Field> {
    let line = vec![
        Field::hidden("id"),
        Field::record("product_id", t::product(), products::picker()).required().label_from("product_name"),
        Field::number("quantity", t::quantity()).above(0).required().hint(t::quantity_hint()),
        Field::date("needed_on", t::needed_on()),
        Field::record("supplier_id", t::supplier(), suppliers::picker()).label_from("supplier_name"),
    ];
    vec![Field::long_text("note", t::note()).hint(t::note_hint()), Field::lines("lines", t::lines(), line).required()]
}

#[cfg(test)]
mod tests {
    use mrp_api::purchase_requests::PurchaseRequestLineInput;

    use super::*;
    use crate::ui::field::Kind;

    #[test]
    fn a_line_sends_what_the_api_takes() {
        let all = fields();
        let Some(Kind::Lines(line)) = all.last().map(|field| field.kind.clone()) else { panic!("no lines") };
        let line = line.into_iter().filter(|field| field.name != "id").collect::<Vec<_>>();
        let samples = [("product_id", "0198a000-0000-7000-8000-000000000001"), ("quantity", "3")];
        crate::ui::form::assert_fits::<PurchaseRequestLineInput>(&line, &samples);
    }
}
