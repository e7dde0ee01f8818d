//! Destinations masked for `CodeDeliveryDetails`: enough for their owner to recognize, little for anyone else.

/// `j***@e***` for an e-mail address; the number of stars reveals nothing.
pub fn email(address: &str) -> String {
    let hidden = |part: &str| {
        part.chars()
            .take(1)
            .chain("***".chars())
            .collect::<String>()
    };
    match address.rsplit_once('@') {
        Some((local, domain)) => format!("{}@{}", hidden(local), hidden(domain)),
        None => hidden(address),
    }
}

/// `+*******1234` for a phone number: a star for each digit but the last four. A number of four digits or fewer shows
/// none.
pub fn phone_number(number: &str) -> String {
    let (plus, digits) = number
        .strip_prefix('+')
        .map_or(("", number), |digits| ("+", digits));
    let length = digits.chars().count();
    let hidden = if length > 4 { length - 4 } else { length };
    let masked = digits
        .chars()
        .enumerate()
        .map(|(i, digit)| if i < hidden { '*' } else { digit });
    plus.chars().chain(masked).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn addresses_keep_two_letters() {
        for (address, masked) in [
            ("john@example.com", "j***@e***"),
            ("j@e", "j***@e***"),
            ("ünal@beispiel.de", "ü***@b***"),
            ("\"a@b\"@c.d", "\"***@c***"),
            ("@", "***@***"),
            ("nobody", "n***"),
            ("", "***"),
        ] {
            assert_eq!(email(address), masked);
        }
    }

    #[test]
    fn numbers_keep_four_digits() {
        for (number, masked) in [
            ("+12065551234", "+*******1234"),
            ("+4915112345678", "+*********5678"),
            ("+12345", "+*2345"),
            ("+1234", "+****"),
            ("+1", "+*"),
            ("12065551234", "*******1234"),
            ("+", "+"),
            ("", ""),
        ] {
            assert_eq!(phone_number(number), masked);
        }
    }

    proptest! {
        #[test]
        fn at_most_two_characters_of_an_address_and_four_of_a_number_are_shown(text in "[^*@+]{0,40}", domain in "[^*@]{0,40}") {
            let shown = |masked: String| masked.chars().filter(|c| !"*@+".contains(*c)).count();
            let address = format!("{text}@{domain}");
            let number = format!("+{text}");
            prop_assert!(shown(email(&address)) <= 2);
            prop_assert!(shown(phone_number(&text)) <= 4);
            prop_assert!(shown(phone_number(&number)) <= 4);
        }
    }
}
