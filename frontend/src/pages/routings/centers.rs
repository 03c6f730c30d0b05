//! What the work centers of a routing's operations say: their hours, their efficiency, their cost, who can stand in.

use std::collections::HashMap;
use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use mrp_api::access::Permission;
use mrp_api::endpoint::{Empty, IdPath};
use mrp_api::work_centers::{GetWorkCenter, WorkCenterView};
use mrp_api::work_schedules::{GetWorkCenterHours, WindowsQuery};
use mrp_domain::calendar::WorkingWindows;
use mrp_domain::ids::WorkCenterId;
use mrp_domain::time::TimeWindow;
use mrp_domain::work_center::Efficiency;
use time::Duration;

use crate::i18n::text::{routings as t, work_centers};
use crate::links::Noun;
use crate::ui::form::Slot;
use crate::ui::state::{Shape, State};
use crate::{api, format, live, session};

/// How far ahead hours are asked for: first a quarter, then a year for work that does not fit into one.
const DAYS_FIRST: i64 = 92;
const DAYS_MAX: i64 = 366;

/// The hours of a work center, and for how many days from today on they are known.
#[derive(Clone)]
struct Hours {
    days: i64,
    windows: Arc<WorkingWindows>,
}

/// The work centers that the page has asked for.
#[derive(Clone, Copy)]
pub struct Centers {
    views: RwSignal<HashMap<WorkCenterId, WorkCenterView>>,
    hours: RwSignal<HashMap<WorkCenterId, Hours>>,
    days: RwSignal<i64>,
}

impl Centers {
    /// Those of the operations in a form, asked for as they are chosen.
    #[must_use]
    pub fn new(operations: Slot) -> Self {
        let centers = Self {
            views: RwSignal::new(HashMap::new()),
            hours: RwSignal::new(HashMap::new()),
            days: RwSignal::new(DAYS_FIRST),
        };
        let chosen = Memo::new(move |_| {
            let rows = operations.rows.get();
            let mut ids =
                rows.iter().filter_map(|row| center_of(&row.value("work_center_id")?.get())).collect::<Vec<_>>();
            ids.sort_unstable();
            ids.dedup();
            ids
        });
        let changed = live::revision("work_center".to_owned());
        Effect::new(move |_| {
            changed.track();
            let days = centers.days.get();
            for id in chosen.get() {
                spawn_local(async move { centers.ask(id, days).await });
            }
        });
        Effect::new(move |_| centers.give_defaults(operations));
        centers
    }

    /// A new operation begins with the set-up and clean-up of its work center, unless somebody has typed some.
    fn give_defaults(self, operations: Slot) {
        for row in operations.rows.get() {
            let is_new = row.value("id").is_some_and(|id| id.get_untracked().is_empty());
            let center = row.value("work_center_id").and_then(|center| center_of(&center.get()));
            let Some(center) = center.filter(|_| is_new) else { continue };
            let times = |view: &WorkCenterView| {
                [("setup_seconds", view.setup_seconds), ("cleanup_seconds", view.cleanup_seconds)]
            };
            let Some(times) = self.views.with(|views| views.get(&center).map(times)) else { continue };
            for (field, seconds) in times {
                if let Some(value) = row.value(field).filter(|value| seconds > 0 && value.get_untracked().is_empty()) {
                    value.set(format::duration(i64::from(seconds)));
                }
            }
        }
    }

    async fn ask(self, id: WorkCenterId, days: i64) {
        if let Some(view) = self.read(id).await {
            for other in view.alternative_ids {
                if self.views.try_with_untracked(|views| views.contains_key(&other)) == Some(false) {
                    self.read(other).await;
                }
            }
        }
        let today = format::today();
        let last = today.checked_add(Duration::days(days - 1)).unwrap_or(today);
        let query = WindowsQuery {
            from: Some(format::iso_date(today)),
            until: Some(format::iso_date(last)),
            ..WindowsQuery::default()
        };
        // A work center without any schedule is refused: it has no hours, which the plan tells.
        let windows = match api::get::<GetWorkCenterHours>(&IdPath { id }, &query).await {
            Ok(answer) => answer.windows,
            Err(api::Failure::Refused(_)) => Vec::new(),
            Err(api::Failure::Network | api::Failure::Unreadable(_)) => return,
        };
        let spans = windows.iter().filter_map(|window| TimeWindow::new(window.start, window.finish).ok());
        let windows = Arc::new(WorkingWindows::new(spans.collect()));
        self.hours.try_update(|known| known.insert(id, Hours { days, windows }));
    }

    async fn read(self, id: WorkCenterId) -> Option<WorkCenterView> {
        let view = api::get::<GetWorkCenter>(&IdPath { id }, &Empty {}).await.ok()?;
        self.views.try_update(|views| views.insert(id, view.clone()));
        Some(view)
    }

    /// The hours and the efficiency of a work center, once both are known.
    #[must_use]
    pub fn working_time(self, id: WorkCenterId) -> Option<(Arc<WorkingWindows>, Efficiency)> {
        let windows = self.hours.with(|hours| hours.get(&id).map(|known| Arc::clone(&known.windows)))?;
        let efficiency = self.views.with(|views| views.get(&id).map(|view| view.efficiency_percent))?;
        Efficiency::try_from(efficiency).ok().map(|efficiency| (windows, efficiency))
    }

    /// Its name, or nothing while it is not known.
    #[must_use]
    pub fn name(self, id: WorkCenterId) -> String {
        self.views.with(|views| views.get(&id).map(|view| view.name.clone())).unwrap_or_default()
    }

    /// Asks for hours further ahead; whether that is still possible, or already asked for.
    pub fn look_further(self, id: WorkCenterId) -> bool {
        if self.hours.with(|hours| hours.get(&id).is_some_and(|known| known.days >= DAYS_MAX)) {
            return false;
        }
        self.days.set(DAYS_MAX);
        true
    }
}

/// The work center that a field names.
#[must_use]
pub fn center_of(typed: &str) -> Option<WorkCenterId> {
    typed.parse().ok()
}

/// Below an operation's work center: who can stand in for it, best first, and that it costs nothing.
#[component]
pub fn CenterFacts(
    /// The page's work centers.
    centers: Centers,
    /// The field of the work center.
    chosen: RwSignal<String>,
) -> impl IntoView {
    let alternatives = move |view: &WorkCenterView| {
        let name =
            |id: &WorkCenterId| Some((*id, centers.views.with(|views| views.get(id).map(|view| view.name.clone()))?));
        let named = view.alternative_ids.iter().filter_map(name).collect::<Vec<_>>();
        let links = named.into_iter().enumerate().map(|(index, (id, name))| {
            view! {
                {(index > 0).then_some(", ")}
                <a href=Noun::WorkCenters.record(id)>{name}</a>
            }
        });
        let links = links.collect_view();
        (!view.alternative_ids.is_empty())
            .then(|| view! { <span class="muted small">{t::stand_in()}": "{links}</span> })
    };
    let draw = move || {
        let id = center_of(&chosen.get())?;
        let view = centers.views.with(|views| views.get(&id).cloned())?;
        let is_free = session::may(Permission::CostRead) && view.costs_hour.is_none_or(|cost| cost.is_zero());
        Some(view! {
            {alternatives(&view)}
            {is_free.then(|| view! { <State shape=Shape::Waiting word=work_centers::no_cost()/> })}
        })
    };
    view! { <div class="operation-center">{draw}</div> }
}
