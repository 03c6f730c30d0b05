//! Numbers, money, durations and dates as people write them, in both languages; and back.
//!
//! The only place besides the server's calendars where local time appears: the company's zone is set once at log-in and the
//! browser's own zone tables do the conversion.

use std::sync::Mutex;
use std::sync::atomic::{AtomicI64, Ordering};

use mrp_api::page::TOTAL_MAX;
use mrp_domain::time::Instant;
use rust_decimal::Decimal;
use time::{Date, Duration, Month, OffsetDateTime, PrimitiveDateTime, Time, Weekday};

use crate::i18n::{Language, language, text};

/// Shown where there is no value.
pub const DASH: &str = "–";

static ZONE: Mutex<String> = Mutex::new(String::new());

/// Sets the zone of the shop's clock, e.g. `Europe/Bucharest`.
pub fn set_zone(zone: &str) {
    if let Ok(mut current) = ZONE.lock() {
        zone.clone_into(&mut current);
    }
}

/// A whole number: `1,234` or `1.234`.
#[must_use]
pub fn whole(value: impl Into<i128>) -> String {
    group(&value.into().to_string())
}

/// How many rows there are: `1 234`, or `10 000+` when they were not all counted.
#[must_use]
pub fn total(rows: u64) -> String {
    if rows > TOTAL_MAX { format!("{}+", whole(TOTAL_MAX)) } else { whole(rows) }
}

/// A number with the decimals it has, trailing zeros dropped: `12.5`.
#[must_use]
pub fn number(value: Decimal) -> String {
    group(&value.normalize().to_string())
}

/// A number with exactly this many decimals.
#[must_use]
pub fn fixed(value: Decimal, decimals: u32) -> String {
    let rounded = value.round_dp_with_strategy(decimals, rust_decimal::RoundingStrategy::MidpointNearestEven);
    let width = usize::try_from(decimals).unwrap_or_default();
    group(&format!("{rounded:.width$}"))
}

/// An amount of money: `1,234.56`. The currency is written once per table, not in each cell.
#[must_use]
pub fn money(value: Decimal) -> String {
    fixed(value, 2)
}

/// A difference with its sign: `+1.00`, `−2.50`, `0.00`.
#[must_use]
pub fn signed(value: Decimal, decimals: u32) -> String {
    let text = fixed(value, decimals);
    if value > Decimal::ZERO && text.contains(|digit: char| ('1'..='9').contains(&digit)) {
        format!("+{text}")
    } else {
        text
    }
}

/// A share in percent: `32.67 %`.
#[must_use]
pub fn percent(value: Decimal, decimals: u32) -> String {
    format!("{}\u{a0}%", fixed(value, decimals))
}

/// A difference in percent with its sign: `+3.50 %`.
#[must_use]
pub fn signed_percent(value: Decimal, decimals: u32) -> String {
    format!("{}\u{a0}%", signed(value, decimals))
}

/// A duration as hours and minutes: `1:30`; seconds only when there are any: `0:01:30`.
#[must_use]
pub fn duration(seconds: i64) -> String {
    let sign = if seconds < 0 { "−" } else { "" };
    let seconds = seconds.abs();
    let (hours, minutes, rest) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if rest == 0 { format!("{sign}{hours}:{minutes:02}") } else { format!("{sign}{hours}:{minutes:02}:{rest:02}") }
}

/// A day: `Tue 15 Dec`, with its year when that is not the current one.
#[must_use]
pub fn day(date: Date) -> String {
    let short = format!("{} {} {}", weekday_name(date.weekday()), date.day(), month(date.month()));
    if date.year() == today().year() { short } else { format!("{short} {}", date.year()) }
}

/// The day of an instant on the shop's clock.
#[must_use]
pub fn day_of(instant: Instant) -> String {
    day(local(instant).date())
}

/// Day and time of an instant on the shop's clock: `Tue 15 Dec 14:30`.
#[must_use]
pub fn moment(instant: Instant) -> String {
    let local = local(instant);
    format!("{} {}", day(local.date()), clock(local.time()))
}

