//! Redis's packed encodings: listpack, ziplist, intset and zipmap, whole in memory.
//!
//! Each is an iterator of items that never reads outside its bytes and yields an error where they
//! cannot be right. Layouts as in the comments of Redis 7.0's `listpack.c`, `ziplist.c`, `intset.c`
//! and `zipmap.c` (BSD).

use super::reader::integer;

/// One item of a packed encoding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Item<'a> {
    Bytes(&'a [u8]),
    Integer(i64),
}

impl Item<'_> {
    /// As a number: stream listpacks keep their counts and flags so.
    pub(super) fn number(self) -> Option<i64> {
        match self {
            Self::Integer(value) => Some(value),
            Self::Bytes(_) => None,
        }
    }
}

/// Bytes that can never be right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Damaged;

/// The four encodings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    Listpack,
    Ziplist,
    Intset,
    Zipmap,
}

/// Iterator over the items of a packed encoding.
#[derive(Debug, Clone)]
pub(super) struct Items<'a> {
    encoding: Encoding,
    rest: &'a [u8],
    /// Intset: bytes of an integer. Zipmap: 0 before a field, 1 before a value.
    width: usize,
    /// Nothing more comes.
    over: bool,
}

impl<'a> Items<'a> {
    pub(super) fn new(encoding: Encoding, bytes: &'a [u8]) -> Result<Self, Damaged> {
        // Headers: listpack total length (4), count (2); ziplist total length (4), offset of the
        // last item (4), count (2); intset width (4), count (4); zipmap count (1).
        let header = match encoding {
            Encoding::Listpack => 6,
            Encoding::Ziplist => 10,
            Encoding::Intset => 8,
            Encoding::Zipmap => 1,
        };
        let (head, rest) = bytes.split_at_checked(header).ok_or(Damaged)?;
        let width = match (encoding, head) {
            (Encoding::Intset, [2, 0, 0, 0, ..]) => 2,
            (Encoding::Intset, [4, 0, 0, 0, ..]) => 4,
            (Encoding::Intset, [8, 0, 0, 0, ..]) => 8,
            (Encoding::Intset, _) => return Err(Damaged),
            _ => 0,
        };
        Ok(Self {
            encoding,
            rest,
            width,
            over: false,
        })
    }

    fn take(&mut self, len: usize) -> Result<&'a [u8], Damaged> {
        let (head, rest) = self.rest.split_at_checked(len).ok_or(Damaged)?;
        self.rest = rest;
        Ok(head)
    }

    fn byte(&mut self) -> Result<u8, Damaged> {
        self.take(1)?.first().copied().ok_or(Damaged)
    }

    /// A little-endian integer of `width` bytes.
    fn integer(&mut self, width: usize) -> Result<Item<'a>, Damaged> {
        Ok(Item::Integer(integer(self.take(width)?)))
    }

    fn bytes(&mut self, len: usize) -> Result<Item<'a>, Damaged> {
        Ok(Item::Bytes(self.take(len)?))
    }

    fn listpack(&mut self) -> Result<Option<Item<'a>>, Damaged> {
        let before = self.rest.len();
        let first = self.byte()?;
        let item = match first {
            0x00..=0x7f => Item::Integer(i64::from(first)),
            0x80..=0xbf => self.bytes(usize::from(first & 0x3f))?,
            0xc0..=0xdf => {
                // 13 bits, signed.
                let value = i64::from(first & 0x1f) << 8 | i64::from(self.byte()?);
                Item::Integer(if value >= 1 << 12 {
                    value - (1 << 13)
                } else {
                    value
                })
            }
            0xe0..=0xef => {
                let len = usize::from(first & 0x0f) << 8 | usize::from(self.byte()?);
                self.bytes(len)?
            }
            0xf0 => {
                let len = integer(self.take(4)?) & 0xffff_ffff;
                self.bytes(usize::try_from(len).map_err(|_| Damaged)?)?
            }
            0xf1 => self.integer(2)?,
            0xf2 => self.integer(3)?,
            0xf3 => self.integer(4)?,
            0xf4 => self.integer(8)?,
            0xff => return Ok(None),
            _ => return Err(Damaged),
        };
        // Behind each item its own length, in 1 to 5 bytes of 7 bits, for reading backwards.
        let back_len = match before - self.rest.len() {
            0..=127 => 1,
            128..=16_382 => 2,
            16_383..=2_097_150 => 3,
            2_097_151..=268_435_454 => 4,
            _ => 5,
        };
        self.take(back_len)?;
        Ok(Some(item))
    }

    fn ziplist(&mut self) -> Result<Option<Item<'a>>, Damaged> {
        // Length of the item before: 1 byte, or 0xfe and 4 bytes.
        match self.byte()? {
            0xff => return Ok(None),
            0xfe => _ = self.take(4)?,
            _ => {}
        }
        let first = self.byte()?;
        Ok(Some(match first {
            0x00..=0x3f => self.bytes(usize::from(first))?,
            0x40..=0x7f => {
                let len = usize::from(first & 0x3f) << 8 | usize::from(self.byte()?);
                self.bytes(len)?
            }
            0x80 => {
                let len = self.take(4)?;
                let len = len
                    .iter()
                    .fold(0, |len, &byte| len << 8 | usize::from(byte));
                self.bytes(len)?
            }
            0xc0 => self.integer(2)?,
            0xd0 => self.integer(4)?,
            0xe0 => self.integer(8)?,
            0xf0 => self.integer(3)?,
            0xfe => self.integer(1)?,
            0xf1..=0xfd => Item::Integer(i64::from(first & 0x0f) - 1),
            _ => return Err(Damaged),
        }))
    }

    fn zipmap(&mut self) -> Result<Option<Item<'a>>, Damaged> {
        let len = match self.byte()? {
            0xff => return Ok(None),
            0xfe => usize::try_from(integer(self.take(4)?) & 0xffff_ffff).map_err(|_| Damaged)?,
            len => usize::from(len),
        };
        // A value has a byte that tells how many unused bytes follow it.
        let unused = if self.width == 1 {
            usize::from(self.byte()?)
        } else {
            0
        };
        self.width ^= 1;
        let item = self.bytes(len)?;
        self.take(unused)?;
        Ok(Some(item))
    }
}

