//! The life of a manufacturing order, from the draft to the finished stock, and what is refused on the way.

use mrp_api::access::Role;
use mrp_api::boms::CreateBom;
use mrp_api::endpoint::{Empty, IdPath};
use mrp_api::error as codes;
use mrp_api::manufacturing_orders::{
    BulkConfirmManufacturingOrders, CancelManufacturingOrder, ConfirmManufacturingOrder, CreateManufacturingOrder,
    DuplicateManufacturingOrder, FinishInput, FinishManufacturingOrder, GetManufacturingOrder, GetOrderHistory,
    ListManufacturingOrders, ManufacturingOrderInput, ManufacturingOrderQuery, ManufacturingOrderView, PlanInput,
    PlanManufacturingOrder, ReasonInput, ReserveManufacturingOrder, UnplanManufacturingOrder,
    UnreserveManufacturingOrder, UpdateManufacturingOrder,
};
use mrp_api::patch::Patch;
use mrp_api::stock::{ListStock, StockQuery};
use mrp_api::work_orders::{FinishWorkOrder, FinishWorkOrderInput, ReportWorkOrder, StartWorkOrder};
use mrp_domain::example;
use mrp_domain::ids::{ManufacturingOrderId, ProductId};
use mrp_domain::manufacturing_order::transitions::FinishChoice;
use mrp_domain::manufacturing_order::{ManufacturingOrderState as State, MaterialAvailability as Material};
use mrp_domain::time::{Instant, Seconds};
use mrp_domain::work_order::WorkOrderState;
use mrp_test_support::factory::good;
use time::macros::datetime;
use uuid::Uuid;

use crate::shop::{Shop, bulk, component, d, line, operation};

const NO_SHORTAGE: PlanInput = PlanInput { with_shortage: false };
const WITH_SHORTAGE: PlanInput = PlanInput { with_shortage: true };

fn reason(text: &str) -> ReasonInput {
    ReasonInput { reason: text.to_owned() }
}

fn states(order: &ManufacturingOrderView) -> Vec<WorkOrderState> {
    order.operations.iter().map(|operation| operation.state.unwrap()).collect()
}

