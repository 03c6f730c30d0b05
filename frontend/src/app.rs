//! The office as a whole: who is logged in decides between log-in page and frame, the address decides the page in it.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::Failure;
use crate::links::{Noun, Place};
use crate::pages;
use crate::session;
use crate::ui::page::Trouble;
use crate::ui::shell::Shell;
use crate::ui::shortcuts;
use crate::{history, live};

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

/// The page of a place.
fn page(place: Place) -> AnyView {
    match place {
        Place::Dashboard => pages::dashboard::page(),
        Place::Stock => pages::stock::page(),
        Place::List(Noun::ManufacturingOrders) => pages::manufacturing_orders::list::page(),
        Place::New(Noun::ManufacturingOrders) => pages::manufacturing_orders::form::new_page(),
        Place::Record(Noun::ManufacturingOrders, id) => pages::manufacturing_orders::detail::page(&id),
        Place::List(Noun::WorkOrders) => pages::work_orders::list::page(),
        Place::Record(Noun::WorkOrders, id) => pages::work_orders::detail::page(&id),
        Place::List(Noun::WorkCenters) => pages::work_centers::list::page(),
        Place::New(Noun::WorkCenters) => pages::work_centers::form::page(None),
        Place::Record(Noun::WorkCenters, id) => pages::work_centers::form::page(Some(id)),
        Place::List(Noun::Products) => pages::products::list::page(),
        Place::New(Noun::Products) => pages::products::form::page(None),
        Place::Record(Noun::Products, id) => pages::products::form::page(Some(id)),
        Place::List(Noun::Routings) => pages::routings::list::page(),
        Place::New(Noun::Routings) => pages::routings::form::page(None),
        Place::Record(Noun::Routings, id) => pages::routings::form::page(Some(id)),
        Place::List(Noun::Users) => pages::users::list::page(),
        Place::New(Noun::Users) => pages::users::form::page(None),
        Place::Record(Noun::Users, id) => pages::users::form::page(Some(id)),
        Place::List(Noun::Boms) => pages::boms::list::page(),
        Place::New(Noun::Boms) => pages::boms::form::page(),
        Place::Record(Noun::Boms, id) => pages::boms::detail::page(&id),
        Place::CompareBoms(id) => pages::bom_comparisons::page(&id),
        Place::WhereUsed(id) => pages::where_used::page(&id),
        Place::ReplaceComponent(id) => pages::component_replacements::page(&id),
        Place::Setting => pages::setting::page(),
        Place::New(_) | Place::Login | Place::Unknown => pages::not_found::page(),
    }
}
