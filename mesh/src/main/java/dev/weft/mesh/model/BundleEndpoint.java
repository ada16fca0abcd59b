package dev.weft.mesh.model;

import static java.util.Objects.requireNonNull;

import dev.weft.identity.spiffe.SpiffeId;
import java.net.URI;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/** Where another trust domain serves its bundle, and what the endpoint has to prove (SPIFFE Federation section 5). */
public record BundleEndpoint(URI url, Profile profile) {

    /** Longest URL, in characters. */
    public static final int MAX_URL = 2048;

    /** What the endpoint proves. */
    public sealed interface Profile {

        /**
         * Its name, by a certificate of one of these CAs; without any, of those that the system trusts (FE-08).
         */
        record HttpsWeb(List<X509Certificate> caCertificates) implements Profile {
            public HttpsWeb {
                caCertificates = List.copyOf(caCertificates);
            }
        }

        /** This identity, by an SVID (FE-09). */
        record HttpsSpiffe(SpiffeId endpointId) implements Profile {
            public HttpsSpiffe {
                requireNonNull(endpointId, "endpointId");
            }
        }

        /** As the standard names it. */
        default String name() {
            return switch (this) {
                case HttpsWeb _ -> "https_web";
                case HttpsSpiffe _ -> "https_spiffe";
            };
        }
    }

    /** @throws IllegalArgumentException if no bundle may be asked for at the URL */
    public BundleEndpoint {
        requireNonNull(profile, "profile");
        unmet(url).ifPresent(expected -> {
            throw new IllegalArgumentException("bundle endpoint: the URL is not " + expected);
        });
    }

    /** What is expected of the URL of a bundle endpoint, redirects included, and is not so (FE-04, FE-07). */
    public static Optional<String> unmet(URI url) {
        boolean good = "https".equalsIgnoreCase(url.getScheme())
                && url.getHost() != null
                && url.getRawUserInfo() == null
                && url.getRawFragment() == null
                && url.toString().length() <= MAX_URL;
        return good ? Optional.empty() : Optional.of("https://HOST[:PORT]/PATH, without user and fragment");
    }
}
