package dev.weft.e2e.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * Load between several workloads of a mesh: requests over a connection that is kept, over a new one each, connections that stay
 * for good. Nothing of it may fail, and nothing in the mesh may be started again, the control plane excepted.
 */
public final class Traffic implements AutoCloseable {

    private static final Duration SOON = Duration.ofSeconds(60);
    /** A call that hangs may be counted as failed half a minute after it began. */
    private static final Duration FLOWS_WITHIN = Duration.ofMinutes(2);

    private static final int NEW_CONNECTIONS = 10;
    private static final int EXCHANGES = 5;

    private final Mesh mesh;
    private final List<String> targets;
    private final List<Load> loads = new ArrayList<>();
    private final int restarts;
    private List<Load.Seen> forgiven = List.of();

    private Traffic(Mesh mesh, List<String> targets) throws Exception {
        this.mesh = mesh;
        this.targets = targets;
        this.restarts = restarts();
    }

    /** Starts it in these workloads, from each to each target as {@link Load} has them; passes when all of it flows. */
    public static Traffic start(Mesh mesh, List<String> workloads, List<String> targets) throws Exception {
        Traffic traffic = new Traffic(mesh, targets);
        try {
            for (String workload : workloads) {
                traffic.loads.add(Load.start(mesh, workload, targets));
            }
            traffic.forgive();
            return traffic;
        } catch (Exception | AssertionError e) {
            traffic.close();
            throw e;
        }
    }

    /** More of it comes through from here on, and all until here has, or was forgiven. */
    public void goesOn() throws Exception {
        flows();
        List<Load.Seen> now = seen();
        for (int i = 0; i < now.size(); i++) {
            Load.Seen seen = now.get(i);
            assertThat(seen.failed())
                    .as(seen.reason())
                    .isEqualTo(forgiven.isEmpty() ? 0 : forgiven.get(i).failed());
            assertThat(seen.broken())
                    .as("connections that stay")
                    .isEqualTo(forgiven.isEmpty() ? 0 : forgiven.get(i).broken());
        }
        assertThat(restarts()).as("restarts").isEqualTo(restarts);
    }

    /** More of it comes through from here on, whatever was before. */
    public void flows() throws Exception {
        Eventually.within(FLOWS_WITHIN, () -> {
            List<Load.Seen> before = seen();
            Eventually.within(SOON, () -> {
                List<Load.Seen> now = seen();
                for (int i = 0; i < now.size(); i++) {
                    assertThat(now.get(i).ok()).isGreaterThan(before.get(i).ok() + NEW_CONNECTIONS);
                    assertThat(now.get(i).kept()).isGreaterThanOrEqualTo(EXCHANGES);
                }
            });
            List<Load.Seen> now = seen();
            for (int i = 0; i < now.size(); i++) {
                assertThat(now.get(i).failed())
                        .as(now.get(i).reason())
                        .isEqualTo(before.get(i).failed());
            }
        });
    }

    /** Waits until all of it flows, and forgives what has failed until then. */
    public void forgive() throws Exception {
        flows();
        forgiven = seen();
    }

    /** What came of it until now, for each workload and target. */
    public List<Load.Seen> seen() {
        return loads.stream().flatMap(load -> targets.stream().map(load::to)).toList();
    }

    private int restarts() throws Exception {
        int sum = 0;
        for (JsonNode workload : mesh.json("ps").path("workloads")) {
            sum += workload.path("sidecar").path("restarts").asInt()
                    + workload.path("app").path("restarts").asInt();
        }
        return sum;
    }

    @Override
    public void close() {
        loads.forEach(Load::close);
    }
}
