package dev.weft.proxy.control;

import dev.weft.api.v1.Destination;
import dev.weft.api.v1.Inbound;
import dev.weft.api.v1.Resource;
import dev.weft.api.v1.TrustDomainState;
import dev.weft.api.v1.WatchResponse;
import dev.weft.identity.keys.Certificates;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.trust.Revocations;
import dev.weft.identity.trust.SerialNumber;
import dev.weft.identity.trust.SpkiFingerprint;
import dev.weft.identity.trust.TrustBundle;
import dev.weft.identity.trust.TrustBundles;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Takes responses from their wire form into snapshots; what cannot be understood throws IllegalArgumentException. */
final class WireSnapshots {
    static final String INBOUND = "inbound";
    static final String BUNDLE = "bundle/";
    static final String DESTINATION = "destination/";

    private WireSnapshots() {}

    static MeshSnapshot apply(MeshSnapshot former, WatchResponse response) {
        Optional<Inbound> inbound = former.inbound();
        TrustBundles bundles = former.bundles();
        Map<String, Destination> destinations = new HashMap<>(former.destinations());
        Map<String, String> versions = new HashMap<>(former.versions());
        for (Resource resource : response.getResourcesList()) {
            versions.put(resource.getName(), resource.getVersion());
            switch (resource.getBodyCase()) {
                case INBOUND -> {
                    expect(resource, INBOUND);
                    inbound = Optional.of(resource.getInbound());
                }
                case TRUST_BUNDLE -> {
                    TrustBundle bundle = bundle(resource.getTrustBundle());
                    expect(resource, BUNDLE + bundle.trustDomain());
                    bundles = bundles.with(bundle);
                }
                case DESTINATION -> destinations.put(address(resource), resource.getDestination());
                case BODY_NOT_SET ->
                    throw new IllegalArgumentException("resource " + resource.getName()
                            + ": its kind is not known to this version; upgrade the proxy");
            }
        }
        for (String name : response.getRemovedList()) {
            versions.remove(name);
            if (name.equals(INBOUND)) {
                inbound = Optional.empty();
            } else if (name.startsWith(BUNDLE)) {
                bundles = bundles.without(TrustDomain.parse(name.substring(BUNDLE.length())));
            } else if (name.startsWith(DESTINATION)) {
                destinations.remove(name.substring(DESTINATION.length()));
            }
        }
        return new MeshSnapshot(inbound, bundles, destinations, versions);
    }

    private static String address(Resource resource) {
        if (!resource.getName().startsWith(DESTINATION)) {
            throw new IllegalArgumentException("resource " + resource.getName() + ": holds a destination (expected: "
                    + DESTINATION + "<ip>:<port>)");
        }
        return resource.getName().substring(DESTINATION.length());
    }

    private static void expect(Resource resource, String name) {
        if (!resource.getName().equals(name)) {
            throw new IllegalArgumentException(
                    "resource " + resource.getName() + ": holds another (expected: " + name + ")");
        }
    }

    /** A bundle; a state that is not understood disables the trust domain. */
    static TrustBundle bundle(dev.weft.api.v1.TrustBundle wire) {
        List<X509Certificate> anchors = wire.getAnchorsList().stream()
                .map(der -> Certificates.decode(der.toByteArray()))
                .toList();
        TrustBundle.State state = wire.getState() == TrustDomainState.TRUST_DOMAIN_STATE_ACTIVE
                ? TrustBundle.State.ACTIVE
                : TrustBundle.State.DISABLED;
        Revocations revocations = new Revocations(
                wire.getRevokedCertificatesList().stream()
                        .map(revoked -> SerialNumber.ofUnsigned(
                                revoked.getSerialNumber().toByteArray()))
                        .collect(Collectors.toSet()),
                wire.getRevokedIssuersList().stream()
                        .map(hash -> SpkiFingerprint.ofSha256(hash.toByteArray()))
                        .collect(Collectors.toSet()),
                wire.getRevokedIdentitiesList().stream()
                        .collect(Collectors.toMap(
                                revoked -> SpiffeId.parse(revoked.getSpiffeId()),
                                revoked -> Instant.ofEpochSecond(revoked.getIssuedBefore()),
                                (a, b) -> a.isAfter(b) ? a : b)));
        return new TrustBundle(
                TrustDomain.parse(wire.getTrustDomain()), anchors, state, wire.getSequence(), revocations);
    }
}
