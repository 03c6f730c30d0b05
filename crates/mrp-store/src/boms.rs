//! Bills of materials: their revisions and lines as they are edited. For calculations see [`crate::bom_catalog`].

use diesel_async::AsyncPgConnection;
use mrp_domain::bom::{BomLine, LossPercent};
use mrp_domain::ids::{AttributeId, AttributeValueId, BomLineId, ProductId, UnitId};
use mrp_domain::quantity::PositiveQuantity;
use mrp_domain::variant::AttributeChoice;
use rust_decimal::Decimal;
use serde_json::Value;
use time::Date;
use uuid::Uuid;

use crate::error::StoreError;
use crate::list::{ListSpec, Sort};
use crate::sql::{braced, sql};
use crate::table::{Id, Values, Version};
use crate::tx::Tx;

row! {
    /// A revision of a bill of materials.
    pub struct BomRow {
        pub id: Uuid = "b.id",
        pub code: String = "b.code",
        pub revision: i32 = "b.revision",
        pub product_id: Uuid = "b.product_id",
        pub product_code: String = "p.code",
        pub product_name: String = "p.name",
        pub quantity_per_run: Decimal = "b.quantity_per_run",
        pub unit_id: Uuid = "b.unit_id",
        pub unit_code: String = "u.code",
        pub routing_id: Option<Uuid> = "b.routing_id",
        pub routing_name: Option<String> = "r.name",
        pub bom_type: String = "b.bom_type",
        pub consumption_mode: String = "b.consumption_mode",
        pub effective_from: Option<Date> = "b.effective_from",
        pub effective_until: Option<Date> = "b.effective_until",
        pub state: String = "b.state",
        pub validated_by: Option<String> = "(SELECT v.name FROM user_account v WHERE v.id = b.validated_by)",
        pub validated_at: Option<time::OffsetDateTime> = "b.validated_at",
        pub validation_note: String = "b.validation_note",
        pub line_count: i64 = "(SELECT count(*) FROM bom_line l WHERE l.bom_id = b.id)",
        pub version: i64 = "b.version",
    }
}

row! {
    /// A line with its component.
    pub struct BomLineRow {
        pub id: Uuid = "l.id",
        pub bom_id: Uuid = "l.bom_id",
        pub position: i32 = "l.position",
        pub component_id: Uuid = "l.component_id",
        pub component_code: String = "p.code",
        pub component_name: String = "p.name",
        pub quantity: Decimal = "l.quantity",
        pub unit_id: Uuid = "l.unit_id",
        pub unit_code: String = "u.code",
        pub operation_sequence: Option<i32> = "l.operation_sequence",
        pub loss_percent: Decimal = "l.loss_percent",
        pub is_fixed: bool = "l.is_fixed",
        pub note: String = "l.note",
        pub substitute_ids: Vec<Uuid> = "l.substitute_ids",
        pub applies_to_ids: Vec<Uuid> = "l.applies_to_ids",
        pub applies_to: Value = "CASE WHEN l.applies_to_ids = '{}' THEN '[]' ELSE (SELECT coalesce(jsonb_agg(jsonb_build_object('value_id', v.id, 'attribute_id', a.id, 'attribute', a.name, 'code', v.code, 'name', v.name) ORDER BY n.place), '[]') FROM unnest(l.applies_to_ids) WITH ORDINALITY AS n(id, place) JOIN attribute_value v ON v.id = n.id JOIN attribute a ON a.id = v.attribute_id) END",
        pub substitutes: Value = "(SELECT coalesce(jsonb_agg(jsonb_build_object('product_id', s.id, 'code', s.code, 'name', s.name) ORDER BY n.place), '[]') FROM unnest(l.substitute_ids) WITH ORDINALITY AS n(id, place) JOIN product s ON s.id = n.id)",
    }
}

row! {
    /// One of the revisions that share a code.
    pub struct RevisionRow {
        pub id: Uuid = "id",
        pub revision: i32 = "revision",
        pub state: String = "state",
        pub product_id: Uuid = "product_id",
        pub version: i64 = "version",
    }
}

