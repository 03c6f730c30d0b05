//! One good request for every endpoint that changes something, prepared through the API: what tests that run over
//! the whole list of endpoints send.
//!
//! An endpoint that is missing here fails those tests, so that no new one goes unproved.

use base64::Engine;
use mrp_api::endpoint::{BASE, Empty, EndpointInfo};
use mrp_api::manufacturing_orders::{ComponentPath, PlanInput, ReasonInput, UnreserveManufacturingOrder};
use mrp_api::material_lines::PreviewReassignment;
use mrp_api::requests_for_quotation::RecordOffer;
use mrp_api::work_orders::{FinishWorkOrder, FinishWorkOrderInput, PauseWorkOrder, StartWorkOrder, WorkOrderView};
use mrp_domain::product::Tracking;
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::app::TestApp;
use crate::client::Client;
use crate::factory::{Factory, Workshop};
use crate::http::RawRequest;

/// A request that has to succeed, once.
#[derive(Debug, Clone)]
pub struct GoodRequest {
    /// The verb.
    pub method: &'static str,
    /// Path and query.
    pub target: String,
    /// The record's version, for endpoints that need it.
    pub version: Option<i64>,
    /// The body.
    pub body: Value,
}

impl GoodRequest {
    /// The request with this key.
    #[must_use]
    pub fn with_key(&self, client: &Client, key: Uuid) -> RawRequest {
        self.without_key(client).header("idempotency-key", key)
    }

    /// The request without an `Idempotency-Key`.
    #[must_use]
    pub fn without_key(&self, client: &Client) -> RawRequest {
        let request = client.request(self.method, &self.target).json(&self.body);
        match self.version {
            Some(version) => request.header("if-match", format!("\"{version}\"")),
            None => request,
        }
    }
}

/// Fills the path of an endpoint, e.g. with the record's id.
fn request(
    endpoint: &EndpointInfo,
    parts: &[&dyn std::fmt::Display],
    version: Option<i64>,
    body: Value,
) -> GoodRequest {
    assert_eq!(endpoint.if_match, version.is_some(), "{} and its version", endpoint.name);
    let mut parts = parts.iter();
    let path = endpoint
        .path
        .split('/')
        .map(|part| if part.starts_with('{') { parts.next().unwrap().to_string() } else { part.to_owned() })
        .collect::<Vec<_>>()
        .join("/");
    GoodRequest { method: endpoint.method.as_str(), target: format!("{BASE}{path}"), version, body }
}

fn create(endpoint: &EndpointInfo, input: &impl Serialize) -> GoodRequest {
    request(endpoint, &[], None, serde_json::to_value(input).unwrap())
}

/// Whether the server has a route for this endpoint.
pub async fn is_mounted(app: &TestApp, endpoint: &EndpointInfo) -> bool {
    let nothing = Uuid::nil();
    let parts: Vec<&dyn std::fmt::Display> = vec![&nothing; endpoint.path.matches('{').count()];
    let good = request(endpoint, &parts, endpoint.if_match.then_some(1), json!({}));
    let nobody = app.as_nobody();
    let answer = nobody.raw(nobody.request(good.method, &good.target)).await;
    answer.status != 405 && answer.code() != "no_such_endpoint"
}

/// A good request for an endpoint that changes something, with everything before it done.
pub async fn good_request(app: &TestApp, endpoint: &EndpointInfo) -> GoodRequest {
    let factory = app.factory();
    let make = &factory;
    match endpoint.path.split('/').nth(1).unwrap_or_default() {
        "manufacturing-orders" => order_request(make, endpoint).await,
        "work-orders" => work_order_request(make, endpoint).await,
        "boms" => bom_request(make, endpoint).await,
        "sales-orders" => sales_order_request(make, endpoint).await,
        _ => noun_request(make, endpoint).await,
    }
}

