//! Work on the shop floor: clocks, reports, consumption, readiness, and changes to an order that is under way.

use mrp_api::access::Role;
use mrp_api::endpoint::{Empty, IdPath};
use mrp_api::error as codes;
use mrp_api::loss_reasons::{CreateLossReason, DeleteLossReason, LossReasonInput};
use mrp_api::manufacturing_orders::{
    AddComponentInput, AddOrderComponent, ChangeComponentInput, ChangeLogEntry, ChangeManufacturingOrderQuantity,
    ChangeOrderComponent, ChangeQuantityInput, ComponentPath, ConsumeInput, ConsumeOrderComponent, FinishInput,
    FinishManufacturingOrder, GetChangeLog, ManufacturingOrderView, ReasonInput,
};
use mrp_api::work_orders::{
    AssignInput, AssignWorkOrder, ConsumptionInput, FinishWorkOrder, FinishWorkOrderInput, ListWorkOrders,
    PauseWorkOrder, ReopenWorkOrder, ReportInput, ReportWorkOrder, ResumeWorkOrder, StartWorkOrder, WorkOrderQuery,
};
use mrp_domain::bom::ConsumptionMode;
use mrp_domain::example;
use mrp_domain::ids::{ProductId, UserId};
use mrp_domain::loss_reason::LossKind;
use mrp_domain::manufacturing_order::ManufacturingOrderState as State;
use mrp_domain::manufacturing_order::transitions::FinishChoice;
use mrp_domain::work_order::WorkOrderState;
use mrp_store::sql::sql;
use mrp_test_support::app::TestApp;
use mrp_test_support::client::Answer;
use mrp_test_support::factory::good;
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::shop::{Shop, component, d, line, operation};

const ALL_GOOD: FinishWorkOrderInput = FinishWorkOrderInput { report: None };

fn scrap(quantity: &str, reason: &str) -> ReportInput {
    ReportInput {
        good: Decimal::ZERO,
        scrap: d(quantity),
        scrap_reason_id: None,
        scrap_reason: reason.to_owned(),
        consumption: None,
    }
}

fn because(reason: &str) -> ReasonInput {
    ReasonInput { reason: reason.to_owned() }
}

/// A shelf of one board, cut and checked.
async fn shelf(shop: &Shop, mode: ConsumptionMode) -> ProductId {
    let steps = vec![
        operation(10, shop.center(example::CUTTING), 60),
        operation(20, shop.center(example::QUALITY_CONTROL), 60),
    ];
    shop.recipe("SHELF", mode, steps, vec![component(shop.product(example::OAK_BOARD), "2", Some(10))]).await
}

/// Ten shelves planned, with their twenty boards in stock and ten more.
async fn ten_shelves(shop: &Shop, mode: ConsumptionMode) -> ManufacturingOrderView {
    let product = shelf(shop, mode).await;
    shop.receive(&[(example::OAK_BOARD, "30")]).await;
    shop.planned(product, "10").await
}

async fn change(
    shop: &Shop,
    order: &ManufacturingOrderView,
    product: ProductId,
    input: ChangeComponentInput,
) -> Answer<ManufacturingOrderView> {
    let path = ComponentPath { id: order.id, line_id: line(order, product).id };
    shop.admin.call_at::<ChangeOrderComponent>(&path, order.version, &input).await
}

async fn log(shop: &Shop, order: &ManufacturingOrderView) -> Vec<ChangeLogEntry> {
    shop.admin.get::<GetChangeLog>(&IdPath { id: order.id }).await.ok().entries
}

