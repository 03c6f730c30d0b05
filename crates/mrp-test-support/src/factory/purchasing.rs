//! Suppliers, what is asked of them, and what comes in.

use mrp_api::endpoint::{Empty, IdPath};
use mrp_api::manufacturing_orders::ManufacturingOrderView;
use mrp_api::patch::Patch;
use mrp_api::products::{GetProduct, ProductView};
use mrp_api::purchase_orders::{
    CreatePurchaseOrder, GetPurchaseOrder, OrderPurchaseRequest, OrderRequestInput, PlacePurchaseOrder,
    PurchaseOrderInput, PurchaseOrderLineInput, PurchaseOrderLineView, PurchaseOrderView, UpdatePurchaseOrder,
};
use mrp_api::purchase_requests::{
    CreatePurchaseRequest, PurchaseRequestInput, PurchaseRequestLineInput, PurchaseRequestView, RequestOrderMaterial,
};
use mrp_api::requests_for_quotation::{DraftRequestForQuotation, OfferInput, RequestForQuotationView};
use mrp_api::stock::{ReceiptInput, ReceiptLineInput};
use mrp_api::supplier_prices::{CreateSupplierPrice, SupplierPriceInput, SupplierPriceView};
use mrp_api::suppliers::{CreateSupplier, SupplierInput, SupplierView};
use mrp_domain::ids::{ProductId, SupplierId, WarehouseId};
use rust_decimal::Decimal;

use super::Factory;

impl Factory {
    /// The fields of a supplier.
    #[must_use]
    pub fn supplier_input(&self) -> SupplierInput {
        SupplierInput {
            code: self.code("S"),
            name: "Supplier".to_owned(),
            email: "orders@example.com".to_owned(),
            lead_days: 5,
            over_receipt_percent: Decimal::ZERO,
            note: String::new(),
            active: true,
        }
    }

    /// A supplier.
    pub async fn supplier(&self) -> SupplierView {
        self.client.post::<CreateSupplier>(&self.supplier_input()).await.ok()
    }

    /// The fields of a price of 8, in the product's unit.
    #[must_use]
    pub fn supplier_price_input(&self, supplier: SupplierId, product: &ProductView) -> SupplierPriceInput {
        SupplierPriceInput {
            product_id: product.id,
            supplier_id: supplier,
            supplier_article: "A-1".to_owned(),
            unit_id: product.unit_id,
            min_quantity: Decimal::ZERO,
            order_multiple: Decimal::ZERO,
            lead_days: None,
            valid_from: None,
            valid_until: None,
            rank: 1,
            price: Some(Decimal::from(8)),
        }
    }

    /// What a supplier sells a product for.
    pub async fn supplier_price(&self, supplier: SupplierId, product: &ProductView) -> SupplierPriceView {
        self.client.post::<CreateSupplierPrice>(&self.supplier_price_input(supplier, product)).await.ok()
    }

    /// The fields of a purchase request by hand.
    #[must_use]
    pub fn purchase_request_input(&self, product: ProductId, quantity: i64) -> PurchaseRequestInput {
        let quantity = Decimal::from(quantity);
        let line =
            PurchaseRequestLineInput { id: None, product_id: product, quantity, needed_on: None, supplier_id: None };
        PurchaseRequestInput { note: "for the shelf".to_owned(), lines: vec![line] }
    }

    /// A purchase request by hand.
    pub async fn purchase_request(&self, product: ProductId, quantity: i64) -> PurchaseRequestView {
        self.client.post::<CreatePurchaseRequest>(&self.purchase_request_input(product, quantity)).await.ok()
    }

    /// What an order lacks, asked for.
    pub async fn request_for(&self, order: &ManufacturingOrderView) -> PurchaseRequestView {
        self.client.call::<RequestOrderMaterial>(&IdPath { id: order.id }, &Empty {}, &Empty {}).await.ok()
    }

    /// Suppliers asked for what a request wants: two, both known to sell the first line's product.
    pub async fn quotation(&self, request: &PurchaseRequestView) -> RequestForQuotationView {
        let product = self.client.get::<GetProduct>(&IdPath { id: request.lines[0].product_id }).await.ok();
        for _ in 0..2 {
            self.supplier_price(self.supplier().await.id, &product).await;
        }
        self.client.call::<DraftRequestForQuotation>(&IdPath { id: request.id }, &Empty {}, &Empty {}).await.ok()
    }

