//! The books over everything: what came in is what is there and what is being worked on, to the cent, at every moment.

use anyhow::{Context, Result, ensure};
use mrp_api::boms::BomView;
use mrp_api::cost_sheets::CostSheetView;
use mrp_api::endpoint::Empty;
use mrp_api::stock::{ListStock, StockBalanceRow, StockQuery};
use mrp_domain::money::Money;
use rust_decimal::Decimal;

use super::shop::Shop;

/// What came in from outside.
#[derive(Debug, Default)]
pub(super) struct Books {
    /// Goods, at what they cost.
    pub(super) received: Decimal,
    /// Hours of people and work centers in finished orders.
    worked: Decimal,
    /// Finished orders.
    pub(super) orders: usize,
}

impl Books {
    /// Value in is stock and work in progress; `open` is the one order that is being worked on.
    pub(super) fn balance(&self, shop: &mut Shop, open: Option<&CostSheetView>) -> Result<()> {
        let rows = stock(shop)?;
        let stock: Decimal = rows.iter().map(worth).sum::<Result<_>>()?;
        let in_progress = open.map_or(Decimal::ZERO, |sheet| sheet.actual_total);
        let hours = open.map_or(Decimal::ZERO, |sheet| sheet.groups.iter().skip(1).map(|group| group.actual).sum());
        let came_in = self.received + self.worked + hours;
        ensure!(came_in == stock + in_progress, "{came_in} came in; {stock} in stock, {in_progress} in progress");
        Ok(())
    }

    /// Closes an order in which so much time was spent.
    pub(super) fn close(&mut self, shop: &mut Shop, hours: Decimal) -> Result<()> {
        self.worked += hours;
        self.orders += 1;
        self.balance(shop, None)
    }

    /// At the end one piece is in stock, worth all that came in.
    pub(super) fn nothing_is_left_but(&self, shop: &mut Shop, bom: &BomView) -> Result<()> {
        let rows = stock(shop)?;
        let [row] = rows.as_slice() else { anyhow::bail!("{} products are left in stock", rows.len()) };
        ensure!(row.product_id == bom.product_id && row.qty_on_hand == Decimal::ONE, "{row:?} is in stock");
        let (worth, came_in) = (worth(row)?, self.received + self.worked);
        ensure!(worth == came_in, "it is worth {worth}, and {came_in} came in");
        println!(
            "One {} is in stock, worth {worth}: {} for goods and {} for hours. Nothing else is left.",
            row.product_code, self.received, self.worked
        );
        Ok(())
    }
}

fn worth(row: &StockBalanceRow) -> Result<Decimal> {
    let cost = row.unit_cost.with_context(|| format!("{} has no cost", row.product_code))?;
    Ok(Money::round_half_even(cost * row.qty_on_hand).amount())
}

fn stock(shop: &mut Shop) -> Result<Vec<StockBalanceRow>> {
    let mut query = StockQuery { limit: Some(200), ..StockQuery::default() };
    let mut all = Vec::new();
    loop {
        let page = shop.client.call::<ListStock>(&Empty {}, &query, &Empty {}, None)?;
        all.extend(page.items);
        match page.next_cursor {
            Some(cursor) => query.cursor = Some(cursor),
            None => return Ok(all),
        }
    }
}