/// The time of an instant on the shop's clock: `14:30`.
#[must_use]
pub fn time_of(instant: Instant) -> String {
    clock(local(instant).time())
}

/// A time of day: `06:00`.
#[must_use]
pub fn clock(time: Time) -> String {
    format!("{:02}:{:02}", time.hour(), time.minute())
}

/// Today on the shop's clock.
#[must_use]
pub fn today() -> Date {
    local(now()).date()
}

/// By how many seconds the server's clock is ahead of this machine's.
static AHEAD: AtomicI64 = AtomicI64::new(0);
/// The server tells whole seconds, and an answer takes a while: less is no difference.
const CLOCKS_AGREE: i64 = 2;

/// Takes over the server's clock from the header `Date` of an answer: terminals on a shop floor are rarely set right, and
/// what they report happens at the server's time.
pub fn hear_clock(said: &str) {
    if let Some(server) = date_header(said) {
        let ahead = server.unix() - own_clock().unix();
        AHEAD.store(if ahead.abs() < CLOCKS_AGREE { 0 } else { ahead }, Ordering::Relaxed);
    }
}

/// The current instant, on the server's clock.
#[must_use]
pub fn now() -> Instant {
    Instant::from_unix(own_clock().unix().saturating_add(AHEAD.load(Ordering::Relaxed)))
}

#[cfg(target_arch = "wasm32")]
fn date_header(said: &str) -> Option<Instant> {
    let date = js_sys::Date::new(&said.into());
    // A date that is none has no ISO text: asking for it would throw.
    (!date.get_time().is_nan()).then(|| parse_instant(&String::from(date.to_iso_string())))?
}

#[cfg(target_arch = "wasm32")]
fn own_clock() -> Instant {
    parse_instant(&String::from(js_sys::Date::new_0().to_iso_string())).unwrap_or(Instant::MIN)
}

#[cfg(not(target_arch = "wasm32"))]
fn date_header(said: &str) -> Option<Instant> {
    parse_instant(said)
}

#[cfg(not(target_arch = "wasm32"))]
fn own_clock() -> Instant {
    Instant::from_datetime(OffsetDateTime::now_utc())
}

/// Reads a typed number in either language's spelling: `1.234,5`, `1,234.5`, `1234.5`, `1 234,5`.
#[must_use]
pub fn parse_number(typed: &str) -> Option<Decimal> {
    let text: String =
        typed.chars().filter(|c| !c.is_whitespace() && *c != '\u{a0}').collect::<String>().replace('−', "-");
    let (group, point) = match language() {
        Language::English => (',', '.'),
        Language::Romanian => ('.', ','),
    };
    let plain = match (text.contains(group), text.contains(point)) {
        (true, true) => text.replace(group, "").replace(point, "."),
        (false, _) => text.replace(point, "."),
        (true, false) if is_grouped(&text, group) => text.replace(group, ""),
        (true, false) => text.replace(group, "."),
    };
    plain.parse().ok()
}

/// Reads a typed duration: `1:30` and `1h30` are hours and minutes, `90` is minutes, `1,5 h` is hours. In seconds.
#[must_use]
pub fn parse_duration(typed: &str) -> Option<i64> {
    let text = typed.trim().to_lowercase();
    let whole = |part: &str| part.trim().parse::<i64>().ok().filter(|value| *value >= 0);
    if let Some((hours, rest)) = text.split_once(':') {
        let (minutes, seconds) = rest.split_once(':').unwrap_or((rest, "0"));
        let (minutes, seconds) = (whole(minutes)?, whole(seconds)?);
        if minutes > 59 || seconds > 59 {
            return None;
        }
        return whole(hours)?.checked_mul(3600)?.checked_add(minutes * 60 + seconds);
    }
    let scaled = |part: &str, factor: i64| {
        let value = parse_number(part)?.checked_mul(Decimal::from(factor))?.round();
        i64::try_from(value).ok().filter(|seconds| *seconds >= 0)
    };
    match text.split_once('h') {
        Some((hours, "")) => scaled(hours, 3600),
        Some((hours, minutes)) => {
            scaled(hours, 3600)?.checked_add(scaled(minutes.trim_end_matches("min").trim_end_matches('m'), 60)?)
        }
        None => scaled(text.trim_end_matches("min").trim_end_matches('m'), 60),
    }
}

