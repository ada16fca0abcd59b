package dev.weft.kubernetes.podcert;

import java.security.cert.X509Certificate;
import java.util.List;

/** The answer to a PodCertificateRequest. */
sealed interface Answer {

    /** The certificate chain: leaf first, without the anchor. */
    record Issued(List<X509Certificate> chain) implements Answer {
        public Issued {
            chain = List.copyOf(chain);
        }
    }

    /**
     * The request is denied for good.
     *
     * @param reason one word in CamelCase, as Kubernetes requires
     */
    record Denied(String reason, String message) implements Answer {}

    /**
     * The request cannot be fulfilled, but not because of an error in it. The kubelet retries with a new request.
     *
     * @param reason one word in CamelCase
     */
    record Failed(String reason, String message) implements Answer {}

    /** The request is tried again soon. */
    record Later(String why) implements Answer {}
}
