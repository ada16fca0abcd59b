package dev.weft.control.explain;

import dev.weft.control.refusal.RefusedException;
import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.model.Service;
import dev.weft.mesh.model.Workload;
import dev.weft.mesh.registry.Snapshot;
import dev.weft.mesh.route.PortRoutes;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.OptionalInt;
import java.util.SequencedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A called workload and port.
 *
 * @param port the workload's own port
 * @param via the Service and its port that led there; null if the workload itself was named
 * @param routes the routes of the Service's port
 */
record CalledPort(Workload workload, int port, @Nullable String via, List<String> routes) {

    private static final int LAST_PORT = 65_535;

    /**
     * Resolves {@code [NAMESPACE/]NAME:PORT}: to a workload, or to all workloads that a Service of that name leads to.
     */
    static List<CalledPort> of(String given, Questions asked) {
        Snapshot snapshot = asked.objects();
        int colon = given.lastIndexOf(':');
        int port = colon < 0 ? 0 : port(given.substring(colon + 1));
        if (port == 0) {
            throw new RefusedException(
                    Questions.MEANINGLESS,
                    "--to: " + given + " (expected: NAME:PORT, as shop/api:8080, the port from 1 to " + LAST_PORT + ")",
                    "see 'weft policy explain --help'");
        }
        ObjectName name = name(given.substring(0, colon), asked);
        Workload workload = snapshot.workloads().get(name);
        Service service = snapshot.services().get(name);
        boolean offered = service != null && service.ports().stream().anyMatch(each -> each.port() == port);
        if (service == null || !offered) {
            if (workload == null) {
                throw noSuchPort(name, port, service);
            }
            return List.of(new CalledPort(workload, port, null, List.of()));
        }
        List<CalledPort> called = behind(service, port, snapshot);
        if (called.isEmpty()) {
            throw noSuchPort(name, port, service);
        }
        if (workload != null
                && workload.ports().stream().anyMatch(each -> each.port() == port)
                && called.stream().noneMatch(each -> each.is(workload, port))) {
            // The name means both the Service and the workload, so both are answered.
            called.add(new CalledPort(workload, port, null, List.of()));
        }
        return called;
    }

    /** Returns why no policy is enforced there; empty if policies are enforced. */
    String open() {
        return open(workload, port, "skipInboundPorts", workload.skipInboundPorts());
    }

    /**
     * Returns why nothing is enforced at a port; empty if it is.
     *
     * @param field name of the field that lists {@code skipped}
     * @param skipped the workload's ports that the sidecar does not see
     */
    static String open(Workload workload, int port, String field, Collection<Integer> skipped) {
        if (!workload.meshed()) {
            return workload.name() + " is not meshed: nothing is enforced there";
        }
        return skipped.contains(port) ? "port " + port + " is in " + field + ": it goes past the sidecar" : "";
    }

    private boolean is(Workload other, int otherPort) {
        return port == otherPort && workload.name().equals(other.name());
    }

    private static ObjectName name(String given, Questions asked) {
        Snapshot snapshot = asked.objects();
        SequencedSet<ObjectName> names = new TreeSet<>(snapshot.workloads().keySet());
        names.addAll(snapshot.services().keySet());
        return ObjectLookup.find("workload or Service", asked.where(), given, List.copyOf(names), ObjectName::toString);
    }

    private static List<CalledPort> behind(Service service, int port, Snapshot snapshot) {
        List<CalledPort> called = new ArrayList<>();
        for (Service.Port offered : service.ports()) {
            if (offered.port() != port) {
                continue;
            }
            List<String> routes = PortRoutes.at(service, offered, snapshot.routes()).rules().stream()
                    .map(each -> each.route().toString())
                    .distinct()
                    .toList();
            String via = "Service " + service.name() + ", port " + port;
            for (Workload workload : snapshot.selectedBy(service)) {
                OptionalInt target = offered.targetPort().on(workload);
                if (target.isPresent()) {
                    called.add(new CalledPort(workload, target.getAsInt(), via, routes));
                }
            }
        }
        return called;
    }

    private static RefusedException noSuchPort(ObjectName name, int port, @Nullable Service service) {
        List<String> ports = service == null
                ? List.of()
                : service.ports().stream()
                        .map(each -> Integer.toString(each.port()))
                        .toList();
        return new RefusedException(
                Questions.NO_PORT,
                "Service " + name + " leads nowhere on port " + port,
                ports.contains(Integer.toString(port))
                        ? "no workload has its selector's labels and its target port"
                        : "its ports are: " + String.join(", ", ports));
    }

    private static int port(String text) {
        try {
            int port = Integer.parseInt(text);
            return port > LAST_PORT || port < 0 ? 0 : port;
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