#[tokio::test]
async fn an_order_of_ten_tables_goes_from_draft_to_finished_stock() {
    use WorkOrderState::{Finished, InProgress, Ready, Waiting};
    let shop = Shop::open().await;
    let (tube, paint) = (shop.product(example::STEEL_TUBE), shop.product(example::POWDER_PAINT));
    shop.receive(&[(example::STEEL_TUBE, "40"), (example::POWDER_PAINT, "1")]).await;
    let draft = shop.tables("10").await;
    assert_eq!((draft.state, draft.material_availability_status), (State::Draft, Material::NotChecked));
    assert_eq!(draft.bom_id, Some(shop.bom(example::STEEL_TABLE)));
    assert_eq!(draft.routing_id, Some(shop.routing(example::TABLE_ROUTING)));

    let order = shop.act::<ConfirmManufacturingOrder>(&draft, &Empty {}).await.ok();
    assert_eq!((order.state, order.material_availability_status), (State::Confirmed, Material::Partial));
    let steel = line(&order, tube);
    assert_eq!((steel.qty_needed, steel.qty_reserved, steel.qty_missing), (d("40"), d("40"), d("0")));
    let colour = line(&order, paint);
    assert_eq!((colour.qty_needed, colour.qty_reserved, colour.qty_missing), (d("3"), d("1"), d("2")));
    assert_eq!(colour.operation_sequence, Some(30));

    shop.receive(&[(example::POWDER_PAINT, "2")]).await;
    let order = shop.read(&order).await;
    assert_eq!(order.material_availability_status, Material::Reserved);
    shop.act::<ReserveManufacturingOrder>(&order, &Empty {}).await.refused_with(&codes::NOTHING_TO_RESERVE);

    let order = shop.act::<PlanManufacturingOrder>(&order, &NO_SHORTAGE).await.ok();
    assert_eq!((order.state, order.operations.len()), (State::Planned, 4));
    assert_eq!(states(&order), [Ready, Waiting, Waiting, Waiting]);

    let work = shop.work(&order, 10).await;
    let started = shop.on::<StartWorkOrder>(&shop.operator(), &work, &Empty {}).await.ok();
    assert_eq!(started.row.state, InProgress);
    assert_eq!(shop.read(&order).await.state, State::InProgress);
    shop.pass_minutes(60);
    let _ = shop.on::<ReportWorkOrder>(&shop.operator(), &work, &good("4")).await.ok();
    let order = shop.read(&order).await;
    assert_eq!(states(&order), [InProgress, Waiting, Waiting, Waiting], "nothing moves on before all is cut");
    assert_eq!(line(&order, tube).qty_done, d("16"));
    shop.pass_minutes(60);
    let close = FinishWorkOrderInput { report: None };
    let _ = shop.on::<FinishWorkOrder>(&shop.operator(), &work, &close).await.ok();
    assert_eq!(states(&shop.read(&order).await), [Finished, Ready, Waiting, Waiting]);
    shop.carry_out(&order, 20, 480).await;
    assert_eq!(states(&shop.read(&order).await), [Finished, Finished, Ready, Waiting]);
    shop.carry_out(&order, 30, 135).await;
    shop.carry_out(&order, 40, 60).await;

    let order = shop.read(&order).await;
    assert_eq!(states(&order), [Finished; 4]);
    assert_eq!((order.qty_done, order.progress_percent), (d("10"), 100));
    let order = shop.finish(&order, FinishChoice::Complete).await.ok();
    assert_eq!((order.state, order.material_availability_status), (State::Done, Material::Issued));
    assert_eq!(order.finished_at, Some(shop.app.clock.now()));
    assert!(shop.cost_sheet(&order).await.is_frozen);
    let table = shop.stock(shop.product(example::STEEL_TABLE)).await;
    assert_eq!((table.qty_on_hand, table.qty_reserved), (d("10"), d("0")));
    for product in [tube, paint] {
        shop.is_used_up(product).await;
    }
    shop.close().await;
}

#[tokio::test]
async fn work_is_scheduled_in_two_shifts_and_skips_the_weekend_and_holidays() {
    let shop = Shop::open().await;
    shop.receive_for_tables(20).await;
    let order = shop.planned(shop.product(example::STEEL_TABLE), "20").await;
    let slot = |sequence: u32| {
        let found = order.operations.iter().find(|operation| operation.sequence == sequence).unwrap();
        (found.scheduled_start.unwrap().datetime(), found.scheduled_finish.unwrap().datetime())
    };
    // Cutting 3 h 40 from six; welding 15 h 20, of which 12 h 20 fit into Friday; then Wednesday.
    assert_eq!(slot(10), (datetime!(2026-11-27 04:00 UTC), datetime!(2026-11-27 07:40 UTC)));
    assert_eq!(slot(20), (datetime!(2026-11-27 07:40 UTC), datetime!(2026-12-02 07:00 UTC)));
    assert_eq!(slot(30).0, datetime!(2026-12-02 07:00 UTC));
    assert_eq!(order.scheduled_finish, order.operations[3].scheduled_finish);
    assert!(!order.is_late);
    shop.close().await;
}

#[tokio::test]
async fn an_order_with_nothing_in_stock_is_missing_its_material() {
    let shop = Shop::open().await;
    let order = shop.confirmed(shop.product(example::STEEL_TABLE), "10").await;
    assert_eq!(order.material_availability_status, Material::Missing);
    let missing: Vec<_> = order.components.iter().map(|line| line.qty_missing).collect();
    assert_eq!(missing, [d("40"), d("3")]);
    let query = ManufacturingOrderQuery { short: Some(true), ..ManufacturingOrderQuery::default() };
    let page = shop.admin.list::<ListManufacturingOrders>(&query).await.ok();
    assert_eq!(page.items.iter().map(|row| row.id).collect::<Vec<_>>(), [order.id]);
    shop.close().await;
}

