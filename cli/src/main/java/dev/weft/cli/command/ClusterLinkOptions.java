package dev.weft.cli.command;

import dev.weft.cli.cluster.Kubectl;
import dev.weft.cli.link.ClusterLinks;
import dev.weft.cli.link.ClusterOverrides;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code --cluster} of {@code weft link}: the names are kubectl contexts of two clusters. */
final class ClusterLinkOptions {

    @Option(
            names = "--cluster",
            description = {
                "link or unlink two clusters: the names are kubectl contexts.",
                "Default: $WEFT_CLUSTER, if that is true."
            })
    private boolean cluster;

    @Option(
            names = "--kubeconfig",
            paramLabel = "FILE",
            description = "the kubectl configuration that has both contexts")
    private @Nullable String kubeconfig;

    boolean isMeant(Session session) {
        return cluster
                || kubeconfig != null
                || "true".equals(session.environment().get(MeshOrClusterOption.CLUSTER));
    }

    ClusterLinks between(Session session, String first, String second, ClusterOverrides overrides) throws IOException {
        return ClusterLinks.between(kubectl(session, first), kubectl(session, second), overrides);
    }

    private Kubectl kubectl(Session session, String context) {
        return Kubectl.of(session.environment(), Optional.of(context), Optional.ofNullable(kubeconfig));
    }
}
