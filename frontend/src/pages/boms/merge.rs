//! The button that makes equal lines one, and the way back.

use leptos::prelude::*;
use leptos::task::spawn_local;
use mrp_api::boms::{BomLineInput, BomView, MergeBomLines};
use mrp_api::endpoint::{Empty, IdPath};
use mrp_domain::bom::merge::UnmergedReason;

use crate::api;
use crate::i18n::text::bom_merges as t;
use crate::pages::boms::editor::Editor;
use crate::ui::button::{Button, Look};
use crate::ui::toast;

/// The button; it counts the lines that would go.
#[component]
pub fn MergeButton(
    /// The page's state.
    editor: Editor,
) -> impl IntoView {
    let count = Memo::new(move |_| editor.bom().map_or(0, |bom| bom.mergeable_lines));
    let label = Signal::derive(move || t::merge(u64::try_from(count.get()).unwrap_or_default()));
    let why = Memo::new(move |_| editor.bom().filter(|bom| bom.mergeable_lines == 0).map(|bom| stays(&bom)));
    let reason = Signal::derive(move || why.get().map(|why| why.unwrap_or_else(|| t::none().to_owned())));
    // Most recipes have no equal lines: the button is there when one has.
    let is_shown = Memo::new(move |_| why.get() != Some(None));
    view! {
        <Show when=move || is_shown.get()>
            <Button label look=Look::Ghost reason busy=editor.saving on_press=move |()| merge(editor)/>
        </Show>
    }
}

/// Why the first equal line that cannot be added stays.
fn stays(bom: &BomView) -> Option<String> {
    let left = bom.unmerged_lines.first()?;
    let reason = match left.reason {
        UnmergedReason::UnitOfAnotherCategory => t::stays_category(),
        UnmergedReason::UnitUnknown => t::stays_unit(),
        UnmergedReason::QuantityOutOfRange => t::stays_range(),
        UnmergedReason::KitWithFixedLines => t::stays_kit(),
    };
    Some(t::stays(&(left.line + 1).to_string(), reason))
}

fn merge(editor: Editor) {
    let Some(bom) = untrack(|| editor.bom()) else { return };
    let before = bom.lines.iter().map(BomLineInput::from).collect::<Vec<_>>();
    editor.saving.set(true);
    spawn_local(async move {
        let answer = api::send::<MergeBomLines>(&IdPath { id: bom.id }, Some(bom.version), &Empty {}).await;
        editor.saving.set(false);
        match answer {
            Ok(merged) => {
                let undo = move || {
                    let before = before.clone();
                    editor.change(move |lines| *lines = before);
                };
                let count = u64::try_from(bom.mergeable_lines).unwrap_or_default();
                let told = [Some(t::merged(count)), stays(&merged)].into_iter().flatten().collect::<Vec<_>>();
                toast::done_with_undo(told.join(". "), undo);
                editor.show(merged);
            }
            Err(failure) => {
                toast::failed(&failure);
                editor.load();
            }
        }
    });
}
