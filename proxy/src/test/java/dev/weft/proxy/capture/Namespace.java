package dev.weft.proxy.capture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.testing.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Runs scripts in a network namespace of their own. */
final class Namespace {

    private Namespace() {}

    /** Whether the tests are root, who alone may be several users. */
    static boolean ofRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    /** What a script of this package says, given the task and a file with the rules for these settings. */
    static String script(String name, String task, CaptureSettings settings, String... more) throws Exception {
        Path rules = Files.createTempFile("weft-capture-", ".nft");
        try {
            Files.writeString(rules, CaptureRules.install(settings));
            Path script = Path.of(
                    Objects.requireNonNull(Namespace.class.getResource(name)).toURI());
            return run("python3 " + script + " " + task + " " + rules + " " + String.join(" ", more));
        } finally {
            Files.delete(rules);
        }
    }

    /** What a shell script says; it must succeed. */
    static String run(String script) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("unshare"));
        if (!ofRoot()) {
            command.addAll(List.of("-U", "-r"));
        }
        command.addAll(List.of("-n", "sh", "-c", script));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().merge("PATH", "/usr/sbin:/sbin", (old, more) -> old + ":" + more);
        Process process = builder.start();
        String output = Programs.output(process);
        assertThat(process.exitValue()).as(output).isZero();
        return output;
    }
}
