package dev.weft.files.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.mesh.registry.Snapshot;
import dev.weft.mesh.select.PolicyIndex;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class PolicyIndexTest {

    private static final List<String> SELECTORS = List.of(
            "",
            "  workloads: {}\n",
            "  workloads: {matchLabels: {app: a}}\n",
            "  workloads: {matchLabels: {app: b, tier: x}}\n",
            "  workloads: {matchLabels: {tier: x}, matchExpressions: [{key: app, operator: In, values: [a, b]}]}\n",
            "  workloads: {matchExpressions: [{key: app, operator: NotIn, values: [a]}]}\n",
            "  workloads: {matchExpressions: [{key: tier, operator: DoesNotExist}]}\n");
    private static final List<String> LABELS =
            List.of("{}", "{app: a}", "{app: b}", "{app: a, tier: x}", "{app: b, tier: x}", "{tier: y}");

    @Test
    void findsTheSamePoliciesInTheSameOrderAsALookAtAll() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        StringBuilder text = new StringBuilder("# seed " + seed + "\n");
        for (int n = 0; n < 200; n++) {
            text.append("""
                    ---
                    apiVersion: weft.dev/v1alpha1
                    kind: AuthorizationPolicy
                    metadata: {name: p%d, namespace: n%d}
                    spec:
                    %s  action: %s
                      from: [{authenticated: true}]
                    ---
                    apiVersion: weft.dev/v1alpha1
                    kind: Workload
                    metadata: {name: w%d, namespace: n%d, labels: %s}
                    spec: {command: [x]}
                    """.formatted(
                            random.nextInt(1_000_000),
                            random.nextInt(3),
                            SELECTORS.get(random.nextInt(SELECTORS.size())),
                            random.nextBoolean() ? "Allow" : "Deny",
                            n,
                            random.nextInt(3),
                            LABELS.get(random.nextInt(LABELS.size()))));
        }
        Parsed parsed = RegistryFiles.parse(Path.of("mesh.yaml"), text.toString());
        Snapshot snapshot = parsed.objects();
        PolicyIndex index = PolicyIndex.of(snapshot.policies().values());
        assertThat(snapshot.workloads())
                .as("seed %d: %s", seed, parsed.errors())
                .hasSize(200);
        snapshot.workloads()
                .values()
                .forEach(workload -> assertThat(index.policySetFor(workload, snapshot.defaultDecision(workload)))
                        .as("seed %d, %s", seed, workload.name())
                        .isEqualTo(snapshot.policySetFor(workload)));
    }
}
