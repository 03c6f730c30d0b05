//! Icons from the sprite in `index.html`, 16 pixels, drawn with the text's colour. Always beside a word or an `aria-label`.

use leptos::prelude::*;

/// One icon of the sprite: `<Icon name="plus"/>`.
#[component]
pub fn Icon(
    /// Its name without the `i-`.
    name: &'static str,
    /// Its edge in pixels.
    #[prop(default = 16)]
    size: u32,
) -> impl IntoView {
    view! {
        <svg class="icon" width=size height=size aria-hidden="true">
            <use href=format!("#i-{name}")></use>
        </svg>
    }
}
