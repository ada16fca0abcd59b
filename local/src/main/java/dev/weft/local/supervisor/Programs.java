package dev.weft.local.supervisor;

import dev.weft.local.inspect.AppUser;
import dev.weft.local.inspect.NamespaceEntry;
import dev.weft.local.launch.MeshLimits;
import dev.weft.local.state.MeshState;
import dev.weft.local.state.MeshState.WorkloadFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The command lines of everything that runs in a mesh. */
final class Programs {

    static final int CONTROL_ADMIN_PORT = 15_014;

    /** How often the control planes of linked meshes ask for the trust bundle, should they not be told that there is another. */
    private static final Duration BUNDLE_REFRESH_HINT = Duration.ofSeconds(10);

    /** Longest path of a Unix socket, unix(7). */
    private static final int MAX_SOCKET_PATH_BYTES = 107;

    private static final String ENTER_DIRECTORY = "cd \"$1\" || exit 126; shift; exec \"$@\"";

    private final SupervisorOptions options;
    private final MeshState state;

    Programs(SupervisorOptions options) {
        this.options = options;
        this.state = options.state();
    }

    /** The control plane, in the mesh's own network namespace. */
    ProcessBuilder controlPlane() {
        List<String> command = new ArrayList<>(List.of("setsid"));
        command.addAll(java(SidecarJvm.control(state.temporary()), ClassCache.CONTROL, "dev.weft.control.ControlMain"));
        command.addAll(List.of("--registry", options.file().toString()));
        command.addAll(List.of("--registry", state.addresses().toString()));
        command.addAll(List.of("--registry", state.links().toString()));
        command.addAll(List.of("--state-dir", state.control().toString()));
        command.addAll(List.of("--trust-domain", options.trustDomain()));
        command.addAll(List.of("--listen", options.network().controlPlane()));
        command.addAll(List.of("--admin-address", "127.0.0.1:" + CONTROL_ADMIN_PORT));
        command.addAll(List.of("--bundle-endpoint", options.network().bundleEndpoint()));
        command.addAll(List.of("--bundle-refresh-hint", BUNDLE_REFRESH_HINT.toSeconds() + "s"));
        command.addAll(List.of("--leaf-lifetime", options.leafLifetime().toSeconds() + "s"));
        options.issuerDirectory().ifPresent(directory -> command.addAll(List.of("--issuer-dir", directory.toString())));
        command.addAll(
                List.of("--audit-log", state.control().resolve("audit.log").toString()));
        return withJvmEnvironment(new ProcessBuilder(command));
    }

    /** The sidecar of a workload, in its pod. */
    ProcessBuilder sidecar(WorkloadName name, String serviceAccount, long pausePid) throws IOException {
        WorkloadFiles files = state.workload(name.namespace(), name.name());
        requireShort(files.adminSocket());
        requireShort(files.workloadApiSocket());
        List<String> command = new ArrayList<>();
        List<String> flags = new ArrayList<>(SidecarJvm.sidecar(state.temporary()));
        flags.addAll(SidecarJvm.chosen(System.getenv()));
        command.addAll(java(flags, ClassCache.SIDECAR, "dev.weft.proxy.ProxyMain"));
        command.addAll(List.of("--workload", name.toString(), "--service-account", serviceAccount));
        command.addAll(List.of("--trust-domain", options.trustDomain()));
        command.addAll(List.of("--control-plane", options.network().controlPlane()));
        command.addAll(List.of("--anchors-file", state.anchors().toString()));
        command.addAll(List.of("--token-file", files.token().toString()));
        command.addAll(List.of("--admin-socket", files.adminSocket().toString()));
        command.addAll(
                List.of("--workload-api-socket", files.workloadApiSocket().toString()));
        command.addAll(List.of("--drain-grace", MeshLimits.DRAIN_GRACE.toSeconds() + "s"));
        List<String> line = new ArrayList<>(List.of("setsid"));
        line.addAll(PodNamespaces.enter(pausePid, command));
        return withJvmEnvironment(new ProcessBuilder(line));
    }

    private static void requireShort(Path socket) throws IOException {
        if (socket.toString().length() > MAX_SOCKET_PATH_BYTES) {
            throw new IOException(
                    "%s: path too long for a Unix socket (expected: at most %d bytes; set WEFT_HOME to a shorter one)"
                            .formatted(socket, MAX_SOCKET_PATH_BYTES));
        }
    }

    /** The application of a workload, in its pod, with the capabilities of a container and an environment of its own. */
    ProcessBuilder application(PodSpec.App app, long pausePid) throws IOException {
        List<String> inner = new ArrayList<>(NamespaceEntry.asApplication());
        Optional<AppUser> user = user(app.user());
        user.ifPresent(other -> inner.addAll(other.command()));
        inner.addAll(List.of("sh", "-c", ENTER_DIRECTORY, "weft-app", directory(app)));
        inner.addAll(app.command());
        List<String> line = new ArrayList<>(List.of("setsid"));
        line.addAll(PodNamespaces.enter(pausePid, inner));
        ProcessBuilder builder = new ProcessBuilder(line);
        builder.environment().clear();
        builder.environment().putAll(environment(app, user));
        return builder;
    }

    /** The user to become; nothing when it is the one who runs the mesh. */
    static Optional<AppUser> user(Optional<String> text) throws IOException {
        return text.isPresent() ? AppUser.of(text.get(), ProcessHandle.current().pid()) : Optional.empty();
    }

    /** A command beside the application, as a probe runs it. */
    ProcessBuilder beside(PodSpec.App app, List<String> command, long pausePid) throws IOException {
        return application(
                new PodSpec.App(command, app.environment(), app.workingDirectory(), app.user(), app.restart()),
                pausePid);
    }

    private String directory(PodSpec.App app) {
        Path parent = options.file().getParent();
        Path base = parent == null ? Path.of("/") : parent;
        return base.resolve(app.workingDirectory().orElse("")).normalize().toString();
    }

    /** The whole environment of an application: its own, over a little of who started the mesh, in the home of its user. */
    static Map<String, String> environment(PodSpec.App app, Optional<AppUser> user) {
        Map<String, String> environment = new TreeMap<>();
        for (String name : List.of("PATH", "HOME", "LANG", "LC_ALL", "TZ")) {
            String value = System.getenv(name);
            if (value != null) {
                environment.put(name, value);
            }
        }
        user.ifPresent(other -> environment.put("HOME", other.home()));
        environment.putAll(app.environment());
        return environment;
    }

    private static ProcessBuilder withJvmEnvironment(ProcessBuilder builder) {
        builder.environment().putAll(SidecarJvm.environment());
        return builder;
    }

    static List<String> java(List<String> flags, ClassCache cache, String mainClass) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(flags);
        String classPath = System.getProperty("java.class.path");
        cache.file(classPath).ifPresent(file -> command.addAll(SidecarJvm.from(file)));
        ClassCache.libraries(classPath).ifPresent(folder -> command.addAll(SidecarJvm.with(folder)));
        command.addAll(List.of("-cp", cache.classPath(classPath), mainClass));
        return command;
    }
}
