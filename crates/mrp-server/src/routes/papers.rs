//! What stands on papers to suppliers.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use mrp_api::access::Permission;
use mrp_api::data_files::DataFileView;
use mrp_api::error as codes;
use mrp_api::papers::{GetPurchaseOrderPaper, GetQuotationPaper, PaperLanguage};
use mrp_api::purchase_orders::{PurchaseOrderLineView, PurchaseOrderView};
use mrp_api::requests_for_quotation::{AskedSupplierView, OfferView, QuotationLineView, RequestForQuotationView};
use mrp_domain::purchasing::PurchaseOrderState;
use mrp_domain::shop_calendar::day_in;
use mrp_domain::time::Instant;
use mrp_store::settings::SettingRow;

use crate::error::ApiError;
use crate::mount::Mount;
use crate::paper::words::{Words, words};
use crate::paper::{Column, MARGIN, Paper, Side, Style, TEXT_WIDTH};
use crate::routes::shop_closures::day;
use crate::routes::{purchase_orders, requests_for_quotation};

/// `/purchase-orders/{id}/paper` and `/requests-for-quotation/{id}/paper`.
pub fn mount(config: &mut actix_web::web::ServiceConfig) {
    config
        .endpoint::<GetPurchaseOrderPaper, _, _>(|granted, path, query, _| async move {
            let mut connection = granted.connection().await?;
            let may_see_costs = granted.may(Permission::CostRead);
            let order = purchase_orders::load(&mut connection, path.id.uuid(), may_see_costs).await?;
            let setting = mrp_store::settings::read(&mut connection).await?;
            let sheet = Sheet::new(&setting, query.language);
            granted.reply(file(&order.number, sheet.purchase_order(&order).pdf()?))
        })
        .endpoint::<GetQuotationPaper, _, _>(|granted, path, query, _| async move {
            let mut connection = granted.connection().await?;
            let today = purchase_orders::today(&mut connection, granted.now).await?;
            let question = requests_for_quotation::load(&mut connection, path.id.uuid(), today, false).await?;
            let asked = question.suppliers.iter().find(|supplier| supplier.id == query.supplier_id);
            let asked = asked.ok_or_else(|| ApiError::plain(&codes::NOT_FOUND))?;
            let setting = mrp_store::settings::read(&mut connection).await?;
            let sheet = Sheet::new(&setting, query.language);
            granted.reply(file(&format!("{}-{}", question.number, asked.name), sheet.question(&question, asked).pdf()?))
        });
}

fn file(name: &str, bytes: Vec<u8>) -> DataFileView {
    let name = name.chars().map(|letter| if letter.is_alphanumeric() { letter } else { '-' });
    DataFileView {
        record_count: None,
        file_name: format!("{}.pdf", name.collect::<String>()),
        media_type: "application/pdf".to_owned(),
        content_base64: STANDARD.encode(bytes),
    }
}

/// Where the facts beside the supplier begin.
const FACTS_AT: f32 = MARGIN + 270.0;
/// How wide their names are.
const FACT_NAME: f32 = 100.0;

/// A paper of the company in a language.
struct Sheet<'a> {
    setting: &'a SettingRow,
    words: &'static Words,
    language: PaperLanguage,
}

impl<'a> Sheet<'a> {
    fn new(setting: &'a SettingRow, asked: Option<PaperLanguage>) -> Self {
        let own = if setting.language == PaperLanguage::Ro.as_str() { PaperLanguage::Ro } else { PaperLanguage::En };
        let language = asked.unwrap_or(own);
        Self { setting, words: words(language), language }
    }

