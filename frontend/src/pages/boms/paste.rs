//! Rows from a spreadsheet as lines of a draft: pasted anywhere on the page, checked by the server, corrected cell by
//! cell, added at once.

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::web_sys;
use mrp_api::bom_pastes::{BomPasteInput, BomPasteReport, CheckBomPaste, DecimalMark};
use mrp_api::boms::BomLineInput;
use mrp_api::endpoint::IdPath;
use wasm_bindgen::JsCast;

use crate::api::{self, Answer};
use crate::format;
use crate::i18n::text::{bom_pastes as t, form};
use crate::i18n::{Language, language};
use crate::pages::boms::editor::Editor;
use crate::pages::boms::paste_grid::{Grid, Panel};
use crate::pages::boms::paste_rows::{At, PastedRow, counts, first_problem, lines, next_problem, take_out, told_anew};
use crate::ui::button::{Button, Look};
use crate::ui::dialog::Dialog;
use crate::ui::state::{Shape, State};
use crate::ui::toast;

/// The state of the dialog.
#[derive(Clone, Copy)]
pub struct Paste {
    editor: Editor,
    open: RwSignal<bool>,
    /// What was pasted, before it is told apart.
    text: RwSignal<String>,
    /// The rows, once they are.
    pub rows: RwSignal<Vec<PastedRow>>,
    /// The cell at hand.
    pub at: RwSignal<At>,
    /// What is being typed into it.
    pub typed: RwSignal<Option<String>>,
    has_header: RwSignal<bool>,
    left_out: RwSignal<Vec<String>>,
    replaces: RwSignal<bool>,
    busy: RwSignal<bool>,
    error: RwSignal<Option<String>>,
    /// Which question to the server is the last one.
    turn: StoredValue<u64>,
}

impl Paste {
    /// Listens to what is pasted on the page of a draft.
    #[must_use]
    pub fn start(editor: Editor) -> Self {
        let paste = Self {
            editor,
            open: RwSignal::new(false),
            text: RwSignal::new(String::new()),
            rows: RwSignal::new(Vec::new()),
            at: RwSignal::new(At::default()),
            typed: RwSignal::new(None),
            has_header: RwSignal::new(false),
            left_out: RwSignal::new(Vec::new()),
            replaces: RwSignal::new(false),
            busy: RwSignal::new(false),
            error: RwSignal::new(None),
            turn: StoredValue::new(0),
        };
        let listening = window_event_listener_untyped("paste", move |event: web_sys::Event| {
            let Some(event) = event.dyn_ref::<web_sys::ClipboardEvent>() else { return };
            let text = event.clipboard_data().and_then(|data| data.get_data("text/plain").ok()).unwrap_or_default();
            if paste.takes(event, &text) {
                event.prevent_default();
                paste.begin(text);
            }
        });
        on_cleanup(move || listening.remove());
        paste
    }

