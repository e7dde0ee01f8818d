//! Startup banner of `cabana dev`: every URL, and what to do next.

use crate::config::{Config, Database, MailRoute, SmsRoute};
use crate::demo_app;
use crate::wiring::Server;
use crate::{data_dir, tls};

/// Prints the banner.
pub fn print(server: &Server) {
    print!(
        "{}",
        boxed(
            &format!("Cabana {} (emulator)", env!("CARGO_PKG_VERSION")),
            &lines(server)
        )
    );
    if !server.config.listen.ip().is_loopback() {
        println!(
            "Others on the network can reach {}: the emulator lets everybody in. Use `cabana serve` for real users.",
            server.config.listen
        );
    }
}

fn lines(server: &Server) -> Vec<String> {
    let (http, https) = http_and_https(&server.public_url);
    let mut lines = vec![line("Server", &http)];
    if https != http {
        lines.push(line("", &https));
    }
    if let Some(client) = &server.demo {
        lines.push(line("Demo app", &format!("{http}{}", demo_app::START)));
        lines.push(line("Inbox", &inbox(&server.config, &http)));
        lines.push(line("User pool", client.pool.as_str()));
        lines.extend(
            server
                .issuer
                .as_deref()
                .iter()
                .flat_map(|issuer| discovery(issuer, client.pool.as_str(), &http, &https)),
        );
        lines.push(line(
            "App client",
            &format!("{} ({})", client.id, crate::demo_pool::CLIENT),
        ));
    } else {
        lines.push(line("Inbox", &inbox(&server.config, &http)));
    }
    if let Some(link) = &server.setup_link {
        lines.push(line("Console", link));
    }
    lines.push(line("Data", &data(&server.config)));
    if server.config.makes_certificate() {
        let ca = tls::ca_path(&data_dir::tls_dir(&server.config.data_dir));
        lines.push(line(
            "Trust",
            &std::path::absolute(&ca).unwrap_or(ca).display().to_string(),
        ));
    }
    lines.push(String::new());
    let (program, flags) = (program(), flags(server));
    lines.push(line(
        "Next",
        &format!("eval \"$({program} env sdk{flags})\""),
    ));
    lines.push(line("", "aws cognito-idp list-user-pools --max-results 10"));
    if server.demo.is_some() {
        lines.push(line(
            "LibreChat",
            &format!("{program} env librechat{flags} >> /path/to/LibreChat/.env"),
        ));
    }
    lines
}

/// The issuer and its discovery URLs: first the one that begins with the issuer, then the one over TLS, which LibreChat
/// needs and whose document names the same issuer.
fn discovery(issuer: &str, pool: &str, http: &str, https: &str) -> Vec<String> {
    const DOCUMENT: &str = ".well-known/openid-configuration";
    let mut lines = vec![line("Issuer", issuer)];
    lines.push(line("Discovery", &format!("{http}/{pool}/{DOCUMENT}")));
    if https != http {
        lines.push(line("", &format!("{https}/{pool}/{DOCUMENT}")));
    }
    if issuer.starts_with("http://") {
        lines.push(line("", "For an https issuer, which some clients require:"));
        // Once there are users the issuer does not change.
        if issuer == format!("{http}/{pool}") {
            lines.push(line(
                "",
                &format!("--public-url {https} before the first user,"),
            ));
        }
        lines.push(line(
            "",
            "the pool's tag cabana:issuer once there are users.",
        ));
    }
    lines
}

fn line(name: &str, text: &str) -> String {
    format!("{name:<11}{text}")
}

/// The HTTP and HTTPS URLs of the server. A plain HTTP public URL is served over TLS on the same port, too; an https
/// URL has no HTTP form.
fn http_and_https(public_url: &str) -> (String, String) {
    let https = public_url
        .strip_prefix("http://")
        .map(|rest| format!("https://{rest}"));
    (
        public_url.to_owned(),
        https.unwrap_or_else(|| public_url.to_owned()),
    )
}

