package dev.weft.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.proxy.trace.OtlpReceiver;
import dev.weft.proxy.trace.OtlpReceiver.Received;
import dev.weft.testing.Waiting;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Spans of requests, as a collector gets them from the sidecars of both sides. */
@Timeout(60)
class TracesTest {
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String PARENT = "00f067aa0ba902b7";
    private static final int CLIENT = 3;
    private static final int SERVER = 2;

    private static BalancedMesh mesh(String endpoint, String ratio, HttpApplication application) throws IOException {
        BalancedMesh mesh = new BalancedMesh(
                new HttpApplication[] {application, application},
                "--otlp-endpoint=" + endpoint,
                "--trace-ratio=" + ratio);
        // Audit makes api's sidecar record requests without refusing any.
        mesh.mesh.api.inbound(Requests.strict(
                mesh.mesh,
                Requests.policy(dev.weft.api.v1.PolicyAction.POLICY_ACTION_AUDIT, false, Requests.path("/"))));
        return mesh;
    }

    private static HttpCaller.Response ask(HttpCaller caller, String path, String flags) throws IOException {
        caller.say("GET " + path + " HTTP/1.1\r\nHost: api.shop\r\ntraceparent: 00-" + TRACE + "-" + PARENT + "-"
                + flags + "\r\n\r\n");
        return caller.response();
    }

    private static List<Received> of(OtlpReceiver receiver, String path) {
        return receiver.spans.stream()
                .filter(span -> path.equals(span.attributes().get("url.path")))
                .toList();
    }

    private static Received of(List<Received> spans, int kind) {
        return spans.stream().filter(span -> span.kind() == kind).findFirst().orElseThrow();
    }

    @Test
    void aSampledRequestIsASpanAtBothSidesInTheTraceThatItNames() throws Exception {
        try (OtlpReceiver receiver = new OtlpReceiver();
                HttpApplication application = HttpApplication.ok("fine");
                BalancedMesh mesh = mesh(receiver.endpoint(), "0", application)) {
            try (HttpCaller caller = mesh.caller()) {
                assertThat(ask(caller, "/orders/1?token=secret", "01").status()).isEqualTo(200);
                assertThat(ask(caller, "/unsampled", "00").status()).isEqualTo(200);
                assertThat(caller.get("/without").status()).isEqualTo(200);
                assertThat(ask(caller, "/last", "01").status()).isEqualTo(200);
            }
            // Each side sends its spans in the order of their requests.
            Waiting.until("the last spans", () -> of(receiver, "/last").size() == 2);
            assertThat(receiver.spans).hasSize(4);
            List<Received> first = of(receiver, "/orders/1");
            assertThat(first).hasSize(2);
            Received client = of(first, CLIENT);
            Received server = of(first, SERVER);
            List.of(client, server).forEach(TracesTest::isOfTheTrace);
            assertThat(client.spanId()).isNotEqualTo(server.spanId());
            theSidesSayWhoTheyAre(mesh.mesh, client, server);
            assertThat(receiver.heads)
                    .allSatisfy(head -> assertThat(head)
                            .startsWith("POST /v1/traces HTTP/1.1\r\n")
                            .contains("\r\nContent-Type: application/x-protobuf\r\n"));
            Waiting.until(
                    "counted", () -> mesh.mesh.web.metrics().text().contains("weft_spans_total{result=\"sent\"} 2\n"));
        }
    }

    private static void isOfTheTrace(Received span) {
        assertThat(span.traceId()).isEqualTo(TRACE);
        assertThat(span.parentId()).isEqualTo(PARENT);
        assertThat(span.spanId()).hasSize(16).isNotEqualTo(PARENT);
        assertThat(span.name()).isEqualTo("GET");
        assertThat(span.status()).isZero();
        assertThat(span.end()).isGreaterThanOrEqualTo(span.start());
        assertThat(span.attributes())
                .containsEntry("http.request.method", "GET")
                .containsEntry("http.response.status_code", "200")
                .containsEntry("url.path", "/orders/1")
                .containsEntry("network.protocol.version", "1.1")
                .doesNotContainKey("error.type");
        assertThat(span.attributes().values()).noneMatch(value -> value.contains("secret"));
    }

    private static void theSidesSayWhoTheyAre(MeshFixture mesh, Received client, Received server) {
        assertThat(client.resource()).containsEntry("service.name", "web").containsEntry("service.namespace", "shop");
        assertThat(client.attributes())
                .containsEntry("server.address", "10.96.0.1")
                .containsEntry("server.port", "80")
                .containsEntry("weft.attempts", "1")
                .containsEntry("weft.peer.id", mesh.authority.id("api").toString())
                .containsKey("network.peer.port");
        assertThat(server.resource()).containsEntry("service.name", "api");
        assertThat(server.attributes())
                .containsEntry("weft.peer.id", mesh.authority.id("web").toString())
                .containsEntry("weft.decision", "allow")
                .containsKey("client.address");
    }

    @Test
    void aRequestWithoutATraceBecomesOneByTheRatioAndAFailureIsAnError() throws Exception {
        try (OtlpReceiver receiver = new OtlpReceiver();
                HttpApplication failing = HttpApplication.saying(HttpApplication.response("500 No", "x"));
                BalancedMesh mesh = mesh(receiver.endpoint(), "1", failing)) {
            try (HttpCaller caller = mesh.caller()) {
                caller.say("BREW / HTTP/1.1\r\nHost: api.shop\r\n\r\n");
                assertThat(caller.response().status()).isEqualTo(500);
            }
            Waiting.until("both spans", () -> receiver.spans.size() >= 2);
            assertThat(receiver.spans).allSatisfy(span -> {
                assertThat(span.traceId()).hasSize(32);
                assertThat(span.parentId()).isEmpty();
                assertThat(span.name()).isEqualTo("HTTP");
                assertThat(span.status()).isEqualTo(2);
                assertThat(span.attributes())
                        .containsEntry("http.request.method", "_OTHER")
                        .containsEntry("error.type", "500");
            });
        }
    }

    @Test
    void aCollectorThatRefusesOrIsAwayCostsSpansAndNoRequest() throws Exception {
        String nowhere = "http://127.0.0.1:" + MeshFixture.CLOSED_PORT;
        try (OtlpReceiver refusing = new OtlpReceiver("HTTP/1.1 503 No\r\ncontent-length: 0\r\n\r\n");
                OtlpReceiver odd = new OtlpReceiver("what is that, a collector?")) {
            for (String endpoint : List.of(nowhere, refusing.endpoint(), odd.endpoint())) {
                try (HttpApplication application = HttpApplication.ok("fine");
                        BalancedMesh mesh = mesh(endpoint, "1", application)) {
                    try (HttpCaller caller = mesh.caller()) {
                        assertThat(caller.get("/").status()).isEqualTo(200);
                    }
                    Waiting.until(
                            "counted",
                            () -> mesh.mesh.web.metrics().text().contains("weft_spans_total{result=\"failed\"} 1\n"));
                }
            }
        }
    }

    @Test
    void withoutAnEndpointThereAreNoSpans() throws Exception {
        try (HttpApplication application = HttpApplication.ok("fine");
                BalancedMesh mesh = new BalancedMesh(application)) {
            try (HttpCaller caller = mesh.caller()) {
                assertThat(ask(caller, "/", "01").status()).isEqualTo(200);
            }
            Waiting.until("ended", () -> mesh.mesh.web.registry().sessions().isEmpty());
            assertThat(mesh.mesh.web.tracer.isOn()).isFalse();
            assertThat(mesh.mesh.web.tracer.queued()).isZero();
        }
    }
}
