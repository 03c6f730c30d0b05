//! Routings: the operations that make a product, and which waits for which.
//!
//! What does not live here: when operations run (`routing::plan`), how long they take (`work_order_duration`).

pub mod plan;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::ids::{OperationId, WorkCenterId};
use crate::quantity::PositiveQuantity;
use crate::text::Name;
use crate::work_order_duration::OperationTimes;

/// Most operations of one routing.
pub const OPERATIONS_MAX: usize = 500;

/// Longest instructions of one operation, in characters.
pub const INSTRUCTIONS_CHARS_MAX: usize = 20_000;

/// One step of a routing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Operation {
    /// Its id.
    pub id: OperationId,
    /// Its number on the routing: 10, 20, 30.
    pub sequence: u32,
    /// What is done.
    pub name: Name,
    /// Where it is done.
    pub work_center: WorkCenterId,
    /// Setup, cycle and cleanup.
    pub times: OperationTimes,
    /// People that it takes; none for a machine that runs alone.
    pub staff_needed: u32,
    /// The sequences that it waits for; none given means the previous operation.
    pub predecessors: Option<Vec<u32>>,
    /// The next operation may start after so many pieces; none given means after all of them.
    pub overlap_after: Option<PositiveQuantity>,
    /// What the operator reads.
    pub instructions: String,
}

/// What is wrong with a list of operations.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RoutingFault {
    /// Nothing to do.
    #[error("the routing has no operation")]
    NoOperation,
    /// More than [`OPERATIONS_MAX`].
    #[error("{found} operations are more than {OPERATIONS_MAX}")]
    TooManyOperations {
        /// How many were given.
        found: usize,
    },
    /// Two operations have the same number.
    #[error("the sequence {sequence} is used by more than one operation")]
    DuplicateSequence {
        /// The number.
        sequence: u32,
    },
    /// An operation waits for one that is not there.
    #[error("operation {sequence} waits for operation {predecessor}, which does not exist")]
    UnknownPredecessor {
        /// The operation that waits.
        sequence: u32,
        /// What it waits for.
        predecessor: u32,
    },
    /// Operations wait for each other. The path starts and ends with the same operation; each waits for the next.
    #[error("operations wait for each other: {}", shown_path(path))]
    Cycle {
        /// Sequences along the cycle, the first one repeated at the end.
        path: Vec<u32>,
    },
    /// Longer than [`INSTRUCTIONS_CHARS_MAX`].
    #[error("the instructions of operation {sequence} have {found} characters, more than {INSTRUCTIONS_CHARS_MAX}")]
    InstructionsTooLong {
        /// The operation.
        sequence: u32,
        /// Characters found.
        found: usize,
    },
}

/// Operations in the order of their sequences, with every predecessor resolved and no cycle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<Operation>", into = "Vec<Operation>")]
pub struct Routing {
    operations: Vec<Operation>,
    predecessors: Vec<Vec<usize>>,
    work_order: Vec<usize>,
}

impl Routing {
    /// Sorts the operations by sequence and resolves what waits for what.
    ///
    /// # Errors
    /// Every fault at once.
    pub fn new(mut operations: Vec<Operation>) -> Result<Self, Vec<RoutingFault>> {
        operations.sort_by_key(|operation| operation.sequence);
        let mut faults = shape_faults(&operations);
        if operations.len() > OPERATIONS_MAX {
            return Err(faults);
        }
        let predecessors = resolve_predecessors(&operations, &mut faults);
        let work_order = match waiting_order(&predecessors) {
            Ok(order) => order,
            Err(cycle) => {
                let path = cycle.iter().filter_map(|&index| operations.get(index)).map(|found| found.sequence);
                faults.push(RoutingFault::Cycle { path: path.collect() });
                Vec::new()
            }
        };
        if faults.is_empty() { Ok(Self { operations, predecessors, work_order }) } else { Err(faults) }
    }

    /// The operations by rising sequence.
    #[must_use]
    pub fn operations(&self) -> &[Operation] {
        &self.operations
    }

    /// The operation with that sequence.
    #[must_use]
    pub fn operation(&self, sequence: u32) -> Option<&Operation> {
        let index = self.operations.binary_search_by_key(&sequence, |operation| operation.sequence).ok()?;
        self.operations.get(index)
    }

    /// What the operation at `index` of [`Self::operations`] waits for, as indexes into the same list.
    #[must_use]
    pub fn predecessors_of(&self, index: usize) -> &[usize] {
        self.predecessors.get(index).map_or(&[], Vec::as_slice)
    }

