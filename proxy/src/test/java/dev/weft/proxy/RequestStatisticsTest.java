package dev.weft.proxy;

import static dev.weft.api.v1.PolicyAction.POLICY_ACTION_ALLOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.v1.Edge;
import dev.weft.api.v1.RequestSums;
import dev.weft.api.v1.TapFilter;
import dev.weft.api.v1.TappedRequest;
import dev.weft.api.v1.TappedRequests;
import dev.weft.proxy.observe.RequestTap;
import dev.weft.testing.Waiting;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a sidecar counts of requests by edge, and shows of them to whoever looks on. */
@Timeout(60)
class RequestStatisticsTest {
    private EchoServer application;
    private MeshFixture mesh;

    @BeforeEach
    void start() throws IOException {
        application = new EchoServer(RequestStatisticsTest::serve);
        mesh = new MeshFixture(application.address());
        mesh.api.inbound(Requests.strict(mesh, Requests.policy(POLICY_ACTION_ALLOW, false, Requests.path("/orders"))));
    }

    @AfterEach
    void stop() throws IOException {
        mesh.close();
        application.close();
    }

    /** Answers 503 where the path ends in /fail, else 200. */
    private static void serve(Socket socket) throws IOException {
        for (String head = head(socket.getInputStream()); !head.isEmpty(); head = head(socket.getInputStream())) {
            String status = head.contains("/fail ") ? "503 No" : "200 OK";
            socket.getOutputStream()
                    .write(("HTTP/1.1 " + status + "\r\ncontent-length: 0\r\n\r\n")
                            .getBytes(StandardCharsets.ISO_8859_1));
        }
    }

    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int c = in.read();
            if (c < 0) {
                return "";
            }
            head.append((char) c);
        }
        return head.toString();
    }

    /** The first line of the answer, once all of it is read. */
    private static String ask(Socket socket, String target) throws IOException {
        socket.getOutputStream()
                .write(("GET " + target + " HTTP/1.1\r\nhost: api\r\ncookie: secret\r\n\r\n")
                        .getBytes(StandardCharsets.ISO_8859_1));
        String head = head(socket.getInputStream());
        for (String line : head.split("\r\n", -1)) {
            if (line.startsWith("content-length: ")) {
                socket.getInputStream().readNBytes(Integer.parseInt(line.substring(16)));
            }
        }
        return head.substring(0, head.indexOf('\r'));
    }

    private Edge edge() {
        return mesh.api.edges().with(mesh.api.registry().sessions()).getFirst();
    }

    @Test
    void anEdgeSumsUpItsRequestsByClassWithTheTimeTheyTook() throws IOException {
        try (Socket socket = mesh.connect()) {
            assertThat(ask(socket, "/orders/1")).contains("200");
            assertThat(ask(socket, "/orders/2")).contains("200");
            assertThat(ask(socket, "/orders/fail")).contains("503");
            assertThat(ask(socket, "/admin")).contains("403");
            Waiting.until(
                    "all are counted",
                    () -> edge().getRequestsCount() == 1
                            && edge().getRequests(0).getRefused() == 1
                            && edge().getRequests(0).getByClass(5) == 1);
            RequestSums sums = edge().getRequests(0);
            assertThat(sums.getProtocol()).isEqualTo("http/1.1");
            assertThat(sums.getByClassList()).containsExactly(0L, 0L, 2L, 0L, 0L, 1L);
            assertThat(sums.getFailed()).isOne();
            assertThat(sums.getLatencyList().stream().mapToLong(Long::longValue).sum())
                    .isEqualTo(3);
            assertThat(edge().getAdmitted()).as("one connection").isOne();
            assertThat(edge().getRefusalCode()).isEqualTo("WEFT-P002");
            assertThat(edge().getPolicy()).isEqualTo("shop/requests");
            String web = mesh.authority.id("web").toString();
            assertThat(mesh.api.metrics().text())
                    .contains("weft_peer_requests_total{peer=\"" + web
                            + "\",protocol=\"http/1.1\",status=\"5xx\",decision=\"allow\"} 1")
                    .contains(
                            "weft_policy_decisions_total{about=\"request\",policy=\"shop/requests\",decision=\"deny\"}"
                                    + " 1")
                    .contains("weft_request_duration_seconds_bucket{peer=\"" + web
                            + "\",protocol=\"http/1.1\",le=\"30\"} 4");
        }
    }

    @Test
    void whereNoPolicyIsAboutRequestsNoneAreCounted() throws IOException {
        mesh.api.inbound(Requests.strict(mesh, Requests.policy(POLICY_ACTION_ALLOW, false)));
        try (Socket socket = mesh.connect()) {
            assertThat(ask(socket, "/admin")).contains("200");
            assertThat(edge().getRequestsCount()).isZero();
        }
    }

    @Test
    void whoLooksOnSeesRequestsThatMatchAndNothingThatIsSecret() throws IOException {
        RequestTap tap = mesh.api.requestTap();
        String web = mesh.authority.id("web").toString();
        tap.filters(List.of(
                TapFilter.newBuilder()
                        .setId(1)
                        .setPathPrefix("/orders")
                        .setFrom(web)
                        .build(),
                TapFilter.newBuilder()
                        .setId(2)
                        .setStatusFrom(400)
                        .setStatusTo(499)
                        .build(),
                TapFilter.newBuilder().setId(3).setMethod("POST").build()));
        try (Socket socket = mesh.connect()) {
            assertThat(ask(socket, "/orders/1?token=secret")).contains("200");
            assertThat(ask(socket, "/admin")).contains("403");
        }
        TappedRequests.Builder all = TappedRequests.newBuilder();
        Waiting.until("both were told", () -> {
            tap.take().ifPresent(all::mergeFrom);
            return all.getRequestsCount() == 2;
        });
        TappedRequest allowed = all.getRequests(0);
        assertThat(allowed.getFiltersList()).containsExactly(1);
        assertThat(allowed.getFrom()).isEqualTo(web);
        assertThat(allowed.getPath()).isEqualTo("/orders/1");
        assertThat(allowed.getStatus()).isEqualTo(200);
        assertThat(allowed.getAllowed()).isTrue();
        TappedRequest refused = all.getRequests(1);
        assertThat(refused.getFiltersList()).containsExactly(2);
        assertThat(refused.getCode()).isEqualTo("WEFT-P002");
        assertThat(allowed.getHost()).isEqualTo("api");
    }

    @Test
    void whatIsNotTakenInTimeIsCountedAndNotKept() throws IOException {
        RequestTap tap = mesh.api.requestTap();
        tap.filters(List.of(TapFilter.newBuilder().setId(1).build()));
        try (Socket socket = mesh.connect()) {
            for (int i = 0; i < RequestTap.MAX_WAITING + 7; i++) {
                assertThat(ask(socket, "/orders")).contains("200");
            }
        }
        Waiting.until("the end", () -> mesh.api.registry().sessions().isEmpty());
        TappedRequests told = tap.take().orElseThrow();
        assertThat(told.getRequestsCount()).isEqualTo(RequestTap.MAX_WAITING);
        assertThat(told.getLost()).isEqualTo(7);
        tap.filters(List.of());
        assertThat(tap.take()).isEqualTo(Optional.empty());
    }
}
