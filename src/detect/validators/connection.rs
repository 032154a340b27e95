//! Connection strings: how programs are told where a database, a cache or a queue is, and often the
//! password for it.

use super::tokens;

/// True where a text ends with the scheme of such a service's URL (`postgres`, `mongodb+srv`); what
/// follows is `://`.
pub(in crate::detect) fn ends_with_scheme(text: &[u8]) -> bool {
    let tail = text.get(text.len().saturating_sub(MAX_SCHEME_LEN + 1)..);
    let scheme = tail
        .unwrap_or_default()
        .rsplit(|byte| !(byte.is_ascii_alphanumeric() || b"+-.".contains(byte)))
        .next()
        .unwrap_or_default();
    // `mongodb+srv`, `postgresql+psycopg2`: the driver stands behind a plus.
    let service = scheme.split(|&byte| byte == b'+').next();
    service.is_some_and(|service| {
        SCHEMES
            .iter()
            .any(|known| service.eq_ignore_ascii_case(known))
    })
}

/// Where the password is in a text that begins with [`ORACLE`]: `thin:scott/tiger@db`, by Oracle's own
/// way of writing a login, and in no URL.
pub(in crate::detect) fn oracle_password(text: &[u8]) -> Option<(usize, usize)> {
    let text = text.get(..text.len().min(MAX_ORACLE_LEN))?;
    let driver = text.get(ORACLE.len()..)?;
    let driver_len = driver
        .iter()
        .take_while(|byte| byte.is_ascii_alphanumeric())
        .count();
    let user = driver.get(driver_len..)?.strip_prefix(b":")?;
    let is_part = |byte: &u8| byte.is_ascii_graphic() && !b"/@:;,\"'<>\\`".contains(byte);
    let user_len = user.iter().take_while(|byte| is_part(byte)).count();
    let password = user.get(user_len..)?.strip_prefix(b"/")?;
    let len = password.iter().take_while(|byte| is_part(byte)).count();
    let [b'@', host, ..] = password.get(len..)? else {
        return None;
    };
    let is_host = host.is_ascii_alphanumeric() || b"/([$%{_".contains(host);
    let is_whole = driver_len > 0 && user_len > 0 && is_host;
    let password = password.get(..len)?;
    let start = ORACLE.len() + driver_len + 1 + user_len + 1;
    (is_whole && !tokens::is_placeholder(password)).then_some((start, start + len))
}

/// Whether the passwords of a text are those of a connection string: each byte is looked at once,
/// whatever the number of passwords.
#[derive(Default)]
pub(in crate::detect) struct Hosts {
    looked_to: usize,
    /// Where a host was named last.
    named: Option<usize>,
}

impl Hosts {
    /// True where a host was named before a password that begins at `at` (`Server=db;`, `host=db `,
    /// `jdbc:mysql://db/`), or stands in front (`db:6379,`). Of one text, and `at` never decreases.
    pub(in crate::detect) fn are_named(&mut self, text: &[u8], at: usize) -> bool {
        let from = at.saturating_sub(MAX_BEFORE_LEN);
        self.looked_to = self.looked_to.max(from);
        let before = text.get(..at).unwrap_or_default();
        while let Some(rest) = before.get(self.looked_to..)
            && let Some(place) = memchr::memchr2(b'=', b':', rest)
        {
            let place = self.looked_to + place;
            if names_host(before, place) {
                self.named = Some(place);
            }
            self.looked_to = place + 1;
        }
        self.looked_to = at;
        self.named.is_some_and(|named| named >= from) || (from == 0 && begins_with_port(before))
    }
}

/// True where the `=` or `:` at `place` stands behind the name of a host, or in a service's URL.
fn names_host(text: &[u8], place: usize) -> bool {
    let name = text.get(..place).unwrap_or_default();
    let value = text.get(place + 1..).unwrap_or_default();
    let is_named = text.get(place) == Some(&b'=')
        && HOST_NAMES.iter().any(|known| ends_with_word(name, known));
    is_named || (value.starts_with(b"//") && ends_with_scheme(name))
}

/// `cache.example:6379,`
fn begins_with_port(text: &[u8]) -> bool {
    let host = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._".contains(byte);
    let host_len = text.iter().take_while(|byte| host(byte)).count();
    let Some([b':', rest @ ..]) = text.get(host_len..) else {
        return false;
    };
    let port_len = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    // `12:30,` is a time.
    let name = text.get(..host_len).unwrap_or_default();
    name.iter().any(|byte| !byte.is_ascii_digit())
        && (2..=5).contains(&port_len)
        && rest.get(port_len) == Some(&b',')
}

