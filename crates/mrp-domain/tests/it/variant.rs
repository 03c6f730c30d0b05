//! Variants: every combination of a template's values, and what is meant for which of them.

use std::collections::{BTreeMap, BTreeSet};

use mrp_domain::ids::{AttributeId, AttributeValueId, ProductId};
use mrp_domain::text::{Code, Name};
use mrp_domain::variant::{
    AttributeChoice, KnownVariant, OfferedAttribute, OfferedValue, TemplateHasVariants, TooManyVariants, VARIANTS_MAX,
    VariantFault, VariantState, applies_to, change_template, check_texts, combination_count, combinations,
    not_a_template, variant_faults, written,
};
use proptest::prelude::*;
use uuid::Uuid;

fn attribute(number: u128) -> AttributeId {
    AttributeId::from_uuid(Uuid::from_u128(number))
}

/// Value `n` of attribute `a`.
fn value(a: u128, n: u128) -> AttributeValueId {
    AttributeValueId::from_uuid(Uuid::from_u128(a * 1_000 + n))
}

fn choice(a: u128, n: u128) -> AttributeChoice {
    AttributeChoice { attribute: attribute(a), value: value(a, n) }
}

fn offered(a: u128, values: &[(u128, &str)]) -> OfferedAttribute {
    let values = values.iter().map(|&(n, name)| OfferedValue {
        value: value(a, n),
        code: Code::new(&name.to_uppercase()).unwrap(),
        name: Name::new(name).unwrap(),
    });
    OfferedAttribute { attribute: attribute(a), values: values.collect() }
}

fn colours_and_sizes() -> [OfferedAttribute; 2] {
    [offered(1, &[(1, "Red"), (2, "Blue")]), offered(2, &[(1, "Low"), (2, "High")])]
}

#[test]
fn a_template_has_a_variant_for_every_combination_of_its_values() {
    let all = combinations(("STOOL", "Stool"), &colours_and_sizes(), &[]).unwrap();
    let named: Vec<_> = all.iter().map(|one| (one.code.as_str(), one.name.as_str())).collect();
    let expected = [
        ("STOOL-RED-LOW", "Stool (Red, Low)"),
        ("STOOL-RED-HIGH", "Stool (Red, High)"),
        ("STOOL-BLUE-LOW", "Stool (Blue, Low)"),
        ("STOOL-BLUE-HIGH", "Stool (Blue, High)"),
    ];
    assert_eq!(named, expected);
    assert!(all.iter().all(|one| one.product.is_none()));
}

#[test]
fn a_variant_that_is_there_keeps_its_product_in_whichever_order_its_values_are_written() {
    let product = ProductId::from_uuid(Uuid::from_u128(7));
    let known = KnownVariant { product, values: vec![value(2, 1), value(1, 2)], is_active: true, is_withdrawn: false };
    let all = combinations(("STOOL", "Stool"), &colours_and_sizes(), &[known]).unwrap();
    let found: Vec<_> = all.iter().filter(|one| one.product == Some(product)).map(|one| one.code.as_str()).collect();
    assert_eq!(found, ["STOOL-BLUE-LOW"]);
}

#[test]
fn more_variants_than_anybody_can_look_after_are_refused_with_their_number() {
    let ten: Vec<(u128, String)> = (1..=11).map(|n| (n, format!("v{n}"))).collect();
    let ten: Vec<(u128, &str)> = ten.iter().map(|(n, name)| (*n, name.as_str())).collect();
    let three = [offered(1, &ten), offered(2, &ten), offered(3, &ten)];
    assert_eq!(combinations(("P", "P"), &three, &[]), Err(TooManyVariants { found: 1_331 }));
    let fewer = [offered(1, &ten[..10]), offered(2, &ten[..10]), offered(3, &ten[..10])];
    assert_eq!(combinations(("P", "P"), &fewer, &[]).unwrap().len(), VARIANTS_MAX);
    assert_eq!(combination_count(&[]), 0);
    assert_eq!(combinations(("P", "P"), &[], &[]).unwrap(), []);
}

#[test]
fn a_code_that_would_be_too_long_is_told_before_anything_is_made() {
    let long = "X".repeat(60);
    let all = combinations((&long, "Stool"), &colours_and_sizes(), &[]).unwrap();
    assert!(check_texts(&all[0]).is_err());
    assert!(check_texts(&combinations(("S", "Stool"), &colours_and_sizes(), &[]).unwrap()[0]).is_ok());
}

