//! Manufacturing orders: the list, the locked order, and what its commands write.

use rust_decimal::Decimal;
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use crate::boms::effective;
use crate::error::StoreError;
use crate::list::{ListSpec, Sort};
use crate::sql::{PgConnection, Sql, sql};
use crate::table::Version;
use crate::tx::Tx;

/// Nobody has validated the recipe of the order `o`.
macro_rules! bom_unvalidated {
    () => {
        "EXISTS (SELECT 1 FROM bom b WHERE b.id = o.bom_id AND b.state = 'draft')"
    };
}

/// Orders with another revision of the recipe `$` than that one.
pub const HAS_OTHER_REVISION: &str =
    "o.bom_id IN (SELECT x.id FROM bom x WHERE x.code = (SELECT y.code FROM bom y WHERE y.id = $) AND x.id <> $)";

/// Open orders whose recipe nobody has validated.
pub const HAS_UNVALIDATED_RECIPE: &str = concat!("(o.state NOT IN ('done', 'cancelled') AND ", bom_unvalidated!(), ")");

/// Orders that people work on next, whose material is all there and lies in the warehouse.
pub const IS_TO_PICK: &str = "(o.state IN ('planned', 'in_progress') AND o.availability = 'reserved' AND EXISTS \
     (SELECT FROM material_line m WHERE m.manufacturing_order_id = o.id AND m.qty_reserved > 0))";

/// Orders that lack some of a bought product beyond what was asked for it.
pub const LACKS_UNREQUESTED: &str = "(o.state IN ('confirmed', 'planned', 'in_progress') \
     AND o.availability IN ('partial', 'missing') AND EXISTS (SELECT FROM material_line m \
     JOIN product c ON c.id = m.product_id WHERE m.manufacturing_order_id = o.id AND c.can_be_bought \
     AND m.qty_needed - m.qty_done - m.qty_reserved > coalesce((SELECT sum(g.qty_open) \
     FROM purchase_request_line_progress g JOIN purchase_request_line r ON r.id = g.id \
     WHERE g.material_line_id = m.id AND r.product_id = m.product_id), 0) + coalesce((SELECT sum(d.quantity - d.qty_done) \
     FROM manufacturing_order d WHERE d.material_line_id = m.id AND d.product_id = m.product_id \
     AND d.state NOT IN ('done', 'cancelled')), 0)))";

row! {
    /// An order in the list.
    pub struct OrderListRow {
        pub id: Uuid = "o.id",
        pub number: String = "o.number",
        pub product_code: String = "p.code",
        pub product_name: String = "p.name",
        pub quantity: Decimal = "o.quantity",
        pub unit_code: String = "u.code",
        pub state: String = "o.state",
        pub availability: String = "o.availability",
        pub planned_seconds: i64 = "o.planned_seconds",
        pub finished_seconds: i64 = "o.finished_seconds",
        pub date_deadline: Option<OffsetDateTime> = "o.date_deadline",
        pub scheduled_finish: Option<OffsetDateTime> = "o.scheduled_finish",
        pub responsible_name: Option<String> = "r.name",
        pub priority: i16 = "o.priority",
        pub bom_unvalidated: bool = bom_unvalidated!(),
        pub version: i64 = "o.version",
    }
}

/// The list of orders.
pub const LIST: ListSpec = ListSpec {
    from: "manufacturing_order o JOIN product p ON p.id = o.product_id JOIN unit u ON u.id = p.unit_id \
           LEFT JOIN user_account r ON r.id = o.responsible_id",
    count_from: "manufacturing_order o JOIN product p ON p.id = o.product_id",
    id: "o.id",
    search: &["o.number", "p.name", "p.code"],
    sorts: &[
        Sort { name: "deadline", sql: "coalesce(o.date_deadline, 'infinity'::timestamptz)", cast: "timestamptz" },
        Sort { name: "number", sql: "o.number", cast: "text" },
        Sort { name: "product", sql: "p.name", cast: "text" },
        Sort { name: "quantity", sql: "o.quantity", cast: "numeric" },
        Sort { name: "state", sql: "o.state", cast: "text" },
        Sort { name: "priority", sql: "o.priority", cast: "smallint" },
    ],
};

