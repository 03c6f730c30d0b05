//! Suppliers: what their bodies mean.

use mrp_api::detail::{self as say, Detail};
use mrp_api::page::NounQuery;
use mrp_api::suppliers::{
    CreateSupplier, DeleteSupplier, GetSupplier, ListSuppliers, SupplierInput, SupplierView, UpdateSupplier,
};
use mrp_domain::ids::SupplierId;
use mrp_domain::text::{Code, Name};
use mrp_store::list::Filters;
use mrp_store::suppliers::{self as store, SupplierRow};
use mrp_store::tx::Tx;
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::error::{ApiError, Faults};
use crate::fields::kept;
use crate::noun::Noun;

/// Most characters of an address for mail.
const EMAIL_CHARS_MAX: usize = 254;
/// Most characters of a note.
const NOTE_CHARS_MAX: usize = 4_000;
/// Most days from order to receipt: ten years.
const LEAD_DAYS_MAX: u32 = 3_660;

five_endpoints!(Suppliers of SupplierId: ListSuppliers GetSupplier CreateSupplier UpdateSupplier DeleteSupplier);

fields! {
    Suppliers: SupplierRow, SupplierView, SupplierInput;
    edited {
        code: Code::new,
        name: Name::new,
        email,
        lead_days: kept(lead_days),
        over_receipt_percent: kept(percent),
        note: note,
        active,
    }
    read { price_count: 0, }
}

impl Noun for Suppliers {
    type Query = NounQuery;
    one_record!(SupplierRow, SupplierView, SupplierInput);

    fn filters(query: &NounQuery) -> Filters {
        Filters::default().with(query.active, "s.active = $")
    }

    async fn save(tx: &mut Tx, id: Uuid, expected: Option<i64>, input: SupplierInput) -> Result<i64, ApiError> {
        let mut faults = Faults::default();
        let email = input.email.trim().to_owned();
        faults.require(is_email(&email), "/email", say::EMAIL_BAD);
        let input = SupplierInput { email, ..input };
        Ok(Self::fields(id, input, faults)?.values().save(tx, id, expected).await?)
    }
}

/// Days from order to receipt.
///
/// # Errors
/// When they are more than ten years.
pub fn lead_days(days: u32) -> Result<u32, Detail> {
    if days <= LEAD_DAYS_MAX { Ok(days) } else { Err(say::AT_MOST_DAYS.with("most", 3660)) }
}

fn percent(value: Decimal) -> Result<Decimal, Detail> {
    let is_percent = (Decimal::ZERO..=Decimal::ONE_HUNDRED).contains(&value);
    if is_percent { Ok(value) } else { Err(say::BETWEEN.with("least", 0).with("most", 100)) }
}

/// A note of usual length.
///
/// # Errors
/// When it is longer.
#[allow(clippy::ptr_arg, reason = "a parser of `fields!` is given the field as it is")]
pub fn note(text: &String) -> Result<String, Detail> {
    if text.chars().count() <= NOTE_CHARS_MAX {
        Ok(text.clone())
    } else {
        Err(say::AT_MOST_CHARACTERS.with("most", 4000))
    }
}

/// Nothing, or something with one at sign and no blanks: whether mail arrives is not known here.
fn is_email(text: &str) -> bool {
    let (name, host) = match text.split_once('@') {
        Some(parts) => parts,
        None => return text.is_empty(),
    };
    let is_clean = !text.contains(char::is_whitespace) && !text.contains(char::is_control) && !host.contains('@');
    is_clean && !name.is_empty() && !host.is_empty() && text.chars().count() <= EMAIL_CHARS_MAX
}
