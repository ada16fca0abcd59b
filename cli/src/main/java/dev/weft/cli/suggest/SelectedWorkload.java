package dev.weft.cli.suggest;

import dev.weft.api.v1.PolicedWorkload;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.mesh.model.Labels;
import dev.weft.policy.model.PolicySet;
import dev.weft.policy.wire.PolicyWire;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A workload with a sidecar, and the policies that select it.
 *
 * @param policies the policies that select it now
 */
record SelectedWorkload(
        String namespace,
        String name,
        SpiffeId identity,
        Map<String, String> labels,
        Set<Integer> ports,
        PolicySet policies) {

    /** Labels that distinguish pods of the same template, so that policies cannot use them. */
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

    /** Labels that name an application, the most usual first. */
    private static final List<String> NAMES = List.of("app.kubernetes.io/name", "app", "k8s-app");

    SelectedWorkload {
        labels = Map.copyOf(labels);
        ports = Set.copyOf(ports);
    }

    static SelectedWorkload of(PolicedWorkload reported) {
        int slash = reported.getWorkload().indexOf('/');
        return new SelectedWorkload(
                reported.getWorkload().substring(0, slash),
                reported.getWorkload().substring(slash + 1),
                SpiffeId.parse(reported.getIdentity()),
                reported.getLabelsMap(),
                new TreeSet<>(reported.getDeclaredPortsList()),
                PolicyWire.fromProto(reported.getPolicies()));
    }

    String fullName() {
        return namespace + "/" + name;
    }

    /** Returns the labels that all pods of its template have. */
    Map<String, String> lastingLabels() {
        Map<String, String> lasting = new TreeMap<>(labels);
        lasting.keySet().removeAll(OF_ONE);
        return lasting;
    }

    String application() {
        return NAMES.stream()
                .filter(labels::containsKey)
                .map(labels::get)
                .filter(value -> !value.isEmpty())
                .findFirst()
                .orElse(name);
    }

    boolean isSelected(String policyNamespace, Map<String, String> selector) {
        return namespace.equals(policyNamespace) && hasLabels(selector);
    }

    boolean hasLabels(Map<String, String> selector) {
        return Labels.haveAll(labels, selector);
    }
}
