//! The skeleton of a page: breadcrumbs, head, facts, tabs, rail, footer; and what stands there while there is nothing to show.

use std::sync::LazyLock;

use leptos::prelude::*;

use crate::api::Failure;
use crate::history;
use crate::i18n::text;
use crate::ui::button::{Button, Keys};
use crate::ui::icon::Icon;

/// A crumb: what it is called and where it leads; the last one leads nowhere.
pub type Crumb = (String, Option<String>);

static CRUMBS: LazyLock<ArcRwSignal<Vec<Crumb>>> = LazyLock::new(|| ArcRwSignal::new(Vec::new()));

/// The breadcrumbs of the current page.
#[must_use]
pub fn crumbs() -> ArcRwSignal<Vec<Crumb>> {
    CRUMBS.clone()
}

/// Says where we are: breadcrumbs and window title. Every page calls it.
pub fn set_crumbs(all: Vec<Crumb>) {
    if let Some((last, _)) = all.last() {
        document().set_title(last);
    }
    CRUMBS.set(all);
}

/// A page's head: title, a muted note, and its buttons on the right.
#[component]
pub fn Head(
    /// The title.
    #[prop(into)]
    title: Signal<String>,
    /// A muted note beside it.
    #[prop(optional, into)]
    note: Signal<String>,
    /// The buttons.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <header class="head">
            <h1>{move || title.get()}</h1>
            <span class="head-note">{move || note.get()}</span>
            {children.map(|children| view! { <div class="actions">{children()}</div> })}
        </header>
    }
}

/// One fact in a record's header: label and value.
#[component]
pub fn Fact(
    /// What it is.
    #[prop(into)]
    label: String,
    /// What it says.
    children: Children,
) -> impl IntoView {
    view! { <div class="fact"><dt>{label}</dt><dd>{children()}</dd></div> }
}

/// One tab.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tab {
    /// Its name in the address.
    pub key: &'static str,
    /// What it is called.
    pub label: String,
    /// How many things are in it.
    pub count: Option<u64>,
}

impl Tab {
    /// A tab.
    #[must_use]
    pub fn new(key: &'static str, label: impl Into<String>) -> Self {
        Self { key, label: label.into(), count: None }
    }

    /// With a count.
    #[must_use]
    pub fn count(mut self, count: usize) -> Self {
        self.count = u64::try_from(count).ok();
        self
    }
}

/// The chosen tab: the one in the address, else the first.
#[must_use]
pub fn chosen_tab(keys: &'static [&'static str]) -> Memo<&'static str> {
    let parameter = history::parameter("tab");
    Memo::new(move |_| {
        let wanted = parameter.get();
        let found = keys.iter().copied().find(|key| Some(*key) == wanted.as_deref());
        found.or_else(|| keys.first().copied()).unwrap_or_default()
    })
}

/// Tabs, as links that keep their place in the address.
#[component]
pub fn Tabs(
    /// The tabs.
    #[prop(into)]
    tabs: Signal<Vec<Tab>>,
    /// The chosen one's key, from [`chosen_tab`].
    chosen: Memo<&'static str>,
    /// A button at the right end.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let location = history::location();
    let items = move || {
        let path = location.with(|at| at.path.clone());
        tabs.get()
            .into_iter()
            .map(|tab| {
                let key = tab.key;
                view! {
                    <a class="tab" href=format!("{path}?tab={key}") aria-current=move || (chosen.get() == key).then_some("page")>
                        {tab.label}
                        {tab.count.map(|count| view! { <span class="tab-count">{crate::format::whole(count)}</span> })}
                    </a>
                }
            })
            .collect_view()
    };
    view! { <nav class="tabs" aria-label=text::form::details()>{items}{children.map(|children| children())}</nav> }
}

/// A section of the side rail.
#[component]
pub fn RailSection(
    /// Its heading.
    #[prop(into)]
    title: String,
    /// How many things are in it.
    #[prop(optional)]
    count: Option<usize>,
    /// What is in it.
    children: Children,
) -> impl IntoView {
    view! {
        <section class="rail-section">
            <h2>{title}{count.map(|count| view! { <span class="muted">{count}</span> })}</h2>
            {children()}
        </section>
    }
}

/// A page's footer: its shortcuts on the left, a count or the state of saving on the right.
#[component]
pub fn Footer(
    /// Key caps and what they do.
    keys: Vec<(Vec<&'static str>, String)>,
    /// What stands on the right.
    #[prop(optional, into)]
    note: Signal<String>,
) -> impl IntoView {
    view! {
        <footer class="footer">
            {keys.into_iter().map(|(keys, label)| view! { <Keys keys label/> }).collect_view()}
            <Keys keys=vec!["?"] label=text::shell::all_shortcuts()/>
            <span class="spacer"></span>
            <span>{move || note.get()}</span>
        </footer>
    }
}

/// Nothing here yet: says so, why, and what to do next.
#[component]
pub fn Blank(
    /// What is not there.
    #[prop(into)]
    title: String,
    /// What to do about it.
    #[prop(into)]
    hint: String,
    /// An icon.
    #[prop(default = "order")]
    icon: &'static str,
    /// The button that does it.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="blank">
            <Icon name=icon size=24/>
            <h2>{title}</h2>
            <p>{hint}</p>
            {children.map(|children| view! { <div class="actions">{children()}</div> })}
        </div>
    }
}

/// Something could not be loaded: says why and offers another try.
#[component]
pub fn Trouble(
    /// Why.
    failure: Failure,
    /// Tries again.
    #[prop(into)]
    on_retry: Callback<()>,
) -> impl IntoView {
    view! {
        <div class="blank" role="alert">
            <span class="shape" data-shape="blocking" aria-hidden="true"></span>
            <h2>{text::form::failed()}</h2>
            <p>{failure.message()}</p>
            <div class="actions"><Button label=text::list::retry() on_press=on_retry/></div>
        </div>
    }
}

/// Grey bars where text will be.
#[component]
pub fn Skeleton(
    /// How many lines.
    #[prop(default = 6)]
    lines: usize,
) -> impl IntoView {
    view! {
        <div class="section" aria-busy="true">
            <span class="sr-only" role="status">{text::shell::loading()}</span>
            {(0..lines)
                .map(|line| view! { <span class="skeleton" aria-hidden="true" style:width=format!("{}%", 70 - line * 13 % 45)></span> })
                .collect_view()}
        </div>
    }
}

/// Draws what a request brought: a skeleton while it is on its way, the trouble when it failed. The same answer once more
/// draws nothing anew.
#[must_use]
pub fn loaded<T: Clone + PartialEq + Send + Sync + 'static>(
    answer: RwSignal<Option<crate::api::Answer<T>>>,
    retry: Callback<()>,
    draw: impl Fn(T) -> AnyView + Send + Sync + 'static,
) -> impl IntoView {
    let answer = Memo::new(move |_| answer.get());
    move || match answer.get() {
        None => view! { <Skeleton/> }.into_any(),
        Some(Err(failure)) => view! { <Trouble failure on_retry=retry/> }.into_any(),
        Some(Ok(value)) => draw(value),
    }
}
