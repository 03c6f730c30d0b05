//! What does not fit its place can be read nevertheless: pointing at a text that ends in dots says all of it.

use leptos::ev;
use leptos::prelude::*;
use leptos::web_sys;
use wasm_bindgen::JsCast;

/// What may end in dots.
const PLACES: &str = "td, .crumbs li, .ellipsis, .state-word, .bom-applies, .paste-why, .bom-cell";
/// Marks a tooltip that was put here and not by the page.
const OWN: &str = "data-cut";

/// Listens, as long as the office is open.
pub fn start() {
    let listening = window_event_listener(ev::pointerover, |event| {
        let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        let mut place = target.and_then(|target| target.closest(PLACES).ok().flatten());
        while let Some(element) = place {
            tell(&element);
            place = element.parent_element().and_then(|above| above.closest(PLACES).ok().flatten());
        }
    });
    on_cleanup(move || listening.remove());
}

fn tell(element: &web_sys::Element) {
    if element.has_attribute("title") && !element.has_attribute(OWN) {
        return;
    }
    // A part within may be what is cut.
    let is_cut = element.scroll_width() > element.client_width();
    let whole = element.text_content().unwrap_or_default();
    // A text that is gone before its tooltip needs none.
    let _stays = if is_cut {
        element.set_attribute(OWN, "").and_then(|()| element.set_attribute("title", whole.trim()))
    } else if element.has_attribute(OWN) {
        element.remove_attribute(OWN).and_then(|()| element.remove_attribute("title"))
    } else {
        Ok(())
    };
}
