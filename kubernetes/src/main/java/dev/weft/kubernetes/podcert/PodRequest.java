package dev.weft.kubernetes.podcert;

import dev.weft.control.attest.WorkloadClaims;
import dev.weft.identity.csr.CsrVerifier;
import dev.weft.identity.csr.InvalidCsrException;
import dev.weft.identity.keys.InvalidEncodingException;
import dev.weft.identity.keys.PublicKeys;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.security.PublicKey;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The spec of a PodCertificateRequest: what a kubelet requests for a pod.
 *
 * @param claims the pod, its service account and its node
 * @param serviceAccountUid distinguishes the service account from another one of the same name
 * @param key empty if it is of a kind that cannot be read
 * @param longest longest lifetime of the certificate, from its beginning to its end
 */
record PodRequest(WorkloadClaims claims, String serviceAccountUid, Optional<PublicKey> key, Duration longest) {

    private static final Set<String> FINAL = Set.of("Issued", "Denied", "Failed");

    /** Returns the signer's name in the request; "" if there is none. */
    static String signer(GenericKubernetesResource object) {
        return text(spec(object), "signerName");
    }

    /** Whether the request has an answer. Answers are final. */
    static boolean isAnswered(GenericKubernetesResource object) {
        return object.getAdditionalProperties().get("status") instanceof Map<?, ?> status
                && status.get("conditions") instanceof List<?> conditions
                && conditions.stream()
                        .anyMatch(each -> each instanceof Map<?, ?> condition && FINAL.contains(condition.get("type")));
    }

    /**
     * Reads a request.
     *
     * @throws IllegalArgumentException if a field is missing, or has a value that Kubernetes would not write
     */
    static PodRequest read(GenericKubernetesResource object) {
        Map<?, ?> spec = spec(object);
        WorkloadClaims claims = new WorkloadClaims(
                object.getMetadata().getNamespace(),
                text(spec, "serviceAccountName"),
                text(spec, "podName"),
                text(spec, "podUID"),
                Optional.of(text(spec, "nodeName")));
        if (!(spec.get("maxExpirationSeconds") instanceof Number seconds)) {
            throw new IllegalArgumentException("maxExpirationSeconds is missing");
        }
        return new PodRequest(
                claims, text(spec, "serviceAccountUID"), key(spec), Duration.ofSeconds(seconds.longValue()));
    }

    /**
     * Returns the key. Its possession is proven: the API server has checked that, or the signing request in the spec
     * proves it.
     */
    private static Optional<PublicKey> key(Map<?, ?> spec) {
        try {
            String request = text(spec, "stubPKCS10Request");
            return Optional.of(
                    request.isEmpty()
                            ? PublicKeys.decode(Base64.getDecoder().decode(text(spec, "pkixPublicKey")))
                            : CsrVerifier.verify(Base64.getDecoder().decode(request))
                                    .publicKey());
        } catch (InvalidEncodingException | InvalidCsrException _) {
            return Optional.empty();
        }
    }

    private static Map<?, ?> spec(GenericKubernetesResource object) {
        return object.getAdditionalProperties().get("spec") instanceof Map<?, ?> spec ? spec : Map.of();
    }

    private static String text(Map<?, ?> spec, String field) {
        return spec.get(field) instanceof String text ? text : "";
    }
}
