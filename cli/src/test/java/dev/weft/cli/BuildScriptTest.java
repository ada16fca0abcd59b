package dev.weft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.testing.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code scripts/build} says while Maven, here a script that prints what Maven prints, builds the command. */
final class BuildScriptTest {

    @TempDir
    Path checkout;

    @BeforeEach
    void copyTheScript() throws IOException {
        Path scripts = Files.createDirectories(checkout.resolve("scripts"));
        program(scripts.resolve("build"), Files.readString(Path.of("../scripts/build")));
        program(scripts.resolve("find-jdk"), "#!/bin/sh\necho /nowhere\n");
    }

    private static void program(Path file, String text) throws IOException {
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** What it prints for people while Maven prints this and ends with this status; its own status comes last. */
    private String build(String maven, int status) throws IOException, InterruptedException {
        Path programs = Files.createDirectories(checkout.resolve("programs"));
        program(programs.resolve("mvn"), "#!/bin/sh\ncat <<'END'\n" + maven + "END\nexit " + status + "\n");
        ProcessBuilder builder =
                new ProcessBuilder(checkout.resolve("scripts/build").toString()).redirectErrorStream(true);
        builder.environment().put("PATH", programs + ":" + System.getenv("PATH"));
        Process process = builder.start();
        String said = Programs.output(process);
        return said + "status " + process.exitValue();
    }

    @Test
    void saysWhichModuleIsAtWork() throws Exception {
        String said = build("""
                [INFO] Scanning for projects...
                [INFO] Building Weft API 0.1.0-SNAPSHOT                          [2/14]
                [INFO]   from api/pom.xml
                [INFO] Building jar: /nowhere/weft-api-0.1.0-SNAPSHOT.jar
                [INFO] Building Weft control plane 0.1.0-SNAPSHOT               [11/14]
                """, 0);
        assertThat(said.lines())
                .satisfiesExactly(
                        line -> assertThat(line).contains("building", "target/build.log"),
                        line -> assertThat(line).matches("weft: building 2/14: Weft API \\(\\d+ s\\)"),
                        line -> assertThat(line).matches("weft: building 11/14: Weft control plane \\(\\d+ s\\)"),
                        line -> assertThat(line).matches("weft: built in \\d+ s"),
                        line -> assertThat(line).isEqualTo("status 0"));
        assertThat(checkout.resolve("target/build.log")).content().contains("Scanning for projects");
    }

    @Test
    void showsTheErrorsOfABuildThatFailed() throws Exception {
        assertThat(build("[INFO] Scanning for projects...\n[ERROR] no such module\n", 1))
                .contains("[ERROR] no such module", "weft: the build failed")
                .doesNotContain("Scanning")
                .endsWith("status 1");
    }
}
