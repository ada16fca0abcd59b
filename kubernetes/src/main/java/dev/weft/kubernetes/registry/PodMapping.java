package dev.weft.kubernetes.registry;

import dev.weft.kubernetes.inject.MissingSidecar;
import dev.weft.mesh.model.InboundMode;
import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.model.ReservedIdentity;
import dev.weft.mesh.model.Workload;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodIP;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Converts a pod to what the mesh knows of it. */
final class PodMapping {

    /** Name of the native sidecar that makes a pod meshed. */
    static final String SIDECAR = "weft-proxy";

    static final String SKIP_INBOUND = "weft.dev/skip-inbound-ports";
    static final String SKIP_OUTBOUND = "weft.dev/skip-outbound-ports";
    static final String INBOUND = "weft.dev/inbound";
    static final String UDP_PORTS = "weft.dev/udp-ports";

    static final Map<String, InboundMode> INBOUND_MODES =
            Map.of("strict", InboundMode.STRICT, "permissive", InboundMode.PERMISSIVE);

    /** Most addresses of one pod; Kubernetes gives one of each family. */
    private static final int MAX_ADDRESSES = 8;

    private static final String ALWAYS = "Always";
    private static final String DEFAULT_ACCOUNT = "default";

    private PodMapping() {}

    static MappedPod map(Pod pod) {
        ObjectName name = WatchedKind.POD.nameOf(pod);
        PodSpec spec = Objects.requireNonNullElseGet(pod.getSpec(), PodSpec::new);
        PodStatus status = Objects.requireNonNullElseGet(pod.getStatus(), PodStatus::new);
        Map<String, String> labels =
                Objects.requireNonNullElse(pod.getMetadata().getLabels(), Map.of());
        boolean terminating = pod.getMetadata().getDeletionTimestamp() != null;
        boolean ended = ended(spec, status, terminating);
        boolean hostNetwork = Boolean.TRUE.equals(spec.getHostNetwork());
        String account = Objects.requireNonNullElse(spec.getServiceAccountName(), DEFAULT_ACCOUNT);
        boolean reserved = ReservedIdentity.is(name.namespace(), account);
        MissingSidecar.Pod seen = seen(name, pod, labels, spec);
        boolean meshed = !hostNetwork && !reserved && MissingSidecar.hasSidecar(seen);
        List<String> addresses = ended || hostNetwork ? List.of() : addresses(status);
        Annotations annotations = new Annotations(pod.getMetadata().getAnnotations());
        String uid = Objects.requireNonNullElse(pod.getMetadata().getUid(), "");
        Workload workload = workload(name, labels, account, spec, meshed, annotations, uid);
        return new MappedPod(
                name,
                labels,
                ended,
                meshed,
                hostNetwork,
                Objects.requireNonNullElse(spec.getNodeName(), ""),
                meshed && !ended
                        ? Optional.of(new MappedPod.Account(new ObjectName(name.namespace(), account), uid))
                        : Optional.empty(),
                addresses.isEmpty() ? Optional.empty() : Optional.of(workload),
                addresses,
                !terminating && isReady(status),
                standing(pod, status.getPhase()),
                due(pod.getMetadata().getDeletionTimestamp()),
                ended || terminating || !MissingSidecar.of(seen, true)
                        ? Optional.empty()
                        : Optional.of(new UnmeshedPod(name, uid, MissingSidecar.of(seen, false))),
                annotations.problems());
    }

    private static MissingSidecar.Pod seen(ObjectName name, Pod pod, Map<String, String> labels, PodSpec spec) {
        Map<String, String> initContainers = nonNull(spec.getInitContainers()).stream()
                .collect(Collectors.toMap(
                        container -> Objects.requireNonNullElse(container.getName(), ""),
                        container -> Objects.requireNonNullElse(container.getRestartPolicy(), ""),
                        (first, _) -> first));
        return new MissingSidecar.Pod(
                name.namespace(),
                labels,
                Objects.requireNonNullElse(pod.getMetadata().getAnnotations(), Map.of()),
                Boolean.TRUE.equals(spec.getHostNetwork()),
                os(spec),
                initContainers);
    }

