package dev.weft.identity.verify;

import static dev.weft.identity.verify.Chains.WEB;
import static dev.weft.identity.verify.Chains.trusting;
import static dev.weft.identity.verify.Recipe.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.weft.identity.Mutations;
import dev.weft.identity.der.Der;
import dev.weft.identity.keys.Certificates;
import dev.weft.identity.keys.InvalidEncodingException;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.svid.SvidProfile;
import dev.weft.identity.svid.SvidViolationException;
import dev.weft.identity.trust.TrustBundles;
import dev.weft.identity.verify.Recipe.Made;
import dev.weft.identity.verify.Verification.Verified;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Leaves and issuers of any content, properly signed by the one above. The verdict is the same at the first look, at the second,
 * and below issuers that are known; nothing is thrown, and who is accepted is a workload by the standard.
 */
class ChainFuzzTest {

    /** ecdsa-with-SHA256. */
    private static final byte[] ALGORITHM = HexFormat.of().parseHex("300a06082a8648ce3d040302");

    private final Made anchor = Recipe.anchor("CN=Anchor").keyIdentifier(1).make();
    private final Made issuer = Recipe.issuer(anchor, "CN=Issuer")
            .keyIdentifier(2)
            .signerIdentifier(1)
            .permitUri("cluster.local")
            .make();
    private final Made leaf = Recipe.leaf(issuer, WEB).signerIdentifier(2).make();
    private final TrustBundles trusted = trusting(anchor);

    @FuzzTest
    void aLeafOfAnyContentHasOneVerdict(FuzzedDataProvider data) throws Exception {
        judge(data, leaf, issuer, issuer.certificate());
    }

    @FuzzTest
    void anIssuerOfAnyContentHasOneVerdict(FuzzedDataProvider data) throws Exception {
        X509Certificate odd = signed(data, issuer, anchor);
        if (odd != null) {
            assertOneVerdict(List.of(leaf.certificate(), odd));
        }
    }

    private void judge(FuzzedDataProvider data, Made original, Made signer, X509Certificate above) throws Exception {
        X509Certificate odd = signed(data, original, signer);
        if (odd != null) {
            assertOneVerdict(List.of(odd, above));
        }
    }

    /** The certificate with its content changed, signed all the same; null if it is none any more. */
    private static @Nullable X509Certificate signed(FuzzedDataProvider data, Made original, Made signer)
            throws GeneralSecurityException {
        byte[] content = Mutations.of(original.certificate().getTBSCertificate(), data);
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(signer.keys().getPrivate());
        signature.update(content);
        try {
            return Certificates.decode(Der.sequence(content, ALGORITHM, Der.bitString(signature.sign())));
        } catch (InvalidEncodingException _) {
            return null;
        }
    }

    private void assertOneVerdict(List<X509Certificate> chain) throws SvidViolationException {
        SvidVerifier fresh = new SvidVerifier(trusted);
        SvidVerifier primed = new SvidVerifier(trusted);
        Verification _ = primed.verify(List.of(leaf.certificate(), issuer.certificate()), NOW);

        Verification first = fresh.verify(chain, NOW);

        assertThat(fresh.verify(chain, NOW)).isEqualTo(first);
        assertThat(primed.verify(chain, NOW)).isEqualTo(first);
        assertThat(fresh.next(trusted).verify(chain, NOW)).isEqualTo(first);
        if (first instanceof Verified(SpiffeId id, X509Certificate shown, var _)) {
            assertThat(SvidProfile.checkLeaf(shown)).isEqualTo(id);
            assertThat(id.trustDomain()).isEqualTo(Chains.DOMAIN);
        }
    }
}