#[tokio::test]
async fn automatic_consumption_follows_the_reports() {
    let shop = Shop::open().await;
    let order = ten_shelves(&shop, ConsumptionMode::Automatic).await;
    let board = shop.product(example::OAK_BOARD);
    let work = shop.work(&order, 10).await;
    assert!(work.proposals.is_empty());
    let _ = shop.on::<StartWorkOrder>(&shop.admin, &work, &Empty {}).await.ok();
    let _ = shop.on::<ReportWorkOrder>(&shop.admin, &work, &good("3")).await.ok();
    let seen = shop.read(&order).await;
    assert_eq!((line(&seen, board).qty_done, line(&seen, board).qty_reserved), (d("6"), d("14")));
    let _ = shop.on::<FinishWorkOrder>(&shop.admin, &work, &ALL_GOOD).await.ok();
    assert_eq!(line(&shop.read(&order).await, board).qty_done, d("20"));
    shop.close().await;
}

#[tokio::test]
async fn semi_automatic_consumption_proposes_and_takes_what_the_operator_says() {
    let shop = Shop::open().await;
    let order = ten_shelves(&shop, ConsumptionMode::SemiAutomatic).await;
    let board = shop.product(example::OAK_BOARD);
    let work = shop.work(&order, 10).await;
    assert_eq!(work.proposals.iter().map(|line| line.quantity).collect::<Vec<_>>(), [d("20")]);
    let _ = shop.on::<StartWorkOrder>(&shop.admin, &work, &Empty {}).await.ok();
    let said = ConsumptionInput { line_id: work.proposals[0].line_id, quantity: d("9"), lot_numbers: None };
    let edited = ReportInput { consumption: Some(vec![said]), ..good("4") };
    let _ = shop.on::<ReportWorkOrder>(&shop.admin, &work, &edited).await.ok();
    assert_eq!(line(&shop.read(&order).await, board).qty_done, d("9"));
    let too_much = ConsumptionInput { line_id: work.proposals[0].line_id, quantity: d("900"), lot_numbers: None };
    let report = ReportInput { consumption: Some(vec![too_much]), ..good("1") };
    shop.on::<ReportWorkOrder>(&shop.admin, &work, &report).await.refused_with(&codes::STOCK_SHORT);
    let negative = ConsumptionInput { line_id: work.proposals[0].line_id, quantity: d("-1"), lot_numbers: None };
    let report = ReportInput { consumption: Some(vec![negative]), ..good("1") };
    shop.on::<ReportWorkOrder>(&shop.admin, &work, &report).await.refused_with(&codes::VALIDATION_FAILED);
    let _ = shop.on::<FinishWorkOrder>(&shop.admin, &work, &ALL_GOOD).await.ok();
    shop.carry_out(&order, 20, 10).await;
    let _ = shop.finish(&order, FinishChoice::Complete).await.ok();
    shop.close().await;
}

#[tokio::test]
async fn what_another_order_holds_cannot_be_consumed() {
    let shop = Shop::open().await;
    let product = shelf(&shop, ConsumptionMode::SemiAutomatic).await;
    shop.receive(&[(example::OAK_BOARD, "30")]).await;
    let order = shop.planned(product, "10").await;
    let other = shop.confirmed(product, "5").await;
    let work = shop.work(&order, 10).await;
    let _ = shop.on::<StartWorkOrder>(&shop.admin, &work, &Empty {}).await.ok();
    let said = ConsumptionInput { line_id: work.proposals[0].line_id, quantity: d("25"), lot_numbers: None };
    let report = ReportInput { consumption: Some(vec![said]), ..good("10") };
    shop.on::<ReportWorkOrder>(&shop.admin, &work, &report).await.refused_with(&codes::STOCK_SHORT);
    let board = shop.product(example::OAK_BOARD);
    assert_eq!(line(&shop.read(&other).await, board).qty_reserved, d("10"));
    assert_eq!(line(&shop.read(&order).await, board).qty_done, d("0"));
    shop.close().await;
}