fn inbox(config: &Config, http: &str) -> String {
    let mails = match &config.mail {
        MailRoute::Smtp(url) => Some(format!("mails go to {}:{}", url.host, url.port)),
        _ => None,
    };
    let texts = match &config.sms {
        SmsRoute::Service(url) => Some(format!("text messages go to {}", url.name())),
        _ => None,
    };
    let elsewhere: Vec<_> = mails.into_iter().chain(texts).collect();
    match elsewhere.is_empty() {
        true => format!("{http}{}", demo_app::INBOX),
        false => format!("{http}{} ({})", demo_app::INBOX, elsewhere.join(", ")),
    }
}

fn data(config: &Config) -> String {
    let folder = std::path::absolute(&config.data_dir).unwrap_or_else(|_| config.data_dir.clone());
    match config.database {
        Database::Sqlite => folder.display().to_string(),
        Database::Postgres(_) => format!("PostgreSQL; keys in {}", folder.display()),
    }
}

/// Name under which this program was called.
fn program() -> String {
    std::env::args()
        .next()
        .unwrap_or_else(|| "cabana".to_owned())
}

/// Flags that `env` needs to find this server.
fn flags(server: &Server) -> String {
    let mut flags = String::new();
    if server.config.data_dir != std::path::Path::new("cabana-data") {
        flags.push_str(&format!(" --data-dir {}", server.config.data_dir.display()));
    }
    flags
}

/// Width of the rules above and below.
const RULE: usize = 60;

/// Frames the lines. The frame is open at the right, so that a narrow terminal does not break it.
fn boxed(title: &str, lines: &[String]) -> String {
    let rest = RULE.saturating_sub(title.chars().count() + 3);
    let mut out = format!("╭─ {title} {}\n", "─".repeat(rest));
    for line in lines {
        out.push_str(format!("│ {line}").trim_end());
        out.push('\n');
    }
    out.push_str(&format!("╰{}\n", "─".repeat(RULE)));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_box_has_no_right_edge_that_a_long_line_could_break() {
        let drawn = boxed(
            "Title",
            &["short".to_owned(), String::new(), "x".repeat(90)],
        );
        let lines: Vec<&str> = drawn.lines().collect();
        assert_eq!(lines[1..3], ["│ short", "│"]);
        let width = |line: &str| line.chars().count();
        assert_eq!(width(lines[0]), width(lines[4]), "{drawn}");
        assert_eq!(width(lines[3]), 92);
    }

    #[test]
    fn what_compares_equal_with_the_issuer_comes_first() {
        let (http, https) = ("http://localhost:9229", "https://localhost:9229");
        let shown = discovery("http://localhost:9229/p", "p", http, https);
        assert!(shown[0].ends_with("http://localhost:9229/p"), "{shown:?}");
        assert!(
            shown[1].contains(" http://localhost:9229/p/.well"),
            "{shown:?}"
        );
        assert!(
            shown[2].contains(" https://localhost:9229/p/.well"),
            "{shown:?}"
        );
        assert!(
            shown[4].contains("--public-url https://localhost:9229"),
            "{shown:?}"
        );
        // The issuer of another URL was kept: the option would not change it.
        let shown = discovery("http://localhost:1/p", "p", http, https);
        assert!(!shown[4].contains("--public-url") && shown[4].contains("cabana:issuer"));
        assert_eq!(
            discovery("https://a.test/p", "p", "https://a.test", "https://a.test").len(),
            2
        );
    }

    #[test]
    fn a_plain_address_has_a_twin_over_tls() {
        assert_eq!(
            http_and_https("http://localhost:9229").1,
            "https://localhost:9229"
        );
        assert_eq!(
            http_and_https("https://a.test"),
            ("https://a.test".to_owned(), "https://a.test".to_owned())
        );
    }
}
