/* What generated code is written with: bits of words, arithmetic, ordered arrays. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

typedef uint64_t u64;
typedef int64_t i64;

#define UNLIKELY(c) __builtin_expect(!!(c), 0)
#define INLINE static inline __attribute__((always_inline, unused))
#define MASK(n) ((n) >= 64 ? ~0ull : (1ull << (n)) - 1)

/* A value of more than 64 bits; word 0 holds the lowest bits. */
#define WIDE(n) typedef struct { u64 w[n]; } B##n;

/* `n` bits from bit `p` of one word. */
INLINE u64 get1(u64 x, unsigned p, unsigned n) { return x >> p & MASK(n); }
INLINE u64 put1(u64 x, unsigned p, unsigned n, u64 v) { return (x & ~(MASK(n) << p)) | v << p; }

/* The same in an array of words; the bits may lie across two of them. */
INLINE u64 getn(const u64 *w, unsigned p, unsigned n)
{
    unsigned i = p >> 6, s = p & 63;
    u64 v = w[i] >> s;
    if (s + n > 64) v |= w[i + 1] << (64 - s);
    return v & MASK(n);
}

INLINE void putn(u64 *w, unsigned p, unsigned n, u64 v)
{
    unsigned i = p >> 6, s = p & 63;
    w[i] = (w[i] & ~(MASK(n) << s)) | v << s;
    if (s + n > 64) {
        unsigned left = 64 - s;
        w[i + 1] = (w[i + 1] & ~MASK(n - left)) | v >> left;
    }
}

INLINE void copy_out(u64 *to, const u64 *from, unsigned p, unsigned n)
{
    for (unsigned k = 0; k < n; k += 64) to[k >> 6] = getn(from, p + k, n - k < 64 ? n - k : 64);
}

INLINE void copy_in(u64 *to, unsigned p, const u64 *from, unsigned n)
{
    for (unsigned k = 0; k < n; k += 64) {
        unsigned m = n - k < 64 ? n - k : 64;
        putn(to, p + k, m, from[k >> 6] & MASK(m));
    }
}

INLINE i64 bitn(const u64 *w, u64 i) { return w[i >> 6] >> (i & 63) & 1; }

INLINE int eqn(const u64 *a, const u64 *b, unsigned n)
{
    u64 d = 0;
    for (unsigned i = 0; i < n; i++) d |= a[i] ^ b[i];
    return d == 0;
}

INLINE int cmpn(const u64 *a, const u64 *b, unsigned n)
{
    while (n--) if (a[n] != b[n]) return a[n] < b[n] ? -1 : 1;
    return 0;
}

INLINE i64 popn(const u64 *w, unsigned n)
{
    i64 c = 0;
    for (unsigned i = 0; i < n; i++) c += __builtin_popcountll(w[i]);
    return c;
}

/* Python's // and %. The caller has excluded 0 and INT64_MIN / -1. */
INLINE i64 floor_div(i64 a, i64 b) { i64 q = a / b; return q - (a % b != 0 && (a < 0) != (b < 0)); }
INLINE i64 floor_mod(i64 a, i64 b) { i64 r = a % b; return r != 0 && (r < 0) != (b < 0) ? r + b : r; }

/* Insert into an ordered array; 0 if it is full. */
INLINE int sorted_add(u64 *a, i64 *n, i64 cap, u64 x, int distinct)
{
    i64 i = *n;
    while (i > 0 && a[i - 1] > x) i--;
    if (distinct && i > 0 && a[i - 1] == x) return 1;
    if (*n >= cap) return 0;
    for (i64 k = *n; k > i; k--) a[k] = a[k - 1];
    a[i] = x;
    ++*n;
    return 1;
}