    /// Whether rows were pasted, and not a word into a field.
    fn takes(self, event: &web_sys::ClipboardEvent, text: &str) -> bool {
        let has_cells = text.contains('\t') || text.trim().contains('\n');
        let is_elsewhere = document().query_selector("dialog[open]").ok().flatten().is_some();
        let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        let in_field = target.is_some_and(|element| matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA"));
        !text.trim().is_empty() && !is_elsewhere && (has_cells || !in_field) && untrack(|| self.editor.is_editable())
    }

    /// Opens the dialog without rows.
    pub fn ask(self) {
        self.clear();
        self.open.set(true);
    }

    fn clear(self) {
        self.turn.update_value(|turn| *turn += 1);
        self.text.set(String::new());
        self.rows.set(Vec::new());
        self.at.set(At::default());
        self.typed.set(None);
        self.replaces.set(false);
        self.busy.set(false);
        self.error.set(None);
    }

    /// Opens the dialog with rows.
    fn begin(self, text: String) {
        self.ask();
        self.read(text);
    }

    fn read(self, text: String) {
        self.text.set(text.clone());
        self.send(Some(text));
    }

    /// Asks what the rows mean after a change of them.
    pub fn check(self) {
        self.send(None);
    }

    fn send(self, text: Option<String>) {
        let is_text = text.is_some();
        let rows = if is_text {
            Vec::new()
        } else {
            self.rows.with_untracked(|rows| rows.iter().map(|row| row.told.cells.clone()).collect())
        };
        let decimal_mark = match language() {
            Language::English => DecimalMark::Point,
            Language::Romanian => DecimalMark::Comma,
        };
        let body = BomPasteInput { text, rows, decimal_mark, replaces: self.replaces.get_untracked() };
        self.turn.update_value(|turn| *turn += 1);
        let own = self.turn.get_value();
        self.busy.set(true);
        self.error.set(None);
        spawn_local(async move {
            let answer = api::send::<CheckBomPaste>(&IdPath { id: self.editor.id() }, None, &body).await;
            if self.turn.try_get_value() == Some(own) {
                self.settle(answer, is_text);
            }
        });
    }

    fn settle(self, answer: Answer<BomPasteReport>, is_text: bool) {
        self.busy.set(false);
        match answer {
            Ok(report) => {
                self.rows.update(|rows| *rows = told_anew(rows, report.rows));
                if is_text {
                    self.has_header.set(report.has_header);
                    self.left_out.set(report.left_out);
                    self.at.set(self.rows.with_untracked(|rows| first_problem(rows)).unwrap_or_default());
                    request_animation_frame(|| crate::ui::field_view::focus_on("paste-grid"));
                }
            }
            Err(failure) => {
                let detail = failure.detail().unwrap_or_default();
                self.error.set(Some(format!("{} {detail}", failure.message())));
            }
        }
    }

    /// Goes to the next cell that stops its row.
    pub fn go_on(self) {
        let next = self.rows.with_untracked(|rows| next_problem(rows, self.at.get_untracked()));
        if let Some(next) = next {
            self.at.set(next);
        }
    }

    /// Leaves the row at hand out, or takes it again.
    pub fn skip(self) {
        let at = self.at.get_untracked();
        self.rows.update(|rows| {
            if let Some(row) = rows.get_mut(at.row) {
                row.is_skipped = !row.is_skipped;
            }
        });
    }

    fn add(self) {
        let added = self.rows.with_untracked(|rows| lines(rows));
        let replaces = self.replaces.get_untracked();
        let (editor, own) = (self.editor, added.clone());
        self.busy.set(true);
        spawn_local(async move {
            let before = editor.changed(move |lines| write(lines, own, replaces)).await;
            self.busy.try_set(false);
            let Some(before) = before else { return };
            self.open.try_set(false);
            let count = u64::try_from(added.len()).unwrap_or_default();
            let undo = move || {
                let (before, added) = (before.clone(), added.clone());
                editor.change(move |lines| {
                    if replaces {
                        *lines = before;
                    } else {
                        take_out(lines, &added);
                    }
                });
            };
            toast::done_with_undo(t::added(count), undo);
        });
    }
}

fn write(lines: &mut Vec<BomLineInput>, added: Vec<BomLineInput>, replaces: bool) {
    if replaces {
        lines.clear();
    }
    lines.extend(added);
}

/// The dialog.
#[component]
pub fn PasteDialog(
    /// Its state.
    paste: Paste,
) -> impl IntoView {
    let has_rows = Memo::new(move |_| paste.rows.with(|rows| !rows.is_empty()));
    let body = move || {
        if has_rows.get() { view! { <Checked paste/> }.into_any() } else { view! { <Raw paste/> }.into_any() }
    };
    view! { <Dialog open=paste.open title=t::title() wide=true>{body}</Dialog> }
}

/// The first step: where rows are pasted when the page did not take them.
#[component]
fn Raw(paste: Paste) -> impl IntoView {
    let is_empty = move || paste.text.with(|text| text.trim().is_empty());
    let reason = Signal::derive(move || is_empty().then(|| t::need_text().to_owned()));
    // What is pasted here is checked at once; what is typed, on demand.
    let pasted = move |_| {
        request_animation_frame(move || {
            if let Some(text) = paste.text.try_get_untracked().filter(|text| !text.trim().is_empty()) {
                paste.read(text);
            }
        });
    };
    request_animation_frame(|| crate::ui::field_view::focus_on("paste-text"));
    view! {
        <div class="dialog-body paste">
            <label class="field">
                <span class="field-label">{t::text()}</span>
                <textarea
                    id="paste-text"
                    class="control paste-text"
                    rows="10"
                    spellcheck="false"
                    aria-describedby="paste-hint"
                    prop:value=move || paste.text.get()
                    on:input=move |event| paste.text.set(event_target_value(&event))
                    on:paste=pasted
                ></textarea>
                <span class="field-hint" id="paste-hint">{t::text_hint()}</span>
            </label>
            {move || trouble(paste)}
        </div>
        <div class="dialog-foot">
            <Button label=form::cancel() on_press=move |()| paste.open.set(false)/>
            <Button label=t::check() look=Look::Primary reason busy=paste.busy on_press=move |()| paste.read(paste.text.get_untracked())/>
        </div>
    }
}

fn trouble(paste: Paste) -> Option<AnyView> {
    let error = paste.error.get()?;
    Some(view! { <div role="alert"><State shape=Shape::Blocking word=error/></div> }.into_any())
}

/// The second step: the rows with their problems.
#[component]
fn Checked(paste: Paste) -> impl IntoView {
    let counted = Memo::new(move |_| paste.rows.with(|rows| counts(rows)));
    let right = move || u64::try_from(counted.get().right).unwrap_or_default();
    let label = Signal::derive(move || if paste.replaces.get() { t::replace(right()) } else { t::add(right()) });
    let reason = Signal::derive(move || (right() == 0).then(|| t::none_right().to_owned()));
    let all_right = Signal::derive(move || (counted.get().wrong == 0).then(|| t::none_wrong().to_owned()));
    let number = |count: usize| format::whole(i128::try_from(count).unwrap_or_default());
    let facts = move || {
        let counts = counted.get();
        let all = counts.right + counts.wrong + counts.skipped;
        view! {
            <span class="medium">{t::rows(u64::try_from(all).unwrap_or_default())}</span>
            <State shape=Shape::Ok word=t::right(&number(counts.right))/>
            {(counts.wrong > 0).then(|| view! { <State shape=Shape::Blocking word=t::wrong(&number(counts.wrong))/> })}
            {(counts.skipped > 0).then(|| view! { <State shape=Shape::None word=t::skipped_count(&number(counts.skipped))/> })}
        }
    };
    let read = move || {
        let header = paste.has_header.get().then(|| t::with_header().to_owned());
        let gone = paste.left_out.with(|gone| (!gone.is_empty()).then(|| t::left_out_columns(&gone.join(", "))));
        [header, gone].into_iter().flatten().collect::<Vec<_>>().join(" ")
    };
    let turn_replaces = move |event| {
        paste.replaces.set(event_target_checked(&event));
        paste.check();
    };
    view! {
        <div class="dialog-body paste">
            <div class="paste-facts" role="status">{facts}<span class="muted ellipsis">{read}</span>
                <span class="spacer"></span>
                <Button label=t::next() key="F8" small=true reason=all_right on_press=move |()| paste.go_on()/>
            </div>
            <Grid paste/>
            <Panel paste/>
            {move || trouble(paste)}
        </div>
        <div class="dialog-foot">
            <label class="check">
                <input type="checkbox" prop:checked=move || paste.replaces.get() on:change=turn_replaces/>
                {t::replaces()}
            </label>
            <span class="spacer"></span>
            <Button label=t::other_rows() look=Look::Ghost on_press=move |()| paste.ask()/>
            <Button label=form::cancel() on_press=move |()| paste.open.set(false)/>
            <Button label look=Look::Primary reason busy=paste.busy on_press=move |()| paste.add()/>
        </div>
    }
}