#[tokio::test]
async fn manual_consumption_is_recorded_by_hand_and_missed_when_it_is_not() {
    let shop = Shop::open().await;
    let order = ten_shelves(&shop, ConsumptionMode::Manual).await;
    let board = shop.product(example::OAK_BOARD);
    shop.carry_out(&order, 10, 10).await;
    shop.carry_out(&order, 20, 10).await;
    let seen = shop.read(&order).await;
    assert_eq!(line(&seen, board).qty_done, d("0"));
    shop.finish(&order, FinishChoice::Complete).await.refused_with(&codes::CONSUMPTION_UNRECORDED);
    let path = ComponentPath { id: order.id, line_id: line(&seen, board).id };
    let consume = |quantity: &str| ConsumeInput { quantity: d(quantity), lot_numbers: None };
    let call = |version, quantity| {
        let (client, path, body) = (shop.operator(), path, consume(quantity));
        async move { client.call_at::<ConsumeOrderComponent>(&path, version, &body).await }
    };
    call(seen.version, "0").await.refused_with(&codes::VALIDATION_FAILED);
    call(seen.version, "500").await.refused_with(&codes::STOCK_SHORT);
    let seen = call(seen.version, "21").await.ok();
    assert_eq!((line(&seen, board).qty_done, line(&seen, board).qty_reserved), (d("21"), d("0")));
    let _ = shop.finish(&order, FinishChoice::Complete).await.ok();
    assert_eq!(shop.stock(board).await.qty_on_hand, d("9"));
    call(shop.read(&order).await.version, "1").await.refused_with(&codes::STATE_FORBIDS);
    shop.close().await;
}

#[tokio::test]
async fn scrap_needs_a_reason_and_shortens_what_can_be_made() {
    let shop = Shop::open().await;
    let order = ten_shelves(&shop, ConsumptionMode::Automatic).await;
    let work = shop.work(&order, 10).await;
    let _ = shop.on::<StartWorkOrder>(&shop.admin, &work, &Empty {}).await.ok();
    shop.on::<ReportWorkOrder>(&shop.admin, &work, &scrap("2", " ")).await.refused_with(&codes::REASON_REQUIRED);
    let seen = shop.on::<ReportWorkOrder>(&shop.operator(), &work, &scrap("2", "Knots")).await.ok();
    assert_eq!((seen.row.qty_scrapped, seen.reports[0].scrap_reason.as_str()), (d("2"), "Knots"));
    assert_eq!(seen.reports[0].by, "The operator");
    let (code, name) = ("SPLIT".to_owned(), "Split wood".to_owned());
    let split = LossReasonInput { code, name, kind: LossKind::Scrap, downtime_class: None, active: true };
    let split = shop.admin.post::<CreateLossReason>(&split).await.ok();
    let chosen = ReportInput { scrap_reason_id: Some(split.id), ..scrap("1", "") };
    let seen = shop.on::<ReportWorkOrder>(&shop.operator(), &work, &chosen).await.ok();
    assert_eq!(seen.reports[0].scrap_reason_name.as_deref(), Some("Split wood"));
    let path = IdPath { id: split.id };
    shop.admin.call_at::<DeleteLossReason>(&path, split.version, &Empty {}).await.refused_with(&codes::IN_USE);
    shop.on::<ReportWorkOrder>(&shop.admin, &work, &good("0")).await.refused_with(&codes::REPORT_EMPTY);
    shop.on::<ReportWorkOrder>(&shop.admin, &work, &good("-1")).await.refused_with(&codes::VALIDATION_FAILED);
    shop.on::<ReportWorkOrder>(&shop.admin, &work, &good("9")).await.refused_with(&codes::MORE_THAN_READY);
    let seen = shop.on::<FinishWorkOrder>(&shop.admin, &work, &ALL_GOOD).await.ok();
    assert_eq!((seen.row.qty_done, seen.row.state), (d("7"), WorkOrderState::Finished));
    assert_eq!(shop.work(&order, 20).await.row.qty_ready, d("7"));
    shop.close().await;
}

