package dev.weft.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.local.inspect.MeshHandle;
import dev.weft.local.inspect.Meshes;
import dev.weft.local.inspect.NoSuchUserException;
import dev.weft.local.launch.MeshLauncher;
import dev.weft.local.launch.MeshStartException;
import dev.weft.local.launch.RunningMesh;
import dev.weft.local.launch.UpOptions;
import dev.weft.local.state.MeshName;
import dev.weft.local.state.PsSnapshot.WorkloadStatus;
import dev.weft.local.state.StateDirectories;
import dev.weft.local.state.Uid;
import dev.weft.testing.Programs;
import dev.weft.testing.Waiting;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Meshes of unmeshed workloads: namespaces, names, services, reload, and that nothing is left whatever is killed. */
final class LocalMeshTest {

    private static final MeshName NAME = new MeshName("t");

    /** Answers each connection with its word and the name of its host. */
    private static final String SERVER = """
        apiVersion: weft.dev/v1alpha1
        kind: Workload
        metadata: {name: %1$s, namespace: shop, labels: {app: api}}
        spec:
          meshed: false
          command: [socat, "TCP6-LISTEN:8080,fork,reuseaddr,ipv6only=0", "SYSTEM:echo %2$s $(hostname)"]
          ports: [{name: talk, port: 8080}]
        ---
        """;

    private static final String REST = """
        apiVersion: weft.dev/v1alpha1
        kind: Workload
        metadata: {name: web, namespace: shop}
        spec: {meshed: false, command: [sleep, infinity]}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: api, namespace: shop}
        spec: {selector: {app: api}, ports: [{port: 80, targetPort: 8080}]}
        """;

    private static final String WHO = "id; env -u PWD -u OLDPWD -u SHLVL -u _ -u TERM -u COLORTERM -u NO_COLOR | sort;"
            + " grep -E 'Cap|Groups' /proc/self/status";

    @TempDir
    Path home;

    private Path file = Path.of("/");
    private StateDirectories directories = new StateDirectories(Path.of("/"), false);
    private MeshLauncher launcher = new MeshLauncher(directories, _ -> {});

    @BeforeEach
    void writeFile() throws IOException {
        file = Files.writeString(home.resolve("mesh.yaml"), SERVER.formatted("api", "hello") + REST);
        directories = new StateDirectories(home.resolve("state"), true);
        launcher = new MeshLauncher(directories, _ -> {});
    }

    @AfterEach
    void leavesNothing() throws Exception {
        for (MeshHandle mesh : new Meshes(directories).list()) {
            launcher.down(mesh.name());
        }
        Waiting.until(() -> {
            Traces traces = Traces.of(directories.parent());
            return traces.processes().isEmpty()
                    && traces.files().isEmpty()
                    && traces.mounts().isEmpty()
                    && traces.links().isEmpty();
        });
    }

    @Test
    void connectsWorkloadsByTheNamesOfServices() throws Exception {
        MeshHandle mesh = up(NAME);
        assertThat(talk(mesh, "api.shop", 80)).isEqualTo("hello api\n");
        assertThat(talk(mesh, "api", 80)).isEqualTo("hello api\n");
        assertThat(talk(mesh, "api.shop.svc.cluster.local", 80)).isEqualTo("hello api\n");
        assertThat(talk(mesh, mesh.workload("api").addresses().getLast(), 8080)).isEqualTo("hello api\n");
        assertThat(talk(mesh, "api.shop", 81)).contains("refused");
    }

    @Test
    void runsCommandsInAWorkloadsNamespaces() throws Exception {
        MeshHandle mesh = up(NAME);
        Process exec = exec(mesh, "web", "sh", "-c", "hostname; read line; echo $line; pwd; exit 7");
        exec.getOutputStream().write("from stdin\n".getBytes(StandardCharsets.US_ASCII));
        exec.getOutputStream().close();
        assertThat(Programs.output(exec))
                .isEqualTo("web\nfrom stdin\n" + Path.of("").toAbsolutePath() + "\n");
        assertThat(exec.exitValue()).isEqualTo(7);
    }