#[tokio::test]
async fn planning_with_a_shortage_needs_the_permission_and_the_word() {
    let shop = Shop::open().await;
    let order = shop.confirmed(shop.product(example::STEEL_TABLE), "10").await;
    shop.act::<PlanManufacturingOrder>(&order, &NO_SHORTAGE).await.refused_with(&codes::MATERIAL_SHORT);
    let order = shop.act::<PlanManufacturingOrder>(&order, &WITH_SHORTAGE).await.ok();
    assert_eq!(states(&order), [WorkOrderState::Waiting; 4], "the first operation waits for its material");
    let work = shop.work(&order, 10).await;
    shop.on::<StartWorkOrder>(&shop.admin, &work, &Empty {}).await.refused_with(&codes::WORK_NOT_READY);
    let history = shop.admin.get::<GetOrderHistory>(&IdPath { id: order.id }).await.ok();
    assert!(history.entries.iter().any(|entry| entry.detail == "with shortage"), "{history:?}");

    shop.receive_for_tables(10).await;
    let order = shop.read(&order).await;
    assert_eq!(states(&order)[0], WorkOrderState::Ready);
    shop.close().await;
}

#[tokio::test]
async fn commands_are_refused_in_the_wrong_state() {
    let shop = Shop::open().await;
    shop.receive_for_tables(10).await;
    let draft = shop.tables("10").await;
    let finish = FinishInput { choice: FinishChoice::Complete, accept_unrecorded: false, lot_numbers: None };
    shop.act::<PlanManufacturingOrder>(&draft, &NO_SHORTAGE).await.refused_with(&codes::STATE_FORBIDS);
    shop.act::<UnplanManufacturingOrder>(&draft, &Empty {}).await.refused_with(&codes::STATE_FORBIDS);
    shop.act::<ReserveManufacturingOrder>(&draft, &Empty {}).await.refused_with(&codes::STATE_FORBIDS);
    shop.act::<UnreserveManufacturingOrder>(&draft, &Empty {}).await.refused_with(&codes::STATE_FORBIDS);
    shop.act::<FinishManufacturingOrder>(&draft, &finish).await.refused_with(&codes::STATE_FORBIDS);
    let order = shop.act::<ConfirmManufacturingOrder>(&draft, &Empty {}).await.ok();
    shop.act::<ConfirmManufacturingOrder>(&order, &Empty {}).await.refused_with(&codes::STATE_FORBIDS);
    shop.act::<ReserveManufacturingOrder>(&order, &Empty {}).await.refused_with(&codes::NOTHING_TO_RESERVE);
    let order = shop.act::<UnreserveManufacturingOrder>(&order, &Empty {}).await.ok();
    assert_eq!(order.material_availability_status, Material::Missing);
    shop.act::<UnreserveManufacturingOrder>(&order, &Empty {}).await.refused_with(&codes::NOTHING_RESERVED);
    let order = shop.act::<CancelManufacturingOrder>(&order, &reason("no longer wanted")).await.ok();
    assert_eq!(order.state, State::Cancelled);
    shop.act::<CancelManufacturingOrder>(&order, &reason("again")).await.refused_with(&codes::STATE_FORBIDS);
    shop.act::<PlanManufacturingOrder>(&order, &NO_SHORTAGE).await.refused_with(&codes::STATE_FORBIDS);
    let copy = shop.act::<DuplicateManufacturingOrder>(&order, &Empty {}).await.ok();
    assert_eq!((copy.state, copy.quantity), (State::Draft, d("10")));
    shop.close().await;
}

#[tokio::test]
async fn the_offered_commands_are_those_that_are_accepted() {
    let shop = Shop::open().await;
    let draft = shop.tables("10").await;
    let allowed = |order: &ManufacturingOrderView, command: &str| {
        order.actions.iter().find(|action| action.command == command).unwrap().allowed
    };
    assert!(allowed(&draft, "confirm") && !allowed(&draft, "plan"));
    let order = shop.act::<ConfirmManufacturingOrder>(&draft, &Empty {}).await.ok();
    assert!(!allowed(&order, "confirm") && allowed(&order, "plan") && allowed(&order, "cancel"));
    shop.close().await;
}

