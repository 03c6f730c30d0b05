//! What a handler gives back: the reply's body with its version, or only where the changed record is.

use std::marker::PhantomData;

use actix_web::HttpResponse;
use actix_web::cookie::Cookie;
use actix_web::http::StatusCode;
use mrp_api::attachments::FileContent;
use mrp_api::endpoint::{Endpoint, Wire};
use mrp_domain::attachment::FileType;
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
    file: Option<SentFile>,
    of: PhantomData<fn() -> E>,
}

/// A file on its way out.
#[derive(Debug)]
pub struct SentFile {
    /// What it is.
    pub file_type: FileType,
    /// Its name.
    pub name: String,
    /// The hash of its bytes.
    pub sha256: String,
    /// Its bytes; absent when the caller has them already.
    pub bytes: Option<Vec<u8>>,
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
        Ok(Self { status, body, version, id, cookie: None, file: None, of: PhantomData })
    }

    pub(crate) fn replay(status: u16, body: String, version: Option<i64>) -> Self {
        Self { status, body, version, id: None, cookie: None, file: None, of: PhantomData }
    }

    /// Sends a file instead of a record.
    #[must_use]
    pub fn file(file: SentFile) -> Self
    where
        E: Endpoint<Reply = FileContent>,
    {
        Self { file: Some(file), ..Self::replay(E::STATUS, String::new(), None) }
    }

    /// Sets or ends the session cookie with this answer.
    #[must_use]
    pub fn with_cookie(mut self, cookie: Cookie<'static>) -> Self {
        self.cookie = Some(cookie);
        self
    }

    pub(crate) fn response(self) -> HttpResponse {
        if let Some(file) = self.file {
            return file.response();
        }
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

impl SentFile {
    /// It may be shown but not run, is asked for again each time, and only sent when it is another.
    fn response(self) -> HttpResponse {
        let status = if self.bytes.is_some() { StatusCode::OK } else { StatusCode::NOT_MODIFIED };
        HttpResponse::build(status)
            .insert_header(("ETag", format!("\"{}\"", self.sha256)))
            .insert_header(("Cache-Control", "private, no-cache"))
            .insert_header(("Content-Security-Policy", policy_of(self.file_type)))
            .insert_header(("Cross-Origin-Resource-Policy", "same-origin"))
            .insert_header(("Content-Disposition", format!("inline; filename*=UTF-8''{}", encoded(&self.name))))
            .content_type(self.file_type.as_str())
            .body(self.bytes.unwrap_or_default())
    }
}

/// Browsers show a PDF with a program of their own, which a sandbox would lock out; everything else is locked.
const fn policy_of(file: FileType) -> &'static str {
    match file {
        FileType::Png | FileType::Jpeg | FileType::Webp | FileType::Gif => "default-src 'none'; sandbox",
        FileType::Pdf => "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    }
}

/// A name as RFC 8187 writes it within a header.
fn encoded(name: &str) -> String {
    let letter = |byte: u8| match byte {
        b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'-' | b'.' | b'_' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    name.bytes().map(letter).collect()
}
