package dev.weft.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.testing.Waiting;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program as a process. */
final class ControlMainTest {

    private static final Pattern ADMIN_PORT = Pattern.compile("\"adminPort\": ?\"?([0-9]+)");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @Test
    void servesUntilItIsToldToStop() throws Exception {
        Path registry = directory.resolve("mesh.yaml");
        Files.writeString(registry, "apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n");
        Process process = start(
                "--registry",
                registry.toString(),
                "--state-dir",
                directory.resolve("state").toString(),
                "--listen",
                "127.0.0.1:0",
                "--admin-address",
                "127.0.0.1:0");
        try (BufferedReader log = process.errorReader(StandardCharsets.UTF_8)) {
            int port = adminPort(log);
            assertThat(get(port, "/ready").statusCode()).isEqualTo(200);
            Files.writeString(registry, "apiVersion: v1\nkind: Servcie\nmetadata: {name: a, namespace: b}\n");
            Waiting.until(() ->
                    AdminSocket.page(directory.resolve("state"), "/registry").contains("did you mean Service?"));
            // Process.destroy would close the stream that is still to be read.
            assertThat(process.toHandle().destroy()).isTrue();
            assertThat(log.lines().toList()).anyMatch(line -> line.contains("stopped"));
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void aCleanStartWarnsOfNothing() throws Exception {
        Path registry = directory.resolve("mesh.yaml");
        Files.writeString(registry, "apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n");
        for (String start : List.of("the first", "one that finds its state")) {
            Process process = start(
                    "--registry",
                    registry.toString(),
                    "--state-dir",
                    directory.resolve("state").toString(),
                    "--listen",
                    "127.0.0.1:0",
                    "--admin-address",
                    "127.0.0.1:0");
            try (BufferedReader log = process.errorReader(StandardCharsets.UTF_8)) {
                List<String> lines = new ArrayList<>();
                int port = adminPort(log, lines);
                assertThat(get(port, "/ready").statusCode()).isEqualTo(200);
                assertThat(process.toHandle().destroy()).isTrue();
                lines.addAll(log.lines().toList());
                assertThat(lines)
                        .as(start)
                        .anyMatch(line -> line.contains("\"level\":\"info\""))
                        .noneMatch(line -> line.contains("\"level\":\"warn\""))
                        .noneMatch(line -> line.contains("\"level\":\"error\""));
            } finally {
                process.destroyForcibly().waitFor();
            }
        }
    }

    @Test
    void servesNobodyWhileItIsNotKnownWhatTheRegistrySays() throws Exception {
        Path registry = directory.resolve("mesh.yaml");
        Files.writeString(registry, "apiVersion: v1\nkind: Servcie\nmetadata: {name: a, namespace: b}\n");
        Process process = start(
                "--registry",
                registry.toString(),
                "--state-dir",
                directory.resolve("state").toString(),
                "--listen",
                "127.0.0.1:0",
                "--admin-address",
                "127.0.0.1:0");
        assertThat(new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8))
                .contains("WEFT-C094")
                .contains("did you mean Service?");
        assertThat(process.waitFor()).isEqualTo(1);
    }

    @Test
    void saysWhatIsWrongWithItsArguments() throws Exception {
        Process process = start("--regsitry", "x");
        assertThat(new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8))
                .contains("--regsitry: no such flag (did you mean --registry?)");
        assertThat(process.waitFor()).isEqualTo(2);
    }

    @Test
    void helps() throws Exception {
        Process process = start("--help");
        assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEqualTo(ControlFlags.OVER_FILES.help());
        assertThat(process.waitFor()).isZero();
    }

    private static int adminPort(BufferedReader log) throws IOException {
        return adminPort(log, new ArrayList<>());
    }

    /** @param seen takes the lines that come before it is told */
    private static int adminPort(BufferedReader log, List<String> seen) throws IOException {
        for (String line = log.readLine(); line != null; line = log.readLine()) {
            seen.add(line);
            Matcher matcher = ADMIN_PORT.matcher(line);
            if (matcher.find()) {
                return Integer.parseInt(matcher.group(1));
            }
        }
        throw new AssertionError("ended before it served: " + seen);
    }

    private static Process start(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                ControlMain.class.getName()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).start();
    }

    private static HttpResponse<String> get(int port, String path) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }
}
