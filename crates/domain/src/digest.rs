//! Digests in sealed state: base64, so that their length tells nothing of their bytes. Earlier programs wrote lists of
//! numbers, which are still read.

use cabana_model::Blob;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

#[derive(Deserialize)]
#[serde(untagged)]
enum Written {
    Base64(Blob),
    Numbers([u8; 32]),
}

/// Writes a digest.
///
/// # Errors
/// Those of the serializer.
pub fn serialize<S: Serializer>(digest: &[u8; 32], serializer: S) -> Result<S::Ok, S::Error> {
    Blob(digest.to_vec()).serialize(serializer)
}

/// Reads a digest, in either form.
///
/// # Errors
/// If it is none.
pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<[u8; 32], D::Error> {
    match Written::deserialize(deserializer)? {
        Written::Numbers(digest) => Ok(digest),
        Written::Base64(Blob(bytes)) => {
            let length = |_| de::Error::custom("not a digest");
            <[u8; 32]>::try_from(bytes).map_err(length)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Serialize, Deserialize)]
    struct Sealed(#[serde(with = "super")] [u8; 32]);

    #[test]
    fn digests_are_of_one_length_and_earlier_ones_are_read() {
        for byte in [0, 7, 255] {
            let text = serde_json::to_string(&Sealed([byte; 32])).unwrap();
            assert_eq!(text.len(), 46);
            let earlier = format!("{:?}", [byte; 32]);
            for text in [text, earlier] {
                let read: Sealed = serde_json::from_str(&text).unwrap();
                assert_eq!(read.0, [byte; 32]);
            }
        }
        for wrong in ["\"AQID\"", "[1,2,3]", "7"] {
            assert!(serde_json::from_str::<Sealed>(wrong).is_err(), "{wrong}");
        }
    }
}
