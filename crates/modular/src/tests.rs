use crypto_bigint::modular::{BoxedMontyForm, BoxedMontyParams};
use crypto_bigint::{BoxedUint, Odd};
use proptest::prelude::*;

use crate::{FixedBase, Modulus, Residue};

const BITS: u32 = 512;

/// Another library's results for the same numbers.
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

/// With the processor's extensions, and without.
fn ways(modulus: &[u8]) -> [Modulus; 2] {
    let modulus = || Modulus::new(modulus).unwrap();
    [modulus(), modulus().without_ifma()]
}

proptest! {
    #[test]
    fn another_library_agrees(modulus in bytes(), left in bytes(), right in bytes(), exponent: [u8; 32]) {
        let modulus = odd(modulus);
        let oracle = Oracle::new(&modulus);
        for ours in ways(&modulus) {
            let (a, b) = (ours.reduce(&left), ours.reduce(&right));
            let (x, y) = (oracle.read(&left), oracle.read(&right));
            prop_assert_eq!(shown(&ours, &a), Oracle::write(&x));
            prop_assert_eq!(shown(&ours, &ours.add(&a, &b)), Oracle::write(&x.add(&y)));
            prop_assert_eq!(shown(&ours, &ours.multiply(&a, &b)), Oracle::write(&x.mul(&y)));
            let power = x.pow(&BoxedUint::from_be_slice(&exponent, 256).unwrap());
            prop_assert_eq!(shown(&ours, &ours.power(&a, &exponent)), Oracle::write(&power));
            let fixed = FixedBase::new(&ours, &a, 32).power(&exponent).unwrap();
            prop_assert_eq!(shown(&ours, &fixed), Oracle::write(&power));
        }
    }
}

/// Numbers full of one bits make the longest carries; a length that ends within a limb is read and written in parts.
#[test]
fn both_ways_agree_on_long_numbers_and_long_carries() {
    for length in [6, 7, 13, 333, 377, 383, 384, 385] {
        let ones = vec![0xff; length];
        let mut sparse = vec![0; length];
        (sparse[0], sparse[length - 1]) = (0x80, 1);
        let mixed: Vec<u8> = (0..length).map(|i| (i * 37 + 1) as u8 | 1).collect();
        for modulus in [&ones, &sparse, &mixed] {
            let [first, second] = ways(modulus);
            let mut most = modulus.clone();
            most[length - 1] -= 1;
            for base in [&most[..], &[0], &[1], &[2], &mixed[1..]] {
                for exponent in [&[][..], &[0], &[1], &[2], &[0xff; 5], &[0x84; 33]] {
                    let [a, b] = [&first, &second].map(|it| it.power(&it.reduce(base), exponent));
                    assert_eq!(shown(&first, &a), shown(&second, &b), "{length}");
                }
            }
        }
    }
}

#[test]
fn a_table_takes_exponents_as_long_as_it_was_made_for() {
    for modulus in ways(&[0xff; 384]) {
        let two = modulus.reduce(&[2]);
        let table = FixedBase::new(&modulus, &two, 4);
        for exponent in [&[][..], &[0], &[9], &[0xff; 4], &[0, 0, 1, 0]] {
            let power = table.power(exponent).unwrap();
            assert_eq!(
                shown(&modulus, &power),
                shown(&modulus, &modulus.power(&two, exponent))
            );
        }
        assert!(table.power(&[0; 5]).is_none());
    }
}

#[test]
fn only_moduli_of_up_to_3072_bits_have_the_faster_way() {
    let processor = cfg!(target_arch = "x86_64") && has_ifma();
    assert_eq!(
        Modulus::new(&[0xff; 384]).unwrap().ifma().is_some(),
        processor
    );
    assert!(Modulus::new(&[0xff; 385]).unwrap().ifma().is_none());
}

#[cfg(target_arch = "x86_64")]
fn has_ifma() -> bool {
    is_x86_feature_detected!("avx512ifma")
}

#[cfg(not(target_arch = "x86_64"))]
fn has_ifma() -> bool {
    false
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
