//! Schedules a problem of research and tells how good the schedule is.
//!
//! ```sh
//! cargo run --release -p mrp-domain --example solve_job_shop -- jsp ft10.txt 10 1
//! ```
//!
//! The arguments are the format (`jsp` and `fjsp`: a short makespan; `factory`: little weighted tardiness; see
//! [`mrp_domain::schedule::instance`]), the file, how many seconds to search (1), and the seed (1). The last line is
//!
//! ```json
//! {"objective":930,"lower_bound":655,"seconds":0.41,"peak_rss_mb":4,"checked":true}
//! ```
//!
//! `checked` is what [`mrp_domain::schedule::check`] says of the schedule. Memory is told where `/proc` tells it.
#![allow(
    clippy::disallowed_types,
    clippy::print_stdout,
    reason = "a program around the domain has a clock and a screen"
)]

use std::error::Error;
use std::time::{Duration, Instant};

use mrp_domain::schedule::Objective;
use mrp_domain::schedule::check::check;
use mrp_domain::schedule::improve::improve;
use mrp_domain::schedule::instance::{factory, flexible_job_shop, job_shop};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [format, file, options @ ..] = arguments.as_slice() else {
        return Err("usage: solve_job_shop jsp|fjsp|factory FILE [SECONDS [SEED]]".into());
    };
    let seconds: u64 = options.first().map_or(Ok(1), |seconds| seconds.parse())?;
    let seed: u64 = options.get(1).map_or(Ok(1), |seed| seed.parse())?;

    let text = std::fs::read_to_string(file)?;
    let (problem, objective) = match format.as_str() {
        "jsp" => (job_shop(&text)?, Objective::Makespan),
        "fjsp" => (flexible_job_shop(&text)?, Objective::Makespan),
        "factory" => (factory(&text)?, Objective::WeightedTardiness),
        other => return Err(format!("{other} is not jsp, fjsp or factory").into()),
    };

    let (began, limit) = (Instant::now(), Duration::from_secs(seconds.max(1)));
    let mut steps_done = 0;
    let mut clock = |steps: u64| {
        steps_done = steps;
        let millionths = began.elapsed().as_micros() * 1_000_000 / limit.as_micros();
        u32::try_from(millionths).unwrap_or(u32::MAX)
    };
    let improved = improve(&problem, objective, None, seed, &mut clock)?;
    let milliseconds = began.elapsed().as_millis();
    let violations = check(&problem, &improved.schedule);
    violations.iter().take(10).for_each(|violation| println!("{violation}"));
    println!("{} operations, {steps_done} steps", problem.operations().len());
    println!(
        "{{\"objective\":{},\"lower_bound\":{},\"seconds\":{}.{:03},\"peak_rss_mb\":{},\"checked\":{}}}",
        objective.of(&problem, &improved.schedule),
        improved.lower_bound,
        milliseconds / 1_000,
        milliseconds % 1_000,
        peak_rss_mb().map_or("null".to_owned(), |megabytes| megabytes.to_string()),
        violations.is_empty(),
    );
    Ok(())
}

/// The most memory that the process held, in MB of 10⁶ bytes.
fn peak_rss_mb() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let kilobytes: u64 =
        status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kilobytes * 1_024 / 1_000_000)
}
