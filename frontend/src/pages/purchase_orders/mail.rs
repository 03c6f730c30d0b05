//! The text of a mail to a supplier.

use mrp_api::purchase_orders::PurchaseOrderView;

use crate::format;
use crate::i18n::text::purchase_orders as t;
use crate::pages::papers::day;
use crate::session;

/// A purchase order as a mail.
#[must_use]
pub fn text(view: &PurchaseOrderView, company: &str) -> String {
    let mut lines = vec![format!("{} {}", t::mail_to(), view.supplier_email)];
    lines.push(format!("{} {}", t::mail_subject(), t::mail_order_subject(&view.number, company)));
    lines.extend([String::new(), t::mail_hello().to_owned(), String::new(), t::mail_order(&view.number).to_owned()]);
    lines.push(String::new());
    for (place, line) in view.lines.iter().enumerate() {
        let article = Some(&line.supplier_article).filter(|article| !article.is_empty());
        let name = match article {
            Some(article) => format!("{} ({article})", line.product_name),
            None => format!("{} ({})", line.product_name, line.product_code),
        };
        let mut text = format!("{}. {name}: {} {}", place + 1, format::number(line.quantity), line.unit_code);
        if let Some(price) = line.price {
            text.push_str(&format!(" × {} {}", format::number(price), session::currency()));
        }
        if let Some(day) = day(&line.expected_on).or_else(|| day(&view.expected_on)) {
            text.push_str(&format!(", {}", t::mail_until(&day)));
        }
        lines.push(text);
    }
    if let Some(total) = view.total {
        lines.extend([String::new(), t::mail_total(&format!("{} {}", format::money(total), session::currency()))]);
    }
    lines.extend([String::new(), t::mail_deliver(&view.warehouse_name), String::new()]);
    if !view.note.is_empty() {
        lines.extend([view.note.clone(), String::new()]);
    }
    lines.extend([t::mail_thanks().to_owned(), company.to_owned()]);
    lines.join("\n")
}
