//! Between what is typed and what travels: a field's text as JSON and back, with the rules of its kind. No browser needed.

use rust_decimal::Decimal;
use serde_json::Value;

use crate::format;
use crate::i18n::{fold_cedilla, text};
use crate::ui::field::{Field, Kind, Range};

/// What stands in the field when the record holds `value`.
#[must_use]
pub fn typed(kind: &Kind, value: &Value) -> String {
    if value.is_null() {
        return String::new();
    }
    let plain = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    match kind {
        Kind::Number(_) => plain.parse::<Decimal>().map_or(plain, format::number),
        Kind::Whole(_) => plain.parse::<i64>().map_or(plain, format::whole),
        Kind::Duration => plain.parse::<i64>().map_or(plain, format::duration),
        Kind::Moment => format::parse_instant(&plain).map_or(plain, format::input_of_instant),
        Kind::Records(_) => value
            .as_array()
            .map(|ids| ids.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(","))
            .unwrap_or_default(),
        Kind::Wholes => match value.as_array() {
            Some(numbers) if numbers.is_empty() => format::DASH.to_owned(),
            Some(numbers) => numbers.iter().map(Value::to_string).collect::<Vec<_>>().join(", "),
            None => String::new(),
        },
        Kind::Text { .. }
        | Kind::LongText
        | Kind::Choice(_)
        | Kind::NumberChoice(_)
        | Kind::Record(_)
        | Kind::Check
        | Kind::Date
        | Kind::Time
        | Kind::Lines(_)
        | Kind::Hidden => plain,
    }
}

/// What travels when `typed` stands in the field.
///
/// # Errors
/// What is wrong with it, in the person's language.
pub fn travelling(field: &Field, typed: &str) -> Result<Value, String> {
    let trimmed = typed.trim();
    if trimmed.is_empty() {
        return empty(field);
    }
    match &field.kind {
        Kind::Text { max, is_secret } => {
            let count = u64::try_from(trimmed.chars().count()).unwrap_or(u64::MAX);
            if count > *max {
                return Err(text::form::too_long(*max));
            }
            Ok(Value::String(if *is_secret { typed.to_owned() } else { fold_cedilla(trimmed) }))
        }
        Kind::LongText => Ok(Value::String(fold_cedilla(trimmed))),
        Kind::Number(range) => {
            let example = format::number(Decimal::new(12345, 1));
            let number = format::parse_number(trimmed).ok_or_else(|| text::form::not_number(&example))?;
            within(range, number)?;
            Ok(Value::String(number.normalize().to_string()))
        }
        Kind::Whole(range) => {
            let number = format::parse_number(trimmed).filter(|number| number.fract().is_zero());
            let number = number.ok_or_else(|| text::form::not_whole().to_owned())?;
            within(range, number)?;
            i64::try_from(number).map(Value::from).map_err(|_| text::form::not_whole().to_owned())
        }
        Kind::Wholes if [format::DASH, "-"].contains(&trimmed) => Ok(Value::Array(Vec::new())),
        Kind::Wholes => trimmed
            .split([',', ';', ' '])
            .filter(|part| !part.is_empty())
            .map(|part| part.parse::<u32>().map(Value::from).map_err(|_| text::form::not_wholes().to_owned()))
            .collect(),
        Kind::Duration => {
            format::parse_duration(trimmed).map(Value::from).ok_or_else(|| text::form::not_duration().to_owned())
        }
        Kind::NumberChoice(_) => trimmed.parse::<i64>().map(Value::from).map_err(|_| text::form::choose().to_owned()),
        Kind::Record(_) | Kind::Choice(_) => Ok(Value::String(trimmed.to_owned())),
        Kind::Records(_) => Ok(trimmed.split(',').map(|id| Value::String(id.to_owned())).collect()),
        Kind::Check => Ok(Value::Bool(trimmed == "true")),
        Kind::Date => {
            let date = format::parse_iso_date(trimmed).ok_or_else(|| text::form::not_date().to_owned())?;
            Ok(Value::String(format::iso_date(date)))
        }
        Kind::Time => time_of_day(trimmed).map(Value::String).ok_or_else(|| text::form::not_time().to_owned()),
        Kind::Moment => {
            let instant = format::instant_of_input(trimmed).ok_or_else(|| text::form::not_date().to_owned())?;
            Ok(Value::String(format::instant_text(instant)))
        }
        Kind::Lines(_) => Ok(Value::Array(Vec::new())),
        Kind::Hidden => Ok(serde_json::from_str(trimmed).unwrap_or_else(|_| Value::String(trimmed.to_owned()))),
    }
}

