//! What can go wrong between us and Postgres, told apart by what the caller can do about it.

use diesel::result::{DatabaseErrorKind, Error as DieselError};

/// A failure of the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// There is no such row.
    #[error("no such row")]
    NotFound,
    /// The row has another version than the caller read.
    #[error("the version is {current} by now")]
    Stale {
        /// The version it has.
        current: i64,
    },
    /// Another row has this value; the constraint says which.
    #[error("the value is taken ({constraint})")]
    Taken {
        /// The unique constraint.
        constraint: String,
    },
    /// Other rows refer to this one.
    #[error("other rows refer to this one ({constraint})")]
    InUse {
        /// The foreign key.
        constraint: String,
    },
    /// The row refers to one that does not exist.
    #[error("a reference does not hold ({constraint})")]
    Reference {
        /// The foreign key.
        constraint: String,
    },
    /// A check that keeps stock or values sane refused the change.
    #[error("a check refused the change ({constraint})")]
    Check {
        /// The check constraint.
        constraint: String,
    },
    /// Two transactions stood in each other's way; trying again helps.
    #[error("another transaction was in the way")]
    Conflict,
    /// No connection in time, or the database is away; trying again later helps.
    #[error("the database is busy or away: {0}")]
    Away(String),
    /// A value in the database is not what the code expects.
    #[error("corrupt value: {0}")]
    Corrupt(String),
    /// Anything else.
    #[error(transparent)]
    Database(DieselError),
}

impl From<DieselError> for StoreError {
    fn from(error: DieselError) -> Self {
        match error {
            DieselError::NotFound => Self::NotFound,
            DieselError::DatabaseError(kind, information) => {
                let constraint = information.constraint_name().unwrap_or_default().to_owned();
                match kind {
                    DatabaseErrorKind::UniqueViolation => Self::Taken { constraint },
                    DatabaseErrorKind::ForeignKeyViolation if is_still_referenced(information.details()) => {
                        Self::InUse { constraint }
                    }
                    DatabaseErrorKind::ForeignKeyViolation => Self::Reference { constraint },
                    DatabaseErrorKind::CheckViolation => Self::Check { constraint },
                    DatabaseErrorKind::SerializationFailure => Self::Conflict,
                    DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand => {
                        Self::Away(information.message().to_owned())
                    }
                    _ if is_transient(information.message()) => Self::Conflict,
                    _ if is_unstorable(information.message()) => Self::Check { constraint: "text".to_owned() },
                    kind => Self::Database(DieselError::DatabaseError(kind, information)),
                }
            }
            other => Self::Database(other),
        }
    }
}

/// Postgres' words for a deadlock and for a lock that did not come in time; diesel does not tell them apart.
fn is_transient(message: &str) -> bool {
    message.contains("deadlock detected") || message.contains("lock timeout")
}

/// Postgres' words for a text that it cannot keep: one with a zero character.
fn is_unstorable(message: &str) -> bool {
    message.contains("invalid byte sequence")
}

/// Both sides of a foreign key fail alike; only the detail tells a row in use from a reference to nothing.
fn is_still_referenced(details: Option<&str>) -> bool {
    details.is_some_and(|details| details.contains("is still referenced"))
}
