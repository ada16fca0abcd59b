package dev.weft.cli.check.platform;

import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * A NetworkPolicy of Kubernetes ({@code networking.k8s.io/v1}).
 */
record NetworkPolicy(ListedObject object) {

    private static final String POD_SELECTOR = "podSelector";
    private static final String NAMESPACE_SELECTOR = "namespaceSelector";
    private static final int DNS = 53;

    /** The direction of connections, as seen from the selected pods. */
    enum Direction {
        INGRESS("Ingress", "ingress", "from"),
        EGRESS("Egress", "egress", "to");

        private final String type;
        private final String rules;
        private final String peers;

        Direction(String type, String rules, String peers) {
            this.type = type;
            this.rules = rules;
            this.peers = peers;
        }
    }

    boolean selects(ListedObject pod) {
        return object.namespace().equals(pod.namespace())
                && !pod.isOfHostNetwork()
                && matches(object.spec().path(POD_SELECTOR), pod.labels());
    }

    /**
     * Whether the policy applies to connections in a direction. Without {@code policyTypes}, it applies to ingress, and
     * to egress if it has rules for it.
     */
    boolean governs(Direction direction) {
        JsonNode types = object.spec().path("policyTypes");
        return types.isEmpty()
                ? direction == Direction.INGRESS
                        || !object.spec().path(direction.rules).isEmpty()
                : types.valueStream().anyMatch(type -> type.asString("").equals(direction.type));
    }

    /** Returns the rules for a direction; each allows connections. */
    Stream<Rule> rules(Direction direction) {
        return object.spec()
                .path(direction.rules)
                .valueStream()
                .map(rule -> new Rule(rule.path("ports"), rule.path(direction.peers)));
    }

    /**
     * One rule.
     *
     * @param ports the ports; all if there are none
     * @param peers the other ends of the connections; everything if there are none
     */
    record Rule(JsonNode ports, JsonNode peers) {

        boolean opens(int number) {
            return ports.isEmpty() || ports.valueStream().anyMatch(port -> isTcp(port) && covers(port, number));
        }

        /** Whether the rule allows a TCP port by this number, or by this name at the other end. */
        boolean opens(int number, String name) {
            return opens(number)
                    || ports.valueStream()
                            .anyMatch(port -> isTcp(port)
                                    && port.path("port").asString("").equals(name));
        }

        /** Whether the rule allows a TCP port other than that of DNS. */
        boolean opensTcp() {
            return ports.isEmpty()
                    || ports.valueStream()
                            .anyMatch(port -> isTcp(port) && port.path("port").asInt(0) != DNS);
        }

        /** Whether the rule selects pods as the other end. */
        boolean namesPods() {
            return peers.valueStream().anyMatch(peer -> peer.has(POD_SELECTOR) || peer.has(NAMESPACE_SELECTOR));
        }

        /**
         * Whether the rule may lead to a pod. A range of addresses counts as containing it, because it is not known
         * whether the network compares the pod's address or its Service's.
         *
         * @param namespace the policy's namespace
         */
        boolean leads(String namespace, ListedObject pod, Map<String, ListedObject> namespaces) {
            return peers.isEmpty() || peers.valueStream().anyMatch(peer -> leads(peer, namespace, pod, namespaces));
        }

        private static boolean leads(
                JsonNode peer, String namespace, ListedObject pod, Map<String, ListedObject> namespaces) {
            if (peer.has("ipBlock")) {
                return true;
            }
            ListedObject ofPod = namespaces.get(pod.namespace());
            boolean there = peer.has(NAMESPACE_SELECTOR)
                    ? ofPod != null && matches(peer.path(NAMESPACE_SELECTOR), ofPod.labels())
                    : pod.namespace().equals(namespace);
            return there && matches(peer.path(POD_SELECTOR), pod.labels());
        }

        private static boolean isTcp(JsonNode port) {
            return port.path("protocol").asString("TCP").equals("TCP");
        }

        private static boolean covers(JsonNode port, int number) {
            if (port.path("port").isMissingNode()) {
                return true;
            }
            int first = port.path("port").asInt(0); // a name is none of the sidecar's ports
            return first <= number && number <= port.path("endPort").asInt(first);
        }
    }

    /** Whether a label selector matches; one without terms matches everything. */
    private static boolean matches(JsonNode selector, Map<String, String> labels) {
        return selector.path("matchLabels")
                        .propertyStream()
                        .allMatch(wanted -> wanted.getValue().asString("").equals(labels.get(wanted.getKey())))
                && selector.path("matchExpressions").valueStream().allMatch(wanted -> holds(wanted, labels));
    }

    private static boolean holds(JsonNode wanted, Map<String, String> labels) {
        Set<String> values = wanted.path("values")
                .valueStream()
                .map(value -> value.asString(""))
                .collect(Collectors.toSet());
        String value = labels.get(wanted.path("key").asString(""));
        return switch (wanted.path("operator").asString("")) {
            case "In" -> value != null && values.contains(value);
            case "NotIn" -> value == null || !values.contains(value);
            case "Exists" -> value != null;
            case "DoesNotExist" -> value == null;
            default -> false;
        };
    }
}
