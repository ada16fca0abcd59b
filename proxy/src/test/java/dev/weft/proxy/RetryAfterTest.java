package dev.weft.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.testing.Waiting;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Endpoints that answer that they want to be left alone for a time. */
@Timeout(60)
class RetryAfterTest {
    private static final String ASKS = "weft_balancer_ejections_total{reason=\"retry-later\"} ";

    private static HttpApplication saying(String status, String fields) throws IOException {
        return HttpApplication.saying("HTTP/1.1 " + status + "\r\n" + fields + "Content-Length: 0\r\n\r\n");
    }

    private static void askUntilItHasOne(HttpCaller caller, HttpApplication application) {
        Waiting.until("a request there", () -> {
            try {
                caller.get("/");
                return application.requests.get() > 0;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    @ParameterizedTest
    @CsvSource({"429 Too Many, true", "503 Not Now, true", "429 Too Many, false", "503 Not Now, false"})
    void anEndpointThatAsksForATimeGetsNothingInThatTime(String status, boolean meshed) throws Exception {
        try (HttpApplication busy = saying(status, "retry-After: 3600\r\n");
                HttpApplication good = HttpApplication.ok("good");
                BalancedMesh mesh = new BalancedMesh(busy, good)) {
            mesh.route(meshed, busy.address(), good.address());
            try (HttpCaller caller = mesh.caller()) {
                askUntilItHasOne(caller, busy);
                for (int i = 0; i < 50; i++) {
                    assertThat(caller.get("/").body()).isEqualTo("good");
                }
            }
            assertThat(busy.requests).hasValue(1);
            assertThat(mesh.mesh.web.metrics().text()).contains("\n" + ASKS + "1\n");
        }
    }

    @Test
    void whereAllAskForItAllAreAskedOn() throws Exception {
        try (HttpApplication one = saying("429 Too Many", "Retry-After: 60\r\n");
                HttpApplication other = saying("429 Too Many", "Retry-After: 60\r\n");
                BalancedMesh mesh = new BalancedMesh(one, other);
                HttpCaller caller = mesh.caller()) {
            for (int i = 0; i < 50; i++) {
                assertThat(caller.get("/").status()).isEqualTo(429);
            }
            assertThat(one.requests.get()).isGreaterThan(5);
            assertThat(other.requests.get()).isGreaterThan(5);
        }
    }

    /** Another status has it for other reasons, and a sidecar's own refusal always says the same. */
    @ParameterizedTest
    @CsvSource({"200 OK, Retry-After: 9", "429 Too Many, Retry-After: soon", "429 Limited, retry-after: 1~weft-code: X"
    })
    void whatDoesNotAskForATimeIsNotLeftAlone(String status, String fields) throws Exception {
        try (HttpApplication busy = saying(status, fields.replace("~", "\r\n") + "\r\n");
                HttpApplication good = HttpApplication.ok("good");
                BalancedMesh mesh = new BalancedMesh(busy, good);
                HttpCaller caller = mesh.caller()) {
            askUntilItHasOne(caller, busy);
            assertThat(mesh.mesh.web.metrics().text()).contains("\n" + ASKS + "0\n");
        }
    }
}
