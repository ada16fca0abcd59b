package dev.weft.proxy.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.v1.RequestRoutes;
import dev.weft.api.v1.RouteBackend;
import dev.weft.api.v1.RouteRule;
import dev.weft.daemon.text.HostPort;
import dev.weft.proxy.control.ResourceName;
import dev.weft.proxy.control.Subscriptions;
import dev.weft.proxy.route.RequestTable;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which backends of routes are subscribed to, and for how long. */
class FollowedRoutesTest {
    private static final Route.Endpoint ENDPOINT = new Route.Endpoint(HostPort.literal("10.1.0.2:80"), null, 0, 1);

    private final List<String> asked = new ArrayList<>();
    private final List<String> given = new ArrayList<>();
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private long now = 7;
    private final Directory directory = new Directory(
            new Subscriptions() {
                @Override
                public void subscribe(ResourceName name) {
                    asked.add(name.wireName().substring(name.wireName().lastIndexOf('.') + 1));
                }

                @Override
                public void unsubscribe(ResourceName name) {
                    given.add(name.wireName().substring(name.wireName().lastIndexOf('.') + 1));
                }
            },
            Duration.ofMinutes(5),
            () -> now);

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    /** A connection goes there. */
    private void connect(int number) {
        directory.resolve(HostPort.literal(address(number)), channel.eventLoop(), _ -> {});
        channel.runPendingTasks();
    }

    private static String address(int number) {
        return "10.96.0." + number + ":80";
    }

    private static Route.ToEndpoints routes(int... backends) {
        RouteRule.Builder rule = RouteRule.newBuilder();
        for (int backend : backends) {
            rule.addBackends(
                    RouteBackend.newBuilder().setAddress(address(backend)).setWeight(1));
        }
        return new Route.ToEndpoints(
                List.of(ENDPOINT),
                RequestTable.fromProto(RequestRoutes.newBuilder().addRules(rule).build()));
    }

    private void say(int number, Route route) {
        directory.update(HostPort.literal(address(number)), route);
    }

    @Test
    void whatRoutesLeadToIsAskedForWithThem() {
        connect(1);
        Route.ToEndpoints routed = routes(2, 1);
        say(1, routed);
        say(1, routed);
        assertThat(asked).containsExactly("1:80", "2:80");
        assertThat(routed.withoutPlaintext())
                .as("requests may still go elsewhere")
                .isEqualTo(new Route.ToEndpoints(List.of(), routed.routes()));
    }

    @Test
    void routesOfABackendAreFollowedOnlyOnceAConnectionGoesToIt() {
        connect(1);
        say(1, routes(2));
        directory.resolveBackend(HostPort.literal(address(2)), channel.eventLoop(), _ -> {});
        say(2, routes(3));
        say(2, routes(3, 4));
        assertThat(asked).containsExactly("1:80", "2:80");
        connect(2);
        assertThat(asked).containsExactlyInAnyOrder("1:80", "2:80", "3:80", "4:80");
    }

    @Test
    void aBackendThatNoRoutesNameAnyMoreIsGivenUp() {
        connect(1);
        connect(2);
        say(1, routes(3, 4));
        say(2, routes(4));
        say(1, routes(2));
        assertThat(given).as("the other is still named").containsExactly("3:80");
        say(2, new Route.ToEndpoints(List.of(ENDPOINT)));
        assertThat(given).containsExactly("3:80", "4:80");
        say(1, new Route.NotInMesh());
        assertThat(given).as("connections go to this one").containsExactly("3:80", "4:80");
        say(1, routes(3));
        assertThat(asked).containsExactlyInAnyOrder("1:80", "2:80", "3:80", "4:80", "3:80");
    }

    @Test
    void aBackendThatARequestWaitsForIsKept() {
        connect(1);
        say(1, routes(2));
        List<Route> answers = new ArrayList<>();
        directory.resolveBackend(
                HostPort.literal(address(2)), channel.eventLoop(), route -> answers.add(Objects.requireNonNull(route)));
        say(1, routes());
        say(2, new Route.NotInMesh());
        channel.runPendingTasks();
        assertThat(given).isEmpty();
        assertThat(answers).containsExactly(new Route.NotInMesh());
    }

    @Test
    void whatADestinationLedToIsGivenUpWithIt() {
        connect(1);
        say(1, routes(2));
        directory.remove(HostPort.literal(address(1)));
        assertThat(given).containsExactly("2:80");
        connect(1);
        say(1, routes(2));
        assertThat(asked).containsExactly("1:80", "2:80", "1:80", "2:80");
    }

    @Test
    void whatIsForgottenForWantOfRoomTakesItsBackendsAlong() {
        connect(1);
        now++;
        say(1, routes(2));
        for (int i = 0; i < Directory.MAX_DESTINATIONS - 1; i++) {
            now++;
            directory.resolve(
                    HostPort.literal("10.1." + (i >> 8) + "." + (i & 255) + ":80"), channel.eventLoop(), _ -> {});
        }
        assertThat(given).containsExactlyInAnyOrder("1:80", "2:80");
    }

    /** The control plane may say something of a backend with the routes that name it no more. */
    @Test
    void anAnswerThatWasOnItsWayWhenItWasGivenUpIsKeptCurrent() {
        connect(1);
        say(1, routes(2));
        say(1, routes());
        say(2, new Route.NotInMesh());
        assertThat(given).containsExactly("2:80");
        assertThat(asked).containsExactly("1:80", "2:80", "2:80");
    }
}
