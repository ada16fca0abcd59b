package dev.weft.cli.suggest;

import dev.weft.api.v1.PolicedWorkload;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.policy.model.PolicySet;
import dev.weft.policy.wire.PolicyWire;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A meshed workload with the policies about it.
 *
 * @param namespace its namespace
 * @param name its name in there
 * @param identity what it proves
 * @param labels what selectors look at
 * @param ports TCP ports that it declares
 * @param policies those that are about it now
 */
record Policed(
        String namespace,
        String name,
        SpiffeId identity,
        Map<String, String> labels,
        Set<Integer> ports,
        PolicySet policies) {

    /** Labels that tell apart what one template has made, so that they are of no use to a policy. */
    private static final Set<String> OF_ONE = Set.of(
            "pod-template-hash",
            "controller-revision-hash",
            "pod-template-generation",
            "statefulset.kubernetes.io/pod-name",
            "apps.kubernetes.io/pod-index",
            "batch.kubernetes.io/controller-uid",
            "batch.kubernetes.io/job-name",
            "batch.kubernetes.io/job-completion-index",
            "controller-uid",
            "job-name");

    /** Labels that are the name of an application, the usual one first. */
    private static final List<String> NAMES = List.of("app.kubernetes.io/name", "app", "k8s-app");

    Policed {
        labels = Map.copyOf(labels);
        ports = Set.copyOf(ports);
    }

    /** Of what the control plane tells. */
    static Policed of(PolicedWorkload told) {
        int slash = told.getWorkload().indexOf('/');
        return new Policed(
                told.getWorkload().substring(0, slash),
                told.getWorkload().substring(slash + 1),
                SpiffeId.parse(told.getIdentity()),
                told.getLabelsMap(),
                new TreeSet<>(told.getDeclaredPortsList()),
                PolicyWire.fromProto(told.getPolicies()));
    }

    /** "namespace/name". */
    String fullName() {
        return namespace + "/" + name;
    }

    /** The labels that it shares with all that its template has made. */
    Map<String, String> lastingLabels() {
        Map<String, String> lasting = new TreeMap<>(labels);
        lasting.keySet().removeAll(OF_ONE);
        return lasting;
    }

    /** What people call it. */
    String application() {
        return NAMES.stream()
                .filter(labels::containsKey)
                .map(labels::get)
                .filter(value -> !value.isEmpty())
                .findFirst()
                .orElse(name);
    }

    /** Whether a policy of a namespace that selects by labels is about it. */
    boolean isSelected(String policyNamespace, Map<String, String> selector) {
        return namespace.equals(policyNamespace) && hasLabels(selector);
    }

    /** Whether a selector of labels means it. */
    boolean hasLabels(Map<String, String> selector) {
        return labels.entrySet().containsAll(selector.entrySet());
    }
}
