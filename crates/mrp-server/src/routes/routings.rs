//! Routings: what their bodies mean. Operations are written as a whole; every fault is told at its place.

use std::collections::{HashMap, HashSet};

use mrp_api::detail as say;
use mrp_api::error::{self as codes, ErrorCode};
use mrp_api::page::NounQuery;
use mrp_api::routings::{
    CreateRouting, DeleteRouting, GetLearnedTimes, GetRouting, LearnedFromView, LearnedTimeView, LearnedTimesView,
    ListRoutings, OperationInput, OperationView, RoutingInput, RoutingRow as WireRow, RoutingView, UpdateRouting,
};
use mrp_domain::ids::{ManufacturingOrderId, OperationId, RoutingId, WorkCenterId, WorkOrderId};
use mrp_domain::quantity::PositiveQuantity;
use mrp_domain::routing::{Operation, Routing, RoutingFault};
use mrp_domain::text::Name;
use mrp_domain::time::{Instant, Seconds};
use mrp_domain::work_order_duration::{LEARN_FROM_MAX, OperationTimes, TimeMode, learned_seconds};
use mrp_store::learned_times::Learned;
use mrp_store::list::{Filters, ListSpec};
use mrp_store::routings::{self as store, OperationRow, RoutingRow};
use mrp_store::sql::PgConnection;
use mrp_store::tx::Tx;
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::answer::Answered;
use crate::error::{ApiError, Faults};
use crate::granted::Granted;
use crate::mount::Mount;
use crate::noun::{self, Noun, integer, seconds};

pub(crate) struct Routings;

/// The five endpoints.
pub fn mount(config: &mut actix_web::web::ServiceConfig) {
    noun::mount::<Routings, ListRoutings, GetRouting, CreateRouting, UpdateRouting, DeleteRouting, RoutingId>(config);
    config.endpoint::<GetLearnedTimes, _, _>(|granted, path, _, _| learned_times(granted, path.id));
}

async fn learned_times(
    granted: Granted<GetLearnedTimes>,
    id: RoutingId,
) -> Result<Answered<GetLearnedTimes>, ApiError> {
    let mut connection = granted.connection().await?;
    store::find(&mut connection, id.uuid()).await?;
    let operations = store::operations(&mut connection, vec![id.uuid()]).await?;
    let learned = mrp_store::learned_times::learn(&mut connection, operations).await?;
    granted.reply(LearnedTimesView { items: learned.iter().map(learned_time).collect() })
}

fn learned_time(learned: &Learned) -> LearnedTimeView {
    let cycle = learned.cycle_seconds();
    let typed = learned.operation.cycle_seconds;
    let deviation = cycle
        .ok()
        .filter(|_| typed > 0)
        .map(|cycle| (Decimal::from(cycle - typed) * Decimal::ONE_HUNDRED / Decimal::from(typed)).round_dp(1));
    let from = learned.from.iter().map(|one| LearnedFromView {
        id: WorkOrderId::from_uuid(one.work.work_order_id),
        number: one.work.number.clone(),
        manufacturing_order_id: ManufacturingOrderId::from_uuid(one.work.manufacturing_order_id),
        manufacturing_order_number: one.work.manufacturing_order_number.clone(),
        finished_at: Instant::from_datetime(one.work.finished_at),
        quantity: one.work.quantity,
        run_seconds: one.run.took.get(),
        cycle_seconds: learned_seconds(&[one.run], learned.efficiency())
            .ok()
            .and_then(|seconds| u32::try_from(seconds.get()).ok()),
    });
    LearnedTimeView {
        operation_id: OperationId::from_uuid(learned.operation.id),
        sequence: integer(learned.operation.sequence),
        cycle_seconds: integer(typed),
        learned_cycle_seconds: cycle.ok().map(integer),
        reason: cycle.err(),
        deviation_percent: deviation,
        work_orders: from.collect(),
    }
}

