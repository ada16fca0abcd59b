package dev.weft.control.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.v1.Resource;
import dev.weft.control.compile.MeshCompiler;
import dev.weft.files.yaml.RegistryFiles;
import dev.weft.identity.spiffe.TrustDomain;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * A proxy that knows of zones and of ports of HTTP is told its own; to others all is as if there were none.
 */
final class KnownPartsToldTest {

    private static final String WORKLOAD = """
            apiVersion: weft.dev/v1alpha1
            kind: Workload
            metadata: {name: api, namespace: shop, labels: {app: api, topology.kubernetes.io/zone: east}}
            spec: {command: [api], ports: [{name: http, port: 8080}]}
            ---
            apiVersion: weft.dev/v1alpha1
            kind: RateLimit
            metadata: {name: few, namespace: shop}
            spec: {ports: [8080], limits: [{requestsPerSecond: 5}]}
            """;

    private static Resource told(String text, String... capabilities) {
        MeshState state = new MeshCompiler(TrustDomain.parse("cluster.local"))
                .compile(RegistryFiles.parse(Path.of("mesh.yaml"), text).objects(), List.of());
        Subscription subscription = MeshStates.subscription("shop/api", Map.of(), true, Set.of(capabilities));
        subscription.stateChanged(state);
        return subscription.next(state).orElseThrow().getResourcesList().stream()
                .filter(Resource::hasInbound)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void portsOfHttpAreLeftOutForAProxyThatDoesNotKnowThem() {
        Resource ports = told(WORKLOAD, Capabilities.HTTP_PORTS);
        assertThat(ports.getInbound().getHttpPortsList()).containsExactly(8080);
        assertThat(ports.getInbound().getZone()).isEmpty();
        Resource zone = told(WORKLOAD, Capabilities.ZONES);
        assertThat(zone.getInbound().getHttpPortsList()).isEmpty();
        assertThat(zone.getInbound().getZone()).isEqualTo("east");
        String undeclared = WORKLOAD.replace("ports: [{name: http, port: 8080}]", "ports: [{name: raw, port: 8080}]");
        assertThat(zone)
                .as("the same, with the same version, as without a declaration")
                .isEqualTo(told(undeclared, Capabilities.ZONES));
        assertThat(told(undeclared, Capabilities.HTTP_PORTS)).isEqualTo(told(WORKLOAD));
    }

    @Test
    void whatAProxyDoesNotKnowIsLeftOutAndNothingElse() {
        Resource all = told(WORKLOAD, Capabilities.ZONES, Capabilities.RATE_LIMITS);
        assertThat(all.getInbound().getZone()).isEqualTo("east");
        assertThat(all.getInbound().getRateLimitsCount()).isEqualTo(1);
        Resource zone = told(WORKLOAD, Capabilities.ZONES);
        assertThat(zone.getInbound().getZone()).isEqualTo("east");
        assertThat(zone.getInbound().getRateLimitsCount()).isZero();
        Resource limits = told(WORKLOAD, Capabilities.RATE_LIMITS);
        assertThat(limits.getInbound().getZone()).isEmpty();
        assertThat(limits.getInbound().getRateLimitsCount()).isEqualTo(1);
        assertThat(limits)
                .as("the same, with the same version, as without a zone")
                .isEqualTo(told(WORKLOAD.replace(", topology.kubernetes.io/zone: east", ""), Capabilities.RATE_LIMITS));
    }
}
