//! The checklist as a table: every line with what shows it, what mends it, and how a person
//! verifies what no packet shows.
//!
//! The lines are those of the Redis production security checklist (`server-version` and
//! `client-version` are one line there), and three of ours at the end.

use super::marks::Mark;
use crate::event::Severity;

/// One line of the checklist.
#[derive(Debug)]
pub struct Check {
    /// Id: `plaintext-port`.
    pub id: &'static str,
    /// The line, in words.
    pub title: &'static str,
    /// How bad a failure is.
    pub severity: Severity,
    /// Whether packets can show it.
    pub sight: Sight,
    /// One sentence: what to do.
    pub fix: &'static str,
    /// Worded "relevant to".
    pub references: &'static [&'static str],
    /// The command by which a person checks it on the server.
    pub verify: &'static str,
    /// Any of these: `fail`.
    pub(super) fail: &'static [Mark],
    /// Else any of these: `inferred_fail`.
    pub(super) inferred_fail: &'static [Mark],
    /// Else any of these: `pass`; only refusals: what the server
    /// says of itself may change, and a wrong password may be a slip.
    pub(super) pass: &'static [Mark],
    /// Else any of these: `inferred_pass`.
    pub(super) inferred_pass: &'static [Mark],
}

/// Whether packets can show a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sight {
    /// Traffic shows it.
    Traffic,
    /// Only an administrator's reply (CONFIG GET, INFO, ACL LIST) shows it.
    Replies,
    /// No packet shows it holds; some may show that it does not.
    FailureOnly,
    /// No packet shows it.
    Never,
}

/// A line without evidence of any kind, to be completed.
const fn line(
    id: &'static str,
    title: &'static str,
    severity: Severity,
    sight: Sight,
    fix: &'static str,
    verify: &'static str,
) -> Check {
    Check {
        id,
        title,
        severity,
        sight,
        fix,
        references: &[],
        verify,
        fail: &[],
        inferred_fail: &[],
        pass: &[],
        inferred_pass: &[],
    }
}

use Severity::{Critical, High, Info, Low, Medium};
use Sight::{FailureOnly, Never, Replies, Traffic};

