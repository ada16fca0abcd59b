package dev.weft.cli.check;

import static org.assertj.core.api.Assertions.assertThat;

/** What tests of checks say of a verdict. */
final class Verdicts {

    private Verdicts() {}

    static void assertOk(Verdict verdict, String reason) {
        assertThat(verdict).isEqualTo(Verdict.ok(verdict.reason()));
        assertThat(verdict.reason()).contains(reason);
    }

    static void assertWarning(Verdict verdict, String finding) {
        assertFinding(verdict, Result.WARNING, finding);
    }

    static void assertFailed(Verdict verdict, String finding) {
        assertFinding(verdict, Result.FAILED, finding);
    }

    private static void assertFinding(Verdict verdict, Result result, String finding) {
        assertThat(verdict.result()).isEqualTo(result);
        assertThat(verdict.reason() + "\n" + String.join("\n", verdict.about())).contains(finding);
        assertThat(verdict.action()).isNotEmpty();
    }
}
