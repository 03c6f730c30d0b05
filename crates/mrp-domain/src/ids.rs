//! Every typed id. An id is a UUID (version 7, so that rows sort by creation); the type keeps a work center's
//! id from being passed where a product's is wanted. Ids are made outside: the domain has no randomness.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! typed_ids {
    ($($(#[$meta:meta])* $name:ident,)+) => {
        $(
            $(#[$meta])*
            #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
            #[serde(transparent)]
            pub struct $name(Uuid);

            impl $name {
                /// Names an existing row, or a new one whose UUID the caller has drawn.
                #[must_use]
                pub const fn from_uuid(uuid: Uuid) -> Self {
                    Self(uuid)
                }

                /// The bare UUID, for SQL and URLs.
                #[must_use]
                pub const fn uuid(self) -> Uuid {
                    self.0
                }
            }

            impl std::fmt::Display for $name {
                fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    self.0.fmt(f)
                }
            }

            impl std::str::FromStr for $name {
                type Err = uuid::Error;

                fn from_str(text: &str) -> Result<Self, Self::Err> {
                    Uuid::parse_str(text).map(Self)
                }
            }

            #[cfg(feature = "openapi")]
            impl utoipa::PartialSchema for $name {
                fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                    utoipa::openapi::schema::ObjectBuilder::new()
                        .schema_type(utoipa::openapi::schema::Type::String)
                        .format(Some(utoipa::openapi::schema::SchemaFormat::KnownFormat(
                            utoipa::openapi::schema::KnownFormat::Uuid,
                        )))
                        .into()
                }
            }

            #[cfg(feature = "openapi")]
            impl utoipa::ToSchema for $name {}
        )+
    };
}

typed_ids! {
    /// What a customer was promised.
    SalesOrderId,
    /// One product of it.
    SalesOrderLineId,
    /// A person or a device that can log in.
    UserId,
    /// A family of units that convert into each other: mass, length, pieces.
    UnitCategoryId,
    /// A unit of measure.
    UnitId,
    /// The shifts of a shop.
    WorkScheduleId,
    /// A public holiday or technical shutdown.
    ShopClosureId,
    /// A machine, line or team.
    WorkCenterId,
    /// A finished product or a component.
    ProductId,
    /// What variants of a product differ by: colour, size.
    AttributeId,
    /// A value of an attribute: red, large.
    AttributeValueId,
    /// An ordered set of operations.
    RoutingId,
    /// One operation of a routing.
    OperationId,
    /// A file of a product or an operation.
    AttachmentId,
    /// One revision of a bill of materials.
    BomId,
    /// One line of a bill of materials.
    BomLineId,
    /// A place with stock of its own accounts.
    WarehouseId,
    /// Why something was lost.
    LossReasonId,
    /// A downtime of a work center.
    DowntimeId,
    /// A saved view of a list.
    SavedViewId,
    /// A place where stock can be.
    LocationId,
    /// A batch or a serial number.
    LotId,
    /// One double-sided entry of the stock ledger.
    StockMoveId,
    /// A manufacturing order.
    ManufacturingOrderId,
    /// One component of a manufacturing order.
    MaterialLineId,
    /// One operation of one manufacturing order.
    WorkOrderId,
    /// Who worked when on a work order.
    TimeLogId,
    /// One report of good and scrapped pieces.
    ProductionReportId,
    /// Goods received from outside.
    ReceiptId,
    /// Who sells to the company.
    SupplierId,
    /// What a supplier sells a product for.
    SupplierPriceId,
    /// A wish for goods that nobody has ordered yet.
    PurchaseRequestId,
    /// One product of a purchase request.
    PurchaseRequestLineId,
    /// A question to suppliers.
    RequestForQuotationId,
    /// One product of a request for quotation.
    RequestForQuotationLineId,
    /// An order to a supplier.
    PurchaseOrderId,
    /// One product of a purchase order.
    PurchaseOrderLineId,
    /// Goods that went from one warehouse to another.
    TransferId,
    /// Goods that went to a customer.
    DeliveryId,
    /// A count of a warehouse.
    CountId,
    /// One line of a count.
    CountLineId,
}
