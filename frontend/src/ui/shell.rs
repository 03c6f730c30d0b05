//! The frame around every page: navigation, top bar, palette, toasts.

use leptos::prelude::*;
use leptos::task::spawn_local;
use mrp_api::access::Permission;

use crate::history;
use crate::i18n::{Language, language, text};
use crate::links::{Noun, Place};
use crate::live::{self, Connection};
use crate::pages::manufacturing_orders::counts;
use crate::session::{self, Theme};
use crate::ui::cell::initials;
use crate::ui::icon::Icon;
use crate::ui::menu::{Item, Menu};
use crate::ui::page::crumbs;
use crate::ui::palette::{Palette, theme_name};
use crate::ui::shortcuts::ShortcutsHelp;
use crate::ui::state::{Shape, State};
use crate::ui::toast::Toasts;

/// The places in the navigation that the person may see, group by group.
#[must_use]
pub fn places() -> Vec<Vec<Place>> {
    let all = vec![
        vec![
            (Permission::OrderRead, Place::Dashboard),
            (Permission::OrderRead, Place::List(Noun::ManufacturingOrders)),
            (Permission::OrderRead, Place::List(Noun::WorkOrders)),
            (Permission::OrderRead, Place::List(Noun::Downtimes)),
            (Permission::OrderRead, Place::Oee),
            (Permission::CostRead, Place::OrderCosts),
        ],
        vec![
            (Permission::MasterDataRead, Place::List(Noun::Boms)),
            (Permission::MasterDataRead, Place::List(Noun::Routings)),
            (Permission::MasterDataRead, Place::List(Noun::WorkCenters)),
            (Permission::MasterDataRead, Place::List(Noun::Products)),
        ],
        vec![(Permission::SalesRead, Place::List(Noun::SalesOrders))],
        vec![
            (Permission::PurchaseRead, Place::List(Noun::PurchaseRequests)),
            (Permission::PurchaseRead, Place::List(Noun::RequestsForQuotation)),
            (Permission::PurchaseRead, Place::List(Noun::PurchaseOrders)),
            (Permission::PurchaseRead, Place::List(Noun::Suppliers)),
        ],
        vec![
            (Permission::StockRead, Place::Stock),
            (Permission::StockRead, Place::List(Noun::Lots)),
            (Permission::StockRead, Place::Moves),
            (Permission::StockRead, Place::List(Noun::Transfers)),
            (Permission::StockRead, Place::List(Noun::Deliveries)),
            (Permission::StockRead, Place::List(Noun::Counts)),
            (Permission::CostRead, Place::StockValue),
        ],
        vec![(Permission::UserRead, Place::List(Noun::Users))],
    ];
    all.into_iter()
        .map(|group| {
            group.into_iter().filter(|(needs, _)| session::may(*needs)).map(|(_, place)| place).collect::<Vec<_>>()
        })
        .filter(|group| !group.is_empty())
        .collect()
}

/// The place at the bottom of the navigation.
#[must_use]
pub fn settings_place() -> Place {
    Place::Setting
}

/// What a place is called.
#[must_use]
pub fn nav_label(place: &Place) -> String {
    let label = match place {
        Place::Dashboard => text::nav::dashboard(),
        Place::List(noun) | Place::New(noun) | Place::Record(noun, _) => noun_label(*noun),
        Place::CompareBoms(_) => noun_label(Noun::Boms),
        Place::WhereUsed(_) | Place::ReplaceComponent(_) | Place::ProductCosts => noun_label(Noun::Products),
        Place::Setting => text::nav::settings(),
        Place::Stock => text::nav::stock(),
        Place::Moves => text::nav::moves(),
        Place::StockValue => text::nav::stock_value(),
        Place::OrderCosts => text::nav::order_costs(),
        Place::Oee => text::nav::oee(),
        Place::TimeLogs => text::nav::time_logs(),
        Place::Login => text::login::title(),
        Place::Unknown => text::shell::not_found_title(),
    };
    label.to_owned()
}