#[tokio::test]
async fn the_next_operation_starts_early_where_pieces_are_handed_over_in_portions() {
    let shop = Shop::open().await;
    let mut cutting = operation(10, shop.center(example::CUTTING), 60);
    cutting.overlap_quantity = Some(d("4"));
    let steps = vec![cutting, operation(20, shop.center(example::QUALITY_CONTROL), 60)];
    let lines = vec![component(shop.product(example::OAK_BOARD), "1", Some(10))];
    let product = shop.recipe("SHELF", ConsumptionMode::Automatic, steps, lines).await;
    shop.receive(&[(example::OAK_BOARD, "10")]).await;
    let order = shop.planned(product, "10").await;
    let ready = async || {
        let row = shop.work(&order, 20).await.row;
        (row.state, row.qty_ready)
    };
    let work = shop.work(&order, 10).await;
    let _ = shop.on::<StartWorkOrder>(&shop.admin, &work, &Empty {}).await.ok();
    let _ = shop.on::<ReportWorkOrder>(&shop.admin, &work, &good("3")).await.ok();
    assert_eq!(ready().await, (WorkOrderState::Waiting, d("0")));
    let _ = shop.on::<ReportWorkOrder>(&shop.admin, &work, &good("2")).await.ok();
    assert_eq!(ready().await, (WorkOrderState::Ready, d("4")));
    let next = shop.work(&order, 20).await;
    let _ = shop.on::<StartWorkOrder>(&shop.operator(), &next, &Empty {}).await.ok();
    shop.on::<ReportWorkOrder>(&shop.operator(), &next, &good("5")).await.refused_with(&codes::MORE_THAN_READY);
    let _ = shop.on::<ReportWorkOrder>(&shop.operator(), &next, &good("4")).await.ok();
    assert_eq!(ready().await, (WorkOrderState::InProgress, d("0")));
    let _ = shop.on::<FinishWorkOrder>(&shop.admin, &work, &ALL_GOOD).await.ok();
    assert_eq!(ready().await, (WorkOrderState::InProgress, d("6")));
    let _ = shop.on::<FinishWorkOrder>(&shop.operator(), &next, &ALL_GOOD).await.ok();
    let done = shop.finish(&order, FinishChoice::Complete).await.ok();
    assert_eq!(done.qty_done, d("10"));
    shop.close().await;
}

#[tokio::test]
async fn a_paused_clock_does_not_count_and_does_not_restart_from_nothing() {
    let shop = Shop::open().await;
    let order = ten_shelves(&shop, ConsumptionMode::Automatic).await;
    let work = shop.work(&order, 10).await;
    shop.on::<PauseWorkOrder>(&shop.admin, &work, &because("x")).await.refused_with(&codes::STATE_FORBIDS);
    shop.on::<ResumeWorkOrder>(&shop.admin, &work, &Empty {}).await.refused_with(&codes::STATE_FORBIDS);
    let _ = shop.on::<StartWorkOrder>(&shop.admin, &work, &Empty {}).await.ok();
    shop.pass_minutes(30);
    shop.on::<PauseWorkOrder>(&shop.admin, &work, &because("")).await.refused_with(&codes::REASON_REQUIRED);
    let seen = shop.on::<PauseWorkOrder>(&shop.admin, &work, &because("Lunch")).await.ok();
    assert_eq!((seen.row.state, seen.row.actual_seconds), (WorkOrderState::Paused, 1_800));
    assert_eq!(seen.time_logs[0].stop_reason, "Lunch");
    shop.pass_minutes(60);
    assert_eq!(shop.work(&order, 10).await.row.actual_seconds, 1_800);
    let _ = shop.on::<ResumeWorkOrder>(&shop.admin, &work, &Empty {}).await.ok();
    shop.on::<ResumeWorkOrder>(&shop.admin, &work, &Empty {}).await.refused_with(&codes::ALREADY_WORKING);
    shop.pass_minutes(15);
    let seen = shop.on::<FinishWorkOrder>(&shop.admin, &work, &ALL_GOOD).await.ok();
    assert_eq!((seen.row.actual_seconds, seen.time_logs.len()), (2_700, 2));
    shop.close().await;
}