/// `2026-12-15`, as the wire and date inputs spell a day.
#[must_use]
pub fn iso_date(date: Date) -> String {
    format!("{:04}-{:02}-{:02}", date.year(), u8::from(date.month()), date.day())
}

/// Reads `2026-12-15`.
#[must_use]
pub fn parse_iso_date(text: &str) -> Option<Date> {
    let mut parts = text.trim().splitn(3, '-');
    let year = parts.next()?.parse().ok()?;
    let month = Month::try_from(parts.next()?.parse::<u8>().ok()?).ok()?;
    Date::from_calendar_date(year, month, parts.next()?.parse().ok()?).ok()
}

/// A day or a moment as [`iso_date`] and [`input_of_instant`] spell it, as people write it: `28.11.2026`, `28/11/2026 14:30`.
/// What is none stays as it is.
#[must_use]
pub fn typed_day(text: &str) -> String {
    let (date, time) = text.split_once('T').map_or((text, None), |(date, time)| (date, Some(time)));
    let Some(date) = parse_iso_date(date) else { return text.to_owned() };
    let point = match language() {
        Language::English => '/',
        Language::Romanian => '.',
    };
    let day = format!("{:02}{point}{:02}{point}{:04}", date.day(), u8::from(date.month()), date.year());
    match time {
        None => day,
        Some(time) => format!("{day} {}", time.get(..5).unwrap_or(time)),
    }
}

/// Reads a typed day, the day first: `28.11.2026`, `28/11/26`, `28.11` of this year, `28 11 2026`, `+7` days from today, and
/// `2026-11-28`; with a time behind it, or midnight, where one is wanted. Spelled as [`iso_date`] and [`input_of_instant`] do.
#[must_use]
pub fn parse_day(typed: &str, with_time: bool) -> Option<String> {
    let text = typed.trim();
    let (day, time) = match text.split_once('T').or_else(|| text.rsplit_once(' ')) {
        Some((day, time)) if time.contains(':') => (day.trim(), Some(time.trim())),
        Some(_) | None => (text, None),
    };
    let date = match day.strip_prefix('+') {
        Some(days) => today().checked_add(Duration::days(days.trim().parse::<u16>().ok()?.into()))?,
        None => parse_iso_date(day).filter(|date| date.year() > 999).or_else(|| parse_day_first(day))?,
    };
    if !with_time {
        return time.is_none().then(|| iso_date(date));
    }
    let (hour, minute) = time.unwrap_or("00:00").split_once(':')?;
    let minute = minute.split(':').next()?;
    let time = Time::from_hms(hour.trim().parse().ok()?, minute.parse().ok()?, 0).ok()?;
    Some(format!("{}T{}", iso_date(date), clock(time)))
}

fn parse_day_first(text: &str) -> Option<Date> {
    let parts = text.split(['.', '/', '-', ' ']).filter(|part| !part.is_empty());
    let numbers = parts.map(|part| part.parse::<u16>().ok()).collect::<Option<Vec<_>>>()?;
    let (day, month, year) = match numbers.as_slice() {
        [day, month] => (*day, *month, today().year()),
        [day, month, year] => (*day, *month, i32::from(if *year < 100 { *year + 2000 } else { *year })),
        _ => return None,
    };
    let month = Month::try_from(u8::try_from(month).ok()?).ok()?;
    Date::from_calendar_date(year, month, u8::try_from(day).ok()?).ok()
}

/// An instant as a `datetime-local` input spells it, on the shop's clock.
#[must_use]
pub fn input_of_instant(instant: Instant) -> String {
    let local = local(instant);
    format!("{}T{}", iso_date(local.date()), clock(local.time()))
}

