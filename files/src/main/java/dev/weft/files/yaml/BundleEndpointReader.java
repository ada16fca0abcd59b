package dev.weft.files.yaml;

import dev.weft.identity.keys.InvalidEncodingException;
import dev.weft.identity.keys.Pem;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.mesh.model.BundleEndpoint;
import java.net.URI;
import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the {@code bundleEndpoint} of a TrustDomain. Its URL and profile are never guessed (FE-02). */
final class BundleEndpointReader {

    static final int MAX_CA_CERTIFICATES = 32;

    private static final String ENDPOINT_ID = "endpointSpiffeId";
    private static final String CA = "caCertificates";

    private BundleEndpointReader() {}

    /** Returns null if the endpoint cannot be used, which is reported. */
    static @Nullable BundleEndpoint read(Fields fields) {
        String url = fields.text("url");
        String profile = fields.text("profile");
        if (url == null || profile == null) {
            return null;
        }
        BundleEndpoint.Profile proof = profile.equals("https_web") ? web(fields) : spiffe(fields);
        return proof == null ? null : new BundleEndpoint(URI.create(url), proof);
    }

    private static BundleEndpoint.@Nullable Profile web(Fields fields) {
        if (fields.has(ENDPOINT_ID)) {
            fields.problem(ENDPOINT_ID, "only an endpoint of profile https_spiffe has one");
            return null;
        }
        List<X509Certificate> cas = fields.text(CA, pem -> certificates(fields, pem));
        return new BundleEndpoint.Profile.HttpsWeb(cas == null ? List.of() : cas);
    }

    private static BundleEndpoint.@Nullable Profile spiffe(Fields fields) {
        if (!fields.has(ENDPOINT_ID)) {
            fields.problem(ENDPOINT_ID, "the field is missing (expected with profile https_spiffe)");
            return null;
        }
        if (fields.has(CA)) {
            fields.problem(CA, "only an endpoint of profile https_web has some");
            return null;
        }
        return fields.text(ENDPOINT_ID, id -> new BundleEndpoint.Profile.HttpsSpiffe(SpiffeId.parse(id)));
    }

    private static List<X509Certificate> certificates(Fields fields, String pem) {
        try {
            List<X509Certificate> certificates = Pem.decodeCertificates(pem);
            if (certificates.size() <= MAX_CA_CERTIFICATES) {
                return certificates;
            }
            fields.problem(CA, certificates.size() + " certificates (expected: at most " + MAX_CA_CERTIFICATES + ")");
        } catch (InvalidEncodingException e) {
            fields.problem(CA, String.valueOf(e.getMessage()));
        }
        return List.of();
    }
}
