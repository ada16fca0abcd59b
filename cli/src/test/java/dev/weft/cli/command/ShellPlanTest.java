package dev.weft.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.testing.Programs;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ShellPlanTest {

    private static final String PATH = "/usr/bin:/bin";

    @Test
    void passesEachWordOnUnchanged() throws Exception {
        assertThat(run(
                        List.of("printf", "<%s>", "two words", "it's", "$HOME `id` \\ \"", "", "-n", "line\nbreak"),
                        Map.of("PATH", PATH),
                        Map.of()))
                .isEqualTo("<two words><it's><$HOME `id` \\ \"><><-n><line\nbreak>");
    }

    @Test
    void givesTheProgramItsEnvironmentAndNothingOfTheShells() throws Exception {
        String printed = run(
                List.of("env"),
                Map.of("PATH", PATH, "SECRET", "it's $HOME\nand more", "dotted.name", "a b"),
                Map.of("PATH", PATH, "OF_THE_CALLER", "x", "SECRET", "of the caller"));
        assertThat(printed)
                .contains("SECRET=it's $HOME\nand more\n", "dotted.name=a b\n", "PATH=" + PATH + "\n")
                .doesNotContain("OF_THE_CALLER", "of the caller");
    }

    @Test
    void saysNoValueInTheWordsOfAProgram() {
        String plan = ShellPlan.of(List.of("id"), Map.of("SECRET", "hidden"), Map.of());
        assertThat(plan.lines().filter(line -> line.contains("hidden"))).containsExactly("export SECRET='hidden'");
    }

    private static String run(List<String> program, Map<String, String> environment, Map<String, String> present)
            throws IOException, InterruptedException {
        ProcessBuilder builder =
                new ProcessBuilder("sh", "-euc", "eval \"$1\"", "sh", ShellPlan.of(program, environment, present));
        builder.environment().clear();
        builder.environment().putAll(present);
        Process shell = builder.redirectErrorStream(true).start();
        String printed = Programs.output(shell);
        assertThat(shell.exitValue()).as(printed).isZero();
        return printed;
    }
}
