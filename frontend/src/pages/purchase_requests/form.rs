//! The form of a purchase request by hand.

use leptos::prelude::*;
use mrp_api::purchase_requests::{CreatePurchaseRequest, GetPurchaseRequest};

use crate::i18n::text::purchase_requests as t;
use crate::links::Noun;
use crate::pages::products;
use crate::ui::field::Field;
use crate::ui::record::{Record, record_page};

/// The page of a new request.
#[must_use]
pub fn page() -> AnyView {
    let record = Record::of::<GetPurchaseRequest, CreatePurchaseRequest>("purchase_request", t::title(), fields())
        .creates::<CreatePurchaseRequest>(t::new())
        .named_by("number");
    record_page(record, Noun::PurchaseRequests, None)
}

fn fields() -> Vec<Field> {
    let line = vec![
        Field::record("product_id", t::product(), products::picker()).required(),
        Field::number("quantity", t::quantity()).above(0).required().hint(t::quantity_hint()),
        Field::date("needed_on", t::needed_on()),
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
        let samples = [("product_id", "0198a000-0000-7000-8000-000000000001"), ("quantity", "3")];
        crate::ui::form::assert_fits::<PurchaseRequestLineInput>(&line, &samples);
    }
}
