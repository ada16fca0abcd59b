package dev.weft.control.trust;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.identity.bundle.SpiffeBundle;
import dev.weft.identity.issue.Issuer;
import dev.weft.identity.issue.TrustAnchor;
import dev.weft.identity.issue.TrustAnchors;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.trust.TrustBundle;
import dev.weft.mesh.model.TrustDomainObject;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** Which anchors another trust domain can say it has: those that are nobody else's, unless the operator says so too. */
final class BundlePartsTest {
    private static final TrustDomain OWN = TrustDomain.parse("test.example");
    private static final TrustDomain OTHER = TrustDomain.parse("other.example");
    private static final TrustDomain THIRD = TrustDomain.parse("third.example");

    private final TrustAnchor own = anchor();
    private final X509Certificate others = anchor().certificate();
    private final X509Certificate thirds = anchor().certificate();
    private final List<TrustDomain> leftOut = new ArrayList<>();

    @Test
    void takesWhatIsNobodyElses() {
        assertThat(anchorsOf(parts(object(OTHER), List.of(others)), List.of())).containsExactly(others);
        assertThat(leftOut).isEmpty();
    }

    @Test
    void doesNotTakeTheOwnAnchors() {
        BundleParts parts = parts(object(OTHER), List.of(own.certificate(), others));
        assertThat(anchorsOf(parts, List.of())).containsExactly(others);
        assertThat(leftOut).containsExactly(OTHER);
    }

    @Test
    void doesNotTakeTheAnchorsOfAThird() {
        BundleParts parts = parts(object(OTHER), List.of(thirds, others));
        assertThat(anchorsOf(parts, List.of())).containsExactly(others);
        assertThat(leftOut).containsExactly(OTHER);
    }

    @Test
    void takesASharedAnchorThatTheOperatorNames() {
        BundleParts parts = parts(object(OTHER, own.certificate(), thirds), List.of(own.certificate(), thirds));
        assertThat(anchorsOf(parts, List.of())).containsExactly(own.certificate(), thirds);
        assertThat(leftOut).isEmpty();
    }

    @Test
    void takesTheOwnAnchorsWhenTheOwnIssuerCannotSpeakForTheOther() {
        BundleParts parts = parts(object(OTHER), List.of(own.certificate()));
        Issuer constrained = Issuer.createUnder(own, OWN, Duration.ofHours(1), Instant.now());
        assertThat(anchorsOf(parts, constrained.chain())).containsExactly(own.certificate());
        assertThat(leftOut).isEmpty();
    }

    private List<X509Certificate> anchorsOf(BundleParts parts, List<X509Certificate> issuerChain) {
        Map<TrustDomain, TrustBundle> bundles = parts.bundles(issuerChain, leftOut::add);
        assertThat(bundles).containsOnlyKeys(OWN, OTHER, THIRD);
        assertThat(bundles.getOrDefault(OWN, nothing(OWN)).anchors()).containsExactly(own.certificate());
        return bundles.getOrDefault(OTHER, nothing(OTHER)).anchors();
    }

    private static TrustBundle nothing(TrustDomain domain) {
        return TrustBundle.of(domain, List.of());
    }

    private BundleParts parts(TrustDomainObject other, List<X509Certificate> fetched) {
        return BundleParts.none(OWN)
                .withOwn(OwnAuthorities.NONE.withAnchors(List.of(own.certificate())))
                .withDeclared(new DeclaredTrust(Map.of(OTHER, other, THIRD, object(THIRD, thirds)), Map.of()))
                .withFederated(
                        Map.of(OTHER, new SpiffeBundle(fetched, List.of(), OptionalLong.empty(), Optional.empty())));
    }

    private static TrustDomainObject object(TrustDomain domain, X509Certificate... anchors) {
        return new TrustDomainObject(
                domain,
                List.of(anchors),
                List.of(),
                TrustBundle.State.ACTIVE,
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    private static TrustAnchor anchor() {
        return TrustAnchors.create("anchor", Duration.ofDays(1), Clock.systemUTC());
    }
}
