package dev.weft.cli.check.platform;

import dev.weft.cli.check.Verdict;
import dev.weft.cli.check.platform.NetworkPolicy.Direction;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Finds NetworkPolicies that block the mesh's own traffic. A pod's policies add up: a connection is allowed if one of
 * them allows it.
 */
final class NetworkPolicyChecks {

    private static final int TUNNELS = 15008;
    private static final int CONTROL = 15012;
    /** Name of that port in the control plane's pods. */
    private static final String CONTROL_NAME = "grpc";

    private static final String SYSTEM = "weft-system";
    private static final String NAME_LABEL = "app.kubernetes.io/name";
    private static final String CONTROL_PLANE = "weft-control";

    private final ListedPods listed;
    private final List<NetworkPolicy> policies;
    private final List<ListedObject> meshed;
    private final List<ListedObject> controlPlane;

    private NetworkPolicyChecks(ListedPods listed, List<NetworkPolicy> policies) {
        this.listed = listed;
        this.policies = policies;
        this.meshed = listed.meshed().toList();
        this.controlPlane = listed.pods().stream()
                .filter(pod -> pod.namespace().equals(SYSTEM))
                .filter(pod -> CONTROL_PLANE.equals(pod.labels().get(NAME_LABEL)))
                .toList();
    }

    static Verdict networkPolicies(CachedKubectl cluster, ListedPods listed) throws IOException {
        CachedKubectl.Answer answer = cluster.list("networkpolicies.networking.k8s.io");
        if (answer.json().isEmpty()) {
            return Verdict.unknown("network policies cannot be listed: " + answer.complaint());
        }
        List<NetworkPolicy> policies =
                ListedObject.of(answer.json().get()).map(NetworkPolicy::new).toList();
        return new NetworkPolicyChecks(listed, policies).verdict();
    }

    private Verdict verdict() {
        List<String> blocked = meshed.stream()
                .flatMap(pod -> Stream.concat(ingress(pod).stream(), egress(pod).stream()))
                .distinct()
                .sorted()
                .toList();
        return Verdict.failureOf(
                blocked,
                "no network policy blocks the traffic of the mesh",
                "network policies block the traffic of the mesh: sidecars connect to port " + TUNNELS
                        + " of each other, and to port " + CONTROL + " of the control plane",
                "allow these ports with TCP, in the same policies or in another one for the same pods");
    }

    /** If a pod's policies let nothing in at all, that is intended. */
    private Optional<String> ingress(ListedObject pod) {
        List<NetworkPolicy> selecting = selecting(pod, Direction.INGRESS);
        List<NetworkPolicy.Rule> rules = rules(selecting, Direction.INGRESS);
        boolean closed = !rules.isEmpty() && rules.stream().noneMatch(rule -> rule.opens(TUNNELS));
        return closed
                ? Optional.of(names(selecting) + " opens ports of pods of the mesh, but not " + TUNNELS)
                : Optional.empty();
    }

    private Optional<String> egress(ListedObject pod) {
        List<NetworkPolicy> selecting = selecting(pod, Direction.EGRESS);
        if (selecting.isEmpty()) {
            return Optional.empty();
        }
        List<NetworkPolicy.Rule> rules = rules(selecting, Direction.EGRESS);
        if (rules.stream().noneMatch(rule -> rule.opens(CONTROL, CONTROL_NAME) && leads(rule, pod, controlPlane))) {
            return Optional.of(names(selecting) + " keeps pods of the mesh from port " + CONTROL
                    + " of the control plane: they never become ready");
        }
        boolean calls =
                rules.stream().anyMatch(rule -> rule.opensTcp() && rule.namesPods() && leads(rule, pod, meshed));
        boolean closed = calls && rules.stream().noneMatch(rule -> rule.opens(TUNNELS) && leads(rule, pod, meshed));
        return closed
                ? Optional.of(
                        names(selecting) + " lets pods of the mesh call others of the mesh, but not by port " + TUNNELS)
                : Optional.empty();
    }

    /** Whether a rule leads to one of these pods. If none of them is known, nothing speaks against it. */
    private boolean leads(NetworkPolicy.Rule rule, ListedObject from, List<ListedObject> to) {
        return to.isEmpty() || to.stream().anyMatch(each -> rule.leads(from.namespace(), each, listed.namespaces()));
    }

    private List<NetworkPolicy> selecting(ListedObject pod, Direction direction) {
        return policies.stream()
                .filter(policy -> policy.governs(direction) && policy.selects(pod))
                .toList();
    }

    private static List<NetworkPolicy.Rule> rules(List<NetworkPolicy> policies, Direction direction) {
        return policies.stream().flatMap(policy -> policy.rules(direction)).toList();
    }

    private static String names(List<NetworkPolicy> policies) {
        return policies.stream()
                .map(policy -> policy.object().shown())
                .collect(Collectors.toCollection(TreeSet::new))
                .stream()
                .collect(Collectors.joining(" with "));
    }
}
