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
import dev.weft.identity.trust.SerialNumber;
import dev.weft.identity.trust.SpkiFingerprint;
import dev.weft.identity.trust.TrustBundle;
import dev.weft.mesh.model.BundleEndpoint;
import dev.weft.mesh.model.Discovery;
import dev.weft.mesh.model.IpPort;
import dev.weft.mesh.model.Revocation;
import dev.weft.mesh.model.Revocation.Target;
import dev.weft.mesh.model.TrustDomainObject;
import dev.weft.policy.model.Cidr;
import java.math.BigInteger;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads the {@code spec} of a TrustDomain or of a Revocation. */
final class TrustReader {

    static final int MAX_CA_CERTIFICATES = 32;

    private static final String ENDPOINT_ID = "endpointSpiffeId";
    private static final String CA = "caCertificates";

    private static final int HEX = 16;

    private TrustReader() {}

    static TrustDomainObject trustDomain(TrustDomain trustDomain, Fields spec) {
        String anchors = spec.text("anchors");
        String bundle = spec.text("bundle");
        Optional<BundleEndpoint> endpoint = Optional.ofNullable(spec.mapping("bundleEndpoint", TrustReader::endpoint));
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
                Optional.ofNullable(spec.mapping("discovery", TrustReader::discovery)));
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

    /** Returns null if the revocation cannot be used, which is reported. */
    static @Nullable Revocation revocation(String name, Fields spec) {
        Optional<Target> target = Stream.<Target>of(
                        spec.mapping("certificate", TrustReader::certificate),
                        spec.mapping("identity", TrustReader::identity),
                        spec.mapping("issuer", TrustReader::issuer))
                .filter(Objects::nonNull)
                .findFirst();
        return target.map(revoked -> new Revocation(
                        name,
                        trustDomainOf(spec, revoked),
                        revoked,
                        Optional.ofNullable(spec.text("reason")),
                        Optional.ofNullable(spec.text("expires", Instant::parse))))
                .orElse(null);
    }

    /** Returns the trust domain of the target. For an identity it is part of the SPIFFE ID. */
    private static Optional<TrustDomain> trustDomainOf(Fields spec, Target target) {
        Optional<TrustDomain> given = Optional.ofNullable(spec.text("trustDomain", TrustDomain::parse));
        if (target instanceof Target.Identity(SpiffeId id, Instant _)) {
            if (given.isPresent() && !given.get().equals(id.trustDomain())) {
                spec.problem(
                        "trustDomain", given.get() + " (expected: that of the identity, " + id.trustDomain() + ")");
            }
            return Optional.of(id.trustDomain());
        }
        return given;
    }

    private static @Nullable Target certificate(Fields fields) {
        return fields.text("serialNumber", hex -> new Target.Certificate(new SerialNumber(new BigInteger(hex, HEX))));
    }

    private static @Nullable Target identity(Fields fields) {
        SpiffeId id = fields.text("spiffeId", SpiffeId::parse);
        Instant issuedBefore = fields.text("issuedBefore", Instant::parse);
        return id == null || issuedBefore == null ? null : new Target.Identity(id, issuedBefore);
    }

    private static @Nullable Target issuer(Fields fields) {
        return fields.text("keySha256", hex -> new Target.Issuer(new SpkiFingerprint(hex.toLowerCase(Locale.ROOT))));
    }
}
