//! Lots: what their bodies mean, and how goods enter them.

use std::collections::HashMap;

use mrp_api::access::Permission;
use mrp_api::detail as say;
use mrp_api::error as codes;
use mrp_api::lots::{
    CreateLot, DeleteLot, GetLot, GetLotWhereabouts, ListLots, LotHolder, LotInput, LotPlace, LotQuery, LotView,
    LotWhereabouts, UpdateLot,
};
use mrp_domain::ids::{LotId, ManufacturingOrderId, ProductId, SalesOrderId, WarehouseId};
use mrp_domain::lot::{self, Expiry, Portion};
use mrp_domain::product::Tracking;
use mrp_domain::quantity::PositiveQuantity;
use mrp_domain::text::Code;
use mrp_domain::time::Instant;
use mrp_store::error::StoreError;
use mrp_store::list::{Filters, ListSpec};
use mrp_store::lots::{self as store, KeptLotRow, LotRow, NamedLot};
use mrp_store::sql::PgConnection;
use mrp_store::stock::NO_LOT;
use mrp_store::tx::Tx;
use rust_decimal::Decimal;
use time::Date;
use uuid::Uuid;

use crate::answer::Answered;
use crate::error::{ApiError, Faults};
use crate::granted::Granted;
use crate::mount::Mount;
use crate::noun::{Noun, integer, word};
use crate::routes::shop_closures::day;

/// Most characters of what the supplier calls a lot.
const SUPPLIER_LOT_CHARS_MAX: usize = 100;
/// Most characters of a note.
const NOTE_CHARS_MAX: usize = 4_000;

/// The noun.
#[derive(Debug)]
pub struct Lots;

/// `/lots`.
pub fn mount(config: &mut actix_web::web::ServiceConfig) {
    crate::noun::mount::<Lots, ListLots, GetLot, CreateLot, UpdateLot, DeleteLot, LotId>(config);
    config.endpoint::<GetLotWhereabouts, _, _>(|granted, path, _, _| whereabouts(granted, path.id));
}

impl Noun for Lots {
    const TABLE: &'static str = "lot";
    const LIST: ListSpec = store::LIST;
    const LIST_COLUMNS: &'static str = LotRow::COLUMNS;
    type Query = LotQuery;
    type ListRow = LotRow;
    type Row = LotView;
    type View = LotView;
    type Input = LotInput;

    fn filters(query: &LotQuery) -> Filters {
        const NEAR: &str = "(SELECT near_expiry_days FROM setting)";
        let today = mrp_store::list::TODAY;
        let stands = query.expiry.map(|expiry| match expiry {
            Expiry::Never => "t.expires_on IS NULL".to_owned(),
            Expiry::Expired => format!("t.expires_on < {today}"),
            Expiry::Near => format!("t.expires_on BETWEEN {today} AND {today} + {NEAR}"),
            Expiry::Fresh => format!("t.expires_on > {today} + {NEAR}"),
        });
        Filters::default()
            .with(query.product_id.map(ProductId::uuid), "t.product_id = $")
            .with(query.in_stock, store::IN_STOCK)
            .when(stands.is_some(), stands.as_deref().unwrap_or_default())
    }

    fn row(row: LotRow) -> Result<LotView, ApiError> {
        Ok(LotView {
            id: LotId::from_uuid(row.id),
            product_id: ProductId::from_uuid(row.product_id),
            number: row.number,
            expires_on: row.expires_on.map(|day| day.to_string()),
            supplier_lot: row.supplier_lot,
            note: row.note,
            product_code: row.product_code,
            product_name: row.product_name,
            unit_code: row.unit_code,
            tracking: word(&row.tracking)?,
            expiry: Expiry::of(row.expires_on, row.today, integer(row.near_days)),
            created_at: Instant::from_datetime(row.created_at),
            qty_on_hand: row.on_hand,
            qty_reserved: row.reserved,
            qty_free: row.on_hand - row.reserved,
            places: row.places,
            version: row.version,
        })
    }

