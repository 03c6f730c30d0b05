//! What suppliers sell products for: the list of all prices, and a panel on the page of a supplier or a product.

use leptos::prelude::*;
use leptos::task::spawn_local;
use mrp_api::access::Permission;
use mrp_api::data_files::DataFileKind;
use mrp_api::endpoint::Empty;
use mrp_api::supplier_prices::{
    CreateSupplierPrice, DeleteSupplierPrice, GetSupplierPrice, ListSupplierPrices, SupplierPriceQuery,
    SupplierPriceView, UpdateSupplierPrice,
};
use mrp_domain::ids::{ProductId, SupplierId};

use crate::api::{self, Answer};
use crate::i18n::text::suppliers as t;
use crate::links::Noun;
use crate::pages::setting::units;
use crate::pages::{products, suppliers};
use crate::ui::button::Button;
use crate::ui::cell::Cell;
use crate::ui::field::Field;
use crate::ui::list::{Column, List, list_page};
use crate::ui::list_state::RowKey;
use crate::ui::page::loaded;
use crate::ui::record::{Record, RecordDialog};
use crate::ui::table::{FactTable, Head, Line};
use crate::{format, history, live, session};

/// Most prices in a panel.
const PANEL_ROWS: u32 = 50;

/// Whose prices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Of {
    /// What this supplier sells.
    Supplier(SupplierId),
    /// Who sells this product.
    Product(ProductId),
}

/// The list of all prices.
#[must_use]
pub fn list() -> AnyView {
    let mut columns = vec![
        Column::new("product_code", t::code(), |row: &SupplierPriceView| Cell::Code(row.product_code.clone()))
            .width(140)
            .sortable(),
        Column::new("product_name", t::product(), |row: &SupplierPriceView| Cell::Name(row.product_name.clone()))
            .sortable(),
        Column::new("supplier_name", t::one(), |row: &SupplierPriceView| Cell::text(row.supplier_name.clone()))
            .width(200)
            .sortable(),
        Column::new("article", t::article(), |row: &SupplierPriceView| Cell::Code(row.supplier_article.clone()))
            .width(130),
        Column::new("minimum", t::minimum(), |row: &SupplierPriceView| {
            Cell::quantity(row.min_quantity, row.unit_code.clone())
        })
        .width(120)
        .number(),
        Column::new("lead_days", t::lead_days(), |row: &SupplierPriceView| {
            row.lead_days.map_or(Cell::Empty, Cell::whole)
        })
        .width(110)
        .number(),
        Column::new("valid", t::valid(), |row: &SupplierPriceView| Cell::text(valid(row))).width(190),
        Column::new("rank", t::rank(), |row: &SupplierPriceView| Cell::whole(row.rank)).width(80).number().sortable(),
    ];
    if session::may(Permission::CostRead) {
        let label = format!("{}, {}", t::price(), session::currency());
        let price = |row: &SupplierPriceView| price(row);
        columns.insert(4, Column::new("price", label, price).width(150).number().sortable());
    }
    let list = List::of::<ListSupplierPrices, _>("supplier_price", t::prices(), columns, |row| RowKey {
        id: row.id.to_string(),
        name: format!("{}, {}", row.product_name, row.supplier_name),
        version: row.version,
        href: record_href(&row.id.to_string()),
        is_muted: false,
    })
    .creates::<CreateSupplierPrice>(t::new_price(), record_href("new"))
    .edits::<GetSupplierPrice, UpdateSupplierPrice>(fields(None))
    .files(DataFileKind::SupplierPrices)
    .empty(t::no_prices(), t::no_prices_hint())
    .embedded();
    view! { {list_page(list)} <RecordDialog record=record(None)/> }.into_any()
}

fn record_href(id: &str) -> String {
    format!("{}?tab=prices&record={id}", Noun::Suppliers.list())
}

fn record(of: Option<Of>) -> Record {
    Record::of::<GetSupplierPrice, UpdateSupplierPrice>("supplier_price", t::price(), fields(of))
        .creates::<CreateSupplierPrice>(t::new_price())
        .deletes::<DeleteSupplierPrice>()
        .named_by("product_name")
}

/// The fields of a price; what the page is about is not asked.
fn fields(of: Option<Of>) -> Vec<Field> {
    let product = match of {
        Some(Of::Product(id)) => Field::hidden("product_id").start(id.to_string()),
        Some(Of::Supplier(_)) | None => {
            Field::record("product_id", t::product(), products::picker().only("active", "true"))
                .required()
                .label_from("product_name")
        }
    };
    let supplier = match of {
        Some(Of::Supplier(id)) => Field::hidden("supplier_id").start(id.to_string()),
        Some(Of::Product(_)) | None => {
            Field::record("supplier_id", t::one(), suppliers::picker()).required().label_from("supplier_name")
        }
    };
    let terms = [
        Field::text("supplier_article", t::article(), 100).span(6).hint(t::article_hint()),
        Field::record("unit_id", t::unit(), units::picker())
            .required()
            .label_from("unit_code")
            .span(6)
            .hint(t::unit_hint()),
        Field::number("price", t::price())
            .min(0)
            .unit(session::currency())
            .needs(Permission::CostRead)
            .span(4)
            .hint(t::price_hint()),
        Field::number("min_quantity", t::minimum()).required().min(0).start("0").span(4).hint(t::minimum_hint()),
        Field::number("order_multiple", t::multiple()).required().min(0).start("0").span(4).hint(t::multiple_hint()),
        Field::whole("lead_days", t::lead_days()).min(0).max(3660).unit(t::days()).span(4).hint(t::price_days_hint()),
        Field::date("valid_from", t::valid_from()),
        Field::date("valid_until", t::valid_until()),
        Field::whole("rank", t::rank()).required().min(1).max(100).start("1").span(4).hint(t::rank_hint()),
    ];
    [product, supplier].into_iter().chain(terms).collect()
}

