//! A request for quotation as its page shows it: the offers for each line side by side, each judged with what its
//! minimum and multiple add.

use mrp_api::requests_for_quotation::{
    AskedSupplierView, OfferView, QuotationLineView, QuotedRequestView, RequestForQuotationView,
};
use mrp_domain::ids::{
    ProductId, PurchaseOrderId, PurchaseRequestId, RequestForQuotationId, RequestForQuotationLineId, SupplierId, UnitId,
};
use mrp_domain::money::UnitCost;
use mrp_domain::purchasing::offers::{JudgedOffer, Offer, SaleTerms, compare, wanted_in};
use mrp_domain::quantity::{PositiveQuantity, Unit};
use mrp_domain::time::Instant;
use mrp_store::error::StoreError;
use mrp_store::requests_for_quotation::{self as store, OfferRow, QuotationLineRow};
use mrp_store::sql::PgConnection;
use rust_decimal::Decimal;
use serde::Deserialize;
use time::Date;
use uuid::Uuid;

use crate::error::ApiError;
use crate::noun::{integer, word};

/// A question with its offers.
///
/// # Errors
/// `not_found`.
pub async fn load(
    connection: &mut PgConnection,
    id: Uuid,
    today: Date,
    may_see_costs: bool,
) -> Result<RequestForQuotationView, ApiError> {
    #[derive(Deserialize)]
    struct Stored {
        id: PurchaseRequestId,
        number: String,
    }
    let columns = store::RequestForQuotationRow::COLUMNS;
    let row = mrp_store::table::find::<store::RequestForQuotationRow>(connection, &store::LIST, columns, id).await?;
    let lines = store::lines(connection, id).await?;
    let offers = store::offers(connection, id).await?;
    let ids = lines.iter().map(|line| line.unit_id).chain(offers.iter().map(|offer| offer.unit_id)).collect();
    let units = mrp_store::units::find_all(connection, ids).await?;
    let units = units.iter().map(|row| Ok((row.id, row.unit()?)));
    let units =
        units.collect::<Result<Vec<(Uuid, Unit)>, mrp_domain::quantity::UnitError>>().map_err(|e| corrupt(&e))?;
    let requests: Vec<Stored> = serde_json::from_value(row.requests).map_err(|error| corrupt(&error))?;
    let requests = requests.into_iter().map(|one| QuotedRequestView { id: one.id, number: one.number });
    let suppliers = suppliers(&offers);
    let mut views = Vec::with_capacity(lines.len());
    for line in lines {
        let own: Vec<&OfferRow> = offers.iter().filter(|offer| offer.line_id == line.id).collect();
        let judged = judge(&line, &own, &units, today)?;
        let own = own.into_iter().zip(judged).map(|(offer, judged)| offer_view(offer, judged, may_see_costs));
        views.push(line_view(&line, own.collect()));
    }
    Ok(RequestForQuotationView {
        id: RequestForQuotationId::from_uuid(row.id),
        number: row.number,
        state: word(&row.state)?,
        answer_by: row.answer_by.map(|day| day.to_string()),
        note: row.note,
        sent_at: row.sent_at.map(Instant::from_datetime),
        created_by: row.created_by,
        created_at: Instant::from_datetime(row.created_at),
        requests: requests.collect(),
        suppliers,
        lines: views,
        version: row.version,
    })
}

fn corrupt(error: &dyn std::fmt::Display) -> ApiError {
    StoreError::Corrupt(error.to_string()).into()
}

fn suppliers(offers: &[OfferRow]) -> Vec<AskedSupplierView> {
    let mut all: Vec<AskedSupplierView> = Vec::new();
    for offer in offers {
        let id = SupplierId::from_uuid(offer.supplier_id);
        let answered = u32::from(offer.price.is_some());
        match all.iter_mut().find(|known| known.id == id) {
            Some(known) => known.answer_count += answered,
            None => all.push(AskedSupplierView {
                id,
                name: offer.supplier_name.clone(),
                email: offer.supplier_email.clone(),
                answer_count: answered,
            }),
        }
    }
    all.sort_by(|left, right| left.name.cmp(&right.name));
    all
}