#[tokio::test]
async fn an_order_without_a_mandatory_field_cannot_be_confirmed() {
    let shop = Shop::open().await;
    let table = shop.product(example::STEEL_TABLE);
    let input = ManufacturingOrderInput { date_deadline: None, ..shop.order_input(table, "10") };
    let draft = shop.admin.post::<CreateManufacturingOrder>(&input).await.ok();
    let answer = shop.act::<ConfirmManufacturingOrder>(&draft, &Empty {}).await;
    assert!(answer.raw.text().contains("date_deadline"), "{}", answer.raw.text());
    answer.refused_with(&codes::MANDATORY_FIELD_MISSING);
    let bare = shop.new_product(shop.product_input("BARE")).await;
    let draft = shop.draft(bare, "1").await;
    assert_eq!(draft.bom_id, None);
    shop.act::<ConfirmManufacturingOrder>(&draft, &Empty {}).await.refused_with(&codes::MANDATORY_FIELD_MISSING);
    shop.close().await;
}

#[tokio::test]
async fn a_draft_with_impossible_values_is_refused() {
    let shop = Shop::open().await;
    let table = shop.product(example::STEEL_TABLE);
    let now = shop.app.clock.now();
    for quantity in ["0", "-1", "2.5"] {
        let input = shop.order_input(table, quantity);
        shop.admin.post::<CreateManufacturingOrder>(&input).await.refused_with(&codes::VALIDATION_FAILED);
    }
    let input = ManufacturingOrderInput {
        planned_start: Some(now.plus(Seconds::from_hours(2))),
        date_deadline: Some(now.plus(Seconds::from_hours(1))),
        ..shop.order_input(table, "10")
    };
    let problem = shop.admin.post::<CreateManufacturingOrder>(&input).await.problem();
    assert_eq!(problem.errors[0].pointer, "/date_deadline");
    let unknown = shop.order_input(ProductId::from_uuid(Uuid::now_v7()), "10");
    let problem = shop.admin.post::<CreateManufacturingOrder>(&unknown).await.problem();
    assert_eq!(problem.errors[0].code, codes::REFERENCE_UNKNOWN.code);
    let bought = shop.order_input(shop.product(example::STEEL_TUBE), "10");
    shop.admin.post::<CreateManufacturingOrder>(&bought).await.refused_with(&codes::VALIDATION_FAILED);
    let foreign = ManufacturingOrderInput { bom_id: Some(shop.bom(example::BENCH)), ..shop.order_input(table, "1") };
    shop.admin.post::<CreateManufacturingOrder>(&foreign).await.refused_with(&codes::VALIDATION_FAILED);
    let path = IdPath { id: ManufacturingOrderId::from_uuid(Uuid::now_v7()) };
    shop.admin.get::<GetManufacturingOrder>(&path).await.refused_with(&codes::NOT_FOUND);
    shop.admin.call_at::<ConfirmManufacturingOrder>(&path, 1, &Empty {}).await.refused_with(&codes::NOT_FOUND);
    shop.close().await;
}

#[tokio::test]
async fn a_recipe_that_nobody_validated_needs_a_permission_and_is_noted() {
    let shop = Shop::open().await;
    let seat = shop.new_product(shop.product_input("SEAT")).await;
    let routing = shop.new_routing("Seat", vec![operation(10, shop.center(example::CUTTING), 60)]).await;
    let lines = vec![component(shop.product(example::OAK_BOARD), "1", None)];
    let input = mrp_api::boms::BomInput { routing_id: Some(routing), ..shop.bom_input(seat, lines) };
    let recipe = shop.admin.post::<CreateBom>(&input).await.ok();
    let draft = shop.draft(seat, "1").await;
    shop.draft(shop.product(example::STEEL_TABLE), "1").await;
    let planner = shop.app.as_role(Role::Planner);
    let path = IdPath { id: draft.id };
    let answer = planner.call_at::<ConfirmManufacturingOrder>(&path, draft.version, &Empty {}).await;
    answer.refused_with(&codes::BOM_NOT_VALIDATED);
    let manager = shop.app.as_role(Role::ProductionManager);
    let confirmed = manager.call_at::<ConfirmManufacturingOrder>(&path, draft.version, &Empty {}).await.ok();
    assert!(confirmed.bom_unvalidated, "the order says so as long as it is so");
    let unvalidated = ManufacturingOrderQuery { bom_unvalidated: Some(true), ..ManufacturingOrderQuery::default() };
    let marked = async || {
        let rows = shop.admin.list::<ListManufacturingOrders>(&unvalidated).await.ok().items;
        rows.into_iter().map(|row| (row.number, row.bom_unvalidated)).collect::<Vec<_>>()
    };
    assert_eq!(marked().await, [(draft.number.clone(), true)]);
    shop.validated(&recipe).await;
    assert_eq!((shop.read(&confirmed).await.bom_unvalidated, marked().await), (false, Vec::new()));
    let history = shop.admin.get::<GetOrderHistory>(&path).await.ok();
    assert!(history.entries.iter().any(|entry| entry.detail.contains("unvalidated")), "{history:?}");
    shop.close().await;
}

