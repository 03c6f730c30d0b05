//! Typed endpoints as actix routes. The order of checks is the same everywhere: who, may he, well-formed.

use mrp_api::detail as say;
use std::future::Future;
use std::marker::PhantomData;

use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest, HttpResponse, web};
use mrp_api::access::Access;
use mrp_api::endpoint::{BASE, Endpoint, Method};
use mrp_api::error as codes;
use mrp_domain::time::Instant;
use sha2::{Digest, Sha256};

use crate::answer::Answered;
use crate::app::App;
use crate::auth;
use crate::auth::callers::{Caller, Callers};
use crate::error::ApiError;
use crate::granted::{Asked, Granted};

/// Mounts endpoints one by one.
pub trait Mount {
    /// Mounts `E`; the handler gets the proof, the path, the query and the body.
    fn endpoint<E, F, Fut>(&mut self, handler: F) -> &mut Self
    where
        E: Endpoint,
        F: Fn(Granted<E>, E::Path, E::Query, E::Body) -> Fut + Clone + 'static,
        Fut: Future<Output = Result<Answered<E>, ApiError>> + 'static;
}

impl Mount for web::ServiceConfig {
    fn endpoint<E, F, Fut>(&mut self, handler: F) -> &mut Self
    where
        E: Endpoint,
        F: Fn(Granted<E>, E::Path, E::Query, E::Body) -> Fut + Clone + 'static,
        Fut: Future<Output = Result<Answered<E>, ApiError>> + 'static,
    {
        let verb = match E::METHOD {
            Method::Get => web::get(),
            Method::Post => web::post(),
            Method::Patch => web::patch(),
            Method::Delete => web::delete(),
        };
        let path = format!("{BASE}{}", E::PATH);
        self.route(
            &path,
            verb.to(move |app: web::Data<App>, request: HttpRequest, body: Result<web::Bytes, actix_web::Error>| {
                let handler = handler.clone();
                async move { answer::<E, F, Fut>(app, request, body, handler).await }
            }),
        )
    }
}

async fn answer<E, F, Fut>(
    app: web::Data<App>,
    request: HttpRequest,
    body: Result<web::Bytes, actix_web::Error>,
    handler: F,
) -> HttpResponse
where
    E: Endpoint,
    F: Fn(Granted<E>, E::Path, E::Query, E::Body) -> Fut,
    Fut: Future<Output = Result<Answered<E>, ApiError>>,
{
    let started = std::time::Instant::now();
    let request_id = uuid::Uuid::now_v7().simple().to_string();
    let mut response = match call(&app, &request, body, &request_id, handler).await {
        Ok(answered) => answered.response(),
        Err(error) => {
            tracing::debug!(endpoint = E::NAME, code = error.code().code, request_id, "refused");
            error.response(&request_id)
        }
    };
    app.metrics.observe(E::NAME, response.status().as_u16(), started.elapsed());
    let headers = response.headers_mut();
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, header::HeaderValue::from_static("no-store"));
    }
    if let Ok(value) = header::HeaderValue::from_str(&request_id) {
        headers.insert(header::HeaderName::from_static("x-request-id"), value);
    }
    response
}

async fn call<E, F, Fut>(
    app: &web::Data<App>,
    request: &HttpRequest,
    body: Result<web::Bytes, actix_web::Error>,
    request_id: &str,
    handler: F,
) -> Result<Answered<E>, ApiError>
where
    E: Endpoint,
    F: Fn(Granted<E>, E::Path, E::Query, E::Body) -> Fut,
    Fut: Future<Output = Result<Answered<E>, ApiError>>,
{
    let body = body.map_err(|error| unreadable_body(&error))?;
    let now = app.clock.now();
    let token_hash = auth::token_hash(request, app.tls);
    if E::METHOD.mutates() {
        auth::refuse_cross_site(request)?;
    }
    let key = if E::METHOD.mutates() { header_text(request, "idempotency-key") } else { None };
    let request_hash = request_hash::<E>(request, &body);
    let caller = match &token_hash {
        Some(hash) if E::NEEDS != Access::Public => Callers::find(app, hash).await?,
        _ => None,
    };
    match (E::NEEDS, &caller) {
        (Access::Public, _) => {}
        (_, None) => return Err(ApiError::plain(&codes::UNAUTHENTICATED)),
        (needs, Some(caller)) if !needs.admits(Some(caller.role)) => {
            return Err(ApiError::new(
                &codes::PERMISSION_DENIED,
                say::for_callers(format!("the role {} may not do this", caller.role)),
            ));
        }
        (Access::SignedIn | Access::Needs(_), Some(_)) => {}
    }
    let key = match (E::METHOD, E::NEEDS, key) {
        (Method::Post, Access::Needs(_), None) => return Err(ApiError::plain(&codes::IDEMPOTENCY_KEY_REQUIRED)),
        (_, _, Some(key)) if key.len() > KEY_LENGTH_MAX => {
            return Err(ApiError::new(
                &codes::IDEMPOTENCY_KEY_REQUIRED,
                say::for_callers("the key is longer than 100 characters"),
            ));
        }
        (_, _, key) => key,
    };
    let asked = caller.as_ref().zip(key).map(|(caller, key)| Asked { user: caller.id, key, request_hash });
    let place = match &asked {
        Some(asked) => {
            let place = app.enter(asked.user.uuid(), &asked.key);
            Some(place.ok_or_else(|| ApiError::plain(&codes::IDEMPOTENCY_KEY_RUNNING))?)
        }
        None => None,
    };
    // Most requests are new, so nobody looks first: a repeated one fails, at the latest when its answer is to be kept.
    let result = carry_out(app, request, request_id, &body, (caller, asked.clone(), token_hash, now), handler).await;
    let result = match (result, asked) {
        // Whether a repeated request was carried out must be known before it is told that it was not.
        (Err(error), Some(asked)) => asked.answer(app).await.and_then(|answered| answered.ok_or(error)),
        (result, _) => result,
    };
    drop(place);
    result
}

