//! `GET /api/v1/events`: what changed, as server-sent events, resumed by `Last-Event-ID`.
//!
//! One task per server reads the outbox twice a second and hands new changes to every open stream. `NOTIFY` is not
//! used: it makes commits wait for each other.

use std::sync::Arc;
use std::time::Duration;

use actix_web::{HttpRequest, HttpResponse, web};
use mrp_api::endpoint::BASE;
use mrp_api::error as codes;
use mrp_api::events::{Event, PATH};
use mrp_store::outbox::{self, OutboxRow};
use mrp_store::pool::Store;
use tokio::sync::broadcast;

use crate::app::App;
use crate::auth;
use crate::error::ApiError;

/// How often the outbox is read.
const PERIOD: Duration = Duration::from_millis(400);
/// A comment is sent when nothing else was for so long, so that dead connections are noticed.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// Batches a slow stream may lag behind before it is closed and has to resume.
const LAG_MAX: usize = 64;

/// Where streams get their changes from.
#[derive(Debug, Clone)]
pub struct Feed {
    sender: broadcast::Sender<Arc<Vec<OutboxRow>>>,
}

impl Feed {
    /// Starts reading the outbox; stops with the runtime.
    #[must_use]
    pub fn start(store: Store) -> Self {
        let (sender, _) = broadcast::channel(LAG_MAX);
        let feed = Self { sender: sender.clone() };
        tokio::spawn(async move {
            // Without a listener only the position moves on: a stream that opens now starts behind it. What was read then
            // might still be lost, and is made sure of when somebody comes.
            let (mut position, mut is_sure) = (None, false);
            loop {
                let is_heard = sender.receiver_count() > 0;
                let read = match position {
                    Some(from) if is_heard && is_sure => missed(&store, from).await,
                    Some(from) if is_heard => surely_missed(&store, from).await,
                    Some(_) | None => latest(&store).await.map(|latest| (Vec::new(), latest)),
                };
                match read {
                    Ok((rows, latest)) => {
                        is_sure = is_heard && position.is_some();
                        // Somebody who came while the end was read may have read an earlier one.
                        if is_sure || position.is_none() || sender.receiver_count() == 0 {
                            position = Some(latest);
                        }
                        if !rows.is_empty() {
                            let _ = sender.send(Arc::new(rows));
                        }
                    }
                    Err(error) => tracing::debug!(?error, "the outbox could not be read"),
                }
                tokio::time::sleep(PERIOD).await;
            }
        });
        feed
    }
}

/// The changes behind a position, and the position of the last. They are durable: of what might still be lost nobody
/// hears, for its position would be given to something else.
async fn missed(store: &Store, from: i64) -> Result<(Vec<OutboxRow>, i64), ApiError> {
    let mut connection = store.connection().await?;
    let rows = outbox::after(&mut connection, from).await?;
    drop(connection);
    let Some(last) = rows.last() else { return Ok((rows, from)) };
    let position = last.position;
    store.flush().await?;
    Ok((rows, position))
}

/// The same from a position that was not durable when it was read: a crash since then may have taken it back.
async fn surely_missed(store: &Store, from: i64) -> Result<(Vec<OutboxRow>, i64), ApiError> {
    store.flush().await?;
    missed(store, from.min(latest(store).await?)).await
}

/// The position of the last change, which might still be lost.
async fn latest(store: &Store) -> Result<i64, ApiError> {
    let mut connection = store.connection().await?;
    Ok(outbox::latest(&mut connection).await?)
}

/// The stream's route.
pub fn mount(config: &mut web::ServiceConfig) {
    config.route(&format!("{BASE}{PATH}"), web::get().to(stream));
}

async fn stream(app: web::Data<App>, feed: web::Data<Feed>, request: HttpRequest) -> HttpResponse {
    let request_id = uuid::Uuid::now_v7().simple().to_string();
    let subscription = feed.sender.subscribe();
    match open(&app, &request).await {
        Ok((missed, position)) => HttpResponse::Ok()
            .content_type("text/event-stream")
            .insert_header(("Cache-Control", "no-store"))
            .insert_header(("X-Accel-Buffering", "no"))
            .streaming(changes(missed, position, subscription)),
        Err(error) => error.response(&request_id),
    }
}

/// Checks the caller and reads what he missed.
async fn open(app: &App, request: &HttpRequest) -> Result<(Vec<OutboxRow>, i64), ApiError> {
    let hash = auth::token_hash(request, app.tls).ok_or_else(|| ApiError::plain(&codes::UNAUTHENTICATED))?;
    let mut connection = app.store.connection().await?;
    mrp_store::access::caller(&mut connection, hash, app.clock.now().datetime())
        .await?
        .ok_or_else(|| ApiError::plain(&codes::UNAUTHENTICATED))?;
    let last = request.headers().get("last-event-id").and_then(|id| id.to_str().ok()).and_then(|id| id.parse().ok());
    drop(connection);
    match last {
        Some(last) => missed(&app.store, last).await,
        None => {
            let position = latest(&app.store).await?;
            app.store.flush().await?;
            Ok((Vec::new(), position))
        }
    }
}

fn changes(
    missed: Vec<OutboxRow>,
    mut position: i64,
    mut subscription: broadcast::Receiver<Arc<Vec<OutboxRow>>>,
) -> impl futures_util::Stream<Item = Result<web::Bytes, actix_web::Error>> {
    async_stream::stream! {
        yield Ok(web::Bytes::from(format!("retry: 2000\nid: {position}\nevent: hello\ndata: {{}}\n\n")));
        if !missed.is_empty() {
            yield Ok(text_of(&missed, i64::MIN));
        }
        loop {
            match tokio::time::timeout(HEARTBEAT, subscription.recv()).await {
                Ok(Ok(rows)) => {
                    let text = text_of(&rows, position);
                    position = rows.last().map_or(position, |row| row.position.max(position));
                    if !text.is_empty() {
                        yield Ok(text);
                    }
                }
                // Too slow, or the server stops: the browser connects again and resumes where it was.
                Ok(Err(_)) => break,
                Err(_) => yield Ok(web::Bytes::from_static(b": still here\n\n")),
            }
        }
    }
}

/// The changes behind a position. Only the last of one transaction carries the id, so that nobody resumes in between.
fn text_of(rows: &[OutboxRow], behind: i64) -> web::Bytes {
    let mut text = String::new();
    let mut rows = rows.iter().filter(|row| row.position > behind).peekable();
    while let Some(row) = rows.next() {
        let event = Event { seq: row.position, entity: row.entity.clone(), id: row.entity_id, version: row.version };
        if rows.peek().is_none_or(|next| next.position != row.position) {
            text.push_str(&format!("id: {}\n", row.position));
        }
        text.push_str(&format!("data: {}\n\n", serde_json::to_string(&event).unwrap_or_default()));
    }
    web::Bytes::from(text)
}
