//! Stock: the append-only ledger of moves, and what is folded from it in the same transaction.
//!
//! [`post_moves`] is the only writer of the ledger. Who may have the goods is decided elsewhere: a reservation that is
//! used up must be released before the goods leave.

use diesel_async::AsyncPgConnection;
use rust_decimal::Decimal;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::error::StoreError;
use crate::list::{ListSpec, Sort};
use crate::sql::sql;
use crate::tx::Tx;

/// Where bought goods come from.
pub const SUPPLIER: Uuid = Uuid::from_u128(0x0000_0000_0000_7000_8000_0000_0000_0001);
/// Where sold goods go.
pub const CUSTOMER: Uuid = Uuid::from_u128(0x0000_0000_0000_7000_8000_0000_0000_0002);
/// Where components go in and products come out.
pub const PRODUCTION: Uuid = Uuid::from_u128(0x0000_0000_0000_7000_8000_0000_0000_0003);
/// Where spoiled goods go.
pub const SCRAP: Uuid = Uuid::from_u128(0x0000_0000_0000_7000_8000_0000_0000_0004);
/// Where counting differences come from and go to.
pub const ADJUSTMENT: Uuid = Uuid::from_u128(0x0000_0000_0000_7000_8000_0000_0000_0005);

/// One line for the ledger: goods go from one location to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MoveValues {
    /// Its id; moves of one document are shown in the order of their ids.
    pub id: Uuid,
    /// The product.
    pub product_id: Uuid,
    /// Where it comes from.
    pub from_location_id: Uuid,
    /// Where it goes.
    pub to_location_id: Uuid,
    /// In the product's unit, above 0.
    pub quantity: Decimal,
    /// What the goods are worth.
    pub value: Decimal,
    /// The order that moves it.
    pub manufacturing_order_id: Option<Uuid>,
    /// The receipt that moves it.
    pub receipt_id: Option<Uuid>,
}

/// Writes moves, the balances of the warehouses on either side, and, when goods come in or go out of the company,
/// what the stock of their products is worth. Balances are locked by (product, lot, location), then valuations by
/// product.
///
/// # Errors
/// [`StoreError::Check`] on `stock_balance_never_promised_twice` when more would leave than is free, on
/// `product_valuation_…` when the values do not add up.
pub async fn post_moves(tx: &mut Tx, moves: &[MoveValues]) -> Result<(), StoreError> {
    if moves.is_empty() {
        return Ok(());
    }
    let ids = column(moves, |line| line.id);
    let (at, by) = (tx.now_utc(), tx.user_id().uuid());
    sql(WRITE)
        .bind(ids.clone())
        .bind(column(moves, |line| line.product_id))
        .bind(column(moves, |line| line.from_location_id))
        .bind(column(moves, |line| line.to_location_id))
        .bind(column(moves, |line| line.quantity))
        .bind(column(moves, |line| line.value))
        .bind(column(moves, |line| line.manufacturing_order_id))
        .bind(column(moves, |line| line.receipt_id))
        .bind(at)
        .bind(by)
        .run(tx.connection())
        .await?;
    sql(CHANGE_BALANCES).bind(ids.clone()).run(tx.connection()).await?;
    sql(CHANGE_VALUATIONS).bind(ids).run(tx.connection()).await?;
    Ok(())
}

fn column<T>(moves: &[MoveValues], of: impl Fn(&MoveValues) -> T) -> Vec<T> {
    moves.iter().map(of).collect()
}

// A check constraint is tested before a conflict is noticed, so a row must exist before anything is taken from it.
const WRITE: &str = "WITH given AS (SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], \
     $5::numeric[], $6::numeric[], $7::uuid[], $8::uuid[]) AS g(id, product_id, from_location_id, to_location_id, \
     quantity, value, manufacturing_order_id, receipt_id)), \
     written AS (INSERT INTO stock_move (id, product_id, from_location_id, to_location_id, quantity, value, \
     manufacturing_order_id, receipt_id, moved_at, user_id) SELECT g.*, $9, $10 FROM given g), \
     kept AS (INSERT INTO stock_balance (product_id, location_id) SELECT DISTINCT g.product_id, l.id \
     FROM given g JOIN location l ON l.id IN (g.from_location_id, g.to_location_id) AND l.kind = 'internal' \
     ORDER BY 1, 2 ON CONFLICT DO NOTHING) \
     INSERT INTO product_valuation (product_id, quantity, value) SELECT DISTINCT g.product_id, 0, 0 FROM given g \
     ORDER BY 1 ON CONFLICT DO NOTHING";

