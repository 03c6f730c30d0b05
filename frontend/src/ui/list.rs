//! The list page of any noun: columns, search, filters, sort, selection, bulk commands, keyboard, copying.
//!
//! A noun says what is particular in a [`List`]; [`list_page`] draws it. Search, filters and sort live in the address, under the
//! names that the API's query uses, so that Back, Refresh and a shared link show the same rows.

use std::sync::Arc;

use leptos::prelude::*;
use mrp_api::data_files::DataFileKind;
use mrp_api::endpoint::{Empty, Endpoint};
use mrp_api::page::Page;
use mrp_domain::time::Due;

use crate::api::{self, Pending};
use crate::i18n::text;
use crate::links::Noun;
use crate::ui::bulk_edit::{BulkEdit, Was};
use crate::ui::button::{Button, LinkButton, Look};
use crate::ui::cell::Cell;
use crate::ui::data_files::DataFiles;
use crate::ui::field::{Field, words};
use crate::ui::list_rows::{Table, rows_text};
use crate::ui::list_state::{ListState, Load, Row, RowKey, Rows};
use crate::ui::list_tools::{BulkBar, Filters, Presets};
use crate::ui::page::{Blank, Footer, Head, Trouble, set_crumbs};
use crate::ui::saved_views::SavedViews;
use crate::ui::shortcuts::shortcut;
use crate::{history, session, storage};

/// One column of rows of type `T`.
pub struct Column<T> {
    spec: ColumnSpec,
    cell: Arc<dyn Fn(&T) -> Cell + Send + Sync>,
}

/// What a column is, whatever its rows.
#[derive(Debug, Clone)]
pub struct ColumnSpec {
    /// Its name, for remembering; and for sorting when it can be sorted.
    pub key: &'static str,
    /// Its heading.
    pub label: String,
    /// Its width in pixels; none: it takes the rest.
    pub width: Option<u32>,
    /// Aligned to the right.
    pub is_number: bool,
    /// The server can sort by `key`.
    pub is_sortable: bool,
    /// Not shown until somebody asks for it.
    pub starts_hidden: bool,
    /// Summed up below when every row is loaded.
    pub is_summed: bool,
}

impl<T> Column<T> {
    /// A column; `cell` makes its content.
    #[must_use]
    pub fn new(key: &'static str, label: impl Into<String>, cell: impl Fn(&T) -> Cell + Send + Sync + 'static) -> Self {
        let spec = ColumnSpec {
            key,
            label: label.into(),
            width: None,
            is_number: false,
            is_sortable: false,
            starts_hidden: false,
            is_summed: false,
        };
        Self { spec, cell: Arc::new(cell) }
    }

    /// Its width in pixels.
    #[must_use]
    pub fn width(mut self, width: u32) -> Self {
        self.spec.width = Some(width);
        self
    }

    /// Numbers: aligned to the right.
    #[must_use]
    pub fn number(mut self) -> Self {
        self.spec.is_number = true;
        self
    }

    /// The server can sort by its key.
    #[must_use]
    pub fn sortable(mut self) -> Self {
        self.spec.is_sortable = true;
        self
    }

    /// Not shown until somebody asks for it.
    #[must_use]
    pub fn hidden(mut self) -> Self {
        self.spec.starts_hidden = true;
        self
    }

    /// Summed up in the totals row, as far as all rows share a unit.
    #[must_use]
    pub fn summed(mut self) -> Self {
        self.spec.is_summed = true;
        self
    }
}

/// A filter above the list; `name` is the API's.
#[derive(Clone)]
pub struct Filter {
    /// The parameter's name.
    pub name: &'static str,
    /// What it is called.
    pub label: String,
    /// Its possible values: (in the address, as shown).
    pub values: Vec<(String, String)>,
    /// How it is asked for, when not as a choice of these.
    pub draw: Option<Callback<(), AnyView>>,
}

impl Filter {
    /// One of a few values.
    #[must_use]
    pub fn choice(name: &'static str, label: impl Into<String>, values: Vec<(String, String)>) -> Self {
        Self { name, label: label.into(), values, draw: None }
    }

    /// What only a link from another page asks for; here it can be taken away again.
    #[must_use]
    pub fn given(name: &'static str, label: impl Into<String>) -> Self {
        Self { name, label: label.into(), values: Vec::new(), draw: None }
    }

    /// Anything else; see `ui/filter_fields.rs`.
    #[must_use]
    pub fn drawn(
        name: &'static str,
        label: impl Into<String>,
        draw: impl Fn() -> AnyView + Send + Sync + 'static,
    ) -> Self {
        let draw = Some(Callback::new(move |()| draw()));
        Self { name, label: label.into(), values: Vec::new(), draw }
    }

