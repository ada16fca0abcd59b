package dev.weft.control.explain;

import dev.weft.api.v1.ExplainOutsideRequest;
import dev.weft.api.v1.ExplainedOutside;
import dev.weft.control.refusal.RefusedException;
import dev.weft.mesh.model.EgressDefault;
import dev.weft.mesh.model.Namespace;
import dev.weft.mesh.model.Service;
import dev.weft.mesh.model.Workload;
import dev.weft.mesh.registry.Snapshot;
import dev.weft.policy.egress.EgressRules;
import dev.weft.policy.egress.EgressWire;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Explains what decides about a workload's calls to outside of the mesh. */
final class OutsideCalls {

    /** Most addresses that a message lists. */
    private static final int MOST_ADDRESSES = 8;

    private OutsideCalls() {}

    static ExplainedOutside of(ExplainOutsideRequest request, @Nullable InetAddress address, Questions asked) {
        Snapshot objects = asked.objects();
        return of(QuestionCaller.workload(request.getFrom(), asked), request.getPort(), asked)
                .setInside(address == null ? "" : inside(address, objects))
                .build();
    }

    /**
     * Explains a call to a workload without a sidecar, which counts as outside; empty if no rule governs the caller's
     * call there.
     */
    static Optional<ExplainedOutside> of(@Nullable Workload caller, CalledPort called, Questions asked) {
        if (caller == null || called.workload().meshed()) {
            return Optional.empty();
        }
        ExplainedOutside message = of(caller, called.port(), asked).build();
        return message.getOpen().isEmpty() && message.hasRules() ? Optional.of(message) : Optional.empty();
    }

    private static ExplainedOutside.Builder of(Workload workload, int port, Questions asked) {
        Snapshot objects = asked.objects();
        Namespace namespace = objects.namespaces().get(workload.name().namespace());
        ExplainedOutside.Builder message = ExplainedOutside.newBuilder()
                .setWorkload(workload.name().toString())
                .setIdentity(
                        workload.meshed()
                                ? workload.identity(asked.trustDomain()).toString()
                                : "")
                .setOpen(CalledPort.open(workload, port, "skipOutboundPorts", workload.skipOutboundPorts()))
                .setNamespaceDenies(namespace != null && namespace.egress() == EgressDefault.DENY);
        EgressRules rules = objects.egressFor(workload);
        return rules.open() ? message : message.setRules(EgressWire.toProto(rules));
    }

    /** Returns which meshed workload or Service of the mesh has the address; empty if none has. */
    private static String inside(InetAddress address, Snapshot objects) {
        for (Workload workload : objects.workloads().values()) {
            if (has(objects.addressesOf(workload), address)) {
                return workload.meshed() ? "workload " + workload.name() : "";
            }
        }
        for (Service service : objects.services().values()) {
            if (has(objects.addressesOf(service), address)) {
                return inside(service, address, objects);
            }
        }
        return "";
    }

    /**
     * Refuses the question for a Service without sidecars: policies judge the endpoints' own addresses, not the
     * Service's.
     */
    private static String inside(Service service, InetAddress address, Snapshot objects) {
        List<Workload> endpoints = objects.selectedBy(service);
        if (endpoints.stream().anyMatch(Workload::meshed)) {
            return "Service " + service.name();
        }
        String own = endpoints.stream()
                .flatMap(endpoint -> objects.addressesOf(endpoint).stream())
                .limit(MOST_ADDRESSES)
                .collect(Collectors.joining(", "));
        throw new RefusedException(
                Questions.MEANINGLESS,
                "--to: " + address.getHostAddress() + " is the address of Service " + service.name()
                        + ", whose endpoints have no sidecar: their own addresses are judged",
                own.isEmpty() ? "it has no endpoint" : "ask about one of: " + own);
    }

    private static boolean has(List<String> addresses, InetAddress address) {
        return addresses.stream().anyMatch(each -> InetAddress.ofLiteral(each).equals(address));
    }
}