    fn purchase_order(&self, order: &PurchaseOrderView) -> Paper {
        let words = self.words;
        let state = match order.state {
            PurchaseOrderState::Draft => Some(words.draft),
            PurchaseOrderState::Cancelled => Some(words.cancelled),
            PurchaseOrderState::Ordered | PurchaseOrderState::PartlyReceived | PurchaseOrderState::Received => None,
        };
        let facts = [
            (words.date, Some(self.day_of(order.ordered_at.unwrap_or(order.created_at)))),
            (words.delivery, self.day(order.expected_on.as_deref())),
            (words.deliver_to, Some(order.warehouse_name.clone())),
        ];
        let mut paper = self.head(words.purchase_order, &order.number, state);
        self.address(&mut paper, (&order.supplier_name, &order.supplier_email), facts);
        let has_prices = order.total.is_some();
        let columns = columns(&[
            (words.number, 22.0, Side::Left),
            (words.article, 76.0, Side::Left),
            (words.description, 0.0, Side::Left),
            (words.quantity, 52.0, Side::Right),
            (words.unit, 30.0, Side::Left),
            (words.price, if has_prices { 54.0 } else { 0.0 }, Side::Right),
            (words.amount, if has_prices { 66.0 } else { 0.0 }, Side::Right),
            (words.delivery, 62.0, Side::Left),
        ]);
        let row = |(place, line): (usize, &PurchaseOrderLineView)| {
            let (article, note) = self.article(&line.supplier_article, &line.product_code);
            let mut cells = vec![(place + 1).to_string(), article, with_note(&line.product_name, note.as_deref())];
            cells.extend([words.figure(line.quantity, 0), line.unit_code.clone()]);
            if has_prices {
                cells.push(line.price.map(|price| words.figure(price, 2)).unwrap_or_default());
                cells.push(line.amount.map(|amount| words.figure(amount, 2)).unwrap_or_default());
            }
            cells.push(self.day(line.expected_on.as_deref().or(order.expected_on.as_deref())).unwrap_or_default());
            cells
        };
        paper.table(&columns, &order.lines.iter().enumerate().map(row).collect::<Vec<_>>());
        if let Some(total) = order.total {
            let total = format!("{}: {} {}", words.total, words.figure(total, 2), self.setting.currency);
            paper.write(MARGIN, TEXT_WIDTH, Style::HEAD, Side::Right, &total);
        }
        self.end(paper, &order.note, words.purchase_order, &order.number)
    }

    fn question(&self, question: &RequestForQuotationView, to: &AskedSupplierView) -> Paper {
        let words = self.words;
        let facts = [
            (words.date, Some(self.day_of(question.sent_at.unwrap_or(question.created_at)))),
            (words.answer_by, self.day(question.answer_by.as_deref())),
        ];
        let mut paper = self.head(words.request_for_quotation, &question.number, None);
        self.address(&mut paper, (&to.name, &to.email), facts);
        paper.write(MARGIN, TEXT_WIDTH, Style::TEXT, Side::Left, words.please_offer);
        paper.move_to(paper.top() + 10.0);
        let columns = columns(&[
            (words.number, 24.0, Side::Left),
            (words.article, 100.0, Side::Left),
            (words.description, 0.0, Side::Left),
            (words.quantity, 70.0, Side::Right),
            (words.unit, 44.0, Side::Left),
            (words.needed, 74.0, Side::Left),
        ]);
        let asked = question.lines.iter().filter_map(|line| Some((line, offer_of(line, to)?)));
        let row = |(place, (line, offer)): (usize, (&QuotationLineView, &OfferView))| {
            let (article, note) = self.article(&offer.supplier_article, &line.product_code);
            let needed = self.day(line.needed_on.as_deref()).unwrap_or_default();
            let name = with_note(&line.product_name, note.as_deref());
            let quantity = words.figure(line.quantity, 0);
            vec![(place + 1).to_string(), article, name, quantity, line.unit_code.clone(), needed]
        };
        paper.table(&columns, &asked.enumerate().map(row).collect::<Vec<_>>());
        self.end(paper, "", words.request_for_quotation, &question.number)
    }

    /// Whose paper it is, what it is, its number, and what else must be seen at once.
    fn head(&self, name: &str, number: &str, state: Option<&str>) -> Paper {
        let mut paper = Paper::a4(format!("{name} {number}"), self.language);
        paper.write(MARGIN, FACTS_AT - MARGIN - 20.0, Style::HEAD, Side::Left, &self.setting.company_name);
        let below = paper.top();
        paper.move_to(MARGIN);
        let width = TEXT_WIDTH - (FACTS_AT - MARGIN);
        paper.write(FACTS_AT, width, Style::TITLE, Side::Left, name);
        paper.write(FACTS_AT, width, Style::HEAD, Side::Left, number);
        if let Some(state) = state {
            paper.write(FACTS_AT, width, Style::STRONG, Side::Left, state);
        }
        paper.move_to(paper.top().max(below) + 14.0);
        paper.rule();
        paper.move_to(paper.top() + 6.0);
        paper
    }

    /// The supplier at the left, facts at the right.
    fn address<const N: usize>(
        &self,
        paper: &mut Paper,
        (name, email): (&str, &str),
        facts: [(&str, Option<String>); N],
    ) {
        let (top, width) = (paper.top(), FACTS_AT - MARGIN - 20.0);
        paper.write(MARGIN, width, Style::NOTE, Side::Left, self.words.supplier);
        paper.write(MARGIN, width, Style::HEAD, Side::Left, name);
        paper.write(MARGIN, width, Style::TEXT, Side::Left, email);
        let below = paper.top();
        paper.move_to(top);
        for (fact, value) in facts.iter().filter_map(|(fact, value)| Some((*fact, value.as_ref()?))) {
            let line = paper.top();
            paper.write(FACTS_AT, FACT_NAME - 8.0, Style::NOTE, Side::Left, fact);
            let named = paper.top();
            paper.move_to(line);
            let width = TEXT_WIDTH - (FACTS_AT - MARGIN) - FACT_NAME;
            paper.write(FACTS_AT + FACT_NAME, width, Style::TEXT, Side::Left, value);
            paper.move_to(paper.top().max(named) + 3.0);
        }
        paper.move_to(paper.top().max(below) + 18.0);
    }

