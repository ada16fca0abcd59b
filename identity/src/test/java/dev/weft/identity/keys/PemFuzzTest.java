package dev.weft.identity.keys;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;

/** Text that somebody keeps keys and certificates in: read, or refused in one way that quotes none of it. */
class PemFuzzTest {

    @FuzzTest
    void anyTextIsCertificatesOrRefused(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        try {
            assertThat(Pem.decodeCertificates(Pem.encodeCertificates(Pem.decodeCertificates(text))))
                    .isEqualTo(Pem.decodeCertificates(text));
        } catch (InvalidEncodingException _) {
            // What a user is told.
        }
    }

    @FuzzTest
    void anyTextIsAKeyOrRefused(byte[] bytes) {
        try {
            assertThat(Pem.decodePrivateKey(new String(bytes, StandardCharsets.ISO_8859_1)))
                    .isNotNull();
        } catch (InvalidEncodingException _) {
            // What a user is told.
        }
    }
}
