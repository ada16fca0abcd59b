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
 */
public record InstallSettings(
        InjectionSettings injection,
        AdmissionVersion admission,
        String version,
        Duration leafLifetime,
        Optional<IssuerSecret> issuer,
        boolean followIssuer) {

    private static final Duration SHORTEST = Duration.ofMinutes(1);
    private static final Duration LONGEST = Duration.ofDays(7);

    /** @throws IllegalArgumentException if the lifetime is none that the control plane takes */
    public InstallSettings {
        requireNonNull(injection, "injection");
        requireNonNull(admission, "admission");
        requireNonNull(version, "version");
        if (!isLifetime(leafLifetime)) {
            throw new IllegalArgumentException("leaf lifetime: " + leafLifetime.toSeconds() + "s (expected: 1m to 7d)");
        }
        requireNonNull(issuer, "issuer");
    }

    /** Whether the control plane takes it as the life of certificates. */
    public static boolean isLifetime(Duration leafLifetime) {
        return leafLifetime.compareTo(SHORTEST) >= 0 && leafLifetime.compareTo(LONGEST) <= 0;
    }
}
