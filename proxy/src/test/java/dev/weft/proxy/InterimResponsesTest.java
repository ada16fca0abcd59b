package dev.weft.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.testing.Waiting;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Balanced requests of HTTP/1.1 that fail after an interim response: no final response has begun, so they get one. */
@Timeout(60)
class InterimResponsesTest {
    private static final String UPLOAD =
            "PUT /up HTTP/1.1\r\nHost: api.shop\r\nExpect: 100-continue\r\nTransfer-Encoding: chunked\r\n\r\n";
    private static final String CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n";

    private static HttpCaller.Response interim(HttpCaller caller) throws IOException {
        caller.say(UPLOAD);
        HttpCaller.Response interim = caller.response();
        assertThat(interim.status()).isEqualTo(100);
        return interim;
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n"})
    void anApplicationThatGoesOrSaysNonsenseIsABadGateway(String rest) throws Exception {
        HttpApplication.Answer answer = (_, connection) -> {
            HttpApplication.say(connection, CONTINUE);
            assertThat(connection.getInputStream().read()).isEqualTo('0'); // the caller has got the interim response
            HttpApplication.say(connection, rest);
            return false;
        };
        try (HttpApplication a = new HttpApplication(answer);
                HttpApplication b = new HttpApplication(answer);
                BalancedMesh mesh = new BalancedMesh(a, b);
                HttpCaller caller = mesh.caller()) {
            interim(caller);
            caller.say("0\r\n\r\n");
            HttpCaller.Response response = caller.response();
            assertThat(response.status()).isEqualTo(502);
            assertThat(response.head()).contains("weft-code: WEFT-H031");
            assertThat(a.requests.get() + b.requests.get())
                    .as("it was sent once")
                    .isEqualTo(1);
        }
    }

    @Test
    void aCallerWhoseBodyIsMalformedIsToldSo() throws Exception {
        HttpApplication.Answer answer = (_, connection) -> {
            HttpApplication.say(connection, CONTINUE);
            return connection.getInputStream().read() >= 0;
        };
        try (HttpApplication a = new HttpApplication(answer);
                HttpApplication b = new HttpApplication(answer);
                BalancedMesh mesh = new BalancedMesh(a, b);
                HttpCaller caller = mesh.caller()) {
            interim(caller);
            caller.say("no size\r\n");
            HttpCaller.Response response = caller.response();
            assertThat(response.status()).isEqualTo(400);
            assertThat(response.head()).contains("weft-code: WEFT-H032");
        }
    }

    @Test
    void aSwitchedProtocolIsAnAnswerAndIsCompleteAtItsEnd() throws Exception {
        HttpApplication.Answer answer = (_, connection) -> {
            HttpApplication.say(connection, "HTTP/1.1 101 Go\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\n");
            assertThat(connection.getInputStream().readAllBytes()).asString().isEqualTo("all");
            return false;
        };
        try (HttpApplication a = new HttpApplication(answer);
                BalancedMesh mesh = new BalancedMesh(new HttpApplication[] {a}, "--access-log-calls=true")) {
            mesh.route(true, a.address(), a.address());
            try (HttpCaller caller = mesh.caller()) {
                caller.say("GET / HTTP/1.1\r\nHost: api.shop\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\n");
                assertThat(caller.response().status()).isEqualTo(101);
                caller.say("all");
                caller.socket.shutdownOutput();
                assertThat(caller.rest()).isEmpty();
            }
            Waiting.until("the line", () -> mesh.mesh.accessLog("web").contains("request sent"));
            assertThat(mesh.mesh.accessLog("web")).contains("\"status\":101").doesNotContain("\"complete\":false");
            assertThat(mesh.mesh.web.metrics().text()).doesNotContain("status=\"none\"} 1");
        }
    }
}
