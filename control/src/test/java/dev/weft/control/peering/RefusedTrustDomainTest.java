package dev.weft.control.peering;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.control.issuerdir.Pki;
import dev.weft.control.server.ControlServer;
import dev.weft.control.trust.TrustGuard;
import dev.weft.identity.keys.Pem;
import dev.weft.identity.trust.TrustBundle;
import dev.weft.mesh.model.Discovery;
import dev.weft.mesh.model.IpPort;
import dev.weft.mesh.model.TrustDomainObject;
import dev.weft.mesh.registry.Snapshot;
import dev.weft.policy.model.Cidr;
import dev.weft.testing.Waiting;
import java.net.InetAddress;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where calls to another mesh lead after its TrustDomain object has become one that is refused. */
final class RefusedTrustDomainTest {

    private static final String SERVICE_OF_B = "10.97.0.1:80";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @Test
    void itsAddressesAreUnreachableAndNeverCalledInPlaintext() throws Exception {
        try (Side a = new Side("a.example", directory.resolve("a"), 0, "10.244.0.0/16");
                Side b = new Side("b.example", directory.resolve("b"), 0, "10.243.0.0/16", "10.97.0.0/16")) {
            b.has(Places.of("b.example", "10.97.0.1", "10.243.0.2"));
            a.has(Places.of("a.example", "10.96.0.1", "10.244.0.2"));
            b.declare(a);
            a.declare(b);
            Waiting.until(() -> a.destination(SERVICE_OF_B).getEndpoints().getEndpointsCount() == 1);
            List<X509Certificate> unconstrained = Pem.decodeCertificates(
                    new Pki(directory.resolve("pki"), "Root").issuer(Pki.CA).certificate());
            a.trust.signedBy(() -> unconstrained);

            admitted(a, withAnchorOf(a, b)).values().forEach(a::declare);

            assertThat(a.destination(SERVICE_OF_B).getUnreachable().getReason())
                    .startsWith("WEFT-C060: trust domain b.example is disabled: WEFT-C088");
            assertThat(a.trust.bundles().find(b.domain).orElseThrow().anchors()).isEmpty();
        }
    }

    private static Map<?, TrustDomainObject> admitted(Side side, TrustDomainObject object) {
        return new TrustGuard(ControlServer.identity(side.domain), side.trust)
                .admit(Snapshot.EMPTY.withTrustDomains(Map.of(object.trustDomain(), object)), Instant.now())
                .objects()
                .trustDomains();
    }

    private static TrustDomainObject withAnchorOf(Side a, Side b) {
        return new TrustDomainObject(
                b.domain,
                List.of(
                        b.trust.own().anchors().getFirst(),
                        a.trust.own().anchors().getFirst()),
                List.of(),
                TrustBundle.State.ACTIVE,
                Optional.empty(),
                Optional.empty(),
                Optional.of(new Discovery(
                        List.of(new IpPort(InetAddress.getLoopbackAddress(), b.server.port())),
                        List.of(Cidr.parse("10.243.0.0/16"), Cidr.parse("10.97.0.0/16")))));
    }
}
