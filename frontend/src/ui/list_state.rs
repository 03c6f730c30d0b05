//! What a list knows: its rows so far, what is selected, which row is current, whether more are coming.

use std::collections::BTreeSet;
use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use mrp_api::page::TOTAL_MAX;

use crate::api::{Failure, Pending};
use crate::i18n::fold_cedilla;
use crate::ui::cell::Cell;
use crate::{history, live};

/// Rows that are asked for at once.
const LIMIT: usize = 80;
/// Most rows that the API gives at once.
const LIMIT_MAX: usize = 200;

/// Most rows that are loaded for somebody who wants all of them.
const WHOLE_MAX: usize = 10_000;
/// Milliseconds after which a list looks again whether it is still loading.
const TURN_MS: u32 = 25;

/// What a list needs to know of a row besides its cells.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RowKey {
    /// The record's id.
    pub id: String,
    /// What to call the row when it is read aloud.
    pub name: String,
    /// Its version, for bulk commands.
    pub version: i64,
    /// Where it leads.
    pub href: String,
    /// Finished or inactive: drawn muted.
    pub is_muted: bool,
}

/// One row.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// What it is.
    pub key: RowKey,
    /// What it shows, one cell a column.
    pub cells: Vec<Cell>,
}

/// One page of rows.
pub struct Rows {
    /// The rows.
    pub rows: Vec<Arc<Row>>,
    /// Where the next page starts.
    pub next_cursor: Option<String>,
    /// How many rows there are on all pages.
    pub total: u64,
}

/// Loads rows for these parameters.
pub type Load = Arc<dyn Fn(Vec<(String, String)>) -> Pending<Rows> + Send + Sync>;

/// A list at work.
#[derive(Clone, Copy)]
pub struct ListState {
    load: StoredValue<Load>,
    names: StoredValue<Vec<&'static str>>,
    /// The rows so far; `None` until the first answer.
    pub rows: RwSignal<Option<Vec<Arc<Row>>>>,
    /// Rows on all pages.
    pub total: RwSignal<u64>,
    /// Why the last request failed.
    pub failure: RwSignal<Option<Failure>>,
    /// Ids of the selected rows.
    pub selected: RwSignal<BTreeSet<String>>,
    /// The row that the keyboard is on.
    pub current: RwSignal<Option<usize>>,
    /// Whether a request is on its way.
    pub loading: RwSignal<bool>,
    cursor: StoredValue<Option<String>>,
    turn: StoredValue<u64>,
}

impl ListState {
    /// Starts to load, and again whenever the address or one of the entities changes. `names` are the parameters that matter.
    #[must_use]
    pub fn start(load: Load, entities: &[&'static str], names: Vec<&'static str>) -> Self {
        let state = Self {
            load: StoredValue::new(load),
            names: StoredValue::new(names),
            rows: RwSignal::new(None),
            total: RwSignal::new(0),
            failure: RwSignal::new(None),
            selected: RwSignal::new(BTreeSet::new()),
            current: RwSignal::new(None),
            loading: RwSignal::new(false),
            cursor: StoredValue::new(None),
            turn: StoredValue::new(0),
        };
        let location = history::location();
        let wanted = Memo::new(move |_| location.with(|at| state.relevant(&at.query)));
        let revisions = entities.iter().map(|entity| live::revision((*entity).to_owned())).collect::<Vec<_>>();
        Effect::new(move |before: Option<Vec<(String, String)>>| {
            let now = wanted.get();
            for revision in &revisions {
                revision.track();
            }
            let is_other = before.is_some_and(|before| before != now);
            if is_other {
                state.selected.set(BTreeSet::new());
                state.current.set(None);
            }
            state.reload(if is_other { 0 } else { state.count() });
            now
        });
        state
    }

    /// The search words, filters and sort in force.
    #[must_use]
    pub fn parameters(&self) -> Vec<(String, String)> {
        history::location().with(|at| self.relevant(&at.query))
    }

    /// The search words and filters in force, without the sort.
    #[must_use]
    pub fn filters(&self) -> Vec<(String, String)> {
        self.parameters().into_iter().filter(|(name, _)| name != "sort").collect()
    }

    /// Loads anew, at least as many rows as there were.
    pub fn reload(self, at_least: usize) {
        if self.rows.is_disposed() {
            return;
        }
        self.cursor.set_value(None);
        let limit = at_least.clamp(LIMIT, LIMIT_MAX);
        self.fetch(limit, false);
    }

    /// Loads the next page, when there is one.
    pub fn more(self) {
        if self.cursor.with_value(Option::is_some) && !self.loading.get_untracked() {
            self.fetch(LIMIT, true);
        }
    }

    /// Loads the rows that are missing, up to [`WHOLE_MAX`]; whether all that match are here then.
    pub async fn load_whole(self) -> bool {
        loop {
            while self.loading.try_get_untracked() == Some(true) {
                gloo_timers::future::TimeoutFuture::new(TURN_MS).await;
            }
            if self.rows.try_with_untracked(Option::is_some) != Some(true) {
                return false;
            }
            if untrack(|| self.is_whole()) {
                return true;
            }
            let can_go_on = self.cursor.with_value(Option::is_some) && self.count() < WHOLE_MAX;
            if !can_go_on || !self.ask(LIMIT_MAX, true).await {
                return false;
            }
        }
    }

    /// Whether every row that matches is loaded.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        let count = self.rows.with(|rows| rows.as_ref().map_or(0, Vec::len));
        let total = self.total.get();
        total <= TOTAL_MAX && u64::try_from(count).is_ok_and(|count| count >= total)
    }

