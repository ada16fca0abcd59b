package dev.weft.proxy.limit;

import dev.weft.identity.spiffe.SpiffeId;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The buckets of one limit, one for each identity. There are so many at most; identities beyond share one. Safe for use by several
 * threads.
 */
final class Buckets {
    /** Identities with a bucket of their own. */
    static final int MAX_CALLERS = 4096;

    private static final long SWEEP_NANOS = 1_000_000_000;

    private final Map<SpiffeId, Bucket> byIdentity = new ConcurrentHashMap<>();
    private final Bucket all;
    private final Bucket unknown;
    private final Bucket rest;
    private final AtomicLong sweptAt;

    Buckets(long now) {
        all = new Bucket(now);
        unknown = new Bucket(now);
        rest = new Bucket(now);
        sweptAt = new AtomicLong(now);
    }

    /** That of all callers together. */
    Bucket all() {
        return all;
    }

    /** That of a caller; callers without an identity have one together. */
    Bucket of(@Nullable SpiffeId identity, long now) {
        if (identity == null) {
            return unknown;
        }
        Bucket known = byIdentity.get(identity);
        if (known != null) {
            return known;
        }
        if (byIdentity.size() >= MAX_CALLERS) {
            sweep(now);
        }
        return byIdentity.size() >= MAX_CALLERS ? rest : byIdentity.computeIfAbsent(identity, _ -> new Bucket(now));
    }

    /** Whether it is the one that those have who found no room. */
    boolean isShared(Bucket bucket) {
        return bucket == rest;
    }

    /** Those that are full say nothing; looked for once a second at most. */
    private void sweep(long now) {
        long before = sweptAt.get();
        if (now - before < SWEEP_NANOS || !sweptAt.compareAndSet(before, now)) {
            return;
        }
        for (Iterator<Bucket> each = byIdentity.values().iterator(); each.hasNext(); ) {
            Bucket bucket = each.next();
            if (bucket.full(now)) {
                bucket.retire();
                each.remove();
            }
        }
    }

    /** Identities that have a bucket. */
    int size() {
        return byIdentity.size();
    }
}
