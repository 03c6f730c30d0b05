//! The start page: what waits for whoever looks at it, part by part of the business, each figure a link to its rows.

use leptos::prelude::*;
use mrp_api::access::Permission;

use crate::format;
use crate::history;
use crate::i18n::text::{dashboard as t, manufacturing_orders, purchase_requests, sales_orders, stock};
use crate::links::{self, Noun, Place};
use crate::live;
use crate::parcels;
use crate::session;
use crate::ui::button::{LinkButton, Look};
use crate::ui::page::{Footer, Head, set_crumbs};
use crate::ui::shortcuts::shortcut;
use crate::ui::state::Shape;

pub mod costs;
pub mod figures;
pub mod production;

/// A part of the business.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Production,
    Warehouse,
    Purchasing,
    Sales,
    Costs,
}

/// The parts of somebody's start page: those that he works in. Costs are for who runs everything, and for who sees them
/// and works in no other part; who only looks sees production.
fn parts(may: impl Fn(Permission) -> bool) -> Vec<Part> {
    let works_in = [
        (Part::Production, may(Permission::OrderWrite) || may(Permission::WorkOrderExecute)),
        (Part::Warehouse, may(Permission::StockWrite)),
        (Part::Purchasing, may(Permission::PurchaseWrite)),
        (Part::Sales, may(Permission::SalesWrite)),
    ];
    let mut parts = works_in.into_iter().filter_map(|(part, works)| works.then_some(part)).collect::<Vec<_>>();
    if may(Permission::CostRead) && (parts.is_empty() || may(Permission::SettingWrite)) {
        parts.push(Part::Costs);
    }
    if parts.is_empty() {
        parts.push(Part::Production);
    }
    parts
}

/// What is begun most often in a part: its label and the address of the empty form, for who may.
fn begins(part: Part) -> Option<(&'static str, String)> {
    let (needs, label, href) = match part {
        Part::Production => {
            (Permission::OrderWrite, manufacturing_orders::new(), Noun::ManufacturingOrders.new_record())
        }
        Part::Warehouse => (Permission::StockWrite, stock::new_receipt(), links::empty_receipt()),
        Part::Purchasing => {
            (Permission::PurchaseRequest, purchase_requests::new(), Noun::PurchaseRequests.new_record())
        }
        Part::Sales => (Permission::SalesWrite, sales_orders::new(), Noun::SalesOrders.new_record()),
        Part::Costs => return None,
    };
    session::may(needs).then_some((label, href))
}

/// The page.
#[must_use]
pub fn page() -> AnyView {
    set_crumbs(vec![(t::title().to_owned(), None)]);
    let parts = parts(session::may);
    let begins = parts.first().and_then(|part| begins(*part));
    if let Some((label, href)) = begins.clone() {
        shortcut("n", label, move || history::go(&href));
    }
    let keys = begins.iter().map(|(label, _)| (vec!["N"], (*label).to_owned())).collect::<Vec<_>>();
    let button = begins.map(|(label, href)| view! { <LinkButton label href icon="plus" key="N" look=Look::Primary/> });
    let production = parts.contains(&Part::Production).then(production::section);
    let others = parts.iter().any(|part| *part != Part::Production).then(|| parcels::START.page(Place::Dashboard));
    view! {
        <div class="page">
            <Head title=t::title().to_owned() note=format::day(format::today())>{button}</Head>
            <div class="page-scroll">{production}{others}</div>
            <Footer keys/>
        </div>
    }
    .into_any()
}

/// Every part but production, which travels with the first screen.
#[must_use]
pub fn others() -> AnyView {
    let sections = parts(session::may).into_iter().filter_map(|part| match part {
        Part::Production => None,
        Part::Warehouse => Some(figures::section(t::warehouse(), figures::WAREHOUSE, figures::warehouse)),
        Part::Purchasing => Some(figures::section(t::purchasing(), figures::PURCHASING, figures::purchasing)),
        Part::Sales => Some(figures::section(t::sales(), figures::SALES, figures::sales)),
        Part::Costs => Some(costs::section()),
    });
    sections.collect_view().into_any()
}

/// Loads now, and again after changes of these.
fn watch(entities: &[&'static str], load: Callback<()>) {
    let changed = live::gathered(entities);
    Effect::new(move |_| {
        changed.track();
        load.run(());
    });
}

/// A figure with what it counts; nothing to worry about is green.
fn tile(label: &'static str, hint: &'static str, count: u64, shape: Shape, href: String) -> AnyView {
    let shape = if count == 0 { Shape::Ok } else { shape };
    figure(label, hint, format::total(count), Some(shape), href)
}

/// Any figure.
fn figure(label: &'static str, hint: &'static str, value: String, shape: Option<Shape>, href: String) -> AnyView {
    let shape = shape.map(|shape| view! { <span class="shape" data-shape=shape.code() aria-hidden="true"></span> });
    view! {
        <a class="tile" href=href>
            <span class="tile-label">{shape}{label}</span>
            <span class="tile-value">{value}</span>
            <span class="muted small">{hint}</span>
        </a>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use mrp_api::access::Role;

    use super::*;

    #[test]
    fn everybody_begins_with_his_own_work() {
        let of = |role: Role| parts(|permission| role.may(permission));
        let all = vec![Part::Production, Part::Warehouse, Part::Purchasing, Part::Sales, Part::Costs];
        assert_eq!((of(Role::Admin), of(Role::ProductionManager)), (all.clone(), all));
        assert_eq!(of(Role::Planner), [Part::Production]);
        assert_eq!(of(Role::Operator), [Part::Production]);
        assert_eq!(of(Role::Storekeeper), [Part::Warehouse]);
        assert_eq!(of(Role::Buyer), [Part::Purchasing]);
        assert_eq!(of(Role::Sales), [Part::Sales]);
        assert_eq!(of(Role::Finance), [Part::Costs]);
        assert_eq!(of(Role::Viewer), [Part::Production]);
    }
}
