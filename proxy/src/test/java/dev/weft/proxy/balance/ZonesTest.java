package dev.weft.proxy.balance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.daemon.text.HostPort;
import dev.weft.proxy.mesh.Hint;
import dev.weft.proxy.mesh.Route.Endpoint;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Endpoints of the own zone come first, as long as enough of them can be used and they are not overloaded. */
class ZonesTest {
    private static final long NOW = Duration.ofHours(1).toNanos();
    private static final long LATER = NOW + Duration.ofMillis(100).toNanos();
    private static final long MILLI = 1_000_000;
    private static final int REQUESTS = 2000;

    private final List<Boolean> told = new ArrayList<>();
    private String own = "a";
    private final Balancer balancer = new Balancer(new Random(7), _ -> {}, new Zones(() -> own, told::add));
    private final List<Endpoint> endpoints = endpoints("a", "a", "a", "a", "b", "b", "c", "");

    private static List<Endpoint> endpoints(String... zones) {
        List<Endpoint> endpoints = new ArrayList<>();
        for (String zone : zones) {
            endpoints.add(new Endpoint(
                    HostPort.literal("10.0.0." + (endpoints.size() + 1) + ":80"), null, 15008, 1, Hint.NONE, zone));
        }
        return List.copyOf(endpoints);
    }

    /** How many of a thousand go to the own zone. */
    private long near(List<Endpoint> among, long now) {
        long near = 0;
        for (int i = 0; i < REQUESTS; i++) {
            near += balancer.choose(among, Set.of(), now).orElseThrow().zone().equals(own) ? 1 : 0;
        }
        return near * 1000 / REQUESTS;
    }

    @Test
    void allGoesToTheOwnZoneWhileEnoughOfItCanBeUsed() {
        assertThat(near(endpoints, NOW)).isEqualTo(1000);
        assertThat(told).hasSize(REQUESTS).containsOnly(true);
        balancer.health(endpoints.getFirst()).failed(LATER);
        assertThat(near(endpoints, LATER)).as("three of four").isEqualTo(1000);
    }

    /** Also if it is the only one of the zone: half of all endpoints are left elsewhere. */
    @Test
    void anEndpointThatAsksToBeLeftAloneIsAlsoInTheOwnZone() {
        List<Endpoint> one = endpoints("a", "b", "b", "c");
        assertThat(near(one, NOW)).isEqualTo(1000);
        balancer.health(one.getFirst()).askedToWait(Duration.ofSeconds(60).toNanos(), LATER);
        assertThat(near(one, LATER)).isZero();
        balancer.health(one.get(1)).askedToWait(Duration.ofSeconds(60).toNanos(), LATER);
        balancer.health(one.get(2)).askedToWait(Duration.ofSeconds(60).toNanos(), LATER);
        long muchLater = LATER + Duration.ofSeconds(1).toNanos();
        assertThat(near(one, muchLater))
                .as("the rest would get the load of all")
                .isEqualTo(1000);
    }

    @Test
    void theFewerCanBeUsedTheMoreGoesElsewhere() {
        balancer.health(endpoints.get(0)).failed(NOW);
        balancer.health(endpoints.get(1)).failed(NOW);
        assertThat(near(endpoints, NOW)).as("a half of 0.7").isBetween(670L, 760L);
        balancer.health(endpoints.get(2)).failed(LATER);
        assertThat(near(endpoints, LATER)).as("a quarter of 0.7").isBetween(310L, 410L);
        balancer.health(endpoints.get(3)).failed(LATER);
        long last = LATER + Duration.ofMillis(100).toNanos();
        assertThat(near(endpoints, last)).isZero();
        assertThat(told).contains(false);
    }

    @Test
    void whatIsLeftOutComesBack() {
        endpoints.subList(0, 4).forEach(endpoint -> balancer.health(endpoint).failed(NOW));
        assertThat(near(endpoints, NOW)).isZero();
        assertThat(near(endpoints, NOW + EndpointHealth.MIN_EJECTION.toNanos())).isEqualTo(1000);
    }

    private void answers(Endpoint endpoint, int millis, int times) {
        for (int i = 0; i < times; i++) {
            balancer.health(endpoint).observed(millis * MILLI, false, NOW);
        }
    }

    @Test
    void whereNothingIsKnownOfOthersItTakesMore() {
        List<Endpoint> one = endpoints("a", "b");
        answers(one.getFirst(), 70, 40);
        assertThat(near(one, NOW)).isEqualTo(1000);
        answers(one.getFirst(), 150, 40);
        assertThat(near(one, NOW)).isZero();
    }

    @Test
    void whoeverIsMuchSlowerThanOthersIsOverloaded() {
        List<Endpoint> one = endpoints("a", "b", "b");
        one.subList(1, 3).forEach(endpoint -> answers(endpoint, 20, 40));
        answers(one.getFirst(), 30, 40);
        answers(one.getFirst(), 1000, 3);
        assertThat(near(one, NOW))
                .as("slower, but not three times; a few that take long count little")
                .isEqualTo(1000);
        answers(one.getFirst(), 100, 40);
        assertThat(near(one, NOW)).isZero();
        assertThat(near(one, NOW + Duration.ofSeconds(10).toNanos()))
                .as("tried again once that is forgotten, however old what is known of the others is")
                .isEqualTo(1000);
    }

    @Test
    void manyOpenSessionsAndShortTimesAreNoOverload() {
        List<Endpoint> one = endpoints("a", "b");
        for (int i = 0; i < 100; i++) {
            balancer.health(one.getFirst()).started(NOW);
        }
        answers(one.getFirst(), 8, 40);
        answers(one.getLast(), 1, 40);
        assertThat(near(one, NOW)).isEqualTo(1000);
    }

    @Test
    void oneThatWasTriedIsFollowedByTheOthersOfItsZoneAndThenByAll() {
        Set<InetSocketAddress> tried = new HashSet<>();
        List<String> zones = new ArrayList<>();
        for (Endpoint _ : endpoints) {
            Endpoint next = balancer.choose(endpoints, tried, NOW).orElseThrow();
            zones.add(next.zone());
            tried.add(next.address());
        }
        assertThat(zones.subList(0, 4)).containsOnly("a");
        assertThat(balancer.choose(endpoints, tried, NOW)).isEmpty();
    }

    @Test
    void theZoneMakesNoDifferenceWhereItIsNotKnownOrHasNone() {
        own = "";
        assertThat(near(endpoints, NOW)).isBetween(50L, 250L);
        own = "d";
        assertThat(near(endpoints, NOW)).isZero();
        assertThat(told).isEmpty();
        own = "b";
        assertThat(near(endpoints, NOW)).as("it may change").isEqualTo(1000);
    }
}
