package dev.weft.cli.cluster;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds the leading pod of the control plane: only the leader answers operators. */
final class Leader {

    static final Duration PATIENCE = Duration.ofSeconds(15);

    /** A pod's name, and a suffix that distinguishes its processes. */
    private static final Pattern HOLDER = Pattern.compile("([a-z0-9][a-z0-9.-]{0,252})(_[0-9a-f]{1,32})?");

    private Leader() {}

    /**
     * Returns the pod that holds the Lease; empty if no pod leads, or it cannot be determined in time.
     *
     * @param patience how long to wait for kubectl
     */
    static Optional<String> pod(Kubectl kubectl, Duration patience) {
        try {
            KubectlResult holder = KubectlResult.of(kubectl, "", kubectl.holder(), patience);
            return holder.succeeded() ? podOf(holder.out()) : Optional.empty();
        } catch (IOException _) {
            return Optional.empty();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    static Optional<String> podOf(String holder) {
        Matcher matcher = HOLDER.matcher(holder.strip());
        return matcher.matches() ? Optional.of(matcher.group(1)) : Optional.empty();
    }
}
