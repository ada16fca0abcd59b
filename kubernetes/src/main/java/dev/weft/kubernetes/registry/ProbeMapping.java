package dev.weft.kubernetes.registry;

import dev.weft.mesh.model.Probe;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HTTPGetAction;
import io.fabric8.kubernetes.api.model.IntOrString;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Converts the probes that the kubelet makes of a pod over the network. */
final class ProbeMapping {

    /** Most probes of one pod; more are not let through. A sidecar accepts 256. */
    static final int MAX_PROBES = 128;

    private ProbeMapping() {}

    /**
     * Returns the readiness, liveness and startup probes of all containers. A probe over TLS counts as the opening
     * of a TCP connection: a sidecar cannot tell its content from other traffic.
     *
     * @param named returns the number of a named port
     */
    static List<Probe.Action> of(List<Container> containers, Function<String, OptionalInt> named) {
        return containers.stream()
                .flatMap(container -> Stream.of(
                                container.getReadinessProbe(),
                                container.getLivenessProbe(),
                                container.getStartupProbe())
                        .filter(Objects::nonNull)
                        .flatMap(probe -> action(probe, container, named).stream()))
                .distinct()
                .limit(MAX_PROBES)
                .toList();
    }

    private static Optional<Probe.Action> action(
            io.fabric8.kubernetes.api.model.Probe probe, Container container, Function<String, OptionalInt> named) {
        HTTPGetAction get = probe.getHttpGet();
        if (get != null) {
            // With a host of its own, the probe goes to another address than the pod's.
            return get.getHost() == null || get.getHost().isEmpty()
                    ? number(get.getPort(), container, named).map(port -> http(get, port))
                    : Optional.empty();
        }
        if (probe.getTcpSocket() != null) {
            String host = probe.getTcpSocket().getHost();
            return host == null || host.isEmpty()
                    ? number(probe.getTcpSocket().getPort(), container, named).map(Probe.TcpSocket::new)
                    : Optional.empty();
        }
        return probe.getGrpc() == null
                ? Optional.empty()
                : Optional.ofNullable(probe.getGrpc().getPort())
                        .filter(PodPorts::isPort)
                        .map(Probe.Grpc::new);
    }

    private static Probe.Action http(HTTPGetAction get, int port) {
        return "HTTPS".equals(get.getScheme())
                ? new Probe.TcpSocket(port)
                : new Probe.HttpGet(path(get.getPath()), port);
    }

    /** Returns the path as the kubelet requests it. */
    private static String path(@Nullable String path) {
        String given = path == null ? "" : path;
        int fragment = given.indexOf('#');
        String asked = fragment < 0 ? given : given.substring(0, fragment);
        return asked.startsWith("/") ? asked : "/" + asked;
    }

    /** A port name is looked up in the probe's own container first, then in the other containers. */
    private static Optional<Integer> number(
            @Nullable IntOrString port, Container container, Function<String, OptionalInt> named) {
        if (port == null) {
            return Optional.empty();
        }
        if (port.getIntVal() != null) {
            return Optional.of(port.getIntVal()).filter(PodPorts::isPort);
        }
        OptionalInt own = PodPorts.of(List.of(container), Set.of()).numberOf(port.getStrVal());
        OptionalInt number = own.isPresent() ? own : named.apply(port.getStrVal());
        return number.isPresent() ? Optional.of(number.getAsInt()) : Optional.empty();
    }
}
