//! Configuration parameters that tell something: secrets, files the server writes, open doors.
//!
//! From the servers' own configuration (Redis 7.0 to 8, Valkey 9, Sentinel). Which finding a
//! parameter leads to is [`crate::detect`]'s affair.

/// What a configuration parameter holds or does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Parameter {
    /// A password in the clear: `requirepass`, `masterauth`, `tls-key-file-pass`.
    Secret,
    /// A user name for a login elsewhere: `masteruser`.
    User,
    /// Where the server writes files: `dir`, `dbfilename`. The classic way to run code through Redis
    /// (a key file in `.ssh`, a line in `cron`).
    WritePath,
    /// What the server loads or runs: `aclfile`, `loadmodule`, `tls-cert-file`, `notification-script`.
    ReadPath,
    /// Opens or closes a door: `protected-mode`, `bind`, `port`, `enable-debug-command`.
    Exposure,
    /// TLS behaviour: `tls-auth-clients`, `tls-protocols`.
    Tls,
}

/// What is known of a parameter, in any case (ASCII); `None` for the many that tell nothing.
#[must_use]
pub fn parameter(name: &[u8]) -> Option<Parameter> {
    PARAMETERS
        .iter()
        .find(|(known, _)| known.as_bytes().eq_ignore_ascii_case(name))
        .map(|&(_, parameter)| parameter)
}

/// True where CONFIG SET of this parameter is a step of a known attack: files written where the
/// attacker wants them, or a door opened.
#[must_use]
pub fn is_dangerous_target(name: &[u8]) -> bool {
    matches!(
        parameter(name),
        Some(Parameter::WritePath | Parameter::ReadPath | Parameter::Exposure)
    )
}

/// True for a value of `dir` or `dbfilename` that has no honest use: where `cron`, `ssh`, web servers
/// and the loader look.
#[must_use]
pub fn is_attack_path(value: &[u8]) -> bool {
    const MARKS: [&[u8]; 12] = [
        b"cron",
        b".ssh",
        b"authorized_keys",
        b"/etc/",
        b"ld.so.preload",
        b"/root",
        b"/www",
        b"htdocs",
        b".php",
        b".jsp",
        b"systemd",
        b"/usr/lib",
    ];
    MARKS.iter().any(|mark| {
        value
            .windows(mark.len())
            .any(|part| part.eq_ignore_ascii_case(mark))
    })
}

/// Sentinel's `SENTINEL SET name auth-pass ..` and `SENTINEL CONFIG SET sentinel-pass ..` included.
const PARAMETERS: [(&str, Parameter); 53] = [
    ("requirepass", Parameter::Secret),
    ("masterauth", Parameter::Secret),
    ("primaryauth", Parameter::Secret),
    ("tls-key-file-pass", Parameter::Secret),
    ("tls-client-key-file-pass", Parameter::Secret),
    ("auth-pass", Parameter::Secret),
    ("sentinel-pass", Parameter::Secret),
    ("masteruser", Parameter::User),
    ("primaryuser", Parameter::User),
    ("auth-user", Parameter::User),
    ("sentinel-user", Parameter::User),
    ("dir", Parameter::WritePath),
    ("dbfilename", Parameter::WritePath),
    ("appendfilename", Parameter::WritePath),
    ("appenddirname", Parameter::WritePath),
    ("logfile", Parameter::WritePath),
    ("pidfile", Parameter::WritePath),
    ("cluster-config-file", Parameter::WritePath),
    ("unixsocket", Parameter::WritePath),
    ("aclfile", Parameter::ReadPath),
    ("loadmodule", Parameter::ReadPath),
    ("notification-script", Parameter::ReadPath),
    ("client-reconfig-script", Parameter::ReadPath),
    ("tls-cert-file", Parameter::ReadPath),
    ("tls-key-file", Parameter::ReadPath),
    ("tls-client-cert-file", Parameter::ReadPath),
    ("tls-client-key-file", Parameter::ReadPath),
    ("tls-ca-cert-file", Parameter::ReadPath),
    ("tls-ca-cert-dir", Parameter::ReadPath),
    ("tls-dh-params-file", Parameter::ReadPath),
    ("protected-mode", Parameter::Exposure),
    ("bind", Parameter::Exposure),
    ("port", Parameter::Exposure),
    ("unixsocketperm", Parameter::Exposure),
    ("enable-debug-command", Parameter::Exposure),
    ("enable-module-command", Parameter::Exposure),
    ("enable-protected-configs", Parameter::Exposure),
    ("acl-pubsub-default", Parameter::Exposure),
    ("lua-enable-deprecated-api", Parameter::Exposure),
    ("lua-enable-insecure-api", Parameter::Exposure),
    ("rename-command", Parameter::Exposure),
    ("deny-scripts-reconfig", Parameter::Exposure),
    ("tls-port", Parameter::Tls),
    ("tls-auth-clients", Parameter::Tls),
    ("tls-auth-clients-user", Parameter::Tls),
    ("tls-protocols", Parameter::Tls),
    ("tls-ciphers", Parameter::Tls),
    ("tls-ciphersuites", Parameter::Tls),
    ("tls-prefer-server-ciphers", Parameter::Tls),
    ("tls-session-caching", Parameter::Tls),
    ("tls-replication", Parameter::Tls),
    ("tls-cluster", Parameter::Tls),
    ("tls-auto-reload-interval", Parameter::Tls),
];
