package dev.weft.proxy.balance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.daemon.text.HostPort;
import dev.weft.proxy.mesh.Route.Endpoint;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** An endpoint that takes requests and answers none. */
class HangingEndpointTest {
    private static final long NOW = Duration.ofHours(1).toNanos();
    private static final long MILLI = Duration.ofMillis(1).toNanos();
    private static final long SECOND = Duration.ofSeconds(1).toNanos();
    private static final long USUAL = 50 * MILLI;
    private static final int WORKERS = 32;

    private final Balancer balancer = new Balancer(new Random(7), _ -> {});
    private final Endpoint a = endpoint("10.0.0.1:80");
    private final Endpoint b = endpoint("10.0.0.2:80");
    private final Endpoint hanging = endpoint("10.0.0.3:80");
    private final List<Endpoint> all = List.of(a, b, hanging);

    private static Endpoint endpoint(String address) {
        return new Endpoint(HostPort.literal(address), null, 15008, 1);
    }

    private Endpoint choose(long now) {
        return balancer.choose(all, Set.of(), now).orElseThrow();
    }

    private record Running(OpenRequest request, long until) {}

    /** Workers that each have one request, and send the next when it is answered. */
    @Test
    void itGetsNoMoreThanItHadWhenItBeganToHang() {
        for (Endpoint endpoint : all) {
            balancer.health(endpoint).observed(USUAL, false, NOW);
        }
        Queue<Running> running = new ArrayDeque<>();
        int atIt = 0;
        for (int i = 0; i < WORKERS; i++) {
            atIt += begins(NOW + i * MILLI, running) ? 1 : 0;
        }
        assertThat(atIt).isBetween(1, WORKERS / 2);
        int before = atIt;
        for (Running next = running.remove(); next.until() < NOW + 60 * SECOND; next = running.remove()) {
            next.request().observed(USUAL, false, next.until());
            next.request().ended(next.until());
            atIt += begins(next.until(), running) ? 1 : 0;
        }
        assertThat(atIt - before).isLessThanOrEqualTo(2);
    }

    private boolean begins(long now, Queue<Running> running) {
        Endpoint chosen = choose(now);
        OpenRequest request = balancer.health(chosen).started(now);
        if (!chosen.equals(hanging)) {
            running.add(new Running(request, now + USUAL));
        }
        return chosen.equals(hanging);
    }

    /** A caller that gives up at once has learned nothing of the endpoint. */
    @Test
    void whoGivesUpAtOnceMakesNoUnknownEndpointCheap() {
        OpenRequest request = balancer.health(a).started(NOW);
        request.ended(NOW + MILLI / 10);
        assertThat(balancer.health(a).cost(NOW + MILLI / 10)).isEqualTo((double) MILLI);
    }

    @Test
    void ageCountsOnlyUntilTheAnswerBegins() {
        EndpointHealth health = balancer.health(a);
        OpenRequest first = health.started(NOW);
        OpenRequest second = health.started(NOW + SECOND);
        OpenRequest third = health.started(NOW + 2 * SECOND);
        long now = NOW + 10 * SECOND;
        assertThat(health.cost(now)).isEqualTo(4.0 * 10 * SECOND);
        second.answered();
        assertThat(health.cost(now)).isEqualTo(4.0 * 10 * SECOND);
        first.answered();
        assertThat(health.cost(now)).isEqualTo(4.0 * 8 * SECOND);
        third.answered();
        assertThat(health.cost(now)).isLessThan(4.0 * SECOND);
        third.ended(now);
        third.ended(now); // once is enough
        assertThat(health.outstanding()).isEqualTo(2);
    }