/// Who asks for what, and when.
type Who = (Option<Caller>, Option<Asked>, Option<Vec<u8>>, Instant);

/// Parses what is asked for and lets the handler do it.
async fn carry_out<E, F, Fut>(
    app: &web::Data<App>,
    request: &HttpRequest,
    request_id: &str,
    body: &[u8],
    (caller, asked, token_hash, now): Who,
    handler: F,
) -> Result<Answered<E>, ApiError>
where
    E: Endpoint,
    F: Fn(Granted<E>, E::Path, E::Query, E::Body) -> Fut,
    Fut: Future<Output = Result<Answered<E>, ApiError>>,
{
    let path =
        web::Path::<E::Path>::extract(request).await.map_err(|_| ApiError::plain(&codes::MALFORMED_PATH))?.into_inner();
    let query = web::Query::<E::Query>::from_query(request.query_string())
        .map_err(|error| ApiError::new(&codes::MALFORMED_QUERY, say::for_callers(error.to_string())))?
        .into_inner();
    let text: &[u8] = if body.is_empty() { b"{}" } else { body };
    if !text.trim_ascii_start().starts_with(b"{") {
        return Err(ApiError::new(&codes::MALFORMED_BODY, say::for_callers("the body is not a JSON object")));
    }
    let parsed = serde_json::from_slice(text)
        .map_err(|error| ApiError::new(&codes::MALFORMED_BODY, say::for_callers(error.to_string())))?;
    let granted = Granted {
        app: app.clone(),
        caller,
        expected: expected_version::<E>(request)?,
        now,
        minimal: header_text(request, "prefer").is_some_and(|value| value.contains("return=minimal")),
        known_tag: header_text(request, "if-none-match"),
        token_hash,
        request_id: request_id.to_owned(),
        asked,
        of: PhantomData,
    };
    handler(granted, path, query, parsed).await
}

/// Longest `Idempotency-Key`.
const KEY_LENGTH_MAX: usize = 100;

fn unreadable_body(error: &actix_web::Error) -> ApiError {
    if error.as_response_error().status_code() == actix_web::http::StatusCode::PAYLOAD_TOO_LARGE {
        ApiError::plain(&codes::BODY_TOO_LARGE)
    } else {
        ApiError::new(&codes::MALFORMED_BODY, say::for_callers(error.to_string()))
    }
}

fn header_text(request: &HttpRequest, name: &str) -> Option<String> {
    request.headers().get(name)?.to_str().ok().map(str::to_owned)
}

fn request_hash<E: Endpoint>(request: &HttpRequest, body: &[u8]) -> Vec<u8> {
    if !E::METHOD.mutates() {
        return Vec::new();
    }
    Sha256::new()
        .chain_update(E::METHOD.as_str())
        .chain_update(request.path())
        .chain_update([0])
        .chain_update(body)
        .finalize()
        .to_vec()
}

fn expected_version<E: Endpoint>(request: &HttpRequest) -> Result<i64, ApiError> {
    if !E::IF_MATCH {
        return Ok(0);
    }
    header_text(request, "if-match")
        .ok_or_else(|| ApiError::plain(&codes::VERSION_REQUIRED))?
        .trim_matches('"')
        .parse()
        .map_err(|_| ApiError::new(&codes::VERSION_REQUIRED, say::for_callers("If-Match is not a version in quotes")))
}