#[tokio::test]
async fn unplanning_takes_the_work_orders_back() {
    let shop = Shop::open().await;
    shop.receive_for_tables(10).await;
    let order = shop.planned(shop.product(example::STEEL_TABLE), "10").await;
    let order = shop.act::<UnplanManufacturingOrder>(&order, &Empty {}).await.ok();
    assert_eq!((order.state, order.material_availability_status), (State::Confirmed, Material::Reserved));
    assert!(order.operations.iter().all(|operation| operation.work_order_id.is_none()));
    assert_eq!(order.scheduled_start, None);
    let order = shop.act::<PlanManufacturingOrder>(&order, &NO_SHORTAGE).await.ok();
    assert_eq!(order.operations.len(), 4);
    shop.close().await;
}

#[tokio::test]
async fn cancelling_an_order_frees_its_reservations() {
    let shop = Shop::open().await;
    shop.receive_for_tables(10).await;
    let order = shop.planned(shop.product(example::STEEL_TABLE), "10").await;
    let tube = shop.product(example::STEEL_TUBE);
    assert_eq!(shop.stock(tube).await.qty_free, d("0"));
    let order = shop.act::<CancelManufacturingOrder>(&order, &reason("the customer left")).await.ok();
    assert_eq!(states(&order), [WorkOrderState::Cancelled; 4]);
    assert_eq!(shop.stock(tube).await.qty_free, d("40"));
    shop.close().await;
}

#[tokio::test]
async fn an_order_that_consumed_material_cannot_be_cancelled_only_closed_short() {
    let shop = Shop::open().await;
    shop.receive_for_tables(10).await;
    let order = shop.planned(shop.product(example::STEEL_TABLE), "10").await;
    let work = shop.work(&order, 10).await;
    let _ = shop.on::<StartWorkOrder>(&shop.admin, &work, &Empty {}).await.ok();
    let running = shop.read(&order).await;
    let finish = FinishInput { choice: FinishChoice::CloseShort, accept_unrecorded: false, lot_numbers: None };
    shop.act::<CancelManufacturingOrder>(&running, &reason("x")).await.refused_with(&codes::WORK_ORDERS_RUNNING);
    shop.act::<FinishManufacturingOrder>(&running, &finish).await.refused_with(&codes::WORK_ORDERS_RUNNING);
    let last = FinishWorkOrderInput { report: Some(good("3")) };
    let _ = shop.on::<FinishWorkOrder>(&shop.admin, &work, &last).await.ok();
    let order = shop.read(&order).await;
    shop.act::<CancelManufacturingOrder>(&order, &reason("x")).await.refused_with(&codes::ALREADY_CONSUMED);
    shop.finish(&order, FinishChoice::Backorder).await.refused_with(&codes::NOTHING_PRODUCED);
    let order = shop.finish(&order, FinishChoice::CloseShort).await.ok();
    assert_eq!((order.state, order.qty_done), (State::Done, d("0")));
    let tube = shop.stock(shop.product(example::STEEL_TUBE)).await;
    assert_eq!((tube.qty_on_hand, tube.qty_reserved), (d("28"), d("0")));
    shop.close().await;
}

