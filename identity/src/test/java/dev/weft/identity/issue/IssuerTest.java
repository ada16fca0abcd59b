package dev.weft.identity.issue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.identity.keys.KeyPairs;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.svid.Holder;
import dev.weft.identity.trust.TrustBundle;
import dev.weft.identity.trust.TrustBundles;
import dev.weft.identity.verify.SvidVerifier;
import dev.weft.identity.verify.Verification;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IssuerTest {

    private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");
    private static final Duration YEAR = Duration.ofDays(365);
    private static final Duration DAY = Duration.ofDays(1);
    private static final TrustDomain DOMAIN = TrustDomain.parse("cluster.local");
    private static final SpiffeId WEB = SpiffeId.ofServiceAccount(DOMAIN, "shop", "web");

    private final TrustAnchor anchor = TrustAnchors.create("Test anchor", YEAR, Clock.fixed(NOW, ZoneOffset.UTC));
    private final Issuer issuer = Issuer.createUnder(anchor, DOMAIN, Duration.ofDays(30), NOW);
    private final KeyPair keys = KeyPairs.generateP256();

    @Test
    void whatItIssuesVerifies() {
        List<X509Certificate> chain = issuer.issue(keys.getPublic(), WEB, DAY, NOW);
        TrustBundles bundles = TrustBundles.of(TrustBundle.of(DOMAIN, List.of(anchor.certificate())));

        assertThat(SvidVerifier.verify(chain, bundles, NOW))
                .isEqualTo(new Verification.Verified(WEB, chain.getFirst(), NOW.plus(DAY)));
    }

    @Test
    void leafIsExactlyWhatTheStandardAsksFor() throws Exception {
        X509Certificate leaf = issuer.issue(keys.getPublic(), WEB, DAY, NOW).getFirst();

        assertThat(leaf.getSubjectX500Principal().getName()).isEmpty();
        assertThat(leaf.getCriticalExtensionOIDs()).containsExactlyInAnyOrder("2.5.29.15", "2.5.29.17", "2.5.29.19");
        assertThat(leaf.getSubjectAlternativeNames()).containsExactly(List.of(6, WEB.toString()));
        assertThat(leaf.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2");
        assertThat(leaf.getKeyUsage()).containsExactly(true, false, false, false, false, false, false, false, false);
        assertThat(leaf.getBasicConstraints()).isEqualTo(-1);
        assertThat(leaf.getSigAlgName()).isEqualTo("SHA256withECDSA");
        assertThat(leaf.getNotBefore().toInstant()).isEqualTo(NOW.minusSeconds(30));
        assertThat(leaf.getNotAfter().toInstant()).isEqualTo(NOW.plus(DAY));
    }

    @Test
    void anchorAndIssuerAreAuthoritiesWithLimits() {
        X509Certificate own = issuer.chain().getFirst();

        assertThat(anchor.certificate().getBasicConstraints()).isEqualTo(1);
        assertThat(anchor.certificate().getCriticalExtensionOIDs()).contains("2.5.29.15", "2.5.29.19");
        assertThat(anchor.certificate().getNonCriticalExtensionOIDs()).contains("2.5.29.14");
        assertThat(own.getBasicConstraints()).isZero();
        assertThat(own.getCriticalExtensionOIDs()).contains("2.5.29.15", "2.5.29.19", "2.5.29.30");
        assertThat(own.getNonCriticalExtensionOIDs()).contains("2.5.29.14", "2.5.29.35", "2.5.29.17");
        for (X509Certificate authority : List.of(anchor.certificate(), own)) {
            assertThat(authority.getKeyUsage())
                    .containsExactly(false, false, false, false, false, true, true, false, false);
        }
    }

    @Test
    void leafNeverOutlivesTheIssuer() {
        X509Certificate leaf =
                issuer.issue(keys.getPublic(), WEB, Duration.ofDays(90), NOW).getFirst();

        assertThat(leaf.getNotAfter().toInstant()).isEqualTo(issuer.notAfter());
    }

    @Test
    void issuerNeverOutlivesTheAnchor() {
        Issuer longLived = Issuer.createUnder(anchor, DOMAIN, Duration.ofDays(9999), NOW);

        assertThat(longLived.notAfter()).isEqualTo(NOW.plus(YEAR));
    }

    @Test
    void refusesToIssueOnceExpired() {
        Instant later = NOW.plus(Duration.ofDays(31));

        assertThatThrownBy(() -> issuer.issue(keys.getPublic(), WEB, DAY, later))
                .isInstanceOf(IssuingException.class)
                .hasMessageContaining("expired at 2026-03-31T10:00:00Z");
        assertThatThrownBy(() -> Issuer.createUnder(anchor, DOMAIN, DAY, NOW.plus(Duration.ofDays(366))))
                .isInstanceOf(IssuingException.class)
                .hasMessageContaining("anchor expired");
    }

    @Test
    void saysOfWhatACertificateCannotBeMade() throws Exception {
        KeyPair unusable = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();

        assertThatThrownBy(() -> TrustAnchors.create("Anchor", unusable, YEAR, Clock.fixed(NOW, ZoneOffset.UTC)))
                .isInstanceOf(IssuingException.class)
                .hasMessageStartingWith("the certificate of the anchor cannot be made: ");
    }

    @Test
    void startsNoEarlierThanTheRevocationOfTheIdentity() {
        Instant revoked = NOW.minusSeconds(5);
        X509Certificate leaf = issuer.issue(keys.getPublic(), WEB, Holder.UNKNOWN, DAY, NOW, revoked)
                .getFirst();

        assertThat(leaf.getNotBefore().toInstant()).isEqualTo(revoked);
        assertThatThrownBy(() -> issuer.issue(keys.getPublic(), WEB, Holder.UNKNOWN, DAY, NOW, NOW.plusSeconds(1)))
                .isInstanceOf(IssuingException.class);
    }

    @Test
    void refusesIdentitiesOfOthersAndOfNobody() {
        SpiffeId foreign = SpiffeId.parse("spiffe://other.local/ns/a/sa/b");

        assertThatThrownBy(() -> issuer.issue(keys.getPublic(), foreign, DAY, NOW))
                .isInstanceOf(IssuingException.class)
                .hasMessageContaining("issuer of trust domain cluster.local");
        assertThatThrownBy(() -> issuer.issue(keys.getPublic(), DOMAIN.id(), DAY, NOW))
                .isInstanceOf(IssuingException.class)
                .hasMessageContaining("names no workload");
    }

    @Test
    void refusesKeysAndLifetimesThatAreNotAccepted() throws Exception {
        KeyPairGenerator rsa = KeyPairGenerator.getInstance("RSA");
        rsa.initialize(2048);
        KeyPairGenerator p521 = KeyPairGenerator.getInstance("EC");
        p521.initialize(new ECGenParameterSpec("secp521r1"));

        for (KeyPair other : List.of(rsa.generateKeyPair(), p521.generateKeyPair())) {
            assertThatThrownBy(() -> issuer.issue(other.getPublic(), WEB, DAY, NOW))
                    .isInstanceOf(IssuingException.class)
                    .hasMessageContaining("expected: P-256 or P-384");
        }
        assertThatThrownBy(() -> issuer.issue(keys.getPublic(), WEB, Duration.ZERO, NOW))
                .isInstanceOf(IssuingException.class)
                .hasMessageContaining("lifetime");
    }

    @ParameterizedTest
    @ValueSource(strings = {"under_score", "10.0.0.1", "a..b", ".a", "a.", "-a", "a-.b", "a.1"})
    void refusesTrustDomainsThatNameConstraintsCannotExpress(String name) {
        assertThatThrownBy(() -> Issuer.createUnder(anchor, new TrustDomain(name), DAY, NOW))
                .isInstanceOf(IssuingException.class)
                .hasMessageContaining("name constraints cannot express it");
    }

    @ParameterizedTest
    @ValueSource(strings = {"mesh", "1.example", "a-b.c-d", "x--y"})
    void issuesForEveryTrustDomainThatNameConstraintsCanExpress(String name) {
        TrustDomain trustDomain = new TrustDomain(name);
        Issuer other = Issuer.createUnder(anchor, trustDomain, DAY, NOW);
        TrustBundles bundles = TrustBundles.of(TrustBundle.of(trustDomain, List.of(anchor.certificate())));
        SpiffeId id = SpiffeId.ofServiceAccount(trustDomain, "ns", "sa");

        assertThat(SvidVerifier.verify(other.issue(keys.getPublic(), id, DAY, NOW), bundles, NOW))
                .isInstanceOf(Verification.Verified.class);
    }

    @Test
    void acceptsP384Throughout() {
        TrustAnchor strong =
                TrustAnchors.create("P-384", KeyPairs.generateP384(), YEAR, Clock.fixed(NOW, ZoneOffset.UTC));
        Issuer below = Issuer.createUnder(strong, DOMAIN, DAY, NOW);
        List<X509Certificate> chain = below.issue(KeyPairs.generateP384().getPublic(), WEB, DAY, NOW);
        TrustBundles bundles = TrustBundles.of(TrustBundle.of(DOMAIN, List.of(strong.certificate())));

        assertThat(SvidVerifier.verify(chain, bundles, NOW)).isInstanceOf(Verification.Verified.class);
        assertThat(chain.get(1).getSigAlgName()).isEqualTo("SHA384withECDSA");
    }

    @Test
    void loadsWhatItStoredAndRefusesAnotherKey() {
        Issuer loaded = Issuer.load(DOMAIN, issuer.chain(), issuer.key());

        assertThat(loaded.notAfter()).isEqualTo(issuer.notAfter());
        assertThatThrownBy(() -> Issuer.load(DOMAIN, issuer.chain(), keys.getPrivate()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("does not belong");
        assertThatThrownBy(() -> Issuer.load(TrustDomain.parse("other"), issuer.chain(), issuer.key()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("spiffe://cluster.local");
        assertThatThrownBy(() -> Issuer.load(DOMAIN, List.of(), issuer.key()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void secretsDoNotShowInText() {
        assertThat(issuer.toString()).startsWith("Issuer[cluster.local");
        assertThat(anchor.toString()).isEqualTo("TrustAnchor[CN=Test anchor]");
    }

    @Test
    void serialNumbersAreRandomUniqueAndOf128BitsWhenManyThreadsIssue() {
        Set<BigInteger> serials = ConcurrentHashMap.newKeySet();
        int count = 400;
        List<X509Certificate> leaves = IntStream.range(0, count)
                .parallel()
                .mapToObj(_ -> issuer.issue(keys.getPublic(), WEB, DAY, NOW).getFirst())
                .toList();
        leaves.forEach(leaf -> serials.add(leaf.getSerialNumber()));

        assertThat(serials).hasSize(count);
        assertThat(serials).allMatch(serial -> serial.signum() > 0 && serial.bitLength() <= 128);
        assertThat(serials).anyMatch(serial -> serial.bitLength() > 120);
        assertThat(leaves)
                .allSatisfy(leaf -> leaf.verify(issuer.chain().getFirst().getPublicKey()));
    }
}
