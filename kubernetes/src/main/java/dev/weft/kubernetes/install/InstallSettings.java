package dev.weft.kubernetes.install;

import static java.util.Objects.requireNonNull;

import dev.weft.kubernetes.inject.AdmissionVersion;
import dev.weft.kubernetes.inject.InjectionSettings;
import java.time.Duration;
import java.util.Optional;

/**
 * How an installation is to be.
 *
 * @param version of Weft, for the labels
 * @param leafLifetime of certificates, whole seconds
 * @param issuer empty where the secret is made by somebody else, or stays as it is
 * @param followIssuer whether somebody else keeps the issuer in the secret; else it is what the control plane begins with
 * @param replicas of the control plane
 * @param peering how others outside of the cluster reach the control plane
 */
public record InstallSettings(
        InjectionSettings injection,
        AdmissionVersion admission,
        String version,
        Duration leafLifetime,
        Optional<IssuerSecret> issuer,
        boolean followIssuer,
        int replicas,
        PeeringService peering) {

    /** Replicas of the control plane where nothing else is said. */
    public static final int USUAL_REPLICAS = 3;

    /** The most that tell each other of their sidecars. */
    public static final int MOST_REPLICAS = 15;

    private static final Duration SHORTEST = Duration.ofMinutes(1);
    private static final Duration LONGEST = Duration.ofDays(7);

    /** With {@link #USUAL_REPLICAS}. */
    public InstallSettings(
            InjectionSettings injection,
            AdmissionVersion admission,
            String version,
            Duration leafLifetime,
            Optional<IssuerSecret> issuer,
            boolean followIssuer) {
        this(injection, admission, version, leafLifetime, issuer, followIssuer, USUAL_REPLICAS);
    }

    /** Not reached from outside of the cluster. */
    public InstallSettings(
            InjectionSettings injection,
            AdmissionVersion admission,
            String version,
            Duration leafLifetime,
            Optional<IssuerSecret> issuer,
            boolean followIssuer,
            int replicas) {
        this(injection, admission, version, leafLifetime, issuer, followIssuer, replicas, PeeringService.NONE);
    }

    /** @throws IllegalArgumentException if the lifetime is none that the control plane takes, or there are too few or many replicas */
    public InstallSettings {
        requireNonNull(injection, "injection");
        requireNonNull(admission, "admission");
        requireNonNull(version, "version");
        if (!isLifetime(leafLifetime)) {
            throw new IllegalArgumentException("leaf lifetime: " + leafLifetime.toSeconds() + "s (expected: 1m to 7d)");
        }
        requireNonNull(issuer, "issuer");
        requireNonNull(peering, "peering");
        if (!isReplicas(replicas)) {
            throw new IllegalArgumentException("replicas: " + replicas + " (expected: 1-" + MOST_REPLICAS + ")");
        }
    }

    /** Whether there can be so many replicas. */
    public static boolean isReplicas(int replicas) {
        return replicas >= 1 && replicas <= MOST_REPLICAS;
    }

    /** Whether the control plane takes it as the life of certificates. */
    public static boolean isLifetime(Duration leafLifetime) {
        return leafLifetime.compareTo(SHORTEST) >= 0 && leafLifetime.compareTo(LONGEST) <= 0;
    }
}
