package dev.weft.bench.pairs;

import dev.weft.bench.lab.Shell;
import dev.weft.bench.lab.WebServer;
import dev.weft.bench.proc.ProcFiles;
import dev.weft.local.inspect.MeshHandle;
import dev.weft.local.inspect.Meshes;
import dev.weft.local.state.MeshName;
import dev.weft.local.state.ProcessRef;
import dev.weft.local.state.PsSnapshot.ProcessStatus;
import dev.weft.local.state.StateDirectories;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A real mesh, started by {@code ./weft up}: a client, nginx, a control plane, and policies like those of users. Needs
 * {@link WebServer#prepare} in the folder.
 *
 * @param name name of the pair, and of its mesh on this machine
 * @param command the weft command that starts it, of this build or another
 * @param jvmFlags further flags for its sidecars; they come after those of {@code weft up} and override them; empty for
 *     none
 * @param policies policies of the mesh, about connections or about requests
 */
record WeftMesh(
        String name, Path command, String jvmFlags, WeftPolicies policies, Path folder, int loadCore, int proxyCore) {
    static final Path OWN_COMMAND = Path.of("weft");
    static final String CLIENT = "bench/client";
    static final String SERVER = "bench/server";
    static final ProxyPair.Target TARGET = new ProxyPair.Target("server.bench", 80);
    static final ProxyPair.Target HTTP2_TARGET = new ProxyPair.Target("server.bench", 81);

    /** Whether this build's command starts the mesh: another build may keep its files elsewhere. */
    boolean ofThisBuild() {
        return command.toAbsolutePath().equals(OWN_COMMAND.toAbsolutePath());
    }

    /** Starts the mesh, and returns when its workloads are ready. Every process is pinned to its core. */
    void up() {
        try {
            Path file = Files.writeString(folder.resolve(name + ".yaml"), objects(folder, policies));
            weft("up", file.toString(), "--detach", "--mesh", name);
            pin();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Stops the mesh with all its processes. */
    void down() {
        weft("down", "--mesh", name);
    }

    private Path home() {
        return folder.resolve("mesh");
    }

    /** Returns the mesh while it runs. */
    MeshHandle handle() throws IOException {
        return new Meshes(new StateDirectories(home(), false)).require(new MeshName(name));
    }

    /** Returns the pid of a workload's sidecar, 0 if there is none. */
    int sidecar(String workload) {
        try {
            Optional<ProcessStatus> sidecar = handle().workload(workload).sidecar();
            return Math.toIntExact(sidecar.map(ProcessStatus::pid).orElse(0L));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns a command line that runs in a workload like {@code weft exec}, on the core for load. */
    List<String> exec(String workload, List<String> command) {
        List<String> pinned = new ArrayList<>(List.of("taskset", "-c", Integer.toString(loadCore)));
        pinned.addAll(command);
        try {
            return handle().exec(workload, pinned).command();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the pid of the process that holds a workload's network namespace, for kernel settings. */
    int holder(String workload) {
        try {
            return Math.toIntExact(handle().workload(workload).pause().pid());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void weft(String... arguments) {
        List<String> line = new ArrayList<>(List.of("env", "WEFT_HOME=" + home()));
        if (!jvmFlags.isEmpty()) {
            line.add("WEFT_SIDECAR_JVM=" + jvmFlags);
        }
        line.add(command.toAbsolutePath().toString());
        line.addAll(List.of(arguments));
        Shell.run(line);
    }

    /** Pins the sidecars to the core for proxies, and supervisor, control plane and nginx to the core for load. */
    private void pin() throws IOException {
        ProcFiles proc = new ProcFiles(Path.of("/proc"));
        int keeper = handle().record()
                .keeper()
                .map(ProcessRef::pid)
                .map(Math::toIntExact)
                .orElseThrow();
        Set<Integer> sidecars = ProcFiles.tree(List.of(sidecar(CLIENT), sidecar(SERVER)), proc.processes());
        Set<Integer> others = ProcFiles.tree(List.of(keeper), proc.processes()).stream()
                .filter(pid -> !sidecars.contains(pid))
                .collect(Collectors.toSet());
        sidecars.forEach(pid -> Shell.run("taskset -a -p -c " + proxyCore + " " + pid));
        others.forEach(pid -> Shell.run("taskset -a -p -c " + loadCore + " " + pid));
    }

    static String objects(Path folder, WeftPolicies policies) {
        return """
            apiVersion: weft.dev/v1alpha1
            kind: Workload
            metadata: {name: client, namespace: bench, labels: {app: client}}
            spec:
              serviceAccount: client
              command: [sleep, infinity]
            ---
            apiVersion: weft.dev/v1alpha1
            kind: Workload
            metadata: {name: server, namespace: bench, labels: {app: server}}
            spec:
              serviceAccount: server
              command: [%s]
              user: root
              ports: [{name: web, port: %d}, {name: web2, port: %d}]
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: server, namespace: bench}
            spec: {selector: {app: server}, ports: [{port: %d, targetPort: %2$d}, {port: %d, targetPort: %3$d}]}
            ---
            """.formatted(
                                String.join(", ", WebServer.command(folder)),
                                WebServer.PORT,
                                WebServer.HTTP2_PORT,
                                TARGET.port(),
                                HTTP2_TARGET.port())
                + policies.text();
    }
}
