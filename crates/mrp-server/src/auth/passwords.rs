//! Passwords: argon2id, at most two hashings at once (each takes 19 MiB and a good part of a core), and a brake on
//! guessing.
//!
//! Two threads hash and do nothing else: the allocator keeps what a thread has once used, so any thread that hashes
//! holds on to its 19 MiB.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, mpsc};

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use mrp_api::error as codes;
use mrp_domain::time::{Instant, Seconds};
use tokio::sync::oneshot;

use crate::error::ApiError;

/// Failed log-ins per user name that are let through in [`WINDOW`].
const FAILURES_MAX: usize = 10;
/// How long a failure counts.
const WINDOW: Seconds = Seconds::new(60);

/// Hashes and verifies.
#[derive(Debug, Clone)]
pub struct Passwords {
    jobs: mpsc::Sender<Job>,
    failures: Arc<Mutex<HashMap<String, Vec<Instant>>>>,
}

type Job = Box<dyn FnOnce() + Send>;

/// Hashings at once.
const THREADS: usize = 2;

impl Default for Passwords {
    fn default() -> Self {
        let (jobs, queue) = mpsc::channel::<Job>();
        let queue = Arc::new(Mutex::new(queue));
        for _ in 0..THREADS {
            let queue = Arc::clone(&queue);
            std::thread::spawn(move || {
                loop {
                    let job = queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
                    let Ok(job) = job else { return };
                    job();
                }
            });
        }
        Self { jobs, failures: Arc::default() }
    }
}

impl Passwords {
    /// The text to store for a password.
    ///
    /// # Errors
    /// `internal` when hashing fails.
    pub async fn hash(&self, password: String) -> Result<String, ApiError> {
        self.on_hashing_thread(move || {
            Argon2::default().hash_password(password.as_bytes()).map(|hash| hash.to_string()).ok()
        })
        .await?
        .ok_or_else(|| ApiError::plain(&codes::INTERNAL))
    }

    /// Whether the password belongs to the stored text. Without a stored text it takes as long and is false.
    ///
    /// # Errors
    /// `busy`.
    pub async fn verify(&self, password: String, stored: Option<String>) -> Result<bool, ApiError> {
        self.on_hashing_thread(move || match stored {
            Some(stored) => PasswordHash::new(&stored)
                .is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok()),
            None => {
                let _same_time = Argon2::default().hash_password(password.as_bytes());
                false
            }
        })
        .await
    }

    async fn on_hashing_thread<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, ApiError> {
        let (sender, result) = oneshot::channel();
        // Whoever asked may be gone when it is done.
        let job = Box::new(move || drop(sender.send(work())));
        self.jobs.send(job).map_err(|_| ApiError::plain(&codes::INTERNAL))?;
        result.await.map_err(|_| ApiError::plain(&codes::INTERNAL))
    }

    /// Refuses a user name with too many recent failures.
    ///
    /// # Errors
    /// `too_many_attempts`.
    pub fn refuse_guessing(&self, login: &str, now: Instant) -> Result<(), ApiError> {
        let mut failures = self.failures.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        failures.retain(|_, times| {
            times.retain(|at| now.since(*at) < WINDOW);
            !times.is_empty()
        });
        if failures.get(&login.to_lowercase()).is_some_and(|times| times.len() >= FAILURES_MAX) {
            return Err(ApiError::plain(&codes::TOO_MANY_ATTEMPTS));
        }
        Ok(())
    }

    /// Remembers a failure.
    pub fn note_failure(&self, login: &str, now: Instant) {
        let mut failures = self.failures.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        failures.entry(login.to_lowercase()).or_default().push(now);
    }
}
