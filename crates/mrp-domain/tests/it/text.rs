//! Codes and names.

use mrp_domain::text::{Code, Name, TextError};

#[test]
fn a_code_is_trimmed() {
    assert_eq!(Code::new("  STL-40x40 ").unwrap().as_str(), "STL-40x40");
}

#[test]
fn a_blank_name_is_refused() {
    assert_eq!(Name::new(" \u{a0} "), Err(TextError::Empty));
}

#[test]
fn a_line_break_in_a_code_is_refused_with_its_place() {
    assert_eq!(Code::new("A\nB"), Err(TextError::ControlCharacter { code_point: 10, position: 2 }));
}

#[test]
fn length_is_counted_in_characters_and_not_in_bytes() {
    let longest = "ț".repeat(64);
    assert_eq!(Code::new(&longest).unwrap().as_str(), longest);
    assert_eq!(Code::new(&"ț".repeat(65)), Err(TextError::TooLong { found: 65, max: 64 }));
}

#[test]
fn json_goes_through_the_parser() {
    assert!(serde_json::from_str::<Code>("\"\"").is_err());
    assert_eq!(serde_json::from_str::<Name>("\" Table \"").unwrap(), Name::new("Table").unwrap());
}
