package dev.weft.cli.mesh;

import dev.weft.local.inspect.MeshHandle;
import dev.weft.local.state.PsSnapshot.WorkloadStatus;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Asks the sidecars of a mesh, all at the same time: one that does not answer does not hold up the others. */
public final class Sidecars {

    /** A sidecar may be of a newer version and say more than is known here. */
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();

    private final MeshHandle mesh;

    public Sidecars(MeshHandle mesh) {
        this.mesh = mesh;
    }

    /**
     * What one sidecar answered.
     *
     * @param answer absent when it did not
     * @param error why it did not; empty when it did
     */
    public record Answer<T>(WorkloadStatus workload, Optional<T> answer, String error) {}

    /** The status of the sidecars of these workloads, in their order; those that are not meshed are left out. */
    public List<Answer<SidecarStatus>> statuses(List<WorkloadStatus> workloads) {
        return ask(workloads, name -> read(mesh.sidecar(name).status(), SidecarStatus.class));
    }

    /** The connections that the sidecars of these workloads carry. */
    public List<Answer<List<SidecarConnections.Connection>>> connections(List<WorkloadStatus> workloads) {
        return ask(workloads, name -> {
            var connections = read(mesh.sidecar(name).connections(), SidecarConnections.class)
                    .connections();
            return connections == null ? List.of() : connections;
        });
    }

    static <T> T read(JsonNode json, Class<T> type) throws IOException {
        try {
            return MAPPER.treeToValue(json, type);
        } catch (JacksonException e) {
            throw new IOException("the answer is not understood: " + e.getOriginalMessage(), e);
        }
    }

    private interface Question<T> {
        T ask(String workload) throws IOException;
    }

    private static <T> List<Answer<T>> ask(List<WorkloadStatus> workloads, Question<T> question) {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Answer<T>>> answers = workloads.stream()
                    .filter(WorkloadStatus::meshed)
                    .map(workload -> threads.submit((Callable<Answer<T>>) () -> answer(workload, question)))
                    .toList();
            return answers.stream().map(Sidecars::await).toList();
        }
    }

    private static <T> Answer<T> answer(WorkloadStatus workload, Question<T> question) {
        try {
            return new Answer<>(workload, Optional.of(question.ask(workload.qualifiedName())), "");
        } catch (IOException e) {
            return new Answer<>(workload, Optional.empty(), String.valueOf(e.getMessage()));
        }
    }

    private static <T> T await(Future<T> future) {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the sidecars were asked", e);
        }
    }
}