fn empty(field: &Field) -> Result<Value, String> {
    if field.is_required {
        return Err(text::form::required().to_owned());
    }
    Ok(match &field.kind {
        Kind::Text { .. } | Kind::LongText if field.is_nullable => Value::Null,
        Kind::Text { is_secret: false, .. } | Kind::LongText => Value::String(String::new()),
        Kind::Records(_) | Kind::Lines(_) => Value::Array(Vec::new()),
        Kind::Check => Value::Bool(false),
        Kind::Duration => Value::from(0),
        Kind::Text { is_secret: true, .. }
        | Kind::Number(_)
        | Kind::Whole(_)
        | Kind::Wholes
        | Kind::Choice(_)
        | Kind::NumberChoice(_)
        | Kind::Record(_)
        | Kind::Date
        | Kind::Time
        | Kind::Moment
        | Kind::Hidden => Value::Null,
    })
}

fn within(range: &Range, number: Decimal) -> Result<(), String> {
    if let Some(min) = range.min.filter(|min| number < *min) {
        return Err(text::form::at_least(&format::number(min)));
    }
    if let Some(above) = range.above.filter(|above| number <= *above) {
        return Err(text::form::above(&format::number(above)));
    }
    if let Some(max) = range.max.filter(|max| number > *max) {
        return Err(text::form::at_most(&format::number(max)));
    }
    Ok(())
}

/// Reads `6`, `6:00`, `06:00`, `0600`, `6.30` as a time of day. Browsers would show it with AM and PM to some people.
fn time_of_day(typed: &str) -> Option<String> {
    let (hour, minute) = match typed.split_once([':', '.', ',']) {
        Some(parts) => parts,
        None if typed.len() > 2 => typed.split_at_checked(typed.len() - 2)?,
        None => (typed, "0"),
    };
    let below = |text: &str, limit: u8| text.parse::<u8>().ok().filter(|value| text.len() <= 2 && *value < limit);
    Some(format!("{:02}:{:02}", below(hour, 24)?, below(minute, 60)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_travels_as_a_plain_string_and_comes_back_readable() {
        let field = Field::number("quantity", "Quantity");
        let value = travelling(&field, "1,234.50").unwrap();
        assert_eq!(value, Value::from("1234.5"));
        assert_eq!(typed(&field.kind, &value), "1,234.5");
    }

    #[test]
    fn a_number_outside_its_range_says_what_the_range_is() {
        let field = Field::number("efficiency_percent", "Efficiency").above(0).max(1000);
        assert_eq!(travelling(&field, "0"), Err("Must be above 0.".to_owned()));
        assert_eq!(travelling(&field, "2000"), Err("At most 1,000.".to_owned()));
        assert_eq!(travelling(&field, "lots"), Err("This is not a number. Write it like 1,234.5.".to_owned()));
    }

    #[test]
    fn a_duration_is_typed_in_hours_and_travels_in_seconds() {
        let field = Field::duration("setup_seconds", "Set-up");
        assert_eq!(travelling(&field, "1:30"), Ok(Value::from(5400)));
        assert_eq!(typed(&field.kind, &Value::from(5400)), "1:30");
    }

    #[test]
    fn an_empty_field_is_nothing_unless_it_is_required() {
        assert_eq!(travelling(&Field::number("costs_hour", "Cost"), "  "), Ok(Value::Null));
        assert_eq!(travelling(&Field::text("code", "Code", 20).required(), ""), Err("Fill this in.".to_owned()));
        assert_eq!(travelling(&Field::text("notes", "Notes", 20), ""), Ok(Value::from("")));
    }

    #[test]
    fn a_list_of_numbers_tells_nothing_said_from_none_at_all() {
        let field = Field::wholes("predecessors", "After");
        assert_eq!(travelling(&field, "10, 20"), Ok(serde_json::json!([10, 20])));
        assert_eq!(travelling(&field, ""), Ok(Value::Null));
        assert_eq!(travelling(&field, "–"), Ok(serde_json::json!([])));
        assert_eq!(typed(&field.kind, &serde_json::json!([10, 20])), "10, 20");
        assert!(travelling(&field, "10, welding").is_err());
    }

    #[test]
    fn an_empty_barcode_is_no_barcode() {
        assert_eq!(travelling(&Field::text("barcode", "Barcode", 80).nullable(), " "), Ok(Value::Null));
    }

    #[test]
    fn typed_cedillas_travel_as_letters_with_a_comma_below() {
        assert_eq!(travelling(&Field::text("name", "Name", 20), "Ţeavă"), Ok(Value::from("Țeavă")));
    }

    #[test]
    fn a_time_of_day_is_checked() {
        let field = Field::time("from", "From");
        for typed in ["6", "6:00", "06:00", "0600", "6.00"] {
            assert_eq!(travelling(&field, typed), Ok(Value::from("06:00")));
        }
        assert!(travelling(&field, "24:00").is_err());
    }
}
