package dev.weft.proxy.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.v1.WatchResponse;
import dev.weft.daemon.text.HostPort;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.proxy.mesh.ExemptProbe;
import dev.weft.proxy.mesh.InboundConfig;
import dev.weft.proxy.mesh.Route;
import dev.weft.proxy.mesh.RouteReadings;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What control planes of earlier versions send, as it was on the wire then. Who changes a message so that this fails has sidecars that
 * are newer than their control plane refuse it: add a field, and leave these files as they are. A release adds a file.
 */
final class EarlierControlPlaneTest {

    private static final TrustDomain TRUST_DOMAIN = TrustDomain.parse("test.example");
    private static final String API = "10.96.0.1:80";

    private static WatchResponse sent(String version, String name) throws Exception {
        String file = "earlier/control-plane-" + version + ".txt";
        try (InputStream in = Objects.requireNonNull(EarlierControlPlaneTest.class.getResourceAsStream(file), file)) {
            String line = new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(each -> each.startsWith(name + " "))
                    .findFirst()
                    .orElseThrow();
            return WatchResponse.parseFrom(HexFormat.of().parseHex(line.substring(name.length() + 1)));
        }
    }

    private static MeshSnapshot after(HeldResources held, WatchResponse response) {
        assertThat(held.apply(
                        response.getResourcesList(),
                        response.getRemovedList().stream()
                                .map(ResourceName::parse)
                                .toList()))
                .isEmpty();
        return MeshSnapshot.of(held);
    }

    @ParameterizedTest
    @ValueSource(strings = "0.1")
    void isUnderstood(String version) throws Exception {
        HeldResources held = new HeldResources(_ -> {});
        MeshSnapshot snapshot = after(held, sent(version, "first"));
        InboundConfig inbound = InboundConfig.fromProto("i1", snapshot.inbound().orElseThrow(), TRUST_DOMAIN);
        assertThat(inbound.addresses()).hasSize(2);
        assertThat(inbound.permissive()).isTrue();
        assertThat(inbound.probes()).containsExactly(new ExemptProbe.Http(8080, "/healthz"));
        assertThat(inbound.policyNames()).containsExactly("shop/only-web", "shop/reads");
        assertThat(snapshot.bundles().find(TRUST_DOMAIN).orElseThrow().anchors())
                .hasSize(1);
        assertThat(snapshot.renewal().orElseThrow().getSpreadMillis()).isEqualTo(1000);
        assertThat(snapshot.meshNames().orElseThrow().getNamespacesList()).containsExactly("shop");

        snapshot = after(held, sent(version, "destinations"));
        assertThat(endpoints(snapshot))
                .extracting(Route.Endpoint::address)
                .containsExactly(new InetSocketAddress("10.244.0.3", 8080), new InetSocketAddress("fd00::9", 8080));
        assertThat(route(snapshot, "192.0.2.1:443")).isInstanceOf(Route.NotInMesh.class);
        assertThat(route(snapshot, "10.96.0.2:80")).isEqualTo(new Route.Unreachable("no such port"));
        assertThat(snapshot.names()).containsKey("name/api.shop.svc.test.example");

        snapshot = after(held, sent(version, "changes"));
        assertThat(endpoints(snapshot))
                .extracting(Route.Endpoint::address)
                .containsExactly(new InetSocketAddress("10.244.0.3", 8080), new InetSocketAddress("10.244.0.4", 8080));
        assertThat(snapshot.destinations()).doesNotContainKey("192.0.2.1:443");
    }

    private static List<Route.Endpoint> endpoints(MeshSnapshot snapshot) {
        return ((Route.ToEndpoints) route(snapshot, API)).endpoints();
    }

    private static Route route(MeshSnapshot snapshot, String address) {
        return new RouteReadings()
                .read(
                        HostPort.literal(address),
                        Objects.requireNonNull(snapshot.destinations().get(address)));
    }
}
