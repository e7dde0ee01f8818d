//! `cabana env sdk`: exports that point the AWS SDKs and the AWS CLI to this server.

use crate::config::Config;
use crate::data_dir;
use crate::problem::Problem;

/// Prints the exports.
///
/// # Errors
/// If there is no root access key yet.
pub fn print(config: &Config) -> Result<(), Problem> {
    let key = data_dir::existing_root_key(config)?.ok_or_else(|| {
        Problem::new(format!(
            "there is no access key in {}: start the server there once, or set --data-dir",
            config.data_dir.display()
        ))
    })?;
    let exports = [
        (
            "AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER",
            config.public_url(config.listen),
        ),
        ("AWS_REGION", config.region.clone()),
        ("AWS_DEFAULT_REGION", config.region.clone()),
        ("AWS_ACCESS_KEY_ID", key.id),
        ("AWS_SECRET_ACCESS_KEY", key.secret.into_inner()),
    ];
    for (name, value) in exports {
        println!("export {name}={}", quoted(&value));
    }
    // A session token of real AWS together with our key would make every call fail.
    println!("unset AWS_SESSION_TOKEN AWS_PROFILE");
    Ok(())
}

/// A value quoted for a shell.
fn quoted(value: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:@+=".contains(c);
    if !value.is_empty() && value.chars().all(plain) {
        return value.to_owned();
    }
    format!("'{}'", value.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn values_reach_the_shell_unchanged() {
        assert_eq!(quoted("http://localhost:9229"), "http://localhost:9229");
        assert_eq!(quoted("a b$(c)"), "'a b$(c)'");
        assert_eq!(quoted("it's"), r"'it'\''s'");
        assert_eq!(quoted(""), "''");
    }
}
