package dev.weft.proxy.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.v1.Destination;
import dev.weft.api.v1.Endpoint;
import dev.weft.api.v1.Endpoints;
import dev.weft.api.v1.Membership;
import dev.weft.daemon.text.HostPort;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class RouteReadingsTest {
    private static final InetSocketAddress ADDRESS = HostPort.literal("10.96.0.1:80");

    private final RouteReadings routes = new RouteReadings();

    @Test
    void readsWhatAReadingFromScratchWouldBe() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        List<Endpoint> endpoints = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            endpoints.add(endpoint(i, 0));
        }
        for (int i = 0; i < 300; i++) {
            int at = random.nextInt(endpoints.size());
            switch (random.nextInt(4)) {
                case 0 -> endpoints.remove(at);
                case 1 -> endpoints.add(at, endpoint(random.nextInt(200), random.nextInt(3)));
                case 2 -> endpoints.set(at, endpoint(random.nextInt(200), random.nextInt(3)));
                default -> Collections.swap(endpoints, at, random.nextInt(endpoints.size()));
            }
            assertThat(routes.read(ADDRESS, destination(endpoints)))
                    .as("seed %d", seed)
                    .isEqualTo(Route.fromProto(destination(endpoints)));
        }
        assertThat(routes.kept()).containsExactly(ADDRESS);
    }

    @Test
    void keepsTheReadingsOfLargeDestinationsThatAreKnownAlone() {
        routes.read(HostPort.literal("10.96.0.2:80"), destination(List.of(endpoint(1, 0))));
        assertThat(routes.kept()).isEmpty();
        routes.read(ADDRESS, destination(Collections.nCopies(RouteReadings.LARGE, endpoint(1, 0))));
        assertThat(routes.kept()).containsExactly(ADDRESS);
        Set<InetSocketAddress> known = new HashSet<>(Set.of(ADDRESS));
        routes.retain(known::contains);
        assertThat(routes.kept()).containsExactly(ADDRESS);
        known.clear();
        routes.retain(known::contains);
        assertThat(routes.kept()).isEmpty();
    }

    @Test
    void refusesAnEndpointAmongThoseThatItKnows() {
        List<Endpoint> endpoints = new ArrayList<>(Collections.nCopies(RouteReadings.LARGE, endpoint(1, 0)));
        routes.read(ADDRESS, destination(endpoints));
        endpoints.add(endpoint(2, 0).toBuilder().clearIdentity().build());
        assertThatThrownBy(() -> routes.read(ADDRESS, destination(endpoints)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("without an identity");
    }

    private static Destination destination(List<Endpoint> endpoints) {
        return Destination.newBuilder()
                .setEndpoints(Endpoints.newBuilder().addAllEndpoints(endpoints))
                .build();
    }

    private static Endpoint endpoint(int number, int account) {
        return Endpoint.newBuilder()
                .setAddress("10.244.0." + number + ":8080")
                .setWorkload("shop/pod-%03d".formatted(number))
                .setIdentity("spiffe://cluster.local/ns/shop/sa/" + account)
                .setTunnelPort(15008)
                .setMembership(Membership.MEMBERSHIP_IN_MESH)
                .build();
    }
}
