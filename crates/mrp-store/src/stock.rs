//! Stock: the append-only ledger of moves, and what is folded from it in the same transaction.
//!
//! [`post_moves`] is the only writer of the ledger. Who may have the goods is decided elsewhere: a reservation that is
//! used up must be released before the goods leave.

use std::collections::BTreeMap;

use diesel_async::AsyncPgConnection;
use futures_util::future::{try_join, try_join4};
use rust_decimal::Decimal;
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use crate::error::StoreError;
use crate::list::{ListRequest, ListSpec, SEARCH_WORDS_MAX, Sort, containing};
use crate::sql::{Sql, sql};
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

/// The lot of what is not tracked.
pub const NO_LOT: Uuid = Uuid::nil();

/// One line for the ledger: goods go from one location to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MoveValues {
    /// Its id; moves of one document are shown in the order of their ids.
    pub id: Uuid,
    /// The product.
    pub product_id: Uuid,
    /// Its lot; [`NO_LOT`] for what is not tracked.
    pub lot_id: Uuid,
    /// Where it comes from.
    pub from_location_id: Uuid,
    /// Where it goes.
    pub to_location_id: Uuid,
    /// In the product's unit, above 0.
    pub quantity: Decimal,
    /// What the goods are worth.
    pub value: Decimal,
    /// What moves it.
    pub document: Document,
}

/// What moves goods.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Document {
    /// Somebody by hand.
    ByHand,
    /// An order, by its id.
    ManufacturingOrder(Uuid),
    /// A receipt.
    Receipt(Uuid),
    /// A transfer.
    Transfer(Uuid),
    /// A delivery.
    Delivery(Uuid),
    /// A count.
    Count(Uuid),
}

impl Document {
    /// Its id in the column of its kind: order, receipt, transfer, delivery, count.
    const fn columns(self) -> [Option<Uuid>; 5] {
        match self {
            Self::ByHand => [None; 5],
            Self::ManufacturingOrder(id) => [Some(id), None, None, None, None],
            Self::Receipt(id) => [None, Some(id), None, None, None],
            Self::Transfer(id) => [None, None, Some(id), None, None],
            Self::Delivery(id) => [None, None, None, Some(id), None],
            Self::Count(id) => [None, None, None, None, Some(id)],
        }
    }
}

/// Writes moves, the balances of the warehouses on either side, and, when goods come in or go out of the company,
/// what the stock of their products is worth. Balances are locked by (product, lot, location), then valuations by
/// product.
///
/// # Errors
/// [`StoreError::Check`] on `stock_balance_never_promised_twice` when more would leave than is free, on
/// `product_valuation_…` when the values do not add up.
pub async fn post_moves(tx: &mut Tx, moves: &[MoveValues]) -> Result<(), StoreError> {
    post_moves_of_reserved(tx, moves, &[], None).await
}

/// The same for goods that were set aside: their reservation ends as they leave. `beside` travels with the rest.
///
/// # Errors
/// As [`post_moves`].
pub async fn post_moves_of_reserved(
    tx: &mut Tx,
    moves: &[MoveValues],
    released: &[Released],
    beside: Option<Sql>,
) -> Result<(), StoreError> {
    let ends = Ends::of(moves, released);
    if moves.iter().any(|line| is_internal(line.to_location_id)) {
        ends.opening().run(tx.connection()).await?;
    }
    let (at, by) = (tx.now_utc(), tx.user_id().uuid());
    let connection = &*tx.connection();
    let written = async { if moves.is_empty() { Ok(0) } else { writing(moves, at, by).run_beside(connection).await } };
    let balanced = ends.balancing().run_beside(connection);
    let valued = async { if ends.values.is_empty() { Ok(0) } else { ends.valuing().run_beside(connection).await } };
    let accompanied = async {
        match beside {
            Some(statement) => statement.run_beside(connection).await,
            None => Ok(0),
        }
    };
    let (_, balances, valuations, _) = try_join4(written, balanced, valued, accompanied).await?;
    if (balances, valuations) == (ends.balances.len(), ends.values.len()) {
        return Ok(());
    }
    // Nothing of it was ever there.
    Err(StoreError::Check { constraint: "stock_balance_never_promised_twice".to_owned() })
}

/// A part of a reservation that ends.
#[derive(Debug, Clone, Copy)]
pub struct Released {
    /// The product.
    pub product_id: Uuid,
    /// Its lot; [`NO_LOT`] for what is not tracked.
    pub lot_id: Uuid,
    /// Where it was set aside.
    pub location_id: Uuid,
    /// How much, above 0.
    pub quantity: Decimal,
}

