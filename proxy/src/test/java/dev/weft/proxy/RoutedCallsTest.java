package dev.weft.proxy;

import static dev.weft.proxy.RoutedMesh.any;
import static dev.weft.proxy.RoutedMesh.change;
import static dev.weft.proxy.RoutedMesh.to;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.v1.FieldChange;
import dev.weft.api.v1.FieldMatch;
import dev.weft.api.v1.RequestRoutes;
import dev.weft.api.v1.RouteChanges;
import dev.weft.api.v1.RouteMatch;
import dev.weft.api.v1.RouteRedirect;
import dev.weft.api.v1.RouteRetry;
import dev.weft.api.v1.RouteRule;
import dev.weft.proxy.http2.frame.Frames;
import dev.weft.proxy.mesh.Route;
import dev.weft.proxy.route.RequestTable;
import dev.weft.proxy.tunnel.RequestPeer;
import dev.weft.proxy.tunnel.server.RawServer;
import dev.weft.testing.Waiting;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Requests of HTTP/2 and calls of gRPC to a destination with routes. */
@Timeout(60)
class RoutedCallsTest {
    private static final String[] CALL = {"content-type", "application/grpc", "te", "trailers"};

    private Http2Application own;
    private Http2Application other;
    private RoutedMesh mesh;
    private @Nullable RequestPeer caller;
    private final RequestRoutes.Builder routes = RequestRoutes.newBuilder();

    @BeforeEach
    void start() throws Exception {
        own = new Http2Application();
        other = new Http2Application();
        mesh = new RoutedMesh(own.address());
    }

    @AfterEach
    void stop() throws Exception {
        if (caller != null) {
            caller.close();
        }
        mesh.close();
        other.close();
        own.close();
    }

    private void rule(RouteMatch.Builder match, RouteRule.Builder rule) {
        routes.addMatches(match.setRule(routes.getRulesCount())).addRules(rule.setName("GRPCRoute shop/api rule 1"));
    }

    private void start(RequestRoutes.Builder said) throws Exception {
        mesh.routes(said);
        connect();
    }

    /** After a request, so that the tunnel stands and a time is that of the application. */
    private void startWarm(RequestRoutes.Builder said) throws Exception {
        connect();
        assertThat(ask("GET", "/").next()).isEqualTo(":status=200");
        own.heads.clear();
        own.ends.clear();
        peer().close();
        start(said);
    }

    private void connect() throws Exception {
        caller = new RequestPeer(
                mesh.mesh.loops, Objects.requireNonNull(mesh.mesh.web.ports()).outbound());
    }

    private RequestPeer peer() {
        return Objects.requireNonNull(caller, "caller");
    }

    private RequestPeer.Asked ask(String method, String path, String... more) {
        String[] fields = new String[8 + more.length];
        System.arraycopy(
                new String[] {":method", method, ":scheme", "http", ":path", path, ":authority", "api.shop:80"},
                0,
                fields,
                0,
                8);
        System.arraycopy(more, 0, fields, 8, more.length);
        return peer().ask(RequestPeer.fields(fields), true);
    }

    @Test
    void requestsOfOneConnectionGoWhereTheirRulesSay() throws Exception {
        rule(RouteMatch.newBuilder().setGrpcMethod("Get"), to(mesh.backend(1, other.address())));
        rule(any().addQuery(FieldMatch.newBuilder().setName("q").setValue("1")), to(mesh.backend(1, other.address())));
        rule(any(), to(RoutedMesh.self()));
        start(routes);
        assertThat(ask("POST", "/s.S/Get", CALL).next()).isEqualTo(":status=200");
        assertThat(other.nextHead()).contains(":path=/s.S/Get", ":authority=api.shop:80", "te=trailers");
        assertThat(ask("GET", "/a?q=1").next()).isEqualTo(":status=200");
        assertThat(other.nextHead()).contains(":path=/a?q=1");
        assertThat(ask("GET", "/a").next()).isEqualTo(":status=200");
        assertThat(own.nextHead()).contains(":path=/a");
    }

    @Test
    void aHeadOfTooManyOctetsIsAnsweredAndTheConnectionGoesOn() throws Exception {
        rule(any(), to(RoutedMesh.self()));
        start(routes);
        assertThat(ask("GET", "/large", "x", "y".repeat(60 * 1024)).next())
                .contains(":status=431", "weft-code=WEFT-H007");
        assertThat(ask("GET", "/a").next()).isEqualTo(":status=200");
        assertThat(own.nextHead()).contains(":path=/a");
        assertThat(mesh.mesh.web.metrics().text()).contains("caller-http2-HEADERS_SIZE");
    }

