// Made by generate.py from the servers' own COMMAND and COMMAND DOCS; change that, or by_hand.txt.

#![allow(clippy::enum_glob_use, reason = "hundreds of rows read better without prefixes")]

use super::KeyPlaces::{Anywhere, From, Nowhere, Only};
use super::words::Role::*;
use super::words::Step::{AllBut, Counted, Each, Halves, One, Options};
use super::{Categories, CommandId, CommandSpec, Flags};

/// Every command, by name.
pub(super) static TABLE: [CommandSpec; 560] = [
    CommandSpec { id: CommandId(0), name: "ACL", arity: -2, flags: Flags::NONE, categories: Categories::of(&[Categories::SLOW]), subcommands: 13, keys: Nowhere, words: &[] },
    CommandSpec { id: CommandId(1), name: "ACL CAT", arity: -2, flags: Flags::of(&[Flags::LOADING, Flags::NOSCRIPT, Flags::STALE]), categories: Categories::of(&[Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[One(Other)] },
    CommandSpec { id: CommandId(2), name: "ACL DELUSER", arity: -3, flags: Flags::of(&[Flags::ADMIN, Flags::LOADING, Flags::NOSCRIPT, Flags::STALE]), categories: Categories::of(&[Categories::ADMIN, Categories::DANGEROUS, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[Each(&[Username])] },
    CommandSpec { id: CommandId(3), name: "ACL DRYRUN", arity: -4, flags: Flags::of(&[Flags::ADMIN, Flags::LOADING, Flags::NOSCRIPT, Flags::STALE]), categories: Categories::of(&[Categories::ADMIN, Categories::DANGEROUS, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[One(Username), One(Other), Each(&[ScriptArgument])] },
    CommandSpec { id: CommandId(4), name: "ACL GENPASS", arity: -2, flags: Flags::of(&[Flags::LOADING, Flags::NOSCRIPT, Flags::STALE]), categories: Categories::of(&[Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[One(Number)] },
    CommandSpec { id: CommandId(5), name: "ACL GETUSER", arity: 3, flags: Flags::of(&[Flags::ADMIN, Flags::LOADING, Flags::NOSCRIPT, Flags::STALE]), categories: Categories::of(&[Categories::ADMIN, Categories::DANGEROUS, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[One(Username)] },
    CommandSpec { id: CommandId(6), name: "ACL HELP", arity: 2, flags: Flags::of(&[Flags::LOADING, Flags::STALE]), categories: Categories::of(&[Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[] },
    CommandSpec { id: CommandId(7), name: "ACL LIST", arity: 2, flags: Flags::of(&[Flags::ADMIN, Flags::LOADING, Flags::NOSCRIPT, Flags::STALE]), categories: Categories::of(&[Categories::ADMIN, Categories::DANGEROUS, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[] },
    CommandSpec { id: CommandId(8), name: "ACL LOAD", arity: 2, flags: Flags::of(&[Flags::ADMIN, Flags::LOADING, Flags::NOSCRIPT, Flags::STALE]), categories: Categories::of(&[Categories::ADMIN, Categories::DANGEROUS, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[] },
    CommandSpec { id: CommandId(9), name: "ACL LOG", arity: -2, flags: Flags::of(&[Flags::ADMIN, Flags::LOADING, Flags::NOSCRIPT, Flags::STALE]), categories: Categories::of(&[Categories::ADMIN, Categories::DANGEROUS, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[Options(&[("RESET", &[])], Count)] },
    CommandSpec { id: CommandId(10), name: "ACL SAVE", arity: 2, flags: Flags::of(&[Flags::ADMIN, Flags::LOADING, Flags::NOSCRIPT, Flags::STALE]), categories: Categories::of(&[Categories::ADMIN, Categories::DANGEROUS, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[] },
    CommandSpec { id: CommandId(11), name: "ACL SETUSER", arity: -3, flags: Flags::of(&[Flags::ADMIN, Flags::LOADING, Flags::NOSCRIPT, Flags::STALE]), categories: Categories::of(&[Categories::ADMIN, Categories::DANGEROUS, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[One(Username), Each(&[Rule])] },
    CommandSpec { id: CommandId(12), name: "ACL USERS", arity: 2, flags: Flags::of(&[Flags::ADMIN, Flags::LOADING, Flags::NOSCRIPT, Flags::STALE]), categories: Categories::of(&[Categories::ADMIN, Categories::DANGEROUS, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[] },
    CommandSpec { id: CommandId(13), name: "ACL WHOAMI", arity: 2, flags: Flags::of(&[Flags::LOADING, Flags::NOSCRIPT, Flags::STALE]), categories: Categories::of(&[Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[] },
    CommandSpec { id: CommandId(14), name: "APPEND", arity: 3, flags: Flags::of(&[Flags::DENYOOM, Flags::FAST, Flags::WRITE]), categories: Categories::of(&[Categories::FAST, Categories::STRING, Categories::WRITE]), subcommands: 0, keys: Only(1), words: &[One(Key), One(Value)] },
    CommandSpec { id: CommandId(15), name: "ASKING", arity: 1, flags: Flags::of(&[Flags::FAST]), categories: Categories::of(&[Categories::CONNECTION, Categories::FAST]), subcommands: 0, keys: Nowhere, words: &[] },
    CommandSpec { id: CommandId(16), name: "AUTH", arity: -2, flags: Flags::of(&[Flags::ALLOW_BUSY, Flags::FAST, Flags::LOADING, Flags::NOSCRIPT, Flags::NO_AUTH, Flags::STALE]), categories: Categories::of(&[Categories::CONNECTION, Categories::FAST]), subcommands: 0, keys: Nowhere, words: &[AllBut(Username, &[Password])] },
    CommandSpec { id: CommandId(17), name: "BF.ADD", arity: 3, flags: Flags::of(&[Flags::DENYOOM, Flags::WRITE]), categories: Categories::of(&[Categories::BLOOM, Categories::WRITE]), subcommands: 0, keys: Only(1), words: &[One(Key), One(Member)] },
    CommandSpec { id: CommandId(18), name: "BF.CARD", arity: 2, flags: Flags::of(&[Flags::FAST, Flags::READONLY]), categories: Categories::of(&[Categories::BLOOM, Categories::FAST, Categories::READ]), subcommands: 0, keys: Only(1), words: &[One(Key)] },
    CommandSpec { id: CommandId(19), name: "BF.EXISTS", arity: 3, flags: Flags::of(&[Flags::FAST, Flags::READONLY]), categories: Categories::of(&[Categories::BLOOM, Categories::FAST, Categories::READ]), subcommands: 0, keys: Only(1), words: &[One(Key), One(Member)] },
    CommandSpec { id: CommandId(20), name: "BF.INFO", arity: -2, flags: Flags::of(&[Flags::FAST, Flags::READONLY]), categories: Categories::of(&[Categories::BLOOM, Categories::FAST, Categories::READ]), subcommands: 0, keys: Only(1), words: &[One(Key), One(Keyword)] },
    CommandSpec { id: CommandId(21), name: "BF.INSERT", arity: -4, flags: Flags::of(&[Flags::DENYOOM, Flags::WRITE]), categories: Categories::of(&[Categories::BLOOM, Categories::WRITE]), subcommands: 0, keys: Only(1), words: &[One(Key), Options(&[("CAPACITY", &[One(Number)]), ("ERROR", &[One(Number)]), ("EXPANSION", &[One(Number)]), ("NOCREATE", &[]), ("NONSCALING", &[]), ("ITEMS", &[Each(&[Member])])], Other)] },
    CommandSpec { id: CommandId(22), name: "BF.LOADCHUNK", arity: 4, flags: Flags::of(&[Flags::DENYOOM, Flags::WRITE]), categories: Categories::of(&[Categories::BLOOM, Categories::WRITE]), subcommands: 0, keys: Only(1), words: &[One(Key), One(Number), One(Dump)] },
    CommandSpec { id: CommandId(23), name: "BF.MADD", arity: -3, flags: Flags::of(&[Flags::DENYOOM, Flags::WRITE]), categories: Categories::of(&[Categories::BLOOM, Categories::WRITE]), subcommands: 0, keys: Only(1), words: &[One(Key), Each(&[Member])] },
    CommandSpec { id: CommandId(24), name: "BF.MEXISTS", arity: -3, flags: Flags::of(&[Flags::FAST, Flags::READONLY]), categories: Categories::of(&[Categories::BLOOM, Categories::FAST, Categories::READ]), subcommands: 0, keys: Only(1), words: &[One(Key), Each(&[Member])] },
    CommandSpec { id: CommandId(25), name: "BF.RESERVE", arity: -4, flags: Flags::of(&[Flags::DENYOOM, Flags::WRITE]), categories: Categories::of(&[Categories::BLOOM, Categories::WRITE]), subcommands: 0, keys: Only(1), words: &[One(Key), One(Number), One(Number), Options(&[("EXPANSION", &[One(Number)]), ("NONSCALING", &[])], Other)] },
    CommandSpec { id: CommandId(26), name: "BF.SCANDUMP", arity: 3, flags: Flags::of(&[Flags::READONLY]), categories: Categories::of(&[Categories::BLOOM, Categories::READ]), subcommands: 0, keys: Only(1), words: &[One(Key), One(Cursor)] },
    CommandSpec { id: CommandId(27), name: "BGREWRITEAOF", arity: 1, flags: Flags::of(&[Flags::ADMIN, Flags::NOSCRIPT, Flags::NO_ASYNC_LOADING]), categories: Categories::of(&[Categories::ADMIN, Categories::DANGEROUS, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[] },
    CommandSpec { id: CommandId(28), name: "BGSAVE", arity: -1, flags: Flags::of(&[Flags::ADMIN, Flags::NOSCRIPT, Flags::NO_ASYNC_LOADING]), categories: Categories::of(&[Categories::ADMIN, Categories::DANGEROUS, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[Options(&[("SCHEDULE", &[]), ("CANCEL", &[])], Other)] },
    CommandSpec { id: CommandId(29), name: "BITCOUNT", arity: -2, flags: Flags::of(&[Flags::READONLY]), categories: Categories::of(&[Categories::BITMAP, Categories::READ, Categories::SLOW]), subcommands: 0, keys: Only(1), words: &[One(Key), One(Number), One(Number), Options(&[("BYTE", &[]), ("BIT", &[])], Other)] },
    CommandSpec { id: CommandId(30), name: "BITFIELD", arity: -2, flags: Flags::of(&[Flags::DENYOOM, Flags::WRITE]), categories: Categories::of(&[Categories::BITMAP, Categories::SLOW, Categories::WRITE]), subcommands: 0, keys: Only(1), words: &[One(Key), Options(&[("GET", &[One(Keyword), One(Number)]), ("SET", &[One(Keyword), One(Number), One(Number)]), ("INCRBY", &[One(Keyword), One(Number), One(Number)]), ("OVERFLOW", &[One(Keyword)])], Other)] },
    CommandSpec { id: CommandId(31), name: "BITFIELD_RO", arity: -2, flags: Flags::of(&[Flags::FAST, Flags::READONLY]), categories: Categories::of(&[Categories::BITMAP, Categories::FAST, Categories::READ]), subcommands: 0, keys: Only(1), words: &[One(Key), Options(&[("GET", &[One(Keyword), One(Number)])], Other)] },
    CommandSpec { id: CommandId(32), name: "BITOP", arity: -4, flags: Flags::of(&[Flags::DENYOOM, Flags::WRITE]), categories: Categories::of(&[Categories::BITMAP, Categories::SLOW, Categories::WRITE]), subcommands: 0, keys: From(2), words: &[One(Keyword), One(Key), Each(&[Key])] },
    CommandSpec { id: CommandId(33), name: "BITPOS", arity: -3, flags: Flags::of(&[Flags::READONLY]), categories: Categories::of(&[Categories::BITMAP, Categories::READ, Categories::SLOW]), subcommands: 0, keys: Only(1), words: &[One(Key), One(Number), One(Number), One(Number), Options(&[("BYTE", &[]), ("BIT", &[])], Other)] },
    CommandSpec { id: CommandId(34), name: "BLMOVE", arity: 6, flags: Flags::of(&[Flags::BLOCKING, Flags::DENYOOM, Flags::NOSCRIPT, Flags::WRITE]), categories: Categories::of(&[Categories::BLOCKING, Categories::LIST, Categories::SLOW, Categories::WRITE]), subcommands: 0, keys: From(1), words: &[One(Key), One(Key), One(Keyword), One(Keyword), One(Timeout)] },
    CommandSpec { id: CommandId(35), name: "BLMPOP", arity: -5, flags: Flags::of(&[Flags::BLOCKING, Flags::WRITE]), categories: Categories::of(&[Categories::BLOCKING, Categories::LIST, Categories::SLOW, Categories::WRITE]), subcommands: 0, keys: Anywhere, words: &[One(Timeout), Counted(&[Key]), One(Keyword), Options(&[("COUNT", &[One(Count)])], Other)] },
    CommandSpec { id: CommandId(36), name: "BLPOP", arity: -3, flags: Flags::of(&[Flags::BLOCKING, Flags::NOSCRIPT, Flags::WRITE]), categories: Categories::of(&[Categories::BLOCKING, Categories::LIST, Categories::SLOW, Categories::WRITE]), subcommands: 0, keys: From(1), words: &[AllBut(Key, &[Timeout])] },
    CommandSpec { id: CommandId(37), name: "BRPOP", arity: -3, flags: Flags::of(&[Flags::BLOCKING, Flags::NOSCRIPT, Flags::WRITE]), categories: Categories::of(&[Categories::BLOCKING, Categories::LIST, Categories::SLOW, Categories::WRITE]), subcommands: 0, keys: From(1), words: &[AllBut(Key, &[Timeout])] },
    CommandSpec { id: CommandId(38), name: "BRPOPLPUSH", arity: 4, flags: Flags::of(&[Flags::BLOCKING, Flags::DENYOOM, Flags::NOSCRIPT, Flags::WRITE]), categories: Categories::of(&[Categories::BLOCKING, Categories::LIST, Categories::SLOW, Categories::WRITE]), subcommands: 0, keys: From(1), words: &[One(Key), One(Key), One(Timeout)] },
    CommandSpec { id: CommandId(39), name: "BZMPOP", arity: -5, flags: Flags::of(&[Flags::BLOCKING, Flags::WRITE]), categories: Categories::of(&[Categories::BLOCKING, Categories::SLOW, Categories::SORTEDSET, Categories::WRITE]), subcommands: 0, keys: Anywhere, words: &[One(Timeout), Counted(&[Key]), One(Keyword), Options(&[("COUNT", &[One(Count)])], Other)] },
    CommandSpec { id: CommandId(40), name: "BZPOPMAX", arity: -3, flags: Flags::of(&[Flags::BLOCKING, Flags::FAST, Flags::NOSCRIPT, Flags::WRITE]), categories: Categories::of(&[Categories::BLOCKING, Categories::FAST, Categories::SORTEDSET, Categories::WRITE]), subcommands: 0, keys: From(1), words: &[AllBut(Key, &[Timeout])] },
    CommandSpec { id: CommandId(41), name: "BZPOPMIN", arity: -3, flags: Flags::of(&[Flags::BLOCKING, Flags::FAST, Flags::NOSCRIPT, Flags::WRITE]), categories: Categories::of(&[Categories::BLOCKING, Categories::FAST, Categories::SORTEDSET, Categories::WRITE]), subcommands: 0, keys: From(1), words: &[AllBut(Key, &[Timeout])] },
    CommandSpec { id: CommandId(42), name: "CF.ADD", arity: 3, flags: Flags::of(&[Flags::DENYOOM, Flags::WRITE]), categories: Categories::of(&[Categories::CUCKOO, Categories::WRITE]), subcommands: 0, keys: Only(1), words: &[One(Key), One(Member)] },
    CommandSpec { id: CommandId(43), name: "CF.ADDNX", arity: 3, flags: Flags::of(&[Flags::DENYOOM, Flags::WRITE]), categories: Categories::of(&[Categories::CUCKOO, Categories::WRITE]), subcommands: 0, keys: Only(1), words: &[One(Key), One(Member)] },
    CommandSpec { id: CommandId(44), name: "CF.COUNT", arity: 3, flags: Flags::of(&[Flags::READONLY]), categories: Categories::of(&[Categories::CUCKOO, Categories::READ]), subcommands: 0, keys: Only(1), words: &[One(Key), One(Member)] },
    CommandSpec { id: CommandId(45), name: "CF.DEL", arity: 3, flags: Flags::of(&[Flags::WRITE]), categories: Categories::of(&[Categories::CUCKOO, Categories::WRITE]), subcommands: 0, keys: Only(1), words: &[One(Key), One(Member)] },
    CommandSpec { id: CommandId(46), name: "CF.EXISTS", arity: 3, flags: Flags::of(&[Flags::READONLY]), categories: Categories::of(&[Categories::CUCKOO, Categories::READ]), subcommands: 0, keys: Only(1), words: &[One(Key), One(Member)] },
    CommandSpec { id: CommandId(47), name: "CF.INFO", arity: 2, flags: Flags::of(&[Flags::READONLY]), categories: Categories::of(&[Categories::CUCKOO, Categories::READ]), subcommands: 0, keys: Only(1), words: &[One(Key)] },
    CommandSpec { id: CommandId(48), name: "CF.INSERT", arity: -4, flags: Flags::of(&[Flags::DENYOOM, Flags::WRITE]), categories: Categories::of(&[Categories::CUCKOO, Categories::WRITE]), subcommands: 0, keys: Only(1), words: &[One(Key), Options(&[("CAPACITY", &[One(Number)]), ("NOCREATE", &[]), ("ITEMS", &[Each(&[Member])])], Other)] },
    CommandSpec { id: CommandId(49), name: "CF.INSERTNX", arity: -4, flags: Flags::of(&[Flags::DENYOOM, Flags::WRITE]), categories: Categories::of(&[Categories::CUCKOO, Categories::WRITE]), subcommands: 0, keys: Only(1), words: &[One(Key), Options(&[("CAPACITY", &[One(Number)]), ("NOCREATE", &[]), ("ITEMS", &[Each(&[Member])])], Other)] },
    CommandSpec { id: CommandId(50), name: "CF.LOADCHUNK", arity: 4, flags: Flags::of(&[Flags::DENYOOM, Flags::WRITE]), categories: Categories::of(&[Categories::CUCKOO, Categories::WRITE]), subcommands: 0, keys: Only(1), words: &[One(Key), One(Number), One(Dump)] },
    CommandSpec { id: CommandId(51), name: "CF.MEXISTS", arity: -3, flags: Flags::of(&[Flags::READONLY]), categories: Categories::of(&[Categories::CUCKOO, Categories::READ]), subcommands: 0, keys: Only(1), words: &[One(Key), Each(&[Member])] },
    CommandSpec { id: CommandId(52), name: "CF.RESERVE", arity: -3, flags: Flags::of(&[Flags::DENYOOM, Flags::WRITE]), categories: Categories::of(&[Categories::CUCKOO, Categories::WRITE]), subcommands: 0, keys: Only(1), words: &[One(Key), One(Number), Options(&[("BUCKETSIZE", &[One(Number)]), ("MAXITERATIONS", &[One(Number)]), ("EXPANSION", &[One(Number)])], Other)] },
    CommandSpec { id: CommandId(53), name: "CF.SCANDUMP", arity: 3, flags: Flags::of(&[Flags::READONLY]), categories: Categories::of(&[Categories::CUCKOO, Categories::READ]), subcommands: 0, keys: Only(1), words: &[One(Key), One(Cursor)] },
    CommandSpec { id: CommandId(54), name: "CLIENT", arity: -2, flags: Flags::NONE, categories: Categories::of(&[Categories::SLOW]), subcommands: 20, keys: Nowhere, words: &[] },
    CommandSpec { id: CommandId(55), name: "CLIENT CACHING", arity: 3, flags: Flags::of(&[Flags::ALLOW_BUSY, Flags::LOADING, Flags::NOSCRIPT, Flags::STALE]), categories: Categories::of(&[Categories::CONNECTION, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[One(Keyword)] },
    CommandSpec { id: CommandId(56), name: "CLIENT CAPA", arity: -3, flags: Flags::of(&[Flags::ALLOW_BUSY, Flags::LOADING, Flags::NOSCRIPT, Flags::STALE]), categories: Categories::of(&[Categories::CONNECTION, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[Each(&[Other])] },
    CommandSpec { id: CommandId(57), name: "CLIENT GETNAME", arity: 2, flags: Flags::of(&[Flags::ALLOW_BUSY, Flags::LOADING, Flags::NOSCRIPT, Flags::STALE]), categories: Categories::of(&[Categories::CONNECTION, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[] },
    CommandSpec { id: CommandId(58), name: "CLIENT GETREDIR", arity: 2, flags: Flags::of(&[Flags::ALLOW_BUSY, Flags::LOADING, Flags::NOSCRIPT, Flags::STALE]), categories: Categories::of(&[Categories::CONNECTION, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[] },
    CommandSpec { id: CommandId(59), name: "CLIENT HELP", arity: 2, flags: Flags::of(&[Flags::LOADING, Flags::STALE]), categories: Categories::of(&[Categories::CONNECTION, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[] },
    CommandSpec { id: CommandId(60), name: "CLIENT ID", arity: 2, flags: Flags::of(&[Flags::ALLOW_BUSY, Flags::LOADING, Flags::NOSCRIPT, Flags::STALE]), categories: Categories::of(&[Categories::CONNECTION, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[] },
    CommandSpec { id: CommandId(61), name: "CLIENT IMPORT-SOURCE", arity: 3, flags: Flags::of(&[Flags::LOADING, Flags::NOSCRIPT, Flags::STALE]), categories: Categories::of(&[Categories::CONNECTION, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[One(Keyword)] },
    CommandSpec { id: CommandId(62), name: "CLIENT INFO", arity: 2, flags: Flags::of(&[Flags::LOADING, Flags::NOSCRIPT, Flags::STALE]), categories: Categories::of(&[Categories::CONNECTION, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[] },
    CommandSpec { id: CommandId(63), name: "CLIENT KILL", arity: -3, flags: Flags::of(&[Flags::ADMIN, Flags::LOADING, Flags::NOSCRIPT, Flags::STALE]), categories: Categories::of(&[Categories::ADMIN, Categories::CONNECTION, Categories::DANGEROUS, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[Options(&[("ID", &[One(Identifier)]), ("TYPE", &[One(Keyword)]), ("USER", &[One(Username)]), ("ADDR", &[One(Address)]), ("LADDR", &[One(Address)]), ("SKIPME", &[One(Keyword)]), ("MAXAGE", &[One(Number)]), ("NAME", &[One(ClientName)]), ("IDLE", &[One(Number)]), ("FLAGS", &[One(Keyword)]), ("LIB-NAME", &[One(ClientName)]), ("LIB-VER", &[One(ClientName)]), ("DB", &[One(Number)]), ("CAPA", &[One(Keyword)]), ("IP", &[One(Address)]), ("NOT-ID", &[One(Identifier)]), ("NOT-TYPE", &[One(Keyword)]), ("NOT-USER", &[One(Username)]), ("NOT-ADDR", &[One(Address)]), ("NOT-LADDR", &[One(Address)]), ("NOT-NAME", &[One(ClientName)]), ("NOT-FLAGS", &[One(Keyword)]), ("NOT-LIB-NAME", &[One(ClientName)]), ("NOT-LIB-VER", &[One(ClientName)]), ("NOT-DB", &[One(Number)]), ("NOT-CAPA", &[One(Keyword)]), ("NOT-IP", &[One(Address)])], Address)] },
    CommandSpec { id: CommandId(64), name: "CLIENT LIST", arity: -2, flags: Flags::of(&[Flags::ADMIN, Flags::LOADING, Flags::NOSCRIPT, Flags::STALE]), categories: Categories::of(&[Categories::ADMIN, Categories::CONNECTION, Categories::DANGEROUS, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[Options(&[("TYPE", &[One(Keyword)]), ("ID", &[]), ("USER", &[One(Username)]), ("ADDR", &[One(Address)]), ("LADDR", &[One(Address)]), ("SKIPME", &[One(Keyword)]), ("MAXAGE", &[One(Number)]), ("NAME", &[One(ClientName)]), ("IDLE", &[One(Number)]), ("FLAGS", &[One(Keyword)]), ("LIB-NAME", &[One(ClientName)]), ("LIB-VER", &[One(ClientName)]), ("DB", &[One(Number)]), ("CAPA", &[One(Keyword)]), ("IP", &[One(Address)])], Identifier)] },
    CommandSpec { id: CommandId(65), name: "CLIENT NO-EVICT", arity: 3, flags: Flags::of(&[Flags::ADMIN, Flags::ALLOW_BUSY, Flags::LOADING, Flags::NOSCRIPT, Flags::STALE]), categories: Categories::of(&[Categories::ADMIN, Categories::CONNECTION, Categories::DANGEROUS, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[One(Keyword)] },
    CommandSpec { id: CommandId(66), name: "CLIENT NO-TOUCH", arity: 3, flags: Flags::of(&[Flags::ALLOW_BUSY, Flags::LOADING, Flags::NOSCRIPT, Flags::STALE]), categories: Categories::of(&[Categories::CONNECTION, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[One(Keyword)] },
    CommandSpec { id: CommandId(67), name: "CLIENT PAUSE", arity: -3, flags: Flags::of(&[Flags::ADMIN, Flags::LOADING, Flags::NOSCRIPT, Flags::STALE]), categories: Categories::of(&[Categories::ADMIN, Categories::CONNECTION, Categories::DANGEROUS, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[One(Timeout), Options(&[("WRITE", &[]), ("ALL", &[])], Other)] },
    CommandSpec { id: CommandId(68), name: "CLIENT REPLY", arity: 3, flags: Flags::of(&[Flags::ALLOW_BUSY, Flags::LOADING, Flags::NOSCRIPT, Flags::NO_MULTI, Flags::STALE]), categories: Categories::of(&[Categories::CONNECTION, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[One(Keyword)] },
    CommandSpec { id: CommandId(69), name: "CLIENT SETINFO", arity: 4, flags: Flags::of(&[Flags::ALLOW_BUSY, Flags::LOADING, Flags::NOSCRIPT, Flags::STALE]), categories: Categories::of(&[Categories::CONNECTION, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[Options(&[("LIB-NAME", &[One(ClientName)]), ("LIB-VER", &[One(ClientName)])], Other)] },
    CommandSpec { id: CommandId(70), name: "CLIENT SETNAME", arity: 3, flags: Flags::of(&[Flags::ALLOW_BUSY, Flags::LOADING, Flags::NOSCRIPT, Flags::STALE]), categories: Categories::of(&[Categories::CONNECTION, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[One(ClientName)] },
    CommandSpec { id: CommandId(71), name: "CLIENT TRACKING", arity: -3, flags: Flags::of(&[Flags::LOADING, Flags::NOSCRIPT, Flags::STALE]), categories: Categories::of(&[Categories::CONNECTION, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[One(Keyword), Options(&[("REDIRECT", &[One(Identifier)]), ("PREFIX", &[One(Pattern)]), ("BCAST", &[]), ("OPTIN", &[]), ("OPTOUT", &[]), ("NOLOOP", &[])], Other)] },
    CommandSpec { id: CommandId(72), name: "CLIENT TRACKINGINFO", arity: 2, flags: Flags::of(&[Flags::LOADING, Flags::NOSCRIPT, Flags::STALE]), categories: Categories::of(&[Categories::CONNECTION, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[] },
    CommandSpec { id: CommandId(73), name: "CLIENT UNBLOCK", arity: -3, flags: Flags::of(&[Flags::ADMIN, Flags::LOADING, Flags::NOSCRIPT, Flags::STALE]), categories: Categories::of(&[Categories::ADMIN, Categories::CONNECTION, Categories::DANGEROUS, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[One(Identifier), Options(&[("TIMEOUT", &[]), ("ERROR", &[])], Other)] },
    CommandSpec { id: CommandId(74), name: "CLIENT UNPAUSE", arity: 2, flags: Flags::of(&[Flags::ADMIN, Flags::LOADING, Flags::NOSCRIPT, Flags::STALE]), categories: Categories::of(&[Categories::ADMIN, Categories::CONNECTION, Categories::DANGEROUS, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[] },
    CommandSpec { id: CommandId(75), name: "CLUSTER", arity: -2, flags: Flags::NONE, categories: Categories::of(&[Categories::SLOW]), subcommands: 35, keys: Nowhere, words: &[] },
    CommandSpec { id: CommandId(76), name: "CLUSTER ADDSLOTS", arity: -3, flags: Flags::of(&[Flags::ADMIN, Flags::NO_ASYNC_LOADING, Flags::STALE]), categories: Categories::of(&[Categories::ADMIN, Categories::DANGEROUS, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[Each(&[Number])] },
    CommandSpec { id: CommandId(77), name: "CLUSTER ADDSLOTSRANGE", arity: -4, flags: Flags::of(&[Flags::ADMIN, Flags::NO_ASYNC_LOADING, Flags::STALE]), categories: Categories::of(&[Categories::ADMIN, Categories::DANGEROUS, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[Each(&[Number, Number])] },
    CommandSpec { id: CommandId(78), name: "CLUSTER BUMPEPOCH", arity: 2, flags: Flags::of(&[Flags::ADMIN, Flags::NO_ASYNC_LOADING, Flags::STALE]), categories: Categories::of(&[Categories::ADMIN, Categories::DANGEROUS, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[] },
    CommandSpec { id: CommandId(79), name: "CLUSTER CANCELSLOTMIGRATIONS", arity: 2, flags: Flags::of(&[Flags::ADMIN, Flags::NO_ASYNC_LOADING, Flags::STALE]), categories: Categories::of(&[Categories::ADMIN, Categories::DANGEROUS, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[] },
    CommandSpec { id: CommandId(80), name: "CLUSTER COUNT-FAILURE-REPORTS", arity: 3, flags: Flags::of(&[Flags::ADMIN, Flags::STALE]), categories: Categories::of(&[Categories::ADMIN, Categories::DANGEROUS, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[One(Identifier)] },
    CommandSpec { id: CommandId(81), name: "CLUSTER COUNTKEYSINSLOT", arity: 3, flags: Flags::of(&[Flags::STALE]), categories: Categories::of(&[Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[One(Number)] },
    CommandSpec { id: CommandId(82), name: "CLUSTER DELSLOTS", arity: -3, flags: Flags::of(&[Flags::ADMIN, Flags::NO_ASYNC_LOADING, Flags::STALE]), categories: Categories::of(&[Categories::ADMIN, Categories::DANGEROUS, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[Each(&[Number])] },
    CommandSpec { id: CommandId(83), name: "CLUSTER DELSLOTSRANGE", arity: -4, flags: Flags::of(&[Flags::ADMIN, Flags::NO_ASYNC_LOADING, Flags::STALE]), categories: Categories::of(&[Categories::ADMIN, Categories::DANGEROUS, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[Each(&[Number, Number])] },
    CommandSpec { id: CommandId(84), name: "CLUSTER FAILOVER", arity: -2, flags: Flags::of(&[Flags::ADMIN, Flags::NO_ASYNC_LOADING, Flags::STALE]), categories: Categories::of(&[Categories::ADMIN, Categories::DANGEROUS, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[Options(&[("FORCE", &[]), ("TAKEOVER", &[])], Other)] },
    CommandSpec { id: CommandId(85), name: "CLUSTER FLUSHSLOT", arity: -3, flags: Flags::of(&[Flags::ADMIN, Flags::NO_ASYNC_LOADING, Flags::WRITE]), categories: Categories::of(&[Categories::ADMIN, Categories::DANGEROUS, Categories::KEYSPACE, Categories::SLOW, Categories::WRITE]), subcommands: 0, keys: Nowhere, words: &[One(Number), Options(&[("ASYNC", &[]), ("SYNC", &[])], Other)] },
    CommandSpec { id: CommandId(86), name: "CLUSTER FLUSHSLOTS", arity: 2, flags: Flags::of(&[Flags::ADMIN, Flags::NO_ASYNC_LOADING, Flags::STALE]), categories: Categories::of(&[Categories::ADMIN, Categories::DANGEROUS, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[] },
    CommandSpec { id: CommandId(87), name: "CLUSTER FORGET", arity: 3, flags: Flags::of(&[Flags::ADMIN, Flags::NO_ASYNC_LOADING, Flags::STALE]), categories: Categories::of(&[Categories::ADMIN, Categories::DANGEROUS, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[One(Identifier)] },
    CommandSpec { id: CommandId(88), name: "CLUSTER GETKEYSINSLOT", arity: 4, flags: Flags::of(&[Flags::STALE]), categories: Categories::of(&[Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[One(Number), One(Count)] },
    CommandSpec { id: CommandId(89), name: "CLUSTER GETSLOTMIGRATIONS", arity: 2, flags: Flags::of(&[Flags::ADMIN, Flags::NO_ASYNC_LOADING, Flags::STALE]), categories: Categories::of(&[Categories::ADMIN, Categories::DANGEROUS, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[] },
    CommandSpec { id: CommandId(90), name: "CLUSTER HELP", arity: 2, flags: Flags::of(&[Flags::LOADING, Flags::STALE]), categories: Categories::of(&[Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[] },
    CommandSpec { id: CommandId(91), name: "CLUSTER INFO", arity: 2, flags: Flags::of(&[Flags::LOADING, Flags::STALE]), categories: Categories::of(&[Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[] },
    CommandSpec { id: CommandId(92), name: "CLUSTER KEYSLOT", arity: 3, flags: Flags::of(&[Flags::STALE]), categories: Categories::of(&[Categories::SLOW]), subcommands: 0, keys: Only(2), words: &[One(Key)] },
    CommandSpec { id: CommandId(93), name: "CLUSTER LINKS", arity: 2, flags: Flags::of(&[Flags::STALE]), categories: Categories::of(&[Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[] },
    CommandSpec { id: CommandId(94), name: "CLUSTER MEET", arity: -4, flags: Flags::of(&[Flags::ADMIN, Flags::NO_ASYNC_LOADING, Flags::STALE]), categories: Categories::of(&[Categories::ADMIN, Categories::DANGEROUS, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[One(Address), One(Number), One(Number)] },
    CommandSpec { id: CommandId(95), name: "CLUSTER MIGRATESLOTS", arity: -4, flags: Flags::of(&[Flags::ADMIN, Flags::NO_ASYNC_LOADING, Flags::STALE]), categories: Categories::of(&[Categories::ADMIN, Categories::DANGEROUS, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[Options(&[("SLOTSRANGE", &[]), ("NODE", &[One(Identifier)])], Number)] },
    CommandSpec { id: CommandId(96), name: "CLUSTER MIGRATION", arity: -4, flags: Flags::of(&[Flags::ADMIN, Flags::NO_ASYNC_LOADING, Flags::STALE]), categories: Categories::of(&[Categories::ADMIN, Categories::DANGEROUS, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[Options(&[("IMPORT", &[Each(&[Number])]), ("CANCEL", &[]), ("STATUS", &[]), ("ID", &[One(Identifier)]), ("ALL", &[])], Other)] },
    CommandSpec { id: CommandId(97), name: "CLUSTER MYID", arity: 2, flags: Flags::of(&[Flags::LOADING, Flags::STALE]), categories: Categories::of(&[Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[] },
    CommandSpec { id: CommandId(98), name: "CLUSTER MYSHARDID", arity: 2, flags: Flags::of(&[Flags::LOADING, Flags::STALE]), categories: Categories::of(&[Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[] },
    CommandSpec { id: CommandId(99), name: "CLUSTER NODES", arity: 2, flags: Flags::of(&[Flags::LOADING, Flags::STALE]), categories: Categories::of(&[Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[] },
    CommandSpec { id: CommandId(100), name: "CLUSTER REPLICAS", arity: 3, flags: Flags::of(&[Flags::ADMIN, Flags::STALE]), categories: Categories::of(&[Categories::ADMIN, Categories::DANGEROUS, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[One(Identifier)] },
    CommandSpec { id: CommandId(101), name: "CLUSTER REPLICATE", arity: -3, flags: Flags::of(&[Flags::ADMIN, Flags::NO_ASYNC_LOADING, Flags::STALE]), categories: Categories::of(&[Categories::ADMIN, Categories::DANGEROUS, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[One(Identifier)] },
    CommandSpec { id: CommandId(102), name: "CLUSTER RESET", arity: -2, flags: Flags::of(&[Flags::ADMIN, Flags::NOSCRIPT, Flags::STALE]), categories: Categories::of(&[Categories::ADMIN, Categories::DANGEROUS, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[Options(&[("HARD", &[]), ("SOFT", &[])], Other)] },
    CommandSpec { id: CommandId(103), name: "CLUSTER SAVECONFIG", arity: 2, flags: Flags::of(&[Flags::ADMIN, Flags::NO_ASYNC_LOADING, Flags::STALE]), categories: Categories::of(&[Categories::ADMIN, Categories::DANGEROUS, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[] },
    CommandSpec { id: CommandId(104), name: "CLUSTER SET-CONFIG-EPOCH", arity: 3, flags: Flags::of(&[Flags::ADMIN, Flags::NO_ASYNC_LOADING, Flags::STALE]), categories: Categories::of(&[Categories::ADMIN, Categories::DANGEROUS, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[One(Number)] },
    CommandSpec { id: CommandId(105), name: "CLUSTER SETSLOT", arity: -4, flags: Flags::of(&[Flags::ADMIN, Flags::NO_ASYNC_LOADING, Flags::STALE]), categories: Categories::of(&[Categories::ADMIN, Categories::DANGEROUS, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[One(Number), Options(&[("IMPORTING", &[One(Identifier)]), ("MIGRATING", &[One(Identifier)]), ("NODE", &[One(Identifier)]), ("STABLE", &[]), ("TIMEOUT", &[One(Timeout)])], Other)] },
    CommandSpec { id: CommandId(106), name: "CLUSTER SHARDS", arity: 2, flags: Flags::of(&[Flags::LOADING, Flags::STALE]), categories: Categories::of(&[Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[] },
    CommandSpec { id: CommandId(107), name: "CLUSTER SLAVES", arity: 3, flags: Flags::of(&[Flags::ADMIN, Flags::STALE]), categories: Categories::of(&[Categories::ADMIN, Categories::DANGEROUS, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[One(Identifier)] },
    CommandSpec { id: CommandId(108), name: "CLUSTER SLOT-STATS", arity: -4, flags: Flags::of(&[Flags::LOADING, Flags::STALE]), categories: Categories::of(&[Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[Options(&[("SLOTSRANGE", &[One(Number), One(Number)]), ("ORDERBY", &[One(Other), Options(&[("LIMIT", &[One(Count)]), ("ASC", &[]), ("DESC", &[])], Other)])], Other)] },
    CommandSpec { id: CommandId(109), name: "CLUSTER SLOTS", arity: 2, flags: Flags::of(&[Flags::LOADING, Flags::STALE]), categories: Categories::of(&[Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[] },
    CommandSpec { id: CommandId(110), name: "CLUSTER SYNCSLOTS", arity: -3, flags: Flags::of(&[Flags::ADMIN, Flags::NO_ASYNC_LOADING, Flags::STALE]), categories: Categories::of(&[Categories::ADMIN, Categories::DANGEROUS, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[One(Keyword), Each(&[Other])] },
    CommandSpec { id: CommandId(111), name: "CLUSTERSCAN", arity: -2, flags: Flags::of(&[Flags::READONLY]), categories: Categories::of(&[Categories::KEYSPACE, Categories::READ, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[One(Cursor), Options(&[("MATCH", &[One(Pattern)]), ("COUNT", &[One(Count)]), ("TYPE", &[One(Other)]), ("SLOT", &[One(Number)])], Other)] },
    CommandSpec { id: CommandId(112), name: "CMS.INCRBY", arity: -4, flags: Flags::of(&[Flags::DENYOOM, Flags::WRITE]), categories: Categories::of(&[Categories::CMS, Categories::WRITE]), subcommands: 0, keys: Only(1), words: &[One(Key), Each(&[Member, Number])] },
    CommandSpec { id: CommandId(113), name: "CMS.INFO", arity: 2, flags: Flags::of(&[Flags::READONLY]), categories: Categories::of(&[Categories::CMS, Categories::READ]), subcommands: 0, keys: Only(1), words: &[One(Key)] },
    CommandSpec { id: CommandId(114), name: "CMS.INITBYDIM", arity: 4, flags: Flags::of(&[Flags::DENYOOM, Flags::WRITE]), categories: Categories::of(&[Categories::CMS, Categories::WRITE]), subcommands: 0, keys: Only(1), words: &[One(Key), One(Number), One(Number)] },
    CommandSpec { id: CommandId(115), name: "CMS.INITBYPROB", arity: 4, flags: Flags::of(&[Flags::DENYOOM, Flags::WRITE]), categories: Categories::of(&[Categories::CMS, Categories::WRITE]), subcommands: 0, keys: Only(1), words: &[One(Key), One(Number), One(Number)] },
    CommandSpec { id: CommandId(116), name: "CMS.MERGE", arity: -4, flags: Flags::of(&[Flags::DENYOOM, Flags::WRITE]), categories: Categories::of(&[Categories::CMS, Categories::WRITE]), subcommands: 0, keys: From(1), words: &[One(Key), Counted(&[Key]), Options(&[("WEIGHTS", &[])], Number)] },
    CommandSpec { id: CommandId(117), name: "CMS.QUERY", arity: -3, flags: Flags::of(&[Flags::READONLY]), categories: Categories::of(&[Categories::CMS, Categories::READ]), subcommands: 0, keys: Only(1), words: &[One(Key), Each(&[Member])] },
    CommandSpec { id: CommandId(118), name: "COMMAND", arity: -1, flags: Flags::of(&[Flags::LOADING, Flags::STALE]), categories: Categories::of(&[Categories::CONNECTION, Categories::SLOW]), subcommands: 7, keys: Nowhere, words: &[] },
    CommandSpec { id: CommandId(119), name: "COMMAND COUNT", arity: 2, flags: Flags::of(&[Flags::LOADING, Flags::STALE]), categories: Categories::of(&[Categories::CONNECTION, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[] },
    CommandSpec { id: CommandId(120), name: "COMMAND DOCS", arity: -2, flags: Flags::of(&[Flags::LOADING, Flags::STALE]), categories: Categories::of(&[Categories::CONNECTION, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[Each(&[Other])] },
    CommandSpec { id: CommandId(121), name: "COMMAND GETKEYS", arity: -3, flags: Flags::of(&[Flags::LOADING, Flags::STALE]), categories: Categories::of(&[Categories::CONNECTION, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[One(Other), Each(&[ScriptArgument])] },
    CommandSpec { id: CommandId(122), name: "COMMAND GETKEYSANDFLAGS", arity: -3, flags: Flags::of(&[Flags::LOADING, Flags::STALE]), categories: Categories::of(&[Categories::CONNECTION, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[One(Other), Each(&[ScriptArgument])] },
    CommandSpec { id: CommandId(123), name: "COMMAND HELP", arity: 2, flags: Flags::of(&[Flags::LOADING, Flags::STALE]), categories: Categories::of(&[Categories::CONNECTION, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[] },
    CommandSpec { id: CommandId(124), name: "COMMAND INFO", arity: -2, flags: Flags::of(&[Flags::LOADING, Flags::STALE]), categories: Categories::of(&[Categories::CONNECTION, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[Each(&[Other])] },
    CommandSpec { id: CommandId(125), name: "COMMAND LIST", arity: -2, flags: Flags::of(&[Flags::LOADING, Flags::STALE]), categories: Categories::of(&[Categories::CONNECTION, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[Options(&[("FILTERBY", &[Options(&[("MODULE", &[One(Other)]), ("ACLCAT", &[One(Other)]), ("PATTERN", &[One(Pattern)])], Other)])], Other)] },
    CommandSpec { id: CommandId(126), name: "COMMANDLOG", arity: -2, flags: Flags::NONE, categories: Categories::of(&[Categories::SLOW]), subcommands: 4, keys: Nowhere, words: &[] },
    CommandSpec { id: CommandId(127), name: "COMMANDLOG GET", arity: 4, flags: Flags::of(&[Flags::ADMIN, Flags::LOADING, Flags::STALE]), categories: Categories::of(&[Categories::ADMIN, Categories::DANGEROUS, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[One(Count), One(Keyword)] },
    CommandSpec { id: CommandId(128), name: "COMMANDLOG HELP", arity: 2, flags: Flags::of(&[Flags::LOADING, Flags::STALE]), categories: Categories::of(&[Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[] },
    CommandSpec { id: CommandId(129), name: "COMMANDLOG LEN", arity: 3, flags: Flags::of(&[Flags::ADMIN, Flags::LOADING, Flags::STALE]), categories: Categories::of(&[Categories::ADMIN, Categories::DANGEROUS, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[One(Keyword)] },
    CommandSpec { id: CommandId(130), name: "COMMANDLOG RESET", arity: 3, flags: Flags::of(&[Flags::ADMIN, Flags::LOADING, Flags::STALE]), categories: Categories::of(&[Categories::ADMIN, Categories::DANGEROUS, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[One(Keyword)] },
    CommandSpec { id: CommandId(131), name: "CONFIG", arity: -2, flags: Flags::NONE, categories: Categories::of(&[Categories::SLOW]), subcommands: 5, keys: Nowhere, words: &[] },
    CommandSpec { id: CommandId(132), name: "CONFIG GET", arity: -3, flags: Flags::of(&[Flags::ADMIN, Flags::LOADING, Flags::NOSCRIPT, Flags::STALE]), categories: Categories::of(&[Categories::ADMIN, Categories::DANGEROUS, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[Each(&[Parameter])] },
    CommandSpec { id: CommandId(133), name: "CONFIG HELP", arity: 2, flags: Flags::of(&[Flags::LOADING, Flags::STALE]), categories: Categories::of(&[Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[] },
    CommandSpec { id: CommandId(134), name: "CONFIG RESETSTAT", arity: 2, flags: Flags::of(&[Flags::ADMIN, Flags::LOADING, Flags::NOSCRIPT, Flags::STALE]), categories: Categories::of(&[Categories::ADMIN, Categories::DANGEROUS, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[] },
    CommandSpec { id: CommandId(135), name: "CONFIG REWRITE", arity: 2, flags: Flags::of(&[Flags::ADMIN, Flags::LOADING, Flags::NOSCRIPT, Flags::STALE]), categories: Categories::of(&[Categories::ADMIN, Categories::DANGEROUS, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[] },
    CommandSpec { id: CommandId(136), name: "CONFIG SET", arity: -4, flags: Flags::of(&[Flags::ADMIN, Flags::LOADING, Flags::NOSCRIPT, Flags::STALE]), categories: Categories::of(&[Categories::ADMIN, Categories::DANGEROUS, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[Each(&[Parameter, ParameterValue])] },
    CommandSpec { id: CommandId(137), name: "COPY", arity: -3, flags: Flags::of(&[Flags::DENYOOM, Flags::WRITE]), categories: Categories::of(&[Categories::KEYSPACE, Categories::SLOW, Categories::WRITE]), subcommands: 0, keys: From(1), words: &[One(Key), One(Key), Options(&[("DB", &[One(Number)]), ("REPLACE", &[])], Other)] },
    CommandSpec { id: CommandId(138), name: "DBSIZE", arity: 1, flags: Flags::of(&[Flags::FAST, Flags::READONLY]), categories: Categories::of(&[Categories::FAST, Categories::KEYSPACE, Categories::READ]), subcommands: 0, keys: Nowhere, words: &[] },
    CommandSpec { id: CommandId(139), name: "DEBUG", arity: -2, flags: Flags::of(&[Flags::ADMIN, Flags::LOADING, Flags::NOSCRIPT, Flags::STALE]), categories: Categories::of(&[Categories::ADMIN, Categories::DANGEROUS, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[One(Keyword), Each(&[Other])] },
    CommandSpec { id: CommandId(140), name: "DECR", arity: 2, flags: Flags::of(&[Flags::DENYOOM, Flags::FAST, Flags::WRITE]), categories: Categories::of(&[Categories::FAST, Categories::STRING, Categories::WRITE]), subcommands: 0, keys: Only(1), words: &[One(Key)] },
    CommandSpec { id: CommandId(141), name: "DECRBY", arity: 3, flags: Flags::of(&[Flags::DENYOOM, Flags::FAST, Flags::WRITE]), categories: Categories::of(&[Categories::FAST, Categories::STRING, Categories::WRITE]), subcommands: 0, keys: Only(1), words: &[One(Key), One(Number)] },
    CommandSpec { id: CommandId(142), name: "DEL", arity: -2, flags: Flags::of(&[Flags::WRITE]), categories: Categories::of(&[Categories::KEYSPACE, Categories::SLOW, Categories::WRITE]), subcommands: 0, keys: From(1), words: &[Each(&[Key])] },
    CommandSpec { id: CommandId(143), name: "DELEX", arity: -2, flags: Flags::of(&[Flags::FAST, Flags::WRITE]), categories: Categories::of(&[Categories::FAST, Categories::STRING, Categories::WRITE]), subcommands: 0, keys: Only(1), words: &[One(Key), Options(&[("IFEQ", &[One(Value)]), ("IFNE", &[One(Value)]), ("IFDEQ", &[One(Identifier)]), ("IFDNE", &[One(Identifier)])], Other)] },
    CommandSpec { id: CommandId(144), name: "DELIFEQ", arity: 3, flags: Flags::of(&[Flags::FAST, Flags::WRITE]), categories: Categories::of(&[Categories::FAST, Categories::STRING, Categories::WRITE]), subcommands: 0, keys: Only(1), words: &[One(Key), One(Value)] },
    CommandSpec { id: CommandId(145), name: "DIGEST", arity: 2, flags: Flags::of(&[Flags::FAST, Flags::READONLY]), categories: Categories::of(&[Categories::FAST, Categories::READ, Categories::STRING]), subcommands: 0, keys: Only(1), words: &[One(Key)] },
    CommandSpec { id: CommandId(146), name: "DISCARD", arity: 1, flags: Flags::of(&[Flags::ALLOW_BUSY, Flags::FAST, Flags::LOADING, Flags::NOSCRIPT, Flags::STALE]), categories: Categories::of(&[Categories::FAST, Categories::TRANSACTION]), subcommands: 0, keys: Nowhere, words: &[] },
    CommandSpec { id: CommandId(147), name: "DUMP", arity: 2, flags: Flags::of(&[Flags::READONLY]), categories: Categories::of(&[Categories::KEYSPACE, Categories::READ, Categories::SLOW]), subcommands: 0, keys: Only(1), words: &[One(Key)] },
    CommandSpec { id: CommandId(148), name: "ECHO", arity: 2, flags: Flags::of(&[Flags::FAST, Flags::LOADING, Flags::STALE]), categories: Categories::of(&[Categories::CONNECTION, Categories::FAST]), subcommands: 0, keys: Nowhere, words: &[One(Message)] },
    CommandSpec { id: CommandId(149), name: "EVAL", arity: -3, flags: Flags::of(&[Flags::NOSCRIPT, Flags::SKIP_MONITOR, Flags::STALE]), categories: Categories::of(&[Categories::SCRIPTING, Categories::SLOW]), subcommands: 0, keys: Anywhere, words: &[One(Script), Counted(&[Key]), Each(&[ScriptArgument])] },
    CommandSpec { id: CommandId(150), name: "EVALSHA", arity: -3, flags: Flags::of(&[Flags::NOSCRIPT, Flags::SKIP_MONITOR, Flags::STALE]), categories: Categories::of(&[Categories::SCRIPTING, Categories::SLOW]), subcommands: 0, keys: Anywhere, words: &[One(Identifier), Counted(&[Key]), Each(&[ScriptArgument])] },
    CommandSpec { id: CommandId(151), name: "EVALSHA_RO", arity: -3, flags: Flags::of(&[Flags::NOSCRIPT, Flags::READONLY, Flags::SKIP_MONITOR, Flags::STALE]), categories: Categories::of(&[Categories::SCRIPTING, Categories::SLOW]), subcommands: 0, keys: Anywhere, words: &[One(Identifier), Counted(&[Key]), Each(&[ScriptArgument])] },
    CommandSpec { id: CommandId(152), name: "EVAL_RO", arity: -3, flags: Flags::of(&[Flags::NOSCRIPT, Flags::READONLY, Flags::SKIP_MONITOR, Flags::STALE]), categories: Categories::of(&[Categories::SCRIPTING, Categories::SLOW]), subcommands: 0, keys: Anywhere, words: &[One(Script), Counted(&[Key]), Each(&[ScriptArgument])] },
    CommandSpec { id: CommandId(153), name: "EXEC", arity: 1, flags: Flags::of(&[Flags::LOADING, Flags::NOSCRIPT, Flags::SKIP_SLOWLOG, Flags::STALE]), categories: Categories::of(&[Categories::SLOW, Categories::TRANSACTION]), subcommands: 0, keys: Nowhere, words: &[] },
    CommandSpec { id: CommandId(154), name: "EXISTS", arity: -2, flags: Flags::of(&[Flags::FAST, Flags::READONLY]), categories: Categories::of(&[Categories::FAST, Categories::KEYSPACE, Categories::READ]), subcommands: 0, keys: From(1), words: &[Each(&[Key])] },
    CommandSpec { id: CommandId(155), name: "EXPIRE", arity: -3, flags: Flags::of(&[Flags::FAST, Flags::WRITE]), categories: Categories::of(&[Categories::FAST, Categories::KEYSPACE, Categories::WRITE]), subcommands: 0, keys: Only(1), words: &[One(Key), One(Ttl), Options(&[("NX", &[]), ("XX", &[]), ("GT", &[]), ("LT", &[])], Other)] },
    CommandSpec { id: CommandId(156), name: "EXPIREAT", arity: -3, flags: Flags::of(&[Flags::FAST, Flags::WRITE]), categories: Categories::of(&[Categories::FAST, Categories::KEYSPACE, Categories::WRITE]), subcommands: 0, keys: Only(1), words: &[One(Key), One(Ttl), Options(&[("NX", &[]), ("XX", &[]), ("GT", &[]), ("LT", &[])], Other)] },
    CommandSpec { id: CommandId(157), name: "EXPIRETIME", arity: 2, flags: Flags::of(&[Flags::FAST, Flags::READONLY]), categories: Categories::of(&[Categories::FAST, Categories::KEYSPACE, Categories::READ]), subcommands: 0, keys: Only(1), words: &[One(Key)] },
    CommandSpec { id: CommandId(158), name: "FAILOVER", arity: -1, flags: Flags::of(&[Flags::ADMIN, Flags::NOSCRIPT, Flags::STALE]), categories: Categories::of(&[Categories::ADMIN, Categories::DANGEROUS, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[Options(&[("TO", &[One(Address), One(Number), Options(&[("FORCE", &[])], Other)]), ("ABORT", &[]), ("TIMEOUT", &[One(Ttl)])], Other)] },
    CommandSpec { id: CommandId(159), name: "FCALL", arity: -3, flags: Flags::of(&[Flags::NOSCRIPT, Flags::SKIP_MONITOR, Flags::STALE]), categories: Categories::of(&[Categories::SCRIPTING, Categories::SLOW]), subcommands: 0, keys: Anywhere, words: &[One(Identifier), Counted(&[Key]), Each(&[ScriptArgument])] },
    CommandSpec { id: CommandId(160), name: "FCALL_RO", arity: -3, flags: Flags::of(&[Flags::NOSCRIPT, Flags::READONLY, Flags::SKIP_MONITOR, Flags::STALE]), categories: Categories::of(&[Categories::SCRIPTING, Categories::SLOW]), subcommands: 0, keys: Anywhere, words: &[One(Identifier), Counted(&[Key]), Each(&[ScriptArgument])] },
    CommandSpec { id: CommandId(161), name: "FLUSHALL", arity: -1, flags: Flags::of(&[Flags::WRITE]), categories: Categories::of(&[Categories::DANGEROUS, Categories::KEYSPACE, Categories::SLOW, Categories::WRITE]), subcommands: 0, keys: Nowhere, words: &[Options(&[("ASYNC", &[]), ("SYNC", &[])], Other)] },
    CommandSpec { id: CommandId(162), name: "FLUSHDB", arity: -1, flags: Flags::of(&[Flags::WRITE]), categories: Categories::of(&[Categories::DANGEROUS, Categories::KEYSPACE, Categories::SLOW, Categories::WRITE]), subcommands: 0, keys: Nowhere, words: &[Options(&[("ASYNC", &[]), ("SYNC", &[])], Other)] },
    CommandSpec { id: CommandId(163), name: "FT.AGGREGATE", arity: -3, flags: Flags::of(&[Flags::READONLY]), categories: Categories::of(&[Categories::READ, Categories::SEARCH]), subcommands: 0, keys: Nowhere, words: &[One(Identifier), One(Query), Options(&[("PARAMS", &[Counted(&[Value])]), ("DIALECT", &[One(Number)]), ("TIMEOUT", &[One(Timeout)])], Other)] },
    CommandSpec { id: CommandId(164), name: "FT.ALIASADD", arity: 3, flags: Flags::of(&[Flags::WRITE]), categories: Categories::of(&[Categories::SEARCH, Categories::WRITE]), subcommands: 0, keys: Nowhere, words: &[One(Identifier), One(Identifier)] },
    CommandSpec { id: CommandId(165), name: "FT.ALIASDEL", arity: 2, flags: Flags::of(&[Flags::WRITE]), categories: Categories::of(&[Categories::SEARCH, Categories::WRITE]), subcommands: 0, keys: Nowhere, words: &[One(Identifier)] },
    CommandSpec { id: CommandId(166), name: "FT.ALIASUPDATE", arity: 3, flags: Flags::of(&[Flags::WRITE]), categories: Categories::of(&[Categories::SEARCH, Categories::WRITE]), subcommands: 0, keys: Nowhere, words: &[One(Identifier), One(Identifier)] },
    CommandSpec { id: CommandId(167), name: "FT.ALTER", arity: -6, flags: Flags::of(&[Flags::WRITE]), categories: Categories::of(&[Categories::SEARCH, Categories::WRITE]), subcommands: 0, keys: Nowhere, words: &[One(Identifier), Options(&[("SKIPINITIALSCAN", &[]), ("SCHEMA", &[]), ("ADD", &[])], Other)] },
    CommandSpec { id: CommandId(168), name: "FT.CONFIG", arity: -3, flags: Flags::of(&[Flags::ADMIN]), categories: Categories::of(&[Categories::ADMIN, Categories::DANGEROUS, Categories::SEARCH]), subcommands: 0, keys: Nowhere, words: &[One(Keyword), One(Parameter), One(ParameterValue)] },
    CommandSpec { id: CommandId(169), name: "FT.CREATE", arity: -5, flags: Flags::of(&[Flags::WRITE]), categories: Categories::of(&[Categories::SEARCH, Categories::WRITE]), subcommands: 0, keys: Nowhere, words: &[One(Identifier), Options(&[("ON", &[One(Keyword)]), ("PREFIX", &[Counted(&[Pattern])]), ("FILTER", &[One(Query)]), ("SCHEMA", &[Each(&[Other])])], Other)] },
    CommandSpec { id: CommandId(170), name: "FT.CURSOR", arity: -4, flags: Flags::of(&[Flags::READONLY]), categories: Categories::of(&[Categories::READ, Categories::SEARCH]), subcommands: 0, keys: Nowhere, words: &[One(Keyword), One(Identifier), One(Cursor), Options(&[("COUNT", &[One(Count)])], Other)] },
    CommandSpec { id: CommandId(171), name: "FT.DEBUG", arity: -2, flags: Flags::of(&[Flags::ADMIN]), categories: Categories::of(&[Categories::ADMIN, Categories::DANGEROUS, Categories::SEARCH]), subcommands: 0, keys: Nowhere, words: &[One(Keyword), Each(&[Other])] },
    CommandSpec { id: CommandId(172), name: "FT.DICTADD", arity: -3, flags: Flags::of(&[Flags::WRITE]), categories: Categories::of(&[Categories::SEARCH, Categories::WRITE]), subcommands: 0, keys: Nowhere, words: &[One(Identifier), Each(&[Value])] },
    CommandSpec { id: CommandId(173), name: "FT.DICTDEL", arity: -3, flags: Flags::of(&[Flags::WRITE]), categories: Categories::of(&[Categories::SEARCH, Categories::WRITE]), subcommands: 0, keys: Nowhere, words: &[One(Identifier), Each(&[Value])] },
    CommandSpec { id: CommandId(174), name: "FT.DICTDUMP", arity: 2, flags: Flags::of(&[Flags::READONLY]), categories: Categories::of(&[Categories::READ, Categories::SEARCH]), subcommands: 0, keys: Nowhere, words: &[One(Identifier)] },
    CommandSpec { id: CommandId(175), name: "FT.DROPINDEX", arity: -2, flags: Flags::of(&[Flags::WRITE]), categories: Categories::of(&[Categories::DANGEROUS, Categories::SEARCH, Categories::WRITE]), subcommands: 0, keys: Nowhere, words: &[One(Identifier), Options(&[("DD", &[])], Other)] },
    CommandSpec { id: CommandId(176), name: "FT.EXPLAIN", arity: -3, flags: Flags::of(&[Flags::READONLY]), categories: Categories::of(&[Categories::READ, Categories::SEARCH]), subcommands: 0, keys: Nowhere, words: &[One(Identifier), One(Query), Options(&[("DIALECT", &[One(Number)])], Other)] },
    CommandSpec { id: CommandId(177), name: "FT.EXPLAINCLI", arity: -3, flags: Flags::of(&[Flags::READONLY]), categories: Categories::of(&[Categories::READ, Categories::SEARCH]), subcommands: 0, keys: Nowhere, words: &[One(Identifier), One(Query), Options(&[("DIALECT", &[One(Number)])], Other)] },
    CommandSpec { id: CommandId(178), name: "FT.HYBRID", arity: -6, flags: Flags::of(&[Flags::READONLY]), categories: Categories::of(&[Categories::READ, Categories::SEARCH]), subcommands: 0, keys: Nowhere, words: &[One(Identifier), Options(&[("SEARCH", &[One(Query)]), ("VSIM", &[One(Other), One(Other)]), ("PARAMS", &[Counted(&[Value])])], Other)] },
    CommandSpec { id: CommandId(179), name: "FT.INFO", arity: 2, flags: Flags::of(&[Flags::READONLY]), categories: Categories::of(&[Categories::READ, Categories::SEARCH]), subcommands: 0, keys: Nowhere, words: &[One(Identifier)] },
    CommandSpec { id: CommandId(180), name: "FT.PROFILE", arity: -5, flags: Flags::of(&[Flags::READONLY]), categories: Categories::of(&[Categories::READ, Categories::SEARCH]), subcommands: 0, keys: Nowhere, words: &[One(Identifier), Options(&[("SEARCH", &[]), ("AGGREGATE", &[]), ("LIMITED", &[]), ("QUERY", &[One(Query)])], Other)] },
    CommandSpec { id: CommandId(181), name: "FT.SEARCH", arity: -3, flags: Flags::of(&[Flags::READONLY]), categories: Categories::of(&[Categories::READ, Categories::SEARCH]), subcommands: 0, keys: Anywhere, words: &[One(Identifier), One(Query), Options(&[("INKEYS", &[Counted(&[Key])]), ("INFIELDS", &[Counted(&[Field])]), ("RETURN", &[Counted(&[Field])]), ("PARAMS", &[Counted(&[Value])]), ("SORTBY", &[One(Field)]), ("LIMIT", &[One(Number), One(Count)]), ("DIALECT", &[One(Number)]), ("TIMEOUT", &[One(Timeout)]), ("FILTER", &[One(Field), One(Number), One(Number)]), ("GEOFILTER", &[One(Field), One(Coordinate), One(Coordinate), One(Number), One(Keyword)])], Other)] },
    CommandSpec { id: CommandId(182), name: "FT.SPELLCHECK", arity: -3, flags: Flags::of(&[Flags::READONLY]), categories: Categories::of(&[Categories::READ, Categories::SEARCH]), subcommands: 0, keys: Nowhere, words: &[One(Identifier), One(Query), Options(&[("DISTANCE", &[One(Number)])], Other)] },
    CommandSpec { id: CommandId(183), name: "FT.SUGADD", arity: -4, flags: Flags::of(&[Flags::WRITE]), categories: Categories::of(&[Categories::SEARCH, Categories::WRITE]), subcommands: 0, keys: Only(1), words: &[One(Key), One(Value), One(Number), Options(&[("INCR", &[]), ("PAYLOAD", &[One(Value)])], Other)] },
    CommandSpec { id: CommandId(184), name: "FT.SUGDEL", arity: 3, flags: Flags::of(&[Flags::WRITE]), categories: Categories::of(&[Categories::SEARCH, Categories::WRITE]), subcommands: 0, keys: Only(1), words: &[One(Key), One(Value)] },
    CommandSpec { id: CommandId(185), name: "FT.SUGGET", arity: -3, flags: Flags::of(&[Flags::READONLY]), categories: Categories::of(&[Categories::READ, Categories::SEARCH]), subcommands: 0, keys: Only(1), words: &[One(Key), One(Value), Options(&[("FUZZY", &[]), ("WITHSCORES", &[]), ("WITHPAYLOADS", &[]), ("MAX", &[One(Count)])], Other)] },
    CommandSpec { id: CommandId(186), name: "FT.SUGLEN", arity: 2, flags: Flags::of(&[Flags::READONLY]), categories: Categories::of(&[Categories::READ, Categories::SEARCH]), subcommands: 0, keys: Only(1), words: &[One(Key)] },
    CommandSpec { id: CommandId(187), name: "FT.SYNDUMP", arity: 2, flags: Flags::of(&[Flags::READONLY]), categories: Categories::of(&[Categories::READ, Categories::SEARCH]), subcommands: 0, keys: Nowhere, words: &[One(Identifier)] },
    CommandSpec { id: CommandId(188), name: "FT.SYNUPDATE", arity: -4, flags: Flags::of(&[Flags::WRITE]), categories: Categories::of(&[Categories::SEARCH, Categories::WRITE]), subcommands: 0, keys: Nowhere, words: &[One(Identifier), One(Identifier), Options(&[("SKIPINITIALSCAN", &[])], Value)] },
    CommandSpec { id: CommandId(189), name: "FT.TAGVALS", arity: 3, flags: Flags::of(&[Flags::READONLY]), categories: Categories::of(&[Categories::READ, Categories::SEARCH]), subcommands: 0, keys: Nowhere, words: &[One(Identifier), One(Field)] },
    CommandSpec { id: CommandId(190), name: "FT._LIST", arity: 1, flags: Flags::of(&[Flags::READONLY]), categories: Categories::of(&[Categories::READ, Categories::SEARCH, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[] },
    CommandSpec { id: CommandId(191), name: "FUNCTION", arity: -2, flags: Flags::NONE, categories: Categories::of(&[Categories::SLOW]), subcommands: 9, keys: Nowhere, words: &[] },
    CommandSpec { id: CommandId(192), name: "FUNCTION DELETE", arity: 3, flags: Flags::of(&[Flags::NOSCRIPT, Flags::WRITE]), categories: Categories::of(&[Categories::SCRIPTING, Categories::SLOW, Categories::WRITE]), subcommands: 0, keys: Nowhere, words: &[One(Identifier)] },
    CommandSpec { id: CommandId(193), name: "FUNCTION DUMP", arity: 2, flags: Flags::of(&[Flags::NOSCRIPT]), categories: Categories::of(&[Categories::SCRIPTING, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[] },
    CommandSpec { id: CommandId(194), name: "FUNCTION FLUSH", arity: -2, flags: Flags::of(&[Flags::NOSCRIPT, Flags::WRITE]), categories: Categories::of(&[Categories::SCRIPTING, Categories::SLOW, Categories::WRITE]), subcommands: 0, keys: Nowhere, words: &[Options(&[("ASYNC", &[]), ("SYNC", &[])], Other)] },
    CommandSpec { id: CommandId(195), name: "FUNCTION HELP", arity: 2, flags: Flags::of(&[Flags::LOADING, Flags::STALE]), categories: Categories::of(&[Categories::SCRIPTING, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[] },
    CommandSpec { id: CommandId(196), name: "FUNCTION KILL", arity: 2, flags: Flags::of(&[Flags::ALLOW_BUSY, Flags::NOSCRIPT]), categories: Categories::of(&[Categories::SCRIPTING, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[] },
    CommandSpec { id: CommandId(197), name: "FUNCTION LIST", arity: -2, flags: Flags::of(&[Flags::NOSCRIPT]), categories: Categories::of(&[Categories::SCRIPTING, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[Options(&[("LIBRARYNAME", &[One(Other)]), ("WITHCODE", &[])], Other)] },
    CommandSpec { id: CommandId(198), name: "FUNCTION LOAD", arity: -3, flags: Flags::of(&[Flags::DENYOOM, Flags::NOSCRIPT, Flags::WRITE]), categories: Categories::of(&[Categories::SCRIPTING, Categories::SLOW, Categories::WRITE]), subcommands: 0, keys: Nowhere, words: &[Options(&[("REPLACE", &[])], Other), One(Script)] },
    CommandSpec { id: CommandId(199), name: "FUNCTION RESTORE", arity: -3, flags: Flags::of(&[Flags::DENYOOM, Flags::NOSCRIPT, Flags::WRITE]), categories: Categories::of(&[Categories::SCRIPTING, Categories::SLOW, Categories::WRITE]), subcommands: 0, keys: Nowhere, words: &[One(Dump), Options(&[("FLUSH", &[]), ("APPEND", &[]), ("REPLACE", &[])], Other)] },
    CommandSpec { id: CommandId(200), name: "FUNCTION STATS", arity: 2, flags: Flags::of(&[Flags::ALLOW_BUSY, Flags::NOSCRIPT]), categories: Categories::of(&[Categories::SCRIPTING, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[] },
    CommandSpec { id: CommandId(201), name: "GEOADD", arity: -5, flags: Flags::of(&[Flags::DENYOOM, Flags::WRITE]), categories: Categories::of(&[Categories::GEO, Categories::SLOW, Categories::WRITE]), subcommands: 0, keys: Only(1), words: &[One(Key), Options(&[("NX", &[]), ("XX", &[]), ("CH", &[])], Other), Each(&[Coordinate, Coordinate, Member])] },
    CommandSpec { id: CommandId(202), name: "GEODIST", arity: -4, flags: Flags::of(&[Flags::READONLY]), categories: Categories::of(&[Categories::GEO, Categories::READ, Categories::SLOW]), subcommands: 0, keys: Only(1), words: &[One(Key), One(Member), One(Member), Options(&[("M", &[]), ("KM", &[]), ("FT", &[]), ("MI", &[])], Other)] },
    CommandSpec { id: CommandId(203), name: "GEOHASH", arity: -2, flags: Flags::of(&[Flags::READONLY]), categories: Categories::of(&[Categories::GEO, Categories::READ, Categories::SLOW]), subcommands: 0, keys: Only(1), words: &[One(Key), Each(&[Member])] },
    CommandSpec { id: CommandId(204), name: "GEOPOS", arity: -2, flags: Flags::of(&[Flags::READONLY]), categories: Categories::of(&[Categories::GEO, Categories::READ, Categories::SLOW]), subcommands: 0, keys: Only(1), words: &[One(Key), Each(&[Member])] },
    CommandSpec { id: CommandId(205), name: "GEORADIUS", arity: -6, flags: Flags::of(&[Flags::DENYOOM, Flags::WRITE]), categories: Categories::of(&[Categories::GEO, Categories::SLOW, Categories::WRITE]), subcommands: 0, keys: From(1), words: &[One(Key), One(Coordinate), One(Coordinate), One(Number), One(Keyword), Options(&[("WITHCOORD", &[]), ("WITHDIST", &[]), ("WITHHASH", &[]), ("COUNT", &[One(Count)]), ("ANY", &[]), ("ASC", &[]), ("DESC", &[]), ("STORE", &[One(Key)]), ("STOREDIST", &[One(Key)])], Other)] },
    CommandSpec { id: CommandId(206), name: "GEORADIUSBYMEMBER", arity: -5, flags: Flags::of(&[Flags::DENYOOM, Flags::WRITE]), categories: Categories::of(&[Categories::GEO, Categories::SLOW, Categories::WRITE]), subcommands: 0, keys: From(1), words: &[One(Key), One(Member), One(Number), One(Keyword), Options(&[("WITHCOORD", &[]), ("WITHDIST", &[]), ("WITHHASH", &[]), ("COUNT", &[One(Count)]), ("ANY", &[]), ("ASC", &[]), ("DESC", &[]), ("STORE", &[One(Key)]), ("STOREDIST", &[One(Key)])], Other)] },
    CommandSpec { id: CommandId(207), name: "GEORADIUSBYMEMBER_RO", arity: -5, flags: Flags::of(&[Flags::READONLY]), categories: Categories::of(&[Categories::GEO, Categories::READ, Categories::SLOW]), subcommands: 0, keys: Only(1), words: &[One(Key), One(Member), One(Number), One(Keyword), Options(&[("WITHCOORD", &[]), ("WITHDIST", &[]), ("WITHHASH", &[]), ("COUNT", &[One(Count)]), ("ANY", &[]), ("ASC", &[]), ("DESC", &[])], Other)] },
    CommandSpec { id: CommandId(208), name: "GEORADIUS_RO", arity: -6, flags: Flags::of(&[Flags::READONLY]), categories: Categories::of(&[Categories::GEO, Categories::READ, Categories::SLOW]), subcommands: 0, keys: Only(1), words: &[One(Key), One(Coordinate), One(Coordinate), One(Number), One(Keyword), Options(&[("WITHCOORD", &[]), ("WITHDIST", &[]), ("WITHHASH", &[]), ("COUNT", &[One(Count)]), ("ANY", &[]), ("ASC", &[]), ("DESC", &[])], Other)] },
    CommandSpec { id: CommandId(209), name: "GEOSEARCH", arity: -7, flags: Flags::of(&[Flags::READONLY]), categories: Categories::of(&[Categories::GEO, Categories::READ, Categories::SLOW]), subcommands: 0, keys: Only(1), words: &[One(Key), Options(&[("FROMMEMBER", &[One(Member)]), ("FROMLONLAT", &[One(Coordinate), One(Coordinate)]), ("BYRADIUS", &[One(Number), One(Keyword)]), ("BYBOX", &[One(Number), One(Number), One(Keyword)]), ("BYPOLYGON", &[Counted(&[Coordinate, Coordinate])]), ("ASC", &[]), ("DESC", &[]), ("COUNT", &[One(Count)]), ("ANY", &[]), ("WITHCOORD", &[]), ("WITHDIST", &[]), ("WITHHASH", &[])], Other)] },
    CommandSpec { id: CommandId(210), name: "GEOSEARCHSTORE", arity: -8, flags: Flags::of(&[Flags::DENYOOM, Flags::WRITE]), categories: Categories::of(&[Categories::GEO, Categories::SLOW, Categories::WRITE]), subcommands: 0, keys: From(1), words: &[One(Key), One(Key), Options(&[("FROMMEMBER", &[One(Member)]), ("FROMLONLAT", &[One(Coordinate), One(Coordinate)]), ("BYRADIUS", &[One(Number), One(Keyword)]), ("BYBOX", &[One(Number), One(Number), One(Keyword)]), ("BYPOLYGON", &[Counted(&[Coordinate, Coordinate])]), ("ASC", &[]), ("DESC", &[]), ("COUNT", &[One(Count)]), ("ANY", &[]), ("STOREDIST", &[])], Other)] },
    CommandSpec { id: CommandId(211), name: "GET", arity: 2, flags: Flags::of(&[Flags::FAST, Flags::READONLY]), categories: Categories::of(&[Categories::FAST, Categories::READ, Categories::STRING]), subcommands: 0, keys: Only(1), words: &[One(Key)] },
    CommandSpec { id: CommandId(212), name: "GETBIT", arity: 3, flags: Flags::of(&[Flags::FAST, Flags::READONLY]), categories: Categories::of(&[Categories::BITMAP, Categories::FAST, Categories::READ]), subcommands: 0, keys: Only(1), words: &[One(Key), One(Number)] },
    CommandSpec { id: CommandId(213), name: "GETDEL", arity: 2, flags: Flags::of(&[Flags::FAST, Flags::WRITE]), categories: Categories::of(&[Categories::FAST, Categories::STRING, Categories::WRITE]), subcommands: 0, keys: Only(1), words: &[One(Key)] },
    CommandSpec { id: CommandId(214), name: "GETEX", arity: -2, flags: Flags::of(&[Flags::FAST, Flags::WRITE]), categories: Categories::of(&[Categories::FAST, Categories::STRING, Categories::WRITE]), subcommands: 0, keys: Only(1), words: &[One(Key), Options(&[("EX", &[One(Ttl)]), ("PX", &[One(Ttl)]), ("EXAT", &[One(Ttl)]), ("PXAT", &[One(Ttl)]), ("PERSIST", &[])], Other)] },
    CommandSpec { id: CommandId(215), name: "GETRANGE", arity: 4, flags: Flags::of(&[Flags::READONLY]), categories: Categories::of(&[Categories::READ, Categories::SLOW, Categories::STRING]), subcommands: 0, keys: Only(1), words: &[One(Key), One(Number), One(Number)] },
    CommandSpec { id: CommandId(216), name: "GETSET", arity: 3, flags: Flags::of(&[Flags::DENYOOM, Flags::FAST, Flags::WRITE]), categories: Categories::of(&[Categories::FAST, Categories::STRING, Categories::WRITE]), subcommands: 0, keys: Only(1), words: &[One(Key), One(Value)] },
    CommandSpec { id: CommandId(217), name: "HDEL", arity: -3, flags: Flags::of(&[Flags::FAST, Flags::WRITE]), categories: Categories::of(&[Categories::FAST, Categories::HASH, Categories::WRITE]), subcommands: 0, keys: Only(1), words: &[One(Key), Each(&[Field])] },
    CommandSpec { id: CommandId(218), name: "HELLO", arity: -1, flags: Flags::of(&[Flags::ALLOW_BUSY, Flags::FAST, Flags::LOADING, Flags::NOSCRIPT, Flags::NO_AUTH, Flags::STALE]), categories: Categories::of(&[Categories::CONNECTION, Categories::FAST]), subcommands: 0, keys: Nowhere, words: &[One(Number), Options(&[("AUTH", &[One(Username), One(Password)]), ("SETNAME", &[One(ClientName)])], Other)] },
    CommandSpec { id: CommandId(219), name: "HEXISTS", arity: 3, flags: Flags::of(&[Flags::FAST, Flags::READONLY]), categories: Categories::of(&[Categories::FAST, Categories::HASH, Categories::READ]), subcommands: 0, keys: Only(1), words: &[One(Key), One(Field)] },
    CommandSpec { id: CommandId(220), name: "HEXPIRE", arity: -6, flags: Flags::of(&[Flags::FAST, Flags::WRITE]), categories: Categories::of(&[Categories::FAST, Categories::HASH, Categories::WRITE]), subcommands: 0, keys: Only(1), words: &[One(Key), One(Ttl), Options(&[("NX", &[]), ("XX", &[]), ("GT", &[]), ("LT", &[]), ("FIELDS", &[Counted(&[Field])])], Other)] },
    CommandSpec { id: CommandId(221), name: "HEXPIREAT", arity: -6, flags: Flags::of(&[Flags::FAST, Flags::WRITE]), categories: Categories::of(&[Categories::FAST, Categories::HASH, Categories::WRITE]), subcommands: 0, keys: Only(1), words: &[One(Key), One(Ttl), Options(&[("NX", &[]), ("XX", &[]), ("GT", &[]), ("LT", &[]), ("FIELDS", &[Counted(&[Field])])], Other)] },
    CommandSpec { id: CommandId(222), name: "HEXPIRETIME", arity: -5, flags: Flags::of(&[Flags::FAST, Flags::READONLY]), categories: Categories::of(&[Categories::FAST, Categories::HASH, Categories::READ]), subcommands: 0, keys: Only(1), words: &[One(Key), Options(&[("FIELDS", &[Counted(&[Field])])], Other)] },
    CommandSpec { id: CommandId(223), name: "HGET", arity: 3, flags: Flags::of(&[Flags::FAST, Flags::READONLY]), categories: Categories::of(&[Categories::FAST, Categories::HASH, Categories::READ]), subcommands: 0, keys: Only(1), words: &[One(Key), One(Field)] },
    CommandSpec { id: CommandId(224), name: "HGETALL", arity: 2, flags: Flags::of(&[Flags::READONLY]), categories: Categories::of(&[Categories::HASH, Categories::READ, Categories::SLOW]), subcommands: 0, keys: Only(1), words: &[One(Key)] },
    CommandSpec { id: CommandId(225), name: "HGETDEL", arity: -5, flags: Flags::of(&[Flags::FAST, Flags::WRITE]), categories: Categories::of(&[Categories::FAST, Categories::HASH, Categories::WRITE]), subcommands: 0, keys: Only(1), words: &[One(Key), Options(&[("FIELDS", &[Counted(&[Field])])], Other)] },
    CommandSpec { id: CommandId(226), name: "HGETEX", arity: -5, flags: Flags::of(&[Flags::FAST, Flags::WRITE]), categories: Categories::of(&[Categories::FAST, Categories::HASH, Categories::WRITE]), subcommands: 0, keys: Only(1), words: &[One(Key), Options(&[("EX", &[One(Ttl)]), ("PX", &[One(Ttl)]), ("EXAT", &[One(Ttl)]), ("PXAT", &[One(Ttl)]), ("PERSIST", &[]), ("FIELDS", &[Counted(&[Field])])], Other)] },
    CommandSpec { id: CommandId(227), name: "HINCRBY", arity: 4, flags: Flags::of(&[Flags::DENYOOM, Flags::FAST, Flags::WRITE]), categories: Categories::of(&[Categories::FAST, Categories::HASH, Categories::WRITE]), subcommands: 0, keys: Only(1), words: &[One(Key), One(Field), One(Number)] },
    CommandSpec { id: CommandId(228), name: "HINCRBYFLOAT", arity: 4, flags: Flags::of(&[Flags::DENYOOM, Flags::FAST, Flags::WRITE]), categories: Categories::of(&[Categories::FAST, Categories::HASH, Categories::WRITE]), subcommands: 0, keys: Only(1), words: &[One(Key), One(Field), One(Number)] },
    CommandSpec { id: CommandId(229), name: "HKEYS", arity: 2, flags: Flags::of(&[Flags::READONLY]), categories: Categories::of(&[Categories::HASH, Categories::READ, Categories::SLOW]), subcommands: 0, keys: Only(1), words: &[One(Key)] },
    CommandSpec { id: CommandId(230), name: "HLEN", arity: 2, flags: Flags::of(&[Flags::FAST, Flags::READONLY]), categories: Categories::of(&[Categories::FAST, Categories::HASH, Categories::READ]), subcommands: 0, keys: Only(1), words: &[One(Key)] },
    CommandSpec { id: CommandId(231), name: "HMGET", arity: -3, flags: Flags::of(&[Flags::FAST, Flags::READONLY]), categories: Categories::of(&[Categories::FAST, Categories::HASH, Categories::READ]), subcommands: 0, keys: Only(1), words: &[One(Key), Each(&[Field])] },
    CommandSpec { id: CommandId(232), name: "HMSET", arity: -4, flags: Flags::of(&[Flags::DENYOOM, Flags::FAST, Flags::WRITE]), categories: Categories::of(&[Categories::FAST, Categories::HASH, Categories::WRITE]), subcommands: 0, keys: Only(1), words: &[One(Key), Each(&[Field, Value])] },
    CommandSpec { id: CommandId(233), name: "HOTKEYS", arity: -2, flags: Flags::of(&[Flags::ADMIN, Flags::NOSCRIPT]), categories: Categories::of(&[Categories::ADMIN, Categories::DANGEROUS, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[One(Keyword), Each(&[Other])] },
    CommandSpec { id: CommandId(234), name: "HPERSIST", arity: -5, flags: Flags::of(&[Flags::FAST, Flags::WRITE]), categories: Categories::of(&[Categories::FAST, Categories::HASH, Categories::WRITE]), subcommands: 0, keys: Only(1), words: &[One(Key), Options(&[("FIELDS", &[Counted(&[Field])])], Other)] },
    CommandSpec { id: CommandId(235), name: "HPEXPIRE", arity: -6, flags: Flags::of(&[Flags::FAST, Flags::WRITE]), categories: Categories::of(&[Categories::FAST, Categories::HASH, Categories::WRITE]), subcommands: 0, keys: Only(1), words: &[One(Key), One(Ttl), Options(&[("NX", &[]), ("XX", &[]), ("GT", &[]), ("LT", &[]), ("FIELDS", &[Counted(&[Field])])], Other)] },
    CommandSpec { id: CommandId(236), name: "HPEXPIREAT", arity: -6, flags: Flags::of(&[Flags::FAST, Flags::WRITE]), categories: Categories::of(&[Categories::FAST, Categories::HASH, Categories::WRITE]), subcommands: 0, keys: Only(1), words: &[One(Key), One(Ttl), Options(&[("NX", &[]), ("XX", &[]), ("GT", &[]), ("LT", &[]), ("FIELDS", &[Counted(&[Field])])], Other)] },
    CommandSpec { id: CommandId(237), name: "HPEXPIRETIME", arity: -5, flags: Flags::of(&[Flags::FAST, Flags::READONLY]), categories: Categories::of(&[Categories::FAST, Categories::HASH, Categories::READ]), subcommands: 0, keys: Only(1), words: &[One(Key), Options(&[("FIELDS", &[Counted(&[Field])])], Other)] },
    CommandSpec { id: CommandId(238), name: "HPTTL", arity: -5, flags: Flags::of(&[Flags::FAST, Flags::READONLY]), categories: Categories::of(&[Categories::FAST, Categories::HASH, Categories::READ]), subcommands: 0, keys: Only(1), words: &[One(Key), Options(&[("FIELDS", &[Counted(&[Field])])], Other)] },
    CommandSpec { id: CommandId(239), name: "HRANDFIELD", arity: -2, flags: Flags::of(&[Flags::READONLY]), categories: Categories::of(&[Categories::HASH, Categories::READ, Categories::SLOW]), subcommands: 0, keys: Only(1), words: &[One(Key), One(Count), Options(&[("WITHVALUES", &[])], Other)] },
    CommandSpec { id: CommandId(240), name: "HSCAN", arity: -3, flags: Flags::of(&[Flags::READONLY]), categories: Categories::of(&[Categories::HASH, Categories::READ, Categories::SLOW]), subcommands: 0, keys: Only(1), words: &[One(Key), One(Cursor), Options(&[("MATCH", &[One(Pattern)]), ("COUNT", &[One(Count)]), ("NOVALUES", &[])], Other)] },
    CommandSpec { id: CommandId(241), name: "HSET", arity: -4, flags: Flags::of(&[Flags::DENYOOM, Flags::FAST, Flags::WRITE]), categories: Categories::of(&[Categories::FAST, Categories::HASH, Categories::WRITE]), subcommands: 0, keys: Only(1), words: &[One(Key), Each(&[Field, Value])] },
    CommandSpec { id: CommandId(242), name: "HSETEX", arity: -6, flags: Flags::of(&[Flags::DENYOOM, Flags::FAST, Flags::WRITE]), categories: Categories::of(&[Categories::FAST, Categories::HASH, Categories::WRITE]), subcommands: 0, keys: Only(1), words: &[One(Key), Options(&[("NX", &[]), ("XX", &[]), ("FNX", &[]), ("FXX", &[]), ("EX", &[One(Ttl)]), ("PX", &[One(Ttl)]), ("EXAT", &[One(Ttl)]), ("PXAT", &[One(Ttl)]), ("KEEPTTL", &[]), ("FIELDS", &[Counted(&[Field, Value])])], Other)] },
    CommandSpec { id: CommandId(243), name: "HSETNX", arity: 4, flags: Flags::of(&[Flags::DENYOOM, Flags::FAST, Flags::WRITE]), categories: Categories::of(&[Categories::FAST, Categories::HASH, Categories::WRITE]), subcommands: 0, keys: Only(1), words: &[One(Key), One(Field), One(Value)] },
    CommandSpec { id: CommandId(244), name: "HSTRLEN", arity: 3, flags: Flags::of(&[Flags::FAST, Flags::READONLY]), categories: Categories::of(&[Categories::FAST, Categories::HASH, Categories::READ]), subcommands: 0, keys: Only(1), words: &[One(Key), One(Field)] },
    CommandSpec { id: CommandId(245), name: "HTTL", arity: -5, flags: Flags::of(&[Flags::FAST, Flags::READONLY]), categories: Categories::of(&[Categories::FAST, Categories::HASH, Categories::READ]), subcommands: 0, keys: Only(1), words: &[One(Key), Options(&[("FIELDS", &[Counted(&[Field])])], Other)] },
    CommandSpec { id: CommandId(246), name: "HVALS", arity: 2, flags: Flags::of(&[Flags::READONLY]), categories: Categories::of(&[Categories::HASH, Categories::READ, Categories::SLOW]), subcommands: 0, keys: Only(1), words: &[One(Key)] },
    CommandSpec { id: CommandId(247), name: "INCR", arity: 2, flags: Flags::of(&[Flags::DENYOOM, Flags::FAST, Flags::WRITE]), categories: Categories::of(&[Categories::FAST, Categories::STRING, Categories::WRITE]), subcommands: 0, keys: Only(1), words: &[One(Key)] },
    CommandSpec { id: CommandId(248), name: "INCRBY", arity: 3, flags: Flags::of(&[Flags::DENYOOM, Flags::FAST, Flags::WRITE]), categories: Categories::of(&[Categories::FAST, Categories::STRING, Categories::WRITE]), subcommands: 0, keys: Only(1), words: &[One(Key), One(Number)] },
    CommandSpec { id: CommandId(249), name: "INCRBYFLOAT", arity: 3, flags: Flags::of(&[Flags::DENYOOM, Flags::FAST, Flags::WRITE]), categories: Categories::of(&[Categories::FAST, Categories::STRING, Categories::WRITE]), subcommands: 0, keys: Only(1), words: &[One(Key), One(Number)] },
    CommandSpec { id: CommandId(250), name: "INFO", arity: -1, flags: Flags::of(&[Flags::LOADING, Flags::STALE]), categories: Categories::of(&[Categories::DANGEROUS, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[Each(&[Keyword])] },
    CommandSpec { id: CommandId(251), name: "JSON.ARRAPPEND", arity: -4, flags: Flags::of(&[Flags::DENYOOM, Flags::WRITE]), categories: Categories::of(&[Categories::JSON, Categories::WRITE]), subcommands: 0, keys: Only(1), words: &[One(Key), One(JsonPath), Each(&[Value])] },
    CommandSpec { id: CommandId(252), name: "JSON.ARRINDEX", arity: -4, flags: Flags::of(&[Flags::READONLY]), categories: Categories::of(&[Categories::JSON, Categories::READ]), subcommands: 0, keys: Only(1), words: &[One(Key), One(JsonPath), One(Value), One(Number), One(Number)] },
    CommandSpec { id: CommandId(253), name: "JSON.ARRINSERT", arity: -5, flags: Flags::of(&[Flags::DENYOOM, Flags::WRITE]), categories: Categories::of(&[Categories::JSON, Categories::WRITE]), subcommands: 0, keys: Only(1), words: &[One(Key), One(JsonPath), One(Number), Each(&[Value])] },
    CommandSpec { id: CommandId(254), name: "JSON.ARRLEN", arity: -2, flags: Flags::of(&[Flags::READONLY]), categories: Categories::of(&[Categories::JSON, Categories::READ]), subcommands: 0, keys: Only(1), words: &[One(Key), One(JsonPath)] },
    CommandSpec { id: CommandId(255), name: "JSON.ARRPOP", arity: -2, flags: Flags::of(&[Flags::WRITE]), categories: Categories::of(&[Categories::JSON, Categories::WRITE]), subcommands: 0, keys: Only(1), words: &[One(Key), One(JsonPath), One(Number)] },
    CommandSpec { id: CommandId(256), name: "JSON.ARRTRIM", arity: 5, flags: Flags::of(&[Flags::WRITE]), categories: Categories::of(&[Categories::JSON, Categories::WRITE]), subcommands: 0, keys: Only(1), words: &[One(Key), One(JsonPath), One(Number), One(Number)] },
    CommandSpec { id: CommandId(257), name: "JSON.CLEAR", arity: -2, flags: Flags::of(&[Flags::WRITE]), categories: Categories::of(&[Categories::JSON, Categories::WRITE]), subcommands: 0, keys: Only(1), words: &[One(Key), One(JsonPath)] },
    CommandSpec { id: CommandId(258), name: "JSON.DEBUG", arity: -2, flags: Flags::of(&[Flags::READONLY]), categories: Categories::of(&[Categories::JSON, Categories::READ]), subcommands: 0, keys: Only(2), words: &[One(Keyword), One(Key), One(JsonPath)] },
    CommandSpec { id: CommandId(259), name: "JSON.DEL", arity: -2, flags: Flags::of(&[Flags::WRITE]), categories: Categories::of(&[Categories::JSON, Categories::WRITE]), subcommands: 0, keys: Only(1), words: &[One(Key), One(JsonPath)] },
    CommandSpec { id: CommandId(260), name: "JSON.FORGET", arity: -2, flags: Flags::of(&[Flags::WRITE]), categories: Categories::of(&[Categories::JSON, Categories::WRITE]), subcommands: 0, keys: Only(1), words: &[One(Key), One(JsonPath)] },
    CommandSpec { id: CommandId(261), name: "JSON.GET", arity: -2, flags: Flags::of(&[Flags::READONLY]), categories: Categories::of(&[Categories::JSON, Categories::READ]), subcommands: 0, keys: Only(1), words: &[One(Key), Options(&[("INDENT", &[One(Keyword)]), ("NEWLINE", &[One(Keyword)]), ("SPACE", &[One(Keyword)]), ("NOESCAPE", &[]), ("FORMAT", &[One(Keyword)])], JsonPath)] },
    CommandSpec { id: CommandId(262), name: "JSON.MERGE", arity: 4, flags: Flags::of(&[Flags::DENYOOM, Flags::WRITE]), categories: Categories::of(&[Categories::JSON, Categories::WRITE]), subcommands: 0, keys: Only(1), words: &[One(Key), One(JsonPath), One(Value)] },
    CommandSpec { id: CommandId(263), name: "JSON.MGET", arity: -3, flags: Flags::of(&[Flags::READONLY]), categories: Categories::of(&[Categories::JSON, Categories::READ]), subcommands: 0, keys: From(1), words: &[AllBut(Key, &[JsonPath])] },
    CommandSpec { id: CommandId(264), name: "JSON.MSET", arity: -4, flags: Flags::of(&[Flags::DENYOOM, Flags::WRITE]), categories: Categories::of(&[Categories::JSON, Categories::WRITE]), subcommands: 0, keys: From(1), words: &[Each(&[Key, JsonPath, Value])] },
    CommandSpec { id: CommandId(265), name: "JSON.NUMINCRBY", arity: 4, flags: Flags::of(&[Flags::WRITE]), categories: Categories::of(&[Categories::JSON, Categories::WRITE]), subcommands: 0, keys: Only(1), words: &[One(Key), One(JsonPath), One(Number)] },
    CommandSpec { id: CommandId(266), name: "JSON.NUMMULTBY", arity: 4, flags: Flags::of(&[Flags::WRITE]), categories: Categories::of(&[Categories::JSON, Categories::WRITE]), subcommands: 0, keys: Only(1), words: &[One(Key), One(JsonPath), One(Number)] },
    CommandSpec { id: CommandId(267), name: "JSON.NUMPOWBY", arity: 4, flags: Flags::of(&[Flags::WRITE]), categories: Categories::of(&[Categories::JSON, Categories::WRITE]), subcommands: 0, keys: Only(1), words: &[One(Key), One(JsonPath), One(Number)] },
    CommandSpec { id: CommandId(268), name: "JSON.OBJKEYS", arity: -2, flags: Flags::of(&[Flags::READONLY]), categories: Categories::of(&[Categories::JSON, Categories::READ]), subcommands: 0, keys: Only(1), words: &[One(Key), One(JsonPath)] },
    CommandSpec { id: CommandId(269), name: "JSON.OBJLEN", arity: -2, flags: Flags::of(&[Flags::READONLY]), categories: Categories::of(&[Categories::JSON, Categories::READ]), subcommands: 0, keys: Only(1), words: &[One(Key), One(JsonPath)] },
    CommandSpec { id: CommandId(270), name: "JSON.RESP", arity: -2, flags: Flags::of(&[Flags::READONLY]), categories: Categories::of(&[Categories::JSON, Categories::READ]), subcommands: 0, keys: Only(1), words: &[One(Key), One(JsonPath)] },
    CommandSpec { id: CommandId(271), name: "JSON.SET", arity: -4, flags: Flags::of(&[Flags::DENYOOM, Flags::WRITE]), categories: Categories::of(&[Categories::JSON, Categories::WRITE]), subcommands: 0, keys: Only(1), words: &[One(Key), One(JsonPath), One(Value), Options(&[("NX", &[]), ("XX", &[]), ("FORMAT", &[One(Keyword)])], Other)] },
    CommandSpec { id: CommandId(272), name: "JSON.STRAPPEND", arity: -3, flags: Flags::of(&[Flags::DENYOOM, Flags::WRITE]), categories: Categories::of(&[Categories::JSON, Categories::WRITE]), subcommands: 0, keys: Only(1), words: &[One(Key), One(JsonPath), One(Value)] },
    CommandSpec { id: CommandId(273), name: "JSON.STRLEN", arity: -2, flags: Flags::of(&[Flags::READONLY]), categories: Categories::of(&[Categories::JSON, Categories::READ]), subcommands: 0, keys: Only(1), words: &[One(Key), One(JsonPath)] },
    CommandSpec { id: CommandId(274), name: "JSON.TOGGLE", arity: 3, flags: Flags::of(&[Flags::WRITE]), categories: Categories::of(&[Categories::JSON, Categories::WRITE]), subcommands: 0, keys: Only(1), words: &[One(Key), One(JsonPath)] },
    CommandSpec { id: CommandId(275), name: "JSON.TYPE", arity: -2, flags: Flags::of(&[Flags::READONLY]), categories: Categories::of(&[Categories::JSON, Categories::READ]), subcommands: 0, keys: Only(1), words: &[One(Key), One(JsonPath)] },
    CommandSpec { id: CommandId(276), name: "KEYS", arity: 2, flags: Flags::of(&[Flags::READONLY]), categories: Categories::of(&[Categories::DANGEROUS, Categories::KEYSPACE, Categories::READ, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[One(Pattern)] },
    CommandSpec { id: CommandId(277), name: "LASTSAVE", arity: 1, flags: Flags::of(&[Flags::FAST, Flags::LOADING, Flags::STALE]), categories: Categories::of(&[Categories::ADMIN, Categories::DANGEROUS, Categories::FAST]), subcommands: 0, keys: Nowhere, words: &[] },
    CommandSpec { id: CommandId(278), name: "LATENCY", arity: -2, flags: Flags::NONE, categories: Categories::of(&[Categories::SLOW]), subcommands: 7, keys: Nowhere, words: &[] },
    CommandSpec { id: CommandId(279), name: "LATENCY DOCTOR", arity: 2, flags: Flags::of(&[Flags::ADMIN, Flags::LOADING, Flags::NOSCRIPT, Flags::STALE]), categories: Categories::of(&[Categories::ADMIN, Categories::DANGEROUS, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[] },
    CommandSpec { id: CommandId(280), name: "LATENCY GRAPH", arity: 3, flags: Flags::of(&[Flags::ADMIN, Flags::LOADING, Flags::NOSCRIPT, Flags::STALE]), categories: Categories::of(&[Categories::ADMIN, Categories::DANGEROUS, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[One(Other)] },
    CommandSpec { id: CommandId(281), name: "LATENCY HELP", arity: 2, flags: Flags::of(&[Flags::LOADING, Flags::STALE]), categories: Categories::of(&[Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[] },
    CommandSpec { id: CommandId(282), name: "LATENCY HISTOGRAM", arity: -2, flags: Flags::of(&[Flags::ADMIN, Flags::LOADING, Flags::NOSCRIPT, Flags::STALE]), categories: Categories::of(&[Categories::ADMIN, Categories::DANGEROUS, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[Each(&[Other])] },
    CommandSpec { id: CommandId(283), name: "LATENCY HISTORY", arity: 3, flags: Flags::of(&[Flags::ADMIN, Flags::LOADING, Flags::NOSCRIPT, Flags::STALE]), categories: Categories::of(&[Categories::ADMIN, Categories::DANGEROUS, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[One(Other)] },
    CommandSpec { id: CommandId(284), name: "LATENCY LATEST", arity: 2, flags: Flags::of(&[Flags::ADMIN, Flags::LOADING, Flags::NOSCRIPT, Flags::STALE]), categories: Categories::of(&[Categories::ADMIN, Categories::DANGEROUS, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[] },
    CommandSpec { id: CommandId(285), name: "LATENCY RESET", arity: -2, flags: Flags::of(&[Flags::ADMIN, Flags::LOADING, Flags::NOSCRIPT, Flags::STALE]), categories: Categories::of(&[Categories::ADMIN, Categories::DANGEROUS, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[Each(&[Keyword])] },
    CommandSpec { id: CommandId(286), name: "LCS", arity: -3, flags: Flags::of(&[Flags::READONLY]), categories: Categories::of(&[Categories::READ, Categories::SLOW, Categories::STRING]), subcommands: 0, keys: From(1), words: &[One(Key), One(Key), Options(&[("LEN", &[]), ("IDX", &[]), ("MINMATCHLEN", &[One(Number)]), ("WITHMATCHLEN", &[])], Other)] },
    CommandSpec { id: CommandId(287), name: "LINDEX", arity: 3, flags: Flags::of(&[Flags::READONLY]), categories: Categories::of(&[Categories::LIST, Categories::READ, Categories::SLOW]), subcommands: 0, keys: Only(1), words: &[One(Key), One(Number)] },
    CommandSpec { id: CommandId(288), name: "LINSERT", arity: 5, flags: Flags::of(&[Flags::DENYOOM, Flags::WRITE]), categories: Categories::of(&[Categories::LIST, Categories::SLOW, Categories::WRITE]), subcommands: 0, keys: Only(1), words: &[One(Key), One(Keyword), One(Value), One(Value)] },
    CommandSpec { id: CommandId(289), name: "LLEN", arity: 2, flags: Flags::of(&[Flags::FAST, Flags::READONLY]), categories: Categories::of(&[Categories::FAST, Categories::LIST, Categories::READ]), subcommands: 0, keys: Only(1), words: &[One(Key)] },
    CommandSpec { id: CommandId(290), name: "LMOVE", arity: 5, flags: Flags::of(&[Flags::DENYOOM, Flags::WRITE]), categories: Categories::of(&[Categories::LIST, Categories::SLOW, Categories::WRITE]), subcommands: 0, keys: From(1), words: &[One(Key), One(Key), One(Keyword), One(Keyword)] },
    CommandSpec { id: CommandId(291), name: "LMPOP", arity: -4, flags: Flags::of(&[Flags::WRITE]), categories: Categories::of(&[Categories::LIST, Categories::SLOW, Categories::WRITE]), subcommands: 0, keys: Anywhere, words: &[Counted(&[Key]), One(Keyword), Options(&[("COUNT", &[One(Count)])], Other)] },
    CommandSpec { id: CommandId(292), name: "LOLWUT", arity: -1, flags: Flags::of(&[Flags::FAST, Flags::READONLY]), categories: Categories::of(&[Categories::FAST, Categories::READ]), subcommands: 0, keys: Nowhere, words: &[Options(&[("VERSION", &[One(Number)])], Other)] },
    CommandSpec { id: CommandId(293), name: "LPOP", arity: -2, flags: Flags::of(&[Flags::FAST, Flags::WRITE]), categories: Categories::of(&[Categories::FAST, Categories::LIST, Categories::WRITE]), subcommands: 0, keys: Only(1), words: &[One(Key), One(Count)] },
    CommandSpec { id: CommandId(294), name: "LPOS", arity: -3, flags: Flags::of(&[Flags::READONLY]), categories: Categories::of(&[Categories::LIST, Categories::READ, Categories::SLOW]), subcommands: 0, keys: Only(1), words: &[One(Key), One(Value), Options(&[("RANK", &[One(Number)]), ("COUNT", &[One(Number)]), ("MAXLEN", &[One(Number)])], Other)] },
    CommandSpec { id: CommandId(295), name: "LPUSH", arity: -3, flags: Flags::of(&[Flags::DENYOOM, Flags::FAST, Flags::WRITE]), categories: Categories::of(&[Categories::FAST, Categories::LIST, Categories::WRITE]), subcommands: 0, keys: Only(1), words: &[One(Key), Each(&[Value])] },
    CommandSpec { id: CommandId(296), name: "LPUSHX", arity: -3, flags: Flags::of(&[Flags::DENYOOM, Flags::FAST, Flags::WRITE]), categories: Categories::of(&[Categories::FAST, Categories::LIST, Categories::WRITE]), subcommands: 0, keys: Only(1), words: &[One(Key), Each(&[Value])] },
    CommandSpec { id: CommandId(297), name: "LRANGE", arity: 4, flags: Flags::of(&[Flags::READONLY]), categories: Categories::of(&[Categories::LIST, Categories::READ, Categories::SLOW]), subcommands: 0, keys: Only(1), words: &[One(Key), One(Number), One(Number)] },
    CommandSpec { id: CommandId(298), name: "LREM", arity: 4, flags: Flags::of(&[Flags::WRITE]), categories: Categories::of(&[Categories::LIST, Categories::SLOW, Categories::WRITE]), subcommands: 0, keys: Only(1), words: &[One(Key), One(Count), One(Value)] },
    CommandSpec { id: CommandId(299), name: "LSET", arity: 4, flags: Flags::of(&[Flags::DENYOOM, Flags::WRITE]), categories: Categories::of(&[Categories::LIST, Categories::SLOW, Categories::WRITE]), subcommands: 0, keys: Only(1), words: &[One(Key), One(Number), One(Value)] },
    CommandSpec { id: CommandId(300), name: "LTRIM", arity: 4, flags: Flags::of(&[Flags::WRITE]), categories: Categories::of(&[Categories::LIST, Categories::SLOW, Categories::WRITE]), subcommands: 0, keys: Only(1), words: &[One(Key), One(Number), One(Number)] },
    CommandSpec { id: CommandId(301), name: "MEMORY", arity: -2, flags: Flags::NONE, categories: Categories::of(&[Categories::SLOW]), subcommands: 6, keys: Nowhere, words: &[] },
    CommandSpec { id: CommandId(302), name: "MEMORY DOCTOR", arity: 2, flags: Flags::NONE, categories: Categories::of(&[Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[] },
    CommandSpec { id: CommandId(303), name: "MEMORY HELP", arity: 2, flags: Flags::of(&[Flags::LOADING, Flags::STALE]), categories: Categories::of(&[Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[] },
    CommandSpec { id: CommandId(304), name: "MEMORY MALLOC-STATS", arity: 2, flags: Flags::of(&[Flags::LOADING]), categories: Categories::of(&[Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[] },
    CommandSpec { id: CommandId(305), name: "MEMORY PURGE", arity: 2, flags: Flags::of(&[Flags::LOADING]), categories: Categories::of(&[Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[] },
    CommandSpec { id: CommandId(306), name: "MEMORY STATS", arity: 2, flags: Flags::NONE, categories: Categories::of(&[Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[] },
    CommandSpec { id: CommandId(307), name: "MEMORY USAGE", arity: -3, flags: Flags::of(&[Flags::READONLY]), categories: Categories::of(&[Categories::READ, Categories::SLOW]), subcommands: 0, keys: Only(2), words: &[One(Key), Options(&[("SAMPLES", &[One(Count)])], Other)] },
    CommandSpec { id: CommandId(308), name: "MGET", arity: -2, flags: Flags::of(&[Flags::FAST, Flags::READONLY]), categories: Categories::of(&[Categories::FAST, Categories::READ, Categories::STRING]), subcommands: 0, keys: From(1), words: &[Each(&[Key])] },
    CommandSpec { id: CommandId(309), name: "MIGRATE", arity: -6, flags: Flags::of(&[Flags::WRITE]), categories: Categories::of(&[Categories::DANGEROUS, Categories::KEYSPACE, Categories::SLOW, Categories::WRITE]), subcommands: 0, keys: From(3), words: &[One(Address), One(Number), One(Key), One(Number), One(Timeout), Options(&[("COPY", &[]), ("REPLACE", &[]), ("AUTH", &[One(Password)]), ("AUTH2", &[One(Username), One(Password)]), ("KEYS", &[Each(&[Key])])], Other)] },
    CommandSpec { id: CommandId(310), name: "MODULE", arity: -2, flags: Flags::NONE, categories: Categories::of(&[Categories::SLOW]), subcommands: 5, keys: Nowhere, words: &[] },
    CommandSpec { id: CommandId(311), name: "MODULE HELP", arity: 2, flags: Flags::of(&[Flags::LOADING, Flags::STALE]), categories: Categories::of(&[Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[] },
    CommandSpec { id: CommandId(312), name: "MODULE LIST", arity: 2, flags: Flags::of(&[Flags::ADMIN, Flags::NOSCRIPT]), categories: Categories::of(&[Categories::ADMIN, Categories::DANGEROUS, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[] },
    CommandSpec { id: CommandId(313), name: "MODULE LOAD", arity: -3, flags: Flags::of(&[Flags::ADMIN, Flags::NOSCRIPT, Flags::NO_ASYNC_LOADING]), categories: Categories::of(&[Categories::ADMIN, Categories::DANGEROUS, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[One(Path), Each(&[ScriptArgument])] },
    CommandSpec { id: CommandId(314), name: "MODULE LOADEX", arity: -3, flags: Flags::of(&[Flags::ADMIN, Flags::NOSCRIPT, Flags::NO_ASYNC_LOADING]), categories: Categories::of(&[Categories::ADMIN, Categories::DANGEROUS, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[One(Path), Options(&[("CONFIG", &[One(Parameter), One(ParameterValue)]), ("ARGS", &[Each(&[ScriptArgument])])], Other)] },
    CommandSpec { id: CommandId(315), name: "MODULE UNLOAD", arity: 3, flags: Flags::of(&[Flags::ADMIN, Flags::NOSCRIPT, Flags::NO_ASYNC_LOADING]), categories: Categories::of(&[Categories::ADMIN, Categories::DANGEROUS, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[One(Identifier)] },
    CommandSpec { id: CommandId(316), name: "MONITOR", arity: 1, flags: Flags::of(&[Flags::ADMIN, Flags::LOADING, Flags::NOSCRIPT, Flags::STALE]), categories: Categories::of(&[Categories::ADMIN, Categories::DANGEROUS, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[] },
    CommandSpec { id: CommandId(317), name: "MOVE", arity: 3, flags: Flags::of(&[Flags::FAST, Flags::WRITE]), categories: Categories::of(&[Categories::FAST, Categories::KEYSPACE, Categories::WRITE]), subcommands: 0, keys: Only(1), words: &[One(Key), One(Number)] },
    CommandSpec { id: CommandId(318), name: "MSET", arity: -3, flags: Flags::of(&[Flags::DENYOOM, Flags::WRITE]), categories: Categories::of(&[Categories::SLOW, Categories::STRING, Categories::WRITE]), subcommands: 0, keys: From(1), words: &[Each(&[Key, Value])] },
    CommandSpec { id: CommandId(319), name: "MSETEX", arity: -4, flags: Flags::of(&[Flags::DENYOOM, Flags::WRITE]), categories: Categories::of(&[Categories::SLOW, Categories::STRING, Categories::WRITE]), subcommands: 0, keys: Anywhere, words: &[Counted(&[Key, Value]), Options(&[("NX", &[]), ("XX", &[]), ("EX", &[One(Ttl)]), ("PX", &[One(Ttl)]), ("EXAT", &[One(Ttl)]), ("PXAT", &[One(Ttl)]), ("KEEPTTL", &[])], Other)] },
    CommandSpec { id: CommandId(320), name: "MSETNX", arity: -3, flags: Flags::of(&[Flags::DENYOOM, Flags::WRITE]), categories: Categories::of(&[Categories::SLOW, Categories::STRING, Categories::WRITE]), subcommands: 0, keys: From(1), words: &[Each(&[Key, Value])] },
    CommandSpec { id: CommandId(321), name: "MULTI", arity: 1, flags: Flags::of(&[Flags::ALLOW_BUSY, Flags::FAST, Flags::LOADING, Flags::NOSCRIPT, Flags::NO_MULTI, Flags::STALE]), categories: Categories::of(&[Categories::FAST, Categories::TRANSACTION]), subcommands: 0, keys: Nowhere, words: &[] },
    CommandSpec { id: CommandId(322), name: "OBJECT", arity: -2, flags: Flags::NONE, categories: Categories::of(&[Categories::SLOW]), subcommands: 5, keys: Nowhere, words: &[] },
    CommandSpec { id: CommandId(323), name: "OBJECT ENCODING", arity: 3, flags: Flags::of(&[Flags::READONLY]), categories: Categories::of(&[Categories::KEYSPACE, Categories::READ, Categories::SLOW]), subcommands: 0, keys: Only(2), words: &[One(Key)] },
    CommandSpec { id: CommandId(324), name: "OBJECT FREQ", arity: 3, flags: Flags::of(&[Flags::READONLY]), categories: Categories::of(&[Categories::KEYSPACE, Categories::READ, Categories::SLOW]), subcommands: 0, keys: Only(2), words: &[One(Key)] },
    CommandSpec { id: CommandId(325), name: "OBJECT HELP", arity: 2, flags: Flags::of(&[Flags::LOADING, Flags::STALE]), categories: Categories::of(&[Categories::KEYSPACE, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[] },
    CommandSpec { id: CommandId(326), name: "OBJECT IDLETIME", arity: 3, flags: Flags::of(&[Flags::READONLY]), categories: Categories::of(&[Categories::KEYSPACE, Categories::READ, Categories::SLOW]), subcommands: 0, keys: Only(2), words: &[One(Key)] },
    CommandSpec { id: CommandId(327), name: "OBJECT REFCOUNT", arity: 3, flags: Flags::of(&[Flags::READONLY]), categories: Categories::of(&[Categories::KEYSPACE, Categories::READ, Categories::SLOW]), subcommands: 0, keys: Only(2), words: &[One(Key)] },
    CommandSpec { id: CommandId(328), name: "PERSIST", arity: 2, flags: Flags::of(&[Flags::FAST, Flags::WRITE]), categories: Categories::of(&[Categories::FAST, Categories::KEYSPACE, Categories::WRITE]), subcommands: 0, keys: Only(1), words: &[One(Key)] },
    CommandSpec { id: CommandId(329), name: "PEXPIRE", arity: -3, flags: Flags::of(&[Flags::FAST, Flags::WRITE]), categories: Categories::of(&[Categories::FAST, Categories::KEYSPACE, Categories::WRITE]), subcommands: 0, keys: Only(1), words: &[One(Key), One(Ttl), Options(&[("NX", &[]), ("XX", &[]), ("GT", &[]), ("LT", &[])], Other)] },
    CommandSpec { id: CommandId(330), name: "PEXPIREAT", arity: -3, flags: Flags::of(&[Flags::FAST, Flags::WRITE]), categories: Categories::of(&[Categories::FAST, Categories::KEYSPACE, Categories::WRITE]), subcommands: 0, keys: Only(1), words: &[One(Key), One(Ttl), Options(&[("NX", &[]), ("XX", &[]), ("GT", &[]), ("LT", &[])], Other)] },
    CommandSpec { id: CommandId(331), name: "PEXPIRETIME", arity: 2, flags: Flags::of(&[Flags::FAST, Flags::READONLY]), categories: Categories::of(&[Categories::FAST, Categories::KEYSPACE, Categories::READ]), subcommands: 0, keys: Only(1), words: &[One(Key)] },
    CommandSpec { id: CommandId(332), name: "PFADD", arity: -2, flags: Flags::of(&[Flags::DENYOOM, Flags::FAST, Flags::WRITE]), categories: Categories::of(&[Categories::FAST, Categories::HYPERLOGLOG, Categories::WRITE]), subcommands: 0, keys: Only(1), words: &[One(Key), Each(&[Member])] },
    CommandSpec { id: CommandId(333), name: "PFCOUNT", arity: -2, flags: Flags::of(&[Flags::READONLY]), categories: Categories::of(&[Categories::HYPERLOGLOG, Categories::READ, Categories::SLOW]), subcommands: 0, keys: From(1), words: &[Each(&[Key])] },
    CommandSpec { id: CommandId(334), name: "PFDEBUG", arity: 3, flags: Flags::of(&[Flags::ADMIN, Flags::DENYOOM, Flags::WRITE]), categories: Categories::of(&[Categories::ADMIN, Categories::DANGEROUS, Categories::HYPERLOGLOG, Categories::SLOW, Categories::WRITE]), subcommands: 0, keys: Only(2), words: &[One(Keyword), One(Key)] },
    CommandSpec { id: CommandId(335), name: "PFMERGE", arity: -2, flags: Flags::of(&[Flags::DENYOOM, Flags::WRITE]), categories: Categories::of(&[Categories::HYPERLOGLOG, Categories::SLOW, Categories::WRITE]), subcommands: 0, keys: From(1), words: &[One(Key), Each(&[Key])] },
    CommandSpec { id: CommandId(336), name: "PFSELFTEST", arity: 1, flags: Flags::of(&[Flags::ADMIN]), categories: Categories::of(&[Categories::ADMIN, Categories::DANGEROUS, Categories::HYPERLOGLOG, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[] },
    CommandSpec { id: CommandId(337), name: "PING", arity: -1, flags: Flags::of(&[Flags::FAST]), categories: Categories::of(&[Categories::CONNECTION, Categories::FAST]), subcommands: 0, keys: Nowhere, words: &[One(Message)] },
    CommandSpec { id: CommandId(338), name: "PSETEX", arity: 4, flags: Flags::of(&[Flags::DENYOOM, Flags::WRITE]), categories: Categories::of(&[Categories::SLOW, Categories::STRING, Categories::WRITE]), subcommands: 0, keys: Only(1), words: &[One(Key), One(Ttl), One(Value)] },
    CommandSpec { id: CommandId(339), name: "PSUBSCRIBE", arity: -2, flags: Flags::of(&[Flags::LOADING, Flags::NOSCRIPT, Flags::PUBSUB, Flags::STALE, Flags::SUBSCRIBES]), categories: Categories::of(&[Categories::PUBSUB, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[Each(&[Pattern])] },
    CommandSpec { id: CommandId(340), name: "PSYNC", arity: -3, flags: Flags::of(&[Flags::ADMIN, Flags::NOSCRIPT, Flags::NO_ASYNC_LOADING, Flags::NO_MULTI]), categories: Categories::of(&[Categories::ADMIN, Categories::DANGEROUS, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[One(Identifier), One(Number)] },
    CommandSpec { id: CommandId(341), name: "PTTL", arity: 2, flags: Flags::of(&[Flags::FAST, Flags::READONLY]), categories: Categories::of(&[Categories::FAST, Categories::KEYSPACE, Categories::READ]), subcommands: 0, keys: Only(1), words: &[One(Key)] },
    CommandSpec { id: CommandId(342), name: "PUBLISH", arity: 3, flags: Flags::of(&[Flags::FAST, Flags::LOADING, Flags::PUBSUB, Flags::STALE]), categories: Categories::of(&[Categories::FAST, Categories::PUBSUB]), subcommands: 0, keys: Nowhere, words: &[One(Channel), One(Message)] },
    CommandSpec { id: CommandId(343), name: "PUBSUB", arity: -2, flags: Flags::NONE, categories: Categories::of(&[Categories::SLOW]), subcommands: 6, keys: Nowhere, words: &[] },
    CommandSpec { id: CommandId(344), name: "PUBSUB CHANNELS", arity: -2, flags: Flags::of(&[Flags::LOADING, Flags::PUBSUB, Flags::STALE]), categories: Categories::of(&[Categories::PUBSUB, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[One(Pattern)] },
    CommandSpec { id: CommandId(345), name: "PUBSUB HELP", arity: 2, flags: Flags::of(&[Flags::LOADING, Flags::STALE]), categories: Categories::of(&[Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[] },
    CommandSpec { id: CommandId(346), name: "PUBSUB NUMPAT", arity: 2, flags: Flags::of(&[Flags::LOADING, Flags::PUBSUB, Flags::STALE]), categories: Categories::of(&[Categories::PUBSUB, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[] },
    CommandSpec { id: CommandId(347), name: "PUBSUB NUMSUB", arity: -2, flags: Flags::of(&[Flags::LOADING, Flags::PUBSUB, Flags::STALE]), categories: Categories::of(&[Categories::PUBSUB, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[Each(&[Channel])] },
    CommandSpec { id: CommandId(348), name: "PUBSUB SHARDCHANNELS", arity: -2, flags: Flags::of(&[Flags::LOADING, Flags::PUBSUB, Flags::STALE]), categories: Categories::of(&[Categories::PUBSUB, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[One(Pattern)] },
    CommandSpec { id: CommandId(349), name: "PUBSUB SHARDNUMSUB", arity: -2, flags: Flags::of(&[Flags::LOADING, Flags::PUBSUB, Flags::STALE]), categories: Categories::of(&[Categories::PUBSUB, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[Each(&[Channel])] },
    CommandSpec { id: CommandId(350), name: "PUNSUBSCRIBE", arity: -1, flags: Flags::of(&[Flags::LOADING, Flags::NOSCRIPT, Flags::PUBSUB, Flags::STALE, Flags::UNSUBSCRIBES]), categories: Categories::of(&[Categories::PUBSUB, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[Each(&[Pattern])] },
    CommandSpec { id: CommandId(351), name: "QUIT", arity: -1, flags: Flags::of(&[Flags::ALLOW_BUSY, Flags::FAST, Flags::LOADING, Flags::NOSCRIPT, Flags::NO_AUTH, Flags::STALE]), categories: Categories::of(&[Categories::CONNECTION, Categories::FAST]), subcommands: 0, keys: Nowhere, words: &[] },
    CommandSpec { id: CommandId(352), name: "RANDOMKEY", arity: 1, flags: Flags::of(&[Flags::READONLY]), categories: Categories::of(&[Categories::KEYSPACE, Categories::READ, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[] },
    CommandSpec { id: CommandId(353), name: "READONLY", arity: 1, flags: Flags::of(&[Flags::FAST, Flags::LOADING, Flags::STALE]), categories: Categories::of(&[Categories::CONNECTION, Categories::FAST]), subcommands: 0, keys: Nowhere, words: &[] },
    CommandSpec { id: CommandId(354), name: "READWRITE", arity: 1, flags: Flags::of(&[Flags::FAST, Flags::LOADING, Flags::STALE]), categories: Categories::of(&[Categories::CONNECTION, Categories::FAST]), subcommands: 0, keys: Nowhere, words: &[] },
    CommandSpec { id: CommandId(355), name: "RENAME", arity: 3, flags: Flags::of(&[Flags::WRITE]), categories: Categories::of(&[Categories::KEYSPACE, Categories::SLOW, Categories::WRITE]), subcommands: 0, keys: From(1), words: &[One(Key), One(Key)] },
    CommandSpec { id: CommandId(356), name: "RENAMENX", arity: 3, flags: Flags::of(&[Flags::FAST, Flags::WRITE]), categories: Categories::of(&[Categories::FAST, Categories::KEYSPACE, Categories::WRITE]), subcommands: 0, keys: From(1), words: &[One(Key), One(Key)] },
    CommandSpec { id: CommandId(357), name: "REPLCONF", arity: -1, flags: Flags::of(&[Flags::ADMIN, Flags::ALLOW_BUSY, Flags::LOADING, Flags::NOSCRIPT, Flags::STALE]), categories: Categories::of(&[Categories::ADMIN, Categories::DANGEROUS, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[Each(&[Keyword, Other])] },
    CommandSpec { id: CommandId(358), name: "REPLICAOF", arity: 3, flags: Flags::of(&[Flags::ADMIN, Flags::NOSCRIPT, Flags::NO_ASYNC_LOADING, Flags::STALE]), categories: Categories::of(&[Categories::ADMIN, Categories::DANGEROUS, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[One(Address), One(Number)] },
    CommandSpec { id: CommandId(359), name: "RESET", arity: 1, flags: Flags::of(&[Flags::ALLOW_BUSY, Flags::FAST, Flags::LOADING, Flags::NOSCRIPT, Flags::NO_AUTH, Flags::STALE]), categories: Categories::of(&[Categories::CONNECTION, Categories::FAST]), subcommands: 0, keys: Nowhere, words: &[] },
    CommandSpec { id: CommandId(360), name: "RESTORE", arity: -4, flags: Flags::of(&[Flags::DENYOOM, Flags::WRITE]), categories: Categories::of(&[Categories::DANGEROUS, Categories::KEYSPACE, Categories::SLOW, Categories::WRITE]), subcommands: 0, keys: Only(1), words: &[One(Key), One(Ttl), One(Dump), Options(&[("REPLACE", &[]), ("ABSTTL", &[]), ("IDLETIME", &[One(Ttl)]), ("FREQ", &[One(Number)])], Other)] },
    CommandSpec { id: CommandId(361), name: "RESTORE-ASKING", arity: -4, flags: Flags::of(&[Flags::ASKING, Flags::DENYOOM, Flags::WRITE]), categories: Categories::of(&[Categories::DANGEROUS, Categories::KEYSPACE, Categories::SLOW, Categories::WRITE]), subcommands: 0, keys: Only(1), words: &[One(Key), One(Ttl), One(Dump), Options(&[("REPLACE", &[]), ("ABSTTL", &[]), ("IDLETIME", &[One(Ttl)]), ("FREQ", &[One(Number)])], Other)] },
    CommandSpec { id: CommandId(362), name: "ROLE", arity: 1, flags: Flags::of(&[Flags::FAST, Flags::LOADING, Flags::NOSCRIPT, Flags::STALE]), categories: Categories::of(&[Categories::ADMIN, Categories::DANGEROUS, Categories::FAST]), subcommands: 0, keys: Nowhere, words: &[] },
    CommandSpec { id: CommandId(363), name: "RPOP", arity: -2, flags: Flags::of(&[Flags::FAST, Flags::WRITE]), categories: Categories::of(&[Categories::FAST, Categories::LIST, Categories::WRITE]), subcommands: 0, keys: Only(1), words: &[One(Key), One(Count)] },
    CommandSpec { id: CommandId(364), name: "RPOPLPUSH", arity: 3, flags: Flags::of(&[Flags::DENYOOM, Flags::WRITE]), categories: Categories::of(&[Categories::LIST, Categories::SLOW, Categories::WRITE]), subcommands: 0, keys: From(1), words: &[One(Key), One(Key)] },
    CommandSpec { id: CommandId(365), name: "RPUSH", arity: -3, flags: Flags::of(&[Flags::DENYOOM, Flags::FAST, Flags::WRITE]), categories: Categories::of(&[Categories::FAST, Categories::LIST, Categories::WRITE]), subcommands: 0, keys: Only(1), words: &[One(Key), Each(&[Value])] },
    CommandSpec { id: CommandId(366), name: "RPUSHX", arity: -3, flags: Flags::of(&[Flags::DENYOOM, Flags::FAST, Flags::WRITE]), categories: Categories::of(&[Categories::FAST, Categories::LIST, Categories::WRITE]), subcommands: 0, keys: Only(1), words: &[One(Key), Each(&[Value])] },
    CommandSpec { id: CommandId(367), name: "SADD", arity: -3, flags: Flags::of(&[Flags::DENYOOM, Flags::FAST, Flags::WRITE]), categories: Categories::of(&[Categories::FAST, Categories::SET, Categories::WRITE]), subcommands: 0, keys: Only(1), words: &[One(Key), Each(&[Member])] },
    CommandSpec { id: CommandId(368), name: "SAVE", arity: 1, flags: Flags::of(&[Flags::ADMIN, Flags::NOSCRIPT, Flags::NO_ASYNC_LOADING, Flags::NO_MULTI]), categories: Categories::of(&[Categories::ADMIN, Categories::DANGEROUS, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[] },
    CommandSpec { id: CommandId(369), name: "SCAN", arity: -2, flags: Flags::of(&[Flags::READONLY]), categories: Categories::of(&[Categories::KEYSPACE, Categories::READ, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[One(Cursor), Options(&[("MATCH", &[One(Pattern)]), ("COUNT", &[One(Count)]), ("TYPE", &[One(Other)])], Other)] },
    CommandSpec { id: CommandId(370), name: "SCARD", arity: 2, flags: Flags::of(&[Flags::FAST, Flags::READONLY]), categories: Categories::of(&[Categories::FAST, Categories::READ, Categories::SET]), subcommands: 0, keys: Only(1), words: &[One(Key)] },
    CommandSpec { id: CommandId(371), name: "SCRIPT", arity: -2, flags: Flags::NONE, categories: Categories::of(&[Categories::SLOW]), subcommands: 7, keys: Nowhere, words: &[] },
    CommandSpec { id: CommandId(372), name: "SCRIPT DEBUG", arity: -3, flags: Flags::of(&[Flags::NOSCRIPT]), categories: Categories::of(&[Categories::SCRIPTING, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[One(Keyword), One(Other)] },
    CommandSpec { id: CommandId(373), name: "SCRIPT EXISTS", arity: -3, flags: Flags::of(&[Flags::NOSCRIPT, Flags::STALE]), categories: Categories::of(&[Categories::SCRIPTING, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[Each(&[Identifier])] },
    CommandSpec { id: CommandId(374), name: "SCRIPT FLUSH", arity: -2, flags: Flags::of(&[Flags::NOSCRIPT, Flags::STALE]), categories: Categories::of(&[Categories::SCRIPTING, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[Options(&[("ASYNC", &[]), ("SYNC", &[])], Other)] },
    CommandSpec { id: CommandId(375), name: "SCRIPT HELP", arity: 2, flags: Flags::of(&[Flags::LOADING, Flags::STALE]), categories: Categories::of(&[Categories::SCRIPTING, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[] },
    CommandSpec { id: CommandId(376), name: "SCRIPT KILL", arity: 2, flags: Flags::of(&[Flags::ALLOW_BUSY, Flags::NOSCRIPT]), categories: Categories::of(&[Categories::SCRIPTING, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[] },
    CommandSpec { id: CommandId(377), name: "SCRIPT LOAD", arity: 3, flags: Flags::of(&[Flags::NOSCRIPT, Flags::STALE]), categories: Categories::of(&[Categories::SCRIPTING, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[One(Script)] },
    CommandSpec { id: CommandId(378), name: "SCRIPT SHOW", arity: 3, flags: Flags::of(&[Flags::NOSCRIPT, Flags::STALE]), categories: Categories::of(&[Categories::SCRIPTING, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[One(Identifier)] },
    CommandSpec { id: CommandId(379), name: "SDIFF", arity: -2, flags: Flags::of(&[Flags::READONLY]), categories: Categories::of(&[Categories::READ, Categories::SET, Categories::SLOW]), subcommands: 0, keys: From(1), words: &[Each(&[Key])] },
    CommandSpec { id: CommandId(380), name: "SDIFFSTORE", arity: -3, flags: Flags::of(&[Flags::DENYOOM, Flags::WRITE]), categories: Categories::of(&[Categories::SET, Categories::SLOW, Categories::WRITE]), subcommands: 0, keys: From(1), words: &[One(Key), Each(&[Key])] },
    CommandSpec { id: CommandId(381), name: "SELECT", arity: 2, flags: Flags::of(&[Flags::ALLOW_BUSY, Flags::FAST, Flags::LOADING, Flags::STALE]), categories: Categories::of(&[Categories::CONNECTION, Categories::FAST]), subcommands: 0, keys: Nowhere, words: &[One(Number)] },
    CommandSpec { id: CommandId(382), name: "SENTINEL", arity: -2, flags: Flags::of(&[Flags::ADMIN]), categories: Categories::of(&[Categories::ADMIN, Categories::DANGEROUS, Categories::SLOW]), subcommands: 21, keys: Nowhere, words: &[] },
    CommandSpec { id: CommandId(383), name: "SENTINEL CKQUORUM", arity: 3, flags: Flags::of(&[Flags::ADMIN]), categories: Categories::of(&[Categories::ADMIN, Categories::DANGEROUS, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[One(Identifier)] },
    CommandSpec { id: CommandId(384), name: "SENTINEL CONFIG", arity: -3, flags: Flags::of(&[Flags::ADMIN]), categories: Categories::of(&[Categories::ADMIN, Categories::DANGEROUS, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[Options(&[("GET", &[Each(&[Parameter])]), ("SET", &[Each(&[Parameter, ParameterValue])])], Other)] },
    CommandSpec { id: CommandId(385), name: "SENTINEL DEBUG", arity: -2, flags: Flags::of(&[Flags::ADMIN]), categories: Categories::of(&[Categories::ADMIN, Categories::DANGEROUS, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[Each(&[Parameter, ParameterValue])] },
    CommandSpec { id: CommandId(386), name: "SENTINEL FAILOVER", arity: 3, flags: Flags::of(&[Flags::ADMIN]), categories: Categories::of(&[Categories::ADMIN, Categories::DANGEROUS, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[One(Identifier)] },
    CommandSpec { id: CommandId(387), name: "SENTINEL FLUSHCONFIG", arity: 2, flags: Flags::of(&[Flags::ADMIN]), categories: Categories::of(&[Categories::ADMIN, Categories::DANGEROUS, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[] },
    CommandSpec { id: CommandId(388), name: "SENTINEL GET-MASTER-ADDR-BY-NAME", arity: 3, flags: Flags::of(&[Flags::ADMIN]), categories: Categories::of(&[Categories::ADMIN, Categories::DANGEROUS, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[One(Identifier)] },
    CommandSpec { id: CommandId(389), name: "SENTINEL HELP", arity: 2, flags: Flags::of(&[Flags::LOADING, Flags::STALE]), categories: Categories::of(&[Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[] },
    CommandSpec { id: CommandId(390), name: "SENTINEL INFO-CACHE", arity: -3, flags: Flags::of(&[Flags::ADMIN]), categories: Categories::of(&[Categories::ADMIN, Categories::DANGEROUS, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[Each(&[Other])] },
    CommandSpec { id: CommandId(391), name: "SENTINEL IS-MASTER-DOWN-BY-ADDR", arity: 6, flags: Flags::of(&[Flags::ADMIN]), categories: Categories::of(&[Categories::ADMIN, Categories::DANGEROUS, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[One(Address), One(Number), One(Number), One(Identifier)] },
    CommandSpec { id: CommandId(392), name: "SENTINEL MASTER", arity: 3, flags: Flags::of(&[Flags::ADMIN]), categories: Categories::of(&[Categories::ADMIN, Categories::DANGEROUS, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[One(Identifier)] },
    CommandSpec { id: CommandId(393), name: "SENTINEL MASTERS", arity: 2, flags: Flags::of(&[Flags::ADMIN]), categories: Categories::of(&[Categories::ADMIN, Categories::DANGEROUS, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[] },
    CommandSpec { id: CommandId(394), name: "SENTINEL MONITOR", arity: 6, flags: Flags::of(&[Flags::ADMIN]), categories: Categories::of(&[Categories::ADMIN, Categories::DANGEROUS, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[One(Identifier), One(Address), One(Number), One(Number)] },
    CommandSpec { id: CommandId(395), name: "SENTINEL MYID", arity: 2, flags: Flags::of(&[Flags::ADMIN]), categories: Categories::of(&[Categories::ADMIN, Categories::DANGEROUS, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[] },
    CommandSpec { id: CommandId(396), name: "SENTINEL PENDING-SCRIPTS", arity: 2, flags: Flags::of(&[Flags::ADMIN]), categories: Categories::of(&[Categories::ADMIN, Categories::DANGEROUS, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[] },
    CommandSpec { id: CommandId(397), name: "SENTINEL REMOVE", arity: 3, flags: Flags::of(&[Flags::ADMIN]), categories: Categories::of(&[Categories::ADMIN, Categories::DANGEROUS, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[One(Identifier)] },
    CommandSpec { id: CommandId(398), name: "SENTINEL REPLICAS", arity: 3, flags: Flags::of(&[Flags::ADMIN]), categories: Categories::of(&[Categories::ADMIN, Categories::DANGEROUS, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[One(Identifier)] },
    CommandSpec { id: CommandId(399), name: "SENTINEL RESET", arity: 3, flags: Flags::of(&[Flags::ADMIN]), categories: Categories::of(&[Categories::ADMIN, Categories::DANGEROUS, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[One(Pattern)] },
    CommandSpec { id: CommandId(400), name: "SENTINEL SENTINELS", arity: 3, flags: Flags::of(&[Flags::ADMIN]), categories: Categories::of(&[Categories::ADMIN, Categories::DANGEROUS, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[One(Identifier)] },
    CommandSpec { id: CommandId(401), name: "SENTINEL SET", arity: -5, flags: Flags::of(&[Flags::ADMIN]), categories: Categories::of(&[Categories::ADMIN, Categories::DANGEROUS, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[One(Identifier), Each(&[Parameter, ParameterValue])] },
    CommandSpec { id: CommandId(402), name: "SENTINEL SIMULATE-FAILURE", arity: -3, flags: Flags::of(&[Flags::ADMIN]), categories: Categories::of(&[Categories::ADMIN, Categories::DANGEROUS, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[One(Keyword)] },
    CommandSpec { id: CommandId(403), name: "SENTINEL SLAVES", arity: 3, flags: Flags::of(&[Flags::ADMIN]), categories: Categories::of(&[Categories::ADMIN, Categories::DANGEROUS, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[One(Identifier)] },
    CommandSpec { id: CommandId(404), name: "SET", arity: -3, flags: Flags::of(&[Flags::DENYOOM, Flags::WRITE]), categories: Categories::of(&[Categories::SLOW, Categories::STRING, Categories::WRITE]), subcommands: 0, keys: Only(1), words: &[One(Key), One(Value), Options(&[("NX", &[]), ("XX", &[]), ("GET", &[]), ("IFEQ", &[One(Value)]), ("IFNE", &[One(Value)]), ("IFDEQ", &[One(Identifier)]), ("IFDNE", &[One(Identifier)]), ("EX", &[One(Ttl)]), ("PX", &[One(Ttl)]), ("EXAT", &[One(Ttl)]), ("PXAT", &[One(Ttl)]), ("KEEPTTL", &[])], Other)] },
    CommandSpec { id: CommandId(405), name: "SETBIT", arity: 4, flags: Flags::of(&[Flags::DENYOOM, Flags::WRITE]), categories: Categories::of(&[Categories::BITMAP, Categories::SLOW, Categories::WRITE]), subcommands: 0, keys: Only(1), words: &[One(Key), One(Number), One(Number)] },
    CommandSpec { id: CommandId(406), name: "SETEX", arity: 4, flags: Flags::of(&[Flags::DENYOOM, Flags::WRITE]), categories: Categories::of(&[Categories::SLOW, Categories::STRING, Categories::WRITE]), subcommands: 0, keys: Only(1), words: &[One(Key), One(Ttl), One(Value)] },
    CommandSpec { id: CommandId(407), name: "SETNX", arity: 3, flags: Flags::of(&[Flags::DENYOOM, Flags::FAST, Flags::WRITE]), categories: Categories::of(&[Categories::FAST, Categories::STRING, Categories::WRITE]), subcommands: 0, keys: Only(1), words: &[One(Key), One(Value)] },
    CommandSpec { id: CommandId(408), name: "SETRANGE", arity: 4, flags: Flags::of(&[Flags::DENYOOM, Flags::WRITE]), categories: Categories::of(&[Categories::SLOW, Categories::STRING, Categories::WRITE]), subcommands: 0, keys: Only(1), words: &[One(Key), One(Number), One(Value)] },
    CommandSpec { id: CommandId(409), name: "SHUTDOWN", arity: -1, flags: Flags::of(&[Flags::ADMIN, Flags::ALLOW_BUSY, Flags::LOADING, Flags::NOSCRIPT, Flags::NO_MULTI, Flags::STALE]), categories: Categories::of(&[Categories::ADMIN, Categories::DANGEROUS, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[Options(&[("NOSAVE", &[]), ("SAVE", &[]), ("NOW", &[]), ("FORCE", &[]), ("SAFE", &[]), ("FAILOVER", &[]), ("ABORT", &[])], Other)] },
    CommandSpec { id: CommandId(410), name: "SINTER", arity: -2, flags: Flags::of(&[Flags::READONLY]), categories: Categories::of(&[Categories::READ, Categories::SET, Categories::SLOW]), subcommands: 0, keys: From(1), words: &[Each(&[Key])] },
    CommandSpec { id: CommandId(411), name: "SINTERCARD", arity: -3, flags: Flags::of(&[Flags::READONLY]), categories: Categories::of(&[Categories::READ, Categories::SET, Categories::SLOW]), subcommands: 0, keys: Anywhere, words: &[Counted(&[Key]), Options(&[("LIMIT", &[One(Count)])], Other)] },
    CommandSpec { id: CommandId(412), name: "SINTERSTORE", arity: -3, flags: Flags::of(&[Flags::DENYOOM, Flags::WRITE]), categories: Categories::of(&[Categories::SET, Categories::SLOW, Categories::WRITE]), subcommands: 0, keys: From(1), words: &[One(Key), Each(&[Key])] },
    CommandSpec { id: CommandId(413), name: "SISMEMBER", arity: 3, flags: Flags::of(&[Flags::FAST, Flags::READONLY]), categories: Categories::of(&[Categories::FAST, Categories::READ, Categories::SET]), subcommands: 0, keys: Only(1), words: &[One(Key), One(Member)] },
    CommandSpec { id: CommandId(414), name: "SLAVEOF", arity: 3, flags: Flags::of(&[Flags::ADMIN, Flags::NOSCRIPT, Flags::NO_ASYNC_LOADING, Flags::STALE]), categories: Categories::of(&[Categories::ADMIN, Categories::DANGEROUS, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[One(Address), One(Number)] },
    CommandSpec { id: CommandId(415), name: "SLOWLOG", arity: -2, flags: Flags::NONE, categories: Categories::of(&[Categories::SLOW]), subcommands: 4, keys: Nowhere, words: &[] },
    CommandSpec { id: CommandId(416), name: "SLOWLOG GET", arity: -2, flags: Flags::of(&[Flags::ADMIN, Flags::LOADING, Flags::STALE]), categories: Categories::of(&[Categories::ADMIN, Categories::DANGEROUS, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[One(Count)] },
    CommandSpec { id: CommandId(417), name: "SLOWLOG HELP", arity: 2, flags: Flags::of(&[Flags::LOADING, Flags::STALE]), categories: Categories::of(&[Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[] },
    CommandSpec { id: CommandId(418), name: "SLOWLOG LEN", arity: 2, flags: Flags::of(&[Flags::ADMIN, Flags::LOADING, Flags::STALE]), categories: Categories::of(&[Categories::ADMIN, Categories::DANGEROUS, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[] },
    CommandSpec { id: CommandId(419), name: "SLOWLOG RESET", arity: 2, flags: Flags::of(&[Flags::ADMIN, Flags::LOADING, Flags::STALE]), categories: Categories::of(&[Categories::ADMIN, Categories::DANGEROUS, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[] },
    CommandSpec { id: CommandId(420), name: "SMEMBERS", arity: 2, flags: Flags::of(&[Flags::READONLY]), categories: Categories::of(&[Categories::READ, Categories::SET, Categories::SLOW]), subcommands: 0, keys: Only(1), words: &[One(Key)] },
    CommandSpec { id: CommandId(421), name: "SMISMEMBER", arity: -3, flags: Flags::of(&[Flags::FAST, Flags::READONLY]), categories: Categories::of(&[Categories::FAST, Categories::READ, Categories::SET]), subcommands: 0, keys: Only(1), words: &[One(Key), Each(&[Member])] },
    CommandSpec { id: CommandId(422), name: "SMOVE", arity: 4, flags: Flags::of(&[Flags::FAST, Flags::WRITE]), categories: Categories::of(&[Categories::FAST, Categories::SET, Categories::WRITE]), subcommands: 0, keys: From(1), words: &[One(Key), One(Key), One(Member)] },
    CommandSpec { id: CommandId(423), name: "SORT", arity: -2, flags: Flags::of(&[Flags::DENYOOM, Flags::WRITE]), categories: Categories::of(&[Categories::DANGEROUS, Categories::LIST, Categories::SET, Categories::SLOW, Categories::SORTEDSET, Categories::WRITE]), subcommands: 0, keys: From(1), words: &[One(Key), Options(&[("BY", &[One(Pattern)]), ("LIMIT", &[One(Number), One(Count)]), ("GET", &[One(Pattern)]), ("ASC", &[]), ("DESC", &[]), ("ALPHA", &[]), ("STORE", &[One(Key)])], Other)] },
    CommandSpec { id: CommandId(424), name: "SORT_RO", arity: -2, flags: Flags::of(&[Flags::READONLY]), categories: Categories::of(&[Categories::DANGEROUS, Categories::LIST, Categories::READ, Categories::SET, Categories::SLOW, Categories::SORTEDSET]), subcommands: 0, keys: Only(1), words: &[One(Key), Options(&[("BY", &[One(Pattern)]), ("LIMIT", &[One(Number), One(Count)]), ("GET", &[One(Pattern)]), ("ASC", &[]), ("DESC", &[]), ("ALPHA", &[])], Other)] },
    CommandSpec { id: CommandId(425), name: "SPOP", arity: -2, flags: Flags::of(&[Flags::FAST, Flags::WRITE]), categories: Categories::of(&[Categories::FAST, Categories::SET, Categories::WRITE]), subcommands: 0, keys: Only(1), words: &[One(Key), One(Count)] },
    CommandSpec { id: CommandId(426), name: "SPUBLISH", arity: 3, flags: Flags::of(&[Flags::FAST, Flags::LOADING, Flags::PUBSUB, Flags::STALE]), categories: Categories::of(&[Categories::FAST, Categories::PUBSUB]), subcommands: 0, keys: Nowhere, words: &[One(Channel), One(Message)] },
    CommandSpec { id: CommandId(427), name: "SRANDMEMBER", arity: -2, flags: Flags::of(&[Flags::READONLY]), categories: Categories::of(&[Categories::READ, Categories::SET, Categories::SLOW]), subcommands: 0, keys: Only(1), words: &[One(Key), One(Count)] },
    CommandSpec { id: CommandId(428), name: "SREM", arity: -3, flags: Flags::of(&[Flags::FAST, Flags::WRITE]), categories: Categories::of(&[Categories::FAST, Categories::SET, Categories::WRITE]), subcommands: 0, keys: Only(1), words: &[One(Key), Each(&[Member])] },
    CommandSpec { id: CommandId(429), name: "SSCAN", arity: -3, flags: Flags::of(&[Flags::READONLY]), categories: Categories::of(&[Categories::READ, Categories::SET, Categories::SLOW]), subcommands: 0, keys: Only(1), words: &[One(Key), One(Cursor), Options(&[("MATCH", &[One(Pattern)]), ("COUNT", &[One(Count)])], Other)] },
    CommandSpec { id: CommandId(430), name: "SSUBSCRIBE", arity: -2, flags: Flags::of(&[Flags::LOADING, Flags::NOSCRIPT, Flags::PUBSUB, Flags::STALE, Flags::SUBSCRIBES]), categories: Categories::of(&[Categories::PUBSUB, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[Each(&[Channel])] },
    CommandSpec { id: CommandId(431), name: "STRLEN", arity: 2, flags: Flags::of(&[Flags::FAST, Flags::READONLY]), categories: Categories::of(&[Categories::FAST, Categories::READ, Categories::STRING]), subcommands: 0, keys: Only(1), words: &[One(Key)] },
    CommandSpec { id: CommandId(432), name: "SUBSCRIBE", arity: -2, flags: Flags::of(&[Flags::LOADING, Flags::NOSCRIPT, Flags::PUBSUB, Flags::STALE, Flags::SUBSCRIBES]), categories: Categories::of(&[Categories::PUBSUB, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[Each(&[Channel])] },
    CommandSpec { id: CommandId(433), name: "SUBSTR", arity: 4, flags: Flags::of(&[Flags::READONLY]), categories: Categories::of(&[Categories::READ, Categories::SLOW, Categories::STRING]), subcommands: 0, keys: Only(1), words: &[One(Key), One(Number), One(Number)] },
    CommandSpec { id: CommandId(434), name: "SUNION", arity: -2, flags: Flags::of(&[Flags::READONLY]), categories: Categories::of(&[Categories::READ, Categories::SET, Categories::SLOW]), subcommands: 0, keys: From(1), words: &[Each(&[Key])] },
    CommandSpec { id: CommandId(435), name: "SUNIONSTORE", arity: -3, flags: Flags::of(&[Flags::DENYOOM, Flags::WRITE]), categories: Categories::of(&[Categories::SET, Categories::SLOW, Categories::WRITE]), subcommands: 0, keys: From(1), words: &[One(Key), Each(&[Key])] },
    CommandSpec { id: CommandId(436), name: "SUNSUBSCRIBE", arity: -1, flags: Flags::of(&[Flags::LOADING, Flags::NOSCRIPT, Flags::PUBSUB, Flags::STALE, Flags::UNSUBSCRIBES]), categories: Categories::of(&[Categories::PUBSUB, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[Each(&[Channel])] },
    CommandSpec { id: CommandId(437), name: "SWAPDB", arity: 3, flags: Flags::of(&[Flags::FAST, Flags::WRITE]), categories: Categories::of(&[Categories::DANGEROUS, Categories::FAST, Categories::KEYSPACE, Categories::WRITE]), subcommands: 0, keys: Nowhere, words: &[One(Number), One(Number)] },
    CommandSpec { id: CommandId(438), name: "SYNC", arity: 1, flags: Flags::of(&[Flags::ADMIN, Flags::NOSCRIPT, Flags::NO_ASYNC_LOADING, Flags::NO_MULTI]), categories: Categories::of(&[Categories::ADMIN, Categories::DANGEROUS, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[] },
    CommandSpec { id: CommandId(439), name: "TDIGEST.ADD", arity: -3, flags: Flags::of(&[Flags::DENYOOM, Flags::WRITE]), categories: Categories::of(&[Categories::TDIGEST, Categories::WRITE]), subcommands: 0, keys: Only(1), words: &[One(Key), Each(&[Number])] },
    CommandSpec { id: CommandId(440), name: "TDIGEST.BYRANK", arity: -3, flags: Flags::of(&[Flags::READONLY]), categories: Categories::of(&[Categories::READ, Categories::TDIGEST]), subcommands: 0, keys: Only(1), words: &[One(Key), Each(&[Number])] },
    CommandSpec { id: CommandId(441), name: "TDIGEST.BYREVRANK", arity: -3, flags: Flags::of(&[Flags::READONLY]), categories: Categories::of(&[Categories::READ, Categories::TDIGEST]), subcommands: 0, keys: Only(1), words: &[One(Key), Each(&[Number])] },
    CommandSpec { id: CommandId(442), name: "TDIGEST.CDF", arity: -3, flags: Flags::of(&[Flags::READONLY]), categories: Categories::of(&[Categories::READ, Categories::TDIGEST]), subcommands: 0, keys: Only(1), words: &[One(Key), Each(&[Number])] },
    CommandSpec { id: CommandId(443), name: "TDIGEST.CREATE", arity: -2, flags: Flags::of(&[Flags::DENYOOM, Flags::WRITE]), categories: Categories::of(&[Categories::TDIGEST, Categories::WRITE]), subcommands: 0, keys: Only(1), words: &[One(Key), Options(&[("COMPRESSION", &[One(Number)])], Other)] },
    CommandSpec { id: CommandId(444), name: "TDIGEST.INFO", arity: 2, flags: Flags::of(&[Flags::READONLY]), categories: Categories::of(&[Categories::READ, Categories::TDIGEST]), subcommands: 0, keys: Only(1), words: &[One(Key)] },
    CommandSpec { id: CommandId(445), name: "TDIGEST.MAX", arity: 2, flags: Flags::of(&[Flags::READONLY]), categories: Categories::of(&[Categories::READ, Categories::TDIGEST]), subcommands: 0, keys: Only(1), words: &[One(Key)] },
    CommandSpec { id: CommandId(446), name: "TDIGEST.MERGE", arity: -4, flags: Flags::of(&[Flags::DENYOOM, Flags::WRITE]), categories: Categories::of(&[Categories::TDIGEST, Categories::WRITE]), subcommands: 0, keys: From(1), words: &[One(Key), Counted(&[Key]), Options(&[("COMPRESSION", &[One(Number)]), ("OVERRIDE", &[])], Other)] },
    CommandSpec { id: CommandId(447), name: "TDIGEST.MIN", arity: 2, flags: Flags::of(&[Flags::READONLY]), categories: Categories::of(&[Categories::READ, Categories::TDIGEST]), subcommands: 0, keys: Only(1), words: &[One(Key)] },
    CommandSpec { id: CommandId(448), name: "TDIGEST.QUANTILE", arity: -3, flags: Flags::of(&[Flags::READONLY]), categories: Categories::of(&[Categories::READ, Categories::TDIGEST]), subcommands: 0, keys: Only(1), words: &[One(Key), Each(&[Number])] },
    CommandSpec { id: CommandId(449), name: "TDIGEST.RANK", arity: -3, flags: Flags::of(&[Flags::READONLY]), categories: Categories::of(&[Categories::READ, Categories::TDIGEST]), subcommands: 0, keys: Only(1), words: &[One(Key), Each(&[Number])] },
    CommandSpec { id: CommandId(450), name: "TDIGEST.RESET", arity: 2, flags: Flags::of(&[Flags::WRITE]), categories: Categories::of(&[Categories::TDIGEST, Categories::WRITE]), subcommands: 0, keys: Only(1), words: &[One(Key)] },
    CommandSpec { id: CommandId(451), name: "TDIGEST.REVRANK", arity: -3, flags: Flags::of(&[Flags::READONLY]), categories: Categories::of(&[Categories::READ, Categories::TDIGEST]), subcommands: 0, keys: Only(1), words: &[One(Key), Each(&[Number])] },
    CommandSpec { id: CommandId(452), name: "TDIGEST.TRIMMED_MEAN", arity: 4, flags: Flags::of(&[Flags::READONLY]), categories: Categories::of(&[Categories::READ, Categories::TDIGEST]), subcommands: 0, keys: Only(1), words: &[One(Key), One(Number), One(Number)] },
    CommandSpec { id: CommandId(453), name: "TIME", arity: 1, flags: Flags::of(&[Flags::FAST, Flags::LOADING, Flags::STALE]), categories: Categories::of(&[Categories::FAST]), subcommands: 0, keys: Nowhere, words: &[] },
    CommandSpec { id: CommandId(454), name: "TOPK.ADD", arity: -3, flags: Flags::of(&[Flags::DENYOOM, Flags::WRITE]), categories: Categories::of(&[Categories::TOPK, Categories::WRITE]), subcommands: 0, keys: Only(1), words: &[One(Key), Each(&[Member])] },
    CommandSpec { id: CommandId(455), name: "TOPK.COUNT", arity: -3, flags: Flags::of(&[Flags::READONLY]), categories: Categories::of(&[Categories::READ, Categories::TOPK]), subcommands: 0, keys: Only(1), words: &[One(Key), Each(&[Member])] },
    CommandSpec { id: CommandId(456), name: "TOPK.INCRBY", arity: -4, flags: Flags::of(&[Flags::DENYOOM, Flags::WRITE]), categories: Categories::of(&[Categories::TOPK, Categories::WRITE]), subcommands: 0, keys: Only(1), words: &[One(Key), Each(&[Member, Number])] },
    CommandSpec { id: CommandId(457), name: "TOPK.INFO", arity: 2, flags: Flags::of(&[Flags::READONLY]), categories: Categories::of(&[Categories::READ, Categories::TOPK]), subcommands: 0, keys: Only(1), words: &[One(Key)] },
    CommandSpec { id: CommandId(458), name: "TOPK.LIST", arity: -2, flags: Flags::of(&[Flags::READONLY]), categories: Categories::of(&[Categories::READ, Categories::TOPK]), subcommands: 0, keys: Only(1), words: &[One(Key), Options(&[("WITHCOUNT", &[])], Other)] },
    CommandSpec { id: CommandId(459), name: "TOPK.QUERY", arity: -3, flags: Flags::of(&[Flags::READONLY]), categories: Categories::of(&[Categories::READ, Categories::TOPK]), subcommands: 0, keys: Only(1), words: &[One(Key), Each(&[Member])] },
    CommandSpec { id: CommandId(460), name: "TOPK.RESERVE", arity: -3, flags: Flags::of(&[Flags::DENYOOM, Flags::WRITE]), categories: Categories::of(&[Categories::TOPK, Categories::WRITE]), subcommands: 0, keys: Only(1), words: &[One(Key), One(Number), One(Number), One(Number), One(Number)] },
    CommandSpec { id: CommandId(461), name: "TOUCH", arity: -2, flags: Flags::of(&[Flags::FAST, Flags::READONLY]), categories: Categories::of(&[Categories::FAST, Categories::KEYSPACE, Categories::READ]), subcommands: 0, keys: From(1), words: &[Each(&[Key])] },
    CommandSpec { id: CommandId(462), name: "TS.ADD", arity: -4, flags: Flags::of(&[Flags::DENYOOM, Flags::WRITE]), categories: Categories::of(&[Categories::TIMESERIES, Categories::WRITE]), subcommands: 0, keys: Only(1), words: &[One(Key), One(Ttl), One(Number), Options(&[("LABELS", &[Each(&[Field, Value])]), ("RETENTION", &[One(Ttl)]), ("ENCODING", &[One(Keyword)]), ("CHUNK_SIZE", &[One(Number)]), ("DUPLICATE_POLICY", &[One(Keyword)]), ("ON_DUPLICATE", &[One(Keyword)]), ("IGNORE", &[One(Number), One(Number)])], Other)] },
    CommandSpec { id: CommandId(463), name: "TS.ALTER", arity: -2, flags: Flags::of(&[Flags::DENYOOM, Flags::WRITE]), categories: Categories::of(&[Categories::TIMESERIES, Categories::WRITE]), subcommands: 0, keys: Only(1), words: &[One(Key), Options(&[("LABELS", &[Each(&[Field, Value])]), ("RETENTION", &[One(Ttl)]), ("CHUNK_SIZE", &[One(Number)]), ("DUPLICATE_POLICY", &[One(Keyword)])], Other)] },
    CommandSpec { id: CommandId(464), name: "TS.CREATE", arity: -2, flags: Flags::of(&[Flags::DENYOOM, Flags::WRITE]), categories: Categories::of(&[Categories::TIMESERIES, Categories::WRITE]), subcommands: 0, keys: Only(1), words: &[One(Key), Options(&[("LABELS", &[Each(&[Field, Value])]), ("RETENTION", &[One(Ttl)]), ("ENCODING", &[One(Keyword)]), ("CHUNK_SIZE", &[One(Number)]), ("DUPLICATE_POLICY", &[One(Keyword)]), ("IGNORE", &[One(Number), One(Number)])], Other)] },
    CommandSpec { id: CommandId(465), name: "TS.CREATERULE", arity: -6, flags: Flags::of(&[Flags::DENYOOM, Flags::WRITE]), categories: Categories::of(&[Categories::TIMESERIES, Categories::WRITE]), subcommands: 0, keys: From(1), words: &[One(Key), One(Key), One(Keyword), One(Keyword), One(Number)] },
    CommandSpec { id: CommandId(466), name: "TS.DECRBY", arity: -3, flags: Flags::of(&[Flags::DENYOOM, Flags::WRITE]), categories: Categories::of(&[Categories::TIMESERIES, Categories::WRITE]), subcommands: 0, keys: Only(1), words: &[One(Key), One(Number), Options(&[("TIMESTAMP", &[One(Ttl)]), ("LABELS", &[Each(&[Field, Value])]), ("RETENTION", &[One(Ttl)])], Keyword)] },
    CommandSpec { id: CommandId(467), name: "TS.DEL", arity: 4, flags: Flags::of(&[Flags::WRITE]), categories: Categories::of(&[Categories::TIMESERIES, Categories::WRITE]), subcommands: 0, keys: Only(1), words: &[One(Key), One(Number), One(Number)] },
    CommandSpec { id: CommandId(468), name: "TS.DELETERULE", arity: 3, flags: Flags::of(&[Flags::WRITE]), categories: Categories::of(&[Categories::TIMESERIES, Categories::WRITE]), subcommands: 0, keys: From(1), words: &[One(Key), One(Key)] },
    CommandSpec { id: CommandId(469), name: "TS.GET", arity: -2, flags: Flags::of(&[Flags::READONLY]), categories: Categories::of(&[Categories::READ, Categories::TIMESERIES]), subcommands: 0, keys: Only(1), words: &[One(Key), Options(&[("LATEST", &[])], Other)] },
    CommandSpec { id: CommandId(470), name: "TS.INCRBY", arity: -3, flags: Flags::of(&[Flags::DENYOOM, Flags::WRITE]), categories: Categories::of(&[Categories::TIMESERIES, Categories::WRITE]), subcommands: 0, keys: Only(1), words: &[One(Key), One(Number), Options(&[("TIMESTAMP", &[One(Ttl)]), ("LABELS", &[Each(&[Field, Value])]), ("RETENTION", &[One(Ttl)])], Keyword)] },
    CommandSpec { id: CommandId(471), name: "TS.INFO", arity: -2, flags: Flags::of(&[Flags::READONLY]), categories: Categories::of(&[Categories::READ, Categories::TIMESERIES]), subcommands: 0, keys: Only(1), words: &[One(Key), Options(&[("DEBUG", &[])], Other)] },
    CommandSpec { id: CommandId(472), name: "TS.MADD", arity: -4, flags: Flags::of(&[Flags::DENYOOM, Flags::WRITE]), categories: Categories::of(&[Categories::TIMESERIES, Categories::WRITE]), subcommands: 0, keys: From(1), words: &[Each(&[Key, Ttl, Number])] },
    CommandSpec { id: CommandId(473), name: "TS.MGET", arity: -3, flags: Flags::of(&[Flags::READONLY]), categories: Categories::of(&[Categories::READ, Categories::TIMESERIES]), subcommands: 0, keys: Nowhere, words: &[Options(&[("LATEST", &[]), ("WITHLABELS", &[]), ("FILTER", &[Each(&[Query])])], Other)] },
    CommandSpec { id: CommandId(474), name: "TS.MRANGE", arity: -5, flags: Flags::of(&[Flags::READONLY]), categories: Categories::of(&[Categories::READ, Categories::TIMESERIES]), subcommands: 0, keys: Nowhere, words: &[One(Number), One(Number), Options(&[("FILTER", &[One(Query)])], Other)] },
    CommandSpec { id: CommandId(475), name: "TS.MREVRANGE", arity: -5, flags: Flags::of(&[Flags::READONLY]), categories: Categories::of(&[Categories::READ, Categories::TIMESERIES]), subcommands: 0, keys: Nowhere, words: &[One(Number), One(Number), Options(&[("FILTER", &[One(Query)])], Other)] },
    CommandSpec { id: CommandId(476), name: "TS.QUERYINDEX", arity: -2, flags: Flags::of(&[Flags::READONLY]), categories: Categories::of(&[Categories::READ, Categories::TIMESERIES]), subcommands: 0, keys: Nowhere, words: &[Each(&[Query])] },
    CommandSpec { id: CommandId(477), name: "TS.RANGE", arity: -4, flags: Flags::of(&[Flags::READONLY]), categories: Categories::of(&[Categories::READ, Categories::TIMESERIES]), subcommands: 0, keys: Only(1), words: &[One(Key), One(Number), One(Number), Options(&[], Keyword)] },
    CommandSpec { id: CommandId(478), name: "TS.REVRANGE", arity: -4, flags: Flags::of(&[Flags::READONLY]), categories: Categories::of(&[Categories::READ, Categories::TIMESERIES]), subcommands: 0, keys: Only(1), words: &[One(Key), One(Number), One(Number), Options(&[], Keyword)] },
    CommandSpec { id: CommandId(479), name: "TTL", arity: 2, flags: Flags::of(&[Flags::FAST, Flags::READONLY]), categories: Categories::of(&[Categories::FAST, Categories::KEYSPACE, Categories::READ]), subcommands: 0, keys: Only(1), words: &[One(Key)] },
    CommandSpec { id: CommandId(480), name: "TYPE", arity: 2, flags: Flags::of(&[Flags::FAST, Flags::READONLY]), categories: Categories::of(&[Categories::FAST, Categories::KEYSPACE, Categories::READ]), subcommands: 0, keys: Only(1), words: &[One(Key)] },
    CommandSpec { id: CommandId(481), name: "UNLINK", arity: -2, flags: Flags::of(&[Flags::FAST, Flags::WRITE]), categories: Categories::of(&[Categories::FAST, Categories::KEYSPACE, Categories::WRITE]), subcommands: 0, keys: From(1), words: &[Each(&[Key])] },
    CommandSpec { id: CommandId(482), name: "UNSUBSCRIBE", arity: -1, flags: Flags::of(&[Flags::LOADING, Flags::NOSCRIPT, Flags::PUBSUB, Flags::STALE, Flags::UNSUBSCRIBES]), categories: Categories::of(&[Categories::PUBSUB, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[Each(&[Channel])] },
    CommandSpec { id: CommandId(483), name: "UNWATCH", arity: 1, flags: Flags::of(&[Flags::ALLOW_BUSY, Flags::FAST, Flags::LOADING, Flags::NOSCRIPT, Flags::STALE]), categories: Categories::of(&[Categories::FAST, Categories::TRANSACTION]), subcommands: 0, keys: Nowhere, words: &[] },
    CommandSpec { id: CommandId(484), name: "VADD", arity: -5, flags: Flags::of(&[Flags::DENYOOM, Flags::WRITE]), categories: Categories::of(&[Categories::WRITE]), subcommands: 0, keys: Only(1), words: &[One(Key), Options(&[("REDUCE", &[One(Number)]), ("FP32", &[One(Other)]), ("VALUES", &[Counted(&[Number])]), ("CAS", &[]), ("NOQUANT", &[]), ("Q8", &[]), ("BIN", &[]), ("EF", &[One(Number)]), ("SETATTR", &[One(Value)]), ("M", &[One(Number)])], Member)] },
    CommandSpec { id: CommandId(485), name: "VCARD", arity: 2, flags: Flags::of(&[Flags::FAST, Flags::READONLY]), categories: Categories::of(&[Categories::FAST, Categories::READ]), subcommands: 0, keys: Only(1), words: &[One(Key)] },
    CommandSpec { id: CommandId(486), name: "VDIM", arity: 2, flags: Flags::of(&[Flags::FAST, Flags::READONLY]), categories: Categories::of(&[Categories::FAST, Categories::READ]), subcommands: 0, keys: Only(1), words: &[One(Key)] },
    CommandSpec { id: CommandId(487), name: "VEMB", arity: -3, flags: Flags::of(&[Flags::FAST, Flags::READONLY]), categories: Categories::of(&[Categories::FAST, Categories::READ]), subcommands: 0, keys: Only(1), words: &[One(Key), One(Member), Options(&[("RAW", &[])], Other)] },
    CommandSpec { id: CommandId(488), name: "VGETATTR", arity: 3, flags: Flags::of(&[Flags::FAST, Flags::READONLY]), categories: Categories::of(&[Categories::FAST, Categories::READ]), subcommands: 0, keys: Only(1), words: &[One(Key), One(Member)] },
    CommandSpec { id: CommandId(489), name: "VINFO", arity: 2, flags: Flags::of(&[Flags::FAST, Flags::READONLY]), categories: Categories::of(&[Categories::FAST, Categories::READ]), subcommands: 0, keys: Only(1), words: &[One(Key)] },
    CommandSpec { id: CommandId(490), name: "VISMEMBER", arity: 3, flags: Flags::of(&[Flags::FAST, Flags::READONLY]), categories: Categories::of(&[Categories::FAST, Categories::READ]), subcommands: 0, keys: Only(1), words: &[One(Key), One(Member)] },
    CommandSpec { id: CommandId(491), name: "VLINKS", arity: -3, flags: Flags::of(&[Flags::FAST, Flags::READONLY]), categories: Categories::of(&[Categories::FAST, Categories::READ]), subcommands: 0, keys: Only(1), words: &[One(Key), One(Member), Options(&[("WITHSCORES", &[])], Other)] },
    CommandSpec { id: CommandId(492), name: "VRANDMEMBER", arity: -2, flags: Flags::of(&[Flags::READONLY]), categories: Categories::of(&[Categories::READ]), subcommands: 0, keys: Only(1), words: &[One(Key), One(Count)] },
    CommandSpec { id: CommandId(493), name: "VRANGE", arity: -4, flags: Flags::of(&[Flags::READONLY]), categories: Categories::of(&[Categories::READ]), subcommands: 0, keys: Only(1), words: &[One(Key), One(Member), One(Member), One(Count)] },
    CommandSpec { id: CommandId(494), name: "VREM", arity: 3, flags: Flags::of(&[Flags::WRITE]), categories: Categories::of(&[Categories::WRITE]), subcommands: 0, keys: Only(1), words: &[One(Key), One(Member)] },
    CommandSpec { id: CommandId(495), name: "VSETATTR", arity: 4, flags: Flags::of(&[Flags::FAST, Flags::WRITE]), categories: Categories::of(&[Categories::FAST, Categories::WRITE]), subcommands: 0, keys: Only(1), words: &[One(Key), One(Member), One(Value)] },
    CommandSpec { id: CommandId(496), name: "VSIM", arity: -4, flags: Flags::of(&[Flags::READONLY]), categories: Categories::of(&[Categories::READ]), subcommands: 0, keys: Only(1), words: &[One(Key), Options(&[("ELE", &[One(Member)]), ("FP32", &[One(Other)]), ("VALUES", &[Counted(&[Number])]), ("WITHSCORES", &[]), ("WITHATTRIBS", &[]), ("COUNT", &[One(Count)]), ("EPSILON", &[One(Number)]), ("EF", &[One(Number)]), ("FILTER", &[One(Query)]), ("FILTER-EF", &[One(Number)]), ("TRUTH", &[]), ("NOTHREAD", &[])], Other)] },
    CommandSpec { id: CommandId(497), name: "WAIT", arity: 3, flags: Flags::of(&[Flags::BLOCKING, Flags::NOSCRIPT]), categories: Categories::of(&[Categories::BLOCKING, Categories::CONNECTION, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[One(Number), One(Timeout)] },
    CommandSpec { id: CommandId(498), name: "WAITAOF", arity: 4, flags: Flags::of(&[Flags::BLOCKING]), categories: Categories::of(&[Categories::BLOCKING, Categories::CONNECTION, Categories::SLOW]), subcommands: 0, keys: Nowhere, words: &[One(Number), One(Number), One(Timeout)] },
    CommandSpec { id: CommandId(499), name: "WATCH", arity: -2, flags: Flags::of(&[Flags::ALLOW_BUSY, Flags::FAST, Flags::LOADING, Flags::NOSCRIPT, Flags::NO_MULTI, Flags::STALE]), categories: Categories::of(&[Categories::FAST, Categories::TRANSACTION]), subcommands: 0, keys: From(1), words: &[Each(&[Key])] },
    CommandSpec { id: CommandId(500), name: "XACK", arity: -4, flags: Flags::of(&[Flags::FAST, Flags::WRITE]), categories: Categories::of(&[Categories::FAST, Categories::STREAM, Categories::WRITE]), subcommands: 0, keys: Only(1), words: &[One(Key), One(Group), Each(&[StreamId])] },
    CommandSpec { id: CommandId(501), name: "XACKDEL", arity: -6, flags: Flags::of(&[Flags::FAST, Flags::WRITE]), categories: Categories::of(&[Categories::FAST, Categories::STREAM, Categories::WRITE]), subcommands: 0, keys: Only(1), words: &[One(Key), One(Group), Options(&[("KEEPREF", &[]), ("DELREF", &[]), ("ACKED", &[]), ("IDS", &[Counted(&[StreamId])])], Other)] },
    CommandSpec { id: CommandId(502), name: "XADD", arity: -5, flags: Flags::of(&[Flags::DENYOOM, Flags::FAST, Flags::WRITE]), categories: Categories::of(&[Categories::FAST, Categories::STREAM, Categories::WRITE]), subcommands: 0, keys: Only(1), words: &[One(Key), Options(&[("NOMKSTREAM", &[]), ("KEEPREF", &[]), ("DELREF", &[]), ("ACKED", &[]), ("IDMPAUTO", &[One(Identifier)]), ("IDMP", &[One(Identifier), One(Identifier)]), ("MAXLEN", &[Options(&[("=", &[]), ("~", &[])], Other), One(Number)]), ("MINID", &[Options(&[("=", &[]), ("~", &[])], Other), One(StreamId)]), ("LIMIT", &[One(Count)])], Other), One(StreamId), Each(&[Field, Value])] },
    CommandSpec { id: CommandId(503), name: "XAUTOCLAIM", arity: -6, flags: Flags::of(&[Flags::FAST, Flags::WRITE]), categories: Categories::of(&[Categories::FAST, Categories::STREAM, Categories::WRITE]), subcommands: 0, keys: Only(1), words: &[One(Key), One(Group), One(Consumer), One(Ttl), One(StreamId), Options(&[("COUNT", &[One(Count)]), ("JUSTID", &[])], Other)] },
    CommandSpec { id: CommandId(504), name: "XCFGSET", arity: -2, flags: Flags::of(&[Flags::FAST, Flags::WRITE]), categories: Categories::of(&[Categories::FAST, Categories::STREAM, Categories::WRITE]), subcommands: 0, keys: Only(1), words: &[One(Key), Options(&[("IDMP-DURATION", &[One(Ttl)]), ("IDMP-MAXSIZE", &[One(Count)])], Other)] },
    CommandSpec { id: CommandId(505), name: "XCLAIM", arity: -6, flags: Flags::of(&[Flags::FAST, Flags::WRITE]), categories: Categories::of(&[Categories::FAST, Categories::STREAM, Categories::WRITE]), subcommands: 0, keys: Only(1), words: &[One(Key), One(Group), One(Consumer), One(Ttl), Options(&[("IDLE", &[One(Ttl)]), ("TIME", &[One(Ttl)]), ("RETRYCOUNT", &[One(Count)]), ("FORCE", &[]), ("JUSTID", &[]), ("LASTID", &[One(StreamId)])], StreamId)] },
    CommandSpec { id: CommandId(506), name: "XDEL", arity: -3, flags: Flags::of(&[Flags::FAST, Flags::WRITE]), categories: Categories::of(&[Categories::FAST, Categories::STREAM, Categories::WRITE]), subcommands: 0, keys: Only(1), words: &[One(Key), Each(&[StreamId])] },
    CommandSpec { id: CommandId(507), name: "XDELEX", arity: -5, flags: Flags::of(&[Flags::FAST, Flags::WRITE]), categories: Categories::of(&[Categories::FAST, Categories::STREAM, Categories::WRITE]), subcommands: 0, keys: Only(1), words: &[One(Key), Options(&[("KEEPREF", &[]), ("DELREF", &[]), ("ACKED", &[]), ("IDS", &[Counted(&[StreamId])])], Other)] },
    CommandSpec { id: CommandId(508), name: "XGROUP", arity: -2, flags: Flags::NONE, categories: Categories::of(&[Categories::SLOW]), subcommands: 6, keys: Nowhere, words: &[] },
    CommandSpec { id: CommandId(509), name: "XGROUP CREATE", arity: -5, flags: Flags::of(&[Flags::DENYOOM, Flags::WRITE]), categories: Categories::of(&[Categories::SLOW, Categories::STREAM, Categories::WRITE]), subcommands: 0, keys: Only(2), words: &[One(Key), One(Group), One(StreamId), Options(&[("MKSTREAM", &[]), ("ENTRIESREAD", &[One(Number)])], Other)] },
    CommandSpec { id: CommandId(510), name: "XGROUP CREATECONSUMER", arity: 5, flags: Flags::of(&[Flags::DENYOOM, Flags::WRITE]), categories: Categories::of(&[Categories::SLOW, Categories::STREAM, Categories::WRITE]), subcommands: 0, keys: Only(2), words: &[One(Key), One(Group), One(Consumer)] },
    CommandSpec { id: CommandId(511), name: "XGROUP DELCONSUMER", arity: 5, flags: Flags::of(&[Flags::WRITE]), categories: Categories::of(&[Categories::SLOW, Categories::STREAM, Categories::WRITE]), subcommands: 0, keys: Only(2), words: &[One(Key), One(Group), One(Consumer)] },
    CommandSpec { id: CommandId(512), name: "XGROUP DESTROY", arity: 4, flags: Flags::of(&[Flags::WRITE]), categories: Categories::of(&[Categories::SLOW, Categories::STREAM, Categories::WRITE]), subcommands: 0, keys: Only(2), words: &[One(Key), One(Group)] },
    CommandSpec { id: CommandId(513), name: "XGROUP HELP", arity: 2, flags: Flags::of(&[Flags::LOADING, Flags::STALE]), categories: Categories::of(&[Categories::SLOW, Categories::STREAM]), subcommands: 0, keys: Nowhere, words: &[] },
    CommandSpec { id: CommandId(514), name: "XGROUP SETID", arity: -5, flags: Flags::of(&[Flags::WRITE]), categories: Categories::of(&[Categories::SLOW, Categories::STREAM, Categories::WRITE]), subcommands: 0, keys: Only(2), words: &[One(Key), One(Group), One(StreamId), Options(&[("ENTRIESREAD", &[One(Number)])], Other)] },
    CommandSpec { id: CommandId(515), name: "XINFO", arity: -2, flags: Flags::NONE, categories: Categories::of(&[Categories::SLOW]), subcommands: 4, keys: Nowhere, words: &[] },
    CommandSpec { id: CommandId(516), name: "XINFO CONSUMERS", arity: 4, flags: Flags::of(&[Flags::READONLY]), categories: Categories::of(&[Categories::READ, Categories::SLOW, Categories::STREAM]), subcommands: 0, keys: Only(2), words: &[One(Key), One(Group)] },
    CommandSpec { id: CommandId(517), name: "XINFO GROUPS", arity: 3, flags: Flags::of(&[Flags::READONLY]), categories: Categories::of(&[Categories::READ, Categories::SLOW, Categories::STREAM]), subcommands: 0, keys: Only(2), words: &[One(Key)] },
    CommandSpec { id: CommandId(518), name: "XINFO HELP", arity: 2, flags: Flags::of(&[Flags::LOADING, Flags::STALE]), categories: Categories::of(&[Categories::SLOW, Categories::STREAM]), subcommands: 0, keys: Nowhere, words: &[] },
    CommandSpec { id: CommandId(519), name: "XINFO STREAM", arity: -3, flags: Flags::of(&[Flags::READONLY]), categories: Categories::of(&[Categories::READ, Categories::SLOW, Categories::STREAM]), subcommands: 0, keys: Only(2), words: &[One(Key), One(Keyword), Options(&[("COUNT", &[One(Count)])], Other)] },
    CommandSpec { id: CommandId(520), name: "XLEN", arity: 2, flags: Flags::of(&[Flags::FAST, Flags::READONLY]), categories: Categories::of(&[Categories::FAST, Categories::READ, Categories::STREAM]), subcommands: 0, keys: Only(1), words: &[One(Key)] },
    CommandSpec { id: CommandId(521), name: "XPENDING", arity: -3, flags: Flags::of(&[Flags::READONLY]), categories: Categories::of(&[Categories::READ, Categories::SLOW, Categories::STREAM]), subcommands: 0, keys: Only(1), words: &[One(Key), One(Group), Options(&[("IDLE", &[One(Ttl)])], Other), One(StreamId), One(StreamId), One(Count), One(Consumer)] },
    CommandSpec { id: CommandId(522), name: "XRANGE", arity: -4, flags: Flags::of(&[Flags::READONLY]), categories: Categories::of(&[Categories::READ, Categories::SLOW, Categories::STREAM]), subcommands: 0, keys: Only(1), words: &[One(Key), One(StreamId), One(StreamId), Options(&[("COUNT", &[One(Count)])], Other)] },
    CommandSpec { id: CommandId(523), name: "XREAD", arity: -4, flags: Flags::of(&[Flags::BLOCKING, Flags::READONLY]), categories: Categories::of(&[Categories::BLOCKING, Categories::READ, Categories::SLOW, Categories::STREAM]), subcommands: 0, keys: Anywhere, words: &[Options(&[("COUNT", &[One(Count)]), ("BLOCK", &[One(Timeout)]), ("STREAMS", &[Halves(Key, StreamId)])], Other)] },
    CommandSpec { id: CommandId(524), name: "XREADGROUP", arity: -7, flags: Flags::of(&[Flags::BLOCKING, Flags::WRITE]), categories: Categories::of(&[Categories::BLOCKING, Categories::SLOW, Categories::STREAM, Categories::WRITE]), subcommands: 0, keys: Anywhere, words: &[Options(&[("GROUP", &[One(Group), One(Consumer)]), ("COUNT", &[One(Count)]), ("BLOCK", &[One(Timeout)]), ("CLAIM", &[One(Ttl)]), ("NOACK", &[]), ("STREAMS", &[Halves(Key, StreamId)])], Other)] },
    CommandSpec { id: CommandId(525), name: "XREVRANGE", arity: -4, flags: Flags::of(&[Flags::READONLY]), categories: Categories::of(&[Categories::READ, Categories::SLOW, Categories::STREAM]), subcommands: 0, keys: Only(1), words: &[One(Key), One(StreamId), One(StreamId), Options(&[("COUNT", &[One(Count)])], Other)] },
    CommandSpec { id: CommandId(526), name: "XSETID", arity: -3, flags: Flags::of(&[Flags::DENYOOM, Flags::FAST, Flags::WRITE]), categories: Categories::of(&[Categories::FAST, Categories::STREAM, Categories::WRITE]), subcommands: 0, keys: Only(1), words: &[One(Key), One(StreamId), Options(&[("ENTRIESADDED", &[One(Number)]), ("MAXDELETEDID", &[One(StreamId)])], Other)] },
    CommandSpec { id: CommandId(527), name: "XTRIM", arity: -4, flags: Flags::of(&[Flags::WRITE]), categories: Categories::of(&[Categories::SLOW, Categories::STREAM, Categories::WRITE]), subcommands: 0, keys: Only(1), words: &[One(Key), Options(&[("MAXLEN", &[Options(&[("=", &[]), ("~", &[])], Other), One(Number)]), ("MINID", &[Options(&[("=", &[]), ("~", &[])], Other), One(StreamId)]), ("LIMIT", &[One(Count)]), ("KEEPREF", &[]), ("DELREF", &[]), ("ACKED", &[])], Other)] },
    CommandSpec { id: CommandId(528), name: "ZADD", arity: -4, flags: Flags::of(&[Flags::DENYOOM, Flags::FAST, Flags::WRITE]), categories: Categories::of(&[Categories::FAST, Categories::SORTEDSET, Categories::WRITE]), subcommands: 0, keys: Only(1), words: &[One(Key), Options(&[("NX", &[]), ("XX", &[]), ("GT", &[]), ("LT", &[]), ("CH", &[]), ("INCR", &[])], Other), Each(&[Score, Member])] },
    CommandSpec { id: CommandId(529), name: "ZCARD", arity: 2, flags: Flags::of(&[Flags::FAST, Flags::READONLY]), categories: Categories::of(&[Categories::FAST, Categories::READ, Categories::SORTEDSET]), subcommands: 0, keys: Only(1), words: &[One(Key)] },
    CommandSpec { id: CommandId(530), name: "ZCOUNT", arity: 4, flags: Flags::of(&[Flags::FAST, Flags::READONLY]), categories: Categories::of(&[Categories::FAST, Categories::READ, Categories::SORTEDSET]), subcommands: 0, keys: Only(1), words: &[One(Key), One(Score), One(Score)] },
    CommandSpec { id: CommandId(531), name: "ZDIFF", arity: -3, flags: Flags::of(&[Flags::READONLY]), categories: Categories::of(&[Categories::READ, Categories::SLOW, Categories::SORTEDSET]), subcommands: 0, keys: Anywhere, words: &[Counted(&[Key]), Options(&[("WITHSCORES", &[])], Other)] },
    CommandSpec { id: CommandId(532), name: "ZDIFFSTORE", arity: -4, flags: Flags::of(&[Flags::DENYOOM, Flags::WRITE]), categories: Categories::of(&[Categories::SLOW, Categories::SORTEDSET, Categories::WRITE]), subcommands: 0, keys: From(1), words: &[One(Key), Counted(&[Key])] },
    CommandSpec { id: CommandId(533), name: "ZINCRBY", arity: 4, flags: Flags::of(&[Flags::DENYOOM, Flags::FAST, Flags::WRITE]), categories: Categories::of(&[Categories::FAST, Categories::SORTEDSET, Categories::WRITE]), subcommands: 0, keys: Only(1), words: &[One(Key), One(Score), One(Member)] },
    CommandSpec { id: CommandId(534), name: "ZINTER", arity: -3, flags: Flags::of(&[Flags::READONLY]), categories: Categories::of(&[Categories::READ, Categories::SLOW, Categories::SORTEDSET]), subcommands: 0, keys: Anywhere, words: &[Counted(&[Key]), Options(&[("WEIGHTS", &[]), ("AGGREGATE", &[One(Keyword)]), ("WITHSCORES", &[])], Number)] },
    CommandSpec { id: CommandId(535), name: "ZINTERCARD", arity: -3, flags: Flags::of(&[Flags::READONLY]), categories: Categories::of(&[Categories::READ, Categories::SLOW, Categories::SORTEDSET]), subcommands: 0, keys: Anywhere, words: &[Counted(&[Key]), Options(&[("LIMIT", &[One(Count)])], Other)] },
    CommandSpec { id: CommandId(536), name: "ZINTERSTORE", arity: -4, flags: Flags::of(&[Flags::DENYOOM, Flags::WRITE]), categories: Categories::of(&[Categories::SLOW, Categories::SORTEDSET, Categories::WRITE]), subcommands: 0, keys: From(1), words: &[One(Key), Counted(&[Key]), Options(&[("WEIGHTS", &[]), ("AGGREGATE", &[One(Keyword)])], Number)] },
    CommandSpec { id: CommandId(537), name: "ZLEXCOUNT", arity: 4, flags: Flags::of(&[Flags::FAST, Flags::READONLY]), categories: Categories::of(&[Categories::FAST, Categories::READ, Categories::SORTEDSET]), subcommands: 0, keys: Only(1), words: &[One(Key), One(Member), One(Member)] },
    CommandSpec { id: CommandId(538), name: "ZMPOP", arity: -4, flags: Flags::of(&[Flags::WRITE]), categories: Categories::of(&[Categories::SLOW, Categories::SORTEDSET, Categories::WRITE]), subcommands: 0, keys: Anywhere, words: &[Counted(&[Key]), One(Keyword), Options(&[("COUNT", &[One(Count)])], Other)] },
    CommandSpec { id: CommandId(539), name: "ZMSCORE", arity: -3, flags: Flags::of(&[Flags::FAST, Flags::READONLY]), categories: Categories::of(&[Categories::FAST, Categories::READ, Categories::SORTEDSET]), subcommands: 0, keys: Only(1), words: &[One(Key), Each(&[Member])] },
    CommandSpec { id: CommandId(540), name: "ZPOPMAX", arity: -2, flags: Flags::of(&[Flags::FAST, Flags::WRITE]), categories: Categories::of(&[Categories::FAST, Categories::SORTEDSET, Categories::WRITE]), subcommands: 0, keys: Only(1), words: &[One(Key), One(Count)] },
    CommandSpec { id: CommandId(541), name: "ZPOPMIN", arity: -2, flags: Flags::of(&[Flags::FAST, Flags::WRITE]), categories: Categories::of(&[Categories::FAST, Categories::SORTEDSET, Categories::WRITE]), subcommands: 0, keys: Only(1), words: &[One(Key), One(Count)] },
    CommandSpec { id: CommandId(542), name: "ZRANDMEMBER", arity: -2, flags: Flags::of(&[Flags::READONLY]), categories: Categories::of(&[Categories::READ, Categories::SLOW, Categories::SORTEDSET]), subcommands: 0, keys: Only(1), words: &[One(Key), One(Count), Options(&[("WITHSCORES", &[])], Other)] },
    CommandSpec { id: CommandId(543), name: "ZRANGE", arity: -4, flags: Flags::of(&[Flags::READONLY]), categories: Categories::of(&[Categories::READ, Categories::SLOW, Categories::SORTEDSET]), subcommands: 0, keys: Only(1), words: &[One(Key), One(Number), One(Number), Options(&[("BYSCORE", &[]), ("BYLEX", &[]), ("REV", &[]), ("LIMIT", &[One(Number), One(Count)]), ("WITHSCORES", &[])], Other)] },
    CommandSpec { id: CommandId(544), name: "ZRANGEBYLEX", arity: -4, flags: Flags::of(&[Flags::READONLY]), categories: Categories::of(&[Categories::READ, Categories::SLOW, Categories::SORTEDSET]), subcommands: 0, keys: Only(1), words: &[One(Key), One(Member), One(Member), Options(&[("LIMIT", &[One(Number), One(Count)])], Other)] },
    CommandSpec { id: CommandId(545), name: "ZRANGEBYSCORE", arity: -4, flags: Flags::of(&[Flags::READONLY]), categories: Categories::of(&[Categories::READ, Categories::SLOW, Categories::SORTEDSET]), subcommands: 0, keys: Only(1), words: &[One(Key), One(Score), One(Score), Options(&[("WITHSCORES", &[]), ("LIMIT", &[One(Number), One(Count)])], Other)] },
    CommandSpec { id: CommandId(546), name: "ZRANGESTORE", arity: -5, flags: Flags::of(&[Flags::DENYOOM, Flags::WRITE]), categories: Categories::of(&[Categories::SLOW, Categories::SORTEDSET, Categories::WRITE]), subcommands: 0, keys: From(1), words: &[One(Key), One(Key), One(Number), One(Number), Options(&[("BYSCORE", &[]), ("BYLEX", &[]), ("REV", &[]), ("LIMIT", &[One(Number), One(Count)])], Other)] },
    CommandSpec { id: CommandId(547), name: "ZRANK", arity: -3, flags: Flags::of(&[Flags::FAST, Flags::READONLY]), categories: Categories::of(&[Categories::FAST, Categories::READ, Categories::SORTEDSET]), subcommands: 0, keys: Only(1), words: &[One(Key), One(Member), Options(&[("WITHSCORE", &[])], Other)] },
    CommandSpec { id: CommandId(548), name: "ZREM", arity: -3, flags: Flags::of(&[Flags::FAST, Flags::WRITE]), categories: Categories::of(&[Categories::FAST, Categories::SORTEDSET, Categories::WRITE]), subcommands: 0, keys: Only(1), words: &[One(Key), Each(&[Member])] },
    CommandSpec { id: CommandId(549), name: "ZREMRANGEBYLEX", arity: 4, flags: Flags::of(&[Flags::WRITE]), categories: Categories::of(&[Categories::SLOW, Categories::SORTEDSET, Categories::WRITE]), subcommands: 0, keys: Only(1), words: &[One(Key), One(Member), One(Member)] },
    CommandSpec { id: CommandId(550), name: "ZREMRANGEBYRANK", arity: 4, flags: Flags::of(&[Flags::WRITE]), categories: Categories::of(&[Categories::SLOW, Categories::SORTEDSET, Categories::WRITE]), subcommands: 0, keys: Only(1), words: &[One(Key), One(Number), One(Number)] },
    CommandSpec { id: CommandId(551), name: "ZREMRANGEBYSCORE", arity: 4, flags: Flags::of(&[Flags::WRITE]), categories: Categories::of(&[Categories::SLOW, Categories::SORTEDSET, Categories::WRITE]), subcommands: 0, keys: Only(1), words: &[One(Key), One(Score), One(Score)] },
    CommandSpec { id: CommandId(552), name: "ZREVRANGE", arity: -4, flags: Flags::of(&[Flags::READONLY]), categories: Categories::of(&[Categories::READ, Categories::SLOW, Categories::SORTEDSET]), subcommands: 0, keys: Only(1), words: &[One(Key), One(Number), One(Number), Options(&[("WITHSCORES", &[])], Other)] },
    CommandSpec { id: CommandId(553), name: "ZREVRANGEBYLEX", arity: -4, flags: Flags::of(&[Flags::READONLY]), categories: Categories::of(&[Categories::READ, Categories::SLOW, Categories::SORTEDSET]), subcommands: 0, keys: Only(1), words: &[One(Key), One(Member), One(Member), Options(&[("LIMIT", &[One(Number), One(Count)])], Other)] },
    CommandSpec { id: CommandId(554), name: "ZREVRANGEBYSCORE", arity: -4, flags: Flags::of(&[Flags::READONLY]), categories: Categories::of(&[Categories::READ, Categories::SLOW, Categories::SORTEDSET]), subcommands: 0, keys: Only(1), words: &[One(Key), One(Score), One(Score), Options(&[("WITHSCORES", &[]), ("LIMIT", &[One(Number), One(Count)])], Other)] },
    CommandSpec { id: CommandId(555), name: "ZREVRANK", arity: -3, flags: Flags::of(&[Flags::FAST, Flags::READONLY]), categories: Categories::of(&[Categories::FAST, Categories::READ, Categories::SORTEDSET]), subcommands: 0, keys: Only(1), words: &[One(Key), One(Member), Options(&[("WITHSCORE", &[])], Other)] },
    CommandSpec { id: CommandId(556), name: "ZSCAN", arity: -3, flags: Flags::of(&[Flags::READONLY]), categories: Categories::of(&[Categories::READ, Categories::SLOW, Categories::SORTEDSET]), subcommands: 0, keys: Only(1), words: &[One(Key), One(Cursor), Options(&[("MATCH", &[One(Pattern)]), ("COUNT", &[One(Count)]), ("NOSCORES", &[])], Other)] },
    CommandSpec { id: CommandId(557), name: "ZSCORE", arity: 3, flags: Flags::of(&[Flags::FAST, Flags::READONLY]), categories: Categories::of(&[Categories::FAST, Categories::READ, Categories::SORTEDSET]), subcommands: 0, keys: Only(1), words: &[One(Key), One(Member)] },
    CommandSpec { id: CommandId(558), name: "ZUNION", arity: -3, flags: Flags::of(&[Flags::READONLY]), categories: Categories::of(&[Categories::READ, Categories::SLOW, Categories::SORTEDSET]), subcommands: 0, keys: Anywhere, words: &[Counted(&[Key]), Options(&[("WEIGHTS", &[]), ("AGGREGATE", &[One(Keyword)]), ("WITHSCORES", &[])], Number)] },
    CommandSpec { id: CommandId(559), name: "ZUNIONSTORE", arity: -4, flags: Flags::of(&[Flags::DENYOOM, Flags::WRITE]), categories: Categories::of(&[Categories::SLOW, Categories::SORTEDSET, Categories::WRITE]), subcommands: 0, keys: From(1), words: &[One(Key), Counted(&[Key]), Options(&[("WEIGHTS", &[]), ("AGGREGATE", &[One(Keyword)])], Number)] },
];

/// Index in [`TABLE`] by hash; 65535 where there is none.
pub(super) static SLOTS: [u16; 1024] = [65535, 65535, 65535, 65535, 65535, 65535, 65535, 65535, 65535, 65535, 65535, 65535, 65535, 271, 477, 65535, 65535, 317, 288, 65535, 147, 245, 65535, 65535, 65535, 65535, 65535, 65535, 65535, 65535, 65535, 496, 240, 65535, 65535, 65535, 267, 65535, 459, 65535, 191, 65535, 65535, 65535, 65535, 65535, 65535, 441, 126, 65535, 476, 508, 65535, 489, 65535, 65535, 65535, 65535, 54, 275, 65535, 473, 498, 65535, 277, 52, 65535, 65535, 330, 65535, 65535, 65535, 65535, 65535, 65535, 0, 65535, 65535, 65535, 65535, 276, 156, 495, 65535, 65535, 65535, 65535, 65535, 65535, 369, 65535, 475, 65535, 452, 65535, 457, 65535, 65535, 65535, 65535, 482, 65535, 65535, 366, 65535, 204, 65535, 65535, 233, 65535, 65535, 65535, 544, 239, 65535, 505, 65535, 65535, 456, 359, 145, 65535, 65535, 65535, 65535, 65535, 65535, 215, 65535, 444, 222, 65535, 65535, 65535, 65535, 65535, 478, 65535, 65535, 65535, 75, 65535, 497, 424, 65535, 296, 546, 294, 65535, 180, 466, 65535, 65535, 65535, 65535, 65535, 65535, 65535, 65535, 539, 65535, 16, 65535, 65535, 65535, 65535, 425, 65535, 370, 205, 65535, 238, 168, 524, 163, 530, 545, 65535, 65535, 65535, 289, 553, 65535, 46, 65535, 447, 65535, 65535, 65535, 65535, 410, 149, 252, 65535, 278, 365, 65535, 501, 65535, 453, 171, 65535, 65535, 65535, 500, 65535, 65535, 274, 65535, 65535, 555, 65535, 65535, 65535, 65535, 301, 236, 65535, 503, 65535, 65535, 113, 559, 65535, 65535, 65535, 65535, 426, 65535, 65535, 65535, 554, 65535, 65535, 65535, 65535, 65535, 65535, 189, 65535, 65535, 258, 65535, 181, 542, 65535, 272, 53, 65535, 487, 201, 65535, 331, 464, 65535, 229, 65535, 286, 65535, 382, 65535, 49, 65535, 483, 65535, 65535, 65535, 543, 356, 479, 65535, 30, 187, 65535, 65535, 65535, 65535, 65535, 65535, 65535, 434, 65535, 65535, 429, 65535, 329, 65535, 547, 65535, 472, 223, 65535, 250, 408, 65535, 65535, 65535, 422, 38, 65535, 65535, 65535, 461, 138, 488, 244, 65535, 65535, 65535, 114, 65535, 65535, 65535, 65535, 65535, 65535, 65535, 65535, 299, 65535, 228, 297, 504, 65535, 65535, 65535, 65535, 65535, 65535, 65535, 65535, 28, 65535, 65535, 65535, 65535, 65535, 19, 65535, 65535, 65535, 65535, 65535, 65535, 65535, 141, 65535, 65535, 65535, 65535, 364, 65535, 65535, 362, 23, 65535, 65535, 340, 151, 342, 535, 65535, 65535, 65535, 224, 65535, 65535, 65535, 65535, 438, 116, 406, 65535, 65535, 65535, 526, 15, 144, 213, 65535, 65535, 65535, 65535, 333, 65535, 65535, 65535, 65535, 65535, 65535, 18, 494, 186, 65535, 65535, 65535, 65535, 450, 269, 65535, 65535, 65535, 65535, 65535, 65535, 491, 65535, 423, 65535, 225, 65535, 112, 65535, 65535, 65535, 226, 471, 65535, 219, 65535, 248, 65535, 65535, 351, 65535, 65535, 47, 65535, 21, 316, 65535, 65535, 65535, 41, 51, 65535, 65535, 65535, 502, 358, 65535, 409, 65535, 65535, 65535, 65535, 65535, 293, 65535, 462, 65535, 257, 65535, 65535, 255, 421, 254, 318, 231, 493, 445, 65535, 65535, 470, 65535, 65535, 65535, 65535, 485, 486, 328, 45, 65535, 65535, 65535, 65535, 480, 216, 42, 65535, 65535, 339, 178, 337, 65535, 65535, 65535, 65535, 536, 65535, 65535, 65535, 65535, 527, 65535, 506, 65535, 260, 65535, 65535, 48, 65535, 407, 65535, 65535, 65535, 295, 268, 65535, 65535, 65535, 534, 412, 443, 523, 65535, 65535, 262, 65535, 436, 270, 529, 427, 65535, 65535, 449, 490, 65535, 166, 17, 65535, 25, 173, 371, 65535, 179, 230, 65535, 455, 65535, 176, 481, 65535, 65535, 65535, 65535, 65535, 65535, 65535, 65535, 454, 65535, 65535, 251, 65535, 29, 65535, 210, 65535, 65535, 161, 446, 139, 190, 437, 352, 261, 65535, 65535, 65535, 469, 137, 220, 65535, 525, 243, 65535, 31, 65535, 484, 65535, 65535, 65535, 24, 65535, 551, 332, 207, 65535, 65535, 65535, 65535, 65535, 202, 65535, 368, 65535, 65535, 65535, 188, 65535, 65535, 65535, 65535, 65535, 65535, 65535, 65535, 253, 291, 65535, 118, 435, 211, 65535, 65535, 335, 515, 65535, 65535, 65535, 65535, 37, 65535, 249, 65535, 357, 65535, 65535, 411, 287, 65535, 65535, 413, 212, 65535, 65535, 65535, 532, 341, 65535, 65535, 65535, 65535, 182, 65535, 65535, 65535, 232, 164, 117, 65535, 65535, 65535, 65535, 520, 65535, 65535, 160, 354, 65535, 65535, 184, 235, 65535, 65535, 65535, 65535, 227, 65535, 448, 206, 65535, 428, 292, 50, 65535, 65535, 146, 322, 43, 65535, 65535, 65535, 263, 65535, 14, 65535, 538, 65535, 33, 319, 65535, 65535, 65535, 65535, 170, 165, 247, 507, 142, 65535, 65535, 65535, 65535, 65535, 65535, 169, 65535, 65535, 65535, 65535, 65535, 65535, 334, 439, 558, 131, 65535, 65535, 65535, 65535, 65535, 309, 522, 65535, 65535, 65535, 65535, 537, 159, 150, 65535, 22, 65535, 65535, 35, 65535, 65535, 65535, 65535, 65535, 65535, 65535, 162, 152, 433, 214, 65535, 26, 65535, 65535, 549, 353, 65535, 533, 65535, 65535, 65535, 65535, 65535, 65535, 65535, 65535, 65535, 65535, 415, 65535, 65535, 65535, 65535, 65535, 65535, 234, 379, 65535, 361, 65535, 540, 65535, 355, 363, 65535, 65535, 65535, 40, 143, 65535, 65535, 65535, 65535, 65535, 65535, 65535, 65535, 367, 414, 65535, 65535, 217, 65535, 65535, 65535, 65535, 65535, 65535, 431, 65535, 65535, 65535, 266, 442, 451, 290, 65535, 221, 65535, 27, 65535, 65535, 550, 65535, 65535, 310, 65535, 177, 474, 65535, 65535, 153, 174, 65535, 381, 44, 552, 65535, 65535, 531, 183, 65535, 65535, 65535, 65535, 65535, 65535, 65535, 467, 65535, 237, 167, 65535, 259, 65535, 65535, 343, 115, 246, 65535, 65535, 521, 65535, 65535, 300, 65535, 65535, 65535, 65535, 440, 140, 336, 65535, 65535, 256, 360, 65535, 65535, 65535, 65535, 65535, 65535, 65535, 65535, 157, 338, 154, 65535, 65535, 65535, 65535, 264, 209, 208, 65535, 65535, 350, 405, 65535, 420, 65535, 39, 65535, 65535, 463, 65535, 65535, 65535, 242, 65535, 32, 65535, 65535, 65535, 65535, 65535, 65535, 65535, 65535, 65535, 557, 65535, 298, 65535, 65535, 65535, 541, 65535, 65535, 65535, 65535, 65535, 155, 65535, 65535, 148, 65535, 65535, 273, 111, 65535, 65535, 465, 65535, 65535, 404, 34, 65535, 65535, 65535, 65535, 65535, 65535, 265, 65535, 65535, 460, 65535, 321, 65535, 65535, 65535, 492, 65535, 65535, 65535, 20, 65535, 65535, 65535, 65535, 36, 65535, 65535, 65535, 65535, 65535, 65535, 65535, 65535, 65535, 65535, 65535, 241, 65535, 65535, 203, 65535, 65535, 65535, 65535, 65535, 499, 65535, 430, 65535, 65535, 65535, 158, 65535, 65535, 556, 458, 380, 65535, 172, 65535, 175, 65535, 65535, 65535, 320, 65535, 65535, 65535, 185, 308, 65535, 528, 548, 432, 65535, 218, 65535, 468, 65535];
/// Displacement of each bucket of the hash.
pub(super) static SEEDS: [u8; 256] = [3, 0, 3, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 0, 0, 1, 0, 0, 2, 0, 3, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 2, 0, 1, 0, 0, 0, 0, 0, 2, 1, 0, 0, 0, 0, 0, 3, 3, 1, 0, 0, 0, 0, 0, 0, 0, 0, 2, 4, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 1, 1, 0, 0, 0, 1, 1, 1, 0, 1, 0, 2, 0, 1, 0, 0, 1, 2, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 3, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 1, 0, 0, 1, 0, 0, 0, 2, 1, 0, 3, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 2, 1, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 3, 0, 0, 1, 0, 3, 0, 0, 0, 5, 0, 2, 0, 0, 0, 2, 1, 0, 1, 0, 0, 0, 0, 1, 0, 0, 3, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 1, 0, 0, 1, 0];

/// Ids by name, to match on: `id::CONFIG_SET`.
pub mod id {
    #![allow(missing_docs, reason = "each is the id of the command it names")]
    use super::CommandId;
    pub const ACL: CommandId = CommandId(0);
    pub const ACL_CAT: CommandId = CommandId(1);
    pub const ACL_DELUSER: CommandId = CommandId(2);
    pub const ACL_DRYRUN: CommandId = CommandId(3);
    pub const ACL_GENPASS: CommandId = CommandId(4);
    pub const ACL_GETUSER: CommandId = CommandId(5);
    pub const ACL_HELP: CommandId = CommandId(6);
    pub const ACL_LIST: CommandId = CommandId(7);
    pub const ACL_LOAD: CommandId = CommandId(8);
    pub const ACL_LOG: CommandId = CommandId(9);
    pub const ACL_SAVE: CommandId = CommandId(10);
    pub const ACL_SETUSER: CommandId = CommandId(11);
    pub const ACL_USERS: CommandId = CommandId(12);
    pub const ACL_WHOAMI: CommandId = CommandId(13);
    pub const APPEND: CommandId = CommandId(14);
    pub const ASKING: CommandId = CommandId(15);
    pub const AUTH: CommandId = CommandId(16);
    pub const BF_ADD: CommandId = CommandId(17);
    pub const BF_CARD: CommandId = CommandId(18);
    pub const BF_EXISTS: CommandId = CommandId(19);
    pub const BF_INFO: CommandId = CommandId(20);
    pub const BF_INSERT: CommandId = CommandId(21);
    pub const BF_LOADCHUNK: CommandId = CommandId(22);
    pub const BF_MADD: CommandId = CommandId(23);
    pub const BF_MEXISTS: CommandId = CommandId(24);
    pub const BF_RESERVE: CommandId = CommandId(25);
    pub const BF_SCANDUMP: CommandId = CommandId(26);
    pub const BGREWRITEAOF: CommandId = CommandId(27);
    pub const BGSAVE: CommandId = CommandId(28);
    pub const BITCOUNT: CommandId = CommandId(29);
    pub const BITFIELD: CommandId = CommandId(30);
    pub const BITFIELD_RO: CommandId = CommandId(31);
    pub const BITOP: CommandId = CommandId(32);
    pub const BITPOS: CommandId = CommandId(33);
    pub const BLMOVE: CommandId = CommandId(34);
    pub const BLMPOP: CommandId = CommandId(35);
    pub const BLPOP: CommandId = CommandId(36);
    pub const BRPOP: CommandId = CommandId(37);
    pub const BRPOPLPUSH: CommandId = CommandId(38);
    pub const BZMPOP: CommandId = CommandId(39);
    pub const BZPOPMAX: CommandId = CommandId(40);
    pub const BZPOPMIN: CommandId = CommandId(41);
    pub const CF_ADD: CommandId = CommandId(42);
    pub const CF_ADDNX: CommandId = CommandId(43);
    pub const CF_COUNT: CommandId = CommandId(44);
    pub const CF_DEL: CommandId = CommandId(45);
    pub const CF_EXISTS: CommandId = CommandId(46);
    pub const CF_INFO: CommandId = CommandId(47);
    pub const CF_INSERT: CommandId = CommandId(48);
    pub const CF_INSERTNX: CommandId = CommandId(49);
    pub const CF_LOADCHUNK: CommandId = CommandId(50);
    pub const CF_MEXISTS: CommandId = CommandId(51);
    pub const CF_RESERVE: CommandId = CommandId(52);
    pub const CF_SCANDUMP: CommandId = CommandId(53);
    pub const CLIENT: CommandId = CommandId(54);
    pub const CLIENT_CACHING: CommandId = CommandId(55);
    pub const CLIENT_CAPA: CommandId = CommandId(56);
    pub const CLIENT_GETNAME: CommandId = CommandId(57);
    pub const CLIENT_GETREDIR: CommandId = CommandId(58);
    pub const CLIENT_HELP: CommandId = CommandId(59);
    pub const CLIENT_ID: CommandId = CommandId(60);
    pub const CLIENT_IMPORT_SOURCE: CommandId = CommandId(61);
    pub const CLIENT_INFO: CommandId = CommandId(62);
    pub const CLIENT_KILL: CommandId = CommandId(63);
    pub const CLIENT_LIST: CommandId = CommandId(64);
    pub const CLIENT_NO_EVICT: CommandId = CommandId(65);
    pub const CLIENT_NO_TOUCH: CommandId = CommandId(66);
    pub const CLIENT_PAUSE: CommandId = CommandId(67);
    pub const CLIENT_REPLY: CommandId = CommandId(68);
    pub const CLIENT_SETINFO: CommandId = CommandId(69);
    pub const CLIENT_SETNAME: CommandId = CommandId(70);
    pub const CLIENT_TRACKING: CommandId = CommandId(71);
    pub const CLIENT_TRACKINGINFO: CommandId = CommandId(72);
    pub const CLIENT_UNBLOCK: CommandId = CommandId(73);
    pub const CLIENT_UNPAUSE: CommandId = CommandId(74);
    pub const CLUSTER: CommandId = CommandId(75);
    pub const CLUSTER_ADDSLOTS: CommandId = CommandId(76);
    pub const CLUSTER_ADDSLOTSRANGE: CommandId = CommandId(77);
    pub const CLUSTER_BUMPEPOCH: CommandId = CommandId(78);
    pub const CLUSTER_CANCELSLOTMIGRATIONS: CommandId = CommandId(79);
    pub const CLUSTER_COUNT_FAILURE_REPORTS: CommandId = CommandId(80);
    pub const CLUSTER_COUNTKEYSINSLOT: CommandId = CommandId(81);
    pub const CLUSTER_DELSLOTS: CommandId = CommandId(82);
    pub const CLUSTER_DELSLOTSRANGE: CommandId = CommandId(83);
    pub const CLUSTER_FAILOVER: CommandId = CommandId(84);
    pub const CLUSTER_FLUSHSLOT: CommandId = CommandId(85);
    pub const CLUSTER_FLUSHSLOTS: CommandId = CommandId(86);
    pub const CLUSTER_FORGET: CommandId = CommandId(87);
    pub const CLUSTER_GETKEYSINSLOT: CommandId = CommandId(88);
    pub const CLUSTER_GETSLOTMIGRATIONS: CommandId = CommandId(89);
    pub const CLUSTER_HELP: CommandId = CommandId(90);
    pub const CLUSTER_INFO: CommandId = CommandId(91);
    pub const CLUSTER_KEYSLOT: CommandId = CommandId(92);
    pub const CLUSTER_LINKS: CommandId = CommandId(93);
    pub const CLUSTER_MEET: CommandId = CommandId(94);
    pub const CLUSTER_MIGRATESLOTS: CommandId = CommandId(95);
    pub const CLUSTER_MIGRATION: CommandId = CommandId(96);
    pub const CLUSTER_MYID: CommandId = CommandId(97);
    pub const CLUSTER_MYSHARDID: CommandId = CommandId(98);
    pub const CLUSTER_NODES: CommandId = CommandId(99);
    pub const CLUSTER_REPLICAS: CommandId = CommandId(100);
    pub const CLUSTER_REPLICATE: CommandId = CommandId(101);
    pub const CLUSTER_RESET: CommandId = CommandId(102);
    pub const CLUSTER_SAVECONFIG: CommandId = CommandId(103);
    pub const CLUSTER_SET_CONFIG_EPOCH: CommandId = CommandId(104);
    pub const CLUSTER_SETSLOT: CommandId = CommandId(105);
    pub const CLUSTER_SHARDS: CommandId = CommandId(106);
    pub const CLUSTER_SLAVES: CommandId = CommandId(107);
    pub const CLUSTER_SLOT_STATS: CommandId = CommandId(108);
    pub const CLUSTER_SLOTS: CommandId = CommandId(109);
    pub const CLUSTER_SYNCSLOTS: CommandId = CommandId(110);
    pub const CLUSTERSCAN: CommandId = CommandId(111);
    pub const CMS_INCRBY: CommandId = CommandId(112);
    pub const CMS_INFO: CommandId = CommandId(113);
    pub const CMS_INITBYDIM: CommandId = CommandId(114);
    pub const CMS_INITBYPROB: CommandId = CommandId(115);
    pub const CMS_MERGE: CommandId = CommandId(116);
    pub const CMS_QUERY: CommandId = CommandId(117);
    pub const COMMAND: CommandId = CommandId(118);
    pub const COMMAND_COUNT: CommandId = CommandId(119);
    pub const COMMAND_DOCS: CommandId = CommandId(120);
    pub const COMMAND_GETKEYS: CommandId = CommandId(121);
    pub const COMMAND_GETKEYSANDFLAGS: CommandId = CommandId(122);
    pub const COMMAND_HELP: CommandId = CommandId(123);
    pub const COMMAND_INFO: CommandId = CommandId(124);
    pub const COMMAND_LIST: CommandId = CommandId(125);
    pub const COMMANDLOG: CommandId = CommandId(126);
    pub const COMMANDLOG_GET: CommandId = CommandId(127);
    pub const COMMANDLOG_HELP: CommandId = CommandId(128);
    pub const COMMANDLOG_LEN: CommandId = CommandId(129);
    pub const COMMANDLOG_RESET: CommandId = CommandId(130);
    pub const CONFIG: CommandId = CommandId(131);
    pub const CONFIG_GET: CommandId = CommandId(132);
    pub const CONFIG_HELP: CommandId = CommandId(133);
    pub const CONFIG_RESETSTAT: CommandId = CommandId(134);
    pub const CONFIG_REWRITE: CommandId = CommandId(135);
    pub const CONFIG_SET: CommandId = CommandId(136);
    pub const COPY: CommandId = CommandId(137);
    pub const DBSIZE: CommandId = CommandId(138);
    pub const DEBUG: CommandId = CommandId(139);
    pub const DECR: CommandId = CommandId(140);
    pub const DECRBY: CommandId = CommandId(141);
    pub const DEL: CommandId = CommandId(142);
    pub const DELEX: CommandId = CommandId(143);
    pub const DELIFEQ: CommandId = CommandId(144);
    pub const DIGEST: CommandId = CommandId(145);
    pub const DISCARD: CommandId = CommandId(146);
    pub const DUMP: CommandId = CommandId(147);
    pub const ECHO: CommandId = CommandId(148);
    pub const EVAL: CommandId = CommandId(149);
    pub const EVALSHA: CommandId = CommandId(150);
    pub const EVALSHA_RO: CommandId = CommandId(151);
    pub const EVAL_RO: CommandId = CommandId(152);
    pub const EXEC: CommandId = CommandId(153);
    pub const EXISTS: CommandId = CommandId(154);
    pub const EXPIRE: CommandId = CommandId(155);
    pub const EXPIREAT: CommandId = CommandId(156);
    pub const EXPIRETIME: CommandId = CommandId(157);
    pub const FAILOVER: CommandId = CommandId(158);
    pub const FCALL: CommandId = CommandId(159);
    pub const FCALL_RO: CommandId = CommandId(160);
    pub const FLUSHALL: CommandId = CommandId(161);
    pub const FLUSHDB: CommandId = CommandId(162);
    pub const FT_AGGREGATE: CommandId = CommandId(163);
    pub const FT_ALIASADD: CommandId = CommandId(164);
    pub const FT_ALIASDEL: CommandId = CommandId(165);
    pub const FT_ALIASUPDATE: CommandId = CommandId(166);
    pub const FT_ALTER: CommandId = CommandId(167);
    pub const FT_CONFIG: CommandId = CommandId(168);
    pub const FT_CREATE: CommandId = CommandId(169);
    pub const FT_CURSOR: CommandId = CommandId(170);
    pub const FT_DEBUG: CommandId = CommandId(171);
    pub const FT_DICTADD: CommandId = CommandId(172);
    pub const FT_DICTDEL: CommandId = CommandId(173);
    pub const FT_DICTDUMP: CommandId = CommandId(174);
    pub const FT_DROPINDEX: CommandId = CommandId(175);
    pub const FT_EXPLAIN: CommandId = CommandId(176);
    pub const FT_EXPLAINCLI: CommandId = CommandId(177);
    pub const FT_HYBRID: CommandId = CommandId(178);
    pub const FT_INFO: CommandId = CommandId(179);
    pub const FT_PROFILE: CommandId = CommandId(180);
    pub const FT_SEARCH: CommandId = CommandId(181);
    pub const FT_SPELLCHECK: CommandId = CommandId(182);
    pub const FT_SUGADD: CommandId = CommandId(183);
    pub const FT_SUGDEL: CommandId = CommandId(184);
    pub const FT_SUGGET: CommandId = CommandId(185);
    pub const FT_SUGLEN: CommandId = CommandId(186);
    pub const FT_SYNDUMP: CommandId = CommandId(187);
    pub const FT_SYNUPDATE: CommandId = CommandId(188);
    pub const FT_TAGVALS: CommandId = CommandId(189);
    pub const FT__LIST: CommandId = CommandId(190);
    pub const FUNCTION: CommandId = CommandId(191);
    pub const FUNCTION_DELETE: CommandId = CommandId(192);
    pub const FUNCTION_DUMP: CommandId = CommandId(193);
    pub const FUNCTION_FLUSH: CommandId = CommandId(194);
    pub const FUNCTION_HELP: CommandId = CommandId(195);
    pub const FUNCTION_KILL: CommandId = CommandId(196);
    pub const FUNCTION_LIST: CommandId = CommandId(197);
    pub const FUNCTION_LOAD: CommandId = CommandId(198);
    pub const FUNCTION_RESTORE: CommandId = CommandId(199);
    pub const FUNCTION_STATS: CommandId = CommandId(200);
    pub const GEOADD: CommandId = CommandId(201);
    pub const GEODIST: CommandId = CommandId(202);
    pub const GEOHASH: CommandId = CommandId(203);
    pub const GEOPOS: CommandId = CommandId(204);
    pub const GEORADIUS: CommandId = CommandId(205);
    pub const GEORADIUSBYMEMBER: CommandId = CommandId(206);
    pub const GEORADIUSBYMEMBER_RO: CommandId = CommandId(207);
    pub const GEORADIUS_RO: CommandId = CommandId(208);
    pub const GEOSEARCH: CommandId = CommandId(209);
    pub const GEOSEARCHSTORE: CommandId = CommandId(210);
    pub const GET: CommandId = CommandId(211);
    pub const GETBIT: CommandId = CommandId(212);
    pub const GETDEL: CommandId = CommandId(213);
    pub const GETEX: CommandId = CommandId(214);
    pub const GETRANGE: CommandId = CommandId(215);
    pub const GETSET: CommandId = CommandId(216);
    pub const HDEL: CommandId = CommandId(217);
    pub const HELLO: CommandId = CommandId(218);
    pub const HEXISTS: CommandId = CommandId(219);
    pub const HEXPIRE: CommandId = CommandId(220);
    pub const HEXPIREAT: CommandId = CommandId(221);
    pub const HEXPIRETIME: CommandId = CommandId(222);
    pub const HGET: CommandId = CommandId(223);
    pub const HGETALL: CommandId = CommandId(224);
    pub const HGETDEL: CommandId = CommandId(225);
    pub const HGETEX: CommandId = CommandId(226);
    pub const HINCRBY: CommandId = CommandId(227);
    pub const HINCRBYFLOAT: CommandId = CommandId(228);
    pub const HKEYS: CommandId = CommandId(229);
    pub const HLEN: CommandId = CommandId(230);
    pub const HMGET: CommandId = CommandId(231);
    pub const HMSET: CommandId = CommandId(232);
    pub const HOTKEYS: CommandId = CommandId(233);
    pub const HPERSIST: CommandId = CommandId(234);
    pub const HPEXPIRE: CommandId = CommandId(235);
    pub const HPEXPIREAT: CommandId = CommandId(236);
    pub const HPEXPIRETIME: CommandId = CommandId(237);
    pub const HPTTL: CommandId = CommandId(238);
    pub const HRANDFIELD: CommandId = CommandId(239);
    pub const HSCAN: CommandId = CommandId(240);
    pub const HSET: CommandId = CommandId(241);
    pub const HSETEX: CommandId = CommandId(242);
    pub const HSETNX: CommandId = CommandId(243);
    pub const HSTRLEN: CommandId = CommandId(244);
    pub const HTTL: CommandId = CommandId(245);
    pub const HVALS: CommandId = CommandId(246);
    pub const INCR: CommandId = CommandId(247);
    pub const INCRBY: CommandId = CommandId(248);
    pub const INCRBYFLOAT: CommandId = CommandId(249);
    pub const INFO: CommandId = CommandId(250);
    pub const JSON_ARRAPPEND: CommandId = CommandId(251);
    pub const JSON_ARRINDEX: CommandId = CommandId(252);
    pub const JSON_ARRINSERT: CommandId = CommandId(253);
    pub const JSON_ARRLEN: CommandId = CommandId(254);
    pub const JSON_ARRPOP: CommandId = CommandId(255);
    pub const JSON_ARRTRIM: CommandId = CommandId(256);
    pub const JSON_CLEAR: CommandId = CommandId(257);
    pub const JSON_DEBUG: CommandId = CommandId(258);
    pub const JSON_DEL: CommandId = CommandId(259);
    pub const JSON_FORGET: CommandId = CommandId(260);
    pub const JSON_GET: CommandId = CommandId(261);
    pub const JSON_MERGE: CommandId = CommandId(262);
    pub const JSON_MGET: CommandId = CommandId(263);
    pub const JSON_MSET: CommandId = CommandId(264);
    pub const JSON_NUMINCRBY: CommandId = CommandId(265);
    pub const JSON_NUMMULTBY: CommandId = CommandId(266);
    pub const JSON_NUMPOWBY: CommandId = CommandId(267);
    pub const JSON_OBJKEYS: CommandId = CommandId(268);
    pub const JSON_OBJLEN: CommandId = CommandId(269);
    pub const JSON_RESP: CommandId = CommandId(270);
    pub const JSON_SET: CommandId = CommandId(271);
    pub const JSON_STRAPPEND: CommandId = CommandId(272);
    pub const JSON_STRLEN: CommandId = CommandId(273);
    pub const JSON_TOGGLE: CommandId = CommandId(274);
    pub const JSON_TYPE: CommandId = CommandId(275);
    pub const KEYS: CommandId = CommandId(276);
    pub const LASTSAVE: CommandId = CommandId(277);
    pub const LATENCY: CommandId = CommandId(278);
    pub const LATENCY_DOCTOR: CommandId = CommandId(279);
    pub const LATENCY_GRAPH: CommandId = CommandId(280);
    pub const LATENCY_HELP: CommandId = CommandId(281);
    pub const LATENCY_HISTOGRAM: CommandId = CommandId(282);
    pub const LATENCY_HISTORY: CommandId = CommandId(283);
    pub const LATENCY_LATEST: CommandId = CommandId(284);
    pub const LATENCY_RESET: CommandId = CommandId(285);
    pub const LCS: CommandId = CommandId(286);
    pub const LINDEX: CommandId = CommandId(287);
    pub const LINSERT: CommandId = CommandId(288);
    pub const LLEN: CommandId = CommandId(289);
    pub const LMOVE: CommandId = CommandId(290);
    pub const LMPOP: CommandId = CommandId(291);
    pub const LOLWUT: CommandId = CommandId(292);
    pub const LPOP: CommandId = CommandId(293);
    pub const LPOS: CommandId = CommandId(294);
    pub const LPUSH: CommandId = CommandId(295);
    pub const LPUSHX: CommandId = CommandId(296);
    pub const LRANGE: CommandId = CommandId(297);
    pub const LREM: CommandId = CommandId(298);
    pub const LSET: CommandId = CommandId(299);
    pub const LTRIM: CommandId = CommandId(300);
    pub const MEMORY: CommandId = CommandId(301);
    pub const MEMORY_DOCTOR: CommandId = CommandId(302);
    pub const MEMORY_HELP: CommandId = CommandId(303);
    pub const MEMORY_MALLOC_STATS: CommandId = CommandId(304);
    pub const MEMORY_PURGE: CommandId = CommandId(305);
    pub const MEMORY_STATS: CommandId = CommandId(306);
    pub const MEMORY_USAGE: CommandId = CommandId(307);
    pub const MGET: CommandId = CommandId(308);
    pub const MIGRATE: CommandId = CommandId(309);
    pub const MODULE: CommandId = CommandId(310);
    pub const MODULE_HELP: CommandId = CommandId(311);
    pub const MODULE_LIST: CommandId = CommandId(312);
    pub const MODULE_LOAD: CommandId = CommandId(313);
    pub const MODULE_LOADEX: CommandId = CommandId(314);
    pub const MODULE_UNLOAD: CommandId = CommandId(315);
    pub const MONITOR: CommandId = CommandId(316);
    pub const MOVE: CommandId = CommandId(317);
    pub const MSET: CommandId = CommandId(318);
    pub const MSETEX: CommandId = CommandId(319);
    pub const MSETNX: CommandId = CommandId(320);
    pub const MULTI: CommandId = CommandId(321);
    pub const OBJECT: CommandId = CommandId(322);
    pub const OBJECT_ENCODING: CommandId = CommandId(323);
    pub const OBJECT_FREQ: CommandId = CommandId(324);
    pub const OBJECT_HELP: CommandId = CommandId(325);
    pub const OBJECT_IDLETIME: CommandId = CommandId(326);
    pub const OBJECT_REFCOUNT: CommandId = CommandId(327);
    pub const PERSIST: CommandId = CommandId(328);
    pub const PEXPIRE: CommandId = CommandId(329);
    pub const PEXPIREAT: CommandId = CommandId(330);
    pub const PEXPIRETIME: CommandId = CommandId(331);
    pub const PFADD: CommandId = CommandId(332);
    pub const PFCOUNT: CommandId = CommandId(333);
    pub const PFDEBUG: CommandId = CommandId(334);
    pub const PFMERGE: CommandId = CommandId(335);
    pub const PFSELFTEST: CommandId = CommandId(336);
    pub const PING: CommandId = CommandId(337);
    pub const PSETEX: CommandId = CommandId(338);
    pub const PSUBSCRIBE: CommandId = CommandId(339);
    pub const PSYNC: CommandId = CommandId(340);
    pub const PTTL: CommandId = CommandId(341);
    pub const PUBLISH: CommandId = CommandId(342);
    pub const PUBSUB: CommandId = CommandId(343);
    pub const PUBSUB_CHANNELS: CommandId = CommandId(344);
    pub const PUBSUB_HELP: CommandId = CommandId(345);
    pub const PUBSUB_NUMPAT: CommandId = CommandId(346);
    pub const PUBSUB_NUMSUB: CommandId = CommandId(347);
    pub const PUBSUB_SHARDCHANNELS: CommandId = CommandId(348);
    pub const PUBSUB_SHARDNUMSUB: CommandId = CommandId(349);
    pub const PUNSUBSCRIBE: CommandId = CommandId(350);
    pub const QUIT: CommandId = CommandId(351);
    pub const RANDOMKEY: CommandId = CommandId(352);
    pub const READONLY: CommandId = CommandId(353);
    pub const READWRITE: CommandId = CommandId(354);
    pub const RENAME: CommandId = CommandId(355);
    pub const RENAMENX: CommandId = CommandId(356);
    pub const REPLCONF: CommandId = CommandId(357);
    pub const REPLICAOF: CommandId = CommandId(358);
    pub const RESET: CommandId = CommandId(359);
    pub const RESTORE: CommandId = CommandId(360);
    pub const RESTORE_ASKING: CommandId = CommandId(361);
    pub const ROLE: CommandId = CommandId(362);
    pub const RPOP: CommandId = CommandId(363);
    pub const RPOPLPUSH: CommandId = CommandId(364);
    pub const RPUSH: CommandId = CommandId(365);
    pub const RPUSHX: CommandId = CommandId(366);
    pub const SADD: CommandId = CommandId(367);
    pub const SAVE: CommandId = CommandId(368);
    pub const SCAN: CommandId = CommandId(369);
    pub const SCARD: CommandId = CommandId(370);
    pub const SCRIPT: CommandId = CommandId(371);
    pub const SCRIPT_DEBUG: CommandId = CommandId(372);
    pub const SCRIPT_EXISTS: CommandId = CommandId(373);
    pub const SCRIPT_FLUSH: CommandId = CommandId(374);
    pub const SCRIPT_HELP: CommandId = CommandId(375);
    pub const SCRIPT_KILL: CommandId = CommandId(376);
    pub const SCRIPT_LOAD: CommandId = CommandId(377);
    pub const SCRIPT_SHOW: CommandId = CommandId(378);
    pub const SDIFF: CommandId = CommandId(379);
    pub const SDIFFSTORE: CommandId = CommandId(380);
    pub const SELECT: CommandId = CommandId(381);
    pub const SENTINEL: CommandId = CommandId(382);
    pub const SENTINEL_CKQUORUM: CommandId = CommandId(383);
    pub const SENTINEL_CONFIG: CommandId = CommandId(384);
    pub const SENTINEL_DEBUG: CommandId = CommandId(385);
    pub const SENTINEL_FAILOVER: CommandId = CommandId(386);
    pub const SENTINEL_FLUSHCONFIG: CommandId = CommandId(387);
    pub const SENTINEL_GET_MASTER_ADDR_BY_NAME: CommandId = CommandId(388);
    pub const SENTINEL_HELP: CommandId = CommandId(389);
    pub const SENTINEL_INFO_CACHE: CommandId = CommandId(390);
    pub const SENTINEL_IS_MASTER_DOWN_BY_ADDR: CommandId = CommandId(391);
    pub const SENTINEL_MASTER: CommandId = CommandId(392);
    pub const SENTINEL_MASTERS: CommandId = CommandId(393);
    pub const SENTINEL_MONITOR: CommandId = CommandId(394);
    pub const SENTINEL_MYID: CommandId = CommandId(395);
    pub const SENTINEL_PENDING_SCRIPTS: CommandId = CommandId(396);
    pub const SENTINEL_REMOVE: CommandId = CommandId(397);
    pub const SENTINEL_REPLICAS: CommandId = CommandId(398);
    pub const SENTINEL_RESET: CommandId = CommandId(399);
    pub const SENTINEL_SENTINELS: CommandId = CommandId(400);
    pub const SENTINEL_SET: CommandId = CommandId(401);
    pub const SENTINEL_SIMULATE_FAILURE: CommandId = CommandId(402);
    pub const SENTINEL_SLAVES: CommandId = CommandId(403);
    pub const SET: CommandId = CommandId(404);
    pub const SETBIT: CommandId = CommandId(405);
    pub const SETEX: CommandId = CommandId(406);
    pub const SETNX: CommandId = CommandId(407);
    pub const SETRANGE: CommandId = CommandId(408);
    pub const SHUTDOWN: CommandId = CommandId(409);
    pub const SINTER: CommandId = CommandId(410);
    pub const SINTERCARD: CommandId = CommandId(411);
    pub const SINTERSTORE: CommandId = CommandId(412);
    pub const SISMEMBER: CommandId = CommandId(413);
    pub const SLAVEOF: CommandId = CommandId(414);
    pub const SLOWLOG: CommandId = CommandId(415);
    pub const SLOWLOG_GET: CommandId = CommandId(416);
    pub const SLOWLOG_HELP: CommandId = CommandId(417);
    pub const SLOWLOG_LEN: CommandId = CommandId(418);
    pub const SLOWLOG_RESET: CommandId = CommandId(419);
    pub const SMEMBERS: CommandId = CommandId(420);
    pub const SMISMEMBER: CommandId = CommandId(421);
    pub const SMOVE: CommandId = CommandId(422);
    pub const SORT: CommandId = CommandId(423);
    pub const SORT_RO: CommandId = CommandId(424);
    pub const SPOP: CommandId = CommandId(425);
    pub const SPUBLISH: CommandId = CommandId(426);
    pub const SRANDMEMBER: CommandId = CommandId(427);
    pub const SREM: CommandId = CommandId(428);
    pub const SSCAN: CommandId = CommandId(429);
    pub const SSUBSCRIBE: CommandId = CommandId(430);
    pub const STRLEN: CommandId = CommandId(431);
    pub const SUBSCRIBE: CommandId = CommandId(432);
    pub const SUBSTR: CommandId = CommandId(433);
    pub const SUNION: CommandId = CommandId(434);
    pub const SUNIONSTORE: CommandId = CommandId(435);
    pub const SUNSUBSCRIBE: CommandId = CommandId(436);
    pub const SWAPDB: CommandId = CommandId(437);
    pub const SYNC: CommandId = CommandId(438);
    pub const TDIGEST_ADD: CommandId = CommandId(439);
    pub const TDIGEST_BYRANK: CommandId = CommandId(440);
    pub const TDIGEST_BYREVRANK: CommandId = CommandId(441);
    pub const TDIGEST_CDF: CommandId = CommandId(442);
    pub const TDIGEST_CREATE: CommandId = CommandId(443);
    pub const TDIGEST_INFO: CommandId = CommandId(444);
    pub const TDIGEST_MAX: CommandId = CommandId(445);
    pub const TDIGEST_MERGE: CommandId = CommandId(446);
    pub const TDIGEST_MIN: CommandId = CommandId(447);
    pub const TDIGEST_QUANTILE: CommandId = CommandId(448);
    pub const TDIGEST_RANK: CommandId = CommandId(449);
    pub const TDIGEST_RESET: CommandId = CommandId(450);
    pub const TDIGEST_REVRANK: CommandId = CommandId(451);
    pub const TDIGEST_TRIMMED_MEAN: CommandId = CommandId(452);
    pub const TIME: CommandId = CommandId(453);
    pub const TOPK_ADD: CommandId = CommandId(454);
    pub const TOPK_COUNT: CommandId = CommandId(455);
    pub const TOPK_INCRBY: CommandId = CommandId(456);
    pub const TOPK_INFO: CommandId = CommandId(457);
    pub const TOPK_LIST: CommandId = CommandId(458);
    pub const TOPK_QUERY: CommandId = CommandId(459);
    pub const TOPK_RESERVE: CommandId = CommandId(460);
    pub const TOUCH: CommandId = CommandId(461);
    pub const TS_ADD: CommandId = CommandId(462);
    pub const TS_ALTER: CommandId = CommandId(463);
    pub const TS_CREATE: CommandId = CommandId(464);
    pub const TS_CREATERULE: CommandId = CommandId(465);
    pub const TS_DECRBY: CommandId = CommandId(466);
    pub const TS_DEL: CommandId = CommandId(467);
    pub const TS_DELETERULE: CommandId = CommandId(468);
    pub const TS_GET: CommandId = CommandId(469);
    pub const TS_INCRBY: CommandId = CommandId(470);
    pub const TS_INFO: CommandId = CommandId(471);
    pub const TS_MADD: CommandId = CommandId(472);
    pub const TS_MGET: CommandId = CommandId(473);
    pub const TS_MRANGE: CommandId = CommandId(474);
    pub const TS_MREVRANGE: CommandId = CommandId(475);
    pub const TS_QUERYINDEX: CommandId = CommandId(476);
    pub const TS_RANGE: CommandId = CommandId(477);
    pub const TS_REVRANGE: CommandId = CommandId(478);
    pub const TTL: CommandId = CommandId(479);
    pub const TYPE: CommandId = CommandId(480);
    pub const UNLINK: CommandId = CommandId(481);
    pub const UNSUBSCRIBE: CommandId = CommandId(482);
    pub const UNWATCH: CommandId = CommandId(483);
    pub const VADD: CommandId = CommandId(484);
    pub const VCARD: CommandId = CommandId(485);
    pub const VDIM: CommandId = CommandId(486);
    pub const VEMB: CommandId = CommandId(487);
    pub const VGETATTR: CommandId = CommandId(488);
    pub const VINFO: CommandId = CommandId(489);
    pub const VISMEMBER: CommandId = CommandId(490);
    pub const VLINKS: CommandId = CommandId(491);
    pub const VRANDMEMBER: CommandId = CommandId(492);
    pub const VRANGE: CommandId = CommandId(493);
    pub const VREM: CommandId = CommandId(494);
    pub const VSETATTR: CommandId = CommandId(495);
    pub const VSIM: CommandId = CommandId(496);
    pub const WAIT: CommandId = CommandId(497);
    pub const WAITAOF: CommandId = CommandId(498);
    pub const WATCH: CommandId = CommandId(499);
    pub const XACK: CommandId = CommandId(500);
    pub const XACKDEL: CommandId = CommandId(501);
    pub const XADD: CommandId = CommandId(502);
    pub const XAUTOCLAIM: CommandId = CommandId(503);
    pub const XCFGSET: CommandId = CommandId(504);
    pub const XCLAIM: CommandId = CommandId(505);
    pub const XDEL: CommandId = CommandId(506);
    pub const XDELEX: CommandId = CommandId(507);
    pub const XGROUP: CommandId = CommandId(508);
    pub const XGROUP_CREATE: CommandId = CommandId(509);
    pub const XGROUP_CREATECONSUMER: CommandId = CommandId(510);
    pub const XGROUP_DELCONSUMER: CommandId = CommandId(511);
    pub const XGROUP_DESTROY: CommandId = CommandId(512);
    pub const XGROUP_HELP: CommandId = CommandId(513);
    pub const XGROUP_SETID: CommandId = CommandId(514);
    pub const XINFO: CommandId = CommandId(515);
    pub const XINFO_CONSUMERS: CommandId = CommandId(516);
    pub const XINFO_GROUPS: CommandId = CommandId(517);
    pub const XINFO_HELP: CommandId = CommandId(518);
    pub const XINFO_STREAM: CommandId = CommandId(519);
    pub const XLEN: CommandId = CommandId(520);
    pub const XPENDING: CommandId = CommandId(521);
    pub const XRANGE: CommandId = CommandId(522);
    pub const XREAD: CommandId = CommandId(523);
    pub const XREADGROUP: CommandId = CommandId(524);
    pub const XREVRANGE: CommandId = CommandId(525);
    pub const XSETID: CommandId = CommandId(526);
    pub const XTRIM: CommandId = CommandId(527);
    pub const ZADD: CommandId = CommandId(528);
    pub const ZCARD: CommandId = CommandId(529);
    pub const ZCOUNT: CommandId = CommandId(530);
    pub const ZDIFF: CommandId = CommandId(531);
    pub const ZDIFFSTORE: CommandId = CommandId(532);
    pub const ZINCRBY: CommandId = CommandId(533);
    pub const ZINTER: CommandId = CommandId(534);
    pub const ZINTERCARD: CommandId = CommandId(535);
    pub const ZINTERSTORE: CommandId = CommandId(536);
    pub const ZLEXCOUNT: CommandId = CommandId(537);
    pub const ZMPOP: CommandId = CommandId(538);
    pub const ZMSCORE: CommandId = CommandId(539);
    pub const ZPOPMAX: CommandId = CommandId(540);
    pub const ZPOPMIN: CommandId = CommandId(541);
    pub const ZRANDMEMBER: CommandId = CommandId(542);
    pub const ZRANGE: CommandId = CommandId(543);
    pub const ZRANGEBYLEX: CommandId = CommandId(544);
    pub const ZRANGEBYSCORE: CommandId = CommandId(545);
    pub const ZRANGESTORE: CommandId = CommandId(546);
    pub const ZRANK: CommandId = CommandId(547);
    pub const ZREM: CommandId = CommandId(548);
    pub const ZREMRANGEBYLEX: CommandId = CommandId(549);
    pub const ZREMRANGEBYRANK: CommandId = CommandId(550);
    pub const ZREMRANGEBYSCORE: CommandId = CommandId(551);
    pub const ZREVRANGE: CommandId = CommandId(552);
    pub const ZREVRANGEBYLEX: CommandId = CommandId(553);
    pub const ZREVRANGEBYSCORE: CommandId = CommandId(554);
    pub const ZREVRANK: CommandId = CommandId(555);
    pub const ZSCAN: CommandId = CommandId(556);
    pub const ZSCORE: CommandId = CommandId(557);
    pub const ZUNION: CommandId = CommandId(558);
    pub const ZUNIONSTORE: CommandId = CommandId(559);
}
