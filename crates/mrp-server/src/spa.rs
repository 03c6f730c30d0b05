//! The office in the browser: built before the server and embedded in it, compressed ahead of time.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use mrp_api::error as codes;
use rust_embed::RustEmbed;

use crate::error::ApiError;

#[derive(RustEmbed)]
#[folder = "../../target/web/office"]
struct Office;

/// What a page may load and do: only our own files, and WebAssembly.
pub const CONTENT_SECURITY_POLICY: &str = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; \
     style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'";

/// Everything that is not the API: a file of the office, or the office itself, which finds its page by the path.
pub fn mount(config: &mut web::ServiceConfig) {
    config.default_service(web::route().to(serve));
}

async fn serve(request: HttpRequest) -> HttpResponse {
    let path = request.path();
    if path.starts_with("/api/") && path != "/api/docs.css" {
        let request_id = uuid::Uuid::now_v7().simple().to_string();
        let mut response = ApiError::plain(&codes::NO_SUCH_ENDPOINT).response(&request_id);
        response.headers_mut().insert(header::CACHE_CONTROL, header::HeaderValue::from_static("no-store"));
        return response;
    }
    let name = path.trim_start_matches('/');
    if let Some(response) = file(name, &request) {
        return response;
    }
    if name.contains('.') {
        return HttpResponse::NotFound().finish();
    }
    file("index.html", &request).unwrap_or_else(|| {
        HttpResponse::Ok()
            .content_type("text/plain; charset=utf-8")
            .body("The office is not built into this server. Build it with: cargo xtask web\n")
    })
}

/// The file in the best encoding that the browser takes.
fn file(name: &str, request: &HttpRequest) -> Option<HttpResponse> {
    let accepts =
        request.headers().get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let encoded = [("br", ".br"), ("gzip", ".gz")]
        .into_iter()
        .filter(|(coding, _)| accepts.contains(coding))
        .find_map(|(coding, ending)| Office::get(&format!("{name}{ending}")).map(|file| (Some(coding), file)));
    let (coding, found) = encoded.or_else(|| Office::get(name).map(|file| (None, file)))?;
    let mut response = HttpResponse::Ok();
    response.content_type(content_type(name));
    if let Some(coding) = coding {
        response.insert_header((header::CONTENT_ENCODING, coding));
    }
    // Every file but the page itself carries its hash in its name.
    let keep = if name == "index.html" { "no-cache" } else { "public, max-age=31536000, immutable" };
    response.insert_header((header::CACHE_CONTROL, keep)).insert_header((header::VARY, "Accept-Encoding"));
    Some(response.body(found.data.into_owned()))
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "woff2" => "font/woff2",
        "json" | "webmanifest" => "application/json",
        "png" => "image/png",
        _ => "application/octet-stream",
    }
}
