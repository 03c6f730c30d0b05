//! Pages that are not in the program that a browser loads first, but in parcels that it fetches when one of their pages is
//! opened. `xtask/web` takes the linked program apart at the functions marked here; what two parcels share becomes a parcel
//! of its own, what the first screen needs stays in the program.

use std::future::Future;
use std::pin::Pin;
use std::sync::OnceLock;

use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::wasm_split::{SplitLoaderError, wasm_split};

use crate::api::{Answer, Failure};
use crate::links::{Noun, Place};
use crate::pages::{
    bom_comparisons, boms, component_replacements, counts, dashboard, deliveries, downtimes, lots,
    manufacturing_orders, not_found, oee, order_costs, product_costs, products, purchase_orders, purchase_requests,
    requests_for_quotation, routings, sales_orders, setting, stock, stock_values, suppliers, time_logs, transfers,
    users, where_used, work_centers, work_orders,
};
use crate::sentences::{self, Look};
use crate::session;
use crate::ui::page::loaded;

/// Makes the page of a place.
type Draw = fn(Place) -> AnyView;

type Fetched = Pin<Box<dyn Future<Output = Result<Draw, SplitLoaderError>>>>;

/// Some pages that travel together.
pub struct Parcel {
    fetch: fn() -> Fetched,
    here: OnceLock<Draw>,
}

/// Manufacturing orders but their list, and work orders.
pub static ORDERS: Parcel = Parcel::new(|| Box::pin(orders()));
/// Bills of materials and routings.
pub static RECIPES: Parcel = Parcel::new(|| Box::pin(recipes()));
/// Everything that is set up once and looked after: products, work centers, users, settings.
pub static MASTER_DATA: Parcel = Parcel::new(|| Box::pin(master_data()));
/// Stock, and what moves it.
pub static WAREHOUSE: Parcel = Parcel::new(|| Box::pin(warehouse()));

/// Suppliers and everything that is asked of them.
pub static PURCHASING: Parcel = Parcel::new(|| Box::pin(purchasing()));

/// What the start page shows beside production.
pub static START: Parcel = Parcel::new(|| Box::pin(start()));

/// How long the first screen has the line for itself.
const PAUSE_MS: u32 = 4_000;

/// Fetches all parcels after a while, so that pages open at once and an office that stays open through an update of the
/// server has its pages. What does not come now is asked for again when a page needs it.
pub fn fetch_soon() {
    spawn_local(async {
        TimeoutFuture::new(PAUSE_MS).await;
        sentences::arrive().await;
        for parcel in [&START, &ORDERS, &RECIPES, &MASTER_DATA, &WAREHOUSE, &PURCHASING] {
            let _ = parcel.load().await;
        }
    });
}

impl Parcel {
    const fn new(fetch: fn() -> Fetched) -> Self {
        Self { fetch, here: OnceLock::new() }
    }

    /// The page of a place in this parcel: at once when the parcel is here, else as soon as it is.
    pub fn page(&'static self, place: Place) -> AnyView {
        if let Some(draw) = self.here.get() {
            return draw(place);
        }
        let answer = RwSignal::new(None::<Answer<Draw>>);
        spawn_local(async move {
            answer.try_set(Some(self.load().await));
        });
        let retry = Callback::new(move |()| {
            answer.set(None);
            spawn_local(async move {
                let again = self.load().await;
                // A server that answers but has not this file is a newer version: begin anew with what it has.
                if again.is_err() && session::load().await.is_ok() {
                    let _ = window().location().reload();
                    return;
                }
                answer.try_set(Some(again));
            });
        });
        loaded(answer, retry, move |draw| draw(place.clone())).into_any()
    }

    async fn load(&self) -> Answer<Draw> {
        let draw = (self.fetch)().await.map_err(|_| Failure::Network)?;
        // Their pages say what the server found without having been refused anything.
        sentences::arrive().await;
        Ok(*self.here.get_or_init(|| draw))
    }
}

/// What [`sentences`] looks texts up with.
///
/// # Errors
/// When it cannot be fetched.
#[wasm_split(sentences, wasm_split_path = ::leptos::wasm_split, fallible)]
pub fn sentences() -> Result<Look, SplitLoaderError> {
    Ok(sentences::look)
}

#[wasm_split(orders, wasm_split_path = ::leptos::wasm_split, fallible)]
fn orders() -> Result<Draw, SplitLoaderError> {
    Ok(|place| match place {
        Place::New(Noun::ManufacturingOrders) => manufacturing_orders::form::new_page(),
        Place::Record(Noun::ManufacturingOrders, id) => manufacturing_orders::detail::page(&id),
        Place::List(Noun::WorkOrders) => work_orders::list::page(),
        Place::Record(Noun::WorkOrders, id) => work_orders::detail::page(&id),
        Place::Oee => oee::page(),
        Place::TimeLogs => time_logs::page(),
        Place::List(Noun::Downtimes) => downtimes::list::page(),
        Place::New(Noun::Downtimes) => downtimes::form::page(None),
        Place::Record(Noun::Downtimes, id) => downtimes::form::page(Some(id)),
        _ => not_found::page(),
    })
}