const CHANGE_BALANCES: &str = "WITH end_of_move AS ( \
     SELECT product_id, lot_id, from_location_id AS location_id, -quantity AS quantity FROM stock_move WHERE id = ANY($1) \
     UNION ALL SELECT product_id, lot_id, to_location_id, quantity FROM stock_move WHERE id = ANY($1)), \
     change AS (SELECT e.product_id, e.lot_id, e.location_id, sum(e.quantity) AS quantity FROM end_of_move e \
     JOIN location l ON l.id = e.location_id AND l.kind = 'internal' GROUP BY 1, 2, 3), \
     locked AS (SELECT b.product_id, b.lot_id, b.location_id, c.quantity FROM stock_balance b \
     JOIN change c USING (product_id, lot_id, location_id) \
     ORDER BY b.product_id, b.lot_id, b.location_id FOR UPDATE OF b) \
     UPDATE stock_balance b SET on_hand = b.on_hand + k.quantity FROM locked k \
     WHERE b.product_id = k.product_id AND b.lot_id = k.lot_id AND b.location_id = k.location_id";

const CHANGE_VALUATIONS: &str = "WITH change AS ( \
     SELECT m.product_id, sum(m.quantity * w.way) AS quantity, sum(m.value * w.way) AS value FROM stock_move m \
     JOIN location f ON f.id = m.from_location_id JOIN location t ON t.id = m.to_location_id \
     CROSS JOIN LATERAL (SELECT (t.kind = 'internal')::int - (f.kind = 'internal')::int AS way) w \
     WHERE m.id = ANY($1) AND w.way <> 0 GROUP BY 1), \
     locked AS (SELECT v.product_id, c.quantity, c.value FROM product_valuation v JOIN change c USING (product_id) \
     ORDER BY v.product_id FOR UPDATE OF v) \
     UPDATE product_valuation v SET quantity = v.quantity + k.quantity, value = v.value + k.value FROM locked k \
     WHERE v.product_id = k.product_id";

row! {
    /// What the stock of a product is worth, in all warehouses together.
    pub struct ValuationRow {
        pub product_id: Uuid = "v.product_id",
        pub quantity: Decimal = "v.quantity",
        pub value: Decimal = "v.value",
    }
}

/// Locks the balances of these products in a location, then their valuations, each in the order of products, and
/// returns the valuations. For documents that must know a value, or draw a number, before they move goods.
///
/// # Errors
/// When Postgres fails.
pub async fn lock(tx: &mut Tx, products: Vec<Uuid>, location_id: Uuid) -> Result<Vec<ValuationRow>, StoreError> {
    const BALANCES: &str = "SELECT count(*) FROM (SELECT 1 FROM stock_balance \
         WHERE product_id = ANY($1) AND location_id = $2 ORDER BY product_id, lot_id, location_id FOR UPDATE) b";
    sql(BALANCES).bind(products.clone()).bind(location_id).one::<crate::sql::Count>(tx.connection()).await?;
    let text = format!(
        "SELECT {} FROM product_valuation v WHERE v.product_id = ANY($1) ORDER BY v.product_id FOR UPDATE",
        ValuationRow::COLUMNS
    );
    Ok(sql(text).bind(products).rows(tx.connection()).await?)
}

row! {
    /// Where a warehouse keeps its stock.
    pub struct LocationRow {
        pub id: Uuid = "l.id",
    }
}

/// The stock location of a warehouse.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn location_of(connection: &mut AsyncPgConnection, warehouse_id: Uuid) -> Result<Uuid, StoreError> {
    let text = format!("SELECT {} FROM location l WHERE l.warehouse_id = $1", LocationRow::COLUMNS);
    Ok(sql(text).bind(warehouse_id).one::<LocationRow>(connection).await?.id)
}

