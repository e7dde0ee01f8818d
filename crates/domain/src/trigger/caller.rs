//! `callerContext`: the SDK that sent the request.

/// The value for callers that are no SDK of AWS: browsers at the hosted pages, other programs.
const UNKNOWN: &str = "aws-sdk-unknown-unknown";

/// `awsSdkVersion`, from the user agents of a request: the product `aws-sdk-<language>/<version>`, in lower case and
/// joined by a hyphen.
pub fn sdk<'a>(user_agents: impl IntoIterator<Item = &'a str>) -> String {
    let mut products = user_agents.into_iter().flat_map(str::split_whitespace);
    products
        .find_map(named)
        .unwrap_or_else(|| UNKNOWN.to_owned())
}

fn named(product: &str) -> Option<String> {
    let (name, version) = product.split_once('/')?;
    let name = name.to_ascii_lowercase();
    let fits = |text: &str| {
        let fine = |byte: u8| byte.is_ascii_alphanumeric() || b".-_".contains(&byte);
        (1..=64).contains(&text.len()) && text.bytes().all(fine)
    };
    let known = name.starts_with("aws-sdk-") && fits(&name) && fits(version);
    known.then(|| format!("{name}-{}", version.to_ascii_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sdk_is_read_from_the_user_agent() {
        for (agents, version) in [
            (vec![], UNKNOWN),
            (vec!["Mozilla/5.0 (X11; Linux x86_64)"], UNKNOWN),
            (vec!["Boto3/1.40 md/Botocore#1.40 lang/python"], UNKNOWN),
            (
                vec!["aws-sdk-js/3.473.0 ua/2.0 os/linux"],
                "aws-sdk-js-3.473.0",
            ),
            (
                vec!["aws-sdk-nodejs/2.987.0 linux"],
                "aws-sdk-nodejs-2.987.0",
            ),
            (
                vec!["aws-sdk-java/2.20.43 Linux/5.10"],
                "aws-sdk-java-2.20.43",
            ),
            (vec!["aws-sdk-iOS/2.9.3 iOS/12.1"], "aws-sdk-ios-2.9.3"),
            // A browser cannot set its own; the SDK sends a second header.
            (vec!["Mozilla/5.0", "aws-sdk-js/3.1.0"], "aws-sdk-js-3.1.0"),
            (vec!["aws-sdk-js/<script>"], UNKNOWN),
        ] {
            assert_eq!(sdk(agents.iter().copied()), version, "{agents:?}");
        }
    }
}
