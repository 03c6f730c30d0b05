//! Requests for quotation: what suppliers are asked for, and what they offer.

use rust_decimal::Decimal;
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use crate::error::StoreError;
use crate::list::{ListSpec, Sort};
use crate::sql::{PgConnection, sql};
use crate::table::Version;
use crate::tx::Tx;

row! {
    /// A question to suppliers.
    pub struct RequestForQuotationRow {
        pub id: Uuid = "q.id",
        pub number: String = "q.number",
        pub state: String = "q.state",
        pub answer_by: Option<Date> = "q.answer_by",
        pub note: String = "q.note",
        pub sent_at: Option<OffsetDateTime> = "q.sent_at",
        pub line_count: i64 = "(SELECT count(*) FROM request_for_quotation_line l WHERE l.request_for_quotation_id = q.id)",
        pub supplier_count: i64 = "(SELECT count(DISTINCT f.supplier_id) FROM offer f JOIN request_for_quotation_line l ON l.id = f.request_for_quotation_line_id WHERE l.request_for_quotation_id = q.id)",
        pub answer_count: i64 = "(SELECT count(DISTINCT f.supplier_id) FROM offer f JOIN request_for_quotation_line l ON l.id = f.request_for_quotation_line_id WHERE l.request_for_quotation_id = q.id AND f.price IS NOT NULL)",
        pub requests: serde_json::Value = "coalesce((SELECT jsonb_agg(DISTINCT jsonb_build_object('id', h.id, 'number', h.number)) FROM purchase_request_line r JOIN purchase_request h ON h.id = r.purchase_request_id JOIN request_for_quotation_line l ON l.id = r.request_for_quotation_line_id WHERE l.request_for_quotation_id = q.id), '[]')",
        pub created_by: String = "a.name",
        pub created_at: OffsetDateTime = "q.created_at",
        pub version: i64 = "q.version",
    }
}

/// The list of questions to suppliers.
pub const LIST: ListSpec = ListSpec {
    from: "request_for_quotation q JOIN user_account a ON a.id = q.created_by",
    count_from: "request_for_quotation q",
    id: "q.id",
    search: &["q.number", "q.note"],
    sorts: &[
        Sort { name: "created_at", sql: "q.created_at", cast: "timestamptz" },
        Sort { name: "number", sql: "q.number", cast: "text" },
    ],
};

row! {
    /// A line of a question to suppliers, with the purchase order that followed.
    pub struct QuotationLineRow {
        pub id: Uuid = "l.id",
        pub product_id: Uuid = "l.product_id",
        pub product_code: String = "p.code",
        pub product_name: String = "p.name",
        pub unit_id: Uuid = "p.unit_id",
        pub unit_code: String = "u.code",
        pub quantity: Decimal = "l.quantity",
        pub needed_on: Option<Date> = "l.needed_on",
        pub purchase_order_id: Option<Uuid> = "o.id",
        pub purchase_order_number: Option<String> = "o.number",
    }
}

/// The lines of a question.
///
/// # Errors
/// When Postgres fails.
pub async fn lines(connection: &mut PgConnection, id: Uuid) -> Result<Vec<QuotationLineRow>, StoreError> {
    let text = format!(
        "SELECT {} FROM request_for_quotation_line l JOIN product p ON p.id = l.product_id \
         JOIN unit u ON u.id = p.unit_id LEFT JOIN LATERAL (SELECT o.id, o.number FROM purchase_order o \
         JOIN purchase_order_line ol ON ol.purchase_order_id = o.id AND ol.product_id = l.product_id \
         WHERE o.request_for_quotation_id = l.request_for_quotation_id ORDER BY o.number DESC LIMIT 1) o ON true \
         WHERE l.request_for_quotation_id = $1 ORDER BY l.position",
        QuotationLineRow::COLUMNS
    );
    Ok(sql(text).bind(id).rows(connection).await?)
}

row! {
    /// What a supplier offers for a line.
    pub struct OfferRow {
        pub line_id: Uuid = "f.request_for_quotation_line_id",
        pub supplier_id: Uuid = "f.supplier_id",
        pub supplier_name: String = "s.name",
        pub supplier_email: String = "s.email",
        pub supplier_article: String = "coalesce((SELECT t.supplier_article FROM supplier_price t WHERE t.product_id = l.product_id AND t.supplier_id = f.supplier_id ORDER BY t.supplier_article = '', t.rank, t.id LIMIT 1), '')",
        pub unit_id: Uuid = "f.unit_id",
        pub unit_code: String = "u.code",
        pub price: Option<Decimal> = "f.price",
        pub min_quantity: Decimal = "f.min_quantity",
        pub order_multiple: Decimal = "f.order_multiple",
        pub lead_days: i32 = "f.lead_days",
        pub valid_until: Option<Date> = "f.valid_until",
        pub note: String = "f.note",
        pub is_chosen: bool = "f.is_chosen",
    }
}