/// Whether a location belongs to a warehouse: all others are fixed.
fn is_internal(location: Uuid) -> bool {
    ![SUPPLIER, CUSTOMER, PRODUCTION, SCRAP, ADJUSTMENT].contains(&location)
}

/// What moves change, folded: balances by (product, lot, location) and values by product, in the order of locks.
#[derive(Default)]
struct Ends {
    balances: BTreeMap<(Uuid, Uuid, Uuid), (Decimal, Decimal)>,
    values: BTreeMap<Uuid, (Decimal, Decimal)>,
}

impl Ends {
    fn of(moves: &[MoveValues], released: &[Released]) -> Self {
        let mut ends = Self::default();
        for line in moves {
            for (location, sign) in
                [(line.from_location_id, Decimal::NEGATIVE_ONE), (line.to_location_id, Decimal::ONE)]
            {
                if !is_internal(location) {
                    continue;
                }
                ends.balances.entry((line.product_id, line.lot_id, location)).or_default().0 += line.quantity * sign;
                let worth = ends.values.entry(line.product_id).or_default();
                worth.0 += line.quantity * sign;
                worth.1 += line.value * sign;
            }
        }
        // A transfer between warehouses changes no value.
        ends.values.retain(|_, (quantity, value)| !quantity.is_zero() || !value.is_zero());
        for line in released {
            ends.balances.entry((line.product_id, line.lot_id, line.location_id)).or_default().1 += line.quantity;
        }
        ends
    }

    /// Rows for what was never there. A check constraint is tested before a conflict is noticed, so a row must exist
    /// before anything is taken from it.
    fn opening(&self) -> Sql {
        const TEXT: &str = "WITH kept AS (INSERT INTO stock_balance (product_id, lot_id, location_id) \
             SELECT g.product_id, g.lot_id, g.location_id FROM unnest($1::uuid[], $2::uuid[], $3::uuid[]) \
             AS g(product_id, lot_id, location_id) WHERE NOT EXISTS (SELECT 1 FROM stock_balance b \
             WHERE b.product_id = g.product_id AND b.lot_id = g.lot_id AND b.location_id = g.location_id) \
             ON CONFLICT DO NOTHING) \
             INSERT INTO product_valuation (product_id, quantity, value) SELECT g.product_id, 0, 0 \
             FROM unnest($4::uuid[]) AS g(product_id) WHERE NOT EXISTS (SELECT 1 FROM product_valuation v \
             WHERE v.product_id = g.product_id) ON CONFLICT DO NOTHING";
        sql(TEXT)
            .bind(self.balances.keys().map(|key| key.0).collect::<Vec<_>>())
            .bind(self.balances.keys().map(|key| key.1).collect::<Vec<_>>())
            .bind(self.balances.keys().map(|key| key.2).collect::<Vec<_>>())
            .bind(self.values.keys().copied().collect::<Vec<_>>())
    }

    fn balancing(&self) -> Sql {
        const TEXT: &str = "UPDATE stock_balance b SET on_hand = b.on_hand + c.quantity, reserved = b.reserved - c.released \
             FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::numeric[], $5::numeric[]) \
             AS c(product_id, lot_id, location_id, quantity, released) \
             WHERE b.product_id = c.product_id AND b.lot_id = c.lot_id AND b.location_id = c.location_id";
        sql(TEXT)
            .bind(self.balances.keys().map(|key| key.0).collect::<Vec<_>>())
            .bind(self.balances.keys().map(|key| key.1).collect::<Vec<_>>())
            .bind(self.balances.keys().map(|key| key.2).collect::<Vec<_>>())
            .bind(self.balances.values().map(|change| change.0).collect::<Vec<_>>())
            .bind(self.balances.values().map(|change| change.1).collect::<Vec<_>>())
    }

    fn valuing(&self) -> Sql {
        const TEXT: &str = "UPDATE product_valuation v SET quantity = v.quantity + c.quantity, value = v.value + c.value \
             FROM unnest($1::uuid[], $2::numeric[], $3::numeric[]) AS c(product_id, quantity, value) \
             WHERE v.product_id = c.product_id";
        sql(TEXT)
            .bind(self.values.keys().copied().collect::<Vec<_>>())
            .bind(self.values.values().map(|change| change.0).collect::<Vec<_>>())
            .bind(self.values.values().map(|change| change.1).collect::<Vec<_>>())
    }
}

