package dev.weft.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.v1.DefaultDecision;
import dev.weft.api.v1.Inbound;
import dev.weft.api.v1.InboundMode;
import dev.weft.api.v1.PolicySet;
import dev.weft.api.v1.PortScope;
import dev.weft.api.v1.RateLimit;
import dev.weft.api.v1.RateLimitRule;
import dev.weft.api.v1.RateLimitScope;
import dev.weft.api.v1.RateLimitUnit;
import dev.weft.daemon.text.HostPort;
import dev.weft.proxy.tunnel.RequestPeer;
import dev.weft.testing.Waiting;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Limits on requests and new connections by who makes them, at the sidecar of the workload that is called. */
@Timeout(60)
class RateLimitTest {
    /** So slow that no second one comes while a test runs; a burst lets so many pass. */
    private static RateLimit limit(RateLimitUnit unit, int burst) {
        return RateLimit.newBuilder()
                .setNamespace("shop")
                .setName("few")
                .addLimits(RateLimitRule.newBuilder()
                        .setUnit(unit)
                        .setPerSecond(1)
                        .setBurst(burst)
                        .setScope(RateLimitScope.RATE_LIMIT_SCOPE_IDENTITY))
                .build();
    }

    private static void limits(MeshFixture mesh, RateLimit... limits) {
        Inbound.Builder inbound = mesh.inboundMessage(
                        InboundMode.INBOUND_MODE_STRICT,
                        PolicySet.newBuilder().setDefaultDecision(DefaultDecision.DEFAULT_DECISION_AUTHENTICATED))
                .setPortScope(PortScope.PORT_SCOPE_ALL)
                .addAllRateLimits(List.of(limits));
        mesh.api.inbound(mesh.inbound(inbound));
    }

