package dev.weft.local.supervisor;

import dev.weft.local.command.Commands;
import dev.weft.local.state.MeshState.WorkloadFiles;
import dev.weft.mesh.model.ObjectName;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The network, mount, process and host name namespaces of one pod. A process that does nothing else holds them, so
 * applications and sidecars can be started and stopped in them.
 */
final class PodNamespaces {

    private static final String READY = "ready";

    /**
     * The script that becomes the pause process, which also reaps orphaned processes. Settings that a kernel lacks are
     * ignored. An unprivileged application may listen on any port and send pings, as in a container.
     */
    private static final String PAUSE = """
        set -e
        hidden=$1 view=$2 hosts=$3 resolv=$4 name=$5 api=$6
        shift 6
        """ + PodView.SCRIPT + """
        mount --bind "$hosts" /etc/hosts
        if [ -e /etc/resolv.conf ]; then mount --bind "$resolv" /etc/resolv.conf; fi
        if [ -d "$api" ]; then keep "$api"; fi
        hide "$@"
        hostname "$name" 2>/dev/null || :
        cd /proc/sys/net
        echo 0 > ipv4/ip_unprivileged_port_start
        echo "0 2147483647" > ipv4/ping_group_range 2>/dev/null || echo "0 0" > ipv4/ping_group_range || :
        echo 0 > ipv6/conf/default/accept_dad 2>/dev/null || :
        cd /
        echo ready
        exec >/dev/null 2>&1
        sleep infinity &
        wait $!
        """;

    private final Process holder;
    private final ProcessHandle pause;

    private PodNamespaces(Process holder, ProcessHandle pause) {
        this.holder = holder;
        this.pause = pause;
    }

    static PodNamespaces create(ObjectName name, WorkloadFiles files, PodView view) throws IOException {
        List<String> command = new ArrayList<>(List.of("unshare", "--net", "--mount", "--uts", "--pid", "--fork"));
        command.addAll(List.of("--kill-child=SIGKILL", "--mount-proc", "--", "sh", "-c", PAUSE, "weft-pause"));
        command.addAll(view.arguments(files));
        command.addAll(List.of(
                files.hosts().toString(),
                files.resolvConf().toString(),
                name.name(),
                files.workloadApi().toString()));
        command.addAll(view.others());
        Files.createDirectories(files.view());
        Process holder = new ProcessBuilder(command).redirectErrorStream(true).start();
        holder.getOutputStream().close();
        StringBuilder said = new StringBuilder();
        BufferedReader output = holder.inputReader(StandardCharsets.UTF_8);
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            if (line.equals(READY)) {
                return new PodNamespaces(
                        holder,
                        Launched.child(holder.pid())
                                .orElseThrow(() -> new IOException("namespaces of %s: ended at once".formatted(name))));
            }
            said.append(line).append(' ');
        }
        throw new IOException(
                "namespaces of %s: %s".formatted(name, said.toString().strip()));
    }

    long pid() {
        return pause.pid();
    }

    boolean alive() {
        return holder.isAlive();
    }

    /** Loads an nft script in the pod's network namespace. */
    void loadRules(String script) throws IOException, InterruptedException {
        Commands.run(List.of("nsenter", "--target", Long.toString(pid()), "--net", "--", "nft", "-f", "-"), script);
    }

    /** Returns a command line that runs a command in the network of a pod, but not in its PID namespace. */
    static List<String> enterNetwork(long pausePid, List<String> command) {
        List<String> line =
                new ArrayList<>(List.of("nsenter", "--target", Long.toString(pausePid), "--net", "--uts", "--"));
        line.addAll(command);
        return line;
    }

    /**
     * Returns a command line that runs a command in all namespaces of a pod, with unchanged capabilities. The command
     * is a child of the process that enters.
     */
    static List<String> enter(long pausePid, List<String> command) {
        List<String> line = new ArrayList<>(
                List.of("nsenter", "--target", Long.toString(pausePid), "--net", "--mount", "--uts", "--pid", "--"));
        line.addAll(command);
        return line;
    }

    /** Kills every process in the namespaces; the kernel then removes the namespaces. */
    void close() throws IOException, InterruptedException {
        try {
            killAll();
        } finally {
            holder.destroyForcibly();
            holder.waitFor();
        }
    }

    private void killAll() throws IOException {
        if (pause.isAlive()) {
            Path namespace = Files.readSymbolicLink(network(pause));
            ProcessHandle.allProcesses()
                    .filter(process -> isIn(process, namespace))
                    .forEach(ProcessHandle::destroyForcibly);
        }
    }

    private static Path network(ProcessHandle process) {
        return Path.of("/proc", Long.toString(process.pid()), "ns", "net");
    }

    private static boolean isIn(ProcessHandle process, Path namespace) {
        try {
            return Files.readSymbolicLink(network(process)).equals(namespace);
        } catch (IOException e) {
            return false;
        }
    }
}
