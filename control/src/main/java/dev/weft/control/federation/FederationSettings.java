package dev.weft.control.federation;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * How the own trust bundle is served.
 *
 * @param endpoint address of the bundle endpoint; empty: the bundle is not served
 * @param web the endpoint's certificate for its host name ({@code https_web}); empty: the control plane's own SVID
 *     ({@code https_spiffe})
 * @param refreshHint how often others should ask, in whole seconds
 */
public record FederationSettings(
        Optional<InetSocketAddress> endpoint, Optional<WebCertificate> web, Duration refreshHint) {

    /** Shortest refresh hint, in whole seconds. */
    public static final Duration MIN_REFRESH_HINT = Duration.ofSeconds(5);

    /**
     * Longest refresh hint: others then ask four times within the day for which the next key of JWT-SVIDs is published
     * ahead.
     */
    public static final Duration MAX_REFRESH_HINT = Duration.ofHours(6);

    /** The refresh hint if none is set. */
    public static final Duration DEFAULT_REFRESH_HINT = Duration.ofMinutes(1);

    /** Settings that serve nothing. */
    public static final FederationSettings OFF =
            new FederationSettings(Optional.empty(), Optional.empty(), DEFAULT_REFRESH_HINT);

    /**
     * A certificate in files, which are read again when they change.
     *
     * @param certificate PEM file: the certificate, then those of the CAs up to a public one
     * @param key PKCS#8 PEM file, which no other user may read
     */
    public record WebCertificate(Path certificate, Path key) {}

    /**
     * @throws IllegalArgumentException if the refresh hint is out of range, or there is a certificate but no endpoint
     */
    public FederationSettings {
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
