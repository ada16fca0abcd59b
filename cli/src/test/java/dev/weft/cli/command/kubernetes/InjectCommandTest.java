package dev.weft.cli.command.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.cli.command.FailureTranslation;
import dev.weft.cli.command.Printed;
import dev.weft.cli.failure.ExitCode;
import dev.weft.cli.failure.FailurePrinter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

final class InjectCommandTest {

    private static final String SHOP = """
        kind: ConfigMap
        metadata: {name: c}
        ---
        kind: Pod
        metadata: {name: web}
        spec:
          containers:
          - {name: app, image: nginx}
        """;

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path folder;

    private Printed printed = new Printed();

    private int run(Callable<Integer> command, String... args) {
        FailurePrinter failures = new FailurePrinter(printed.screen(), FailureTranslation::of);
        return new CommandLine(command)
                .setExecutionExceptionHandler(failures)
                .setParameterExceptionHandler(failures)
                .execute(args);
    }

    private int inject(String text, String... more) throws IOException {
        printed = new Printed();
        String[] args = new String[more.length + 1];
        System.arraycopy(more, 0, args, 0, more.length);
        args[more.length] = Files.writeString(folder.resolve("shop.yaml"), text).toString();
        return run(new InjectCommand(printed.screen()), args);
    }

    @Test
    void printsTheManifestsWithSidecarsAndSaysWhichPodsGotOne() throws IOException {
        assertThat(inject(SHOP, "--image", "weft:9", "--trust-domain", "east.example"))
                .isEqualTo(ExitCode.OK);
        assertThat(printed.out())
                .startsWith("kind: ConfigMap\nmetadata: {name: c}\n---\n")
                .contains("name: weft-proxy\n", "image: weft:9\n", "value: east.example\n");
        assertThat(printed.err()).isEqualTo("pod web gets a sidecar\n");
    }

    @Test
    void takesThemOutAgain() throws IOException {
        assertThat(inject(SHOP)).isZero();
        Path meshed = Files.writeString(folder.resolve("meshed.yaml"), printed.out());
        printed = new Printed();

        assertThat(run(new UninjectCommand(printed.screen()), meshed.toString()))
                .isEqualTo(ExitCode.OK);
        assertThat(printed.out()).isEqualTo(SHOP);
    }

    @Test
    void saysThatThereIsNoPod() throws IOException {
        assertThat(inject("kind: ConfigMap\n")).isZero();
        assertThat(printed.out()).isEqualTo("kind: ConfigMap\n");
        assertThat(printed.err()).contains("no pod was found");
    }

    @Test
    void endsWithFourWhereTheFileIsNotThere() {
        assertThat(run(
                        new InjectCommand(printed.screen()),
                        folder.resolve("no.yaml").toString()))
                .isEqualTo(ExitCode.INVALID_FILE);
        assertThat(printed.err()).contains("there is no file").contains("(WEFT-L300)");
    }

    @Test
    void endsWithFourWhereTheFileIsNoYaml() throws IOException {
        assertThat(inject("kind: [\n")).isEqualTo(ExitCode.INVALID_FILE);
        assertThat(printed.err()).contains("is no YAML of Kubernetes objects").contains("(WEFT-L300)");
        assertThat(printed.out()).isEmpty();
        printed = new Printed();
        assertThat(run(
                        new UninjectCommand(printed.screen()),
                        folder.resolve("shop.yaml").toString()))
                .isEqualTo(ExitCode.INVALID_FILE);
    }

    @Test
    void endsWithFourWhereAnAnnotationMeansNothing() throws IOException {
        assertThat(inject(SHOP.replace("{name: web}", "{name: web, annotations: {weft.dev/log-level: loud}}")))
                .isEqualTo(ExitCode.INVALID_FILE);
        assertThat(printed.err())
                .startsWith("weft: pod web: annotation weft.dev/log-level: loud (expected: error, warn, info, debug, or"
                        + " trace) (WEFT-L301)\n");
        assertThat(printed.out()).isEmpty();
    }

    @Test
    void endsWithTwoWhereThereIsNoFileOrTwo() throws IOException {
        assertThat(run(new InjectCommand(printed.screen()))).isEqualTo(ExitCode.USAGE);
        assertThat(inject(SHOP, "another.yaml")).isEqualTo(ExitCode.USAGE);
    }
}