/// The tables of the total when nobody searches: the order alone.
pub const COUNT_FROM_PLAIN: &str = "manufacturing_order o";

row! {
    /// An order with the facts that its commands need.
    pub struct OrderRow {
        pub id: Uuid = "o.id",
        pub number: String = "o.number",
        pub state: String = "o.state",
        pub availability: String = "o.availability",
        pub product_id: Uuid = "o.product_id",
        pub selling_price: Option<Decimal> = "p.selling_price",
        pub quantity: Decimal = "o.quantity",
        pub tracking: String = "p.tracking",
        pub cost_method: String = "p.cost_method",
        pub standard_cost: Option<Decimal> = "p.standard_cost",
        pub unit_id: Uuid = "p.unit_id",
        pub unit_code: String = "u.code",
        pub unit_step: Decimal = "u.rounding_step",
        pub bom_id: Option<Uuid> = "o.bom_id",
        pub bom_state: Option<String> = "(SELECT b.state FROM bom b WHERE b.id = o.bom_id)",
        pub bom_from: Option<Date> = "(SELECT b.effective_from FROM bom b WHERE b.id = o.bom_id)",
        pub bom_until: Option<Date> = "(SELECT b.effective_until FROM bom b WHERE b.id = o.bom_id)",
        pub routing_id: Option<Uuid> = "o.routing_id",
        pub consumption_mode: String = "o.consumption_mode",
        pub date_deadline: Option<OffsetDateTime> = "o.date_deadline",
        pub planned_start: Option<OffsetDateTime> = "o.planned_start",
        pub scheduled_start: Option<OffsetDateTime> = "o.scheduled_start",
        pub scheduled_finish: Option<OffsetDateTime> = "o.scheduled_finish",
        pub finished_at: Option<OffsetDateTime> = "o.finished_at",
        pub components_warehouse_id: Option<Uuid> = "o.components_warehouse_id",
        pub components_location_id: Option<Uuid> = "(SELECT l.id FROM location l WHERE l.warehouse_id = o.components_warehouse_id)",
        pub finished_products_warehouse_id: Option<Uuid> = "o.finished_products_warehouse_id",
        pub finished_products_location_id: Option<Uuid> = "(SELECT l.id FROM location l WHERE l.warehouse_id = o.finished_products_warehouse_id)",
        pub priority: i16 = "o.priority",
        pub responsible_id: Option<Uuid> = "o.responsible_id",
        pub origin: String = "o.origin",
        pub notes: String = "o.notes",
        pub qty_done: Decimal = "o.qty_done",
        pub qty_scrapped: Decimal = "o.qty_scrapped",
        pub planned_seconds: i64 = "o.planned_seconds",
        pub finished_seconds: i64 = "o.finished_seconds",
        pub operations: Option<serde_json::Value> = "o.operations",
        pub cost_sheet: Option<serde_json::Value> = "o.cost_sheet",
        pub version: i64 = "o.version",
    }
}

const ORDER_FROM: &str = "manufacturing_order o JOIN product p ON p.id = o.product_id JOIN unit u ON u.id = p.unit_id";

