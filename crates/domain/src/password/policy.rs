//! Password policy of a pool.

use cabana_model::PasswordPolicyType;

/// Longest password in characters, in every pool.
pub const MAXIMUM_LENGTH: usize = 256;

const DEFAULT_MINIMUM_LENGTH: usize = 8;

/// A pool's password policy, with every default filled in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PasswordPolicy {
    /// In characters.
    pub minimum_length: usize,
    pub require_lowercase: bool,
    pub require_uppercase: bool,
    pub require_numbers: bool,
    pub require_symbols: bool,
}

/// One rule of a policy; also the reason a password was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// At least this many characters.
    MinimumLength(usize),
    /// At most [`MAXIMUM_LENGTH`] characters.
    MaximumLength,
    /// One of `a` to `z`.
    Lowercase,
    /// One of `A` to `Z`.
    Uppercase,
    /// One of `0` to `9`.
    Number,
    /// A punctuation mark of ASCII, or a space between other characters.
    Symbol,
    /// No white space at either end.
    NoOuterSpace,
}

impl PasswordPolicy {
    /// The first rule, in the order of [`PasswordPolicy::rules`], that the password breaks.
    pub fn check(&self, password: &str) -> Result<(), Rule> {
        match self
            .rules()
            .into_iter()
            .find(|rule| !rule.is_met_by(password))
        {
            Some(broken) => Err(broken),
            None => Ok(()),
        }
    }

    /// The rules that apply, in the order they are checked: for pages that list them.
    pub fn rules(&self) -> Vec<Rule> {
        let mut rules = vec![
            Rule::MinimumLength(self.minimum_length),
            Rule::MaximumLength,
        ];
        let optional = [
            (self.require_lowercase, Rule::Lowercase),
            (self.require_uppercase, Rule::Uppercase),
            (self.require_numbers, Rule::Number),
            (self.require_symbols, Rule::Symbol),
        ];
        rules.extend(
            optional
                .into_iter()
                .filter(|(required, _)| *required)
                .map(|(_, rule)| rule),
        );
        rules.push(Rule::NoOuterSpace);
        rules
    }
}

impl Rule {
    /// Whether the password obeys this rule.
    pub fn is_met_by(self, password: &str) -> bool {
        match self {
            Rule::MinimumLength(length) => password.chars().count() >= length,
            Rule::MaximumLength => password.chars().count() <= MAXIMUM_LENGTH,
            Rule::Lowercase => password.contains(|c: char| c.is_ascii_lowercase()),
            Rule::Uppercase => password.contains(|c: char| c.is_ascii_uppercase()),
            Rule::Number => password.contains(|c: char| c.is_ascii_digit()),
            Rule::Symbol => password
                .trim()
                .contains(|c: char| c == ' ' || c.is_ascii_punctuation()),
            Rule::NoOuterSpace => password.trim() == password,
        }
    }
}

/// The policy of a pool that sets none.
impl Default for PasswordPolicy {
    fn default() -> Self {
        Self {
            minimum_length: DEFAULT_MINIMUM_LENGTH,
            require_lowercase: true,
            require_uppercase: true,
            require_numbers: true,
            require_symbols: true,
        }
    }
}

