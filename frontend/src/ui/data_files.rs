//! Master data as files, beside any list: export, template, and an import that is checked before it is written.

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::web_sys;
use mrp_api::data_files::{
    DATA_FILE_BYTES_MAX, DataFileFormat, DataFileKind, DataFilePath, DataImportInput, DataImportPath,
    DataImportProgress, DataImportReport, DataProblem, ExportDataFile, ExportQuery, GetDataImportProgress,
    ImportDataFile,
};
use mrp_api::endpoint::Empty;
use mrp_api::page::TOTAL_MAX;
use wasm_bindgen::JsCast;

use crate::api;
use crate::i18n::text::{data_files as t, form};
use crate::sentences;
use crate::session;
use crate::ui::button::{Button, Look};
use crate::ui::cell::Cell;
use crate::ui::dialog::Dialog;
use crate::ui::file;
use crate::ui::icon::Icon;
use crate::ui::list_state::ListState;
use crate::ui::menu::{Item, Menu};
use crate::ui::page::Fact;
use crate::ui::state::{Shape, State};
use crate::ui::table::{FactTable, Head, Line};
use crate::ui::toast;

/// The menu beside a list's buttons.
#[component]
pub fn DataFiles(
    /// What the files hold.
    kind: DataFileKind,
    /// What the list is called.
    title: &'static str,
    /// The list beside which it stands: what it shows can be exported alone.
    list: ListState,
    /// Told after something was written.
    on_written: Callback<()>,
) -> impl IntoView {
    let open = RwSignal::new(false);
    let items = Callback::new(move |()| {
        let filters = untrack(|| list.filters());
        let mut items = Vec::new();
        if !filters.is_empty() {
            let (count, shown) = (list.total.get_untracked(), shown_query(&filters));
            for format in [DataFileFormat::Csv, DataFileFormat::Xlsx] {
                let shown = shown.clone();
                items.push(Item::new(shown_label(format, count), move || {
                    export(kind, ExportQuery { of: Some(shown.clone()), ..whole(format) })
                }));
            }
        }
        items.extend([
            Item::new(t::export_csv(), move || export(kind, whole(DataFileFormat::Csv))),
            Item::new(t::export_xlsx(), move || export(kind, whole(DataFileFormat::Xlsx))),
        ]);
        if session::may_call::<ImportDataFile>() {
            let template = ExportQuery { template: Some(true), ..whole(DataFileFormat::Xlsx) };
            items.push(Item::new(t::template(), move || export(kind, template.clone())));
            items.push(Item::new(t::import(), move || open.set(true)));
        }
        items
    });
    view! {
        <Menu label=t::menu() items><Icon name="upload" size=14/>{t::menu()}</Menu>
        <Dialog open title=t::title(title) wide=true>{import_dialog(kind, open, on_written)}</Dialog>
    }
}

/// What the list shows; more rows than [`TOTAL_MAX`] are not counted.
fn shown_label(format: DataFileFormat, count: u64) -> String {
    let most = crate::format::whole(TOTAL_MAX);
    match (format, count > TOTAL_MAX) {
        (DataFileFormat::Csv, false) => t::export_csv_shown(count),
        (DataFileFormat::Xlsx, false) => t::export_xlsx_shown(count),
        (DataFileFormat::Csv, true) => t::export_csv_many(&most),
        (DataFileFormat::Xlsx, true) => t::export_xlsx_many(&most),
    }
}

/// Everything there is.
fn whole(format: DataFileFormat) -> ExportQuery {
    ExportQuery { format: Some(format), ..ExportQuery::default() }
}

/// What the list is asked for, as its address has it.
fn shown_query(filters: &[(String, String)]) -> String {
    crate::links::query_text(filters).trim_start_matches('?').to_owned()
}

fn export(kind: DataFileKind, query: ExportQuery) {
    spawn_local(async move {
        let is_template = query.template == Some(true);
        match api::get::<ExportDataFile>(&DataFilePath { kind }, &query).await {
            Ok(written) => {
                if file::save(&written.file_name, &written.media_type, &written.content_base64).is_none() {
                    return;
                }
                match written.record_count.filter(|_| !is_template) {
                    None => toast::done(t::exported(&written.file_name)),
                    Some(count) => toast::done(t::exported_records(count, &written.file_name)),
                }
            }
            Err(failure) => toast::failed(&failure),
        }
    });
}