row! {
    /// The names that an order's page shows; its commands do without.
    pub struct OrderNames {
        pub product_code: String = "p.code",
        pub product_name: String = "p.name",
        pub bom_code: Option<String> = "b.code",
        pub bom_revision: Option<i32> = "b.revision",
        pub routing_name: Option<String> = "g.name",
        pub components_warehouse_name: Option<String> = "cw.name",
        pub finished_products_warehouse_name: Option<String> = "fw.name",
        pub responsible_name: Option<String> = "r.name",
        pub made_for_id: Option<Uuid> = "(SELECT l.manufacturing_order_id FROM material_line l WHERE l.id = o.material_line_id)",
        pub made_for_number: Option<String> = "(SELECT m.number FROM material_line l JOIN manufacturing_order m ON m.id = l.manufacturing_order_id WHERE l.id = o.material_line_id)",
        pub purchase_requests: serde_json::Value = concat!(
            "coalesce((SELECT jsonb_agg(jsonb_build_object('id', r.id, 'number', r.number, 'state', ",
            crate::purchase_requests::state!(),
            ") ORDER BY r.number) FROM purchase_request r WHERE r.manufacturing_order_id = o.id), '[]')"
        ),
        pub asked_for: serde_json::Value = "coalesce((SELECT jsonb_agg(jsonb_build_object('line_id', g.material_line_id, 'quantity', g.qty_open::text, 'state', g.state)) FROM material_line m JOIN purchase_request_line_progress g ON g.material_line_id = m.id JOIN purchase_request_line l ON l.id = g.id AND l.product_id = m.product_id WHERE m.manufacturing_order_id = o.id AND g.qty_open > 0), '[]')",
        /// Drafts that make components of the order.
        pub drafted: serde_json::Value = "coalesce((SELECT jsonb_agg(jsonb_build_object('line_id', m.id, 'quantity', d.quantity::text, 'manufacturing_order_id', d.id, 'number', d.number) ORDER BY d.number) FROM material_line m JOIN manufacturing_order d ON d.material_line_id = m.id AND d.product_id = m.product_id AND d.state = 'draft' WHERE m.manufacturing_order_id = o.id), '[]')",
    }
}

/// Reads an order's names, and what was asked for it.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn names(connection: &mut PgConnection, id: Uuid) -> Result<OrderNames, StoreError> {
    let text = format!(
        "SELECT {} FROM manufacturing_order o JOIN product p ON p.id = o.product_id \
         LEFT JOIN bom b ON b.id = o.bom_id LEFT JOIN routing g ON g.id = o.routing_id \
         LEFT JOIN warehouse cw ON cw.id = o.components_warehouse_id \
         LEFT JOIN warehouse fw ON fw.id = o.finished_products_warehouse_id \
         LEFT JOIN user_account r ON r.id = o.responsible_id WHERE o.id = $1",
        OrderNames::COLUMNS
    );
    Ok(sql(text).bind(id).one(connection).await?)
}

/// Reads an order.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn find(connection: &mut PgConnection, id: Uuid) -> Result<OrderRow, StoreError> {
    let text = format!("SELECT {} FROM {} WHERE o.id = $1", OrderRow::COLUMNS, ORDER_FROM);
    Ok(sql(text).bind(id).one(connection).await?)
}

/// Reads these orders.
///
/// # Errors
/// When Postgres fails.
pub async fn find_all(connection: &mut PgConnection, ids: Vec<Uuid>) -> Result<Vec<OrderRow>, StoreError> {
    let text = format!("SELECT {} FROM {} WHERE o.id = ANY($1)", OrderRow::COLUMNS, ORDER_FROM);
    Ok(sql(text).bind(ids).rows(connection).await?)
}

/// Reads and locks an order.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn lock(tx: &mut Tx, id: Uuid) -> Result<OrderRow, StoreError> {
    let text = format!("SELECT {} FROM {} WHERE o.id = $1 FOR UPDATE OF o", OrderRow::COLUMNS, ORDER_FROM);
    Ok(sql(text).bind(id).one(tx.connection()).await?)
}

/// Reads and locks the order of a work order.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn lock_of(tx: &mut Tx, work_order: Uuid) -> Result<OrderRow, StoreError> {
    let text = format!(
        "SELECT {} FROM {} WHERE o.id = (SELECT w.manufacturing_order_id FROM work_order w WHERE w.id = $1) \
         FOR UPDATE OF o",
        OrderRow::COLUMNS,
        ORDER_FROM
    );
    Ok(sql(text).bind(work_order).one(tx.connection()).await?)
}

/// Reads and locks an order that the caller has read at that version.
///
/// # Errors
/// [`StoreError::NotFound`], [`StoreError::Stale`].
pub async fn lock_expected(tx: &mut Tx, id: Uuid, expected: i64) -> Result<OrderRow, StoreError> {
    let row = lock(tx, id).await?;
    if row.version == expected { Ok(row) } else { Err(StoreError::Stale { current: row.version }) }
}

