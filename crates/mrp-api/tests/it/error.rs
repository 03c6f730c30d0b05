//! Every refusal of the domain can be told to a caller.

use std::collections::BTreeSet;

use mrp_api::error::ALL;
use mrp_domain::manufacturing_order::change_log::ChangeRefusal;
use mrp_domain::stock::StockRefusal;
use mrp_domain::work_order::time_log::TimeLogRefusal;
use mrp_domain::{manufacturing_order, work_order};

#[test]
fn every_refusal_of_the_domain_has_a_code_on_the_wire() {
    let known: BTreeSet<&str> = ALL.iter().map(|error| error.code).collect();
    for codes in [
        manufacturing_order::refusal::Refusal::CODES,
        work_order::refusal::Refusal::CODES,
        ChangeRefusal::CODES,
        StockRefusal::CODES,
        TimeLogRefusal::CODES,
    ] {
        for code in codes {
            assert!(known.contains(code), "`{code}` is not on the wire");
        }
    }
}

#[test]
fn no_code_is_used_twice() {
    let mut codes: Vec<&str> = ALL.iter().map(|error| error.code).collect();
    codes.sort_unstable();
    assert!(codes.windows(2).all(|pair| pair[0] != pair[1]));
}
