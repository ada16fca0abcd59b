package dev.weft.identity.csr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.identity.keys.KeyPairs;
import dev.weft.identity.spiffe.SpiffeId;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.Random;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequestBuilder;
import org.junit.jupiter.api.Test;

class CsrTest {

    private static final int MUTATIONS = 3000;
    private static final SpiffeId WEB = SpiffeId.parse("spiffe://cluster.local/ns/shop/sa/web");

    @Test
    void readsWhatItMade() {
        for (KeyPair keys : new KeyPair[] {KeyPairs.generateP256(), KeyPairs.generateP384()}) {
            ParsedCsr parsed = CsrVerifier.verify(CertificateSigningRequests.create(keys, WEB));

            assertThat(parsed.publicKey()).isEqualTo(keys.getPublic());
            assertThat(parsed.uris()).containsExactly(WEB.toString());
        }
    }

    @Test
    void carriesTheLongestSpiffeId() {
        SpiffeId longest = SpiffeId.parse("spiffe://td/" + "a".repeat(2036));

        assertThat(CsrVerifier.verify(CertificateSigningRequests.create(KeyPairs.generateP256(), longest))
                        .uris())
                .containsExactly(longest.toString());
    }

    @Test
    void namesAreOptional() throws Exception {
        assertThat(CsrVerifier.verify(request(KeyPairs.generateP256(), "SHA256withECDSA"))
                        .uris())
                .isEmpty();
    }

    @Test
    void refusesASignatureOfAnotherKey() {
        KeyPair keys = KeyPairs.generateP256();
        KeyPair crossed = new KeyPair(keys.getPublic(), KeyPairs.generateP256().getPrivate());

        assertThatThrownBy(() -> CsrVerifier.verify(CertificateSigningRequests.create(crossed, WEB)))
                .isInstanceOf(InvalidCsrException.class)
                .hasMessageContaining("signature is not of the key");
    }

    @Test
    void refusesOtherKeysAndWeakSignatures() throws Exception {
        KeyPairGenerator rsa = KeyPairGenerator.getInstance("RSA");
        rsa.initialize(2048);
        KeyPairGenerator p521 = KeyPairGenerator.getInstance("EC");
        p521.initialize(new ECGenParameterSpec("secp521r1"));

        assertRefused(request(rsa.generateKeyPair(), "SHA256withRSA"), "expected: P-256 or P-384");
        assertRefused(request(p521.generateKeyPair(), "SHA512withECDSA"), "expected: P-256 or P-384");
        assertRefused(request(KeyPairs.generateP256(), "SHA1withECDSA"), "expected: ECDSA with SHA-2");
        assertThatThrownBy(() -> CertificateSigningRequests.create(rsa.generateKeyPair(), WEB))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected: P-256 or P-384");
    }

    @Test
    void refusesLargeRequestsAndNonsense() {
        assertRefused(new byte[CsrVerifier.MAX_ENCODED + 1], "expected: <= 8192");
        assertRefused(new byte[0], "cannot be read");
        assertRefused(new byte[] {0x30, (byte) 0x80}, "cannot be read");
    }

    @Test
    void mutatedRequestsAreRefusedOrAskTheSameOfTheSameKey() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        KeyPair keys = KeyPairs.generateP256();
        byte[] original = CertificateSigningRequests.create(keys, WEB);
        for (int i = 0; i < MUTATIONS; i++) {
            byte[] mutated = original.clone();
            for (int change = random.nextInt(3); change >= 0; change--) {
                mutated[random.nextInt(mutated.length)] = (byte) random.nextInt(256);
            }
            try {
                ParsedCsr parsed = CsrVerifier.verify(mutated);
                assertThat(parsed).as("seed %d", seed).isEqualTo(new ParsedCsr(keys.getPublic(), parsed.uris()));
                assertThat(parsed.uris()).as("seed %d", seed).containsExactly(WEB.toString());
            } catch (InvalidCsrException _) {
                // Refused: fine.
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
    }

    private static byte[] request(KeyPair keys, String algorithm) throws Exception {
        return new PKCS10CertificationRequestBuilder(
                        new X500Name("CN=web"),
                        SubjectPublicKeyInfo.getInstance(keys.getPublic().getEncoded()))
                .build(new JcaContentSignerBuilder(algorithm).build(keys.getPrivate()))
                .getEncoded();
    }

    private static void assertRefused(byte[] der, String message) {
        assertThatThrownBy(() -> CsrVerifier.verify(der))
                .isInstanceOf(InvalidCsrException.class)
                .hasMessageContaining(message);
    }
}