    async fn load(connection: &mut PgConnection, id: Uuid) -> Result<LotView, ApiError> {
        Self::row(mrp_store::table::find(connection, &store::LIST, LotRow::COLUMNS, id).await?)
    }

    fn input(view: LotView) -> LotInput {
        view.into()
    }

    async fn save(tx: &mut Tx, id: Uuid, expected: Option<i64>, input: LotInput) -> Result<i64, ApiError> {
        let current = match expected {
            None => None,
            Some(_) => {
                Some(mrp_store::table::find::<LotRow>(tx.connection(), &store::LIST, LotRow::COLUMNS, id).await?)
            }
        };
        let mut faults = Faults::default();
        let number = faults.take("/number", Code::new(&input.number));
        let expires_on = expiry_day(input.expires_on.as_deref(), "/expires_on", &mut faults);
        let supplier_lot = supplier_lot(&input.supplier_lot, "/supplier_lot", &mut faults);
        let fits = input.note.chars().count() <= NOTE_CHARS_MAX;
        faults.require(fits, "/note", say::AT_MOST_CHARACTERS.with("most", 4000));
        match (&current, mrp_store::products::find_all(tx, vec![input.product_id.uuid()]).await?.pop()) {
            (Some(current), _) => {
                let stays = current.product_id == input.product_id.uuid();
                faults.require(stays, "/product_id", say::LOT_STAYS);
            }
            (None, None) => {
                faults.add("/product_id", &codes::REFERENCE_UNKNOWN, say::for_callers("there is no such product"))
            }
            (None, Some(product)) => {
                let tracked = product.tracking != Tracking::None.as_str();
                faults.require(tracked, "/product_id", say::PRODUCT_NOT_TRACKED);
            }
        }
        faults.check()?;
        let number = number.ok_or_else(|| ApiError::plain(&codes::VALIDATION_FAILED))?;
        let row = LotRow {
            id,
            product_id: input.product_id.uuid(),
            number: number.into(),
            expires_on,
            supplier_lot,
            note: input.note,
            created_at: current.map_or(tx.now_utc(), |current| current.created_at),
            product_code: String::new(),
            product_name: String::new(),
            unit_code: String::new(),
            tracking: String::new(),
            on_hand: Decimal::ZERO,
            reserved: Decimal::ZERO,
            places: String::new(),
            today: tx.now_utc().date(),
            near_days: 0,
            version: 0,
        };
        Ok(row.values().save(tx, id, expected).await?)
    }

    async fn check_removal(tx: &mut Tx, id: Uuid) -> Result<(), ApiError> {
        if store::has_moves(tx.connection(), id).await? {
            return Err(StoreError::InUse { constraint: "stock_move_lot_id_fkey".to_owned() }.into());
        }
        Ok(())
    }
}

async fn whereabouts(granted: Granted<GetLotWhereabouts>, id: LotId) -> Result<Answered<GetLotWhereabouts>, ApiError> {
    let mut connection = granted.connection().await?;
    mrp_store::table::find::<LotRow>(&mut connection, &store::LIST, LotRow::COLUMNS, id.uuid()).await?;
    let places = store::places(&mut connection, id.uuid()).await?;
    let holders = store::holders(&mut connection, id.uuid()).await?;
    let may_read_sales = granted.may(Permission::SalesRead);
    granted.reply(LotWhereabouts {
        places: places
            .into_iter()
            .map(|row| LotPlace {
                warehouse_id: WarehouseId::from_uuid(row.warehouse_id),
                warehouse_name: row.warehouse_name,
                qty_on_hand: row.on_hand,
                qty_reserved: row.reserved,
            })
            .collect(),
        holders: holders
            .into_iter()
            .map(|row| LotHolder {
                manufacturing_order_id: row.manufacturing_order_id.map(ManufacturingOrderId::from_uuid),
                sales_order_id: row.sales_order_id.map(SalesOrderId::from_uuid),
                number: row.number,
                name: if row.sales_order_id.is_none() || may_read_sales { row.name } else { String::new() },
                qty_reserved: row.qty_reserved,
            })
            .collect(),
    })
}

