//! Expiration of a client's tokens: values with their units, in forms and in words.

use cabana_model::{
    TimeUnitsType as Unit, TokenValidityUnitsType, UpdateUserPoolClientRequest, UserPoolClientType,
};

use crate::form::{Field, Form, Group};
use crate::settings::words::counted;

/// A kind of token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Token {
    Refresh,
    Access,
    Id,
}

pub const TOKENS: [Token; 3] = [Token::Refresh, Token::Access, Token::Id];

/// Units with their names in the singular, largest first.
const UNITS: [(Unit, &str); 4] = [
    (Unit::Days, "day"),
    (Unit::Hours, "hour"),
    (Unit::Minutes, "minute"),
    (Unit::Seconds, "second"),
];

impl Token {
    /// Label of the setting.
    pub fn title(self) -> &'static str {
        match self {
            Self::Refresh => "Refresh token expiration",
            Self::Access => "Access token expiration",
            Self::Id => "ID token expiration",
        }
    }

    /// Range of values, for the form.
    pub fn hint(self) -> &'static str {
        match self {
            Self::Refresh => "From 60 minutes to 3650 days, and no shorter than the others.",
            Self::Access | Self::Id => "From 5 minutes to 24 hours.",
        }
    }

    fn value_field(self) -> &'static str {
        match self {
            Self::Refresh => "refresh",
            Self::Access => "access",
            Self::Id => "id",
        }
    }

    fn unit_field(self) -> &'static str {
        match self {
            Self::Refresh => "refresh_unit",
            Self::Access => "access_unit",
            Self::Id => "id_unit",
        }
    }

    /// The setting, or its default if it is not set.
    fn validity(self, client: &UserPoolClientType) -> (i32, Unit) {
        let units = client.token_validity_units.clone().unwrap_or_default();
        let (value, unit, usual) = match self {
            Self::Refresh => (
                client.refresh_token_validity,
                units.refresh_token,
                (30, Unit::Days),
            ),
            Self::Access => (
                client.access_token_validity,
                units.access_token,
                (1, Unit::Hours),
            ),
            Self::Id => (client.id_token_validity, units.id_token, (1, Unit::Hours)),
        };
        match value {
            None | Some(0) => usual,
            Some(value) => (value, unit.unwrap_or(usual.1)),
        }
    }

    /// The setting in words, such as `60 minutes`.
    pub fn shown(self, client: &UserPoolClientType) -> String {
        let (value, unit) = self.validity(client);
        let name = UNITS.iter().find(|(it, _)| *it == unit);
        counted(value, name.map_or("", |(_, name)| *name))
    }

    /// Puts the setting into the form.
    pub fn fill(self, form: Form, client: &UserPoolClientType) -> Form {
        let (value, unit) = self.validity(client);
        form.with(self.value_field(), value.to_string())
            .with(self.unit_field(), unit.as_str())
    }

    /// Reads the setting from the form.
    fn read(self, form: &mut Form) -> (Option<i32>, Option<Unit>) {
        form.demand(self.value_field(), "Enter a duration.");
        let value = form.number(self.value_field(), 1..=i32::MAX);
        (value, form.get(self.unit_field()).parse().ok())
    }

    pub fn value_control(self, form: &Form) -> Field {
        form.text(self.value_field(), "Value").kind("number")
    }

    pub fn unit_control(self, form: &Form) -> Group {
        let group = form.select(self.unit_field(), "Unit");
        UNITS.iter().fold(group, |group, (unit, _)| {
            group.option(unit.as_str(), unit.as_str())
        })
    }
}

/// Reads the expiration of all tokens into the request.
pub fn read(form: &mut Form, input: &mut UpdateUserPoolClientRequest) {
    let (refresh, refresh_unit) = Token::Refresh.read(form);
    let (access, access_unit) = Token::Access.read(form);
    let (id, id_unit) = Token::Id.read(form);
    input.refresh_token_validity = refresh;
    input.access_token_validity = access;
    input.id_token_validity = id;
    input.token_validity_units = Some(TokenValidityUnitsType {
        refresh_token: refresh_unit,
        access_token: access_unit,
        id_token: id_unit,
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_validity_reads_with_its_unit_or_the_usual_one() {
        let client = UserPoolClientType {
            access_token_validity: Some(5),
            id_token_validity: Some(1),
            token_validity_units: Some(TokenValidityUnitsType {
                access_token: Some(Unit::Minutes),
                ..Default::default()
            }),
            ..UserPoolClientType::default()
        };
        let shown = TOKENS.map(|token| token.shown(&client));
        assert_eq!(shown, ["30 days", "5 minutes", "1 hour"]);
    }

    #[test]
    fn what_is_filled_in_is_what_is_read() {
        let client = UserPoolClientType {
            refresh_token_validity: Some(90),
            token_validity_units: Some(TokenValidityUnitsType {
                refresh_token: Some(Unit::Minutes),
                ..Default::default()
            }),
            ..UserPoolClientType::default()
        };
        let fill = |form, token: &Token| token.fill(form, &client);
        let mut form = TOKENS.iter().fold(Form::default(), fill);
        let mut input = UpdateUserPoolClientRequest::default();
        read(&mut form, &mut input);
        assert!(form.is_fine());
        let units = input.token_validity_units.unwrap();
        assert_eq!(input.refresh_token_validity, Some(90));
        assert_eq!(units.refresh_token, Some(Unit::Minutes));
        assert_eq!(
            (input.access_token_validity, units.access_token),
            (Some(1), Some(Unit::Hours))
        );
    }
}
