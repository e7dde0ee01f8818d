use aws_lc_rs::signature::{ECDSA_P384_SHA384_ASN1, UnparsedPublicKey};

use super::*;

const ARN: &str = "arn:aws:kms:us-east-1:000000000000:key/a";

/// Reads a message from front to back.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, length: usize) -> &'a [u8] {
        let (taken, rest) = self.0.split_at(length);
        self.0 = rest;
        taken
    }

    fn number(&mut self, length: usize) -> usize {
        let bytes = self.take(length).iter();
        bytes.fold(0, |sum, byte| sum << 8 | usize::from(*byte))
    }

    fn part(&mut self) -> &'a [u8] {
        let length = self.number(2);
        self.take(length)
    }
}

fn open(key: &LessSafeKey, iv: &[u8], about: &[u8], sealed: &[u8]) -> Vec<u8> {
    let mut sealed = sealed.to_vec();
    let nonce = Nonce::try_assume_unique_for_key(iv).unwrap();
    key.open_in_place(nonce, Aad::from(about), &mut sealed)
        .unwrap()
        .to_vec()
}

/// Decrypts a message as the SDK does; returns the lengths of its frames, too.
fn decrypt(message: &[u8], with: &Material<'_>) -> (Vec<u8>, Vec<usize>) {
    let mut reader = Reader(message);
    assert_eq!(reader.take(4), [1, 0x80, 3, 0x78]);
    assert_eq!(reader.take(16), with.id);
    let context = reader.part();
    let mut pairs = Reader(context);
    assert_eq!(pairs.number(2), 2);
    assert_eq!(pairs.part(), PUBLIC_KEY.as_bytes());
    let public = BASE64_STANDARD.decode(pairs.part()).unwrap();
    assert_eq!(pairs.part(), b"userpool-id");
    assert_eq!((pairs.part(), pairs.0), (&b"pool"[..], &b""[..]));
    assert_eq!(reader.number(2), 1);
    assert_eq!(reader.part(), b"aws-kms");
    assert_eq!(reader.part(), ARN.as_bytes());
    assert_eq!(reader.part(), with.wrapped);
    assert_eq!(reader.take(10), [2, 0, 0, 0, 0, 12, 0, 0, 0x10, 0]);
    let key = derived(with).unwrap();
    let header = &message[..message.len() - reader.0.len()];
    let iv = reader.take(12);
    assert_eq!(open(&key, iv, header, reader.take(16)), b"");

    let (mut plaintext, mut lengths) = (Vec::new(), Vec::new());
    loop {
        let mut number = reader.number(4);
        let last = number == LAST as usize;
        if last {
            number = reader.number(4);
        }
        let iv = reader.take(12);
        let length = if last { reader.number(4) } else { FRAME };
        let kind: &[u8] = match last {
            true => b"AWSKMSEncryptionClient Final Frame",
            false => b"AWSKMSEncryptionClient Frame",
        };
        let about = about(&with.id, kind, number as u32, length);
        plaintext.extend(open(&key, iv, &about, reader.take(length + 16)));
        lengths.push(length);
        assert_eq!(number, lengths.len());
        if last {
            break;
        }
    }
    let signed = &message[..message.len() - reader.0.len()];
    let signature = reader.part();
    assert!(reader.0.is_empty());
    UnparsedPublicKey::new(&ECDSA_P384_SHA384_ASN1, public)
        .verify(signed, signature)
        .unwrap();
    (plaintext, lengths)
}

fn encrypted_and_decrypted(plaintext: &[u8]) -> (Vec<u8>, Vec<usize>) {
    let message = Message::new(Context::from_iter([("userpool-id", "pool")])).unwrap();
    let data_key = DataKey::new([7; 32]);
    let with = Material {
        key_arn: ARN,
        wrapped: b"wrapped",
        data_key: &data_key,
        id: [9; 16],
    };
    decrypt(&message.encrypt(&with, plaintext).unwrap(), &with)
}

#[test]
fn a_message_has_the_parts_of_the_format_and_opens() {
    assert_eq!(
        encrypted_and_decrypted(b"123456"),
        (b"123456".to_vec(), vec![6])
    );
}

#[test]
fn long_messages_have_several_frames_and_only_an_empty_one_an_empty_frame() {
    for (length, frames) in [
        (0, vec![0]),
        (FRAME, vec![FRAME]),
        (FRAME + 1, vec![FRAME, 1]),
        (3 * FRAME, vec![FRAME; 3]),
    ] {
        let plaintext = vec![b'x'; length];
        assert_eq!(encrypted_and_decrypted(&plaintext), (plaintext, frames));
    }
}

#[test]
fn a_context_that_is_too_long_is_refused() {
    let context = Context::from_iter([("a", "b".repeat(70_000))]);
    assert!(context.serialized().is_err());
}