async fn noun_request(make: &Factory, endpoint: &EndpointInfo) -> GoodRequest {
    let renamed = json!({"name": "Renamed"});
    macro_rules! change {
        ($made:expr, $patch:expr) => {{
            let made = $made;
            request(endpoint, &[&made.id], Some(made.version), $patch)
        }};
    }
    match endpoint.name {
        "LogOut" => request(endpoint, &[], None, json!({})),
        "CreateSavedView" => create(endpoint, &make.saved_view_input()),
        "UpdateSavedView" => change!(make.saved_view().await, renamed),
        "DeleteSavedView" => change!(make.saved_view().await, json!({})),
        "CreateUser" => create(endpoint, &make.user_input()),
        "UpdateUser" => change!(make.user().await, renamed),
        "DeleteUser" => change!(make.user().await, json!({})),
        "UpdateSetting" => {
            let setting = make.client().get::<mrp_api::settings::GetSetting>(&Empty {}).await.ok();
            request(endpoint, &[], Some(setting.version), json!({"company_name": make.code("Company")}))
        }
        "UpdateNumberSeries" => {
            let series = make.client().get::<mrp_api::number_series::ListNumberSeries>(&Empty {}).await.ok();
            let series = series.items.into_iter().find(|series| series.kind == "bom").unwrap();
            request(endpoint, &[&series.kind], Some(series.version), json!({"prefix": "B-"}))
        }
        "CreateUnitCategory" => create(endpoint, &make.unit_category_input()),
        "UpdateUnitCategory" => change!(make.unit_category().await, json!({"name": make.code("Renamed")})),
        "DeleteUnitCategory" => change!(make.unit_category().await, json!({})),
        "CreateUnit" => create(endpoint, &make.unit_input().await),
        "UpdateUnit" => change!(make.unit().await, renamed),
        "DeleteUnit" => change!(make.unit().await, json!({})),
        "CreateWorkSchedule" => create(endpoint, &make.work_schedule_input()),
        "UpdateWorkSchedule" => change!(make.work_schedule().await, json!({"name": make.code("Renamed")})),
        "DeleteWorkSchedule" => change!(make.work_schedule().await, json!({})),
        "CreateShopClosure" => create(endpoint, &make.shop_closure_input()),
        "UpdateShopClosure" => change!(make.shop_closure().await, json!({"reason": "Renamed"})),
        "DeleteShopClosure" => change!(make.shop_closure().await, json!({})),
        "CreateWorkCenter" => create(endpoint, &make.work_center_input(None)),
        "UpdateWorkCenter" => change!(make.work_center().await, renamed),
        "DeleteWorkCenter" => change!(make.work_center().await, json!({})),
        "CreateProduct" => create(endpoint, &make.product_input(make.unit().await.id)),
        "UpdateProduct" => change!(make.product(make.unit().await.id).await, renamed),
        "DeleteProduct" => change!(make.product(make.unit().await.id).await, json!({})),
        "TakeOverRecipeCost" => change!(make.product(make.unit().await.id).await, json!({"standard_cost": "12.5"})),
        "CreateAttribute" => create(endpoint, &make.attribute_input()),
        "UpdateAttribute" => change!(make.attribute().await, renamed),
        "DeleteAttribute" => change!(make.attribute().await, json!({})),
        "MakeVariants" => request(endpoint, &[&make.template().await.id], None, json!({})),
        "CreateRouting" => create(endpoint, &make.routing_input(make.work_center().await.id)),
        "UpdateRouting" => change!(make.routing(make.work_center().await.id).await, renamed),
        "DeleteRouting" => change!(make.routing(make.work_center().await.id).await, json!({})),
        "AddProductAttachment" => {
            let product = make.product(make.unit().await.id).await;
            request(endpoint, &[&product.id], None, serde_json::to_value(make.attachment_input()).unwrap())
        }
        "PutProductAttachmentFirst" | "DeleteProductAttachment" => {
            let product = make.product(make.unit().await.id).await;
            let made = make.product_attachment(product.id).await;
            request(endpoint, &[&product.id, &made.id], Some(made.version), json!({}))
        }
        "AddOperationAttachment" => {
            let routing = make.routing(make.work_center().await.id).await;
            let body = serde_json::to_value(make.attachment_input()).unwrap();
            request(endpoint, &[&routing.id, &routing.operations[0].id], None, body)
        }
        "PutOperationAttachmentFirst" | "DeleteOperationAttachment" => {
            let routing = make.routing(make.work_center().await.id).await;
            let made = make.operation_attachment(&routing).await;
            request(endpoint, &[&routing.id, &made.id], Some(made.version), json!({}))
        }
        "CreateSupplier" => create(endpoint, &make.supplier_input()),
        "UpdateSupplier" => change!(make.supplier().await, renamed),
        "DeleteSupplier" => change!(make.supplier().await, json!({})),
        "CreateSupplierPrice" => {
            let product = make.product(make.unit().await.id).await;
            create(endpoint, &make.supplier_price_input(make.supplier().await.id, &product))
        }
        "UpdateSupplierPrice" | "DeleteSupplierPrice" => {
            let product = make.product(make.unit().await.id).await;
            let body = if endpoint.if_match && endpoint.name.starts_with('U') { json!({"rank": 2}) } else { json!({}) };
            change!(make.supplier_price(make.supplier().await.id, &product).await, body)
        }
        "DraftRequestForQuotation" => {
            let product = make.product(make.unit().await.id).await;
            request(endpoint, &[&make.purchase_request(product.id, 3).await.id], None, json!({}))
        }
        "AskSupplier" | "SendRequestForQuotation" | "RecordOffer" | "ChooseOffers" | "CancelRequestForQuotation" => {
            quotation_request(make, endpoint).await
        }
        "CreatePurchaseOrder" => {
            let (product, warehouse) = (make.product(make.unit().await.id).await, make.warehouse().await);
            create(endpoint, &make.purchase_order_input(make.supplier().await.id, warehouse.id, product.id, 5))
        }
        "UpdatePurchaseOrder" | "DeletePurchaseOrder" | "PlacePurchaseOrder" | "CancelPurchaseOrder" => {
            let (product, warehouse) = (make.product(make.unit().await.id).await, make.warehouse().await);
            let body = if endpoint.name == "UpdatePurchaseOrder" { json!({"note": "Renamed"}) } else { json!({}) };
            change!(make.purchase_order(warehouse.id, product.id, 5).await, body)
        }
        "OrderPurchaseRequest" => {
            let shop = make.workshop().await;
            let made = make.request_for(&make.confirmed_order(&shop, 3).await).await;
            request(endpoint, &[&made.id], None, json!({"supplier_id": make.supplier().await.id}))
        }
        "CreatePurchaseRequest" => {
            let product = make.product(make.unit().await.id).await;
            create(endpoint, &make.purchase_request_input(product.id, 3))
        }
        "CreateRequestForQuotation" => {
            let product = make.product(make.unit().await.id).await;
            create(endpoint, &json!({"lines": [{"product_id": product.id, "quantity": "3"}]}))
        }
        "UpdatePurchaseRequest" => {
            let product = make.product(make.unit().await.id).await;
            change!(make.purchase_request(product.id, 3).await, json!({"note": "Renamed"}))
        }
        "CancelPurchaseRequest" => {
            let product = make.product(make.unit().await.id).await;
            change!(make.purchase_request(product.id, 3).await, json!({}))
        }
        "CreateLossReason" => create(endpoint, &make.loss_reason_input()),
        "UpdateLossReason" => change!(make.loss_reason().await, renamed),
        "DeleteLossReason" => change!(make.loss_reason().await, json!({})),
        "CreateDowntime" => create(endpoint, &make.downtime_input().await),
        "UpdateDowntime" => change!(make.downtime().await, json!({"note": "Renamed"})),
        "DeleteDowntime" => change!(make.downtime().await, json!({})),
        "CreateWarehouse" => create(endpoint, &make.warehouse_input()),
        "UpdateWarehouse" => change!(make.warehouse().await, renamed),
        "DeleteWarehouse" => change!(make.warehouse().await, json!({})),
        "CreateLot" => {
            let product = make.tracked(make.unit().await.id, Tracking::Lot).await;
            create(endpoint, &make.lot_input(product.id))
        }
        "UpdateLot" => change!(make.lot().await, json!({"note": "Renamed"})),
        "DeleteLot" => change!(make.lot().await, json!({})),
        "CreateReceipt" => {
            let product = make.product(make.unit().await.id).await;
            create(endpoint, &make.receipt_input(make.warehouse().await.id, &[(product.id, 5)]))
        }
        "CreateCount" => create(endpoint, &json!({"warehouse_id": make.warehouse().await.id})),
        "EnterCount" | "PasteCount" | "PostCount" | "DeleteCount" => {
            let (product, warehouse) = (make.product(make.unit().await.id).await, make.warehouse().await.id);
            make.receipt(warehouse, &[(product.id, 5)]).await;
            let count = make.count(warehouse).await;
            let found = json!({"lines": [{"product_id": product.id, "qty_counted": "4"}]});
            match endpoint.name {
                "EnterCount" => request(endpoint, &[&count.id], Some(count.version), found),
                "PasteCount" => {
                    let text = format!("{}\t4\n", product.code);
                    request(endpoint, &[&count.id], Some(count.version), json!({"text": text}))
                }
                "DeleteCount" => request(endpoint, &[&count.id], Some(count.version), json!({})),
                _ => {
                    let entered = make.counted(&count, product.id, 4).await;
                    request(endpoint, &[&count.id], Some(entered.version), json!({}))
                }
            }
        }
        "CreateTransfer" | "CreateDelivery" => {
            let (product, from) = (make.product(make.unit().await.id).await, make.warehouse().await.id);
            make.receipt(from, &[(product.id, 5)]).await;
            let lines = json!([make.goods_line(product.id, 2)]);
            match endpoint.name {
                "CreateTransfer" => {
                    let to = make.warehouse().await.id;
                    create(endpoint, &json!({"from_warehouse_id": from, "to_warehouse_id": to, "lines": lines}))
                }
                _ => {
                    let sold = make.confirmed_sale_of(product.id, 2).await;
                    let line = json!({
                        "product_id": product.id, "quantity": "2", "sales_order_line_id": sold.lines[0].id
                    });
                    create(endpoint, &json!({"warehouse_id": from, "customer": "Somebody", "lines": [line]}))
                }
            }
        }
        "ImportDataFile" => {
            let text = format!("code,name,unit\n{},Leg,{}\n", make.code("P"), make.unit().await.code);
            let content = base64::engine::general_purpose::STANDARD.encode(text);
            request(endpoint, &[&"products"], None, json!({"content_base64": content}))
        }
        "ScrapStock" | "CountStock" => {
            let (product, warehouse) = (make.product(make.unit().await.id).await, make.warehouse().await);
            make.receipt(warehouse.id, &[(product.id, 5)]).await;
            match endpoint.name {
                "ScrapStock" => create(endpoint, &make.scrap_input(warehouse.id, product.id, 2)),
                _ => create(endpoint, &make.count_input(warehouse.id, product.id, 4)),
            }
        }
        other => panic!("write a good request for {other} in mrp-test-support/src/request.rs"),
    }
}

