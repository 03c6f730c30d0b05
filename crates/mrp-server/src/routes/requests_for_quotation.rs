//! Requests for quotation: who is asked, what they offer, and which offers are ordered. How one looks is in [`view`].

pub mod view;

use std::collections::BTreeSet;

use mrp_api::access::Permission;
use mrp_api::detail as say;
use mrp_api::endpoint::{Endpoint, IdPath};
use mrp_api::error as codes;
use mrp_api::page::Page;
use mrp_api::requests_for_quotation as api;
use mrp_api::requests_for_quotation::{
    ChooseOffersInput, OfferInput, RequestForQuotationInput, RequestForQuotationQuery, RequestForQuotationRow,
    RequestForQuotationView,
};
use mrp_domain::ids::{PurchaseRequestId, RequestForQuotationId, RequestForQuotationLineId, SupplierId, UnitId};
use mrp_domain::money::UnitCost;
use mrp_domain::purchasing::offers::SaleTerms;
use mrp_domain::purchasing::{
    RequestForQuotationCommand, RequestForQuotationRefusal, RequestForQuotationState, decide_quotation,
};
use mrp_domain::quantity::{PositiveQuantity, QUANTITY_MAX};
use mrp_domain::time::Instant;
use mrp_store::list::Filters;
use mrp_store::purchase_orders::{OpenRequestLineRow, open_request_lines, request_lines_of};
use mrp_store::requests_for_quotation::{self as store, OfferValues, QuotationLineRow, QuotationLineValues};
use mrp_store::supplier_prices::{ValidPriceRow, valid_on};
use mrp_store::suppliers::SupplierRow;
use mrp_store::tx::Tx;
use rust_decimal::Decimal;
use time::Date;
use uuid::Uuid;

pub use self::view::load;
use crate::answer::Answered;
use crate::error::{ApiError, Faults};
use crate::granted::Granted;
use crate::mount::Mount;
use crate::noun::{list_request, word};
use crate::routes::manufacturing_orders::view::states_of;
use crate::routes::purchase_orders::drafting::{Measures, Sale, ToOrder, bought_in, draft, fitting, warehouse_for};
use crate::routes::purchase_orders::today;
use crate::routes::purchase_requests::{can_be_bought, may_be_asked, suppliers};
use crate::routes::shop_closures::day;
use crate::routes::suppliers::{lead_days, note};

/// Most suppliers that one question asks by itself for one product.
const SUPPLIERS_MAX: usize = 5;
/// Most suppliers that are asked by hand at once.
const ASKED_MAX: usize = 20;
/// Most lines of a question by hand.
const LINES_MAX: usize = 500;

/// `/requests-for-quotation`.
pub fn mount(config: &mut actix_web::web::ServiceConfig) {
    config
        .endpoint::<api::ListRequestsForQuotation, _, _>(|granted, _, query, _| list(granted, query))
        .endpoint::<api::GetRequestForQuotation, _, _>(|granted, path, _, _| read(granted, path))
        .endpoint::<api::CreateRequestForQuotation, _, _>(|granted, _, _, input| by_hand(granted, input))
        .endpoint::<api::DraftRequestForQuotation, _, _>(|granted, path, _, _| from_request(granted, path))
        .endpoint::<api::AskSupplier, _, _>(|granted, path, _, input| {
            command(granted, path.id.uuid(), RequestForQuotationCommand::Ask, async move |tx, quotation| {
                ask(tx, quotation, input.supplier_id.uuid()).await?;
                Ok(false)
            })
        })
        .endpoint::<api::SendRequestForQuotation, _, _>(|granted, path, _, _| {
            command(granted, path.id.uuid(), RequestForQuotationCommand::Send, async move |tx, quotation| {
                if store::offers(tx.connection(), quotation).await?.is_empty() {
                    let mut faults = Faults::default();
                    faults.add("/suppliers", &codes::VALUE_MISSING, say::NOBODY_ASKED);
                    faults.check()?;
                }
                Ok(false)
            })
        })
        .endpoint::<api::RecordOffer, _, _>(|granted, path, _, input| {
            command(granted, path.id.uuid(), RequestForQuotationCommand::Record, async move |tx, quotation| {
                record(tx, quotation, &input).await?;
                Ok(false)
            })
        })
        .endpoint::<api::ChooseOffers, _, _>(|granted, path, _, input| {
            command(granted, path.id.uuid(), RequestForQuotationCommand::Choose, async move |tx, quotation| {
                choose(tx, quotation, &input).await
            })
        })
        .endpoint::<api::CancelRequestForQuotation, _, _>(|granted, path, _, _| {
            command(granted, path.id.uuid(), RequestForQuotationCommand::Cancel, async move |tx, quotation| {
                store::let_requests_go(tx, quotation).await?;
                Ok(false)
            })
        });
}