/// Writes a routing as a request body says it; the demonstration comes the same way.
///
/// # Errors
/// `routing_faulty`, `validation_failed`, and what the table's constraints say.
pub async fn save(tx: &mut Tx, id: Uuid, expected: Option<i64>, input: RoutingInput) -> Result<i64, ApiError> {
    Routings::save(tx, id, expected, input).await
}

impl Noun for Routings {
    const TABLE: &'static str = "routing";
    const LIST: ListSpec = store::LIST;
    const LIST_COLUMNS: &'static str = RoutingRow::COLUMNS;
    type Query = NounQuery;
    type ListRow = RoutingRow;
    type Row = WireRow;
    type View = RoutingView;
    type Input = RoutingInput;

    fn filters(query: &NounQuery) -> Filters {
        Filters::default().with(query.active, "r.active = $")
    }

    fn row(row: RoutingRow) -> Result<WireRow, ApiError> {
        Ok(WireRow {
            id: RoutingId::from_uuid(row.id),
            code: row.code,
            name: row.name,
            operation_count: row.operation_count,
            work_centers: row.work_centers,
            active: row.active,
            version: row.version,
        })
    }

    async fn load(connection: &mut PgConnection, id: Uuid) -> Result<RoutingView, ApiError> {
        let row = store::find(connection, id).await?;
        let operations = store::operations(connection, vec![id]).await?;
        Ok(RoutingView {
            id: RoutingId::from_uuid(row.id),
            code: row.code,
            name: row.name,
            operations: operations.into_iter().map(operation_view).collect(),
            active: row.active,
            version: row.version,
        })
    }

    fn input(view: RoutingView) -> RoutingInput {
        RoutingInput {
            code: Some(view.code),
            name: view.name,
            operations: view.operations.into_iter().map(operation_input).collect(),
            active: view.active,
        }
    }

    async fn save(tx: &mut Tx, id: Uuid, expected: Option<i64>, input: RoutingInput) -> Result<i64, ApiError> {
        let mut faults = Faults::default();
        let code = noun::code_or_next(&mut faults, input.code.as_deref(), expected);
        let name = faults.take("/name", Name::new(&input.name));
        let mut operation_faults = Faults::default();
        let ids = operation_ids(tx, id, expected, &input.operations, &mut operation_faults).await?;
        let rows = operation_rows(tx, id, (&input.operations, &ids), &mut operation_faults).await?;
        if !operation_faults.is_empty() {
            faults.append(operation_faults);
            faults.check_as(&codes::ROUTING_FAULTY)?;
            return Ok(0);
        }
        faults.check()?;
        let row = RoutingRow {
            id,
            code: noun::numbered(tx, code, "routing").await?,
            name: name.map(|name| name.to_string()).unwrap_or_default(),
            operation_count: 0,
            work_centers: String::new(),
            active: input.active,
            version: 0,
        };
        let version = row.values().save(tx, id, expected).await?;
        store::replace_operations(tx, id, &rows).await?;
        Ok(version)
    }
}

fn operation_view(row: OperationRow) -> OperationView {
    OperationView {
        id: OperationId::from_uuid(row.id),
        sequence: integer(row.sequence),
        name: row.name,
        work_center_id: WorkCenterId::from_uuid(row.work_center_id),
        work_center_name: row.work_center_name,
        setup_seconds: integer(row.setup_seconds),
        cycle_seconds: integer(row.cycle_seconds),
        quantity_per_cycle: row.quantity_per_cycle,
        cleanup_seconds: integer(row.cleanup_seconds),
        staff_needed: integer(row.staff_needed),
        predecessors: row.predecessors.map(|listed| listed.into_iter().map(integer).collect()),
        overlap_quantity: row.overlap_quantity,
        instructions: row.instructions,
        // Only known words are stored.
        time_mode: row.time_mode.parse().unwrap_or(TimeMode::Manual),
        learn_from: integer(row.learn_from),
    }
}

