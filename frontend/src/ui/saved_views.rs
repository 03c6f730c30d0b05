//! Saved views: search, filters, sort and columns of a list under a name, as a tab beside the list's own.

use leptos::prelude::*;
use leptos::task::spawn_local;
use mrp_api::endpoint::{Empty, IdPath};
use mrp_api::patch::Patch;
use mrp_api::saved_views::{
    CreateSavedView, DeleteSavedView, ListSavedViews, SavedViewInput, SavedViewQuery, SavedViewView, UpdateSavedView,
};
use serde_json::{Value, json};

use crate::api::{self, Pending};
use crate::i18n::text::saved_views as t;
use crate::links::{query_pairs, query_text};
use crate::ui::ask::{Ask, Asks};
use crate::ui::field::Field;
use crate::ui::icon::Icon;
use crate::ui::list::ShownColumns;
use crate::ui::list_state::ListState;
use crate::ui::menu::{Item, Menu};
use crate::ui::toast;
use crate::{history, live};

/// The views of one list.
#[derive(Clone, Copy)]
pub struct SavedViews {
    list: &'static str,
    state: ListState,
    columns: ShownColumns,
    all: RwSignal<Vec<SavedViewView>>,
}

impl SavedViews {
    /// Loads them, and again whenever somebody saves one.
    #[must_use]
    pub fn start(list: &'static str, state: ListState, columns: ShownColumns) -> Self {
        let views = Self { list, state, columns, all: RwSignal::new(Vec::new()) };
        let revision = live::revision("saved_view".to_owned());
        Effect::new(move |_| {
            revision.track();
            views.load();
        });
        views
    }

    fn load(self) {
        spawn_local(async move {
            let query = SavedViewQuery { list: Some(self.list.to_owned()) };
            // Without them the list is as good as before.
            if let Ok(page) = api::get::<ListSavedViews>(&Empty {}, &query).await {
                self.all.try_set(page.items);
            }
        });
    }

    /// Whether there is any.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.all.with(Vec::is_empty)
    }

    fn is_chosen(self, view: &SavedViewView) -> bool {
        let mut now = self.state.parameters();
        let mut wanted = query_pairs(&view.query);
        now.sort_unstable();
        wanted.sort_unstable();
        now == wanted
    }

    /// One tab for each.
    #[must_use]
    pub fn tabs(self) -> AnyView {
        let tab = move |view: SavedViewView| {
            let path = history::location().with_untracked(|at| at.path.clone());
            let href = format!("{path}{}", query_text(&query_pairs(&view.query)));
            let title = (!view.is_own || view.is_shared).then(|| t::shared_by(&view.owner_name));
            let hidden = view.hidden_columns.clone();
            let name = view.name.clone();
            let chosen = move || self.is_chosen(&view).then_some("page");
            view! {
                <a class="tab" href=href title=title aria-current=chosen on:click=move |_| self.columns.hide(&hidden)>
                    {name}
                </a>
            }
        };
        (move || self.all.get().into_iter().map(tab).collect_view()).into_any()
    }
}

/// The menu that saves the list as it is, and removes the view that is shown.
#[component]
pub fn SavedViewMenu(
    /// The list's views.
    views: SavedViews,
) -> impl IntoView {
    let ask = RwSignal::new(None::<Ask>);
    let items = Callback::new(move |()| {
        let mut items = vec![Item::new(t::save(), move || ask.set(Some(question(views))))];
        let all = views.all.get_untracked();
        for view in all.into_iter().filter(|view| view.is_own && untrack(|| views.is_chosen(view))) {
            let label = t::remove(&view.name);
            items.push(Item::new(label, move || remove(views, view.clone())).danger());
        }
        items
    });
    view! {
        <Menu label=t::menu() look="ghost" items><Icon name="filter" size=14/>{t::menu()}</Menu>
        <Asks ask/>
    }
}

fn fields() -> Vec<Field> {
    vec![Field::text("name", t::name(), 100).required().span(12), Field::check("is_shared", t::shared()).span(12)]
}

fn question(views: SavedViews) -> Ask {
    let ask = Ask::new(t::save_title(), t::save_verb(), move |answers| save(views, answers)).hint(t::save_hint());
    fields().into_iter().fold(ask, Ask::field)
}

fn save(views: SavedViews, answers: Value) -> Pending<()> {
    Box::pin(async move {
        let name = answers.get("name").and_then(Value::as_str).unwrap_or_default().trim().to_owned();
        let input = SavedViewInput {
            list: views.list.to_owned(),
            name: name.clone(),
            query: query_text(&views.state.parameters()),
            hidden_columns: views.columns.hidden(),
            is_shared: answers.get("is_shared") == Some(&json!(true)),
        };
        let same = views.all.get_untracked().into_iter().find(|view| view.is_own && view.name == name);
        match same {
            Some(view) => {
                let path = IdPath { id: view.id };
                api::send::<UpdateSavedView>(&path, Some(view.version), &Patch::whole(&input)).await?;
            }
            None => {
                api::send::<CreateSavedView>(&Empty {}, None, &input).await?;
            }
        }
        views.load();
        toast::done(t::saved(&name));
        Ok(())
    })
}

fn remove(views: SavedViews, view: SavedViewView) {
    spawn_local(async move {
        match api::send::<DeleteSavedView>(&IdPath { id: view.id }, Some(view.version), &Empty {}).await {
            Ok(_) => {
                views.load();
                let text = t::removed(&view.name);
                toast::done_with_undo(text, move || restore(views, view.clone()));
            }
            Err(failure) => toast::failed(&failure),
        }
    });
}

fn restore(views: SavedViews, view: SavedViewView) {
    spawn_local(async move {
        let SavedViewView { list, name, query, hidden_columns, is_shared, .. } = view;
        let input = SavedViewInput { list, name, query, hidden_columns, is_shared };
        match api::send::<CreateSavedView>(&Empty {}, None, &input).await {
            Ok(_) => views.load(),
            Err(failure) => toast::failed(&failure),
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_question_asks_for_a_name() {
        let required = fields().into_iter().filter(|field| field.is_required).map(|field| field.name);
        assert_eq!(required.collect::<Vec<_>>(), ["name"]);
    }
}
