//! The form of a manufacturing order: product, quantity and deadline suffice; the rest fills itself in.

use leptos::prelude::*;
use leptos::task::spawn_local;
use mrp_api::access::Permission;
use mrp_api::boms::{BomQuery, BomRow, ListBoms};
use mrp_api::endpoint::Empty;
use mrp_api::manufacturing_orders::{CreateManufacturingOrder, GetManufacturingOrder, UpdateManufacturingOrder};
use mrp_domain::bom::{BomState, EffectiveDays};
use mrp_domain::ids::ProductId;
use mrp_domain::manufacturing_order::Priority;
use mrp_domain::time::{Instant, Seconds};
use serde_json::Value;
use time::Date;

use crate::api;
use crate::format;
use crate::i18n::text::manufacturing_orders as t;
use crate::links::Noun;
use crate::pages::manufacturing_orders::priority_name;
use crate::pages::setting::warehouses;
use crate::pages::{boms, products, routings, users};
use crate::ui::field::{Field, words};
use crate::ui::field_view::{Fields, focus_on};
use crate::ui::form::Form;
use crate::ui::record::{Record, record_page};
use crate::ui::state::{Shape, State};

/// Days from today to the deadline that a new order starts with.
const DEADLINE_DAYS: u64 = 7;
/// The hour of that deadline on the shop's clock.
const DEADLINE_CLOCK: &str = "16:00";

/// The page of a new order.
#[must_use]
pub fn new_page() -> AnyView {
    let record = Record::of::<GetManufacturingOrder, UpdateManufacturingOrder>(
        "manufacturing_order",
        t::title(),
        draft_fields(format::now()),
    )
    .creates::<CreateManufacturingOrder>(t::new())
    .named_by("number")
    .drawn(draw);
    request_animation_frame(|| focus_on("field-product_id"));
    record_page(record, Noun::ManufacturingOrders, None)
}

/// The form of an order that exists; once it is confirmed only a few fields can still change.
#[must_use]
pub fn record(is_draft: bool) -> Record {
    let fields = if is_draft { draft_fields(format::now()) } else { later_fields(format::now()) };
    Record::of::<GetManufacturingOrder, UpdateManufacturingOrder>("manufacturing_order", t::edit(), fields)
        .named_by("number")
}

fn draft_fields(now: Instant) -> Vec<Field> {
    let [deadline, start, priority, responsible, notes] = shared_fields(now);
    vec![
        Field::record("product_id", t::product(), products::made_picker())
            .label_from("product_name")
            .required()
            .span(4),
        Field::number("quantity", t::quantity()).above(0).required().span(4),
        deadline,
        Field::record("bom_id", t::bom(), boms::picker()).hint(t::bom_hint()).heading(t::more()),
        Field::record("routing_id", t::routing(), routings::picker())
            .label_from("routing_name")
            .hint(t::routing_hint()),
        start,
        priority,
        responsible,
        Field::record("components_warehouse_id", t::from_warehouse(), warehouses::picker())
            .label_from("components_warehouse_name")
            .needs(Permission::StockRead)
            .hint(t::warehouse_hint()),
        Field::record("finished_products_warehouse_id", t::to_warehouse(), warehouses::picker())
            .label_from("finished_products_warehouse_name")
            .needs(Permission::StockRead)
            .hint(t::warehouse_hint()),
        notes,
    ]
}

fn later_fields(now: Instant) -> Vec<Field> {
    let [deadline, start, priority, responsible, notes] = shared_fields(now);
    vec![deadline, start, priority, responsible, notes]
}

/// What many orders can have alike, at any time of their lives.
#[must_use]
pub fn bulk_fields() -> Vec<Field> {
    let [deadline, start, priority, responsible, _] = shared_fields(format::now());
    vec![deadline, start, priority, responsible]
}

fn shared_fields(now: Instant) -> [Field; 5] {
    let normal = Priority::Normal.as_str();
    [
        Field::moment("date_deadline", t::deadline()).required().start(default_deadline(now)),
        Field::moment("planned_start", t::planned_start()).hint(t::planned_start_hint()),
        Field::choice("priority", t::priority(), words(Priority::ALL, Priority::as_str, priority_name))
            .start(normal)
            .span(4),
        Field::record("responsible_id", t::responsible(), users::picker())
            .label_from("responsible_name")
            .needs(Permission::UserRead)
            .span(4),
        Field::long_text("notes", t::notes()),
    ]
}

/// A week from today, in the afternoon, as a date and time input spells it.
fn default_deadline(now: Instant) -> String {
    let day = format::local(now.plus(Seconds::from_hours(DEADLINE_DAYS * 24))).date();
    format!("{}T{DEADLINE_CLOCK}", format::iso_date(day))
}

/// The fields, and below them what the chosen product will use.
fn draw(form: Form, _view: Value, read_only: bool) -> AnyView {
    view! { <Fields form read_only/> {what_is_used(form)} }.into_any()
}