async fn list(
    granted: Granted<api::ListRequestsForQuotation>,
    query: RequestForQuotationQuery,
) -> Result<Answered<api::ListRequestsForQuotation>, ApiError> {
    let mut request = list_request(&query);
    request.sort.get_or_insert_with(|| "-created_at".to_owned());
    let states = states_of::<RequestForQuotationState>(query.state.as_deref())?;
    let filters = || Filters::default().with(states.clone(), "q.state = ANY($)");
    let mut connection = granted.connection().await?;
    let columns = store::RequestForQuotationRow::COLUMNS;
    let page = store::LIST.page::<store::RequestForQuotationRow>(&mut connection, columns, &request, filters()).await?;
    let total = store::LIST.total(&mut connection, &request, filters()).await?;
    let items = page.items.into_iter().map(row).collect::<Result<_, _>>()?;
    granted.reply(Page { items, next_cursor: page.next_cursor, total: u64::try_from(total).unwrap_or_default() })
}

fn row(row: store::RequestForQuotationRow) -> Result<RequestForQuotationRow, ApiError> {
    Ok(RequestForQuotationRow {
        id: RequestForQuotationId::from_uuid(row.id),
        number: row.number,
        state: word(&row.state)?,
        line_count: row.line_count,
        supplier_count: row.supplier_count,
        answer_count: row.answer_count,
        answer_by: row.answer_by.map(|day| day.to_string()),
        created_by: row.created_by,
        created_at: Instant::from_datetime(row.created_at),
    })
}

async fn read(
    granted: Granted<api::GetRequestForQuotation>,
    path: IdPath<RequestForQuotationId>,
) -> Result<Answered<api::GetRequestForQuotation>, ApiError> {
    let may_see_costs = granted.may(Permission::CostRead);
    let mut connection = granted.connection().await?;
    let today = today(&mut connection, granted.now).await?;
    let view = load(&mut connection, path.id.uuid(), today, may_see_costs).await?;
    granted.reply(view)
}

/// Locks the question at the version that the caller read, carries `work` out and replies. `work` says whether every
/// line has its offer by then.
async fn command<E: Endpoint<Reply = RequestForQuotationView>>(
    granted: Granted<E>,
    id: Uuid,
    command: RequestForQuotationCommand,
    work: impl AsyncFn(&mut Tx, Uuid) -> Result<bool, ApiError>,
) -> Result<Answered<E>, ApiError> {
    let may_see_costs = granted.may(Permission::CostRead);
    granted
        .write(async |tx| {
            let locked = store::lock_expected(tx, id, granted.expected).await?;
            let state = word(&locked.state)?;
            decide_quotation(command, state, false).map_err(refused)?;
            let all_chosen = work(tx, id).await?;
            let next = decide_quotation(command, state, all_chosen).map_err(refused)?;
            let is_sent = command == RequestForQuotationCommand::Send;
            let sent_at = is_sent.then(|| tx.now_utc());
            let version = store::set_state(tx, id, next.to_string(), sent_at).await?;
            tx.changed("request_for_quotation", id, version, command.to_string());
            let today = today(tx.connection(), granted.now).await?;
            load(tx.connection(), id, today, may_see_costs).await
        })
        .await
}

fn refused(refusal: RequestForQuotationRefusal) -> ApiError {
    ApiError::new(&codes::STATE_FORBIDS, refusal)
}

