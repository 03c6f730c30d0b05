//! The office as a whole: who is logged in decides between log-in page and frame, the address decides the page in it.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::Failure;
use crate::links::{Noun, Place};
use crate::session;
use crate::ui::cut_text;
use crate::ui::page::Trouble;
use crate::ui::shell::Shell;
use crate::ui::shortcuts;
use crate::{history, live};
use crate::{pages, parcels};

/// Puts the office into the page.
pub fn mount() {
    console_error_panic_hook::set_once();
    session::restore_choices();
    history::start();
    leptos::mount::mount_to_body(App);
}

#[component]
fn App() -> impl IntoView {
    shortcuts::start();
    cut_text::start();
    let failure = RwSignal::new(None::<Failure>);
    let here = history::place();
    let session = session::session();
    let is_known = {
        let session = session.clone();
        Memo::new(move |_| session.with(Option::is_some))
    };
    let load = move || {
        failure.set(None);
        spawn_local(async move {
            match session::load().await {
                Ok(()) => {}
                Err(problem) if problem.code() == Some(mrp_api::error::UNAUTHENTICATED.code) => {}
                Err(problem) => failure.set(Some(problem)),
            }
        });
    };
    if untrack(|| here.get()) != Place::Login {
        load();
    }
    Effect::new(move |started: Option<bool>| {
        let started = started.unwrap_or_default();
        if is_known.get() && !started {
            live::start();
            parcels::fetch_soon();
            return true;
        }
        started
    });
    let is_login = Memo::new(move |_| here.get() == Place::Login);
    move || {
        if is_login.get() {
            return pages::login::login_page();
        }
        match (is_known.get(), failure.get()) {
            (true, _) => view! { <Shell>{move || page(here.get())}</Shell> }.into_any(),
            (false, Some(failure)) => view! { <Trouble failure on_retry=move |()| load()/> }.into_any(),
            (false, None) => ().into_any(),
        }
    }
}

/// The page of a place: what everybody sees first is at hand, the others come in parcels.
fn page(place: Place) -> AnyView {
    match place {
        Place::Dashboard => pages::dashboard::page(),
        Place::List(Noun::ManufacturingOrders) => pages::manufacturing_orders::list::page(),
        Place::New(Noun::ManufacturingOrders) | Place::Record(Noun::ManufacturingOrders, _) => {
            parcels::ORDERS.page(place)
        }
        Place::List(Noun::WorkOrders | Noun::Downtimes)
        | Place::New(Noun::Downtimes)
        | Place::Oee
        | Place::TimeLogs
        | Place::Record(Noun::WorkOrders | Noun::Downtimes, _) => parcels::ORDERS.page(place),
        Place::List(Noun::Boms | Noun::Routings)
        | Place::New(Noun::Boms | Noun::Routings)
        | Place::Record(Noun::Boms | Noun::Routings, _)
        | Place::CompareBoms(_)
        | Place::WhereUsed(_)
        | Place::ReplaceComponent(_)
        | Place::ProductCosts => parcels::RECIPES.page(place),
        Place::List(Noun::WorkCenters | Noun::Products | Noun::SalesOrders | Noun::Users)
        | Place::New(Noun::WorkCenters | Noun::Products | Noun::SalesOrders | Noun::Users)
        | Place::Record(Noun::WorkCenters | Noun::Products | Noun::SalesOrders | Noun::Users, _)
        | Place::Setting => parcels::MASTER_DATA.page(place),
        Place::List(Noun::Suppliers | Noun::PurchaseRequests | Noun::RequestsForQuotation | Noun::PurchaseOrders)
        | Place::New(Noun::Suppliers | Noun::PurchaseRequests | Noun::RequestsForQuotation | Noun::PurchaseOrders)
        | Place::Record(
            Noun::Suppliers | Noun::PurchaseRequests | Noun::RequestsForQuotation | Noun::PurchaseOrders,
            _,
        ) => parcels::PURCHASING.page(place),
        Place::New(Noun::WorkOrders) | Place::Login | Place::Unknown => pages::not_found::page(),
        Place::List(Noun::Lots | Noun::Transfers | Noun::Deliveries | Noun::Counts)
        | Place::New(Noun::Lots | Noun::Transfers | Noun::Deliveries | Noun::Counts)
        | Place::Record(Noun::Lots | Noun::Transfers | Noun::Deliveries | Noun::Counts, _)
        | Place::Moves
        | Place::StockValue
        | Place::OrderCosts
        | Place::Stock => parcels::WAREHOUSE.page(place),
    }
}
