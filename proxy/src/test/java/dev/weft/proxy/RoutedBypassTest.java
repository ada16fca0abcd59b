package dev.weft.proxy;

import static dev.weft.proxy.RoutedMesh.any;
import static dev.weft.proxy.RoutedMesh.change;
import static dev.weft.proxy.RoutedMesh.prefix;
import static dev.weft.proxy.RoutedMesh.to;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.v1.FieldChange;
import dev.weft.api.v1.RequestRoutes;
import dev.weft.api.v1.RouteChanges;
import dev.weft.api.v1.RouteRetry;
import dev.weft.api.v1.RouteRule;
import dev.weft.proxy.mesh.Hint;
import dev.weft.proxy.mesh.Route;
import dev.weft.proxy.route.RequestTable;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** No connection gets past the routes of its destination by what is said on it. */
@Timeout(60)
class RoutedBypassTest {
    private static final String OFFER =
            "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAEAAEAAAAIAAAAA\r\n";

    private final BlockingQueue<String> heads = new LinkedBlockingQueue<>();
    private HttpApplication own;
    private HttpApplication other;
    private RoutedMesh mesh;
    private HttpCaller caller;

    @BeforeEach
    void start() throws Exception {
        own = new HttpApplication((head, connection) -> {
            heads.add(head);
            return HttpApplication.say(
                    connection,
                    head.contains("h2c")
                            ? "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n"
                            : HttpApplication.response("200 OK", "own"));
        });
        other = HttpApplication.ok("other");
        mesh = new RoutedMesh(own.address());
        caller = mesh.caller();
    }

    @AfterEach
    void stop() throws Exception {
        caller.close();
        mesh.close();
        other.close();
        own.close();
    }

    /** Requests to /other go there, and all others by this rule. */
    private void routed(RouteRule.Builder rule) throws IOException {
        mesh.routes(RequestRoutes.newBuilder()
                .addMatches(prefix("/other"))
                .addMatches(any().setRule(1))
                .addRules(to(mesh.backend(1, other.address())))
                .addRules(rule));
        caller.close();
        caller = mesh.caller();
    }

    private String ask(String path, String fields) throws IOException {
        caller.say("GET " + path + " HTTP/1.1\r\nHost: api.shop\r\n" + fields + "\r\n");
        return caller.response().body();
    }

    @Test
    void anOfferOfHttp2IsTakenOutAndTheNextRequestIsRouted() throws Exception {
        routed(to(RoutedMesh.self()));
        assertThat(ask("/", "X: 1\r\n" + OFFER + "Y: 2\r\n")).isEqualTo("own");
        assertThat(heads.take()).isEqualTo("GET / HTTP/1.1\r\nHost: api.shop\r\nX: 1\r\nY: 2\r\n\r\n");
        assertThat(ask("/other", OFFER)).isEqualTo("other");
    }

    @Test
    void anOfferOfHttp2IsTakenOutOfAHeadThatTheRouteChanges() throws Exception {
        routed(to(RoutedMesh.self())
                .setChanges(RouteChanges.newBuilder()
                        .setHostname("y.test")
                        .addRequest(change(FieldChange.Kind.SET, "x-set", "1"))));
        assertThat(ask("/", OFFER.replace("Upgrade,", "Upgrade, x-hop,"))).isEqualTo("own");
        assertThat(heads.take()).isEqualTo("GET / HTTP/1.1\r\nHost: y.test\r\nConnection: x-hop\r\nx-set: 1\r\n\r\n");
        assertThat(ask("/other", "")).isEqualTo("other");
    }

    @Test
    void aRequestThatOffersHttp2IsTriedAgainLikeAnyOther() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        own.answer((_, connection) -> HttpApplication.say(
                connection,
                asked.getAndIncrement() == 0
                        ? HttpApplication.response("503 No", "bad")
                        : HttpApplication.response("200 OK", "good")));
        routed(to(RoutedMesh.self())
                .setRetry(RouteRetry.newBuilder().setAttempts(1).addStatuses(503)));
        assertThat(ask("/", OFFER)).isEqualTo("good");
        assertThat(asked).hasValue(2);
    }

    @Test
    void whoSwitchesToHttp2AllTheSameIsNotFollowed() throws Exception {
        own.answer((_, connection) -> HttpApplication.say(
                connection, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n"));
        routed(to(RoutedMesh.self()));
        caller.say("GET / HTTP/1.1\r\nHost: api.shop\r\n" + OFFER + "\r\n");
        assertThat(caller.response().head()).startsWith("HTTP/1.1 502").contains("weft-code: WEFT-H031");
        assertThat(ask("/other", "")).isEqualTo("other");
    }

    @Test
    void silenceAtAPortOfHttpDoesNotMakeTheConnectionBytes() throws Exception {
        mesh.speaking(Hint.HTTP1);
        routed(to(RoutedMesh.self()));
        mesh.mesh.loops.next().schedule(() -> {}, 600, TimeUnit.MILLISECONDS).sync();
        assertThat(ask("/other", "")).isEqualTo("other");
    }

    @Test
    void silenceWhereTheServiceHasNoEndpointsOfItsOwnDoesNotEither() throws Exception {
        RequestRoutes.Builder routes =
                RequestRoutes.newBuilder().addMatches(any()).addRules(to(mesh.backend(1, other.address())));
        mesh.mesh.route(new Route.ToEndpoints(List.of(), RequestTable.fromProto(routes.build())));
        caller.close();
        caller = mesh.caller();
        mesh.mesh.loops.next().schedule(() -> {}, 600, TimeUnit.MILLISECONDS).sync();
        assertThat(ask("/", "")).isEqualTo("other");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /other HTTP/1.1\nHost: x\n\n",
                "GET /other HTTP/1.1 \r\nHost: x\r\n\r\n",
                "GET\t/other HTTP/1.1\r\nHost: x\r\n\r\n",
                "get /other HTTP/1.1\r\nHost: x\r\n\r\n",
                "\nGET /other HTTP/1.1\r\nHost: x\r\n\r\n"
            })
    void whatIsNearlyHttpAtAPortOfHttpIsRefused(String said) throws Exception {
        mesh.speaking(Hint.HTTP1);
        routed(to(RoutedMesh.self()));
        caller.say(said);
        assertThat(caller.rest()).startsWith("HTTP/1.1 400").contains("weft-code: WEFT-H001", "connection: close");
        assertThat(own.requests).hasValue(0);
    }

    @Test
    void anEmptyLineBeforeARequestIsSkippedAtAPortOfHttp() throws Exception {
        mesh.speaking(Hint.HTTP1);
        routed(to(RoutedMesh.self()));
        caller.say("\r\n");
        assertThat(ask("/other", "")).isEqualTo("other");
    }

    @Test
    void whatIsNothingLikeHttpGoesToTheServiceAsItIsAtAPortOfHttpToo() throws Exception {
        mesh.speaking(Hint.HTTP1);
        own.answer((head, connection) -> HttpApplication.say(connection, head));
        routed(to(RoutedMesh.self()));
        caller.say("\u0001binary\r\n\r\n");
        assertThat(caller.read(11)).isEqualTo("\u0001binary\r\n\r\n");
    }
}
