//! Options of several places put together: flags over environment over file.

use std::path::PathBuf;

use cabana_model::Secret;

use super::Options;

/// A secret and the file that can replace it: an option that sets one of them overrides both.
fn pair(
    above: (Option<Secret>, Option<PathBuf>),
    below: (Option<Secret>, Option<PathBuf>),
) -> (Option<Secret>, Option<PathBuf>) {
    if above.0.is_some() || above.1.is_some() {
        above
    } else {
        below
    }
}

impl Options {
    /// Reads the secrets that have no flag from the environment.
    pub fn with_secrets_from(mut self, environment: impl Fn(&str) -> Option<String>) -> Self {
        let secret = |name: &str| {
            environment(name)
                .filter(|value| !value.is_empty())
                .map(Secret::from)
        };
        self.sms_webhook_secret = secret("CABANA_SMS_WEBHOOK_SECRET");
        self.function_secret = secret("CABANA_FUNCTION_SECRET");
        self.lambda_access_key_id = secret("CABANA_LAMBDA_ACCESS_KEY_ID");
        self.lambda_secret_access_key = secret("CABANA_LAMBDA_SECRET_ACCESS_KEY");
        self.lambda_session_token = secret("CABANA_LAMBDA_SESSION_TOKEN");
        self.kms_access_key_id = secret("CABANA_KMS_ACCESS_KEY_ID");
        self.kms_secret_access_key = secret("CABANA_KMS_SECRET_ACCESS_KEY");
        self.master_key = secret("CABANA_MASTER_KEY");
        self.root_access_key_id = secret("CABANA_ROOT_ACCESS_KEY_ID");
        self.root_secret_access_key = secret("CABANA_ROOT_SECRET_ACCESS_KEY");
        self
    }

    /// These options, completed from `below`.
    pub fn over(self, below: Options) -> Options {
        let (database, database_file) = pair(
            (self.database, self.database_file),
            (below.database, below.database_file),
        );
        let (smtp_url, smtp_url_file) = pair(
            (self.smtp_url, self.smtp_url_file),
            (below.smtp_url, below.smtp_url_file),
        );
        let (sms_url, sms_url_file) = pair(
            (self.sms_url, self.sms_url_file),
            (below.sms_url, below.sms_url_file),
        );
        let (sms_webhook_secret, sms_webhook_secret_file) = pair(
            (self.sms_webhook_secret, self.sms_webhook_secret_file),
            (below.sms_webhook_secret, below.sms_webhook_secret_file),
        );
        let (function_secret, function_secret_file) = pair(
            (self.function_secret, self.function_secret_file),
            (below.function_secret, below.function_secret_file),
        );
        let (lambda_access_key_id, lambda_access_key_id_file) = pair(
            (self.lambda_access_key_id, self.lambda_access_key_id_file),
            (below.lambda_access_key_id, below.lambda_access_key_id_file),
        );
        let (lambda_secret_access_key, lambda_secret_access_key_file) = pair(
            (
                self.lambda_secret_access_key,
                self.lambda_secret_access_key_file,
            ),
            (
                below.lambda_secret_access_key,
                below.lambda_secret_access_key_file,
            ),
        );
        let (lambda_session_token, lambda_session_token_file) = pair(
            (self.lambda_session_token, self.lambda_session_token_file),
            (below.lambda_session_token, below.lambda_session_token_file),
        );
        let (kms_access_key_id, kms_access_key_id_file) = pair(
            (self.kms_access_key_id, self.kms_access_key_id_file),
            (below.kms_access_key_id, below.kms_access_key_id_file),
        );
        let (kms_secret_access_key, kms_secret_access_key_file) = pair(
            (self.kms_secret_access_key, self.kms_secret_access_key_file),
            (
                below.kms_secret_access_key,
                below.kms_secret_access_key_file,
            ),
        );
        let (master_key, master_key_file) = pair(
            (self.master_key, self.master_key_file),
            (below.master_key, below.master_key_file),
        );
        let (root_access_key_id, root_access_key_id_file) = pair(
            (self.root_access_key_id, self.root_access_key_id_file),
            (below.root_access_key_id, below.root_access_key_id_file),
        );
        let (root_secret_access_key, root_secret_access_key_file) = pair(
            (
                self.root_secret_access_key,
                self.root_secret_access_key_file,
            ),
            (
                below.root_secret_access_key,
                below.root_secret_access_key_file,
            ),
        );
        Options {
            config: self.config.or(below.config),
            listen: self.listen.or(below.listen),
            public_url: self.public_url.or(below.public_url),
            data_dir: self.data_dir.or(below.data_dir),
            database,
            database_file,
            region: self.region.or(below.region),
            account_id: self.account_id.or(below.account_id),
            smtp_url,
            smtp_url_file,
            sms_url,
            sms_url_file,
            sms_webhook_secret,
            sms_webhook_secret_file,
            smtp_ca: self.smtp_ca.or(below.smtp_ca),
            mail_from: self.mail_from.or(below.mail_from),
            inbox: self.inbox.or(below.inbox),
            // Only the command line has these, and only the file the tables.
            function: self.function,
            functions: below.functions,
            kms: below.kms,
            function_secret,
            function_secret_file,
            lambda_endpoint: self.lambda_endpoint.or(below.lambda_endpoint),
            lambda_access_key_id,
            lambda_access_key_id_file,
            lambda_secret_access_key,
            lambda_secret_access_key_file,
            lambda_session_token,
            lambda_session_token_file,
            kms_access_key_id,
            kms_access_key_id_file,
            kms_secret_access_key,
            kms_secret_access_key_file,
            tls_cert: self.tls_cert.or(below.tls_cert),
            tls_key: self.tls_key.or(below.tls_key),
            behind_proxy: self.behind_proxy.or(below.behind_proxy),
            allow_private_network: self.allow_private_network.or(below.allow_private_network),
            log: self.log.or(below.log),
            log_format: self.log_format.or(below.log_format),
            drain_seconds: self.drain_seconds.or(below.drain_seconds),
            metrics_listen: self.metrics_listen.or(below.metrics_listen),
            max_connections: self.max_connections.or(below.max_connections),
            max_connections_per_address: self
                .max_connections_per_address
                .or(below.max_connections_per_address),
            limit_per_user: self.limit_per_user.or(below.limit_per_user),
            limit_per_address: self.limit_per_address.or(below.limit_per_address),
            limit_passwords_per_address: self
                .limit_passwords_per_address
                .or(below.limit_passwords_per_address),
            limit_per_client: self.limit_per_client.or(below.limit_per_client),
            limit_messages_per_destination: self
                .limit_messages_per_destination
                .or(below.limit_messages_per_destination),
            limit_categories: self.limit_categories.or(below.limit_categories),
            events_days: self.events_days.or(below.events_days),
            master_key_file,
            root_access_key_id_file,
            root_secret_access_key_file,
            master_key,
            root_access_key_id,
            root_secret_access_key,
        }
    }
}
