package dev.weft.control.watch;

import dev.weft.api.v1.Hello;
import dev.weft.control.caller.Caller;
import dev.weft.control.trust.TrustSource;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.verify.SvidVerifier;
import dev.weft.identity.verify.Verification;
import io.grpc.Status;
import java.time.Clock;
import java.time.Instant;

/**
 * Decides whether a caller may hold the stream of a workload: at its start and after every change of trust or
 * workloads.
 */
final class Admission {

    /** The caller may not hold the stream, or no longer may. */
    static final class RefusedException extends Exception {
        private static final long serialVersionUID = 1L;
        private final transient Status status;

        RefusedException(Status status, String code, String reason) {
            super(code + ": " + reason);
            this.status = status.withDescription(code + ": " + reason);
        }

        Status status() {
            return status;
        }
    }

    /** A caller that has proven its identity; the proof ends at {@code until}. */
    record Admitted(SpiffeId identity, Instant until) {}

    static final String NO_SVID = "WEFT-C021";
    static final String BAD_SVID = "WEFT-C022";
    static final String NO_WORKLOAD = "WEFT-C023";
    static final String OTHER_IDENTITY = "WEFT-C024";

    private final TrustSource trust;
    private final Clock clock;

    Admission(TrustSource trust, Clock clock) {
        this.trust = trust;
        this.clock = clock;
    }

    /** Checks whether a stream may begin with this Hello. */
    Admitted admit(Caller caller, Hello hello, MeshState state) throws RefusedException {
        Admitted admitted = authenticate(caller);
        authorize(state, admitted, hello.getWorkload());
        if (hello.getHeldCount() > Subscription.MAX_SUBSCRIPTIONS) {
            throw new RefusedException(
                    Status.RESOURCE_EXHAUSTED, WatchStream.TOO_MANY, "more resources held than a stream may have");
        }
        return admitted;
    }

    private Admitted authenticate(Caller caller) throws RefusedException {
        if (caller.chain().isEmpty()) {
            throw new RefusedException(
                    Status.UNAUTHENTICATED, NO_SVID, "Watch needs the workload's SVID as client certificate");
        }
        return admitted(trust.verifier().verify(caller.chain(), clock.instant()));
    }

    /**
     * Verifies the caller of an open stream again, by the rules for established connections: so a proxy still learns
     * that its issuer is tainted.
     */
    Admitted authenticateAgain(Caller caller, SvidVerifier verifier) throws RefusedException {
        return admitted(verifier.verifyEstablished(caller.chain(), clock.instant()));
    }

    /** Returns the verifier with the present trust; each change of trust creates another object. */
    SvidVerifier verifier() {
        return trust.verifier();
    }

    /** Whether the proof has expired. */
    boolean isOver(Admitted admitted) {
        return !clock.instant().isBefore(admitted.until());
    }

    private static Admitted admitted(Verification verification) throws RefusedException {
        return switch (verification) {
            case Verification.Verified verified -> new Admitted(verified.id(), verified.notAfter());
            case Verification.Rejected rejected ->
                throw new RefusedException(Status.UNAUTHENTICATED, BAD_SVID, "the SVID is refused: " + rejected);
        };
    }

    static void authorize(MeshState state, Admitted admitted, String workload) throws RefusedException {
        SpiffeId expected = state.workload(workload)
                .orElseThrow(() -> new RefusedException(
                        Status.PERMISSION_DENIED,
                        NO_WORKLOAD,
                        "the registry has no meshed workload " + printable(workload)))
                .identity();
        if (!expected.equals(admitted.identity())) {
            throw new RefusedException(
                    Status.PERMISSION_DENIED,
                    OTHER_IDENTITY,
                    "the SVID is of " + admitted.identity() + ", workload " + workload + " is " + expected);
        }
    }

    private static String printable(String workload) {
        return workload.replaceAll("[^A-Za-z0-9./_-]", "?").substring(0, Math.min(workload.length(), 300));
    }
}