    @Test
    void afterItsEjectionItGetsOneRequestAtATimeUntilOneSucceeds() {
        EndpointHealth health = balancer.health(hanging);
        OpenRequest longer = health.started(NOW - SECOND); // a connection that goes on
        longer.answered();
        health.started(NOW - SECOND); // a request that hangs since before
        health.failed(NOW);
        long after = NOW + EndpointHealth.MIN_EJECTION.toNanos();
        assertThat(isUsed(after)).isTrue();
        OpenRequest probe = health.started(after);
        assertThat(isUsed(after + 20 * SECOND)).isFalse();
        assertThat(isUsed(after + OpenRequest.PROBE.toNanos()))
                .as("the one may be a quiet stream")
                .isTrue();
        probe.failed(after + 60 * SECOND);
        probe.ended(after + 60 * SECOND);
        long again = after + 60 * SECOND + 2 * EndpointHealth.MIN_EJECTION.toNanos();
        assertThat(isUsed(again)).isTrue();
        OpenRequest good = health.started(again);
        assertThat(isUsed(again + MILLI)).isFalse();
        good.observed(MILLI, false, again + MILLI);
        health.started(again + MILLI);
        assertThat(isUsed(again + MILLI)).isTrue();
    }

    /** Whether it is chosen at all when the others are busy. */
    private boolean isUsed(long now) {
        List<OpenRequest> busy = List.of(
                balancer.health(a).started(now - 29 * SECOND),
                balancer.health(b).started(now - 29 * SECOND));
        boolean used = false;
        for (int i = 0; i < 200; i++) {
            used |= choose(now).equals(hanging);
        }
        busy.forEach(request -> request.ended(now + OpenRequest.PROBE.toNanos()));
        return used;
    }

    /** The stream of a subscription without messages has no response for hours. */
    @Test
    void aRequestThatSucceedsShowsThatOlderOnesWaitOnPurpose() {
        EndpointHealth health = balancer.health(a);
        OpenRequest quiet = health.started(NOW);
        OpenRequest younger = health.started(NOW + 20 * SECOND);
        OpenRequest youngest = health.started(NOW + 21 * SECOND);
        long now = NOW + 22 * SECOND;
        younger.observed(USUAL, false, now);
        assertThat(health.cost(now)).as("of the youngest").isEqualTo(4.0 * SECOND);
        youngest.observed(USUAL, true, now); // a failure shows nothing
        assertThat(health.cost(now)).isLessThan(1.0 * SECOND);
        quiet.ended(now);
        assertThat(health.outstanding()).isEqualTo(2);
    }

    @Test
    void aCallerThatGivesUpShowsThatItIsSlow() {
        EndpointHealth health = balancer.health(a);
        health.observed(USUAL, false, NOW);
        OpenRequest given = health.started(NOW);
        long now = NOW + 2 * SECOND;
        given.ended(now);
        assertThat(health.cost(now)).isEqualTo(2.0 * SECOND);
        OpenRequest answered = health.started(NOW);
        answered.answered();
        answered.ended(now);
        assertThat(health.cost(now)).as("its response had begun").isEqualTo(2.0 * SECOND);
        health.started(now - OpenRequest.PROBE.toNanos()).ended(now);
        assertThat(health.cost(now)).as("it waited on purpose").isEqualTo(2.0 * SECOND);
        health.started(now - MILLI).ended(now);
        assertThat(health.cost(now)).as("it gave up early").isEqualTo(2.0 * SECOND);
    }

    @Test
    void anEndpointWithQuietStreamsAloneIsAskedNowAndThen() {
        EndpointHealth health = balancer.health(a);
        health.started(NOW);
        long soon = NOW + OpenRequest.PROBE.toNanos() - 1;
        assertThat(health.cost(soon)).isGreaterThan(29.0 * SECOND);
        assertThat(health.cost(soon + 1)).isLessThan(1.0 * SECOND);
        health.started(soon + 1);
        assertThat(health.cost(soon + SECOND)).isGreaterThan(29.0 * SECOND);
    }

    @Test
    void withoutOthersItGetsAllRequests() {
        balancer.health(hanging).failed(NOW);
        long after = NOW + EndpointHealth.MIN_EJECTION.toNanos();
        balancer.health(hanging).started(after);
        assertThat(balancer.choose(List.of(hanging), Set.of(), after)).contains(hanging);
    }
}