/// A question to two suppliers, about what an order lacks.
async fn quotation_request(make: &Factory, endpoint: &EndpointInfo) -> GoodRequest {
    let shop = make.workshop().await;
    let asked = make.request_for(&make.confirmed_order(&shop, 3).await).await;
    let made = make.quotation(&asked).await;
    let offer = make.offer_input(&made, 0, 4);
    let chosen = json!({"choices": [{"line_id": offer.line_id, "supplier_id": offer.supplier_id}]});
    let (body, version) = match endpoint.name {
        "AskSupplier" => (json!({"supplier_id": make.supplier().await.id}), made.version),
        "RecordOffer" => (serde_json::to_value(&offer).unwrap(), made.version),
        "ChooseOffers" => {
            let path = mrp_api::endpoint::IdPath { id: made.id };
            let answered = make.client().call_at::<RecordOffer>(&path, made.version, &offer).await.ok();
            (chosen, answered.version)
        }
        _ => (json!({}), made.version),
    };
    request(endpoint, &[&made.id], Some(version), body)
}

async fn bom_request(make: &Factory, endpoint: &EndpointInfo) -> GoodRequest {
    let unit = make.unit().await.id;
    if matches!(endpoint.name, "CheckBomImport" | "ImportBom") {
        let (table, leg) = (make.product(unit).await.code, make.product(unit).await.code);
        let text = format!("component,quantity\n{leg},4\n");
        return request(endpoint, &[], None, json!({"product_code": table, "text": text}));
    }
    if endpoint.name == "ReplaceComponent" {
        return replacement_request(make, endpoint).await;
    }
    let (table, leg) = (make.product(unit).await.id, make.product(unit).await.id);
    let routing = make.routing(make.work_center().await.id).await.id;
    if endpoint.name == "CreateBom" {
        return create(endpoint, &make.bom_input(table, &[(leg, 4)], routing));
    }
    let bom = match endpoint.name {
        "ArchiveBom" | "ReviseBom" => make.workshop().await.bom,
        "MergeBomLines" => make.bom(table, &[(leg, 4), (leg, 2)], routing).await,
        _ => make.bom(table, &[(leg, 4)], routing).await,
    };
    let body = match endpoint.name {
        "UpdateBom" => json!({"quantity_per_run": "2"}),
        "CheckBomPaste" => {
            let body = json!({"text": "component\tquantity\nleg\t4\n", "decimal_mark": "point"});
            return request(endpoint, &[&bom.id], None, body);
        }
        "DeleteBom" | "ValidateBom" | "ArchiveBom" | "ReviseBom" | "MergeBomLines" => json!({}),
        other => panic!("write a good request for {other} in mrp-test-support/src/request.rs"),
    };
    request(endpoint, &[&bom.id], Some(bom.version), body)
}

