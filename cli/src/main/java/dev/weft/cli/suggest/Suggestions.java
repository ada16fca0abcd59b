package dev.weft.cli.suggest;

import dev.weft.api.v1.EdgeDirection;
import dev.weft.api.v1.ObservedEdge;
import dev.weft.api.v1.PolicedWorkload;
import dev.weft.cli.suggest.Suggestion.Caller;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.policy.decide.CompiledPolicies;
import dev.weft.policy.decide.Outcome;
import dev.weft.policy.decide.Peer;
import dev.weft.policy.model.Action;
import dev.weft.policy.model.AuthorizationPolicy;
import dev.weft.policy.model.PolicySet;
import java.net.InetAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Makes suggestions from recorded calls. No suggestion refuses a recorded call of a proven identity. */
public final class Suggestions {

    /** The most sources that the schema of a policy allows. */
    static final int MAX_CALLERS = 1024;

    private static final int MAX_NAME = 40;

    /** An address that no range in a policy contains: the address of a call by an identity is not recorded. */
    private static final InetAddress NOWHERE = InetAddress.ofLiteral("0.0.0.0");

    private final Collection<SelectedWorkload> mesh;
    private final Set<SpiffeId> identities;
    private final Set<String> names = new HashSet<>();

    /** Workloads that one policy selects, and the port that was called. */
    private record Place(String namespace, Map<String, String> labels, int port) {}

    private Suggestions(Collection<SelectedWorkload> mesh) {
        this.mesh = mesh;
        this.identities = mesh.stream().map(SelectedWorkload::identity).collect(Collectors.toCollection(TreeSet::new));
    }

    /**
     * Returns the suggestions for each port that was called, by namespace, labels and port.
     *
     * @param namespace only workloads of this namespace; empty for all
     * @param since calls that ended before this time are ignored
     */
    public static List<Suggestion> of(
            Collection<ObservedEdge> edges, Collection<PolicedWorkload> workloads, String namespace, Instant since) {
        List<SelectedWorkload> mesh =
                workloads.stream().map(SelectedWorkload::of).toList();
        Map<String, SelectedWorkload> byName = mesh.stream()
                .collect(Collectors.toMap(SelectedWorkload::fullName, Function.identity(), (one, _) -> one));
        Map<Place, List<ObservedEdge>> called = new TreeMap<>(Comparator.comparing(Place::namespace)
                .thenComparing(place -> place.labels().toString())
                .thenComparingInt(Place::port));
        for (ObservedEdge edge : edges) {
            SelectedWorkload workload = byName.get(edge.getWorkload());
            if (workload != null
                    && edge.getEdge().getDirection() == EdgeDirection.EDGE_DIRECTION_INBOUND
                    && (namespace.isEmpty() || workload.namespace().equals(namespace))
                    && (edge.getEdge().getOpen() > 0 || edge.getEdge().getLast() >= since.getEpochSecond())) {
                called.computeIfAbsent(
                                new Place(
                                        workload.namespace(),
                                        workload.lastingLabels(),
                                        edge.getEdge().getPort()),
                                _ -> new ArrayList<>())
                        .add(edge);
            }
        }
        Suggestions suggestions = new Suggestions(mesh);
        List<Suggestion> drawn = new ArrayList<>();
        called.forEach((place, calls) -> drawn.add(suggestions.draw(place, new CallSummary(calls), byName, calls)));
        return PolicySimulation.of(mesh, drawn);
    }

    private Suggestion draw(
            Place place, CallSummary calls, Map<String, SelectedWorkload> byName, List<ObservedEdge> edges) {
        List<SelectedWorkload> called = edges.stream()
                .map(edge -> byName.get(edge.getWorkload()))
                .distinct()
                .sorted(Comparator.comparing(SelectedWorkload::name))
                .toList();
        List<SelectedWorkload> selected = isSelectable(place) ? selected(place) : called;
        Set<String> admitted = admitted(byName, edges);
        Map<Boolean, List<Caller>> callers =
                calls.proven().stream().collect(Collectors.partitioningBy(caller -> admitted.contains(caller.name())));
        List<Caller> allowed = callers.getOrDefault(true, List.of());
        String why = why(place, selected, allowed);
        return new Suggestion(
                place.namespace(),
                why.isEmpty() ? name(called.getFirst(), place.port()) : "",
                why,
                place.labels(),
                place.port(),
                selected.stream().map(SelectedWorkload::fullName).toList(),
                calls.since(),
                calls.requests(),
                allowed,
                callers.getOrDefault(false, List.of()),
                calls.unproven(),
                calls.refused(),
                tooOpen(selected, place.port(), names(allowed)),
                allowing(selected, place.port()),
                List.of());
    }