    /// How something stands to the day on which it is expected.
    #[must_use]
    pub fn due() -> Self {
        Self::choice(
            "due",
            text::list::due(),
            words(Due::ALL, Due::as_str, |due| match due {
                Due::Late => text::list::due_late(),
                Due::Today => text::list::due_today(),
                Due::Week => text::list::due_week(),
            }),
        )
    }

    /// Those of which something is true.
    #[must_use]
    pub fn only(name: &'static str, label: impl Into<String>) -> Self {
        Self::choice(name, label, vec![("true".to_owned(), text::list::yes().to_owned())])
    }

    /// Active, inactive or both.
    #[must_use]
    pub fn active() -> Self {
        let word = |value: &str, label: &str| (value.to_owned(), label.to_owned());
        Self::choice(
            "active",
            text::list::active(),
            vec![word("true", text::list::yes()), word("false", text::list::no())],
        )
    }
}

/// What became of one row of a bulk command: its name, and the problem if there was one.
pub type RowResult = (String, Option<String>);

/// A command on all selected rows.
#[derive(Clone)]
pub struct Bulk {
    /// Its verb.
    pub label: String,
    /// Carries it out.
    pub run: Arc<dyn Fn(Vec<RowKey>) -> Pending<Vec<RowResult>> + Send + Sync>,
    /// Why it cannot be carried out on these rows.
    pub reason: Reason,
}

/// Says why something cannot be done with these rows.
pub type Reason = Arc<dyn Fn(&[RowKey]) -> Option<String> + Send + Sync>;

/// Filters under a name, shown as a tab.
pub type Preset = (String, Vec<(&'static str, &'static str)>);

/// What makes one list different from another.
pub struct List {
    entity: &'static str,
    also: &'static [&'static str],
    title: &'static str,
    columns: Vec<ColumnSpec>,
    load: Load,
    filters: Vec<Filter>,
    presets: Vec<Preset>,
    counts: Option<Signal<Vec<u64>>>,
    bulk: Vec<Bulk>,
    edit: Option<BulkEdit>,
    new: Option<(String, String)>,
    empty: (&'static str, &'static str),
    is_embedded: bool,
    section: &'static str,
    actions: Option<Callback<(), AnyView>>,
    files: Option<DataFileKind>,
}

impl List {
    /// The list of an endpoint. `row` says which record a row is and where it leads.
    #[must_use]
    pub fn of<E, T>(entity: &'static str, title: &'static str, columns: Vec<Column<T>>, row: fn(&T) -> RowKey) -> Self
    where
        E: Endpoint<Path = Empty, Reply = Page<T>>,
        T: 'static,
    {
        let (specs, cells): (Vec<_>, Vec<_>) = columns.into_iter().map(|column| (column.spec, column.cell)).unzip();
        let load: Load = Arc::new(move |parameters| {
            let cells = cells.clone();
            Box::pin(async move {
                let page = api::get_list::<E>(&parameters).await?;
                let draw =
                    |item: &T| Arc::new(Row { key: row(item), cells: cells.iter().map(|cell| cell(item)).collect() });
                Ok(Rows {
                    rows: page.items.iter().map(draw).collect(),
                    next_cursor: page.next_cursor,
                    total: page.total,
                })
            })
        });
        Self {
            entity,
            also: &[],
            title,
            columns: specs,
            load,
            filters: Vec::new(),
            presets: Vec::new(),
            counts: None,
            bulk: Vec::new(),
            edit: None,
            new: None,
            empty: (title, ""),
            is_embedded: false,
            section: text::nav::production(),
            actions: None,
            files: None,
        }
    }

