//! Scrapping and counting: goods go to, or come from, where nobody counts them.

use std::collections::{BTreeMap, BTreeSet};

use mrp_api::access::Permission;
use mrp_api::detail::{self as say, Detail};
use mrp_api::error as codes;
use mrp_api::stock_corrections::{CountInput, CountStock, ScrapInput, ScrapStock, StockCorrectionView};
use mrp_domain::ids::{LossReasonId, ProductId, StockMoveId, WarehouseId};
use mrp_domain::manufacturing_order::change_log::REASON_LENGTH_MAX;
use mrp_domain::money::{Money, UnitCost};
use mrp_domain::product::{CostMethod, ProductType, Tracking};
use mrp_domain::quantity::{Exact, PositiveQuantity};
use mrp_domain::stock::correction::{self, Counted, Held};
use mrp_domain::stock::{StockRefusal, Valuation};
use mrp_domain::text::Code;
use mrp_store::error::StoreError;
use mrp_store::lots::{KeptLotRow, NamedLot};
use mrp_store::products::ProductRow;
use mrp_store::stock::{ADJUSTMENT, Document, MoveValues, NO_LOT, SCRAP, ValuationRow};
use mrp_store::stock_corrections as store;
use mrp_store::tx::Tx;
use rust_decimal::Decimal;
use time::Date;
use uuid::Uuid;

use crate::answer::Answered;
use crate::error::{ApiError, Faults};
use crate::granted::Granted;
use crate::mount::Mount;
use crate::noun::word;
use crate::routes::arrivals::{Arrival, Came, Waiting};
use crate::routes::loss_reasons::require_scrap_reason;
use crate::routes::lots;
use crate::routes::products::unit_cost;
use crate::routes::variants::require_no_template;

/// `/stock/scrap` and `/stock/count`.
pub fn mount(config: &mut actix_web::web::ServiceConfig) {
    config
        .endpoint::<ScrapStock, _, _>(|granted, _, _, input| scrap(granted, input))
        .endpoint::<CountStock, _, _>(|granted, _, _, input| count(granted, input));
}

async fn scrap(granted: Granted<ScrapStock>, input: ScrapInput) -> Result<Answered<ScrapStock>, ApiError> {
    let may_see_costs = granted.may(Permission::CostRead);
    granted
        .write(async |tx| {
            let mut faults = Faults::default();
            let quantity = faults.take("/quantity", PositiveQuantity::new(input.quantity));
            let reason = text(&input.reason, "/reason", &mut faults);
            require_scrap_reason(tx, (input.reason_id, "/reason_id"), (&reason, "/reason"), &mut faults).await?;
            let lot = AskedLot { number: input.lot_number.as_deref(), expires_on: None, makes: false };
            let asked = Asked { quantity: input.quantity, pointer: "/quantity", reason, lot };
            let goods = Goods::find(tx, input.product_id, input.warehouse_id, &asked, faults).await?;
            let (held, mut stock) = goods.lock(tx).await?;
            let Some(quantity) = quantity else { return Err(ApiError::plain(&codes::VALIDATION_FAILED)) };
            let value = correction::scrap(held, quantity, &mut stock).map_err(refused)?;
            let change = Change { ends: (goods.location, SCRAP), quantity, value };
            goods.correct(tx, held, Some(change), (asked.reason, input.reason_id), may_see_costs).await
        })
        .await
}

async fn count(granted: Granted<CountStock>, input: CountInput) -> Result<Answered<CountStock>, ApiError> {
    let may_see_costs = granted.may(Permission::CostRead);
    if input.unit_cost.is_some() && !may_see_costs {
        let words = say::for_callers(format!("giving a unit cost needs `{}`", Permission::CostRead));
        return Err(ApiError::new(&codes::PERMISSION_DENIED, words));
    }
    granted.write(async |tx| set_counted(tx, &input, may_see_costs).await).await
}

