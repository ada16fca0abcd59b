package dev.weft.control.watch;

import dev.weft.api.v1.Hello;
import dev.weft.control.caller.Caller;
import dev.weft.control.certify.Refusal;
import dev.weft.control.refusal.Reason;
import dev.weft.control.refusal.RefusedException;
import dev.weft.control.trust.TrustSource;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.verify.SvidVerifier;
import dev.weft.identity.verify.Verification;
import io.grpc.Status.Code;
import java.time.Clock;
import java.time.Instant;

/**
 * Decides whether a caller may hold the stream of a workload: at its start and after every change of trust or
 * workloads.
 */
record Admission(TrustSource trust, Clock clock) {

    /** A caller that has proven its identity; the proof ends at {@code until}. */
    record Admitted(SpiffeId identity, Instant until) {}

    static final Reason NO_SVID = Reason.of("WEFT-C021", Code.UNAUTHENTICATED);
    static final Reason BAD_SVID = Reason.of("WEFT-C022", Code.UNAUTHENTICATED);
    static final Reason NO_WORKLOAD = Reason.of("WEFT-C023", Code.PERMISSION_DENIED);
    static final Reason OTHER_IDENTITY = Reason.of("WEFT-C024", Code.PERMISSION_DENIED);
    /** A decision of the mesh, rather than a rule of certificates. */
    private static final Reason REVOKED = Reason.lasting(Refusal.REVOKED.code(), Code.UNAUTHENTICATED);

    /**
     * Admits a stream that begins with this message, or refuses it.
     *
     * @throws RefusedException if the caller may not hold the stream
     */
    Admitted admit(Caller caller, Hello hello, MeshState state) {
        Admitted admitted = authenticate(caller);
        authorize(state, admitted, hello.getWorkload());
        if (hello.getHeldCount() > Subscription.MAX_SUBSCRIPTIONS) {
            throw new RefusedException(WatchStream.TOO_MANY, "more resources held than a stream may have");
        }
        return admitted;
    }

    private Admitted authenticate(Caller caller) {
        if (caller.chain().isEmpty()) {
            throw new RefusedException(NO_SVID, "Watch needs the workload's SVID as client certificate");
        }
        return admitted(trust.verifier().verify(caller.chain(), clock.instant()));
    }

    /**
     * Authenticates the caller of an open stream again. A tainted issuer is still accepted, because the stream is how
     * the proxy hears of that.
     */
    Admitted authenticateAgain(Caller caller, SvidVerifier verifier) {
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

    private static Admitted admitted(Verification verification) {
        return switch (verification) {
            case Verification.Verified verified -> new Admitted(verified.id(), verified.notAfter());
            case Verification.Rejected rejected ->
                throw new RefusedException(
                        Refusal.isRevoked(rejected.rule()) ? REVOKED : BAD_SVID, "the SVID is refused: " + rejected);
        };
    }

    static void authorize(MeshState state, Admitted admitted, String workload) {
        SpiffeId expected = state.workload(workload)
                .orElseThrow(() ->
                        new RefusedException(NO_WORKLOAD, "the registry has no meshed workload " + printable(workload)))
                .identity();
        if (!expected.equals(admitted.identity())) {
            throw new RefusedException(
                    OTHER_IDENTITY,
                    "the SVID is of " + admitted.identity() + ", workload " + workload + " is " + expected);
        }
    }

    private static String printable(String workload) {
        return workload.replaceAll("[^A-Za-z0-9./_-]", "?").substring(0, Math.min(workload.length(), 300));
    }
}