    @Test
    void runsCommandsAsTheCallerWhereTheWorkloadHasNoUser() throws Exception {
        Files.writeString(file, """
            apiVersion: weft.dev/v1alpha1
            kind: Workload
            metadata: {name: web, namespace: shop}
            spec:
              meshed: false
              env: {GREETING: workload, OTHER: workload}
              command: [sleep, infinity]
            """);
        MeshHandle mesh = up(NAME);
        ProcessBuilder builder =
                mesh.exec("web", List.of("sh", "-c", "echo $GREETING $OTHER; nft list ruleset >/dev/null && id -u"));
        assertThat(builder.environment())
                .containsEntry("OTHER", "workload")
                .containsEntry("PATH", System.getenv("PATH"));
        builder.environment().put("GREETING", "caller");
        assertThat(Programs.output(builder.redirectErrorStream(true).start())).isEqualTo("caller workload\n0\n");
    }

    @Test
    void runsCommandsAsTheWorkloadsOwnProgramRuns() throws Exception {
        boolean root = Uid.own() == 0;
        Files.writeString(file, """
            apiVersion: weft.dev/v1alpha1
            kind: Workload
            metadata: {name: web, namespace: shop}
            spec:
              meshed: false
              user: %s
              workingDirectory: /
              env: {GREETING: "it's me"}
              command: [sh, -c, "%s; exec sleep infinity"]
            """.formatted(root ? "nobody" : "root", WHO));
        MeshHandle mesh = up(NAME);
        Waiting.until(() -> written(mesh).contains("CapAmb")); // the last line
        assertThat(Programs.output(exec(mesh, "web", "sh", "-c", WHO)))
                .isEqualTo(Files.readString(mesh.appLog("web")))
                .contains("it's me", root ? "nobody" : "root");
        ProcessBuilder asRoot = mesh.exec("web", Optional.of("root"), List.of("sh", "-c", "id -un; nft list ruleset"));
        assertThat(Programs.output(asRoot.redirectErrorStream(true).start()))
                .startsWith("root\n")
                .doesNotContain("not permitted");
        assertThatThrownBy(() -> mesh.exec("web", Optional.of("ghost"), List.of("true")))
                .isInstanceOf(NoSuchUserException.class);
    }

    @Test
    void givesAWorkloadsProgramNoMeansToUndoItsCapture() throws Exception {
        Files.writeString(file, """
            apiVersion: weft.dev/v1alpha1
            kind: Workload
            metadata: {name: web, namespace: shop}
            spec: {meshed: false, command: [sh, -c, "nft list ruleset; exec sleep infinity"]}
            """);
        MeshHandle mesh = up(NAME);
        Waiting.until(() -> written(mesh).toLowerCase(java.util.Locale.ROOT).contains("not permitted"));
    }

    /** What the program has written until now; its log is made when it starts. */
    private static String written(MeshHandle mesh) throws IOException {
        Path log = mesh.appLog("web");
        return Files.exists(log) ? Files.readString(log) : "";
    }

    @Test
    void followsTheFile() throws Exception {
        MeshHandle mesh = up(NAME);
        WorkloadStatus web = mesh.workload("web");
        Files.writeString(file, SERVER.formatted("api", "changed") + SERVER.formatted("second", "other") + REST);
        Waiting.until(() -> talk(mesh, "api.shop", 80).equals("changed api\n"));
        Waiting.until(() -> talk(mesh, "api.shop", 80).equals("other second\n"));
        assertThat(mesh.workload("web").app().orElseThrow().pid())
                .isEqualTo(web.app().orElseThrow().pid());
        Files.writeString(file, REST);
        Waiting.until(() -> mesh.ps().workloads().size() == 1);
        Waiting.until(() -> talk(mesh, "api.shop", 80).contains("refused"));
        Files.writeString(file, "kind: Nonsense\n");
        Waiting.until(() -> !mesh.ps().registryErrors().isEmpty());
        assertThat(mesh.ps().registryErrors().getFirst()).contains("mesh.yaml:1");
        assertThat(mesh.ps().workloads()).hasSize(1);
    }

