//! Proposals for what was mistyped.

use mrp_domain::likeness::{folded, likeness};
use proptest::prelude::*;

#[test]
fn case_diacritics_and_signs_make_no_difference() {
    assert_eq!(folded("Țeavă 40×40, pătrată"), "teava4040patrata");
    assert_eq!(likeness("BOLT-M8", "bolt m8"), 1_000);
    assert_eq!(likeness("", ""), 0);
}

#[test]
fn a_slip_of_the_pen_is_nearer_than_another_thing() {
    for (typed, meant, other) in [
        ("BOTL-M8", "BOLT-M8", "TUBE-40"),
        ("Steel tub", "Steel tube 40×40", "Paint"),
        ("BOLT-M8x2", "BOLT-M8X20", "BOLT-M12"),
    ] {
        assert!(likeness(typed, meant) > likeness(typed, other), "{typed}");
        assert!(likeness(typed, meant) >= 300, "{typed}: {}", likeness(typed, meant));
    }
}

proptest! {
    #[test]
    fn it_does_not_matter_who_is_compared_with_whom(one in "[a-zA-Z0-9 -]{0,20}", other in "[a-zA-Z0-9 -]{0,20}") {
        prop_assert_eq!(likeness(&one, &other), likeness(&other, &one));
        prop_assert!(likeness(&one, &other) <= 1_000);
    }
}
