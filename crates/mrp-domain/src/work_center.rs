//! Work centers: machines, lines, teams.
//!
//! What does not live here: when they work (`shop_calendar`), how long an operation takes on one
//! (`work_order_duration`).

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::ids::{WorkCenterId, WorkScheduleId};
use crate::money::HourlyRate;
use crate::quantity::Exact;
use crate::text::{Code, Name};
use crate::time::Seconds;
use crate::vocabulary;

/// Highest efficiency, in percent.
pub const EFFICIENCY_PERCENT_MAX: Decimal = Decimal::from_parts(1_000, 0, 0, false, 0);

/// Most work orders that run side by side on one work center.
pub const WORK_CENTER_CAPACITY_MAX: u32 = 1_000;

/// Most alternatives of one work center.
pub const ALTERNATIVES_MAX: usize = 20;

vocabulary! {
    /// What a work center is.
    pub enum WorkCenterKind {
        /// One or more like machines.
        Machine = "machine",
        /// A line of machines that works as one.
        Line = "line",
        /// People.
        Team = "team",
    }
}

/// Why a work center's values do not make sense.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WorkCenterFault {
    /// Durations are divided by the efficiency.
    #[error("the efficiency {percent} % is not more than 0 and at most {EFFICIENCY_PERCENT_MAX} %")]
    EfficiencyOutOfRange {
        /// The percentage given.
        percent: Decimal,
    },
    /// A work center that runs nothing, or too much.
    #[error("the capacity {capacity} is not between 1 and {WORK_CENTER_CAPACITY_MAX}")]
    CapacityOutOfRange {
        /// The capacity given.
        capacity: u32,
    },
    /// A share of a hundred.
    #[error("the OEE target {percent} % is not more than 0 and at most 100 %")]
    OeeTargetOutOfRange {
        /// The percentage given.
        percent: Decimal,
    },
    /// A work center stands in for others, not for itself.
    #[error("a work center cannot be its own alternative")]
    OwnAlternative,
    /// An alternative is listed twice.
    #[error("the alternative {work_center} is listed more than once")]
    AlternativeTwice {
        /// The one listed twice.
        work_center: WorkCenterId,
    },
    /// More than [`ALTERNATIVES_MAX`] alternatives.
    #[error("{found} alternatives are more than {ALTERNATIVES_MAX}")]
    TooManyAlternatives {
        /// How many were given.
        found: usize,
    },
}

/// How fast a work center is against the times in its routings, in percent: more than 0, at most 1000.
/// At 80 % a cycle of 12 minutes takes 15.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "Decimal", into = "Decimal")]
pub struct Efficiency(Decimal);

impl Efficiency {
    /// As fast as the routing says.
    pub const FULL: Self = Self(Decimal::ONE_HUNDRED);

    /// The percentage.
    #[must_use]
    pub const fn percent(self) -> Decimal {
        self.0
    }

    /// The percentage as a fraction, to divide by: more than zero.
    #[must_use]
    pub fn exact_percent(self) -> Exact {
        Exact::from_decimal(self.0)
    }
}

impl TryFrom<Decimal> for Efficiency {
    type Error = WorkCenterFault;

    fn try_from(percent: Decimal) -> Result<Self, Self::Error> {
        if percent > Decimal::ZERO && percent <= EFFICIENCY_PERCENT_MAX {
            Ok(Self(percent.normalize()))
        } else {
            Err(WorkCenterFault::EfficiencyOutOfRange { percent })
        }
    }
}

impl From<Efficiency> for Decimal {
    fn from(efficiency: Efficiency) -> Self {
        efficiency.0
    }
}

/// How many work orders run side by side: at least 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct WorkCenterCapacity(u32);

impl WorkCenterCapacity {
    /// One work order at a time.
    pub const ONE: Self = Self(1);

    /// The number.
    #[must_use]
    pub const fn get(self) -> u32 {
        self.0
    }
}

impl TryFrom<u32> for WorkCenterCapacity {
    type Error = WorkCenterFault;

    fn try_from(capacity: u32) -> Result<Self, Self::Error> {
        if (1..=WORK_CENTER_CAPACITY_MAX).contains(&capacity) {
            Ok(Self(capacity))
        } else {
            Err(WorkCenterFault::CapacityOutOfRange { capacity })
        }
    }
}

impl From<WorkCenterCapacity> for u32 {
    fn from(capacity: WorkCenterCapacity) -> Self {
        capacity.0
    }
}

/// The overall equipment effectiveness that a work center should reach, in percent: more than 0, at most 100.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "Decimal", into = "Decimal")]
pub struct OeeTarget(Decimal);

impl OeeTarget {
    /// The percentage.
    #[must_use]
    pub const fn percent(self) -> Decimal {
        self.0
    }
}

impl TryFrom<Decimal> for OeeTarget {
    type Error = WorkCenterFault;

    fn try_from(percent: Decimal) -> Result<Self, Self::Error> {
        if percent > Decimal::ZERO && percent <= Decimal::ONE_HUNDRED {
            Ok(Self(percent.normalize()))
        } else {
            Err(WorkCenterFault::OeeTargetOutOfRange { percent })
        }
    }
}

impl From<OeeTarget> for Decimal {
    fn from(target: OeeTarget) -> Self {
        target.0
    }
}

/// Where else the work can be done, best first: no work center twice, never the work center itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Alternatives(Vec<WorkCenterId>);

impl Alternatives {
    /// Checks the list for the work center `own`.
    ///
    /// # Errors
    /// Everything that is wrong with the list.
    pub fn new(own: WorkCenterId, listed: Vec<WorkCenterId>) -> Result<Self, Vec<WorkCenterFault>> {
        let mut faults = Vec::new();
        if listed.len() > ALTERNATIVES_MAX {
            faults.push(WorkCenterFault::TooManyAlternatives { found: listed.len() });
        }
        if listed.contains(&own) {
            faults.push(WorkCenterFault::OwnAlternative);
        }
        let mut sorted = listed.clone();
        sorted.sort_unstable();
        let mut twice: Vec<_> =
            sorted.windows(2).filter(|pair| pair.first() == pair.last()).flatten().copied().collect();
        twice.dedup();
        faults.extend(twice.into_iter().map(|work_center| WorkCenterFault::AlternativeTwice { work_center }));
        if faults.is_empty() { Ok(Self(listed)) } else { Err(faults) }
    }

    /// The work centers, best first.
    #[must_use]
    pub fn as_slice(&self) -> &[WorkCenterId] {
        &self.0
    }
}

/// A machine, line or team with its rates and defaults. Every field has been parsed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WorkCenter {
    /// Its id.
    pub id: WorkCenterId,
    /// What stands on its sign.
    pub code: Code,
    /// What it is called.
    pub name: Name,
    /// Machine, line or team.
    pub kind: WorkCenterKind,
    /// How many work orders run side by side.
    pub capacity: WorkCenterCapacity,
    /// How fast it is against the routing's times.
    pub efficiency: Efficiency,
    /// What an hour of it costs.
    pub cost_per_hour: HourlyRate,
    /// Its shifts; none means the company's.
    pub work_schedule: Option<WorkScheduleId>,
    /// Setup of a new operation on it.
    pub default_setup: Seconds,
    /// Cleanup of a new operation on it.
    pub default_cleanup: Seconds,
    /// The effectiveness that it should reach.
    pub oee_target: Option<OeeTarget>,
    /// Where else the work can be done.
    pub alternatives: Alternatives,
    /// Whether new work may be planned on it.
    pub is_active: bool,
    /// Notes.
    pub description: String,
}
