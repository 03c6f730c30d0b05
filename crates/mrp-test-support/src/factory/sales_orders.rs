//! Sales orders.

use mrp_api::endpoint::{Empty, IdPath};
use mrp_api::manufacturing_orders::{
    ConfirmManufacturingOrder, FinishInput, FinishManufacturingOrder, GetManufacturingOrder, PlanInput,
    PlanManufacturingOrder, UpdateManufacturingOrder,
};
use mrp_api::sales_orders::{
    ConfirmSalesOrder, CreateSalesOrder, GetSalesOrder, MakeSalesOrderLine, SalesOrderInput, SalesOrderLineInput,
    SalesOrderLinePath, SalesOrderView,
};
use mrp_api::work_orders::{FinishWorkOrder, FinishWorkOrderInput, StartWorkOrder};
use mrp_domain::ids::ProductId;
use mrp_domain::manufacturing_order::transitions::FinishChoice;
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

    /// A confirmed sales order whose goods are made and lie in stock for it.
    pub async fn made_for_customer(&self, shop: &Workshop, quantity: i64) -> SalesOrderView {
        self.stock_for(shop, quantity).await;
        let sold = self.confirmed_sales_order(shop, quantity).await;
        self.make_sold(&sold).await
    }

    /// Has the first line of a sales order made, from the draft to the goods in stock.
    pub async fn make_sold(&self, sold: &SalesOrderView) -> SalesOrderView {
        let path = SalesOrderLinePath { id: sold.id, line_id: sold.lines[0].id };
        let sold = self.client.call_at::<MakeSalesOrderLine>(&path, sold.version, &Default::default()).await.ok();
        let id = sold.lines[0].orders[0].id;
        let draft = self.client.get::<GetManufacturingOrder>(&IdPath { id }).await.ok();
        let place = serde_json::json!({"components_warehouse_id": sold.warehouse_id});
        let place = serde_json::from_value(place).unwrap();
        let draft = self.client.call_at::<UpdateManufacturingOrder>(&IdPath { id }, draft.version, &place).await.ok();
        let order = self.order_command::<ConfirmManufacturingOrder>(&draft, &Empty {}).await;
        let plan = PlanInput { with_shortage: false };
        let order = self.order_command::<PlanManufacturingOrder>(&order, &plan).await;
        let work = self.first_work_order(&order).await;
        let work = self.work_order_command::<StartWorkOrder>(&work, &Empty {}).await;
        self.work_order_command::<FinishWorkOrder>(&work, &FinishWorkOrderInput { report: None }).await;
        let input = FinishInput { choice: FinishChoice::Complete, accept_unrecorded: false, lot_numbers: None };
        self.order_command::<FinishManufacturingOrder>(&self.reread(&order).await, &input).await;
        self.client.get::<GetSalesOrder>(&IdPath { id: sold.id }).await.ok()
    }
}
