//! The master data of a large company as files: bought and made products, and bills of materials on five levels.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, bail, ensure};
use mrp_api::data_files::DataImportReport;

use crate::cpu;
use crate::factory::Builder;
use crate::server::Server;

/// Levels of made products; those of the last are made of bought ones only.
const LEVELS: usize = 5;
/// Components of one product.
pub(crate) const LINES: usize = 25;
/// How many of them are made, too, above the last level.
const MADE_LINES: usize = 5;
const POLL: Duration = Duration::from_millis(20);
/// Everything is made this way.
const ROUTING: &str = "ALL";

/// How much of it.
#[derive(Debug, Clone, Copy, clap::Args)]
pub(crate) struct Size {
    /// Products; two of five are made.
    #[arg(long, default_value_t = 100_000)]
    products: usize,
}

/// What a line says.
pub(crate) struct Line {
    /// The component's code.
    pub(crate) component: String,
    /// How many.
    pub(crate) quantity: usize,
}

/// What an import took.
pub(crate) struct Imported {
    pub(crate) seconds: f64,
    pub(crate) peak_mb: f64,
}

impl Size {
    pub(crate) const fn products(self) -> usize {
        self.products
    }

    /// Made products, each with a bill of materials.
    pub(crate) const fn made(self) -> usize {
        self.products * 2 / 5
    }

    /// Lines of all bills of materials.
    pub(crate) const fn lines(self) -> usize {
        self.made() * LINES
    }

    /// The lines of the bill of materials number `place`.
    pub(crate) fn lines_of(self, place: usize) -> Vec<Line> {
        let (made, bought) = (self.made(), self.products - self.made());
        let on_a_level = made / LEVELS;
        let level = place.checked_div(on_a_level).unwrap_or(LEVELS);
        let made_lines = if level + 1 < LEVELS { MADE_LINES } else { 0 };
        (0..LINES)
            .map(|line| {
                let component = if line < made_lines {
                    let next = (level + 1) * on_a_level;
                    made_code(next + (place * 7 + line * 131) % on_a_level)
                } else {
                    bought_code((place * 13 + line * 997) % bought)
                };
                Line { component, quantity: 1 + (place + line) % 9 }
            })
            .collect()
    }

    fn write_products(self, path: &Path) -> Result<()> {
        let mut text = String::from("code,name,unit,can_be_made,can_be_bought,cost_method,standard_cost,category\n");
        for place in 0..self.made() {
            writeln!(text, "{},Assembly {place},pcs,true,false,standard,,Assemblies", made_code(place))?;
        }
        for place in 0..self.products - self.made() {
            let (code, cost) = (bought_code(place), 1 + place % 50);
            writeln!(text, "{code},Part {place},pcs,false,true,moving_average,{cost}.25,Parts")?;
        }
        Ok(fs::write(path, text)?)
    }

    fn write_boms(self, path: &Path) -> Result<()> {
        let mut text = String::from("code,product,routing,line.component,line.quantity,line.loss_percent,line.note\n");
        for place in 0..self.made() {
            for (line, Line { component, quantity }) in self.lines_of(place).into_iter().enumerate() {
                let loss = if line % 5 == 0 { "2.5" } else { "0" };
                writeln!(text, "{},{},{ROUTING},{component},{quantity},{loss},", bom_code(place), made_code(place))?;
            }
        }
        Ok(fs::write(path, text)?)
    }
}

pub(crate) fn made_code(place: usize) -> String {
    format!("A-{place:06}")
}

fn bought_code(place: usize) -> String {
    format!("C-{place:06}")
}

pub(crate) fn bom_code(place: usize) -> String {
    format!("BOM-{place:06}")
}

/// Imports all of it by the command line into a server that runs, with the few records that it refers to made before.
/// Products come first, then bills of materials.
pub(crate) fn import(server: &Server, size: Size) -> Result<[Imported; 2]> {
    let (login, password) = &server.admin;
    let mut builder = Builder::new(crate::client::Client::log_in(server.address(), login, password)?);
    builder.unit()?;
    builder.routing(Some(ROUTING))?;
    let products = server.folder().join("products.csv");
    let boms = server.folder().join("boms.csv");
    size.write_products(&products)?;
    size.write_boms(&boms)?;
    let products = run(server, "products", &products, size.products())?;
    let boms = run(server, "boms", &boms, size.made())?;
    Ok([products, boms])
}

fn run(server: &Server, kind: &str, file: &Path, records: usize) -> Result<Imported> {
    let report = server.folder().join(format!("{kind}.json"));
    let began = Instant::now();
    let child = command(server, kind, file)?.stdout(fs::File::create(&report)?).spawn()?;
    let peak_mb = watch(child)?;
    let seconds = began.elapsed().as_secs_f64();
    let report: DataImportReport = serde_json::from_slice(&fs::read(&report)?)?;
    ensure!(report.created == u64::try_from(records)? && report.is_written, "{kind}: {report:?}");
    println!("{kind}: {records} records of {} rows in {seconds:.1} s, {peak_mb:.0} MB", report.row_count);
    Ok(Imported { seconds, peak_mb })
}

fn command(server: &Server, kind: &str, file: &Path) -> Result<Command> {
    let mut command = Command::new(server.program());
    command
        .args(["import", "data", "--as", &server.admin.0, "--json", "--database-url", &server.database_url, kind])
        .arg(file)
        .env("RUST_LOG", "warn")
        .stdin(Stdio::null());
    Ok(command)
}

/// Waits for a program and says how much memory it held at most.
fn watch(mut child: Child) -> Result<f64> {
    let mut peak = 0.0;
    loop {
        if let Ok(found) = cpu::peak_mb_of(child.id()) {
            peak = found;
        }
        match child.try_wait()? {
            None => thread::sleep(POLL),
            Some(status) if status.success() => return Ok(peak),
            Some(status) => bail!("the import ended with {status}"),
        }
    }
}