/// Sets stock to what was counted.
///
/// # Errors
/// Every fault of the input at once; `stock_reserved` when orders hold more than was counted.
pub async fn set_counted(
    tx: &mut Tx,
    input: &CountInput,
    may_see_costs: bool,
) -> Result<StockCorrectionView, ApiError> {
    let mut faults = Faults::default();
    if !input.qty_counted.is_zero() {
        faults.take("/qty_counted", PositiveQuantity::new(input.qty_counted));
    }
    let given = input.unit_cost.and_then(|cost| faults.take("/unit_cost", UnitCost::try_from(cost)));
    let expires_on = lots::expiry_day(input.expires_on.as_deref(), "/expires_on", &mut faults);
    let lot = AskedLot { number: input.lot_number.as_deref(), expires_on, makes: true };
    let reason = text(&input.note, "/note", &mut faults);
    let asked = Asked { quantity: input.qty_counted, pointer: "/qty_counted", reason, lot };
    let waiting = expect(tx, input).await?;
    let goods = Goods::find(tx, input.product_id, input.warehouse_id, &asked, faults).await?;
    let (held, mut stock) = goods.lock(tx).await?;
    goods.check_serial(held, input.qty_counted)?;
    let cost = goods.unit_cost(stock)?;
    if input.qty_counted > held.on_hand && goods.has_standard_cost()? {
        let mut faults = Faults::default();
        let is_it = given.is_none_or(|given| given == cost);
        faults.require(is_it, "/unit_cost", say::VALUED_AT_STANDARD);
        faults.check()?;
    }
    let change = match correction::count(held, asked.quantity, &mut stock, given.unwrap_or(cost)).map_err(refused)? {
        Counted::AsBooked => None,
        Counted::More(quantity, value) => Some(Change { ends: (ADJUSTMENT, goods.location), quantity, value }),
        Counted::Less(quantity, value) => Some(Change { ends: (goods.location, ADJUSTMENT), quantity, value }),
    };
    let came = change.as_ref().filter(|change| change.ends.1 == goods.location).map(|change| Came {
        product_id: goods.product.id,
        lot_id: goods.lot_id(),
        quantity: change.quantity.get(),
    });
    let view = goods.correct(tx, held, change, (asked.reason, None), may_see_costs).await?;
    let Some(came) = came.filter(|_| !waiting.is_empty()) else { return Ok(view) };
    let before = view.qty_reserved;
    waiting.set_aside(tx, &[came]).await?;
    let (held, _) = goods.lock(tx).await?;
    Ok(StockCorrectionView { qty_reserved: held.reserved, qty_free: view.qty_free - (held.reserved - before), ..view })
}

/// Who waits for what may be found, locked before lots and stock are.
async fn expect(tx: &mut Tx, input: &CountInput) -> Result<Arrival, ApiError> {
    let (product, warehouse) = (input.product_id.uuid(), input.warehouse_id.uuid());
    let waiting = Waiting::look(tx, warehouse, BTreeSet::from([product])).await?;
    if waiting.is_empty() {
        return Ok(Arrival::default());
    }
    let location = mrp_store::stock::location_of(tx.connection(), warehouse).await?;
    let rows = mrp_store::stock::placed(tx.connection(), vec![product], location).await?;
    let number = input.lot_number.as_deref().map(str::trim).filter(|number| !number.is_empty());
    let on_hand: Decimal = rows.iter().filter(|row| row.lot_number.as_deref() == number).map(|row| row.on_hand).sum();
    let found = BTreeMap::from([(product, input.qty_counted - on_hand)]);
    waiting.expect(tx, &found, BTreeMap::new(), &[]).await
}

/// A refusal of the domain as the wire says it.
pub fn refused(refusal: StockRefusal) -> ApiError {
    let detail = Detail::from(&refusal);
    match refusal {
        StockRefusal::SameLocation => ApiError::new(&codes::SAME_LOCATION, detail),
        StockRefusal::NotEnough { on_hand, .. } => {
            ApiError::new(&codes::STOCK_SHORT, detail).with("on_hand", on_hand.to_string())
        }
        StockRefusal::Reserved { reserved, .. } => {
            ApiError::new(&codes::STOCK_RESERVED, detail).with("reserved", reserved.to_string())
        }
        StockRefusal::Quantity(_) => ApiError::new(&codes::QUANTITY_OUT_OF_RANGE, detail),
    }
}

/// What people wrote, trimmed.
fn text(given: &str, pointer: &str, faults: &mut Faults) -> String {
    let given = given.trim();
    let fits = given.chars().count() <= REASON_LENGTH_MAX;
    faults.require(fits, pointer, say::AT_MOST_CHARACTERS.with("most", REASON_LENGTH_MAX));
    given.to_owned()
}

