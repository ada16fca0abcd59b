package dev.weft.files.yaml;

import dev.weft.identity.bundle.DecodedBundle;
import dev.weft.identity.bundle.InvalidBundleException;
import dev.weft.identity.bundle.SpiffeBundles;
import dev.weft.identity.keys.InvalidEncodingException;
import dev.weft.identity.keys.Pem;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.svid.SvidProfile;
import dev.weft.identity.svid.SvidViolationException;
import dev.weft.identity.trust.JwtAuthority;
import dev.weft.identity.trust.TrustBundle;
import dev.weft.mesh.model.BundleEndpoint;
import dev.weft.mesh.model.Discovery;
import dev.weft.mesh.model.IpPort;
import dev.weft.mesh.model.TrustDomainObject;
import dev.weft.policy.model.Cidr;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads the {@code spec} of a TrustDomain. */
final class TrustDomainReader {

    static final int MAX_CA_CERTIFICATES = 32;

    private static final String ENDPOINT_ID = "endpointSpiffeId";
    private static final String CA = "caCertificates";

    private TrustDomainReader() {}

    static TrustDomainObject read(TrustDomain trustDomain, Fields spec) {
        String anchors = spec.text("anchors");
        String bundle = spec.text("bundle");
        Optional<BundleEndpoint> endpoint =
                Optional.ofNullable(spec.mapping("bundleEndpoint", TrustDomainReader::endpoint));
        Authorities authorities = authorities(trustDomain, anchors, bundle, spec);
        if (anchors == null
                && bundle == null
                && endpoint.filter(at -> provenBy(trustDomain, at)).isPresent()) {
            spec.problem("anchors", "the field is missing (expected: what proves the bundle endpoint at first)");
        }
        return new TrustDomainObject(
                trustDomain,
                authorities.anchors(),
                authorities.jwtAuthorities(),
                Objects.requireNonNullElse(spec.word("state", TrustBundle.State.class), TrustBundle.State.ACTIVE),
                Optional.ofNullable(spec.text("reason")),
                endpoint,
                Optional.ofNullable(spec.mapping("discovery", TrustDomainReader::discovery)));
    }

    /** Whether the bundle that the endpoint serves also proves the endpoint. Then a first bundle must be configured. */
    private static boolean provenBy(TrustDomain trustDomain, BundleEndpoint endpoint) {
        return endpoint.profile() instanceof BundleEndpoint.Profile.HttpsSpiffe(SpiffeId id)
                && id.trustDomain().equals(trustDomain);
    }

    private static Discovery discovery(Fields fields) {
        return new Discovery(
                fields.texts("addresses").stream()
                        .map(IpPort::parse)
                        .flatMap(Optional::stream)
                        .toList(),
                fields.texts("ranges").stream().map(Cidr::parse).toList());
    }

    private record Authorities(List<X509Certificate> anchors, List<JwtAuthority> jwtAuthorities) {
        private static final Authorities NONE = new Authorities(List.of(), List.of());
    }

    /**
     * Reads the authorities from PEM, or from a bundle in the SPIFFE format, which federation must accept as the first
     * bundle (FE-09).
     */
    private static Authorities authorities(
            TrustDomain trustDomain, @Nullable String pem, @Nullable String bundle, Fields spec) {
        if (pem != null && bundle != null) {
            spec.problem("bundle", "there are anchors too (expected: one of the two)");
            return Authorities.NONE;
        }
        if (pem != null) {
            return new Authorities(checked("anchors", trustDomain, decoded("anchors", pem, spec), spec), List.of());
        }
        if (bundle == null) {
            return Authorities.NONE;
        }
        try {
            DecodedBundle decoded = SpiffeBundles.decode(bundle.getBytes(StandardCharsets.UTF_8));
            if (decoded.bundle().anchors().isEmpty()) {
                spec.problem(
                        "bundle",
                        "there is no anchor in it (expected: at least one)"
                                + (decoded.ignored().isEmpty() ? "" : "; ignored: " + decoded.ignored()));
            }
            return new Authorities(
                    checked("bundle", trustDomain, decoded.bundle().anchors(), spec),
                    decoded.bundle().jwtAuthorities());
        } catch (InvalidBundleException e) {
            spec.problem("bundle", String.valueOf(e.getMessage()));
            return Authorities.NONE;
        }
    }

    private static List<X509Certificate> checked(
            String field, TrustDomain trustDomain, List<X509Certificate> given, Fields spec) {
        List<X509Certificate> anchors = atMost(TrustBundle.MAX_ANCHORS, field, given, spec);
        for (X509Certificate anchor : anchors) {
            try {
                SvidProfile.checkAnchor(anchor, trustDomain);
            } catch (SvidViolationException e) {
                spec.problem(
                        field,
                        "certificate " + (anchors.indexOf(anchor) + 1) + " is no anchor of " + trustDomain + ": "
                                + e.getMessage());
            }
        }
        return anchors;
    }

    /** Returns the certificates of a text; none if it cannot be read, which is reported. */
    private static List<X509Certificate> decoded(String field, String pem, Fields fields) {
        try {
            return Pem.decodeCertificates(pem);
        } catch (InvalidEncodingException e) {
            fields.problem(field, String.valueOf(e.getMessage()));
            return List.of();
        }
    }

    /** Returns the certificates; none if they are too many, which is reported. */
    private static List<X509Certificate> atMost(
            int most, String field, List<X509Certificate> certificates, Fields fields) {
        if (certificates.size() > most) {
            fields.problem(field, certificates.size() + " certificates (expected: at most " + most + ")");
            return List.of();
        }
        return certificates;
    }

    /**
     * Returns null if the endpoint cannot be used, which is reported. Its URL and profile are never guessed (FE-02).
     */
    private static @Nullable BundleEndpoint endpoint(Fields fields) {
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
        List<X509Certificate> cas =
                fields.text(CA, pem -> atMost(MAX_CA_CERTIFICATES, CA, decoded(CA, pem, fields), fields));
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
}
