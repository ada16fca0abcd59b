package dev.weft.files.yaml;

import dev.weft.identity.keys.InvalidEncodingException;
import dev.weft.identity.keys.Pem;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.mesh.model.BundleEndpoint;
import java.net.URI;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads the {@code bundleEndpoint} of a TrustDomain. Its URL and profile are never guessed (FE-02). */
final class BundleEndpointReader {

    /** Most CA certificates for an endpoint. */
    static final int MAX_CA_CERTIFICATES = 32;

    private enum Profile {
        WEB,
        SPIFFE
    }

    private static final Map<String, Profile> PROFILES =
            Map.of("https_web", Profile.WEB, "https_spiffe", Profile.SPIFFE);

    private BundleEndpointReader() {}

    /** Empty if it cannot be used, which is reported. */
    static Optional<BundleEndpoint> read(Fields fields) {
        String url = fields.requiredText("url", Syntax::endpointUrl);
        String word = fields.requiredText("profile", BundleEndpointReader::profile);
        String endpointId = fields.text("endpointSpiffeId", Syntax::spiffeId);
        String ca = fields.text("caCertificates", Syntax::pem);
        Profile profile = PROFILES.get(word);
        if (url.isEmpty() || profile == null) {
            return Optional.empty();
        }
        return switch (profile) {
            case WEB -> web(fields, URI.create(url), endpointId, ca);
            case SPIFFE -> spiffe(fields, URI.create(url), endpointId, ca);
        };
    }

    private static @Nullable String profile(String text) {
        return PROFILES.containsKey(text) ? null : "https_web or https_spiffe";
    }

    private static Optional<BundleEndpoint> web(
            Fields fields, URI url, @Nullable String endpointId, @Nullable String ca) {
        if (endpointId != null) {
            fields.problem(null, "endpointSpiffeId", "only an endpoint of profile https_spiffe has one");
            return Optional.empty();
        }
        return Optional.of(new BundleEndpoint(
                url, new BundleEndpoint.Profile.HttpsWeb(ca == null ? List.of() : certificates(fields, ca))));
    }

    private static Optional<BundleEndpoint> spiffe(
            Fields fields, URI url, @Nullable String endpointId, @Nullable String ca) {
        if (endpointId == null) {
            fields.problem(null, "endpointSpiffeId", "the field is missing (expected with profile https_spiffe)");
            return Optional.empty();
        }
        if (ca != null) {
            fields.problem(null, "caCertificates", "only an endpoint of profile https_web has some");
            return Optional.empty();
        }
        return Optional.of(new BundleEndpoint(url, new BundleEndpoint.Profile.HttpsSpiffe(SpiffeId.parse(endpointId))));
    }

    private static List<X509Certificate> certificates(Fields fields, String pem) {
        try {
            List<X509Certificate> certificates = Pem.decodeCertificates(pem);
            if (certificates.size() <= MAX_CA_CERTIFICATES) {
                return certificates;
            }
            fields.problem(
                    null,
                    "caCertificates",
                    certificates.size() + " certificates (expected: at most " + MAX_CA_CERTIFICATES + ")");
        } catch (InvalidEncodingException e) {
            fields.problem(null, "caCertificates", String.valueOf(e.getMessage()));
        }
        return List.of();
    }
}