fn column<T>(moves: &[MoveValues], of: impl Fn(&MoveValues) -> T) -> Vec<T> {
    moves.iter().map(of).collect()
}

fn writing(moves: &[MoveValues], at: OffsetDateTime, by: Uuid) -> Sql {
    const TEXT: &str = "INSERT INTO stock_move (id, product_id, lot_id, from_location_id, to_location_id, quantity, value, \
         manufacturing_order_id, receipt_id, transfer_id, delivery_id, stock_count_id, moved_at, user_id) \
         SELECT g.*, $13, $14 \
         FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::numeric[], $7::numeric[], \
         $8::uuid[], $9::uuid[], $10::uuid[], $11::uuid[], $12::uuid[]) AS g";
    let statement = sql(TEXT)
        .bind(column(moves, |line| line.id))
        .bind(column(moves, |line| line.product_id))
        .bind(column(moves, |line| line.lot_id))
        .bind(column(moves, |line| line.from_location_id))
        .bind(column(moves, |line| line.to_location_id))
        .bind(column(moves, |line| line.quantity))
        .bind(column(moves, |line| line.value));
    let [orders, receipts, transfers, deliveries, counts] =
        [0, 1, 2, 3, 4].map(|place: usize| column(moves, |line| line.document.columns().get(place).copied().flatten()));
    statement.bind(orders).bind(receipts).bind(transfers).bind(deliveries).bind(counts).bind(at).bind(by)
}

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
    let balances = sql(BALANCES).bind(products.clone()).bind(location_id);
    locked(tx, products, balances).await
}

/// The same, and in the same order the balances of all that lies for the sales orders of these lines, wherever that is: a
/// delivery to them may give it back.
///
/// # Errors
/// When Postgres fails.
pub async fn lock_for_lines(
    tx: &mut Tx,
    products: Vec<Uuid>,
    location_id: Uuid,
    lines: Vec<Uuid>,
) -> Result<Vec<ValuationRow>, StoreError> {
    const BALANCES: &str = "SELECT count(*) FROM (SELECT 1 FROM stock_balance b WHERE (b.product_id, b.lot_id, b.location_id) \
         IN (SELECT product_id, lot_id, location_id FROM stock_balance WHERE product_id = ANY($1) AND location_id = $2 \
         UNION SELECT l.product_id, r.lot_id, r.location_id FROM sales_order_line l \
         JOIN sales_reservation r ON r.sales_order_line_id = l.id WHERE l.sales_order_id IN \
         (SELECT sales_order_id FROM sales_order_line WHERE id = ANY($3))) \
         ORDER BY b.product_id, b.lot_id, b.location_id FOR UPDATE OF b) b";
    if lines.is_empty() {
        return lock(tx, products, location_id).await;
    }
    let balances = sql(BALANCES).bind(products.clone()).bind(location_id).bind(lines);
    locked(tx, products, balances).await
}

async fn locked(tx: &mut Tx, products: Vec<Uuid>, balances: Sql) -> Result<Vec<ValuationRow>, StoreError> {
    let text = format!(
        "SELECT {} FROM product_valuation v WHERE v.product_id = ANY($1) ORDER BY v.product_id FOR UPDATE",
        ValuationRow::COLUMNS
    );
    tx.holds_much();
    let connection = &*tx.connection();
    let (_, values) =
        try_join(balances.run_beside(connection), sql(text).bind(products).rows_beside(connection)).await?;
    Ok(values)
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
    /// What lies at one place.
    pub struct PlacedRow {
        pub product_id: Uuid = "b.product_id",
        pub lot_id: Uuid = "b.lot_id",
        pub lot_number: Option<String> = "k.number",
        pub on_hand: Decimal = "b.on_hand",
        pub reserved: Decimal = "b.reserved",
        /// The end of the lot's last day, on the company's clock.
        pub expires_at: Option<OffsetDateTime> = "(k.expires_on + 1)::timestamp AT TIME ZONE (SELECT zone FROM setting)",
        pub received_at: Option<OffsetDateTime> = "k.created_at",
    }
}

/// What lies of these products at a place; [`lock`] it before.
///
/// # Errors
/// When Postgres fails.
pub async fn placed(
    connection: &mut AsyncPgConnection,
    products: Vec<Uuid>,
    location_id: Uuid,
) -> Result<Vec<PlacedRow>, StoreError> {
    let text = format!(
        "SELECT {} FROM stock_balance b LEFT JOIN lot k ON k.id = b.lot_id \
         WHERE b.product_id = ANY($1) AND b.location_id = $2 AND b.on_hand > 0",
        PlacedRow::COLUMNS
    );
    Ok(sql(text).bind(products).bind(location_id).rows(connection).await?)
}

