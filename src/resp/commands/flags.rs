//! Bit sets of the command table.

/// Defines a set of named bits.
macro_rules! bits {
    ($(#[$doc:meta])* $name:ident { $($(#[$bit_doc:meta])* $bit:ident = $shift:expr;)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
        pub struct $name(u32);

        impl $name {
            /// None of them.
            pub const NONE: Self = Self(0);
            $($(#[$bit_doc])* pub const $bit: Self = Self(1 << $shift);)*

            /// All of the listed.
            #[must_use]
            pub const fn of(bits: &[Self]) -> Self {
                let mut set = 0;
                let mut rest = bits;
                while let [first, others @ ..] = rest {
                    set |= first.0;
                    rest = others;
                }
                Self(set)
            }

            /// True where all of `other` are in it.
            #[must_use]
            pub const fn contains(self, other: Self) -> bool {
                self.0 & other.0 == other.0
            }
        }
    };
}

bits! {
    /// What a command does, as `COMMAND` says it; the last two are ours.
    Flags {
        /// Changes data.
        WRITE = 0;
        /// Reads data.
        READONLY = 1;
        /// Refused when out of memory.
        DENYOOM = 2;
        /// Administration.
        ADMIN = 3;
        /// Publish and subscribe.
        PUBSUB = 4;
        /// Not from scripts.
        NOSCRIPT = 5;
        /// May wait in the server.
        BLOCKING = 6;
        /// Allowed while the data set loads.
        LOADING = 7;
        /// Allowed on a stale replica.
        STALE = 8;
        /// Not shown to MONITOR.
        SKIP_MONITOR = 9;
        /// Not in the slow log.
        SKIP_SLOWLOG = 10;
        /// Implies ASKING.
        ASKING = 11;
        /// Constant or logarithmic time.
        FAST = 12;
        /// Allowed before any login.
        NO_AUTH = 13;
        /// Not inside MULTI.
        NO_MULTI = 14;
        /// Allowed while a script blocks the server.
        ALLOW_BUSY = 15;
        /// Not while an asynchronous load runs.
        NO_ASYNC_LOADING = 16;
        /// May be sent on to replicas though it writes nothing by itself.
        MAY_REPLICATE = 17;
        /// Answers once per channel and enters subscribed mode.
        SUBSCRIBES = 18;
        /// Answers once per channel (or once for none) and may leave subscribed mode.
        UNSUBSCRIBES = 19;
    }
}

bits! {
    /// ACL categories (`ACL CAT`), those of the modules included.
    Categories {
        /// `@keyspace`
        KEYSPACE = 0;
        /// `@read`
        READ = 1;
        /// `@write`
        WRITE = 2;
        /// `@set`
        SET = 3;
        /// `@sortedset`
        SORTEDSET = 4;
        /// `@list`
        LIST = 5;
        /// `@hash`
        HASH = 6;
        /// `@string`
        STRING = 7;
        /// `@bitmap`
        BITMAP = 8;
        /// `@hyperloglog`
        HYPERLOGLOG = 9;
        /// `@geo`
        GEO = 10;
        /// `@stream`
        STREAM = 11;
        /// `@pubsub`
        PUBSUB = 12;
        /// `@admin`
        ADMIN = 13;
        /// `@fast`
        FAST = 14;
        /// `@slow`
        SLOW = 15;
        /// `@blocking`
        BLOCKING = 16;
        /// `@dangerous`
        DANGEROUS = 17;
        /// `@connection`
        CONNECTION = 18;
        /// `@transaction`
        TRANSACTION = 19;
        /// `@scripting`
        SCRIPTING = 20;
        /// `@json`
        JSON = 21;
        /// `@search`
        SEARCH = 22;
        /// `@timeseries`
        TIMESERIES = 23;
        /// `@bloom`
        BLOOM = 24;
        /// `@cuckoo`
        CUCKOO = 25;
        /// `@cms`
        CMS = 26;
        /// `@tdigest`
        TDIGEST = 27;
        /// `@topk`
        TOPK = 28;
    }
}
