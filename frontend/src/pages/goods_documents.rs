//! What transfers and deliveries share: the form of a new one, and the page of one that is posted.

use leptos::prelude::*;
use leptos::task::spawn_local;
use mrp_api::access::Permission;
use mrp_api::stock::GoodsLineView;
use serde_json::{Value, json};

use crate::api::Pending;
use crate::i18n::text::{self, goods_documents as t, lots as l, nav, stock as s};
use crate::links::{Noun, Place};
use crate::pages::products;
use crate::pages::setting::units;
use crate::ui::button::{Button, Look};
use crate::ui::cell::Cell;
use crate::ui::field::Field;
use crate::ui::field_view::{Fields, focus_on};
use crate::ui::form::Form;
use crate::ui::page::{Fact, Head as PageHead, set_crumbs};
use crate::ui::shortcuts::shortcut;
use crate::ui::table::{FactTable, Head, Line};
use crate::ui::toast;
use crate::{format, history, session};

/// The lines of goods that leave a warehouse.
#[must_use]
pub fn lines_field() -> Field {
    Field::lines("lines", t::lines(), line_fields()).required()
}

/// The same of a delivery, whose lines may be for lines of a sales order.
#[must_use]
pub fn delivery_lines_field() -> Field {
    let mut fields = line_fields();
    fields.push(Field::hidden("sales_order_line_id"));
    Field::lines("lines", t::lines(), fields).required()
}

fn line_fields() -> Vec<Field> {
    vec![
        Field::record("product_id", s::product(), products::picker()).required(),
        Field::number("quantity", s::quantity()).above(0).required(),
        Field::record("unit_id", s::unit(), units::picker()).hint(s::unit_hint()),
        Field::text("lot_numbers", l::lot_numbers(), 4_000).nullable().hint(t::lots_hint()),
    ]
}

/// The form of a new document.
pub struct NewDocument {
    /// The noun it belongs to.
    pub noun: Noun,
    /// The list's name.
    pub plural: &'static str,
    /// Its own name.
    pub title: &'static str,
    /// What the button does.
    pub verb: &'static str,
    /// The fields above the lines.
    pub fields: Vec<Field>,
    /// Where goods are named line by line, if they are.
    pub lines: Option<Field>,
    /// What it starts with when the address says more than a product; none: the address's product.
    pub start: Option<Pending<Value>>,
    /// Whether the person may post one.
    pub may: bool,
    /// Posts it; gives its id and what to say.
    pub post: fn(Value) -> Pending<(String, String)>,
}

/// Where a document of stock stands.
pub fn crumbs(noun: Noun, plural: &str, title: &str) {
    let stock = (nav::stock().to_owned(), Some(Place::Stock.href()));
    set_crumbs(vec![stock, (plural.to_owned(), Some(noun.list())), (title.to_owned(), None)]);
}

/// Draws the form.
#[must_use]
pub fn new_page(document: NewDocument) -> AnyView {
    let NewDocument { noun, plural, title, verb, mut fields, lines, start, may, post } = document;
    crumbs(noun, plural, title);
    let first = fields.first().map(|field| format!("field-{}", field.name));
    fields.extend(lines);
    let form = Form::new(fields);
    let query = history::location().with_untracked(|at| at.query.clone());
    let given = |wanted: &str| query.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.clone());
    let line = json!({
        "product_id": given("product_id"), "quantity": given("quantity"), "unit_id": null, "lot_numbers": given("lot_numbers"),
    });
    let busy = RwSignal::new(false);
    match start {
        None => form.fill(&json!({ "warehouse_id": given("warehouse_id"), "lines": [line] })),
        Some(start) => spawn_local(async move {
            // Nobody waits for it any more when the page is gone.
            match (start.await, busy.try_get_untracked()) {
                (_, None) => {}
                (Ok(start), Some(_)) => form.fill(&start),
                (Err(failure), Some(_)) => toast::failed(&failure),
            }
        }),
    }
    let run = move || {
        let Some(body) = form.body().filter(|_| may && !busy.get_untracked()) else { return };
        busy.set(true);
        spawn_local(async move {
            let answer = post(body).await;
            busy.try_set(false);
            match answer {
                Ok((id, told)) => {
                    toast::done(told);
                    history::replace(&noun.record(id));
                }
                Err(failure) => form.failed(&failure),
            }
        });
    };
    shortcut("ctrl+s", verb, run);
    shortcut("ctrl+Enter", verb, run);
    if let Some(first) = first {
        request_animation_frame(move || focus_on(&first));
    }
    let reason = (!may).then(|| text::form::no_permission().to_owned());
    view! {
        <div class="page">
            <PageHead title=title.to_owned()>
                <Button label=text::form::cancel() on_press=move |()| history::go(&noun.list())/>
                <Button label=verb look=Look::Primary busy reason=Signal::stored(reason) on_press=move |()| run()/>
            </PageHead>
            <div class="page-scroll wide-form"><Fields form/></div>
        </div>
    }
    .into_any()
}

/// The page of a posted document: what is told of it, what it is for, and its lines.
#[must_use]
pub fn posted(
    title: String,
    facts: Vec<(&'static str, String)>,
    serves: Option<AnyView>,
    lines: Vec<GoodsLineView>,
) -> AnyView {
    let sees_cost = session::may(Permission::CostRead);
    let mut heads = vec![
        Head::text(s::code()).width(160),
        Head::text(s::product()),
        Head::text(l::lot()).width(200),
        Head::number(s::quantity()).width(160),
    ];
    if sees_cost {
        heads.push(Head::number(format!("{}, {}", s::value(), session::currency())).width(180));
    }
    let rows = Callback::new(move |()| lines.iter().map(|line| line_of(line, sees_cost)).collect());
    let facts = facts.into_iter().filter(|(_, value)| !value.is_empty());
    let facts = facts.map(|(label, value)| view! { <Fact label>{value}</Fact> }).collect_view();
    view! {
        <header class="record-head receipt-head">
            <div class="record-line"><h1 class="record-title"><b>{title}</b></h1></div>
            <dl class="facts">{facts}{serves}</dl>
        </header>
        <div class="table-scroll"><FactTable title=t::lines() heads lines=rows/></div>
    }
    .into_any()
}

fn line_of(line: &GoodsLineView, sees_cost: bool) -> Line {
    let mut cells = vec![
        Cell::Code(line.product_code.clone()),
        Cell::Link(line.product_name.clone(), Noun::Products.record(line.product_id)),
        match (line.lot_id, &line.lot_number) {
            (Some(id), Some(number)) => Cell::Link(number.clone(), Noun::Lots.record(id)),
            _ => Cell::Empty,
        },
        Cell::quantity(line.quantity, line.unit_code.clone()),
    ];
    if sees_cost {
        cells.push(line.value.map_or(Cell::Empty, Cell::money));
    }
    Line::new(cells)
}

/// When a document was posted, as a fact.
#[must_use]
pub fn posted_at(at: mrp_domain::time::Instant) -> (&'static str, String) {
    (t::when(), format::moment(at))
}

#[cfg(test)]
mod tests {
    use mrp_api::stock::GoodsLineInput;

    use super::*;

    #[test]
    fn a_line_sends_what_the_api_takes() {
        let some = "0192d3c4-0000-7000-8000-000000000001";
        crate::ui::form::assert_fits::<GoodsLineInput>(&line_fields(), &[("product_id", some), ("quantity", "2")]);
    }
}