async fn from_request(
    granted: Granted<api::DraftRequestForQuotation>,
    path: IdPath<PurchaseRequestId>,
) -> Result<Answered<api::DraftRequestForQuotation>, ApiError> {
    let may_see_costs = granted.may(Permission::CostRead);
    let id = Uuid::now_v7();
    granted
        .write(async |tx| {
            let open = open_request_lines(tx, path.id.uuid()).await?;
            let open: Vec<OpenRequestLineRow> = open.into_iter().filter(|line| line.state == "open").collect();
            if open.is_empty() {
                return Err(ApiError::new(&codes::STATE_FORBIDS, say::REQUEST_QUOTED));
            }
            let lines = by_product(&open);
            let number = store::insert(tx, id, (None, String::new()), &lines).await?;
            ask_first(tx, id, &lines).await?;
            tx.changed("request_for_quotation", id, 1, number);
            let today = today(tx.connection(), granted.now).await?;
            load(tx.connection(), id, today, may_see_costs).await
        })
        .await
}

async fn by_hand(
    granted: Granted<api::CreateRequestForQuotation>,
    input: RequestForQuotationInput,
) -> Result<Answered<api::CreateRequestForQuotation>, ApiError> {
    let may_see_costs = granted.may(Permission::CostRead);
    let id = Uuid::now_v7();
    granted
        .write(async |tx| {
            let mut faults = Faults::default();
            let lines = wanted(tx, &input, &mut faults).await?;
            let answer_by = input.answer_by.as_deref().filter(|text| !text.trim().is_empty()).map(day).transpose();
            let answer_by = faults.take("/answer_by", answer_by).flatten();
            let note = faults.take("/note", note(&input.note)).unwrap_or_default();
            let asked: BTreeSet<SupplierId> = input.supplier_ids.iter().copied().collect();
            let known = suppliers(tx, asked.iter().map(|supplier| supplier.uuid()).collect()).await?;
            for (place, supplier) in input.supplier_ids.iter().enumerate() {
                may_be_asked(&known, *supplier, &format!("/supplier_ids/{place}"), &mut faults);
            }
            faults.check()?;
            let number = store::insert(tx, id, (answer_by, note), &lines).await?;
            match asked.is_empty() {
                true => ask_first(tx, id, &lines).await?,
                false => {
                    for supplier in asked {
                        ask(tx, id, supplier.uuid()).await?;
                    }
                }
            }
            tx.changed("request_for_quotation", id, 1, number);
            let today = today(tx.connection(), granted.now).await?;
            load(tx.connection(), id, today, may_see_costs).await
        })
        .await
}

/// Checks the lines of a question by hand.
async fn wanted(
    tx: &mut Tx,
    input: &RequestForQuotationInput,
    faults: &mut Faults,
) -> Result<Vec<QuotationLineValues>, ApiError> {
    faults.require(!input.lines.is_empty(), "/lines", say::LINE_NEEDED);
    if input.lines.len() > LINES_MAX || input.supplier_ids.len() > ASKED_MAX {
        let (lines, suppliers) = (input.lines.len() <= LINES_MAX, input.supplier_ids.len() <= ASKED_MAX);
        faults.require(lines, "/lines", say::AT_MOST_LINES.with("most", LINES_MAX));
        faults.require(suppliers, "/supplier_ids", say::AT_MOST_AT_ONCE.with("most", ASKED_MAX));
        return Err(std::mem::take(faults).check().err().unwrap_or_else(|| ApiError::plain(&codes::VALIDATION_FAILED)));
    }
    let ids = input.lines.iter().map(|line| line.product_id.uuid()).collect();
    let products = mrp_store::products::find_all(tx, ids).await?;
    let mut seen = BTreeSet::new();
    let mut lines = Vec::with_capacity(input.lines.len());
    for (place, line) in input.lines.iter().enumerate() {
        let pointer = |field: &str| format!("/lines/{place}/{field}");
        let product_id = line.product_id.uuid();
        let quantity = faults.take(&pointer("quantity"), PositiveQuantity::new(line.quantity));
        let needed_on = faults.take(&pointer("needed_on"), line.needed_on.as_deref().map(day).transpose());
        match products.iter().find(|product| product.id == product_id) {
            None => faults.add(
                pointer("product_id"),
                &codes::REFERENCE_UNKNOWN,
                say::for_callers("there is no such product"),
            ),
            Some(product) => can_be_bought(product, &pointer("product_id"), faults),
        }
        faults.require(seen.insert(product_id), &pointer("product_id"), say::LISTED_TWICE);
        lines.push(QuotationLineValues {
            id: Uuid::now_v7(),
            product_id,
            quantity: quantity.map(PositiveQuantity::get).unwrap_or_default(),
            needed_on: needed_on.flatten(),
            requests: Vec::new(),
            wished: Vec::new(),
        });
    }
    Ok(lines)
}

