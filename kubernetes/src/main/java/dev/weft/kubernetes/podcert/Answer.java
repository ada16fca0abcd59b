package dev.weft.kubernetes.podcert;

import dev.weft.identity.keys.Pem;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The answer to a PodCertificateRequest. */
sealed interface Answer {

    /** An answer for good, which becomes the status of the request. */
    sealed interface Final extends Answer {

        /** Returns the status, in the form that the API server accepts. */
        Map<String, Object> status(Instant now);
    }

    /** The certificate chain: leaf first, without the anchor. */
    record Issued(List<X509Certificate> chain) implements Final {
        public Issued {
            chain = List.copyOf(chain);
        }

        @Override
        public Map<String, Object> status(Instant now) {
            X509Certificate leaf = chain.getFirst();
            Instant begins = leaf.getNotBefore().toInstant();
            Instant ends = leaf.getNotAfter().toInstant();
            Map<String, Object> status = new LinkedHashMap<>();
            status.put("certificateChain", Pem.encodeCertificates(chain));
            status.put("notBefore", begins.toString());
            status.put("notAfter", ends.toString());
            // At half of its lifetime, as sidecars do; the kubelet adds a random delay.
            status.put(
                    "beginRefreshAt",
                    begins.plus(Duration.between(begins, ends).dividedBy(2))
                            .truncatedTo(ChronoUnit.SECONDS)
                            .toString());
            status.putAll(conditions("Issued", "Issued", "the SVID of the pod's service account", now));
            return status;
        }
    }

    /**
     * There is no certificate.
     *
     * @param reason one word in CamelCase, as Kubernetes requires
     */
    record Refused(Type type, String reason, String message) implements Final {

        @Override
        public Map<String, Object> status(Instant now) {
            return conditions(type.condition, reason, message, now);
        }
    }

    /** Whether another request can succeed. */
    enum Type {
        /** Refused for good. */
        DENIED("Denied"),
        /** There is no error in the request: the kubelet retries with a new one. */
        FAILED("Failed");

        private final String condition;

        Type(String condition) {
            this.condition = condition;
        }
    }

    /** The request is tried again soon. */
    record Later(String why) implements Answer {}

    static Answer denied(String reason, String message) {
        return new Refused(Type.DENIED, reason, message);
    }

    static Answer failed(String reason, String message) {
        return new Refused(Type.FAILED, reason, message);
    }

    private static Map<String, Object> conditions(String type, String reason, String message, Instant now) {
        return Map.of(
                "conditions",
                List.of(Map.of(
                        "type", type,
                        "status", "True",
                        "reason", reason,
                        "message", message,
                        "lastTransitionTime",
                                now.truncatedTo(ChronoUnit.SECONDS).toString())));
    }
}
