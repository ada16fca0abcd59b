package dev.weft.cli.scrape;

import dev.weft.api.v1.MetricsOperatorGrpc;
import dev.weft.api.v1.ReadMetricsRequest;
import dev.weft.cli.failure.CommandFailure;
import dev.weft.cli.mesh.LocalMesh;
import dev.weft.cli.mesh.Member;
import dev.weft.cli.mesh.Operator;
import dev.weft.cli.mesh.Sidecars;
import dev.weft.local.inspect.MeshHandle;
import dev.weft.local.state.PsSnapshot;
import dev.weft.local.state.PsSnapshot.WorkloadStatus;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;

/** Asks the sidecars and the control planes of meshes for their metrics, all at the same time. */
public final class Scrape {

    private static final String CONTROL_PLANE = "control-plane";

    private final Exposition metrics = new Exposition();
    private final List<String> silent = new ArrayList<>();

    private Scrape() {}

    /**
     * Asks these meshes for their present metrics.
     *
     * @param of selects the workloads of a mesh to ask
     * @throws IOException if a mesh's state cannot be read
     */
    public static Scrape of(List<MeshHandle> meshes, UnaryOperator<List<WorkloadStatus>> of, boolean withControl)
            throws IOException {
        Scrape scrape = new Scrape();
        for (MeshHandle mesh : meshes) {
            scrape.ask(mesh, mesh.ps(), of, withControl);
        }
        return scrape;
    }

    private void ask(MeshHandle mesh, PsSnapshot ps, UnaryOperator<List<WorkloadStatus>> of, boolean withControl) {
        String name = mesh.name().value();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            CompletableFuture<Optional<String>> control = CompletableFuture.supplyAsync(
                    () -> withControl && ps.controlPlane().isPresent() ? control(mesh) : Optional.empty(), threads);
            List<Member> members =
                    of.apply(ps.workloads()).stream().map(Member::of).toList();
            Sidecars sidecars = new Sidecars(new LocalMesh(mesh), Operator.PATIENCE);
            for (Sidecars.Answer<String> answer : sidecars.metrics(members)) {
                String workload = answer.member().workload();
                add(Map.of("mesh", name, "workload", workload), answer.answer());
                answer.answer().ifPresentOrElse(_ -> {}, () -> silent.add(workload + ": " + answer.error()));
            }
            if (withControl && ps.controlPlane().isPresent()) {
                add(Map.of("mesh", name, "workload", CONTROL_PLANE), control.join());
                control.join()
                        .ifPresentOrElse(
                                _ -> {}, () -> silent.add("the control plane of mesh " + name + " does not answer"));
            }
        }
    }

    private void add(Map<String, String> whose, Optional<String> text) {
        text.ifPresent(given -> metrics.add(whose, given));
        metrics.add(
                whose,
                "# HELP weft_scrape_up Whether it answered with its metrics\n# TYPE weft_scrape_up gauge\n"
                        + "weft_scrape_up " + (text.isPresent() ? 1 : 0) + "\n");
    }

    private static Optional<String> control(MeshHandle mesh) {
        try {
            return Optional.of(new LocalMesh(mesh)
                    .ask(operator -> operator.ask(
                            MetricsOperatorGrpc::newBlockingStub,
                            Operator.PATIENCE,
                            it -> it.readMetrics(ReadMetricsRequest.getDefaultInstance())
                                    .getText())));
        } catch (CommandFailure _) {
            return Optional.empty();
        }
    }

    /** Returns all metrics that were answered, in the Prometheus text format. */
    public String text() {
        return metrics.text();
    }

    /** Returns the sidecars and control planes that did not answer, and why. */
    public List<String> silent() {
        return List.copyOf(silent);
    }
}
