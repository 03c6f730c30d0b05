//! A logged-in caller of the typed endpoints: the server's contract decides what is sent, so the two cannot drift.

use std::net::SocketAddr;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, bail};
use mrp_api::endpoint::{Empty, Endpoint, Method};
use mrp_api::error::Problem;
use mrp_api::sessions::{LogIn, LoginInput};
use serde::Deserialize;
use uuid::Uuid;

use crate::http::Connection;

/// Why a call failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CallError {
    /// The server said no.
    #[error("{endpoint}: {} {}: {}", .problem.status, .problem.code, .problem.detail)]
    Refused {
        /// Which endpoint.
        endpoint: &'static str,
        /// Its answer.
        problem: Box<Problem>,
    },
    /// There was no sensible answer.
    #[error("{endpoint}: {reason:#}")]
    Broken {
        /// Which endpoint.
        endpoint: &'static str,
        /// What happened instead.
        reason: anyhow::Error,
    },
}

impl CallError {
    /// Somebody else changed the record in between.
    pub(crate) fn is_stale(&self) -> bool {
        match self {
            Self::Refused { problem, .. } => problem.code == mrp_api::error::VERSION_STALE.code,
            Self::Broken { .. } => false,
        }
    }
}

/// What a command leaves when the whole record is not wanted back.
#[derive(Debug, Clone, Copy, Deserialize)]
pub(crate) struct Changed {
    /// The record.
    pub(crate) id: Uuid,
    /// Its version now.
    pub(crate) version: i64,
}

/// One connection of one user.
pub(crate) struct Client {
    connection: Connection,
    authorization: String,
    key_prefix: String,
    next_key: u64,
}

impl Client {
    pub(crate) fn log_in(address: SocketAddr, login: &str, password: &str) -> Result<Self> {
        let mut connection = Connection::open(address)?;
        let body = serde_json::to_vec(&LoginInput { login: login.to_owned(), password: password.to_owned() })?;
        let url = LogIn::href(&Empty {}, &Empty {});
        let response = connection.send(LogIn::METHOD.as_str(), &url, &[], Some(&body))?;
        if response.status != LogIn::STATUS {
            bail!("{login} cannot log in: {}", String::from_utf8_lossy(response.body));
        }
        let cookie = response.cookie.context("logging in set no cookie")?;
        let (_, value) = cookie.split_once('=').context("the cookie has no value")?;
        let token = value.split(';').next().unwrap_or_default().to_owned();
        let nanos = SystemTime::now().duration_since(UNIX_EPOCH)?.as_nanos();
        Ok(Self { connection, authorization: format!("Bearer {token}"), key_prefix: format!("{nanos:x}"), next_key: 0 })
    }

    /// Calls an endpoint and reads its reply.
    pub(crate) fn call<E: Endpoint>(
        &mut self,
        path: &E::Path,
        query: &E::Query,
        body: &E::Body,
        version: Option<i64>,
    ) -> Result<E::Reply, CallError> {
        self.send::<E>(path, query, body, version, false).and_then(|body| read::<E, _>(body))
    }

    /// Creates or commands, and wants only the version back.
    pub(crate) fn command<E: Endpoint>(
        &mut self,
        path: &E::Path,
        body: &E::Body,
        version: Option<i64>,
    ) -> Result<Changed, CallError>
    where
        E::Query: Default,
    {
        self.send::<E>(path, &E::Query::default(), body, version, true).and_then(|body| read::<E, _>(body))
    }

    /// Reads a page or a record without looking into it.
    pub(crate) fn get(&mut self, url: &str) -> Result<&[u8]> {
        let headers = [("Authorization", self.authorization.as_str())];
        let response = self.connection.send("GET", url, &headers, None)?;
        if response.status != 200 {
            bail!("{url}: {} {}", response.status, String::from_utf8_lossy(response.body));
        }
        Ok(response.body)
    }

    fn send<E: Endpoint>(
        &mut self,
        path: &E::Path,
        query: &E::Query,
        body: &E::Body,
        version: Option<i64>,
        minimal: bool,
    ) -> Result<&[u8], CallError> {
        let broken = |reason: anyhow::Error| CallError::Broken { endpoint: E::NAME, reason };
        self.next_key += 1;
        let key = format!("{}-{}", self.key_prefix, self.next_key);
        let if_match = version.map(|version| format!("\"{version}\""));
        let mut headers = vec![("Authorization", self.authorization.as_str())];
        if E::METHOD.mutates() {
            headers.push(("Idempotency-Key", &key));
        }
        if let Some(if_match) = &if_match {
            headers.push(("If-Match", if_match));
        }
        if minimal {
            headers.push(("Prefer", "return=minimal"));
        }
        let body = match E::METHOD {
            Method::Get => None,
            Method::Post | Method::Patch | Method::Delete => {
                Some(serde_json::to_vec(body).map_err(|error| broken(error.into()))?)
            }
        };
        let url = E::href(path, query);
        let response = self.connection.send(E::METHOD.as_str(), &url, &headers, body.as_deref()).map_err(broken)?;
        if response.status == E::STATUS {
            return Ok(response.body);
        }
        match serde_json::from_slice::<Problem>(response.body) {
            Ok(problem) => Err(CallError::Refused { endpoint: E::NAME, problem: Box::new(problem) }),
            Err(_) => Err(CallError::Broken {
                endpoint: E::NAME,
                reason: anyhow::anyhow!("{} {}", response.status, String::from_utf8_lossy(response.body)),
            }),
        }
    }
}

fn read<'a, E: Endpoint, T: Deserialize<'a>>(body: &'a [u8]) -> Result<T, CallError> {
    serde_json::from_slice(body).map_err(|error| CallError::Broken { endpoint: E::NAME, reason: error.into() })
}