row! {
    /// A line of the ledger as its document shows it.
    pub struct DocumentLineRow {
        pub product_id: Uuid = "p.id",
        pub product_code: String = "p.code",
        pub product_name: String = "p.name",
        pub lot_id: Option<Uuid> = "k.id",
        pub lot_number: Option<String> = "k.number",
        pub quantity: Decimal = "m.quantity",
        pub unit_code: String = "u.code",
        pub value: Decimal = "m.value",
    }
}

/// What a transfer or a delivery moved, in the order of its lines.
///
/// # Errors
/// When Postgres fails.
pub async fn document_lines(
    connection: &mut AsyncPgConnection,
    document: Document,
) -> Result<Vec<DocumentLineRow>, StoreError> {
    let (column, id) = match document {
        Document::ByHand => return Ok(Vec::new()),
        Document::ManufacturingOrder(id) => ("manufacturing_order_id", id),
        Document::Receipt(id) => ("receipt_id", id),
        Document::Transfer(id) => ("transfer_id", id),
        Document::Delivery(id) => ("delivery_id", id),
        Document::Count(id) => ("stock_count_id", id),
    };
    let text = format!(
        "SELECT {} FROM stock_move m JOIN product p ON p.id = m.product_id JOIN unit u ON u.id = p.unit_id \
         LEFT JOIN lot k ON k.id = m.lot_id WHERE m.{column} = $1 ORDER BY m.id",
        DocumentLineRow::COLUMNS
    );
    Ok(sql(text).bind(id).rows(connection).await?)
}

macro_rules! balance_id {
    () => {
        "md5(concat(b.product_id, b.lot_id, b.location_id))::uuid"
    };
}

