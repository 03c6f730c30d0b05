//! What the browser remembers for this person: theme, language, columns, drafts. Never anything secret.

use leptos::prelude::window;

/// A remembered text.
#[must_use]
pub fn get(key: &str) -> Option<String> {
    window().local_storage().ok().flatten()?.get_item(&full(key)).ok().flatten()
}

/// Remembers a text. A full or switched-off storage remembers nothing, and nothing breaks.
pub fn set(key: &str, value: &str) {
    if let Ok(Some(storage)) = window().local_storage() {
        let _full_or_off = storage.set_item(&full(key), value);
    }
}

/// Forgets it.
pub fn remove(key: &str) {
    if let Ok(Some(storage)) = window().local_storage() {
        let _off = storage.remove_item(&full(key));
    }
}

fn full(key: &str) -> String {
    format!("mrp.{key}")
}
