package dev.weft.bench.pairs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.files.yaml.Parsed;
import dev.weft.files.yaml.RegistryFiles;
import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.model.Workload;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

final class WeftMeshTest {
    @Test
    void meshFileIsValidAndItsPoliciesSelectTheServer() {
        String objects = WeftMesh.objects(Path.of("/tmp/bench"), WeftPolicies.CONNECTIONS);
        Parsed parsed = RegistryFiles.parse(Path.of("mesh.yaml"), objects);

        assertThat(parsed.errors()).isEmpty();
        ObjectName server = new ObjectName("bench", "server");
        Workload workload = Objects.requireNonNull(parsed.objects().workloads().get(server));
        assertThat(server).hasToString(WeftMesh.SERVER);
        assertThat(new ObjectName("bench", "client")).hasToString(WeftMesh.CLIENT);
        assertThat(parsed.objects().policySetFor(workload).policies()).hasSize(4);
    }

    @Test
    void rulesAboutRequestsAreAsManyAsAskedFor() {
        assertThat(policies(1)).hasSize(4);
        assertThat(policies(100)).hasSize(5);
        assertThat(policies(10_000)).hasSize(14);
        assertThat(WeftPolicies.CONNECTIONS.text()).doesNotContain("http:");
        assertThat(new WeftPolicies(2_002).text().lines().filter(line -> line.contains("- http:")))
                .hasSize(2_002);
    }

    private static List<?> policies(int rules) {
        Parsed parsed = RegistryFiles.parse(
                Path.of("mesh.yaml"), WeftMesh.objects(Path.of("/tmp/bench"), new WeftPolicies(rules)));
        assertThat(parsed.errors()).isEmpty();
        Workload workload = Objects.requireNonNull(parsed.objects().workloads().get(new ObjectName("bench", "server")));
        return List.copyOf(parsed.objects().policySetFor(workload).policies());
    }
}
