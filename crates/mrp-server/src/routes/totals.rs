//! Totals of lists, kept for a second: counting 50 000 rows takes longer than reading a page of them.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// How long a total is believed.
const LIFETIME: Duration = Duration::from_secs(1);
/// Questions remembered before all are forgotten.
const QUESTIONS_MAX: usize = 1_000;

/// Totals by question.
#[derive(Debug, Default)]
pub struct Totals {
    known: Mutex<HashMap<String, (Instant, u64)>>,
}

impl Totals {
    /// A total that is not older than a second.
    #[must_use]
    pub fn get(&self, question: &str) -> Option<u64> {
        let known = self.known.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        known.get(question).filter(|(at, _)| at.elapsed() < LIFETIME).map(|(_, total)| *total)
    }

    /// Remembers a total.
    pub fn put(&self, question: String, total: u64) {
        let mut known = self.known.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if known.len() >= QUESTIONS_MAX {
            known.clear();
        }
        known.insert(question, (Instant::now(), total));
    }
}
