package dev.weft.kubernetes.podcert;

import dev.weft.control.certify.Outcome;
import dev.weft.control.certify.PodCertificates;
import dev.weft.control.certify.Refusal;
import dev.weft.identity.issue.TrustAnchors;
import dev.weft.identity.keys.KeyPairs;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Answers requests, one at a time: checks the pod, issues the certificate, and checks that the API server will accept
 * it.
 *
 * @param certificates issues the certificates
 */
record RequestProcessor(KubernetesClient client, PodCertificates certificates) {

    /** The shortest lifetime that the API server accepts. */
    static final Duration SHORTEST = Duration.ofHours(1);

    private static final Set<Refusal> FOR_GOOD =
            EnumSet.of(Refusal.REVOKED, Refusal.RESERVED_IDENTITY, Refusal.FOREIGN_IDENTITY, Refusal.BAD_REQUEST);

    /** @throws io.fabric8.kubernetes.client.KubernetesClientException if the API server cannot be called */
    Answer answer(PodRequest request) {
        Optional<PublicKey> key = request.key().filter(KeyPairs::isAccepted);
        if (key.isEmpty()) {
            return Answer.denied("UnsupportedKeyType", "SVIDs have keys of the types ECDSAP256 and ECDSAP384");
        }
        String namespace = request.claims().namespace();
        @Nullable
        Pod pod = client.pods()
                .inNamespace(namespace)
                .withName(request.claims().pod())
                .get();
        @Nullable
        ServiceAccount account = client.serviceAccounts()
                .inNamespace(namespace)
                .withName(request.claims().serviceAccount())
                .get();
        return PodCheck.refusal(request, pod, account).orElseGet(() -> issue(request, key.get()));
    }

    private Answer issue(PodRequest request, PublicKey key) {
        // A certificate begins before now, and the requested time counts from that beginning.
        Duration longest = request.longest().minus(TrustAnchors.CLOCK_SKEW);
        if (longest.isNegative()) {
            return tooShort(request.longest());
        }
        return switch (certificates.certify(request.claims(), key, longest)) {
            case Outcome.Issued issued -> inTime(issued);
            case Outcome.Refused refused when refused.refusal() == Refusal.BUSY -> new Answer.Later(refused.reason());
            case Outcome.Refused refused
            when FOR_GOOD.contains(refused.refusal()) ->
                Answer.denied("Refused", refused.refusal().code() + ": " + refused.reason());
            case Outcome.Refused refused ->
                Answer.failed("NotIssued", refused.refusal().code() + ": " + refused.reason());
        };
    }

    private static Answer inTime(Outcome.Issued issued) {
        X509Certificate leaf = issued.chain().getFirst();
        Duration lasts = Duration.between(
                leaf.getNotBefore().toInstant(), leaf.getNotAfter().toInstant());
        return lasts.compareTo(SHORTEST) < 0 ? tooShort(lasts) : new Answer.Issued(issued.chain());
    }

    private static Answer tooShort(Duration lasts) {
        return Answer.failed(
                "TooShort",
                "a certificate would last " + lasts
                        + ", and Kubernetes takes none that lasts less than an hour: the issuer"
                        + " ends soon, or certificates of this mesh (--leaf-lifetime) are short");
    }
}