    private static List<HttpCaller.Response> ask(HttpCaller caller, int times) throws IOException {
        List<HttpCaller.Response> responses = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            responses.add(caller.get("/"));
        }
        return responses;
    }

    /** Requests pass by one a second while the test asks: the clock of the machine is what the buckets are filled by. */
    private static long refused(List<HttpCaller.Response> responses) {
        return responses.stream().filter(response -> response.status() == 429).count();
    }

    @Test
    void requestsTooManyAreAnsweredAndTheConnectionGoesOn() throws Exception {
        try (HttpApplication application = HttpApplication.ok("fine");
                MeshFixture mesh = new MeshFixture(application.address())) {
            limits(mesh, limit(RateLimitUnit.RATE_LIMIT_UNIT_REQUESTS, 3));
            try (HttpCaller caller = new HttpCaller(mesh)) {
                List<HttpCaller.Response> responses = ask(caller, 200);
                assertThat(responses.subList(0, 3)).allMatch(response -> response.status() == 200);
                assertThat(refused(responses)).isPositive();
                assertThat(application.requests.get()).isEqualTo(200 - (int) refused(responses));
                assertThat(responses.stream()
                                .filter(response -> response.status() == 429)
                                .findFirst()
                                .orElseThrow()
                                .head())
                        .startsWith("HTTP/1.1 429 Too Many Requests\r\n")
                        .contains("weft-code: WEFT-H070", "retry-after: 1")
                        .contains("weft-reason: shop/few lets each caller make 1 request a second: wait a second");
                limits(mesh);
                assertThat(caller.get("/").status()).as("without limits").isEqualTo(200);
                limits(mesh, limit(RateLimitUnit.RATE_LIMIT_UNIT_REQUESTS, 1));
                assertThat(refused(ask(caller, 100)))
                        .as("with others, on the same connection")
                        .isPositive();
            }
            assertThat(mesh.api.metrics().text())
                    .containsPattern("weft_rate_limited_total\\{limit=\"shop/few\",about=\"request\"} [1-9]")
                    .containsPattern(
                            "weft_policy_decisions_total\\{about=\"request\",policy=\"shop/few\",decision=\"deny\"} [1-9]");
        }
    }

    @Test
    void whatIsNoHttpIsRefusedWhereRequestsAreLimited() throws Exception {
        try (HttpApplication application = HttpApplication.ok("fine");
                MeshFixture mesh = new MeshFixture(application.address())) {
            limits(mesh, limit(RateLimitUnit.RATE_LIMIT_UNIT_REQUESTS, 3));
            try (HttpCaller caller = new HttpCaller(mesh)) {
                caller.say("\u0001\u0002 no request\r\n\r\n");
                assertThat(caller.rest()).startsWith("HTTP/1.1 400 ");
            }
            assertThat(application.requests).hasValue(0);
        }
    }

    @Test
    void connectionsTooManyAreRefusedAndThoseThatStandGoOn() throws Exception {
        try (HttpApplication application = HttpApplication.ok("fine");
                MeshFixture mesh = new MeshFixture(application.address())) {
            limits(mesh, limit(RateLimitUnit.RATE_LIMIT_UNIT_CONNECTIONS, 1));
            try (HttpCaller first = new HttpCaller(mesh)) {
                assertThat(first.get("/").status()).isEqualTo(200);
                Waiting.until("a refusal", () -> {
                    try (HttpCaller another = new HttpCaller(mesh)) {
                        return another.get("/").head().isEmpty();
                    } catch (IOException _) {
                        return true;
                    }
                });
                limits(mesh, limit(RateLimitUnit.RATE_LIMIT_UNIT_CONNECTIONS, 2));
                assertThat(first.get("/").status()).isEqualTo(200);
            }
            Waiting.until("counted", () -> mesh.web.metrics().text().contains("code=\"WEFT-H071\""));
            assertThat(mesh.api.metrics().text())
                    .containsPattern("weft_rate_limited_total\\{limit=\"shop/few\",about=\"connection\"} [1-9]");
        }
    }

    @Test
    void callsOfGrpcGetResourceExhausted() throws Exception {
        try (Http2Application application = new Http2Application();
                MeshFixture mesh = new MeshFixture(application.address())) {
            limits(mesh, limit(RateLimitUnit.RATE_LIMIT_UNIT_REQUESTS, 1));
            RequestPeer peer = new RequestPeer(
                    mesh.loops,
                    mesh.tunnelPort(),
                    mesh.authority.issue("web", MeshFixture.LIFETIME, mesh.bundles),
                    true);
            try {
                List<String> answers = new ArrayList<>();
                Waiting.until("a refusal", () -> {
                    answers.add(call(peer, mesh.application));
                    return answers.getLast().contains("grpc-status=8");
                });
                assertThat(answers.getFirst()).doesNotContain("grpc-status=8");
                assertThat(answers.getLast())
                        .contains(":status=200", "weft-code=WEFT-H070", "grpc-message=shop/few lets each caller");
            } finally {
                peer.close();
            }
        }
    }

    @Test
    void callsOfGrpcInAConnectionGetResourceExhausted() throws Exception {
        GrpcEcho server = new GrpcEcho();
        try (MeshFixture mesh = new MeshFixture(server.address())) {
            limits(mesh, limit(RateLimitUnit.RATE_LIMIT_UNIT_REQUESTS, 1));
            ManagedChannel channel = NettyChannelBuilder.forAddress(new InetSocketAddress(
                            MeshFixture.LOOPBACK,
                            Objects.requireNonNull(mesh.web.ports()).outbound()))
                    .usePlaintext()
                    .build();
            try {
                Waiting.until("a refusal", () -> {
                    try {
                        ClientCalls.blockingUnaryCall(
                                channel, GrpcEcho.method("Get", MethodType.UNARY), CallOptions.DEFAULT, new byte[] {1});
                        return false;
                    } catch (StatusRuntimeException e) {
                        assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
                        assertThat(e.getStatus().getDescription()).startsWith("shop/few lets each caller make 1");
                        return true;
                    }
                });
            } finally {
                channel.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
            }
        } finally {
            server.close();
        }
    }

    private static String call(RequestPeer peer, InetSocketAddress target) {
        Http2Headers headers = RequestPeer.fields(
                ":method",
                "POST",
                ":scheme",
                "http",
                ":path",
                "/shop.v1.Orders/Get",
                ":authority",
                "api.shop",
                "content-type",
                "application/grpc",
                "te",
                "trailers",
                "weft-target",
                HostPort.text(target));
        try {
            return peer.ask(headers, true).next();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void limitsThatAreNotUnderstoodAreRefusedAsAWhole() throws Exception {
        try (HttpApplication application = HttpApplication.ok("fine");
                MeshFixture mesh = new MeshFixture(application.address())) {
            assertThatThrownBy(() -> limits(mesh, limit(RateLimitUnit.RATE_LIMIT_UNIT_UNSPECIFIED, 1)))
                    .hasMessageContaining("unknown unit");
            RateLimit[] tooMany = new RateLimit[65];
            java.util.Arrays.fill(tooMany, limit(RateLimitUnit.RATE_LIMIT_UNIT_REQUESTS, 1));
            assertThatThrownBy(() -> limits(mesh, tooMany))
                    .hasMessageContaining("65 rate limits (expected: at most 64)");
        }
    }
}
