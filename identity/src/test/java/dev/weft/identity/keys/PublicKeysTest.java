package dev.weft.identity.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import org.junit.jupiter.api.Test;

final class PublicKeysTest {

    private static byte[] p256() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return generator.generateKeyPair().getPublic().getEncoded();
    }

    @Test
    void readsAKeyOfACurve() throws Exception {
        byte[] der = p256();
        assertThat(PublicKeys.decode(der).getEncoded()).isEqualTo(der);
    }

    @Test
    void refusesWhatIsNoPointOfItsCurve() throws Exception {
        byte[] der = p256();
        der[der.length - 1] ^= 1;
        assertThatThrownBy(() -> PublicKeys.decode(der))
                .isInstanceOf(InvalidEncodingException.class)
                .hasMessage("public key: it is no point of its curve");
    }

    @Test
    void refusesWhatIsNeitherOfAKindNorShort() {
        assertThatThrownBy(() -> PublicKeys.decode(new byte[] {0x30, 0}))
                .isInstanceOf(InvalidEncodingException.class)
                .hasMessageStartingWith("public key: neither EC nor RSA");
        assertThatThrownBy(() -> PublicKeys.decode(new byte[4097]))
                .isInstanceOf(InvalidEncodingException.class)
                .hasMessage("public key: 4097 bytes (expected: at most 4096)");
    }
}