#[tokio::test]
async fn two_people_at_once_are_one_machine_hour_and_two_hours_of_labour() {
    let shop = Shop::open().await;
    let order = ten_shelves(&shop, ConsumptionMode::Automatic).await;
    let work = shop.work(&order, 10).await;
    let (one, two) = (shop.app.as_role(Role::Planner), shop.app.as_role(Role::ProductionManager));
    let _ = shop.on::<StartWorkOrder>(&one, &work, &Empty {}).await.ok();
    let _ = shop.on::<ResumeWorkOrder>(&two, &work, &Empty {}).await.ok();
    shop.pass_minutes(60);
    let left = shop.on::<PauseWorkOrder>(&one, &work, &because("Home")).await.ok();
    assert_eq!((left.row.state, left.working.len()), (WorkOrderState::InProgress, 1), "the other one works on");
    assert_eq!(left.row.actual_seconds, 3_600);
    let sheet = shop.cost_sheet(&order).await;
    assert_eq!((sheet.groups[1].actual, sheet.groups[2].actual), (d("60"), d("50")));
    shop.close().await;
}

#[tokio::test]
async fn a_work_center_takes_no_more_work_than_it_has_places() {
    let shop = Shop::open().await;
    let product = shelf(&shop, ConsumptionMode::Automatic).await;
    shop.receive(&[(example::OAK_BOARD, "40")]).await;
    let (first, second) = (shop.planned(product, "10").await, shop.planned(product, "10").await);
    let (one, two) = (shop.work(&first, 10).await, shop.work(&second, 10).await);
    let _ = shop.on::<StartWorkOrder>(&shop.admin, &one, &Empty {}).await.ok();
    shop.on::<StartWorkOrder>(&shop.admin, &two, &Empty {}).await.refused_with(&codes::WORK_CENTER_FULL);
    let _ = shop.on::<PauseWorkOrder>(&shop.admin, &one, &because("Urgent order")).await.ok();
    let _ = shop.on::<StartWorkOrder>(&shop.admin, &two, &Empty {}).await.ok();
    shop.on::<ResumeWorkOrder>(&shop.admin, &one, &Empty {}).await.refused_with(&codes::WORK_CENTER_FULL);
    shop.close().await;
}

#[tokio::test]
async fn finishing_without_having_made_everything_must_be_said() {
    let shop = Shop::open().await;
    let order = ten_shelves(&shop, ConsumptionMode::Automatic).await;
    let work = shop.work(&order, 10).await;
    shop.on::<FinishWorkOrder>(&shop.admin, &work, &ALL_GOOD).await.refused_with(&codes::STATE_FORBIDS);
    let _ = shop.on::<StartWorkOrder>(&shop.admin, &work, &Empty {}).await.ok();
    let nothing = FinishWorkOrderInput { report: Some(good("0")) };
    shop.on::<FinishWorkOrder>(&shop.admin, &work, &nothing).await.refused_with(&codes::NOTHING_REPORTED);
    let short = FinishWorkOrderInput { report: Some(good("7")) };
    let seen = shop.on::<FinishWorkOrder>(&shop.admin, &work, &short).await.ok();
    assert_eq!((seen.row.state, seen.row.qty_done), (WorkOrderState::Finished, d("7")));
    assert_eq!(shop.work(&order, 20).await.row.qty_ready, d("7"));
    shop.close().await;
}