/// Carries all four operations out with fewer pieces than ordered.
pub(crate) async fn produce_short(shop: &Shop, order: &ManufacturingOrderView, pieces: &str) {
    for (sequence, minutes) in [(10, 60), (20, 240), (30, 90), (40, 30)] {
        let work = shop.work(order, sequence).await;
        let _ = shop.on::<StartWorkOrder>(&shop.admin, &work, &Empty {}).await.ok();
        shop.pass_minutes(minutes);
        let report = FinishWorkOrderInput { report: Some(good(pieces)) };
        let _ = shop.on::<FinishWorkOrder>(&shop.admin, &work, &report).await.ok();
    }
}

#[tokio::test]
async fn finishing_short_asks_and_a_backorder_makes_the_rest() {
    let shop = Shop::open().await;
    shop.receive_for_tables(10).await;
    let table = shop.product(example::STEEL_TABLE);
    let order = shop.planned(table, "10").await;
    produce_short(&shop, &order, "6").await;
    shop.finish(&order, FinishChoice::Complete).await.refused_with(&codes::PRODUCED_LESS);
    let done = shop.finish(&order, FinishChoice::Backorder).await.ok();
    assert_eq!((done.state, done.qty_done), (State::Done, d("6")));
    assert_eq!(shop.stock(table).await.qty_on_hand, d("6"));
    let tube = shop.stock(shop.product(example::STEEL_TUBE)).await;
    assert_eq!((tube.qty_on_hand, tube.qty_reserved), (d("16"), d("0")));

    let query = ManufacturingOrderQuery { open: Some(true), ..ManufacturingOrderQuery::default() };
    let open = shop.admin.list::<ListManufacturingOrders>(&query).await.ok();
    let rest = shop.admin.get::<GetManufacturingOrder>(&IdPath { id: open.items[0].id }).await.ok();
    assert_eq!((rest.state, rest.quantity, rest.qty_done), (State::Draft, d("4"), d("0")));
    assert!(rest.origin.contains(&done.number), "{}", rest.origin);

    let rest = shop.act::<ConfirmManufacturingOrder>(&rest, &Empty {}).await.ok();
    assert!(rest.components.iter().all(|line| line.qty_done.is_zero()), "a backorder is not born consumed");
    assert_eq!(rest.material_availability_status, Material::Reserved);
    let rest = shop.act::<PlanManufacturingOrder>(&rest, &NO_SHORTAGE).await.ok();
    // Setup 20 min and four pieces of 10 min; nothing of the first order's time.
    assert_eq!((rest.operations[0].planned_seconds, rest.operations[0].actual_seconds), (3_600, 0));
    let sheet = shop.cost_sheet(&rest).await;
    assert_eq!(sheet.actual_total, d("0"));
    assert_eq!(sheet.groups[0].planned, d("248"));
    shop.close().await;
}

#[tokio::test]
async fn closing_short_gives_the_rest_up() {
    let shop = Shop::open().await;
    shop.receive_for_tables(10).await;
    let order = shop.planned(shop.product(example::STEEL_TABLE), "10").await;
    produce_short(&shop, &order, "9").await;
    let done = shop.finish(&order, FinishChoice::CloseShort).await.ok();
    assert_eq!((done.state, done.qty_done, done.quantity), (State::Done, d("9"), d("10")));
    let open = ManufacturingOrderQuery { open: Some(true), ..ManufacturingOrderQuery::default() };
    assert!(shop.admin.list::<ListManufacturingOrders>(&open).await.ok().items.is_empty());
    assert_eq!(shop.stock(shop.product(example::STEEL_TUBE)).await.qty_reserved, d("0"));
    shop.close().await;
}

