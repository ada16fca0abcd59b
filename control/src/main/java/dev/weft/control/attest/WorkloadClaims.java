package dev.weft.control.attest;

import static java.util.Objects.requireNonNull;

import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.svid.WorkloadMark;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The owner of a workload token, as identified by the platform.
 *
 * @param namespace of the pod and the service account
 * @param serviceAccount determines the identity
 * @param pod name of the pod that the token was made for
 * @param podUid distinguishes this pod from another of the same name
 * @param node the pod's node when the token was made; empty where the platform does not report it
 */
public record WorkloadClaims(
        String namespace, String serviceAccount, String pod, String podUid, Optional<String> node) {

    private static final int MAX_NAME = 253;
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([-a-z0-9.]*[a-z0-9])?");
    private static final Pattern UID = Pattern.compile("[A-Za-z0-9-]{1,128}");

    /** @throws IllegalArgumentException if a name is not a valid Kubernetes name */
    public WorkloadClaims {
        requireName("namespace", namespace);
        requireName("service account", serviceAccount);
        requireName("pod", pod);
        if (!UID.matcher(podUid).matches()) {
            throw new IllegalArgumentException("pod UID: " + podUid + " (expected: 1-128 letters, digits and hyphens)");
        }
        requireNonNull(node, "node");
    }

    private static void requireName(String what, String name) {
        if (name.length() > MAX_NAME || !NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(what + ": " + name + " (expected: a DNS subdomain, RFC 1123)");
        }
    }

    /** Returns the workload's name in the registry: {@code namespace/pod}. */
    public String workload() {
        return namespace + "/" + pod;
    }

    /** Returns the mark that tells the pod from all others, even from another pod of the same name. */
    public WorkloadMark mark() {
        return WorkloadMark.of(workload(), podUid);
    }

    /** Returns the identity of the service account. */
    public SpiffeId identity(TrustDomain trustDomain) {
        return SpiffeId.ofServiceAccount(trustDomain, namespace, serviceAccount);
    }
}
