//! The kind of program and system that a user agent names.

/// Browsers, by what only they say; those that name others, too, come first.
const BROWSERS: [(&str, &str); 9] = [
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Chromium/", "Chromium"),
    ("Safari/", "Safari"),
];
const SYSTEMS: [(&str, &str); 8] = [
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Macintosh", "macOS"),
    ("Darwin", "macOS"),
    ("Linux", "Linux"),
];
/// Most characters of a program's own name.
const NAME: usize = 64;
const UNKNOWN: &str = "unknown";

/// What a list of sessions says of the program that signed in, such as `Firefox on Linux`: a caller may send any user
/// agent, so nothing of it is kept but these words and a name of letters, digits and `._-`.
pub fn device_type(user_agent: Option<&str>) -> String {
    let Some(agent) = user_agent else {
        return UNKNOWN.to_owned();
    };
    let named = |words: &[(&str, &'static str)]| {
        let found = words.iter().find(|(word, _)| agent.contains(word));
        found.map(|(_, name)| *name)
    };
    let system = named(&SYSTEMS);
    let browser = named(&BROWSERS).filter(|_| agent.starts_with("Mozilla/"));
    match (
        browser.map_or_else(|| program(agent), |it| Some(it.to_owned())),
        system,
    ) {
        (Some(program), Some(system)) => format!("{program} on {system}"),
        (Some(program), None) => program,
        (None, Some(system)) => system.to_owned(),
        (None, None) => UNKNOWN.to_owned(),
    }
}

/// The name of a program that is no browser: what stands before the first version.
fn program(agent: &str) -> Option<String> {
    let (name, _) = agent.split_once(['/', ' ']).unwrap_or((agent, ""));
    let is_plain = |it: char| it.is_ascii_alphanumeric() || "._-".contains(it);
    let plain = !name.is_empty() && name.len() <= NAME && name.chars().all(is_plain);
    (plain && name != "Mozilla").then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::device_type;

    #[test]
    fn browsers_and_programs_are_named_and_nothing_else_is_kept() {
        let agents = [
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
                "Firefox on Linux",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0",
                "Edge on Windows",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1",
                "Safari on iPhone",
            ),
            (
                "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36",
                "Chrome on Android",
            ),
            (
                "aws-cli/2.31.0 md/awscrt#0.27 os/Linux#6.1",
                "aws-cli on Linux",
            ),
            ("okhttp/4.12.0", "okhttp"),
            ("curl", "curl"),
            ("<script>alert(1)</script>", "unknown"),
            ("", "unknown"),
        ];
        for (agent, expected) in agents {
            assert_eq!(device_type(Some(agent)), expected);
        }
        assert_eq!(device_type(Some(&"a".repeat(65))), "unknown");
        assert_eq!(device_type(None), "unknown");
    }
}
