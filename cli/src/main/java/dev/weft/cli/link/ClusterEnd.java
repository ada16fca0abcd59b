package dev.weft.cli.link;

import dev.weft.control.server.ControlServer;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.kubernetes.manifest.Trees;
import dev.weft.kubernetes.manifest.YamlText;
import java.util.List;
import java.util.Map;

/**
 * What the other cluster learns about one cluster of a link. None of it is secret.
 *
 * @param anchors the trust anchors to begin with, PEM
 * @param controlPlane addresses of its control plane, IP:PORT
 * @param bundleEndpoint URL from which its trust bundle is fetched from then on
 * @param ranges address ranges of its pods and Services
 */
record ClusterEnd(
        String context,
        TrustDomain trustDomain,
        String anchors,
        List<String> controlPlane,
        String bundleEndpoint,
        AddressRanges ranges) {

    /** The label of objects that a link wrote. */
    static final String LABEL = "app.kubernetes.io/managed-by";

    static final String LINK = "weft-link";

    ClusterEnd {
        controlPlane = List.copyOf(controlPlane);
    }

    /**
     * Returns the TrustDomain object for the other cluster. It leaves {@code state} and {@code reason} out, so that
     * these keep their values.
     */
    String object() {
        Map<String, Object> object = Trees.of(
                "apiVersion",
                "weft.dev/v1alpha1",
                "kind",
                "TrustDomain",
                "metadata",
                Trees.of("name", trustDomain.name(), "labels", Trees.of(LABEL, LINK)),
                "spec",
                Trees.of(
                        "anchors",
                        anchors,
                        "bundleEndpoint",
                        Trees.of(
                                "url",
                                bundleEndpoint,
                                "profile",
                                "https_spiffe",
                                "endpointSpiffeId",
                                ControlServer.identity(trustDomain).toString()),
                        "discovery",
                        Trees.of("addresses", controlPlane, "ranges", ranges.texts())));
        return YamlText.write(List.of(object));
    }
}