fn noun_label(noun: Noun) -> &'static str {
    match noun {
        Noun::ManufacturingOrders => text::nav::manufacturing_orders(),
        Noun::WorkOrders => text::nav::work_orders(),
        Noun::Downtimes => text::nav::downtimes(),
        Noun::Boms => text::nav::boms(),
        Noun::Routings => text::nav::routings(),
        Noun::WorkCenters => text::nav::work_centers(),
        Noun::Products => text::nav::products(),
        Noun::SalesOrders => text::nav::sales_orders(),
        Noun::Lots => text::nav::lots(),
        Noun::Transfers => text::nav::transfers(),
        Noun::Deliveries => text::nav::deliveries(),
        Noun::Counts => text::nav::counts(),
        Noun::Users => text::nav::users(),
        Noun::Suppliers => text::nav::suppliers(),
        Noun::PurchaseRequests => text::nav::purchase_requests(),
        Noun::RequestsForQuotation => text::nav::requests_for_quotation(),
        Noun::PurchaseOrders => text::nav::purchase_orders(),
    }
}

/// A place's icon.
#[must_use]
pub fn nav_icon(place: &Place) -> &'static str {
    match place {
        Place::Dashboard | Place::Login | Place::Unknown => "dashboard",
        Place::Setting => "settings",
        Place::Stock => "stock",
        Place::Moves => "sort",
        Place::StockValue | Place::OrderCosts | Place::Oee | Place::TimeLogs => "clock",
        Place::CompareBoms(_) => "recipe",
        Place::WhereUsed(_) | Place::ReplaceComponent(_) | Place::ProductCosts => "product",
        Place::List(noun) | Place::New(noun) | Place::Record(noun, _) => match noun {
            Noun::ManufacturingOrders => "order",
            Noun::WorkOrders => "work",
            Noun::Downtimes => "pause",
            Noun::Boms => "recipe",
            Noun::Routings => "route",
            Noun::WorkCenters => "center",
            Noun::Products => "product",
            Noun::SalesOrders => "order",
            Noun::Lots => "lot",
            Noun::Transfers => "transfer",
            Noun::Deliveries => "cart",
            Noun::Counts => "check",
            Noun::Users => "users",
            Noun::Suppliers => "users",
            Noun::PurchaseRequests => "cart",
            Noun::RequestsForQuotation => "copy",
            Noun::PurchaseOrders => "order",
        },
    }
}

/// The frame; `children` is the page.
#[component]
pub fn Shell(
    /// The page.
    children: Children,
) -> impl IntoView {
    let palette = RwSignal::new(false);
    let nav_open = RwSignal::new(false);
    counts::keep();
    let is_demo = session::session().with_untracked(|session| session.as_ref().is_some_and(|session| session.is_demo));
    view! {
        <a class="skip" href="#main" on:click=|event| { event.prevent_default(); crate::ui::field_view::focus_on("main"); }>{text::nav::skip()}</a>
        <div class="shell">
            <Navigation nav_open/>
            <TopBar palette nav_open/>
            <main class="main" id="main" tabindex="-1">
                {is_demo.then(|| view! { <div class="demo">{text::shell::demo()}</div> })}
                {children()}
            </main>
        </div>
        <Palette open=palette/>
        <ShortcutsHelp/>
        <Toasts/>
    }
}

#[component]
fn Navigation(nav_open: RwSignal<bool>) -> impl IntoView {
    let company = session::session()
        .with_untracked(|session| session.as_ref().map(|session| session.setting.company_name.clone()));
    let company = company.unwrap_or_default();
    let groups = places()
        .into_iter()
        .map(|group| view! { <ul class="nav-group">{group.into_iter().map(|place| view! { <li><NavItem place/></li> }).collect_view()}</ul> })
        .collect_view();
    view! {
        <nav class="nav" aria-label=text::nav::main() data-open=move || nav_open.get().to_string() on:click=move |_| nav_open.set(false)>
            <div class="nav-company">
                <span class="nav-mark" aria-hidden="true">{initials(&company)}</span>
                <span class="ellipsis">{company}</span>
            </div>
            <div class="nav-groups">{groups}</div>
            <div class="nav-pinned"><NavItem place=settings_place()/></div>
        </nav>
    }
}

