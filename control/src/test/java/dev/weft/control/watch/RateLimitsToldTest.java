package dev.weft.control.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.v1.Inbound;
import dev.weft.api.v1.RateLimit;
import dev.weft.api.v1.Resource;
import dev.weft.control.compile.MeshCompiler;
import dev.weft.files.yaml.RegistryFiles;
import dev.weft.identity.spiffe.TrustDomain;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Rate limits are told to proxies that say they keep them; to others all is as if there were none. */
final class RateLimitsToldTest {

    private static final String WORKLOAD = """
            apiVersion: weft.dev/v1alpha1
            kind: Workload
            metadata: {name: api, namespace: shop, labels: {app: api}}
            spec: {command: [api]}
            """;
    private static final String OTHERS = "---\n" + WORKLOAD.replace("api", "web");

    private final MeshCompiler compiler = new MeshCompiler(TrustDomain.parse("cluster.local"));

    private static String limit(String name, String app) {
        return """
            ---
            apiVersion: weft.dev/v1alpha1
            kind: RateLimit
            metadata: {name: %s, namespace: shop}
            spec:
              workloads: {matchLabels: {app: %s}}
              ports: [8080]
              limits: [{from: [{namespace: play}], requestsPerSecond: 5}]
            """.formatted(name, app);
    }

    private MeshState compile(String text) {
        return compiler.compile(RegistryFiles.parse(Path.of("mesh.yaml"), text).objects(), List.of());
    }

    private static Resource told(MeshState state, Set<String> capabilities) {
        Subscription subscription = MeshStates.subscription("shop/api", Map.of(), true, capabilities);
        subscription.stateChanged(state);
        return subscription.next(state).orElseThrow().getResourcesList().stream()
                .filter(Resource::hasInbound)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void onlyAProxyThatKeepsThemIsToldOfThoseAboutItsWorkload() {
        Resource without = told(compile(WORKLOAD + OTHERS), Set.of());
        MeshState state = compile(WORKLOAD + OTHERS + limit("few", "api") + limit("others", "web"));
        Inbound inbound = told(state, Set.of(Capabilities.RATE_LIMITS)).getInbound();
        assertThat(inbound.getRateLimitsList()).singleElement().satisfies(limit -> {
            assertThat(limit.getName()).isEqualTo("few");
            assertThat(limit.getPortsList()).containsExactly(8080);
            assertThat(limit.getLimits(0).getFrom(0).getNamespace()).isEqualTo("play");
        });
        assertThat(told(state, Set.of(Capabilities.REQUEST_RULES)))
                .as("the same, with the same version, as without limits")
                .isEqualTo(without);
    }

    @Test
    void aProxyThatKeepsNoLimitsOnRequestsAtOnceIsToldTheOthers() {
        String mixed = limit("few", "api").replace("limits: [", "limits: [{requestsAtOnce: 9}, ");
        String only =
                limit("only", "api").replace("from: [{namespace: play}], requestsPerSecond: 5", "requestsAtOnce: 9");
        MeshState state = compile(WORKLOAD + mixed + only);
        assertThat(told(state, Set.of(Capabilities.RATE_LIMITS, Capabilities.REQUESTS_AT_ONCE))
                        .getInbound()
                        .getRateLimitsList())
                .extracting(RateLimit::getLimitsCount)
                .containsExactly(2, 1);
        assertThat(told(state, Set.of(Capabilities.RATE_LIMITS)))
                .isEqualTo(told(compile(WORKLOAD + limit("few", "api")), Set.of(Capabilities.RATE_LIMITS)));
        assertThat(told(state, Set.of(Capabilities.REQUESTS_AT_ONCE))
                        .getInbound()
                        .getRateLimitsList())
                .isEmpty();
    }

    @Test
    void aChangeOfALimitIsToldAndSoIsItsEnd() {
        Set<String> able = Set.of(Capabilities.RATE_LIMITS);
        String first = told(compile(WORKLOAD + limit("few", "api")), able).getVersion();
        String second = told(compile(WORKLOAD + limit("few", "api").replace("5}", "6}")), able)
                .getVersion();
        assertThat(second).isNotEqualTo(first);
        assertThat(told(compile(WORKLOAD), able).getInbound().getRateLimitsList())
                .isEmpty();
    }

    @Test
    void aWorkloadIsToldOfSoManyAtMostThatItsProxyTakesThem() {
        StringBuilder text = new StringBuilder(WORKLOAD);
        IntStream.range(0, 70).forEach(i -> text.append(limit("few-" + i, "api")));
        assertThat(told(compile(text.toString()), Set.of(Capabilities.RATE_LIMITS))
                        .getInbound()
                        .getRateLimitsList())
                .hasSize(64);
    }
}
