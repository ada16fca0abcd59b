package dev.weft.identity.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.identity.verify.Recipe;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PemTest {

    private static final int MUTATIONS = 3000;

    private final X509Certificate first = Recipe.anchor("CN=First").certificate();
    private final X509Certificate second = Recipe.anchor("CN=Second").certificate();

    @Test
    void readsWhatItWrote() {
        KeyPair keys = KeyPairs.generateP256();
        byte[] csr = "any bytes".getBytes(StandardCharsets.US_ASCII);

        assertThat(Pem.decodeCertificates(Pem.encodeCertificates(List.of(first, second))))
                .containsExactly(first, second);
        assertThat(Pem.decodePrivateKey(Pem.encodePrivateKey(keys.getPrivate())))
                .isEqualTo(keys.getPrivate());
        assertThat(Pem.decodeCsr(Pem.encodeCsr(csr))).isEqualTo(csr);
    }

    @Test
    void passesOverTextBetweenBlocksAndWindowsLineEnds() {
        String text =
                "subject: first\n" + Pem.encodeCertificates(List.of(first)).replace("\n", "\r\n") + "the end";

        assertThat(Pem.decodeCertificates(text)).containsExactly(first);
    }

    @Test
    void refusesWhatIsNotThere() {
        String key = Pem.encodePrivateKey(KeyPairs.generateP256().getPrivate());

        assertRefused(() -> Pem.decodeCertificates(""), "no block \"CERTIFICATE\"");
        assertRefused(() -> Pem.decodeCertificates(key), "not a whole \"CERTIFICATE\"");
        assertRefused(() -> Pem.decodePrivateKey(key + key), "2 blocks");
        assertRefused(() -> Pem.decodePrivateKey(key.substring(0, 60)), "not a whole");
        assertRefused(
                () -> Pem.decodeCertificates("-----BEGIN CERTIFICATE-----END CERTIFICATE-----"),
                "not a whole \"CERTIFICATE\"");
        assertRefused(() -> Pem.decodePrivateKey("x".repeat(Pem.MAX_TEXT + 1)), "expected: <= 1048576");
    }

    @Test
    void neverQuotesAKeyItCannotRead() {
        String broken =
                Pem.encodePrivateKey(KeyPairs.generateP256().getPrivate()).replace("MEECAQA", "ME*CAQA");

        assertThatThrownBy(() -> Pem.decodePrivateKey(broken))
                .isInstanceOf(InvalidEncodingException.class)
                .hasNoCause()
                .hasMessage("PEM: the block \"PRIVATE KEY\" is not base64");
    }

    @Test
    void refusesKeysOfOtherKindsAndSizes() throws Exception {
        byte[] rsa = KeyPairGenerator.getInstance("RSA")
                .generateKeyPair()
                .getPrivate()
                .getEncoded();

        assertRefused(() -> PrivateKeys.decode(rsa), "not an elliptic curve key");
        assertRefused(() -> PrivateKeys.decode(new byte[PrivateKeys.MAX_ENCODED + 1]), "expected: <= 4096");
    }

    @Test
    void tellsWhetherAKeyBelongs() {
        KeyPair keys = KeyPairs.generateP256();

        assertThat(PrivateKeys.matches(keys.getPrivate(), keys.getPublic())).isTrue();
        assertThat(PrivateKeys.matches(
                        keys.getPrivate(), KeyPairs.generateP256().getPublic()))
                .isFalse();
        assertThat(PrivateKeys.matches(
                        keys.getPrivate(), KeyPairs.generateP384().getPublic()))
                .isFalse();
    }

    @Test
    void refusesCertificatesThatDoNotFillTheirBytes() {
        byte[] der = Certificates.encode(first);

        assertThat(Certificates.decode(der)).isEqualTo(first);
        assertRefused(() -> Certificates.decode(Arrays.copyOf(der, der.length + 1)), "bytes after the last value");
        assertRefused(() -> Certificates.decode(Arrays.copyOf(der, der.length - 1)), "not DER");
        assertRefused(() -> Certificates.decode(new byte[0]), "not DER");
        assertRefused(
                () -> Certificates.decode(Pem.encodeCertificates(List.of(first)).getBytes(StandardCharsets.US_ASCII)),
                "not DER");
        assertRefused(() -> Certificates.decode(new byte[Certificates.MAX_ENCODED + 1]), "expected: <= 16384");
    }

    @Test
    void mutatedTextsThrowNothingElse() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        String original = Pem.encodeCertificates(List.of(first, second));
        for (int i = 0; i < MUTATIONS; i++) {
            StringBuilder text = new StringBuilder(original);
            for (int change = random.nextInt(4); change >= 0; change--) {
                int at = random.nextInt(text.length());
                text.replace(at, Math.min(text.length(), at + random.nextInt(3)), String.valueOf((char)
                        random.nextInt(256)));
            }
            try {
                assertThat(Pem.decodeCertificates(text.toString()))
                        .as("seed %d", seed)
                        .isNotEmpty();
            } catch (InvalidEncodingException _) {
                // Refused: fine.
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
    }

    private static void assertRefused(org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String message) {
        assertThatThrownBy(call).isInstanceOf(InvalidEncodingException.class).hasMessageContaining(message);
    }
}
