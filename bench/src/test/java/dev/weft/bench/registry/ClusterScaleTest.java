package dev.weft.bench.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.OperatingSystemMXBean;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.kubernetes.registry.KubernetesRegistry;
import dev.weft.mesh.model.InboundMode;
import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.registry.Registry;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * A large mesh in the API server of the cluster that KUBECONFIG names, in which pods become ready and unready: {@code make scale}.
 * The kinds of {@code weft.dev} must be there. What is counted is the whole process: informers, compiler, streams, and the client
 * that writes the changes.
 */
@EnabledIfSystemProperty(named = "weft.scale.pods", matches = "[0-9]+", disabledReason = "by 'make scale' alone")
final class ClusterScaleTest {
    private static final int SERVICES = Integer.getInteger("weft.scale.pods", 0) / MeshSize.REPLICAS;
    private static final Duration HOW_LONG = Duration.ofSeconds(Integer.getInteger("weft.scale.seconds", 40));
    /** Run once in the middle, to restart the API server, for example. */
    private static final String DISTURBANCE = System.getProperty("weft.scale.disturb", "");

    private static final int PER_SECOND = 20;
    private static final double NANOS_PER_SECOND = 1e9;
    private static final double MIB = 1 << 20;
    private static final int PATIENCE_SECONDS = 60;

    private final OperatingSystemMXBean process = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private final Listening listening = new Listening();
    private final Map<Integer, Set<Integer>> callers = new HashMap<>();
    private final Random random = new Random(7);
    private int next;

    @Test
    void aChangeIsAtTheSidecarsWithinASecond(@TempDir Path folder) throws Exception {
        assumeTrue(System.getenv("KUBECONFIG") != null, "KUBECONFIG names no cluster: skipped");
        try (KubernetesClient client = new KubernetesClientBuilder().build();
                ClusterObjects objects = new ClusterObjects(client, SERVICES);
                ScheduledExecutorService heart = Executors.newSingleThreadScheduledExecutor()) {
            var _ = heart.scheduleAtFixedRate(objects::alive, 0, 10, TimeUnit.SECONDS);
            long begun = System.nanoTime();
            objects.write();
            System.out.printf("objects written in %.0f s%n", (System.nanoTime() - begun) / NANOS_PER_SECOND);
            try (KubernetesRegistry registry =
                            KubernetesRegistry.open(client, SyntheticMesh.DOMAIN, InboundMode.PERMISSIVE);
                    ControlUnderChange control = new ControlUnderChange(folder, registry::current);
                    Registry.Subscription _ = registry.subscribe((_, _) -> control.publish())) {
                control.publish();
                connect(objects, control);
                assertGood(changes(objects));
                if (!DISTURBANCE.isEmpty()) {
                    int exit = new ProcessBuilder("sh", "-c", DISTURBANCE)
                            .inheritIO()
                            .start()
                            .waitFor();
                    assertThat(exit).as(DISTURBANCE).isZero();
                    assertGood(changes(objects));
                }
            }
        }
    }

    private void connect(ClusterObjects objects, ControlUnderChange control) {
        for (int sidecar = 0; sidecar < SERVICES * MeshSize.REPLICAS; sidecar++) {
            Set<String> names = new HashSet<>();
            for (int i = 0; i < MeshSize.CALLED; i++) {
                int service = random.nextInt(SERVICES);
                names.add(objects.destination(service));
                callers.computeIfAbsent(service, _ -> new HashSet<>()).add(sidecar);
            }
            int number = sidecar;
            ObjectName pod = ClusterObjects.pod(sidecar / MeshSize.REPLICAS, sidecar % MeshSize.REPLICAS);
            control.connect(
                    pod.toString(),
                    SpiffeId.ofServiceAccount(SyntheticMesh.DOMAIN, pod.namespace(), "default"),
                    List.copyOf(names),
                    response -> listening.told(number, response));
        }
        assertThat(control.connected()).isEqualTo(SERVICES * MeshSize.REPLICAS);
        listening.await(PATIENCE_SECONDS);
    }

    private record Rate(double perSecond, double p50, double p99, double cores, int unconcerned, double heapMib) {}

    private static void assertGood(Rate rate) {
        System.out.println(rate);
        assertThat(rate.p99()).as("ms until a sidecar has a change").isLessThan(1_000);
        assertThat(rate.cores()).isLessThan(1);
        assertThat(rate.heapMib()).isLessThan(1_024);
    }

    private Rate changes(ClusterObjects objects) {
        listening.begin();
        long begin = System.nanoTime();
        long before = process.getProcessCpuTime();
        long pause = TimeUnit.SECONDS.toNanos(1) / PER_SECOND;
        int done = 0;
        while (System.nanoTime() - begin < HOW_LONG.toNanos()) {
            int service = next % SERVICES;
            boolean ready = next / SERVICES % 2 == 1;
            next++;
            listening.expect(objects.destination(service), callers.getOrDefault(service, Set.of()));
            Thread.startVirtualThread(() -> objects.ready(service, 0, ready));
            done++;
            long due = begin + done * pause;
            while (System.nanoTime() < due) {
                LockSupport.parkNanos(due - System.nanoTime());
            }
        }
        double seconds = (System.nanoTime() - begin) / NANOS_PER_SECOND;
        double cores = (process.getProcessCpuTime() - before) / NANOS_PER_SECOND / seconds;
        assertThat(listening.await(PATIENCE_SECONDS)).as(listening.toString()).isTrue();
        double heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() / MIB;
        return new Rate(
                done / seconds, listening.millis(0.5), listening.millis(0.99), cores, listening.unconcerned(), heap);
    }
}
