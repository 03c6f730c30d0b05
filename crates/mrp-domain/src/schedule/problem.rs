//! What is to be scheduled: orders of operations, and the work centers that can do them.
//!
//! Operations, orders and work centers are numbered from 0 in the order in which they are given. How a shop maps onto
//! it: a work center's capacity is its `units`, its resolved hours minus downtime are its `hours`; a work order is an
//! operation whose modes are the work center of its routing and the allowed alternatives, each with the duration that
//! `work_order_duration` gives there (setup, cycles at that efficiency, cleanup); a manufacturing order is an order,
//! due at its deadline; an operation's `release` is when its reserved or expected components are there; what has
//! started, and what lies in the frozen zone, is `fixed`.

use crate::calendar::WorkingWindows;
use crate::schedule::Slot;
use crate::time::{Instant, Seconds};

/// Most operations of one problem.
pub const OPERATIONS_MAX: usize = 1_000_000;

/// Most orders of one problem.
pub const ORDERS_MAX: usize = 500_000;

/// Most work centers of one problem.
pub const WORK_CENTERS_MAX: usize = 10_000;

/// Most units of one work center.
pub const UNITS_MAX: u32 = 1_000;

/// Most families of operations that changeovers are told for.
pub const FAMILIES_MAX: u32 = 1_000;

/// Heaviest order.
pub const WEIGHT_MAX: u32 = 1_000_000;

/// Longest time from the first release to the last due date, and longest work of all operations together: 34 years.
pub const SPAN_SECONDS_MAX: u64 = 1 << 30;

/// When a work center works.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hours {
    /// Around the clock, without end.
    Always,
    /// In these windows and not after the last of them.
    Windows(WorkingWindows),
}

/// The working time that a unit needs between two operations, by their families.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changeovers {
    families: u32,
    seconds: Vec<Seconds>,
}

impl Changeovers {
    /// A square matrix: row the family that was made before, column the family that follows.
    ///
    /// None when it is not square or has more than [`FAMILIES_MAX`] rows.
    #[must_use]
    pub fn new(rows: &[Vec<Seconds>]) -> Option<Self> {
        let families = u32::try_from(rows.len()).ok().filter(|&rows| rows <= FAMILIES_MAX)?;
        let is_square = rows.iter().all(|row| row.len() == rows.len());
        is_square.then(|| Self { families, seconds: rows.iter().flatten().copied().collect() })
    }

    /// How many families it knows.
    #[must_use]
    pub const fn families(&self) -> u32 {
        self.families
    }

    /// Working time from the end of an operation of `before` to the start of one of `after`; none for unknown families.
    #[must_use]
    pub fn between(&self, before: u32, after: u32) -> Seconds {
        if before >= self.families || after >= self.families {
            return Seconds::ZERO;
        }
        let place = u64::from(before) * u64::from(self.families) + u64::from(after);
        usize::try_from(place).ok().and_then(|place| self.seconds.get(place)).copied().unwrap_or(Seconds::ZERO)
    }

    fn longest(&self) -> Seconds {
        self.seconds.iter().copied().max().unwrap_or(Seconds::ZERO)
    }
}

/// Where operations run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkCenter {
    /// Equal machines or places: how many operations run at once, each on one unit.
    pub units: u32,
    /// When it works.
    pub hours: Hours,
    /// What changing from one family to another takes; none: nothing.
    pub changeovers: Option<Changeovers>,
}

/// What a customer waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Order {
    /// Nothing of it starts before.
    pub release: Instant,
    /// When its last operation should be done; none: whenever.
    pub due: Option<Instant>,
    /// What a second of tardiness counts.
    pub weight: u32,
}

/// One of the ways to do an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mode {
    /// On a unit of this work center.
    pub work_center: u32,
    /// Working time that it takes there.
    pub duration: Seconds,
}

/// What an operation waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Predecessor {
    /// The operation that must end before.
    pub operation: u32,
    /// Time from its end to the start of the one that waits, on the clock: cooling, drying, transport.
    pub lag: Seconds,
}