#[wasm_split(recipes, wasm_split_path = ::leptos::wasm_split, fallible)]
fn recipes() -> Result<Draw, SplitLoaderError> {
    Ok(|place| match place {
        Place::List(Noun::Boms) => boms::list::page(),
        Place::New(Noun::Boms) => boms::form::page(),
        Place::Record(Noun::Boms, id) => boms::detail::page(&id),
        Place::CompareBoms(id) => bom_comparisons::page(&id),
        Place::WhereUsed(id) => where_used::page(&id),
        Place::ReplaceComponent(id) => component_replacements::page(&id),
        Place::ProductCosts => product_costs::page(),
        Place::List(Noun::Routings) => routings::list::page(),
        Place::New(Noun::Routings) => routings::form::page(None),
        Place::Record(Noun::Routings, id) => routings::form::page(Some(id)),
        _ => not_found::page(),
    })
}

#[wasm_split(master_data, wasm_split_path = ::leptos::wasm_split, fallible)]
fn master_data() -> Result<Draw, SplitLoaderError> {
    Ok(|place| match place {
        Place::List(Noun::WorkCenters) => work_centers::list::page(),
        Place::New(Noun::WorkCenters) => work_centers::form::page(None),
        Place::Record(Noun::WorkCenters, id) => work_centers::form::page(Some(id)),
        Place::List(Noun::Products) => products::list::page(),
        Place::New(Noun::Products) => products::form::page(None),
        Place::Record(Noun::Products, id) => products::form::page(Some(id)),
        Place::List(Noun::SalesOrders) => sales_orders::list::page(),
        Place::New(Noun::SalesOrders) => sales_orders::form::page(None),
        Place::Record(Noun::SalesOrders, id) => sales_orders::form::page(Some(id)),
        Place::List(Noun::Users) => users::list::page(),
        Place::New(Noun::Users) => users::form::page(None),
        Place::Record(Noun::Users, id) => users::form::page(Some(id)),
        Place::Setting => setting::page(),
        _ => not_found::page(),
    })
}

#[wasm_split(warehouse, wasm_split_path = ::leptos::wasm_split, fallible)]
fn warehouse() -> Result<Draw, SplitLoaderError> {
    Ok(|place| match place {
        Place::Stock => stock::page(),
        Place::Moves => stock::lists::moves_page(),
        Place::StockValue => stock_values::page(),
        Place::OrderCosts => order_costs::page(),
        Place::List(Noun::Transfers) => transfers::list(),
        Place::New(Noun::Transfers) => transfers::new_page(),
        Place::Record(Noun::Transfers, id) => transfers::detail(&id),
        Place::List(Noun::Deliveries) => deliveries::list(),
        Place::New(Noun::Deliveries) => deliveries::new_page(),
        Place::Record(Noun::Deliveries, id) => deliveries::detail(&id),
        Place::List(Noun::Counts) => counts::list(),
        Place::New(Noun::Counts) => counts::new_page(),
        Place::Record(Noun::Counts, id) => counts::detail(&id),
        Place::List(Noun::Lots) => lots::list::page(),
        Place::New(Noun::Lots) => lots::form::page(None),
        Place::Record(Noun::Lots, id) => lots::form::page(Some(id)),
        _ => not_found::page(),
    })
}

#[wasm_split(start, wasm_split_path = ::leptos::wasm_split, fallible)]
fn start() -> Result<Draw, SplitLoaderError> {
    Ok(|_| dashboard::others())
}

#[wasm_split(purchasing, wasm_split_path = ::leptos::wasm_split, fallible)]
fn purchasing() -> Result<Draw, SplitLoaderError> {
    Ok(|place| match place {
        Place::List(Noun::PurchaseRequests) => purchase_requests::list::page(),
        Place::New(Noun::PurchaseRequests) => purchase_requests::form::page(),
        Place::Record(Noun::PurchaseRequests, id) => purchase_requests::detail::page(&id),
        Place::List(Noun::PurchaseOrders) => purchase_orders::list::page(),
        Place::New(Noun::PurchaseOrders) => purchase_orders::form::page(),
        Place::Record(Noun::PurchaseOrders, id) => purchase_orders::detail::page(&id),
        Place::List(Noun::RequestsForQuotation) => requests_for_quotation::list::page(),
        Place::New(Noun::RequestsForQuotation) => requests_for_quotation::form::page(),
        Place::Record(Noun::RequestsForQuotation, id) => requests_for_quotation::detail::page(&id),
        Place::List(Noun::Suppliers) => suppliers::list::page(),
        Place::New(Noun::Suppliers) => suppliers::form::page(None),
        Place::Record(Noun::Suppliers, id) => suppliers::form::page(Some(id)),
        _ => not_found::page(),
    })
}
