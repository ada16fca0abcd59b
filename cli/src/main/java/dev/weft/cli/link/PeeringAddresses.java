package dev.weft.cli.link;

import dev.weft.cli.cluster.KubectlClient;
import dev.weft.daemon.text.HostPort;
import dev.weft.mesh.model.IpPort;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * The addresses at which other clusters reach a cluster's control plane.
 *
 * @param controlPlane addresses of the control plane, IP:PORT, at most 16
 * @param bundleEndpoint address of the trust bundle, IP:PORT
 */
public record PeeringAddresses(List<String> controlPlane, String bundleEndpoint) {

    public PeeringAddresses {
        controlPlane = List.copyOf(controlPlane);
    }

    private static final String SERVICE = "weft-peering";
    private static final String BUNDLE = "bundle";
    private static final int BUNDLE_PORT = 15_013;
    private static final int MOST = 16;
    private static final String NODES =
            "jsonpath={range .items[*]}{.status.addresses[?(@.type==\"InternalIP\")].address}{\"\\n\"}{end}";

    /**
     * Returns the addresses of the Service that {@code --peering} installs; empty if there is no such Service, or it
     * has no address yet.
     */
    public static Optional<PeeringAddresses> ofService(KubectlClient cluster) {
        return cluster.json("get", "service", SERVICE, "-n", "weft-system", "--ignore-not-found", "-o", "json")
                .flatMap(service -> of(service, cluster));
    }

    private static Optional<PeeringAddresses> of(JsonNode service, KubectlClient cluster) {
        JsonNode spec = service.path("spec");
        boolean ofNodes = spec.path("type").asString("").equals("NodePort");
        List<InetAddress> hosts = hosts(service, cluster);
        int control = port(spec, "grpc", ofNodes);
        int bundle = port(spec, BUNDLE, ofNodes);
        if (hosts.isEmpty() || control == 0 || bundle == 0) {
            return Optional.empty();
        }
        return Optional.of(new PeeringAddresses(
                hosts.stream()
                        .limit(MOST)
                        .map(host -> IpPort.format(host, control))
                        .toList(),
                IpPort.format(hosts.getFirst(), bundle)));
    }

    private static List<InetAddress> hosts(JsonNode service, KubectlClient cluster) {
        return switch (service.path("spec").path("type").asString("")) {
            case "LoadBalancer" ->
                service.path("status")
                        .path("loadBalancer")
                        .path("ingress")
                        .valueStream()
                        .map(ingress -> ingress.path("ip")
                                .asString(ingress.path("hostname").asString("")))
                        .flatMap(PeeringAddresses::resolved)
                        .toList();
            case "NodePort" ->
                cluster.text("get", "nodes", "-o", NODES)
                        .lines()
                        .flatMap(line -> Stream.of(line.strip().split(" +", -1)))
                        .flatMap(PeeringAddresses::resolved)
                        .toList();
            case "ClusterIP" ->
                service.path("spec")
                        .path("clusterIPs")
                        .valueStream()
                        .flatMap(address -> resolved(address.asString("")))
                        .toList();
            default -> List.of();
        };
    }

    private static int port(JsonNode spec, String name, boolean ofNodes) {
        return spec.path("ports")
                .valueStream()
                .filter(port -> port.path("name").asString("").equals(name))
                .mapToInt(port -> port.path(ofNodes ? "nodePort" : "port").asInt(0))
                .findFirst()
                .orElse(0);
    }

    private static Stream<InetAddress> resolved(String host) {
        if (host.isEmpty() || host.equals("None")) {
            return Stream.of();
        }
        try {
            return Arrays.stream(InetAddress.getAllByName(host));
        } catch (UnknownHostException _) {
            return Stream.of();
        }
    }

    /**
     * Returns the addresses that an operator has given.
     *
     * @param control address of the control plane, {@code HOST:PORT}
     * @param bundle address of the trust bundle, {@code HOST:PORT}; if empty, port 15013 of the control plane's host
     * @throws IllegalArgumentException if a text is not an address, or a name has no address
     */
    static PeeringAddresses said(String control, Optional<String> bundle) {
        InetSocketAddress where = HostPort.unresolved(control);
        List<String> controlPlane = addresses(where.getHostString(), where.getPort());
        String bundleEndpoint = bundle.map(HostPort::unresolved)
                .map(said -> addresses(said.getHostString(), said.getPort()))
                .orElseGet(() -> addresses(where.getHostString(), BUNDLE_PORT))
                .getFirst();
        return new PeeringAddresses(controlPlane, bundleEndpoint);
    }

    private static List<String> addresses(String host, int port) {
        List<String> addresses = resolved(host)
                .limit(MOST)
                .map(address -> new IpPort(address, port).toString())
                .toList();
        if (addresses.isEmpty()) {
            throw new IllegalArgumentException("address: " + host + " (expected: a host with an address)");
        }
        return addresses;
    }
}
