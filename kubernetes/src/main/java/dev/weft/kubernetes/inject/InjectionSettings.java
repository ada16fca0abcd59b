package dev.weft.kubernetes.inject;

import static java.util.Objects.requireNonNull;

import dev.weft.identity.spiffe.TrustDomain;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The settings that all pods of an installation share.
 *
 * @param image image of sidecar, init container and control plane
 * @param pullPolicy pull policy of the image: Always, IfNotPresent or Never
 * @param clusterDomain domain of the cluster's DNS names, as configured for kubelets and name servers
 */
public record InjectionSettings(
        String image, String pullPolicy, TrustDomain trustDomain, String clusterDomain, Inbound inbound) {

    /** The valid values of {@code imagePullPolicy}. */
    public static final Set<String> PULL_POLICIES = Set.of("Always", "IfNotPresent", "Never");

    /** The cluster domain of most clusters. */
    public static final String USUAL_CLUSTER_DOMAIN = "cluster.local";

    private static final int LONGEST_DOMAIN = 200;
    private static final Pattern DOMAIN =
            Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");

    private static final int LONGEST_IMAGE = 512;
    private static final Pattern IMAGE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._/:@-]*");

    /** @throws IllegalArgumentException if a value is not valid */
    public InjectionSettings {
        if (image.length() > LONGEST_IMAGE || !IMAGE.matcher(image).matches()) {
            throw new IllegalArgumentException(
                    "image: " + image + " (expected: a name such as registry.example/weft:1.0)");
        }
        if (!PULL_POLICIES.contains(pullPolicy)) {
            throw new IllegalArgumentException(
                    "image pull policy: " + pullPolicy + " (expected: Always, IfNotPresent or Never)");
        }
        requireNonNull(trustDomain, "trustDomain");
        if (clusterDomain.length() > LONGEST_DOMAIN
                || !DOMAIN.matcher(clusterDomain).matches()) {
            throw new IllegalArgumentException(
                    "cluster domain: " + clusterDomain + " (expected: a domain such as cluster.local)");
        }
        requireNonNull(inbound, "inbound");
    }

    /**
     * Returns the address of the control plane for sidecars. It is a full name, because not every pod has the cluster's
     * search domains.
     */
    String controlPlane() {
        return "weft-control.weft-system.svc." + clusterDomain + ":15012";
    }
}
