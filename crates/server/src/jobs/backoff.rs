//! Time of the next attempt of a failed job.

use cabana_domain::{Span, Time};

/// Age at which a job is given up. No code in a message is valid longer.
pub const PATIENCE: Span = Span::hours(24);

/// The wait after the given number of failed attempts, counted from 1.
fn wait(attempts: u32) -> Span {
    match attempts {
        0 | 1 => Span::seconds(10),
        2 => Span::minutes(1),
        3 => Span::minutes(5),
        4 => Span::minutes(15),
        _ => Span::hours(1),
    }
}

/// Time of the next attempt after `attempts` failures; `None` if the job is given up.
pub fn next_try(created: Time, attempts: u32, now: Time) -> Option<Time> {
    let next = now.after(wait(attempts));
    (next <= created.after(PATIENCE)).then_some(next)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_an_hour_and_end_after_a_day() {
        let created = Time::from_seconds(1_000_000);
        let mut now = created;
        let mut waits = Vec::new();
        for attempts in 1.. {
            let Some(next) = next_try(created, attempts, now) else {
                break;
            };
            waits.push(next.since(now).as_seconds());
            now = next;
        }
        assert_eq!(&waits[..6], [10, 60, 300, 900, 3600, 3600]);
        assert!(waits[6..].iter().all(|wait| *wait == 3600));
        let whole: i64 = waits.iter().sum();
        assert!(
            (23 * 3600..=24 * 3600).contains(&whole),
            "{whole} seconds of trying"
        );
    }
}
