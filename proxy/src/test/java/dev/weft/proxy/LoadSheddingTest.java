package dev.weft.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.v1.DefaultDecision;
import dev.weft.api.v1.InboundMode;
import dev.weft.api.v1.PolicySet;
import dev.weft.api.v1.PortScope;
import dev.weft.api.v1.RateLimit;
import dev.weft.api.v1.RateLimitRule;
import dev.weft.api.v1.RateLimitScope;
import dev.weft.api.v1.RateLimitUnit;
import dev.weft.proxy.http2.frame.ErrorCode;
import dev.weft.proxy.mesh.Hint;
import dev.weft.proxy.mesh.Route;
import dev.weft.proxy.tunnel.RequestPeer;
import dev.weft.testing.Waiting;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Limits on requests at once: what is too many is answered by the called workload's sidecar, and its callers take it for load. */
@Timeout(60)
class LoadSheddingTest {
    private static final String SHED = "weft_rate_limited_total{limit=\"shop/few\",about=\"request-at-once\"} ";

    private final List<AutoCloseable> open = new ArrayList<>();
    private final Semaphore answers = new Semaphore(0);

    private <T extends AutoCloseable> T opened(T resource) {
        open.add(resource);
        return resource;
    }

    @AfterEach
    void stop() throws Exception {
        answers.release(1000);
        for (AutoCloseable resource : open.reversed()) {
            resource.close();
        }
    }

    /** Answers when it is told to. */
    private HttpApplication slow() throws IOException {
        return opened(new HttpApplication((_, connection) -> {
            answers.acquireUninterruptibly();
            return HttpApplication.say(connection, HttpApplication.response("200 OK", "done"));
        }));
    }

    private static void atOnce(MeshFixture mesh, int most) {
        atOnce(mesh, most, 0, 0);
    }

    private static void atOnce(MeshFixture mesh, int most, int waiting, int waitMillis) {
        mesh.api.inbound(mesh.inbound(mesh.inboundMessage(
                        InboundMode.INBOUND_MODE_STRICT,
                        PolicySet.newBuilder().setDefaultDecision(DefaultDecision.DEFAULT_DECISION_AUTHENTICATED))
                .setPortScope(PortScope.PORT_SCOPE_ALL)
                .addRateLimits(RateLimit.newBuilder()
                        .setNamespace("shop")
                        .setName("few")
                        .addLimits(RateLimitRule.newBuilder()
                                .setUnit(RateLimitUnit.RATE_LIMIT_UNIT_AT_ONCE)
                                .setPerSecond(most)
                                .setBurst(most)
                                .setWaiting(waiting)
                                .setWaitMillis(waitMillis)
                                .setScope(RateLimitScope.RATE_LIMIT_SCOPE_IDENTITY)))));
    }

    @Test
    void aRequestTooManyIsAnsweredAndTheNextMayPass() throws Exception {
        HttpApplication application = slow();
        MeshFixture mesh = opened(new MeshFixture(application.address()));
        atOnce(mesh, 2);
        HttpCaller first = opened(new HttpCaller(mesh));
        HttpCaller second = opened(new HttpCaller(mesh));
        HttpCaller third = opened(new HttpCaller(mesh));
        first.say("GET / HTTP/1.1\r\nHost: api.shop\r\n\r\n");
        second.say("GET / HTTP/1.1\r\nHost: api.shop\r\n\r\n");
        Waiting.until("both are there", () -> application.requests.get() == 2);
        HttpCaller.Response refused = third.get("/");
        assertThat(refused.head())
                .startsWith("HTTP/1.1 503 Service Unavailable\r\n")
                .contains("weft-code: WEFT-H080", "shop/few lets the workload have 2 requests of each caller at once");
        assertThat(mesh.api.metrics().text()).contains(SHED + "1\n");
        answers.release(100);
        Waiting.until("one has ended", () -> third.get("/").status() == 200);
        assertThat(first.response().body()).isEqualTo("done");
        assertThat(second.response().body()).isEqualTo("done");
        assertThat(first.get("/").status()).isEqualTo(200);
    }

    private static void waiting(MeshFixture mesh, int requests) {
        Waiting.until(
                requests + " wait",
                () -> mesh.api.metrics().text().contains("\nweft_requests_waiting " + requests + "\n"));
    }