    private static String os(PodSpec spec) {
        return spec.getOs() == null
                ? ""
                : Objects.requireNonNullElse(spec.getOs().getName(), "");
    }

    /** The API server sets the time of the deletion with the pod's grace period added. */
    private static Optional<Instant> due(@Nullable String deletion) {
        try {
            return Optional.ofNullable(deletion).map(Instant::parse);
        } catch (DateTimeParseException _) {
            return Optional.empty();
        }
    }

    private static AddressPriority standing(Pod pod, @Nullable String phase) {
        return AddressPriority.ofPod(
                pod.getMetadata().getDeletionTimestamp() == null,
                "Running".equals(phase),
                Objects.requireNonNullElse(pod.getMetadata().getCreationTimestamp(), ""));
    }

    private static Workload workload(
            ObjectName name,
            Map<String, String> labels,
            String account,
            PodSpec spec,
            boolean meshed,
            Annotations annotations,
            String uid) {
        PodPorts ports = PodPorts.of(applications(spec), annotations.ports(UDP_PORTS));
        InboundMode inbound = annotations.word(INBOUND, INBOUND_MODES).orElse(null);
        // An unknown value was meant as one of the two modes: the stricter one counts.
        InboundMode mode = inbound == null && annotations.has(INBOUND) ? InboundMode.STRICT : inbound;
        return new Workload(
                name,
                labels,
                account,
                ports.tcp(),
                ports.udp(),
                null,
                null,
                meshed,
                meshed ? mode : null,
                null,
                annotations.ports(SKIP_OUTBOUND),
                annotations.ports(SKIP_INBOUND),
                List.of(),
                ProbeMapping.of(applications(spec), ports::numberOf),
                uid,
                false,
                "");
    }

    private static boolean isSidecar(Container container) {
        return ALWAYS.equals(container.getRestartPolicy());
    }

    /** Returns all containers that run as long as the pod does, except the sidecar of Weft. */
    private static List<Container> applications(PodSpec spec) {
        return Stream.concat(
                        nonNull(spec.getContainers()).stream(),
                        nonNull(spec.getInitContainers()).stream().filter(PodMapping::isSidecar))
                .filter(container -> !SIDECAR.equals(container.getName()))
                .toList();
    }

    /**
     * Whether the pod's phase says that it has ended, or it is being deleted and all its containers have terminated.
     * Its address may already belong to another pod.
     */
    private static boolean ended(PodSpec spec, PodStatus status, boolean terminating) {
        String phase = status.getPhase();
        if ("Succeeded".equals(phase) || "Failed".equals(phase)) {
            return true;
        }
        List<ContainerStatus> statuses = new ArrayList<>(nonNull(status.getContainerStatuses()));
        Set<String> sidecars = Set.copyOf(nonNull(spec.getInitContainers()).stream()
                .filter(PodMapping::isSidecar)
                .map(Container::getName)
                .toList());
        nonNull(status.getInitContainerStatuses()).stream()
                .filter(init -> sidecars.contains(init.getName()))
                .forEach(statuses::add);
        return terminating && !statuses.isEmpty() && statuses.stream().allMatch(PodMapping::hasTerminated);
    }

    private static boolean hasTerminated(ContainerStatus status) {
        return status.getState() != null && status.getState().getTerminated() != null;
    }

    private static List<String> addresses(PodStatus status) {
        Stream<@Nullable String> given = Stream.concat(
                nonNull(status.getPodIPs()).stream().map(PodIP::getIp), Stream.ofNullable(status.getPodIP()));
        return given.filter(Objects::nonNull)
                .flatMap(text -> IpLiterals.parse(text).stream())
                .map(address -> address.getHostAddress())
                .distinct()
                .limit(MAX_ADDRESSES)
                .toList();
    }

    private static boolean isReady(PodStatus status) {
        return nonNull(status.getConditions()).stream()
                .anyMatch(condition -> "Ready".equals(condition.getType()) && "True".equals(condition.getStatus()));
    }

    private static <T> List<T> nonNull(@Nullable List<T> list) {
        return list == null ? List.of() : list;
    }
}
