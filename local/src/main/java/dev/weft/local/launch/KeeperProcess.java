package dev.weft.local.launch;

import dev.weft.local.state.MeshState;
import dev.weft.local.state.ProcessRef;
import dev.weft.local.state.StateFiles;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The keeper: the process on the host that created a mesh's namespaces and waits for their first process. */
final class KeeperProcess {

    private static final Duration POLL = Duration.ofMillis(20);

    /**
     * The shell script of the first process in the namespaces. It ends with the supervisor, passes on termination
     * signals, and reaps orphaned processes. It passes standard input explicitly, because a shell gives background
     * commands none.
     */
    private static final String INIT = """
            exec 3<&0
            "$@" <&3 3<&- &
            supervisor=$!
            exec 3<&-
            trap 'kill -TERM $supervisor' TERM INT HUP
            while kill -0 $supervisor 2>/dev/null; do wait $supervisor; status=$?; done
            exit $status
            """;

    private KeeperProcess() {}

    static Process start(UpOptions options, int network, MeshState state, boolean root) throws IOException {
        for (Path directory : List.of(state.temporary(), state.control(), state.links(), state.workloads())) {
            StateFiles.createDirectories(directory);
        }
        List<String> command = new ArrayList<>(List.of("setsid", "unshare"));
        if (!root) {
            command.addAll(List.of("--user", "--map-root-user"));
        }
        command.addAll(List.of("--mount", "--net", "--uts", "--pid", "--fork", "--mount-proc", "--kill-child=SIGKILL"));
        command.addAll(List.of("--", "sh", "-c", INIT, marker(state)));
        command.addAll(supervisor(options, network, state));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(state.supervisorLog().toFile());
        Prerequisites.extendPath(builder.environment());
        return builder.start();
    }

    /** Lets the mesh outlive this process. */
    static void release(Process keeper) throws IOException {
        try (OutputStream input = keeper.getOutputStream()) {
            input.write((MeshLauncher.DETACH + "\n").getBytes(StandardCharsets.US_ASCII));
        }
    }

    /** Finds the keepers of a mesh, including one that was not recorded because its starter was killed. */
    static List<ProcessRef> find(MeshState state) {
        return ProcessHandle.allProcesses()
                .filter(process -> {
                    List<String> words = words(process);
                    return words.contains(marker(state))
                            && Path.of(words.getFirst()).endsWith("unshare");
                })
                .flatMap(process -> ProcessRef.of(process.pid()).stream())
                .toList();
    }

    /** Asks a mesh to end, and kills it after the timeout. */
    static void stop(ProcessRef keeper, Duration timeout) throws IOException, InterruptedException {
        List<ProcessHandle> children =
                handle(keeper).map(ProcessHandle::children).orElse(Stream.of()).toList();
        // State as seen from this side of the PID namespace: a process that has ended counts as gone, whichever process
        // will reap it.
        List<ProcessRef> ending = children.stream()
                .map(child -> ProcessRef.of(child.pid()))
                .flatMap(Optional::stream)
                .toList();
        if (children.isEmpty()) {
            handle(keeper).ifPresent(ProcessHandle::destroyForcibly);
        }
        children.forEach(ProcessHandle::destroy);
        if (!awaitEnd(keeper, timeout)) {
            children.forEach(ProcessHandle::destroyForcibly);
            handle(keeper).ifPresent(ProcessHandle::destroyForcibly);
            if (!awaitEnd(keeper, timeout)) {
                throw new IOException("process %d does not end (expected: gone %d s after SIGKILL)"
                        .formatted(keeper.pid(), timeout.toSeconds()));
            }
        }
        for (ProcessRef child : ending) {
            if (!awaitEnd(child, timeout)) {
                throw new IOException("process %d does not end (expected: gone with its keeper %d)"
                        .formatted(child.pid(), keeper.pid()));
            }
        }
    }

    private static boolean awaitEnd(ProcessRef process, Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (process.alive()) {
            if (System.nanoTime() > deadline) {
                return false;
            }
            Thread.sleep(POLL);
        }
        return true;
    }

    private static Optional<ProcessHandle> handle(ProcessRef process) {
        return process.alive() ? ProcessHandle.of(process.pid()) : Optional.empty();
    }

    private static String marker(MeshState state) {
        return "weft-mesh:" + state.directory();
    }

    private static List<String> words(ProcessHandle process) {
        try {
            return List.of(Files.readString(
                            Path.of("/proc", Long.toString(process.pid()), "cmdline"), StandardCharsets.ISO_8859_1)
                    .split("\0", -1));
        } catch (IOException | UncheckedIOException e) {
            return List.of("");
        }
    }

    private static List<String> supervisor(UpOptions options, int network, MeshState state) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvm(state.temporary()));
        command.addAll(List.of("-cp", classPath(), "dev.weft.local.supervisor.MeshSupervision"));
        command.addAll(List.of("--file", options.file().toString()));
        command.addAll(List.of("--name", options.name().value()));
        command.addAll(List.of("--state", state.directory().toString()));
        command.addAll(List.of("--trust-domain", options.trustDomain()));
        command.addAll(List.of("--network", Integer.toString(network)));
        command.addAll(List.of("--leaf-lifetime", options.leafLifetime().toSeconds() + "s"));
        options.issuer()
                .flatMap(GivenIssuer::directory)
                .ifPresent(directory -> command.addAll(List.of("--issuer-dir", directory.toString())));
        return command;
    }

    /** Returns the flags of a small and quickly starting JVM that writes only into the state directory. */
    private static List<String> jvm(Path temporary) {
        return List.of(
                "-XX:+UseSerialGC",
                "-Xmx128m",
                // The supervisor is idle most of the time: the first compiler is enough, and starts sooner.
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseCompactObjectHeaders",
                "-XX:+ExitOnOutOfMemoryError",
                // Otherwise each JVM leaves a file in /tmp when it is killed.
                "-XX:-UsePerfData",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Djava.io.tmpdir=" + temporary);
    }

    /** Returns the class path of this process as absolute paths, because the supervisor starts in another directory. */
    private static String classPath() {
        String path = System.getProperty("weft.classpath", System.getProperty("java.class.path"));
        return Stream.of(path.split(File.pathSeparator, -1))
                .filter(element -> !element.isEmpty())
                .map(element -> Path.of(element).toAbsolutePath().toString())
                .collect(Collectors.joining(File.pathSeparator));
    }
}