row! {
    /// A product's stock unit and that unit's category.
    pub struct StockUnitRow {
        pub product_id: Uuid = "p.id",
        pub unit_id: Uuid = "p.unit_id",
        pub unit_category_id: Uuid = "u.unit_category_id",
        pub unit_code: String = "u.code",
        pub is_template: bool = "p.is_template",
    }
}

row! {
    /// A product that a file may mean.
    pub struct CalledProductRow {
        pub id: Uuid = "p.id",
        pub code: String = "p.code",
        pub name: String = "p.name",
        pub barcode: Option<String> = "p.barcode",
        pub active: bool = "p.active",
        pub is_template: bool = "p.is_template",
        pub unit_id: Uuid = "p.unit_id",
        pub unit_code: String = "u.code",
        pub unit_category_id: Uuid = "u.unit_category_id",
    }
}

row! {
    /// A unit that a file may mean.
    pub struct CalledUnitRow {
        pub id: Uuid = "u.id",
        pub code: String = "u.code",
        pub name: String = "u.name",
        pub unit_category_id: Uuid = "u.unit_category_id",
    }
}

/// Whether a bill of materials `v` may be used on the day that the company's clock shows at `at`, a parameter that may
/// be NULL for now.
macro_rules! effective {
    ($at:literal) => {
        concat!(
            "(v.effective_from IS NULL AND v.effective_until IS NULL OR (coalesce(",
            $at,
            "::timestamptz, now()) AT TIME ZONE (SELECT zone FROM setting))::date BETWEEN \
             coalesce(v.effective_from, '-infinity') AND coalesce(v.effective_until, 'infinity'))"
        )
    };
}
pub(crate) use effective;

/// A revision `b` is current: a draft, or the one of its code that was validated last among those that may be used
/// today.
pub const CURRENT: &str = concat!(
    "(b.state = 'draft' OR b.id = (SELECT v.id FROM bom v WHERE v.code = b.code AND v.state = 'validated' AND ",
    effective!("NULL"),
    " ORDER BY v.validated_at DESC, v.id DESC LIMIT 1))"
);

/// The list of bills of materials.
pub const LIST: ListSpec = ListSpec {
    from: "bom b JOIN product p ON p.id = b.product_id JOIN unit u ON u.id = b.unit_id \
           LEFT JOIN routing r ON r.id = b.routing_id",
    count_from: "bom b JOIN product p ON p.id = b.product_id",
    id: "b.id",
    search: &["b.code", "p.code", "p.name"],
    sorts: &[
        Sort { name: "code", sql: "b.code", cast: "text" },
        Sort { name: "product", sql: "p.name", cast: "text" },
        Sort { name: "revision", sql: "b.revision", cast: "integer" },
        Sort { name: "state", sql: "b.state", cast: "text" },
    ],
};

impl BomRow {
    /// The columns that a save of a draft writes.
    #[must_use]
    pub fn values(self) -> Values {
        Values::of("bom")
            .set("code", self.code)
            .set("revision", self.revision)
            .set("product_id", self.product_id)
            .set("quantity_per_run", self.quantity_per_run)
            .set("unit_id", self.unit_id)
            .set("routing_id", self.routing_id)
            .set("bom_type", self.bom_type)
            .set("consumption_mode", self.consumption_mode)
            .set("effective_from", self.effective_from)
            .set("effective_until", self.effective_until)
            .set("state", self.state)
    }
}

/// One revision without its lines.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn find(connection: &mut AsyncPgConnection, id: Uuid) -> Result<BomRow, StoreError> {
    crate::table::find(connection, &LIST, BomRow::COLUMNS, id).await
}

/// The lines of a revision in their order.
///
/// # Errors
/// When Postgres fails.
pub async fn lines(connection: &mut AsyncPgConnection, bom_id: Uuid) -> Result<Vec<BomLineRow>, StoreError> {
    lines_of(connection, vec![bom_id]).await
}

