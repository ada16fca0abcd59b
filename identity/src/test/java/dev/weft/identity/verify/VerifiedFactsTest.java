package dev.weft.identity.verify;

import static dev.weft.identity.verify.Chains.DOMAIN;
import static dev.weft.identity.verify.Chains.WEB;
import static dev.weft.identity.verify.Chains.assertAccepted;
import static dev.weft.identity.verify.Chains.assertRefused;
import static dev.weft.identity.verify.Chains.chain;
import static dev.weft.identity.verify.Chains.trusting;
import static dev.weft.identity.verify.Recipe.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.identity.keys.SignatureProvider;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.svid.Rule;
import dev.weft.identity.trust.Revocations;
import dev.weft.identity.trust.SerialNumber;
import dev.weft.identity.trust.TrustBundle;
import dev.weft.identity.trust.TrustBundles;
import dev.weft.identity.verify.Recipe.Made;
import java.nio.ByteBuffer;
import java.security.Provider;
import java.security.Security;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Trust may change with every second: what was computed of a chain is not computed again, and what was decided is. */
class VerifiedFactsTest {

    private static final TrustDomain OTHER = TrustDomain.parse("other.example");

    private final Made anchor = Recipe.anchor("CN=Anchor").make();
    private final Made issuer =
            Recipe.issuer(anchor, "CN=Issuer").permitUri("cluster.local").make();
    private final List<X509Certificate> chain = chain(Recipe.leaf(issuer, WEB).make(), issuer);
    private final TrustBundle own = TrustBundle.of(DOMAIN, List.of(anchor.certificate()));
    private final Counting counting = new Counting();

    /** The JDK's, which counts the signatures that it is asked for. */
    private static final class Counting extends Provider {
        private final transient AtomicInteger asked = new AtomicInteger();

        Counting() {
            super("Counting", "1", "counts");
            Provider.Service ecdsa = Security.getProvider("SunEC").getService("Signature", "SHA256withECDSA");
            putService(new Service(this, "Signature", "SHA256withECDSA", ecdsa.getClassName(), List.of(), Map.of()) {
                @Override
                public Object newInstance(Object parameter) throws java.security.NoSuchAlgorithmException {
                    asked.incrementAndGet();
                    return ecdsa.newInstance(parameter);
                }
            });
        }
    }

    private TrustBundles bundles(TrustBundle first, int sequence) {
        Made stranger = Recipe.anchor("CN=Stranger").make();
        return TrustBundles.of(
                first, TrustBundle.of(OTHER, List.of(stranger.certificate())).withSequence(sequence));
    }

    @Test
    void aTrustDomainThatChangesAgainAndAgainCostsNoSignatures() {
        SvidVerifier verifier = new SvidVerifier(TrustBundles.of(own), SignatureProvider.of(counting));
        assertAccepted(verifier.verify(chain, NOW));

        for (int i = 1; i <= 50; i++) {
            SvidVerifier next = verifier.next(bundles(own, i));
            assertThat(next.trustsAs(verifier, DOMAIN)).isTrue();
            verifier = next;
            assertAccepted(verifier.verifyEstablished(chain, NOW));
        }

        assertThat(counting.asked).hasValue(1);
    }

    @Test
    void whatBundlesSayIsAskedEachTime() {
        SvidVerifier verifier = new SvidVerifier(TrustBundles.of(own));
        assertAccepted(verifier.verify(chain, NOW));
        Revocations revoked = new Revocations(Set.of(SerialNumber.of(chain.getFirst())), Set.of(), Map.of(), Set.of());

        SvidVerifier revoking = verifier.next(TrustBundles.of(
                new TrustBundle(DOMAIN, own.anchors(), TrustBundle.State.ACTIVE, 2, revoked, List.of())));
        SvidVerifier emptied = verifier.next(TrustBundles.of(own.withAnchors(List.of())));
        SvidVerifier changed = verifier.next(trusting(Recipe.anchor("CN=Anchor").make()));

        assertRefused(revoking.verify(chain, NOW), 0, Rule.REVOKED_CERTIFICATE);
        assertRefused(emptied.verify(chain, NOW), 0, Rule.EMPTY_BUNDLE);
        assertRefused(changed.verify(chain, NOW), 1, Rule.BAD_SIGNATURE);
        assertThat(revoking.trustsAs(verifier, DOMAIN)).isFalse();
        assertThat(emptied.trustsAs(verifier, DOMAIN)).isFalse();
    }

    @Test
    void anAnchorThatAnotherTrustDomainComesToShareIsAChange() {
        SvidVerifier verifier = new SvidVerifier(TrustBundles.of(own));

        SvidVerifier sharing =
                verifier.next(TrustBundles.of(own, TrustBundle.of(OTHER, List.of(anchor.certificate()))));

        assertThat(sharing.trustsAs(verifier, DOMAIN)).isFalse();
        assertThat(sharing.trustsAs(verifier, OTHER)).isFalse();
    }

    @Test
    void nothingThatFailsIsRemembered() {
        Made impostor = Recipe.issuer(anchor, "CN=Issuer").make();
        SvidVerifier verifier = new SvidVerifier(TrustBundles.of(own));
        List<X509Certificate> forged = chain(Recipe.leaf(impostor, WEB).make(), issuer);

        assertRefused(verifier.verify(forged, NOW), 0, Rule.BAD_SIGNATURE);
        int known = verifier.rememberedFacts();
        assertRefused(verifier.verify(forged, NOW), 0, Rule.BAD_SIGNATURE);

        assertThat(verifier.rememberedFacts()).isEqualTo(known).isEqualTo(1);
    }

    @Test
    void forgetsWhatNobodyAsksForAndKeepsWhatIsInUse() {
        VerifiedFacts known = new VerifiedFacts();
        ByteBuffer used = ByteBuffer.wrap(new byte[] {-1});
        known.add(used);

        for (int i = 0; i < 10 * VerifiedFacts.MAX_GENERATION; i++) {
            known.add(ByteBuffer.allocate(Integer.BYTES).putInt(0, i));
            assertThat(known.has(used)).isTrue();
        }

        assertThat(known.size()).isLessThanOrEqualTo(2 * VerifiedFacts.MAX_GENERATION);
        assertThat(known.has(ByteBuffer.allocate(Integer.BYTES).putInt(0, 1))).isFalse();
    }
}
