#!/usr/bin/env python3
"""Writes labelled values as NDJSON: what a rule must find, and what none may flag.

    python3 -m venv /tmp/venv && /tmp/venv/bin/pip install faker==40.54.0
    /tmp/venv/bin/python tests/labelled/generate.py --each 20 > tests/labelled/sample.ndjson
    /tmp/venv/bin/python tests/labelled/generate.py --each 2000 > /tmp/labelled.ndjson
    LABELLED=/tmp/labelled.ndjson cargo test --test labelled -- --nocapture

One array a value: family, key, field (null for strings and lists), value, and the rule that must find
it (null: clean). The same seed gives the same file. `--each` is the number of values a family; the
checked-in sample has 20 each, because bare digit runs are judged by key pattern and field together.
"""
import argparse
import base64
import json
import random
import string
import uuid
import zlib

from faker import Faker

B62 = string.digits + string.ascii_uppercase + string.ascii_lowercase
HEX = "0123456789abcdef"

parser = argparse.ArgumentParser()
parser.add_argument("--each", type=int, default=20)
parser.add_argument("--seed", type=int, default=20260101)
options = parser.parse_args()
rng = random.Random(options.seed)
fakes = [Faker(locale) for locale in ("en_US", "de_DE", "fr_FR", "en_GB", "es_ES", "it_IT")]
us = fakes[0]
for fake in fakes:
    fake.seed_instance(options.seed)


def letters(count, alphabet=B62):
    return "".join(rng.choice(alphabet) for _ in range(count))


def any_fake():
    return rng.choice(fakes)


def luhn(body):
    total = sum(sum(divmod(int(d) * (2 if i % 2 == 0 else 1), 10)) for i, d in enumerate(reversed(body)))
    return body + str(-total % 10)


def card():
    kind = rng.randrange(6)
    prefix, length = [("4", 16), ("4", 16), (str(rng.randrange(51, 56)), 16), (str(rng.randrange(2221, 2721)), 16),
                      (rng.choice(["34", "37"]), 15), ("6011", 16)][kind]
    return luhn(prefix + letters(length - len(prefix) - 1, string.digits))


def grouped(number):
    separator = rng.choice(" -")
    if len(number) == 15:
        return separator.join([number[:4], number[4:10], number[10:]])
    return separator.join(number[i:i + 4] for i in range(0, len(number), 4))


def expiry():
    return rng.choice(["{m:02}{y:02}", "{m:02}/{y:02}", "{m:02}/20{y:02}", "20{y:02}-{m:02}"]).format(
        m=rng.randrange(1, 13), y=rng.randrange(26, 34))


def birth_date():
    date = us.date_of_birth(minimum_age=18, maximum_age=90)
    return date.strftime(rng.choice(["%Y-%m-%d", "%Y%m%d", "%d.%m.%Y", "%m/%d/%Y", "%d-%b-%Y"]))


def ssn():
    return us.ssn()


def e164():
    plans = [("+1", "2-9", 9), ("+49", "1", 10), ("+44", "7", 9), ("+33", "6", 8), ("+34", "6", 8), ("+39", "3", 9)]
    code, first, rest = rng.choice(plans)
    head = str(rng.randrange(2, 10)) if first == "2-9" else first
    number = code + head + letters(rest, string.digits)
    if rng.random() < 0.4:
        number = number[:len(code)] + " " + number[len(code):len(code) + 3] + " " + number[len(code) + 3:]
    return number


def national_phone():
    return rng.choice([us.numerify("(%##) %##-####"), us.numerify("%##-%##-####"), us.numerify("0%## ######"),
                       us.numerify("0%##/#######")])


def email():
    name = any_fake().user_name()
    domain = rng.choice(["gmail.com", "web.de", "orange.fr", "corp.io", "mail.company.co.uk", "firma-xy.de"])
    return f"{name}@{domain}"


