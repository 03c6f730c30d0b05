//! Files of products and operations: who may see which, and how one comes in.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use mrp_api::attachments::{
    AddOperationAttachment, AddProductAttachment, AttachmentInput, AttachmentView, AttachmentsView,
    DeleteOperationAttachment, DeleteProductAttachment, FileContent, GetAttachmentFile, GetWorkOrderAttachmentFile,
    ListProductAttachments, ListRoutingAttachments, ListWorkOrderAttachments, PutOperationAttachmentFirst,
    PutProductAttachmentFirst,
};
use mrp_api::detail as say;
use mrp_api::endpoint::{Empty, Endpoint};
use mrp_api::error as codes;
use mrp_domain::attachment::{AttachmentFault, AttachmentOwner, admit};
use mrp_domain::ids::{AttachmentId, OperationId, ProductId};
use mrp_domain::text::Name;
use mrp_domain::time::Instant;
use mrp_store::attachments::{self as store, AttachmentRow, Owner, Place};
use mrp_store::error::StoreError;
use mrp_store::sql::Bytes;
use mrp_store::tx::Tx;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::answer::{Answered, SentFile};
use crate::error::{ApiError, Faults};
use crate::granted::Granted;
use crate::mount::Mount;
use crate::noun::{integer, word};

/// Mounts all of them.
pub fn mount(config: &mut actix_web::web::ServiceConfig) {
    let product = |id: ProductId| Place::Product(id.uuid());
    config
        .endpoint::<ListProductAttachments, _, _>(move |granted, path, _, _| list(granted, product(path.id)))
        .endpoint::<AddProductAttachment, _, _>(|granted, path, _, input| {
            add(granted, Owner::Product(path.id.uuid()), None, input)
        })
        .endpoint::<PutProductAttachmentFirst, _, _>(move |granted, path, _, _| {
            put_first(granted, product(path.id), path.attachment_id)
        })
        .endpoint::<DeleteProductAttachment, _, _>(move |granted, path, _, _| {
            remove(granted, product(path.id), path.attachment_id)
        })
        .endpoint::<ListRoutingAttachments, _, _>(|granted, path, _, _| list(granted, Place::Routing(path.id.uuid())))
        .endpoint::<AddOperationAttachment, _, _>(|granted, path, _, input| {
            add(granted, Owner::Operation(path.operation_id.uuid()), Some(path.id.uuid()), input)
        })
        .endpoint::<PutOperationAttachmentFirst, _, _>(|granted, path, _, _| {
            put_first(granted, Place::Routing(path.id.uuid()), path.attachment_id)
        })
        .endpoint::<DeleteOperationAttachment, _, _>(|granted, path, _, _| {
            remove(granted, Place::Routing(path.id.uuid()), path.attachment_id)
        })
        .endpoint::<GetAttachmentFile, _, _>(|granted, path, _, _| send(granted, Place::Anywhere, path.id))
        .endpoint::<ListWorkOrderAttachments, _, _>(|granted, path, _, _| {
            list(granted, Place::WorkOrder(path.id.uuid()))
        })
        .endpoint::<GetWorkOrderAttachmentFile, _, _>(|granted, path, _, _| {
            send(granted, Place::WorkOrder(path.id.uuid()), path.attachment_id)
        });
}

async fn list<E: Endpoint<Reply = AttachmentsView>>(
    granted: Granted<E>,
    place: Place,
) -> Result<Answered<E>, ApiError> {
    let mut connection = granted.connection().await?;
    let table = match place {
        Place::Product(id) => Some(("product", id)),
        Place::Routing(id) => Some(("routing", id)),
        Place::WorkOrder(id) => Some(("work_order", id)),
        Place::Anywhere => None,
    };
    if let Some((table, id)) = table
        && mrp_store::table::existing(&mut connection, table, vec![id]).await?.is_empty()
    {
        return Err(ApiError::plain(&codes::NOT_FOUND));
    }
    let rows = store::all(&mut connection, place).await?;
    granted.reply(AttachmentsView { items: rows.into_iter().map(view).collect::<Result<_, _>>()? })
}

async fn send<E: Endpoint<Reply = FileContent>>(
    granted: Granted<E>,
    place: Place,
    id: AttachmentId,
) -> Result<Answered<E>, ApiError> {
    let mut connection = granted.connection().await?;
    let row = store::find(&mut connection, place, id.uuid()).await?;
    let is_known = granted.known_tag.as_ref().is_some_and(|tags| tags.contains(&row.sha256_hex));
    let bytes = if is_known { None } else { Some(store::content(&mut connection, row.id).await?) };
    Ok(Answered::file(SentFile {
        file_type: word(&row.content_type)?,
        name: row.file_name,
        sha256: row.sha256_hex,
        bytes,
    }))
}