/// Every offer for a line: what would have to be ordered; the answered ones judged against each other.
fn judge(
    line: &QuotationLineRow,
    offers: &[&OfferRow],
    units: &[(Uuid, Unit)],
    today: Date,
) -> Result<Vec<(Decimal, Option<JudgedOffer>)>, ApiError> {
    let unit = |id: Uuid| units.iter().find(|(known, _)| *known == id).map(|(_, unit)| unit);
    let own = unit(line.unit_id).ok_or_else(|| corrupt(&"a unit is gone"))?;
    let mut answered = Vec::new();
    let mut quantities = Vec::with_capacity(offers.len());
    for offer in offers {
        let sold_in = unit(offer.unit_id).ok_or_else(|| corrupt(&"a unit is gone"))?;
        let wanted = wanted_in(sold_in, line.quantity, own).map_err(|error| corrupt(&error))?;
        let terms = SaleTerms { minimum: offer.min_quantity, multiple: offer.order_multiple };
        let step = sold_in.rounding_step();
        quantities.push(terms.order_quantity(wanted, step).map_or(Decimal::ZERO, PositiveQuantity::get));
        if let Some(price) = offer.price {
            answered.push(Offer {
                price: UnitCost::new(price).map_err(|error| corrupt(&error))?,
                terms,
                unit_step: step,
                wanted,
                lead_days: integer(offer.lead_days),
                valid_until: offer.valid_until,
            });
        }
    }
    let mut judged = compare(&answered, today).map_err(|error| corrupt(&error))?.into_iter();
    let all = offers.iter().zip(quantities).map(|(offer, quantity)| {
        let judged = if offer.price.is_some() { judged.next() } else { None };
        (quantity, judged)
    });
    Ok(all.collect())
}

fn offer_view(offer: &OfferRow, (quantity, judged): (Decimal, Option<JudgedOffer>), may_see_costs: bool) -> OfferView {
    OfferView {
        supplier_id: SupplierId::from_uuid(offer.supplier_id),
        supplier_name: offer.supplier_name.clone(),
        supplier_article: offer.supplier_article.clone(),
        unit_id: UnitId::from_uuid(offer.unit_id),
        unit_code: offer.unit_code.clone(),
        is_answered: offer.price.is_some(),
        price: offer.price.filter(|_| may_see_costs),
        min_quantity: offer.min_quantity,
        order_multiple: offer.order_multiple,
        lead_days: integer(offer.lead_days),
        valid_until: offer.valid_until.map(|day| day.to_string()),
        note: offer.note.clone(),
        quantity,
        cost: judged.map(|judged| judged.cost.amount()).filter(|_| may_see_costs),
        is_expired: judged.is_some_and(|judged| judged.is_expired),
        is_cheapest: may_see_costs && judged.is_some_and(|judged| judged.is_cheapest),
        is_soonest: judged.is_some_and(|judged| judged.is_soonest),
        is_chosen: offer.is_chosen,
    }
}

fn line_view(line: &QuotationLineRow, offers: Vec<OfferView>) -> QuotationLineView {
    QuotationLineView {
        id: RequestForQuotationLineId::from_uuid(line.id),
        product_id: ProductId::from_uuid(line.product_id),
        product_code: line.product_code.clone(),
        product_name: line.product_name.clone(),
        quantity: line.quantity,
        unit_id: UnitId::from_uuid(line.unit_id),
        unit_code: line.unit_code.clone(),
        needed_on: line.needed_on.map(|day| day.to_string()),
        purchase_order_id: line.purchase_order_id.map(PurchaseOrderId::from_uuid),
        purchase_order_number: line.purchase_order_number.clone(),
        offers,
    }
}