def with_crc(prefix):
    body = letters(30)
    value, check = zlib.crc32(body.encode()), ""
    for _ in range(6):
        check, value = B62[value % 62] + check, value // 62
    return prefix + body + check


def segment(data):
    return base64.urlsafe_b64encode(json.dumps(data, separators=(",", ":")).encode()).decode().rstrip("=")


def jwt():
    header = rng.choice([{"alg": "HS256", "typ": "JWT"}, {"typ": "JWT", "alg": "RS256"}, {"kid": letters(8), "alg": "ES256"}])
    return ".".join([segment(header), segment({"sub": letters(10), "exp": 4102444800}), letters(43)])


def password():
    return rng.choice([us.password(length=rng.randrange(8, 20)), us.word() + letters(3, string.digits), letters(12),
                       us.word().capitalize() + "-" + letters(4, string.digits) + "!"])


def password_hash():
    return rng.choice(["$2b$12$" + letters(53), "$argon2id$v=19$m=65536,t=3,p=4$" + letters(22) + "$" + letters(43),
                       "$6$" + letters(12) + "$" + letters(86), "pbkdf2_sha256$260000$" + letters(22) + "$" + letters(43) + "="])


def url_login():
    scheme = rng.choice(["redis", "postgres", "https", "amqp", "mongodb"])
    return f"{scheme}://{us.user_name()}:{letters(10)}@{us.domain_name()}:{rng.randrange(1000, 9999)}/{rng.randrange(9)}"


def url_rule(value):
    """Which rule a login in a URL falls under, by the URL's scheme."""
    return "sec.url-credentials" if value.startswith("https:") else "sec.conn-string"


# Families that came later draw from a source of their own, so that the values before them stay as they are.
late = random.Random(options.seed + 1)


def late_letters(count, alphabet=B62):
    return "".join(late.choice(alphabet) for _ in range(count))


def host():
    return f"{late_letters(6, string.ascii_lowercase)}.{late.choice(['internal', 'example.net', 'db.corp.io'])}"


def connection_string():
    user, secret, database = late_letters(7, string.ascii_lowercase), late_letters(12), late_letters(5, string.ascii_lowercase)
    return late.choice([
        f"Server={host()};Database={database};User Id={user};Password={secret};Encrypt=true",
        f"Data Source={host()},1433;Initial Catalog={database};UID={user};PWD={secret}",
        f"host={host()} port=5432 dbname={database} user={user} password={secret}",
        f"jdbc:postgresql://{host()}:5432/{database}?user={user}&password={secret}",
        f"jdbc:sqlserver://{host()}:1433;databaseName={database};user={user};password={secret}",
        f"mongodb+srv://{user}:{secret}@{host()}/{database}",
        f"redis://:{secret}@{host()}:6379/0",
        f"amqps://{user}:{secret}@{host()}/%2f",
        f"{host()}:6379,password={secret},ssl=True,abortConnect=False",
    ])


def passwordless_connection():
    user, database = late_letters(7, string.ascii_lowercase), late_letters(5, string.ascii_lowercase)
    return late.choice([
        f"Server={host()};Database={database};Integrated Security=true",
        f"host={host()} port=5432 dbname={database} user={user}",
        f"jdbc:postgresql://{host()}:5432/{database}?ssl=true",
        f"postgres://{user}@{host()}/{database}",
        f"redis://{host()}:6379/{late.randrange(9)}",
        f"Server={host()};User Id={user};Password=${{DB_PASSWORD}}",
    ])


def private_key():
    body = "\n".join(letters(64, B62 + "+/") for _ in range(2))
    kind = rng.choice(["RSA PRIVATE KEY", "EC PRIVATE KEY", "PRIVATE KEY", "OPENSSH PRIVATE KEY"])
    return f"-----BEGIN {kind}-----\n{body}\n-----END {kind}-----"


def sentence(value):
    return f"{us.sentence(nb_words=4)} {value} {us.sentence(nb_words=3)}"