/// The amount that somebody typed, where it stood, and why.
struct Asked<'a> {
    quantity: Decimal,
    pointer: &'static str,
    reason: String,
    lot: AskedLot<'a>,
}

/// The lot that somebody named.
struct AskedLot<'a> {
    number: Option<&'a str>,
    expires_on: Option<Date>,
    /// Whether one that does not exist is made.
    makes: bool,
}

/// One line for the ledger.
struct Change {
    /// From where, to where.
    ends: (Uuid, Uuid),
    quantity: PositiveQuantity,
    value: Money,
}

/// A product in a warehouse.
struct Goods {
    product: ProductRow,
    warehouse: WarehouseId,
    location: Uuid,
    /// Of a tracked product the lot, with what there was of it anywhere when it was locked.
    lot: Option<KeptLotRow>,
}

impl Goods {
    /// Finds them, and refuses with every fault of the request at once.
    async fn find(
        tx: &mut Tx,
        product: ProductId,
        warehouse: WarehouseId,
        asked: &Asked<'_>,
        mut faults: Faults,
    ) -> Result<Self, ApiError> {
        let location = match mrp_store::stock::location_of(tx.connection(), warehouse.uuid()).await {
            Ok(location) => Some(location),
            Err(StoreError::NotFound) => None,
            Err(error) => return Err(error.into()),
        };
        if location.is_none() {
            faults.add("/warehouse_id", &codes::REFERENCE_UNKNOWN, say::for_callers("there is no such warehouse"));
        }
        let product = mrp_store::products::find_all(tx, vec![product.uuid()]).await?.pop();
        let mut number = None;
        match &product {
            Some(product) => {
                Self::check(tx, product, asked, &mut faults).await?;
                let (tracking, typed) = (word(&product.tracking)?, asked.lot.number);
                number = lots::one_number(tracking, typed, "/lot_number", &mut faults);
            }
            None => faults.add("/product_id", &codes::REFERENCE_UNKNOWN, say::for_callers("there is no such product")),
        }
        faults.check()?;
        match (product, location) {
            (Some(product), Some(location)) => {
                let lot = Self::lot(tx, product.id, number, &asked.lot).await?;
                Ok(Self { product, warehouse, location, lot })
            }
            _ => Err(ApiError::plain(&codes::VALIDATION_FAILED)),
        }
    }

    async fn lot(
        tx: &mut Tx,
        product_id: Uuid,
        number: Option<Code>,
        asked: &AskedLot<'_>,
    ) -> Result<Option<KeptLotRow>, ApiError> {
        let Some(number) = number else { return Ok(None) };
        let mut faults = Faults::default();
        let lot = if asked.makes {
            let (number, expires_on) = (number.to_string(), asked.expires_on);
            let named = NamedLot { product_id, number, expires_on, supplier_lot: String::new() };
            mrp_store::lots::keep(tx, vec![named]).await?.pop()
        } else {
            mrp_store::lots::called(tx.connection(), product_id, number.to_string()).await?
        };
        match &lot {
            None => faults.add(
                "/lot_number",
                &codes::REFERENCE_UNKNOWN,
                say::for_callers("there is no such lot of the product"),
            ),
            Some(lot) if asked.expires_on.is_some() && asked.expires_on != lot.expires_on => {
                faults.add("/expires_on", &codes::VALUE_INVALID, say::LOT_EXPIRES_OTHERWISE);
            }
            Some(_) => {}
        }
        faults.check()?;
        Ok(lot)
    }

    fn lot_id(&self) -> Uuid {
        self.lot.as_ref().map_or(NO_LOT, |lot| lot.id)
    }

    /// A serial number is one piece: counted here, it lies nowhere else.
    fn check_serial(&self, held: Held, counted: Decimal) -> Result<(), ApiError> {
        let Some(lot) = self.lot.as_ref().filter(|_| self.product.tracking == Tracking::Serial.as_str()) else {
            return Ok(());
        };
        let mut faults = Faults::default();
        faults.require(counted <= Decimal::ONE, "/qty_counted", say::SERIAL_ONE_PIECE);
        if counted > held.on_hand && lot.on_hand > held.on_hand {
            faults.add("/lot_number", &codes::SERIAL_IN_STOCK, say::PIECE_ELSEWHERE);
        }
        faults.check()
    }

