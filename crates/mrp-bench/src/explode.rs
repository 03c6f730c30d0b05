//! A large bill of materials multiplied out over all its levels, in memory: no server, no database.

use std::time::Instant;

use anyhow::{Context, Result, ensure};
use mrp_domain::bom::catalog::BomCatalog;
use mrp_domain::bom::explode::explode_multi_level;
use mrp_domain::bom::{Bom, BomLine, BomState, BomType, ConsumptionMode, LossPercent};
use mrp_domain::ids::{BomId, BomLineId, ProductId, UnitCategoryId, UnitId};
use mrp_domain::quantity::{Exact, PositiveQuantity, Unit};
use mrp_domain::text::Code;
use rust_decimal::Decimal;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::cpu;
use crate::figures::{median, rounded};

/// How large, and how often.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Products in the tree, the top included.
    #[arg(long, default_value_t = 100_000)]
    nodes: u32,
    /// Levels below the top.
    #[arg(long, default_value_t = 5)]
    levels: u32,
    /// Runs; the figures are their medians.
    #[arg(long, default_value_t = 9)]
    runs: u32,
}

/// Measures the tree and one of twice the size.
pub(crate) fn run(options: &Options) -> Result<Value> {
    let once = measure(options.nodes, options)?;
    let peak = cpu::peak_mb()?;
    let twice = measure(options.nodes * 2, options)?;
    println!("{} products: {once:.2} ms; {}: {twice:.2} ms", options.nodes, options.nodes * 2);
    Ok(json!({
        "bench": "explode", "nodes": options.nodes, "levels": options.levels, "runs": options.runs,
        "ms": rounded(once), "twice_ms": rounded(twice), "twice_ratio": rounded(twice / once),
        "peak_rss_mb": rounded(peak),
    }))
}

/// The median time of one explosion in milliseconds.
fn measure(nodes: u32, options: &Options) -> Result<f64> {
    let tree = Tree::grow(nodes, options.levels)?;
    let mut times = Vec::new();
    for _ in 0..=options.runs {
        let started = Instant::now();
        let needs = explode_multi_level(&tree.catalog, product(0), Exact::from_decimal(Decimal::TEN))?;
        times.push(started.elapsed().as_secs_f64() * 1000.0);
        ensure!(needs.len() + 1 == usize::try_from(nodes)?, "every product is needed once");
        // Two of each component in one of what is above it: ten of the top need 10 × 2 to the level.
        let wrong = needs.iter().find(|need| need.rounded != Decimal::TEN * Decimal::from(2_u64.pow(need.level)));
        ensure!(wrong.is_none(), "{wrong:?} is a wrong need");
        ensure!(needs.last().is_some_and(|need| need.level == options.levels), "the tree has its levels");
    }
    // The first run warms the caches up.
    Ok(median(times.into_iter().skip(1)))
}

struct Tree {
    catalog: BomCatalog,
}

impl Tree {
    /// A tree in which every made product has the same number of components, level after level.
    fn grow(nodes: u32, levels: u32) -> Result<Self> {
        let unit = UnitId::from_uuid(Uuid::from_u128(1));
        let category = UnitCategoryId::from_uuid(Uuid::from_u128(2));
        let pieces = Unit::new(unit, category, "pcs", Exact::ONE, Decimal::ONE)?;
        let mut catalog = BomCatalog::new(vec![pieces]);
        for node in 0..nodes {
            catalog.add_product(product(node), unit)?;
        }
        let breadth = breadth(nodes, levels).context("so many products do not fit so many levels")?;
        for parent in 0..nodes {
            let first = parent * breadth + 1;
            let last = (first + breadth).min(nodes);
            if first < last {
                catalog.add_bom(bom(parent, first..last, unit)?)?;
            }
        }
        Ok(Self { catalog })
    }
}

/// The fewest components of each product with which the products fit into the levels.
fn breadth(nodes: u32, levels: u32) -> Option<u32> {
    let room = |breadth: u32| (0..=levels).map(|level| u64::from(breadth).saturating_pow(level)).sum::<u64>();
    (1..nodes).find(|breadth| room(*breadth) >= u64::from(nodes))
}

/// Ids as a database gives them, in no order.
fn product(node: u32) -> ProductId {
    ProductId::from_uuid(Uuid::from_u128(u128::from(node + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15_F39C_C060_5CED_C835)))
}

fn bom(parent: u32, components: std::ops::Range<u32>, unit: UnitId) -> Result<Bom> {
    let line = |component: u32| {
        Ok(BomLine {
            id: BomLineId::from_uuid(Uuid::from_u128(u128::from(component))),
            component: product(component),
            quantity: PositiveQuantity::new(Decimal::TWO)?,
            unit,
            operation_sequence: None,
            loss: LossPercent::NONE,
            is_fixed: false,
            note: String::new(),
            substitutes: Vec::new(),
            applies_to: Vec::new(),
        })
    };
    Ok(Bom {
        id: BomId::from_uuid(Uuid::from_u128(u128::from(parent))),
        code: Code::new(&format!("BOM-{parent}"))?,
        revision: 1,
        state: BomState::Validated,
        bom_type: BomType::Manufacture,
        product: product(parent),
        quantity: PositiveQuantity::new(Decimal::ONE)?,
        unit,
        routing: None,
        consumption: ConsumptionMode::Automatic,
        effective_from: None,
        effective_until: None,
        lines: components.map(line).collect::<Result<_>>()?,
        by_products: Vec::new(),
    })
}
