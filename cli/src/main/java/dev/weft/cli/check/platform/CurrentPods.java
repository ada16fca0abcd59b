package dev.weft.cli.check.platform;

import dev.weft.cli.cluster.Kubectl;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;

/**
 * The pods of a cluster, {@code namespace/name}.
 *
 * @param all all pods that the API server lists
 * @param startingOrEnding those of them that are starting or ending, for example those of Jobs: their sidecars are
 *     rightly not connected
 */
public record CurrentPods(Set<String> all, Set<String> startingOrEnding) {

    /** How long a pod counts as starting: a sidecar has two minutes to become ready before its kubelet restarts it. */
    private static final Duration STARTING = Duration.ofMinutes(3);

    public CurrentPods {
        all = Set.copyOf(all);
        startingOrEnding = Set.copyOf(startingOrEnding);
    }

    /**
     * Asks the cluster.
     *
     * @return empty if the pods cannot be listed
     * @throws IOException if kubectl cannot be run
     */
    public static Optional<CurrentPods> of(Kubectl kubectl, Instant now) throws IOException {
        return new CachedKubectl(kubectl).list("pods").json().map(pods -> of(pods, now));
    }

    static CurrentPods of(JsonNode pods, Instant now) {
        Set<String> all = new HashSet<>();
        Set<String> startingOrEnding = new HashSet<>();
        for (JsonNode pod : pods.path("items")) {
            String name = pod.path("metadata").path("namespace").asString("") + "/"
                    + pod.path("metadata").path("name").asString("");
            all.add(name);
            if (ends(pod) || starts(pod, now)) {
                startingOrEnding.add(name);
            }
        }
        return new CurrentPods(all, startingOrEnding);
    }

    private static boolean ends(JsonNode pod) {
        if (pod.path("metadata").has("deletionTimestamp")) {
            return true;
        }
        return switch (pod.path("status").path("phase").asString("")) {
            case "Succeeded", "Failed" -> true;
            // The sidecar ends after the last container.
            default ->
                !pod.path("spec").path("restartPolicy").asString("Always").equals("Always") && hasEnded(pod);
        };
    }

    private static boolean hasEnded(JsonNode pod) {
        JsonNode containers = pod.path("status").path("containerStatuses");
        return !containers.isEmpty()
                && StreamSupport.stream(containers.spliterator(), false)
                        .allMatch(container -> container.path("state").has("terminated"));
    }

    private static boolean starts(JsonNode pod, Instant now) {
        if (!pod.path("status").path("phase").asString("").equals("Pending")) {
            return false;
        }
        try {
            String made = pod.path("metadata").path("creationTimestamp").asString("");
            return Instant.parse(made).plus(STARTING).isAfter(now);
        } catch (DateTimeParseException _) {
            return false;
        }
    }
}