/// A draft that needs one of two products of the same unit.
async fn replacement_request(make: &Factory, endpoint: &EndpointInfo) -> GoodRequest {
    let unit = make.unit().await.id;
    let (table, leg, other) = (make.product(unit).await.id, make.product(unit).await.id, make.product(unit).await.id);
    let bom = make.bom(table, &[(leg, 4)], make.routing(make.work_center().await.id).await.id).await;
    let boms = json!([{"id": bom.id, "version": bom.version}]);
    let body = json!({"from_id": leg, "to_id": other, "factor": null, "reason": "because", "boms": boms});
    request(endpoint, &[], None, body)
}

async fn order_request(make: &Factory, endpoint: &EndpointInfo) -> GoodRequest {
    let shop = make.workshop().await;
    let order = match endpoint.name {
        "CreateManufacturingOrder" => return create(endpoint, &make.order_input(&shop, 3)),
        "UpdateManufacturingOrder"
        | "DeleteManufacturingOrder"
        | "ConfirmManufacturingOrder"
        | "BulkConfirmManufacturingOrders"
        | "DuplicateManufacturingOrder" => make.draft_order(&shop, 3).await,
        "ReserveManufacturingOrder" => {
            make.stock_for(&shop, 3).await;
            let order = make.confirmed_order(&shop, 3).await;
            make.order_command::<UnreserveManufacturingOrder>(&order, &Empty {}).await
        }
        "FinishManufacturingOrder" => finishable_order(make, &shop).await,
        "UnplanManufacturingOrder" | "ConsumeOrderComponent" => make.planned_order(&shop, 3).await,
        "ReassignReservation" => return reassign_request(make, &shop, endpoint).await,
        "RequestOrderMaterial" | "BulkRequestOrderMaterial" | "MakeOrderComponent" => {
            make.confirmed_order(&shop, 3).await
        }
        _ => {
            make.stock_for(&shop, 3).await;
            make.confirmed_order(&shop, 3).await
        }
    };
    let line = order.components.first().map(|line| line.id);
    let reason = json!({"reason": "because"});
    let body = match endpoint.name {
        "BulkConfirmManufacturingOrders" => {
            let body = json!({"orders": [{"id": order.id, "version": order.version}]});
            return request(endpoint, &[], None, body);
        }
        "RequestOrderMaterial" => return request(endpoint, &[&order.id], None, json!({})),
        "BulkRequestOrderMaterial" => return request(endpoint, &[], None, json!({"order_ids": [order.id]})),
        "DuplicateManufacturingOrder" => return request(endpoint, &[&order.id], None, json!({})),
        "UpdateManufacturingOrder" => json!({"notes": "Renamed"}),
        "PlanManufacturingOrder" => serde_json::to_value(PlanInput { with_shortage: false }).unwrap(),
        "CancelManufacturingOrder" => reason,
        "ApplyBomUpdate" => {
            make.newer_recipe(&shop, &[(shop.board.id, 2)]).await;
            reason
        }
        "FinishManufacturingOrder" => json!({"choice": "complete"}),
        "ChangeManufacturingOrderQuantity" => json!({"quantity": "4", "reason": "because"}),
        "AddOrderComponent" => {
            let screw = make.product(shop.unit.id).await;
            json!({"product_id": screw.id, "qty_needed": "2", "operation_sequence": null, "reason": "because"})
        }
        "ChangeOrderComponent" => json!({"product_id": null, "qty_needed": "7", "reason": "because"}),
        "ConsumeOrderComponent" | "MakeOrderComponent" => json!({"quantity": "1"}),
        "DeleteManufacturingOrder"
        | "ConfirmManufacturingOrder"
        | "ReserveManufacturingOrder"
        | "UnreserveManufacturingOrder"
        | "UnplanManufacturingOrder" => json!({}),
        other => panic!("write a good request for {other} in mrp-test-support/src/request.rs"),
    };
    match line {
        Some(line) if endpoint.path.contains("{line_id}") => {
            request(endpoint, &[&order.id, &line], Some(order.version), body)
        }
        _ => request(endpoint, &[&order.id], Some(order.version), body),
    }
}

