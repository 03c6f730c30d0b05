//! Working hours as days on the shop's clock.

use std::collections::BTreeMap;

use mrp_api::work_schedules::{ClosedDays, WorkingWindow};
use time::Date;

use crate::format;

/// Worked seconds of each day on the shop's clock; a window over midnight counts on both days.
#[must_use]
pub fn by_day(windows: &[WorkingWindow]) -> BTreeMap<Date, i64> {
    let mut days = BTreeMap::new();
    for window in windows {
        let finish = window.finish.datetime();
        let mut at = window.start.datetime();
        while at < finish {
            let day = format::local(mrp_domain::time::Instant::from_datetime(at)).date();
            let midnight = day
                .next_day()
                .and_then(|next| format::instant_of_input(&format!("{}T00:00", format::iso_date(next))))
                .map_or(finish, mrp_domain::time::Instant::datetime);
            let end = if midnight > at { midnight.min(finish) } else { finish };
            *days.entry(day).or_insert(0) += (end - at).whole_seconds();
            at = end;
        }
    }
    days
}

/// Why a day is closed, wholly or in part; more than one reason one after the other.
#[must_use]
pub fn reason_on(closures: &[ClosedDays], day: Date) -> Option<String> {
    let day = format::iso_date(day);
    let on_day = closures.iter().filter(|closed| closed.date_from <= day && day <= closed.date_until);
    let reasons = on_day.map(|closed| closed.reason.as_str()).filter(|reason| !reason.is_empty()).collect::<Vec<_>>();
    (!reasons.is_empty()).then(|| reasons.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_over_midnight_counts_on_both_days() {
        let instant = |text: &str| format::parse_instant(text).unwrap();
        let window = WorkingWindow { start: instant("2026-12-07T22:00:00Z"), finish: instant("2026-12-08T06:00:00Z") };
        let days = by_day(&[window]);
        let hours = days.values().map(|seconds| seconds / 3600).collect::<Vec<_>>();
        assert_eq!(hours, vec![2, 6]);
    }
}