/// The instant that a `datetime-local` input names on the shop's clock. A time that the spring change skips moves on by the gap.
#[must_use]
pub fn instant_of_input(text: &str) -> Option<Instant> {
    let (date, time) = text.split_once('T')?;
    let (hour, minute) = time.split_once(':')?;
    let minute = minute.get(..2)?;
    let wanted = PrimitiveDateTime::new(
        parse_iso_date(date)?,
        Time::from_hms(hour.parse().ok()?, minute.parse().ok()?, 0).ok()?,
    );
    let mut guess = wanted.assume_utc();
    for _ in 0..2 {
        let error: Duration = wanted - local(Instant::from_datetime(guess));
        guess += error;
    }
    Some(Instant::from_datetime(guess))
}

/// Reads RFC 3339.
#[must_use]
pub fn parse_instant(text: &str) -> Option<Instant> {
    OffsetDateTime::parse(text, &time::format_description::well_known::Rfc3339).ok().map(Instant::from_datetime)
}

/// Writes RFC 3339 in UTC.
#[must_use]
pub fn instant_text(instant: Instant) -> String {
    instant.to_string()
}

/// Wall-clock date and time of an instant in the company's zone.
#[must_use]
pub fn local(instant: Instant) -> PrimitiveDateTime {
    wall_in_utc(instant) + zone_offset(instant)
}

#[cfg(not(target_arch = "wasm32"))]
fn zone_offset(_instant: Instant) -> Duration {
    Duration::ZERO
}

/// How far the shop's clock is ahead of UTC at an instant, asked from the browser.
#[cfg(target_arch = "wasm32")]
fn zone_offset(instant: Instant) -> Duration {
    use js_sys::{Array, Function, Intl, Object, Reflect};
    use wasm_bindgen::{JsCast, JsValue};
    thread_local! {
        static FORMATTER: std::cell::RefCell<Option<(String, Function)>> = const { std::cell::RefCell::new(None) };
    }
    let zone = ZONE.lock().map(|zone| zone.clone()).unwrap_or_default();
    if zone.is_empty() {
        return Duration::ZERO;
    }
    let formatted = FORMATTER.with_borrow_mut(|cached| {
        if cached.as_ref().is_none_or(|(for_zone, _)| *for_zone != zone) {
            let options = Object::new();
            for (name, value) in [
                ("timeZone", zone.as_str()),
                ("hourCycle", "h23"),
                ("year", "numeric"),
                ("month", "2-digit"),
                ("day", "2-digit"),
                ("hour", "2-digit"),
                ("minute", "2-digit"),
                ("second", "2-digit"),
            ] {
                Reflect::set(&options, &JsValue::from_str(name), &JsValue::from_str(value)).ok()?;
            }
            let formatter = Intl::DateTimeFormat::new(&Array::of1(&JsValue::from_str("en-GB")), &options);
            *cached = Some((zone.clone(), formatter.format()));
        }
        let (_, format) = cached.as_ref()?;
        let millis = JsValue::from_str(&instant_text(instant));
        let date = js_sys::Date::new(&millis);
        format.call1(&JsValue::NULL, date.unchecked_ref()).ok()?.as_string()
    });
    formatted.and_then(|text| british(&text)).map_or(Duration::ZERO, |wall| wall - wall_in_utc(instant))
}

/// Reads `15/12/2026, 14:30:05`.
#[cfg_attr(not(any(target_arch = "wasm32", test)), allow(dead_code))]
fn british(text: &str) -> Option<PrimitiveDateTime> {
    let numbers = text.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty()).collect::<Vec<_>>();
    let [day, month, year, hour, minute, second] = numbers.as_slice() else { return None };
    let month = Month::try_from(month.parse::<u8>().ok()?).ok()?;
    let date = Date::from_calendar_date(year.parse().ok()?, month, day.parse().ok()?).ok()?;
    Some(PrimitiveDateTime::new(
        date,
        Time::from_hms(hour.parse().ok()?, minute.parse().ok()?, second.parse().ok()?).ok()?,
    ))
}