/// A draft to insert.
#[derive(Debug, Clone)]
pub struct DraftValues {
    pub id: Uuid,
    pub product_id: Uuid,
    pub quantity: Decimal,
    pub bom_id: Option<Uuid>,
    pub routing_id: Option<Uuid>,
    pub consumption_mode: String,
    pub date_deadline: Option<OffsetDateTime>,
    pub planned_start: Option<OffsetDateTime>,
    pub components_warehouse_id: Option<Uuid>,
    pub finished_products_warehouse_id: Option<Uuid>,
    pub priority: i16,
    pub responsible_id: Option<Uuid>,
    pub origin: String,
    pub notes: String,
}

/// Inserts a draft under the next number; returns the number.
///
/// # Errors
/// What the foreign keys say.
pub async fn insert(tx: &mut Tx, draft: DraftValues) -> Result<String, StoreError> {
    const TEXT: &str = "INSERT INTO manufacturing_order (id, number, state, availability, product_id, quantity, \
         bom_id, routing_id, consumption_mode, date_deadline, planned_start, components_warehouse_id, \
         finished_products_warehouse_id, priority, responsible_id, origin, notes, created_by, created_at) \
         VALUES ($1, $2, 'draft', 'not_checked', $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)";
    let (user, now) = (tx.user_id().uuid(), tx.now_utc());
    let number = crate::number_series::take(tx, "manufacturing_order", 1).await?.pop().unwrap_or_default();
    sql(TEXT)
        .bind(draft.id)
        .bind(number.clone())
        .bind(draft.product_id)
        .bind(draft.quantity)
        .bind(draft.bom_id)
        .bind(draft.routing_id)
        .bind(draft.consumption_mode)
        .bind(draft.date_deadline)
        .bind(draft.planned_start)
        .bind(draft.components_warehouse_id)
        .bind(draft.finished_products_warehouse_id)
        .bind(draft.priority)
        .bind(draft.responsible_id)
        .bind(draft.origin)
        .bind(draft.notes)
        .bind(user)
        .bind(now)
        .run(tx.connection())
        .await?;
    Ok(number)
}

/// Writes the editable fields of a locked order.
///
/// # Errors
/// What the foreign keys say.
pub async fn update_fields(tx: &mut Tx, draft: DraftValues) -> Result<i64, StoreError> {
    const TEXT: &str = "UPDATE manufacturing_order SET product_id = $2, quantity = $3, bom_id = $4, routing_id = $5, \
         consumption_mode = $6, date_deadline = $7, planned_start = $8, components_warehouse_id = $9, \
         finished_products_warehouse_id = $10, priority = $11, responsible_id = $12, notes = $13, \
         version = version + 1 WHERE id = $1 RETURNING version";
    let saved = sql(TEXT)
        .bind(draft.id)
        .bind(draft.product_id)
        .bind(draft.quantity)
        .bind(draft.bom_id)
        .bind(draft.routing_id)
        .bind(draft.consumption_mode)
        .bind(draft.date_deadline)
        .bind(draft.planned_start)
        .bind(draft.components_warehouse_id)
        .bind(draft.finished_products_warehouse_id)
        .bind(draft.priority)
        .bind(draft.responsible_id)
        .bind(draft.notes)
        .one::<Version>(tx.connection())
        .await?;
    Ok(saved.version)
}

/// What a command changes of an order besides its lines and work orders; absent values stay.
#[derive(Debug, Clone, Default)]
pub struct OrderChanges {
    pub state: Option<String>,
    pub availability: Option<String>,
    pub quantity: Option<Decimal>,
    pub operations: Option<serde_json::Value>,
    pub scheduled_start: Option<OffsetDateTime>,
    pub scheduled_finish: Option<OffsetDateTime>,
    /// Forget the scheduled times.
    pub unscheduled: bool,
    pub finished_at: Option<OffsetDateTime>,
    pub qty_done: Option<Decimal>,
    pub qty_scrapped: Option<Decimal>,
    pub planned_seconds: Option<i64>,
    pub finished_seconds: Option<i64>,
    pub cost_sheet: Option<serde_json::Value>,
    pub bom_id: Option<Uuid>,
    pub routing_id: Option<Uuid>,
}

