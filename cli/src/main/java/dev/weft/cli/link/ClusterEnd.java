package dev.weft.cli.link;

import dev.weft.control.server.ControlServer;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.kubernetes.manifest.Trees;
import dev.weft.kubernetes.manifest.YamlText;
import java.util.List;
import java.util.Map;

/**
 * What another cluster is told of one. None of it is secret.
 *
 * @param context of kubectl
 * @param anchors PEM, to begin with
 * @param controlPlane where its control plane is reached, IP:PORT
 * @param bundleEndpoint where its trust bundle is fetched from then on
 * @param ranges of its pods and Services
 */
record ClusterEnd(
        String context,
        TrustDomain trustDomain,
        String anchors,
        List<String> controlPlane,
        String bundleEndpoint,
        AddressRanges ranges) {

    /** Marks objects that a link wrote. */
    static final String LABEL = "app.kubernetes.io/managed-by";

    static final String LINK = "weft-link";

    ClusterEnd {
        controlPlane = List.copyOf(controlPlane);
    }

    /** The object for the other cluster. It says nothing of {@code state} and {@code reason}, so that these stay as they are. */
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