fn wall_in_utc(instant: Instant) -> PrimitiveDateTime {
    let utc = instant.datetime();
    PrimitiveDateTime::new(utc.date(), utc.time())
}

fn group(plain: &str) -> String {
    let (separator, point) = match language() {
        Language::English => (',', '.'),
        Language::Romanian => ('.', ','),
    };
    let (sign, digits) = plain.strip_prefix('-').map_or(("", plain), |rest| ("−", rest));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let mut out = String::from(sign);
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            out.push(separator);
        }
        out.push(digit);
    }
    if !fraction.is_empty() {
        out.push(point);
        out.push_str(fraction);
    }
    out
}

/// Whether every group behind a separator has three digits, so that it separates thousands and not decimals.
fn is_grouped(text: &str, separator: char) -> bool {
    let mut groups = text.trim_start_matches('-').split(separator);
    let first = groups.next().unwrap_or_default();
    (1..=3).contains(&first.len()) && first != "0" && groups.all(|group| group.len() == 3)
}

/// The days of a week, from Monday.
pub const WEEKDAYS: [Weekday; 7] = [
    Weekday::Monday,
    Weekday::Tuesday,
    Weekday::Wednesday,
    Weekday::Thursday,
    Weekday::Friday,
    Weekday::Saturday,
    Weekday::Sunday,
];

/// A weekday's short name.
#[must_use]
pub fn weekday_name(day: Weekday) -> &'static str {
    match day {
        Weekday::Monday => text::dates::mon(),
        Weekday::Tuesday => text::dates::tue(),
        Weekday::Wednesday => text::dates::wed(),
        Weekday::Thursday => text::dates::thu(),
        Weekday::Friday => text::dates::fri(),
        Weekday::Saturday => text::dates::sat(),
        Weekday::Sunday => text::dates::sun(),
    }
}

/// A month's short name.
#[must_use]
pub fn month_name(name: Month) -> &'static str {
    month(name)
}