fn operation_input(view: OperationView) -> OperationInput {
    OperationInput {
        id: Some(view.id),
        sequence: view.sequence,
        name: view.name,
        work_center_id: view.work_center_id,
        setup_seconds: view.setup_seconds,
        cycle_seconds: view.cycle_seconds,
        quantity_per_cycle: view.quantity_per_cycle,
        cleanup_seconds: view.cleanup_seconds,
        staff_needed: view.staff_needed,
        predecessors: view.predecessors,
        overlap_quantity: view.overlap_quantity,
        instructions: view.instructions,
        time_mode: view.time_mode,
        learn_from: view.learn_from,
    }
}

/// Which operation each of them is: the one that it names, or else the one that had its number, or else a new one.
async fn operation_ids(
    tx: &mut Tx,
    routing_id: Uuid,
    expected: Option<i64>,
    inputs: &[OperationInput],
    faults: &mut Faults,
) -> Result<Vec<Uuid>, ApiError> {
    let mut free: HashMap<Uuid, i32> = match expected {
        Some(_) => {
            let current = store::operations(tx.connection(), vec![routing_id]).await?;
            current.into_iter().map(|row| (row.id, row.sequence)).collect()
        }
        None => HashMap::new(),
    };
    for (place, input) in inputs.iter().enumerate() {
        if let Some(id) = input.id
            && free.remove(&id.uuid()).is_none()
        {
            let detail = say::for_callers("the routing has no such operation, or it stands here twice");
            faults.add(format!("/operations/{place}/id"), &codes::REFERENCE_UNKNOWN, detail);
        }
    }
    let by_number = inputs.iter().map(|input| match input.id {
        Some(id) => id.uuid(),
        None => {
            let same = |(_, sequence): &(&Uuid, &i32)| u32::try_from(**sequence) == Ok(input.sequence);
            let same = free.iter().find(same).map(|(id, _)| *id);
            same.and_then(|id| free.remove_entry(&id)).map_or_else(Uuid::now_v7, |(id, _)| id)
        }
    });
    Ok(by_number.collect())
}

/// Checks all operations, each by itself and all together.
async fn operation_rows(
    tx: &mut Tx,
    routing_id: Uuid,
    (inputs, ids): (&[OperationInput], &[Uuid]),
    faults: &mut Faults,
) -> Result<Vec<OperationRow>, ApiError> {
    let used: HashSet<Uuid> = inputs.iter().map(|input| input.work_center_id.uuid()).collect();
    let known = mrp_store::table::existing(tx.connection(), "work_center", used.into_iter().collect()).await?;
    let mut rows = Vec::with_capacity(inputs.len());
    let mut operations = Vec::with_capacity(inputs.len());
    for (place, (input, &id)) in inputs.iter().zip(ids).enumerate() {
        let at = |field: &str| format!("/operations/{place}/{field}");
        if !known.contains(&input.work_center_id.uuid()) {
            faults.add(
                at("work_center_id"),
                &codes::REFERENCE_UNKNOWN,
                say::for_callers("there is no such work center"),
            );
        }
        faults.require(
            (1..=100).contains(&input.staff_needed),
            &at("staff_needed"),
            say::STAFF_OUT_OF_RANGE.with("most", 100),
        );
        let is_bounded = (1..=LEARN_FROM_MAX).contains(&input.learn_from);
        faults.require(is_bounded, &at("learn_from"), say::BETWEEN.with("least", 1).with("most", 100));
        if let Some((row, operation)) = parse_operation((routing_id, id), input, &at, faults) {
            rows.push(row);
            operations.push(operation);
        }
    }
    if operations.len() == inputs.len()
        && let Err(found) = Routing::new(operations)
    {
        for fault in found {
            faults.add(pointer(&fault, inputs), code(&fault), &fault);
        }
    }
    Ok(rows)
}