# family: (rule, field or list of fields or None, maker)
TELLING = {
    "card": ("pci.pan", ["ccn", "card_number", "creditCard", "pan", "cc_num"], card),
    "card grouped": ("pci.pan", ["cardNumber", "ccnumber"], lambda: grouped(card())),
    "cvv": ("pci.cvv", ["cvv", "cvc", "security_code", "cvv2"], lambda: letters(3, string.digits)),
    "expiry": ("pci.expiry", ["ccn_expire", "card_expiry", "exp_date", "cc_exp"], expiry),
    "birth date": ("pii.dob", ["birthdate", "dob", "date_of_birth", "birthday"], birth_date),
    "gender": ("pii.gender", ["gender", "sex"], lambda: rng.choice(["m", "f", "male", "female", "Male", "F", "other", "non-binary"])),
    "first name": ("pii.name", ["first_name", "firstName", "given_name"], lambda: any_fake().first_name()),
    "last name": ("pii.name", ["last_name", "surname", "lastName"], lambda: any_fake().last_name()),
    "full name": ("pii.name", ["full_name", "customer_name", "cardholder"], lambda: any_fake().name()),
    "street": ("pii.address", ["street", "address", "billing_address", "home_address"], lambda: us.street_address()),
    "national phone": ("pii.phone", ["phone", "mobile", "tel", "phone_number"], national_phone),
    "phone": ("pii.phone", ["phone", "msisdn", "mobileNumber"], e164),
    "email": ("pii.email", ["email", "mail", "contact"], email),
    "ssn": ("pii.ssn", ["ssn", "social_security_number"], lambda: rng.choice([ssn(), ssn().replace("-", "")])),
    "iban": ("pii.iban", ["iban", "account"], lambda: any_fake().iban()),
    "passport": ("pii.passport", ["passport", "passport_number"], lambda: us.bothify("?########").upper()),
    "bank account": ("pii.bank-account", ["account_number", "bankAccount"], lambda: letters(rng.randrange(8, 13), string.digits)),
    "public ip": ("pii.ip", ["ip", "client_ip", "last_login_ip"], lambda: us.ipv4_public()),
    "diagnosis": ("phi.field", ["diagnosis", "icd10", "medication"], lambda: rng.choice(["E11.9", "J45.0", "Metformin 500 mg", "Type 2 diabetes", "I10", "F32.1"])),
    "blood type": ("phi.field", ["blood_type", "bloodGroup"], lambda: rng.choice(["A+", "0-", "AB+", "B-", "O+"])),
    "password": ("sec.password-field", ["password", "passwd", "pwd", "userPassword"], password),
    "api key": ("sec.token-field", ["api_key", "apiKey", "access_token", "client_secret"], lambda: letters(32)),
    "hex token": ("sec.token-field", ["auth_token", "refresh_token", "secret_key"], lambda: letters(40, HEX)),
    "otp": ("sec.otp", ["otp", "verification_code"], lambda: letters(6, string.digits)),
    "session": ("sec.session-id", ["session_id", "sid"], lambda: letters(32)),
}
BARE = {
    "card": ("pci.pan", card),
    "card grouped": ("pci.pan", lambda: grouped(card())),
    "card in text": ("pci.pan", lambda: sentence(grouped(card()))),
    "email": ("pii.email", email),
    "email in text": ("pii.email", lambda: sentence(email())),
    "phone": ("pii.phone", e164),
    "iban": ("pii.iban", lambda: any_fake().iban()),
    "ssn dashed": ("pii.ssn", ssn),
    "jwt": ("sec.jwt", jwt),
    "github": ("sec.github", lambda: with_crc(rng.choice(["ghp_", "gho_", "ghs_"]))),
    "npm": ("sec.npm", lambda: with_crc("npm_")),
    "aws": ("sec.aws-akid", lambda: "AKIA" + letters(16, string.ascii_uppercase + "234567")),
    "stripe": ("sec.stripe-live", lambda: "sk_live_" + letters(24)),
    "slack": ("sec.slack", lambda: f"xoxb-{letters(12, string.digits)}-{letters(12, string.digits)}-{letters(24)}"),
    "google": ("sec.gcp-key", lambda: "AIza" + letters(35)),
    "gitlab": ("sec.gitlab", lambda: "glpat-" + letters(20)),
    "private key": ("sec.private-key", private_key),
    "url login": (url_rule, url_login),
    "password hash": ("sec.password-hash", password_hash),
    "bearer": ("sec.bearer", lambda: "Bearer " + letters(40)),
    "track": ("pci.track", lambda: f";{card()}=2812101{letters(9, string.digits)}?"),
}
LATE_BARE = {"connection string": ("sec.conn-string", connection_string)}
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
NOW = 1_748_503_543


