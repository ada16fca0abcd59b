package dev.weft.control.attest;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.weft.control.attest.Attestation.Reason;
import dev.weft.daemon.listen.Network;
import dev.weft.daemon.metrics.Counter;
import dev.weft.daemon.metrics.Metrics;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Asks the platform about workload tokens, a limited number at once; further requests wait in order of arrival. Only
 * requests with such a token wait here, so a platform that does not answer delays new workloads only. An answer is used
 * once and never kept. Safe for use by many threads.
 */
public final class AttestationStage {

    /** Longest token, in characters; Kubernetes tokens have about 1,200. */
    public static final int MAX_TOKEN = 16 * 1024;

    /**
     * Limits for one control plane: the platform answers in about 10 ms, which makes some thousands of answers a
     * second.
     */
    public static final Limits STANDARD = new Limits(32, 1024, 64, Duration.ofSeconds(10));

    /** Retry time if there is no place: most requests are served well within it. */
    static final Duration RETRY_PLACE = Duration.ofSeconds(2);

    /** Retry time if the platform does not answer. */
    static final Duration RETRY_PLATFORM = Duration.ofSeconds(5);

    /**
     * Limits of the requests at one time.
     *
     * @param underWay most questions to the platform at once
     * @param waiting most requests that wait for their turn
     * @param perCaller most places of one {@link Network}, under way and waiting together
     * @param timeout longest wait for an answer, in line and under way together
     */
    public record Limits(int underWay, int waiting, int perCaller, Duration timeout) {
        public Limits {
            if (underWay < 1 || waiting < 0 || perCaller < 1 || !timeout.isPositive()) {
                throw new IllegalArgumentException("limits of attestation: " + underWay + ", " + waiting + ", "
                        + perCaller + ", " + timeout + " (expected: more than 0; 0 or more may wait)");
            }
        }
    }

    private final Optional<WorkloadAttestor> attestor;
    private final Limits limits;
    private final Semaphore turns;
    private final Counter refused;
    /** Number of places taken by each network. */
    @GuardedBy("this")
    private final Map<String, Integer> held = new HashMap<>();

    @GuardedBy("this")
    private int places;

    /** @param attestor knows the tokens' owners; empty where there are no such tokens, as with a mesh of files */
    public AttestationStage(Optional<WorkloadAttestor> attestor, Limits limits, Metrics metrics) {
        this.attestor = requireNonNull(attestor, "attestor");
        this.limits = requireNonNull(limits, "limits");
        this.turns = new Semaphore(limits.underWay(), true);
        this.refused = metrics.counter(
                        "weft_control_attestations_refused_total",
                        "Workload tokens that were refused unchecked because of a limit, by limit.",
                        "limit")
                .zero("places")
                .zero("address")
                .zero("time");
        metrics.gauge(
                "weft_control_attesting",
                "Workload tokens that are being checked or wait to be checked.",
                this::places);
    }

    /** Returns a stage for a control plane without platform tokens. */
    public static AttestationStage none(Metrics metrics) {
        return new AttestationStage(Optional.empty(), STANDARD, metrics);
    }

    /**
     * Determines the owner of a token. Blocks, for {@link Limits#timeout} at most.
     *
     * @param caller the address that the token comes from, without the port
     * @param departure tells whether the caller is gone; its place is then free
     */
    public Attestation attest(Proof.WorkloadToken proof, String caller, CallerDeparture departure) {
        if (attestor.isEmpty()) {
            return Attestation.refuse(
                    Reason.NO_PLATFORM,
                    "workload tokens are not accepted here; show a join token (--token-file of the sidecar)");
        }
        if (proof.value().length() > MAX_TOKEN) {
            return Attestation.refuse(
                    Reason.NOT_AUTHENTICATED,
                    "the workload token has " + proof.value().length() + " characters (at most " + MAX_TOKEN + ")");
        }
        String network = Network.of(caller);
        Optional<String> full = take(network);
        if (full.isPresent()) {
            refused.increment(full.get());
            return Attestation.later(RETRY_PLACE, "too many workload tokens are being checked; try again later");
        }
        CompletableFuture<Attestation> answer = new CompletableFuture<>();
        Thread worker = Thread.ofVirtual()
                .name("attestation")
                .start(() -> work(attestor.get(), proof.value(), network, answer));
        departure.onGone(() -> answer.complete(
                Attestation.refuse(Reason.CALLER_GONE, "the caller went away before its token was checked")));
        try {
            return await(answer);
        } finally {
            worker.interrupt();
        }
    }

    /** Reports the refusal to the platform, if there is one. */
    public void refused(WorkloadRefusal refusal) {
        attestor.ifPresent(platform -> platform.refused(refusal));
    }

    private Attestation await(CompletableFuture<Attestation> answer) {
        try {
            return answer.get(limits.timeout().toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException _) {
            refused.increment("time");
            return Attestation.later(
                    RETRY_PLATFORM,
                    "the platform has not identified the owner of the workload token within " + limits.timeout());
        } catch (ExecutionException e) {
            throw new IllegalStateException("a workload token could not be checked", e.getCause());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return Attestation.later(RETRY_PLATFORM, "the control plane stops");
        }
    }

    /** Holds a place until the question ends. After the answer is not awaited any more, an interrupt ends it soon. */
    private void work(WorkloadAttestor platform, String token, String network, CompletableFuture<Attestation> answer) {
        try {
            turns.acquire();
            try {
                answer.complete(platform.attest(token));
            } finally {
                turns.release();
            }
        } catch (InterruptedException _) {
            answer.complete(Attestation.later(RETRY_PLATFORM, "the check of the workload token was interrupted"));
        } catch (RuntimeException e) {
            answer.completeExceptionally(e);
        } finally {
            leave(network);
        }
    }

    /** Takes a place, or returns the name of the limit that prevents it. */
    private synchronized Optional<String> take(String network) {
        if (places >= limits.underWay() + limits.waiting()) {
            return Optional.of("places");
        }
        int before = held.getOrDefault(network, 0);
        if (before >= limits.perCaller()) {
            return Optional.of("address");
        }
        held.put(network, before + 1);
        places++;
        return Optional.empty();
    }

    private synchronized void leave(String network) {
        held.computeIfPresent(network, (_, count) -> count == 1 ? null : count - 1);
        places--;
    }

    /** Returns the number of tokens under way or waiting. */
    public synchronized int places() {
        return places;
    }
}
