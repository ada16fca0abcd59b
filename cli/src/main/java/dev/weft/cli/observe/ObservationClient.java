package dev.weft.cli.observe;

import dev.weft.api.v1.ListEdgesRequest;
import dev.weft.api.v1.ListEdgesResponse;
import dev.weft.api.v1.ListPolicedWorkloadsRequest;
import dev.weft.api.v1.ObservationOperatorGrpc;
import dev.weft.api.v1.PolicedWorkload;
import dev.weft.cli.failure.CommandFailure;
import dev.weft.cli.mesh.Operator;
import dev.weft.cli.screen.Human;
import dev.weft.cli.screen.Screen;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Asks the control plane what it observes in the mesh. */
public final class ObservationClient {

    private static final Duration LIMIT = Duration.ofSeconds(10);

    /** How long the control plane keeps the reports of sidecars. */
    public static final Duration MEMORY = Duration.ofHours(1);

    private static final Duration SHORTEST = Duration.ofSeconds(5);
    private static final Duration LONGEST = Duration.ofMinutes(5);

    private ObservationClient() {}

    /**
     * Returns the edges, with their traffic within the window.
     *
     * @param workload only edges that this workload's sidecar counts, {@code namespace/name}; empty for all
     * @param namespace only edges that sidecars of this namespace count; empty for all
     */
    public static ListEdgesResponse edges(Operator operator, Duration window, String workload, String namespace) {
        ListEdgesRequest request = ListEdgesRequest.newBuilder()
                .setWindowMillis((int) window.toMillis())
                .setWorkload(workload)
                .setNamespace(namespace)
                .build();
        return operator.ask(ObservationOperatorGrpc::newBlockingStub, LIMIT, it -> it.listEdges(request));
    }

    /**
     * Returns the workloads that have a sidecar.
     *
     * @param namespace the namespace for whose workloads policies are returned; empty for all
     */
    public static List<PolicedWorkload> policed(Operator operator, String namespace) {
        ListPolicedWorkloadsRequest request =
                ListPolicedWorkloadsRequest.newBuilder().setNamespace(namespace).build();
        return operator.ask(ObservationOperatorGrpc::newBlockingStub, LIMIT, it -> {
            List<PolicedWorkload> workloads = new ArrayList<>();
            it.listPolicedWorkloads(request).forEachRemaining(workloads::add);
            return workloads;
        });
    }

    /** Refuses a time of an option that is zero, or longer than the control plane remembers (WEFT-L100). */
    public static void checkRemembered(String option, Duration time) {
        if (!time.isPositive() || time.compareTo(MEMORY) > 0) {
            throw CommandFailure.usage(
                    option + ": " + time.toSeconds() + "s (expected: 1s to 1h)",
                    "the control plane keeps the reports of sidecars for an hour");
        }
    }

    /** Returns the window; fails if rates over so long a time are not available (WEFT-L100). */
    public static Duration checked(Duration window) {
        if (window.compareTo(SHORTEST) < 0 || window.compareTo(LONGEST) > 0) {
            throw CommandFailure.usage(
                    "--window: " + window.toSeconds() + " seconds (expected: from 5s to 5m)",
                    "sidecars report their traffic every 3 seconds, and the control plane keeps 5 minutes of it");
        }
        return window;
    }

    /**
     * Prints what the answer lacks: replicas of the control plane that did not answer, and edges that were left out.
     */
    public static void noteMissing(Screen screen, ListEdgesResponse response) {
        for (String replica : response.getMissingReplicasList()) {
            screen.note("weft: replica " + replica
                    + " of the control plane does not answer: what its sidecars report is not shown (WEFT-L321)");
        }
        if (response.getLeftOut() > 0) {
            screen.note("weft: " + Human.count(response.getLeftOut(), "pair")
                    + " left out, the least busy ones: an answer has a size limit (WEFT-L323); name a workload"
                    + " or a namespace");
        }
    }
}
