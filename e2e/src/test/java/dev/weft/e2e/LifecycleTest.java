package dev.weft.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.weft.e2e.mesh.Eventually;
import dev.weft.e2e.mesh.Inside;
import dev.weft.e2e.mesh.Mesh;
import dev.weft.e2e.mesh.Programs;
import dev.weft.e2e.mesh.Ran;
import dev.weft.e2e.mesh.Running;
import dev.weft.e2e.mesh.Shell;
import dev.weft.e2e.mesh.Yaml;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Up, down, twice, killed, side by side, without root. */
final class LifecycleTest {

    private static final Duration START = Duration.ofSeconds(60);

    @Test
    void downLeavesNothingBehind() throws Exception {
        Mesh mesh = Mesh.up(echoMesh());
        List<String> marks = processesOf(mesh);
        assertThat(marks).isNotEmpty();
        mesh.close();
        leavesNoProcess(mesh);
        assertThat(Shell.run("ip", "-o", "link").ok().out()).doesNotContain("weft");
        assertThat(Shell.run("nft", "list", "ruleset").out()).doesNotContain("weft");
    }

    @Test
    void downLeavesNothingBehindAfterTheForegroundWasKilled() throws Exception {
        Mesh mesh = Mesh.prepare(List.of(Mesh.weft().toString()));
        mesh.write(echoMesh());
        try (Running up = Shell.start(
                List.of(
                        Mesh.weft().toString(),
                        "up",
                        "--mesh",
                        mesh.name(),
                        mesh.file().toString()),
                mesh.environment())) {
            Eventually.within(
                    START,
                    () -> mesh.exec("shop/client", "nc", "-z", "echo.shop", "9002")
                            .ok());
            up.process().destroyForcibly();
        }
        mesh.close();
        leavesNoProcess(mesh);
    }

    @Test
    void twoMeshesStandSideBySide() throws Exception {
        try (Mesh one = Mesh.up(echoMesh());
                Mesh two = Mesh.up(echoMesh())) {
            for (Mesh mesh : List.of(one, two)) {
                Eventually.within(
                        START,
                        () -> assertThat(mesh.exec("shop/client", "sh", "-c", "echo hi | nc -N -w 15 echo.shop 9002")
                                        .out())
                                .isEqualTo("hi\n"));
            }
            assertThat(anchor(one)).startsWith("-----BEGIN CERTIFICATE-----").isNotEqualTo(anchor(two));
        }
    }

    private static String anchor(Mesh mesh) throws Exception {
        return mesh.json("trust", "show").path("anchors").path(0).path("pem").asString();
    }

    @Test
    void aSecondUpOfTheSameNameIsRefused() throws Exception {
        try (Mesh mesh = Mesh.up(echoMesh())) {
            Ran again = mesh.weft("up", mesh.file().toString(), "--detach");
            assertThat(again.failed().err()).contains("mesh " + mesh.name() + " is up already");
        }
    }

    @Test
    void aWrongFileIsRefusedWithItsLineAndNothingStarts() throws Exception {
        Mesh mesh = Mesh.prepare(List.of(Mesh.weft().toString()));
        mesh.write(echoMesh().replace("serviceAccount:", "serviceAcount:"));
        Ran up = mesh.weft("up", mesh.file().toString(), "--detach");
        assertThat(up.failed().err())
                .contains("mesh.yaml:5")
                .contains("serviceAcount")
                .contains("serviceAccount");
        assertThat(mesh.state()).doesNotExist();
        Shell.run("rm", "-rf", mesh.directory().toString());
    }

    @Test
    void anOrdinaryUserHasAMeshToo() throws Exception {
        Ran allowed =
                Shell.run("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", "unshare", "-Urnm", "true");
        assumeThat(allowed.exit())
                .as("needs root to become another user, and a kernel that allows user namespaces: %s", allowed.err())
                .isZero();
        Path copy = java.nio.file.Files.createTempDirectory("weft-e2e-copy-");
        try {
            Path root = Mesh.weft().getParent();
            Shell.run(
                            "sh",
                            "-c",
                            "cd " + root + " && cp -rp --parents weft scripts cli/target/dist " + copy
                                    + " && chmod -R a+rX " + copy)
                    .ok();
            Mesh mesh = Mesh.prepare(List.of(
                    "setpriv",
                    "--reuid=nobody",
                    "--regid=nogroup",
                    "--clear-groups",
                    copy.resolve("weft").toString()));
            mesh.write(Yaml.file(
                    Yaml.idle("client"),
                    Yaml.workload("inside", Inside.COMMAND, Inside.READY),
                    Yaml.workload("echo", "[python3, " + Programs.python(mesh.directory(), "echo.py") + ", \"9002\"]"),
                    Yaml.service("echo", 9002, 9002)));
            Shell.run("chown", "-R", "nobody:nogroup", mesh.directory().toString())
                    .ok();
            try (mesh) {
                mesh.weft("up", mesh.file().toString(), "--detach").ok();
                Eventually.within(
                        START,
                        () -> assertThat(mesh.exec("shop/client", "sh", "-c", "echo hi | nc -N -w 15 echo.shop 9002")
                                        .out())
                                .isEqualTo("hi\n"));
                // One user for all, so the namespaces alone keep programs from the mesh's state and from sidecars.
                Path key = mesh.state().resolve("control/issuer-key.pem");
                assertThat(key).exists();
                assertThat(Inside.run(mesh, "cat " + key)).contains("No such file");
                assertThat(Inside.run(mesh, "cat /proc/[0-9]*/cmdline")).doesNotContain("ProxyMain");
            }
            leavesNoProcess(mesh);
        } finally {
            Shell.run("rm", "-rf", copy.toString());
        }
    }

    private static String echoMesh() throws Exception {
        Path programs = java.nio.file.Files.createTempDirectory("weft-e2e-echo-");
        Shell.run("chmod", "755", programs.toString()).ok();
        return Yaml.file(
                Yaml.idle("client"),
                Yaml.workload("echo", "[python3, " + Programs.python(programs, "echo.py") + ", \"9002\"]"),
                Yaml.service("echo", 9002, 9002));
    }

    /** One that was killed is there for some moments more. */
    private static void leavesNoProcess(Mesh mesh) throws Exception {
        Eventually.within(START, () -> assertThat(processesOf(mesh)).isEmpty());
    }

    /** The command lines of all processes that mention the mesh or its folder. */
    private static List<String> processesOf(Mesh mesh) throws Exception {
        return Shell.run("ps", "-eo", "args")
                .ok()
                .out()
                .lines()
                .filter(line -> line.contains(mesh.directory().toString()) || line.contains(mesh.name()))
                .toList();
    }
}
