package dev.weft.kubernetes.podcert;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeProjection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Checks whether the pod really asks for the certificate of a request. The API server limits kubelets to pods of their
 * own node, but does not limit other creators of requests. So the pod itself decides.
 */
final class PodCheck {

    private PodCheck() {}

    /**
     * Returns why the request gets no certificate; empty if nothing is wrong.
     *
     * @param pod the pod of the request's pod name; null if there is none
     * @param account the service account of the request; null if there is none
     */
    static Optional<Answer> refusal(PodRequest request, @Nullable Pod pod, @Nullable ServiceAccount account) {
        String name = request.claims().workload();
        if (pod == null || !request.claims().podUid().equals(pod.getMetadata().getUid())) {
            return denied("PodGone", "the pod " + name + " of the request is gone");
        }
        if (!request.claims().serviceAccount().equals(pod.getSpec().getServiceAccountName())
                || account == null
                || !request.serviceAccountUid().equals(account.getMetadata().getUid())) {
            return denied(
                    "OtherServiceAccount",
                    "the pod " + name
                            + " does not run as the service account of the request, or that service account is gone");
        }
        if (!Objects.equals(
                request.claims().node().orElse(""),
                Objects.requireNonNullElse(pod.getSpec().getNodeName(), ""))) {
            return denied("OtherNode", "the pod " + name + " is not on the node of the request");
        }
        if (!asks(pod)) {
            return denied(
                    "NotAsked",
                    "the pod " + name + " has no volume with a certificate of " + PodCertificateSigner.SIGNER);
        }
        return Optional.empty();
    }

    private static boolean asks(Pod pod) {
        return present(pod.getSpec().getVolumes()).stream()
                .map(Volume::getProjected)
                .filter(Objects::nonNull)
                .flatMap(projected -> present(projected.getSources()).stream())
                .map(VolumeProjection::getPodCertificate)
                .filter(Objects::nonNull)
                .anyMatch(wanted -> PodCertificateSigner.SIGNER.equals(wanted.getSignerName()));
    }

    private static <T> List<T> present(@Nullable List<T> list) {
        return list == null ? List.of() : list;
    }

    private static Optional<Answer> denied(String reason, String message) {
        return Optional.of(Answer.denied(reason, message));
    }
}
