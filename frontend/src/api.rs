//! The typed client: every request goes through [`get`] or [`send`] and names its endpoint's type.
//!
//! It adds what the API demands of every writer (`Idempotency-Key`, `If-Match`) and turns every way to fail into one
//! [`Failure`]. A write whose answer got lost is repeated with the same key, which the server carries out only once.

use gloo_net::http::{Request, RequestBuilder, Response};
use mrp_api::endpoint::{Empty, Endpoint, Method};
use mrp_api::error::Problem;
use serde::de::DeserializeOwned;

use crate::i18n::{Language, language, text};
use crate::links::Place;

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
            Self::Refused(problem) => match text::errors::by_key(&problem.code) {
                Some(message) => message.to_owned(),
                None => problem.detail.clone(),
            },
        }
    }

    /// The facts of this case, where the server gave some beyond the message; it knows them in English only.
    #[must_use]
    pub fn detail(&self) -> Option<String> {
        match self {
            Self::Refused(_) if language() != Language::English => None,
            Self::Refused(problem) if !problem.detail.is_empty() && problem.detail != problem.title => {
                Some(problem.detail.clone())
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

/// Reads.
///
/// # Errors
/// When there is no answer, or the server refuses.
pub async fn get<E: Endpoint>(path: &E::Path, query: &E::Query) -> Answer<E::Reply> {
    get_at(&E::href(path, query)).await
}

/// Reads one page of a list with parameters that are only known as text, as they stand in the address bar.
///
/// # Errors
/// When there is no answer, or the server refuses.
pub async fn get_list<E: Endpoint<Path = Empty>>(parameters: &[(String, String)]) -> Answer<E::Reply> {
    let url = format!("{}{}{}", mrp_api::endpoint::BASE, E::PATH, crate::links::query_text(parameters));
    get_at(&url).await
}

/// Creates, changes, removes, or runs a command. `version` is what was read; it is sent where the endpoint demands it.
///
/// # Errors
/// When there is no answer, or the server refuses.
pub async fn send<E: Endpoint>(path: &E::Path, version: Option<i64>, body: &E::Body) -> Answer<E::Reply> {
    let url = match serde_json::to_value(path) {
        Ok(serde_json::Value::Object(parameters)) => {
            parameters.iter().fold(format!("{}{}", mrp_api::endpoint::BASE, E::PATH), |url, (name, value)| {
                url.replace(&format!("{{{name}}}"), &value.as_str().map_or_else(|| value.to_string(), str::to_owned))
            })
        }
        _ => format!("{}{}", mrp_api::endpoint::BASE, E::PATH),
    };
    let key = uuid::Uuid::now_v7().to_string();
    let text = serde_json::to_string(body).map_err(|error| Failure::Unreadable(error.to_string()))?;
    let mut attempt = 1;
    loop {
        let mut request = builder(E::METHOD, &url).header("Accept", "application/json");
        if E::METHOD == Method::Post {
            request = request.header("Idempotency-Key", &key);
        }
        if let (true, Some(version)) = (E::IF_MATCH, version) {
            request = request.header("If-Match", &format!("\"{version}\""));
        }
        let sent = match E::METHOD {
            Method::Get | Method::Delete => request.send().await,
            Method::Post | Method::Patch => match request.header("Content-Type", "application/json").body(text.clone())
            {
                Ok(request) => request.send().await,
                Err(error) => return Err(Failure::Unreadable(error.to_string())),
            },
        };
        match sent {
            Ok(response) => return read(response).await,
            Err(_) if E::METHOD == Method::Post && attempt < ATTEMPTS_MAX => {
                gloo_timers::future::TimeoutFuture::new(300 * attempt).await;
                attempt += 1;
            }
            Err(_) => return Err(Failure::Network),
        }
    }
}

async fn get_at<T: DeserializeOwned>(url: &str) -> Answer<T> {
    match Request::get(url).header("Accept", "application/json").send().await {
        Ok(response) => read(response).await,
        Err(_) => Err(Failure::Network),
    }
}

fn builder(method: Method, url: &str) -> RequestBuilder {
    match method {
        Method::Get => Request::get(url),
        Method::Post => Request::post(url),
        Method::Patch => Request::patch(url),
        Method::Delete => Request::delete(url),
    }
}

async fn read<T: DeserializeOwned>(response: Response) -> Answer<T> {
    let ok = response.ok();
    let status = response.status();
    let body = response.text().await.map_err(|_| Failure::Network)?;
    if ok {
        let body = if body.trim().is_empty() { "{}" } else { &body };
        return serde_json::from_str(body).map_err(|error| Failure::Unreadable(error.to_string()));
    }
    match serde_json::from_str::<Problem>(&body) {
        Ok(problem) => {
            if problem.code == mrp_api::error::UNAUTHENTICATED.code {
                session_ended();
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

/// A request whose types are hidden behind JSON, so that forms of all nouns share one piece of code.
pub type Call = std::sync::Arc<
    dyn Fn(serde_json::Value, Option<i64>, serde_json::Value) -> Pending<serde_json::Value> + Send + Sync,
>;

/// An answer that is still coming.
pub type Pending<T> = std::pin::Pin<Box<dyn Future<Output = Answer<T>>>>;

/// The request of one endpoint as a [`Call`] with (path parameters, version, body).
#[must_use]
pub fn call<E: Endpoint>() -> Call {
    std::sync::Arc::new(|path, version, body| {
        Box::pin(async move {
            let path = decode::<E::Path>(path)?;
            let reply = if E::METHOD == Method::Get {
                get::<E>(&path, &decode::<E::Query>(serde_json::json!({}))?).await?
            } else {
                send::<E>(&path, version, &decode::<E::Body>(body)?).await?
            };
            serde_json::to_value(reply).map_err(|error| Failure::Unreadable(error.to_string()))
        })
    })
}

fn decode<T: DeserializeOwned>(value: serde_json::Value) -> Answer<T> {
    serde_json::from_value(value).map_err(|error| Failure::Unreadable(error.to_string()))
}