/// A step of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operation {
    /// Whose step it is.
    pub order: u32,
    /// What the changeovers of work centers distinguish.
    pub family: u32,
    /// It does not start before, on top of its order's release: its material comes then.
    pub release: Option<Instant>,
    /// The ways to do it; at least one.
    pub modes: Vec<Mode>,
    /// What it waits for.
    pub predecessors: Vec<Predecessor>,
    /// Whether it may stand still outside working hours. Otherwise it runs within one window.
    pub is_interruptible: bool,
    /// It runs there and then, whatever else: it has started, or is frozen.
    pub fixed: Option<Slot>,
}

/// What is wrong with a problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProblemFault {
    /// More than a limit of this module.
    #[error("{found} {what} are more than {most}")]
    TooMany {
        /// Of what.
        what: &'static str,
        /// How many there are.
        found: usize,
        /// How many there may be.
        most: usize,
    },
    /// A work center has no unit, or more than [`UNITS_MAX`].
    #[error("work center {work_center} has {units} units, not 1 to {UNITS_MAX}")]
    Units {
        /// Its number.
        work_center: u32,
        /// What was given.
        units: u32,
    },
    /// An order weighs more than [`WEIGHT_MAX`].
    #[error("order {order} weighs more than {WEIGHT_MAX}")]
    Weight {
        /// Its number.
        order: u32,
    },
    /// An operation belongs to an order that is not there.
    #[error("operation {operation} belongs to order {order}, which does not exist")]
    UnknownOrder {
        /// Its number.
        operation: u32,
        /// The order named.
        order: u32,
    },
    /// An operation can be done nowhere.
    #[error("operation {operation} has no mode")]
    NoMode {
        /// Its number.
        operation: u32,
    },
    /// A mode names a work center that is not there.
    #[error("operation {operation} names work center {work_center}, which does not exist")]
    UnknownWorkCenter {
        /// Its number.
        operation: u32,
        /// The work center named.
        work_center: u32,
    },
    /// An operation waits for one that is not there.
    #[error("operation {operation} waits for operation {predecessor}, which does not exist")]
    UnknownPredecessor {
        /// The operation that waits.
        operation: u32,
        /// What it waits for.
        predecessor: u32,
    },
    /// Operations wait for each other in a circle; this is one of them.
    #[error("operation {operation} waits, over others, for itself")]
    Cycle {
        /// One of the circle.
        operation: u32,
    },
    /// No window of any of its work centers is long enough for an operation that cannot be interrupted.
    #[error("operation {operation} fits in no working window")]
    NoWindow {
        /// Its number.
        operation: u32,
    },
    /// An operation takes no time where changing over does: then nobody could say in which order such operations run.
    #[error("operation {operation} takes no time on work center {work_center}, which has changeovers")]
    NoWork {
        /// Its number.
        operation: u32,
        /// Where.
        work_center: u32,
    },
    /// A fixed operation names a mode or unit that it does not have, or ends before it starts.
    #[error("operation {operation} is fixed to a slot that it cannot have")]
    FixedSlot {
        /// Its number.
        operation: u32,
    },
    /// A fixed operation waits for one that is free, or that ends too late.
    #[error("operation {operation} is fixed before operation {predecessor}, for which it waits")]
    FixedBeforePredecessor {
        /// The operation that waits.
        operation: u32,
        /// What it waits for.
        predecessor: u32,
    },
    /// Two fixed operations run on one unit at once.
    #[error("operations {first} and {second} are fixed to one unit at the same time")]
    FixedOverlap {
        /// The one that starts first.
        first: u32,
        /// The other.
        second: u32,
    },
    /// Releases, due dates and work span more than [`SPAN_SECONDS_MAX`].
    #[error("the times of the problem span more than {SPAN_SECONDS_MAX} seconds")]
    TooLong,
}

/// Orders, operations and work centers that belong together, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    work_centers: Vec<WorkCenter>,
    orders: Vec<Order>,
    operations: Vec<Operation>,
    waiting_order: Vec<u32>,
}

