//! The words, numbers and days of papers in each language that they are written in.

use mrp_api::papers::PaperLanguage;
use rust_decimal::Decimal;
use time::Date;

/// What stands on papers to suppliers.
#[derive(Debug)]
pub struct Words {
    /// The paper's name.
    pub purchase_order: &'static str,
    /// The paper's name.
    pub request_for_quotation: &'static str,
    /// Nobody has ordered yet.
    pub draft: &'static str,
    /// It does not hold any more.
    pub cancelled: &'static str,
    /// Whom it goes to.
    pub supplier: &'static str,
    /// When it was written.
    pub date: &'static str,
    /// Where the goods go.
    pub deliver_to: &'static str,
    /// When the goods come.
    pub delivery: &'static str,
    /// Until when to answer.
    pub answer_by: &'static str,
    /// A column.
    pub number: &'static str,
    /// A column: how the supplier calls it.
    pub article: &'static str,
    /// A column.
    pub description: &'static str,
    /// A column.
    pub quantity: &'static str,
    /// A column.
    pub unit: &'static str,
    /// A column.
    pub price: &'static str,
    /// A column.
    pub amount: &'static str,
    /// A column: when it is needed.
    pub needed: &'static str,
    /// What all lines cost.
    pub total: &'static str,
    /// Our own code of a product.
    pub our_code: &'static str,
    /// What an offer should say.
    pub please_offer: &'static str,
    page: &'static str,
    of: &'static str,
    months: [&'static str; 12],
    thousands: char,
    point: char,
}

/// The words of a language.
#[must_use]
pub const fn words(language: PaperLanguage) -> &'static Words {
    match language {
        PaperLanguage::En => &ENGLISH,
        PaperLanguage::Ro => &ROMANIAN,
    }
}

const ENGLISH: Words = Words {
    purchase_order: "Purchase order",
    request_for_quotation: "Request for quotation",
    draft: "Draft: not an order yet",
    cancelled: "Cancelled",
    supplier: "Supplier",
    date: "Date",
    deliver_to: "Deliver to",
    delivery: "Delivery",
    answer_by: "Please answer by",
    number: "No.",
    article: "Article",
    description: "Description",
    quantity: "Quantity",
    unit: "Unit",
    price: "Price",
    amount: "Amount",
    needed: "Needed by",
    total: "Total",
    our_code: "our code",
    please_offer: "Please tell us price, smallest quantity, delivery time and until when your offer holds.",
    page: "Page",
    of: "of",
    months: ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
    thousands: ',',
    point: '.',
};

const ROMANIAN: Words = Words {
    purchase_order: "Comandă de achiziție",
    request_for_quotation: "Cerere de ofertă",
    draft: "Ciornă: încă nu este o comandă",
    cancelled: "Anulată",
    supplier: "Furnizor",
    date: "Data",
    deliver_to: "Livrare la",
    delivery: "Livrare",
    answer_by: "Vă rugăm să răspundeți până la",
    number: "Nr.",
    article: "Articol",
    description: "Denumire",
    quantity: "Cantitate",
    unit: "UM",
    price: "Preț",
    amount: "Valoare",
    needed: "Necesar la",
    total: "Total",
    our_code: "codul nostru",
    please_offer: "Vă rugăm să ne comunicați prețul, cantitatea minimă, termenul de livrare și valabilitatea ofertei.",
    page: "Pagina",
    of: "din",
    months: ["ian.", "feb.", "mar.", "apr.", "mai", "iun.", "iul.", "aug.", "sept.", "oct.", "nov.", "dec."],
    thousands: '.',
    point: ',',
};

impl Words {
    /// `Page 1 of 3`.
    #[must_use]
    pub fn page_of(&self, page: usize, pages: usize) -> String {
        format!("{} {page} {} {pages}", self.page, self.of)
    }

    /// `15 Dec 2026`.
    #[must_use]
    pub fn day(&self, date: Date) -> String {
        let month = self.months.get(usize::from(u8::from(date.month())) - 1).copied().unwrap_or_default();
        format!("{} {month} {}", date.day(), date.year())
    }

    /// A number with at least so many decimals, its thousands apart.
    #[must_use]
    pub fn figure(&self, value: Decimal, decimals: u32) -> String {
        let text = value.normalize().to_string();
        let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
        let (sign, whole) = whole.strip_prefix('-').map_or(("", whole), |whole| ("−", whole));
        let mut grouped = String::new();
        for (place, digit) in whole.chars().enumerate() {
            if place > 0 && (whole.len() - place).is_multiple_of(3) {
                grouped.push(self.thousands);
            }
            grouped.push(digit);
        }
        let width = usize::try_from(decimals).unwrap_or_default();
        if part.is_empty() && width == 0 {
            return format!("{sign}{grouped}");
        }
        format!("{sign}{grouped}{}{part:0<width$}", self.point)
    }
}

#[cfg(test)]
mod tests {
    use rust_decimal_macros::dec;
    use time::macros::date;

    use super::*;

    #[test]
    fn numbers_and_days_are_written_as_the_language_does() {
        let (en, ro) = (words(PaperLanguage::En), words(PaperLanguage::Ro));
        assert_eq!(en.figure(dec!(1234567.5), 2), "1,234,567.50");
        assert_eq!(ro.figure(dec!(1234567.5), 2), "1.234.567,50");
        assert_eq!(ro.figure(dec!(0.12345), 2), "0,12345");
        assert_eq!(en.figure(dec!(100.00), 0), "100");
        assert_eq!(en.figure(dec!(-1000), 0), "−1,000");
        assert_eq!(en.day(date!(2026 - 12 - 05)), "5 Dec 2026");
        assert_eq!(ro.day(date!(2026 - 12 - 05)), "5 dec. 2026");
        assert_eq!(ro.page_of(1, 2), "Pagina 1 din 2");
    }
}
