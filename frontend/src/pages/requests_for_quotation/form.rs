//! The form of a request for quotation by hand.

use leptos::prelude::*;
use mrp_api::requests_for_quotation::{CreateRequestForQuotation, GetRequestForQuotation};

use crate::i18n::text::requests_for_quotation as t;
use crate::links::Noun;
use crate::pages::{products, suppliers};
use crate::ui::field::Field;
use crate::ui::record::{Record, record_page};

/// The page of a new request for quotation.
#[must_use]
pub fn page() -> AnyView {
    let record =
        Record::of::<GetRequestForQuotation, CreateRequestForQuotation>("request_for_quotation", t::title(), fields())
            .creates::<CreateRequestForQuotation>(t::new())
            .named_by("number");
    record_page(record, Noun::RequestsForQuotation, None)
}

fn fields() -> Vec<Field> {
    let line = vec![
        Field::record("product_id", t::product(), products::picker()).required(),
        Field::number("quantity", t::quantity()).above(0).required().hint(t::quantity_hint()),
        Field::date("needed_on", t::needed()),
    ];
    vec![
        Field::lines("lines", t::lines(), line).required(),
        Field::records("supplier_ids", t::asked(), suppliers::picker()).hint(t::asked_hint()),
        Field::date("answer_by", t::answer_by()),
        Field::text("note", t::note(), 4_000).span(8),
    ]
}

#[cfg(test)]
mod tests {
    use mrp_api::requests_for_quotation::QuotationLineInput;

    use super::*;
    use crate::ui::field::Kind;

    #[test]
    fn a_line_sends_what_the_api_takes() {
        let all = fields();
        let Some(Kind::Lines(line)) = all.first().map(|field| field.kind.clone()) else { panic!("no lines") };
        let samples = [("product_id", "0198a000-0000-7000-8000-000000000001"), ("quantity", "3")];
        crate::ui::form::assert_fits::<QuotationLineInput>(&line, &samples);
    }
}
