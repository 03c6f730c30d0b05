//! Units of measure.

use diesel_async::AsyncPgConnection;
use mrp_domain::ids::{UnitCategoryId, UnitId};
use mrp_domain::quantity::{Exact, Unit, UnitError};
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::error::StoreError;
use crate::list::{ListSpec, Sort};
use crate::sql::sql;
use crate::tx::Tx;

table! {
    /// A unit.
    pub struct UnitRow of "unit" as "u" {
        pub code: String,
        pub name: String,
        pub unit_category_id: Uuid,
        pub ratio_numerator: i64,
        pub ratio_denominator: i64,
        pub rounding_step: Decimal,
        pub active: bool,
    }
    reads {
        pub unit_category_name: String = "c.name",
    }
}

/// The list of units.
pub const LIST: ListSpec = ListSpec {
    from: "unit u JOIN unit_category c ON c.id = u.unit_category_id",
    count_from: "unit u",
    id: "u.id",
    search: &["u.code", "u.name"],
    sorts: &[
        Sort { name: "code", sql: "u.code", cast: "text" },
        Sort { name: "name", sql: "u.name", cast: "text" },
        Sort { name: "unit_category_name", sql: "c.name", cast: "text" },
    ],
};

impl UnitRow {
    /// The unit as the domain calculates with it.
    ///
    /// # Errors
    /// [`UnitError`] for a row that could not have been saved.
    pub fn unit(&self) -> Result<Unit, UnitError> {
        let ratio = Exact::ratio(self.ratio_numerator, self.ratio_denominator)?;
        let category = UnitCategoryId::from_uuid(self.unit_category_id);
        Unit::new(UnitId::from_uuid(self.id), category, &self.code, ratio, self.rounding_step)
    }
}

/// These units; those that do not exist are left out.
///
/// # Errors
/// When Postgres fails.
pub async fn find_all(connection: &mut AsyncPgConnection, ids: Vec<Uuid>) -> Result<Vec<UnitRow>, StoreError> {
    let text = format!("SELECT {} FROM {} WHERE u.id = ANY($1)", UnitRow::COLUMNS, LIST.from);
    Ok(sql(text).bind(ids).rows(connection).await?)
}

/// Keeps everybody from starting to use a unit until the transaction ends, and reads it.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn lock(tx: &mut Tx, id: Uuid) -> Result<UnitRow, StoreError> {
    let text = format!("SELECT {} FROM {} WHERE u.id = $1 FOR UPDATE OF u", UnitRow::COLUMNS, LIST.from);
    Ok(sql(text).bind(id).one(tx.connection()).await?)
}

row! {
    /// A column that holds units: the foreign key, and where it stands.
    pub struct UnitReference {
        pub constraint: String = "f.conname::text",
        pub table: String = "f.conrelid::regclass::text",
        pub column: String = "quote_ident(a.attname)",
    }
}

/// Every column that refers to a unit, as the catalogue knows them: a table that comes later is looked at, too.
///
/// # Errors
/// When Postgres fails.
pub async fn references(connection: &mut AsyncPgConnection) -> Result<Vec<UnitReference>, StoreError> {
    let text = format!(
        "SELECT {} FROM pg_constraint f JOIN pg_attribute a ON a.attrelid = f.conrelid AND a.attnum = f.conkey[1] \
         WHERE f.contype = 'f' AND f.confrelid = 'unit'::regclass ORDER BY f.conname",
        UnitReference::COLUMNS
    );
    Ok(sql(text).rows(connection).await?)
}

row! {
    /// Who uses a record: the foreign key.
    pub struct UsedBy {
        pub constraint: String = "constraint_name",
    }
}

/// Refuses when amounts are kept in this unit: their meaning would change with it.
///
/// # Errors
/// [`StoreError::InUse`].
pub async fn refuse_in_use(tx: &mut Tx, id: Uuid) -> Result<(), StoreError> {
    let holds = |reference: &UnitReference| {
        let UnitReference { constraint, table, column } = reference;
        format!("SELECT '{constraint}' WHERE EXISTS (SELECT 1 FROM {table} WHERE {column} = $1)")
    };
    let references = references(tx.connection()).await?;
    let text = references.iter().map(holds).collect::<Vec<_>>().join(" UNION ALL ");
    match sql(format!("{text} LIMIT 1")).bind(id).maybe::<UsedBy>(tx.connection()).await? {
        Some(used) => Err(StoreError::InUse { constraint: used.constraint }),
        None => Ok(()),
    }
}
