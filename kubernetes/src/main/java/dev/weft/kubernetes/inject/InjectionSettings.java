package dev.weft.kubernetes.inject;

import static java.util.Objects.requireNonNull;

import dev.weft.identity.spiffe.TrustDomain;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What is the same for all pods of an installation.
 *
 * @param image of sidecar, init container and control plane
 * @param pullPolicy of the image: Always, IfNotPresent or Never
 * @param clusterDomain the domain of the cluster's names, as the kubelets and the name server have it
 */
public record InjectionSettings(
        String image, String pullPolicy, TrustDomain trustDomain, String clusterDomain, Inbound inbound) {

    /** The words of {@code imagePullPolicy}. */
    public static final Set<String> PULL_POLICIES = Set.of("Always", "IfNotPresent", "Never");

    /** What most clusters call themselves in their names. */
    public static final String USUAL_CLUSTER_DOMAIN = "cluster.local";

    private static final int LONGEST_DOMAIN = 200;
    private static final Pattern DOMAIN =
            Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");

    private static final int LONGEST_IMAGE = 512;
    private static final Pattern IMAGE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._/:@-]*");

    /** @throws IllegalArgumentException if image or pull policy cannot be one */
    public InjectionSettings {
        if (image.length() > LONGEST_IMAGE || !IMAGE.matcher(image).matches()) {
            throw new IllegalArgumentException("image: " + image + " (expected: as registry.example/weft:1.0)");
        }
        if (!PULL_POLICIES.contains(pullPolicy)) {
            throw new IllegalArgumentException(
                    "image pull policy: " + pullPolicy + " (expected: Always, IfNotPresent or Never)");
        }
        requireNonNull(trustDomain, "trustDomain");
        if (clusterDomain.length() > LONGEST_DOMAIN
                || !DOMAIN.matcher(clusterDomain).matches()) {
            throw new IllegalArgumentException("cluster domain: " + clusterDomain + " (expected: as cluster.local)");
        }
        requireNonNull(inbound, "inbound");
    }

    /** Where sidecars find the control plane: its whole name, as not every pod has the cluster's search domains. */
    String controlPlane() {
        return "weft-control.weft-system.svc." + clusterDomain + ":15012";
    }
}
