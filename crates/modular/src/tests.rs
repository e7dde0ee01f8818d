use crypto_bigint::modular::{BoxedMontyForm, BoxedMontyParams};
use crypto_bigint::{BoxedUint, Odd};
use proptest::prelude::*;

use crate::{Modulus, Residue};

const BITS: u32 = 512;

/// What another library makes of the same numbers.
struct Oracle(BoxedMontyParams);

impl Oracle {
    fn new(modulus: &[u8]) -> Self {
        let modulus = BoxedUint::from_be_slice(modulus, BITS).unwrap();
        Self(BoxedMontyParams::new(Odd::new(modulus).unwrap()))
    }

    fn read(&self, bytes: &[u8]) -> BoxedMontyForm {
        BoxedMontyForm::new(BoxedUint::from_be_slice(bytes, BITS).unwrap(), &self.0)
    }

    fn write(number: &BoxedMontyForm) -> Vec<u8> {
        number.retrieve().to_be_bytes().to_vec()
    }
}

fn shown(modulus: &Modulus, number: &Residue) -> Vec<u8> {
    modulus.to_bytes(number).to_vec()
}

fn odd(mut modulus: [u8; 64]) -> [u8; 64] {
    modulus[63] |= 1;
    modulus[0] |= 0x80;
    modulus
}

fn bytes() -> impl Strategy<Value = [u8; 64]> {
    (any::<[u8; 32]>(), any::<[u8; 32]>()).prop_map(|(high, low)| {
        let mut bytes = [0; 64];
        bytes[..32].copy_from_slice(&high);
        bytes[32..].copy_from_slice(&low);
        bytes
    })
}

proptest! {
    #[test]
    fn another_library_agrees(modulus in bytes(), left in bytes(), right in bytes(), exponent: [u8; 32]) {
        let modulus = odd(modulus);
        let (ours, oracle) = (Modulus::new(&modulus).unwrap(), Oracle::new(&modulus));
        let (a, b) = (ours.reduce(&left), ours.reduce(&right));
        let (x, y) = (oracle.read(&left), oracle.read(&right));
        prop_assert_eq!(shown(&ours, &a), Oracle::write(&x));
        prop_assert_eq!(shown(&ours, &ours.add(&a, &b)), Oracle::write(&x.add(&y)));
        prop_assert_eq!(shown(&ours, &ours.multiply(&a, &b)), Oracle::write(&x.mul(&y)));
        let power = x.pow(&BoxedUint::from_be_slice(&exponent, 256).unwrap());
        prop_assert_eq!(shown(&ours, &ours.power(&a, &exponent)), Oracle::write(&power));
    }
}

#[test]
fn only_odd_numbers_above_one_are_moduli() {
    for none in [&[][..], &[0], &[1], &[8], &[0, 1], &[0xff; 1025]] {
        assert!(Modulus::new(none).is_none(), "{none:?}");
    }
    assert_eq!(Modulus::new(&[0, 0, 1, 1]).unwrap().bytes(), 2);
}

#[test]
fn only_numbers_below_the_modulus_are_read() {
    let modulus = Modulus::new(&[0x01, 0x01]).unwrap();
    for (bytes, expected) in [
        (&[][..], Some(vec![0, 0])),
        (&[0], Some(vec![0, 0])),
        (&[0, 0, 0, 7], Some(vec![0, 7])),
        (&[1, 0], Some(vec![1, 0])),
        (&[1, 1], None),
        (&[1, 0, 0], None),
    ] {
        let read = modulus.read(bytes).map(|it| shown(&modulus, &it));
        assert_eq!(read, expected, "{bytes:?}");
    }
}

#[test]
fn the_edges_are_right() {
    let modulus = Modulus::new(&[0x01, 0x01]).unwrap();
    let number = |value: u16| modulus.read(&value.to_be_bytes()).unwrap();
    let (zero, one, most) = (number(0), number(1), number(256));
    assert_eq!(shown(&modulus, &modulus.add(&most, &one)), [0, 0]);
    assert_eq!(shown(&modulus, &modulus.multiply(&most, &most)), [0, 1]);
    assert_eq!(shown(&modulus, &modulus.multiply(&most, &zero)), [0, 0]);
    assert_eq!(shown(&modulus, &modulus.power(&most, &[3])), [1, 0]);
    assert_eq!(shown(&modulus, &modulus.power(&most, &[])), [0, 1]);
    assert_eq!(shown(&modulus, &modulus.power(&zero, &[0])), [0, 1]);
}