row! {
    /// Stock of one product in one warehouse.
    pub struct BalanceRow {
        pub product_id: Uuid = "b.product_id",
        pub product_code: String = "p.code",
        pub product_name: String = "p.name",
        pub unit_code: String = "u.code",
        pub warehouse_id: Uuid = "w.id",
        pub warehouse_name: String = "w.name",
        pub on_hand: Decimal = "b.on_hand",
        pub reserved: Decimal = "b.reserved",
        pub cost_method: String = "p.cost_method",
        pub standard_cost: Option<Decimal> = "p.standard_cost",
        pub valued_quantity: Option<Decimal> = "v.quantity",
        pub valued_at: Option<Decimal> = "v.value",
    }
}

/// What a question looks at. Joining 100 000 rows only to count them costs more than reading a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Looked {
    /// Everything, or one product by its id.
    AtAll,
    /// Names, codes or warehouses.
    ByNameOrPlace,
}

impl Looked {
    /// By whether the question has words to search for or names a warehouse.
    #[must_use]
    pub const fn of(is_searched: bool) -> Self {
        if is_searched { Self::ByNameOrPlace } else { Self::AtAll }
    }
}

const BALANCES: ListSpec = ListSpec {
    from: "stock_balance b JOIN product p ON p.id = b.product_id JOIN unit u ON u.id = p.unit_id \
           JOIN location l ON l.id = b.location_id JOIN warehouse w ON w.id = l.warehouse_id \
           LEFT JOIN product_valuation v ON v.product_id = b.product_id",
    count_from: "stock_balance b JOIN product p ON p.id = b.product_id JOIN location l ON l.id = b.location_id \
                 JOIN warehouse w ON w.id = l.warehouse_id",
    id: "md5(concat(b.product_id, b.lot_id, b.location_id))::uuid",
    search: &["p.code", "p.name"],
    sorts: &[
        Sort { name: "product_code", sql: "p.code", cast: "text" },
        Sort { name: "product_name", sql: "p.name", cast: "text" },
        Sort { name: "warehouse_name", sql: "w.name", cast: "text" },
        Sort { name: "qty_on_hand", sql: "b.on_hand", cast: "numeric" },
        Sort { name: "qty_reserved", sql: "b.reserved", cast: "numeric" },
        Sort { name: "qty_free", sql: "(b.on_hand - b.reserved)", cast: "numeric" },
    ],
};

impl Looked {
    /// The list of balances for a question: nothing is joined that the total does not need.
    #[must_use]
    pub const fn balances(self) -> ListSpec {
        match self {
            Self::AtAll => ListSpec { count_from: "stock_balance b", ..BALANCES },
            Self::ByNameOrPlace => BALANCES,
        }
    }

    /// The list of moves for a question.
    #[must_use]
    pub const fn moves(self) -> ListSpec {
        match self {
            Self::AtAll => ListSpec { count_from: "stock_move m", ..MOVES },
            Self::ByNameOrPlace => MOVES,
        }
    }
}

row! {
    /// One line of the ledger, as people read it.
    pub struct MoveRow {
        pub id: Uuid = "m.id",
        pub moved_at: OffsetDateTime = "m.moved_at",
        pub product_code: String = "p.code",
        pub product_name: String = "p.name",
        pub quantity: Decimal = "m.quantity",
        pub unit_code: String = "u.code",
        pub from_location: String = "f.name",
        pub to_location: String = "t.name",
        pub document: String = "coalesce(o.number, r.number, '')",
        pub value: Decimal = "m.value",
        pub by: String = "a.name",
    }
}

const MOVES: ListSpec = ListSpec {
    from: "stock_move m JOIN product p ON p.id = m.product_id JOIN unit u ON u.id = p.unit_id \
           JOIN location f ON f.id = m.from_location_id JOIN location t ON t.id = m.to_location_id \
           JOIN user_account a ON a.id = m.user_id LEFT JOIN receipt r ON r.id = m.receipt_id \
           LEFT JOIN manufacturing_order o ON o.id = m.manufacturing_order_id",
    count_from: "stock_move m JOIN product p ON p.id = m.product_id",
    id: "m.id",
    search: &["p.code", "p.name"],
    sorts: &[
        Sort { name: "moved_at", sql: "m.moved_at", cast: "timestamptz" },
        Sort { name: "product_code", sql: "p.code", cast: "text" },
        Sort { name: "quantity", sql: "m.quantity", cast: "numeric" },
    ],
};