/// Every line, in the order in which it is printed.
pub static CHECKLIST: [Check; 42] = [
    // Where it runs.
    Check {
        references: &["PCI DSS 4.0.1 1.4.4"],
        fail: &[Mark::PublicAddress],
        ..line(
            "trusted-network",
            "Inside a trusted network",
            High,
            FailureOnly,
            "Take the server off public addresses: bind it to private ones and let a firewall admit only its clients.",
            "redis-cli CONFIG GET bind; then the firewall and routes in front of it",
        )
    },
    Check {
        fail: &[Mark::ProtectedOff],
        pass: &[Mark::Denied, Mark::NoAuth],
        inferred_pass: &[Mark::ProtectedOn, Mark::LoginAccepted],
        ..line(
            "protected-mode",
            "Protected mode on",
            High,
            Traffic,
            "CONFIG SET protected-mode yes and CONFIG REWRITE; clients on other hosts that do not log in are cut off by it.",
            "redis-cli CONFIG GET protected-mode",
        )
    },
    Check {
        inferred_fail: &[Mark::LogFileUnset],
        inferred_pass: &[Mark::LogFileSet],
        ..line(
            "log-file",
            "Log file configured",
            Low,
            Replies,
            "Set logfile to a path that the Redis user may write.",
            "redis-cli CONFIG GET logfile",
        )
    },
    line(
        "unprivileged-user",
        "Runs as an unprivileged user",
        High,
        Never,
        "Run redis-server as a user of its own, not as root.",
        "ps -o user= -C redis-server",
    ),
    line(
        "file-group",
        "Files have an unprivileged group",
        Medium,
        Never,
        "chgrp data, log and configuration to the group of the Redis user.",
        "stat -c '%G %n' /etc/redis /var/lib/redis /var/log/redis",
    ),
    line(
        "file-permissions",
        "Files closed to others",
        Medium,
        Never,
        "chmod o-rwx data, log and configuration.",
        "find /etc/redis /var/lib/redis /var/log/redis -perm /o+rwx",
    ),
    line(
        "log-rotation",
        "Log file rotated",
        Low,
        Never,
        "Let logrotate rotate the log file.",
        "ls /etc/logrotate.d; logrotate --debug /etc/logrotate.d/redis-server",
    ),
    line(
        "config-permissions",
        "Configuration 740 or tighter",
        Medium,
        Never,
        "chmod 640 redis.conf: it holds passwords.",
        "stat -c '%a %n' /etc/redis/*.conf",
    ),
    // How current it is.
    Check {
        references: &["PCI DSS 4.0.1 6.3.3"],
        fail: &[Mark::SoftwareOld],
        inferred_pass: &[Mark::SoftwareCurrent],
        ..line(
            "server-version",
            "Current server version",
            Medium,
            Traffic,
            "Upgrade to the newest release of a branch that still gets fixes.",
            "redis-cli INFO server | grep _version",
        )
    },
    Check {
        inferred_fail: &[Mark::LibraryOld],
        inferred_pass: &[Mark::LibraryCurrent],
        ..line(
            "client-version",
            "Current client versions",
            Low,
            Traffic,
            "Upgrade the client libraries that lag behind.",
            "redis-cli CLIENT LIST | grep -o 'lib-[a-z]*=[^ ]*' | sort | uniq -c",
        )
    },
    // Who reaches it.
    Check {
        fail: &[Mark::UnexpectedClient],
        inferred_pass: &[Mark::ExpectedClients],
        ..line(
            "expected-clients",
            "Only expected clients connect",
            High,
            Traffic,
            "Let a firewall admit only the addresses on the list, or put the new client on it.",
            "redis-cli CLIENT LIST",
        )
    },
    Check {
        fail: &[Mark::ReadableValues],
        inferred_pass: &[Mark::OpaqueValues],
        ..line(
            "opaque-values",
            "Values encrypted by clients",
            Info,
            Traffic,
            "Encrypt what is sensitive in the application before it is stored.",
            "redis-cli --scan --pattern '...' and look at some values",
        )
    },
    Check {
        references: &["PCI DSS 4.0.1 4.2.1"],
        fail: &[Mark::TlsSharePartial],
        inferred_pass: &[Mark::TlsShareFull],
        ..line(
            "tls-coverage",
            "Everything under TLS",
            High,
            Traffic,
            "Move the clients that are still readable to the TLS port.",
            "redis-cli CONFIG GET port; redis-cli CONFIG GET tls-port",
        )
    },
    Check {
        fail: &[Mark::DefaultPort],
        inferred_pass: &[Mark::OtherPort],
        ..line(
            "default-port",
            "Default port changed",
            Info,
            Traffic,
            "Another port keeps careless scans away; it protects against nothing else.",
            "redis-cli CONFIG GET port",
        )
    },
    line(
        "backups",
        "Backups kept elsewhere",
        Medium,
        Never,
        "Copy RDB or AOF files to another machine, encrypted, and try a restore.",
        "ask who restored the last backup, and when",
    ),
    Check {
        inferred_fail: &[Mark::PersistenceOff],
        inferred_pass: &[Mark::PersistenceOn],
        ..line(
            "persistence",
            "Persistence chosen",
            Info,
            Replies,
            "Decide what may be lost: RDB, AOF, both, or neither for a pure cache.",
            "redis-cli CONFIG GET save; redis-cli CONFIG GET appendonly",
        )
    },
    Check {
        inferred_fail: &[Mark::SyslogOff],
        inferred_pass: &[Mark::SyslogOn],
        ..line(
            "syslog",
            "Logs to syslog",
            Info,
            Replies,
            "Set syslog-enabled yes where logs are collected by syslog.",
            "redis-cli CONFIG GET syslog-enabled",
        )
    },
    Check {
        inferred_fail: &[Mark::PrimariesNotOdd],
        inferred_pass: &[Mark::PrimariesOdd],
        ..line(
            "masters-odd",
            "Three primaries or more, odd",
            Low,
            Traffic,
            "Run an odd number of primaries, at least three, so that a majority can decide.",
            "redis-cli CLUSTER NODES | grep -c master",
        )
    },
    line(
        "reboot-schedule",
        "Reboots never take quorum",
        Low,
        Never,
        "Reboot one node at a time, and wait until it serves again.",
        "ask how nodes are rebooted",
    ),
    // Who may do what.
    Check {
        references: &["PCI DSS 4.0.1 8.3.1"],
        fail: &[Mark::ServedWithoutLogin, Mark::NoPasswordConfigured],
        pass: &[Mark::NoAuth],
        inferred_pass: &[Mark::LoginAccepted],
        ..line(
            "auth",
            "AUTH or ACLs enabled",
            High,
            Traffic,
            "Make an ACL user for each application, let it log in, and then ACL SETUSER default off, which cuts off every client that does not log in.",
            "redis-cli ACL LIST",
        )
    },
    Check {
        references: &["PCI DSS 4.0.1 8.3.6"],
        fail: &[Mark::WeakPassword],
        inferred_fail: &[Mark::ReusedPassword],
        inferred_pass: &[Mark::FairPassword],
        ..line(
            "password-strength",
            "Strong passwords",
            Medium,
            Traffic,
            "Make passwords with ACL GENPASS, one for each user.",
            "redis-cli ACL GENPASS makes one; there is no way to ask how strong the present ones are",
        )
    },
    Check {
        fail: &[Mark::DefaultServed],
        inferred_pass: &[Mark::DefaultOff, Mark::DefaultRefused, Mark::NoAuth],
        ..line(
            "default-user",
            "Default user disabled",
            Medium,
            Traffic,
            "Give every client a user of its own, then ACL SETUSER default off.",
            "redis-cli ACL GETUSER default",
        )
    },
    Check {
        fail: &[Mark::DangerousServed],
        pass: &[Mark::NoPermDangerous],
        ..line(
            "dangerous-commands",
            "Dangerous commands withheld",
            Medium,
            Traffic,
            "ACL SETUSER <user> -@dangerous, and give back one by one what an application needs.",
            "redis-cli ACL DRYRUN <user> FLUSHALL",
        )
    },
    Check {
        inferred_fail: &[Mark::AclFileUnset],
        inferred_pass: &[Mark::AclFileSet],
        ..line(
            "acl-file",
            "ACL file apart from redis.conf",
            Info,
            Replies,
            "Keep users in an aclfile, so that ACL SAVE and ACL LOAD work and redis.conf holds no users.",
            "redis-cli CONFIG GET aclfile",
        )
    },
    Check {
        fail: &[Mark::PlainAclPassword],
        inferred_pass: &[Mark::HashedAcl],
        ..line(
            "acl-hashed",
            "Passwords stored hashed",
            Medium,
            Replies,
            "Set passwords as #<SHA-256>, not as >password, and only over TLS.",
            "grep -c '>' the ACL file",
        )
    },
    Check {
        fail: &[Mark::OneArgumentLogin],
        inferred_pass: &[Mark::OneArgumentRefused, Mark::TwoArgumentLogin],
        ..line(
            "requirepass",
            "requirepass only for old clients",
            Low,
            Traffic,
            "Let clients log in with user and password (AUTH user password), then drop requirepass.",
            "redis-cli CONFIG GET requirepass",
        )
    },
    Check {
        references: &["PCI DSS 4.0.1 7.2.1"],
        fail: &[Mark::WideAcl],
        pass: &[Mark::NoPerm],
        ..line(
            "least-privilege",
            "Users can do only what they need",
            Low,
            Traffic,
            "Narrow each user to the commands and key patterns it uses.",
            "redis-cli ACL LIST",
        )
    },
    Check {
        inferred_fail: &[Mark::DangerousServed],
        pass: &[Mark::UnknownCommand],
        ..line(
            "renamed-commands",
            "Dangerous commands renamed",
            Info,
            Traffic,
            "Withhold them by ACL; rename-command is the way of servers before 6.0.",
            "grep rename-command redis.conf",
        )
    },
    Check {
        fail: &[Mark::ReplicaDefaultUser],
        inferred_pass: &[Mark::ReplicaOwnUser],
        ..line(
            "replica-user",
            "Replicas have a user of their own",
            Medium,
            Traffic,
            "Make an ACL user with +psync +replconf +ping for replicas and set masteruser and masterauth on them.",
            "redis-cli CONFIG GET masteruser on the replica",
        )
    },
    Check {
        fail: &[Mark::SentinelDefaultUser],
        inferred_pass: &[Mark::SentinelOwnUser],
        ..line(
            "sentinel-user",
            "Sentinel has a user of its own",
            Medium,
            Traffic,
            "Make an ACL user for Sentinel and set sentinel auth-user and auth-pass.",
            "grep 'sentinel auth-user' sentinel.conf",
        )
    },
    // What encrypts it.
    Check {
        references: &["PCI DSS 4.0.1 4.2.1", "PCI DSS 4.0.1 2.2.7"],
        fail: &[Mark::PlainConnection, Mark::PlainPortConfigured],
        inferred_fail: &[Mark::BothPortsAnnounced],
        pass: &[Mark::PortClosedOnHost],
        inferred_pass: &[Mark::PlainPortOff, Mark::PlainReset, Mark::TlsConnection],
        ..line(
            "plaintext-port",
            "Non-TLS ports disabled",
            High,
            Traffic,
            "When no client is plain any more: port 0, with tls-port set.",
            "redis-cli CONFIG GET port",
        )
    },
    Check {
        references: &["PCI DSS 4.0.1 4.2.1", "RFC 9325 4"],
        fail: &[Mark::CipherWeak],
        pass: &[Mark::CipherRefused],
        inferred_pass: &[Mark::CipherStrong],
        ..line(
            "cipher",
            "Strong cipher suites",
            High,
            Traffic,
            "Set tls-ciphers and tls-ciphersuites to suites with forward secrecy and AEAD.",
            "redis-cli CONFIG GET tls-cipher*; nmap --script ssl-enum-ciphers -p <port> <host>",
        )
    },
    Check {
        references: &["PCI DSS 4.0.1 4.2.1", "RFC 8996"],
        fail: &[Mark::VersionOld],
        pass: &[Mark::VersionRefused],
        inferred_pass: &[Mark::VersionModern],
        ..line(
            "protocol",
            "Modern TLS versions",
            High,
            Traffic,
            "tls-protocols \"TLSv1.2 TLSv1.3\"; clients that offer only older ones are cut off.",
            "openssl s_client -tls1_1 -connect <host:port> must fail",
        )
    },
    Check {
        fail: &[Mark::ClientCertNotRequested, Mark::ClientCertOptional],
        inferred_fail: &[
            Mark::ClientCertInferredNotRequested,
            Mark::ClientCertInferredOptional,
        ],
        pass: &[Mark::ClientCertRefused],
        inferred_pass: &[Mark::ClientCertPresented],
        ..line(
            "client-auth",
            "Client certificates required",
            Low,
            Traffic,
            "Give every client a certificate, then tls-auth-clients yes, which cuts off those without.",
            "redis-cli CONFIG GET tls-auth-clients",
        )
    },
    Check {
        inferred_fail: &[Mark::ClientOrder],
        inferred_pass: &[Mark::ServerOrder],
        ..line(
            "cipher-preference",
            "Server's cipher order preferred",
            Info,
            Traffic,
            "tls-prefer-server-ciphers yes matters only where weak suites are still allowed.",
            "redis-cli CONFIG GET tls-prefer-server-ciphers",
        )
    },
    Check {
        references: &["PCI DSS 4.0.1 4.2.1"],
        fail: &[Mark::ReplicationPlain],
        inferred_pass: &[Mark::ReplicationTls],
        ..line(
            "replication",
            "TLS on replication",
            Critical,
            Traffic,
            "On each replica: set tls-cert-file, tls-key-file and tls-ca-cert-file, then tls-replication yes, then replicaof to the TLS port.",
            "redis-cli CONFIG GET tls-replication on the replica",
        )
    },
    line(
        "key-permissions",
        "Private keys 400",
        High,
        Never,
        "chmod 400 the files of tls-key-file and tls-client-key-file.",
        "stat -c '%a %n' <tls-key-file>",
    ),
    line(
        "key-owner",
        "Private keys owned by the Redis user",
        High,
        Never,
        "chown the key files to the Redis user.",
        "stat -c '%U %n' <tls-key-file>",
    ),
    Check {
        references: &["PCI DSS 4.0.1 4.2.1"],
        fail: &[Mark::BusPlain],
        inferred_pass: &[Mark::BusTls],
        ..line(
            "bus",
            "TLS on the cluster bus",
            High,
            Traffic,
            "tls-cluster yes on every node, node by node, with certificates set first.",
            "redis-cli CONFIG GET tls-cluster",
        )
    },
    // Ours.
    Check {
        fail: &[Mark::CertificateBad],
        inferred_pass: &[Mark::CertificateFine],
        ..line(
            "certificate",
            "Sound server certificate",
            High,
            Traffic,
            "Renew the certificate with a key of RSA 2048 or EC P-256 at least and SHA-256.",
            "openssl s_client -connect <host:port> </dev/null | openssl x509 -noout -text",
        )
    },
    Check {
        references: &["PCI DSS 4.0.1 8.3.2"],
        fail: &[Mark::PasswordInClear],
        inferred_pass: &[Mark::PasswordUnderTls],
        ..line(
            "password-in-clear",
            "No password in the clear",
            Critical,
            Traffic,
            "Move the clients to TLS, then change every password that was sent in the clear.",
            "redis-cli ACL LIST; ask which of them are still used without TLS",
        )
    },
    Check {
        fail: &[Mark::SentinelPlain],
        inferred_pass: &[Mark::SentinelTls],
        ..line(
            "sentinel",
            "TLS on Sentinel",
            High,
            Traffic,
            "In sentinel.conf: tls-port 26379, port 0, tls-replication yes, with certificates set first.",
            "redis-cli -p 26379 SENTINEL CONFIG GET tls-port",
        )
    },
];
