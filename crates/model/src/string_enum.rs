//! Closed sets of strings as enums.

use std::fmt;

/// A string that is not one of the values of the enum it was read as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownValue {
    /// The name of the enum.
    pub of: &'static str,
}

impl fmt::Display for UnknownValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not a value of {}", self.of)
    }
}

impl std::error::Error for UnknownValue {}

/// Declares an enum whose variants represent strings of the wire.
macro_rules! string_enum {
    ($(#[$meta:meta])* pub enum $name:ident { $($(#[$default:meta])? $variant:ident = $wire:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$default])? $variant,)+
        }

        impl $name {
            /// Every value, in declaration order.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The value on the wire.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $wire,)+
                }
            }
        }

        impl std::str::FromStr for $name {
            type Err = crate::UnknownValue;

            fn from_str(value: &str) -> Result<Self, Self::Err> {
                match value {
                    $($wire => Ok(Self::$variant),)+
                    _ => Err(crate::UnknownValue { of: stringify!($name) }),
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let value = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                value.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}
pub(crate) use string_enum;

/// Checks that each value parses back from its own string.
#[cfg(test)]
pub(crate) fn check<T>(all: &[T], wire: fn(T) -> &'static str)
where
    T: Copy
        + PartialEq
        + fmt::Debug
        + fmt::Display
        + std::str::FromStr<Err = UnknownValue>
        + serde::Serialize
        + serde::de::DeserializeOwned,
{
    assert!(!all.is_empty());
    for value in all {
        let text = wire(*value);
        assert_eq!(text.parse(), Ok(*value));
        assert_eq!(value.to_string(), text);
        let json = serde_json::to_value(value).unwrap();
        assert_eq!(json, text);
        assert_eq!(serde_json::from_value::<T>(json).unwrap(), *value);
    }
    assert!("no such value".parse::<T>().is_err());
}