/// A pool that names some requirements means those and no others; a pool that names none gets the default.
impl From<&PasswordPolicyType> for PasswordPolicy {
    fn from(settings: &PasswordPolicyType) -> Self {
        let PasswordPolicyType {
            minimum_length: None,
            require_lowercase: None,
            require_uppercase: None,
            require_numbers: None,
            require_symbols: None,
            ..
        } = settings
        else {
            let length = settings
                .minimum_length
                .and_then(|length| usize::try_from(length).ok());
            return Self {
                minimum_length: length.unwrap_or(DEFAULT_MINIMUM_LENGTH),
                require_lowercase: settings.require_lowercase.unwrap_or(false),
                require_uppercase: settings.require_uppercase.unwrap_or(false),
                require_numbers: settings.require_numbers.unwrap_or(false),
                require_symbols: settings.require_symbols.unwrap_or(false),
            };
        };
        Self::default()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const LAX: PasswordPolicy = PasswordPolicy {
        minimum_length: 6,
        require_lowercase: false,
        require_uppercase: false,
        require_numbers: false,
        require_symbols: false,
    };

    #[test]
    fn the_first_broken_rule_is_the_reason() {
        let policy = PasswordPolicy::default();
        let cases = [
            ("", Err(Rule::MinimumLength(8))),
            ("Ab1!", Err(Rule::MinimumLength(8))),
            ("        ", Err(Rule::Lowercase)),
            ("ABCDEFG1!", Err(Rule::Lowercase)),
            ("abcdefg1!", Err(Rule::Uppercase)),
            ("Abcdefgh!", Err(Rule::Number)),
            ("Abcdefgh1", Err(Rule::Symbol)),
            (" Abcdefg1!", Err(Rule::NoOuterSpace)),
            ("Abcdefg1!\t", Err(Rule::NoOuterSpace)),
            ("Abcdefg1!", Ok(())),
        ];
        for (password, expected) in cases {
            assert_eq!(policy.check(password), expected, "{password:?}");
        }
    }

    #[test]
    fn a_space_is_a_symbol_only_between_characters() {
        let policy = PasswordPolicy {
            require_symbols: true,
            ..LAX
        };
        assert_eq!(policy.check("correct horse"), Ok(()));
        assert_eq!(policy.check("correct "), Err(Rule::Symbol));
        assert_eq!(policy.check(" correct"), Err(Rule::Symbol));
    }

    #[test]
    fn every_listed_symbol_counts_and_no_other() {
        let policy = PasswordPolicy {
            require_symbols: true,
            ..LAX
        };
        for symbol in r#"^$*.[]{}()?"!@#%&/\,><':;|_~`=+-"#.chars() {
            assert_eq!(policy.check(&format!("abcdef{symbol}")), Ok(()), "{symbol}");
        }
        for other in "aZ0é£€–".chars() {
            assert_eq!(
                policy.check(&format!("abcdef{other}")),
                Err(Rule::Symbol),
                "{other}"
            );
        }
    }

    #[test]
    fn only_basic_latin_letters_and_digits_count() {
        let lower = PasswordPolicy {
            require_lowercase: true,
            ..LAX
        };
        let upper = PasswordPolicy {
            require_uppercase: true,
            ..LAX
        };
        let number = PasswordPolicy {
            require_numbers: true,
            ..LAX
        };
        assert_eq!(lower.check("ÄÖÜäöüß"), Err(Rule::Lowercase));
        assert_eq!(upper.check("ÄÖÜäöüß"), Err(Rule::Uppercase));
        assert_eq!(number.check("abcdef٣"), Err(Rule::Number));
    }

    #[test]
    fn lengths_are_counted_in_characters() {
        assert_eq!(LAX.check("ääää"), Err(Rule::MinimumLength(6)));
        assert_eq!(LAX.check("ääääää"), Ok(()));
        assert_eq!(LAX.check(&"ä".repeat(256)), Ok(()));
        assert_eq!(LAX.check(&"ä".repeat(257)), Err(Rule::MaximumLength));
    }

    #[test]
    fn settings_without_demands_mean_the_default() {
        assert_eq!(
            PasswordPolicy::from(&PasswordPolicyType::default()),
            PasswordPolicy::default()
        );
        let named = PasswordPolicyType {
            minimum_length: Some(12),
            ..PasswordPolicyType::default()
        };
        assert_eq!(
            PasswordPolicy::from(&named),
            PasswordPolicy {
                minimum_length: 12,
                ..LAX
            }
        );
        let named = PasswordPolicyType {
            require_numbers: Some(true),
            ..PasswordPolicyType::default()
        };
        let expected = PasswordPolicy {
            minimum_length: 8,
            require_numbers: true,
            ..LAX
        };
        assert_eq!(PasswordPolicy::from(&named), expected);
    }

    #[test]
    fn pages_list_only_the_rules_that_apply() {
        assert_eq!(
            LAX.rules(),
            [
                Rule::MinimumLength(6),
                Rule::MaximumLength,
                Rule::NoOuterSpace
            ]
        );
        assert_eq!(PasswordPolicy::default().rules().len(), 7);
    }

    proptest! {
        #[test]
        fn a_password_passes_exactly_if_it_meets_every_listed_rule(password in "\\PC{0,20}") {
            let policy = PasswordPolicy::default();
            let all = policy.rules().into_iter().all(|rule| rule.is_met_by(&password));
            prop_assert_eq!(policy.check(&password).is_ok(), all);
        }
    }
}
