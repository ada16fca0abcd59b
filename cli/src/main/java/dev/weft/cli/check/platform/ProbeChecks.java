package dev.weft.cli.check.platform;

import dev.weft.cli.check.Verdict;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * Finds kubelet probes that fail at a strict pod, because its sidecar cannot tell them from other callers' plaintext,
 * and lifecycle hooks that do: a hook changes something, and whoever can reach the pod could call it.
 */
final class ProbeChecks {

    private static final String SKIPPED = "weft.dev/skip-inbound-ports";

    private ProbeChecks() {}

    static Verdict probes(ListedPods listed) {
        List<String> failing = listed.meshed()
                .filter(listed::isStrict)
                .flatMap(pod -> probes(pod).map(probe -> pod.shown() + ": " + probe))
                .distinct()
                .sorted()
                .toList();
        return Verdict.failureOf(
                failing,
                "no strict pod has a probe or hook that its sidecar does not let through",
                "strict pods fail these probes and hooks: their sidecars do not let them through, as anybody"
                        + " else could send the same",
                "give them tcpSocket or exec probes and exec hooks, or put the port into " + SKIPPED);
    }

    private static Stream<String> probes(ListedObject pod) {
        Set<String> skipped = Stream.of(
                        pod.annotations().getOrDefault(SKIPPED, "").split(",", -1))
                .map(String::strip)
                .collect(Collectors.toSet());
        return Stream.of("containers", "initContainers")
                .flatMap(member -> pod.spec().path(member).valueStream())
                .flatMap(container -> Stream.concat(
                        Stream.of("readinessProbe", "livenessProbe", "startupProbe")
                                .flatMap(member -> failing(container.path(member), skipped)),
                        Stream.of("postStart", "preStop")
                                .flatMap(hook -> hook(
                                        hook,
                                        container.path("lifecycle").path(hook).path("httpGet"),
                                        skipped))));
    }

    /** A hook with a host of its own goes to another address than the pod's. */
    private static Stream<String> hook(String hook, JsonNode get, Set<String> skipped) {
        String port = get.path("port").asString("");
        return get.isMissingNode() || !get.path("host").asString("").isEmpty() || skipped.contains(port)
                ? Stream.empty()
                : Stream.of(hook + " with httpGet on port " + port);
    }

    private static Stream<String> failing(JsonNode probe, Set<String> skipped) {
        JsonNode get = probe.path("httpGet");
        String port = get.path("port").asString("");
        boolean fails = get.path("scheme").asString("").equals("HTTPS")
                && get.path("host").asString("").isEmpty()
                && !skipped.contains(port);
        return fails ? Stream.of("httpGet by HTTPS on port " + port) : Stream.empty();
    }
}
