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

/** The command lines of everything that runs in a mesh. */
final class Programs {

    static final int CONTROL_ADMIN_PORT = 15_014;

    /** How often the control planes of linked meshes ask for the trust bundle, should they not be told that there is another. */
    private static final Duration BUNDLE_REFRESH_HINT = Duration.ofSeconds(10);

    /** Longest path of a Unix socket, unix(7). */
    private static final int MAX_SOCKET_PATH_BYTES = 107;

    private static final String ENTER_DIRECTORY = "cd \"$1\" || exit 126; shift; exec \"$@\"";

    /** The mesh file's author may enter the folder where it lies, and perhaps no one else. */
    private static final String ENTER_DIRECTORY_IF_ALLOWED = "cd \"$1\" 2>/dev/null || cd /; shift; exec \"$@\"";

    /** First process of an application's PID namespace: reaps, and takes along whatever the application leaves behind. */
    private static final String FIRST = "\"$@\"; exit $?";

    /** How many processes stand above an application: what enters the pod, what makes its namespace, that one's first. */
    private static final int APPLICATION_WRAPPERS = 3;

    /** What the mark of the sidecar's own connections takes. */
    private static final String SIDECAR_CAPABILITIES = "+net_admin";

    /** Shows a sidecar of the state directories what is its own, and becomes it. */
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
        // The folder that holds the meshes' own: they themselves let others pass.
        reached.add(state.directory().resolve("../..").normalize());
        this.accounts = Accounts.of(options.network().number(), reached);
        Path file = options.file();
        this.view = PodView.of(
                state, Stream.concat(needed.stream(), Stream.of(file)).toList(), options.issuerDirectory());
    }

    /** What a sidecar runs from. */
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

    /** The control plane, in the mesh's own network namespace. */
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
        return Launched.plain(withJvmEnvironment(new ProcessBuilder(command)));
    }

    /** The sidecar of a workload, in its pod's network, with a user of its own where there is one, and without the rights of root. */
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
        return Launched.plain(withJvmEnvironment(new ProcessBuilder(line)));
    }

    private static void requireShort(Path socket) throws IOException {
        if (socket.toString().length() > MAX_SOCKET_PATH_BYTES) {
            throw new IOException(
                    "%s: path too long for a Unix socket (expected: at most %d bytes; set WEFT_HOME to a shorter one)"
                            .formatted(socket, MAX_SOCKET_PATH_BYTES));
        }
    }

    /**
     * The application of a workload, in its pod, in a PID namespace of its own: when it ends, so does all that it has started.
     * It has the capabilities of a container at most, and an environment of its own.
     */
    Launched application(ProgramSpec app, Optional<AppUser> user, long pausePid) {
        List<String> inner = new ArrayList<>(List.of("unshare", "--pid", "--fork", "--kill-child=SIGKILL"));
        inner.addAll(List.of("--mount-proc", "--", "setsid", "sh", "-c", FIRST, "weft-first"));
        inner.addAll(asApplication(app, user));
        return new Launched(inPod(app, user, pausePid, inner), APPLICATION_WRAPPERS);
    }

    /** A command beside the application, as a probe runs it. */
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

    /** The whole environment of an application: its own, over a little of who started the mesh, in the home of its user. */
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