/// What the person has chosen and what came of it.
#[derive(Clone, Copy)]
struct Import {
    kind: DataFileKind,
    content: RwSignal<Option<String>>,
    skip_bad: RwSignal<bool>,
    report: RwSignal<Option<DataImportReport>>,
    error: RwSignal<Option<String>>,
    busy: RwSignal<bool>,
    /// How far a long import is.
    progress: RwSignal<Option<DataImportProgress>>,
    open: RwSignal<bool>,
    on_written: Callback<()>,
}

fn import_dialog(kind: DataFileKind, open: RwSignal<bool>, on_written: Callback<()>) -> impl IntoView {
    let import = Import {
        kind,
        content: RwSignal::new(None),
        skip_bad: RwSignal::new(false),
        report: RwSignal::new(None),
        error: RwSignal::new(None),
        busy: RwSignal::new(false),
        progress: RwSignal::new(None),
        open,
        on_written,
    };
    let no_file = Signal::derive(move || import.content.with(Option::is_none).then(|| t::need_file().to_owned()));
    let reason =
        Signal::derive(move || no_file.get().or_else(|| import.report.with(|report| why_not(report.as_ref()))));
    let choose_skip = move |event| {
        import.skip_bad.set(event_target_checked(&event));
        if import.report.with_untracked(Option::is_some) {
            send(import, true);
        }
    };
    view! {
        <div class="dialog-body import">
            <label class="field">
                <span class="field-label">{t::file()}</span>
                <input
                    type="file"
                    accept=".csv,.tsv,.txt,.xlsx,text/csv"
                    on:change=move |event| choose(import, &event)
                />
                <span class="field-hint">{t::file_hint()}</span>
            </label>
            <label class="state">
                <input type="checkbox" prop:checked=move || import.skip_bad.get() on:change=choose_skip/>
                <span>{t::skip_bad()}</span>
            </label>
            {move || import.error.get().map(|message| view! { <p class="form-error" role="alert">{message}</p> })}
            {move || import.progress.get().map(progress_view)}
            {move || import.report.get().map(report_view)}
        </div>
        <div class="dialog-foot">
            <Button label=form::cancel() on_press=move |()| open.set(false)/>
            <Button label=t::check() reason=no_file busy=import.busy on_press=move |()| send(import, true)/>
            <Button label=t::write() look=Look::Primary reason busy=import.busy on_press=move |()| send(import, false)/>
        </div>
    }
}

/// Why the checked file cannot be written.
fn why_not(report: Option<&DataImportReport>) -> Option<String> {
    let word = match report {
        None => t::need_check(),
        Some(report) if !report.is_importable => t::need_fix(),
        Some(report) if report.created + report.updated == 0 => t::nothing_new(),
        Some(_) => return None,
    };
    Some(word.to_owned())
}

fn choose(import: Import, event: &web_sys::Event) {
    let input = event.target().and_then(|target| target.dyn_into::<web_sys::HtmlInputElement>().ok());
    let Some(chosen) = input.and_then(|input| input.files()).and_then(|files| files.get(0)) else { return };
    import.report.set(None);
    import.error.set(None);
    import.content.set(None);
    spawn_local(async move {
        match file::read(&chosen).await {
            Some(bytes) if bytes.len() > DATA_FILE_BYTES_MAX => import.error.set(Some(t::too_large().to_owned())),
            Some(bytes) => {
                import.content.set(Some(file::base64(&bytes)));
                send(import, true);
            }
            None => {}
        }
    });
}

