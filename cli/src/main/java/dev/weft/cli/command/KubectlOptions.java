package dev.weft.cli.command;

import dev.weft.cli.cluster.Kubectl;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code --context} and {@code --kubeconfig}: the cluster that kubectl is called for. */
public final class KubectlOptions {

    @Option(names = "--context", paramLabel = "NAME", description = "the cluster of this kubectl context")
    private @Nullable String context;

    @Option(names = "--kubeconfig", paramLabel = "FILE", description = "the kubectl configuration to use")
    private @Nullable String kubeconfig;

    /** Whether the command line names a cluster. */
    public boolean isGiven() {
        return context != null || kubeconfig != null;
    }

    /** Returns how kubectl is called; for its current cluster if the command line names none. */
    public Kubectl kubectl(Session session) {
        return Kubectl.of(session.environment(), Optional.ofNullable(context), Optional.ofNullable(kubeconfig));
    }
}
