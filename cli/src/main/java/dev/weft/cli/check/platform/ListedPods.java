package dev.weft.cli.check.platform;

import dev.weft.kubernetes.inject.Inbound;
import dev.weft.kubernetes.inject.MissingSidecar;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The namespaces of a cluster, and the pods that have not ended.
 *
 * @param strict whether the installation refuses callers without a sidecar where pod and namespace do not say
 * @param complaint kubectl's error text if one of the two cannot be listed; otherwise empty
 */
record ListedPods(Map<String, ListedObject> namespaces, List<ListedObject> pods, boolean strict, String complaint) {

    ListedPods {
        namespaces = Map.copyOf(namespaces);
        pods = List.copyOf(pods);
    }

    static ListedPods of(CachedKubectl cluster) throws IOException {
        CachedKubectl.Answer namespaces = cluster.json("get", "namespaces", "-o", "json");
        CachedKubectl.Answer pods = cluster.list("pods");
        if (namespaces.json().isEmpty() || pods.json().isEmpty()) {
            String complaint = Stream.of(namespaces, pods)
                    .map(CachedKubectl.Answer::complaint)
                    .filter(each -> !each.isEmpty())
                    .collect(Collectors.joining("; "));
            return new ListedPods(Map.of(), List.of(), false, complaint);
        }
        return new ListedPods(
                ListedObject.of(namespaces.json().get())
                        .collect(Collectors.toMap(ListedObject::name, Function.identity(), (first, _) -> first)),
                ListedObject.of(pods.json().get()).filter(ListedObject::runs).toList(),
                isStrict(cluster),
                "");
    }

    /** Asks the control plane's Deployment. One that does not say it is of an earlier version, which ignores it. */
    private static boolean isStrict(CachedKubectl cluster) throws IOException {
        return cluster.object("deployment", "weft-control", "weft-system").json().stream()
                .flatMap(deployment ->
                        deployment.at("/spec/template/spec/containers").valueStream())
                .flatMap(container -> container.path("env").valueStream())
                .filter(variable -> variable.path("name").asString("").equals(Inbound.VARIABLE))
                .anyMatch(variable -> variable.path("value").asString("").equals(Inbound.STRICT.word()));
    }

    /** Whether both can be listed. */
    boolean known() {
        return complaint.isEmpty();
    }

    Stream<ListedObject> meshed() {
        return pods.stream().filter(ListedObject::isMeshed);
    }

    /** Returns the names of the namespaces whose label requests injection. */
    Set<String> ofMesh() {
        return namespaces.values().stream()
                .filter(namespace -> MissingSidecar.asked(namespace.labels()))
                .map(ListedObject::name)
                .collect(Collectors.toSet());
    }

    /** Whether a pod refuses callers without a sidecar, by its own annotation, its namespace's, or the installation. */
    boolean isStrict(ListedObject pod) {
        ListedObject namespace = namespaces.get(pod.namespace());
        if (pod.saysInbound()) {
            return pod.saysStrict();
        }
        return (namespace != null && namespace.saysInbound()) ? namespace.saysStrict() : strict;
    }
}
