package dev.weft.kubernetes.election;

import static java.util.Objects.requireNonNull;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseSpec;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** What one holder writes into a Lease, and what is read from a Lease of any holder. */
final class LeaseContent {

    private static final String BEFORE_PROCESS = "_";

    private static final int PROCESS_BYTES = 4;

    private final String holder;
    private final Duration lasts;
    private final Clock clock;

    /**
     * @param pod name of the holder's pod
     * @param lasts time without renewal after which another replica may take the Lease
     */
    LeaseContent(String pod, Duration lasts, Clock clock) {
        byte[] process = new byte[PROCESS_BYTES];
        new SecureRandom().nextBytes(process);
        this.holder = pod + BEFORE_PROCESS + HexFormat.of().formatHex(process);
        this.lasts = requireNonNull(lasts, "lasts");
        this.clock = requireNonNull(clock, "clock");
    }

    /**
     * Returns the name of this process as the holder. A container that restarts in the same pod gets another name, and
     * leads in another term.
     */
    String holder() {
        return holder;
    }

    static String podOf(String holder) {
        int end = holder.lastIndexOf(BEFORE_PROCESS);
        return end < 0 ? holder : holder.substring(0, end);
    }

    /** Returns the content of a Lease that the holder takes for this term. */
    LeaseSpec acquired(long term) {
        return written(term, moment());
    }

    /** Returns the content of the holder's Lease once it is renewed. */
    LeaseSpec renewed(Lease lease) {
        @Nullable ZonedDateTime acquired = spec(lease).getAcquireTime();
        return written(transitions(lease), acquired == null ? moment() : acquired);
    }

    private LeaseSpec written(long term, ZonedDateTime acquired) {
        LeaseSpec spec = new LeaseSpec();
        spec.setHolderIdentity(holder);
        spec.setLeaseDurationSeconds((int) lasts.toSeconds());
        spec.setLeaseTransitions(Math.toIntExact(term));
        spec.setAcquireTime(acquired);
        spec.setRenewTime(moment());
        return spec;
    }

    private ZonedDateTime moment() {
        return clock.instant().atZone(ZoneOffset.UTC);
    }

    /** Returns the content of a Lease; an empty one if it has none. */
    static LeaseSpec spec(Lease lease) {
        return lease.getSpec() == null ? new LeaseSpec() : lease.getSpec();
    }

    static long transitions(Lease lease) {
        @Nullable Integer number = spec(lease).getLeaseTransitions();
        return number == null ? 0 : number;
    }
}
