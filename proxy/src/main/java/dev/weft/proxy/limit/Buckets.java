package dev.weft.proxy.limit;

import dev.weft.identity.spiffe.SpiffeId;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The token buckets of one limit, one for each identity. At most {@link #MAX_CALLERS} identities have their own bucket;
 * all others share one. Safe for use by several threads.
 */
final class Buckets {
    /** The most identities that have their own bucket. */
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

    /** Returns the bucket that all callers share. */
    Bucket all() {
        return all;
    }

    /** Returns the bucket of a caller. Callers without an identity share one. */
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

    /** Whether this is the shared bucket of the identities beyond {@link #MAX_CALLERS}. */
    boolean isShared(Bucket bucket) {
        return bucket == rest;
    }

    /** Removes full buckets, which hold no information; runs at most once a second. */
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
}
