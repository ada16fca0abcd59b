package dev.weft.proxy.identity;

import org.jspecify.annotations.Nullable;

/**
 * What there is of the workload's certificate at one moment. Threads see it whole: who sees that an attempt failed sees why, and
 * who sees that a certificate was renewed sees the new one.
 *
 * @param credentials null before the first certificate
 * @param renewals certificates received since the start
 * @param failures failed attempts since the start
 */
record IdentityState(@Nullable Credentials credentials, RenewalHealth health, long renewals, long failures) {
    static final IdentityState AT_START = new IdentityState(null, RenewalHealth.AT_START, 0, 0);

    IdentityState renewed(Credentials fresh, RenewalHealth now) {
        return new IdentityState(fresh, now, renewals + 1, failures);
    }

    IdentityState failed(RenewalHealth now) {
        return new IdentityState(credentials, now, renewals, failures + 1);
    }

    IdentityState released() {
        return new IdentityState(null, health, renewals, failures);
    }
}
