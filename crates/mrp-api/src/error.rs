//! Error codes and the body of a failure (`application/problem+json`, RFC 9457).
//!
//! Codes are append-only: a code that has been on the wire keeps its meaning. `docs/errors.md` is generated from [`ALL`].

use serde::{Deserialize, Serialize};

/// One condition a caller can be told about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ErrorCode {
    /// The stable name on the wire.
    pub code: &'static str,
    /// The HTTP status.
    pub status: u16,
    /// What happened, in one sentence.
    pub condition: &'static str,
    /// Whether the same request can succeed later.
    pub retry: bool,
    /// What to do about it.
    pub remedy: &'static str,
}

macro_rules! codes {
    ($($name:ident = $code:literal, $status:literal, $retry:literal, $condition:literal, $remedy:literal;)+) => {
        $(
            #[doc = $condition]
            pub const $name: ErrorCode = ErrorCode {
                code: $code, status: $status, condition: $condition, retry: $retry, remedy: $remedy,
            };
        )+

        /// Every code there is, in the order they came to be.
        pub const ALL: &[ErrorCode] = &[$($name,)+];
    };
}

codes! {
    UNAUTHENTICATED = "unauthenticated", 401, false, "Nobody is logged in.", "Log in, or send a valid token.";
    BAD_CREDENTIALS = "bad_credentials", 401, false, "User name and password do not belong together.", "Type them again.";
    PERMISSION_DENIED = "permission_denied", 403, false, "The caller's role does not allow this.", "Ask an administrator for the role.";
    CROSS_SITE_REQUEST = "cross_site_request", 403, false, "A page of another site sent this request.", "Send it from the application itself.";
    TOO_MANY_ATTEMPTS = "too_many_attempts", 429, true, "Too many failed log-ins.", "Wait a minute.";
    NOT_FOUND = "not_found", 404, false, "There is no such record.", "Check the id.";
    NO_SUCH_ENDPOINT = "no_such_endpoint", 404, false, "There is no such endpoint.", "See /api/v1/openapi.json.";
    METHOD_NOT_ALLOWED = "method_not_allowed", 405, false, "The endpoint does not understand this verb.", "See /api/v1/openapi.json.";
    MALFORMED_BODY = "malformed_body", 400, false, "The body is not the JSON that this endpoint takes.", "Correct it as the detail says.";
    MALFORMED_QUERY = "malformed_query", 400, false, "A parameter behind the `?` is unknown or has a wrong value.", "Correct it as the detail says.";
    MALFORMED_PATH = "malformed_path", 404, false, "An id in the path is not a UUID.", "Check the id.";
    BODY_TOO_LARGE = "body_too_large", 413, false, "The body is larger than the endpoint takes.", "Send less at once.";
    VERSION_REQUIRED = "version_required", 428, false, "The request does not say which version it changes.", "Send If-Match with the version that was read.";
    VERSION_STALE = "version_stale", 412, false, "Somebody else has changed the record since it was read.", "Read it again and decide.";
    IDEMPOTENCY_KEY_REQUIRED = "idempotency_key_required", 400, false, "The request has no Idempotency-Key.", "Send a fresh UUID; send the same one when retrying.";
    IDEMPOTENCY_KEY_REUSED = "idempotency_key_reused", 422, false, "This Idempotency-Key belongs to another request.", "Draw a fresh key.";
    IDEMPOTENCY_KEY_RUNNING = "idempotency_key_running", 409, true, "The first request with this Idempotency-Key is still running.", "Send it again in a moment.";
    VALIDATION_FAILED = "validation_failed", 422, false, "One or more values are not acceptable; `errors` lists all of them.", "Correct them.";
    VALUE_MISSING = "value_missing", 422, false, "A mandatory value is missing.", "Fill it in.";
    VALUE_INVALID = "value_invalid", 422, false, "A value is not acceptable.", "Correct it as the detail says.";
    VALUE_TAKEN = "value_taken", 422, false, "Another record has this code.", "Choose another.";
    SHIFTS_OVERLAP = "shifts_overlap", 422, false, "Two shifts lie over each other.", "Let one end before the other begins.";
    BREAK_OUTSIDE_SHIFT = "break_outside_shift", 422, false, "A break does not lie within its shift.", "Move it into the shift.";
    BREAKS_OVERLAP = "breaks_overlap", 422, false, "Two breaks of a shift lie over each other.", "Let one end before the other begins.";
    NOT_A_TIME = "not_a_time", 422, false, "A value is not a time of the day.", "Write it as HH:MM.";
    DAYS_REVERSED = "days_reversed", 422, false, "The last day lies before the first.", "Exchange the two.";
    PERIOD_TOO_LONG = "period_too_long", 422, false, "A period has more days than are allowed.", "Make it shorter, or several of it.";
    SEQUENCE_REPEATED = "sequence_repeated", 422, false, "Two operations have the same number.", "Give one of them another number.";
    PREDECESSOR_UNKNOWN = "predecessor_unknown", 422, false, "An operation waits for one that is not there.", "Name an operation of this routing.";
    OPERATIONS_CIRCULAR = "operations_circular", 422, false, "Operations wait for each other in a circle.", "Let one of them wait for nothing.";
    REFERENCE_UNKNOWN = "reference_unknown", 422, false, "The record that a value refers to does not exist.", "Choose one that exists.";
    UNIT_IN_USE = "unit_in_use", 409, false, "Amounts are kept in this unit, so its category, ratio and step stay.", "Make a new unit, and use that from now on.";
    CURRENCY_BOOKED = "currency_booked", 409, false, "Amounts are booked in the company's currency by now.", "Keep the currency; start a company of its own for another one.";
    IN_USE = "in_use", 409, false, "Other records refer to this one.", "Make it inactive instead.";
    UNIT_CATEGORY_DIFFERS = "unit_category_differs", 422, false, "The two units belong to different categories.", "Choose a unit of the same category.";
    BOM_FAULTY = "bom_faulty", 422, false, "The bill of materials has faults; `errors` lists all of them.", "Correct them.";
    BOM_CYCLE = "bom_cycle", 422, false, "A bill of materials contains itself; the detail shows the path.", "Remove one of the lines on the path.";
    BOM_TOO_DEEP = "bom_too_deep", 422, false, "A bill of materials has more levels than are allowed.", "Flatten it.";
    BOM_IMMUTABLE = "bom_immutable", 409, false, "A validated or archived revision cannot be changed.", "Make a new revision.";
    ROUTING_FAULTY = "routing_faulty", 422, false, "The routing has faults; `errors` lists all of them.", "Correct them.";
    STATE_FORBIDS = "state_forbids", 409, false, "The record's state does not allow this command.", "See its actions.";
    MANDATORY_FIELD_MISSING = "mandatory_field_missing", 422, false, "The order lacks a field that it needs by now.", "Fill it in.";
    BOM_NOT_VALIDATED = "bom_not_validated", 409, false, "Nobody has validated the bill of materials.", "Have it validated, or get the permission bom.use_unvalidated.";
    MATERIAL_SHORT = "material_short", 409, true, "Material is missing.", "Receive it, or plan with shortage.";
    NOTHING_TO_RESERVE = "nothing_to_reserve", 409, false, "Everything needed is reserved already.", "Nothing.";
    NOTHING_RESERVED = "nothing_reserved", 409, false, "The order holds no reservation.", "Nothing.";
    PRODUCED_LESS = "produced_less", 409, false, "Less was produced than ordered.", "Choose: backorder or close short.";
    OVER_TOLERANCE = "over_tolerance", 422, false, "More was produced than the tolerance allows.", "Check the quantity, or raise the tolerance.";
    ALREADY_CONSUMED = "already_consumed", 409, false, "Material was consumed or goods were produced.", "Finish the order short.";
    WORK_ORDERS_RUNNING = "work_orders_running", 409, true, "Work orders of this order are not finished.", "Finish them first.";
    CONSUMPTION_UNRECORDED = "consumption_unrecorded", 409, false, "The consumption of some components was not recorded.", "Record it, or finish with `accept_unrecorded`.";
    REASON_REQUIRED = "reason_required", 422, false, "This change needs a reason.", "Give one.";
    CALENDAR_MISSING = "calendar_missing", 422, false, "A work center has no work schedule and the company has no default one.", "Choose a work schedule.";
    CALENDAR_EXHAUSTED = "calendar_exhausted", 422, false, "The work does not fit into the working hours of the next years.", "Check schedules, closures and quantities.";
    WORK_NOT_READY = "work_not_ready", 409, true, "There is nothing to work on yet.", "Finish the operation before, or receive the material.";
    MORE_THAN_READY = "more_than_ready", 422, false, "More was reported than could be worked on.", "Check the quantity.";
    STOCK_SHORT = "stock_short", 409, true, "There is not enough free stock.", "Receive, count or transfer stock.";
    QUANTITY_OUT_OF_RANGE = "quantity_out_of_range", 422, false, "A quantity is too large or has too many decimals to be calculated exactly.", "Check quantity and unit.";
    FILE_UNREADABLE = "file_unreadable", 422, false, "The file cannot be read as a table.", "Save it as CSV and try again.";
    IMPORT_HAS_PROBLEMS = "import_has_problems", 422, false, "Rows of the file have problems; `errors` lists all of them.", "Correct them, or import with skipping.";
    BUSY = "busy", 503, true, "The server is busy or its database is away.", "Try again after Retry-After seconds.";
    INTERNAL = "internal", 500, true, "A mistake of ours.", "Report it with the request id.";
    BOM_ARCHIVED = "bom_archived", 409, false, "The bill of materials is archived.", "Choose a revision that is in use.";
    NOTHING_PRODUCED = "nothing_produced", 409, false, "Nothing was produced, so there is no rest for a backorder.", "Close the order short.";
    ORDER_NOT_RELEASED = "order_not_released", 409, true, "The order is not planned or is closed, so nobody can work on it.", "Plan the order.";
    WORK_CENTER_BLOCKED = "work_center_blocked", 409, true, "The work center stands; the detail says why.", "Wait, or move the work order.";
    WORK_CENTER_FULL = "work_center_full", 409, true, "The work center runs as many work orders as it can.", "Finish or pause one of them.";
    ALREADY_WORKING = "already_working", 409, false, "This person is at work on it already.", "Report, pause or finish.";
    REPORT_EMPTY = "report_empty", 422, false, "A report has neither good nor scrapped pieces.", "Say how many.";
    NOTHING_REPORTED = "nothing_reported", 409, false, "No piece of the work order is reported.", "Report pieces first.";
    REPORTED_LESS = "reported_less", 409, false, "Fewer pieces are reported than planned.", "Report the rest, or close short.";
    ALREADY_REPORTED = "already_reported", 409, false, "Pieces are reported, so the work order cannot be given up.", "Finish it.";
    WORK_CENTER_NOT_ALLOWED = "work_center_not_allowed", 422, false, "The operation does not allow this work center.", "Choose one of its alternatives.";
    SAME_LOCATION = "same_location", 422, false, "Goods cannot move from a location to itself.", "Choose another location.";
    NOTHING_CHANGED = "nothing_changed", 422, false, "The change would change nothing.", "Nothing.";
    LESS_THAN_CONSUMED = "less_than_consumed", 422, false, "More of the component is consumed than it would need.", "Ask for at least what is consumed.";
    LINE_CONSUMED = "line_consumed", 409, false, "A component that is consumed in part cannot be replaced or removed.", "Lower it to what is consumed and add another.";
    LESS_THAN_PRODUCED = "less_than_produced", 422, false, "More is produced than the order would ask for.", "Ask for at least what is produced.";
    TIME_LOG_EMPTY = "time_log_empty", 422, false, "A time log would not end after its start.", "Correct the times.";
    TIME_LOG_ENDED = "time_log_ended", 409, false, "The time log has ended already.", "Correct it instead.";
    TIME_LOG_IN_FUTURE = "time_log_in_future", 422, false, "A time log would end in the future.", "Correct the times.";
    STOCK_RESERVED = "stock_reserved", 409, true, "Less would be left in stock than is reserved for orders.", "Unreserve orders first.";
    ATTACHMENT_TYPE_REFUSED = "attachment_type_refused", 422, false, "The file is of a type that is not taken here; its bytes say what it is, not its name.", "Send PNG, JPEG, WebP or GIF; to an operation also PDF.";
    ATTACHMENT_TOO_LARGE = "attachment_too_large", 413, false, "The file is larger than 5 MiB.", "Make it smaller.";
    ATTACHMENTS_TOO_MANY = "attachments_too_many", 409, false, "There are as many files as one record may have.", "Remove one first.";
    BOM_NOT_EFFECTIVE = "bom_not_effective", 409, false, "The bill of materials may not be used on the day the order begins.", "Choose another revision, or another planned start.";
    TEMPLATE_PRODUCT = "template_product", 422, false, "The product is a template: only its variants are stocked, made and used.", "Choose one of its variants.";
    TEMPLATE_HAS_VARIANTS = "template_has_variants", 409, false, "The template has variants, so its attributes stay.", "Change only values, or remove the variants first.";
    PRODUCT_USED = "product_used", 409, false, "The product is stocked, made or used, so it cannot become a template or another variant.", "Make a new product.";
    TOO_MANY_VARIANTS = "too_many_variants", 422, false, "The attributes give more variants than a template may have.", "Offer fewer values.";
    SALES_ORDER_DIFFERS = "sales_order_differs", 409, false, "The channel has pushed another sales order under this name.", "Change the one that is there, or push it under its own name.";
    NOTHING_TO_MAKE = "nothing_to_make", 409, false, "Everything of this line is being made or delivered already.", "Change the orders that make it.";
    NOTHING_MISSING = "nothing_missing", 409, false, "The order lacks no material.", "Nothing.";
    EVERYTHING_ASKED_FOR = "everything_asked_for", 409, false, "Everything that the order lacks is already asked for.", "Follow its purchase requests.";
    OVER_RECEIPT = "over_receipt", 422, false, "More would be received than was ordered and the supplier may bring.", "Check the quantity, or let the supplier bring more.";
    PRICE_MISSING = "price_missing", 422, false, "A line of the purchase order has no price.", "Fill it in.";
    SERIAL_IN_STOCK = "serial_in_stock", 422, false, "A serial number is one piece, and that piece is in stock already.", "Check the number.";
    LOT_EXPIRED = "lot_expired", 409, false, "What there is of the material is past its last day.", "Receive fresh material, or correct the lot's expiry.";
    OVER_DELIVERY = "over_delivery", 422, false, "More would be delivered than was sold and is still open.", "Check the quantity, or change the sales order first.";
    ORDERS_WOULD_BE_CANCELLED = "orders_would_be_cancelled", 403, false, "Manufacturing orders would be cancelled along, and the caller may not cancel them.", "Cancel with `leave_orders`, or ask somebody who plans production.";
    REASSIGNMENT_CHANGED = "reassignment_changed", 409, false, "What was looked at before reserved goods were taken has changed.", "Look again, and take what is still there.";
    DOWNTIME_OVERLAPS = "downtime_overlaps", 409, false, "The work center stood at that time already, for another reason.", "Change the times, or correct the other downtime.";
}

