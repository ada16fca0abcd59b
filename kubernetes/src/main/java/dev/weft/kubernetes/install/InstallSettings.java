package dev.weft.kubernetes.install;

import static java.util.Objects.requireNonNull;

import dev.weft.kubernetes.inject.InjectionMethod;
import dev.weft.kubernetes.inject.InjectionSettings;
import java.time.Duration;
import java.util.Optional;

/**
 * The settings of an installation.
 *
 * @param version version of Weft, for the labels
 * @param leafLifetime lifetime of certificates, in whole seconds
 * @param issuer the issuer's secret; empty if another program creates it, or it stays unchanged
 * @param followIssuer whether another program maintains the issuer in the secret; otherwise the secret only has the
 *     first issuer
 * @param replicas number of replicas of the control plane
 * @param peering how other meshes reach the control plane from outside of the cluster
 * @param pod what is set of each pod of the control plane
 */
public record InstallSettings(
        InjectionSettings injection,
        InjectionMethod admission,
        String version,
        Duration leafLifetime,
        Optional<IssuerSecret> issuer,
        boolean followIssuer,
        int replicas,
        PeeringService peering,
        ControlPod pod) {

    /** Default number of replicas of the control plane. */
    public static final int USUAL_REPLICAS = 3;

    /** Most replicas that exchange the state of their sidecars. */
    public static final int MOST_REPLICAS = 15;

    private static final Duration SHORTEST = Duration.ofMinutes(1);
    private static final Duration LONGEST = Duration.ofDays(7);

    /**
     * @throws IllegalArgumentException if the control plane does not accept the lifetime, or the number of replicas is
     *     out of range
     */
    public InstallSettings {
        requireNonNull(injection, "injection");
        requireNonNull(admission, "admission");
        requireNonNull(version, "version");
        if (!isLifetime(leafLifetime)) {
            throw new IllegalArgumentException("leaf lifetime: " + leafLifetime.toSeconds() + "s (expected: 1m to 7d)");
        }
        requireNonNull(issuer, "issuer");
        requireNonNull(peering, "peering");
        requireNonNull(pod, "pod");
        if (!isReplicas(replicas)) {
            throw new IllegalArgumentException("replicas: " + replicas + " (expected: 1-" + MOST_REPLICAS + ")");
        }
    }

    /** Whether the number of replicas is valid. */
    public static boolean isReplicas(int replicas) {
        return replicas >= 1 && replicas <= MOST_REPLICAS;
    }

    /** Whether the control plane accepts the lifetime of certificates. */
    public static boolean isLifetime(Duration leafLifetime) {
        return leafLifetime.compareTo(SHORTEST) >= 0 && leafLifetime.compareTo(LONGEST) <= 0;
    }
}
