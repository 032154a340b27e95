#!/usr/bin/env python3
"""Writes table.rs: every cipher suite that has an IANA name.

    python3 src/tls/suites/generate.py SUITES.txt > src/tls/suites/table.rs

SUITES.txt has lines that begin with `ID:IANA_NAME:`, as the list inside the `tls-parser` crate
(`scripts/tls-ciphersuites.txt`). OpenSSL's names come from the `openssl` on this machine; those of
suites that a default build no longer has are written below, from openssl-ciphers(1).
The recommendation is the "Recommended" column of the IANA registry: Y and D are listed
here, everything else is N.
"""

import subprocess
import sys

RECOMMENDED = """009E 009F 00AA 00AB 1301 1302 1303 1304 C02B C02C C02F C030 C09E C09F C0A6 C0A7
CCA8 CCA9 CCAA CCAC CCAD D001 D002 D005""".split()

DISCOURAGED_NAMES = {"TLS_SHA256_SHA256", "TLS_SHA384_SHA384"}

# In no default build since OpenSSL 1.1.0; what redis.conf and s_client of the time called them.
RETIRED = """
0003 EXP-RC4-MD5
0004 RC4-MD5
0005 RC4-SHA
0006 EXP-RC2-CBC-MD5
0007 IDEA-CBC-SHA
0008 EXP-DES-CBC-SHA
0009 DES-CBC-SHA
000A DES-CBC3-SHA
000D DH-DSS-DES-CBC3-SHA
0010 DH-RSA-DES-CBC3-SHA
0011 EXP-DHE-DSS-DES-CBC-SHA
0012 DHE-DSS-DES-CBC-SHA
0013 DHE-DSS-DES-CBC3-SHA
0014 EXP-DHE-RSA-DES-CBC-SHA
0015 DHE-RSA-DES-CBC-SHA
0016 DHE-RSA-DES-CBC3-SHA
0017 EXP-ADH-RC4-MD5
0018 ADH-RC4-MD5
0019 EXP-ADH-DES-CBC-SHA
001A ADH-DES-CBC-SHA
001B ADH-DES-CBC3-SHA
0030 DH-DSS-AES128-SHA
0031 DH-RSA-AES128-SHA
0036 DH-DSS-AES256-SHA
0037 DH-RSA-AES256-SHA
0066 DHE-DSS-RC4-SHA
008A PSK-RC4-SHA
008B PSK-3DES-EDE-CBC-SHA
008E DHE-PSK-RC4-SHA
008F DHE-PSK-3DES-EDE-CBC-SHA
0092 RSA-PSK-RC4-SHA
0093 RSA-PSK-3DES-EDE-CBC-SHA
C002 ECDH-ECDSA-RC4-SHA
C003 ECDH-ECDSA-DES-CBC3-SHA
C004 ECDH-ECDSA-AES128-SHA
C005 ECDH-ECDSA-AES256-SHA
C007 ECDHE-ECDSA-RC4-SHA
C008 ECDHE-ECDSA-DES-CBC3-SHA
C00C ECDH-RSA-RC4-SHA
C00D ECDH-RSA-DES-CBC3-SHA
C00E ECDH-RSA-AES128-SHA
C00F ECDH-RSA-AES256-SHA
C011 ECDHE-RSA-RC4-SHA
C012 ECDHE-RSA-DES-CBC3-SHA
C016 AECDH-RC4-SHA
C017 AECDH-DES-CBC3-SHA
C01A SRP-3DES-EDE-CBC-SHA
C01B SRP-RSA-3DES-EDE-CBC-SHA
C01C SRP-DSS-3DES-EDE-CBC-SHA
C025 ECDH-ECDSA-AES128-SHA256
C026 ECDH-ECDSA-AES256-SHA384
C029 ECDH-RSA-AES128-SHA256
C02A ECDH-RSA-AES256-SHA384
C02D ECDH-ECDSA-AES128-GCM-SHA256
C02E ECDH-ECDSA-AES256-GCM-SHA384
C031 ECDH-RSA-AES128-GCM-SHA256
C032 ECDH-RSA-AES256-GCM-SHA384
C033 ECDHE-PSK-RC4-SHA
C034 ECDHE-PSK-3DES-EDE-CBC-SHA
"""

# Registered, but not in the list the ids come from.
ADDED = {
    0xC100: "TLS_GOSTR341112_256_WITH_KUZNYECHIK_CTR_OMAC",
    0xC101: "TLS_GOSTR341112_256_WITH_MAGMA_CTR_OMAC",
    0xC102: "TLS_GOSTR341112_256_WITH_28147_CNT_IMIT",
    0xC103: "TLS_GOSTR341112_256_WITH_KUZNYECHIK_MGM_L",
    0xC104: "TLS_GOSTR341112_256_WITH_MAGMA_MGM_L",
    0xC105: "TLS_GOSTR341112_256_WITH_KUZNYECHIK_MGM_S",
    0xC106: "TLS_GOSTR341112_256_WITH_MAGMA_MGM_S",
}


def main():
    names = dict(ADDED)
    for line in open(sys.argv[1]):
        number, name = line.split(":")[:2]
        names[int(number, 16)] = name

    openssl = {}
    for line in RETIRED.split("\n"):
        if line:
            number, name = line.split()
            openssl[int(number, 16)] = name
    listed = subprocess.run(
        ["openssl", "ciphers", "-V", "ALL:COMPLEMENTOFALL:@SECLEVEL=0"],
        capture_output=True, text=True, check=True).stdout
    for line in listed.splitlines():
        number, _, name = line.split()[:3]
        high, low = (int(byte, 16) for byte in number.split(","))
        openssl[high << 8 | low] = name

    recommended = {int(number, 16) for number in RECOMMENDED}

    def discouraged(name):
        """IANA's D: Kerberos, PSK and ECDHE without secrecy or with RC4, integrity only."""
        if name in DISCOURAGED_NAMES:
            return True
        weak = any(part in name for part in ("_NULL_", "_RC4_"))
        if "_KRB5_" in name:
            return any(part in name for part in ("_DES_", "_RC4_", "_IDEA_", "_RC2_", "EXPORT"))
        if name.startswith(("TLS_ECDHE_ECDSA_", "TLS_ECDHE_RSA_", "TLS_ECDHE_PSK_")):
            return weak
        return name.startswith("TLS_PSK_WITH_") and weak

    print("//! Written by `generate.py`, not by hand: id, IANA name, OpenSSL name, IANA recommendation.")
    print()
    print("use super::{Recommendation, Suite};")
    print("use Recommendation::{D, N, Y};")
    print()
    print("/// Every suite with an IANA name, by id.")
    print("#[rustfmt::skip]")
    print("pub(super) static TABLE: &[Suite] = &[")
    for number, name in sorted(names.items()):
        grade = "Y" if number in recommended else "D" if discouraged(name) else "N"
        print(f'    Suite::row(0x{number:04x}, "{name}", "{openssl.get(number, "")}", {grade}),')
    print("];")


main()