/// One value that is not acceptable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FieldProblem {
    /// JSON pointer into the body, e.g. `/lines/3/quantity`.
    pub pointer: String,
    /// One of [`ALL`].
    pub code: String,
    /// What is wrong, in English.
    pub detail: String,
    /// The sentence of that detail (see [`crate::detail`]), for other languages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail_code: Option<String>,
    /// The facts in it.
    #[serde(default, skip_serializing_if = "serde_json::Map::is_empty")]
    pub params: serde_json::Map<String, serde_json::Value>,
}

/// The body of every failure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem {
    /// Where the code is explained.
    #[serde(rename = "type")]
    pub kind: String,
    /// What happened, in one sentence.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What happened in this case.
    pub detail: String,
    /// The sentence of that detail (see [`crate::detail`]), for other languages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail_code: Option<String>,
    /// One of [`ALL`].
    pub code: String,
    /// The facts of this case, for messages in other languages.
    #[serde(default)]
    pub params: serde_json::Map<String, serde_json::Value>,
    /// Each value that is not acceptable.
    #[serde(default)]
    pub errors: Vec<FieldProblem>,
    /// For the log.
    pub request_id: String,
}
wire!(Problem);

/// The generated page `docs/errors.md`.
#[must_use]
pub fn markdown() -> String {
    let mut text = String::from(
        "# Errors\n\nEvery failure is `application/problem+json` with a `code` from this list. Codes never change their meaning.\nThis page is generated: `cargo xtask docs`.\n\n| code | status | condition | retry helps | what to do |\n| --- | --- | --- | --- | --- |\n",
    );
    for error in ALL {
        let retry = if error.retry { "yes" } else { "no" };
        text.push_str(&format!(
            "| `{}` | {} | {} | {retry} | {} |\n",
            error.code, error.status, error.condition, error.remedy
        ));
    }
    text.push_str(
        "\n## Details\n\nWhat is wrong in one case stands in `detail`, in English. Where a sentence of this list says it, its code stands\nbeside it in `detail_code` and its facts in `params`, so that it can be said in another language. These codes never\nchange their meaning, either.\n\n| detail_code | sentence |\n| --- | --- |\n",
    );
    for sentence in crate::detail::ALL {
        text.push_str(&format!("| `{}` | {} |\n", sentence.code, sentence.english.replace('|', "\\|")));
    }
    text
}
