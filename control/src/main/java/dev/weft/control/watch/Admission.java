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
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a caller may hold the stream of a workload: at its start and after every change of trust or
 * workloads. Belongs to one stream.
 */
final class Admission {

    private final Caller caller;
    private final TrustSource trust;
    private final Clock clock;
    /** The verifier that last verified the caller of the open stream; each change of trust creates another one. */
    private @Nullable SvidVerifier verifiedBy;

    Admission(Caller caller, TrustSource trust, Clock clock) {
        this.caller = caller;
        this.trust = trust;
        this.clock = clock;
    }

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
    Admitted admit(Hello hello, MeshState state) {
        if (caller.chain().isEmpty()) {
            throw new RefusedException(NO_SVID, "Watch needs the workload's SVID as client certificate");
        }
        Admitted admitted = admitted(trust.verifier().verify(caller.chain(), clock.instant()));
        authorize(state, admitted, hello.getWorkload());
        if (hello.getHeldCount() > Subscription.MAX_SUBSCRIPTIONS) {
            throw new RefusedException(WatchStream.TOO_MANY, "more resources held than a stream may have");
        }
        return admitted;
    }

    /**
     * Checks whether the caller of an open stream may keep it. Under unchanged trust, the certificate is not verified
     * again until it ends. A tainted issuer is still accepted, because the stream is how the proxy learns of that.
     *
     * @throws RefusedException if the caller may not keep the stream
     */
    @SuppressWarnings("ReferenceEquality") // each change of trust creates another verifier
    void check(StreamPhase.Open open, MeshState state) {
        SvidVerifier verifier = trust.verifier();
        Instant now = clock.instant();
        if (verifier != verifiedBy || !now.isBefore(open.admitted().until())) {
            var _ = admitted(verifier.verifyEstablished(caller.chain(), now));
            verifiedBy = verifier;
        }
        authorize(state, open.admitted(), open.workload());
    }

    private static Admitted admitted(Verification verification) {
        return switch (verification) {
            case Verification.Verified verified -> new Admitted(verified.id(), verified.notAfter());
            case Verification.Rejected rejected ->
                throw new RefusedException(
                        Refusal.isRevoked(rejected.rule()) ? REVOKED : BAD_SVID, "the SVID is refused: " + rejected);
        };
    }

    private static void authorize(MeshState state, Admitted admitted, String workload) {
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
