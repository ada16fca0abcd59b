package dev.weft.control.certify;

import dev.weft.identity.issue.Issuer;
import dev.weft.identity.keys.KeyPairs;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.trust.TrustBundles;
import dev.weft.identity.verify.SvidVerifier;
import dev.weft.identity.verify.Verification;
import dev.weft.mesh.state.StateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Proves that an issuer works: lets it sign a throw-away SVID, and verifies that SVID as a workload would. */
public final class IssuerProof {

    private static final Duration LIFETIME = Duration.ofMinutes(1);

    private IssuerProof() {}

    /**
     * Proves that these bundles trust what the issuer signs.
     *
     * @throws StateException if they do not, with the reason
     * @throws dev.weft.identity.issue.IssuingException if the issuer cannot sign
     */
    public static void prove(Issuer issuer, TrustBundles bundles, Instant now) {
        judge(issuer, bundles, now).ifPresent(rejected -> {
            throw new StateException("an SVID that it signed does not verify: " + rejected);
        });
    }

    /**
     * Returns why these bundles do not trust what the issuer signs; empty if they do.
     *
     * @throws dev.weft.identity.issue.IssuingException if the issuer cannot sign
     */
    public static Optional<Verification.Rejected> judge(Issuer issuer, TrustBundles bundles, Instant now) {
        SpiffeId id = new SpiffeId(issuer.trustDomain(), "/weft/issuer-self-test");
        List<X509Certificate> chain = issuer.issue(KeyPairs.generateP256().getPublic(), id, LIFETIME, now);
        return SvidVerifier.verify(chain, bundles, now) instanceof Verification.Rejected rejected
                ? Optional.of(rejected)
                : Optional.empty();
    }
}
