package dev.weft.cli.command;

import dev.weft.cli.explain.MeshQuestions;
import dev.weft.cli.failure.ExitCode;
import dev.weft.cli.policytest.Assertion;
import dev.weft.cli.policytest.AssertionFile;
import dev.weft.cli.policytest.JunitXml;
import dev.weft.cli.policytest.TestResult;
import dev.weft.cli.screen.Format;
import dev.weft.cli.screen.Human;
import dev.weft.cli.screen.Screen;
import dev.weft.cli.screen.Style;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "test",
        description = "Test whether policies decide as expected, by the code that the sidecars run.",
        footer = {
            "  weft policy test expected.yaml --file shop.yaml",
            "  weft policy test expected.yaml --file shop.yaml -o junit > report.xml",
            "  weft policy test expected.yaml --cluster         # against what the cluster has now",
            "",
            "expected.yaml:",
            "  tests:",
            "  - {from: shop/web, to: 'shop/api:8080', path: /orders/7, expect: allow}",
            "  - {from: shop/batch, to: 'shop/api:8080', expect: deny, code: WEFT-P002}",
            "",
            "Exits 0 when all is as expected, 1 when something is not, 4 when a file has errors.",
        })
public final class PolicyTestCommand extends SessionCommand {

    @Parameters(paramLabel = "FILE", description = "the assertions")
    private Path file = Path.of("");

    @Mixin
    private FileOrMeshOption mesh = new FileOrMeshOption();

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "table",
            converter = EnumConverter.TestFormats.class,
            completionCandidates = EnumConverter.TestFormats.class,
            description = "table; junit: XML for build servers; json or yaml for programs. Default: ${DEFAULT-VALUE}.")
    private TestFormat format = TestFormat.TABLE;

    /** The output formats of {@code weft policy test}. */
    enum TestFormat {
        TABLE,
        JUNIT,
        JSON,
        YAML
    }

    /** The results as a document for programs. */
    record Report(List<TestResult> tests) {}

    PolicyTestCommand(Session session) {
        super(session);
    }

    @Override
    public Integer call() throws IOException {
        List<Assertion> assertions = AssertionFile.read(file);
        List<TestResult> verdicts;
        try (MeshQuestions questions = mesh.questions(session)) {
            verdicts = TestResult.of(assertions, questions);
        }
        Screen screen = session.screen();
        switch (format) {
            case TABLE -> print(screen, verdicts);
            case JUNIT -> screen.line(JunitXml.of(file.toString(), verdicts));
            case JSON -> Format.JSON.print(screen, new Report(verdicts), () -> {});
            case YAML -> Format.YAML.print(screen, new Report(verdicts), () -> {});
        }
        return verdicts.stream().allMatch(TestResult::passed) ? ExitCode.OK : ExitCode.FAILED;
    }

    private static void print(Screen screen, List<TestResult> verdicts) {
        for (TestResult verdict : verdicts) {
            if (verdict.passed()) {
                screen.line(screen.paint(Style.GOOD, "✓") + " " + verdict.name());
            } else {
                screen.line(screen.paint(Style.BAD, "✗") + " " + verdict.name());
                screen.line("  expected " + verdict.expected() + ", but it is " + verdict.actual() + ": "
                        + verdict.reason());
            }
        }
        long failed = verdicts.stream().filter(verdict -> !verdict.passed()).count();
        screen.line(
                failed == 0
                        ? "all of " + Human.count(verdicts.size(), "test") + " as expected"
                        : failed + " of " + Human.count(verdicts.size(), "test") + " not as expected");
    }
}
