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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Endpoints that ask to be left alone. */
class RetryLaterTest {
    private static final long NOW = Duration.ofHours(1).toNanos();
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final List<Ejection> ejections = new ArrayList<>();
    private final Balancer balancer = new Balancer(new Random(11), ejections::add);
    private final Endpoint a = endpoint("10.0.0.1:80");
    private final Endpoint b = endpoint("10.0.0.2:80");
    private final Endpoint c = endpoint("10.0.0.3:80");

    private static Endpoint endpoint(String address) {
        return new Endpoint(HostPort.literal(address), null, 15008, 1);
    }

    private Set<Endpoint> chosen(List<Endpoint> endpoints, long now) {
        Set<Endpoint> chosen = new HashSet<>();
        for (int i = 0; i < 200; i++) {
            chosen.add(balancer.choose(endpoints, Set.of(), now).orElseThrow());
        }
        return chosen;
    }

    private void asks(Endpoint endpoint, long seconds, long now) {
        balancer.health(endpoint).askedToWait(seconds * SECOND, now);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "7, 7",
        "60, 60",
        "61, 60",
        "99999999999999999999999, 60",
        "-1, 0",
        "'', 0",
        "'1.5', 0",
        "'Fri, 31 Dec 2027 23:59:59 GMT', 0",
        ", 0"
    })
    void readsSecondsUpToAMinute(String text, long seconds) {
        assertThat(RetryLater.seconds(text)).isEqualTo(seconds * SECOND);
    }

    @ParameterizedTest
    @CsvSource({"250, 250", "3600000, 60000", "-1, 0", "x, 0"})
    void readsPushbackInMilliseconds(String text, long millis) {
        assertThat(RetryLater.millis(text)).isEqualTo(Duration.ofMillis(millis).toNanos());
    }

    @Test
    void anEndpointIsLeftAloneForAsLongAsItAsked() {
        asks(a, 5, NOW);
        assertThat(chosen(List.of(a, b), NOW + 5 * SECOND - 1)).containsExactly(b);
        assertThat(chosen(List.of(a, b), NOW + 5 * SECOND)).contains(a);
        assertThat(ejections).containsExactly(Ejection.RETRY_LATER);
    }

    @Test
    void neverForLongerThanAMinuteAndAShorterTimeDoesNotShortenIt() {
        balancer.health(a).askedToWait(Long.MAX_VALUE, NOW);
        asks(a, 1, NOW + SECOND);
        assertThat(chosen(List.of(a, b), NOW + 60 * SECOND - 1)).containsExactly(b);
        assertThat(chosen(List.of(a, b), NOW + 60 * SECOND)).contains(a);
    }

    /** The rest would get the load of all. */
    @Test
    void isNotHeededWhereFewerThanHalfWouldBeLeft() {
        asks(a, 5, NOW);
        assertThat(chosen(List.of(a, b, c), NOW)).containsExactlyInAnyOrder(b, c);
        asks(b, 5, NOW);
        assertThat(chosen(List.of(a, b, c), NOW)).containsExactlyInAnyOrder(a, b, c);
        asks(c, 5, NOW);
        assertThat(chosen(List.of(a, b, c), NOW)).containsExactlyInAnyOrder(a, b, c);
    }

    @Test
    void isUsedRatherThanOneThatCannotBeReachedOrWasTried() {
        asks(a, 5, NOW);
        assertThat(balancer.choose(List.of(a, b), Set.of(b.address()), NOW)).contains(a);
        balancer.health(b).failed(NOW);
        assertThat(chosen(List.of(a, b), NOW)).containsExactly(a);
    }
}
