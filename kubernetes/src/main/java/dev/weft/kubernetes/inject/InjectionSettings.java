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
 */
public record InjectionSettings(String image, String pullPolicy, TrustDomain trustDomain, Inbound inbound) {

    /** The words of {@code imagePullPolicy}. */
    public static final Set<String> PULL_POLICIES = Set.of("Always", "IfNotPresent", "Never");

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
        requireNonNull(inbound, "inbound");
    }
}
