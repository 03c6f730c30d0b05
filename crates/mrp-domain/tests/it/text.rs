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

proptest::proptest! {
    #[test]
    fn whatever_is_typed_is_taken_within_its_limits_or_refused(typed in ".{0,300}") {
        if let Ok(code) = mrp_domain::text::Code::new(&typed) {
            proptest::prop_assert!((1..=64).contains(&code.as_str().chars().count()));
        }
        if let Ok(name) = mrp_domain::text::Name::new(&typed) {
            proptest::prop_assert!((1..=200).contains(&name.as_str().chars().count()));
        }
        if let Ok(minute) = typed.parse::<mrp_domain::shop_calendar::time_of_day::MinuteOfDay>() {
            proptest::prop_assert!(minute.get() <= 24 * 60);
        }
    }

    #[test]
    fn a_time_of_the_day_is_read_as_it_is_written(minute in 0_u16..=1440, tail in "[0-9:]{0,3}") {
        use mrp_domain::shop_calendar::time_of_day::MinuteOfDay;
        let written = format!("{:02}:{:02}", minute / 60, minute % 60);
        let read = written.parse::<MinuteOfDay>().unwrap();
        proptest::prop_assert_eq!((read.to_string(), u64::from(read.get())), (written.clone(), u64::from(minute)));
        if let Ok(longer) = format!("{written}{tail}").parse::<MinuteOfDay>() {
            proptest::prop_assert!(u64::from(longer.get()) <= 1440);
        }
    }
}
