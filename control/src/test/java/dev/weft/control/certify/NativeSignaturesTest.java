package dev.weft.control.certify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.identity.csr.CertificateSigningRequests;
import dev.weft.identity.csr.CsrVerifier;
import dev.weft.identity.csr.InvalidCsrException;
import dev.weft.identity.issue.Issuer;
import dev.weft.identity.issue.TrustAnchor;
import dev.weft.identity.issue.TrustAnchors;
import dev.weft.identity.keys.KeyPairs;
import dev.weft.identity.keys.SignatureProvider;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.trust.TrustBundle;
import dev.weft.identity.trust.TrustBundles;
import dev.weft.identity.verify.SvidVerifier;
import dev.weft.identity.verify.Verification;
import java.security.KeyPair;
import java.security.Provider;
import java.security.Security;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whoever computes, a signature is the same: what one signs the other verifies, and what one refuses the other does. */
class NativeSignaturesTest {

    private static final TrustDomain DOMAIN = TrustDomain.parse("test.example");
    private static final SpiffeId WEB = SpiffeId.ofServiceAccount(DOMAIN, "shop", "web");

    private final SignatureProvider chosen = NativeSignatures.choose();

    @Test
    void certificatesVerifyWhoeverComputes() {
        TrustAnchor anchor = TrustAnchors.create("test", Duration.ofDays(1), Clock.systemUTC());
        Issuer issuer = Issuer.createUnder(anchor, DOMAIN, Duration.ofHours(20), Instant.now());
        TrustBundles trusted = TrustBundles.of(TrustBundle.of(DOMAIN, List.of(anchor.certificate())));
        KeyPair keys = KeyPairs.generateP256();
        for (SignatureProvider signer : List.of(chosen, SignatureProvider.JDK)) {
            List<X509Certificate> chain =
                    issuer.signingBy(signer).issue(keys.getPublic(), WEB, Duration.ofHours(1), Instant.now());
            for (SignatureProvider verifier : List.of(chosen, SignatureProvider.JDK)) {
                assertThat(new SvidVerifier(trusted, verifier).verify(chain, Instant.now()))
                        .isInstanceOf(Verification.Verified.class);
            }
        }
    }

    @Test
    void requestsVerifyWhoeverComputesAndBadOnesDoNot() {
        for (KeyPair keys : List.of(KeyPairs.generateP256(), KeyPairs.generateP384())) {
            byte[] request = CertificateSigningRequests.create(keys, WEB);
            assertThat(CsrVerifier.verify(request, chosen).publicKey()).isEqualTo(keys.getPublic());

            byte[] forged = request.clone();
            forged[forged.length - 1] ^= 1;
            assertThatThrownBy(() -> CsrVerifier.verify(forged, chosen)).isInstanceOf(InvalidCsrException.class);
        }
    }

    @Test
    void theJdkIsLeftAsItIs() {
        assertThat(Arrays.stream(Security.getProviders()).map(Provider::getName))
                .doesNotContain("AmazonCorrettoCryptoProvider");
    }
}
