//! What `cabana dev` prints when it is ready: every address, and what to do next.

use crate::config::{Config, Database, MailRoute};
use crate::demo_app;
use crate::wiring::Server;
use crate::{data_dir, tls};

/// Prints the box.
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
    let (http, https) = twins(&server.public_url);
    let mut lines = vec![line("Server", &http)];
    if https != http {
        lines.push(line("", &https));
    }
    if let Some(client) = &server.demo {
        lines.push(line("Demo app", &format!("{http}{}", demo_app::START)));
        lines.push(line("Inbox", &inbox(&server.config, &http)));
        lines.push(line(
            "Discovery",
            &format!("{https}/{}/.well-known/openid-configuration", client.pool),
        ));
        lines.push(line("User pool", client.pool.as_str()));
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

fn line(name: &str, text: &str) -> String {
    format!("{name:<11}{text}")
}

/// A public URL in plain HTTP has a twin on the same port over TLS; the other way round there is none.
fn twins(public_url: &str) -> (String, String) {
    let https = public_url
        .strip_prefix("http://")
        .map(|rest| format!("https://{rest}"));
    (
        public_url.to_owned(),
        https.unwrap_or_else(|| public_url.to_owned()),
    )
}

fn inbox(config: &Config, http: &str) -> String {
    match &config.mail {
        MailRoute::Smtp(url) => format!(
            "{http}{} (texts; mails go to {}:{})",
            demo_app::INBOX,
            url.host,
            url.port
        ),
        _ => format!("{http}{}", demo_app::INBOX),
    }
}

fn data(config: &Config) -> String {
    let folder = std::path::absolute(&config.data_dir).unwrap_or_else(|_| config.data_dir.clone());
    match config.database {
        Database::Sqlite => folder.display().to_string(),
        Database::Postgres(_) => format!("PostgreSQL; keys in {}", folder.display()),
    }
}

/// How this program was called.
fn program() -> String {
    std::env::args()
        .next()
        .unwrap_or_else(|| "cabana".to_owned())
}

/// The flags that `env` needs to find this server.
fn flags(server: &Server) -> String {
    let mut flags = String::new();
    if server.config.data_dir != std::path::Path::new("cabana-data") {
        flags.push_str(&format!(" --data-dir {}", server.config.data_dir.display()));
    }
    flags
}

/// Lines with a frame around them.
fn boxed(title: &str, lines: &[String]) -> String {
    let width = lines
        .iter()
        .map(|line| line.chars().count())
        .max()
        .unwrap_or(0)
        .max(title.chars().count() + 2);
    let mut out = format!(
        "╭─ {title} {}╮\n",
        "─".repeat(width.saturating_sub(title.chars().count() + 1))
    );
    for line in lines {
        out.push_str(&format!(
            "│ {line}{} │\n",
            " ".repeat(width.saturating_sub(line.chars().count()))
        ));
    }
    out.push_str(&format!("╰{}╯\n", "─".repeat(width + 2)));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_box_is_as_wide_as_its_longest_line() {
        let drawn = boxed(
            "Title",
            &["short".to_owned(), "a much longer line".to_owned()],
        );
        let widths: Vec<usize> = drawn.lines().map(|line| line.chars().count()).collect();
        assert!(widths.iter().all(|width| *width == widths[0]), "{drawn}");
        assert!(drawn.contains("│ short              │"), "{drawn}");
    }

    #[test]
    fn a_plain_address_has_a_twin_over_tls() {
        assert_eq!(twins("http://localhost:9229").1, "https://localhost:9229");
        assert_eq!(
            twins("https://a.test"),
            ("https://a.test".to_owned(), "https://a.test".to_owned())
        );
    }
}
