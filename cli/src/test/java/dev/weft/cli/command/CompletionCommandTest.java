package dev.weft.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.cli.screen.Screen;
import dev.weft.testing.Programs;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

final class CompletionCommandTest {

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path folder;

    @Test
    void completesWordsInBash() throws IOException, InterruptedException {
        Path script = Files.writeString(folder.resolve("weft.bash"), script("bash"));
        assertThat(bash(". " + script + "; COMP_WORDS=(weft ver); COMP_CWORD=1; COMP_LINE='weft ver'; COMP_POINT=8;"
                        + " _complete_weft; echo \"${COMPREPLY[@]}\""))
                .isEqualTo("version");
    }

    @Test
    void completesTheWordsOfAnOptionInBash() throws IOException, InterruptedException {
        Path script = Files.writeString(folder.resolve("weft.bash"), script("bash"));
        assertThat(bash(". " + script + "; COMP_WORDS=(weft version -o ''); COMP_CWORD=3; COMP_LINE='weft version -o ';"
                        + " COMP_POINT=16; _complete_weft; echo \"${COMPREPLY[@]}\""))
                .isEqualTo("table json yaml");
    }

    @Test
    void namesEachCommandAndOptionForFish() {
        assertThat(script("fish"))
                .contains("complete -c weft -n '__fish_use_subcommand' -a version -d 'Print the version")
                .contains("complete -c weft -n '__fish_seen_subcommand_from version' -s o -l output -r -d ");
    }

    private static String script(String shell) {
        StringWriter out = new StringWriter();
        Screen screen = Screen.plain(new PrintWriter(out), new PrintWriter(out));
        int exit = new CommandLine(new WeftCommand())
                .addSubcommand(new VersionCommand(screen))
                .addSubcommand(new CompletionCommand(screen))
                .execute("completion", shell);
        assertThat(exit).isZero();
        return out.toString();
    }

    private static String bash(String line) throws IOException, InterruptedException {
        Process process = new ProcessBuilder("bash", "--norc", "-c", line)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String printed = Programs.output(process);
        assertThat(process.exitValue()).isZero();
        return printed.strip();
    }
}
