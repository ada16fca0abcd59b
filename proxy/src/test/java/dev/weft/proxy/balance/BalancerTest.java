package dev.weft.proxy.balance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.daemon.text.HostPort;
import dev.weft.proxy.mesh.Route.Endpoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BalancerTest {
    private static final long NOW = Duration.ofHours(1).toNanos();
    private static final long MILLI = 1_000_000;

    private final List<Ejection> ejections = new ArrayList<>();
    private final Balancer balancer = new Balancer(new Random(11), ejections::add);
    private final Endpoint a = endpoint("10.0.0.1:80", 1);
    private final Endpoint b = endpoint("10.0.0.2:80", 1);
    private final Endpoint c = endpoint("10.0.0.3:80", 1);

    private static Endpoint endpoint(String address, int weight) {
        return new Endpoint(HostPort.literal(address), null, 15008, weight);
    }

    private Set<Endpoint> chosen(List<Endpoint> endpoints, long now) {
        Set<Endpoint> chosen = new HashSet<>();
        for (int i = 0; i < 200; i++) {
            chosen.add(balancer.choose(endpoints, Set.of(), now).orElseThrow());
        }
        return chosen;
    }

    @Test
    void tellsWhyEachEndpointIsLeftOutAndHowManyAre() {
        balancer.health(a).failed(NOW);
        balancer.health(a).failed(NOW); // it is left out already
        for (int i = 0; i < EndpointHealth.FAILED_REQUESTS; i++) {
            balancer.health(b).observed(MILLI, true, NOW);
        }
        balancer.health(c).observed(MILLI, false, NOW);
        assertThat(ejections).containsExactly(Ejection.UNREACHABLE, Ejection.FAILURES);
        assertThat(balancer.known()).isEqualTo(3);
        assertThat(balancer.ejected(NOW)).isEqualTo(2);
        assertThat(balancer.ejected(NOW + EndpointHealth.MIN_EJECTION.toNanos()))
                .isZero();
    }

    @Test
    void usesAllThatAreAlike() {
        assertThat(chosen(List.of(a, b, c), NOW)).containsExactlyInAnyOrder(a, b, c);
    }

    @Test
    void hasNoneWhenThereAreNoneOrAllWereTried() {
        assertThat(balancer.choose(List.of(), Set.of(), NOW)).isEmpty();
        assertThat(balancer.choose(List.of(a, b), Set.of(a.address(), b.address()), NOW))
                .isEmpty();
    }

    @Test
    void neverChoosesOneThatWasTried() {
        for (int i = 0; i < 100; i++) {
            assertThat(balancer.choose(List.of(a, b, c), Set.of(a.address(), c.address()), NOW))
                    .contains(b);
        }
    }

    @Test
    void prefersTheOneWithFewerSessions() {
        OpenRequest open = balancer.health(a).started(NOW);
        assertThat(chosen(List.of(a, b), NOW)).containsExactly(b);
        open.ended(NOW);
        assertThat(chosen(List.of(a, b), NOW)).contains(a);
    }

    @Test
    void prefersTheOneThatAnswersFaster() {
        balancer.health(a).admitted(5 * MILLI, NOW);
        assertThat(chosen(List.of(a, b), NOW)).containsExactly(b);
    }

    @Test
    void countsWeightAsCapacity() {
        Endpoint heavy = endpoint("10.0.0.4:80", 4);
        balancer.health(heavy).started(NOW);
        balancer.health(a).started(NOW);
        assertThat(chosen(List.of(a, heavy), NOW)).containsExactly(heavy);
    }

    @Test
    void leavesOutOneThatFailedUntilItsTimeIsOver() {
        balancer.health(a).failed(NOW);
        assertThat(chosen(List.of(a, b), NOW)).containsExactly(b);
        long over = NOW + EndpointHealth.MIN_EJECTION.toNanos();
        assertThat(chosen(List.of(a, b), over - 1)).containsExactly(b);
        assertThat(chosen(List.of(a, b), over)).contains(a);
    }

    @Test
    void leavesOutForLongerWithEachFailureAndForgivesAtSuccess() {
        EndpointHealth health = balancer.health(a);
        long last = NOW;
        for (int i = 0; i < 40; i++) {
            last += EndpointHealth.MAX_EJECTION.toNanos();
            health.failed(last);
        }
        assertThat(health.ejected(last + EndpointHealth.MAX_EJECTION.toNanos() - 1))
                .isTrue();
        assertThat(health.ejected(last + EndpointHealth.MAX_EJECTION.toNanos())).isFalse();
        health.admitted(MILLI, last);
        assertThat(health.ejected(last)).isFalse();
    }

    @Test
    void manyThatFailWithOneTunnelAreOneFailure() {
        EndpointHealth health = balancer.health(a);
        for (int i = 0; i < 1000; i++) {
            health.failed(NOW);
        }
        assertThat(health.ejected(NOW + EndpointHealth.MIN_EJECTION.toNanos() - 1))
                .isTrue();
        assertThat(health.ejected(NOW + EndpointHealth.MIN_EJECTION.toNanos())).isFalse();
    }

    @Test
    void triesFailedOnesWhenThereAreNoOthers() {
        balancer.health(a).failed(NOW);
        balancer.health(b).failed(NOW);
        assertThat(chosen(List.of(a, b), NOW)).containsExactlyInAnyOrder(a, b);
    }

    @Test
    void leavesOutOneWhoseRequestsFailInARow() {
        EndpointHealth health = balancer.health(a);
        for (int i = 1; i < EndpointHealth.FAILED_REQUESTS; i++) {
            health.observed(MILLI, true, NOW);
        }
        assertThat(health.ejected(NOW)).isFalse();
        health.observed(MILLI, true, NOW);
        assertThat(health.ejected(NOW)).isTrue();
        long again = NOW + EndpointHealth.MIN_EJECTION.toNanos();
        assertThat(health.ejected(again)).isFalse();
        health.observed(MILLI, true, again);
        assertThat(health.ejected(again + EndpointHealth.MIN_EJECTION.toNanos()))
                .as("one more is enough, and it is left out for longer")
                .isTrue();
    }

    @Test
    void oneThatAnswersInBetweenStays() {
        EndpointHealth health = balancer.health(a);
        for (int i = 0; i < 10 * EndpointHealth.FAILED_REQUESTS; i++) {
            health.observed(MILLI, i % 2 == 0, NOW);
        }
        assertThat(health.ejected(NOW)).isFalse();
        assertThat(chosen(List.of(a, b), NOW)).as("but it costs more").containsExactly(b);
    }

    /** Four of five fail, and never five in a row. */
    @Test
    void leavesOutOneThatFailsMostOfItsRequests() {
        EndpointHealth health = balancer.health(a);
        int requests = 0;
        while (!health.ejected(NOW)) {
            health.observed(MILLI, requests % EndpointHealth.FAILED_REQUESTS != 0, NOW);
            requests++;
            assertThat(requests).isLessThan(50);
        }
        assertThat(ejections).containsExactly(Ejection.FAILURE_SHARE);
        health.observed(MILLI, false, NOW);
        assertThat(health.ejected(NOW)).as("a success that was on its way").isTrue();
        long again = NOW + EndpointHealth.MIN_EJECTION.toNanos();
        health.observed(MILLI, false, again);
        assertThat(health.ejected(again)).isFalse();
        assertThat(requests).as("a few failures are too few to judge").isGreaterThan(10);
    }

    @Test
    void oneThatIsOnlyFullStaysHoweverManyItRefuses() {
        EndpointHealth health = balancer.health(a);
        for (int i = 0; i < 50; i++) {
            health.shed(NOW);
        }
        health.observed(MILLI, true, NOW);
        assertThat(health.ejected(NOW)).isFalse();
    }

    @Test
    void oneThatFailsFastIsNotFast() {
        balancer.health(a).observed(5 * MILLI, false, NOW);
        balancer.health(a).observed(1, true, NOW);
        balancer.health(b).observed(5 * MILLI, false, NOW);
        assertThat(chosen(List.of(a, b), NOW)).containsExactly(b);
    }

    @Test
    void aBadTimeIsForgotten() {
        balancer.health(a).admitted(100 * MILLI, NOW);
        balancer.health(b).admitted(MILLI, NOW);
        assertThat(chosen(List.of(a, b), NOW)).containsExactly(b);
        assertThat(chosen(List.of(a, b), NOW + Duration.ofMinutes(5).toNanos())).contains(a);
    }

    @Test
    void forgetsIdleEndpointsBeyondItsLimit() {
        balancer.health(a).started(NOW);
        for (int i = 0; i < Balancer.MAX_ENDPOINTS; i++) {
            balancer.health(endpoint("10.1." + (i >> 8) + "." + (i & 255) + ":80", 1));
        }
        assertThat(balancer.outstanding()).isEqualTo(1);
    }
}
