package dev.weft.control.analyze;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.files.yaml.Parsed;
import dev.weft.files.yaml.RegistryFiles;
import dev.weft.identity.spiffe.TrustDomain;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What is found about EgressPolicies. */
final class EgressChecksTest {

    private static List<String> found(int policies) {
        String entries = IntStream.range(0, 1_024)
                .mapToObj(i -> "{cidr: 10.0." + i / 256 + "." + i % 256 + "/32}")
                .collect(Collectors.joining(", "));
        StringBuilder text = new StringBuilder("""
                {apiVersion: weft.dev/v1alpha1, kind: Workload, metadata: {name: api, namespace: shop},
                 spec: {serviceAccount: api}}
                """);
        for (int i = 0; i < policies; i++) {
            text.append("""
                    ---
                    {apiVersion: weft.dev/v1alpha1, kind: EgressPolicy, metadata: {name: out-%c, namespace: shop},
                     spec: {action: Allow, to: [%s]}}
                    """.formatted('a' + i, entries));
        }
        Parsed parsed = RegistryFiles.parse(Path.of("mesh.yaml"), text.toString());
        assertThat(parsed.errors()).isEmpty();
        return Analysis.of(List.of(parsed), TrustContext.only(TrustDomain.parse("cluster.local"))).stream()
                .map(finding -> finding.toString())
                .toList();
    }

    @Test
    void aPolicyThatASidecarIsNotToldOfIsFound() {
        assertThat(found(17))
                .singleElement()
                .asString()
                .contains(
                        "EgressPolicy shop/out-q: it does not reach the sidecar of shop/api",
                        "what it alone allows is refused there",
                        "(WEFT-P021)");
        assertThat(found(16)).isEmpty();
    }
}
