//! Every failure as an answer: one exhaustive map from what went wrong to a stable code.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use mrp_api::detail::{self as say, Detail};
use mrp_api::error::{self as codes, ErrorCode, FieldProblem, Problem};
use mrp_store::error::StoreError;
use mrp_store::list::ListError;
use serde_json::Value;

/// A failure on its way to the caller.
#[derive(Debug, Clone)]
pub struct ApiError {
    code: &'static ErrorCode,
    detail: Detail,
    errors: Vec<FieldProblem>,
    /// Another transaction was in the way: the same work can be tried again at once.
    is_conflict: bool,
}

impl ApiError {
    /// A failure with its facts in words.
    pub fn new(code: &'static ErrorCode, detail: impl Into<Detail>) -> Self {
        Self { code, detail: detail.into(), errors: Vec::new(), is_conflict: false }
    }

    /// A failure with nothing to add to its condition.
    pub fn plain(code: &'static ErrorCode) -> Self {
        Self::new(code, say::for_callers(code.condition))
    }

    /// One fact, for messages in other languages.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.detail.params.insert(name.to_owned(), value.into());
        self
    }

    /// One value that is not acceptable.
    #[must_use]
    pub fn field(mut self, pointer: impl Into<String>, code: &'static ErrorCode, detail: impl Into<Detail>) -> Self {
        self.errors.push(field_problem(pointer.into(), code, detail.into()));
        self
    }

    /// Whether trying the same work again at once can help.
    #[must_use]
    pub fn is_conflict(&self) -> bool {
        self.is_conflict
    }

    /// The code.
    #[must_use]
    pub fn code(&self) -> &'static ErrorCode {
        self.code
    }

    /// What is wrong, in words.
    #[must_use]
    pub fn detail(&self) -> &Detail {
        &self.detail
    }

    /// The body of the answer.
    #[must_use]
    pub fn problem(&self, request_id: &str) -> Problem {
        Problem {
            kind: format!("/api/docs/errors#{}", self.code.code),
            title: self.code.condition.to_owned(),
            status: self.code.status,
            detail: self.detail.text.clone(),
            detail_code: self.detail.code.map(str::to_owned),
            code: self.code.code.to_owned(),
            params: self.detail.params.clone(),
            errors: self.errors.clone(),
            request_id: request_id.to_owned(),
        }
    }

    /// The answer.
    #[must_use]
    pub fn response(&self, request_id: &str) -> HttpResponse {
        let status = StatusCode::from_u16(self.code.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = HttpResponse::build(status);
        response.content_type("application/problem+json");
        if status == StatusCode::SERVICE_UNAVAILABLE {
            response.insert_header(("Retry-After", "1"));
        }
        response.json(self.problem(request_id))
    }
}

fn field_problem(pointer: String, code: &ErrorCode, detail: Detail) -> FieldProblem {
    FieldProblem {
        pointer,
        code: code.code.to_owned(),
        detail: detail.text,
        detail_code: detail.code.map(str::to_owned),
        params: detail.params,
    }
}

/// All faults of a body, collected before anything is refused.
#[derive(Debug, Default)]
pub struct Faults(Vec<FieldProblem>);

impl Faults {
    /// One value that is not acceptable.
    pub fn add(&mut self, pointer: impl Into<String>, code: &'static ErrorCode, detail: impl Into<Detail>) {
        self.0.push(field_problem(pointer.into(), code, detail.into()));
    }

    /// Keeps the value of a successful parse, notes the fault of a failed one.
    pub fn take<T, E: Into<Detail>>(&mut self, pointer: &str, parsed: Result<T, E>) -> Option<T> {
        parsed.map_err(|error| self.add(pointer, &codes::VALUE_INVALID, error)).ok()
    }

    /// Notes a fault unless the condition holds.
    pub fn require(&mut self, holds: bool, pointer: &str, detail: impl Into<Detail>) {
        if !holds {
            self.add(pointer, &codes::VALUE_INVALID, detail);
        }
    }

