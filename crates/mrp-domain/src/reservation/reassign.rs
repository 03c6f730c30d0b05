//! Reserved goods that go from one order to another: who suffers least, and whose deadline is at risk.

use rust_decimal::Decimal;
use time::Date;

use super::{Holding, give_up};
use crate::ids::MaterialLineId;

/// Those that could give, whoever suffers least in front: the lowest priority, then the latest deadline, then the newest
/// number. Each with what it would give so that together they give `wanted`, 0 when it is not needed.
#[must_use]
pub fn by_least_harm(holdings: &[Holding], wanted: Decimal) -> Vec<(MaterialLineId, Decimal)> {
    let all: Decimal = holdings.iter().map(|one| one.quantity).sum();
    let gives = give_up(holdings, wanted.max(Decimal::ZERO));
    let quantity = |line| gives.iter().filter(|(giver, _)| *giver == line).map(|(_, quantity)| *quantity).sum();
    give_up(holdings, all).into_iter().map(|(line, _)| (line, quantity(line))).collect()
}

/// Whether an order that lacks something may miss its deadline: nobody knows when it comes, or it comes later.
#[must_use]
pub fn is_deadline_at_risk(lacks: Decimal, complete_on: Option<Date>, deadline: Option<Date>) -> bool {
    let Some(deadline) = deadline.filter(|_| lacks > Decimal::ZERO) else { return false };
    complete_on.is_none_or(|day| day > deadline)
}
