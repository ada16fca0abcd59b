package dev.weft.control.registry;

import dev.weft.identity.keys.InvalidEncodingException;
import dev.weft.identity.keys.Pem;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.svid.SvidProfile;
import dev.weft.identity.svid.SvidViolationException;
import dev.weft.identity.trust.TrustBundle;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Reads the {@code spec} of a TrustDomain. */
final class TrustDomainReader {

    private static final Map<String, TrustBundle.State> STATES =
            Map.of("Active", TrustBundle.State.ACTIVE, "Disabled", TrustBundle.State.DISABLED);

    private TrustDomainReader() {}

    static TrustDomainObject read(TrustDomain trustDomain, Fields spec) {
        String anchors = spec.text("anchors", Syntax::pem);
        TrustBundle.State state = spec.word("state", STATES);
        String reason = spec.text("reason", Syntax::reason);
        Optional<BundleEndpoint> endpoint = Optional.ofNullable(
                        spec.mapping("bundleEndpoint", BundleEndpointReader::read))
                .flatMap(Function.identity());
        if (anchors == null && endpoint.filter(at -> provenBy(trustDomain, at)).isPresent()) {
            spec.problem(null, "anchors", "the field is missing (expected: what proves the bundle endpoint at first)");
        }
        return new TrustDomainObject(
                trustDomain,
                anchors == null ? List.of() : anchors(trustDomain, anchors, spec),
                state == null ? TrustBundle.State.ACTIVE : state,
                Optional.ofNullable(reason),
                endpoint);
    }

    /** Whether the endpoint is proven by the bundle that it serves, which therefore has to be known to begin with. */
    private static boolean provenBy(TrustDomain trustDomain, BundleEndpoint endpoint) {
        return endpoint.profile() instanceof BundleEndpoint.Profile.HttpsSpiffe(SpiffeId id)
                && id.trustDomain().equals(trustDomain);
    }

    private static List<X509Certificate> anchors(TrustDomain trustDomain, String pem, Fields spec) {
        List<X509Certificate> anchors;
        try {
            anchors = Pem.decodeCertificates(pem);
        } catch (InvalidEncodingException e) {
            spec.problem(null, "anchors", String.valueOf(e.getMessage()));
            return List.of();
        }
        if (anchors.size() > TrustBundle.MAX_ANCHORS) {
            spec.problem(
                    null,
                    "anchors",
                    anchors.size() + " certificates (expected: at most " + TrustBundle.MAX_ANCHORS + ")");
            return List.of();
        }
        for (X509Certificate anchor : anchors) {
            try {
                SvidProfile.checkIssuer(anchor, trustDomain);
            } catch (SvidViolationException e) {
                spec.problem(
                        null,
                        "anchors",
                        "certificate " + (anchors.indexOf(anchor) + 1) + " is no anchor of " + trustDomain + ": "
                                + e.getMessage());
            }
        }
        return anchors;
    }
}