    @Test
    void startsAKilledApplicationAgain() throws Exception {
        MeshHandle mesh = up(NAME);
        long pid = mesh.workload("api").app().orElseThrow().pid();
        ProcessHandle.of(pid).orElseThrow().destroyForcibly();
        Waiting.until(() -> mesh.workload("api").app().orElseThrow().restarts() == 1);
        Waiting.until(() -> talk(mesh, "api.shop", 80).equals("hello api\n"));
        assertThat(mesh.workload("api").app().orElseThrow().lastExit()).isEqualTo("signal 9");
    }

    @Test
    void aRestartedApplicationDoesNotMeetItsOwnOldChildren() throws Exception {
        Files.writeString(file, """
            apiVersion: weft.dev/v1alpha1
            kind: Workload
            metadata: {name: web, namespace: shop}
            spec:
              meshed: false
              command: [sh, -c, "setsid socat TCP6-LISTEN:8080,fork,ipv6only=0 SYSTEM:hostname & exec sleep infinity"]
              ports: [{name: talk, port: 8080}]
            """);
        MeshHandle mesh = up(NAME);
        long pid = mesh.workload("web").app().orElseThrow().pid();
        ProcessHandle.of(pid).orElseThrow().destroyForcibly();
        Waiting.until(() -> mesh.workload("web").app().orElseThrow().restarts() == 1
                && mesh.workload("web").ready());
        assertThat(Programs.output(exec(mesh, "web", "pgrep", "-c", "-f", "^socat")))
                .isEqualTo("1\n");
        assertThat(Files.readString(mesh.appLog("web"))).doesNotContain("in use");
        assertThat(talk(mesh, "localhost", 8080)).isEqualTo("web\n");
    }

    @Test
    void makesAPodAgainWhoseNamespacesWereKilled() throws Exception {
        MeshHandle mesh = up(NAME);
        ProcessHandle.of(mesh.workload("api").pause().pid()).orElseThrow().destroyForcibly();
        Waiting.until(() -> mesh.workload("api").pause().restarts() == 1
                && mesh.workload("api").ready());
        assertThat(talk(mesh, "api.shop", 80)).isEqualTo("hello api\n");
    }

    @Test
    void keepsTwoMeshesApart() throws Exception {
        MeshHandle first = up(NAME);
        MeshHandle second = up(new MeshName("other"));
        assertThat(first.workload("api").addresses())
                .doesNotContainAnyElementsOf(second.workload("api").addresses());
        assertThat(new Meshes(directories).list()).hasSize(2);
        launcher.down(NAME);
        assertThat(talk(second, "api.shop", 80)).isEqualTo("hello api\n");
    }

    @Test
    void refusesANameThatIsTaken() throws Exception {
        MeshHandle mesh = up(NAME);
        assertThatThrownBy(() -> up(NAME))
                .isInstanceOf(MeshStartException.class)
                .hasMessageContaining("mesh t is up already");
        assertThat(talk(mesh, "api.shop", 80)).isEqualTo("hello api\n");
    }

    private static final String BAD = """
        apiVersion: weft.dev/v1alpha1
        kind: Workload
        metadata: {name: bad, namespace: shop}
        spec: {meshed: false, command: [sh, -c, "echo no such luck; exit 4"], ports: [{port: 9}]}
        """;

    @Test
    void leavesAMeshThatDoesNotStartAsItIsIfItIsMeantTo() throws Exception {
        Files.writeString(file, BAD);
        UpOptions keeping = Options.of(file, NAME, true, true);
        MeshStartException error =
                Assertions.catchThrowableOfType(MeshStartException.class, () -> launcher.up(keeping));
        assertThat(error).hasMessageContaining("workload shop/bad does not start");
        assertThat(error.details()).contains("no such luck");
        assertThat(error.kept()).isTrue();
        assertThat(new Meshes(directories).require(NAME).alive()).isTrue();
        launcher.down(NAME);
        assertThat(directories.parent()).doesNotExist();
    }

