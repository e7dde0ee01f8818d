//! How a provider says that a person signed in there, in the pool's words.

use cabana_domain::flow::{Method, Methods, Vouched};
use cabana_domain::provider::IdentityProvider;
use serde_json::{Map, Value};

/// The level of a provider that says nothing of use, as documented.
const LOWEST: u8 = 1;

/// The pool's level for the provider's `acr`, and those of its `amr` that have a word here. Nothing is verified beyond its
/// word.
pub fn of(provider: &IdentityProvider, claims: &Map<String, Value>) -> Vouched {
    let acr = claims.get("acr").and_then(Value::as_str);
    let mapping = &provider.settings.acr_mapping;
    let level = |level: &u8| {
        let value = mapping.get(&format!("Level{level}"));
        value.is_some() && value.map(String::as_str) == acr
    };
    let amr = claims.get("amr").and_then(Value::as_array);
    let words = amr.into_iter().flatten().filter_map(Value::as_str);
    let mut methods: Vec<Method> = Vec::new();
    for method in words.filter_map(Method::of_provider) {
        if !methods.contains(&method) {
            methods.push(method);
        }
    }
    Vouched {
        level: (1..=4).rev().find(level).unwrap_or(LOWEST),
        methods: Methods(methods),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use cabana_domain::provider::ProviderSettings;
    use cabana_domain::{PoolId, Time};
    use cabana_model::IdentityProviderTypeType;
    use serde_json::json;

    use super::*;

    #[test]
    fn a_providers_word_is_translated_and_what_has_no_translation_is_the_lowest() {
        let mapping = [
            ("Level1", "low"),
            ("Level3", "strong"),
            ("Level4", "strong"),
        ];
        let mapping = mapping.map(|(level, value)| (level.to_owned(), value.to_owned()));
        let provider = IdentityProvider {
            pool: PoolId::new("p"),
            name: "Corp".to_owned(),
            version: 1,
            kind: IdentityProviderTypeType::Oidc,
            identifiers: Vec::new(),
            settings: ProviderSettings {
                acr_mapping: BTreeMap::from(mapping),
                ..ProviderSettings::default()
            },
            created: Time::default(),
            modified: Time::default(),
        };
        for (claims, level, names) in [
            (json!({}), 1, vec![]),
            (json!({ "acr": "low" }), 1, vec![]),
            (json!({ "acr": "strong" }), 4, vec![]),
            (
                json!({ "acr": "other", "amr": ["pwd", "face", "pwd"] }),
                1,
                vec!["pwd"],
            ),
            (json!({ "acr": 4, "amr": "pwd" }), 1, vec![]),
            (
                json!({ "amr": ["hwk", "device", "fed", 7] }),
                1,
                vec!["hwk"],
            ),
        ] {
            let vouched = of(&provider, claims.as_object().unwrap());
            assert_eq!(
                (vouched.level, vouched.methods.names()),
                (level, names),
                "{claims}"
            );
        }
    }
}