#[tokio::test]
async fn a_finished_operation_can_be_opened_again_for_what_was_forgotten() {
    let shop = Shop::open().await;
    let order = ten_shelves(&shop, ConsumptionMode::Automatic).await;
    let work = shop.work(&order, 10).await;
    shop.on::<ReopenWorkOrder>(&shop.admin, &work, &because("x")).await.refused_with(&codes::STATE_FORBIDS);
    let _ = shop.on::<StartWorkOrder>(&shop.admin, &work, &Empty {}).await.ok();
    let short = FinishWorkOrderInput { report: Some(good("7")) };
    let _ = shop.on::<FinishWorkOrder>(&shop.admin, &work, &short).await.ok();
    let seen = shop.on::<ReopenWorkOrder>(&shop.admin, &work, &because("Three were on the shelf")).await.ok();
    assert_eq!(seen.row.state, WorkOrderState::Paused);
    let next = shop.work(&order, 20).await;
    assert_eq!(next.row.qty_ready, d("0"), "what is open again has not been handed over");
    let _ = shop.on::<ReportWorkOrder>(&shop.admin, &work, &good("3")).await.ok();
    let _ = shop.on::<FinishWorkOrder>(&shop.admin, &work, &ALL_GOOD).await.ok();
    assert_eq!(shop.work(&order, 20).await.row.qty_ready, d("10"));
    shop.carry_out(&order, 20, 10).await;
    let _ = shop.finish(&order, FinishChoice::Complete).await.ok();
    shop.on::<ReopenWorkOrder>(&shop.admin, &work, &because("x")).await.refused_with(&codes::ORDER_NOT_RELEASED);
    shop.close().await;
}

#[tokio::test]
async fn an_operators_list_shows_what_is_assigned_to_him() {
    let shop = Shop::open().await;
    let order = ten_shelves(&shop, ConsumptionMode::Automatic).await;
    let work = shop.work(&order, 20).await;
    let him = TestApp::user_id(Role::Operator);
    let assign = AssignInput { operator_ids: vec![him] };
    let seen = shop.on::<AssignWorkOrder>(&shop.admin, &work, &assign).await.ok();
    assert_eq!((seen.operators.len(), seen.row.operators.as_str()), (1, "The operator"));
    let query = WorkOrderQuery { operator_id: Some(him), ..WorkOrderQuery::default() };
    let page = shop.operator().list::<ListWorkOrders>(&query).await.ok();
    assert_eq!(page.items.iter().map(|row| row.id).collect::<Vec<_>>(), [work.row.id]);
    let nobody = AssignInput { operator_ids: vec![UserId::from_uuid(Uuid::now_v7())] };
    shop.on::<AssignWorkOrder>(&shop.admin, &work, &nobody).await.refused_with(&codes::VALIDATION_FAILED);
    shop.on::<AssignWorkOrder>(&shop.operator(), &work, &assign).await.refused_with(&codes::PERMISSION_DENIED);
    shop.close().await;
}

#[tokio::test]
async fn two_people_start_the_same_work_and_exactly_one_wins() {
    let shop = Shop::open().await;
    let order = ten_shelves(&shop, ConsumptionMode::Automatic).await;
    let work = shop.work(&order, 10).await;
    let path = IdPath { id: work.row.id };
    let start = |role: Role| {
        let client = shop.app.as_role(role);
        async move { client.call_at::<StartWorkOrder>(&path, work.version, &Empty {}).await }
    };
    let (one, two) = tokio::join!(start(Role::Planner), start(Role::Operator));
    let mut statuses = [one.raw.status, two.raw.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 412]);
    assert_eq!(shop.work(&order, 10).await.time_logs.len(), 1);
    shop.close().await;
}

#[tokio::test]
async fn done_clicked_twenty_times_at_once_is_done_once() {
    let shop = Shop::open().await;
    let order = ten_shelves(&shop, ConsumptionMode::Automatic).await;
    shop.carry_out(&order, 10, 10).await;
    shop.carry_out(&order, 20, 10).await;
    let order = shop.read(&order).await;
    let click = || {
        let (client, path, version) = (shop.app.admin(), IdPath { id: order.id }, order.version);
        let body = FinishInput { choice: FinishChoice::Complete, accept_unrecorded: false, lot_numbers: None };
        async move { client.call_at::<FinishManufacturingOrder>(&path, version, &body).await.raw.status }
    };
    let statuses = futures_util::future::join_all((0..20).map(|_| click())).await;
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
    assert_eq!(statuses.iter().filter(|status| **status == 412).count(), 19, "{statuses:?}");
    assert_eq!(shop.stock(order.product_id).await.qty_on_hand, d("10"));
    assert_eq!(shop.stock(shop.product(example::OAK_BOARD)).await.qty_on_hand, d("10"));
    shop.close().await;
}

