//! What changed: the stream that keeps screens live. It is not JSON but server-sent events, at [`PATH`].

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::access::Access;

/// Where the stream is, below [`crate::endpoint::BASE`]. Resume with `Last-Event-ID`.
pub const PATH: &str = "/events";
/// What it demands.
pub const NEEDS: Access = Access::SignedIn;

/// One change of one record. Read the record again to see what changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// Position in the stream; later changes have higher ones.
    pub seq: i64,
    /// The noun, e.g. `manufacturing_order`.
    pub entity: String,
    /// The record.
    pub id: Uuid,
    /// Its version after the change.
    pub version: i64,
}
