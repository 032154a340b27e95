//! The rules that code raises by itself, looked up once.

use super::rule::RuleIndex;

macro_rules! known {
    ($($field:ident = $id:literal;)*) => {
        /// Indices of the rules that code raises by itself.
        #[derive(Debug, Clone, Copy)]
        pub(super) struct Known {
            $(pub $field: RuleIndex,)*
        }

        impl Known {
            /// All of them, or the id that is missing.
            pub(super) fn find(
                find: &dyn Fn(&'static str) -> Option<RuleIndex>,
            ) -> Result<Self, &'static str> {
                Ok(Self { $($field: find($id).ok_or($id)?,)* })
            }
        }
    };
}

known! {
    auth = "cmd.auth";
    hello_auth = "cmd.hello-auth";
    auth_primary = "cmd.auth-primary";
    acl_password = "cmd.acl-setuser-password";
    acl_hash = "cmd.acl-hash";
    acl_nopass = "cmd.acl-nopass";
    acl_genpass = "cmd.acl-genpass-reply";
    config_set_secret = "cmd.config-set-secret";
    config_get_secret = "cmd.config-get-secret-reply";
    migrate_auth = "cmd.migrate-auth";
    sentinel_auth_pass = "cmd.sentinel-auth-pass";
    sentinel_config_pass = "cmd.sentinel-config-pass";
    pan = "pci.pan";
    pan_suspected = "pci.pan.suspected";
    pan_test = "pci.pan.test";
    cvv = "pci.cvv";
    expiry = "pci.expiry";
    track = "pci.track";
    identity = "combo.identity";
    email = "pii.email";
    phone = "pii.phone";
    iban = "pii.iban";
    ssn = "pii.ssn";
    private_key = "sec.private-key";
    jwt = "sec.jwt";
    url_credentials = "sec.url-credentials";
    conn_string = "sec.conn-string";
    bearer = "sec.bearer";
    basic_auth = "sec.basic-auth";
    password_hash = "sec.password-hash";
    password_field = "sec.password-field";
    session_id = "sec.session-id";
    monitor = "exposure.monitor";
    protected_mode = "exposure.protected-mode-off";
    config_path = "hygiene.config-set-path";
    config_attack_path = "hygiene.config-set-attack-path";
    config_exposure = "hygiene.config-set-exposure";
    module_load = "hygiene.module-load";
    replicaof = "hygiene.replicaof";
    flush = "hygiene.flush";
    debug = "hygiene.debug";
    shutdown = "hygiene.shutdown";
    keys = "hygiene.keys";
    acl_change = "hygiene.acl-change";
    administration = "hygiene.administration";
    script_escape = "hygiene.script-escape";
    weak_password = "hygiene.weak-password";
    http = "hygiene.http";
}

impl Known {
    /// Rules that tell of a password that logs in to Redis.
    pub(super) fn login_passwords(&self) -> [RuleIndex; 3] {
        [self.auth, self.hello_auth, self.auth_primary]
    }
}