impl Problem {
    /// A problem without a fault.
    ///
    /// # Errors
    /// Every fault at once; those of times only when the references are right.
    pub fn new(
        work_centers: Vec<WorkCenter>,
        orders: Vec<Order>,
        operations: Vec<Operation>,
    ) -> Result<Self, Vec<ProblemFault>> {
        let mut problem = Self { work_centers, orders, operations, waiting_order: Vec::new() };
        let mut faults = problem.limit_faults();
        if faults.is_empty() {
            faults = problem.reference_faults();
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        match problem.waiting_order() {
            Ok(order) => problem.waiting_order = order,
            Err(fault) => faults.push(fault),
        }
        faults.extend(problem.fixed_faults());
        faults.extend(problem.time_faults());
        if faults.is_empty() { Ok(problem) } else { Err(faults) }
    }

    /// The work centers by number.
    #[must_use]
    pub fn work_centers(&self) -> &[WorkCenter] {
        &self.work_centers
    }

    /// The orders by number.
    #[must_use]
    pub fn orders(&self) -> &[Order] {
        &self.orders
    }

    /// The operations by number.
    #[must_use]
    pub fn operations(&self) -> &[Operation] {
        &self.operations
    }

    /// The numbers of the operations, each behind all that it waits for.
    #[must_use]
    pub fn operations_in_waiting_order(&self) -> &[u32] {
        &self.waiting_order
    }

    /// The work center with that number.
    #[must_use]
    pub fn work_center(&self, number: u32) -> Option<&WorkCenter> {
        usize::try_from(number).ok().and_then(|number| self.work_centers.get(number))
    }

    /// The order with that number.
    #[must_use]
    pub fn order(&self, number: u32) -> Option<&Order> {
        usize::try_from(number).ok().and_then(|number| self.orders.get(number))
    }

    /// The operation with that number.
    #[must_use]
    pub fn operation(&self, number: u32) -> Option<&Operation> {
        usize::try_from(number).ok().and_then(|number| self.operations.get(number))
    }

    /// The first moment at which anything can be: the earliest release or fixed start.
    #[must_use]
    pub fn origin(&self) -> Instant {
        let fixed = self.operations.iter().filter_map(|operation| operation.fixed).map(|slot| slot.start);
        self.orders.iter().map(|order| order.release).chain(fixed).min().unwrap_or(Instant::from_unix(0))
    }

    fn limit_faults(&self) -> Vec<ProblemFault> {
        let counts = [
            ("work centers", self.work_centers.len(), WORK_CENTERS_MAX),
            ("orders", self.orders.len(), ORDERS_MAX),
            ("operations", self.operations.len(), OPERATIONS_MAX),
        ];
        let too_many = counts.into_iter().filter(|(_, found, most)| found > most);
        too_many.map(|(what, found, most)| ProblemFault::TooMany { what, found, most }).collect()
    }

    fn reference_faults(&self) -> Vec<ProblemFault> {
        let mut faults = Vec::new();
        for (work_center, given) in (0..).zip(&self.work_centers) {
            if given.units == 0 || given.units > UNITS_MAX {
                faults.push(ProblemFault::Units { work_center, units: given.units });
            }
        }
        let heavy = (0..).zip(&self.orders).filter(|(_, given)| given.weight > WEIGHT_MAX);
        faults.extend(heavy.map(|(order, _)| ProblemFault::Weight { order }));
        for (operation, given) in (0..).zip(&self.operations) {
            if self.order(given.order).is_none() {
                faults.push(ProblemFault::UnknownOrder { operation, order: given.order });
            }
            if given.modes.is_empty() {
                faults.push(ProblemFault::NoMode { operation });
            }
            let centers = given.modes.iter().map(|mode| mode.work_center);
            let unknown = centers.filter(|&center| self.work_center(center).is_none());
            faults.extend(unknown.map(|work_center| ProblemFault::UnknownWorkCenter { operation, work_center }));
            let idle = given.modes.iter().filter(|mode| mode.duration.is_zero()).map(|mode| mode.work_center);
            let idle =
                idle.filter(|&center| self.work_center(center).is_some_and(|center| center.changeovers.is_some()));
            faults.extend(idle.map(|work_center| ProblemFault::NoWork { operation, work_center }));
            let before = given.predecessors.iter().map(|waits| waits.operation);
            let unknown = before.filter(|&before| self.operation(before).is_none());
            faults.extend(unknown.map(|predecessor| ProblemFault::UnknownPredecessor { operation, predecessor }));
        }
        faults
    }

    /// Depth first over the predecessors, without recursion: an operation is done when all before it are.
    fn waiting_order(&self) -> Result<Vec<u32>, ProblemFault> {
        let mut order = Vec::with_capacity(self.operations.len());
        let mut state = vec![Visit::Unseen; self.operations.len()];
        let mut stack: Vec<u32> = Vec::new();
        for root in (0..).zip(&self.operations).map(|(number, _)| number) {
            stack.push(root);
            while let Some(&operation) = stack.last() {
                let Some(seen) = state.get_mut(usize::try_from(operation).unwrap_or(usize::MAX)) else { break };
                match seen {
                    Visit::Done => {
                        stack.pop();
                    }
                    Visit::Open => {
                        *seen = Visit::Done;
                        order.push(operation);
                        stack.pop();
                    }
                    Visit::Unseen => {
                        *seen = Visit::Open;
                        let waits = self.operation(operation).map_or(&[][..], |given| &given.predecessors);
                        for before in waits.iter().rev().map(|waits| waits.operation) {
                            match state.get(usize::try_from(before).unwrap_or(usize::MAX)) {
                                Some(Visit::Open) => return Err(ProblemFault::Cycle { operation: before }),
                                Some(Visit::Unseen) => stack.push(before),
                                Some(Visit::Done) | None => {}
                            }
                        }
                    }
                }
            }
        }
        Ok(order)
    }

    fn fixed_faults(&self) -> Vec<ProblemFault> {
        let mut faults = Vec::new();
        let mut taken: Vec<(u32, u32, Slot, u32)> = Vec::new();
        for (number, operation) in (0..).zip(&self.operations) {
            let Some(slot) = operation.fixed else { continue };
            let mode = usize::try_from(slot.mode).ok().and_then(|mode| operation.modes.get(mode));
            let center = mode.and_then(|mode| Some((mode.work_center, self.work_center(mode.work_center)?)));
            match center {
                Some((center, given)) if slot.unit < given.units && slot.start <= slot.end => {
                    taken.push((center, slot.unit, slot, number));
                }
                Some(_) | None => faults.push(ProblemFault::FixedSlot { operation: number }),
            }
            for waits in &operation.predecessors {
                let before = self.operation(waits.operation).and_then(|before| before.fixed);
                if before.is_none_or(|before| before.end.plus(waits.lag) > slot.start) {
                    faults
                        .push(ProblemFault::FixedBeforePredecessor { operation: number, predecessor: waits.operation });
                }
            }
        }
        taken.sort_unstable_by_key(|&(center, unit, slot, number)| (center, unit, slot.start, slot.end, number));
        for pair in taken.windows(2) {
            if let &[(center, unit, before, first), (next_center, next_unit, after, second)] = pair
                && (center, unit) == (next_center, next_unit)
                && after.start < before.end
            {
                faults.push(ProblemFault::FixedOverlap { first, second });
            }
        }
        faults
    }

    fn time_faults(&self) -> Vec<ProblemFault> {
        let mut faults = Vec::new();
        let origin = self.origin();
        let far = |at: Instant| at.since(origin).get();
        let mut span =
            self.orders.iter().map(|order| far(order.release).max(order.due.map_or(0, far))).max().unwrap_or(0);
        let mut longest_changeover = 0;
        for center in &self.work_centers {
            longest_changeover =
                longest_changeover.max(center.changeovers.as_ref().map_or(0, |all| all.longest().get()));
        }
        let mut work = 0_u64;
        for (number, operation) in (0..).zip(&self.operations) {
            span = span.max(operation.release.map_or(0, far)).max(operation.fixed.map_or(0, |slot| far(slot.end)));
            let longest = operation.modes.iter().map(|mode| mode.duration.get()).max().unwrap_or(0);
            let waits = operation.predecessors.iter().map(|waits| waits.lag.get()).max().unwrap_or(0);
            work = work.saturating_add(longest).saturating_add(waits).saturating_add(longest_changeover);
            if !operation.is_interruptible && operation.fixed.is_none() && !self.fits_somewhere(operation) {
                faults.push(ProblemFault::NoWindow { operation: number });
            }
        }
        if span > SPAN_SECONDS_MAX || work > SPAN_SECONDS_MAX {
            faults.push(ProblemFault::TooLong);
        }
        faults
    }

    fn fits_somewhere(&self, operation: &Operation) -> bool {
        operation.modes.iter().any(|mode| match self.work_center(mode.work_center).map(|center| &center.hours) {
            Some(Hours::Windows(windows)) => windows.iter().any(|window| window.length() >= mode.duration),
            Some(Hours::Always) | None => true,
        })
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Visit {
    Unseen,
    Open,
    Done,
}