    /// Whether nothing was found.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All of another collection.
    pub fn append(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// Refuses if there is any fault.
    ///
    /// # Errors
    /// `validation_failed` with all of them.
    pub fn check(self) -> Result<(), ApiError> {
        self.check_as(&codes::VALIDATION_FAILED)
    }

    /// The same under another code.
    ///
    /// # Errors
    /// That code with all faults.
    pub fn check_as(self, code: &'static ErrorCode) -> Result<(), ApiError> {
        let Some(first) = self.0.first() else { return Ok(()) };
        let mut error = ApiError::new(code, say::for_callers(format!("{}: {}", first.pointer, first.detail)));
        error.errors = self.0;
        Err(error)
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NotFound => Self::plain(&codes::NOT_FOUND),
            StoreError::Stale { current } => {
                Self::new(&codes::VERSION_STALE, say::for_callers(format!("the version is {current} by now")))
                    .with("current", current)
            }
            StoreError::Taken { constraint } => {
                let pointer = pointer_of(&constraint, "_key");
                Self::new(&codes::VALIDATION_FAILED, say::for_callers("another record has this value")).field(
                    pointer,
                    &codes::VALUE_TAKEN,
                    say::for_callers("another record has this value"),
                )
            }
            StoreError::InUse { constraint } => {
                let by = constraint.trim_end_matches("_fkey").to_owned();
                Self::new(&codes::IN_USE, say::for_callers(format!("{by} refers to it"))).with("by", by)
            }
            StoreError::Reference { constraint } => {
                let pointer = pointer_of(&constraint, "_fkey");
                Self::new(&codes::VALIDATION_FAILED, say::for_callers("a value refers to a record that does not exist"))
                    .field(pointer, &codes::REFERENCE_UNKNOWN, say::for_callers("there is no such record"))
            }
            StoreError::Check { constraint } if constraint.contains("never_promised_twice") => {
                Self::plain(&codes::STOCK_SHORT)
            }
            StoreError::Check { constraint } => Self::new(
                &codes::VALIDATION_FAILED,
                say::for_callers(format!("a value is out of range ({constraint})")),
            ),
            StoreError::Conflict => {
                let mut error = Self::new(&codes::BUSY, say::for_callers("another change was in the way"));
                error.is_conflict = true;
                error
            }
            StoreError::Away(reason) => {
                tracing::warn!(%reason, "the database is busy or away");
                Self::plain(&codes::BUSY)
            }
            StoreError::Corrupt(what) => {
                tracing::error!(%what, "a stored value is corrupt");
                Self::plain(&codes::INTERNAL)
            }
            StoreError::Database(error) => {
                tracing::error!(%error, "the database refused a statement");
                Self::plain(&codes::INTERNAL)
            }
        }
    }
}

/// `work_center_code_key` → `/code`, `bom_line_component_id_fkey` → `/component_id`: constraints are named
/// table_column_kind, and the wire uses the column's name.
fn pointer_of(constraint: &str, kind: &str) -> String {
    const COLUMNS: &[&str] = &[
        "unit_category_id",
        "work_schedule_id",
        "work_center_id",
        "unit_id",
        "routing_id",
        "product_id",
        "component_id",
        "warehouse_id",
        "supplier_id",
        "responsible_id",
        "scrap_reason_id",
        "code",
        "name",
        "login",
        "barcode",
        "number",
    ];
    let stem = constraint.trim_end_matches(kind);
    let column = COLUMNS.iter().find(|column| stem.strip_suffix(**column).is_some_and(|table| table.ends_with('_')));
    column.map_or_else(String::new, |column| format!("/{column}"))
}

impl From<ListError> for ApiError {
    fn from(error: ListError) -> Self {
        match error {
            ListError::UnknownSort { .. } | ListError::BadCursor => {
                Self::new(&codes::MALFORMED_QUERY, say::for_callers(error.to_string()))
            }
            ListError::Store(error) => error.into(),
        }
    }
}
