package dev.weft.local.supervisor;

import dev.weft.files.yaml.ProgramSpec;
import dev.weft.local.inspect.AppUser;
import dev.weft.local.inspect.NamespaceEntry;
import dev.weft.local.launch.MeshLimits;
import dev.weft.local.state.MeshState;
import dev.weft.local.state.MeshState.WorkloadFiles;
import dev.weft.mesh.model.ObjectName;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Builds the command lines of all programs of a mesh. */
final class Programs {

    static final int CONTROL_ADMIN_PORT = 15_014;

    /** How often control planes of linked meshes fetch the trust bundle if they are not notified of changes. */
    private static final Duration BUNDLE_REFRESH_HINT = Duration.ofSeconds(10);

    /** Longest path of a Unix socket, unix(7). */
    private static final int MAX_SOCKET_PATH_BYTES = 107;

    private static final String ENTER_DIRECTORY = "cd \"$1\" || exit 126; shift; exec \"$@\"";

    /**
     * Script that enters the mesh file's directory if it can. The mesh file's author may enter it, but perhaps no other
     * user.
     */
    private static final String ENTER_DIRECTORY_IF_ALLOWED = "cd \"$1\" 2>/dev/null || cd /; shift; exec \"$@\"";

    /**
     * Script of the first process in an application's PID namespace. It reaps orphans, and everything that the
     * application leaves behind ends with it.
     */
    private static final String FIRST = "\"$@\"; exit $?";

    /**
     * Number of processes above an application: the one that enters the pod, the one that creates its namespace, and
     * the first in that namespace.
     */
    private static final int APPLICATION_WRAPPERS = 3;

    /** The capability that is needed to mark the sidecar's own connections. */
    private static final String SIDECAR_CAPABILITIES = "+net_admin";

    /** Script that hides all but a sidecar's own state directories, and then becomes the sidecar. */
    private static final String SIDECAR_VIEW = """
        set -e
        hidden=$1 view=$2 own=$3 api=$4 others=$5
        shift 5
        """ + PodView.SCRIPT + """
        keep "$own"
        keep "$api"
        hide ${others:+"$others"}
        exec "$@"
        """;

    private final SupervisorOptions options;
    private final MeshState state;
    private final Accounts accounts;
    private final PodView view;

    Programs(SupervisorOptions options) throws IOException {
        this.options = options;
        this.state = options.state();
        List<Path> needed = needed();
        List<Path> reached = new ArrayList<>(needed);
        // The parent of the meshes' directories: the mesh's own directories already let other users pass.
        reached.add(state.directory().resolve("../..").normalize());
        this.accounts = Accounts.of(options.network().number(), reached);
        Path file = options.file();
        this.view = PodView.of(
                state, Stream.concat(needed.stream(), Stream.of(file)).toList(), options.issuerDirectory());
    }

    private static List<Path> needed() {
        String classPath = ClassCache.SIDECAR.classPath(System.getProperty("java.class.path"));
        return Stream.concat(
                        Stream.of(Path.of(System.getProperty("java.home"), "bin", "java")),
                        Stream.of(classPath.split(File.pathSeparator, -1)).map(Path::of))
                .map(Path::toAbsolutePath)
                .filter(Files::exists)
                .toList();
    }

    Accounts accounts() {
        return accounts;
    }

    PodView view() {
        return view;
    }

    /** Returns the control plane, in the mesh's own network namespace. */
    Launched controlPlane() {
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
        return Launched.plain(process(command));
    }

