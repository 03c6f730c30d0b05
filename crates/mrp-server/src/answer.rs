//! What a handler gives back: the reply's body with its version, or only where the changed record is.

use std::marker::PhantomData;

use actix_web::HttpResponse;
use actix_web::cookie::Cookie;
use actix_web::http::StatusCode;
use mrp_api::endpoint::{Endpoint, Wire};
use uuid::Uuid;

/// What a command leaves: the whole record, or, when the caller prefers `return=minimal`, its id and version.
#[derive(Debug)]
pub enum Outcome<R> {
    /// The record as it is now.
    Whole(R),
    /// The record was changed; nobody wants to read it now.
    Minimal {
        /// The record.
        id: Uuid,
        /// Its version.
        version: i64,
    },
}

impl<R> From<R> for Outcome<R> {
    fn from(reply: R) -> Self {
        Self::Whole(reply)
    }
}

/// An answer of endpoint `E`, ready to be sent and to be kept for a retry.
#[derive(Debug)]
pub struct Answered<E> {
    pub(crate) status: u16,
    pub(crate) body: String,
    pub(crate) version: Option<i64>,
    pub(crate) id: Option<Uuid>,
    cookie: Option<Cookie<'static>>,
    of: PhantomData<fn() -> E>,
}

impl<E: Endpoint> Answered<E> {
    pub(crate) fn new(outcome: &Outcome<E::Reply>) -> Result<Self, serde_json::Error> {
        let (status, body, version, id) = match outcome {
            Outcome::Whole(reply) => (E::STATUS, serde_json::to_string(reply)?, reply.version(), None),
            Outcome::Minimal { id, version } => {
                let body = format!("{{\"id\":\"{id}\",\"version\":{version}}}");
                (E::STATUS, body, Some(*version), Some(*id))
            }
        };
        Ok(Self { status, body, version, id, cookie: None, of: PhantomData })
    }

    pub(crate) fn replay(status: u16, body: String, version: Option<i64>) -> Self {
        Self { status, body, version, id: None, cookie: None, of: PhantomData }
    }

    /// Sets or ends the session cookie with this answer.
    #[must_use]
    pub fn with_cookie(mut self, cookie: Cookie<'static>) -> Self {
        self.cookie = Some(cookie);
        self
    }

    pub(crate) fn response(self) -> HttpResponse {
        let mut response = HttpResponse::build(StatusCode::from_u16(self.status).unwrap_or(StatusCode::OK));
        if let Some(version) = self.version {
            response.insert_header(("ETag", format!("\"{version}\"")));
        }
        if self.id.is_some() {
            response.insert_header(("Preference-Applied", "return=minimal"));
        }
        if let Some(cookie) = self.cookie {
            response.cookie(cookie);
        }
        response.content_type("application/json").body(self.body)
    }
}
