//! Labels of paths in metrics: only a few, whichever paths strangers request.

/// Paths with a label of their own, below a pool's id or at the root of its domain.
const KNOWN: [&str; 29] = [
    "/.well-known/jwks.json",
    "/.well-known/openid-configuration",
    "/confirm",
    "/confirmForgotPassword",
    "/confirmUser",
    "/demo",
    "/demo/callback",
    "/demo/sign-in",
    "/demo/sign-out",
    "/forgotPassword",
    "/healthz",
    "/inbox",
    "/login",
    "/login/choose",
    "/logout",
    "/metrics",
    "/mfa",
    "/newPassword",
    "/oauth2/authorize",
    "/oauth2/introspect",
    "/oauth2/par",
    "/oauth2/revoke",
    "/oauth2/token",
    "/oauth2/userInfo",
    "/passkeys/add",
    "/readyz",
    "/resendcode",
    "/signup",
    "/",
];

/// The label of a path.
pub(super) fn route(path: &str) -> &'static str {
    let known = |path: &str| KNOWN.into_iter().find(|known| *known == path);
    let below_pool = || {
        let (first, rest) = path.strip_prefix('/')?.split_once('/')?;
        let rest = path.get(path.len() - rest.len() - 1..)?;
        first.contains('_').then(|| known(rest)).flatten()
    };
    match path {
        path if path.starts_with("/_cabana/assets/") => "/_cabana/assets",
        path if path.starts_with("/_cabana/") => "/_cabana",
        path => known(path).or_else(below_pool).unwrap_or("other"),
    }
}

#[cfg(test)]
mod tests {
    use super::route;

    #[test]
    fn paths_of_all_pools_share_their_labels() {
        assert_eq!(route("/us-east-1_abc/oauth2/token"), "/oauth2/token");
        assert_eq!(route("/oauth2/token"), "/oauth2/token");
        assert_eq!(
            route("/us-east-1_abc/.well-known/jwks.json"),
            "/.well-known/jwks.json"
        );
        assert_eq!(route("/_cabana/assets/pages.0123.css"), "/_cabana/assets");
        assert_eq!(route("/_cabana/messages"), "/_cabana");
        assert_eq!(route("/"), "/");
        for stranger in [
            "/wp-login.php",
            "/a/oauth2/token",
            "",
            "/us-east-1_abc/x",
            "/us-east-1_abc/",
        ] {
            assert!(["other", "/"].contains(&route(stranger)), "{stranger}");
        }
    }
}
