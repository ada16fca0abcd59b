package dev.weft.kubernetes.podcert;

import java.security.cert.X509Certificate;
import java.util.List;

/** What becomes of a PodCertificateRequest. */
sealed interface Answer {

    /** A certificate: leaf first, without the anchor. */
    record Issued(List<X509Certificate> chain) implements Answer {
        public Issued {
            chain = List.copyOf(chain);
        }
    }

    /**
     * It gets none, as it is now.
     *
     * @param reason one word in CamelCase, as Kubernetes wants it
     */
    record Denied(String reason, String message) implements Answer {}

    /**
     * It cannot get one, through no fault of its own. The kubelet asks again, by another request.
     *
     * @param reason one word in CamelCase
     */
    record Failed(String reason, String message) implements Answer {}

    /** It is looked at again soon. */
    record Later(String why) implements Answer {}
}