    /// The fields of an offer of a supplier for the first line of a question.
    #[must_use]
    pub fn offer_input(&self, quotation: &RequestForQuotationView, supplier: usize, price: i64) -> OfferInput {
        let line = &quotation.lines[0];
        OfferInput {
            line_id: line.id,
            supplier_id: line.offers[supplier].supplier_id,
            unit_id: None,
            price: Some(Decimal::from(price)),
            min_quantity: Decimal::ZERO,
            order_multiple: Decimal::ZERO,
            lead_days: 3,
            valid_until: None,
            note: String::new(),
        }
    }

    /// The fields of a purchase order of so much at 8 each.
    #[must_use]
    pub fn purchase_order_input(
        &self,
        supplier: SupplierId,
        warehouse: WarehouseId,
        product: ProductId,
        quantity: i64,
    ) -> PurchaseOrderInput {
        let line = PurchaseOrderLineInput {
            id: None,
            product_id: product,
            quantity: Decimal::from(quantity),
            unit_id: None,
            price: Some(Decimal::from(8)),
            expected_on: Some("2030-01-15".to_owned()),
        };
        PurchaseOrderInput {
            supplier_id: supplier,
            warehouse_id: Some(warehouse),
            expected_on: None,
            note: String::new(),
            lines: vec![line],
        }
    }

    /// A draft of a purchase order to a new supplier.
    pub async fn purchase_order(&self, warehouse: WarehouseId, product: ProductId, quantity: i64) -> PurchaseOrderView {
        let input = self.purchase_order_input(self.supplier().await.id, warehouse, product, quantity);
        self.client.post::<CreatePurchaseOrder>(&input).await.ok()
    }

    /// Sends a purchase order.
    pub async fn placed(&self, order: &PurchaseOrderView) -> PurchaseOrderView {
        self.client.call_at::<PlacePurchaseOrder>(&IdPath { id: order.id }, order.version, &Empty {}).await.ok()
    }

    /// The purchase order as it is now.
    pub async fn reread_purchase(&self, order: &PurchaseOrderView) -> PurchaseOrderView {
        self.client.get::<GetPurchaseOrder>(&IdPath { id: order.id }).await.ok()
    }

    /// Orders all that a request asks for from one supplier, at 8 where no price is known.
    pub async fn ordered_from(&self, supplier: SupplierId, request: &PurchaseRequestView) -> PurchaseOrderView {
        let input = OrderRequestInput { supplier_id: supplier };
        let path = IdPath { id: request.id };
        let draft = self.client.call::<OrderPurchaseRequest>(&path, &Empty {}, &input).await.ok();
        self.priced_and_placed(&draft).await
    }

    /// Sends a draft, at 8 where it has no price.
    pub async fn priced_and_placed(&self, draft: &PurchaseOrderView) -> PurchaseOrderView {
        let line = |line: &PurchaseOrderLineView| PurchaseOrderLineInput {
            id: Some(line.id),
            product_id: line.product_id,
            quantity: line.quantity,
            unit_id: Some(line.unit_id),
            price: line.price.or(Some(Decimal::from(8))),
            expected_on: line.expected_on.clone(),
        };
        let lines = serde_json::json!({ "lines": draft.lines.iter().map(line).collect::<Vec<_>>() });
        let lines: Patch<PurchaseOrderInput> = serde_json::from_value(lines).unwrap();
        let path = IdPath { id: draft.id };
        let priced = self.client.call_at::<UpdatePurchaseOrder>(&path, draft.version, &lines).await.ok();
        self.placed(&priced).await
    }

    /// The fields of a receipt for the first line of a purchase order.
    #[must_use]
    pub fn purchase_receipt_input(&self, order: &PurchaseOrderView, quantity: i64) -> ReceiptInput {
        let line = &order.lines[0];
        let line = ReceiptLineInput {
            product_id: line.product_id,
            quantity: Decimal::from(quantity),
            unit_id: None,
            unit_cost: None,
            lot_numbers: None,
            expires_on: None,
            supplier_lot: None,
            purchase_order_line_id: Some(line.id),
        };
        ReceiptInput { warehouse_id: order.warehouse_id, reference: "DN 7".to_owned(), lines: vec![line] }
    }
}