/// The lines of several revisions, those of each together and in their order.
///
/// # Errors
/// When Postgres fails.
pub async fn lines_of(connection: &mut AsyncPgConnection, bom_ids: Vec<Uuid>) -> Result<Vec<BomLineRow>, StoreError> {
    let text = format!(
        "SELECT {} FROM bom_line l JOIN product p ON p.id = l.component_id JOIN unit u ON u.id = l.unit_id \
         WHERE l.bom_id = ANY($1) ORDER BY l.bom_id, l.position",
        BomLineRow::COLUMNS
    );
    Ok(sql(text).bind(bom_ids).rows(connection).await?)
}

/// All revisions of a code, newest first.
///
/// # Errors
/// When Postgres fails.
pub async fn revisions(connection: &mut AsyncPgConnection, code: &str) -> Result<Vec<RevisionRow>, StoreError> {
    let text = format!("SELECT {} FROM bom WHERE code = $1 ORDER BY revision DESC", RevisionRow::COLUMNS);
    Ok(sql(text).bind(code.to_owned()).rows(connection).await?)
}

/// The same, locked until the transaction ends.
///
/// # Errors
/// When Postgres fails.
pub async fn lock_revisions(tx: &mut Tx, code: &str) -> Result<Vec<RevisionRow>, StoreError> {
    let text = format!("SELECT {} FROM bom WHERE code = $1 ORDER BY revision DESC FOR UPDATE", RevisionRow::COLUMNS);
    Ok(sql(text).bind(code.to_owned()).rows(tx.connection()).await?)
}

/// The bill of materials that a product is made by today: its own, or else its template's; of several the one validated
/// last among those that may be used.
///
/// # Errors
/// When Postgres fails.
pub async fn in_use(connection: &mut AsyncPgConnection, product_id: Uuid) -> Result<Option<Uuid>, StoreError> {
    const TEXT: &str = concat!(
        "SELECT v.id FROM bom v WHERE v.product_id = ANY(ARRAY[$1, (SELECT template_id FROM product WHERE id = $1)]) \
         AND v.state = 'validated' AND ",
        effective!("NULL"),
        " ORDER BY v.product_id = $1 DESC, v.validated_at DESC, v.id DESC LIMIT 1"
    );
    Ok(sql(TEXT).bind(product_id).maybe::<Id>(connection).await?.map(|row| row.id))
}

/// The stock units of these products, which stay what they are until the transaction ends.
///
/// # Errors
/// When Postgres fails.
pub async fn stock_units(
    connection: &mut AsyncPgConnection,
    product_ids: Vec<Uuid>,
) -> Result<Vec<StockUnitRow>, StoreError> {
    let text = format!(
        "SELECT {} FROM product p JOIN unit u ON u.id = p.unit_id WHERE p.id = ANY($1) ORDER BY p.id FOR KEY SHARE OF p",
        StockUnitRow::COLUMNS
    );
    Ok(sql(text).bind(product_ids).rows(connection).await?)
}

/// Products with one of these texts as their code, barcode or name.
///
/// # Errors
/// When Postgres fails.
pub async fn products_called(
    connection: &mut AsyncPgConnection,
    texts: Vec<String>,
) -> Result<Vec<CalledProductRow>, StoreError> {
    let text = format!(
        "SELECT {} FROM product p JOIN unit u ON u.id = p.unit_id WHERE p.code = ANY($1) OR p.barcode = ANY($1) \
         OR p.name = ANY($1) ORDER BY p.code",
        CalledProductRow::COLUMNS
    );
    Ok(sql(text).bind(texts).rows(connection).await?)
}

/// The active units with these short names.
///
/// # Errors
/// When Postgres fails.
pub async fn units_called(
    connection: &mut AsyncPgConnection,
    codes: Vec<String>,
) -> Result<Vec<CalledUnitRow>, StoreError> {
    let text = format!("SELECT {} FROM unit u WHERE u.code = ANY($1) AND u.active", CalledUnitRow::COLUMNS);
    Ok(sql(text).bind(codes).rows(connection).await?)
}

/// All active units.
///
/// # Errors
/// When Postgres fails.
pub async fn active_units(connection: &mut AsyncPgConnection) -> Result<Vec<CalledUnitRow>, StoreError> {
    let text = format!("SELECT {} FROM unit u WHERE u.active ORDER BY u.code", CalledUnitRow::COLUMNS);
    Ok(sql(text).rows(connection).await?)
}