row! {
    /// Stock of one product, or of one of its lots, in one warehouse.
    pub struct BalanceRow {
        pub id: Uuid = balance_id!(),
        pub product_id: Uuid = "b.product_id",
        pub lot_id: Uuid = "b.lot_id",
        pub lot_number: Option<String> = "k.number",
        pub expires_on: Option<Date> = "k.expires_on",
        pub today: Date = "(now() AT TIME ZONE (SELECT zone FROM setting))::date",
        pub near_days: i32 = "(SELECT near_expiry_days FROM setting)",
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

/// What lies of these products, place by place; nothing of empty places.
///
/// # Errors
/// When Postgres fails.
pub async fn balances_of(
    connection: &mut AsyncPgConnection,
    products: Vec<Uuid>,
) -> Result<Vec<BalanceRow>, StoreError> {
    let text = format!(
        "SELECT {} FROM {} WHERE b.product_id = ANY($1) AND b.on_hand <> 0 ORDER BY w.name, b.location_id, k.number",
        BalanceRow::COLUMNS,
        BALANCES.from
    );
    Ok(sql(text).bind(products).rows(connection).await?)
}

/// The products that a search of stock or moves can be about, when they are few: those whose code, name or one of whose
/// lots has its longest word. Many are found soon enough on the way through the list; few are not, and all rows would be
/// looked at for them.
///
/// # Errors
/// When Postgres fails.
pub async fn searched_for(
    connection: &mut AsyncPgConnection,
    request: &ListRequest,
) -> Result<Option<Vec<Uuid>>, StoreError> {
    let words = request.search.as_deref().unwrap_or_default().split_whitespace().take(SEARCH_WORDS_MAX);
    let Some(word) = words.max_by_key(|word| word.chars().count()) else { return Ok(None) };
    let text = format!(
        "SELECT id FROM product WHERE code ILIKE $1 OR name ILIKE $1 UNION \
         SELECT product_id FROM lot WHERE number ILIKE $1 LIMIT {FEW_PRODUCTS} + 1"
    );
    let rows: Vec<crate::table::Id> = sql(text).bind(containing(word)).rows(connection).await?;
    Ok((rows.len() <= FEW_PRODUCTS).then(|| rows.into_iter().map(|row| row.id).collect()))
}

/// So many products are few.
const FEW_PRODUCTS: usize = 1_000;

/// What a question looks at. Joining 100 000 rows only to count them costs more than reading a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Looked {
    /// Everything, or one product by its id.
    AtAll,
    /// Names and codes.
    ByName,
}

impl Looked {
    /// By whether the question has words to search for.
    #[must_use]
    pub const fn of(is_searched: bool) -> Self {
        if is_searched { Self::ByName } else { Self::AtAll }
    }
}

const BALANCES: ListSpec = ListSpec {
    from: "stock_balance b JOIN product p ON p.id = b.product_id JOIN unit u ON u.id = p.unit_id \
           JOIN location l ON l.id = b.location_id JOIN warehouse w ON w.id = l.warehouse_id \
           LEFT JOIN product_valuation v ON v.product_id = b.product_id LEFT JOIN lot k ON k.id = b.lot_id",
    count_from: "stock_balance b JOIN product p ON p.id = b.product_id JOIN location l ON l.id = b.location_id \
                 JOIN warehouse w ON w.id = l.warehouse_id LEFT JOIN lot k ON k.id = b.lot_id",
    id: "b.id",
    search: &["p.code", "p.name", "coalesce(k.number, '')"],
    sorts: &[
        Sort { name: "product_code", sql: "p.code", cast: "text" },
        Sort { name: "product_name", sql: "p.name", cast: "text" },
        Sort { name: "warehouse_name", sql: "w.name", cast: "text" },
        Sort { name: "qty_on_hand", sql: "b.on_hand", cast: "numeric" },
        Sort { name: "qty_reserved", sql: "b.reserved", cast: "numeric" },
        Sort { name: "qty_free", sql: "(b.on_hand - b.reserved)", cast: "numeric" },
    ],
};

/// The table that amounts of balances stand in, for pages in their order.
pub const AMOUNTS: &str = "stock_balance b";

impl Looked {
    /// The list of balances for a question: nothing is joined that the total does not need.
    #[must_use]
    pub const fn balances(self) -> ListSpec {
        match self {
            Self::AtAll => ListSpec { count_from: "stock_balance b", ..BALANCES },
            Self::ByName => BALANCES,
        }
    }

    /// The list of moves for a question.
    #[must_use]
    pub const fn moves(self) -> ListSpec {
        match self {
            Self::AtAll => ListSpec { count_from: "stock_move m", ..MOVES },
            Self::ByName => MOVES,
        }
    }
}

row! {
    /// One line of the ledger, as people read it.
    pub struct MoveRow {
        pub id: Uuid = "m.id",
        pub moved_at: OffsetDateTime = "m.moved_at",
        pub from_kind: String = "f.kind",
        pub to_kind: String = "t.kind",
        pub product_id: Uuid = "m.product_id",
        pub product_code: String = "p.code",
        pub product_name: String = "p.name",
        pub quantity: Decimal = "m.quantity",
        pub unit_code: String = "u.code",
        pub lot_id: Option<Uuid> = "k.id",
        pub lot_number: Option<String> = "k.number",
        pub from_location: String = "f.name",
        pub to_location: String = "t.name",
        pub document: String = "coalesce(o.number, r.number, x.number, d.number, q.number, '')",
        pub document_id: Option<Uuid> = "coalesce(m.manufacturing_order_id, m.receipt_id, m.transfer_id, m.delivery_id, m.stock_count_id)",
        pub reason: String = "concat_ws(': ', e.name, nullif(y.reason, ''))",
        pub value: Decimal = "m.value",
        pub by: String = "a.name",
    }
}

const MOVES: ListSpec = ListSpec {
    from: "stock_move m JOIN product p ON p.id = m.product_id JOIN unit u ON u.id = p.unit_id \
           JOIN location f ON f.id = m.from_location_id JOIN location t ON t.id = m.to_location_id \
           JOIN user_account a ON a.id = m.user_id LEFT JOIN receipt r ON r.id = m.receipt_id \
           LEFT JOIN manufacturing_order o ON o.id = m.manufacturing_order_id \
           LEFT JOIN transfer x ON x.id = m.transfer_id LEFT JOIN delivery d ON d.id = m.delivery_id \
           LEFT JOIN stock_count q ON q.id = m.stock_count_id \
           LEFT JOIN stock_move_reason y ON y.stock_move_id = m.id LEFT JOIN loss_reason e ON e.id = y.scrap_reason_id \
           LEFT JOIN lot k ON k.id = m.lot_id",
    count_from: "stock_move m JOIN product p ON p.id = m.product_id LEFT JOIN lot k ON k.id = m.lot_id",
    id: "m.id",
    search: &["p.code", "p.name", "coalesce(k.number, '')"],
    sorts: &[
        Sort { name: "moved_at", sql: "m.moved_at", cast: "timestamptz" },
        Sort { name: "product_code", sql: "p.code", cast: "text" },
        Sort { name: "quantity", sql: "m.quantity", cast: "numeric" },
    ],
};
