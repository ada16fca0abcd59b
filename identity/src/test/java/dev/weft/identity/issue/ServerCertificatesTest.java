package dev.weft.identity.issue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.identity.keys.KeyPairs;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ServerCertificatesTest {

    private static final Instant NOW = Instant.parse("2026-03-01T10:00:00.5Z");
    private static final String NAME = "weft-webhook.weft-system.svc";
    private static final int DNS = 2;

    private final TrustAnchor authority =
            TrustAnchors.create("Authority", Duration.ofDays(10), Clock.fixed(NOW, ZoneOffset.UTC));
    private final PublicKey key = KeyPairs.generateP256().getPublic();

    @Test
    void namesTheServerAndIsOfTheAuthority() throws Exception {
        X509Certificate certificate = ServerCertificates.sign(authority, key, NAME, Duration.ofDays(1), NOW);

        assertThatCode(() -> certificate.verify(authority.certificate().getPublicKey()))
                .doesNotThrowAnyException();
        assertThat(certificate.getSubjectAlternativeNames()).containsExactly(List.of(DNS, NAME));
        assertThat(certificate.getCriticalExtensionOIDs()).contains("2.5.29.17");
        assertThat(certificate.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1");
        assertThat(certificate.getBasicConstraints()).isEqualTo(-1);
        assertThat(certificate.getPublicKey()).isEqualTo(key);
        assertThat(certificate.getNotAfter().toInstant()).isEqualTo("2026-03-02T10:00:00Z");
        assertThat(certificate.getNotBefore().toInstant()).isEqualTo("2026-03-01T09:59:30Z");
    }

    @Test
    void doesNotOutliveTheAuthority() {
        X509Certificate certificate = ServerCertificates.sign(authority, key, NAME, Duration.ofDays(20), NOW);

        assertThat(certificate.getNotAfter()).isEqualTo(authority.certificate().getNotAfter());
        assertThatThrownBy(() -> ServerCertificates.sign(
                        authority, key, NAME, Duration.ofDays(1), NOW.plus(Duration.ofDays(10))))
                .isInstanceOf(IssuingException.class)
                .hasMessageContaining("expired at");
    }

    @Test
    void refusesAKeyThatClientsNeedNotUnderstand() throws Exception {
        KeyPairGenerator rsa = KeyPairGenerator.getInstance("RSA");
        rsa.initialize(2048);
        PublicKey other = rsa.generateKeyPair().getPublic();

        assertThatThrownBy(() -> ServerCertificates.sign(authority, other, NAME, Duration.ofDays(1), NOW))
                .isInstanceOf(IssuingException.class)
                .hasMessageContaining("expected: P-256 or P-384");
        assertThatThrownBy(() -> ServerCertificates.sign(authority, key, NAME, Duration.ZERO, NOW))
                .isInstanceOf(IssuingException.class);
    }
}