/// Makes these the lines of a draft, in this order. Names and codes in the rows are not looked at.
///
/// # Errors
/// [`StoreError::Reference`] when a component or a unit does not exist.
pub async fn replace_lines(tx: &mut Tx, bom_id: Uuid, rows: &[BomLineRow]) -> Result<(), StoreError> {
    sql("DELETE FROM bom_line WHERE bom_id = $1").bind(bom_id).run(tx.connection()).await?;
    insert_lines(tx, rows).await
}

/// Inserts lines of revisions. Names and codes in the rows are not looked at.
///
/// # Errors
/// [`StoreError::Reference`] when a component or a unit does not exist.
pub async fn insert_lines(tx: &mut Tx, rows: &[BomLineRow]) -> Result<(), StoreError> {
    const WRITE: &str = "INSERT INTO bom_line (id, bom_id, position, component_id, quantity, unit_id, \
         operation_sequence, loss_percent, is_fixed, note, substitute_ids, applies_to_ids) \
         SELECT id, bom_id, position, component_id, quantity, unit_id, operation_sequence, loss_percent, is_fixed, note, \
         substitutes::uuid[], applies_to::uuid[] FROM unnest($1::uuid[], $2::uuid[], $3::integer[], $4::uuid[], \
         $5::numeric[], $6::uuid[], $7::integer[], $8::numeric[], $9::boolean[], $10::text[], $11::text[], $12::text[]) \
         AS l(id, bom_id, position, component_id, quantity, unit_id, operation_sequence, loss_percent, is_fixed, note, \
         substitutes, applies_to)";
    sql(WRITE)
        .bind(rows.iter().map(|row| row.id).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| row.bom_id).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| row.position).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| row.component_id).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| row.quantity).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| row.unit_id).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| row.operation_sequence).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| row.loss_percent).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| row.is_fixed).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| row.note.clone()).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| braced(&row.substitute_ids)).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| braced(&row.applies_to_ids)).collect::<Vec<_>>())
        .run(tx.connection())
        .await?;
    Ok(())
}

/// Copies a revision with its lines into a draft of the next revision number.
///
/// # Errors
/// [`StoreError::NotFound`]; [`StoreError::Taken`] when somebody else was faster.
pub async fn revise(tx: &mut Tx, from: Uuid, to: Uuid) -> Result<(), StoreError> {
    const HEAD: &str = "INSERT INTO bom (id, code, revision, product_id, quantity_per_run, unit_id, routing_id, \
         bom_type, consumption_mode, effective_from, effective_until, state) \
         SELECT $2, b.code, (SELECT max(o.revision) FROM bom o WHERE o.code = b.code) + 1, b.product_id, \
         b.quantity_per_run, b.unit_id, b.routing_id, b.bom_type, b.consumption_mode, b.effective_from, b.effective_until, \
         'draft' FROM bom b \
         WHERE b.id = $1";
    const LINES: &str = "INSERT INTO bom_line (id, bom_id, position, component_id, quantity, unit_id, \
         operation_sequence, loss_percent, is_fixed, note, substitute_ids, applies_to_ids) \
         SELECT gen_random_uuid(), $2, position, component_id, quantity, unit_id, operation_sequence, loss_percent, \
         is_fixed, note, substitute_ids, applies_to_ids FROM bom_line WHERE bom_id = $1";
    if sql(HEAD).bind(from).bind(to).run(tx.connection()).await? == 0 {
        return Err(StoreError::NotFound);
    }
    sql(LINES).bind(from).bind(to).run(tx.connection()).await?;
    crate::bom_by_products::copy(tx, from, to).await
}

/// Lets validations wait for each other until the transaction ends: two that are right alone can be a cycle together.
///
/// # Errors
/// When Postgres fails.
pub async fn one_validation_at_a_time(tx: &mut Tx) -> Result<(), StoreError> {
    sql("SELECT pg_advisory_xact_lock(7420101)").run(tx.connection()).await?;
    Ok(())
}

