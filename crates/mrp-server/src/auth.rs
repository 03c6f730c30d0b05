//! Who is calling: the session token in the cookie or in `Authorization: Bearer`, and the guard against other sites.

pub mod callers;
pub mod passwords;

use actix_web::HttpRequest;
use actix_web::cookie::{Cookie, SameSite};
use mrp_api::error as codes;
use sha2::{Digest, Sha256};

use crate::error::ApiError;

/// A session lasts this long.
pub const SESSION_HOURS: i64 = 12;

/// The cookie's name; over TLS it is bound to this host.
const fn cookie_name(tls: bool) -> &'static str {
    if tls { "__Host-mrp_session" } else { "mrp_session" }
}

/// A fresh session token: 256 random bits as hexadecimal text.
///
/// # Errors
/// `internal` when the machine has no randomness.
pub fn fresh_token() -> Result<String, ApiError> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes).map_err(|_| ApiError::plain(&codes::INTERNAL))?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// What is stored of a token.
#[must_use]
pub fn hash_of(token: &str) -> Vec<u8> {
    Sha256::digest(token.as_bytes()).to_vec()
}

/// The hash of the token that came with the request.
#[must_use]
pub fn token_hash(request: &HttpRequest, tls: bool) -> Option<Vec<u8>> {
    let bearer = request
        .headers()
        .get("authorization")
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Bearer "))
        .map(hash_of);
    bearer.or_else(|| request.cookie(cookie_name(tls)).map(|cookie| hash_of(cookie.value())))
}

/// The cookie that carries a token; an empty token ends it.
#[must_use]
pub fn cookie(token: &str, tls: bool) -> Cookie<'static> {
    let mut cookie = Cookie::build(cookie_name(tls), token.to_owned())
        .path("/")
        .http_only(true)
        .secure(tls)
        .same_site(SameSite::Lax)
        .finish();
    if token.is_empty() {
        cookie.make_removal();
    }
    cookie
}

/// Refuses a change that a page of another site asks for. Programs send neither header and pass.
///
/// # Errors
/// `cross_site_request`.
pub fn refuse_cross_site(request: &HttpRequest) -> Result<(), ApiError> {
    let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
    let fetch_site = header("sec-fetch-site");
    let from_elsewhere = match (fetch_site, header("origin"), header("host")) {
        (Some(site), ..) => !matches!(site, "same-origin" | "none"),
        (None, Some(origin), Some(host)) => origin.split("://").nth(1) != Some(host),
        (None, Some(_), None) => true,
        (None, None, _) => false,
    };
    if from_elsewhere { Err(ApiError::plain(&codes::CROSS_SITE_REQUEST)) } else { Ok(()) }
}