async fn add<E: Endpoint<Reply = AttachmentView>>(
    granted: Granted<E>,
    owner: Owner,
    routing: Option<Uuid>,
    input: AttachmentInput,
) -> Result<Answered<E>, ApiError> {
    let id = Uuid::now_v7();
    let mut faults = Faults::default();
    let name = faults.take("/file_name", Name::new(&input.file_name)).map(String::from).unwrap_or_default();
    let bytes = faults
        .take(
            "/content_base64",
            STANDARD.decode(&input.content_base64).map_err(|error| say::for_callers(error.to_string())),
        )
        .unwrap_or_default();
    faults.check()?;
    granted
        .write(async |tx| {
            let present = store::lock(tx, owner, routing).await?;
            let replaced = match input.replaces {
                Some(old) => Some(present.iter().find(|row| row.id == old.uuid()).ok_or(StoreError::NotFound)?),
                None => None,
            };
            let left = present.len() - usize::from(replaced.is_some());
            let (kind, product_id, operation_id) = match owner {
                Owner::Product(id) => (AttachmentOwner::Product, Some(id), None),
                Owner::Operation(id) => (AttachmentOwner::Operation, None, Some(id)),
            };
            let file_type = admit(kind, &bytes, left).map_err(refused)?;
            let last = present.last().map_or(0, |row| row.position.saturating_add(1));
            if let Some(row) = replaced {
                take_away(tx, row, row.version).await?;
            }
            let row = AttachmentRow {
                id,
                product_id,
                operation_id,
                position: replaced.map_or(last, |row| row.position),
                file_name: name.clone(),
                content_type: file_type.to_string(),
                size_bytes: i32::try_from(bytes.len()).unwrap_or(i32::MAX),
                sha256: Bytes(Sha256::digest(&bytes).to_vec()),
                created_by: tx.user_id().uuid(),
                created_at: tx.now_utc(),
                sha256_hex: String::new(),
                created_by_name: String::new(),
                version: 0,
            };
            store::insert(tx, row, bytes.clone()).await?;
            tx.changed(AttachmentRow::TABLE, id, 1, name.clone());
            view(store::find(tx.connection(), Place::Anywhere, id).await?)
        })
        .await
}

async fn put_first<E: Endpoint<Reply = AttachmentView>>(
    granted: Granted<E>,
    place: Place,
    id: AttachmentId,
) -> Result<Answered<E>, ApiError> {
    granted
        .write(async |tx| {
            let row = store::find(tx.connection(), place, id.uuid()).await?;
            let owned = store::all(tx.connection(), place).await?;
            let siblings = owned.iter().filter(|other| other.operation_id == row.operation_id && other.id != row.id);
            let first = siblings.map(|other| other.position).min().unwrap_or_default();
            let name = row.file_name.clone();
            let row = AttachmentRow { position: first.saturating_sub(1), ..row };
            let version = row.values().save(tx, id.uuid(), Some(granted.expected)).await?;
            tx.changed(AttachmentRow::TABLE, id.uuid(), version, name);
            view(store::find(tx.connection(), place, id.uuid()).await?)
        })
        .await
}

async fn remove<E: Endpoint<Reply = Empty>>(
    granted: Granted<E>,
    place: Place,
    id: AttachmentId,
) -> Result<Answered<E>, ApiError> {
    granted
        .write(async |tx| {
            let row = store::find(tx.connection(), place, id.uuid()).await?;
            take_away(tx, &row, granted.expected).await?;
            Ok(Empty {})
        })
        .await
}

async fn take_away(tx: &mut Tx, row: &AttachmentRow, expected: i64) -> Result<(), ApiError> {
    mrp_store::table::delete(tx, AttachmentRow::TABLE, row.id, expected).await?;
    tx.changed(AttachmentRow::TABLE, row.id, expected + 1, row.file_name.clone());
    Ok(())
}

fn refused(fault: AttachmentFault) -> ApiError {
    let code = match fault {
        AttachmentFault::TypeRefused { .. } => &codes::ATTACHMENT_TYPE_REFUSED,
        AttachmentFault::TooLarge { .. } => &codes::ATTACHMENT_TOO_LARGE,
        AttachmentFault::TooMany => &codes::ATTACHMENTS_TOO_MANY,
    };
    ApiError::new(code, say::for_callers(fault.to_string()))
}

fn view(row: AttachmentRow) -> Result<AttachmentView, ApiError> {
    Ok(AttachmentView {
        id: AttachmentId::from_uuid(row.id),
        product_id: row.product_id.map(ProductId::from_uuid),
        operation_id: row.operation_id.map(OperationId::from_uuid),
        file_name: row.file_name,
        content_type: word(&row.content_type)?,
        size_bytes: integer(row.size_bytes),
        sha256: row.sha256_hex,
        created_by_name: row.created_by_name,
        created_at: Instant::from_datetime(row.created_at),
        version: row.version,
    })
}