    @Test
    void aRequestWaitsForAPlaceAndItsBodyWithIt() throws Exception {
        HttpApplication application = slow();
        MeshFixture mesh = opened(new MeshFixture(application.address()));
        atOnce(mesh, 1, 2, 60_000);
        HttpCaller first = opened(new HttpCaller(mesh));
        HttpCaller second = opened(new HttpCaller(mesh));
        first.say("GET / HTTP/1.1\r\nHost: api.shop\r\n\r\n");
        Waiting.until("it is there", () -> application.requests.get() == 1);
        second.say("GET /1 HTTP/1.1\r\nHost: api.shop\r\n\r\nGET /2 HTTP/1.1\r\nHost: api.shop\r\n\r\n");
        waiting(mesh, 1);
        assertThat(application.requests).hasValue(1);
        answers.release(1);
        assertThat(first.response().body()).isEqualTo("done");
        Waiting.until("the next is there", () -> application.requests.get() == 2);
        answers.release(2);
        assertThat(second.response().body()).isEqualTo("done");
        assertThat(second.response().body()).as("pipelined behind it").isEqualTo("done");
        waiting(mesh, 0);
        assertThat(mesh.api.metrics().text()).doesNotContain("request-at-once");
    }

    /** The application ends the connection while a pipelined request of it waits: that request gets no place any more. */
    @Test
    void aRequestWhoseConnectionEndsForOtherReasonsWaitsNoMore() throws Exception {
        HttpApplication application = opened(new HttpApplication((head, connection) -> {
            answers.acquireUninterruptibly();
            boolean last = head.startsWith("GET /last");
            HttpApplication.say(
                    connection, HttpApplication.response("200 OK" + (last ? "\r\nConnection: close" : ""), "done"));
            return !last;
        }));
        MeshFixture mesh = opened(new MeshFixture(application.address()));
        atOnce(mesh, 2, 2, 60_000);
        HttpCaller first = opened(new HttpCaller(mesh));
        HttpCaller second = opened(new HttpCaller(mesh));
        first.say("GET / HTTP/1.1\r\nHost: api.shop\r\n\r\n");
        Waiting.until("it is there", () -> application.requests.get() == 1);
        second.say("GET /last HTTP/1.1\r\nHost: api.shop\r\n\r\nGET /2 HTTP/1.1\r\nHost: api.shop\r\n\r\n");
        waiting(mesh, 1);
        answers.release(2);
        assertThat(second.response().body()).isEqualTo("done");
        waiting(mesh, 0);
        assertThat(first.response().body()).isEqualTo("done");
        for (HttpCaller caller : List.of(opened(new HttpCaller(mesh)), opened(new HttpCaller(mesh)))) {
            caller.say("GET / HTTP/1.1\r\nHost: api.shop\r\n\r\n");
        }
        Waiting.until("both have a place", () -> application.requests.get() == 4);
    }

    @Test
    void whoWaitsTooLongIsRefusedAndWhoGoesWaitsNoMore() throws Exception {
        HttpApplication application = slow();
        MeshFixture mesh = opened(new MeshFixture(application.address()));
        atOnce(mesh, 1, 2, 50);
        HttpCaller first = opened(new HttpCaller(mesh));
        first.say("GET / HTTP/1.1\r\nHost: api.shop\r\n\r\n");
        Waiting.until("it is there", () -> application.requests.get() == 1);
        HttpCaller late = opened(new HttpCaller(mesh));
        assertThat(late.post("/", "a body").head()).contains("503", "weft-code: WEFT-H080");
        assertThat(late.get("/").head()).as("the connection goes on").contains("weft-code: WEFT-H080");
        atOnce(mesh, 1, 2, 60_000);
        HttpCaller gone = opened(new HttpCaller(mesh));
        gone.say("GET / HTTP/1.1\r\nHost: api.shop\r\n\r\n");
        waiting(mesh, 1);
        gone.socket.setSoLinger(true, 0); // a reset: who ends one direction only still wants the answer
        gone.close();
        waiting(mesh, 0);
        HttpCaller next = opened(new HttpCaller(mesh));
        next.say("GET / HTTP/1.1\r\nHost: api.shop\r\n\r\n");
        waiting(mesh, 1);
        answers.release(10);
        assertThat(next.response().body()).isEqualTo("done");
        assertThat(application.requests).as("what had gone was not asked").hasValue(2);
    }

