//! The dialog: a file and how to read it, its dry run, the import.

use std::collections::BTreeMap;

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::web_sys;
use mrp_api::bom_imports::{
    BomImportInput, BomImportReport, BomImportUnit, CheckBomImport, IMPORT_BYTES_MAX, ImportBom,
};
use mrp_api::endpoint::Empty;
use serde_json::{Value, json};
use wasm_bindgen::JsCast;

use crate::api::{self, Answer};
use crate::history;
use crate::i18n::text::{bom_imports as t, form};
use crate::links::Noun;
use crate::pages::bom_imports::report::Report;
use crate::pages::routings;
use crate::ui::button::{Button, Look};
use crate::ui::dialog::Dialog;
use crate::ui::field::Field;
use crate::ui::field_view::Fields;
use crate::ui::file;
use crate::ui::form::Form;
use crate::ui::toast;

/// What the person has chosen and what came of it.
#[derive(Clone, Copy)]
struct Import {
    form: Form,
    content: RwSignal<Option<String>>,
    columns: RwSignal<BTreeMap<&'static str, String>>,
    units: RwSignal<BTreeMap<String, String>>,
    report: RwSignal<Option<BomImportReport>>,
    busy: RwSignal<bool>,
    open: RwSignal<bool>,
}

/// The button that opens the dialog.
#[component]
pub fn ImportButton() -> impl IntoView {
    let open = RwSignal::new(false);
    view! {
        <Button label=t::open() icon="upload" on_press=move |()| open.set(true)/>
        <Dialog open title=t::title() wide=true>{inner(open)}</Dialog>
    }
}

fn inner(open: RwSignal<bool>) -> impl IntoView {
    let import = Import {
        form: Form::new(fields()),
        content: RwSignal::new(None),
        columns: RwSignal::new(BTreeMap::new()),
        units: RwSignal::new(BTreeMap::new()),
        report: RwSignal::new(None),
        busy: RwSignal::new(false),
        open,
    };
    let needs_file = move || import.content.with(Option::is_none).then(|| t::need_file().to_owned());
    let reason = Signal::derive(move || {
        needs_file().or_else(|| match import.report.get() {
            None => Some(t::need_check().to_owned()),
            Some(report) => (!report.is_importable).then(|| t::need_fix().to_owned()),
        })
    });
    let report = move || {
        import.report.get().map(|report| {
            let on_change = Callback::new(move |()| check(import));
            view! { <Report report columns=import.columns units=import.units on_change/> }
        })
    };
    view! {
        <div class="dialog-body import">
            <label class="field">
                <span class="field-label">{t::file()}</span>
                <input type="file" accept=".csv,.tsv,.txt,text/csv" on:change=move |event| choose(import, &event)/>
                <span class="field-hint">{t::file_hint()}</span>
            </label>
            <Fields form=import.form/>
            {report}
        </div>
        <div class="dialog-foot">
            <Button label=form::cancel() on_press=move |()| open.set(false)/>
            <Button label=t::check() busy=import.busy on_press=move |()| check(import)/>
            <Button label=t::import() look=Look::Primary reason busy=import.busy on_press=move |()| write(import)/>
        </div>
    }
}

fn fields() -> Vec<Field> {
    vec![
        Field::text("product_code", t::product_code(), 40).required().span(4),
        Field::text("product_name", t::product_name(), 200).nullable().span(8),
        Field::number("quantity_per_run", t::per_run()).above(0).span(4),
        Field::record("routing_id", t::routing(), routings::picker()).span(4),
        Field::text("default_unit", t::default_unit(), 20).nullable().span(4),
        Field::check("create_products", t::create_products()).start("true").span(4),
        Field::check("merge_repeated", t::merge_repeated()).span(4),
        Field::check("skip_bad", t::skip_bad()).span(4),
    ]
}

fn choose(import: Import, event: &web_sys::Event) {
    let input = event.target().and_then(|target| target.dyn_into::<web_sys::HtmlInputElement>().ok());
    let Some(chosen) = input.and_then(|input| input.files()).and_then(|files| files.get(0)) else { return };
    import.report.set(None);
    import.columns.set(BTreeMap::new());
    import.units.set(BTreeMap::new());
    spawn_local(async move {
        match file::read(&chosen).await {
            Some(bytes) if bytes.len() > IMPORT_BYTES_MAX => import.form.error.set(Some(t::too_large().to_owned())),
            Some(bytes) => import.content.set(Some(file::base64(&bytes))),
            None => import.content.set(None),
        }
    });
}

/// What travels; `None` after saying what is missing.
fn body(import: Import) -> Option<BomImportInput> {
    let mut body = import.form.body()?;
    let content = import.content.get_untracked();
    if content.is_none() {
        import.form.error.set(Some(t::need_file().to_owned()));
        return None;
    }
    let columns = import.columns.get_untracked().into_iter().filter(|(_, header)| !header.is_empty());
    let columns = columns.map(|(field, header)| json!({ "field": field, "header": header })).collect::<Vec<_>>();
    let units = import.units.get_untracked().into_iter().filter(|(_, unit)| !unit.is_empty());
    let units = units.map(|(component, unit)| BomImportUnit { component, unit }).collect::<Vec<_>>();
    if let Value::Object(body) = &mut body {
        body.insert("content_base64".to_owned(), json!(content));
        body.insert("columns".to_owned(), json!(columns));
        body.insert("units".to_owned(), json!(units));
    }
    crate::json::read(body).ok()
}

fn check(import: Import) {
    let Some(body) = body(import) else { return };
    import.busy.set(true);
    spawn_local(async move {
        let answer = api::send::<CheckBomImport>(&Empty {}, None, &body).await;
        settle(import, answer, |report| import.report.set(Some(report)));
    });
}

fn write(import: Import) {
    let Some(body) = body(import) else { return };
    import.busy.set(true);
    spawn_local(async move {
        let answer = api::send::<ImportBom>(&Empty {}, None, &body).await;
        settle(import, answer, |report| {
            toast::done(t::imported(u64::try_from(report.lines.len()).unwrap_or_default()));
            import.open.set(false);
            if let Some(id) = report.bom_id {
                history::go(&Noun::Boms.record(id));
            }
        });
    });
}

fn settle(import: Import, answer: Answer<BomImportReport>, then: impl FnOnce(BomImportReport)) {
    if import.busy.try_set(false).is_some() {
        return;
    }
    match answer {
        Ok(report) => then(report),
        Err(failure) => import.form.failed(&failure),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_sends_what_the_api_takes() {
        crate::ui::form::assert_fits::<BomImportInput>(&fields(), &[("product_code", "BOARD")]);
    }
}