/// Asks the preferred suppliers of each line, and those that somebody wished for.
async fn ask_first(tx: &mut Tx, id: Uuid, lines: &[QuotationLineValues]) -> Result<(), ApiError> {
    let now = tx.now();
    let today = today(tx.connection(), now).await?;
    let products: Vec<Uuid> = lines.iter().map(|line| line.product_id).collect();
    let prices = valid_on(tx.connection(), today, products.clone(), None).await?;
    let measures = Measures::read(tx, products, prices.iter().map(|price| price.unit_id).collect()).await?;
    let mut offers = Vec::new();
    for line in lines {
        offers.extend(asked_first(&measures, line, &prices)?);
    }
    let wished = suppliers(tx, lines.iter().flat_map(|line| line.wished.iter().copied()).collect()).await?;
    let rows = store::lines(tx.connection(), id).await?;
    for line in lines {
        let own = rows.iter().find(|row| row.id == line.id).map(|row| row.unit_id).unwrap_or_default();
        let unit = measures.product(line.product_id).map_or(own, bought_in);
        for supplier in wished.iter().filter(|supplier| supplier.active && line.wished.contains(&supplier.id)) {
            if !offers.iter().any(|offer: &OfferValues| offer.line_id == line.id && offer.supplier_id == supplier.id) {
                offers.push(without_terms(line.id, supplier, unit));
            }
        }
    }
    Ok(store::save_offers(tx, &offers).await?)
}

/// A supplier whose price list says nothing of a product is asked for it in the unit in which it is bought.
fn without_terms(line: Uuid, supplier: &SupplierRow, unit: Uuid) -> OfferValues {
    OfferValues {
        line_id: line,
        supplier_id: supplier.id,
        unit_id: unit,
        price: None,
        min_quantity: Decimal::ZERO,
        order_multiple: Decimal::ZERO,
        lead_days: supplier.lead_days,
        valid_until: None,
        note: String::new(),
    }
}

/// One line for each product, needed when the first of its requests is.
fn by_product(open: &[OpenRequestLineRow]) -> Vec<QuotationLineValues> {
    let mut lines: Vec<QuotationLineValues> = Vec::new();
    for row in open {
        match lines.iter_mut().find(|line| line.product_id == row.product_id) {
            Some(line) => {
                line.quantity += row.quantity;
                line.needed_on = line.needed_on.into_iter().chain(row.needed_on).min();
                line.requests.push(row.id);
                line.wished.extend(row.supplier_id);
            }
            None => lines.push(QuotationLineValues {
                id: Uuid::now_v7(),
                product_id: row.product_id,
                quantity: row.quantity,
                needed_on: row.needed_on,
                requests: vec![row.id],
                wished: row.supplier_id.into_iter().collect(),
            }),
        }
    }
    lines
}

/// The preferred suppliers of a line, each with the terms of his price list and without an answer.
fn asked_first(
    measures: &Measures,
    line: &QuotationLineValues,
    prices: &[ValidPriceRow],
) -> Result<Vec<OfferValues>, ApiError> {
    let own = || prices.iter().filter(|price| price.product_id == line.product_id);
    let mut suppliers: Vec<Uuid> = Vec::new();
    for price in own() {
        if !suppliers.contains(&price.supplier_id) && suppliers.len() < SUPPLIERS_MAX {
            suppliers.push(price.supplier_id);
        }
    }
    let mut offers = Vec::new();
    for supplier in suppliers {
        let of_supplier = own().filter(|price| price.supplier_id == supplier);
        if let Some(price) = fitting(measures, of_supplier, line.quantity)? {
            offers.push(unanswered(line.id, supplier, price));
        }
    }
    Ok(offers)
}

fn unanswered(line: Uuid, supplier: Uuid, price: &ValidPriceRow) -> OfferValues {
    OfferValues {
        line_id: line,
        supplier_id: supplier,
        unit_id: price.unit_id,
        price: None,
        min_quantity: price.min_quantity,
        order_multiple: price.order_multiple,
        lead_days: price.lead_days,
        valid_until: None,
        note: String::new(),
    }
}

