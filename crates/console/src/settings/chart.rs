//! A small chart of a pool's activity: two bars for each day, drawn on the server.

use cabana_domain::activity::{ActivityKind, DailyCount};
use time::OffsetDateTime;

/// Days in the chart, today included.
pub const DAYS: usize = 30;

const WIDTH: usize = 1030;
const HEIGHT: usize = 150;
/// Margins: on the left for the scale, below for the dates, above for the topmost number.
const LEFT: usize = 40;
const BELOW: usize = 20;
const ABOVE: usize = 10;
/// Width of a day: both bars and the gap between days.
const STEP: usize = (WIDTH - LEFT) / DAYS;
const BAR: usize = 12;
/// Days from one date below the chart to the next.
const DATES: usize = 7;

/// Counts of a day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Day {
    /// Days since 1970-01-01.
    pub day: i64,
    pub sign_ups: u64,
    pub sign_ins: u64,
}

impl Day {
    /// `22 November 2026`.
    pub fn date(&self) -> String {
        let at = self.at();
        format!("{} {} {}", at.day(), at.month(), at.year())
    }

    fn short(self) -> String {
        let at = self.at();
        let month = at.month().to_string();
        let month: String = month.chars().take(3).collect();
        format!("{} {month}", at.day())
    }

    fn at(self) -> OffsetDateTime {
        let seconds = self.day.saturating_mul(86_400);
        OffsetDateTime::from_unix_timestamp(seconds).unwrap_or(OffsetDateTime::UNIX_EPOCH)
    }
}

/// The last [`DAYS`] days, newest last, including days without activity.
pub fn days(today: i64, counts: &[DailyCount]) -> Vec<Day> {
    let span = i64::try_from(DAYS).unwrap_or(i64::MAX);
    let of = |day: i64, kind: ActivityKind| {
        let own = counts.iter().filter(|it| it.day == day && it.kind == kind);
        own.map(|it| it.count).sum()
    };
    (today - span + 1..=today)
        .map(|day| Day {
            day,
            sign_ups: of(day, ActivityKind::SignUp),
            sign_ins: of(day, ActivityKind::SignIn),
        })
        .collect()
}

/// A rectangle of the drawing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bar {
    pub x: usize,
    pub y: usize,
    pub height: usize,
    pub width: usize,
    /// Whether it counts sign-ups.
    pub other: bool,
}

/// Shapes and texts of the chart.
#[derive(Clone, Debug, Default)]
pub struct Chart {
    pub bars: Vec<Bar>,
    /// Horizontal positions of dates, and the dates.
    pub dates: Vec<(usize, String)>,
    /// Vertical positions of the scale's lines, and their numbers.
    pub scale: Vec<(usize, u64)>,
}

impl Chart {
    pub const WIDTH: usize = WIDTH;
    pub const HEIGHT: usize = HEIGHT;
    pub const LEFT: usize = LEFT;

    /// Draws these days.
    pub fn of(days: &[Day]) -> Self {
        let most = days.iter().map(|day| day.sign_ups.max(day.sign_ins)).max();
        let top = rounded(most.unwrap_or(0));
        let mut chart = Self {
            scale: vec![(y(0, top), 0), (y(top, top), top)],
            ..Self::default()
        };
        for (at, day) in days.iter().enumerate() {
            let x = LEFT + at * STEP;
            chart.bar(x, day.sign_ups, top, true);
            chart.bar(x + BAR + 1, day.sign_ins, top, false);
            // Counted from today, so that today always has its date.
            if (days.len() - 1 - at).is_multiple_of(DATES) {
                chart.dates.push((x + BAR, day.short()));
            }
        }
        chart
    }

    fn bar(&mut self, x: usize, count: u64, top: u64, other: bool) {
        if count == 0 {
            return;
        }
        let base = y(0, top);
        // Makes even a single sign-in among thousands visible.
        let top_edge = y(count, top).min(base - 1);
        self.bars.push(Bar {
            x,
            y: top_edge,
            height: base - top_edge,
            width: BAR,
            other,
        });
    }

    /// Baseline of the dates.
    pub fn date_line() -> usize {
        HEIGHT - 5
    }
}

/// Vertical position of a count, from the top.
fn y(count: u64, top: u64) -> usize {
    let room = (HEIGHT - ABOVE - BELOW) as u64;
    let height = count.saturating_mul(room).checked_div(top).unwrap_or(0);
    HEIGHT - BELOW - usize::try_from(height).unwrap_or(0)
}

/// Rounds up to the next of 1, 2, 5, 10, 20, 50 and so on.
fn rounded(number: u64) -> u64 {
    let mut step = 1_u64;
    loop {
        for factor in [1, 2, 5] {
            let candidate = step.saturating_mul(factor);
            if candidate >= number {
                return candidate;
            }
        }
        step = step.saturating_mul(10);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(day: i64, kind: ActivityKind, count: u64) -> DailyCount {
        DailyCount { day, kind, count }
    }

    #[test]
    fn every_day_is_there_and_older_ones_are_not() {
        let counts = [
            count(100, ActivityKind::SignIn, 3),
            count(100, ActivityKind::SignUp, 1),
            count(70, ActivityKind::SignIn, 9),
        ];
        let days = days(100, &counts);
        assert_eq!(days.len(), DAYS);
        assert_eq!(days[0].day, 71);
        assert_eq!(
            days[29],
            Day {
                day: 100,
                sign_ups: 1,
                sign_ins: 3
            }
        );
        assert_eq!(days.iter().map(|day| day.sign_ins).sum::<u64>(), 3);
    }

    #[test]
    fn bars_stay_inside_the_drawing() {
        let mut all = days(100, &[]);
        all[0].sign_ins = 4711;
        all[29].sign_ups = 1;
        all[29].sign_ins = u64::MAX;
        let chart = Chart::of(&all);
        assert_eq!(chart.bars.len(), 3);
        for bar in &chart.bars {
            assert!(bar.height >= 1 && bar.y >= ABOVE, "{bar:?}");
            assert!(bar.y + bar.height == HEIGHT - BELOW, "{bar:?}");
            assert!(bar.x + bar.width <= WIDTH, "{bar:?}");
        }
        assert_eq!(chart.dates.last().unwrap().1, "11 Apr");
    }

    #[test]
    fn the_scale_ends_at_a_round_number() {
        let rounded = [0, 1, 3, 5, 7, 11, 120, 501].map(rounded);
        assert_eq!(rounded, [1, 1, 5, 5, 10, 20, 200, 1000]);
    }
}