    /// What else to say, and the foot of every page.
    fn end(&self, mut paper: Paper, note: &str, name: &str, number: &str) -> Paper {
        if !note.is_empty() {
            paper.move_to(paper.top() + 12.0);
            paper.write(MARGIN, TEXT_WIDTH, Style::TEXT, Side::Left, note);
        }
        let footer = format!("{} · {name} {number}", self.setting.company_name);
        paper.footer(&footer, |page, pages| self.words.page_of(page, pages));
        paper
    }

    /// The supplier's article, and then our own code as a note; our code alone where the supplier has none.
    fn article(&self, theirs: &str, ours: &str) -> (String, Option<String>) {
        if theirs.is_empty() || theirs == ours {
            return (ours.to_owned(), None);
        }
        (theirs.to_owned(), Some(format!("{}: {ours}", self.words.our_code)))
    }

    fn day(&self, text: Option<&str>) -> Option<String> {
        day(text?).ok().map(|date| self.words.day(date))
    }

    fn day_of(&self, at: Instant) -> String {
        day_in(&self.setting.zone, at).map(|date| self.words.day(date)).unwrap_or_default()
    }
}

fn offer_of<'a>(line: &'a QuotationLineView, supplier: &AskedSupplierView) -> Option<&'a OfferView> {
    line.offers.iter().find(|offer| offer.supplier_id == supplier.id)
}

fn with_note(text: &str, note: Option<&str>) -> String {
    note.map_or_else(|| text.to_owned(), |note| format!("{text}\n{note}"))
}

