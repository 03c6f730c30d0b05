//! Labels: bars that a scanner reads, and text that a label printer takes.

use mrp_domain::label::{LABEL_CODE_CHARS_MAX, Label, LabelFault, code_128, zpl};
use proptest::prelude::*;

/// The symbols of a code, read back as a scanner does: six widths of eleven modules each, at the end seven of thirteen.
fn read(widths: &[u32]) -> Option<Vec<Vec<u32>>> {
    let (body, stop) = widths.split_at(widths.len() - 7);
    let symbols = body.chunks(6).map(<[u32]>::to_vec).collect::<Vec<_>>();
    let is_symbol = |symbol: &Vec<u32>| {
        let bars: u32 = symbol.iter().step_by(2).sum();
        symbol.len() == 6 && symbol.iter().sum::<u32>() == 11 && bars.is_multiple_of(2)
    };
    (symbols.iter().all(is_symbol) && stop == [2, 3, 3, 1, 1, 1, 2]).then_some(symbols)
}

#[test]
fn a_known_code_has_its_known_bars() {
    // `AB` in set B: start 104, symbols 33 and 34, check (104 + 33 + 2 × 34) mod 103 = 102.
    let symbols = read(&code_128("AB").unwrap()).unwrap();
    let expected: Vec<Vec<u32>> = ["211214", "111323", "131123", "411131"]
        .iter()
        .map(|text| text.chars().map(|digit| digit.to_digit(10).unwrap()).collect())
        .collect();
    assert_eq!(symbols, expected);
}

#[test]
fn every_letter_has_bars_of_its_own() {
    let mut all = (' '..='~').map(|letter| read(&code_128(&letter.to_string()).unwrap()).unwrap()[1].clone());
    let all = all.by_ref().collect::<std::collections::BTreeSet<_>>();
    assert_eq!(all.len(), 95);
}

#[test]
fn what_cannot_be_printed_is_told() {
    assert_eq!(code_128("LOT-ș"), Err(LabelFault::Letter { letter: 'ș' }));
    let long = "x".repeat(LABEL_CODE_CHARS_MAX + 1);
    assert_eq!(code_128(&long), Err(LabelFault::TooLong { found: LABEL_CODE_CHARS_MAX + 1 }));
}

#[test]
fn the_printers_own_signs_in_a_name_are_only_text() {
    let label = Label {
        code: "L:A_1".to_owned(),
        title: "A_1".to_owned(),
        name: "Țeavă ^XZ~JA".to_owned(),
        note: String::new(),
    };
    let text = zpl(&label, 3).unwrap();
    assert!(text.contains("^FDȚeavă _5EXZ_7EJA^FS") && text.contains("^FDL:A_5F1^FS"), "{text}");
    assert!(text.starts_with("^XA\n^CI28") && text.ends_with("^PQ3\n^XZ\n"));
    assert_eq!(text.matches("^XZ").count(), 1);
}

proptest! {
    #[test]
    fn any_code_is_read_back_symbol_by_symbol(code in "[ -~]{1,48}") {
        let symbols = read(&code_128(&code).unwrap()).unwrap();
        prop_assert_eq!(symbols.len(), code.chars().count() + 2);
    }
}