#[tokio::test]
async fn another_quantity_rescales_what_is_open_and_leaves_finished_work_finished() {
    let shop = Shop::open().await;
    let order = ten_shelves(&shop, ConsumptionMode::Automatic).await;
    let board = shop.product(example::OAK_BOARD);
    shop.carry_out(&order, 10, 10).await;
    let to = |quantity: &str, reason: &str| ChangeQuantityInput { quantity: d(quantity), reason: reason.to_owned() };
    let seen = shop.read(&order).await;
    let refused = |input| {
        let seen = &seen;
        let shop = &shop;
        async move { shop.act::<ChangeManufacturingOrderQuantity>(seen, &input).await }
    };
    refused(to("12", "")).await.refused_with(&codes::REASON_REQUIRED);
    refused(to("0", "x")).await.refused_with(&codes::VALIDATION_FAILED);
    refused(to("7.5", "x")).await.refused_with(&codes::VALIDATION_FAILED);
    let seen = shop.act::<ChangeManufacturingOrderQuantity>(&seen, &to("12", "Two more")).await.ok();
    assert_eq!((seen.quantity, line(&seen, board).qty_needed), (d("12"), d("24")));
    assert_eq!(seen.operations[0].state, Some(WorkOrderState::Finished));
    let next = shop.work(&order, 20).await;
    assert_eq!((next.row.quantity, next.row.qty_ready), (d("12"), d("10")));
    let entries = log(&shop, &order).await;
    assert!(!entries.is_empty() && entries.iter().all(|entry| entry.reason == "Two more"), "{entries:?}");
    assert!(entries.iter().any(|entry| entry.old.contains("20") && entry.new.contains("24")), "{entries:?}");
    shop.close().await;
}

#[tokio::test]
async fn a_smaller_quantity_gives_the_surplus_reservation_back() {
    let shop = Shop::open().await;
    let order = ten_shelves(&shop, ConsumptionMode::Automatic).await;
    let board = shop.product(example::OAK_BOARD);
    let input = ChangeQuantityInput { quantity: d("4"), reason: "Half is cancelled".to_owned() };
    let order = shop.act::<ChangeManufacturingOrderQuantity>(&order, &input).await.ok();
    assert_eq!((line(&order, board).qty_needed, line(&order, board).qty_reserved), (d("8"), d("8")));
    let stock = shop.stock(board).await;
    assert_eq!((stock.qty_reserved, stock.qty_free), (d("8"), d("22")));
    assert_eq!(shop.work(&order, 10).await.row.quantity, d("4"));
    shop.close().await;
}

#[tokio::test]
async fn the_quantity_of_a_draft_changes_without_touching_anything_else() {
    let shop = Shop::open().await;
    let draft = shop.tables("10").await;
    let input = ChangeQuantityInput { quantity: d("12"), reason: "More".to_owned() };
    let seen = shop.act::<ChangeManufacturingOrderQuantity>(&draft, &input).await.ok();
    assert_eq!((seen.state, seen.quantity), (State::Draft, d("12")));
    assert_eq!(seen.material_availability_status, draft.material_availability_status);
    shop.close().await;
}