fn price(row: &SupplierPriceView) -> Cell {
    row.price.map_or(Cell::Empty, |price| Cell::quantity(price, format!("/ {}", row.unit_code)))
}

/// From when until when it holds.
fn valid(row: &SupplierPriceView) -> String {
    let day = |text: &Option<String>| text.as_deref().and_then(format::parse_iso_date).map(format::day);
    match (day(&row.valid_from), day(&row.valid_until)) {
        (None, None) => String::new(),
        (from, until) => format!("{} – {}", from.unwrap_or_default(), until.unwrap_or_default()),
    }
}

/// The prices of one supplier, or of one product.
#[component]
pub fn Prices(
    /// Whose.
    of: Of,
) -> impl IntoView {
    let answer = RwSignal::new(None::<Answer<Vec<SupplierPriceView>>>);
    let load = move || {
        spawn_local(async move {
            let mut query = SupplierPriceQuery {
                sort: Some("rank".to_owned()),
                limit: Some(PANEL_ROWS),
                ..SupplierPriceQuery::default()
            };
            match of {
                Of::Supplier(id) => query.supplier_id = Some(id),
                Of::Product(id) => query.product_id = Some(id),
            }
            let page = api::get::<ListSupplierPrices>(&Empty {}, &query).await;
            answer.try_set(Some(page.map(|page| page.items)));
        });
    };
    let revision = live::revision("supplier_price".to_owned());
    Effect::new(move |_| {
        revision.track();
        if session::may_call::<ListSupplierPrices>() {
            load();
        }
    });
    let body = loaded(answer, Callback::new(move |()| load()), move |rows| draw(of, rows));
    let title = match of {
        Of::Supplier(_) => t::sells(),
        Of::Product(_) => t::sold_by(),
    };
    let add = session::may_call::<CreateSupplierPrice>().then(|| {
        let press = move |()| history::set_parameters(&[("record", "new")], true);
        view! { <Button label=t::new_price() icon="plus" small=true on_press=press/> }
    });
    session::may_call::<ListSupplierPrices>().then(|| {
        view! {
            <section class="section product-panel" aria-label=title>
                <div class="fix-line"><h2>{title}</h2><span class="spacer"></span>{add}</div>
                {body}
            </section>
            <RecordDialog record=record(Some(of))/>
        }
    })
}

fn draw(of: Of, rows: Vec<SupplierPriceView>) -> AnyView {
    if rows.is_empty() {
        return view! { <p class="muted">{t::no_prices()}" "{t::no_prices_hint()}</p> }.into_any();
    }
    let sees_cost = session::may(Permission::CostRead);
    let mut heads = vec![Head::text(match of {
        Of::Supplier(_) => t::product(),
        Of::Product(_) => t::one(),
    })];
    heads.push(Head::text(t::article()).width(130));
    if sees_cost {
        heads.push(Head::number(format!("{}, {}", t::price(), session::currency())).width(150));
    }
    heads.extend([
        Head::number(t::minimum()).width(110),
        Head::number(t::multiple()).width(110),
        Head::number(t::lead_days()).width(110),
        Head::number(t::rank()).width(70),
    ]);
    let lines = Callback::new(move |()| rows.iter().map(|row| line(of, row, sees_cost)).collect());
    view! { <FactTable title=t::prices() heads lines/> }.into_any()
}

fn line(of: Of, row: &SupplierPriceView, sees_cost: bool) -> Line {
    let id = row.id.to_string();
    let name = match of {
        Of::Supplier(_) => row.product_name.clone(),
        Of::Product(_) => row.supplier_name.clone(),
    };
    let open = move |_| history::set_parameters(&[("record", &id)], true);
    let mut cells = vec![
        view! { <button type="button" class="link" on:click=open>{name}</button> }.into_any(),
        Cell::Code(row.supplier_article.clone()).view(),
    ];
    if sees_cost {
        cells.push(price(row).view());
    }
    cells.extend([
        Cell::quantity(row.min_quantity, row.unit_code.clone()).view(),
        Cell::number(row.order_multiple).view(),
        row.lead_days.map_or(Cell::Empty, Cell::whole).view(),
        Cell::whole(row.rank).view(),
    ]);
    Line::of(cells)
}

#[cfg(test)]
mod tests {
    use mrp_api::supplier_prices::SupplierPriceInput;

    use super::*;

    const ID: &str = "0198a000-0000-7000-8000-000000000001";

    #[test]
    fn the_form_sends_what_the_api_takes() {
        let product = Of::Product(ProductId::from_uuid(uuid::Uuid::nil()));
        for of in [None, Some(product)] {
            let samples = [("product_id", ID), ("supplier_id", ID), ("unit_id", ID)];
            crate::ui::form::assert_fits::<SupplierPriceInput>(&fields(of), &samples);
        }
    }
}