/// Says which recipe and routing the order will use when none are chosen.
fn what_is_used(form: Form) -> AnyView {
    let found = RwSignal::new(None::<Option<BomRow>>);
    let product = form.slot("product_id").map(|slot| slot.value);
    let start = form.slot("planned_start").map(|slot| slot.value);
    Effect::new(move |_| {
        if let Some(start) = start {
            start.track();
        }
        let chosen = product.map(|product| product.get()).and_then(|id| id.parse::<ProductId>().ok());
        found.set(None);
        if let Some(product_id) = chosen {
            let query = BomQuery { product_id: Some(product_id), ..BomQuery::default() };
            spawn_local(async move {
                if let Ok(page) = api::get::<ListBoms>(&Empty {}, &query).await {
                    let now = product.and_then(|product| product.try_get_untracked());
                    if now == Some(product_id.to_string()) {
                        found.try_set(Some(best(page.items, begins_on(start))));
                    }
                }
            });
        }
    });
    let content = move || {
        found.get().map(|bom| {
            let lines = bom.map_or_else(
                || view! { <State shape=Shape::Blocking word=t::used_no_bom()/> }.into_any(),
                |bom| used(&bom),
            );
            view! { <section class="used" aria-live="polite"><h2>{t::used()}</h2>{lines}</section> }
        })
    };
    content.into_any()
}

fn used(bom: &BomRow) -> AnyView {
    let quantity = format!("{} {}", format::number(bom.quantity_per_run), bom.unit_code);
    let recipe = t::used_bom(&bom.code, &bom.revision.to_string(), &bom.line_count.to_string(), &quantity);
    let is_validated = bom.state == BomState::Validated;
    let routing = match &bom.routing_name {
        Some(name) => (Shape::Ok, t::used_routing(name)),
        None => (Shape::Blocking, t::used_no_routing().to_owned()),
    };
    view! {
        <State shape=if is_validated { Shape::Ok } else { Shape::Waiting } word=recipe/>
        {(!is_validated).then(|| view! { <State shape=Shape::Waiting word=t::used_unvalidated()/> })}
        <State shape=routing.0 word=routing.1/>
    }
    .into_any()
}

/// The day on which the order begins: that of the planned start as it is typed, or today.
fn begins_on(start: Option<RwSignal<String>>) -> Date {
    let typed = start.and_then(|start| start.try_get_untracked()).unwrap_or_default();
    typed.get(..10).and_then(format::parse_iso_date).unwrap_or_else(format::today)
}

/// The recipe the server would take: the newest validated one that may be used that day, else the newest draft.
fn best(rows: Vec<BomRow>, day: Date) -> Option<BomRow> {
    let bound = |text: &Option<String>| text.as_deref().and_then(format::parse_iso_date);
    let may_be_used = |row: &BomRow| {
        let days = EffectiveDays::new(bound(&row.effective_from), bound(&row.effective_until));
        row.state != BomState::Archived && days.is_ok_and(|days| days.include(day))
    };
    let mut rows = rows.into_iter().filter(may_be_used).collect::<Vec<_>>();
    rows.sort_by_key(|row| (row.state == BomState::Validated, row.revision));
    rows.pop()
}

#[cfg(test)]
mod tests {
    use mrp_api::manufacturing_orders::ManufacturingOrderInput;

    use super::*;

    const ID: &str = "0198a000-0000-7000-8000-000000000001";

    fn now() -> Instant {
        format::parse_instant("2026-12-07T09:00:00Z").unwrap()
    }

    #[test]
    fn product_and_quantity_are_all_that_has_to_be_typed() {
        let typed = [("product_id", ID), ("quantity", "10")];
        crate::ui::form::assert_fits::<ManufacturingOrderInput>(&draft_fields(now()), &typed);
    }

    #[test]
    fn the_deadline_starts_a_week_from_today() {
        assert_eq!(default_deadline(now()), "2026-12-14T16:00");
    }

    #[test]
    fn a_validated_recipe_comes_before_a_newer_draft() {
        let row = |revision: u32, state: BomState| BomRow {
            id: ID.parse().unwrap(),
            code: "BOM-1".to_owned(),
            revision,
            product_id: ID.parse().unwrap(),
            product_code: String::new(),
            product_name: String::new(),
            quantity_per_run: rust_decimal::Decimal::ONE,
            effective_from: None,
            effective_until: None,
            unit_code: "pcs".to_owned(),
            bom_type: mrp_domain::bom::BomType::Manufacture,
            state,
            routing_name: None,
            line_count: 3,
            version: 1,
        };
        let day = format::parse_iso_date("2026-12-14").unwrap();
        let later = BomRow { effective_from: Some("2026-12-15".to_owned()), ..row(4, BomState::Validated) };
        assert_eq!(best(vec![later.clone()], day).map(|row| row.revision), None);
        assert_eq!(best(vec![later], day.next_day().unwrap()).map(|row| row.revision), Some(4));
        let rows = vec![row(1, BomState::Archived), row(2, BomState::Validated), row(3, BomState::Draft)];
        assert_eq!(best(rows, day).map(|row| row.revision), Some(2));
        assert_eq!(best(vec![row(1, BomState::Archived)], day).map(|row| row.revision), None);
    }
}
