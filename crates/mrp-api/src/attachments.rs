//! Files of products and of operations: pictures, and documents that explain work.
//!
//! They come in as base64 within JSON, like every file that is sent here, and go out as their own bytes.

use mrp_domain::attachment::FileType;
use mrp_domain::ids::{AttachmentId, OperationId, ProductId, RoutingId, WorkOrderId};
use mrp_domain::time::Instant;

use crate::access::{Access, Permission};
use crate::endpoint::IdPath;

dto! {
    /// A file, without what is in it.
    pub struct AttachmentView {
        /// Its id.
        pub id: AttachmentId,
        /// The product it belongs to.
        pub product_id: Option<ProductId>,
        /// Or the operation.
        pub operation_id: Option<OperationId>,
        /// Its name when it was sent.
        pub file_name: String,
        /// What its bytes are.
        pub content_type: FileType,
        /// How large it is.
        pub size_bytes: u32,
        /// SHA-256 of its bytes, in hexadecimal.
        pub sha256: String,
        /// Who sent it.
        pub created_by_name: String,
        /// When.
        pub created_at: Instant,
        /// For `If-Match`.
        pub version: i64,
    }

    /// The files of one record.
    pub struct AttachmentsView {
        /// By owner, each owner's in their order; the first of a product is its picture.
        pub items: Vec<AttachmentView>,
    }

    /// A file to keep.
    pub struct AttachmentInput {
        /// Its name; it does not say what the file is.
        pub file_name: String,
        /// Its bytes, in base64: PNG, JPEG, WebP or GIF, for an operation also PDF; at most 5 MiB.
        pub content_base64: String,
        /// The file whose place it takes, which is removed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub replaces: Option<AttachmentId>,
    }

    /// One file of a product.
    pub struct ProductAttachmentPath {
        /// The product.
        pub id: ProductId,
        /// The file.
        pub attachment_id: AttachmentId,
    }

    /// One operation of a routing.
    pub struct OperationPath {
        /// The routing.
        pub id: RoutingId,
        /// The operation.
        pub operation_id: OperationId,
    }

    /// One file of a routing's operations.
    pub struct RoutingAttachmentPath {
        /// The routing.
        pub id: RoutingId,
        /// The file.
        pub attachment_id: AttachmentId,
    }

    /// One file of a work order's operation.
    pub struct WorkOrderAttachmentPath {
        /// The work order.
        pub id: WorkOrderId,
        /// The file.
        pub attachment_id: AttachmentId,
    }

    /// The file's bytes as they are, under its own content type and not as JSON; `ETag` is their hash.
    pub struct FileContent {}
}
wire!(versioned AttachmentView);
wire!(AttachmentsView, AttachmentInput, FileContent);
wire!(ProductAttachmentPath, OperationPath, RoutingAttachmentPath, WorkOrderAttachmentPath);

endpoints! {
    /// Lists the pictures of a product.
    ListProductAttachments: Get "/products/{id}/attachments", Access::Needs(Permission::MasterDataRead),
        { path: IdPath<ProductId>, reply: AttachmentsView };
    /// Adds a picture to a product, or puts it in the place of another.
    AddProductAttachment: Post "/products/{id}/attachments", Access::Needs(Permission::ProductWrite),
        { path: IdPath<ProductId>, body: AttachmentInput, reply: AttachmentView } creates;
    /// Makes a picture the first of its product.
    PutProductAttachmentFirst: Post "/products/{id}/attachments/{attachment_id}/first",
        Access::Needs(Permission::ProductWrite), versioned, { path: ProductAttachmentPath, reply: AttachmentView };
    /// Removes a picture of a product.
    DeleteProductAttachment: Delete "/products/{id}/attachments/{attachment_id}",
        Access::Needs(Permission::ProductWrite), versioned, { path: ProductAttachmentPath, };
    /// Lists the files of all operations of a routing.
    ListRoutingAttachments: Get "/routings/{id}/attachments", Access::Needs(Permission::MasterDataRead),
        { path: IdPath<RoutingId>, reply: AttachmentsView };
    /// Adds a file to an operation, or puts it in the place of another.
    AddOperationAttachment: Post "/routings/{id}/operations/{operation_id}/attachments",
        Access::Needs(Permission::RoutingWrite), { path: OperationPath, body: AttachmentInput, reply: AttachmentView } creates;
    /// Makes a file the first of its operation.
    PutOperationAttachmentFirst: Post "/routings/{id}/attachments/{attachment_id}/first",
        Access::Needs(Permission::RoutingWrite), versioned, { path: RoutingAttachmentPath, reply: AttachmentView };
    /// Removes a file of an operation.
    DeleteOperationAttachment: Delete "/routings/{id}/attachments/{attachment_id}",
        Access::Needs(Permission::RoutingWrite), versioned, { path: RoutingAttachmentPath, };
    /// Sends a file of a product or of a routing.
    GetAttachmentFile: Get "/attachments/{id}/file", Access::Needs(Permission::MasterDataRead),
        { path: IdPath<AttachmentId>, reply: FileContent };
    /// Lists the files that the operation of a work order has in its routing today.
    ListWorkOrderAttachments: Get "/work-orders/{id}/attachments", Access::Needs(Permission::OrderRead),
        { path: IdPath<WorkOrderId>, reply: AttachmentsView };
    /// Sends one of them, also to people who may not see master data.
    GetWorkOrderAttachmentFile: Get "/work-orders/{id}/attachments/{attachment_id}/file", Access::Needs(Permission::OrderRead),
        { path: WorkOrderAttachmentPath, reply: FileContent };
}
