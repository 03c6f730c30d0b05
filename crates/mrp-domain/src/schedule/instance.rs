//! Problems in the text formats of research, so that results can be compared with those of others.
//!
//! All are whitespace separated whole numbers; machines count from 0 and time from 1970-01-01T00:00:00Z.
//!
//! - **Job shop** (Fisher and Thompson, Lawrence, Taillard): `jobs machines`, then for each job its operations in
//!   order, each `machine duration`; every job visits every machine once.
//! - **Flexible job shop** (Brandimarte, Hurink, Kacem): `jobs machines` and perhaps an average that says nothing, then
//!   for each job the number of its operations, and for each of them the number of its alternatives and so many
//!   `machine duration`.
//! - **Factory**: `orders work_centers`, the units of each work center, then for each order `release due weight`, the
//!   number of its operations and so many `work_center duration`.

use crate::schedule::problem::{
    Hours, Mode, Operation, Order, Predecessor, Problem, ProblemFault, WORK_CENTERS_MAX, WorkCenter,
};
use crate::time::{Instant, Seconds};

/// Largest number in an instance.
pub const NUMBER_MAX: u64 = 1 << 30;

/// Why a text is not an instance.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InstanceError {
    /// The text ends too early.
    #[error("the text ends where {what} should be")]
    Ended {
        /// What was expected.
        what: &'static str,
    },
    /// Something else than a whole number up to [`NUMBER_MAX`].
    #[error("line {line}: {found:?} is not {what}, a whole number up to {NUMBER_MAX}")]
    NotANumber {
        /// From 1.
        line: usize,
        /// What was expected.
        what: &'static str,
        /// What stands there, at most its first 20 characters.
        found: String,
    },
    /// There is more than the counts say.
    #[error("line {line}: the text goes on after the last job")]
    GoesOn {
        /// From 1.
        line: usize,
    },
    /// The numbers make no problem.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Faults(Vec<ProblemFault>),
}

/// Reads a job shop.
///
/// # Errors
/// [`InstanceError`], the first that is found.
pub fn job_shop(text: &str) -> Result<Problem, InstanceError> {
    let mut words = Words::of(text);
    let (jobs, machines) = (words.number("the number of jobs")?, words.number("the number of machines")?);
    let mut shop = Parts::with_machines(machines)?;
    for _ in 0..jobs {
        shop.order(Order { release: Instant::from_unix(0), due: None, weight: 0 });
        for _ in 0..machines {
            let mode = words.mode()?;
            shop.step(vec![mode]);
        }
    }
    words.end()?;
    shop.problem()
}

/// Reads a flexible job shop.
///
/// # Errors
/// [`InstanceError`], the first that is found.
pub fn flexible_job_shop(text: &str) -> Result<Problem, InstanceError> {
    let mut words = Words::of(text);
    let (jobs, machines) = (words.number("the number of jobs")?, words.number("the number of machines")?);
    words.skip_line();
    let mut shop = Parts::with_machines(machines)?;
    for _ in 0..jobs {
        shop.order(Order { release: Instant::from_unix(0), due: None, weight: 0 });
        for _ in 0..words.number("the number of operations")? {
            let mut modes = Vec::new();
            for _ in 0..words.number("the number of alternatives")? {
                modes.push(words.mode()?);
            }
            shop.step(modes);
        }
    }
    words.end()?;
    shop.problem()
}

/// Reads a factory.
///
/// # Errors
/// [`InstanceError`], the first that is found.
pub fn factory(text: &str) -> Result<Problem, InstanceError> {
    let mut words = Words::of(text);
    let (orders, work_centers) = (words.number("the number of orders")?, words.number("the number of work centers")?);
    let mut shop = Parts::default();
    for _ in 0..work_centers {
        shop.work_center(words.number("the units of a work center")?);
    }
    for _ in 0..orders {
        let release = Instant::from_unix(words.number("a release")?.into());
        let due = Some(Instant::from_unix(words.number("a due date")?.into()));
        shop.order(Order { release, due, weight: words.number("a weight")? });
        for _ in 0..words.number("the number of operations")? {
            let mode = words.mode()?;
            shop.step(vec![mode]);
        }
    }
    words.end()?;
    shop.problem()
}

#[derive(Default)]
struct Parts {
    work_centers: Vec<WorkCenter>,
    orders: Vec<Order>,
    operations: Vec<Operation>,
    previous: Option<u32>,
}

impl Parts {
    fn with_machines(machines: u32) -> Result<Self, InstanceError> {
        let found = usize::try_from(machines).unwrap_or(usize::MAX);
        if found > WORK_CENTERS_MAX {
            let fault = ProblemFault::TooMany { what: "work centers", found, most: WORK_CENTERS_MAX };
            return Err(InstanceError::Faults(vec![fault]));
        }
        let mut parts = Self::default();
        (0..machines).for_each(|_| parts.work_center(1));
        Ok(parts)
    }

    fn work_center(&mut self, units: u32) {
        self.work_centers.push(WorkCenter { units, hours: Hours::Always, changeovers: None });
    }

    fn order(&mut self, order: Order) {
        self.orders.push(order);
        self.previous = None;
    }

    /// One more operation of the last order, after the one before.
    fn step(&mut self, modes: Vec<Mode>) {
        let previous = self.previous.map(|operation| Predecessor { operation, lag: Seconds::ZERO });
        self.previous = u32::try_from(self.operations.len()).ok();
        self.operations.push(Operation {
            order: u32::try_from(self.orders.len()).unwrap_or(0).saturating_sub(1),
            family: 0,
            release: None,
            modes,
            predecessors: previous.into_iter().collect(),
            is_interruptible: true,
            fixed: None,
        });
    }

    fn problem(self) -> Result<Problem, InstanceError> {
        Problem::new(self.work_centers, self.orders, self.operations).map_err(InstanceError::Faults)
    }
}

struct Words<'a> {
    words: std::iter::Peekable<Box<dyn Iterator<Item = (usize, &'a str)> + 'a>>,
    line: usize,
}

impl<'a> Words<'a> {
    fn of(text: &'a str) -> Self {
        let words =
            (1..).zip(text.lines()).flat_map(|(line, text)| text.split_whitespace().map(move |word| (line, word)));
        let words: Box<dyn Iterator<Item = (usize, &'a str)> + 'a> = Box::new(words);
        Self { words: words.peekable(), line: 1 }
    }

    fn number(&mut self, what: &'static str) -> Result<u32, InstanceError> {
        let (line, word) = self.words.next().ok_or(InstanceError::Ended { what })?;
        self.line = line;
        let number = word.parse().ok().filter(|&number| u64::from(number) <= NUMBER_MAX);
        number.ok_or_else(|| InstanceError::NotANumber { line, what, found: word.chars().take(20).collect() })
    }

    fn mode(&mut self) -> Result<Mode, InstanceError> {
        let work_center = self.number("a machine")?;
        Ok(Mode { work_center, duration: Seconds::new(self.number("a duration")?.into()) })
    }

    /// Leaves the rest of the line that was read last.
    fn skip_line(&mut self) {
        let line = self.line;
        while self.words.next_if(|&(at, _)| at == line).is_some() {}
    }

    fn end(mut self) -> Result<(), InstanceError> {
        match self.words.next() {
            Some((line, _)) => Err(InstanceError::GoesOn { line }),
            None => Ok(()),
        }
    }
}