    /// Rows change with these entities, too.
    #[must_use]
    pub fn changes_with(mut self, also: &'static [&'static str]) -> Self {
        self.also = also;
        self
    }

    /// What to say and advise while there are no rows at all.
    #[must_use]
    pub fn empty(mut self, title: &'static str, hint: &'static str) -> Self {
        self.empty = (title, hint);
        self
    }

    /// People who may call `C` get a button (and the key `n`) that leads to an empty form.
    #[must_use]
    pub fn creates<C: Endpoint>(mut self, label: impl Into<String>, href: String) -> Self {
        if session::may_call::<C>() {
            self.new = Some((label.into(), href));
        }
        self
    }

    /// A filter.
    #[must_use]
    pub fn filter(mut self, filter: Filter) -> Self {
        self.filters.push(filter);
        self
    }

    /// Filters under a name, as a tab above the list. The first one usually has none: `preset("All", &[])`.
    #[must_use]
    pub fn preset(mut self, label: impl Into<String>, parameters: &[(&'static str, &'static str)]) -> Self {
        self.presets.push((label.into(), parameters.to_vec()));
        self
    }

    /// How many rows each preset has, in their order.
    #[must_use]
    pub fn counts(mut self, counts: Signal<Vec<u64>>) -> Self {
        self.counts = Some(counts);
        self
    }

    /// A command on all selected rows; rows can then be selected.
    #[must_use]
    pub fn bulk(
        mut self,
        label: impl Into<String>,
        reason: impl Fn(&[RowKey]) -> Option<String> + Send + Sync + 'static,
        run: impl Fn(Vec<RowKey>) -> Pending<Vec<RowResult>> + Send + Sync + 'static,
    ) -> Self {
        self.bulk.push(Bulk { label: label.into(), run: Arc::new(run), reason: Arc::new(reason) });
        self
    }

    /// One field of all selected rows can be set at once; rows can then be selected. `fields` are those of the form.
    #[must_use]
    pub fn edits<R: Endpoint, U: Endpoint>(mut self, fields: Vec<Field>) -> Self {
        self.edit = BulkEdit::of::<R, U>(fields);
        self
    }

    /// The same for records that are read otherwise than they travel: `was` says what a field of one would travel as.
    #[must_use]
    pub fn edits_reading<R: Endpoint, U: Endpoint>(mut self, fields: Vec<Field>, was: Was) -> Self {
        self.edit = BulkEdit::of::<R, U>(fields).map(|edit| edit.reading(was));
        self
    }

    /// More buttons beside the one for a new record.
    #[must_use]
    pub fn actions(mut self, draw: impl Fn() -> AnyView + Send + Sync + 'static) -> Self {
        self.actions = Some(Callback::new(move |()| draw()));
        self
    }

    /// The rows can be written into files and read in again.
    #[must_use]
    pub fn files(mut self, kind: DataFileKind) -> Self {
        self.files = Some(kind);
        self
    }

    /// Stands within another page: no breadcrumbs of its own.
    #[must_use]
    pub fn embedded(mut self) -> Self {
        self.is_embedded = true;
        self
    }

    /// The part of the office that it belongs to, for the breadcrumbs; production unless told otherwise.
    #[must_use]
    pub fn within(mut self, section: &'static str) -> Self {
        self.section = section;
        self
    }

    fn parameter_names(&self) -> Vec<&'static str> {
        let mut names = vec!["q", "sort"];
        names.extend(self.filters.iter().map(|filter| filter.name));
        names.extend(self.presets.iter().flat_map(|(_, parameters)| parameters.iter().map(|(name, _)| *name)));
        names.sort_unstable();
        names.dedup();
        names
    }
}

/// The columns that are shown; remembered for each list.
#[derive(Clone, Copy)]
pub struct ShownColumns {
    entity: &'static str,
    /// Every column.
    pub all: StoredValue<Vec<ColumnSpec>>,
    hidden: RwSignal<Vec<String>>,
}

impl ShownColumns {
    fn new(entity: &'static str, all: Vec<ColumnSpec>) -> Self {
        let hidden = match storage::get(&format!("columns.{entity}")) {
            Some(kept) => kept.split(',').map(str::to_owned).collect(),
            None => all.iter().filter(|column| column.starts_hidden).map(|column| column.key.to_owned()).collect(),
        };
        Self { entity, all: StoredValue::new(all), hidden: RwSignal::new(hidden) }
    }

    /// Whether a column is shown.
    #[must_use]
    pub fn is_shown(&self, key: &str) -> bool {
        self.hidden.with(|hidden| !hidden.iter().any(|name| name == key))
    }

    /// Shows a column, or hides it.
    pub fn toggle(&self, key: &str) {
        self.hidden.update(|hidden| {
            if hidden.iter().any(|name| name == key) {
                hidden.retain(|name| name != key);
            } else {
                hidden.push(key.to_owned());
            }
        });
        self.remember();
    }

    /// Hides exactly these columns, whose keys are split by commas.
    pub fn hide(&self, keys: &str) {
        self.hidden.set(keys.split(',').filter(|key| !key.is_empty()).map(str::to_owned).collect());
        self.remember();
    }

    /// The keys of the hidden columns, split by commas.
    #[must_use]
    pub fn hidden(&self) -> String {
        self.hidden.with_untracked(|hidden| hidden.join(","))
    }

    fn remember(&self) {
        storage::set(&format!("columns.{}", self.entity), &self.hidden());
    }

    /// The shown columns with their places in a row.
    #[must_use]
    pub fn shown(&self) -> Vec<(usize, ColumnSpec)> {
        let all = self.all.get_value();
        all.into_iter().enumerate().filter(|(_, column)| self.is_shown(column.key)).collect()
    }
}

