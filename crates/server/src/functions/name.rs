//! Names of Lambda functions, as LambdaConfig and the configuration have them.

/// The parts of an ARN (`arn:aws:lambda:eu-central-1:111122223333:function:name:alias`), or a bare name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FunctionName<'a> {
    /// As given.
    pub whole: &'a str,
    pub region: Option<&'a str>,
    pub name: &'a str,
    /// A version or an alias.
    pub qualifier: Option<&'a str>,
}

impl<'a> FunctionName<'a> {
    /// The parts of an ARN; the whole text is the name of anything else.
    pub fn parse(whole: &'a str) -> Self {
        let bare = Self {
            whole,
            region: None,
            name: whole,
            qualifier: None,
        };
        let parts: Vec<&str> = whole.split(':').collect();
        match parts[..] {
            ["arn", _, "lambda", region, _, "function", name] => Self {
                region: Some(region),
                name,
                ..bare
            },
            ["arn", _, "lambda", region, _, "function", name, qualifier] => Self {
                region: Some(region),
                name,
                qualifier: Some(qualifier),
                ..bare
            },
            _ => bare,
        }
    }

    /// The names under which an address can be set, the most specific first: the ARN, the ARN without its qualifier,
    /// the name with its qualifier, the name.
    pub fn keys(&self) -> Vec<String> {
        let mut keys = vec![self.whole.to_owned()];
        if let Some(qualifier) = self.qualifier {
            let unqualified = self.whole.strip_suffix(qualifier).unwrap_or(self.whole);
            keys.push(unqualified.trim_end_matches(':').to_owned());
            keys.push(format!("{}:{qualifier}", self.name));
        }
        if self.name != self.whole {
            keys.push(self.name.to_owned());
        }
        keys
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_can_be_set_for_less_than_the_whole_arn() {
        let arn = "arn:aws:lambda:eu-central-1:111122223333:function:check";
        let name = FunctionName::parse(arn);
        assert_eq!((name.name, name.region), ("check", Some("eu-central-1")));
        assert_eq!(name.keys(), [arn, "check"]);
        let qualified = format!("{arn}:live");
        let name = FunctionName::parse(&qualified);
        assert_eq!(name.qualifier, Some("live"));
        assert_eq!(name.keys(), [&*qualified, arn, "check:live", "check"]);
        let bare = FunctionName::parse("check");
        assert_eq!(
            (bare.name, bare.region, bare.keys()),
            ("check", None, vec!["check".to_owned()])
        );
        let other = FunctionName::parse("arn:aws:sns:eu-central-1:111122223333:topic");
        assert_eq!(other.keys(), [other.whole]);
    }
}
