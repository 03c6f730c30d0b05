//! The only way to write: one transaction that carries its audit row, its outbox row and its stored answer.
//!
//! Locks are taken in one order everywhere: request for quotation, purchase request, purchase order, order, its work
//! orders, stock balances by (product, lot, location), valuations by product, number series last. Readers of the outbox
//! wait for older transactions by their number.

use std::collections::HashMap;

use diesel_async::{AsyncPgConnection, SimpleAsyncConnection};
use futures_util::FutureExt;
use futures_util::future::join3;
use mrp_domain::ids::UserId;
use mrp_domain::time::Instant;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::error::StoreError;
use crate::pool::{Connection, Store};
use crate::sql::{Bytes, Sql, sql};

/// On whose behalf, when, and for which request something is written.
#[derive(Debug, Clone)]
pub struct Actor {
    /// Who.
    pub user_id: UserId,
    /// The endpoint's or command's name.
    pub action: &'static str,
    /// For the log.
    pub request_id: String,
    /// The time of the request.
    pub now: Instant,
}

/// One record that the transaction changed.
#[derive(Debug, Clone)]
struct Change {
    entity: &'static str,
    id: Uuid,
    version: i64,
    detail: String,
}

/// The answer to keep for a retry of the same request.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The `Idempotency-Key`.
    pub key: String,
    /// SHA-256 of verb, path and body.
    pub request_hash: Vec<u8>,
    /// The HTTP status.
    pub status: u16,
    /// The body.
    pub body: String,
    /// The record's version after the change.
    pub version: Option<i64>,
}

/// The records that a transaction changed, each once.
#[derive(Debug, Default)]
struct Changes {
    all: Vec<Change>,
    places: HashMap<Uuid, usize>,
    last: usize,
}

impl Changes {
    fn add(&mut self, change: Change) {
        self.last = *self.places.entry(change.id).or_insert(self.all.len());
        let Some(before) = self.all.get_mut(self.last) else { return self.all.push(change) };
        let detail = match (before.detail.is_empty(), change.detail.is_empty()) {
            (false, true) => before.detail.clone(),
            (false, false) if before.detail != change.detail => format!("{}; {}", before.detail, change.detail),
            _ => change.detail,
        };
        *before = Change { detail, ..change };
    }
}

/// An open transaction. Dropped without [`Tx::commit`], it never happened.
pub struct Tx {
    store: Option<Store>,
    connection: Option<Connection>,
    actor: Actor,
    changes: Changes,
    holds_much: bool,
}

impl std::fmt::Debug for Tx {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tx").field("actor", &self.actor).field("changes", &self.changes).finish_non_exhaustive()
    }
}

impl Store {
    /// Opens a transaction. `BEGIN` travels with the first statement: nobody waits for its answer. It can only fail
    /// with the connection, and then the first statement fails as well.
    ///
    /// # Errors
    /// When no connection is free in time.
    pub async fn begin(&self, actor: Actor) -> Result<Tx, StoreError> {
        let mut connection = self.connection().await?;
        if let Some(answer) = connection.batch_execute("BEGIN").now_or_never() {
            answer?;
        }
        let changes = Changes::default();
        Ok(Tx { store: Some(self.clone()), connection: Some(connection), actor, changes, holds_much: false })
    }
}

impl Tx {
    /// The connection inside the transaction.
    pub fn connection(&mut self) -> &mut AsyncPgConnection {
        match &mut self.connection {
            Some(connection) => connection,
            None => unreachable!("a transaction has its connection until it is committed"),
        }
    }

    /// From here on the transaction holds what many others wait for, such as the balance of a part that is in
    /// everything: its locks are let go before the disk has its changes, and [`Tx::commit`] then waits for the disk
    /// together with all others that came meanwhile. Nobody is told before his changes are durable; somebody who
    /// builds on them is durable only after them.
    pub const fn holds_much(&mut self) {
        self.holds_much = true;
    }

    /// The time of the request.
    #[must_use]
    pub fn now(&self) -> Instant {
        self.actor.now
    }

    /// The same, as SQL takes it.
    #[must_use]
    pub fn now_utc(&self) -> OffsetDateTime {
        self.actor.now.datetime()
    }