/// Writes them to a locked order and returns its new version.
///
/// # Errors
/// When Postgres fails.
pub async fn change(tx: &mut Tx, id: Uuid, changes: OrderChanges) -> Result<i64, StoreError> {
    Ok(changing(id, changes).one::<Version>(tx.connection()).await?.version)
}

/// The statement of [`change`], to travel with others.
#[must_use]
pub fn changing(id: Uuid, changes: OrderChanges) -> Sql {
    const TEXT: &str = "UPDATE manufacturing_order SET state = coalesce($2, state), \
         availability = coalesce($3, availability), quantity = coalesce($4, quantity), \
         operations = coalesce($5, operations), \
         scheduled_start = CASE WHEN $6 THEN NULL ELSE coalesce($7, scheduled_start) END, \
         scheduled_finish = CASE WHEN $6 THEN NULL ELSE coalesce($8, scheduled_finish) END, \
         finished_at = coalesce($9, finished_at), qty_done = coalesce($10, qty_done), \
         qty_scrapped = coalesce($11, qty_scrapped), planned_seconds = coalesce($12, planned_seconds), \
         finished_seconds = coalesce($13, finished_seconds), cost_sheet = coalesce($14, cost_sheet), \
         bom_id = coalesce($15, bom_id), routing_id = coalesce($16, routing_id), version = version + 1 WHERE id = $1 RETURNING version";
    sql(TEXT)
        .bind(id)
        .bind(changes.state)
        .bind(changes.availability)
        .bind(changes.quantity)
        .bind(changes.operations)
        .bind(changes.unscheduled)
        .bind(changes.scheduled_start)
        .bind(changes.scheduled_finish)
        .bind(changes.finished_at)
        .bind(changes.qty_done)
        .bind(changes.qty_scrapped)
        .bind(changes.planned_seconds)
        .bind(changes.finished_seconds)
        .bind(changes.cost_sheet)
        .bind(changes.bom_id)
        .bind(changes.routing_id)
}

row! {
    /// What a new order of a product starts from.
    pub struct DefaultsRow {
        pub active: bool = "p.active",
        pub can_be_made: bool = "p.can_be_made",
        pub is_template: bool = "p.is_template",
        pub template_id: Option<Uuid> = "p.template_id",
        pub unit_step: Decimal = "u.rounding_step",
        pub bom_id: Option<Uuid> = "b.id",
        pub routing_id: Option<Uuid> = "b.routing_id",
        pub consumption_mode: Option<String> = "b.consumption_mode",
        pub bom_product_id: Option<Uuid> = "b.product_id",
        pub components_warehouse_id: Option<Uuid> = "s.default_components_warehouse_id",
        pub finished_products_warehouse_id: Option<Uuid> = "s.default_finished_products_warehouse_id",
    }
}

/// The product's facts, the recipe (the given one, else its newest validated one, else its newest draft, of those that
/// may be used on the day of `at`; a variant's own goes before its template's) and the company's default warehouses.
///
/// # Errors
/// [`StoreError::NotFound`] when there is no such product.
pub async fn defaults(
    connection: &mut PgConnection,
    product: Uuid,
    bom: Option<Uuid>,
    at: OffsetDateTime,
) -> Result<DefaultsRow, StoreError> {
    let text = format!(
        "SELECT {} FROM product p JOIN unit u ON u.id = p.unit_id CROSS JOIN setting s LEFT JOIN LATERAL (\
         SELECT * FROM bom v WHERE CASE WHEN $2::uuid IS NULL \
         THEN product_id = ANY(ARRAY[p.id, p.template_id]) AND state <> 'archived' AND bom_type = 'manufacture' AND {} \
         ELSE id = $2 END \
         ORDER BY state = 'validated' DESC, product_id = p.id DESC, revision DESC, code LIMIT 1) b ON true WHERE p.id = $1 \
         FOR KEY SHARE OF p",
        DefaultsRow::COLUMNS,
        effective!("$3")
    );
    Ok(sql(text).bind(product).bind(bom).bind(at).one(connection).await?)
}