/// The day that somebody typed.
pub fn expiry_day(given: Option<&str>, pointer: &str, faults: &mut Faults) -> Option<Date> {
    let given = given.map(str::trim).filter(|text| !text.is_empty());
    faults.take(pointer, given.map(day).transpose()).flatten()
}

/// What the supplier calls it, trimmed.
pub fn supplier_lot(given: &str, pointer: &str, faults: &mut Faults) -> String {
    let given = given.trim();
    let fits = given.chars().count() <= SUPPLIER_LOT_CHARS_MAX;
    faults.require(fits, pointer, say::AT_MOST_CHARACTERS.with("most", 100));
    given.to_owned()
}

/// How a quantity goes under the lots that somebody typed; `None` when it does not.
pub fn portions(
    tracking: Tracking,
    quantity: PositiveQuantity,
    typed: Option<&str>,
    pointer: &str,
    faults: &mut Faults,
) -> Option<Vec<Portion>> {
    let numbers = faults.take(pointer, lot::numbers(typed.unwrap_or_default()))?;
    faults.take(pointer, lot::portions(tracking, quantity, numbers))
}

/// The lot of what somebody scraps or counts; `None` for what is not tracked, and when there is a fault.
pub fn one_number(tracking: Tracking, typed: Option<&str>, pointer: &str, faults: &mut Faults) -> Option<Code> {
    let one = faults.take(pointer, PositiveQuantity::new(Decimal::ONE))?;
    portions(tracking, one, typed, pointer, faults)?.pop()?.0
}

/// Goods that are to enter stock under a lot.
#[derive(Debug, Clone)]
pub struct Entering {
    /// The product.
    pub product_id: Uuid,
    /// How it is tracked.
    pub tracking: Tracking,
    /// Under which number; none for what is not tracked.
    pub number: Option<Code>,
    /// The last day of a new lot.
    pub expires_on: Option<Date>,
    /// What the supplier calls a new lot.
    pub supplier_lot: String,
    /// Where the number stands in the request.
    pub pointer: String,
    /// Where the last day stands.
    pub expiry_pointer: String,
}

/// The lot of each of them, made when it is new and locked: a serial number that is in stock cannot enter again.
///
/// # Errors
/// `validation_failed` with every number that cannot be used.
pub async fn enter(tx: &mut Tx, entering: &[Entering]) -> Result<Vec<Uuid>, ApiError> {
    let named = entering.iter().filter_map(|one| {
        Some(NamedLot {
            product_id: one.product_id,
            number: one.number.as_ref()?.to_string(),
            expires_on: one.expires_on,
            supplier_lot: one.supplier_lot.clone(),
        })
    });
    let kept = store::keep(tx, named.collect()).await?;
    let mut kept: HashMap<(Uuid, String), KeptLotRow> =
        kept.into_iter().map(|row| ((row.product_id, row.number.clone()), row)).collect();
    let mut faults = Faults::default();
    let mut ids = Vec::with_capacity(entering.len());
    for one in entering {
        let Some(number) = &one.number else {
            ids.push(NO_LOT);
            continue;
        };
        let Some(row) = kept.get_mut(&(one.product_id, number.to_string())) else {
            return Err(StoreError::Conflict.into());
        };
        if one.tracking == Tracking::Serial && row.on_hand > Decimal::ZERO {
            let detail = say::SERIAL_THERE.with("number", number.to_string());
            faults.add(&one.pointer, &codes::SERIAL_IN_STOCK, detail);
        }
        if one.tracking == Tracking::Serial {
            // The same number in another line of this document is the same piece.
            row.on_hand = Decimal::ONE;
        }
        if one.expires_on.is_some() && one.expires_on != row.expires_on {
            let detail = match row.expires_on {
                Some(day) => say::LOT_EXPIRES_ON.with("day", day.to_string()),
                None => say::LOT_NEVER_EXPIRES.into(),
            };
            let detail = detail.with("number", number.to_string());
            faults.add(&one.expiry_pointer, &codes::VALUE_INVALID, detail);
        }
        ids.push(row.id);
    }
    faults.check()?;
    Ok(ids)
}
