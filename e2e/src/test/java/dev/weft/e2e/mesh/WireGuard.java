package dev.weft.e2e.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * An encrypted network between two linked meshes: a WireGuard tunnel in user space, over a wire of its own, that takes the place of
 * the link. The routes to the other mesh's workloads lead through it. Needs root.
 */
public final class WireGuard implements AutoCloseable {

    /** The name of the wire in both namespaces: what WireGuard sends passes here. */
    public static final String WIRE = "under0";

    /** The largest packet that passes the tunnel: 80 octets less than the wire's, as WireGuard's own tools choose. */
    public static final int MTU = 1_420;

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final int PORT = 51_820;

    private final End a;
    private final End b;

    private WireGuard(End a, End b) {
        this.a = a;
        this.b = b;
    }

    /** One end: the mesh, its namespace, the tunnel's interface there, and the program that is the tunnel. */
    private record End(Mesh mesh, String namespace, String device, String wireAddress, Path key, Running program) {

        static End start(Mesh mesh, String device, String wireAddress, Path key) throws Exception {
            String namespace = Linked.namespace(mesh);
            // The name begins as those of links do, so that the border's rules hold for what comes out of the tunnel.
            Running program = Shell.start(
                    List.of("nsenter", "--net=" + namespace, "wireguard-go", "--foreground", device),
                    Map.of("LOG_LEVEL", "error"));
            End end = new End(mesh, namespace, device, wireAddress, key, program);
            // Only a socket that listens is for wg: it removes one that refuses it, and the program binds before it
            // listens.
            Eventually.within(SOON, () -> assertThat(end.listening()).contains(device + ".sock"));
            end.run("wg", "show", device).ok();
            return end;
        }

        /** The Unix sockets of the namespace that listen, a line each, as {@code /proc/net/unix} tells. */
        private String listening() throws Exception {
            return run("grep", " 00010000 ", "/proc/net/unix").out();
        }

        Ran run(String... command) throws Exception {
            List<String> line = new ArrayList<>(List.of("nsenter", "--net=" + namespace));
            line.addAll(List.of(command));
            return Shell.run(line, Map.of(), Duration.ofMinutes(2));
        }

        void address(String prefix) throws Exception {
            run("ip", "addr", "add", wireAddress + prefix, "dev", WIRE).ok();
            run("ip", "link", "set", WIRE, "up").ok();
        }

        String publicKey() throws Exception {
            return Shell.run("sh", "-c", "wg pubkey < " + key).ok().out().strip();
        }

        /** Trusts the other end, and sends what is for its workloads through the tunnel. */
        void turnTo(End other) throws Exception {
            String ranges = other.range(4) + "," + other.range(6);
            run("wg", "set", device, "listen-port", Integer.toString(PORT), "private-key", key.toString())
                    .ok();
            peer(other, ranges);
            run("ip", "link", "set", device, "mtu", Integer.toString(MTU), "up").ok();
            for (int version : List.of(4, 6)) {
                run(
                                "ip",
                                "-" + version,
                                "route",
                                "replace",
                                other.range(version),
                                "dev",
                                device,
                                "src",
                                gateway(version))
                        .ok();
            }
        }

        void peer(End other, String ranges) throws Exception {
            run(
                            "wg",
                            "set",
                            device,
                            "peer",
                            other.publicKey(),
                            "allowed-ips",
                            ranges,
                            "endpoint",
                            other.wireAddress + ":" + PORT)
                    .ok();
        }

        void forget(End other) throws Exception {
            run("wg", "set", device, "peer", other.publicKey(), "remove").ok();
        }

        private String range(int version) throws Exception {
            return version == 4
                    ? gateway(4).replaceFirst("\\d+\\.\\d+$", "0.0/16")
                    : gateway(6).replaceFirst(":[0-9a-f]+$", ":/64");
        }

        private String gateway(int version) throws Exception {
            String address = version == 4 ? mesh.address("shop/web") : mesh.address6("shop/web");
            return version == 4
                    ? address.replaceFirst("\\d+\\.\\d+$", "0.1")
                    : address.replaceFirst(":[0-9a-f]+$", ":1");
        }
    }

    /** Puts the tunnel between two meshes that are linked, each with a workload {@code shop/web}. */
    public static WireGuard between(Mesh a, Mesh b, Path directory) throws Exception {
        End endA = End.start(a, "meshwga", "192.0.2.1", key(directory.resolve("a.key")));
        End endB = End.start(b, "meshwgb", "192.0.2.2", key(directory.resolve("b.key")));
        endA.run(
                        "ip",
                        "link",
                        "add",
                        WIRE,
                        "type",
                        "veth",
                        "peer",
                        "name",
                        WIRE,
                        "netns",
                        b.json("ps").path("controlPlane").path("pid").asString())
                .ok();
        endA.address("/30");
        endB.address("/30");
        endA.turnTo(endB);
        endB.turnTo(endA);
        return new WireGuard(endA, endB);
    }

    private static Path key(Path file) throws IOException, InterruptedException {
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        return Files.writeString(file, Shell.run("wg", "genkey").ok().out());
    }

    /** What passes the wire meanwhile, a line a packet, as tcpdump writes it; close it. */
    public Running listen() throws Exception {
        Running tcpdump = Shell.start(
                List.of("nsenter", "--net=" + a.namespace, "tcpdump", "-i", WIRE, "-n", "-l", "-Z", "root"), Map.of());
        Eventually.within(SOON, () -> assertThat(tcpdump.printed()).contains("listening on"));
        return tcpdump;
    }

    /** What came out of the tunnel at the second mesh, in octets. */
    public long received() throws Exception {
        return b.run("wg", "show", b.device, "transfer")
                .ok()
                .out()
                .lines()
                .mapToLong(line -> Long.parseLong(line.replaceFirst("^\\S+\\s+(\\d+)\\s.*$", "$1")))
                .sum();
    }

    /** CPU time of both ends, in seconds. */
    public double cpuSeconds() {
        return cpuSeconds(a.program.process()) + cpuSeconds(b.program.process());
    }

    private static double cpuSeconds(Process process) {
        // nsenter has become the program: it executes it in its own place.
        return process.toHandle()
                        .info()
                        .totalCpuDuration()
                        .orElse(Duration.ZERO)
                        .toMillis()
                / 1e3;
    }

    /** The tunnel trusts the other end no longer: nothing passes it. */
    public void cut() throws Exception {
        a.forget(b);
        b.forget(a);
    }

    /** Mends what {@link #cut} did. */
    public void mend() throws Exception {
        a.peer(b, b.range(4) + "," + b.range(6));
        b.peer(a, a.range(4) + "," + a.range(6));
    }

    @Override
    public void close() {
        a.program.close();
        b.program.close();
    }
}