def isbn13():
    body = "978" + letters(9, string.digits)
    check = -sum(int(d) * (1 if i % 2 == 0 else 3) for i, d in enumerate(body)) % 10
    return body + str(check)


CLEAN = {
    "epoch s": lambda: str(NOW + rng.randrange(10**7)),
    "epoch ms": lambda: str((NOW + rng.randrange(10**7)) * 1000 + rng.randrange(1000)),
    "epoch us": lambda: str((NOW + rng.randrange(10**7)) * 10**6 + rng.randrange(10**6)),
    "epoch ns": lambda: str((NOW + rng.randrange(10**7)) * 10**9 + rng.randrange(10**9)),
    "twitter snowflake": lambda: str((NOW * 1000 - 1288834974657 + rng.randrange(10**10)) << 22 | rng.randrange(1 << 22)),
    "discord snowflake": lambda: str((NOW * 1000 - 1420070400000 + rng.randrange(10**10)) << 22 | rng.randrange(1 << 22)),
    "uuid": lambda: str(uuid.UUID(int=rng.getrandbits(128), version=4)),
    "uuid without dashes": lambda: uuid.UUID(int=rng.getrandbits(128), version=4).hex,
    "ulid": lambda: rng.choice("01234567") + letters(25, CROCKFORD),
    "object id": lambda: letters(24, HEX),
    "md5": lambda: letters(32, HEX),
    "sha256": lambda: letters(64, HEX),
    "float": lambda: repr(rng.random()),
    "long float": lambda: f"{rng.randrange(100)}.{letters(16, string.digits)}",
    "geo score": lambda: str(rng.randrange(10**15, 4 * 10**15)),
    "16 digits": lambda: letters(16, string.digits),
    "order number": lambda: f"ORD-{letters(4, string.digits)}-{letters(4, string.digits)}-{letters(4, string.digits)}",
    "numeric order": lambda: f"{letters(3, string.digits)}-{letters(7, string.digits)}-{letters(7, string.digits)}",
    "yyyymmddhhmmss": lambda: us.date_time_this_decade().strftime("%Y%m%d%H%M%S"),
    "iso time": lambda: us.date_time_this_decade().strftime("%Y-%m-%dT%H:%M:%S.%f+02:00"),
    "version": lambda: ".".join(str(rng.randrange(300)) for _ in range(4)),
    "isbn": isbn13,
    "ups": lambda: "1Z" + letters(16, string.digits + string.ascii_uppercase),
    "usps": lambda: "94" + letters(20, string.digits),
    "stream id": lambda: f"{NOW * 1000 + rng.randrange(10**9)}-{rng.randrange(9)}",
    "image": lambda: base64.b64encode(b"\x89PNG\r\n\x1a\n" + rng.randbytes(60)).decode(),
    "data url": lambda: "data:image/png;base64," + base64.b64encode(rng.randbytes(45)).decode(),
    "sentence": lambda: us.paragraph(nb_sentences=2),
    "product": lambda: json.dumps({"id": rng.randrange(10**6), "name": us.catch_phrase(), "price": round(rng.random() * 99, 2), "sku": us.bothify("??-####").upper(), "tags": us.words(3)}),
    "event": lambda: json.dumps({"ts": NOW * 1000 + rng.randrange(10**9), "type": us.word(), "trace_id": letters(32, HEX), "span_id": letters(16, HEX), "duration_ms": rng.randrange(999)}),
    "flags": lambda: json.dumps({"dark_mode": rng.random() < 0.5, "token_count": rng.randrange(9999), "pass_rate": rng.random(), "card_type": rng.choice(["debit", "gift"])}),
    "url": lambda: us.uri() + f"?page={rng.randrange(99)}&sort=asc",
    "user agent": lambda: us.user_agent(),
    "private ip": lambda: f"10.{rng.randrange(256)}.{rng.randrange(256)}.{rng.randrange(1, 255)}:{rng.randrange(1024, 65535)}",
    "path": lambda: us.file_path(depth=3),
    "counter": lambda: str(rng.randrange(10**9)),
    "log line": lambda: f"{us.date_time_this_year().isoformat()} INFO worker-{rng.randrange(9)} done in {rng.randrange(999)} ms id={rng.randrange(10**9)}",
    "color list": lambda: ",".join("#" + letters(6, HEX) for _ in range(5)),
    "css": lambda: f"width:{rng.random() * 100:.14f}%;margin:0 {rng.randrange(9)}px",
    "matrix": lambda: json.dumps([[round(rng.random(), 15) for _ in range(3)] for _ in range(3)]),
    "csrf": lambda: letters(32),
    "etag": lambda: '"' + letters(32, HEX) + '"',
    "signed number": lambda: rng.choice("+-") + letters(rng.randrange(1, 13), string.digits),
    "amount with sign": lambda: "+" + letters(12, string.digits),
    "signed microseconds": lambda: rng.choice("+-") + letters(rng.randrange(8, 16), string.digits),
    "retina image": lambda: f"icons/{us.word()}@2x.png",
    "npm spec": lambda: f"{us.word()}@{rng.randrange(9)}.{rng.randrange(20)}.{rng.randrange(20)}",
}
LATE_CLEAN = {"connection without password": passwordless_connection}
CLEAN_FIELDS = {"csrf": "csrf_token", "version": "version", "counter": "count", "private ip": "upstream", "float": "ratio"}