/// Moves a revision of the expected version to another state. Validating says by whom, when and with which note.
///
/// # Errors
/// [`StoreError::Stale`], [`StoreError::NotFound`].
pub async fn set_state(
    tx: &mut Tx,
    id: Uuid,
    expected: i64,
    state: &str,
    validation_note: Option<String>,
) -> Result<i64, StoreError> {
    const TEXT: &str = "UPDATE bom SET state = $3, version = version + 1, \
         validated_by = CASE WHEN $4::text IS NULL THEN validated_by ELSE $5 END, \
         validated_at = CASE WHEN $4 IS NULL THEN validated_at ELSE $6 END, \
         validation_note = coalesce($4, validation_note) \
         WHERE id = $1 AND version = $2 RETURNING version";
    let (user, now) = (tx.user_id().uuid(), tx.now_utc());
    let saved = sql(TEXT)
        .bind(id)
        .bind(expected)
        .bind(state.to_owned())
        .bind(validation_note)
        .bind(user)
        .bind(now)
        .maybe::<Version>(tx.connection())
        .await?;
    match saved {
        Some(row) => Ok(row.version),
        None => Err(StoreError::Stale { current: find(tx.connection(), id).await?.version }),
    }
}

impl BomLineRow {
    /// The line as the domain takes it.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`].
    pub fn line(&self) -> Result<BomLine, StoreError> {
        let corrupt = |error: &dyn std::fmt::Display| StoreError::Corrupt(error.to_string());
        Ok(BomLine {
            id: BomLineId::from_uuid(self.id),
            component: ProductId::from_uuid(self.component_id),
            quantity: PositiveQuantity::new(self.quantity).map_err(|error| corrupt(&error))?,
            unit: UnitId::from_uuid(self.unit_id),
            operation_sequence: self.operation_sequence.map(u32::try_from).transpose().map_err(|e| corrupt(&e))?,
            loss: LossPercent::try_from(self.loss_percent).map_err(|error| corrupt(&error))?,
            is_fixed: self.is_fixed,
            note: self.note.clone(),
            substitutes: self.substitute_ids.iter().copied().map(ProductId::from_uuid).collect(),
            applies_to: choices(&self.applies_to)?,
        })
    }

    /// A line of the domain as a new row of a revision.
    #[must_use]
    pub fn new(bom_id: Uuid, place: usize, line: &BomLine) -> Self {
        Self {
            id: Uuid::now_v7(),
            bom_id,
            position: i32::try_from(place).unwrap_or(i32::MAX),
            component_id: line.component.uuid(),
            component_code: String::new(),
            component_name: String::new(),
            quantity: line.quantity.get(),
            unit_id: line.unit.uuid(),
            unit_code: String::new(),
            operation_sequence: line.operation_sequence.and_then(|sequence| i32::try_from(sequence).ok()),
            loss_percent: line.loss.percent(),
            is_fixed: line.is_fixed,
            note: line.note.clone(),
            substitute_ids: line.substitutes.iter().map(|substitute| substitute.uuid()).collect(),
            substitutes: Value::Null,
            applies_to_ids: line.applies_to.iter().map(|choice| choice.value.uuid()).collect(),
            applies_to: Value::Null,
        }
    }
}

/// The values that a line names, each with its attribute.
///
/// # Errors
/// [`StoreError::Corrupt`].
pub(crate) fn choices(named: &Value) -> Result<Vec<AttributeChoice>, StoreError> {
    let corrupt = || StoreError::Corrupt(format!("{named} are not values of attributes"));
    let choice = |one: &Value| {
        let id = |field: &str| Uuid::parse_str(one.get(field)?.as_str()?).ok();
        let (attribute, value) = (id("attribute_id")?, id("value_id")?);
        let (attribute, value) = (AttributeId::from_uuid(attribute), AttributeValueId::from_uuid(value));
        Some(AttributeChoice { attribute, value })
    };
    let all = named.as_array().ok_or_else(corrupt)?;
    all.iter().map(|one| choice(one).ok_or_else(corrupt)).collect()
}
