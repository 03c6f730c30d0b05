//! Files between the person and the page: the bytes of a chosen one, and one to keep.

use leptos::prelude::{document, window};
use leptos::task::spawn_local;
use leptos::web_sys;
use mrp_api::data_files::DataFileView;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;

use crate::api::Answer;
use crate::ui::toast;

const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// The bytes of a file; none when the browser cannot read it.
pub async fn read(file: &web_sys::File) -> Option<Vec<u8>> {
    let buffer = JsFuture::from(file.array_buffer()).await.ok()?;
    Some(js_sys::Uint8Array::new(&buffer).to_vec())
}

/// Lets the browser save a file; none when it does not.
pub fn save(name: &str, media_type: &str, content_base64: &str) -> Option<()> {
    // `atob` makes one letter of each byte.
    let letters = window().atob(content_base64).ok()?;
    let bytes = letters.chars().filter_map(|letter| u8::try_from(u32::from(letter)).ok()).collect::<Vec<_>>();
    let parts = js_sys::Array::of1(&js_sys::Uint8Array::from(bytes.as_slice()));
    let options = web_sys::BlobPropertyBag::new();
    options.set_type(media_type);
    let blob = web_sys::Blob::new_with_u8_array_sequence_and_options(&parts, &options).ok()?;
    let url = web_sys::Url::create_object_url_with_blob(&blob).ok()?;
    let link = document().create_element("a").ok()?.dyn_into::<web_sys::HtmlAnchorElement>().ok()?;
    link.set_href(&url);
    link.set_download(name);
    link.click();
    web_sys::Url::revoke_object_url(&url).ok()
}

/// Asks for a written file and lets the browser save it.
pub fn fetch(asked: impl Future<Output = Answer<DataFileView>> + 'static) {
    spawn_local(async move {
        match asked.await {
            Ok(written) => drop(save(&written.file_name, &written.media_type, &written.content_base64)),
            Err(failure) => toast::failed(&failure),
        }
    });
}

/// Base64 (RFC 4648, with padding).
#[must_use]
pub fn base64(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let byte = |index: usize| u32::from(chunk.get(index).copied().unwrap_or_default());
        let group = byte(0) << 16 | byte(1) << 8 | byte(2);
        for position in 0..4_usize {
            let index = usize::try_from(group >> (18 - 6 * position) & 63).unwrap_or_default();
            let letter = LETTERS.get(index).copied().unwrap_or(b'=');
            text.push(if position > chunk.len() { '=' } else { char::from(letter) });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_travel_as_everybody_else_writes_them() {
        assert_eq!(base64(b""), "");
        assert_eq!(base64(b"f"), "Zg==");
        assert_eq!(base64(b"fo"), "Zm8=");
        assert_eq!(base64(b"foobar"), "Zm9vYmFy");
        assert_eq!(base64(&[0xff, 0xfe]), "//4=");
    }
}
