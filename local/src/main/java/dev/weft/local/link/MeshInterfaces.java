package dev.weft.local.link;

import dev.weft.local.command.Commands;
import dev.weft.local.inspect.MeshHandle;
import dev.weft.local.state.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The network connection between two meshes: a veth pair with one end in the network namespace of each, and on each
 * side routes to the workloads of the other. The next hop is the other mesh's gateway address, which answers on every
 * interface, so the ends need no IPv4 addresses. The kernel removes pair and routes when one of the two namespaces
 * ends.
 */
record MeshInterfaces(End a, End b) {

    /** One end of the connection: the network of a mesh, and a process in its network namespace. */
    record End(long pid, Network network) {

        static End of(MeshHandle mesh) throws IOException {
            return new End(mesh.firstPid(), new Network(mesh.record().network()));
        }

        private String ip(String input, String... arguments) throws IOException, InterruptedException {
            List<String> command =
                    new ArrayList<>(List.of("nsenter", "--target", Long.toString(pid), "--net", "--", "ip"));
            command.addAll(List.of(arguments));
            return Commands.run(command, input);
        }

        private boolean leadsTo(End other) throws IOException, InterruptedException {
            String name = other.network.linkName();
            return ip("", "-oneline", "link", "show")
                    .lines()
                    .anyMatch(line -> line.matches("\\d+: " + name + "[@:].*"));
        }

        /** Removes this end, which also removes the other. Returns false if the kernel has already removed it. */
        private boolean remove(End other) throws IOException, InterruptedException {
            try {
                ip("", "link", "delete", other.network.linkName());
                return true;
            } catch (IOException e) {
                if (leadsTo(other)) {
                    throw e;
                }
                return false;
            }
        }
    }

    static MeshInterfaces between(MeshHandle a, MeshHandle b) throws IOException {
        return new MeshInterfaces(End.of(a), End.of(b));
    }

    /** Creates what is missing, or removes all of it on failure. Returns whether the connection existed. */
    boolean connect() throws IOException, InterruptedException {
        boolean connected = false;
        try {
            // A single end leads to a namespace that the kernel is removing.
            boolean before = a.leadsTo(b) && b.leadsTo(a);
            if (!before) {
                disconnect();
                add();
            }
            a.ip(setUp(a, b), "-batch", "-");
            b.ip(setUp(b, a), "-batch", "-");
            // The routes come last: the kernel refuses a route through an interface whose other end is down.
            a.ip(routes(a, b), "-batch", "-");
            b.ip(routes(b, a), "-batch", "-");
            connected = true;
            return before;
        } finally {
            if (!connected) {
                disconnect();
            }
        }
    }

    private void add() throws IOException, InterruptedException {
        a.ip(
                "",
                "link",
                "add",
                b.network.linkName(),
                "type",
                "veth",
                "peer",
                "name",
                a.network.linkName(),
                "netns",
                Long.toString(b.pid));
    }

    /** Removes the connection; returns whether there was one. */
    boolean disconnect() throws IOException, InterruptedException {
        boolean removed = a.leadsTo(b) && a.remove(b);
        return (b.leadsTo(a) && b.remove(a)) || removed;
    }

    private static String setUp(End end, End other) {
        String name = other.network.linkName();
        String up = "link set %s up\n".formatted(name);
        return hasIpv6() ? up + "addr replace %s/64 dev %s nodad\n".formatted(end.network.linkIpv6(), name) : up;
    }

    private static String routes(End end, End other) {
        Network here = end.network;
        Network there = other.network;
        String ipv4 = "route replace %s via %s dev %s onlink src %s\n"
                .formatted(there.workloadsIpv4(), there.gatewayIpv4(), there.linkName(), here.gatewayIpv4());
        String ipv6 = "route replace %s via %s dev %s src %s\n"
                .formatted(there.workloadsIpv6(), there.linkIpv6(), there.linkName(), here.gatewayIpv6());
        return hasIpv6() ? ipv4 + ipv6 : ipv4;
    }

    private static boolean hasIpv6() {
        return Files.exists(Path.of("/proc/net/if_inet6"));
    }
}