#[test]
fn a_variant_has_exactly_one_offered_value_of_each_attribute() {
    let offers = [choice(1, 1), choice(1, 2), choice(2, 1)];
    assert_eq!(variant_faults(&offers, &[choice(1, 2), choice(2, 1)], true), []);
    assert_eq!(
        variant_faults(&offers, &[choice(1, 1), choice(1, 2), choice(3, 1)], true),
        [
            VariantFault::SeveralValues { attribute: attribute(1) },
            VariantFault::ValueMissing { attribute: attribute(2) },
            VariantFault::ForeignAttribute { attribute: attribute(3) },
        ]
    );
}

#[test]
fn a_variant_of_a_value_that_is_not_offered_any_more_can_only_be_inactive() {
    let offers = [choice(1, 1), choice(2, 1)];
    let values = [choice(1, 2), choice(2, 1)];
    assert_eq!(variant_faults(&offers, &values, true), [VariantFault::NotOffered { value: value(1, 2) }]);
    assert_eq!(variant_faults(&offers, &values, false), []);
}

#[test]
fn attributes_of_a_template_stay_while_it_has_variants_and_values_come_and_go() {
    let before = [choice(1, 1), choice(2, 1)];
    assert_eq!(change_template(&before, &[choice(1, 2), choice(1, 3), choice(2, 1)], 4), Ok(()));
    assert_eq!(change_template(&before, &[choice(1, 1)], 4), Err(TemplateHasVariants { variants: 4 }));
    let more = [choice(1, 1), choice(2, 1), choice(3, 1)];
    assert_eq!(change_template(&before, &more, 4), Err(TemplateHasVariants { variants: 4 }));
    assert_eq!(change_template(&before, &more, 0), Ok(()));
    assert_eq!(change_template(&before, &[], 0), Ok(()));
}

#[test]
fn what_somebody_made_inactive_is_told_apart_from_what_went_with_its_value() {
    let variant = |is_active, is_withdrawn| {
        KnownVariant { product: ProductId::from_uuid(Uuid::nil()), values: Vec::new(), is_active, is_withdrawn }.state()
    };
    assert_eq!(variant(true, false), VariantState::Active);
    assert_eq!(variant(false, false), VariantState::Inactive);
    assert_eq!(variant(false, true), VariantState::Withdrawn);
}

#[test]
fn a_template_stops_at_the_one_door() {
    assert!(not_a_template(true).is_err());
    assert!(not_a_template(false).is_ok());
}

proptest! {
    /// The matrix of variants and lines against the definition, word by word: take the attributes that the line names;
    /// in each of them, the variant's value must be among the line's.
    #[test]
    fn a_line_belongs_to_a_variant_as_the_definition_says(
        sizes in prop::collection::vec(1_u128..5, 0..4),
        meant_for in prop::collection::vec((0_u128..5, 0_u128..5), 0..8),
    ) {
        let meant_for: Vec<AttributeChoice> = meant_for.into_iter().map(|(a, n)| choice(a, n)).collect();
        let mut named: BTreeMap<AttributeId, BTreeSet<AttributeValueId>> = BTreeMap::new();
        for one in &meant_for {
            named.entry(one.attribute).or_default().insert(one.value);
        }
        // Every variant there is: the value of each attribute, counted through.
        let mut variants: Vec<Vec<AttributeChoice>> = vec![Vec::new()];
        for (a, size) in (0..).zip(&sizes) {
            let with = |before: Vec<AttributeChoice>| (0..*size).map(move |n| [before.clone(), vec![choice(a, n)]].concat());
            variants = variants.into_iter().flat_map(with).collect();
        }
        for variant in variants {
            let values: Vec<AttributeValueId> = variant.iter().map(|one| one.value).collect();
            let defined = named.iter().all(|(attribute, wanted)| {
                variant.iter().any(|one| one.attribute == *attribute && wanted.contains(&one.value))
            });
            prop_assert_eq!(applies_to(&meant_for, &values), defined);
        }
    }

    #[test]
    fn combinations_are_all_different_and_as_many_as_counted(sizes in prop::collection::vec(1_u128..6, 1..4)) {
        let offered: Vec<OfferedAttribute> = (0..).zip(&sizes).map(|(a, size)| {
            let names: Vec<(u128, String)> = (0..*size).map(|n| (n, format!("v{n}"))).collect();
            let names: Vec<(u128, &str)> = names.iter().map(|(n, name)| (*n, name.as_str())).collect();
            super::variant::offered(a, &names)
        }).collect();
        let all = combinations(("P", "P"), &offered, &[]).unwrap();
        let distinct: BTreeSet<Vec<AttributeValueId>> = all.iter().map(|one| one.values.clone()).collect();
        prop_assert_eq!(all.len(), combination_count(&offered));
        prop_assert_eq!(distinct.len(), all.len());
        prop_assert!(all.iter().all(|one| one.values == written(&one.values)));
    }
}