    /// Indexes such that everything comes after all that it waits for; among equals the lower sequence first.
    #[must_use]
    pub fn waiting_order(&self) -> &[usize] {
        &self.work_order
    }
}

impl TryFrom<Vec<Operation>> for Routing {
    type Error = BrokenRouting;

    fn try_from(operations: Vec<Operation>) -> Result<Self, Self::Error> {
        Self::new(operations).map_err(BrokenRouting)
    }
}

impl From<Routing> for Vec<Operation> {
    fn from(routing: Routing) -> Self {
        routing.operations
    }
}

/// All faults of a routing that was read from outside.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
pub struct BrokenRouting(pub Vec<RoutingFault>);

fn shape_faults(operations: &[Operation]) -> Vec<RoutingFault> {
    let mut faults = Vec::new();
    if operations.is_empty() {
        faults.push(RoutingFault::NoOperation);
    }
    if operations.len() > OPERATIONS_MAX {
        faults.push(RoutingFault::TooManyOperations { found: operations.len() });
    }
    let mut uses: BTreeMap<u32, usize> = BTreeMap::new();
    for operation in operations {
        *uses.entry(operation.sequence).or_default() += 1;
        let found = operation.instructions.chars().count();
        if found > INSTRUCTIONS_CHARS_MAX {
            faults.push(RoutingFault::InstructionsTooLong { sequence: operation.sequence, found });
        }
    }
    let repeated = uses.into_iter().filter(|&(_, uses)| uses > 1);
    faults.extend(repeated.map(|(sequence, _)| RoutingFault::DuplicateSequence { sequence }));
    faults
}

fn resolve_predecessors(operations: &[Operation], faults: &mut Vec<RoutingFault>) -> Vec<Vec<usize>> {
    let by_sequence: BTreeMap<u32, usize> =
        operations.iter().enumerate().map(|(index, operation)| (operation.sequence, index)).collect();
    let mut resolved = Vec::with_capacity(operations.len());
    for (index, operation) in operations.iter().enumerate() {
        let Some(listed) = &operation.predecessors else {
            resolved.push(index.checked_sub(1).into_iter().collect());
            continue;
        };
        let mut indexes = Vec::with_capacity(listed.len());
        for &predecessor in listed {
            match by_sequence.get(&predecessor) {
                Some(&found) => indexes.push(found),
                None => {
                    faults.push(RoutingFault::UnknownPredecessor { sequence: operation.sequence, predecessor });
                }
            }
        }
        indexes.sort_unstable();
        indexes.dedup();
        resolved.push(indexes);
    }
    resolved
}

/// Repeatedly takes the first operation whose predecessors are all taken; what is left over holds a cycle.
fn waiting_order(predecessors: &[Vec<usize>]) -> Result<Vec<usize>, Vec<usize>> {
    let mut taken = vec![false; predecessors.len()];
    let is_taken = |taken: &[bool], index: usize| taken.get(index).copied().unwrap_or(false);
    let mut order = Vec::with_capacity(predecessors.len());
    while order.len() < predecessors.len() {
        let next = predecessors.iter().enumerate().position(|(index, waits_for)| {
            !is_taken(&taken, index) && waits_for.iter().all(|&before| is_taken(&taken, before))
        });
        match next {
            Some(index) => {
                order.push(index);
                if let Some(flag) = taken.get_mut(index) {
                    *flag = true;
                }
            }
            None => return Err(find_cycle(predecessors, &taken)),
        }
    }
    Ok(order)
}

/// Everything that is left waits for something that is left: walking on must come back.
fn find_cycle(predecessors: &[Vec<usize>], taken: &[bool]) -> Vec<usize> {
    let is_left = |index: usize| !taken.get(index).copied().unwrap_or(true);
    let mut path: Vec<usize> = Vec::new();
    let mut next = (0..predecessors.len()).find(|&index| is_left(index));
    while let Some(index) = next {
        if let Some(start) = path.iter().position(|&seen| seen == index) {
            path.drain(..start);
            path.push(index);
            return path;
        }
        path.push(index);
        next = predecessors.get(index).and_then(|before| before.iter().copied().find(|&index| is_left(index)));
    }
    path
}

fn shown_path(path: &[u32]) -> String {
    path.iter().map(ToString::to_string).collect::<Vec<_>>().join(" → ")
}
