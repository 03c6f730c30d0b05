//! What cannot be asked or made over HTTP: whether Postgres is durable, and fifty thousand orders of every state.

use std::path::Path;

use anyhow::{Context, Result};
use mrp_store::embedded::{Embedded, EmbeddedOptions, check_durability};
use mrp_store::pool::{Connection, Store};
use mrp_store::product_costs::Recipes;
use mrp_store::self_check::Finding;
use mrp_store::sql::sql;
use rust_decimal::Decimal;

/// The address of the private Postgres that the server started.
pub(crate) fn join(data_dir: &Path) -> Result<String> {
    let joined = Embedded::start(EmbeddedOptions::new(data_dir.join("postgres")).leave_running(true))?;
    Ok(joined.url())
}

/// Refuses to measure a Postgres that would lose acknowledged writes.
pub(crate) fn refuse_undurable(url: &str) -> Result<()> {
    with_connection(url, async |connection| Ok(check_durability(connection).await?))
}

mrp_store::row! {
    /// What there is of a component, and what is promised of it.
    pub struct PromisedRow {
        pub code: String = "product.code",
        pub on_hand: Decimal = "(SELECT coalesce(sum(on_hand), 0) FROM stock_balance WHERE product_id = product.id)",
        pub reserved: Decimal = "(SELECT coalesce(sum(reserved), 0) FROM stock_balance WHERE product_id = product.id)",
        pub held: Decimal = "(SELECT coalesce(sum(qty_reserved), 0) FROM material_line WHERE product_id = product.id)",
        pub needed: Decimal = "(SELECT coalesce(sum(m.qty_needed), 0) FROM material_line m JOIN manufacturing_order o \
            ON o.id = m.manufacturing_order_id WHERE m.product_id = product.id AND o.state = 'confirmed')",
    }
}

/// Stock, reservations and needs of the products whose code begins so.
pub(crate) fn promised(url: &str, prefix: &str) -> Result<Vec<PromisedRow>> {
    with_connection(url, async |connection| {
        let text = format!("SELECT {} FROM product WHERE code LIKE $1 || '%' ORDER BY code", PromisedRow::COLUMNS);
        Ok(sql(text).bind(prefix.to_owned()).rows(connection).await?)
    })
}

/// Everything in the database that contradicts itself.
pub(crate) fn contradictions(url: &str) -> Result<Vec<Finding>> {
    with_connection(url, async |connection| Ok(mrp_store::self_check::run(connection).await?))
}

/// Writes `count` orders of all states with spread deadlines for the products that are there. The same every time.
pub(crate) fn write_orders(url: &str, count: i64) -> Result<()> {
    with_connection(url, async |connection| {
        sql("RESET ROLE").run(connection).await?;
        sql("SET statement_timeout = 0").run(connection).await?;
        sql(include_str!("orders.sql")).bind(count).run(connection).await?;
        sql("VACUUM ANALYZE manufacturing_order").run(connection).await?;
        Ok(())
    })
}

/// Writes so many products that lie in three places, with ten moves each. The same every time.
pub(crate) fn write_stock(url: &str, products: i64) -> Result<()> {
    with_connection(url, async |connection| {
        sql("RESET ROLE").run(connection).await?;
        sql("SET statement_timeout = 0").run(connection).await?;
        sql("SET enable_hashjoin = on").run(connection).await?;
        sql(include_str!("stock.sql")).bind(products).run(connection).await?;
        for table in ["product", "stock_move", "stock_balance", "product_valuation"] {
            sql(format!("VACUUM ANALYZE {table}")).run(connection).await?;
        }
        Ok(())
    })
}

/// Writes a lot that was made of `parts` lots, each of them of as many, so many levels deep.
pub(crate) fn write_lots(url: &str, levels: i64, parts: i64) -> Result<()> {
    with_connection(url, async |connection| {
        sql("RESET ROLE").run(connection).await?;
        sql("SET statement_timeout = 0").run(connection).await?;
        sql(include_str!("lots.sql")).bind(levels).bind(parts).run(connection).await?;
        for table in ["lot", "stock_move", "manufacturing_order", "receipt"] {
            sql(format!("VACUUM ANALYZE {table}")).run(connection).await?;
        }
        Ok(())
    })
}

/// Validates all drafts, as one command of the API would do for each.
pub(crate) fn validate_boms(url: &str) -> Result<()> {
    with_connection(url, async |connection| {
        sql("RESET ROLE").run(connection).await?;
        sql("SET statement_timeout = 0").run(connection).await?;
        let text = "UPDATE bom SET state = 'validated', validated_at = now(), version = version + 1";
        sql(text).run(connection).await?;
        sql("VACUUM ANALYZE bom").run(connection).await?;
        sql("VACUUM ANALYZE bom_line").run(connection).await?;
        Ok(())
    })
}

/// Everything that the costs of all products are rolled up from.
pub(crate) fn recipes(url: &str) -> Result<Recipes> {
    with_connection(url, async |connection| Ok(mrp_store::product_costs::load(connection).await?))
}

mrp_store::row! {
    /// What one statement cost in all.
    pub struct StatementRow {
        pub calls: i64 = "calls",
        pub microseconds: i64 = "(total_exec_time * 1000)::bigint",
        pub text: String = "regexp_replace(query, '\\s+', ' ', 'g')",
    }
}

/// Changes settings of Postgres (`name=value`) from its next start on.
pub(crate) fn configure(url: &str, settings: &[String]) -> Result<()> {
    with_connection(url, async |connection| {
        sql("RESET ROLE").run(connection).await?;
        for setting in settings {
            let (name, value) = setting.split_once('=').context("a setting is given as name=value")?;
            sql(format!("ALTER SYSTEM SET {name} = '{value}'")).run(connection).await?;
        }
        Ok(())
    })
}

/// Lets Postgres count what each statement costs, from its next start on.
pub(crate) fn count_statements(url: &str) -> Result<()> {
    configure(url, &["shared_preload_libraries=pg_stat_statements".to_owned()])?;
    with_connection(url, async |connection| {
        sql("RESET ROLE").run(connection).await?;
        sql("CREATE EXTENSION pg_stat_statements").run(connection).await?;
        Ok(())
    })
}

/// The costliest statements since the last call.
pub(crate) fn statements(url: &str) -> Result<Vec<StatementRow>> {
    with_connection(url, async |connection| {
        sql("RESET ROLE").run(connection).await?;
        let text = format!("SELECT {} FROM pg_stat_statements ORDER BY 2 DESC LIMIT 60", StatementRow::COLUMNS);
        let rows = sql(text).rows(connection).await?;
        sql("SELECT pg_stat_statements_reset()").run(connection).await?;
        Ok(rows)
    })
}

fn with_connection<T>(url: &str, work: impl AsyncFnOnce(&mut Connection) -> Result<T>) -> Result<T> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let store = Store::new(url, 1)?;
        let mut connection = store.connection().await?;
        work(&mut connection).await
    })
}