    @Test
    void aCallWaitsForAPlaceWithItsMessages() throws Exception {
        Http2Application application = opened(new Http2Application());
        MeshFixture mesh = opened(new MeshFixture(application.address()));
        mesh.route(new Route.ToEndpoints(List.of(new Route.Endpoint(
                application.address(), mesh.authority.id("api"), mesh.tunnelPort(), 1, Hint.HTTP2))));
        atOnce(mesh, 1, 2, 60_000);
        RequestPeer caller = opened(new RequestPeer(
                mesh.loops, Objects.requireNonNull(mesh.web.ports()).outbound()));
        RequestPeer.Asked watching = ask(caller, "/s.S/Watch", false);
        assertThat(watching.next()).isEqualTo(":status=200");
        RequestPeer.Asked waits = ask(caller, "/s.S/Get", false).send(new byte[1000], true);
        RequestPeer.Asked given = ask(caller, "/s.S/Get", false);
        waiting(mesh, 2);
        given.reset(ErrorCode.CANCEL);
        waiting(mesh, 1);
        watching.send(new byte[0], true);
        assertThat(waits.next()).isEqualTo(":status=200");
        assertThat(waits.nextButData()).contains("x-trailer=last");
        assertThat(application.taken).hasValue(1000);
        waiting(mesh, 0);
    }

    @Test
    void aRequestThatIsBrokenOffMakesRoom() throws Exception {
        HttpApplication application = slow();
        MeshFixture mesh = opened(new MeshFixture(application.address()));
        atOnce(mesh, 1);
        HttpCaller first = opened(new HttpCaller(mesh));
        first.say("GET / HTTP/1.1\r\nHost: api.shop\r\n\r\n");
        Waiting.until("it is there", () -> application.requests.get() == 1);
        first.close();
        answers.release(10);
        HttpCaller next = opened(new HttpCaller(mesh));
        Waiting.until("room", () -> next.get("/").status() == 200);
    }

    @Test
    void manyThatAreShedLeaveNoEndpointOut() throws Exception {
        HttpApplication application = slow();
        BalancedMesh mesh = opened(new BalancedMesh(application, application));
        atOnce(mesh.mesh, 1);
        HttpCaller first = opened(mesh.caller());
        first.say("GET / HTTP/1.1\r\nHost: api.shop\r\n\r\n");
        Waiting.until("it is there", () -> application.requests.get() == 1);
        HttpCaller next = opened(mesh.caller());
        for (int i = 0; i < 20; i++) {
            assertThat(next.get("/").head()).contains("weft-code: WEFT-H080");
        }
        assertThat(mesh.mesh.web.metrics().text())
                .contains("weft_balancer_ejections_total{reason=\"failures\"} 0\n")
                .contains("weft_balancer_ejections_total{reason=\"unreachable\"} 0\n");
    }

    @Test
    void aCallTooManyGoesToAnotherEndpointAndThenIsUnavailable() throws Exception {
        Http2Application application = opened(new Http2Application());
        MeshFixture mesh = opened(new MeshFixture(application.address()));
        mesh.route(new Route.ToEndpoints(List.of(new Route.Endpoint(
                application.address(), mesh.authority.id("api"), mesh.tunnelPort(), 1, Hint.HTTP2))));
        atOnce(mesh, 1);
        RequestPeer caller = opened(new RequestPeer(
                mesh.loops, Objects.requireNonNull(mesh.web.ports()).outbound()));
        RequestPeer.Asked watching = ask(caller, "/s.S/Watch", false);
        assertThat(watching.next()).isEqualTo(":status=200");
        assertThat(ask(caller, "/s.S/Get", true).next())
                .contains("grpc-status=14", "weft-code=WEFT-H080", "at once")
                .doesNotContain("weft-unseen");
        assertThat(mesh.web.metrics().text()).contains("weft_balancer_ejections_total{reason=\"unreachable\"} 0\n");
        watching.send(new byte[0], true);
        assertThat(watching.nextButData()).contains("x-trailer=last");
        Waiting.until("room", () -> ask(caller, "/s.S/Get", true).next().equals(":status=200"));
    }

    private static RequestPeer.Asked ask(RequestPeer caller, String path, boolean ends) {
        return caller.ask(
                RequestPeer.fields(
                        ":method",
                        "POST",
                        ":scheme",
                        "http",
                        ":path",
                        path,
                        ":authority",
                        "x",
                        "content-type",
                        "application/grpc",
                        "te",
                        "trailers"),
                ends);
    }
}
