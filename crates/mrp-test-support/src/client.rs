//! A caller: nobody, or somebody with a session. Calls typed endpoints, or sends anything at all.

use std::marker::PhantomData;
use std::net::SocketAddr;
use std::time::Duration;

use mrp_api::endpoint::{BASE, Empty, Endpoint, Method, Wire};
use mrp_api::error::{ErrorCode, Problem};
use uuid::Uuid;

use crate::http::{EventStream, RawAnswer, RawRequest};

/// Who calls.
#[derive(Debug, Clone)]
pub struct Client {
    address: SocketAddr,
    token: Option<String>,
}

impl Client {
    pub(crate) fn new(address: SocketAddr, token: Option<String>) -> Self {
        Self { address, token }
    }

    /// Calls `E` with a fresh `Idempotency-Key` where one belongs.
    pub async fn call<E: Endpoint>(&self, path: &E::Path, query: &E::Query, body: &E::Body) -> Answer<E::Reply> {
        self.send::<E>(path, query, body, None).await
    }

    /// Calls `E` on the given version of the record.
    pub async fn call_at<E: Endpoint>(&self, path: &E::Path, version: i64, body: &E::Body) -> Answer<E::Reply>
    where
        E::Query: Default,
    {
        self.send::<E>(path, &E::Query::default(), body, Some(version)).await
    }

    /// Reads with an endpoint that takes only a path.
    pub async fn get<E: Endpoint<Query = Empty, Body = Empty>>(&self, path: &E::Path) -> Answer<E::Reply> {
        self.send::<E>(path, &Empty {}, &Empty {}, None).await
    }

    /// Lists with an endpoint that takes only a query.
    pub async fn list<E: Endpoint<Path = Empty, Body = Empty>>(&self, query: &E::Query) -> Answer<E::Reply> {
        self.send::<E>(&Empty {}, query, &Empty {}, None).await
    }

    /// Creates with an endpoint that takes only a body.
    pub async fn post<E: Endpoint<Path = Empty, Query = Empty>>(&self, body: &E::Body) -> Answer<E::Reply> {
        self.send::<E>(&Empty {}, &Empty {}, body, None).await
    }

    async fn send<E: Endpoint>(
        &self,
        path: &E::Path,
        query: &E::Query,
        body: &E::Body,
        version: Option<i64>,
    ) -> Answer<E::Reply> {
        let mut request = self.request(E::METHOD.as_str(), &E::href(path, query));
        if let Some(version) = version {
            request = request.header("if-match", format!("\"{version}\""));
        }
        if E::METHOD == Method::Post {
            request = request.header("idempotency-key", Uuid::now_v7());
        }
        if E::METHOD.mutates() {
            request = request.json(&serde_json::to_value(body).unwrap());
        }
        Answer { raw: self.raw(request).await, of: PhantomData }
    }

    /// A request of this caller, to be completed and sent with [`Client::raw`].
    #[must_use]
    pub fn request(&self, method: &str, target: &str) -> RawRequest {
        let request = RawRequest::new(method, target);
        match &self.token {
            Some(token) => request.header("authorization", format!("Bearer {token}")),
            None => request,
        }
    }

    /// Sends a request exactly as it is.
    pub async fn raw(&self, request: RawRequest) -> RawAnswer {
        request.send(self.address).await
    }

    /// Opens the stream of changes, resuming behind a position.
    ///
    /// # Errors
    /// The answer, when the stream is refused.
    pub async fn events(&self, last_event_id: Option<&str>) -> Result<EventStream, RawAnswer> {
        let mut request = self.request("GET", &format!("{BASE}{}", mrp_api::events::PATH));
        if let Some(id) = last_event_id {
            request = request.header("last-event-id", id);
        }
        let mut stream = request.open(self.address).await?;
        let hello = stream.next(Duration::from_secs(10)).await;
        assert_eq!(hello.and_then(|event| event.event).as_deref(), Some("hello"));
        Ok(stream)
    }
}

/// The answer of one endpoint.
#[derive(Debug, Clone)]
pub struct Answer<R> {
    /// As it came.
    pub raw: RawAnswer,
    of: PhantomData<fn() -> R>,
}

impl<R: Wire> Answer<R> {
    /// The reply of a call that has to succeed.
    pub fn ok(self) -> R {
        assert!((200..300).contains(&self.raw.status), "{}: {}", self.raw.status, self.raw.text());
        serde_json::from_slice(&self.raw.body).unwrap_or_else(|error| panic!("{error}: {}", self.raw.text()))
    }

    /// The refusal of a call that has to be refused.
    #[must_use]
    pub fn problem(self) -> Problem {
        assert!(self.raw.status >= 400, "{}: {}", self.raw.status, self.raw.text());
        assert_eq!(self.raw.header("content-type"), Some("application/problem+json"));
        serde_json::from_slice(&self.raw.body).unwrap_or_else(|error| panic!("{error}: {}", self.raw.text()))
    }

    /// Asserts that the call was refused with this code and its status.
    pub fn refused_with(self, code: &ErrorCode) {
        let status = self.raw.status;
        let problem = self.problem();
        assert_eq!((problem.code.as_str(), status), (code.code, code.status), "{problem:?}");
    }
}