    /// Whether stock of this product is counted at all, and that finely.
    async fn check(tx: &mut Tx, product: &ProductRow, asked: &Asked<'_>, faults: &mut Faults) -> Result<(), ApiError> {
        let product_type: ProductType = word(&product.product_type)?;
        let is_counted = product_type == ProductType::Storable;
        faults.require(is_counted, "/product_id", say::PRODUCT_NOT_STORED);
        require_no_template(product.is_template, "/product_id", faults);
        for row in mrp_store::units::find_all(tx.connection(), vec![product.unit_id]).await? {
            let unit = row.unit().map_err(|error| StoreError::Corrupt(error.to_string()))?;
            let rounded = unit.round_output(Exact::from_decimal(asked.quantity));
            let Some(rounded) = faults.take(asked.pointer, rounded) else { continue };
            let step = format!("{} {}", unit.rounding_step(), unit.code());
            faults.require(rounded == asked.quantity, asked.pointer, say::NOT_A_MULTIPLE.with("step", step));
        }
        Ok(())
    }

    /// What lies there, and what all stock of the product is worth; both stay as they are until the end.
    async fn lock(&self, tx: &mut Tx) -> Result<(Held, Valuation), ApiError> {
        let (held, valuation) = store::lock(tx, self.product.id, self.lot_id(), self.location).await?;
        let stock = match valuation {
            Some(ValuationRow { quantity, value, .. }) => Valuation::new(quantity, Money::round_half_even(value))
                .map_err(|error| StoreError::Corrupt(error.to_string()))?,
            None => Valuation::default(),
        };
        Ok((Held { on_hand: held.on_hand, reserved: held.reserved }, stock))
    }

    fn has_standard_cost(&self) -> Result<bool, ApiError> {
        Ok(word::<CostMethod>(&self.product.cost_method)? == CostMethod::Standard)
    }

    /// What one more unit is worth.
    fn unit_cost(&self, stock: Valuation) -> Result<UnitCost, ApiError> {
        let Self { product, .. } = self;
        let stock = Some((stock.quantity(), stock.value().amount()));
        Ok(unit_cost(&product.cost_method, product.standard_cost, stock)?.unwrap_or(UnitCost::ZERO))
    }

    /// Posts the change, if there is one, and says what is there now.
    async fn correct(
        &self,
        tx: &mut Tx,
        held: Held,
        change: Option<Change>,
        (reason, scrap_reason): (String, Option<LossReasonId>),
        may_see_costs: bool,
    ) -> Result<StockCorrectionView, ApiError> {
        let id = Uuid::now_v7();
        let Self { product, .. } = self;
        let difference = match &change {
            None => Decimal::ZERO,
            Some(change) if change.ends.1 == self.location => change.quantity.get(),
            Some(change) => -change.quantity.get(),
        };
        let detail = format!("{difference:+} {} of {}", product.unit_code, product.code);
        tx.changed("stock_correction", id, 1, format!("{detail} {reason}").trim());
        let view = StockCorrectionView {
            move_id: change.as_ref().map(|_| StockMoveId::from_uuid(id)),
            product_id: ProductId::from_uuid(product.id),
            product_name: product.name.clone(),
            unit_code: product.unit_code.clone(),
            warehouse_id: self.warehouse,
            qty_difference: difference,
            qty_on_hand: held.on_hand + difference,
            qty_reserved: held.reserved,
            qty_free: held.on_hand + difference - held.reserved,
            value: change.as_ref().map(|change| change.value.amount()).filter(|_| may_see_costs),
        };
        if let Some(Change { ends: (from_location_id, to_location_id), quantity, value }) = change {
            let (quantity, value) = (quantity.get(), value.amount());
            let values = MoveValues {
                id,
                product_id: product.id,
                lot_id: self.lot_id(),
                from_location_id,
                to_location_id,
                quantity,
                value,
                document: Document::ByHand,
            };
            store::post(tx, values, reason, scrap_reason.map(LossReasonId::uuid)).await?;
        }
        Ok(view)
    }
}
