//! Products and bills of materials of a large company, imported from CSV by the command line.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use mrp_api::boms::{BomQuery, GetBom, ListBoms};
use mrp_api::endpoint::{Empty, IdPath};
use rust_decimal::Decimal;
use serde_json::{Value, json};

use crate::client::Client;
use crate::figures::rounded;
use crate::master_data::{Size, bom_code, import, made_code};
use crate::server::Server;

/// Bills of materials that are read back over HTTP and compared line by line.
const COMPARED: usize = 200;

/// What to measure.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    #[command(flatten)]
    size: Size,
}

/// Measures and returns the figures.
pub(crate) fn run(program: &Path, options: &Options) -> Result<Value> {
    let server = Server::start(program)?;
    let size = options.size;
    let [products, boms] = import(&server, size)?;
    let (login, password) = &server.admin;
    let mut client = Client::log_in(server.address(), login, password)?;
    let step = (size.made() / COMPARED).max(1);
    for place in (0..size.made()).step_by(step) {
        compare(&mut client, size, place)?;
    }
    Ok(json!({
        "bench": "import",
        "products": size.products(),
        "boms": size.made(),
        "lines": size.lines(),
        "products_seconds": rounded(products.seconds),
        "boms_seconds": rounded(boms.seconds),
        "seconds": rounded(products.seconds + boms.seconds),
        "peak_rss_mb": rounded(products.peak_mb.max(boms.peak_mb)),
    }))
}

/// A bill of materials as the API shows it holds what the file said.
fn compare(client: &mut Client, size: Size, place: usize) -> Result<()> {
    let code = bom_code(place);
    let query = BomQuery { q: Some(code.clone()), ..BomQuery::default() };
    let page = client.call::<ListBoms>(&Empty {}, &query, &Empty {}, None)?;
    let row = page.items.first().with_context(|| format!("{code} is missing"))?;
    let bom = client.call::<GetBom>(&IdPath { id: row.id }, &Empty {}, &Empty {}, None)?;
    ensure!(bom.product_code == made_code(place) && bom.routing_id.is_some(), "{code}: a wrong head");
    let told = size.lines_of(place).into_iter().map(|line| (line.component, Decimal::from(line.quantity)));
    let found = bom.lines.iter().map(|line| (line.component_code.clone(), line.quantity));
    ensure!(found.eq(told), "{code}: lines differ from the file");
    Ok(())
}
