//! The typed client: every request goes through [`get`] or [`send`] and names its endpoint's type.
//!
//! It adds what the API demands of every writer (`Idempotency-Key`, `If-Match`) and turns every way to fail into one
//! [`Failure`]. A write whose answer got lost is repeated with the same key, which the server carries out only once.

use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;

use gloo_net::http::{Request, RequestBuilder, Response};
use mrp_api::endpoint::{BASE, Empty, Endpoint, Method, url};
use mrp_api::error::Problem;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::format;
use crate::i18n::text;
use crate::links::Place;
use crate::sentences;

/// How often a write is sent in all when no answer comes.
const ATTEMPTS_MAX: u32 = 3;

/// Why a request did not do what was asked.
#[derive(Debug, Clone, PartialEq)]
pub enum Failure {
    /// No answer: the server or the network is away.
    Network,
    /// The server refused and said why.
    Refused(Box<Problem>),
    /// An answer that this version of the office does not understand.
    Unreadable(String),
}

impl Failure {
    /// What to tell the person, in his language.
    #[must_use]
    pub fn message(&self) -> String {
        match self {
            Self::Network => text::errors::network().to_owned(),
            Self::Unreadable(_) => text::errors::unexpected().to_owned(),
            Self::Refused(problem) => match sentences::error(&problem.code) {
                Some(message) => message.to_owned(),
                None => problem.detail.clone(),
            },
        }
    }

    /// The facts of this case, where the server gave some beyond the message; those without a code are told in English only.
    #[must_use]
    pub fn detail(&self) -> Option<String> {
        match self {
            Self::Refused(problem) if problem.detail != problem.title => {
                sentences::detail(problem.detail_code.as_deref(), &problem.params, &problem.detail)
            }
            Self::Unreadable(detail) => Some(detail.clone()),
            Self::Refused(_) | Self::Network => None,
        }
    }

    /// The error code, when the server gave one.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        match self {
            Self::Refused(problem) => Some(&problem.code),
            Self::Network | Self::Unreadable(_) => None,
        }
    }

    /// Whether the record has changed since it was read.
    #[must_use]
    pub fn is_conflict(&self) -> bool {
        self.code() == Some(mrp_api::error::VERSION_STALE.code)
    }
}

/// What a request answers with.
pub type Answer<T> = Result<T, Failure>;

/// An answer that is still coming.
pub type Pending<T> = Pin<Box<dyn Future<Output = Answer<T>>>>;

/// An endpoint without its types. Only turning values into JSON and back is compiled once per type; everything else about
/// requests exists once.
#[derive(Clone, Copy)]
struct Route {
    method: Method,
    path: &'static str,
    if_match: bool,
}

impl Route {
    const fn of<E: Endpoint>() -> Self {
        Self { method: E::METHOD, path: E::PATH, if_match: E::IF_MATCH }
    }
}

/// Reads.
///
/// # Errors
/// When there is no answer, or the server refuses.
pub fn get<E: Endpoint>(path: &E::Path, query: &E::Query) -> impl Future<Output = Answer<E::Reply>> + use<E> {
    let answer = read(E::href(path, query));
    async move { answer.await.and_then(decode) }
}

/// Reads the record with this id.
///
/// # Errors
/// When there is no answer, or the server refuses.
pub fn get_by_id<E: Endpoint<Query = Empty>>(id: &str) -> impl Future<Output = Answer<E::Reply>> + use<E> {
    let answer = read(url(E::PATH, &serde_json::json!({ "id": id })));
    async move { answer.await.and_then(decode) }
}

/// Reads one page of a list with parameters that are only known as text, as they stand in the address bar.
///
/// # Errors
/// When there is no answer, or the server refuses.
pub fn get_list<E: Endpoint<Path = Empty>>(
    parameters: &[(String, String)],
) -> impl Future<Output = Answer<E::Reply>> + use<E> {
    let answer = read(format!("{BASE}{}{}", E::PATH, crate::links::query_text(parameters)));
    async move { answer.await.and_then(decode) }
}