/// The page of a list.
#[must_use]
pub fn list_page(list: List) -> AnyView {
    let entities = [&[list.entity], list.also].concat();
    let state = ListState::start(list.load.clone(), &entities, list.parameter_names());
    let columns = ShownColumns::new(list.entity, list.columns.clone());
    if !list.is_embedded {
        set_crumbs(vec![(list.section.to_owned(), None), (list.title.to_owned(), None)]);
    }
    let views = SavedViews::start(list.entity, state, columns);
    register_keys(state, list.new.as_ref().map(|(_, href)| href.clone()));
    let can_select = !list.bulk.is_empty() || list.edit.is_some();
    let new_button = list.new.clone();
    let actions = list.actions;
    let files = list.files.map(|kind| {
        let on_written = Callback::new(move |()| state.reload(0));
        view! { <DataFiles kind title=list.title list=state on_written/> }
    });
    let note = Signal::derive(move || rows_text(state.total.get()));
    let (empty_title, empty_hint) = list.empty;
    let new = StoredValue::new(list.new.clone());
    let body = move || {
        let failure = state.failure.get();
        let count = state.rows.with(|rows| rows.as_ref().map(Vec::len));
        match (failure, count) {
            (Some(failure), _) => view! { <Trouble failure on_retry=move |()| state.reload(0)/> }.into_any(),
            (None, Some(0)) if !state.filters().is_empty() => view! {
                <Blank title=text::list::nothing_found() hint=text::list::nothing_found_hint() icon="search">
                    <Button label=text::list::clear_filters() on_press=move |()| clear_filters(state)/>
                </Blank>
            }
            .into_any(),
            (None, Some(0)) => view! {
                <Blank title=empty_title hint=empty_hint>
                    {new.get_value().map(|(label, href)| view! { <LinkButton label href icon="plus"/> })}
                </Blank>
            }
            .into_any(),
            (None, _) => view! { <Table state columns can_select title=list.title/> }.into_any(),
        }
    };
    let has_rows = Memo::new(move |_| {
        (state.failure.with(Option::is_some), state.rows.with(|rows| rows.as_ref().map(|rows| rows.is_empty())))
    });
    let body = move || {
        // Read, not only tracked: a memo that nobody reads never notices anything.
        let _now = has_rows.get();
        untrack(body)
    };
    let head_title = list.title.to_owned();
    let keys = footer_keys(can_select, list.new.is_some());
    view! {
        <div class="page">
            <Head title=head_title note>
                {files}
                {actions.map(|actions| actions.run(()))}
                {new_button.map(|(label, href)| view! { <LinkButton label href icon="plus" key="N" look=Look::Primary/> })}
            </Head>
            <Presets state presets=list.presets counts=list.counts views/>
            <Filters state columns views filters=list.filters title=list.title/>
            {body}
            <BulkBar state commands=list.bulk edit=list.edit/>
            {(!list.is_embedded).then(|| view! { <Footer keys note/> })}
        </div>
    }
    .into_any()
}

fn footer_keys(can_select: bool, can_create: bool) -> Vec<(Vec<&'static str>, String)> {
    let mut keys = vec![
        (vec!["↑", "↓"], text::list::r#move().to_owned()),
        (vec!["Enter"], text::list::open().to_owned()),
        (vec!["/"], text::list::search().to_owned()),
    ];
    if can_select {
        keys.insert(1, (vec!["Space"], text::list::select().to_owned()));
    }
    if can_create {
        keys.push((vec!["N"], text::list::new().to_owned()));
    }
    keys
}

fn register_keys(state: ListState, new: Option<String>) {
    for (key, down) in [("j", true), ("ArrowDown", true), ("k", false), ("ArrowUp", false)] {
        shortcut(key, text::list::r#move(), move || state.step(down));
    }
    shortcut("Enter", text::list::open(), move || {
        if let Some(key) = state.current_key().filter(|key| !key.href.is_empty()) {
            history::go(&key.href);
        }
    });
    shortcut(" ", text::list::select(), move || {
        if let Some(key) = state.current_key() {
            state.toggle(&key.id);
        }
    });
    shortcut("Escape", text::list::clear(), move || state.selected.update(std::collections::BTreeSet::clear));
    shortcut("/", text::list::search(), || crate::ui::field_view::focus_on("list-search"));
    if let Some(href) = new {
        shortcut("n", text::list::new(), move || history::go(&href));
    }
}

pub(crate) fn clear_filters(state: ListState) {
    let names = state.filters();
    history::set_parameters(&names.iter().map(|(name, _)| (name.as_str(), "")).collect::<Vec<_>>(), true);
}

/// The address of a noun's list or form, for [`List::creates`].
#[must_use]
pub fn new_href(noun: Noun) -> String {
    noun.new_record()
}
