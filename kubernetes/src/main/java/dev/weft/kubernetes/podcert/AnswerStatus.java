package dev.weft.kubernetes.podcert;

import dev.weft.identity.keys.Pem;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Builds the status of a PodCertificateRequest, in the form that the API server accepts. */
final class AnswerStatus {

    private AnswerStatus() {}

    static Map<String, Object> of(Answer.Issued issued, Instant now) {
        X509Certificate leaf = issued.chain().getFirst();
        Instant begins = leaf.getNotBefore().toInstant();
        Instant ends = leaf.getNotAfter().toInstant();
        Map<String, Object> status = new LinkedHashMap<>();
        status.put("certificateChain", Pem.encodeCertificates(issued.chain()));
        status.put("notBefore", begins.toString());
        status.put("notAfter", ends.toString());
        // At half of its lifetime, as sidecars do; the kubelet adds a random delay.
        status.put(
                "beginRefreshAt",
                begins.plus(Duration.between(begins, ends).dividedBy(2))
                        .truncatedTo(ChronoUnit.SECONDS)
                        .toString());
        status.put("conditions", conditions("Issued", "Issued", "the SVID of the pod's service account", now));
        return status;
    }

    /**
     * Returns the status of a request that gets no certificate.
     *
     * @param type {@code Denied} or {@code Failed}
     */
    static Map<String, Object> without(String type, String reason, String message, Instant now) {
        return Map.of("conditions", conditions(type, reason, message, now));
    }

    private static List<Map<String, Object>> conditions(String type, String reason, String message, Instant now) {
        return List.of(Map.of(
                "type",
                type,
                "status",
                "True",
                "reason",
                reason,
                "message",
                message,
                "lastTransitionTime",
                now.truncatedTo(ChronoUnit.SECONDS).toString()));
    }
}
