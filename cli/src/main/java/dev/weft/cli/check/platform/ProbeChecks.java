package dev.weft.cli.check.platform;

import dev.weft.cli.check.Verdict;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * Finds kubelet probes that fail at a strict pod, because its sidecar cannot tell them from other callers' plaintext.
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
        return failing.isEmpty()
                ? Verdict.ok("no strict pod has a probe that its sidecar cannot let through")
                : Verdict.failed(
                        "strict pods fail these probes: their sidecars cannot tell them from other plaintext",
                        "give them tcpSocket or exec probes, or put the port into " + SKIPPED,
                        failing);
    }

    private static Stream<String> probes(ListedObject pod) {
        Set<String> skipped = Stream.of(
                        pod.annotations().getOrDefault(SKIPPED, "").split(",", -1))
                .map(String::strip)
                .collect(Collectors.toSet());
        return Stream.of("containers", "initContainers")
                .flatMap(member -> pod.spec().path(member).valueStream())
                .flatMap(container -> Stream.of("readinessProbe", "livenessProbe", "startupProbe")
                        .flatMap(member -> failing(container.path(member), skipped)));
    }

    private static Stream<String> failing(JsonNode probe, Set<String> skipped) {
        JsonNode get = probe.path("httpGet");
        JsonNode handler;
        String kind;
        if (probe.has("grpc")) {
            handler = probe.path("grpc");
            kind = "grpc";
        } else if (get.path("scheme").asString("").equals("HTTPS")
                && get.path("host").asString("").isEmpty()) {
            handler = get;
            kind = "httpGet by HTTPS";
        } else {
            return Stream.empty();
        }
        String port = handler.path("port").asString("");
        return skipped.contains(port) ? Stream.empty() : Stream.of(kind + " on port " + port);
    }
}
