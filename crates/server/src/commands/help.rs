//! The text of `--help`: options by subject. Commands that start no server list only the options they read, but accept
//! the others, so that the flags of `serve` can be passed to every command.

use clap::{Arg, Command};

/// Every option, by subject.
const SUBJECTS: &[(&str, &[&str])] = &[
    (
        "Network",
        &[
            "listen",
            "public_url",
            "behind_proxy",
            "allow_private_network",
            "tls_cert",
            "tls_key",
            "metrics_listen",
            "max_connections",
            "max_connections_per_address",
            "drain_seconds",
        ],
    ),
    (
        "Data",
        &[
            "data_dir",
            "database",
            "database_file",
            "region",
            "account_id",
            "events_days",
            "config",
        ],
    ),
    (
        "Messages",
        &[
            "smtp_url",
            "smtp_url_file",
            "smtp_ca",
            "mail_from",
            "sms_url",
            "sms_url_file",
            "sms_webhook_secret_file",
            "inbox",
        ],
    ),
    (
        "Functions",
        &[
            "function",
            "function_secret_file",
            "lambda_endpoint",
            "lambda_access_key_id_file",
            "lambda_secret_access_key_file",
            "lambda_session_token_file",
            "kms_access_key_id_file",
            "kms_secret_access_key_file",
        ],
    ),
    ("Log", &["log", "log_format"]),
    (
        "Limits",
        &[
            "limit_per_user",
            "limit_per_address",
            "limit_passwords_per_address",
            "limit_per_client",
            "limit_messages_per_destination",
            "limit_categories",
        ],
    ),
    (
        "Secrets",
        &[
            "master_key_file",
            "root_access_key_id_file",
            "root_secret_access_key_file",
        ],
    ),
];

/// Options read by the commands that start no server.
const READS: &[(&str, &[&str])] = &[
    (
        "env",
        &[
            "config",
            "data_dir",
            "listen",
            "public_url",
            "database",
            "database_file",
            "region",
            "master_key_file",
            "root_access_key_id_file",
            "root_secret_access_key_file",
            "function",
            "function_secret_file",
            "lambda_endpoint",
        ],
    ),
    ("healthcheck", &["config", "data_dir", "listen"]),
    (
        "console-link",
        &[
            "config",
            "data_dir",
            "listen",
            "public_url",
            "master_key_file",
        ],
    ),
];

/// Options that `check` ignores.
const UNCHECKED: &[&str] = &[
    "drain_seconds",
    "log_format",
    "limit_per_user",
    "limit_per_address",
    "limit_passwords_per_address",
    "limit_per_client",
    "limit_messages_per_destination",
    "limit_categories",
];

/// The program's command line, with its options in order.
pub fn arranged(mut command: Command) -> Command {
    for (subject, options) in SUBJECTS {
        for option in *options {
            command = command.mut_arg(option, |arg| arg.help_heading(*subject));
        }
    }
    let options: Vec<Arg> = command
        .get_arguments()
        .filter(|arg| arg.is_global_set())
        .cloned()
        .collect();
    let hidden = |is_read: &dyn Fn(&str) -> bool| -> Vec<Arg> {
        let unread = options.iter().filter(|arg| !is_read(arg.get_id().as_str()));
        unread.map(|arg| arg.clone().hide(true)).collect()
    };
    for (name, reads) in READS {
        let hidden = hidden(&|option| reads.contains(&option));
        command = command.mut_subcommand(name, |it| it.args(hidden));
    }
    let hidden = hidden(&|option| !UNCHECKED.contains(&option));
    command.mut_subcommand("check", |it| it.args(hidden))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::super::Cli;
    use super::*;

    fn help_of(name: &str) -> String {
        let mut command = arranged(Cli::command());
        command.build();
        let command = command.find_subcommand_mut(name).unwrap();
        command.render_long_help().to_string()
    }

    #[test]
    fn every_option_has_one_subject_and_every_listed_name_is_an_option() {
        let command = Cli::command();
        let all: Vec<&str> = command
            .get_arguments()
            .filter(|arg| arg.is_global_set())
            .map(|arg| arg.get_id().as_str())
            .collect();
        let mut arranged: Vec<&str> = SUBJECTS.iter().flat_map(|(_, it)| *it).copied().collect();
        let read = READS.iter().flat_map(|(_, it)| *it).chain(UNCHECKED);
        read.for_each(|option| assert!(all.contains(option), "{option}"));
        let mut all = all.clone();
        all.sort_unstable();
        arranged.sort_unstable();
        assert_eq!(arranged, all);
    }

    #[test]
    fn a_command_lists_what_it_reads_and_accepts_the_rest() {
        for (command, shown, hidden) in [
            ("serve", "--limit-per-user", "--client"),
            ("check", "--smtp-url", "--limit-per-user"),
            ("env", "--public-url", "--smtp-url"),
            ("console-link", "--master-key-file", "--database"),
            ("healthcheck", "--listen", "--public-url"),
        ] {
            let help = help_of(command);
            assert!(help.contains(shown), "{command}: {help}");
            assert!(!help.contains(hidden), "{command}: {help}");
        }
        assert!(help_of("serve").contains("\nLimits:\n"));
        for command in ["env", "check", "console-link", "healthcheck"] {
            let line = ["cabana", command, "--smtp-url", "smtp://mail.test"];
            let matches = arranged(Cli::command()).try_get_matches_from(line);
            let read = matches.map(|it| it.get_raw("smtp_url").map(Iterator::count));
            assert_eq!(read.unwrap(), Some(1), "{command}");
        }
    }
}