fn month(month: Month) -> &'static str {
    match month {
        Month::January => text::dates::jan(),
        Month::February => text::dates::feb(),
        Month::March => text::dates::mar(),
        Month::April => text::dates::apr(),
        Month::May => text::dates::may(),
        Month::June => text::dates::jun(),
        Month::July => text::dates::jul(),
        Month::August => text::dates::aug(),
        Month::September => text::dates::sep(),
        Month::October => text::dates::oct(),
        Month::November => text::dates::nov(),
        Month::December => text::dates::dec(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Texts as nobody would type them, the same in every run.
    fn noise() -> impl Iterator<Item = String> {
        const LETTERS: [&str; 20] = [
            "0", "1", "9", ".", ",", "-", "+", " ", "\u{a0}", ":", "T", "Z", "h", "e", "ș", "٣", "%", "\u{200b}", "/",
            "999999",
        ];
        let mut state = 0x2545_f491_4f6c_dd1d_u64;
        let mut next = move || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            usize::try_from(state % 9_973).unwrap()
        };
        (0..20_000).map(move |_| (0..next() % 14).map(|_| LETTERS[next() % LETTERS.len()]).collect())
    }

    #[test]
    fn a_day_is_read_as_people_here_write_it_and_written_so_again() {
        let year = today().year();
        let this_year = format!("{year}-12-24");
        let far = format!("{year}-02-29");
        let leap = Date::from_calendar_date(year, Month::February, 29).is_ok();
        for (typed, day) in [
            ("28.11.2026", Some("2026-11-28")),
            ("28/11/26", Some("2026-11-28")),
            (" 28 11 2026 ", Some("2026-11-28")),
            ("2026-11-28", Some("2026-11-28")),
            ("24.12", Some(this_year.as_str())),
            ("29.2", Some(far.as_str()).filter(|_| leap)),
            ("11/28/2026", None),
            ("31.4.2026", None),
            ("28.11.2026 14:30", None),
            ("tomorrow", None),
            ("+x", None),
            ("", None),
        ] {
            assert_eq!(parse_day(typed, false).as_deref(), day, "{typed}");
        }
        let week = today().checked_add(Duration::days(7)).map(iso_date);
        assert_eq!(parse_day("+7", false), week);
        for (typed, moment) in [
            ("28.11.2026 14:30", Some("2026-11-28T14:30")),
            ("2026-11-28T14:30", Some("2026-11-28T14:30")),
            ("28.11.2026 7:05", Some("2026-11-28T07:05")),
            ("28.11.2026", Some("2026-11-28T00:00")),
            ("28.11.2026 25:00", None),
        ] {
            assert_eq!(parse_day(typed, true).as_deref(), moment, "{typed}");
        }
        for text in ["2026-11-28", "2026-11-28T14:30"] {
            assert_eq!(parse_day(&typed_day(text), text.contains('T')).as_deref(), Some(text));
        }
        assert_eq!(typed_day("tomorrow"), "tomorrow");
    }

    #[test]
    fn whatever_is_typed_is_read_within_limits_or_not_at_all() {
        let mut read = 0;
        for typed in noise() {
            let number = parse_number(&typed);
            read += usize::from(number.is_some());
            if let Some(number) = number {
                assert_eq!(parse_number(&super::number(number)), Some(number.normalize()), "{typed:?}");
            }
            if let Some(seconds) = parse_duration(&typed) {
                assert!(seconds >= 0, "{typed:?}");
            }
            let _dates = (parse_iso_date(&typed), instant_of_input(&typed), parse_instant(&typed));
        }
        assert!(read > 100, "{read} of them are numbers");
    }

    fn decimal(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    #[test]
    fn thousands_are_grouped_and_money_has_two_decimals() {
        assert_eq!(money(decimal("2154.5")), "2,154.50");
        assert_eq!(number(decimal("1234567.890")), "1,234,567.89");
        assert_eq!(whole(999_u64), "999");
    }

    #[test]
    fn a_difference_carries_its_sign_and_nothing_has_none() {
        assert_eq!(signed(decimal("21"), 2), "+21.00");
        assert_eq!(signed(decimal("-33.75"), 2), "−33.75");
        assert_eq!(signed(decimal("0.001"), 2), "0.00");
    }

    #[test]
    fn typed_numbers_are_understood_with_and_without_groups() {
        assert_eq!(parse_number("1,234.5"), Some(decimal("1234.5")));
        assert_eq!(parse_number("1234"), Some(decimal("1234")));
        assert_eq!(parse_number("12,5"), Some(decimal("12.5")));
        assert_eq!(parse_number("−3"), Some(decimal("-3")));
        assert_eq!(parse_number("a few"), None);
    }

    #[test]
    fn durations_are_typed_as_people_say_them() {
        assert_eq!(parse_duration("1:30"), Some(5400));
        assert_eq!(parse_duration("90"), Some(5400));
        assert_eq!(parse_duration("1h30"), Some(5400));
        assert_eq!(parse_duration("1.5 h"), Some(5400));
        assert_eq!(parse_duration("1:75"), None);
        assert_eq!(duration(5400), "1:30");
        assert_eq!(duration(90), "0:01:30");
    }

    #[test]
    fn a_wall_clock_of_the_browser_is_read_back() {
        let wall = british("29/03/2026, 03:00:00").unwrap();
        assert_eq!((wall.date().day(), wall.hour()), (29, 3));
    }

    #[test]
    fn a_day_is_written_short() {
        let date = parse_iso_date("2031-12-16").unwrap();
        assert_eq!(day(date), "Tue 16 Dec 2031");
        assert_eq!(iso_date(date), "2031-12-16");
    }

    #[test]
    fn what_happens_now_happens_on_the_servers_clock() {
        let own = own_clock();
        hear_clock(&instant_text(own.plus(mrp_domain::time::Seconds::new(300))));
        assert!((298..=302).contains(&(now().unix() - own.unix())), "{}", now());
        hear_clock("nonsense");
        assert!(now().unix() - own.unix() > 290, "what is no date changes nothing");
        hear_clock(&instant_text(own_clock()));
        assert!(now().unix() - own.unix() < 60, "clocks that agree are left alone");
    }
}