    /// Selects a row, or takes it out of the selection.
    pub fn toggle(&self, id: &str) {
        self.selected.update(|all| {
            if !all.remove(id) {
                all.insert(id.to_owned());
            }
        });
    }

    /// The keys of the selected rows, in the list's order.
    #[must_use]
    pub fn chosen(&self) -> Vec<RowKey> {
        let selected = self.selected.get();
        self.rows.with(|rows| {
            rows.iter().flatten().filter(|row| selected.contains(&row.key.id)).map(|row| row.key.clone()).collect()
        })
    }

    /// Moves the keyboard's row.
    pub fn step(&self, down: bool) {
        let count = self.count();
        self.current.update(|current| {
            *current = match (*current, down) {
                (_, _) if count == 0 => None,
                (None, _) => Some(0),
                (Some(at), true) => Some((at + 1).min(count - 1)),
                (Some(at), false) => Some(at.saturating_sub(1)),
            };
        });
    }

    /// The key of the keyboard's row.
    #[must_use]
    pub fn current_key(&self) -> Option<RowKey> {
        let at = self.current.get_untracked()?;
        self.rows.with_untracked(|rows| rows.as_ref().and_then(|rows| rows.get(at)).map(|row| row.key.clone()))
    }

    fn count(&self) -> usize {
        self.rows.with_untracked(|rows| rows.as_ref().map_or(0, Vec::len))
    }

    fn relevant(&self, query: &[(String, String)]) -> Vec<(String, String)> {
        self.names.with_value(|names| {
            query
                .iter()
                .filter(|(name, value)| names.contains(&name.as_str()) && !value.is_empty())
                .map(|(name, value)| (name.clone(), fold_cedilla(value)))
                .collect()
        })
    }

    fn fetch(self, limit: usize, append: bool) {
        spawn_local(async move {
            self.ask(limit, append).await;
        });
    }

    /// Whether the answer has come and is still wanted.
    async fn ask(self, limit: usize, append: bool) -> bool {
        let Some(before) = self.turn.try_get_value() else { return false };
        let turn = before + 1;
        self.turn.set_value(turn);
        self.loading.set(true);
        let mut parameters = history::location().with_untracked(|at| self.relevant(&at.query));
        parameters.push(("limit".to_owned(), limit.to_string()));
        if let Some(cursor) = self.cursor.get_value().filter(|_| append) {
            parameters.push(("cursor".to_owned(), cursor));
        }
        let load = self.load.get_value();
        let answer = load(parameters).await;
        if self.turn.try_get_value() != Some(turn) {
            return false;
        }
        self.loading.set(false);
        match answer {
            Ok(page) => {
                self.failure.set(None);
                self.total.set(page.total);
                self.cursor.set_value(page.next_cursor);
                self.rows.update(|rows| match rows {
                    Some(rows) if append => rows.extend(page.rows),
                    Some(_) | None => *rows = Some(page.rows),
                });
                true
            }
            Err(failure) => {
                self.failure.set(Some(failure));
                false
            }
        }
    }
}