fn parse_operation(
    (routing_id, id): (Uuid, Uuid),
    input: &OperationInput,
    at: &impl Fn(&str) -> String,
    faults: &mut Faults,
) -> Option<(OperationRow, Operation)> {
    let sequence = match i32::try_from(input.sequence) {
        Ok(sequence) if sequence > 0 => Some(sequence),
        _ => {
            faults.add(at("sequence"), &codes::VALUE_INVALID, say::SEQUENCE_BAD);
            None
        }
    };
    let name = faults.take(&at("name"), Name::new(&input.name));
    let setup = faults.take(&at("setup_seconds"), seconds(input.setup_seconds));
    let cycle = faults.take(&at("cycle_seconds"), seconds(input.cycle_seconds));
    let cleanup = faults.take(&at("cleanup_seconds"), seconds(input.cleanup_seconds));
    let per_cycle = faults.take(&at("quantity_per_cycle"), PositiveQuantity::new(input.quantity_per_cycle));
    let overlap = input.overlap_quantity.map(PositiveQuantity::new).transpose();
    let overlap = faults.take(&at("overlap_quantity"), overlap);
    let predecessors: Option<Result<Vec<i32>, _>> =
        input.predecessors.as_ref().map(|listed| listed.iter().map(|&value| i32::try_from(value)).collect());
    let predecessors = faults.take(&at("predecessors"), predecessors.transpose().map_err(|_| say::SEQUENCE_BAD));
    let (name, per_cycle, overlap) = (name?, per_cycle?, overlap?);
    let row = OperationRow {
        id,
        routing_id,
        sequence: sequence?,
        name: name.to_string(),
        work_center_id: input.work_center_id.uuid(),
        work_center_name: String::new(),
        efficiency_percent: Decimal::ONE_HUNDRED,
        costs_hour: None,
        labour_cost_hour: None,
        setup_seconds: setup?,
        cycle_seconds: cycle?,
        quantity_per_cycle: per_cycle.get(),
        cleanup_seconds: cleanup?,
        staff_needed: i32::try_from(input.staff_needed).unwrap_or(i32::MAX),
        predecessors: predecessors?,
        overlap_quantity: overlap.map(PositiveQuantity::get),
        instructions: input.instructions.clone(),
        time_mode: input.time_mode.to_string(),
        learn_from: i32::try_from(input.learn_from).unwrap_or(i32::MAX),
    };
    let operation = Operation {
        id: OperationId::from_uuid(row.id),
        sequence: input.sequence,
        name,
        work_center: input.work_center_id,
        times: OperationTimes {
            setup: Seconds::new(u64::from(input.setup_seconds)),
            cycle: Seconds::new(u64::from(input.cycle_seconds)),
            quantity_per_cycle: per_cycle,
            cleanup: Seconds::new(u64::from(input.cleanup_seconds)),
        },
        staff_needed: input.staff_needed,
        predecessors: input.predecessors.clone(),
        overlap_after: overlap,
        instructions: input.instructions.clone(),
    };
    Some((row, operation))
}

/// Where in the body a fault of the whole is.
/// What a fault is called; who reads it in another language has nothing else.
const fn code(fault: &RoutingFault) -> &'static ErrorCode {
    match fault {
        RoutingFault::NoOperation => &codes::VALUE_MISSING,
        RoutingFault::DuplicateSequence { .. } => &codes::SEQUENCE_REPEATED,
        RoutingFault::UnknownPredecessor { .. } => &codes::PREDECESSOR_UNKNOWN,
        RoutingFault::Cycle { .. } => &codes::OPERATIONS_CIRCULAR,
        RoutingFault::TooManyOperations { .. } | RoutingFault::InstructionsTooLong { .. } => &codes::VALUE_INVALID,
    }
}

fn pointer(fault: &RoutingFault, inputs: &[OperationInput]) -> String {
    let at = |sequence: u32, field: &str| {
        let place = inputs.iter().rposition(|input| input.sequence == sequence);
        place.map_or_else(|| "/operations".to_owned(), |place| format!("/operations/{place}/{field}"))
    };
    match fault {
        RoutingFault::NoOperation | RoutingFault::TooManyOperations { .. } => "/operations".to_owned(),
        RoutingFault::DuplicateSequence { sequence } => at(*sequence, "sequence"),
        RoutingFault::UnknownPredecessor { sequence, .. } => at(*sequence, "predecessors"),
        RoutingFault::Cycle { path } => at(path.first().copied().unwrap_or_default(), "predecessors"),
        RoutingFault::InstructionsTooLong { sequence, .. } => at(*sequence, "instructions"),
    }
}