/// Asks one more supplier for every line that he is not asked for.
async fn ask(tx: &mut Tx, id: Uuid, supplier: Uuid) -> Result<(), ApiError> {
    let found = suppliers(tx, vec![supplier]).await?;
    let mut faults = Faults::default();
    may_be_asked(&found, SupplierId::from_uuid(supplier), "/supplier_id", &mut faults);
    let Some(row) = found.first() else { return faults.check() };
    let lines = store::lines(tx.connection(), id).await?;
    let known = store::offers(tx.connection(), id).await?;
    let is_asked = |line: Uuid| known.iter().any(|offer| offer.line_id == line && offer.supplier_id == supplier);
    let new: Vec<&QuotationLineRow> = lines.iter().filter(|line| !is_asked(line.id)).collect();
    faults.require(!new.is_empty(), "/supplier_id", say::SUPPLIER_ASKED_ALREADY);
    faults.check()?;
    let now = tx.now();
    let today = today(tx.connection(), now).await?;
    let products: Vec<Uuid> = new.iter().map(|line| line.product_id).collect();
    let prices = valid_on(tx.connection(), today, products.clone(), Some(supplier)).await?;
    let measures = Measures::read(tx, products, prices.iter().map(|price| price.unit_id).collect()).await?;
    let mut offers = Vec::new();
    for line in new {
        let own = prices.iter().filter(|price| price.product_id == line.product_id);
        offers.push(match fitting(&measures, own, line.quantity)? {
            Some(price) => unanswered(line.id, supplier, price),
            None => {
                let unit = measures.product(line.product_id).map_or(line.unit_id, bought_in);
                without_terms(line.id, row, unit)
            }
        });
    }
    Ok(store::save_offers(tx, &offers).await?)
}

/// Records what a supplier offers for a line that he is asked for.
async fn record(tx: &mut Tx, id: Uuid, input: &OfferInput) -> Result<(), ApiError> {
    let mut faults = Faults::default();
    let (line_id, supplier_id) = (input.line_id.uuid(), input.supplier_id.uuid());
    let known = store::offers(tx.connection(), id).await?;
    let known = known.iter().find(|offer| offer.line_id == line_id && offer.supplier_id == supplier_id);
    if known.is_none() {
        faults.add("/supplier_id", &codes::REFERENCE_UNKNOWN, say::SUPPLIER_NOT_ASKED);
    }
    let is_open = known.is_none_or(|offer| !offer.is_chosen);
    faults.require(is_open, "/line_id", say::OFFER_TAKEN);
    let price = faults.take("/price", input.price.map(UnitCost::new).transpose()).flatten();
    for (value, pointer) in [(input.min_quantity, "/min_quantity"), (input.order_multiple, "/order_multiple")] {
        faults.require(
            (Decimal::ZERO..=QUANTITY_MAX).contains(&value),
            pointer,
            say::BETWEEN.with("least", 0).amount("most", QUANTITY_MAX),
        );
    }
    let days = faults.take("/lead_days", lead_days(input.lead_days)).unwrap_or_default();
    let valid_until = input.valid_until.as_deref().filter(|text| !text.trim().is_empty()).map(day).transpose();
    let valid_until = faults.take("/valid_until", valid_until).flatten();
    let note = faults.take("/note", note(&input.note)).unwrap_or_default();
    let lines = store::lines(tx.connection(), id).await?;
    let line = lines.iter().find(|line| line.id == line_id);
    let unit_id = input.unit_id.map(UnitId::uuid).or(line.map(|line| line.unit_id)).unwrap_or_default();
    if let Some(line) = line {
        let measures = Measures::read(tx, vec![line.product_id], vec![unit_id]).await?;
        let own = measures.unit(line.unit_id).map(mrp_domain::quantity::Unit::category);
        match measures.unit(unit_id).map(mrp_domain::quantity::Unit::category) {
            None => faults.add("/unit_id", &codes::REFERENCE_UNKNOWN, say::for_callers("there is no such unit")),
            Some(other) if Some(other) != own => {
                let detail = say::UNIT_DIFFERS_FROM_PRODUCT;
                faults.add("/unit_id", &codes::UNIT_CATEGORY_DIFFERS, detail);
            }
            Some(_) => {}
        }
    }
    faults.check()?;
    let offer = OfferValues {
        line_id,
        supplier_id,
        unit_id,
        price: price.map(UnitCost::get),
        min_quantity: input.min_quantity,
        order_multiple: input.order_multiple,
        lead_days: i32::try_from(days).unwrap_or_default(),
        valid_until,
        note,
    };
    Ok(store::save_offers(tx, &[offer]).await?)
}