    /**
     * Returns the sidecar of a workload, in its pod's network, with a user of its own if there is one, and without the
     * rights of root.
     */
    Launched sidecar(PodSpec pod, Optional<AppUser> user, long pausePid) throws IOException {
        ObjectName name = pod.name();
        WorkloadFiles files = state.workload(name.namespace(), name.name());
        requireShort(files.adminSocket());
        requireShort(files.workloadApiSocket());
        List<String> command =
                new ArrayList<>(List.of("unshare", "--mount", "--", "sh", "-c", SIDECAR_VIEW, "weft-sidecar"));
        command.addAll(view.arguments(files));
        command.addAll(List.of(files.sidecar().toString(), files.workloadApi().toString()));
        command.add(String.join("", view.others()));
        command.addAll(user.map(other -> other.commandWithOnly(SIDECAR_CAPABILITIES))
                .orElseGet(() -> NamespaceEntry.withOnly(SIDECAR_CAPABILITIES)));
        List<String> flags = new ArrayList<>(SidecarJvm.sidecar(files.sidecar()));
        flags.addAll(SidecarJvm.chosen(System.getenv()));
        command.addAll(java(flags, ClassCache.SIDECAR, "dev.weft.proxy.ProxyMain"));
        command.addAll(List.of("--workload", name.toString()));
        command.addAll(List.of("--service-account", pod.workload().serviceAccount()));
        command.addAll(List.of("--trust-domain", options.trustDomain()));
        command.addAll(List.of("--control-plane", options.network().controlPlane()));
        command.addAll(List.of("--anchors-file", files.anchors().toString()));
        command.addAll(List.of("--token-file", files.token().toString()));
        command.addAll(List.of("--admin-socket", files.adminSocket().toString()));
        command.addAll(
                List.of("--workload-api-socket", files.workloadApiSocket().toString()));
        command.addAll(List.of("--drain-grace", MeshLimits.DRAIN_GRACE.toSeconds() + "s"));
        pod.program().sidecar().forEach((flag, value) -> command.addAll(List.of("--" + flag, value)));
        List<String> line = new ArrayList<>(List.of("setsid"));
        line.addAll(PodNamespaces.enterNetwork(pausePid, command));
        return Launched.plain(process(line));
    }

    private static void requireShort(Path socket) throws IOException {
        if (socket.toString().length() > MAX_SOCKET_PATH_BYTES) {
            throw new IOException(
                    "%s: path too long for a Unix socket (expected: at most %d bytes; set WEFT_HOME to a shorter one)"
                            .formatted(socket, MAX_SOCKET_PATH_BYTES));
        }
    }

    /**
     * Returns the application of a workload, in its pod and in its own PID namespace: when it ends, all processes that
     * it has started end. It has at most the capabilities of a container, and its own environment.
     */
    Launched application(ProgramSpec app, Optional<AppUser> user, long pausePid) {
        List<String> inner = new ArrayList<>(List.of("unshare", "--pid", "--fork", "--kill-child=SIGKILL"));
        inner.addAll(List.of("--mount-proc", "--", "setsid", "sh", "-c", FIRST, "weft-first"));
        inner.addAll(asApplication(app, user));
        return new Launched(inPod(app, user, pausePid, inner), APPLICATION_WRAPPERS);
    }

    /** Returns a command that runs in the same way as the application, such as a probe. */
    ProcessBuilder beside(ProgramSpec app, Optional<AppUser> user, List<String> command, long pausePid) {
        ProgramSpec other = app.running(command);
        return inPod(other, user, pausePid, asApplication(other, user));
    }

    private List<String> asApplication(ProgramSpec app, Optional<AppUser> user) {
        List<String> command = new ArrayList<>(NamespaceEntry.asApplication(user));
        String enter = app.workingDirectory().isPresent() ? ENTER_DIRECTORY : ENTER_DIRECTORY_IF_ALLOWED;
        command.addAll(List.of("sh", "-c", enter, "weft-app", directory(app)));
        command.addAll(app.command());
        return command;
    }

    private static ProcessBuilder inPod(ProgramSpec app, Optional<AppUser> user, long pausePid, List<String> command) {
        List<String> line = new ArrayList<>(List.of("setsid"));
        line.addAll(PodNamespaces.enter(pausePid, command));
        ProcessBuilder builder = new ProcessBuilder(line);
        builder.environment().clear();
        builder.environment().putAll(environment(app, user));
        return builder;
    }

    private String directory(ProgramSpec app) {
        Path parent = options.file().getParent();
        Path base = parent == null ? Path.of("/") : parent;
        return base.resolve(app.workingDirectory().orElse("")).normalize().toString();
    }

    /**
     * Returns the whole environment of an application: its own variables, a few variables of the user who started the
     * mesh, and its user's home directory.
     */
    static Map<String, String> environment(ProgramSpec app, Optional<AppUser> user) {
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

    /** Returns a builder that starts a JVM with the environment of a mesh's. */
    static ProcessBuilder process(List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(command);
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
