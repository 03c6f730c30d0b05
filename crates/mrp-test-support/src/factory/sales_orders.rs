//! Sales orders.

use mrp_api::endpoint::{Empty, IdPath};
use mrp_api::sales_orders::{
    ConfirmSalesOrder, CreateSalesOrder, SalesOrderInput, SalesOrderLineInput, SalesOrderView,
};
use mrp_domain::ids::ProductId;
use mrp_domain::time::Seconds;
use rust_decimal::Decimal;

use crate::factory::{Factory, Workshop};

impl Factory {
    /// The fields of a sales order of the workshop's product.
    #[must_use]
    pub fn sales_order_input(&self, shop: &Workshop, quantity: i64) -> SalesOrderInput {
        let line = SalesOrderLineInput {
            id: None,
            product_id: Some(shop.table.id),
            product_code: None,
            quantity: Decimal::from(quantity),
            unit_price: None,
        };
        SalesOrderInput {
            customer: "Customer".to_owned(),
            reference: String::new(),
            channel: String::new(),
            external_id: None,
            warehouse_id: Some(shop.warehouse.id),
            deliver_by: Some(self.now.plus(Seconds::from_hours(30 * 24))),
            note: String::new(),
            lines: vec![line],
        }
    }

    /// A sales order that nobody has confirmed.
    pub async fn sales_order(&self, shop: &Workshop, quantity: i64) -> SalesOrderView {
        self.client.post::<CreateSalesOrder>(&self.sales_order_input(shop, quantity)).await.ok()
    }

    /// A confirmed sales order of another product.
    pub async fn confirmed_sale_of(&self, product: ProductId, quantity: i64) -> SalesOrderView {
        let shop = self.workshop().await;
        let mut input = self.sales_order_input(&shop, quantity);
        for line in &mut input.lines {
            line.product_id = Some(product);
        }
        let order = self.client.post::<CreateSalesOrder>(&input).await.ok();
        self.client.call_at::<ConfirmSalesOrder>(&IdPath { id: order.id }, order.version, &Empty {}).await.ok()
    }

    /// A confirmed sales order.
    pub async fn confirmed_sales_order(&self, shop: &Workshop, quantity: i64) -> SalesOrderView {
        let order = self.sales_order(shop, quantity).await;
        self.client.call_at::<ConfirmSalesOrder>(&IdPath { id: order.id }, order.version, &Empty {}).await.ok()
    }
}
