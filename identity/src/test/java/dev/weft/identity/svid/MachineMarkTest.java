package dev.weft.identity.svid;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.identity.issue.Issuer;
import dev.weft.identity.issue.TrustAnchor;
import dev.weft.identity.issue.TrustAnchors;
import dev.weft.identity.keys.KeyPairs;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.trust.TrustBundle;
import dev.weft.identity.trust.TrustBundles;
import dev.weft.identity.verify.SvidVerifier;
import dev.weft.identity.verify.Verification;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class MachineMarkTest {

    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final TrustDomain DOMAIN = TrustDomain.parse("cluster.local");
    private static final SpiffeId WEB = SpiffeId.ofServiceAccount(DOMAIN, "shop", "web");
    private static final MachineMark MACHINE = new MachineMark("0123456789ab");
    private static final WorkloadMark WORKLOAD = WorkloadMark.of("shop/web");

    private final TrustAnchor anchor =
            TrustAnchors.create("Test anchor", Duration.ofDays(10), Clock.fixed(NOW, ZoneOffset.UTC));
    private final Issuer issuer = Issuer.createUnder(anchor, DOMAIN, Duration.ofDays(1), NOW);

    private List<X509Certificate> issued(Holder holder) {
        return issuer.issue(KeyPairs.generateP256().getPublic(), WEB, holder, Duration.ofHours(1), NOW, Instant.EPOCH);
    }

    @Test
    void aCertificateNamesItsMachineBesideItsWorkloadAndIsAnSvidStill() {
        List<X509Certificate> chain = issued(new Holder(Optional.of(WORKLOAD), Optional.of(MACHINE)));

        assertThat(MachineMark.in(chain.getFirst())).contains(MACHINE);
        assertThat(WorkloadMark.in(chain.getFirst())).contains(WORKLOAD);
        assertThat(SvidVerifier.verify(
                        chain, TrustBundles.of(TrustBundle.of(DOMAIN, List.of(anchor.certificate()))), NOW))
                .isInstanceOf(Verification.Verified.class);
    }

    @Test
    void aMachineMayBeAnyWorkloadOfItsIdentityAndAWorkloadIsNoMachine() {
        X509Certificate anyWorkload =
                issued(new Holder(Optional.empty(), Optional.of(MACHINE))).getFirst();
        assertThat(MachineMark.in(anyWorkload)).contains(MACHINE);
        assertThat(WorkloadMark.in(anyWorkload)).isEmpty();

        X509Certificate workload = issued(Holder.of(WORKLOAD)).getFirst();
        assertThat(MachineMark.in(workload)).isEmpty();
        assertThat(WorkloadMark.in(workload)).contains(WORKLOAD);
    }
}
