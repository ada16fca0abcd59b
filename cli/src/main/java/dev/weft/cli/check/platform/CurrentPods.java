package dev.weft.cli.check.platform;

import dev.weft.cli.cluster.Kubectl;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
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
        ListedObject.of(pods).forEach(pod -> {
            all.add(pod.shown());
            if (ends(pod) || starts(pod, now)) {
                startingOrEnding.add(pod.shown());
            }
        });
        return new CurrentPods(all, startingOrEnding);
    }

    private static boolean ends(ListedObject pod) {
        // The sidecar ends after the last container.
        return pod.json().path("metadata").has("deletionTimestamp")
                || !pod.runs()
                || (!pod.spec().path("restartPolicy").asString("Always").equals("Always") && hasEnded(pod));
    }

    private static boolean hasEnded(ListedObject pod) {
        JsonNode containers = pod.json().path("status").path("containerStatuses");
        return !containers.isEmpty()
                && containers
                        .valueStream()
                        .allMatch(container -> container.path("state").has("terminated"));
    }

    private static boolean starts(ListedObject pod, Instant now) {
        return pod.phase().equals("Pending")
                && pod.created()
                        .filter(made -> made.plus(STARTING).isAfter(now))
                        .isPresent();
    }
}