row! {
    /// How many orders stand where.
    pub struct CountsRow {
        pub all: i64 = "count(*)",
        pub late: i64 = "count(*) FILTER (WHERE state NOT IN ('done', 'cancelled') AND (date_deadline < $1 OR scheduled_finish > date_deadline))",
        pub confirmed: i64 = "count(*) FILTER (WHERE state = 'confirmed')",
        pub short: i64 = "count(*) FILTER (WHERE state IN ('confirmed', 'planned', 'in_progress') AND availability IN ('partial', 'missing'))",
        pub in_progress: i64 = "count(*) FILTER (WHERE state = 'in_progress')",
        pub open: i64 = "count(*) FILTER (WHERE state NOT IN ('done', 'cancelled'))",
        pub open_work_orders: i64 = "(SELECT count(*) FROM work_order WHERE state NOT IN ('finished', 'cancelled'))",
    }
}

/// Counts them.
///
/// # Errors
/// When Postgres fails.
pub async fn counts(connection: &mut PgConnection, now: OffsetDateTime) -> Result<CountsRow, StoreError> {
    Ok(sql(format!("SELECT {} FROM manufacturing_order", CountsRow::COLUMNS)).bind(now).one(connection).await?)
}

/// Orders that wait for the day on which their material is reserved and that begin until then, in the order in which they
/// are served.
///
/// # Errors
/// When Postgres fails.
pub async fn awaiting_reservation(
    connection: &mut PgConnection,
    starting_until: OffsetDateTime,
    most: i64,
) -> Result<Vec<Uuid>, StoreError> {
    const TEXT: &str = "SELECT o.id FROM manufacturing_order o WHERE o.awaits_reservation \
         AND o.state IN ('confirmed', 'planned', 'in_progress') \
         AND coalesce(o.planned_start, '-infinity'::timestamptz) <= $1 \
         ORDER BY o.priority DESC, o.date_deadline NULLS LAST, o.number LIMIT $2";
    let rows: Vec<crate::table::Id> = sql(TEXT).bind(starting_until).bind(most).rows(connection).await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

/// Locks an order if it still waits for that day; none when somebody was faster.
///
/// # Errors
/// When Postgres fails.
pub async fn lock_awaiting(tx: &mut Tx, id: Uuid) -> Result<bool, StoreError> {
    const TEXT: &str = "SELECT o.id FROM manufacturing_order o WHERE o.id = $1 AND o.awaits_reservation \
         AND o.state IN ('confirmed', 'planned', 'in_progress') FOR UPDATE";
    let rows: Vec<crate::table::Id> = sql(TEXT).bind(id).rows(tx.connection()).await?;
    Ok(!rows.is_empty())
}

/// Says whether a locked order waits for the day on which its material is reserved.
///
/// # Errors
/// When Postgres fails.
pub async fn await_reservation(tx: &mut Tx, id: Uuid, awaits: bool) -> Result<(), StoreError> {
    sql("UPDATE manufacturing_order SET awaits_reservation = $2 WHERE id = $1 AND awaits_reservation <> $2")
        .bind(id)
        .bind(awaits)
        .run(tx.connection())
        .await?;
    Ok(())
}

row! {
    /// One entry of a record's history.
    pub struct HistoryRow {
        pub at: OffsetDateTime = "a.at",
        pub by: Option<String> = "u.name",
        pub action: String = "a.action",
        pub detail: String = "a.detail",
    }
}

/// Who did what with a record, newest first.
///
/// # Errors
/// When Postgres fails.
pub async fn history(connection: &mut PgConnection, id: Uuid) -> Result<Vec<HistoryRow>, StoreError> {
    let text = format!(
        "SELECT {} FROM audit_log a LEFT JOIN user_account u ON u.id = a.user_id WHERE a.entity_id = $1 \
         ORDER BY a.seq DESC LIMIT 500",
        HistoryRow::COLUMNS
    );
    Ok(sql(text).bind(id).rows(connection).await?)
}

row! {
    /// One entry of the BoM change log.
    pub struct ChangeRow {
        pub at: OffsetDateTime = "c.at",
        pub by: String = "u.name",
        pub kind: String = "c.kind",
        pub component: String = "c.component",
        pub old: String = "c.old",
        pub new: String = "c.new",
        pub reason: String = "c.reason",
    }
}

/// The BoM change log, newest first.
///
/// # Errors
/// When Postgres fails.
pub async fn changes(connection: &mut PgConnection, id: Uuid) -> Result<Vec<ChangeRow>, StoreError> {
    let text = format!(
        "SELECT {} FROM order_change c JOIN user_account u ON u.id = c.user_id \
         WHERE c.manufacturing_order_id = $1 ORDER BY c.at DESC, c.id DESC LIMIT 500",
        ChangeRow::COLUMNS
    );
    Ok(sql(text).bind(id).rows(connection).await?)
}

/// One change of an order's components, in words.
#[derive(Debug, Clone)]
pub struct ChangeValues {
    pub kind: String,
    pub component: String,
    pub old: String,
    pub new: String,
    pub reason: String,
}

/// Adds to the BoM change log.
///
/// # Errors
/// When Postgres fails.
pub async fn record_changes(tx: &mut Tx, order: Uuid, changes: &[ChangeValues]) -> Result<(), StoreError> {
    let (user, now) = (tx.user_id().uuid(), tx.now_utc());
    for change in changes {
        sql("INSERT INTO order_change (id, manufacturing_order_id, at, user_id, kind, component, old, new, reason) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)")
        .bind(Uuid::now_v7())
        .bind(order)
        .bind(now)
        .bind(user)
        .bind(change.kind.clone())
        .bind(change.component.clone())
        .bind(change.old.clone())
        .bind(change.new.clone())
        .bind(change.reason.clone())
        .run(tx.connection())
        .await?;
    }
    Ok(())
}

/// The order `o` was frozen from a revision that is no longer the newest validated one for the day on which it begins.
pub const HAS_NEWER_RECIPE: &str = concat!(
    "(o.state NOT IN ('draft', 'done', 'cancelled') AND EXISTS (SELECT 1 FROM bom b \
     JOIN bom v ON v.code = b.code AND v.revision > b.revision AND v.state = 'validated' \
     WHERE b.id = o.bom_id AND ",
    effective!("o.planned_start"),
    "))"
);

/// Whether a newer revision of the order's recipe, which may be used when the order begins, has been validated than the
/// one the order was frozen from.
///
/// # Errors
/// When Postgres fails.
pub async fn has_newer_recipe(connection: &mut PgConnection, id: Uuid) -> Result<bool, StoreError> {
    let text = format!("SELECT count(*) FROM manufacturing_order o WHERE o.id = $1 AND {HAS_NEWER_RECIPE}");
    Ok(sql(text).bind(id).one::<crate::sql::Count>(connection).await?.count > 0)
}

row! {
    /// The recipe of a confirmed order and its newest validated revision.
    pub struct NewestRecipeRow {
        pub old_id: Uuid = "b.id",
        pub old_revision: i32 = "b.revision",
        pub old_routing_id: Option<Uuid> = "b.routing_id",
        pub id: Uuid = "v.id",
        pub revision: i32 = "v.revision",
        pub routing_id: Option<Uuid> = "v.routing_id",
        pub routing_name: Option<String> = "r.name",
    }
}

/// The newest validated revision of a confirmed order's recipe; the order's own when there is no newer one.
///
/// # Errors
/// When Postgres fails.
pub async fn newest_recipe(connection: &mut PgConnection, id: Uuid) -> Result<Option<NewestRecipeRow>, StoreError> {
    const NEWER: &str =
        concat!("(v.revision > b.revision AND v.state = 'validated' AND ", effective!("o.planned_start"), ")");
    let text = format!(
        "SELECT {} FROM manufacturing_order o JOIN bom b ON b.id = o.bom_id JOIN bom v ON v.code = b.code \
         AND (v.id = b.id OR {NEWER}) LEFT JOIN routing r ON r.id = v.routing_id \
         WHERE o.id = $1 AND o.state <> 'draft' ORDER BY v.revision DESC LIMIT 1",
        NewestRecipeRow::COLUMNS
    );
    Ok(sql(text).bind(id).maybe(connection).await?)
}
