//! Points in time.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A point in time in microseconds since 1970 (UTC); on the wire a number of seconds with at most three decimals.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// From microseconds since 1970.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// From seconds since 1970.
    pub const fn from_secs(secs: i64) -> Self {
        Self(secs.saturating_mul(1_000_000))
    }

    /// Microseconds since 1970.
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// Whole seconds since 1970, rounded down.
    pub const fn secs(self) -> i64 {
        self.0.div_euclid(1_000_000)
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let millis = self.0.div_euclid(1_000);
        if millis % 1_000 == 0 {
            serializer.serialize_i64(millis / 1_000)
        } else {
            serializer.serialize_f64(millis as f64 / 1_000.0)
        }
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let seconds = f64::deserialize(deserializer)?;
        Ok(Self((seconds * 1_000_000.0).round() as i64))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_with_three_decimals_on_the_wire() {
        let at = |micros| serde_json::to_string(&Timestamp::from_micros(micros)).unwrap();
        assert_eq!(at(1_470_957_431_965_999), "1470957431.965");
        assert_eq!(at(1_470_957_431_000_000), "1470957431");
        assert_eq!(at(-500_000), "-0.5");
    }

    #[test]
    fn numbers_are_read_to_the_microsecond() {
        let read = |text| serde_json::from_str::<Timestamp>(text).unwrap().micros();
        assert_eq!(read("1470957431.965"), 1_470_957_431_965_000);
        assert_eq!(read("1470957431"), 1_470_957_431_000_000);
        assert_eq!(read("1470957431.0"), 1_470_957_431_000_000);
    }
}