#[tokio::test]
async fn every_change_of_a_component_is_in_the_change_log() {
    let shop = Shop::open().await;
    let order = ten_shelves(&shop, ConsumptionMode::Automatic).await;
    let (board, bolt, foot) =
        (shop.product(example::OAK_BOARD), shop.product(example::BOLT), shop.product(example::FOOT));
    let need = |quantity: &str, reason: &str| ChangeComponentInput {
        product_id: None,
        qty_needed: d(quantity),
        reason: reason.to_owned(),
    };
    change(&shop, &order, board, need("15", "  ")).await.refused_with(&codes::REASON_REQUIRED);
    change(&shop, &order, board, need("-1", "x")).await.refused_with(&codes::VALIDATION_FAILED);
    assert!(log(&shop, &order).await.is_empty());
    let order = change(&shop, &order, board, need("15", "Narrower shelves")).await.ok();
    assert_eq!(line(&order, board).qty_reserved, d("15"));
    assert_eq!(shop.stock(board).await.qty_free, d("15"), "the surplus is given back");

    let add = AddComponentInput {
        product_id: bolt,
        qty_needed: d("40"),
        operation_sequence: Some(20),
        reason: "Stronger".to_owned(),
    };
    shop.pass_minutes(5);
    let order = shop.act::<AddOrderComponent>(&order, &add).await.ok();
    assert_eq!((line(&order, bolt).qty_needed, line(&order, bolt).operation_sequence), (d("40"), Some(20)));
    let swap = ChangeComponentInput { product_id: Some(foot), ..need("20", "No bolts to be had") };
    let order = change(&shop, &order, bolt, swap).await.ok();
    assert!(order.components.iter().all(|line| line.product_id != bolt));
    let order = change(&shop, &order, foot, need("0", "Not needed after all")).await.ok();
    assert_eq!(order.components.len(), 1);

    let entries = log(&shop, &order).await;
    let reasons: Vec<&str> = entries.iter().map(|entry| entry.reason.as_str()).collect();
    assert_eq!(reasons, ["Not needed after all", "No bolts to be had", "Stronger", "Narrower shelves"]);
    assert!(entries.iter().all(|entry| entry.by == "The admin"), "{entries:?}");
    assert_eq!(entries[0].at, shop.app.clock.now());
    assert!(entries[3].old.contains("20") && entries[3].new.contains("15"), "{:?}", entries[3]);
    assert!(entries[1].old.contains("Bolt") && entries[1].new.contains("foot"), "{:?}", entries[1]);
    shop.close().await;
}

#[tokio::test]
async fn a_component_that_is_consumed_in_part_cannot_be_replaced() {
    let shop = Shop::open().await;
    let order = ten_shelves(&shop, ConsumptionMode::Automatic).await;
    let (board, foot) = (shop.product(example::OAK_BOARD), shop.product(example::FOOT));
    let work = shop.work(&order, 10).await;
    let _ = shop.on::<StartWorkOrder>(&shop.admin, &work, &Empty {}).await.ok();
    let _ = shop.on::<ReportWorkOrder>(&shop.admin, &work, &good("5")).await.ok();
    let order = shop.read(&order).await;
    let to = |product_id: Option<ProductId>, quantity: &str| ChangeComponentInput {
        product_id,
        qty_needed: d(quantity),
        reason: "A change".to_owned(),
    };
    change(&shop, &order, board, to(Some(foot), "10")).await.refused_with(&codes::LINE_CONSUMED);
    change(&shop, &order, board, to(None, "0")).await.refused_with(&codes::LINE_CONSUMED);
    change(&shop, &order, board, to(None, "9")).await.refused_with(&codes::LESS_THAN_CONSUMED);
    change(&shop, &order, board, to(None, "20")).await.refused_with(&codes::NOTHING_CHANGED);
    let unknown = to(Some(ProductId::from_uuid(Uuid::now_v7())), "10");
    change(&shop, &order, board, unknown).await.refused_with(&codes::VALIDATION_FAILED);
    shop.close().await;
}

#[tokio::test]
async fn nobody_rewrites_the_change_log() {
    let shop = Shop::open().await;
    let order = ten_shelves(&shop, ConsumptionMode::Automatic).await;
    let input = ChangeQuantityInput { quantity: d("4"), reason: "Half is cancelled".to_owned() };
    let _ = shop.act::<ChangeManufacturingOrderQuantity>(&order, &input).await.ok();
    for text in ["UPDATE order_change SET reason = 'nothing'", "DELETE FROM order_change"] {
        let mut tx = shop.app.begin("test").await;
        let refused = sql(text).run(tx.connection()).await.unwrap_err();
        assert!(format!("{refused:?}").contains("permission denied"), "{refused:?}");
    }
    shop.close().await;
}
