package dev.weft.kubernetes.install;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.identity.issue.Issuer;
import dev.weft.identity.issue.TrustAnchor;
import dev.weft.identity.issue.TrustAnchors;
import dev.weft.identity.spiffe.TrustDomain;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

final class IssuerSecretTest {

    private static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");
    private static final TrustDomain EAST = TrustDomain.parse("east.example");
    private static final TrustDomain WEST = TrustDomain.parse("west.example");

    private final TrustAnchor anchor = anchor("Root");
    private final Issuer issuer = Issuer.createUnder(anchor, EAST, Duration.ofDays(10), NOW);

    private static TrustAnchor anchor(String name) {
        return TrustAnchors.create(name, Duration.ofDays(100), Clock.fixed(NOW, ZoneOffset.UTC));
    }

    @Test
    void isWhatTheControlPlaneReads() {
        IssuerSecret secret = IssuerSecret.of(EAST, anchor.certificate(), issuer.chain(), issuer.key(), NOW);
        assertThat(secret.certificate()).startsWith("-----BEGIN CERTIFICATE-----");
        assertThat(secret.key()).startsWith("-----BEGIN PRIVATE KEY-----");
        assertThat(secret.anchor()).startsWith("-----BEGIN CERTIFICATE-----").isNotEqualTo(secret.certificate());
        assertThat(secret.tree()).containsEntry("type", "kubernetes.io/tls");
    }

    @Test
    void refusesAnIssuerUnderAnotherAnchor() {
        assertThatThrownBy(
                        () -> IssuerSecret.of(EAST, anchor("Other").certificate(), issuer.chain(), issuer.key(), NOW))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("does not verify");
    }

    @Test
    void refusesAnIssuerOfAnotherTrustDomain() {
        assertThatThrownBy(() -> IssuerSecret.of(WEST, anchor.certificate(), issuer.chain(), issuer.key(), NOW))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("west.example");
    }

    @Test
    void refusesAnothersKey() {
        Issuer other = Issuer.createUnder(anchor, EAST, Duration.ofDays(10), NOW);
        assertThatThrownBy(() -> IssuerSecret.of(EAST, anchor.certificate(), issuer.chain(), other.key(), NOW))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("does not belong to the certificate");
    }

    @Test
    void refusesAnIssuerThatHasEnded() {
        assertThatThrownBy(() -> IssuerSecret.of(
                        EAST, anchor.certificate(), issuer.chain(), issuer.key(), NOW.plus(Duration.ofDays(11))))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
