package dev.weft.mesh.model;

import static java.util.Objects.requireNonNull;

import dev.weft.identity.spiffe.SpiffeId;
import java.net.URI;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/**
 * The URL at which another trust domain serves its bundle, and what the endpoint must prove (SPIFFE Federation section
 * 5).
 */
public record BundleEndpoint(URI url, Profile profile) {

    /** Longest URL, in characters. */
    public static final int MAX_URL = 2048;

    /** What the endpoint must prove. */
    public sealed interface Profile {

        /**
         * The endpoint proves its host name by a certificate of one of these CAs. If the list is empty, the CAs of the
         * system count (FE-08).
         */
        record HttpsWeb(List<X509Certificate> caCertificates) implements Profile {
            public HttpsWeb {
                caCertificates = List.copyOf(caCertificates);
            }
        }

        /** The endpoint proves this SPIFFE ID by an SVID (FE-09). */
        record HttpsSpiffe(SpiffeId endpointId) implements Profile {
            public HttpsSpiffe {
                requireNonNull(endpointId, "endpointId");
            }
        }

        /** Returns the profile's name in the standard. */
        default String name() {
            return switch (this) {
                case HttpsWeb _ -> "https_web";
                case HttpsSpiffe _ -> "https_spiffe";
            };
        }
    }

    /** @throws IllegalArgumentException if the URL cannot be the URL of a bundle endpoint */
    public BundleEndpoint {
        requireNonNull(profile, "profile");
        unmet(url).ifPresent(expected -> {
            throw new IllegalArgumentException("bundle endpoint: the URL is not " + expected);
        });
    }

    /**
     * Returns what a valid URL of a bundle endpoint looks like; empty if this URL is valid. Redirects must be valid too
     * (FE-04, FE-07).
     */
    public static Optional<String> unmet(URI url) {
        boolean good = "https".equalsIgnoreCase(url.getScheme())
                && url.getHost() != null
                && url.getRawUserInfo() == null
                && url.getRawFragment() == null
                && url.toString().length() <= MAX_URL;
        return good ? Optional.empty() : Optional.of("https://HOST[:PORT]/PATH, without user and fragment");
    }
}