fn ends_with_word(text: &[u8], word: &[u8]) -> bool {
    let Some(start) = text.len().checked_sub(word.len()) else {
        return false;
    };
    text.get(start..)
        .is_some_and(|end| end.eq_ignore_ascii_case(word))
        && start
            .checked_sub(1)
            .and_then(|before| text.get(before))
            .is_none_or(|before| !before.is_ascii_alphanumeric() && *before != b'_')
}

/// How a connection string for Oracle begins, with its login in it or without.
pub(in crate::detect) const ORACLE: &[u8] = b"jdbc:oracle:";

/// Bytes from there in which a login is looked for.
const MAX_ORACLE_LEN: usize = 512;

/// Services whose URLs are connection strings.
const SCHEMES: [&[u8]; 32] = [
    b"postgres",
    b"postgresql",
    b"mysql",
    b"mysqlx",
    b"mariadb",
    b"mongodb",
    b"redis",
    b"rediss",
    b"valkey",
    b"valkeys",
    b"amqp",
    b"amqps",
    b"mssql",
    b"sqlserver",
    b"oracle",
    b"db2",
    b"clickhouse",
    b"cassandra",
    b"cockroachdb",
    b"couchbase",
    b"couchbases",
    b"couchdb",
    b"elasticsearch",
    b"influxdb",
    b"neo4j",
    b"bolt",
    b"nats",
    b"mqtt",
    b"mqtts",
    b"kafka",
    b"snowflake",
    b"ldaps",
];

/// Names of the host in connection strings (ADO.NET, ODBC, libpq).
const HOST_NAMES: [&[u8]; 7] = [
    b"server",
    b"data source",
    b"datasource",
    b"host",
    b"hostname",
    b"addr",
    b"network address",
];

/// Longest scheme, its driver included (`postgresql+psycopg2`).
const MAX_SCHEME_LEN: usize = 32;

/// Bytes before a password in which its host is looked for.
const MAX_BEFORE_LEN: usize = 512;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schemes_of_services_are_told_from_others() {
        for scheme in [
            "postgres",
            "see mongodb+srv",
            "\"REDIS",
            "jdbc:mysql",
            "postgresql+psycopg2",
        ] {
            assert!(ends_with_scheme(scheme.as_bytes()), "{scheme}");
        }
        for scheme in ["https", "git+https", "xredis", "redisx", "", "redis "] {
            assert!(!ends_with_scheme(scheme.as_bytes()), "{scheme}");
        }
    }

    #[test]
    fn oracles_logins_are_read() {
        let password = |text: &'static str| {
            let (start, end) = oracle_password(text.as_bytes())?;
            text.get(start..end)
        };
        for text in [
            "jdbc:oracle:thin:scott/t1ger@db:1521:orcl",
            "jdbc:oracle:thin:scott/t1ger@//db:1521/orcl",
            "jdbc:oracle:oci8:scott/t1ger@(DESCRIPTION=(ADDRESS=",
            "jdbc:oracle:thin:app[scott]/t1ger@db",
        ] {
            assert_eq!(password(text), Some("t1ger"), "{text}");
        }
        for text in [
            "jdbc:oracle:thin:@db:1521:orcl",
            "jdbc:oracle:thin:/@db",
            "jdbc:oracle:thin:scott/@db",
            "jdbc:oracle:thin:scott/${PASSWORD}@db",
            "jdbc:oracle:thin:scott/t1ger",
            "jdbc:oracle:thin:scott/see me@db",
            "jdbc:oracle:",
        ] {
            assert_eq!(password(text), None, "{text}");
        }
    }

    #[test]
    fn a_host_before_the_password_makes_it_a_connection_string() {
        for text in [
            "Server=db;User Id=app;Password=",
            "Data Source=db;PWD=",
            "host=db user=app password=",
            "jdbc:mysql://db/shop?user=app&password=",
            "cache.example:6379,password=",
        ] {
            assert!(
                Hosts::default().are_named(text.as_bytes(), text.len()),
                "{text}"
            );
        }
        for text in [
            "user=ann&password=",
            "ghost=1&password=",
            "https://shop.example/login?user=ann&password=",
            "12:30, password=",
            "password=",
        ] {
            assert!(
                !Hosts::default().are_named(text.as_bytes(), text.len()),
                "{text}"
            );
        }
    }

    #[test]
    fn a_host_is_remembered_as_far_as_it_reaches() {
        let mut text = b"Server=db;".to_vec();
        text.resize(2000, b'x');
        let mut hosts = Hosts::default();
        let ends = [
            20,
            21,
            21,
            300,
            6 + MAX_BEFORE_LEN,
            7 + MAX_BEFORE_LEN,
            1900,
        ];
        let named = ends.map(|at| hosts.are_named(&text, at));
        assert_eq!(named, [true, true, true, true, true, false, false]);
    }
}
