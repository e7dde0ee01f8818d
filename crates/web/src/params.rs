//! Parameters of a query or a form.

use std::collections::HashSet;

/// Parameters in the order they were sent. A parameter without a value counts as omitted (RFC 6749 §3.1).
#[derive(Clone, Debug, Default)]
pub struct Params {
    raw: String,
    pairs: Vec<(String, String)>,
    /// The parameters as they were pushed, if the query stands for them.
    pushed: Option<String>,
}

impl Params {
    /// Parses `a=1&b=2`.
    pub fn parse(raw: &str) -> Self {
        let pairs = form_urlencoded::parse(raw.as_bytes())
            .map(|(name, value)| (name.into_owned(), value.into_owned()))
            .collect();
        Self {
            raw: raw.to_owned(),
            pairs,
            pushed: None,
        }
    }

    /// The parameters without those of this name.
    #[must_use]
    pub fn without(&self, name: &str) -> Self {
        self.without_all(&[name])
    }

    /// Parameters with these values.
    pub fn of(pairs: &[(String, String)]) -> Self {
        let mut raw = form_urlencoded::Serializer::new(String::new());
        raw.extend_pairs(pairs);
        Self {
            raw: raw.finish(),
            pairs: pairs.to_vec(),
            pushed: None,
        }
    }

    /// The same query, which stands for the parameters of a request and some more.
    #[must_use]
    pub fn standing_for(self, request: &Self, more: Vec<(String, String)>) -> Self {
        Self {
            raw: self.raw,
            pairs: request.pairs.iter().cloned().chain(more).collect(),
            pushed: Some(request.raw.clone()),
        }
    }

    /// All parameters, encoded as sent.
    pub fn as_sent(&self) -> &str {
        &self.raw
    }

    /// The first value of a parameter that is not empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        let mut pairs = self.pairs.iter();
        let found = pairs.find(|(it, value)| it == name && !value.is_empty());
        found.map(|(_, value)| value.as_str())
    }

    /// Whether the parameter was sent, with a value or without.
    pub fn has(&self, name: &str) -> bool {
        self.pairs.iter().any(|(it, _)| it == name)
    }

    /// The parameters without those of these names.
    #[must_use]
    pub fn without_all(&self, names: &[&str]) -> Self {
        let is_other = |pair: &&str| {
            form_urlencoded::parse(pair.as_bytes()).all(|(it, _)| !names.contains(&it.as_ref()))
        };
        let rest: Vec<_> = self.raw.split('&').filter(is_other).collect();
        Self::parse(&rest.join("&"))
    }

    /// Whether any parameter that `counts` was sent more than once: in one pass, for there may be tens of thousands.
    pub fn repeats_any(&self, counts: impl Fn(&str) -> bool) -> bool {
        let mut seen = HashSet::new();
        let mut names = self.pairs.iter().map(|(name, _)| name.as_str());
        names.any(|name| counts(name) && !seen.insert(name))
    }

    /// Whether a parameter was sent more than once, which OAuth forbids.
    pub fn is_repeated(&self, name: &str) -> bool {
        self.pairs.iter().filter(|(it, _)| it == name).count() > 1
    }

    /// A value still encoded as sent, so that it can be returned byte for byte.
    pub fn encoded(&self, name: &str) -> Option<&str> {
        let sent = self.pushed.as_ref().unwrap_or(&self.raw);
        sent.split('&').find_map(|pair| {
            let (it, value) = pair.split_once('=')?;
            let same = form_urlencoded::parse(it.as_bytes())
                .next()
                .is_some_and(|(it, _)| it == name);
            (same && !value.is_empty()).then_some(value)
        })
    }

    /// Name and value of every parameter.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.pairs
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_parameter_is_left_out_and_a_second_one_is_seen() {
        let params = Params::parse("a=&a=1&b=x+y%26z&c");
        assert_eq!(params.get("a"), Some("1"));
        assert!(params.is_repeated("a") && !params.is_repeated("b"));
        assert!(params.repeats_any(|_| true) && !params.repeats_any(|name| name != "a"));
        assert_eq!(params.without_all(&["a", "c"]).as_sent(), "b=x+y%26z");
        assert_eq!(params.get("b"), Some("x y&z"));
        assert_eq!((params.get("c"), params.has("c")), (None, true));
    }

    #[test]
    fn what_is_taken_out_leaves_the_rest_as_it_was_sent() {
        let params = Params::parse("a=%20x&dr%61ft=1&draft=2&b=+");
        assert_eq!(params.without("draft").as_sent(), "a=%20x&b=+");
        assert_eq!(Params::parse("draft=1").without("draft").as_sent(), "");
    }

    #[test]
    fn a_value_is_given_back_as_it_was_sent() {
        let params = Params::parse("x=1&st%61te=a%20b+c%2f%FF&state=second");
        assert_eq!(params.encoded("state"), Some("a%20b+c%2f%FF"));
        assert_eq!(params.encoded("nothing"), None);
    }
}