/// Takes offers: one draft of a purchase order to each supplier. Says whether every line has its offer by then.
async fn choose(tx: &mut Tx, id: Uuid, input: &ChooseOffersInput) -> Result<bool, ApiError> {
    store::lock_requests(tx, id).await?;
    let now = tx.now();
    let today = today(tx.connection(), now).await?;
    let lines = store::lines(tx.connection(), id).await?;
    let offers = store::offers(tx.connection(), id).await?;
    let chosen = check_choices(input, &lines, &offers, today)?;
    let mut requests: Vec<OpenRequestLineRow> = Vec::new();
    let mut goods: Vec<(Uuid, ToOrder)> = Vec::new();
    for (line, offer) in &chosen {
        let open = request_lines_of(tx, line.id).await?;
        let sale = Sale {
            product_id: line.product_id,
            unit_id: offer.unit_id,
            price: offer.price,
            terms: SaleTerms { minimum: offer.min_quantity, multiple: offer.order_multiple },
            lead_days: offer.lead_days,
        };
        let asked = open.iter().map(|row| row.id).collect();
        goods.push((offer.supplier_id, ToOrder { sale, wanted: line.quantity, requests: asked }));
        requests.extend(open);
    }
    let warehouse = warehouse_for(tx, &requests).await?;
    let units = goods.iter().map(|(_, one)| one.sale.unit_id).collect();
    let measures = Measures::read(tx, goods.iter().map(|(_, one)| one.sale.product_id).collect(), units).await?;
    let suppliers: BTreeSet<Uuid> = goods.iter().map(|(supplier, _)| *supplier).collect();
    for supplier in suppliers {
        let (own, rest): (Vec<_>, Vec<_>) = goods.into_iter().partition(|(of, _)| *of == supplier);
        goods = rest;
        let own: Vec<ToOrder> = own.into_iter().map(|(_, one)| one).collect();
        draft(tx, (supplier, warehouse, Some(id)), &measures, &own, today).await?;
    }
    let pairs: Vec<(Uuid, Uuid)> = chosen.iter().map(|(line, offer)| (line.id, offer.supplier_id)).collect();
    store::choose(tx, &pairs).await?;
    let has_offer = |line: &QuotationLineRow| {
        let was = offers.iter().any(|offer| offer.line_id == line.id && offer.is_chosen);
        was || pairs.iter().any(|(chosen, _)| *chosen == line.id)
    };
    Ok(lines.iter().all(has_offer))
}

/// The chosen offers with their lines, or everything that is wrong with the choice.
fn check_choices<'a>(
    input: &ChooseOffersInput,
    lines: &'a [QuotationLineRow],
    offers: &'a [store::OfferRow],
    today: Date,
) -> Result<Vec<(&'a QuotationLineRow, &'a store::OfferRow)>, ApiError> {
    let mut faults = Faults::default();
    faults.require(!input.choices.is_empty(), "/choices", say::OFFER_NEEDED);
    let mut seen: BTreeSet<RequestForQuotationLineId> = BTreeSet::new();
    let mut chosen = Vec::with_capacity(input.choices.len());
    for (place, choice) in input.choices.iter().enumerate() {
        let pointer = format!("/choices/{place}");
        let line = lines.iter().find(|line| line.id == choice.line_id.uuid());
        let own = |offer: &&store::OfferRow| {
            offer.line_id == choice.line_id.uuid() && offer.supplier_id == choice.supplier_id.uuid()
        };
        let (Some(line), Some(offer)) = (line, offers.iter().find(own)) else {
            faults.add(pointer, &codes::REFERENCE_UNKNOWN, say::for_callers("there is no such offer"));
            continue;
        };
        let is_taken = offers.iter().any(|other| other.line_id == line.id && other.is_chosen);
        faults.require(!is_taken, &pointer, say::LINE_HAS_OFFER);
        faults.require(seen.insert(choice.line_id), &pointer, say::LISTED_TWICE);
        faults.require(offer.price.is_some(), &pointer, say::OFFER_MISSING);
        let is_valid = offer.valid_until.is_none_or(|last| last >= today);
        faults.require(is_valid, &pointer, say::OFFER_EXPIRED);
        chosen.push((line, offer));
    }
    faults.check()?;
    Ok(chosen)
}