/// An order that takes from another one what that holds.
async fn reassign_request(make: &Factory, shop: &Workshop, endpoint: &EndpointInfo) -> GoodRequest {
    make.stock_for(shop, 3).await;
    make.confirmed_order(shop, 3).await;
    let order = make.confirmed_order(shop, 2).await;
    let path = ComponentPath { id: order.id, line_id: order.components[0].id };
    let seen = make.client().call::<PreviewReassignment>(&path, &Default::default(), &Empty {}).await.ok();
    let givers = seen.givers.iter().filter(|giver| !giver.quantity.is_zero());
    let from = givers.map(|giver| json!({"line_id": giver.line_id, "quantity": giver.quantity.to_string()}));
    let body = json!({"from": from.collect::<Vec<_>>(), "basis": seen.basis});
    request(endpoint, &[&order.id, &path.line_id], Some(order.version), body)
}

/// An order whose work is all reported.
async fn finishable_order(make: &Factory, shop: &Workshop) -> mrp_api::manufacturing_orders::ManufacturingOrderView {
    let order = make.planned_order(shop, 3).await;
    let started = started_work_order(make, &order).await;
    let report = FinishWorkOrderInput { report: None };
    make.work_order_command::<FinishWorkOrder>(&started, &report).await;
    make.reread(&order).await
}

