package dev.weft.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.e2e.mesh.Eventually;
import dev.weft.e2e.mesh.Mesh;
import dev.weft.e2e.mesh.Programs;
import dev.weft.e2e.mesh.Shell;
import dev.weft.e2e.mesh.Yaml;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What cannot be judged as a request does not reach the application of a port whose policies are about requests: not a byte. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class UnjudgedTest {

    private static final Duration START = Duration.ofSeconds(60);
    /** The time of a first request, and what a busy machine adds. */
    private static final double SILENT_SECONDS = 60;

    private static final Set<String> ALLOWED_FIRST =
            Set.of("HTTP/1.2 behind an allowed request", "TLS behind an allowed request");
    private static final Set<String> WITHOUT_ANSWER =
            Set.of("silence", "one letter, then silence", "half a head, then silence", "a preface, then HTTP/1.1");
    private static final Set<String> OF_ANOTHER_VERSION = Set.of(
            "HTTP/1.2", "HTTP/1.2, a byte at a time", "HTTP/2.0", "HTTP/3.0", "HTTP/1.2 behind an allowed request");

    private Path directory;
    private Path record;
    private Mesh mesh;

    @BeforeAll
    void up() throws Exception {
        directory = Files.createTempDirectory("weft-e2e-unjudged-");
        Shell.run("chmod", "755", directory.toString()).ok();
        record = Files.createFile(directory.resolve("record"));
        Files.setPosixFilePermissions(record, PosixFilePermissions.fromString("rw-rw-rw-"));
        mesh = Mesh.up(Yaml.file(
                Yaml.idle("web"),
                Yaml.workload(
                        "api",
                        "[python3, " + Programs.python(directory, "record.py") + ", \"8080\", " + record + "]",
                        "ports: [{name: http, port: 8080}]"),
                Yaml.service("api", 80, 8080),
                Yaml.requestPolicy("allowed", "Allow", "api", 8080, "web", "{http: {paths: [{exact: /allowed}]}}")));
        Eventually.within(
                START,
                () -> mesh.exec("shop/web", "curl", "-sSf", "-m", "10", "http://api.shop/allowed")
                        .ok());
    }

    @AfterAll
    void down() throws Exception {
        mesh.close();
        Shell.run("rm", "-rf", directory.toString());
    }

    @Test
    void nothingThatIsNoRequestReachesTheApplication() throws Exception {
        String program = Programs.python(directory, "unjudged.py").toString();
        JsonNode ran = JsonMapper.builder()
                .build()
                .readTree(mesh.exec("shop/web", "python3", program, "api.shop", "80")
                        .ok()
                        .out());
        assertThat(ran.path("allowed").path("answers").path(0).asString()).startsWith("HTTP/1.1 200");
        ran.propertyStream()
                .filter(shape -> !shape.getKey().equals("allowed"))
                .forEach(shape -> isRefused(shape.getKey(), shape.getValue()));
        String reached = Files.readString(record, StandardCharsets.ISO_8859_1);
        assertThat(reached).as("all that reached the application").endsWith("\r\n\r\n");
        assertThat(reached.strip().split("\r\n\r\n", -1))
                .hasSizeGreaterThanOrEqualTo(2 + ALLOWED_FIRST.size())
                .allSatisfy(head -> assertThat(head).startsWith("GET /allowed HTTP/1.1\r\n"));
    }

    private static void isRefused(String shape, JsonNode ran) {
        String all = shape + ": " + ran;
        assertThat(ran.path("ended").asBoolean()).as(all).isTrue();
        assertThat(ran.path("seconds").asDouble()).as(all).isLessThan(SILENT_SECONDS);
        int refusal = ALLOWED_FIRST.contains(shape) ? 1 : 0;
        if (refusal == 1) {
            assertThat(ran.path("answers").path(0).asString()).as(all).startsWith("HTTP/1.1 200");
        }
        assertThat(ran.path("answers").size()).as(all).isEqualTo(WITHOUT_ANSWER.contains(shape) ? 0 : refusal + 1);
        String answer = ran.path("answers").path(refusal).asString();
        if (OF_ANOTHER_VERSION.contains(shape)) {
            assertThat(answer).as(all).startsWith("HTTP/1.1 505");
        } else if (!WITHOUT_ANSWER.contains(shape)) {
            assertThat(answer).as(all).matches("HTTP/1\\.1 (400|501|505) .*");
        }
    }
}
