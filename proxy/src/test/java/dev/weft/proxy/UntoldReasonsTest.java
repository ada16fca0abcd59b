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
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Refused connections of balanced requests: whether the caller learns the name of what refused it. */
@Timeout(60)
class UntoldReasonsTest {
    private static BalancedMesh mesh(HttpApplication application, String told) throws IOException {
        return new BalancedMesh(new HttpApplication[] {application}, "--denial-reasons=" + told);
    }

    @ParameterizedTest
    @CsvSource({"none,false", "identified,true", "all,true"})
    void aPolicyIsNamedAsTheSettingSays(String setting, boolean named) throws Exception {
        try (HttpApplication application = HttpApplication.ok("fine");
                BalancedMesh mesh = mesh(application, setting)) {
            mesh.mesh.api.inbound(mesh.mesh.inbound(
                    InboundMode.INBOUND_MODE_STRICT, DefaultDecision.DEFAULT_DECISION_AUTHENTICATED, "web"));
            mesh.route(true, application.address(), application.address());
            try (HttpCaller caller = mesh.caller()) {
                HttpCaller.Response refused = caller.get("/");
                assertThat(refused.status()).isEqualTo(403);
                assertThat(refused.head()).contains("weft-code: WEFT-P");
                assertThat(refused.head().contains("shop/no-web")).isEqualTo(named);
                assertThat(refused.head().contains("policy does not allow")).isEqualTo(!named);
            }
        }
    }

    @Test
    void aLimitIsNotNamedEither() throws Exception {
        try (HttpApplication application = new HttpApplication((_, _) -> false);
                BalancedMesh mesh = mesh(application, "none")) {
            mesh.mesh.api.inbound(mesh.mesh.inbound(mesh.mesh
                    .inboundMessage(
                            InboundMode.INBOUND_MODE_STRICT,
                            PolicySet.newBuilder().setDefaultDecision(DefaultDecision.DEFAULT_DECISION_AUTHENTICATED))
                    .setPortScope(PortScope.PORT_SCOPE_ALL)
                    .addRateLimits(RateLimit.newBuilder()
                            .setNamespace("shop")
                            .setName("few")
                            .addLimits(RateLimitRule.newBuilder()
                                    .setUnit(RateLimitUnit.RATE_LIMIT_UNIT_CONNECTIONS)
                                    .setPerSecond(1)
                                    .setBurst(1)
                                    .setScope(RateLimitScope.RATE_LIMIT_SCOPE_IDENTITY)))));
            mesh.route(true, application.address(), application.address());
            HttpCaller.Response response;
            do {
                try (HttpCaller caller = mesh.caller()) {
                    response = caller.get("/"); // each needs a new connection to the application
                }
            } while (!response.head().contains("weft-code: WEFT-H071"));
            assertThat(response.head()).contains("too many connections").doesNotContain("shop/few");
        }
    }
}
