//! Downtime has passed, or goes on.

use mrp_domain::downtime::{CLOCK_AHEAD_MAX, DowntimeFault, DowntimeSpan};
use mrp_domain::time::{Instant, Seconds};

const NOW: Instant = Instant::from_unix(1_800_000_000);

#[test]
fn a_terminal_whose_clock_is_a_little_ahead_reports_what_happens_now() {
    let ahead = NOW.plus(CLOCK_AHEAD_MAX);
    assert_eq!(DowntimeSpan::new(ahead, None, NOW), Ok(DowntimeSpan { start: NOW, finish: None }));
    let start = NOW.minus(Seconds::new(300));
    assert_eq!(DowntimeSpan::new(start, Some(ahead), NOW), Ok(DowntimeSpan { start, finish: Some(NOW) }));
}

#[test]
fn what_has_not_come_yet_or_lasts_no_time_is_refused() {
    let later = NOW.plus(Seconds::new(61));
    assert_eq!(DowntimeSpan::new(later, None, NOW), Err(DowntimeFault::StartsInFuture { start: later }));
    let start = NOW.minus(Seconds::new(300));
    assert_eq!(DowntimeSpan::new(start, Some(later), NOW), Err(DowntimeFault::EndsInFuture { finish: later }));
    for finish in [start, start.minus(Seconds::new(1))] {
        let refused = DowntimeSpan::new(start, Some(finish), NOW);
        assert_eq!(refused, Err(DowntimeFault::EndsBeforeStart { start, finish }));
    }
}
