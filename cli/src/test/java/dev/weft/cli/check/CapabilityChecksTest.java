package dev.weft.cli.check;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class CapabilityChecksTest {

    @Test
    void aSidecarThatCannotDoWhatAPolicyAsksIsNamed() {
        assertThat(Seen.well().check("capabilities").result()).isEqualTo(Result.OK);
        Verdict verdict = Seen.well()
                .trust(trust -> trust.setProxies(
                        0,
                        trust.getProxies(0).toBuilder()
                                .setVersion("0.1")
                                .addCapabilities("something-else")
                                .addPoliciesBeyond("shop/get-only")))
                .check("capabilities");
        assertThat(verdict.result()).isEqualTo(Result.FAILED);
        assertThat(verdict.about())
                .containsExactly("shop/api, version 0.1: it cannot judge requests, as required by shop/get-only,"
                        + " and closes the ports of that policy");
    }

    @Test
    void oneThatIsNotToldOfRateLimitsIsAWarning() {
        Verdict verdict = Seen.well()
                .trust(trust -> trust.setProxies(
                        0, trust.getProxies(0).toBuilder().setVersion("0.1").addRateLimitsBeyond("shop/web-limits")))
                .check("capabilities");
        assertThat(verdict.result()).isEqualTo(Result.WARNING);
        assertThat(verdict.about())
                .containsExactly("shop/api, version 0.1: it does not say that it supports rate limits, and does not get"
                        + " shop/web-limits");
    }

    @Test
    void oneThatDoesNotSayWhatItCanDoIsAWarning() {
        Verdict verdict = Seen.well()
                .trust(trust -> trust.setProxies(
                        0, trust.getProxies(0).toBuilder().setVersion("0.1").addPoliciesBeyond("shop/get-only")))
                .check("capabilities");
        assertThat(verdict.result()).isEqualTo(Result.WARNING);
        assertThat(verdict.about())
                .containsExactly("shop/api, version 0.1: it does not say whether it can judge requests, as required by"
                        + " shop/get-only");
    }

    @Test
    void oneThatDoesNotKnowEgressPoliciesFails() {
        Verdict verdict = Seen.well()
                .trust(trust -> trust.setProxies(
                        0,
                        trust.getProxies(0).toBuilder()
                                .setVersion("0.1")
                                .addCapabilities("request-rules")
                                .addPoliciesBeyond("EgressPolicy shop/out")
                                .addPoliciesBeyond("Namespace shop (weft.dev/egress)")))
                .check("capabilities");
        assertThat(verdict.result()).isEqualTo(Result.FAILED);
        assertThat(verdict.about())
                .containsExactly("shop/api, version 0.1: it cannot restrict calls outside of the mesh, as required by"
                        + " EgressPolicy shop/out, Namespace shop (weft.dev/egress),"
                        + " and admits no caller as long as this applies");
    }

    @Test
    void aSidecarThatDoesNotObeyRoutesIsNamedWhereThereAreSome() {
        String route = """
                apiVersion: gateway.networking.k8s.io/v1
                kind: HTTPRoute
                metadata: {name: r, namespace: shop}
                spec: {parentRefs: [{group: "", kind: Service, name: api}], rules: [{}]}
                """;
        assertThat(Seen.well().check("routes").result()).isEqualTo(Result.OK);
        Verdict verdict = Seen.well()
                .file(route)
                .trust(trust ->
                        trust.setProxies(0, trust.getProxies(0).toBuilder().addCapabilities("routes")))
                .check("routes");
        assertThat(verdict.result()).isEqualTo(Result.WARNING);
        assertThat(verdict.about())
                .singleElement()
                .asString()
                .startsWith("shop/web, version ")
                .contains("it does not obey routes");
    }
}