#[tokio::test]
async fn more_than_ordered_is_made_only_within_the_tolerance() {
    let shop = Shop::open().await;
    shop.set(|setting| setting.over_production_percent = d("10")).await;
    let lines = vec![component(shop.product(example::OAK_BOARD), "1", None)];
    let mode = mrp_domain::bom::ConsumptionMode::Automatic;
    let steps = vec![operation(10, shop.center(example::CUTTING), 60)];
    let shelf = shop.recipe("SHELF", mode, steps, lines).await;
    shop.receive(&[(example::OAK_BOARD, "20")]).await;
    let order = shop.planned(shelf, "10").await;
    let work = shop.work(&order, 10).await;
    let _ = shop.on::<StartWorkOrder>(&shop.admin, &work, &Empty {}).await.ok();
    shop.on::<ReportWorkOrder>(&shop.admin, &work, &good("12")).await.refused_with(&codes::MORE_THAN_READY);
    let last = FinishWorkOrderInput { report: Some(good("11")) };
    let _ = shop.on::<FinishWorkOrder>(&shop.admin, &work, &last).await.ok();
    let done = shop.finish(&order, FinishChoice::Complete).await.ok();
    assert_eq!((done.state, done.qty_done), (State::Done, d("11")));
    assert_eq!(shop.stock(shelf).await.qty_on_hand, d("11"));
    assert_eq!(shop.stock(shop.product(example::OAK_BOARD)).await.qty_on_hand, d("9"));
    shop.close().await;
}

#[tokio::test]
async fn a_stale_page_of_a_finished_order_changes_nothing() {
    let shop = Shop::open().await;
    shop.receive_for_tables(10).await;
    let stale = shop.planned(shop.product(example::STEEL_TABLE), "10").await;
    for (sequence, minutes) in [(10, 120), (20, 480), (30, 135), (40, 60)] {
        shop.carry_out(&stale, sequence, minutes).await;
    }
    let _ = shop.finish(&stale, FinishChoice::Complete).await.ok();
    let finish = FinishInput { choice: FinishChoice::Complete, accept_unrecorded: false, lot_numbers: None };
    shop.act::<FinishManufacturingOrder>(&stale, &finish).await.refused_with(&codes::VERSION_STALE);
    shop.act::<CancelManufacturingOrder>(&stale, &reason("x")).await.refused_with(&codes::VERSION_STALE);
    let patch = Patch::whole(&shop.order_input(stale.product_id, "10"));
    shop.act::<UpdateManufacturingOrder>(&stale, &patch).await.refused_with(&codes::VERSION_STALE);
    assert_eq!(shop.stock(stale.product_id).await.qty_on_hand, d("10"));
    shop.close().await;
}

#[tokio::test]
async fn bulk_confirmation_lets_bad_rows_fail_alone() {
    let shop = Shop::open().await;
    let table = shop.product(example::STEEL_TABLE);
    let first = shop.tables("1").await;
    let undated = ManufacturingOrderInput { date_deadline: None, ..shop.order_input(table, "10") };
    let undated = shop.admin.post::<CreateManufacturingOrder>(&undated).await.ok();
    let confirmed = shop.confirmed(table, "2").await;
    let mut stale = shop.tables("3").await;
    stale.version += 7;
    let last = shop.tables("4").await;
    let all = [&first, &undated, &confirmed, &stale, &last];
    let reply = shop.admin.post::<BulkConfirmManufacturingOrders>(&bulk(&all)).await.ok();
    let outcome = |at: usize| reply.results[at].problem.as_ref().map(|problem| problem.code.clone());
    assert_eq!(reply.results.iter().map(|row| row.done).collect::<Vec<_>>(), [true, false, false, false, true]);
    assert_eq!(outcome(1).as_deref(), Some(codes::MANDATORY_FIELD_MISSING.code));
    assert_eq!(outcome(2).as_deref(), Some(codes::STATE_FORBIDS.code));
    assert_eq!(outcome(3).as_deref(), Some(codes::VERSION_STALE.code));
    assert_eq!(shop.read(&last).await.state, State::Confirmed);
    assert_eq!(Some(shop.read(&first).await.version), reply.results[0].version);
    assert_eq!(shop.read(&undated).await.state, State::Draft);
    shop.close().await;
}