#[component]
fn NavItem(place: Place) -> impl IntoView {
    let here = history::place();
    let (label, icon, href) = (nav_label(&place), nav_icon(&place), place.href());
    let noun = place.noun();
    let counts = counts::counts();
    let count = move || {
        counts.with(|counts| match (noun, counts) {
            (Some(Noun::ManufacturingOrders), Some(counts)) => Some(counts.open),
            (Some(Noun::WorkOrders), Some(counts)) => Some(counts.open_work_orders),
            (_, _) => None,
        })
    };
    let is_here = move || here.with(|here| *here == place || (here.noun().is_some() && here.noun() == place.noun()));
    view! {
        <a class="nav-item" href=href aria-current=move || is_here().then_some("page")>
            <Icon name=icon/>
            <span class="nav-label">{label}</span>
            {move || count().map(|count| view! { <span class="nav-count">{crate::format::whole(count)}</span> })}
        </a>
    }
}

#[component]
fn TopBar(palette: RwSignal<bool>, nav_open: RwSignal<bool>) -> impl IntoView {
    let all = crumbs();
    let items = move || {
        let all = all.get();
        let last = all.len().saturating_sub(1);
        all.into_iter()
            .enumerate()
            .map(|(index, (label, href))| match href {
                Some(href) if index < last => view! { <li><a href=href>{label}</a></li> }.into_any(),
                Some(_) | None => view! { <li aria-current=(index == last).then_some("page")>{label}</li> }.into_any(),
            })
            .collect_view()
    };
    view! {
        <header class="bar">
            <button type="button" class="bar-menu" aria-label=text::nav::open() on:click=move |_| nav_open.update(|open| *open = !*open)>
                <Icon name="menu"/>
            </button>
            <nav class="crumbs" aria-label=text::nav::crumbs()><ol>{items}</ol></nav>
            <button type="button" class="bar-search" aria-label=text::shell::search() aria-keyshortcuts="Control+K" on:click=move |_| palette.set(true)>
                <Icon name="search" size=14/>
                <span>{text::shell::search()}</span>
                <span class="keys"><kbd>"Ctrl"</kbd><kbd>"K"</kbd></span>
            </button>
            <div class="bar-right">
                <Live/>
                <LanguageMenu/>
                <UserMenu/>
            </div>
        </header>
    }
}

#[component]
fn Live() -> impl IntoView {
    let connection = live::connection();
    let shown = move || {
        match connection.get() {
        Connection::Live => {
            view! { <span class="live-dot" aria-hidden="true"></span><span class="live-word">{text::shell::live()}</span> }.into_any()
        }
        Connection::Reconnecting => view! { <State shape=Shape::Waiting word=text::shell::reconnecting()/> }.into_any(),
        Connection::Offline => view! { <State shape=Shape::Blocking word=text::shell::offline()/> }.into_any(),
    }
    };
    view! { <span class="live" role="status">{shown}</span> }
}

#[component]
fn LanguageMenu() -> impl IntoView {
    let items = Callback::new(|()| {
        let choice =
            |one: Language| Item::new(one.name(), move || session::choose_language(one)).chosen(one == language());
        Language::ALL.into_iter().map(choice).collect()
    });
    view! {
        <Menu label=text::shell::language() class="bar-button" items>
            {language().code().to_uppercase()}<Icon name="down" size=12/>
        </Menu>
    }
}

#[component]
fn UserMenu() -> impl IntoView {
    let name = session::session()
        .with_untracked(|session| session.as_ref().map(|session| session.name.clone()))
        .unwrap_or_default();
    let items = Callback::new(|()| {
        let choice = |one: Theme| {
            let label = format!("{}: {}", text::shell::theme(), theme_name(one));
            Item::new(label, move || session::choose_theme(one)).chosen(one == session::theme())
        };
        let mut all = Theme::ALL.into_iter().map(choice).collect::<Vec<_>>();
        all.push(Item::new(text::shell::log_out(), || spawn_local(session::end())));
        all
    });
    view! {
        <Menu label=text::shell::account(&name) class="bar-button" items>
            <span class="avatar" aria-hidden="true">{initials(&name)}</span>
            <span class="bar-name">{name}</span>
        </Menu>
    }
}
