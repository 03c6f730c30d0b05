//! Where the steps of a cost lie in a picture, in exact numbers: a cost stays what it is until it changes.

use mrp_api::cost_histories::CostHistoryRow;
use mrp_domain::product::CostMethod;
use mrp_domain::time::Instant;
use rust_decimal::Decimal;

/// Width of the picture.
pub const WIDTH: u32 = 640;
/// Height of the picture.
pub const HEIGHT: u32 = 96;
/// Room above the highest and below the lowest line, for its stroke.
const MARGIN: u32 = 4;

/// A cost from an instant on; none: nobody says.
pub type Point = (Instant, Option<Decimal>);

/// The points of one kind of cost by rising time, from rows that come newest first. What was before the oldest row is not
/// drawn: nobody knows since when.
#[must_use]
pub fn series(rows: &[CostHistoryRow], kind: CostMethod) -> Vec<Point> {
    rows.iter().rev().filter(|row| row.cost_method == kind).map(|row| (row.at, row.new_cost)).collect()
}

/// The frame of a picture: which times and which costs it shows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Steps {
    /// The left edge.
    pub from: Instant,
    /// The right edge.
    pub until: Instant,
    /// The lowest cost.
    pub low: Decimal,
    /// The highest cost.
    pub high: Decimal,
}

impl Steps {
    /// The frame around these series until now; none when there is no cost at all.
    #[must_use]
    pub fn of(all: &[&[Point]], now: Instant) -> Option<Self> {
        let costs = || all.iter().flat_map(|points| points.iter()).filter_map(|(_, cost)| *cost);
        let from = all.iter().filter_map(|points| points.first()).map(|(at, _)| *at).min()?;
        Some(Self { from, until: now.max(from), low: costs().min()?, high: costs().max()? })
    }

    /// The path of one series.
    #[must_use]
    pub fn path(&self, points: &[Point]) -> String {
        let mut path = String::new();
        let mut is_drawn = false;
        for (at, cost) in points {
            let x = self.x(*at);
            let step = match (is_drawn, cost) {
                (false, Some(cost)) => format!("M{x} {}", self.y(*cost)),
                (true, Some(cost)) => format!("H{x}V{}", self.y(*cost)),
                (true, None) => format!("H{x}"),
                (false, None) => String::new(),
            };
            path.push_str(&step);
            is_drawn = cost.is_some();
        }
        if is_drawn {
            path.push_str(&format!("H{}", self.x(self.until)));
        }
        path
    }

    fn x(&self, at: Instant) -> Decimal {
        let seconds = |at: Instant| Decimal::from(at.unix());
        let whole = seconds(self.until) - seconds(self.from);
        let share = (seconds(at) - seconds(self.from)).checked_div(whole).unwrap_or_default();
        (share * Decimal::from(WIDTH)).round_dp(1).normalize()
    }

    fn y(&self, cost: Decimal) -> Decimal {
        let room = Decimal::from(HEIGHT - 2 * MARGIN);
        let share = (self.high - cost).checked_div(self.high - self.low);
        // A cost that never changed lies in the middle.
        let share = share.unwrap_or_else(|| Decimal::new(5, 1));
        (share * room + Decimal::from(MARGIN)).round_dp(1).normalize()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Instant {
        Instant::from_unix(seconds)
    }

    fn cost(value: i64) -> Option<Decimal> {
        Some(Decimal::from(value))
    }

    #[test]
    fn a_cost_stays_until_it_changes_and_lasts_until_now() {
        let points = [(at(0), cost(10)), (at(50), cost(20)), (at(75), cost(15))];
        let steps = Steps::of(&[&points], at(100)).unwrap();
        assert_eq!((steps.low, steps.high), (Decimal::from(10), Decimal::from(20)));
        assert_eq!(steps.path(&points), "M0 92H320V4H480V48H640");
    }

    #[test]
    fn a_cost_that_nobody_says_any_more_leaves_a_gap() {
        let points = [(at(0), cost(10)), (at(25), None), (at(50), cost(20))];
        let steps = Steps::of(&[&points], at(100)).unwrap();
        assert_eq!(steps.path(&points), "M0 92H160M320 4H640");
    }

    #[test]
    fn one_cost_is_a_line_in_the_middle_and_none_is_no_picture() {
        let one = [(at(0), cost(10))];
        assert_eq!(Steps::of(&[&one], at(100)).unwrap().path(&one), "M0 48H640");
        assert_eq!(Steps::of(&[&[], &[(at(0), None)]], at(100)), None);
    }
}
