//! The page of one revision: head, revisions, the grid of components and operations, checks, totals.

use leptos::prelude::*;
use mrp_api::access::Permission;
use mrp_api::boms::BomView;
use mrp_domain::bom::BomState;

use crate::i18n::text::{bom_comparisons as comparison, bom_pastes, boms as t, nav};
use crate::links::{self, Noun, Place};
use crate::pages::boms::by_products::{AddByProduct, ByProducts};
use crate::pages::boms::checks::Checks;
use crate::pages::boms::editor::Editor;
use crate::pages::boms::grid::Grid;
use crate::pages::boms::head::{RevisionBar, TitleRow, locked_note};
use crate::pages::boms::merge::MergeButton;
use crate::pages::boms::paste::{Paste, PasteDialog};
use crate::pages::boms::revision_label;
use crate::pages::boms::totals::Totals;
use crate::pages::boms::variants::ShowAs;
use crate::pages::not_found;
use crate::pages::where_used::UsedIn;
use crate::session;
use crate::ui::ask::Asks;
use crate::ui::button::{Button, LinkButton, Look};
use crate::ui::field_view::focus_on;
use crate::ui::page::{Footer, Skeleton, Trouble, set_crumbs};
use crate::ui::shortcuts::shortcut;

/// The page.
#[must_use]
pub fn page(id: &str) -> AnyView {
    let Ok(id) = id.parse() else { return not_found::page() };
    let editor = Editor::start(id);
    let rail = RwSignal::new(true);
    shortcut("]", t::checks(), move || rail.update(|rail| *rail = !*rail));
    shortcut("Insert", t::add_component(), || focus_on("bom-add"));
    Effect::new(move |_| {
        let mut crumbs = vec![(nav::boms().to_owned(), Some(Noun::Boms.list()))];
        if let Some(bom) = editor.bom() {
            crumbs.push((bom.product_name, Some(Noun::Products.record(bom.product_id))));
            crumbs.push((revision_label(bom.revision), None));
        }
        set_crumbs(crumbs);
    });
    // The frame is drawn once; what is in it follows the revision, so that an open cell stays open.
    let arrived = Memo::new(move |_| editor.view.with(|view| view.as_ref().map(Result::is_ok)));
    let body = move || match arrived.get() {
        None => view! { <Skeleton/> }.into_any(),
        Some(false) => {
            let failure = editor.view.get_untracked().and_then(Result::err);
            failure.map(|failure| view! { <Trouble failure on_retry=move |()| editor.load()/> }).into_any()
        }
        Some(true) => frame(editor, rail),
    };
    let note = Signal::derive(move || match (editor.saving.get(), editor.saved_at.get()) {
        (true, _) => t::saving().to_owned(),
        (false, Some(time)) => t::saved_at(&time),
        (false, None) => String::new(),
    });
    let keys = vec![
        (vec!["Enter"], t::save_cell().to_owned()),
        (vec!["Tab"], t::next_cell().to_owned()),
        (vec!["Esc"], crate::i18n::text::form::cancel().to_owned()),
        (vec!["Ins"], t::add_component().to_owned()),
        (vec!["]"], t::checks().to_owned()),
    ];
    view! { <div class="page">{body}<Footer keys note/></div> }.into_any()
}

fn frame(editor: Editor, rail: RwSignal<bool>) -> AnyView {
    let paste = Paste::start(editor);
    let head = move || {
        editor.bom().map(|bom| {
            let note = locked_note(&bom);
            view! { <TitleRow editor bom=bom.clone()/> <RevisionBar editor bom/> {note} }
        })
    };
    let product = Memo::new(move |_| editor.bom().map(|bom| bom.product_id));
    let used_in = move || product.get().map(|product| view! { <UsedIn product/> });
    view! {
        {head}
        <Asks ask=editor.ask/>
        <PasteDialog paste/>
        <Tools editor paste/>
        <div class="body">
            <div class="body-main bom-main">
                <Grid editor/>
                <ByProducts editor/>
                <Totals editor/>
            </div>
            <Show when=move || rail.get()><aside class="rail" aria-label=t::checks()><Checks editor/>{used_in}</aside></Show>
        </div>
    }
    .into_any()
}

/// What can be added, and what the colours of the bars mean.
#[component]
fn Tools(editor: Editor, paste: Paste) -> impl IntoView {
    let is_draft = move || editor.bom().is_some_and(|bom| bom.state == BomState::Draft);
    let fold_all = move |()| {
        let keys = editor.bom().map(|bom| {
            crate::pages::boms::tree::rows(
                &bom,
                editor.costs.get_untracked().as_ref(),
                editor.shown_values().as_deref(),
            )
            .into_iter()
            .filter(|row| row.is_parent && row.level > 0)
            .map(|row| row.key)
            .collect()
        });
        editor.folded.set(keys.unwrap_or_default());
    };
    let legend = session::may(Permission::CostRead).then(|| {
        let kinds = [("material", t::material()), ("work-center", t::work_center()), ("labour", t::labour())];
        let kinds = kinds.map(|(kind, word)| view! { <span><i data-kind=kind aria-hidden="true"></i>{word}</span> });
        view! { <span class="share-legend">{kinds.collect_view()}</span> }.into_any()
    });
    let legend = legend.unwrap_or_else(|| view! { <span class="muted">{t::cost_hidden()}</span> }.into_any());
    let compare = move || {
        editor
            .bom()
            .map(|bom| view! { <LinkButton label=comparison::open() href=compare_href(&bom) look=Look::Ghost/> })
    };
    view! {
        <div class="bom-toolbar">
            <Show when=move || is_draft() && editor.is_editable()>
                <Button label=t::add_component() icon="plus" key="Ins" look=Look::Ghost on_press=move |()| focus_on("bom-add")/>
                <Button label=bom_pastes::open() icon="copy" key="Ctrl V" look=Look::Ghost on_press=move |()| paste.ask()/>
            </Show>
            <AddByProduct editor/>
            <Show when=move || is_draft() && editor.is_editable()><MergeButton editor/></Show>
            <Button label=t::level_one() look=Look::Ghost on_press=fold_all/>
            <Button label=t::level_all() look=Look::Ghost on_press=move |()| editor.folded.update(std::collections::BTreeSet::clear)/>
            {compare}
            <ShowAs editor/>
            <span class="spacer"></span>
            {legend}
        </div>
    }
}

/// Beside the revision before it, or else any other; where there is none, one chooses on that page.
fn compare_href(bom: &BomView) -> String {
    let before = bom.revisions.iter().filter(|other| other.revision < bom.revision).max_by_key(|other| other.revision);
    match before.or(bom.revisions.first()) {
        Some(other) => links::compare_boms(bom.id, other.id),
        None => Place::CompareBoms(bom.id.to_string()).href(),
    }
}
