//! The users of the pool, by number, with realistic names.

/// Password of all users that can sign in.
pub const PASSWORD: &str = "Corr3ct-Horse-Battery!";

/// A given name and a family name that many users have.
pub const NAMES_LISTED: (&str, &str) = ("maria", "s");

const GIVEN: [&str; 8] = [
    "maria", "james", "wei", "fatima", "olga", "david", "yuki", "priya",
];
const FAMILY: [&str; 40] = [
    "silva", "smith", "wang", "khan", "garcia", "ivanov", "tanaka", "nguyen", "brown", "santos",
    "schmidt", "rossi", "dubois", "kim", "ali", "jones", "martin", "lopez", "singh", "kowalski",
    "jensen", "novak", "costa", "murphy", "sato", "haddad", "okafor", "berg", "lund", "moreau",
    "weber", "romero", "demir", "popov", "horvat", "suzuki", "mensah", "rahman", "clark", "stone",
];

fn pick(names: &'static [&'static str], number: u32) -> &'static str {
    let at = (number as usize)
        .checked_rem(names.len())
        .unwrap_or_default();
    names.get(at).copied().unwrap_or_default()
}

/// The user's given name.
pub fn given(number: u32) -> &'static str {
    pick(&GIVEN, number)
}

/// The user's family name.
pub fn family(number: u32) -> &'static str {
    pick(&FAMILY, number / 7)
}

/// The user's user name.
pub fn username(number: u32) -> String {
    format!("{}.{}.{number:07}", given(number), family(number))
}

/// The user's e-mail address.
pub fn email(number: u32) -> String {
    format!("{}@example.com", username(number))
}

/// The user's phone number.
pub fn phone(number: u32) -> String {
    format!("+1555{number:07}")
}

/// The name of a person who is not in the pool yet.
pub fn newcomer(how: &str, ticket: u64) -> String {
    format!("{how}-{ticket:010}")
}
