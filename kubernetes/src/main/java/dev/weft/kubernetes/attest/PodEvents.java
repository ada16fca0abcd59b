package dev.weft.kubernetes.attest;

import dev.weft.control.attest.WorkloadClaims;
import dev.weft.control.attest.WorkloadRefusal;
import dev.weft.control.certify.RateLimiter;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes Events that explain why a pod gets no certificate, for {@code kubectl describe pod}. A pod may cause refusals
 * without end, and these must not fill the cluster's storage: there are limits for each pod and for all pods. Nothing
 * waits for an Event. Safe for use by many threads.
 */
final class PodEvents {

    /** The reason of these Events. */
    static final String REASON = "WeftCertificateRefused";

    /** Number of temporary refusals in a row after which an Event is written. */
    static final int TEMPORARY_REFUSALS = 3;

    /** Limits for one pod: Events at once, and long-term rate a second. */
    private static final int BURST_OF_A_POD = 2;

    private static final double OF_A_POD_PER_SECOND = 1.0 / 300;
    /** Limits for all pods: Events at once, and long-term rate a second. */
    private static final int BURST = 50;

    private static final double PER_SECOND = 1;
    private static final int MAX_PODS = 10_000;
    private static final int UNDER_WAY = 4;
    private static final int MAX_MESSAGE = 1024;
    /** Longest part of the pod's name in an Event's name, which may have 253 characters. */
    private static final int MAX_PREFIX = 200;

    private static final Logger LOG = LoggerFactory.getLogger(PodEvents.class);

    private final ApiServer api;
    private final Clock clock;
    private final RateLimiter ofAPod;
    private final RateLimiter ofAll;
    private final Semaphore free = new Semaphore(UNDER_WAY);
    /** Number of temporary refusals by pod UID, for the pods that were refused most recently. */
    private final Map<String, Integer> temporary = new LinkedHashMap<>(16, 0.75f, true); // guarded by this

    PodEvents(ApiServer api, Clock clock) {
        this.api = api;
        this.clock = clock;
        this.ofAPod = new RateLimiter(OF_A_POD_PER_SECOND, BURST_OF_A_POD, MAX_PODS, clock);
        this.ofAll = new RateLimiter(PER_SECOND, BURST, 1, clock);
    }

    /** Writes an Event soon, unless a limit is reached. */
    void refused(WorkloadRefusal refusal) {
        String uid = refusal.workload().podUid();
        if (refusal.temporary() && count(uid) < TEMPORARY_REFUSALS) {
            return;
        }
        if (ofAPod.tryAcquire(uid) && ofAll.tryAcquire("all") && free.tryAcquire()) {
            Event event = event(refusal);
            Thread.ofVirtual().name("pod-event").start(() -> {
                try {
                    write(event);
                } finally {
                    free.release();
                }
            });
        }
    }

    private synchronized int count(String uid) {
        int count = temporary.merge(uid, 1, Integer::sum);
        if (temporary.size() > MAX_PODS) {
            temporary.remove(temporary.keySet().iterator().next());
        }
        return count;
    }

    private void write(Event event) {
        try {
            if (api.ask(client -> client.v1()
                            .events()
                            .inNamespace(event.getMetadata().getNamespace())
                            .resource(event)
                            .create())
                    instanceof ApiServer.Answer.Missing<Event>(String why)) {
                LOG.warn(
                        "No Event on the pod {}/{} that gets no certificate: {}",
                        event.getInvolvedObject().getNamespace(),
                        event.getInvolvedObject().getName(),
                        why);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private Event event(WorkloadRefusal refusal) {
        WorkloadClaims pod = refusal.workload();
        String now = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
        String message = refusal.code() + ": " + refusal.reason();
        return new EventBuilder()
                .withNewMetadata()
                .withNamespace(pod.namespace())
                .withName(name(pod.pod()))
                .endMetadata()
                .withNewInvolvedObject()
                .withApiVersion("v1")
                .withKind("Pod")
                .withNamespace(pod.namespace())
                .withName(pod.pod())
                .withUid(pod.podUid())
                .endInvolvedObject()
                .withType("Warning")
                .withReason(REASON)
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