    @Test
    void headsChangeAsTheRuleSays() throws Exception {
        RouteChanges.Builder changes = RouteChanges.newBuilder()
                .setPrefix("/x")
                .setHostname("y.test")
                .addRequest(change(FieldChange.Kind.SET, "X-Set", "1"))
                .addRequest(change(FieldChange.Kind.REMOVE, "x-gone", ""))
                .addResponse(change(FieldChange.Kind.ADD, "x-of-route", "yes"));
        rule(RouteMatch.newBuilder().setPathPrefix("/a"), to(RoutedMesh.self()).setChanges(changes));
        start(routes);
        assertThat(ask("GET", "/a/b?c", "x-set", "0", "x-gone", "1", "x-stays", "1")
                        .next())
                .isEqualTo(":status=200 x-of-route=yes");
        assertThat(own.nextHead())
                .contains(":path=/x/b?c", ":authority=y.test", "x-set=1", "x-stays=1")
                .doesNotContain("x-gone", "x-set=0", "api.shop");
    }

    @Test
    void whatNoRuleIsForIsAnsweredHere() throws Exception {
        rule(RouteMatch.newBuilder().setExactPath("/none"), RouteRule.newBuilder());
        rule(
                RouteMatch.newBuilder().setPathPrefix("/old"),
                RouteRule.newBuilder()
                        .setRedirect(RouteRedirect.newBuilder().setStatus(302).setPrefix("/new")));
        start(routes);
        assertThat(ask("POST", "/s.S/Get", CALL).next())
                .contains(":status=200", "grpc-status=12", "weft-code=WEFT-H050", "content-type=application/grpc");
        assertThat(ask("GET", "/a").next()).contains(":status=404", "weft-code=WEFT-H050");
        assertThat(ask("GET", "/none").next()).contains(":status=500", "weft-code=WEFT-H051");
        assertThat(ask("POST", "/none", CALL).next()).contains("grpc-status=14", "weft-code=WEFT-H051");
        assertThat(ask("GET", "/old/a?b").next())
                .isEqualTo(":status=302 location=http://api.shop:80/new/a?b content-length=0");
        assertThat(ask("GET", "/a//b").next()).contains(":status=400", "weft-code=WEFT-H004");
        assertThat(own.accepted).hasValue(0);
    }

    @Test
    void whatTakesTooLongEnds() throws Exception {
        rule(any(), to(RoutedMesh.self()).setRequestTimeoutMillis(1_500));
        startWarm(routes);
        assertThat(ask("GET", "/silent").next()).contains(":status=504", "weft-code=WEFT-H052");
        assertThat(ask("POST", "/silent/Get", CALL).next()).contains("grpc-status=4", "weft-code=WEFT-H052");
        Waiting.until("given up", () -> own.ends.contains("reset CANCEL"));
    }

    @Test
    void aCallWhoseAnswerHasBegunEndsWithAStatus() throws Exception {
        rule(any(), to(RoutedMesh.self()).setRequestTimeoutMillis(3_000));
        startWarm(routes);
        RequestPeer.Asked call = peer().ask(
                        RequestPeer.fields(
                                ":method",
                                "POST",
                                ":scheme",
                                "http",
                                ":path",
                                "/s.S/Watch",
                                ":authority",
                                "x",
                                "content-type",
                                "application/grpc"),
                        false);
        assertThat(call.next()).isEqualTo(":status=200");
        assertThat(call.next()).contains("grpc-status=4", "weft-code=WEFT-H052");
    }

    @Test
    void anAttemptThatTakesTooLongIsTriedAgainWhereItMay() throws Exception {
        rule(
                any(),
                to(mesh.backend(1, own.address()))
                        .setBackendTimeoutMillis(1_000)
                        .setRetry(RouteRetry.newBuilder().setAttempts(2)));
        startWarm(routes);
        assertThat(ask("GET", "/silent").next()).contains(":status=504", "weft-code=WEFT-H052");
        assertThat(own.heads).hasSize(3);
        assertThat(ask("POST", "/silent").next()).contains(":status=504");
        assertThat(own.heads).hasSize(4);
    }

    @Test
    void aStatusOfTheRuleIsTriedAgain() throws Exception {
        RouteRetry.Builder retry = RouteRetry.newBuilder().setAttempts(2).addStatuses(502);
        try (HttpApplication http1 = HttpApplication.ok("not HTTP/2")) {
            rule(any(), to(mesh.backend(1, http1.address())).setRetry(retry));
            start(routes);
            RequestPeer.Asked asked = ask("GET", "/");
            assertThat(asked.next()).contains(":status=502", "weft-code=WEFT-H040");
            assertThat(http1.connections.get()).as("one for each attempt").isGreaterThanOrEqualTo(3);
        }
    }

