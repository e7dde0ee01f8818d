//! The `TIMESTAMP` of a password claim: `Tue Sep 5 07:05:09 UTC 2023`, always English, always UTC.
//!
//! Parsing is lenient about spaces, padding, case and the weekday, like Java's lenient parser. The signature is not: it
//! is checked over the canonical form of the instant, as Cognito does, so a client that signs `Sep 05`, or a wrong
//! weekday, has signed another text.

use time::{Date, Month, OffsetDateTime, PrimitiveDateTime};

use crate::Time;

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];
const WEEKDAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const ZONES: [&str; 2] = ["UTC", "GMT"];

/// The text is not a timestamp of this form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a timestamp of the form EEE MMM d HH:mm:ss UTC yyyy")]
pub struct NotATimestamp;

/// Parses the instant, to the second.
pub fn read(text: &str) -> Result<Time, NotATimestamp> {
    instant(text).ok_or(NotATimestamp)
}

/// The canonical form that is signed: the right weekday, the day without padding, `UTC`.
pub fn canonical(text: &str) -> Result<String, NotATimestamp> {
    let at =
        OffsetDateTime::from_unix_timestamp(read(text)?.seconds()).map_err(|_| NotATimestamp)?;
    let name = |names: &[&'static str], index: u8| {
        let name = names.get(usize::from(index)).copied();
        name.ok_or(NotATimestamp)
    };
    Ok(format!(
        "{} {} {} {:02}:{:02}:{:02} UTC {:04}",
        name(&WEEKDAYS, at.weekday().number_days_from_monday())?,
        name(&MONTHS, u8::from(at.month()) - 1)?,
        at.day(),
        at.hour(),
        at.minute(),
        at.second(),
        at.year(),
    ))
}

fn instant(text: &str) -> Option<Time> {
    let mut words = text.split_ascii_whitespace();
    position(&WEEKDAYS, words.next()?)?;
    let month = Month::try_from(position(&MONTHS, words.next()?)? + 1).ok()?;
    let day = number(words.next()?, 2)?;
    let clock = clock(words.next()?)?;
    position(&ZONES, words.next()?)?;
    let year = words
        .next()
        .filter(|year| year.len() == 4)
        .and_then(|year| number(year, 4))?;
    if words.next().is_some() {
        return None;
    }
    let date = Date::from_calendar_date(i32::from(year), month, u8::try_from(day).ok()?).ok()?;
    let moment = PrimitiveDateTime::new(date, clock).assume_utc();
    Some(Time::from_seconds(moment.unix_timestamp()))
}

fn clock(text: &str) -> Option<time::Time> {
    let mut parts = text
        .split(':')
        .map(|part| number(part, 2).and_then(|value| u8::try_from(value).ok()));
    let (hour, minute, second) = (parts.next()??, parts.next()??, parts.next()??);
    if parts.next().is_some() {
        return None;
    }
    time::Time::from_hms(hour, minute, second).ok()
}

/// A number of one up to `longest` digits, without a sign.
fn number(text: &str, longest: usize) -> Option<u16> {
    let digits = text.len() <= longest && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

fn position(names: &[&str], word: &str) -> Option<u8> {
    let index = names
        .iter()
        .position(|name| name.eq_ignore_ascii_case(word))?;
    u8::try_from(index).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::OffsetDateTime;

    use super::*;

    #[test]
    fn the_forms_that_libraries_send_are_all_read() {
        let expected = Ok(Time::from_seconds(1_693_897_509));
        for text in [
            "Tue Sep 5 07:05:09 UTC 2023",
            "Tue Sep 05 07:05:09 UTC 2023",
            "Tue Sep  5 07:05:09 UTC 2023",
            "Tue Sep 5 7:05:09 UTC 2023",
            "tue sep 5 07:05:09 utc 2023",
            " Tue Sep 5 07:05:09 GMT 2023 ",
            "Mon Sep 5 07:05:09 UTC 2023",
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
        assert_eq!(
            read("Thu Jan 1 00:00:00 UTC 1970"),
            Ok(Time::from_seconds(0))
        );
        assert_eq!(
            read("Thu Feb 29 23:59:59 UTC 2024"),
            Ok(Time::from_seconds(1_709_251_199))
        );
    }

    #[test]
    fn one_form_of_an_instant_is_signed() {
        for text in [
            "Tue Sep 5 07:05:09 UTC 2023",
            "Tue Sep 05 07:05:09 UTC 2023",
            "Tue Sep  5 7:05:09 UTC 2023",
            "Mon Sep 5 07:05:09 GMT 2023",
            "tue sep 5 07:05:09 utc 2023",
        ] {
            let signed = canonical(text).unwrap();
            assert_eq!(signed, "Tue Sep 5 07:05:09 UTC 2023", "{text}");
        }
        assert_eq!(canonical("Tue Okt 5 07:05:09 UTC 2023"), Err(NotATimestamp));
    }

    #[test]
    fn anything_else_is_refused() {
        for text in [
            "",
            "Tue Sep 5 07:05:09 UTC",
            "Tue Sep 5 07:05:09 UTC 2023 x",
            "Tue Sep 5 07:05:09 CET 2023",
            "Tue Sep 5 07:05 UTC 2023",
            "Tue Sep 5 07:05:09:01 UTC 2023",
            "Tue Sep 5 24:00:00 UTC 2023",
            "Tue Sep 5 07:60:00 UTC 2023",
            "Tue Sep 0 07:05:09 UTC 2023",
            "Tue Sep 31 07:05:09 UTC 2023",
            "Tue Feb 29 07:05:09 UTC 2023",
            "Tue Sep 005 07:05:09 UTC 2023",
            "Tue Sep +5 07:05:09 UTC 2023",
            "Tue Sep 5 07:05:09 UTC 23",
            "Tue Sep 5 07:05:09 UTC 02023",
            "Die Sep 5 07:05:09 UTC 2023",
            "Tue Okt 5 07:05:09 UTC 2023",
            "2023-09-05T07:05:09Z",
        ] {
            assert_eq!(read(text), Err(NotATimestamp), "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_second_of_our_times_is_read_back(seconds in 0_i64..=253_402_300_799) {
            let time = OffsetDateTime::from_unix_timestamp(seconds).unwrap();
            let weekday = &time.weekday().to_string()[..3];
            let month = &time.month().to_string()[..3];
            let (day, year) = (time.day(), time.year());
            let text = format!(
                "{weekday} {month} {day} {:02}:{:02}:{:02} UTC {year}", time.hour(), time.minute(), time.second()
            );
            prop_assert_eq!(read(&text), Ok(Time::from_seconds(seconds)));
            prop_assert_eq!(canonical(&text), Ok(text));
        }

        #[test]
        fn arbitrary_text_never_panics(text in "\\PC*") {
            let _ = read(&text);
        }
    }
}
