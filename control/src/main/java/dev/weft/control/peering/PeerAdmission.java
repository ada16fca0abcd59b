package dev.weft.control.peering;

import dev.weft.control.caller.Caller;
import dev.weft.control.refusal.Reason;
import dev.weft.control.refusal.RefusedException;
import dev.weft.control.server.ControlServer;
import dev.weft.control.trust.TrustSource;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.trust.TrustBundle;
import dev.weft.identity.verify.Verification;
import dev.weft.mesh.model.TrustDomainObject;
import io.grpc.Status.Code;
import java.time.Clock;
import java.time.Instant;

/** Decides whether a caller may receive the exports: at the start of a stream and after every change of trust. */
record PeerAdmission(TrustDomain own, TrustSource trust, Clock clock) {

    private static final Reason UNPROVEN = Reason.of("WEFT-C063", Code.UNAUTHENTICATED);
    private static final Reason STRANGER = UNPROVEN.as(Code.PERMISSION_DENIED);

    /** A control plane of another trust domain that has proven its identity; the proof ends at {@code until}. */
    record Admitted(TrustDomain trustDomain, Instant until) {}

    Admitted admit(Caller caller) {
        if (caller.chain().isEmpty()) {
            throw new RefusedException(UNPROVEN, "Peering needs a control plane's SVID as certificate");
        }
        return switch (trust.verifier().verify(caller.chain(), clock.instant())) {
            case Verification.Rejected rejected ->
                throw new RefusedException(UNPROVEN, "the SVID is refused: " + rejected);
            case Verification.Verified verified -> {
                TrustDomain domain = verified.id().trustDomain();
                if (domain.equals(own) || !verified.id().equals(ControlServer.identity(domain))) {
                    throw new RefusedException(
                            STRANGER,
                            verified.id() + " is no control plane of another trust domain (expected: "
                                    + ControlServer.identity(domain) + ")");
                }
                TrustDomainObject object = trust.declaredDomains().get(domain);
                if (object == null
                        || object.state() != TrustBundle.State.ACTIVE
                        || object.discovery().isEmpty()) {
                    throw new RefusedException(
                            STRANGER,
                            "trust domain " + domain + " has no TrustDomain here that is Active and has discovery");
                }
                yield new Admitted(domain, verified.notAfter());
            }
        };
    }
}
