//! Files of products and operations. What is in a file is read only when it is sent.

use diesel_async::AsyncPgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::error::StoreError;
use crate::sql::{Bytes, sql};
use crate::table::Id;
use crate::tx::Tx;

table! {
    /// A file without its bytes.
    pub struct AttachmentRow of "attachment" as "a" {
        pub product_id: Option<Uuid>,
        pub operation_id: Option<Uuid>,
        pub position: i32,
        pub file_name: String,
        pub content_type: String,
        pub size_bytes: i32,
        pub sha256: Bytes,
        pub created_by: Uuid,
        pub created_at: OffsetDateTime,
    }
    reads {
        pub sha256_hex: String = "encode(a.sha256, 'hex')",
        pub created_by_name: String = "u.name",
    }
}

row! {
    /// What is in a file.
    pub struct Content {
        pub bytes: Bytes = "bytes"
    }
}

/// What files belong to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner {
    /// A product.
    Product(Uuid),
    /// An operation.
    Operation(Uuid),
}

/// Where to look for files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Anywhere.
    Anywhere,
    /// Among those of a product.
    Product(Uuid),
    /// Among those of a routing's operations.
    Routing(Uuid),
    /// Among those that a work order's operation has in its routing today.
    WorkOrder(Uuid),
}

impl Place {
    /// The condition, with the place's id as `$1`.
    const fn condition(self) -> &'static str {
        match self {
            Self::Anywhere => "$1::uuid IS NOT NULL",
            Self::Product(_) => "a.product_id = $1",
            Self::Routing(_) => "o.routing_id = $1",
            Self::WorkOrder(_) => {
                "a.operation_id IN (SELECT (f.frozen #>> '{operation,id}')::uuid FROM work_order w \
                 JOIN manufacturing_order m ON m.id = w.manufacturing_order_id, \
                 jsonb_array_elements(m.operations) f(frozen) \
                 WHERE w.id = $1 AND (f.frozen #>> '{operation,sequence}')::integer = w.sequence)"
            }
        }
    }

    const fn id(self) -> Uuid {
        match self {
            Self::Anywhere => Uuid::nil(),
            Self::Product(id) | Self::Routing(id) | Self::WorkOrder(id) => id,
        }
    }
}

const FROM: &str =
    "attachment a JOIN user_account u ON u.id = a.created_by LEFT JOIN routing_operation o ON o.id = a.operation_id";

/// All files of a place, in their order.
///
/// # Errors
/// When Postgres fails.
pub async fn all(connection: &mut AsyncPgConnection, place: Place) -> Result<Vec<AttachmentRow>, StoreError> {
    let text = format!(
        "SELECT {} FROM {FROM} WHERE {} ORDER BY o.sequence, a.position, a.id LIMIT 10000",
        AttachmentRow::COLUMNS,
        place.condition()
    );
    Ok(sql(text).bind(place.id()).rows(connection).await?)
}

/// One file of a place.
///
/// # Errors
/// [`StoreError::NotFound`], also when it is a file of another place.
pub async fn find(connection: &mut AsyncPgConnection, place: Place, id: Uuid) -> Result<AttachmentRow, StoreError> {
    let text = format!("SELECT {} FROM {FROM} WHERE {} AND a.id = $2", AttachmentRow::COLUMNS, place.condition());
    Ok(sql(text).bind(place.id()).bind(id).one(connection).await?)
}

/// What is in a file.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn content(connection: &mut AsyncPgConnection, id: Uuid) -> Result<Vec<u8>, StoreError> {
    let text = "SELECT bytes FROM attachment_content WHERE attachment_id = $1";
    Ok(sql(text).bind(id).one::<Content>(connection).await?.bytes.0)
}

/// Keeps everybody else from adding files to an owner, and reads those that it has.
///
/// # Errors
/// [`StoreError::NotFound`] when there is no such owner.
pub async fn lock(tx: &mut Tx, owner: Owner, routing: Option<Uuid>) -> Result<Vec<AttachmentRow>, StoreError> {
    let (text, condition, id) = match owner {
        Owner::Product(id) => {
            ("SELECT id FROM product WHERE id = $1 AND $2::uuid IS NULL FOR UPDATE", "a.product_id = $1", id)
        }
        Owner::Operation(id) => {
            ("SELECT id FROM routing_operation WHERE id = $1 AND routing_id = $2 FOR UPDATE", "a.operation_id = $1", id)
        }
    };
    let _found: Id = sql(text).bind(id).bind(routing).one(tx.connection()).await?;
    let text = format!("SELECT {} FROM {FROM} WHERE {condition} ORDER BY a.position, a.id", AttachmentRow::COLUMNS);
    Ok(sql(text).bind(id).rows(tx.connection()).await?)
}

/// Writes a new file.
///
/// # Errors
/// When Postgres fails.
pub async fn insert(tx: &mut Tx, row: AttachmentRow, bytes: Vec<u8>) -> Result<(), StoreError> {
    let id = row.id;
    row.values().save(tx, id, None).await?;
    sql("INSERT INTO attachment_content (attachment_id, bytes) VALUES ($1, $2)")
        .bind(id)
        .bind(Bytes(bytes))
        .run(tx.connection())
        .await?;
    Ok(())
}
