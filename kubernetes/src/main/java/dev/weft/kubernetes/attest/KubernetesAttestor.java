package dev.weft.kubernetes.attest;

import dev.weft.control.attest.Attestation;
import dev.weft.control.attest.Attestation.Reason;
import dev.weft.control.attest.WorkloadAttestor;
import dev.weft.control.attest.WorkloadClaims;
import dev.weft.control.attest.WorkloadRefusal;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/**
 * Attests workloads of a cluster by their ServiceAccount tokens.
 *
 * <p>A TokenReview confirms the token's signature, time and audience, and that its ServiceAccount and pod are those for
 * which it was issued. The API server may answer from a cache of ten seconds, so the pod is read as well: if it is
 * gone, another pod has its name, or it runs on another node, the token is refused. Required RBAC permissions: {@code create} on {@code
 * tokenreviews.authentication.k8s.io}, {@code get} on {@code pods}, {@code create} on {@code events}. Safe for use by
 * many threads.
 */
public final class KubernetesAttestor implements WorkloadAttestor {

    /** Longest time of each of the two calls to the API server. */
    public static final Duration TIMEOUT = Duration.ofSeconds(5);

    private final ApiServer api;
    private final TokenReviews reviews;
    private final RefusalEvents events;

    /** @param client client of the cluster; the caller closes it after the last use of this object */
    public KubernetesAttestor(KubernetesClient client, Clock clock) {
        this(client, clock, TIMEOUT);
    }

    KubernetesAttestor(KubernetesClient client, Clock clock, Duration timeout) {
        this.api = new ApiServer(client, timeout);
        this.reviews = new TokenReviews(api);
        this.events = new RefusalEvents(new PodEvents(api, clock), clock);
    }

    @Override
    public Attestation attest(String token) throws InterruptedException {
        try {
            return switch (reviews.review(token)) {
                case Attestation.Refused refused -> refused;
                case Attestation.Verified(WorkloadClaims claims) -> withPod(claims);
            };
        } catch (ApiServer.UnansweredException e) {
            return TokenReviews.later(String.valueOf(e.getMessage()));
        }
    }

    private Attestation withPod(WorkloadClaims claims) throws ApiServer.UnansweredException, InterruptedException {
        return api.ask(client -> client.pods()
                        .inNamespace(claims.namespace())
                        .withName(claims.pod())
                        .get())
                .map(pod -> judge(claims, pod))
                .orElseGet(() -> Attestation.refuse(
                        Reason.POD_GONE, "the pod " + claims.workload() + " of the workload token is gone"));
    }

    private static Attestation judge(WorkloadClaims claims, Pod pod) {
        if (!claims.podUid().equals(pod.getMetadata().getUid())) {
            return Attestation.refuse(
                    Reason.OTHER_POD,
                    "the workload token belongs to an earlier pod; another pod has the name " + claims.workload()
                            + " now");
        }
        Optional<String> node =
                Optional.ofNullable(pod.getSpec()).flatMap(spec -> Optional.ofNullable(spec.getNodeName()));
        if (claims.node().isPresent() && !claims.node().equals(node)) {
            return Attestation.refuse(
                    Reason.OTHER_POD,
                    "the workload token was made for node " + claims.node().get() + ", and " + claims.workload()
                            + " runs on node " + node.orElse("(none yet)"));
        }
        return new Attestation.Verified(claims);
    }

    @Override
    public void refused(WorkloadRefusal refusal) {
        events.refused(refusal);
    }
}
