package dev.weft.control.federation;

import static java.util.Objects.requireNonNull;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * How the own trust bundle is served.
 *
 * @param endpoint where; empty: not at all
 * @param web what proves the endpoint by its name ({@code https_web}); empty: the control plane's own SVID ({@code
 *     https_spiffe})
 * @param refreshHint how often others are to ask, in whole seconds
 */
public record FederationSettings(
        Optional<InetSocketAddress> endpoint, Optional<WebCertificate> web, Duration refreshHint) {

    /** The least that others may be told to wait, in whole seconds. */
    public static final Duration MIN_REFRESH_HINT = Duration.ofSeconds(5);

    /** The most: so that within a day, for which the next key of JWT-SVIDs is published ahead, others ask four times. */
    public static final Duration MAX_REFRESH_HINT = Duration.ofHours(6);

    /** What others are told unless it is set. */
    public static final Duration DEFAULT_REFRESH_HINT = Duration.ofMinutes(1);

    /** Serves nothing. */
    public static final FederationSettings OFF =
            new FederationSettings(Optional.empty(), Optional.empty(), DEFAULT_REFRESH_HINT);

    /**
     * Files that are read again when they change.
     *
     * @param certificate PEM: the certificate, then those of the CAs up to a public one
     * @param key PKCS#8 PEM, that no one else may read
     */
    public record WebCertificate(Path certificate, Path key) {
        public WebCertificate {
            requireNonNull(certificate, "certificate");
            requireNonNull(key, "key");
        }
    }

    /** @throws IllegalArgumentException if the refresh hint is beyond its limits, or there is a certificate for nothing */
    public FederationSettings {
        requireNonNull(endpoint, "endpoint");
        requireNonNull(web, "web");
        if (refreshHint.compareTo(MIN_REFRESH_HINT) < 0
                || refreshHint.compareTo(MAX_REFRESH_HINT) > 0
                || !refreshHint.equals(refreshHint.truncatedTo(ChronoUnit.SECONDS))) {
            throw new IllegalArgumentException(
                    "refresh hint of the bundle endpoint: " + refreshHint + " (expected: 5s to 6h, whole seconds)");
        }
        if (web.isPresent() && endpoint.isEmpty()) {
            throw new IllegalArgumentException("a certificate for the bundle endpoint, but no address for it");
        }
    }
}