impl<'a> Iterator for Items<'a> {
    type Item = Result<Item<'a>, Damaged>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.over {
            return None;
        }
        let item = match self.encoding {
            Encoding::Listpack => self.listpack(),
            Encoding::Ziplist => self.ziplist(),
            Encoding::Zipmap => self.zipmap(),
            Encoding::Intset if self.rest.is_empty() => Ok(None),
            Encoding::Intset => self.integer(self.width).map(Some),
        };
        self.over = !matches!(item, Ok(Some(_)));
        item.transpose()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn items(encoding: Encoding, bytes: &[u8]) -> Result<Vec<Item<'_>>, Damaged> {
        Items::new(encoding, bytes)?.collect()
    }

    #[test]
    fn integers_of_every_width_keep_their_sign() {
        let listpack = [
            0, 0, 0, 0, 0, 0, 5, 1, 0xdf, 0xff, 2, 0xf1, 0, 0x80, 3, 0xf2, 0xff, 0xff, 0xff, 4,
            0xf3, 1, 0, 0, 0x80, 5, 0xf4, 0, 0, 0, 0, 0, 0, 0, 0x80, 9, 0xff,
        ];
        let values: Vec<i64> = items(Encoding::Listpack, &listpack)
            .unwrap()
            .into_iter()
            .map(|item| item.number().unwrap())
            .collect();
        assert_eq!(values, [5, -1, -32768, -1, -2_147_483_647, i64::MIN]);
        let ziplist = [0; 10]
            .into_iter()
            .chain([0, 0xf1, 2, 0xfd, 2, 0xfe, 0x80, 3, 0xf0, 0, 0, 0x80, 0xff]);
        let ziplist: Vec<u8> = ziplist.collect();
        let values: Vec<i64> = items(Encoding::Ziplist, &ziplist)
            .unwrap()
            .into_iter()
            .map(|item| item.number().unwrap())
            .collect();
        assert_eq!(values, [0, 12, -128, -8_388_608]);
    }

    #[test]
    fn a_zipmap_gives_fields_and_values_without_the_unused_bytes() {
        let zipmap = b"\x02\x03foo\x03\x02bar__\x02ab\x00\x00\xff";
        assert_eq!(
            items(Encoding::Zipmap, zipmap).unwrap(),
            [
                Item::Bytes(b"foo"),
                Item::Bytes(b"bar"),
                Item::Bytes(b"ab"),
                Item::Bytes(b"")
            ]
        );
    }

    #[test]
    fn what_ends_early_is_damaged() {
        for encoding in [Encoding::Listpack, Encoding::Ziplist, Encoding::Zipmap] {
            assert_eq!(
                items(encoding, &[0; 10][..]).err(),
                Some(Damaged),
                "{encoding:?}"
            );
        }
        assert_eq!(
            items(Encoding::Intset, &[4, 0, 0, 0, 1, 0, 0, 0, 7, 0]),
            Err(Damaged)
        );
    }

    proptest! {
        #[test]
        fn any_bytes_end(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            for encoding in [Encoding::Listpack, Encoding::Ziplist, Encoding::Intset, Encoding::Zipmap] {
                if let Ok(items) = Items::new(encoding, &bytes) {
                    prop_assert!(items.count() <= bytes.len() + 1);
                }
            }
        }
    }
}
