//! Sentences that say what is wrong.

use std::collections::BTreeSet;

use mrp_api::detail::{self as say, ALL, Detail};
use mrp_domain::quantity::{PositiveQuantity, QuantityError};
use mrp_domain::text::{Code, TextError};
use mrp_domain::work_center::Efficiency;
use rust_decimal::Decimal;

#[test]
fn every_sentence_has_a_code_of_its_own() {
    let codes: BTreeSet<&str> = ALL.iter().map(|sentence| sentence.code).collect();
    assert_eq!(codes.len(), ALL.len());
    assert!(codes.iter().all(|code| code.chars().all(|letter| letter.is_ascii_lowercase() || letter == '_')));
}

#[test]
fn a_domain_error_says_the_same_with_its_facts_as_in_its_own_words() {
    let quantities = [Decimal::ZERO, Decimal::MAX, Decimal::new(1, 13)].map(|value| PositiveQuantity::new(value).err());
    for error in quantities.into_iter().flatten().chain([QuantityError::Overflow, QuantityError::DivisionByZero]) {
        assert_eq!(Detail::from(error.clone()).text, error.to_string());
    }
    let texts = [String::new(), "x".repeat(500), "a\u{7}b".to_owned()].map(|text| Code::new(&text).err());
    let told: Vec<TextError> = texts.into_iter().flatten().collect();
    assert_eq!(told.len(), 3);
    for error in told {
        assert_eq!(Detail::from(error.clone()).text, error.to_string());
    }
    let slow = Efficiency::try_from(Decimal::ZERO).expect_err("nothing is made at 0 %");
    assert_eq!(Detail::from(slow.clone()).text, slow.to_string());
}

#[test]
fn what_the_history_keeps_is_read_as_it_was_said() {
    let said = say::TAKEN_FROM.amount("amount", Decimal::new(250, 2)).with("unit", "kg");
    let said = said.with("product", "Paint").with("orders", "MO-1, MO-2");
    assert_eq!(said.text, "2.5 kg Paint from MO-1, MO-2");
    assert_eq!(Detail::read(&said.stored()), said);
    assert_eq!(Detail::read("the customer wants more"), say::for_callers("the customer wants more"));
    assert_eq!(Detail::read("{\"quantity\":\"3\"}").code, None);
}