/// The offers for all lines of a question, by the suppliers' names.
///
/// # Errors
/// When Postgres fails.
pub async fn offers(connection: &mut PgConnection, id: Uuid) -> Result<Vec<OfferRow>, StoreError> {
    let text = format!(
        "SELECT {} FROM offer f JOIN request_for_quotation_line l ON l.id = f.request_for_quotation_line_id \
         JOIN supplier s ON s.id = f.supplier_id JOIN unit u ON u.id = f.unit_id \
         WHERE l.request_for_quotation_id = $1 ORDER BY l.position, s.name, s.id",
        OfferRow::COLUMNS
    );
    Ok(sql(text).bind(id).rows(connection).await?)
}

/// A line to write, and the lines of requests that it is for.
#[derive(Debug, Clone)]
pub struct QuotationLineValues {
    /// Its id.
    pub id: Uuid,
    /// The product.
    pub product_id: Uuid,
    /// How much, in its unit.
    pub quantity: Decimal,
    /// When it is needed.
    pub needed_on: Option<Date>,
    /// Lines of requests.
    pub requests: Vec<Uuid>,
    /// Suppliers that it is best bought from.
    pub wished: Vec<Uuid>,
}

/// Writes a draft under the next number, which it returns.
///
/// # Errors
/// What the foreign keys say.
pub async fn insert(
    tx: &mut Tx,
    id: Uuid,
    (answer_by, note): (Option<Date>, String),
    lines: &[QuotationLineValues],
) -> Result<String, StoreError> {
    const HEAD: &str = "INSERT INTO request_for_quotation (id, number, state, answer_by, note, created_by, created_at) \
         VALUES ($1, $2, 'draft', $3, $4, $5, $6)";
    const LINES: &str = "INSERT INTO request_for_quotation_line (id, request_for_quotation_id, position, product_id, \
         quantity, needed_on) SELECT n.id, $1, n.place, n.product_id, n.quantity, n.needed_on \
         FROM unnest($2::uuid[], $3::uuid[], $4::numeric[], $5::text[]::date[]) \
         WITH ORDINALITY AS n(id, product_id, quantity, needed_on, place)";
    const REQUESTS: &str = "UPDATE purchase_request_line r SET request_for_quotation_line_id = n.line_id \
         FROM unnest($1::uuid[], $2::uuid[]) AS n(id, line_id) WHERE r.id = n.id";
    let (user, now) = (tx.user_id().uuid(), tx.now_utc());
    let number = crate::number_series::take(tx, "request_for_quotation", 1).await?.pop().unwrap_or_default();
    sql(HEAD)
        .bind(id)
        .bind(number.clone())
        .bind(answer_by)
        .bind(note)
        .bind(user)
        .bind(now)
        .run(tx.connection())
        .await?;
    sql(LINES)
        .bind(id)
        .bind(lines.iter().map(|line| line.id).collect::<Vec<_>>())
        .bind(lines.iter().map(|line| line.product_id).collect::<Vec<_>>())
        .bind(lines.iter().map(|line| line.quantity).collect::<Vec<_>>())
        .bind(lines.iter().map(|line| line.needed_on.map(|day| day.to_string())).collect::<Vec<_>>())
        .run(tx.connection())
        .await?;
    let pairs = || lines.iter().flat_map(|line| line.requests.iter().map(|request| (*request, line.id)));
    sql(REQUESTS)
        .bind(pairs().map(|(request, _)| request).collect::<Vec<_>>())
        .bind(pairs().map(|(_, line)| line).collect::<Vec<_>>())
        .run(tx.connection())
        .await?;
    Ok(number)
}

/// What a supplier offers, to write.
#[derive(Debug, Clone)]
pub struct OfferValues {
    /// The line.
    pub line_id: Uuid,
    /// Who offers.
    pub supplier_id: Uuid,
    /// The unit that it is sold in.
    pub unit_id: Uuid,
    /// Of one of that unit; absent: no answer yet.
    pub price: Option<Decimal>,
    /// Not less than this.
    pub min_quantity: Decimal,
    /// Only whole multiples of this.
    pub order_multiple: Decimal,
    /// Days until the goods are here.
    pub lead_days: i32,
    /// The last day on which it holds.
    pub valid_until: Option<Date>,
    /// What else the supplier says.
    pub note: String,
}

