//! Parser of the `Authorization` header of Signature Version 4.

/// The only supported algorithm.
pub const ALGORITHM: &str = "AWS4-HMAC-SHA256";
/// The last part of every credential scope.
pub const TERMINATOR: &str = "aws4_request";

/// The parsed header. Nothing in it is verified yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Authorization<'a> {
    pub key_id: &'a str,
    /// Credential scope: `<date>/<region>/<service>/aws4_request`.
    pub scope: &'a str,
    /// The scope's date, as `YYYYMMDD`.
    pub date: &'a str,
    pub region: &'a str,
    pub service: &'a str,
    /// Names in lowercase, separated by semicolons.
    pub signed_headers: &'a str,
    /// In hexadecimal.
    pub signature: &'a str,
}

/// The defect of a header, in the service's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Malformed(pub String);

impl<'a> Authorization<'a> {
    /// Parses the header's value.
    ///
    /// # Errors
    /// If it names another algorithm, or parts are missing or repeated.
    pub fn parse(value: &'a str) -> Result<Self, Malformed> {
        let parameters = value
            .trim_start()
            .strip_prefix(ALGORITHM)
            .filter(|rest| rest.starts_with(char::is_whitespace))
            .ok_or_else(|| {
                Malformed(format!(
                    "Authorization header must begin with '{ALGORITHM}'."
                ))
            })?;
        let [mut credential, mut signed_headers, mut signature] = [None; 3];
        for parameter in parameters
            .split(',')
            .map(str::trim)
            .filter(|it| !it.is_empty())
        {
            let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
            let slot = match name {
                "Credential" => &mut credential,
                "SignedHeaders" => &mut signed_headers,
                "Signature" => &mut signature,
                _ => {
                    return Err(Malformed(format!(
                        "'{name}' is not a parameter of the Authorization header."
                    )));
                }
            };
            if slot.replace(value).is_some() {
                return Err(Malformed(format!(
                    "Authorization header has '{name}' twice."
                )));
            }
        }
        let filled = |slot: Option<&'a str>| slot.filter(|it| !it.is_empty());
        let given = (
            filled(credential),
            filled(signature),
            filled(signed_headers),
        );
        let (Some(credential), Some(signature), Some(signed_headers)) = given else {
            return Err(missing([
                ("Credential", given.0.is_none()),
                ("Signature", given.1.is_none()),
                ("SignedHeaders", given.2.is_none()),
            ]));
        };
        let (key_id, scope) = split_credential(credential)?;
        let [date, region, service] = split_scope(credential, scope)?;
        Ok(Self {
            key_id,
            scope,
            date,
            region,
            service,
            signed_headers,
            signature,
        })
    }

    /// Whether this header (in lowercase) is among the signed ones.
    pub fn signs(&self, header: &str) -> bool {
        self.signed_headers.split(';').any(|it| it == header)
    }
}

fn missing(parameters: [(&str, bool); 3]) -> Malformed {
    let texts: Vec<_> = parameters
        .into_iter()
        .filter(|(_, is_missing)| *is_missing)
        .map(|(name, _)| format!("Authorization header requires '{name}' parameter."))
        .collect();
    Malformed(texts.join(" "))
}

fn split_credential(credential: &str) -> Result<(&str, &str), Malformed> {
    credential
        .split_once('/')
        .filter(|(key_id, _)| !key_id.is_empty())
        .ok_or_else(|| bad_credential(credential))
}

fn split_scope<'a>(credential: &str, scope: &'a str) -> Result<[&'a str; 3], Malformed> {
    let mut parts = scope.split('/');
    match (
        parts.next(),
        parts.next(),
        parts.next(),
        parts.next(),
        parts.next(),
    ) {
        (Some(date), Some(region), Some(service), Some(TERMINATOR), None) => {
            Ok([date, region, service])
        }
        _ => Err(bad_credential(credential)),
    }
}

fn bad_credential(credential: &str) -> Malformed {
    Malformed(format!(
        "Credential must have exactly 5 slash-delimited elements, e.g. \
         keyid/date/region/service/{TERMINATOR}, got '{credential}'."
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    const CREDENTIAL: &str = "Credential=AKID/20150830/us-east-1/cognito-idp/aws4_request";

    #[test]
    fn a_header_comes_apart_with_and_without_spaces() {
        for header in [
            format!("AWS4-HMAC-SHA256 {CREDENTIAL}, SignedHeaders=host;x-amz-date, Signature=00"),
            format!("AWS4-HMAC-SHA256 {CREDENTIAL},SignedHeaders=host;x-amz-date,Signature=00"),
            format!("AWS4-HMAC-SHA256   Signature=00,  SignedHeaders=host;x-amz-date,{CREDENTIAL}"),
        ] {
            let parsed = Authorization::parse(&header).unwrap();
            assert_eq!(parsed.key_id, "AKID");
            assert_eq!(parsed.scope, "20150830/us-east-1/cognito-idp/aws4_request");
            assert_eq!(
                (parsed.date, parsed.region, parsed.service),
                ("20150830", "us-east-1", "cognito-idp")
            );
            assert!(parsed.signs("host") && parsed.signs("x-amz-date") && !parsed.signs("x-amz"));
            assert_eq!(parsed.signature, "00");
        }
    }

    #[test]
    fn whatever_is_not_complete_is_refused() {
        for header in [
            "",
            "Bearer abc",
            "AWS4-HMAC-SHA256",
            "AWS4-HMAC-SHA256X Credential=a",
            "AWS4-HMAC-SHA256 Credential=AKID/20150830/us-east-1/aws4_request, SignedHeaders=host, Signature=00",
            "AWS4-HMAC-SHA256 Credential=/20150830/us-east-1/x/aws4_request, SignedHeaders=host, Signature=00",
            "AWS4-HMAC-SHA256 Credential=AKID/1/2/3/aws5_request, SignedHeaders=host, Signature=00",
            "AWS4-HMAC-SHA256 Credential=AKID/1/2/3/aws4_request, SignedHeaders=host, Signature=00, Signature=00",
            "AWS4-HMAC-SHA256 Credential=AKID/1/2/3/aws4_request, SignedHeaders=host, Signature=00, Other=1",
        ] {
            assert!(Authorization::parse(header).is_err(), "{header}");
        }
        assert_eq!(
            Authorization::parse("AWS4-HMAC-SHA256 SignedHeaders=host"),
            Err(Malformed(
                "Authorization header requires 'Credential' parameter. \
                 Authorization header requires 'Signature' parameter."
                    .to_owned()
            ))
        );
    }
}
