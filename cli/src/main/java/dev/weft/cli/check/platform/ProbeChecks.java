package dev.weft.cli.check.platform;

import dev.weft.cli.check.Verdict;
import dev.weft.kubernetes.inject.MissingSidecar;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * Finds kubelet probes that fail at a strict pod, because its sidecar cannot tell them from other callers' plaintext.
 */
final class ProbeChecks {

    private static final String INBOUND = "weft.dev/inbound";
    private static final String SKIPPED = "weft.dev/skip-inbound-ports";
    private static final String STRICT = "strict";

    private ProbeChecks() {}

    static Verdict probes(CachedKubectl cluster) throws IOException {
        CachedKubectl.Answer namespaces = cluster.json("get", "namespaces", "-o", "json");
        CachedKubectl.Answer pods = cluster.list("pods");
        if (namespaces.json().isEmpty() || pods.json().isEmpty()) {
            return Verdict.unknown("pods cannot be listed: " + namespaces.complaint() + pods.complaint());
        }
        Set<String> strict = namespaces
                .json()
                .get()
                .path("items")
                .valueStream()
                .filter(namespace -> annotation(namespace, INBOUND).equals(STRICT))
                .map(namespace -> namespace.path("metadata").path("name").asString(""))
                .collect(Collectors.toSet());
        List<String> failing = pods.json()
                .get()
                .path("items")
                .valueStream()
                .filter(pod -> isMeshed(pod) && isStrict(pod, strict))
                .flatMap(pod -> probes(pod).map(probe -> shown(pod) + ": " + probe))
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

    private static boolean isMeshed(JsonNode pod) {
        return MissingSidecar.meshed(pod.path("spec")
                .path("initContainers")
                .valueStream()
                .map(container -> container.path("name").asString(""))
                .toList());
    }

    private static boolean isStrict(JsonNode pod, Set<String> strictNamespaces) {
        String own = annotation(pod, INBOUND);
        return own.isEmpty()
                ? strictNamespaces.contains(
                        pod.path("metadata").path("namespace").asString(""))
                : own.equals(STRICT);
    }

    private static Stream<String> probes(JsonNode pod) {
        Set<String> skipped = Stream.of(annotation(pod, SKIPPED).split(",", -1))
                .map(String::strip)
                .collect(Collectors.toSet());
        return Stream.of("containers", "initContainers")
                .flatMap(member -> pod.path("spec").path(member).valueStream())
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

    private static String shown(JsonNode pod) {
        return pod.path("metadata").path("namespace").asString("") + "/"
                + pod.path("metadata").path("name").asString("");
    }

    private static String annotation(JsonNode object, String name) {
        return object.path("metadata").path("annotations").path(name).asString("");
    }
}