/// Writes offers; those that are known become as given.
///
/// # Errors
/// What the constraints say.
pub async fn save_offers(tx: &mut Tx, offers: &[OfferValues]) -> Result<(), StoreError> {
    const TEXT: &str = "INSERT INTO offer (id, request_for_quotation_line_id, supplier_id, unit_id, price, min_quantity, \
         order_multiple, lead_days, valid_until, note) SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], \
         $4::uuid[], $5::numeric[], $6::numeric[], $7::numeric[], $8::int[], $9::text[]::date[], $10::text[]) \
         ON CONFLICT (request_for_quotation_line_id, supplier_id) DO UPDATE SET unit_id = excluded.unit_id, \
         price = excluded.price, min_quantity = excluded.min_quantity, order_multiple = excluded.order_multiple, \
         lead_days = excluded.lead_days, valid_until = excluded.valid_until, note = excluded.note";
    if offers.is_empty() {
        return Ok(());
    }
    sql(TEXT)
        .bind(offers.iter().map(|_| Uuid::now_v7()).collect::<Vec<_>>())
        .bind(offers.iter().map(|offer| offer.line_id).collect::<Vec<_>>())
        .bind(offers.iter().map(|offer| offer.supplier_id).collect::<Vec<_>>())
        .bind(offers.iter().map(|offer| offer.unit_id).collect::<Vec<_>>())
        .bind(offers.iter().map(|offer| offer.price).collect::<Vec<_>>())
        .bind(offers.iter().map(|offer| offer.min_quantity).collect::<Vec<_>>())
        .bind(offers.iter().map(|offer| offer.order_multiple).collect::<Vec<_>>())
        .bind(offers.iter().map(|offer| offer.lead_days).collect::<Vec<_>>())
        .bind(offers.iter().map(|offer| offer.valid_until.map(|day| day.to_string())).collect::<Vec<_>>())
        .bind(offers.iter().map(|offer| offer.note.clone()).collect::<Vec<_>>())
        .run(tx.connection())
        .await?;
    Ok(())
}

/// Says which supplier's offer is taken for each of these lines.
///
/// # Errors
/// When Postgres fails.
pub async fn choose(tx: &mut Tx, choices: &[(Uuid, Uuid)]) -> Result<(), StoreError> {
    const TEXT: &str = "UPDATE offer f SET is_chosen = true FROM unnest($1::uuid[], $2::uuid[]) AS n(line_id, supplier_id) \
         WHERE f.request_for_quotation_line_id = n.line_id AND f.supplier_id = n.supplier_id";
    sql(TEXT)
        .bind(choices.iter().map(|choice| choice.0).collect::<Vec<_>>())
        .bind(choices.iter().map(|choice| choice.1).collect::<Vec<_>>())
        .run(tx.connection())
        .await?;
    Ok(())
}

row! {
    /// The locked part of a question.
    pub struct LockedQuotationRow {
        pub state: String = "state",
        pub version: i64 = "version",
    }
}

/// Locks a question that the caller has read at that version.
///
/// # Errors
/// [`StoreError::NotFound`], [`StoreError::Stale`].
pub async fn lock_expected(tx: &mut Tx, id: Uuid, expected: i64) -> Result<LockedQuotationRow, StoreError> {
    let text = format!("SELECT {} FROM request_for_quotation WHERE id = $1 FOR UPDATE", LockedQuotationRow::COLUMNS);
    let row = sql(text).bind(id).one::<LockedQuotationRow>(tx.connection()).await?;
    if row.version == expected { Ok(row) } else { Err(StoreError::Stale { current: row.version }) }
}

/// Locks the requests that a question is about, one after the other, behind the question itself.
///
/// # Errors
/// When Postgres fails.
pub async fn lock_requests(tx: &mut Tx, id: Uuid) -> Result<(), StoreError> {
    const TEXT: &str = "SELECT version FROM purchase_request WHERE id IN (SELECT r.purchase_request_id \
         FROM purchase_request_line r JOIN request_for_quotation_line l ON l.id = r.request_for_quotation_line_id \
         WHERE l.request_for_quotation_id = $1) ORDER BY id FOR UPDATE";
    sql(TEXT).bind(id).rows::<Version>(tx.connection()).await?;
    Ok(())
}

/// Writes the state of a locked question and returns its version.
///
/// # Errors
/// When Postgres fails.
pub async fn set_state(
    tx: &mut Tx,
    id: Uuid,
    state: String,
    sent_at: Option<OffsetDateTime>,
) -> Result<i64, StoreError> {
    const TEXT: &str = "UPDATE request_for_quotation SET state = $2, sent_at = coalesce($3, sent_at), \
         version = version + 1 WHERE id = $1 RETURNING version";
    Ok(sql(TEXT).bind(id).bind(state).bind(sent_at).one::<Version>(tx.connection()).await?.version)
}

/// Takes the requests off a question that is given up, so that they can be asked anew.
///
/// # Errors
/// When Postgres fails.
pub async fn let_requests_go(tx: &mut Tx, id: Uuid) -> Result<(), StoreError> {
    const TEXT: &str = "UPDATE purchase_request_line r SET request_for_quotation_line_id = NULL \
         FROM request_for_quotation_line l WHERE l.id = r.request_for_quotation_line_id \
         AND l.request_for_quotation_id = $1 AND r.purchase_order_line_id IS NULL";
    sql(TEXT).bind(id).run(tx.connection()).await?;
    Ok(())
}
