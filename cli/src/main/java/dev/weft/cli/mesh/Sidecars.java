package dev.weft.cli.mesh;

import dev.weft.local.inspect.SidecarAdmin;
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

/**
 * Asks the sidecars of a mesh, all at the same time: a sidecar that does not answer does not delay the others.
 *
 * @param limit how long each answer may take
 */
public record Sidecars(Mesh mesh, Duration limit) {

    /**
     * Longer than any sidecar takes. Each answer has its own limit, which in a cluster is 20 seconds more than
     * {@code limit}, so {@code limit} for all together would end some answers too early.
     */
    private static final Duration FOREVER = Duration.ofDays(1);

    /** Ignores unknown fields: a sidecar may be of a newer version, and answer more than is known here. */
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();

    /**
     * The answer of one sidecar.
     *
     * @param member the workload of the sidecar
     * @param answer empty when there is no answer
     * @param error why there is no answer; empty when there is one
     */
    public record Answer<T>(Member member, Optional<T> answer, String error) {}

    /** Returns the metrics of these workloads' sidecars, in the Prometheus text format. */
    public List<Answer<String>> metrics(List<Member> members) {
        return ask(members, SidecarAdmin::metrics, FOREVER);
    }

    /** Returns the connections that the sidecars of these workloads carry. */
    public List<Answer<SidecarConnections>> connections(List<Member> members) {
        return ask(members, sidecar -> read(sidecar.connections(), SidecarConnections.class), FOREVER);
    }

    /**
     * Returns the status of each sidecar, and how long the answer took. A sidecar that has not answered within the
     * limit counts as silent, even if its process is stopped and does not accept connections.
     */
    public List<Answer<TimedStatus>> statuses(List<Member> members, Clock clock) {
        return ask(members, sidecar -> timed(sidecar, clock), limit);
    }

    /**
     * A status with its times.
     *
     * @param asked when the sidecar was asked
     * @param took how long the answer took
     */
    public record TimedStatus(SidecarStatus status, Instant asked, Duration took) {}

    private static TimedStatus timed(SidecarAdmin sidecar, Clock clock) throws IOException {
        Instant asked = clock.instant();
        SidecarStatus status = read(sidecar.status(), SidecarStatus.class);
        return new TimedStatus(status, asked, Duration.between(asked, clock.instant()));
    }

    static <T> T read(JsonNode json, Class<T> type) throws IOException {
        try {
            return MAPPER.treeToValue(json, type);
        } catch (JacksonException e) {
            throw new IOException("the answer cannot be read: " + e.getOriginalMessage(), e);
        }
    }

    private interface Question<T> {
        T ask(SidecarAdmin sidecar) throws IOException;
    }

    private <T> List<Answer<T>> ask(List<Member> members, Question<T> question, Duration within) {
        List<Member> meshed = members.stream().filter(Member::meshed).toList();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<Answer<T>>> questions = meshed.stream()
                    .map(member -> (Callable<Answer<T>>) () -> answer(member, question))
                    .toList();
            List<Future<Answer<T>>> answers = threads.invokeAll(questions, within.toMillis(), TimeUnit.MILLISECONDS);
            List<Answer<T>> all = new ArrayList<>();
            for (int i = 0; i < answers.size(); i++) {
                all.add(
                        answers.get(i).isCancelled()
                                ? new Answer<>(
                                        meshed.get(i),
                                        Optional.empty(),
                                        "no answer within " + within.toMillis() / 1000.0 + " s")
                                : answers.get(i).get());
            }
            return all;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the sidecars were asked", e);
        }
    }

    private <T> Answer<T> answer(Member member, Question<T> question) {
        try {
            return new Answer<>(member, Optional.of(question.ask(mesh.sidecar(member, limit))), "");
        } catch (IOException e) {
            return new Answer<>(member, Optional.empty(), String.valueOf(e.getMessage()));
        }
    }
}
