//! Dialogs on the browser's own `<dialog>`: focus stays inside, Esc closes, the page behind is inert.

use leptos::html;
use leptos::prelude::*;

use crate::i18n::text;
use crate::ui::button::{Button, Look};
use crate::ui::icon::Icon;

/// A dialog that is open while `open` is true. `children` are drawn anew each time it opens.
#[component]
pub fn Dialog(
    /// Whether it is open; closing sets it to false.
    open: RwSignal<bool>,
    /// Its heading.
    #[prop(into)]
    title: Signal<String>,
    /// 880 instead of 480 pixels wide.
    #[prop(optional)]
    wide: bool,
    /// What is in it: `dialog-body`, then `dialog-foot`.
    children: ChildrenFn,
) -> impl IntoView {
    let element = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        if let Some(dialog) = element.get() {
            if open.get() {
                if !dialog.open() {
                    let _already_open = dialog.show_modal();
                }
            } else {
                dialog.close();
            }
        }
    });
    let children = StoredValue::new(children);
    let id = format!("dialog-{}", uuid::Uuid::now_v7().simple());
    let labelled_by = id.clone();
    view! {
        <dialog
            node_ref=element
            class="dialog"
            data-size=wide.then_some("wide")
            aria-labelledby=labelled_by
            on:close=move |_| { open.try_set(false); }
        >
            <div class="dialog-inner">
                <div class="dialog-head">
                    <h2 id=id>{move || title.get()}</h2>
                    <button type="button" class="button" data-look="ghost" data-square="" aria-label=text::shell::close() on:click=move |_| open.set(false)>
                        <Icon name="close" size=14/>
                    </button>
                </div>
                <Show when=move || open.get()>{children.with_value(|children| children())}</Show>
            </div>
        </dialog>
    }
}

/// Asks before something that cannot be undone.
#[component]
pub fn Confirm(
    /// Whether it is open.
    open: RwSignal<bool>,
    /// The question.
    #[prop(into)]
    title: Signal<String>,
    /// What follows from yes.
    #[prop(into)]
    hint: String,
    /// The verb on the button.
    #[prop(into)]
    verb: String,
    /// What yes does.
    #[prop(into)]
    on_yes: Callback<()>,
) -> impl IntoView {
    view! {
        <Dialog open title>
            <div class="dialog-body"><p>{hint.clone()}</p></div>
            <div class="dialog-foot">
                <Button label=text::form::cancel() on_press=move |()| open.set(false)/>
                <Button label=verb.clone() look=Look::Danger on_press=move |()| { open.set(false); on_yes.run(()); }/>
            </div>
        </Dialog>
    }
}