/// How many rows a list has with these filters.
#[must_use]
pub fn total<E: Endpoint<Path = Empty>>(filters: &[(&str, &str)]) -> Pending<u64> {
    let mut pairs = vec![("limit".to_owned(), "1".to_owned())];
    pairs.extend(filters.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    let answer = read(format!("{BASE}{}{}", E::PATH, crate::links::query_text(&pairs)));
    Box::pin(async move {
        let total = answer.await?.get("total").and_then(Value::as_u64);
        total.ok_or_else(|| Failure::Unreadable("a list without a total".to_owned()))
    })
}

/// All of these answers, in their order, asked for at the same time.
///
/// # Errors
/// The first failure in that order.
pub async fn together<T>(mut pending: Vec<Pending<T>>) -> Answer<Vec<T>> {
    let mut answers = pending.iter().map(|_| None).collect::<Vec<Option<Answer<T>>>>();
    std::future::poll_fn(|context| {
        for (pending, answer) in pending.iter_mut().zip(&mut answers).filter(|(_, answer)| answer.is_none()) {
            if let Poll::Ready(ready) = pending.as_mut().poll(context) {
                *answer = Some(ready);
            }
        }
        if answers.iter().all(Option::is_some) { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    answers.into_iter().flatten().collect()
}

/// Creates, changes, removes, or runs a command. `version` is what was read; it is sent where the endpoint demands it.
///
/// # Errors
/// When there is no answer, or the server refuses.
pub fn send<E: Endpoint>(
    path: &E::Path,
    version: Option<i64>,
    body: &E::Body,
) -> impl Future<Output = Answer<E::Reply>> + use<E> {
    let encoded = encode(path).and_then(|path| encode(body).map(|body| (path, body)));
    let answer = encoded.map(|(path, body)| write(Route::of::<E>(), &path, version, &body));
    async move { answer?.await.and_then(decode) }
}

/// A request whose types are hidden behind JSON, so that forms of all nouns share one piece of code.
pub type Call = Arc<dyn Fn(Value, Option<i64>, Value) -> Pending<Value> + Send + Sync>;

/// The request of one endpoint as a [`Call`] with (path parameters, version, body). The server proves that the body fits;
/// so do the forms' own tests.
#[must_use]
pub fn call<E: Endpoint>() -> Call {
    untyped(Route::of::<E>())
}

fn untyped(route: Route) -> Call {
    Arc::new(move |path, version, body| match route.method {
        Method::Get => read(url(route.path, &path)),
        Method::Post | Method::Patch | Method::Delete => write(route, &path, version, &body),
    })
}

/// JSON as a value of the contract.
///
/// # Errors
/// When it does not fit.
pub fn decode<T: DeserializeOwned>(value: Value) -> Answer<T> {
    crate::json::read(value).map_err(|error| Failure::Unreadable(error.to_string()))
}

/// A value of the contract as JSON.
///
/// # Errors
/// Never in practice: every type of the contract has a shape in JSON.
pub fn encode<T: Serialize>(value: &T) -> Answer<Value> {
    serde_json::to_value(value).map_err(|error| Failure::Unreadable(error.to_string()))
}

fn read(url: String) -> Pending<Value> {
    Box::pin(async move {
        match Request::get(&url).header("Accept", "application/json").send().await {
            Ok(response) => reply(response).await,
            Err(_) => Err(Failure::Network),
        }
    })
}

fn write(route: Route, path: &Value, version: Option<i64>, body: &Value) -> Pending<Value> {
    let url = url(route.path, path);
    let body = body.to_string();
    let key = uuid::Uuid::now_v7().to_string();
    Box::pin(async move {
        let mut attempt = 1;
        loop {
            let mut request = builder(route.method, &url).header("Accept", "application/json");
            if route.method == Method::Post {
                request = request.header("Idempotency-Key", &key);
            }
            if let (true, Some(version)) = (route.if_match, version) {
                request = request.header("If-Match", &format!("\"{version}\""));
            }
            let sent = match route.method {
                Method::Get | Method::Delete => request.send().await,
                Method::Post | Method::Patch => {
                    match request.header("Content-Type", "application/json").body(body.clone()) {
                        Ok(request) => request.send().await,
                        Err(error) => return Err(Failure::Unreadable(error.to_string())),
                    }
                }
            };
            match sent {
                Ok(response) => return reply(response).await,
                Err(_) if route.method == Method::Post && attempt < ATTEMPTS_MAX => {
                    gloo_timers::future::TimeoutFuture::new(300 * attempt).await;
                    attempt += 1;
                }
                Err(_) => return Err(Failure::Network),
            }
        }
    })
}

fn builder(method: Method, url: &str) -> RequestBuilder {
    match method {
        Method::Get => Request::get(url),
        Method::Post => Request::post(url),
        Method::Patch => Request::patch(url),
        Method::Delete => Request::delete(url),
    }
}

async fn reply(response: Response) -> Answer<Value> {
    if let Some(said) = response.headers().get("date") {
        format::hear_clock(&said);
    }
    let ok = response.ok();
    let status = response.status();
    let body = response.text().await.map_err(|_| Failure::Network)?;
    if ok {
        let body = if body.trim().is_empty() { "{}" } else { &body };
        return serde_json::from_str(body).map_err(|error| Failure::Unreadable(error.to_string()));
    }
    match serde_json::from_str(&body).and_then(crate::json::read::<Problem>) {
        Ok(problem) => {
            if problem.code == mrp_api::error::UNAUTHENTICATED.code {
                session_ended();
            } else {
                sentences::arrive().await;
            }
            Err(Failure::Refused(Box::new(problem)))
        }
        Err(_) if matches!(status, 502..=504) => Err(Failure::Network),
        Err(error) => Err(Failure::Unreadable(format!("{status}: {error}"))),
    }
}

/// Leads to the log-in page, which leads back.
fn session_ended() {
    let at = leptos::prelude::GetUntracked::get_untracked(&crate::history::location());
    if Place::parse(&at.path) != Place::Login {
        let back = format!("{}{}", at.path, crate::links::query_text(&at.query));
        crate::history::replace(&format!(
            "{}{}",
            Place::Login.href(),
            crate::links::query_text(&[("next".to_owned(), back)])
        ));
    }
}
