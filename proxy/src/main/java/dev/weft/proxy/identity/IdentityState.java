package dev.weft.proxy.identity;

import dev.weft.api.v1.RefusedCall;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What there is of the workload's certificate at one moment. Threads see it whole: who sees that an attempt failed sees why, and
 * who sees that a certificate was renewed sees the new one.
 *
 * @param credentials null before the first certificate
 * @param refusal why the last attempt failed, where that is known in a form for programs
 * @param renewals certificates received since the start
 * @param failures failed attempts since the start
 */
record IdentityState(
        @Nullable Credentials credentials,
        RenewalHealth health,
        Optional<RefusedCall> refusal,
        long renewals,
        long failures) {
    static final IdentityState AT_START = new IdentityState(null, RenewalHealth.AT_START, Optional.empty(), 0, 0);

    IdentityState renewed(Credentials fresh, RenewalHealth now) {
        return new IdentityState(fresh, now, Optional.empty(), renewals + 1, failures);
    }

    IdentityState failed(RenewalHealth now, Optional<RefusedCall> why) {
        return new IdentityState(credentials, now, why, renewals, failures + 1);
    }

    IdentityState released() {
        return new IdentityState(null, health, refusal, renewals, failures);
    }
}
