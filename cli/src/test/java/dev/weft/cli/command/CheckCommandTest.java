package dev.weft.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.cli.check.Report;
import dev.weft.cli.check.Result;
import java.util.List;
import org.junit.jupiter.api.Test;

final class CheckCommandTest {

    private static final Report REPORT = new Report(
            "m",
            Result.FAILED,
            List.of(
                    new Report.Line(
                            "control-plane", Result.OK, "answers", "", List.of(), "docs/check.md#control-plane"),
                    new Report.Line(
                            "issuer-end",
                            Result.WARNING,
                            "the issuer ends soon",
                            "install another",
                            List.of("CN=Issuer ends in 60d"),
                            "docs/check.md#issuer-end"),
                    new Report.Line(
                            "sidecars",
                            Result.FAILED,
                            "1 of 2 sidecars do not answer",
                            "see 'weft ps'",
                            List.of("shop/api: no answer within 1.5 s"),
                            "docs/check.md#sidecars")));

    private final Printed printed = new Printed();

    private String printed(CheckCommand.CheckFormat format) {
        CheckCommand.print(printed.screen(), REPORT, format);
        return printed.out();
    }

    @Test
    void saysOfEachWhatWasFoundAndWhatToDo() {
        assertThat(printed(CheckCommand.CheckFormat.TABLE)).isEqualTo("""
            ✓ control-plane              answers
            ! issuer-end                 the issuer ends soon
                CN=Issuer ends in 60d
              → install another
                docs/check.md#issuer-end
            ✗ sidecars                   1 of 2 sidecars do not answer
                shop/api: no answer within 1.5 s
              → see 'weft ps'
                docs/check.md#sidecars

            3 checks: 1 failed, 1 warning
            """);
    }

    @Test
    void saysShortlyWhatIsNotWell() {
        assertThat(printed(CheckCommand.CheckFormat.SHORT)).isEqualTo("""
            warning issuer-end: the issuer ends soon
            failed sidecars: 1 of 2 sidecars do not answer
            """);
    }

    @Test
    void saysOnceForAllChecksWhatIsNotKnown() {
        Report report = new Report(
                "default",
                Result.UNKNOWN,
                List.of(
                        new Report.Line("anchor-end", Result.UNKNOWN, "nobody answers", "", List.of(), "docs"),
                        new Report.Line("issuer-end", Result.UNKNOWN, "nobody answers", "", List.of(), "docs")));
        CheckCommand.print(printed.screen(), report, CheckCommand.CheckFormat.TABLE);
        CheckCommand.print(printed.screen(), report, CheckCommand.CheckFormat.SHORT);
        assertThat(printed.out()).isEqualTo("""
            ? not known, because nobody answers: anchor-end, issuer-end

            2 checks: 0 failed, 0 warnings, 2 not known
            unknown anchor-end,issuer-end: nobody answers
            """);
    }

    @Test
    void describesAllOfItForPrograms() {
        assertThat(printed(CheckCommand.CheckFormat.JSON))
                .contains(
                        "\"result\" : \"failed\"",
                        "\"check\" : \"issuer-end\"",
                        "\"docs\" : \"docs/check.md#sidecars\"");
    }

    @Test
    void describesItInYaml() {
        assertThat(printed(CheckCommand.CheckFormat.YAML)).contains("result: failed", "- check: control-plane");
    }
}
