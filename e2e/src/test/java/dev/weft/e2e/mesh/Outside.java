package dev.weft.e2e.mesh;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A machine outside of a mesh: a network namespace of its own, made by the test, with a link to the mesh's bridge. Needs root.
 */
public final class Outside implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofMinutes(2);

    private final Running holder;
    private final String address;

    private Outside(Running holder, String address) {
        this.holder = holder;
        this.address = address;
    }

    /**
     * Puts a machine on the mesh's link.
     *
     * @param port a name for the bridge's end of it
     * @param lastBytes of its address in the mesh's range, as 200.9
     */
    public static Outside link(Mesh mesh, String port, String lastBytes) throws Exception {
        String gateway = gateway(mesh);
        String address = gateway.replaceFirst("\\d+\\.\\d+$", lastBytes);
        String control = mesh.json("ps").path("controlPlane").path("pid").asString();
        Running holder = Shell.start(List.of("unshare", "--net", "sh", "-c", "echo up; exec sleep infinity"), Map.of());
        Outside machine = new Outside(holder, address);
        String pid = Long.toString(holder.process().pid());
        Eventually.within(LIMIT, () -> {
            if (!holder.printed().contains("up")) {
                throw new AssertionError("no namespace yet");
            }
        });
        Shell.run("ip", "link", "add", port, "netns", control, "type", "veth", "peer", "name", "eth0", "netns", pid)
                .ok();
        Shell.run("nsenter", "-t", control, "-n", "ip", "link", "set", port, "master", "weft0", "up")
                .ok();
        machine.run("ip", "link", "set", "lo", "up").ok();
        machine.run("ip", "addr", "add", address + "/16", "dev", "eth0").ok();
        machine.run("ip", "link", "set", "eth0", "up").ok();
        machine.run("ip", "route", "add", "default", "via", gateway).ok();
        return machine;
    }

    /** Where the control plane of a mesh is, and the gateway of its workloads. */
    public static String gateway(Mesh mesh) throws Exception {
        String workload = mesh.json("ps")
                .path("workloads")
                .path(0)
                .path("addresses")
                .path(0)
                .asString();
        return workload.replaceFirst("\\d+\\.\\d+$", "0.1");
    }

    /** Its IPv4 address. */
    public String address() {
        return address;
    }

    /** Runs a program on the machine to its end. */
    public Ran run(String... program) throws Exception {
        return Shell.run(line(program), Map.of("NO_COLOR", "1"), LIMIT);
    }

    /** Starts a program on the machine. */
    public Running start(String... program) throws Exception {
        return Shell.start(line(program), Map.of("NO_COLOR", "1"));
    }

    private List<String> line(String... program) {
        List<String> line = new ArrayList<>(
                List.of("nsenter", "-t", Long.toString(holder.process().pid()), "-n", "--"));
        line.addAll(List.of(program));
        return line;
    }

    @Override
    public void close() {
        holder.close();
    }
}
