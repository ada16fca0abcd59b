package dev.weft.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Programs of the shell that print. */
final class KubectlOutputTest {

    private static Process sh(String script) throws IOException {
        return new ProcessBuilder("/bin/sh", "-c", script).start();
    }

    @Test
    void aProgramThatPrintsMoreThanAPipeHoldsGoesOn() throws Exception {
        Process process =
                sh("echo first; head -c 300000 /dev/zero; head -c 300000 /dev/zero >&2; echo last >&2; exit 7");
        KubectlOutput heard = KubectlOutput.of(process);
        assertThat(heard.firstLine(20)).contains("first");
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as("not by a signal").isEqualTo(7);
        assertThat(heard.complaint()).endsWith("last").hasSizeLessThanOrEqualTo(2_000);
    }

    @Test
    void thereIsNoFirstLineOfOneThatOnlyComplains() throws Exception {
        KubectlOutput heard = KubectlOutput.of(sh("echo 'no such pod' >&2; exit 1"));
        assertThat(heard.firstLine(20)).isEmpty();
        assertThat(heard.complaint()).isEqualTo("no such pod");
    }

    @Test
    void aFirstLineWithoutAnEndIsNotKept() throws Exception {
        assertThat(KubectlOutput.of(sh("head -c 300000 /dev/zero; echo end")).firstLine(20))
                .isEmpty();
    }
}
