/* Reads replies from standard input with hiredis and prints one a line, after
 * its own version, as `testing::render` does. */
#include <hiredis/hiredis.h>
#include <stdio.h>

static void text(const char *str, size_t len) {
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)str[i];
        switch (c) {
        case '\t': fputs("\\t", stdout); break;
        case '\r': fputs("\\r", stdout); break;
        case '\n': fputs("\\n", stdout); break;
        case '\'': case '"': case '\\': printf("\\%c", c); break;
        default: printf(c >= 0x20 && c <= 0x7e ? "%c" : "\\x%02x", c);
        }
    }
}

static void show(const redisReply *r) {
    const char *mark = "";
    switch (r->type) {
    case REDIS_REPLY_NIL: fputs("null", stdout); return;
    case REDIS_REPLY_INTEGER: printf(":%lld", r->integer); return;
#if HIREDIS_MAJOR >= 1
    case REDIS_REPLY_BOOL: printf("#%c", r->integer ? 't' : 'f'); return;
    case REDIS_REPLY_MAP: mark = "%"; break;
    case REDIS_REPLY_SET: mark = "~"; break;
    case REDIS_REPLY_PUSH: mark = ">"; break;
    case REDIS_REPLY_DOUBLE: putchar(','); text(r->str, r->len); return;
    case REDIS_REPLY_BIGNUM: putchar('('); text(r->str, r->len); return;
    case REDIS_REPLY_VERB: printf("=%.3s:", r->vtype); text(r->str, r->len); return;
#endif
    case REDIS_REPLY_ARRAY: break;
    case REDIS_REPLY_STATUS: putchar('+'); text(r->str, r->len); return;
    case REDIS_REPLY_ERROR: putchar('-'); text(r->str, r->len); return;
    default: putchar('$'); text(r->str, r->len); return;
    }
    printf("%s[", mark);
    for (size_t i = 0; i < r->elements; i++) {
        if (i) putchar(' ');
        show(r->element[i]);
    }
    putchar(']');
}

int main(void) {
    redisReader *reader = redisReaderCreate();
    char chunk[337];
    size_t len;
    void *reply;
    printf("%d\n", HIREDIS_MAJOR);
    while ((len = fread(chunk, 1, sizeof chunk, stdin)) > 0) {
        redisReaderFeed(reader, chunk, len);
        for (;;) {
            if (redisReaderGetReply(reader, &reply) != REDIS_OK) {
                printf("hiredis: %s\n", reader->errstr);
                return 1;
            }
            if (!reply) break;
            show(reply);
            putchar('\n');
            freeReplyObject(reply);
        }
    }
    redisReaderFree(reader);
    return 0;
}