    @Test
    void tellsWhyAWorkloadDoesNotStartAndLeavesNothing() throws Exception {
        Files.writeString(file, BAD);
        MeshStartException error = Assertions.catchThrowableOfType(MeshStartException.class, () -> up(NAME));
        assertThat(error).hasMessageContaining("workload shop/bad does not start");
        assertThat(error.details()).contains("no such luck");
        assertThat(directories.parent()).doesNotExist();
    }

    @Test
    void goesDownAloneWhenTheCommandItIsAttachedToIsKilled() throws Exception {
        foreground().destroyForcibly().waitFor();
        awaitNoProcesses();
        assertThat(directories.of(NAME).directory()).doesNotExist();
    }

    /** A mount in the way is the stand-in for a file that is written while the directory is removed. */
    @Test
    void goesDownAloneAlsoWhenItsStateCannotBeRemoved() throws Exception {
        Process command = foreground();
        MeshHandle mesh = new Meshes(directories).require(NAME);
        String links = directories.of(NAME).links().toString();
        List<String> mount = List.of(
                "nsenter",
                "--target",
                Long.toString(supervisor(mesh).pid()),
                Uid.own() == 0 ? "--mount" : "-mU",
                "mount",
                "-t",
                "tmpfs",
                "none",
                links);
        assertThat(Programs.output(
                        new ProcessBuilder(mount).redirectErrorStream(true).start()))
                .isEmpty();
        command.destroyForcibly().waitFor();
        awaitNoProcesses();
        assertThat(directories.of(NAME).directory()).exists();
        launcher.down(NAME);
        assertThat(directories.parent()).doesNotExist();
    }

    /** A command that has brought the mesh up and stays attached to it. */
    private Process foreground() throws IOException {
        Process command = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:-UsePerfData",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ForegroundMesh.class.getName(),
                        file.toString(),
                        directories.parent().toString())
                .redirectErrorStream(true)
                .start();
        try (BufferedReader lines = command.inputReader(StandardCharsets.UTF_8)) {
            assertThat(lines.readLine()).isEqualTo("up");
        }
        return command;
    }

    private void awaitNoProcesses() throws IOException {
        Waiting.until(
                "no process is left",
                () -> Traces.of(directories.parent()).processes().isEmpty());
    }

    private static ProcessHandle supervisor(MeshHandle mesh) {
        return ProcessHandle.of(mesh.record().keeper().orElseThrow().pid())
                .orElseThrow()
                .descendants()
                .filter(process -> process.info().command().orElse("").endsWith("/java"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void leavesNothingAfterItsKeeperOrItsSupervisorWasKilled() throws Exception {
        MeshHandle mesh = up(NAME);
        ProcessHandle.of(mesh.record().keeper().orElseThrow().pid())
                .orElseThrow()
                .destroyForcibly();
        awaitNoProcesses();
        assertThat(mesh.alive()).isFalse();
        supervisor(up(NAME)).destroyForcibly();
        awaitNoProcesses();
        launcher.down(NAME);
        assertThat(directories.parent()).doesNotExist();
    }

    private MeshHandle up(MeshName name) throws Exception {
        RunningMesh running = launcher.up(Options.of(file, name, true));
        return running.handle();
    }

    /**
     * What the server says until it closes the connection. Nothing is sent: socat would wait for the end of its input. A
     * server whose namespace is removed meanwhile never closes the connection, so silence ends it too.
     */
    private static String talk(MeshHandle mesh, String host, int port) throws Exception {
        String target = host.contains(":") ? "[" + host + "]" : host;
        return Programs.output(exec(
                mesh, "web", "socat", "-T", "10", "-u", "TCP:" + target + ":" + port + ",connect-timeout=10", "-"));
    }

    private static Process exec(MeshHandle mesh, String workload, String... command) throws IOException {
        return mesh.exec(workload, List.of(command)).redirectErrorStream(true).start();
    }
}