fn send(import: Import, dry_run: bool) {
    let Some(content_base64) = import.content.get_untracked() else { return };
    let id = uuid::Uuid::now_v7();
    let skip_bad = import.skip_bad.get_untracked();
    let body = DataImportInput { content_base64, dry_run, skip_bad, progress_id: Some(id) };
    import.busy.set(true);
    import.error.set(None);
    spawn_local(watch(import, id));
    spawn_local(async move {
        let answer = api::send::<ImportDataFile>(&DataFilePath { kind: import.kind }, None, &body).await;
        if import.busy.try_set(false).is_some() {
            return;
        }
        match answer {
            Ok(report) if report.is_written => {
                toast::done(t::imported(report.created + report.updated));
                import.open.set(false);
                import.on_written.try_run(());
            }
            Ok(report) => import.report.set(Some(report)),
            Err(failure) => {
                let detail = failure.detail().map(|detail| format!(" {detail}")).unwrap_or_default();
                import.error.set(Some(failure.message() + &detail));
            }
        }
    });
}

/// Asks how far the import is until it is over; what is done before the first look needs no word.
async fn watch(import: Import, id: uuid::Uuid) {
    const PAUSE_MS: u32 = 400;
    loop {
        gloo_timers::future::TimeoutFuture::new(PAUSE_MS).await;
        if import.busy.try_get_untracked() != Some(true) {
            break;
        }
        let progress = api::get::<GetDataImportProgress>(&DataImportPath { id }, &Empty {}).await.ok();
        if import.busy.try_get_untracked() == Some(true) && progress.is_some() {
            import.progress.set(progress);
        }
    }
    import.progress.try_set(None);
}

fn progress_view(progress: DataImportProgress) -> AnyView {
    let DataImportProgress { row, last_row } = progress;
    let percent = (row * 100).checked_div(last_row).unwrap_or_default();
    let words = t::progress(&crate::format::whole(row), &crate::format::whole(last_row));
    let said = words.clone();
    view! {
        <div class="import-progress" role="progressbar" aria-valuemin="0" aria-valuemax="100" aria-valuenow=percent
            aria-valuetext=said
        >
            <span class="progress-track"><span class="progress-fill" style:width=format!("{percent}%") style:display="block"></span></span>
            <span class="muted">{words}</span>
        </div>
    }
    .into_any()
}

fn report_view(report: DataImportReport) -> AnyView {
    let more = report.problems_left_out;
    view! {
        <dl class="facts">
            <Fact label=t::rows()>{crate::format::whole(report.row_count)}</Fact>
            <Fact label=t::created()>{crate::format::whole(report.created)}</Fact>
            <Fact label=t::updated()>{crate::format::whole(report.updated)}</Fact>
            <Fact label=t::unchanged()>{crate::format::whole(report.unchanged)}</Fact>
            <Fact label=t::refused()>{crate::format::whole(report.refused)}</Fact>
        </dl>
        {problems(report.problems)}
        {(more > 0).then(|| view! { <p class="muted">{t::problems_more(more)}</p> })}
    }
    .into_any()
}

fn problems(all: Vec<DataProblem>) -> AnyView {
    if all.is_empty() {
        return view! { <State shape=Shape::Ok word=t::problems_none()/> }.into_any();
    }
    let heads = vec![Head::number(t::row()).width(80), Head::text(t::column()).width(200), Head::text(t::problem())];
    let lines = Callback::new(move |()| {
        all.iter()
            .map(|problem| {
                let message = sentences::error(&problem.code).unwrap_or_default();
                let column = problem.column.clone().unwrap_or_else(|| t::whole_record().to_owned());
                let detail = sentences::detail(problem.detail_code.as_deref(), &problem.params, &problem.detail)
                    .unwrap_or_default();
                let what = view! {
                    <span class="medium">{message}</span>
                    <span class="muted" title=detail.clone()>" "{detail.clone()}</span>
                };
                Line::of(vec![Cell::whole(problem.row).view(), Cell::text(column).view(), what.into_any()])
            })
            .collect()
    });
    view! { <div class="import-table"><FactTable title=t::problems() heads lines/></div> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_that_were_not_all_counted_are_more_than_so_many() {
        assert_eq!(shown_label(DataFileFormat::Csv, 12), "The 12 rows shown as CSV");
        assert_eq!(shown_label(DataFileFormat::Xlsx, TOTAL_MAX + 1), "The rows shown, more than 10,000, as Excel");
    }
}
