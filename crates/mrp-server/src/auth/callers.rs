//! Who is calling, remembered for a second: people and programs ask many things in a row.
//!
//! A log-out or a change of a user is known at once on the server that carried it out, and a second later on the others.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use mrp_api::access::Role;
use mrp_api::error as codes;
use mrp_domain::ids::UserId;
use mrp_store::access::CallerRow;
use time::OffsetDateTime;

use crate::app::App;
use crate::error::ApiError;

/// How long a caller is believed to be who he was.
const LIFETIME: Duration = Duration::from_secs(1);
/// Callers remembered before all are forgotten.
const CALLERS_MAX: usize = 10_000;

/// Who is calling.
#[derive(Debug, Clone)]
pub struct Caller {
    /// The user.
    pub id: UserId,
    /// The user name.
    pub login: String,
    /// The person's name.
    pub name: String,
    /// The role.
    pub role: Role,
    /// `en` or `ro`.
    pub language: String,
}

/// Callers by the hash of their session's token.
#[derive(Debug, Default)]
pub struct Callers {
    known: Mutex<HashMap<Vec<u8>, Known>>,
}

/// A caller, when we asked, and until when his session lasts.
#[derive(Debug)]
struct Known {
    asked: Instant,
    until: OffsetDateTime,
    caller: Caller,
}

impl Callers {
    /// The user behind a token's hash.
    ///
    /// # Errors
    /// `busy` when the database does not answer.
    pub async fn find(app: &App, token_hash: &[u8]) -> Result<Option<Caller>, ApiError> {
        let now = app.clock.now().datetime();
        if let Some(caller) = app.callers.get(token_hash, now) {
            return Ok(Some(caller));
        }
        let mut connection = app.store.connection().await?;
        let asked = Instant::now();
        let row = mrp_store::access::caller(&mut connection, token_hash.to_vec(), now).await?;
        let Some(row) = row else { return Ok(None) };
        let until = row.expires_at;
        let caller = caller_of(row)?;
        app.callers.put(token_hash, Known { asked, until, caller: caller.clone() });
        Ok(Some(caller))
    }

    /// Forgets everybody: somebody logged out, or may do something else than before.
    pub fn forget(&self) {
        self.lock().clear();
    }

    fn get(&self, token_hash: &[u8], now: OffsetDateTime) -> Option<Caller> {
        let all = self.lock();
        let known = all.get(token_hash)?;
        (known.asked.elapsed() < LIFETIME && now < known.until).then(|| known.caller.clone())
    }

    fn put(&self, token_hash: &[u8], caller: Known) {
        let mut known = self.lock();
        if known.len() >= CALLERS_MAX {
            known.clear();
        }
        known.insert(token_hash.to_vec(), caller);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<Vec<u8>, Known>> {
        self.known.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

fn caller_of(row: CallerRow) -> Result<Caller, ApiError> {
    let role = row.role.parse().map_err(|_| ApiError::plain(&codes::UNAUTHENTICATED))?;
    Ok(Caller { id: UserId::from_uuid(row.user_id), login: row.login, name: row.name, role, language: row.language })
}
