package dev.weft.cli.check.platform;

import dev.weft.cli.check.Report;
import dev.weft.cli.check.Report.Line;
import dev.weft.cli.check.Verdict;
import dev.weft.cli.cluster.Kubectl;
import dev.weft.cli.screen.Human;
import dev.weft.kubernetes.inject.MissingSidecar;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Finds objects of a cluster that keep pods out of the mesh, or from becoming ready in it. */
public final class PodChecks {

    /** The checks, in the order of printing. */
    private static final List<Check> CHECKS = List.of(
            new Check("injection", (cluster, _) -> InjectionChecks.injection(cluster)),
            ofPods("missing-sidecars", (_, listed) -> missingSidecars(listed)),
            ofPods("host-network", (_, listed) -> hostNetwork(listed)),
            ofPods("windows", (_, listed) -> windows(listed)),
            ofPods("permissive-pods", (_, listed) -> permissive(listed)),
            ofPods("probes", (_, listed) -> ProbeChecks.probes(listed)),
            ofPods("pod-security", (_, listed) -> NamespaceChecks.podSecurity(listed)),
            ofPods("annotations", (_, listed) -> NamespaceChecks.annotations(listed)),
            ofPods("labels", (_, listed) -> NamespaceChecks.labels(listed)),
            ofPods("network-policies", NetworkPolicyChecks::networkPolicies),
            ofPods("services-without-selector", ServiceChecks::withoutSelector),
            ofPods("service-features", ServiceChecks::features));

    /** The names of the checks, which are the names of their sections in {@code docs/check.md}. */
    public static final List<String> NAMES = Stream.concat(
                    CHECKS.stream().map(Check::name), Stream.of(SocketBalancingChecks.NAME))
            .toList();

    private record Check(String name, Question question) {}

    @FunctionalInterface
    private interface Question {
        Verdict ask(CachedKubectl cluster, ListedPods listed) throws IOException;
    }

    private PodChecks() {}

    /** Returns a check that can only be made if the pods are known. */
    private static Check ofPods(String name, Question question) {
        return new Check(
                name,
                (cluster, listed) -> listed.known()
                        ? question.ask(cluster, listed)
                        : Verdict.unknown("pods cannot be listed: " + listed.complaint()));
    }

    /**
     * Asks the cluster, and runs the checks.
     *
     * @throws IOException if kubectl cannot be run
     */
    public static List<Line> of(Kubectl kubectl) throws IOException {
        CachedKubectl cluster = new CachedKubectl(kubectl);
        ListedPods listed = ListedPods.of(cluster);
        List<Line> lines = new ArrayList<>();
        for (Check check : CHECKS) {
            lines.add(Report.line(check.name(), check.question().ask(cluster, listed)));
        }
        SocketBalancingChecks.cilium(cluster)
                .ifPresent(verdict -> lines.add(Report.line(SocketBalancingChecks.NAME, verdict)));
        return lines;
    }

    private static Verdict missingSidecars(ListedPods listed) {
        Set<String> ofMesh = listed.ofMesh();
        List<String> missing = listed.pods().stream()
                .filter(pod -> MissingSidecar.of(pod.pod(), ofMesh.contains(pod.namespace())))
                .map(ListedObject::shown)
                .sorted()
                .toList();
        return Verdict.failureOf(
                missing,
                "every pod that should have a sidecar has one",
                "pods run without the sidecar that they should have: they were created while nothing injected"
                        + " sidecars",
                "create them again: 'kubectl rollout restart', or delete the pods that have no controller");
    }

    private static Verdict hostNetwork(ListedPods listed) {
        List<String> outside = leftOut(listed, MissingSidecar::hostNetwork);
        return Verdict.warningOf(
                outside,
                "no pod of a namespace of the mesh uses the network of its node",
                "pods use the network of their node (hostNetwork), and so get no sidecar: they call and are"
                        + " called in plaintext",
                "remove hostNetwork, or label them weft.dev/inject: disabled if this is intended");
    }

    private static Verdict windows(ListedPods listed) {
        List<String> outside = leftOut(listed, MissingSidecar::windows);
        return Verdict.warningOf(
                outside,
                "no pod of a namespace of the mesh is for Windows",
                "pods are for Windows, where no sidecar runs: they call and are called in plaintext",
                "label them weft.dev/inject: disabled if this is intended");
    }

    private static List<String> leftOut(ListedPods listed, BiPredicate<MissingSidecar.Pod, Boolean> why) {
        Set<String> ofMesh = listed.ofMesh();
        return listed.pods().stream()
                .filter(pod -> why.test(pod.pod(), ofMesh.contains(pod.namespace())))
                .map(ListedObject::shown)
                .sorted()
                .toList();
    }

    private static Verdict permissive(ListedPods listed) {
        List<String> permissive = new ArrayList<>();
        listed.meshed()
                .filter(pod -> !listed.isStrict(pod))
                .collect(Collectors.groupingBy(ListedObject::namespace, TreeMap::new, Collectors.counting()))
                .forEach((namespace, pods) -> permissive.add(namespace + ": " + Human.count(pods, "pod")));
        return Verdict.warningOf(
                permissive,
                "every pod of the mesh refuses callers without a sidecar",
                "pods admit callers in plaintext, without a proven identity",
                "'weft harden NAMESPACE --cluster' makes a namespace strict when all its callers have sidecars");
    }
}
