package dev.weft.control.compile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.files.yaml.RegistryFiles;
import dev.weft.mesh.model.LabelSelector;
import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.model.SelectingEgress;
import dev.weft.mesh.registry.Snapshot;
import dev.weft.policy.egress.EgressPolicy;
import dev.weft.policy.egress.EgressRules;
import dev.weft.policy.egress.EgressTarget;
import dev.weft.policy.egress.EgressWire;
import dev.weft.policy.model.HostPattern;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class EgressBoundsTest {

    private static final ObjectName API = new ObjectName("shop", "api");
    private static final Snapshot OBJECTS =
            RegistryFiles.parse(Path.of("mesh.yaml"), """
            apiVersion: weft.dev/v1alpha1
            kind: Workload
            metadata: {name: api, namespace: shop, labels: {app: api}}
            spec: {command: [api]}
            """).objects();

    @Test
    void aSidecarGetsNoMorePoliciesThanItTakes() {
        EgressTarget host = new EgressTarget.Host(new HostPattern("a.example"), Set.of(443));
        Map<ObjectName, SelectingEgress> policies = new TreeMap<>();
        for (char name = 'a'; name <= 'q'; name++) {
            EgressPolicy policy =
                    new EgressPolicy("shop", String.valueOf(name), Collections.nCopies(EgressPolicy.MAX_TO, host));
            policies.put(
                    new ObjectName("shop", policy.name()),
                    new SelectingEgress(policy, new LabelSelector(Map.of("app", "api"), List.of())));
        }
        EgressRules rules = OBJECTS.withEgress(policies)
                .egressFor(Objects.requireNonNull(OBJECTS.workloads().get(API)));
        assertThat(rules.policies())
                .hasSize(16)
                .last()
                .satisfies(last -> assertThat(last.name()).isEqualTo("p"));
        assertThat(EgressWire.fromProto(EgressWire.toProto(rules))).isEqualTo(rules);
    }
}