def emit(family, key, field, value, rule):
    print(json.dumps([family, key, field, value, rule], ensure_ascii=False, separators=(",", ":")))


def bare(families, number):
    for family, (rule, make) in families.items():
        slug = family.replace(" ", "")
        placement = number % 3
        value = make()
        told = rule(value) if callable(rule) else rule
        if placement == 0:
            emit(f"{family} / bare hash", f"rec:x{slug}:{number}", "ref", value, told)
        elif placement == 1:
            emit(f"{family} / list", f"queue:{slug}", None, value, told)
        else:
            emit(f"{family} / bare json", f"doc:x{slug}:{number}", None, json.dumps({"id": number, "body": value}), told)


def clean(families, number):
    for family, make in families.items():
        slug = family.replace(" ", "")
        field = CLEAN_FIELDS.get(family, "ref")
        emit(f"{family} / clean", f"c:{slug}:{number}", field if number % 2 else None, make(), None)


for number in range(options.each):
    for family, (rule, fields, make) in TELLING.items():
        field = fields[number % len(fields)]
        slug = family.replace(" ", "")
        placement = number % 3
        if placement == 0:
            emit(f"{family} / hash", f"rec:{slug}:{number}", field, make(), rule)
        elif placement == 1:
            emit(f"{family} / json", f"doc:{slug}:{number}", None, json.dumps({"id": number, "data": {field: make(), "n": 1}}), rule)
        else:
            emit(f"{family} / stream", f"events:{slug}", field, make(), rule)
    bare(BARE, number)
    clean(CLEAN, number)
    bare(LATE_BARE, number)
    clean(LATE_CLEAN, number)