/// Columns from margin to margin: one takes what the others leave. Those without a width are left out, but for that one.
fn columns(wanted: &[(&'static str, f32, Side)]) -> Vec<Column> {
    let rest = TEXT_WIDTH - wanted.iter().map(|(_, width, _)| width).sum::<f32>();
    let mut rest = Some(rest);
    let column = |&(title, width, side): &(&'static str, f32, Side)| {
        let width = if width > 0.0 { width } else { rest.take()? };
        Some(Column { title, width, side })
    };
    wanted.iter().filter_map(column).collect()
}

#[cfg(test)]
mod tests {
    use mrp_domain::ids::{
        ProductId, PurchaseOrderId, PurchaseOrderLineId, RequestForQuotationId, RequestForQuotationLineId, SupplierId,
        UnitId, WarehouseId,
    };
    use mrp_domain::purchasing::RequestForQuotationState;
    use rust_decimal_macros::dec;
    use uuid::Uuid;

    use super::*;

    fn setting(language: &str) -> SettingRow {
        SettingRow {
            company_name: "Atelier Carpați".to_owned(),
            zone: "Europe/Bucharest".to_owned(),
            currency: "RON".to_owned(),
            language: language.to_owned(),
            over_production_percent: dec!(0),
            reservation_rule: String::new(),
            reserve_days_before: 0,
            near_expiry_days: 30,
            default_components_warehouse_id: None,
            default_finished_products_warehouse_id: None,
            calendar_version: 1,
            is_demo: false,
            version: 1,
        }
    }

    fn order(state: PurchaseOrderState) -> PurchaseOrderView {
        let line = PurchaseOrderLineView {
            id: PurchaseOrderLineId::from_uuid(Uuid::nil()),
            product_id: ProductId::from_uuid(Uuid::nil()),
            product_code: "TUBE-40".to_owned(),
            product_name: "Țeavă pătrată 40×40".to_owned(),
            supplier_article: "SHS4040".to_owned(),
            unit_id: UnitId::from_uuid(Uuid::nil()),
            unit_code: "m".to_owned(),
            quantity: dec!(1200),
            price: Some(dec!(12.5)),
            amount: Some(dec!(15000)),
            expected_on: None,
            qty_ordered: dec!(1200),
            qty_received: dec!(0),
            quantity_open: dec!(1200),
            product_unit_code: "m".to_owned(),
            orders: Vec::new(),
        };
        PurchaseOrderView {
            id: PurchaseOrderId::from_uuid(Uuid::nil()),
            number: "PO-7".to_owned(),
            state,
            supplier_id: SupplierId::from_uuid(Uuid::nil()),
            supplier_name: "Metal Trade SRL".to_owned(),
            supplier_email: "oferte@metal.example".to_owned(),
            over_receipt_percent: dec!(0),
            warehouse_id: WarehouseId::from_uuid(Uuid::nil()),
            warehouse_name: "Depozit".to_owned(),
            request_for_quotation_id: None,
            request_for_quotation_number: None,
            expected_on: Some("2026-12-05".to_owned()),
            note: "Poarta 2".to_owned(),
            // Late in the evening of the 30th in UTC, the 1st in Bucharest.
            ordered_at: Some(Instant::from_unix(1_796_077_800)),
            created_by: "Ana".to_owned(),
            created_at: Instant::from_unix(0),
            total: Some(dec!(15000)),
            lines_without_price: 0,
            lines: vec![line],
            receipts: Vec::new(),
            version: 1,
        }
    }

    #[test]
    fn a_purchase_order_says_what_is_ordered_in_the_companys_language() {
        let setting = setting("ro");
        let paper = Sheet::new(&setting, None).purchase_order(&order(PurchaseOrderState::Ordered));
        let texts = paper.texts().concat();
        for text in [
            "Atelier Carpați",
            "Comandă de achiziție",
            "PO-7",
            "Metal Trade SRL",
            "1 dec. 2026",
            "5 dec. 2026",
            "SHS4040",
            "Țeavă pătrată 40×40",
            "codul nostru: TUBE-40",
            "1.200",
            "12,50",
            "15.000,00",
            "Total: 15.000,00 RON",
            "Poarta 2",
            "Pagina 1 din 1",
        ] {
            assert!(texts.contains(&text), "{text} in {texts:?}");
        }
        assert!(!texts.iter().any(|text| text.contains("Ciornă")));
        assert!(paper.pdf().unwrap().starts_with(b"%PDF-"));
    }

    #[test]
    fn a_draft_says_so_and_prices_stay_away_from_those_who_may_not_see_them() {
        let setting = setting("ro");
        let mut draft = order(PurchaseOrderState::Draft);
        draft.total = None;
        let paper = Sheet::new(&setting, Some(PaperLanguage::En)).purchase_order(&draft);
        let texts = paper.texts().concat();
        assert!(texts.contains(&"Draft: not an order yet") && texts.contains(&"1,200"), "{texts:?}");
        assert!(!texts.iter().any(|text| text.contains("12.50") || text.contains("Price") || text.contains("Total")));
    }

    #[test]
    fn a_question_lists_what_this_supplier_is_asked_for() {
        let asked = |name: &str| AskedSupplierView {
            id: SupplierId::from_uuid(Uuid::from_u128(u128::from(name.as_bytes()[0]))),
            name: name.to_owned(),
            email: String::new(),
            answer_count: 0,
        };
        let line = |code: &str, supplier: &AskedSupplierView| QuotationLineView {
            id: RequestForQuotationLineId::from_uuid(Uuid::nil()),
            product_id: ProductId::from_uuid(Uuid::nil()),
            product_code: code.to_owned(),
            product_name: format!("Part {code}"),
            quantity: dec!(4),
            unit_id: UnitId::from_uuid(Uuid::nil()),
            unit_code: "pcs".to_owned(),
            needed_on: Some("2026-12-05".to_owned()),
            purchase_order_id: None,
            purchase_order_number: None,
            offers: vec![OfferView {
                supplier_id: supplier.id,
                supplier_name: supplier.name.clone(),
                supplier_article: String::new(),
                unit_id: UnitId::from_uuid(Uuid::nil()),
                unit_code: "pcs".to_owned(),
                is_answered: false,
                price: None,
                min_quantity: dec!(0),
                order_multiple: dec!(0),
                lead_days: 0,
                valid_until: None,
                note: String::new(),
                quantity: dec!(4),
                cost: None,
                is_expired: false,
                is_cheapest: false,
                is_soonest: false,
                is_chosen: false,
            }],
        };
        let (one, other) = (asked("One Ltd"), asked("Two Ltd"));
        let question = RequestForQuotationView {
            id: RequestForQuotationId::from_uuid(Uuid::nil()),
            number: "RFQ-3".to_owned(),
            state: RequestForQuotationState::Sent,
            answer_by: None,
            note: String::new(),
            sent_at: None,
            created_by: String::new(),
            created_at: Instant::from_unix(0),
            requests: Vec::new(),
            lines: vec![line("A-1", &one), line("B-2", &other)],
            suppliers: vec![one, other],
            version: 1,
        };
        let setting = setting("en");
        let paper = Sheet::new(&setting, None).question(&question, &question.suppliers[1]);
        let texts = paper.texts().concat();
        assert!(
            texts.contains(&"Two Ltd") && texts.contains(&"Part B-2") && texts.contains(&"5 Dec 2026"),
            "{texts:?}"
        );
        assert!(!texts.iter().any(|text| text.contains("A-1") || text.contains("One Ltd")));
    }
}
