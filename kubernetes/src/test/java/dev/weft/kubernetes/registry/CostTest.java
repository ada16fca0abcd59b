package dev.weft.kubernetes.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.mesh.model.InboundMode;
import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.registry.Changes;
import dev.weft.mesh.registry.Snapshot;
import io.fabric8.kubernetes.api.model.Pod;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A change costs what it changes. */
final class CostTest {

    private static final int NAMESPACES = 20;
    private static final int PODS = 500; // in each
    private static final int SERVICES = 50; // in each
    private static final int CHANGES = 50;
    private static final long MOST_NANOS = 5_000_000;

    private final MeshAssembly mesh = new MeshAssembly(TrustDomain.parse("cluster.local"), InboundMode.PERMISSIVE);

    private static Pod pod(int namespace, int number, boolean ready) {
        return Pods.labelled(
                        Pods.meshed(
                                "ns-" + namespace,
                                "pod-" + number,
                                "10." + namespace + "." + number / 250 + "." + number % 250),
                        "app",
                        "app-" + number % SERVICES)
                .editStatus()
                .editFirstCondition()
                .withStatus(ready ? "True" : "False")
                .endCondition()
                .endStatus()
                .build();
    }

    @Test
    void oneChangeAmongTenThousandPodsCostsMilliseconds() {
        for (int namespace = 0; namespace < NAMESPACES; namespace++) {
            for (int number = 0; number < PODS; number++) {
                mesh.apply(new ApiEvent(WatchedKind.POD, pod(namespace, number, true), false));
            }
            for (int number = 0; number < SERVICES; number++) {
                mesh.apply(new ApiEvent(
                        WatchedKind.SERVICE,
                        ServiceMappingTest.service(
                                        "ns-" + namespace, "app-" + number, "10.200." + namespace + "." + number)
                                .build(),
                        false));
            }
        }
        Snapshot before = mesh.snapshot();
        assertThat(before.workloads()).hasSize(NAMESPACES * PODS);
        List<Long> took = new ArrayList<>();
        for (int change = 0; change < CHANGES; change++) {
            Pod changed = pod(change % NAMESPACES, change, false);
            long begun = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
            mesh.apply(new ApiEvent(WatchedKind.POD, changed, false));
            Snapshot now = mesh.snapshot();
            Changes changes = Changes.between(before, now);
            took.add(ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - begun);
            assertThat(changes.workloadAddresses().changed())
                    .containsExactly(new ObjectName("ns-" + change % NAMESPACES, "pod-" + change));
            assertThat(changes.workloads().isEmpty()).isTrue();
            before = now;
        }
        took.sort(null);
        assertThat(took.get(CHANGES / 2))
                .as("CPU of one in the middle, all: " + took)
                .isLessThan(MOST_NANOS);
    }
}