async fn started_work_order(
    make: &Factory,
    order: &mrp_api::manufacturing_orders::ManufacturingOrderView,
) -> WorkOrderView {
    let ready = make.first_work_order(order).await;
    make.work_order_command::<StartWorkOrder>(&ready, &Empty {}).await
}

async fn sales_order_request(make: &Factory, endpoint: &EndpointInfo) -> GoodRequest {
    let shop = make.workshop().await;
    let order = match endpoint.name {
        "CreateSalesOrder" => return create(endpoint, &make.sales_order_input(&shop, 3)),
        "UpdateSalesOrder" | "DeleteSalesOrder" | "ConfirmSalesOrder" => make.sales_order(&shop, 3).await,
        _ => make.confirmed_sales_order(&shop, 3).await,
    };
    match endpoint.name {
        "ReleaseSalesOrderLine" => {
            let made = make.made_for_customer(&shop, 3).await;
            request(endpoint, &[&made.id, &made.lines[0].id], Some(made.version), json!({}))
        }
        "MakeSalesOrderLine" => request(endpoint, &[&order.id, &order.lines[0].id], Some(order.version), json!({})),
        "UpdateSalesOrder" => request(endpoint, &[&order.id], Some(order.version), json!({"note": "Renamed"})),
        "CancelSalesOrder" => request(endpoint, &[&order.id], Some(order.version), json!({"reason": "because"})),
        "DeleteSalesOrder" | "ConfirmSalesOrder" => request(endpoint, &[&order.id], Some(order.version), json!({})),
        other => panic!("write a good request for {other} in mrp-test-support/src/request.rs"),
    }
}

async fn work_order_request(make: &Factory, endpoint: &EndpointInfo) -> GoodRequest {
    let shop = make.workshop().await;
    let order = make.planned_order(&shop, 3).await;
    let reason = ReasonInput { reason: "because".to_owned() };
    let work_order = match endpoint.name {
        "AssignWorkOrder" | "StartWorkOrder" => make.first_work_order(&order).await,
        "PauseWorkOrder" | "ReportWorkOrder" | "FinishWorkOrder" => started_work_order(make, &order).await,
        "ResumeWorkOrder" => {
            let started = started_work_order(make, &order).await;
            make.work_order_command::<PauseWorkOrder>(&started, &reason).await
        }
        "ReopenWorkOrder" => {
            let started = started_work_order(make, &order).await;
            make.work_order_command::<FinishWorkOrder>(&started, &FinishWorkOrderInput { report: None }).await
        }
        other => panic!("write a good request for {other} in mrp-test-support/src/request.rs"),
    };
    let body = match endpoint.name {
        "AssignWorkOrder" => json!({"operator_ids": [TestApp::user_id(mrp_api::access::Role::Operator)]}),
        "PauseWorkOrder" | "ReopenWorkOrder" => serde_json::to_value(&reason).unwrap(),
        "ReportWorkOrder" => json!({"good": "1"}),
        _ => json!({}),
    };
    request(endpoint, &[&work_order.row.id], Some(work_order.version), body)
}
