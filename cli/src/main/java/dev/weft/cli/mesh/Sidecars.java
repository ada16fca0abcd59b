package dev.weft.cli.mesh;

import dev.weft.local.inspect.MeshHandle;
import dev.weft.local.inspect.SidecarAdmin;
import dev.weft.local.state.MeshState;
import dev.weft.local.state.PsSnapshot.WorkloadStatus;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
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

    private final MeshState state;

    public Sidecars(MeshHandle mesh) {
        this(mesh.state());
    }

    Sidecars(MeshState state) {
        this.state = state;
    }

    private SidecarAdmin admin(WorkloadStatus workload, Duration limit) {
        return new SidecarAdmin(
                workload.qualifiedName(),
                state.workload(workload.namespace(), workload.name()).adminSocket(),
                limit);
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
        return ask(workloads, sidecar -> read(sidecar.status(), SidecarStatus.class));
    }

    /** What the sidecars of these workloads count, in the Prometheus text format. */
    public List<Answer<String>> metrics(List<WorkloadStatus> workloads) {
        return ask(workloads, SidecarAdmin::metrics);
    }

    /** The connections that the sidecars of these workloads carry. */
    public List<Answer<SidecarConnections>> connections(List<WorkloadStatus> workloads) {
        return ask(workloads, sidecar -> read(sidecar.connections(), SidecarConnections.class));
    }

    /**
     * The status of each sidecar, with how long the answer took. Whoever has not answered within the limit counts as silent,
     * also a process that is stopped and cannot even accept.
     */
    public List<Answer<Timed>> timedStatuses(List<WorkloadStatus> workloads, Clock clock, Duration limit) {
        List<WorkloadStatus> meshed =
                workloads.stream().filter(WorkloadStatus::meshed).toList();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<Answer<Timed>>> questions = meshed.stream()
                    .map(workload ->
                            (Callable<Answer<Timed>>) () -> answer(workload, sidecar -> timed(sidecar, clock), limit))
                    .toList();
            List<Future<Answer<Timed>>> answers = threads.invokeAll(questions, limit.toMillis(), TimeUnit.MILLISECONDS);
            List<Answer<Timed>> all = new ArrayList<>();
            for (int i = 0; i < answers.size(); i++) {
                all.add(
                        answers.get(i).isCancelled()
                                ? new Answer<>(
                                        meshed.get(i),
                                        Optional.empty(),
                                        "no answer within " + limit.toMillis() / 1000.0 + " s")
                                : await(answers.get(i)));
            }
            return all;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the sidecars were asked", e);
        }
    }

    /**
     * A status.
     *
     * @param asked when
     * @param took how long it took
     */
    public record Timed(SidecarStatus status, Instant asked, Duration took) {}

    private static Timed timed(SidecarAdmin sidecar, Clock clock) throws IOException {
        Instant asked = clock.instant();
        SidecarStatus status = read(sidecar.status(), SidecarStatus.class);
        return new Timed(status, asked, Duration.between(asked, clock.instant()));
    }

    static <T> T read(JsonNode json, Class<T> type) throws IOException {
        try {
            return MAPPER.treeToValue(json, type);
        } catch (JacksonException e) {
            throw new IOException("the answer is not understood: " + e.getOriginalMessage(), e);
        }
    }

    private interface Question<T> {
        T ask(SidecarAdmin sidecar) throws IOException;
    }

    private <T> List<Answer<T>> ask(List<WorkloadStatus> workloads, Question<T> question) {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Answer<T>>> answers = workloads.stream()
                    .filter(WorkloadStatus::meshed)
                    .map(workload ->
                            threads.submit((Callable<Answer<T>>) () -> answer(workload, question, Operator.PATIENCE)))
                    .toList();
            return answers.stream().map(Sidecars::await).toList();
        }
    }

    private <T> Answer<T> answer(WorkloadStatus workload, Question<T> question, Duration limit) {
        try {
            return new Answer<>(workload, Optional.of(question.ask(admin(workload, limit))), "");
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
