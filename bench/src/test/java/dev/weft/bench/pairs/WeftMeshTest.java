package dev.weft.bench.pairs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.files.yaml.Parsed;
import dev.weft.files.yaml.RegistryFiles;
import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.model.Workload;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;

final class WeftMeshTest {
    @Test
    void meshFileIsValidAndItsPoliciesSelectTheServer() {
        String objects = WeftMesh.objects(Path.of("/tmp/bench"));
        Parsed parsed = RegistryFiles.parse(Path.of("mesh.yaml"), objects);

        assertThat(parsed.errors()).isEmpty();
        ObjectName server = new ObjectName("bench", "server");
        Workload workload = Objects.requireNonNull(parsed.objects().workloads().get(server));
        assertThat(server).hasToString(WeftMesh.SERVER);
        assertThat(new ObjectName("bench", "client")).hasToString(WeftMesh.CLIENT);
        assertThat(parsed.objects().policySetFor(workload).policies()).hasSize(4);
    }
}
