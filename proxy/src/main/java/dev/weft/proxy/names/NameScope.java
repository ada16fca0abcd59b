package dev.weft.proxy.names;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Decides which names belong to the mesh. A name {@code NAME.NAMESPACE.svc}, and any name that ends with {@code svc.}
 * and a trust domain of the mesh, belongs to the mesh alone. So do all names in a trust domain under {@code local},
 * which does not exist in public DNS. The other forms, {@code NAME}, {@code NAME.NAMESPACE} and {@code
 * NAME.NAMESPACE.TRUSTDOMAIN}, may also exist elsewhere: the mesh is asked first.
 *
 * @param namespace the workload's own namespace
 * @param zones trust domains whose workloads have names, the workload's own first
 * @param namespaces namespaces of the own mesh that have names; empty while they are not known
 * @param control the control plane's own name or address; this name must never wait for an answer of the control plane
 */
record NameScope(String namespace, List<String> zones, Optional<Set<String>> namespaces, String control) {

    private static final Pattern LABEL = Pattern.compile("[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?");
    private static final String SVC = "svc";
    private static final String LOCAL = "local";
    private static final String OCTET = "(?:\\d|[1-9]\\d|1\\d\\d|2[0-4]\\d|25[0-5])";
    private static final Pattern PRIVATE_IPV4 = Pattern.compile(
            "(?:" + OCTET + "\\.){2}(?:" + OCTET + "\\.10|(?:1[6-9]|2\\d|3[01])\\.172|168\\.192)\\.in-addr\\.arpa");
    private static final Pattern PRIVATE_IPV6 = Pattern.compile("(?:[0-9a-f]\\.){30}[cd]\\.f\\.ip6\\.arpa");
    /** Most characters of a name as text. */
    private static final int MAX_KEY = 253;

    private static final int REVERSED_IPV4 = 6;
    private static final int REVERSED_IPV6 = 34;

    NameScope {
        zones = List.copyOf(zones);
        namespaces = namespaces.map(Set::copyOf);
    }

    /** Where the question for a name goes. */
    sealed interface Kind {
        /** A name of the machine itself, RFC 6761 section 6.3. */
        record Loopback() implements Kind {}

        /**
         * A name that the mesh is asked for.
         *
         * @param key the name in the one form that the control plane knows
         * @param owned whether only the mesh can know it
         * @param zone the zone that it would be in
         */
        record OfMesh(String key, boolean owned, String zone) implements Kind {}

        /** A name that belongs to the mesh and does not exist. */
        record Nothing(String zone) implements Kind {}

        /** A name of the mesh that only has names below it, and no records. */
        record Above(String zone) implements Kind {}

        /** A name outside of the mesh. */
        record Elsewhere() implements Kind {}
    }

    private String own() {
        return zones.getFirst();
    }

    /** Returns the kind of the name with these labels. */
    Kind of(List<String> labels) {
        if (labels.isEmpty() || String.join(".", labels).equals(control)) {
            return new Kind.Elsewhere();
        }
        if (labels.getLast().equals("localhost")) {
            return new Kind.Loopback();
        }
        Optional<String> zone = zones.stream()
                .filter(candidate -> isUnder(labels, candidate))
                .max(Comparator.comparingInt(String::length));
        if (zone.isPresent()) {
            return inZone(labels.subList(0, labels.size() - labels(zone.get()).size()), zone.get());
        }
        return isReversed(labels) ? new Kind.OfMesh(String.join(".", labels), false, "") : relative(labels);
    }

    private static List<String> labels(String zone) {
        return List.of(zone.split("\\.", -1));
    }

    private static boolean isUnder(List<String> labels, String zone) {
        List<String> end = labels(zone);
        return labels.size() >= end.size()
                && labels.subList(labels.size() - end.size(), labels.size()).equals(end);
    }

    private Kind inZone(List<String> before, String zone) {
        boolean svc = !before.isEmpty() && before.getLast().equals(SVC);
        boolean owned = svc || labels(zone).getLast().equals(LOCAL);
        List<String> inner = svc ? before.subList(0, before.size() - 1) : before;
        if (inner.isEmpty()) {
            return svc || owned ? new Kind.Above(zone) : new Kind.Elsewhere();
        }
        String last = inner.getLast();
        boolean there = !zone.equals(own()) || mayBeNamespace(last);
        if (inner.size() == 1) {
            return owned ? there ? new Kind.Above(zone) : new Kind.Nothing(zone) : new Kind.Elsewhere();
        }
        if (inner.size() == 2 && there && areLabels(inner)) {
            return ofMesh(inner.getFirst(), last, zone, owned, zone);
        }
        return owned ? new Kind.Nothing(zone) : new Kind.Elsewhere();
    }

    private Kind relative(List<String> labels) {
        if (labels.getLast().equals(SVC)) {
            List<String> inner = labels.subList(0, labels.size() - 1);
            boolean there = !inner.isEmpty() && mayBeNamespace(inner.getLast());
            if (there && inner.size() == 1) {
                return new Kind.Above("");
            }
            return there && inner.size() == 2 && areLabels(inner)
                    ? ofMesh(inner.getFirst(), inner.getLast(), own(), true, "")
                    : new Kind.Nothing("");
        }
        if (labels.size() == 1 && areLabels(labels)) {
            return ofMesh(labels.getFirst(), namespace, own(), false, "");
        }
        return labels.size() == 2 && areLabels(labels) && isNamespace(labels.getLast())
                ? ofMesh(labels.getFirst(), labels.getLast(), own(), false, "")
                : new Kind.Elsewhere();
    }

    private boolean mayBeNamespace(String label) {
        return namespaces.isEmpty() || isNamespace(label);
    }

    private boolean isNamespace(String label) {
        return label.equals(namespace)
                || namespaces.filter(known -> known.contains(label)).isPresent();
    }

    private static boolean areLabels(List<String> labels) {
        return labels.stream().allMatch(label -> LABEL.matcher(label).matches());
    }

    private static Kind ofMesh(String name, String namespace, String zone, boolean owned, String soa) {
        String key = name + "." + namespace + "." + SVC + "." + zone;
        return key.length() <= MAX_KEY ? new Kind.OfMesh(key, owned, soa) : new Kind.Nothing(soa);
    }

    /** Whether the name is that of a reversed private address (RFC 1918, RFC 4193), which may be in the mesh. */
    private static boolean isReversed(List<String> labels) {
        String name = String.join(".", labels);
        return (labels.size() == REVERSED_IPV4 && PRIVATE_IPV4.matcher(name).matches())
                || (labels.size() == REVERSED_IPV6 && PRIVATE_IPV6.matcher(name).matches());
    }
}