    /// The endpoint's or command's name.
    #[must_use]
    pub fn action(&self) -> &'static str {
        self.actor.action
    }

    /// On whose behalf.
    #[must_use]
    pub fn user_id(&self) -> UserId {
        self.actor.user_id
    }

    /// Says that a record changed; `detail` is for the people who read its history. Said twice of one record, it
    /// becomes one row: the rows of a record are a chain, and those of one statement would hang on the same link.
    pub fn changed(&mut self, entity: &'static str, id: Uuid, version: i64, detail: impl Into<String>) {
        self.changes.add(Change { entity, id, version, detail: detail.into() });
    }

    /// Whether a record of this kind has changed.
    #[must_use]
    pub fn touches(&self, entity: &str) -> bool {
        self.changes.all.iter().any(|change| change.entity == entity)
    }

    /// The version that the last change left, for the answer.
    #[must_use]
    pub fn last_version(&self) -> Option<i64> {
        self.changes.all.get(self.changes.last).map(|change| change.version)
    }

    /// Sets a point that the transaction can go back to. Say what has [changed](Tx::changed) when it is kept: going
    /// back takes no word back.
    ///
    /// # Errors
    /// When Postgres fails.
    pub async fn save_point(&mut self, name: &'static str) -> Result<(), StoreError> {
        Ok(self.connection().batch_execute(&format!("SAVEPOINT {name}")).await?)
    }

    /// Undoes everything since that point, also after a statement has failed.
    ///
    /// # Errors
    /// When Postgres fails.
    pub async fn go_back(&mut self, name: &'static str) -> Result<(), StoreError> {
        let text = format!("ROLLBACK TO SAVEPOINT {name}; RELEASE SAVEPOINT {name}");
        Ok(self.connection().batch_execute(&text).await?)
    }

    /// Keeps everything since that point.
    ///
    /// # Errors
    /// When Postgres fails.
    pub async fn keep(&mut self, name: &'static str) -> Result<(), StoreError> {
        Ok(self.connection().batch_execute(&format!("RELEASE SAVEPOINT {name}")).await?)
    }

    /// Writes audit, outbox and answer, and makes everything durable.
    ///
    /// # Errors
    /// [`StoreError::Taken`] on `idempotency_key_pkey` when a twin of this request was faster; nothing is written then.
    pub async fn commit(mut self, answer: Option<Answer>) -> Result<(), StoreError> {
        let traces = self.traces(answer);
        let holds_much = self.holds_much;
        let connection = &*self.connection();
        let say = async |text: &'static str| {
            let mut connection = connection;
            connection.batch_execute(text).await
        };
        let shorten = async { if holds_much { say("SET LOCAL synchronous_commit = off").await } else { Ok(()) } };
        // All travel together. The statement is prepared on every connection, so it goes first; were it to fail,
        // COMMIT would roll back.
        let (shortened, left, committed) = join3(shorten, traces.run_beside(connection), say("COMMIT")).await;
        shortened?;
        left?;
        committed?;
        drop(self.connection.take());
        match self.store.take().filter(|_| holds_much) {
            Some(store) => store.flush().await,
            None => Ok(()),
        }
    }

    /// Gives the transaction up.
    pub async fn roll_back(mut self) {
        if let Some(mut connection) = self.connection.take() {
            end_quietly(&mut connection).await;
        }
    }

    fn traces(&self, answer: Option<Answer>) -> Sql {
        let changes = &self.changes.all;
        let answer = answer.as_ref();
        sql(TRACES)
            .bind(changes.iter().map(|change| change.entity.to_owned()).collect::<Vec<_>>())
            .bind(changes.iter().map(|change| change.id).collect::<Vec<_>>())
            .bind(changes.iter().map(|change| change.version).collect::<Vec<_>>())
            .bind(changes.iter().map(|change| change.detail.clone()).collect::<Vec<_>>())
            .bind(self.actor.now.datetime())
            .bind(self.actor.user_id.uuid())
            .bind(self.actor.action)
            .bind(self.actor.request_id.clone())
            .bind(answer.map(|answer| answer.key.clone()))
            .bind(answer.map(|answer| Bytes(answer.request_hash.clone())))
            .bind(answer.map(|answer| i16::try_from(answer.status).unwrap_or(i16::MAX)))
            .bind(answer.map(|answer| answer.body.clone()))
            .bind(answer.and_then(|answer| answer.version))
    }
}

impl Drop for Tx {
    /// Somebody returned early: the connection goes back to the pool without the transaction.
    fn drop(&mut self) {
        if let Some(mut connection) = self.connection.take()
            && let Ok(runtime) = tokio::runtime::Handle::try_current()
        {
            runtime.spawn(async move { end_quietly(&mut connection).await });
        }
    }
}

/// A connection whose rollback fails is broken, and the pool sees that by itself.
async fn end_quietly(connection: &mut AsyncPgConnection) {
    if let Err(error) = connection.batch_execute("ROLLBACK").await {
        tracing::warn!(%error, "a rollback failed");
    }
}

/// Prepares the statement that ends every transaction on a new connection, by leaving no trace with it.
pub(crate) async fn prepare(connection: &mut AsyncPgConnection) -> Result<(), diesel::result::Error> {
    let actor = Actor {
        user_id: UserId::from_uuid(Uuid::nil()),
        action: "",
        request_id: String::new(),
        now: Instant::from_unix(0),
    };
    let tx = Tx { store: None, connection: None, actor, changes: Changes::default(), holds_much: false };
    tx.traces(None).run(connection).await?;
    Ok(())
}

const TRACES: &str = "WITH change AS (SELECT * FROM unnest($1::text[], $2::uuid[], $3::bigint[], $4::text[]) \
     AS c(entity, entity_id, version, detail)), \
     out AS (INSERT INTO outbox (entity, entity_id, version) SELECT entity, entity_id, version FROM change), \
     kept AS (INSERT INTO audit_log (at, user_id, action, entity, entity_id, detail, request_id, hash) \
     SELECT $5, $6, $7, entity, entity_id, detail, $8, sha256(convert_to(concat_ws('|', \
     (SELECT encode(a.hash, 'hex') FROM audit_log a WHERE a.entity_id = change.entity_id ORDER BY a.seq DESC LIMIT 1), \
     extract(epoch FROM $5::timestamptz)::bigint, $6, $7, entity, entity_id, detail, $8), 'UTF8')) FROM change) \
     INSERT INTO idempotency_key (user_id, key, request_hash, status, body, version) \
     SELECT $6, $9, $10, $11, $12, $13 WHERE $9::text IS NOT NULL";
