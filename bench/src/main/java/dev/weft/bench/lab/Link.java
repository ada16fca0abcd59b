package dev.weft.bench.lab;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A bridge with pods, each connected by a veth pair. It is built like the local mesh's bridge, so the network path
 * between two pods is the same. All of it is in the network namespace of the bench, and ends with it.
 */
public final class Link implements AutoCloseable {
    private static final String BRIDGE = "bench0";
    private static final String PREFIX = "10.243.0.";
    private static final int FIRST_POD = 10;

    private final Path folder;
    private final List<Program> holders = new ArrayList<>();

    private Link(Path folder) {
        this.folder = folder;
    }

    /** Creates the bridge. Logs go to this folder. */
    public static Link create(Path folder) {
        Shell.run("ip link set lo up");
        Shell.run("ip link add " + BRIDGE + " type bridge");
        Shell.run("ip address add " + PREFIX + "1/24 dev " + BRIDGE);
        Shell.run("ip link set " + BRIDGE + " up");
        return new Link(folder);
    }

    /** Creates and connects a pod. */
    public Pod addPod(String name) {
        Program holder = Program.start(
                List.of("unshare", "-n", "--", "sleep", "infinity"), folder.resolve("pod-" + name + ".log"));
        int index = holders.size();
        holders.add(holder);
        String address = PREFIX + (FIRST_POD + index);
        Pod pod = new Pod(name, holder.pid(), address);
        awaitOwnNamespace(pod);
        String outside = "bench-" + index;
        Shell.run("ip link add " + outside + " type veth peer name eth0 netns " + pod.pid());
        Shell.run("ip link set " + outside + " master " + BRIDGE + " up");
        pod.run("ip link set lo up");
        pod.run("ip address add " + address + "/24 dev eth0");
        pod.run("ip link set eth0 up");
        manyShortConnections(pod);
        return pod;
    }

    /**
     * Lets a namespace open tens of thousands of connections a minute: enables more ports, and reuse of ports in
     * TIME_WAIT.
     */
    public static void manyShortConnections(Pod pod) {
        pod.run("sysctl -q -w net.ipv4.ip_local_port_range=10240\t65535");
        pod.run("sysctl -q -w net.ipv4.tcp_tw_reuse=1");
    }

    private static void awaitOwnNamespace(Pod pod) {
        String ours = namespace("self");
        for (int attempt = 0; attempt < 200; attempt++) {
            if (!namespace(Integer.toString(pod.pid())).equals(ours)) {
                return;
            }
            Pause.millis(5);
        }
        throw new IllegalStateException(
                "pod " + pod.name() + ": no network namespace of its own after 1 s (expected: unshare)");
    }

    private static String namespace(String process) {
        try {
            return java.nio.file.Files.readSymbolicLink(Path.of("/proc", process, "ns", "net"))
                    .toString();
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        holders.forEach(Program::close);
        Shell.run("ip link delete " + BRIDGE);
    }
}