#[tokio::test]
async fn a_viewer_cannot_confirm_an_order() {
    let shop = Shop::open().await;
    let draft = shop.tables("10").await;
    for role in [Role::Viewer, Role::Operator, Role::Storekeeper, Role::Finance] {
        let client = shop.app.as_role(role);
        let path = IdPath { id: draft.id };
        let answer = client.call_at::<ConfirmManufacturingOrder>(&path, draft.version, &Empty {}).await;
        answer.refused_with(&codes::PERMISSION_DENIED);
    }
    assert_eq!(shop.read(&draft).await.state, State::Draft);
    shop.close().await;
}

#[tokio::test]
async fn a_kit_is_confirmed_as_its_parts() {
    let shop = Shop::open().await;
    shop.receive(&[(example::BOLT, "1000"), (example::FOOT, "400"), (example::OAK_BOARD, "30")]).await;
    let order = shop.confirmed(shop.product(example::BENCH), "5").await;
    let needs: Vec<_> = order.components.iter().map(|line| (line.product_id, line.qty_needed)).collect();
    assert!(needs.contains(&(shop.product(example::BOLT), d("40"))), "{needs:?}");
    assert!(needs.contains(&(shop.product(example::FOOT), d("20"))), "{needs:?}");
    assert!(!needs.iter().any(|(product, _)| *product == shop.product(example::FIXING_KIT)), "{needs:?}");
    assert_eq!(line(&order, shop.product(example::BOLT)).qty_reserved, d("40"));
    let query = StockQuery { product_id: Some(shop.product(example::FIXING_KIT)), ..StockQuery::default() };
    assert!(shop.admin.list::<ListStock>(&query).await.ok().items.is_empty(), "a kit is never stocked");
    shop.close().await;
}

#[tokio::test]
async fn a_need_that_is_rounded_up_never_blocks_the_order() {
    let shop = Shop::open().await;
    let paint = shop.product(example::POWDER_PAINT);
    // Three parts need 0.28 kg, so each takes 0.0933…, and the shares are reported piece by piece.
    let mut share = component(paint, "0.28", None);
    share.operation_sequence = Some(10);
    let part = shop.new_product(shop.product_input("PART")).await;
    let routing = shop.new_routing("Part", vec![operation(10, shop.center(example::PAINTING), 60)]).await;
    let input = mrp_api::boms::BomInput {
        quantity_per_run: d("3"),
        routing_id: Some(routing),
        ..shop.bom_input(part, vec![share])
    };
    let bom = shop.admin.post::<CreateBom>(&input).await.ok();
    shop.validated(&bom).await;
    shop.receive(&[(example::POWDER_PAINT, "0.28")]).await;
    let order = shop.planned(part, "3").await;
    assert_eq!(line(&order, paint).qty_needed, d("0.28"));
    let work = shop.work(&order, 10).await;
    let _ = shop.on::<StartWorkOrder>(&shop.admin, &work, &Empty {}).await.ok();
    for _ in 0..2 {
        let _ = shop.on::<ReportWorkOrder>(&shop.admin, &work, &good("1")).await.ok();
    }
    let close = FinishWorkOrderInput { report: None };
    let _ = shop.on::<FinishWorkOrder>(&shop.admin, &work, &close).await.ok();
    let done = shop.finish(&order, FinishChoice::Complete).await.ok();
    assert_eq!(line(&done, paint).qty_done, d("0.28"));
    shop.is_used_up(paint).await;
    shop.close().await;
}

#[tokio::test]
async fn an_order_past_its_deadline_is_late_and_in_the_late_view() {
    let shop = Shop::open().await;
    let table = shop.product(example::STEEL_TABLE);
    let soon = Instant::from_datetime(datetime!(2026-11-27 08:00 UTC));
    let input = ManufacturingOrderInput { date_deadline: Some(soon), ..shop.order_input(table, "10") };
    let draft = shop.admin.post::<CreateManufacturingOrder>(&input).await.ok();
    assert!(!draft.is_late);
    shop.pass_minutes(600);
    assert!(shop.read(&draft).await.is_late);
    let query = ManufacturingOrderQuery { late: Some(true), ..ManufacturingOrderQuery::default() };
    assert_eq!(shop.admin.list::<ListManufacturingOrders>(&query).await.ok().items.len(), 1);
    shop.close().await;
}
