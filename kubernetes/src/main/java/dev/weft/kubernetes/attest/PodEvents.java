package dev.weft.kubernetes.attest;

import dev.weft.control.certify.RateLimiter;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes Events on pods, for {@code kubectl describe pod}. A pod may cause Events without end, and these must not fill
 * the cluster's storage: there are limits for each pod and for all pods. Safe for use by many threads.
 */
public final class PodEvents {

    /** Limits for one pod: Events at once, and long-term rate a second. */
    private static final int BURST_OF_A_POD = 2;

    private static final double OF_A_POD_PER_SECOND = 1.0 / 300;
    /** Limits for all pods: Events at once, and long-term rate a second. */
    private static final int BURST = 50;

    private static final double PER_SECOND = 1;
    /** Pods whose limit is kept. */
    private static final int MAX_PODS = 10_000;
    /** Events that are written at a time without anyone waiting for them. */
    private static final int UNDER_WAY = 4;
    /** Longest note of an Event that the API server accepts. */
    private static final int MAX_MESSAGE = 1024;
    /** Longest part of the pod's name in an Event's name, which may have 253 characters. */
    private static final int MAX_PREFIX = 200;

    /** The one key of the limit for all pods. */
    private static final String ALL = "all";

    private static final Logger LOG = LoggerFactory.getLogger(PodEvents.class);

    private final ApiServer api;
    private final Clock clock;
    private final RateLimiter ofAPod;
    private final RateLimiter ofAll;
    private final Semaphore free;

    PodEvents(ApiServer api, Clock clock) {
        this(api, UNDER_WAY, clock);
    }

    /** @param underWay Events that {@link #offer} writes at a time; it drops others */
    PodEvents(ApiServer api, int underWay, Clock clock) {
        this.api = api;
        this.clock = clock;
        this.free = new Semaphore(underWay);
        this.ofAPod = new RateLimiter(OF_A_POD_PER_SECOND, BURST_OF_A_POD, MAX_PODS, clock);
        this.ofAll = new RateLimiter(PER_SECOND, BURST, 1, clock);
    }

    /** @param timeout of one call to the API server */
    public PodEvents(KubernetesClient client, Duration timeout, Clock clock) {
        this(new ApiServer(client, timeout), clock);
    }

    /**
     * What is said about a pod.
     *
     * @param uid distinguishes the pod from another one of the same name
     * @param reason one word in camel case
     */
    public record Warning(String namespace, String pod, String uid, String reason, String message) {}

    /** Writes an Event soon, unless a limit is reached. Nothing waits for it. */
    void offer(Warning warning) {
        if (!free.tryAcquire()) {
            return;
        }
        if (!isWithinLimits(warning)) {
            free.release();
            return;
        }
        Thread.ofVirtual().name("pod-event").start(() -> {
            try {
                create(warning);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            } finally {
                free.release();
            }
        });
    }

    /** Writes an Event unless a limit is reached, and waits for it; returns whether the API server has it. */
    public boolean write(Warning warning) throws InterruptedException {
        return isWithinLimits(warning) && create(warning);
    }

    /** Counts an Event. One that the limit for all pods refuses does not count for its pod. */
    private boolean isWithinLimits(Warning warning) {
        if (!ofAPod.tryAcquire(warning.uid())) {
            return false;
        }
        if (!ofAll.tryAcquire(ALL)) {
            ofAPod.giveBack(warning.uid());
            return false;
        }
        return true;
    }

    private boolean create(Warning warning) throws InterruptedException {
        Event event = event(warning);
        try {
            var _ = api.ask(client -> client.v1()
                    .events()
                    .inNamespace(warning.namespace())
                    .resource(event)
                    .create());
            return true;
        } catch (ApiServer.UnansweredException e) {
            LOG.warn(
                    "No Event {} on the pod {}/{}: {}",
                    warning.reason(),
                    warning.namespace(),
                    warning.pod(),
                    e.getMessage());
            return false;
        }
    }

    private Event event(Warning warning) {
        String now = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
        String message = warning.message();
        return new EventBuilder()
                .withNewMetadata()
                .withNamespace(warning.namespace())
                .withName(name(warning.pod()))
                .endMetadata()
                .withNewInvolvedObject()
                .withApiVersion("v1")
                .withKind("Pod")
                .withNamespace(warning.namespace())
                .withName(warning.pod())
                .withUid(warning.uid())
                .endInvolvedObject()
                .withType("Warning")
                .withReason(warning.reason())
                .withMessage(message.substring(0, Math.min(message.length(), MAX_MESSAGE)))
                .withNewSource("weft-control", null)
                .withFirstTimestamp(now)
                .withLastTimestamp(now)
                .withCount(1)
                .build();
    }

    private static String name(String pod) {
        String prefix = pod.substring(0, Math.min(pod.length(), MAX_PREFIX)).replaceAll("[-.]+$", "");
        return prefix + "." + UUID.randomUUID();
    }
}
