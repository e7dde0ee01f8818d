//! Google's People API: what its ID tokens do not say about a person.

use serde_json::{Map, Value};

/// The fields that may be mapped, by Google's names.
const FIELDS: [&str; 12] = [
    "addresses",
    "birthdays",
    "emailAddresses",
    "genders",
    "locales",
    "locations",
    "names",
    "nicknames",
    "organizations",
    "phoneNumbers",
    "photos",
    "urls",
];

/// The members of an entry that are its text, the first one that it has.
const TEXTS: [&str; 6] = [
    "value",
    "displayName",
    "formattedValue",
    "url",
    "name",
    "text",
];

/// Those of some claims that are fields of this API, in order.
pub fn fields<'a>(claims: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut fields: Vec<_> = claims.filter(|it| FIELDS.contains(it)).collect();
    fields.sort_unstable();
    fields.dedup();
    fields
}

/// Whether an answer is about the person with this subject.
pub fn is_of(answer: &Map<String, Value>, subject: &str) -> bool {
    let name = answer.get("resourceName").and_then(Value::as_str);
    name.and_then(|it| it.strip_prefix("people/")) == Some(subject)
}

/// The fields of an answer as claims: each the text of its primary entry.
pub fn claims(answer: &Map<String, Value>) -> Map<String, Value> {
    let claim = |field: &&str| {
        let entries = answer.get(*field)?.as_array()?;
        let is_primary = |it: &&Value| it.pointer("/metadata/primary") == Some(&Value::Bool(true));
        let entry = entries
            .iter()
            .find(is_primary)
            .or_else(|| entries.first())?;
        Some(((*field).to_owned(), Value::from(text(entry)?)))
    };
    FIELDS.iter().filter_map(claim).collect()
}

fn text(entry: &Value) -> Option<String> {
    if let Some(date) = entry.get("date") {
        return day(date);
    }
    let mut texts = TEXTS.iter();
    texts.find_map(|name| Some(entry.get(name)?.as_str()?.to_owned()))
}

/// A date as ISO 8601 has it. Google leaves the year of a birthday out if the person does not show it.
fn day(date: &Value) -> Option<String> {
    let part = |name: &str| date.get(name).and_then(Value::as_u64).unwrap_or_default();
    let (year, month, day) = (part("year"), part("month"), part("day"));
    (month > 0 && day > 0).then(|| format!("{year:04}-{month:02}-{day:02}"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn fields_are_told_from_claims() {
        let mapped = ["email", "phoneNumbers", "birthdays", "phoneNumbers", "sub"];
        assert_eq!(fields(mapped.into_iter()), ["birthdays", "phoneNumbers"]);
    }

    #[test]
    fn an_answer_becomes_the_texts_of_its_primary_entries() {
        let answer = json!({
            "resourceName": "people/17",
            "phoneNumbers": [
                { "value": "1" }, { "metadata": { "primary": true }, "value": "+15550100" },
            ],
            "birthdays": [{ "date": { "year": 1990, "month": 2, "day": 3 } }],
            "names": [{ "displayName": "Ann A.", "familyName": "A." }],
            "addresses": [],
            "photos": "nonsense",
        });
        let answer = answer.as_object().unwrap();
        assert!(is_of(answer, "17") && !is_of(answer, "1") && !is_of(&Map::new(), "17"));
        let expected =
            json!({ "birthdays": "1990-02-03", "names": "Ann A.", "phoneNumbers": "+15550100" });
        assert_eq!(Value::Object(claims(answer)), expected);
    }
}
