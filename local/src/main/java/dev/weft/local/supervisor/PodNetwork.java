package dev.weft.local.supervisor;

import dev.weft.local.command.Commands;
import dev.weft.local.state.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The network between the workloads: a bridge in the mesh's own network namespace, with one end of a veth pair for each
 * pod. The bridge's address is the gateway of every pod. It forwards to linked meshes, which have routes, and to no
 * other place, so connections to other addresses are refused at once.
 */
final class PodNetwork {

    static final String BRIDGE = "weft0";

    private final Network network;
    /**
     * Buckets in the TCP connection table of each pod. Kernels before 6.2 have only one table for the whole machine;
     * finding a pod's listeners there takes a walk through 262,144 buckets, or 4 ms of CPU for each pod and second.
     */
    private static final String POD_CONNECTIONS = "8192";

    private final boolean ipv6;
    private int nextPort = 1;

    private PodNetwork(Network network, boolean ipv6) {
        this.network = network;
        this.ipv6 = ipv6;
    }

    /** Creates the bridge in the network namespace of this process. */
    static PodNetwork create(Network network) throws IOException, InterruptedException {
        boolean ipv6 = Files.exists(Path.of("/proc/net/if_inet6"));
        Commands.run("ip", "link", "set", "lo", "up");
        setKernel("net/ipv4/ip_forward", "1");
        if (ipv6) {
            setKernel("net/ipv6/conf/all/forwarding", "1");
            setKernel("net/ipv6/conf/default/accept_dad", "0");
        }
        try {
            setKernel("net/ipv4/tcp_child_ehash_entries", POD_CONNECTIONS);
        } catch (IOException _) {
            // An older kernel keeps its one table.
        }
        Commands.run("ip", "link", "add", BRIDGE, "type", "bridge", "forward_delay", "0", "mcast_snooping", "0");
        Commands.run("ip", "addr", "add", network.gatewayIpv4() + "/" + Network.IPV4_PREFIX, "dev", BRIDGE);
        if (ipv6) {
            String address = network.gatewayIpv6() + "/" + Network.IPV6_PREFIX;
            Commands.run("ip", "addr", "add", address, "dev", BRIDGE, "nodad");
        }
        Commands.run("ip", "link", "set", BRIDGE, "up");
        Commands.run(List.of("nft", "-f", "-"), BorderRules.install());
        return new PodNetwork(network, ipv6);
    }

    boolean ipv6() {
        return ipv6;
    }

    /** Creates {@code eth0} with these addresses in the network namespace of a pause process. */
    void attach(long pausePid, List<String> addresses) throws IOException, InterruptedException {
        String port = newPort();
        String pid = Long.toString(pausePid);
        Commands.run("ip", "link", "add", port, "type", "veth", "peer", "name", "eth0", "netns", pid);
        Commands.run("ip", "link", "set", port, "master", BRIDGE, "up");
        StringBuilder batch = new StringBuilder("link set lo up\n");
        for (String address : addresses) {
            boolean six = address.contains(":");
            int prefix = six ? Network.IPV6_PREFIX : Network.IPV4_PREFIX;
            batch.append("addr add %s/%d dev eth0%s\n".formatted(address, prefix, six ? " nodad" : ""));
        }
        batch.append("link set eth0 up\n");
        batch.append("route add default via ").append(network.gatewayIpv4()).append('\n');
        if (ipv6) {
            batch.append("route add default via ").append(network.gatewayIpv6()).append('\n');
        }
        Commands.run(List.of("nsenter", "--target", pid, "--net", "--", "ip", "-batch", "-"), batch.toString());
    }

    private synchronized String newPort() {
        return "pod" + nextPort++;
    }

    /** Sets a kernel setting of this process's namespaces. */
    private static void setKernel(String name, String value) throws IOException {
        try {
            Files.writeString(Path.of("/proc/sys", name), value + "\n");
        } catch (IOException e) {
            throw new IOException("sysctl %s cannot be set to %s: %s".formatted(name, value, e.getMessage()), e);
        }
    }
}