    private static Set<String> names(List<Caller> callers) {
        return callers.stream().map(Caller::name).collect(Collectors.toSet());
    }

    /** Returns all workloads that a policy would select, also those with further labels. */
    private List<SelectedWorkload> selected(Place place) {
        return mesh.stream()
                .filter(workload -> workload.isSelected(place.namespace(), place.labels()))
                .sorted(Comparator.comparing(SelectedWorkload::name))
                .toList();
    }

    /** Returns the identities whose recorded calls the present policies allow, at least for some requests. */
    private static Set<String> admitted(Map<String, SelectedWorkload> byName, List<ObservedEdge> edges) {
        Map<String, CompiledPolicies> present = new HashMap<>();
        Set<String> admitted = new HashSet<>();
        for (ObservedEdge observed : edges) {
            SelectedWorkload workload = byName.get(observed.getWorkload());
            if (workload != null && observed.getEdge().hasSpiffeId()) {
                String caller = observed.getEdge().getSpiffeId();
                CompiledPolicies policies =
                        present.computeIfAbsent(observed.getWorkload(), _ -> compiled(workload, workload.policies()));
                if (policies.decide(peer(caller), observed.getEdge().getPort()).outcome() != Outcome.DENY) {
                    admitted.add(caller);
                }
            }
        }
        return admitted;
    }

    /** Compiles policies as the sidecar of a workload does. */
    static CompiledPolicies compiled(SelectedWorkload workload, PolicySet policies) {
        return CompiledPolicies.compile(workload.identity().trustDomain(), policies);
    }

    /** Whether a policy can select the workloads: they have labels, or no workload of their namespace has any. */
    private boolean isSelectable(Place place) {
        return !place.labels().isEmpty()
                || mesh.stream()
                        .filter(other -> other.namespace().equals(place.namespace()))
                        .allMatch(other -> other.lastingLabels().isEmpty());
    }

    /** Returns why no policy is suggested; empty if one is. */
    private String why(Place place, List<SelectedWorkload> workloads, List<Caller> callers) {
        if (callers.isEmpty()) {
            return "no caller that present policies allow has called with a proven identity";
        }
        if (callers.size() > MAX_CALLERS) {
            return callers.size() + " identities called, more than one policy can name: allow them by namespace";
        }
        if (!isSelectable(place)) {
            return "the workload has no label by which a policy could select it: add one";
        }
        return workloads.stream()
                .flatMap(workload -> workload.policies().policies().stream())
                .filter(policy ->
                        policy.action() == Action.ALLOW && policy.aboutRequests() && policy.selectsPort(place.port()))
                .findFirst()
                .map(policy -> "policy " + policy.fullName()
                        + " allows only certain requests there, and paths are not recorded:"
                        + " a policy for connections would allow more than it does")
                .orElse("");
    }

    private String name(SelectedWorkload workload, int port) {
        String base = workload.application()
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^a-z0-9-]", "-")
                .replaceAll("^-+", "");
        String cut = base.length() > MAX_NAME ? base.substring(0, MAX_NAME) : base;
        String name = "seen-" + (cut.isEmpty() ? "workload" : cut) + "-" + port;
        String free = name;
        for (int i = 2; !names.add(workload.namespace() + "/" + free); i++) {
            free = name + "-" + i;
        }
        return free;
    }

    /** Returns the identities of the mesh that may call this port of any of the workloads but did not call. */
    private List<String> tooOpen(List<SelectedWorkload> workloads, int port, Set<String> seen) {
        List<CompiledPolicies> present = workloads.stream()
                .map(workload -> compiled(workload, workload.policies()))
                .toList();
        return identities.stream()
                .filter(identity -> !seen.contains(identity.toString()))
                .filter(identity -> present.stream()
                        .anyMatch(policies -> policies.decide(new Peer(identity, NOWHERE), port)
                                        .outcome()
                                != Outcome.DENY))
                .map(SpiffeId::toString)
                .toList();
    }

    private static List<String> allowing(List<SelectedWorkload> workloads, int port) {
        return workloads.stream()
                .flatMap(workload -> workload.policies().policies().stream())
                .filter(policy -> policy.action() == Action.ALLOW && policy.selectsPort(port))
                .map(AuthorizationPolicy::fullName)
                .distinct()
                .sorted()
                .toList();
    }

    /** Returns the peer to decide about, for an identity. */
    static Peer peer(String identity) {
        return new Peer(SpiffeId.parse(identity), NOWHERE);
    }
}
