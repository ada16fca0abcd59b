package dev.weft.identity.verify;

import static dev.weft.identity.verify.Chains.DOMAIN;
import static dev.weft.identity.verify.Chains.WEB;
import static dev.weft.identity.verify.Chains.assertAccepted;
import static dev.weft.identity.verify.Chains.assertRefused;
import static dev.weft.identity.verify.Chains.chain;
import static dev.weft.identity.verify.Chains.verify;
import static dev.weft.identity.verify.Recipe.NOW;

import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.svid.Rule;
import dev.weft.identity.trust.Revocations;
import dev.weft.identity.trust.SerialNumber;
import dev.weft.identity.trust.SpkiFingerprint;
import dev.weft.identity.trust.TrustBundle;
import dev.weft.identity.trust.TrustBundles;
import dev.weft.identity.verify.Recipe.Made;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is revoked or tainted: certificates, identities, and the keys of those who signed. */
class SvidVerifierRevocationTest {

    private static final SpiffeId WEB_ID = SpiffeId.parse(WEB);

    private final Made anchor = Recipe.anchor("CN=Anchor").make();
    private final Made issuer = Recipe.issuer(anchor, "CN=Issuer").make();
    private final Made leaf = Recipe.leaf(issuer, WEB).make();
    private final TrustBundles bundles = TrustBundles.of(TrustBundle.of(DOMAIN, List.of(anchor.certificate())));

    @Test
    void refusesWhatHasBeenRevoked() {
        Instant issued = leaf.certificate().getNotBefore().toInstant();

        assertRefused(verify(revoking(serial(leaf)), leaf, issuer), 0, Rule.REVOKED_CERTIFICATE);
        assertRefused(verify(revoking(serial(issuer)), leaf, issuer), 1, Rule.REVOKED_CERTIFICATE);
        assertRefused(verify(revoking(signingKey(issuer)), leaf, issuer), 1, Rule.REVOKED_ISSUER);
        assertRefused(verify(revoking(signingKey(anchor)), leaf, issuer), 2, Rule.REVOKED_ISSUER);
        assertRefused(verify(revoking(identity(issued.plusSeconds(1))), leaf, issuer), 0, Rule.REVOKED_IDENTITY);
        assertAccepted(verify(revoking(identity(issued)), leaf, issuer));
    }

    @Test
    void refusesBelowATaintedIssuerOnlyWhatIsNew() {
        for (Made tainted : List.of(issuer, anchor)) {
            Revocations revocations = new Revocations(
                    Set.of(),
                    Set.of(),
                    Map.of(),
                    Set.of(SpkiFingerprint.of(tainted.keys().getPublic())));
            SvidVerifier verifier = new SvidVerifier(revoking(revocations));
            List<X509Certificate> chain = List.of(leaf.certificate(), issuer.certificate());

            assertAccepted(verifier.verifyEstablished(chain, NOW));
            assertRefused(verifier.verify(chain, NOW), tainted.equals(issuer) ? 1 : 2, Rule.TAINTED_ISSUER);
            assertAccepted(verifier.verifyEstablished(chain, NOW));
        }
    }

    private static Revocations serial(Made made) {
        return new Revocations(Set.of(SerialNumber.of(made.certificate())), Set.of(), Map.of(), Set.of());
    }

    private static Revocations signingKey(Made made) {
        return new Revocations(Set.of(), Set.of(SpkiFingerprint.of(made.keys().getPublic())), Map.of(), Set.of());
    }

    private static Revocations identity(Instant issuedBefore) {
        return new Revocations(Set.of(), Set.of(), Map.of(WEB_ID, issuedBefore), Set.of());
    }

    private TrustBundles revoking(Revocations revocations) {
        return bundles.with(new TrustBundle(
                DOMAIN, List.of(anchor.certificate()), TrustBundle.State.ACTIVE, 2, revocations, List.of()));
    }
}