    @Test
    void retriesHaveABudgetAndWhatItRefusesIsCounted() throws Exception {
        RouteRetry.Builder retry = RouteRetry.newBuilder().setAttempts(10).addStatuses(502);
        try (HttpApplication http1 = HttpApplication.ok("not HTTP/2")) {
            rule(any(), to(mesh.backend(1, http1.address())).setRetry(retry));
            start(routes);
            Waiting.until("a refused retry", () -> {
                assertThat(ask("GET", "/").next()).contains(":status=502");
                return !mesh.mesh.web.metrics().text().contains("weft_caller_retries_total{result=\"over-budget\"} 0");
            });
        }
    }

    @Test
    void whoSendsItsRequestTooSlowlyBlamesNoEndpoint() throws Exception {
        rule(any(), to(RoutedMesh.self()).setRequestTimeoutMillis(200));
        start(routes);
        String leftOut = "weft_balancer_ejections_total{reason=\"failures\"} ";
        for (int i = 0; i < 6; i++) {
            RequestPeer.Asked asked = peer().ask(
                            RequestPeer.fields(
                                    ":method", "POST", ":scheme", "http", ":path", "/silent", ":authority", "x"),
                            false);
            assertThat(asked.next()).contains(":status=504");
        }
        assertThat(mesh.mesh.web.metrics().text()).contains(leftOut + "0");
        int whole = 0;
        for (; !mesh.mesh.web.metrics().text().contains(leftOut + "1"); whole++) {
            assertThat(ask("POST", "/silent").next()).contains(":status=504");
        }
        assertThat(whole).as("one not sent in time blames nobody").isGreaterThanOrEqualTo(5);
    }

    private String endOfBegun(String code) throws Exception {
        RequestPeer.Asked call = ask("POST", "/begun/" + code, CALL);
        assertThat(call.next()).contains(":status=200");
        return call.next();
    }

    @Test
    void callsThatAreResetAfterTheirHeadCountAgainstTheEndpoint() throws Exception {
        rule(any(), to(RoutedMesh.self()));
        start(routes);
        String leftOut = "weft_balancer_ejections_total{reason=\"failures\"} ";
        for (int i = 0; i < 6; i++) {
            assertThat(endOfBegun("CANCEL")).isEqualTo("reset CANCEL");
        }
        assertThat(mesh.mesh.web.metrics().text()).contains(leftOut + "0");
        for (int i = 0; i < 5; i++) {
            assertThat(endOfBegun("INTERNAL_ERROR")).isEqualTo("reset INTERNAL_ERROR");
        }
        assertThat(mesh.mesh.web.metrics().text()).contains(leftOut + "1");
    }

    @Test
    void aServiceWithoutEndpointsOfItsOwnHasThoseOfItsBackends() throws Exception {
        rule(any(), to(mesh.backend(1, other.address())));
        mesh.mesh.route(new Route.ToEndpoints(List.of(), RequestTable.fromProto(routes.build())));
        connect();
        assertThat(ask("GET", "/").next()).isEqualTo(":status=200");
        assertThat(other.heads).hasSize(1);
        assertThat(mesh.mesh.web.registry().sessions())
                .allSatisfy(session -> assertThat(session.peerIdentity()).isEqualTo(mesh.mesh.authority.id("api")));
    }

    @Test
    void whereTheSidecarTakesConnectionsOnlyItIsSaidThatRoutesDoNotApply() throws Exception {
        rule(any(), to(mesh.backend(1, other.address())));
        try (RawServer old = new RawServer(
                mesh.mesh.loops, mesh.mesh.authority.issue("api", MeshFixture.LIFETIME, mesh.mesh.bundles), false)) {
            mesh.mesh.route(new Route.ToEndpoints(
                    List.of(new Route.Endpoint(own.address(), mesh.mesh.authority.id("api"), old.port(), 1)),
                    RequestTable.fromProto(routes.build())));
            try (Socket socket = mesh.mesh.connect()) {
                byte[] said = (Frames.PREFACE + "whatever").getBytes(StandardCharsets.US_ASCII);
                socket.getOutputStream().write(said);
                assertThat(socket.getInputStream().readNBytes(said.length)).isEqualTo(said);
            }
        }
        assertThat(mesh.mesh.web.metrics().text()).contains("weft_events_total{event=\"routes-not-applied\"} 1");
        assertThat(other.accepted).hasValue(0);
    }
}
