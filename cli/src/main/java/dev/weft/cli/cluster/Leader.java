package dev.weft.cli.cluster;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds the leading pod of the control plane: only the leader answers operators. */
final class Leader {

    private static final long SECONDS = 15;
    private static final int MOST_BYTES = 1024;
    /** A pod's name, and a suffix that distinguishes its processes. */
    private static final Pattern HOLDER = Pattern.compile("([a-z0-9][a-z0-9.-]{0,252})(_[0-9a-f]{1,32})?");

    private Leader() {}

    /**
     * Returns the pod that holds the Lease.
     *
     * @param command prints the holder
     * @return empty if no pod leads, or it cannot be determined
     */
    static Optional<String> pod(List<String> command) {
        try {
            Process kubectl = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            try (var output = kubectl.getInputStream()) {
                String text = new String(output.readNBytes(MOST_BYTES), StandardCharsets.UTF_8);
                return kubectl.waitFor(SECONDS, TimeUnit.SECONDS) && kubectl.exitValue() == 0
                        ? podOf(text)
                        : Optional.empty();
            } finally {
                kubectl.destroy();
            }
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
