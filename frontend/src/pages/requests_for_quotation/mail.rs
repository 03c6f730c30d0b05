//! The text of a mail that asks for an offer.

use mrp_api::requests_for_quotation::{AskedSupplierView, RequestForQuotationView};

use crate::format;
use crate::i18n::text::{purchase_orders as o, requests_for_quotation as t};
use crate::pages::papers::day;

/// What one supplier is asked, as a mail.
#[must_use]
pub fn text(view: &RequestForQuotationView, supplier: &AskedSupplierView, company: &str) -> String {
    let mut lines = vec![
        format!("{} {}", o::mail_to(), supplier.email),
        format!("{} {}", o::mail_subject(), t::mail_subject(&view.number, company)),
        String::new(),
        o::mail_hello().to_owned(),
        String::new(),
        t::mail_ask().to_owned(),
        String::new(),
    ];
    let asked = view
        .lines
        .iter()
        .filter_map(|line| Some((line, line.offers.iter().find(|offer| offer.supplier_id == supplier.id)?)));
    for (place, (line, offer)) in asked.enumerate() {
        let article = Some(&offer.supplier_article).filter(|article| !article.is_empty());
        let article = article.unwrap_or(&line.product_code);
        let amount = format!("{} {}", format::number(line.quantity), line.unit_code);
        let mut text = format!("{}. {} ({article}): {amount}", place + 1, line.product_name);
        if let Some(day) = day(&line.needed_on) {
            text.push_str(&format!(", {}", o::mail_until(&day)));
        }
        lines.push(text);
    }
    lines.extend([String::new(), t::mail_terms().to_owned(), String::new()]);
    lines.extend([o::mail_thanks().to_owned(), company.to_owned()]);
    lines.join("\n")
}
